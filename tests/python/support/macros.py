"""Our dbt macros outside dbt: rendered to DuckDB's SQL, so that a test can put values through them."""

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, Template

ROOT = Path(__file__).parents[3]
FOLDERS = ("engine", "json", "normalise", "identity", "validation")


class _Adapter:
    """The one thing that macros ask of dbt's adapter: DuckDB's version of a macro, else the default."""

    def __init__(self, macros: dict[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> Any:
        return self._macros.get(f"duckdb__{name}") or self._macros[f"default__{name}"]


@cache
def macros() -> dict[str, Any]:
    """Return every macro of ``FOLDERS`` by name; call one with SQL text to get SQL text."""
    environment = Environment(extensions=["jinja2.ext.do"])
    found: dict[str, Any] = environment.globals
    environment.globals.update({"adapter": _Adapter(found), "return": lambda value: value})
    for folder in FOLDERS:
        for path in sorted((ROOT / "macros" / folder).glob("*.sql")):
            template: Template = environment.from_string(path.read_text(encoding="utf-8"))
            found.update({name: value for name, value in vars(template.module).items() if callable(value)})
    return found


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def evaluate(macro: str, values: list[str | None], *, data_type: str = "varchar") -> list[Any]:
    """Put every value through a macro of one argument, in one query, in order."""
    expression = str(macros()[macro]("value"))
    connection = _connection()
    connection.execute(f"create or replace table given (position integer, value {data_type})")
    connection.executemany("insert into given values (?, ?)", list(enumerate(values)))
    rows = connection.execute(f"select {expression} from given order by position").fetchall()
    return [row[0] for row in rows]
