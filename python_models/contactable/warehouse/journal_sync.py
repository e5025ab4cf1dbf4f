"""The journal's books in the warehouse: requests, asks, extractions, rejections, runs.

Requests, asks and rejections grow without end and carry a number that grows with every change: only what is newer
than the last sync is read, in pages. Runs and extractions are few and replaced. If the books do not add up
afterwards (a journal restored from a backup, rows erased), the table is read again in full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlalchemy import Engine, Table, func, select, tuple_

from contactable.journal.databases import reading
from contactable.journal.tables import asked, extractions, rejections, requests, runs
from contactable.warehouse.duckdb import transaction
from contactable.warehouse.raw_tables import RAW_TABLES, Column

#: Rows read from the journal at once: bounds memory.
_PAGE_ROWS = 20_000

_ARROW_TYPES = {
    "varchar": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class _Book:
    """A journal table and the raw table it fills. ``sequence``: the column that grows; None: replaced whole."""

    source: Table
    target: str
    key: str
    sequence: str | None


_BOOKS = (
    _Book(requests, "journal_requests", "request_id", "updated_seq"),
    _Book(asked, "journal_asked", "question_key", "updated_seq"),
    _Book(rejections, "rejected_subjects", "question_key", "rejection_id"),
    _Book(extractions, "journal_extractions", "extraction_id", None),
    _Book(runs, "runs", "run_id", None),
)


def sync_journal(con: DuckDBPyConnection, journal: Engine, *, now: datetime, full: bool = False) -> dict[str, int]:
    """Bring the journal's raw tables up to date, each in one transaction.

    Args:
        con: a connection to the warehouse whose raw tables exist.
        journal: the journal's engine.
        now: UTC without zone, noted as the time of the sync.
        full: read every table from its first row.

    Returns:
        Rows written per raw table.
    """
    return {book.target: _sync(con, journal, book, now, full=full) for book in _BOOKS}


def _sync(con: DuckDBPyConnection, journal: Engine, book: _Book, now: datetime, *, full: bool) -> int:
    since = None if full or book.sequence is None else _last_seq(con, book)
    with transaction(con):
        newest = _newest(journal, book)
        if since is not None and newest < since:
            since = None  # another journal than the last time
        written = _copy(con, journal, book, since)
        if since is not None and _count(con, book) != _source_count(journal, book):
            written = _copy(con, journal, book, None)
        _note(con, book, newest, now)
    return written


def _copy(con: DuckDBPyConnection, journal: Engine, book: _Book, since: int | None) -> int:
    """Copy the rows newer than ``since``; all of them, replacing the table, when None."""
    columns = RAW_TABLES[book.target]
    target = f"raw.{book.target}"
    if since is None:
        con.execute(f"delete from {target}")  # noqa: S608 - names from this module
    written = 0
    for rows in _pages(journal, book, columns, since):
        con.register("incoming", _arrow(columns, rows))
        try:
            if since is not None:
                con.execute(f"delete from {target} where {book.key} in (select {book.key} from incoming)")  # noqa: S608
            con.execute(f"insert into {target} by name select * from incoming")  # noqa: S608
        finally:
            con.unregister("incoming")
        written += len(rows)
    return written


def _pages(
    journal: Engine, book: _Book, columns: Sequence[Column], since: int | None
) -> Iterator[Sequence[Sequence[Any]]]:
    """Pages in the order of (sequence, key), each read in a transaction of its own."""
    key = book.source.c[book.key]
    order = (key,) if book.sequence is None else (book.source.c[book.sequence], key)
    query = select(*(book.source.c[column.name] for column in columns), *order).order_by(*order).limit(_PAGE_ROWS)
    if book.sequence is not None and since is not None:
        query = query.where(book.source.c[book.sequence] > since)
    page = query
    while True:
        with reading(journal) as source:
            rows = source.execute(page).all()
        if rows:
            yield rows
        if len(rows) < _PAGE_ROWS:
            return
        page = query.where(tuple_(*order) > tuple_(*rows[-1][len(columns) :]))


def _arrow(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> pa.Table:
    by_column = list(zip(*rows, strict=True))
    return pa.table(
        {column.name: _array(column, values) for column, values in zip(columns, by_column, strict=False)}
    )


def _array(column: Column, values: Sequence[Any]) -> pa.Array:
    if column.type != "timestamp":
        return pa.array(values, _ARROW_TYPES[column.type])
    # The journal's text bears a zone; the raw tables hold UTC without one.
    return pa.array(values, pa.string()).cast(_ARROW_TYPES["timestamp"]).cast(pa.timestamp("us"))


def _newest(journal: Engine, book: _Book) -> int:
    if book.sequence is None:
        return 0
    with reading(journal) as source:
        return int(source.scalar(select(func.max(book.source.c[book.sequence]))) or 0)


def _source_count(journal: Engine, book: _Book) -> int:
    with reading(journal) as source:
        return int(source.scalar(select(func.count()).select_from(book.source)) or 0)


def _count(con: DuckDBPyConnection, book: _Book) -> int:
    row = con.execute(f"select count(*) from raw.{book.target}").fetchone()  # noqa: S608 - names from this module
    return int(row[0]) if row else 0


def _last_seq(con: DuckDBPyConnection, book: _Book) -> int | None:
    row = con.execute(
        "select last_seq from raw.journal_sync where journal_table = ?", [book.source.name]
    ).fetchone()
    return None if row is None else int(row[0])


def _note(con: DuckDBPyConnection, book: _Book, newest: int, now: datetime) -> None:
    con.execute("delete from raw.journal_sync where journal_table = ?", [book.source.name])
    con.execute(
        "insert into raw.journal_sync (journal_table, last_seq, synced_at) values (?, ?, ?)",
        [book.source.name, newest, now],
    )
