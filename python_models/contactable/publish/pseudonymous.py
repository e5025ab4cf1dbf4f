"""The pseudonymous file: what ``pseudonymous.yml`` declares of each published column, keys as keyed pseudonyms."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import duckdb
import yaml

from contactable.publish.keying import Secret, install
from contactable.publish.layout import PublicationRefusedError
from contactable.publish.sql import columns_of, identifier, relation, statement

#: Rows of a table that share a value of the kind ``common``; the reason stands in pseudonymous.yml.
COMMON = 5

_KINDS = ("key", "keep", "words", "day", "common", "band", "drop")


class UndeclaredColumnError(PublicationRefusedError):
    """A published column of which nobody said whether it may go into the pseudonymous file."""


@dataclass(frozen=True)
class Declared:
    """What becomes of one column of a published table: its ``kind``, and its ``name`` in the pseudonymous file."""

    column: str
    kind: str
    name: str
    sql: str = ""

    def expression(self, table: str) -> str:
        """Return the SQL that makes the value from a row of the quoted ``table``."""
        column = identifier(self.column)
        if self.kind == "key":
            return statement("keyed({column})", column=column)
        if self.kind == "day":
            return statement("date_trunc('day', {column})", column=column)
        if self.kind == "common":
            return statement(
                "case when {column} in (select {column} from {table} group by 1 having count(*) >= {least}) "
                "then {column} end",
                column=column,
                table=table,
                least=str(COMMON),
            )
        return self.sql or column


def declarations() -> dict[str, list[Declared] | None]:
    """Read pseudonymous.yml: table -> its columns, or None for a table that stays out as a whole.

    Raises:
        ValueError: a word that is no kind, or a column that is declared twice.
    """
    text = resources.files("contactable.publish").joinpath("pseudonymous.yml").read_text(encoding="utf-8")
    return {
        table: None if kinds == "drop" else _columns(table, kinds) for table, kinds in yaml.safe_load(text).items()
    }


def _columns(table: str, kinds: Mapping[str, Any]) -> list[Declared]:
    columns: list[Declared] = []
    for kind, entries in kinds.items():
        if kind not in _KINDS:
            raise ValueError(f"pseudonymous.yml: {table} has a kind {kind!r} that is none of {', '.join(_KINDS)}")
        if kind == "band":
            columns += [Declared(how["from"], kind, name, how["sql"]) for name, how in entries.items()]
            continue
        for entry in entries:
            ((name, column),) = entry.items() if isinstance(entry, dict) else ((entry, entry),)
            columns.append(Declared(column, kind, name))
    declared = [column.column for column in columns]
    twice = sorted({column for column in declared if declared.count(column) > 1})
    if twice:
        raise ValueError(f"pseudonymous.yml declares twice: {', '.join(f'{table}.{column}' for column in twice)}")
    return columns


def require_declarations(connection: duckdb.DuckDBPyConnection, source: str, schema: str) -> None:
    """Refuse tables with a column that is not declared.

    Raises:
        UndeclaredColumnError: names all of them.
    """
    known = declarations()
    missing = []
    for table, columns in columns_of(connection, source, schema).items():
        declared = known.get(table, [])
        if declared is not None:
            names = {each.column for each in declared}
            missing += [f"{table}.{column}" for column, _ in columns if column not in names]
    if missing:
        raise UndeclaredColumnError(
            f"nobody has declared what becomes of {', '.join(missing)} in the pseudonymous file: say it in "
            "python_models/contactable/publish/pseudonymous.yml (drop, if in doubt)"
        )


def write_pseudonymous(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, secret: Secret
) -> dict[str, list[Declared]]:
    """Make the pseudonymous tables of database ``source`` in ``target``; return what stands in each.

    Rows are sorted by their pseudonyms, so that their order tells nothing of the order in ``source``. What is not
    declared stays out; ``require_declarations`` is asked before.
    """
    install(connection, secret)
    known = declarations()
    written: dict[str, list[Declared]] = {}
    for table, columns in columns_of(connection, source, "main").items():
        present = {column for column, _ in columns}
        chosen = [each for each in known.get(table) or () if each.kind != "drop" and each.column in present]
        if not chosen:
            continue
        origin = relation(source, "main", table)
        keys = [identifier(each.name) for each in chosen if each.kind == "key"]
        connection.execute(
            statement(
                "create table {copy} as select {columns} from {origin} {order}",
                copy=relation(target, "main", table),
                columns=", ".join(f"{each.expression(origin)} as {identifier(each.name)}" for each in chosen),
                origin=origin,
                order=f"order by {', '.join(keys)}" if keys else "",
            )
        )
        written[table] = chosen
    return written
