"""The databases a journal may lie in: a SQLite file, or PostgreSQL for workers on several machines.

Both give every transaction that may write the same guarantee: it sees all that others have committed, and nobody
else writes until it ends.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

#: Writers of one PostgreSQL database queue for this number; nothing else may use it there. It spells "contact".
WRITERS = 0x636F6E74616374

#: Set on a connection that only reads: it waits for nobody.
READS = "contactable_reads"


class JournalUrlError(ValueError):
    """An address that names no database for a journal. The message never repeats it: it may hold a password."""


def parse_url(text: str) -> URL:
    """The address with the driver that is installed with us.

    Raises:
        JournalUrlError: unreadable, or another kind of database.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise JournalUrlError("it cannot be read; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from None
    kind = url.get_backend_name()
    if kind == "sqlite":
        return url
    if kind not in ("postgresql", "postgres"):
        raise JournalUrlError("use a postgresql:// address, or none for a SQLite file in the home")
    if not url.database:
        raise JournalUrlError("it names no database: postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    return url.set(drivername="postgresql+psycopg")


def shown_address(text: str) -> str:
    """Where the database is, without user and password: to be shown and remembered."""
    url = parse_url(text)
    host = url.host or str(url.query.get("host", "")) or "the local socket"
    return f"{url.get_backend_name()} {host}{f':{url.port}' if url.port else ''}/{url.database}"


def connect(text: str) -> Engine:
    """An engine whose transactions exclude each other's writes.

    Raises:
        JournalUrlError: an unusable address, or no driver for it.
    """
    url = parse_url(text)
    if url.get_backend_name() == "sqlite":
        return _sqlite(create_engine(url))
    try:
        # A pooled connection may have died with a restarted server: it is tried before it is used.
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError:
        raise JournalUrlError(
            "the driver for PostgreSQL is not installed: pip install 'contactable[postgresql]'"
        ) from None
    return _postgresql(engine)


def _sqlite(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin for us
        cursor = connection.cursor()
        cursor.execute("pragma busy_timeout = 30000")
        cursor.execute("pragma journal_mode = wal")
        cursor.execute("pragma synchronous = full")  # a paid answer survives a power cut: 0.17 ms a commit
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # IMMEDIATE: the budget is read and written under one lock, so that no two workers overshoot it.
        reads = connection.get_execution_options().get(READS)
        connection.exec_driver_sql("begin" if reads else "begin immediate")

    return engine


def _postgresql(engine: Engine) -> Engine:
    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # What BEGIN IMMEDIATE is to SQLite. A statement of its own: those after it see what was committed before.
        if not connection.get_execution_options().get(READS):
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS})")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: it waits for no writer. Any other transaction takes the writers' lock."""
    with engine.connect().execution_options(**{READS: True}) as con:
        yield con


#: What neither database keeps in text: NUL (PostgreSQL) and halves of characters (both).
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str | None) -> str | None:
    """A vendor's words as both databases can keep them."""
    return None if text is None else _UNSTORABLE.sub("\ufffd", text)


def upsert_into(con: Connection, table: Table) -> Any:
    """An insert that can say what to do when the row is there already; each database has its own."""
    return (postgresql if con.dialect.name == "postgresql" else sqlite).insert(table)
