"""The user's own list: CSV or Parquet into ``raw.first_party``, every unreadable row into ``raw.rejected_rows``.

A list is somebody's spreadsheet: it may come in another encoding, with other headings, with a broken line in the
middle. What can be read is read; what cannot is named by its line number and the rule that refused it.
"""

import codecs
import csv
import hashlib
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction
from contactable.warehouse.errors import FirstPartyListError

COLUMNS: tuple[str, ...] = (
    "external_id", "email", "phone", "linkedin_url", "first_name", "last_name", "address", "city", "state", "zip",
    "country", "company_name", "company_domain", "maid", "ip", "vin",
)  # fmt: skip

#: Headings that people write for ours, after lower-casing and turning everything but letters into "_".
ALIASES: Mapping[str, str] = {
    "id": "external_id", "customer_id": "external_id", "e_mail": "email", "email_address": "email",
    "mail": "email", "phone_number": "phone", "telephone": "phone", "mobile": "phone", "mobile_phone": "phone",
    "linkedin": "linkedin_url", "linkedin_profile": "linkedin_url", "firstname": "first_name",
    "given_name": "first_name", "lastname": "last_name", "surname": "last_name", "family_name": "last_name",
    "street": "address", "street_address": "address", "zip_code": "zip", "zipcode": "zip", "postal_code": "zip",
    "postcode": "zip", "company": "company_name", "employer": "company_name", "domain": "company_domain",
    "website": "company_domain", "ip_address": "ip",
}  # fmt: skip

#: A quoted field may hold line breaks, but a row of more lines than this is an unclosed quote (2026-11-21: the
#: longest real address block we allow for is ten lines; twice that leaves room).
_MOST_LINES = 20
#: Longer fields are no contact data; a megabyte in one cell is a file that is no list.
_MOST_CHARACTERS = 10_000
_BATCH = 50_000
_WHO = "whoever keeps the first-party list"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read. ``reason`` never repeats a value."""

    line_number: int
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class FirstPartyReport:
    """What was read. ``unknown_columns`` are kept in ``extra``."""

    source_file: str
    rows: int
    rejected: tuple[RejectedRow, ...]
    unknown_columns: tuple[str, ...]

    @property
    def notices(self) -> list[str]:
        """What a person should know about the list, a line each."""
        lines = [
            f"{self.source_file} line {row.line_number}: {row.rule}, {row.reason}" for row in self.rejected[:5]
        ]
        if len(self.rejected) > 5:
            lines.append(
                f"{self.source_file}: {len(self.rejected) - 5:,} more rows refused; see quarantined_records"
            )
        if self.unknown_columns:
            lines.append(f"{self.source_file}: unknown columns kept aside: {', '.join(self.unknown_columns)}")
        return lines


@dataclass(frozen=True, slots=True)
class _Row:
    line_number: int
    values: tuple[str | None, ...]
    extra: str | None


def load_first_party(con: DuckDBPyConnection, path: Path, *, now: datetime) -> FirstPartyReport:
    """Make ``raw.first_party`` hold what this list holds.

    A row that stays in the list keeps its ``first_loaded_at``; a row that left it is removed.

    Args:
        con: the warehouse, its raw tables present.
        path: CSV (any of comma, semicolon, tab or bar; UTF-8 or UTF-16 with a byte order mark) or Parquet.
        now: noted for new and rejected rows.

    Raises:
        FirstPartyListError: no such file, empty, or without a single known column.
    """
    if not path.is_file():
        raise FirstPartyListError(
            f"the first-party list {path} does not exist",
            who=_WHO,
            remedy="correct first_party in contactable.yml",
        )
    header, rows = _read_parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _read_csv(path)
    columns = _known_columns(header, path)
    moment = now.astimezone(UTC).replace(tzinfo=None)
    rejected: list[RejectedRow] = []
    count = 0
    with transaction(con):
        con.execute("create or replace temp table list_rows as from raw.first_party limit 0")
        con.execute("alter table list_rows drop column first_loaded_at")
        for batch in _batches(_named(rows, header, columns, rejected)):
            count += len(batch)
            arrow = _arrow(path.name, batch)
            con.register("list_batch", arrow)
            con.execute("insert into list_rows by name select * from list_batch")
            con.unregister("list_batch")
        _merge(con, moment)
        con.execute("delete from raw.rejected_rows where source_file = ?", [path.name])
        if rejected:
            con.executemany(
                "insert into raw.rejected_rows (source_file, line_number, rule, reason, rejected_at) "
                "values (?, ?, ?, ?, ?)",
                [(path.name, row.line_number, row.rule, row.reason, moment) for row in rejected],
            )
    unknown = tuple(name for name, known in zip(header, columns, strict=True) if known is None)
    return FirstPartyReport(path.name, count, tuple(rejected), unknown)


def _merge(con: DuckDBPyConnection, moment: datetime) -> None:
    """The same row twice in a list is one row: its first line."""
    con.execute(
        """
        create or replace temp table list_now as
        select list_rows.*, coalesce(known.first_loaded_at, $now::timestamp) as first_loaded_at
        from (
            select * from list_rows
            qualify row_number() over (partition by row_key order by line_number) = 1
        ) list_rows
        left join (
            select row_key, min(first_loaded_at) as first_loaded_at from raw.first_party group by row_key
        ) known using (row_key)
        """,
        {"now": moment},
    )
    con.execute("delete from raw.first_party")
    con.execute("insert into raw.first_party by name select * from list_now")
    con.execute("drop table list_now")
    con.execute("drop table list_rows")


# ---------------------------------------------------------------- headings


def _known_columns(header: Sequence[str], path: Path) -> list[str | None]:
    """Our name for every heading, or None."""
    found: list[str | None] = []
    for heading in header:
        name = re.sub(r"[^a-z]+", "_", heading.strip().lower()).strip("_")
        name = ALIASES.get(name, name)
        found.append(name if name in COLUMNS and name not in found else None)
    if not any(found):
        raise FirstPartyListError(
            f"{path.name} has no column that is known",
            who=_WHO,
            remedy=f"give its first line headings, any of: {', '.join(COLUMNS)}",
        )
    return found


def _named(
    rows: Iterable[tuple[int, list[str | None]] | RejectedRow],
    header: Sequence[str],
    columns: Sequence[str | None],
    rejected: list[RejectedRow],
) -> Iterator[_Row]:
    place = {name: index for index, name in enumerate(columns) if name is not None}
    unknown = [
        (heading.strip(), index)
        for index, (heading, name) in enumerate(zip(header, columns, strict=True))
        if name is None
    ]
    for row in rows:
        if isinstance(row, RejectedRow):
            rejected.append(row)
            continue
        line_number, cells = row
        problem = _problem(cells, len(header))
        if problem is not None:
            rejected.append(RejectedRow(line_number, *problem))
            continue
        trimmed = [(cell or "").strip() or None for cell in cells]
        if not any(trimmed):
            continue
        values = tuple(trimmed[place[name]] if name in place else None for name in COLUMNS)
        extra = {heading: trimmed[index] for heading, index in unknown if trimmed[index] is not None}
        yield _Row(line_number, values, json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None)


def _problem(cells: Sequence[str | None], expected: int) -> tuple[str, str] | None:
    if len(cells) != expected:
        rule = "too_many_fields" if len(cells) > expected else "too_few_fields"
        return rule, f"{len(cells)} fields where the heading has {expected}"
    for number, cell in enumerate(cells, start=1):
        if cell and "\x00" in cell:
            return "nul_byte", f"field {number} holds a NUL byte"
        if cell and len(cell) > _MOST_CHARACTERS:
            return "field_too_long", f"field {number} has more than {_MOST_CHARACTERS:,} characters"
    return None


# ---------------------------------------------------------------- files


def _read_parquet(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str | None]] | RejectedRow]]:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise FirstPartyListError(
            f"{path.name} is not a readable Parquet file", who=_WHO, remedy="write it again, or give a CSV"
        ) from error
    header = [str(name) for name in file.schema_arrow.names]

    def rows() -> Iterator[tuple[int, list[str | None]]]:
        number = 0
        for batch in file.iter_batches(_BATCH):
            for record in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, [None if value is None else str(value) for value in record]

    return header, rows()


def _read_csv(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str | None]] | RejectedRow]]:
    lines = _lines(path)
    first = next((line for line in lines if not isinstance(line, RejectedRow) and line[1].strip()), None)
    if first is None or isinstance(first, RejectedRow):
        raise FirstPartyListError(f"{path.name} is empty", who=_WHO, remedy="give it a heading and rows")
    heading = first[1]
    delimiter = max(",;\t|", key=heading.count)
    header = next(csv.reader([heading], delimiter=delimiter))
    return header, _records(lines, delimiter)


def _lines(path: Path) -> Iterator[tuple[int, str] | RejectedRow]:
    """Physical lines, decoded; the file is read as it is needed."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        with path.open(encoding="utf-16", errors="replace", newline="") as text:
            yield from enumerate(text, start=1)
        return
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            try:
                yield number, line.decode("utf-8")
            except UnicodeDecodeError:
                yield RejectedRow(number, "wrong_encoding", "not UTF-8: save the list as UTF-8")


def _records(
    lines: Iterator[tuple[int, str] | RejectedRow], delimiter: str
) -> Iterator[tuple[int, list[str | None]] | RejectedRow]:
    """Rows from lines. An unclosed quote costs its own line only: reading goes on with the next."""
    given_back: deque[tuple[int, str]] = deque()

    def next_line() -> tuple[int, str] | RejectedRow | None:
        return given_back.popleft() if given_back else next(lines, None)

    while (line := next_line()) is not None:
        if isinstance(line, RejectedRow):
            yield line
            continue
        number, text = line
        if not text.strip():
            continue
        taken, open_quote = [text], text.count('"') % 2 == 1
        following: list[tuple[int, str]] = []
        while open_quote and len(taken) < _MOST_LINES:
            more = next_line()
            if more is None:
                break
            if isinstance(more, RejectedRow):
                yield more
                break
            following.append(more)
            taken.append(more[1])
            open_quote = open_quote != (more[1].count('"') % 2 == 1)
        if open_quote:
            given_back.extendleft(reversed(following))
            yield RejectedRow(number, "unclosed_quote", "a quotation mark is not closed")
        else:
            yield number, list(next(csv.reader(taken, delimiter=delimiter), []))


# ---------------------------------------------------------------- batches


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    batch: list[_Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _arrow(source_file: str, rows: Sequence[_Row]) -> pa.Table:
    keys = [
        hashlib.md5(
            "\x1f".join(v or "" for v in (*row.values, row.extra)).encode(), usedforsecurity=False
        ).hexdigest()
        for row in rows
    ]
    columns: dict[str, pa.Array] = {
        "row_key": pa.array(keys, pa.string()),
        "source_file": pa.array([source_file] * len(rows), pa.string()),
        "line_number": pa.array([row.line_number for row in rows], pa.int32()),
        "extra": pa.array([row.extra for row in rows], pa.string()),
    }
    for index, name in enumerate(COLUMNS):
        columns[name] = pa.array([row.values[index] for row in rows], pa.string())
    return pa.table(columns)
