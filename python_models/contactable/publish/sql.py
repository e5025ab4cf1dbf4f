"""The few lines of SQL that several modules of this room need."""

from pathlib import Path
from typing import Any

import duckdb


def identifier(name: str) -> str:
    """Quote a name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text."""
    return "'" + text.replace("'", "''") + "'"


def relation(*path: str) -> str:
    """Quote a path of names: database, schema, table."""
    return ".".join(identifier(name) for name in path)


def statement(template: str, **parts: str) -> str:
    """Fill quoted names and expressions, which no database takes as parameters, into a statement."""
    return template.format(**parts)


def scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> Any:
    """Return the first column of the only row."""
    row = connection.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


def row_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a quoted relation."""
    return int(scalar(connection, statement("select count(*) from {table}", table=table)))


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool) -> None:
    """Attach a database file under ``name``."""
    option = " (read_only)" if read_only else ""
    connection.execute(f"attach {literal(str(path))} as {identifier(name)}{option}")


def tables_of(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> list[str]:
    """Return the tables and views of one schema, sorted."""
    return sorted(columns_of(connection, database, schema))


def columns_of(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str
) -> dict[str, list[tuple[str, str]]]:
    """Return (name, type) of every column, in their order, by table or view of one schema."""
    rows = connection.execute(
        """
        select table_name, column_name, data_type from duckdb_columns()
        where database_name = $database and schema_name = $schema
        order by table_name, column_index
        """,
        {"database": database, "schema": schema},
    ).fetchall()
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, data_type in rows:
        columns.setdefault(table, []).append((column, data_type))
    return columns
