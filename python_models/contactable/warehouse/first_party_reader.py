"""Reading a list that somebody keeps: CSV or Parquet, in chunks of columns, whatever is wrong with single rows.

A row that cannot be read costs itself and nothing else: it is reported by its line number and the rule that
refused it, and reading goes on with the next line. Memory is bounded by the chunk and by the limits below,
whatever the file holds. Reasons never repeat a value.
"""

import codecs
import csv
import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contactable.warehouse.errors import FirstPartyListError

#: A quoted field may hold line breaks; a row of more lines than this is an unclosed quote (2026-11-21: the longest
#: address block we allow for has ten lines; twice that leaves room).
MOST_LINES = 20

#: Longer fields are no contact data (2026-11-21: a postal address or a note stays far below).
MOST_CHARACTERS = 10_000

#: Longer lines are not looked at: every known field at once would fit six times (2026-11-21).
MOST_LINE_BYTES = 1024 * 1024

KEEPER = "whoever keeps the first-party list"

#: Rows, or lines, held at once.
_CHUNK_ROWS = 10_000
_BLOCK_BYTES = 1024 * 1024
_DELIMITERS = ",;\t|"

#: What lists are sent as by mistake, by their first bytes.
_NOT_A_LIST = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed (gzip)",
    b"%PDF": "a PDF",
}

_UNCLOSED = "unclosed_quote"
_MISPLACED = "misplaced_quote"
_TOO_LONG = "field_too_long"

_REASONS = {
    _UNCLOSED: "a quotation mark is not closed",
    _MISPLACED: "text follows a closing quotation mark",
    _TOO_LONG: f"a field has more than {MOST_CHARACTERS:,} characters",
}


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read. ``reason`` never repeats a value."""

    line_number: int
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, column by column in the order of the header, and the rows refused among them.

    Values are trimmed; an empty one is null. ``line_numbers`` count from 1 (Parquet: rows).
    """

    line_numbers: list[int]
    columns: list[pa.Array]
    rejected: list[RejectedRow]


@dataclass(frozen=True, slots=True)
class ListFile:
    """An opened list. ``chunks`` can be read once."""

    header: list[str]
    chunks: Iterator[Chunk]


def open_list(path: Path, known: Iterable[str]) -> ListFile:
    """Open a CSV (comma, semicolon, tab or bar; UTF-8, or UTF-16 with a byte order mark) or a Parquet file.

    Args:
        path: the list; Parquet is recognised by its first bytes.
        known: headings, normalised (see ``normal_heading``), that tell which character separates the fields.

    Raises:
        FirstPartyListError: there is no such file, it is empty, or of another kind.
    """
    if not path.is_file():
        raise FirstPartyListError(
            f"The first-party list {path} does not exist.",
            who=KEEPER,
            remedy="correct first_party in contactable.yml.",
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise FirstPartyListError(
            f"The first-party list {path} cannot be read ({error.strerror}).",
            who=KEEPER,
            remedy="let the user who runs contactable read it.",
        ) from error
    if start.startswith(b"PAR1"):
        return _open_parquet(path)
    for magic, kind in _NOT_A_LIST.items():
        if start.startswith(magic):
            raise FirstPartyListError(
                f"The first-party list {path.name} is {kind}.", who=KEEPER, remedy="save it as CSV (UTF-8)."
            )
    return _open_csv(path, frozenset(known))


def normal_heading(heading: str) -> str:
    """``E-mail `` -> ``e_mail``: lower case, everything but letters and digits turned into one ``_``."""
    letters = "".join(character if character.isalnum() else " " for character in heading.casefold())
    return "_".join(letters.split())


# ---------------------------------------------------------------------- both kinds


def _chunk(numbers: list[int], columns: Sequence[pa.Array], rejected: Iterable[RejectedRow]) -> Chunk:
    """Rows as a chunk: trimmed, and without those that hold what no list should."""
    problems: dict[int, RejectedRow] = {}
    for column in columns:
        for rule, reason, refused in (
            ("nul_byte", "a field holds a NUL byte", pc.match_substring(column, "\x00")),
            (_TOO_LONG, _REASONS[_TOO_LONG], pc.greater(pc.utf8_length(column), MOST_CHARACTERS)),
        ):
            for place in pc.indices_nonzero(pc.fill_null(refused, False)).to_pylist():
                problems.setdefault(place, RejectedRow(numbers[place], rule, reason))
    if problems:
        kept = [place for place in range(len(numbers)) if place not in problems]
        numbers = [numbers[place] for place in kept]
        columns = [column.take(pa.array(kept, pa.int64())) for column in columns]
    in_order = sorted([*rejected, *problems.values()], key=lambda row: row.line_number)
    return Chunk(numbers, [_trimmed(column) for column in columns], in_order)


def _trimmed(values: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


# ---------------------------------------------------------------------- CSV: lines

#: A physical line's number and text without its end, or why it cannot be read.
_Line = tuple[int, str] | RejectedRow


def _lines(path: Path) -> Iterator[_Line]:
    """Physical lines, decoded. Never holds more than a block and one line."""
    with path.open("rb") as stream:
        start = stream.read(_BLOCK_BYTES)
    utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    blocks = _utf8_blocks(path) if utf16 else _blocks(path)
    if utf16:
        start = start.decode("utf-16", errors="replace").encode("utf-8")
    end = b"\r" if b"\r" in start and b"\n" not in start else b"\n"
    wrong = "the line is not UTF-16" if utf16 else "the line is not UTF-8: save the list as UTF-8"
    for number, raw in enumerate(_cut(blocks, end), start=1):
        if raw is None:
            yield RejectedRow(number, "line_too_long", f"the line has more than {MOST_LINE_BYTES:,} bytes")
            continue
        try:
            text = (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).decode("utf-8")
        except UnicodeDecodeError:
            text = "\ufffd"
        if "\x00" in text:
            yield RejectedRow(number, "nul_byte", "the line holds a NUL byte")
        elif "\ufffd" in text:
            yield RejectedRow(number, "wrong_encoding", wrong)
        else:
            yield number, text.removesuffix("\r")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _utf8_blocks(path: Path) -> Iterator[bytes]:
    """UTF-16 with a byte order mark, as UTF-8; what is no UTF-16 becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for block in _blocks(path):
        yield decoder.decode(block).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _cut(blocks: Iterable[bytes], end: bytes) -> Iterator[bytes | None]:
    """Lines without their end; None for one that is too long, of which nothing is kept."""
    rest = b""
    too_long = False
    for block in blocks:
        parts = (rest + block).split(end)
        rest = parts.pop()
        for part in parts:
            yield None if too_long or len(part) > MOST_LINE_BYTES else part
            too_long = False
        if len(rest) > MOST_LINE_BYTES:
            rest, too_long = b"", True
    if too_long:
        yield None
    elif rest:
        yield rest


# ---------------------------------------------------------------------- CSV: rows


def _open_csv(path: Path, known: frozenset[str]) -> ListFile:
    lines = _lines(path)
    first = next((line for line in lines if isinstance(line, RejectedRow) or line[1].strip()), None)
    if first is None:
        raise FirstPartyListError(
            f"The first-party list {path.name} is empty.",
            who=KEEPER,
            remedy="give it a line of headings, and rows.",
        )
    if isinstance(first, RejectedRow):
        raise FirstPartyListError(
            f"The headings of {path.name} cannot be read: {first.reason}.",
            who=KEEPER,
            remedy="save it as CSV (UTF-8).",
        )
    delimiter, header = _headings(path, first[1], known)
    return ListFile(header, _Rows(lines, delimiter, len(header)).chunks())


def _headings(path: Path, text: str, known: frozenset[str]) -> tuple[str, list[str]]:
    """The separator under which most headings are known, then under which there are most."""
    readings = [(delimiter, _parse([text], delimiter)) for delimiter in _DELIMITERS]
    whole = [(delimiter, cells) for delimiter, cells in readings if isinstance(cells, list)]
    if not whole:
        raise FirstPartyListError(
            f"The headings of {path.name} have a quotation mark out of place.",
            who=KEEPER,
            remedy="correct its first line.",
        )
    delimiter, header = max(
        whole, key=lambda reading: (sum(normal_heading(cell) in known for cell in reading[1]), len(reading[1]))
    )
    return delimiter, [cell.strip() for cell in header]


def _parse(texts: Sequence[str], delimiter: str) -> list[str] | str:
    """The fields of one row given as its physical lines, or the rule that refuses it."""
    lines = [*(f"{text}\n" for text in texts[:-1]), texts[-1]]
    try:
        return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return _UNCLOSED
        return _TOO_LONG if "field larger than" in str(error) else _MISPLACED


class _Rows:
    """Rows from lines, each with as many fields as there are headings.

    A quote that swallows lines is refused with its own line only: the lines after it are read again as rows.
    """

    def __init__(self, lines: Iterator[_Line], delimiter: str, width: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._pending: deque[_Line] = deque()

    def chunks(self) -> Iterator[Chunk]:
        """Read to the end, ``_CHUNK_ROWS`` lines at a time."""
        while block := list(islice(self._lines, _CHUNK_ROWS)):
            numbers = [line[0] for line in block if not isinstance(line, RejectedRow)]
            rejected: list[RejectedRow] = []
            rows = self._at_once(block)
            if rows is None:
                self._pending.extend(block)
                numbers, rows, rejected = self._one_by_one()
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            yield _chunk(numbers, columns or [pa.nulls(0, pa.string())] * self._width, rejected)

    def _at_once(self, block: Sequence[_Line]) -> list[list[str]] | None:
        """All rows of a block in one call of the parser (three times faster); None where one needs a closer look.

        As many rows as lines means that each row is one line: no quote has swallowed another.
        """
        texts = [line[1] for line in block if not isinstance(line, RejectedRow)]
        try:
            rows = list(csv.reader(texts, delimiter=self._delimiter, skipinitialspace=True, strict=True))
        except csv.Error:
            return None
        if len(rows) != len(block) or any(len(row) != self._width for row in rows):
            return None
        return rows

    def _one_by_one(self) -> tuple[list[int], list[list[str]], list[RejectedRow]]:
        """The pending lines, each looked at: line numbers, rows, and what was refused."""
        numbers: list[int] = []
        rows: list[list[str]] = []
        rejected: list[RejectedRow] = []
        while self._pending:
            row = self._next_row()
            if isinstance(row, RejectedRow):
                rejected.append(row)
            elif row is not None:
                numbers.append(row[0])
                rows.append(row[1])
        return numbers, rows, rejected

    def _next_row(self) -> tuple[int, list[str]] | RejectedRow | None:
        """The next row; None for a blank line."""
        line = self._pending.popleft()
        if isinstance(line, RejectedRow):
            return line
        number, text = line
        if not text.strip():
            return None
        following: list[_Line] = []
        texts = [text]
        cells = _parse(texts, self._delimiter)
        while cells == _UNCLOSED and len(texts) < MOST_LINES:
            more = self._pending.popleft() if self._pending else next(self._lines, None)
            if more is None:
                break
            following.append(more)
            if isinstance(more, RejectedRow):
                break
            texts.append(more[1])
            if '"' in more[1]:  # nothing else can close it
                cells = _parse(texts, self._delimiter)
        if isinstance(cells, str):
            refusal = RejectedRow(number, cells, _REASONS[cells])
        elif (miscounted := self._miscounted(cells)) is not None:
            reason = f"{len(cells)} fields where there are {self._width} headings"
            refusal = RejectedRow(number, miscounted, reason)
        else:
            return number, cells[: self._width]
        self._pending.extendleft(reversed(following))
        return refusal

    def _miscounted(self, cells: Sequence[str]) -> str | None:
        if len(cells) < self._width:
            return "too_few_fields"
        if any(cell.strip() for cell in cells[self._width :]):
            return "too_many_fields"
        return None  # empty columns on the right are a spreadsheet's, not a mistake


# ---------------------------------------------------------------------- Parquet


def _open_parquet(path: Path) -> ListFile:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _bad_parquet(path) from error
    return ListFile([str(name).strip() for name in file.schema_arrow.names], _parquet_chunks(path, file))


def _bad_parquet(path: Path) -> FirstPartyListError:
    return FirstPartyListError(
        f"The first-party list {path.name} is not a readable Parquet file.",
        who=KEEPER,
        remedy="write it again, or give a CSV (UTF-8).",
    )


def _parquet_chunks(path: Path, file: pq.ParquetFile) -> Iterator[Chunk]:
    read = 0
    batches = file.iter_batches(batch_size=_CHUNK_ROWS)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise _bad_parquet(path) from error
        if batch is None:
            return
        yield _parquet_chunk(batch, first_number=read + 1)
        read += batch.num_rows


def _parquet_chunk(batch: pa.RecordBatch, first_number: int) -> Chunk:
    problems: dict[int, RejectedRow] = {}
    columns = [_texts(column, first_number, problems) for column in batch.columns]
    kept = [place for place in range(batch.num_rows) if place not in problems]
    if problems:
        columns = [column.take(pa.array(kept, pa.int64())) for column in columns]
    return _chunk([first_number + place for place in kept], columns, problems.values())


def _texts(column: pa.Array, first_number: int, problems: dict[int, RejectedRow]) -> pa.Array:
    """A column as text, the way its writer would have typed it; rows that are no text go to ``problems``."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode(), first_number, problems)
    if pa.types.is_nested(kind):
        return pa.array([_json(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_floating(kind):
        return pa.array([_number(value) for value in column.to_pylist()], pa.string())
    if not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        texts = column.cast(pa.string())
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            return _texts(texts.cast(pa.binary()), first_number, problems)
        return texts
    decoded: list[str | None] = []
    for place, value in enumerate(column.to_pylist()):
        try:
            decoded.append(None if value is None else value.decode("utf-8"))
        except UnicodeDecodeError:
            decoded.append(None)
            problems.setdefault(place, RejectedRow(first_number + place, "wrong_encoding", "a field is not UTF-8"))
    return pa.array(decoded, pa.string())


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _number(value: float | None) -> str | None:
    """A whole number without ``.0``: a column of numbers with gaps in it is written as fractions."""
    if value is None or math.isnan(value):
        return None
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)
