"""Our dbt models outside dbt: rendered and run in one DuckDB connection, hundreds of times a test.

Covers what the identity models use: ``ref``, ``this``, ``config``, ``is_incremental``, hooks, state read by name,
tables, views, incremental tables with ``append`` and ``delete+insert``, Python models. One schema for everything.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
from jinja2 import Environment, Template

from support.macros import ROOT, load


@dataclass
class _Relation:
    identifier: str = ""
    database: str = ""
    schema: str = ""

    def __str__(self) -> str:
        return self.identifier


@dataclass
class ModelRunner:
    """Builds models in the order they are given. ``connection`` holds inputs and results."""

    connection: duckdb.DuckDBPyConnection
    now: str = "2026-11-21 04:00:00"
    flags: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(FULL_REFRESH=False))
    _environment: Environment = field(init=False, repr=False)
    _this: _Relation = field(init=False, default_factory=_Relation)
    _config: dict[str, Any] = field(init=False, default_factory=dict)
    _templates: dict[str, Template] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Load every macro once; they see this runner as dbt."""
        environment = Environment(extensions=["jinja2.ext.do"])
        environment.globals.update(
            {
                "adapter": self,
                "ref": lambda name: name,
                "config": self._configure,
                "is_incremental": lambda: self._stands(self._this.identifier, self._config),
                "this": self._this,
                "execute": True,
                "run_query": self._run_query,
                "local_md5": lambda text: md5(text.encode(), usedforsecurity=False).hexdigest(),
                "graph": {"nodes": {}},
                "flags": self.flags,
            }
        )
        load(environment)
        environment.globals["now_utc"] = lambda: f"cast('{self.now}' as timestamp)"
        self._environment = environment

    def dispatch(self, name: str) -> Any:
        """Stand in for dbt's adapter: DuckDB's version of a macro, else the default."""
        macros = self._environment.globals
        return macros.get(f"duckdb__{name}") or macros[f"default__{name}"]

    def get_relation(self, database: str, schema: str, identifier: str) -> str | None:
        """Stand in for dbt's adapter: a table or view that exists."""
        return identifier if self.exists(identifier) else None

    def exists(self, name: str) -> bool:
        """Say whether there is such a table or view."""
        sql = "select count(*) from information_schema.tables where table_name = ?"
        return bool(self.connection.execute(sql, [name]).fetchall()[0][0])

    def build(self, names: Sequence[str], *, before: Callable[[str], None] = lambda _: None) -> None:
        """Build models as dbt would on its next run; ``before`` is called with each name and may raise."""
        for name in names:
            before(name)
            path = next((ROOT / "models").rglob(f"{name}.*"))
            if path.suffix == ".py":
                self._build_python(name, path)
            else:
                self._build_sql(name, path)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        return self.connection.execute(sql).fetchall()

    def _run_query(self, sql: str) -> SimpleNamespace:
        """Stand in for dbt: the answer as agate gives it, as far as our macros read it."""
        value = self.connection.execute(sql).fetchall()[0][0]
        return SimpleNamespace(columns=[SimpleNamespace(values=lambda: [value])])

    def _configure(self, **given: Any) -> str:
        self._config = given
        return ""

    def _render(self, text: str) -> str:
        if text not in self._templates:
            self._templates[text] = self._environment.from_string(text)
        return self._templates[text].render()

    def _build_sql(self, name: str, path: Path) -> None:
        self._this.identifier, self._config = name, {}
        sql = self._render(path.read_text(encoding="utf-8"))
        config = self._config
        kind = config.get("materialized", "table")
        if kind == "view":
            self.connection.execute(f"create or replace view {name} as {sql}")
        elif kind == "table" or not self._stands(name, config):
            self.connection.execute(f"create or replace table {name} as {sql}")
            self._hook(config.get("post_hook"))
        else:
            self.connection.begin()
            self._hook(config.get("pre_hook"))
            sql = self._render(path.read_text(encoding="utf-8"))
            self.connection.execute(f"create or replace temp table fresh as {sql}")
            if config["incremental_strategy"] == "delete+insert":
                key = config["unique_key"]
                self.connection.execute(f"delete from {name} where {key} in (select {key} from fresh)")
            self.connection.execute(f"insert into {name} by name from fresh")
            self._hook(config.get("post_hook"))
            self.connection.commit()

    def _stands(self, name: str, config: dict[str, Any]) -> bool:
        """Say whether a table is added to, and not made anew."""
        return self.exists(name) and not (self.flags.FULL_REFRESH and config.get("full_refresh") is not False)

    def _hook(self, text: str | None) -> None:
        sql = self._render(text).strip() if text else ""
        if sql:
            self.connection.execute(sql)

    def _build_python(self, name: str, path: Path) -> None:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        dbt = SimpleNamespace(config=lambda **_: None, ref=self.connection.table)
        relation = module.model(dbt, self.connection)  # held: DuckDB reads it from here
        relation.create_view("python_model_result", replace=True)
        self.connection.execute(f"create or replace table {name} as select * from python_model_result")
        self.connection.execute("drop view python_model_result")
