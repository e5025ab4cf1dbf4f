"""The user's own list into ``raw.first_party``, every unreadable row of it into ``raw.rejected_rows``.

A list is somebody's spreadsheet: it may come in another encoding, with other headings, with a broken line in the
middle. What can be read is read; what cannot is named by its line number and the rule that refused it. Values are
trimmed and otherwise kept as they were given: what they mean is decided in SQL.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction
from contactable.warehouse.errors import FirstPartyListError
from contactable.warehouse.first_party_consent import STATEMENTS, Statements, apply_statements
from contactable.warehouse.first_party_headings import (
    DEFAULT_SETTINGS,
    IDENTIFYING,
    PLURAL,
    Layout,
    ListSettings,
    read_headings,
    same,
    shown,
    understood,
)
from contactable.warehouse.first_party_places import Place, place, whole_address
from contactable.warehouse.first_party_reader import Chunk, ListFile, open_list
from contactable.warehouse.first_party_source import KEEPER, RejectedRow
from contactable.warehouse.raw_tables import FIRST_PARTY_FIELDS

_VALUES = (*FIRST_PARTY_FIELDS, "extra")

#: What makes a row the same row: every value, wherever it stands. A field that came after 2026-11 counts
#: only where it is filled: a row without it stays the row that it was.
_NEW_FIELDS = (
    "full_name",
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

#: Columns that a report names; ``contactable list`` shows all of them.
_NAMED_COLUMNS = 20

_ADDRESS_PARTS = ("address", "city", "state", "zip", "country")

#: A profile address among addresses of any kind.
_PROFILE = r"(?i)linkedin\.com/(?:mwlite/|m/)?(?:in|pub)/"

#: What says who somebody is, in words.
_WHO = "an e-mail address, a phone number, a profile or an address"

#: Rows that say who somebody is, well enough to ask a vendor. The list's own number does not, nor does an employer
#: beside a name.
_IDENTIFIED = (
    "email like '%@%' or email like '%＠%' or regexp_matches(phone, '[0-9].*[0-9].*[0-9].*[0-9].*[0-9]') or "
    + "coalesce("
    + ", ".join(name for name in IDENTIFYING if name not in ("email", "phone"))
    + ") is not null or (company_domain is not null and coalesce(first_name, last_name, full_name) is null)"
)


@dataclass(frozen=True, slots=True)
class FirstPartyReport:
    """What was read.

    Args:
        source_file: the list's file name.
        rows: readable rows, the same row twice counted twice.
        distinct_rows: rows now in ``raw.first_party``.
        removed: rows of the former list that are no longer in it.
        rejected: rows that could not be read; ``first_rejected`` are the first few.
        unknown_columns: headings that were not understood; what they hold is kept in ``extra``.
        format_notices: what a person should know about how the file was written.
        consent_notices: whom the list says not to contact, and what became of it.
    """

    source_file: str
    rows: int
    distinct_rows: int
    removed: int
    rejected: int
    first_rejected: tuple[RejectedRow, ...]
    unknown_columns: tuple[str, ...]
    format_notices: tuple[str, ...] = ()
    consent_notices: tuple[str, ...] = ()

    @property
    def notices(self) -> list[str]:
        """What a person should know about the list, a line each."""
        name = self.source_file
        lines = [f"{name}: {notice}" for notice in (*self.format_notices, *self.consent_notices)]
        lines += [f"{name} line {row.line_number}: {row.rule}, {row.reason}" for row in self.first_rejected]
        if self.rejected > len(self.first_rejected):
            more = self.rejected - len(self.first_rejected)
            lines.append(f"{name}: {more:,} more rows refused; see quarantined_records")
        if self.unknown_columns:
            lines.append(f"{name}: unknown columns kept aside: {_named_columns(self.unknown_columns)}")
        if not self.rows:
            lines.append(f"{name}: headings, but no rows")
        return lines


def open_first_party(path: Path, settings: ListSettings = DEFAULT_SETTINGS) -> tuple[ListFile, Layout]:
    """The list, opened, and what its headings mean.

    Raises:
        FirstPartyListError: no such file, empty, of another kind, or ``columns`` names a heading that it lacks.
    """
    source = open_list(
        path, partial(understood, columns=settings.columns), sheet=settings.sheet, encoding=settings.encoding
    )
    headings = {same(heading): heading for heading in source.header if heading}
    for heading in settings.columns:
        if same(heading) not in headings:
            near = get_close_matches(same(heading), headings, n=1)
            meant = f" Did you mean {headings[near[0]]!r}?" if near else ""
            raise FirstPartyListError(
                f"columns in contactable.yml names {heading!r}, a heading that {path.name} does not have.{meant}",
                who=KEEPER,
                remedy=f"correct it; contactable list {path.name} shows the headings.",
            )
    return source, read_headings(source.header, settings.columns)


def nobody_identified(path: Path, layout: Layout, rows: int | None = None) -> FirstPartyListError:
    """The refusal of a list that names nobody: by its headings, or in any of its ``rows``."""
    what = f"it has no column with {_WHO}" if rows is None else f"in none of its {rows:,} rows is there {_WHO}"
    some_known = any(
        column.meaning.is_known for column in layout.columns
    )  # else these may be values, not headings
    unknown = f" Not understood: {_named_columns(layout.unknown)}." if layout.unknown and some_known else ""
    return FirstPartyListError(
        f"The first-party list {path.name} identifies nobody: {what}.{unknown}",
        who=KEEPER,
        remedy=(
            f"say what its columns are (columns in contactable.yml; contactable list {path.name} shows how it is "
            "read), or give them headings such as email, phone, linkedin_url, first_name, last_name, address, zip."
        ),
    )


def load_first_party(
    con: DuckDBPyConnection, path: Path, *, now: datetime, settings: ListSettings = DEFAULT_SETTINGS
) -> FirstPartyReport:
    """Make ``raw.first_party`` hold what this list holds; all of it, or nothing where it raises.

    A row that stays in the list keeps its ``first_loaded_at``; a row that left it is removed; a row that stands
    there twice is kept once, with its first line number.

    Args:
        con: the warehouse, its raw tables present.
        path: CSV (comma, semicolon, tab or bar; also gzip), Excel (.xlsx) or Parquet; see ``open_list``.
        now: noted for new and rejected rows.
        settings: how the list is to be read, where that is configured.

    Raises:
        FirstPartyListError: no such file, empty, of another kind, changed while it was read, not one readable row,
            or nobody whom it identifies.
    """
    source, layout = open_first_party(path, settings)
    if not layout.identifies:
        raise nobody_identified(path, layout)
    moment = now.astimezone(UTC).replace(tzinfo=None)
    statements = Statements(layout.consents)
    with transaction(con):
        first_rejected, rejected = _stage(con, source.chunks, layout, statements, path.name)
        rows = _count(con, "list_rows")
        if rejected and not rows:
            first = first_rejected[0]
            raise FirstPartyListError(
                f"None of the {rejected:,} rows of {path.name} can be read. The first is line "
                f"{first.line_number}, {first.rule}: {first.reason}. The former list was kept.",
                who=KEEPER,
                remedy="save it as CSV (UTF-8), with at most as many fields in a line as there are headings.",
            )
        if rows and not _count(con, f"list_rows where {_IDENTIFIED}"):
            raise nobody_identified(path, layout, rows)
        left_out = apply_statements(con, statements, moment)
        if left_out:
            _insert(con, "list_rejected", "*", _rejected(left_out, path.name))
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
        unknown_columns=layout.unknown,
        format_notices=source.format.notices,
        consent_notices=tuple(statements.notices),
    )


def _named_columns(names: Sequence[str]) -> str:
    """The first few headings."""
    more = len(names) - _NAMED_COLUMNS
    return ", ".join(shown(names[:_NAMED_COLUMNS])) + (f" and {more:,} more" if more > 0 else "")


def clear_first_party(con: DuckDBPyConnection) -> int:
    """Forget the list, for a configuration that no longer names one; return how many rows that were."""
    with transaction(con):
        rows = _count(con, "raw.first_party")
        con.execute("delete from raw.first_party")
        con.execute("delete from raw.rejected_rows")
    return rows


def _stage(
    con: DuckDBPyConnection, chunks: Iterable[Chunk], layout: Layout, statements: Statements, source_file: str
) -> tuple[list[RejectedRow], int]:
    """Fill ``list_rows`` and ``list_rejected``; return the first refused rows, and how many there are."""
    fields = ", ".join(f"{name} varchar" for name in ("row_key", "source_file", *_VALUES, *STATEMENTS))
    con.execute(f"create or replace temp table list_rows (line_number integer, {fields})")
    con.execute(
        "create or replace temp table list_rejected "
        "(source_file varchar, line_number integer, rule varchar, reason varchar)"
    )
    first: list[RejectedRow] = []
    count = 0
    for chunk in chunks:
        _insert(con, "list_rows", f"*, {_ROW_KEY} as row_key", _rows(chunk, layout, statements, source_file))
        if chunk.rejected:
            _insert(con, "list_rejected", "*", _rejected(chunk.rejected, source_file))
            first += chunk.rejected[: _NAMED - len(first)]
            count += len(chunk.rejected)
    con.execute(f"delete from list_rows where coalesce({', '.join(_VALUES)}) is null")  # noqa: S608 - bare separators
    return first, count


def _rows(chunk: Chunk, layout: Layout, statements: Statements, source_file: str) -> pa.Table:
    count = len(chunk.line_numbers)
    return pa.table(
        {
            "source_file": pa.repeat(pa.scalar(source_file, pa.string()), count),
            "line_number": pa.array(chunk.line_numbers, pa.int32()),
            **field_values(chunk, layout),
            "extra": _extra(chunk, layout),
            **statements.of(chunk),
        }
    )


def field_values(chunk: Chunk, layout: Layout) -> dict[str, pa.Array]:
    """Each of our fields for a chunk: several columns of one kind a line each, or the first that is filled."""
    count = len(chunk.line_numbers)
    absent = pa.nulls(count, pa.string())

    def columns(places: Sequence[int]) -> list[pa.Array]:
        return [chunk.columns[place].cast(pa.string()) for place in places]

    values = {
        name: (_lines if name in PLURAL else _first)(columns(layout.fields.get(name, ())), absent)
        for name in FIRST_PARTY_FIELDS
    }
    values |= _address(chunk, layout, absent)
    for place_number in layout.places:
        values |= _filled(
            values, _taken_apart(columns([place_number])[0], place), ("city", "state", "zip", "country")
        )
    for url in columns(layout.profile_urls):
        is_profile = pc.fill_null(pc.match_substring_regex(url, _PROFILE), False)
        values["linkedin_url"] = _lines([values["linkedin_url"], pc.if_else(is_profile, url, absent)], absent)
        values["company_domain"] = pc.coalesce(values["company_domain"], pc.if_else(is_profile, absent, url))
    return values


def _first(columns: Sequence[pa.Array], absent: pa.Array) -> pa.Array:
    return pc.coalesce(*columns) if columns else absent


def _lines(columns: Sequence[pa.Array], absent: pa.Array, between: str = "\n") -> pa.Array:
    """The filled cells of each row, joined. (Arrow's own join with nulls skipped drops rows that have none.)"""
    joined = absent
    for column in columns:
        both = pc.binary_join_element_wise(joined, column, between)  # null where either is
        joined = pc.coalesce(both, joined, column)
    return joined


def _address(chunk: Chunk, layout: Layout, absent: pa.Array) -> dict[str, pa.Array]:
    """The person's address: the first that has a street, else the first of which anything is known."""
    blocks: list[dict[str, pa.Array]] = []
    for parts in layout.addresses:
        block = {
            name: (partial(_lines, between=", ") if name == "address" else _first)(
                [chunk.columns[place].cast(pa.string()) for place in parts.get(name, ())], absent
            )
            for name in _ADDRESS_PARTS
        }
        if not {"city", "state", "zip"} & parts.keys():
            block |= _filled(block, _taken_apart(block["address"], whole_address), _ADDRESS_PARTS)
        blocks.append(block)
    if len(blocks) == 1:
        return blocks[0]
    chosen = pa.nulls(len(chunk.line_numbers), pa.int32())
    for names in (("address",), _ADDRESS_PARTS):
        for number, block in enumerate(blocks):
            here = pc.and_(pc.is_null(chosen), pc.is_valid(pc.coalesce(*(block[name] for name in names))))
            chosen = pc.if_else(here, pa.scalar(number, pa.int32()), chosen)
    return {
        name: _first(
            [pc.if_else(pc.equal(chosen, number), block[name], absent) for number, block in enumerate(blocks)],
            absent,
        )
        for name in _ADDRESS_PARTS
    }


def _taken_apart(texts: pa.Array, read: Callable[[str | None], Place | None]) -> dict[str, pa.Array]:
    found = [read(text) or Place() for text in texts.to_pylist()]
    return {name: pa.array([getattr(one, name) for one in found], pa.string()) for name in _ADDRESS_PARTS}


def _filled(
    values: Mapping[str, pa.Array], found: Mapping[str, pa.Array], names: Sequence[str]
) -> dict[str, pa.Array]:
    """What was found in one text; a street replaces the text that it was found in."""
    return {
        name: pc.coalesce(found[name], values[name])
        if name == "address"
        else pc.coalesce(values[name], found[name])
        for name in names
    }


def _extra(chunk: Chunk, layout: Layout) -> pa.Array:
    """The columns that no field holds in full, each row's as a JSON object; null where they are all empty."""
    if not layout.aside:
        return pa.nulls(len(chunk.line_numbers), pa.string())
    names = [column.name for column in layout.aside]
    columns = [chunk.columns[column.place].to_pylist() for column in layout.aside]
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
        select
            list_rows.* exclude (refused, permitted),
            coalesce(list_known.first_loaded_at, $now::timestamp) as first_loaded_at
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
