"""Reading a list that somebody keeps, in chunks of columns, whatever is wrong with single rows.

A row that cannot be read costs itself and nothing else: it is reported by its line number and the rule that
refused it, and reading goes on with the next line. Memory is bounded by the chunk and by the limits below,
whatever the file holds. Reasons never repeat a value.
"""

import csv
import json
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contactable.warehouse.errors import FirstPartyListError
from contactable.warehouse.first_party_source import KEEPER, Line, RejectedRow, Source
from contactable.warehouse.first_party_workbook import open_sheet

#: A quoted field may hold line breaks; a row of more lines than this is an unclosed quote (2026-11-21: the longest
#: address block we allow for has ten lines; twice that leaves room).
MOST_LINES = 20

#: Longer fields are no contact data (2026-11-21: a postal address or a note stays far below).
MOST_CHARACTERS = 10_000

#: Lines, or rows of a sheet, among which the headings are looked for (2026-12-01: the longest notes known above a
#: list, a report's title with its filters, have twelve).
_FIRST_LINES = 60

#: Rows, or lines, held at once.
_CHUNK_ROWS = 10_000
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[\s,;]*', re.IGNORECASE)

_UNCLOSED = "unclosed_quote"
_MISPLACED = "misplaced_quote"
_TOO_LONG = "field_too_long"

_REASONS = {
    _UNCLOSED: "a quotation mark is not closed",
    _MISPLACED: "text follows a closing quotation mark",
    _TOO_LONG: f"a field has more than {MOST_CHARACTERS:,} characters",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, column by column in the order of the header, and the rows refused among them.

    Values are trimmed; an empty one is null. ``line_numbers`` count from 1 (Parquet: rows).
    """

    line_numbers: list[int]
    columns: list[pa.Array]
    rejected: list[RejectedRow]


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written. ``separator`` and ``encoding``: of a CSV; ``sheet`` and ``sheets``: of a workbook."""

    kind: str
    encoding: str = ""
    separator: str = ""
    is_gzip: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_line: int = 1
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListFile:
    """An opened list: its headings as written, and its rows. ``chunks`` can be read once."""

    header: list[str]
    chunks: Iterator[Chunk]
    format: Format


#: How many cells of a row are headings that are known.
Understood = Callable[[Sequence[str]], int]


def open_list(
    path: Path, understood: Understood, *, sheet: str | None = None, encoding: str | None = None
) -> ListFile:
    """Open a CSV (comma, semicolon, tab or bar; also gzip), an Excel workbook (.xlsx) or a Parquet file.

    The headings are the first row that holds most known ones among the first lines: what stands above are notes.

    Args:
        path: the list; its kind and encoding are told by its bytes.
        understood: counts the known headings of a row.
        sheet: of a workbook; None: the first.
        encoding: of a CSV; None: told by its bytes.

    Raises:
        FirstPartyListError: there is no such file, it is empty, or of another kind.
    """
    source = Source(path, encoding)
    if sheet is not None and source.kind != "xlsx":
        raise FirstPartyListError(
            f"The first-party list {path.name} is no workbook, and has no sheet {sheet!r}.",
            who=KEEPER,
            remedy="remove first_party_sheet from contactable.yml.",
        )
    opened = {"parquet": _open_parquet, "xlsx": _open_workbook, "csv": _open_csv}[source.kind](
        source, understood, sheet
    )
    return ListFile(opened.header, _unchanged(source, opened.chunks), opened.format)


def _unchanged(source: Source, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    yield from chunks
    source.check_unchanged()


def _most_known(scores: Sequence[int]) -> int | None:
    """Of rows, by their numbers of known headings, the one with the headings; None where no row knows any.

    The first that has at least half of the most: a row of data may hold a heading's word here and there.
    """
    most = max(scores, default=0)
    return (
        next((place for place, score in enumerate(scores) if score and 2 * score >= most), None) if most else None
    )


def _above(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    return (f"{rows} line{'s' * (rows > 1)} above the headings {'are' if rows > 1 else 'is'} not read",)


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


# ---------------------------------------------------------------------- CSV: headings


@dataclass(frozen=True, slots=True)
class _Heading:
    """A reading of some physical lines as one row of headings: from place ``first`` of them until ``after``."""

    score: int
    first: int
    after: int
    line_number: int
    delimiter: str
    cells: list[str]


def _open_csv(source: Source, understood: Understood, _: str | None) -> ListFile:
    name = source.path.name
    lines = dropwhile(lambda line: not _is_written(line), source.lines())
    begun: list[Line] = list(islice(lines, _FIRST_LINES))
    delimiters = _DELIMITERS
    if begun and not isinstance(begun[0], RejectedRow) and (said := _SEPARATOR_LINE.fullmatch(begun[0][1])):
        delimiters = said.group(1)
        begun = [*begun[1:], *islice(lines, 1)]
    first = next((line for line in begun if _is_written(line)), None)
    if first is None:
        raise FirstPartyListError(
            f"The first-party list {name} is empty.", who=KEEPER, remedy="give it a line of headings, and rows."
        )
    chosen = _headings(begun, delimiters, understood)
    if chosen is None:
        reason, remedy = "have a quotation mark out of place", "correct its first line."
        if isinstance(first, RejectedRow):
            reason, remedy = f"cannot be read: {first.reason}", "save it as CSV (UTF-8)."
        raise FirstPartyListError(f"The headings of {name} {reason}.", who=KEEPER, remedy=remedy)
    above = sum(
        not isinstance(line, RejectedRow) and any(map(str.isalnum, line[1])) for line in begun[: chosen.first]
    )
    rest = chain(begun[chosen.after :], lines)
    return ListFile(
        chosen.cells,
        _Rows(rest, chosen.delimiter, len(chosen.cells)).chunks(),
        Format(
            "csv",
            encoding=source.encoding,
            separator=chosen.delimiter,
            is_gzip=source.is_gzip,
            header_line=chosen.line_number,
            notices=(*source.notices, *_above(above)),
        ),
    )


def _is_written(line: Line) -> bool:
    return isinstance(line, RejectedRow) or bool(line[1].strip())


def _headings(begun: Sequence[Line], delimiters: str, understood: Understood) -> _Heading | None:
    """The row of headings under the separator that makes most of it known; None where none can be read.

    Where no heading is known it is the first row, cut by the separator that makes the most cells.
    """
    best: list[_Heading] = []
    for place, line in enumerate(begun):
        if isinstance(line, RejectedRow) or not line[1].strip():
            continue
        readings = [_reading(begun, place, delimiter, understood) for delimiter in delimiters]
        whole = [reading for reading in readings if reading is not None]
        if whole:
            best.append(max(whole, key=lambda reading: (reading.score, len(reading.cells))))
    chosen = _most_known([reading.score for reading in best])
    if chosen is not None:
        return best[chosen]
    first = next((place for place, line in enumerate(begun) if _is_written(line)), None)
    return next((reading for reading in best if reading.first == first), None)


def _reading(begun: Sequence[Line], place: int, delimiter: str, understood: Understood) -> _Heading | None:
    """The row that begins at a line; a quoted heading may hold line breaks."""
    texts: list[str] = []
    line_number = 0
    for after, line in enumerate(begun[place : place + MOST_LINES], start=place + 1):
        if isinstance(line, RejectedRow):
            return None
        line_number = line_number or line[0]
        texts.append(line[1])
        cells = _parse(texts, delimiter)
        if isinstance(cells, list):
            trimmed = [cell.strip() for cell in cells]
            return _Heading(understood(trimmed), place, after, line_number, delimiter, trimmed)
        if cells != _UNCLOSED:
            return None
    return None


# ---------------------------------------------------------------------- CSV: rows


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
    """Rows from lines, with a field for each heading: cells that a program left out at a row's end are empty.

    A quote that swallows lines is refused with its own line only: the lines after it are read again as rows.
    """

    def __init__(self, lines: Iterator[Line], delimiter: str, width: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._pending: deque[Line] = deque()

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

    def _at_once(self, block: Sequence[Line]) -> list[list[str]] | None:
        """All rows of a block in one call of the parser (three times faster); None where one needs a closer look.

        As many rows as lines means that each row is one line: no quote has swallowed another.
        """
        texts = [line[1] for line in block if not isinstance(line, RejectedRow)]
        try:
            rows = list(csv.reader(texts, delimiter=self._delimiter, skipinitialspace=True, strict=True))
        except csv.Error:
            return None
        if len(rows) != len(block):
            return None
        for place, row in enumerate(rows):
            if len(row) != self._width:
                if not row or self._has_more(row):
                    return None
                rows[place] = _padded(row, self._width)
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
        following: list[Line] = []
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
        elif self._has_more(cells):
            reason = f"{len(cells)} fields where there are {self._width} headings"
            refusal = RejectedRow(number, "too_many_fields", reason)
        elif len(cells) < self._width and len(texts) > 1 and self._swallows(texts):
            refusal = RejectedRow(number, _UNCLOSED, "a quotation mark swallows other rows")
        else:
            return number, _padded(cells, self._width)
        self._pending.extendleft(reversed(following))
        return refusal

    def _has_more(self, cells: Sequence[str]) -> bool:
        """More values than headings; empty columns on the right are a spreadsheet's, not a mistake."""
        return len(cells) > self._width and _is_filled(cells[self._width :])

    def _swallows(self, texts: Sequence[str]) -> bool:
        """Whether one of a row's lines would be a whole row by itself: its quote was meant to close before."""
        return any(text.count(self._delimiter) >= self._width - 1 for text in texts)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells[:width] if len(cells) >= width else [*cells, *[""] * (width - len(cells))]


# ---------------------------------------------------------------------- Excel


def _open_workbook(source: Source, understood: Understood, sheet: str | None) -> ListFile:
    name, sheets, rows = open_sheet(source.path, sheet)
    begun = list(islice(rows, _FIRST_LINES))
    while begun and not any(_is_filled(cells) for _, cells in begun):
        begun = list(islice(rows, _FIRST_LINES))
    if not begun:
        raise FirstPartyListError(
            f"The sheet {name!r} of {source.path.name} is empty.",
            who=KEEPER,
            remedy="name another: first_party_sheet in contactable.yml.",
        )
    place = _most_known([understood([cell.strip() for cell in cells]) for _, cells in begun])
    if place is None:
        place = next(place for place, (_, cells) in enumerate(begun) if _is_filled(cells))
    number, cells = begun[place]
    header = [cell.strip() for cell in cells]
    while len(header) > 1 and not header[-1]:
        header.pop()
    above = sum(_is_filled(cells) for _, cells in begun[:place])
    return ListFile(
        header,
        _workbook_chunks(chain(begun[place + 1 :], rows), len(header)),
        Format("xlsx", sheet=name, sheets=tuple(sheets), header_line=number, notices=_above(above)),
    )


def _is_filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _workbook_chunks(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Chunk]:
    while block := list(islice(rows, _CHUNK_ROWS)):
        numbers: list[int] = []
        kept: list[list[str]] = []
        rejected: list[RejectedRow] = []
        for number, cells in block:
            if _is_filled(cells[width:]):
                reason = f"{len(cells)} fields where there are {width} headings"
                rejected.append(RejectedRow(number, "too_many_fields", reason))
            elif _is_filled(cells):
                numbers.append(number)
                kept.append(_padded(cells, width))
        columns = [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        yield _chunk(numbers, columns or [pa.nulls(0, pa.string())] * width, rejected)


# ---------------------------------------------------------------------- Parquet


def _open_parquet(source: Source, _: Understood, __: str | None) -> ListFile:
    path = source.path
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _bad_parquet(path) from error
    names = [str(name).strip() for name in file.schema_arrow.names]
    return ListFile(names, _parquet_chunks(path, file), Format("parquet"))


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
