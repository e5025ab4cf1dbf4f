"""The user's own list: CSV or Parquet into ``raw.first_party``, every unreadable row into ``raw.rejected_rows``.

A list is somebody's spreadsheet: it may come in another encoding, with other headings, with a broken line in the
middle. What can be read is read; what cannot is named by its line number and the rule that refused it. Values are
trimmed and otherwise kept as they were given: what they mean is decided in SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction
from contactable.warehouse.errors import FirstPartyListError
from contactable.warehouse.first_party_reader import KEEPER, Chunk, RejectedRow, normal_heading, open_list
from contactable.warehouse.raw_tables import FIRST_PARTY_FIELDS

#: Headings that people write for ours, normalised: lower case, everything but letters and digits as ``_``.
ALIASES: Mapping[str, str] = {
    "id": "external_id", "customer_id": "external_id", "e_mail": "email", "email_address": "email",
    "e_mail_address": "email",
    "mail": "email", "phone_number": "phone", "telephone": "phone", "mobile": "phone", "mobile_phone": "phone",
    "linkedin": "linkedin_url", "linkedin_profile": "linkedin_url", "firstname": "first_name",
    "given_name": "first_name", "lastname": "last_name", "surname": "last_name", "family_name": "last_name",
    "street": "address", "street_address": "address", "zip_code": "zip", "zipcode": "zip", "postal_code": "zip",
    "postcode": "zip", "company": "company_name", "employer": "company_name", "domain": "company_domain",
    "website": "company_domain", "ip_address": "ip", "md5": "email_md5", "hem": "email_md5", "sha1": "email_sha1",
    "sha256": "email_sha256", "sales_navigator": "sales_navigator_id", "sales_navigator_url": "sales_navigator_id",
    "employer_identification_number": "ein", "contact_id": "contactbased_id",
}  # fmt: skip

_VALUES = (*FIRST_PARTY_FIELDS, "extra")

#: What makes a row the same row: every value, wherever it stands. A field that came after 2026-11 counts
#: only where it is filled: a row without it stays the row that it was.
_NEW_FIELDS = (
    "email_md5",
    "email_sha1",
    "email_sha256",
    "sales_navigator_id",
    "ein",
    "bigdbm_id",
    "contactbased_id",
)
_ROW_KEY = (
    "md5(concat_ws(chr(31), "
    + ", ".join(f"coalesce({name}, '')" for name in _VALUES if name not in _NEW_FIELDS)
    + "".join(f", '{name}=' || {name}" for name in _NEW_FIELDS)
    + "))"
)

#: Refused rows that a report names one by one; all of them are in ``raw.rejected_rows``.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class FirstPartyReport:
    """What was read.

    Args:
        source_file: the list's file name.
        rows: readable rows, the same row twice counted twice.
        distinct_rows: rows now in ``raw.first_party``.
        removed: rows of the former list that are no longer in it.
        rejected: rows that could not be read; ``first_rejected`` are the first few.
        unknown_columns: headings kept in ``extra``.
    """

    source_file: str
    rows: int
    distinct_rows: int
    removed: int
    rejected: int
    first_rejected: tuple[RejectedRow, ...]
    unknown_columns: tuple[str, ...]

    @property
    def notices(self) -> list[str]:
        """What a person should know about the list, a line each."""
        name = self.source_file
        lines = [f"{name} line {row.line_number}: {row.rule}, {row.reason}" for row in self.first_rejected]
        if self.rejected > len(self.first_rejected):
            more = self.rejected - len(self.first_rejected)
            lines.append(f"{name}: {more:,} more rows refused; see quarantined_records")
        if self.unknown_columns:
            lines.append(f"{name}: unknown columns kept aside: {', '.join(self.unknown_columns)}")
        if not self.rows:
            lines.append(f"{name}: headings, but no rows")
        return lines


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each of our fields stands in the file, and what the other columns are called there."""

    places: Mapping[str, int]
    extra: tuple[tuple[str, int], ...]


def load_first_party(con: DuckDBPyConnection, path: Path, *, now: datetime) -> FirstPartyReport:
    """Make ``raw.first_party`` hold what this list holds; all of it, or nothing where it raises.

    A row that stays in the list keeps its ``first_loaded_at``; a row that left it is removed; a row that stands
    there twice is kept once, with its first line number.

    Args:
        con: the warehouse, its raw tables present.
        path: CSV (comma, semicolon, tab or bar; UTF-8, or UTF-16 with a byte order mark) or Parquet.
        now: noted for new and rejected rows.

    Raises:
        FirstPartyListError: no such file, empty, of another kind, without a known column, or not one readable row.
    """
    source = open_list(path, {*FIRST_PARTY_FIELDS, *ALIASES})
    layout = _layout(source.header, path)
    moment = now.astimezone(UTC).replace(tzinfo=None)
    with transaction(con):
        first_rejected, rejected = _stage(con, source.chunks, layout, path.name)
        rows = _count(con, "list_rows")
        if rejected and not rows:
            first = first_rejected[0]
            raise FirstPartyListError(
                f"None of the {rejected:,} rows of {path.name} can be read. The first is line "
                f"{first.line_number}, {first.rule}: {first.reason}. The former list was kept.",
                who=KEEPER,
                remedy="save it as CSV (UTF-8), each line with as many fields as there are headings.",
            )
        removed = _merge(con, moment)
        _replace_rejected(con, moment)
        distinct_rows = _count(con, "raw.first_party")
    return FirstPartyReport(
        source_file=path.name,
        rows=rows,
        distinct_rows=distinct_rows,
        removed=removed,
        rejected=rejected,
        first_rejected=tuple(first_rejected),
        unknown_columns=tuple(name for name, _ in layout.extra),
    )


def clear_first_party(con: DuckDBPyConnection) -> int:
    """Forget the list, for a configuration that no longer names one; return how many rows that were."""
    with transaction(con):
        rows = _count(con, "raw.first_party")
        con.execute("delete from raw.first_party")
        con.execute("delete from raw.rejected_rows")
    return rows


def _layout(header: Sequence[str], path: Path) -> _Layout:
    """Our name for every heading; of two headings for one field, the second is kept aside."""
    places: dict[str, int] = {}
    extra: dict[str, int] = {}
    for place, heading in enumerate(header):
        name = normal_heading(heading)
        name = ALIASES.get(name, name)
        if name in FIRST_PARTY_FIELDS and name not in places:
            places[name] = place
            continue
        kept_as = heading or f"column {place + 1}"
        extra[kept_as if kept_as not in extra else f"{kept_as} (column {place + 1})"] = place
    if not places:
        raise FirstPartyListError(
            f"The first-party list {path.name} has no column that is known.",
            who=KEEPER,
            remedy=f"give its first line headings, any of: {', '.join(FIRST_PARTY_FIELDS)}.",
        )
    return _Layout(places, tuple(extra.items()))


def _stage(
    con: DuckDBPyConnection, chunks: Iterable[Chunk], layout: _Layout, source_file: str
) -> tuple[list[RejectedRow], int]:
    """Fill ``list_rows`` and ``list_rejected``; return the first refused rows, and how many there are."""
    fields = ", ".join(f"{name} varchar" for name in ("row_key", "source_file", *_VALUES))
    con.execute(f"create or replace temp table list_rows (line_number integer, {fields})")
    con.execute(
        "create or replace temp table list_rejected "
        "(source_file varchar, line_number integer, rule varchar, reason varchar)"
    )
    first: list[RejectedRow] = []
    count = 0
    for chunk in chunks:
        _insert(con, "list_rows", f"*, {_ROW_KEY} as row_key", _rows(chunk, layout, source_file))
        if chunk.rejected:
            _insert(con, "list_rejected", "*", _rejected(chunk.rejected, source_file))
            first += chunk.rejected[: _NAMED - len(first)]
            count += len(chunk.rejected)
    con.execute(f"delete from list_rows where coalesce({', '.join(_VALUES)}) is null")  # noqa: S608 - bare separators
    return first, count


def _rows(chunk: Chunk, layout: _Layout, source_file: str) -> pa.Table:
    count = len(chunk.line_numbers)
    absent = pa.nulls(count, pa.string())
    columns = {
        "source_file": pa.repeat(pa.scalar(source_file, pa.string()), count),
        "line_number": pa.array(chunk.line_numbers, pa.int32()),
        "extra": _extra(chunk, layout),
    }
    for name in FIRST_PARTY_FIELDS:
        columns[name] = chunk.columns[layout.places[name]] if name in layout.places else absent
    return pa.table(columns)


def _extra(chunk: Chunk, layout: _Layout) -> pa.Array:
    """The unknown columns of each row as a JSON object, null where they are all empty."""
    if not layout.extra:
        return pa.nulls(len(chunk.line_numbers), pa.string())
    names = [name for name, _ in layout.extra]
    columns = [chunk.columns[place].to_pylist() for _, place in layout.extra]
    objects = (
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns, strict=True)
    )
    return pa.array(
        [orjson.dumps(kept, option=orjson.OPT_SORT_KEYS) if kept else None for kept in objects], pa.string()
    )


def _rejected(rows: Sequence[RejectedRow], source_file: str) -> pa.Table:
    return pa.table(
        {
            "source_file": pa.array([source_file] * len(rows), pa.string()),
            "line_number": pa.array([row.line_number for row in rows], pa.int32()),
            "rule": pa.array([row.rule for row in rows], pa.string()),
            "reason": pa.array([row.reason for row in rows], pa.string()),
        }
    )


def _insert(con: DuckDBPyConnection, table: str, columns: str, rows: pa.Table) -> None:
    con.register("list_chunk", rows)
    try:
        con.execute(f"insert into {table} by name select {columns} from list_chunk")  # noqa: S608 - our own names
    finally:
        con.unregister("list_chunk")


def _merge(con: DuckDBPyConnection, moment: datetime) -> int:
    """``list_rows`` into ``raw.first_party``; return how many of the former rows are no longer there.

    A list that did not change writes nothing.
    """
    con.execute(
        "create or replace temp table list_first as "
        "select row_key, min(line_number) as line_number from list_rows group by row_key"
    )
    con.execute("create or replace temp table list_known as select row_key, first_loaded_at from raw.first_party")
    con.execute(
        """
        delete from raw.first_party
        where not exists (
            select 1
            from list_first
            inner join list_rows on list_rows.line_number = list_first.line_number
            where
                list_first.row_key = first_party.row_key
                and list_rows.line_number = first_party.line_number
                and list_rows.source_file = first_party.source_file
        )
        """
    )
    con.execute(
        """
        insert into raw.first_party by name
        select list_rows.*, coalesce(list_known.first_loaded_at, $now::timestamp) as first_loaded_at
        from list_first
        inner join list_rows on list_rows.line_number = list_first.line_number
        left join list_known on list_known.row_key = list_first.row_key
        where list_first.row_key not in (select row_key from raw.first_party)
        """,
        {"now": moment},
    )
    removed = con.execute(
        "select count(*) from list_known where row_key not in (select row_key from list_first)"
    ).fetchone()
    for table in ("list_first", "list_known", "list_rows"):
        con.execute(f"drop table {table}")
    return int(removed[0]) if removed else 0


def _replace_rejected(con: DuckDBPyConnection, moment: datetime) -> None:
    """``list_rejected`` into ``raw.rejected_rows``; a row refused before for the same reason keeps its time."""
    con.execute(
        """
        create or replace temp table rejected_now as
        select listed.*, coalesce(known.rejected_at, $now::timestamp) as rejected_at
        from list_rejected as listed
        left join raw.rejected_rows as known
            on known.source_file = listed.source_file
            and known.line_number = listed.line_number
            and known.rule = listed.rule
        """,
        {"now": moment},
    )
    con.execute("delete from raw.rejected_rows")
    con.execute("insert into raw.rejected_rows by name select * from rejected_now")
    con.execute("drop table rejected_now")
    con.execute("drop table list_rejected")


def _count(con: DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 - names from this module
    return int(row[0]) if row else 0
