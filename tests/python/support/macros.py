"""Our dbt macros outside dbt: rendered to an engine's SQL, so that a test can put values through them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from jinja2 import Environment

ROOT = Path(__file__).parents[3]
FOLDERS = ("engine", "json", "normalise", "identity", "validation", "worklists")
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")


class _ReturnedError(Exception):
    """Carries what a macro hands to dbt's ``return``: any value, not only text."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Adapter:
    """The one thing that macros ask of dbt's adapter: the engine's version of a macro, else the default."""

    def __init__(self, macros: dict[str, Any], engine: str) -> None:
        self._macros = macros
        self._engine = engine

    def dispatch(self, name: str) -> Any:
        return self._macros.get(f"{self._engine}__{name}") or self._macros[f"default__{name}"]


def _give_back(value: Any) -> None:
    raise _ReturnedError(value)


def _callable(found: dict[str, Any], name: str) -> Any:
    """Return a macro that others may call before it is read, and that may return a value, as dbt's may."""

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return found[name](*arguments, **named)
        except _ReturnedError as returned:
            return returned.value

    return call


def load(environment: Environment) -> dict[str, Any]:
    """Read every macro of ``FOLDERS`` into an environment, whichever calls which; returns them by name."""
    sources = [
        path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((ROOT / "macros" / folder).glob("*.sql"))
    ]
    found: dict[str, Any] = {}
    known = {name: _callable(found, name) for text in sources for name in _MACRO.findall(text)}
    environment.globals.update({"return": _give_back, **known})
    for text in sources:
        module = vars(environment.from_string(text).module)
        found.update({name: module[name] for name in known.keys() & module.keys()})
    return known


@cache
def macros(engine: str = "duckdb") -> dict[str, Any]:
    """Return every macro of ``FOLDERS`` by name, for duckdb or spark; call one with SQL text to get SQL text."""
    environment = Environment(extensions=["jinja2.ext.do"])
    adapter = _Adapter(environment.globals, engine)
    environment.globals["adapter"] = adapter
    return load(environment)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def evaluate_sql(expression: str, values: list[str | None], *, data_type: str = "varchar") -> list[Any]:
    """Put every value through an expression on a column called ``value``, in one query on DuckDB, in order."""
    connection = _connection()
    connection.register(
        "arrived", pa.table({"position": range(len(values)), "text": pa.array(values, pa.string())})
    )
    typed = f"select position, cast(text as {data_type}) as value from arrived"
    rows = connection.execute(f"select {expression} from ({typed}) order by position").fetchall()
    return [row[0] for row in rows]


def evaluate(macro: str, values: list[str | None], *, data_type: str = "varchar") -> list[Any]:
    """Put every value through a macro of one argument, in one query, in order."""
    return evaluate_sql(str(macros()[macro]("value")), values, data_type=data_type)
