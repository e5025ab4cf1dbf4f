"""Creating the tables, or bringing an older version's up to date, in place, in the transaction that opens them.

Every change so far adds: new tables are made by ``create_all``, new columns here. A column that is added later
must be nullable or carry a server default, or rows of older versions could not have it.
"""

from sqlalchemy import Connection, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from contactable.journal import tables as t
from contactable.journal.errors import JournalError


def add_missing_columns(con: Connection) -> list[str]:
    """Add what the declared tables have and the database lacks. Returns ``table.column`` for each."""
    inspector = inspect(con)
    added = []
    for table in t.metadata.sorted_tables:
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name in present:
                continue
            definition = CreateColumn(column).compile(dialect=con.dialect)
            con.exec_driver_sql(f"alter table {table.name} add column {definition}")
            added.append(f"{table.name}.{column.name}")
    return added


def version_of(con: Connection) -> int | None:
    """The version of the tables; None where there are none yet.

    Raises:
        JournalError: they are of a newer version, which may have done away with what this one knows.
    """
    if not inspect(con).has_table(t.meta.name):
        return None
    text = con.scalar(select(t.meta.c.value).where(t.meta.c.name == "schema_version"))
    version = None if text is None else int(text)
    if version is not None and version > t.SCHEMA_VERSION:
        raise JournalError(
            f"the journal has version {version}, this program knows {t.SCHEMA_VERSION}: upgrade contactable."
        )
    return version


def create_or_upgrade(con: Connection) -> None:
    """Bring the tables to our version, in one transaction: another process may be doing the same."""
    version = version_of(con)
    t.metadata.create_all(con)
    if version is None:
        con.execute(insert(t.meta).values(name="schema_version", value=str(t.SCHEMA_VERSION)))
        con.execute(insert(t.sequence).values(name="updated_seq", value=0))
    elif version < t.SCHEMA_VERSION:
        add_missing_columns(con)
        con.execute(update(t.meta).where(t.meta.c.name == "schema_version").values(value=str(t.SCHEMA_VERSION)))
