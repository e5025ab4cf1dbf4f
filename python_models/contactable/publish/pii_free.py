"""The PII-free publication: the columns that ``pii_free.yml`` allows, and proof that they hold no plain value."""

from dataclasses import dataclass
from importlib import resources

import duckdb
import yaml

from contactable.publish.layout import PublishError
from contactable.publish.sql import columns_of, identifier, relation, row_count, statement


class PersonalValueError(PublishError):
    """A plain personal value was found where only hashes, bands and counts may be. Says where, never what."""


#: Columns of the full publication whose values must not be found as a whole cell of the PII-free one.
PLAIN_COLUMNS = frozenset(
    {"email", "primary_email", "phone", "primary_phone", "address", "street", "linkedin_url", "maid"}
)

_EMAIL = r"[^\s@\"'',;:<>\[\]{}]+@[^\s@\"'',;:<>\[\]{}]+\.[A-Za-z]{2,}"
_PHONE = (
    r"(^|[^0-9A-Za-z.+-])"
    r"(\+[0-9]{8,15}|(\+?1[-. ]?)?\(?[2-9][0-9]{2}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4})"
    r"($|[^0-9A-Za-z.-])"
)


_TEXT_TYPES = ("VARCHAR", "JSON", "BLOB")

#: What a cell is suspected of, and how such cells are counted, in the same order.
_RULES = ("looks like an e-mail", "looks like a phone", "equals a plain value")
_COUNTS = """
    count(*) filter (where regexp_matches({cell}, $email)),
    count(*) filter (where regexp_matches({cell}, $phone)),
    count(*) filter (where lower(trim({cell})) in (select value from plain_values))
"""


@dataclass(frozen=True)
class Suspicion:
    """Cells of one column that look personal: where and how many, never which."""

    table: str
    column: str
    rule: str
    cells: int


@dataclass(frozen=True)
class AllowedColumn:
    """A column of the PII-free publication: the column it comes from, and the SQL that makes it."""

    name: str
    source: str
    expression: str


def allowed_columns() -> dict[str, list[AllowedColumn]]:
    """Read ``pii_free.yml``: table -> columns."""
    text = resources.files("contactable.publish").joinpath("pii_free.yml").read_text(encoding="utf-8")
    return {table: [_column(entry) for entry in entries] for table, entries in yaml.safe_load(text).items()}


def _column(entry: str | dict[str, dict[str, str]]) -> AllowedColumn:
    if isinstance(entry, str):
        return AllowedColumn(entry, entry, identifier(entry))
    ((name, how),) = entry.items()
    return AllowedColumn(name, how["from"], how["sql"])


def write_pii_free(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> dict[str, int]:
    """Copy the allowed columns of database ``source`` into ``target``; return the row count of each table."""
    allowed = allowed_columns()
    copied: dict[str, int] = {}
    for table, columns in columns_of(connection, source, "main").items():
        present = {column for column, _ in columns}
        chosen = [
            f"{column.expression} as {identifier(column.name)}"
            for column in allowed.get(table, ())
            if column.source in present
        ]
        if not chosen:
            continue
        copy = relation(target, "main", table)
        connection.execute(
            statement(
                "create table {copy} as select {columns} from {table}",
                copy=copy,
                columns=", ".join(chosen),
                table=relation(source, "main", table),
            )
        )
        copied[table] = row_count(connection, copy)
    return copied


def find_personal_values(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> list[Suspicion]:
    """Read every text cell of ``target`` and report what looks like, or equals, a plain value of ``source``.

    Words such as "none", which lists carry in place of an address, are no plain values.
    """
    connection.execute("create or replace temp table plain_values (value varchar)")
    for table, described in columns_of(connection, source, "main").items():
        columns = {column for column, _ in described}
        plain = [identifier(column) for column in sorted(columns & PLAIN_COLUMNS)]
        if {"first_name", "last_name"} <= columns:
            plain.append("first_name || ' ' || last_name")
        for expression in plain:
            connection.execute(
                statement(
                    "insert into plain_values select distinct lower(trim({value})) from {table} "
                    "where length(trim({value})) >= 6 and regexp_matches({value}, '[@0-9 ]')",
                    value=expression,
                    table=relation(source, "main", table),
                )
            )
    suspicions: list[Suspicion] = []
    for table, described in columns_of(connection, target, "main").items():
        texts = [name for name, kind in described if any(text in kind for text in _TEXT_TYPES)]
        if not texts:
            continue
        counts = connection.execute(
            statement(
                "select {counts} from {table}",
                counts=", ".join(
                    statement(_COUNTS, cell=f"cast({identifier(name)} as varchar)") for name in texts
                ),
                table=relation(target, "main", table),
            ),
            {"email": _EMAIL, "phone": _PHONE},
        ).fetchall()[0]
        for position, cells in enumerate(counts):
            if cells:
                column, rule = texts[position // len(_RULES)], _RULES[position % len(_RULES)]
                suspicions.append(Suspicion(table, column, rule, int(cells)))
    connection.execute("drop table plain_values")
    return suspicions


def assert_pii_free(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Refuse a PII-free database that is not.

    Raises:
        PersonalValueError: names table, column, rule and count of cells.
    """
    suspicions = find_personal_values(connection, source, target)
    if suspicions:
        found = "; ".join(f"{s.table}.{s.column}: {s.cells} cells, {s.rule}" for s in suspicions)
        raise PersonalValueError(f"plain personal values in the PII-free publication: {found}")
