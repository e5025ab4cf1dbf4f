"""Bringing the journal of an older version up to date, in place, inside the transaction that opens it.

Every change so far adds: new tables are made by ``create_all``, new columns here. A column that is added later
must be nullable or carry a server default, or rows of older versions could not have it.
"""

from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateColumn

from contactable.journal.tables import metadata


def add_missing_columns(con: Connection) -> list[str]:
    """Add what the declared tables have and the database lacks. Returns ``table.column`` for each."""
    inspector = inspect(con)
    added = []
    for table in metadata.sorted_tables:
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name in present:
                continue
            definition = CreateColumn(column).compile(dialect=con.dialect)
            con.exec_driver_sql(f"alter table {table.name} add column {definition}")
            added.append(f"{table.name}.{column.name}")
    return added
