"""A warehouse in a temporary folder: land answers as the loader would, run dbt, read what came out."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parents[3]
#: The moment the tests happen, unless a test sets another.
NOW = datetime(2026, 11, 21, 4, 0)


def asked(subject_type: str, *values: str) -> list[dict[str, str]]:
    """Subjects of a request. The question key is readable here; a real one is a hash."""
    return [{"key": f"q:{value}", "type": subject_type, "value": value} for value in values]


@dataclass
class ScratchWarehouse:
    home: Path
    _landed: int = 0

    @property
    def path(self) -> Path:
        return self.home / "warehouse.duckdb"

    def dbt(self, *arguments: str) -> list[Any]:
        """Run a dbt command; returns its results. Fails the test when a node failed."""
        command = [
            *arguments, "--profiles-dir", str(PROJECT / "profiles"), "--project-dir", str(PROJECT),
            "--target-path", str(self.home / "target"), "--log-path", str(self.home / "logs"), "--quiet",
        ]  # fmt: skip
        with _environment(CONTACTABLE_HOME=str(self.home), CONTACTABLE_NOW=""), _directory(PROJECT):
            outcome = dbtRunner(manifest=_manifest(tuple(command))).invoke(command)
        results = [] if outcome.result is None else list(getattr(outcome.result, "results", []))
        failed = [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail", "runtime error")]
        assert not failed, failed
        assert outcome.success, outcome.exception
        return results

    def release(self) -> None:
        """Let go of the file, which dbt keeps open: others open it with settings of their own."""
        if (environment := DuckDBConnectionManager._ENV) is not None:
            environment.close()
        DuckDBConnectionManager.close_all_connections()

    def create(self) -> None:
        """The raw tables, empty."""
        self.dbt("run", "--select", "stg_contactable__settings")

    def land(
        self,
        stream: str,
        endpoint: str,
        body: Any,
        subjects: Sequence[Mapping[str, str]] = (),
        *,
        options: Mapping[str, Any] | None = None,
        status: int = 200,
        segment: str = "segment-1",
        at: datetime | None = None,
        request_id: str | None = None,
    ) -> str:
        """One answer, as the loader leaves it. ``body``: text as it came, or anything to be written as JSON."""
        self._landed += 1
        request_id = request_id or f"r{self._landed:03d}"
        text = body if isinstance(body, str) else json.dumps(body)
        fetched_at = at or NOW - timedelta(hours=1) + timedelta(seconds=self._landed)
        self.insert(
            stream,
            [
                request_id, segment, stream.split("__")[0], f"{stream.split('__')[0]}.{endpoint}", "run-1",
                json.dumps(list(subjects)), json.dumps(dict(options or {})), status, text, fetched_at, fetched_at,
            ],
        )  # fmt: skip
        return request_id

    def land_many(self, answers: Sequence[tuple[str, str, str, Sequence[Mapping[str, str]], int]]) -> None:
        """Many answers (stream, endpoint, body, subjects, status) at once, in one segment."""
        by_stream: dict[str, list[list[Any]]] = {}
        for stream, endpoint, body, subjects, status in answers:
            self._landed += 1
            vendor = stream.split("__")[0]
            by_stream.setdefault(stream, []).append(
                [
                    f"r{self._landed:05d}", "segment-1", vendor, f"{vendor}.{endpoint}", "run-1",
                    json.dumps(subjects), "{}", status, body, NOW, NOW,
                ]
            )  # fmt: skip
        with duckdb.connect(str(self.path)) as con:
            for stream, rows in by_stream.items():
                con.executemany(f"insert into raw.{stream} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def insert(self, table: str, row: Sequence[Any]) -> None:
        places = ", ".join("?" for _ in row)
        with duckdb.connect(str(self.path)) as con:
            con.execute(f"insert into raw.{table} values ({places})", list(row))

    def configure(self, **settings: Any) -> None:
        """Replace the settings; ``__`` stands for the dot, a list is a row each."""
        rows = [
            (name.replace("__", "."), position, json.dumps(value))
            for name, values in {"clock__now": f"{NOW.isoformat()}Z", **settings}.items()
            for position, value in enumerate(values if isinstance(values, list) else [values])
        ]
        with duckdb.connect(str(self.path)) as con:
            con.execute("delete from raw.settings")
            con.executemany("insert into raw.settings values (?, ?, ?)", rows)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.path)) as con:
            cursor = con.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def described_columns(self) -> dict[str, set[str]]:
        """The columns that each model describes, from the last parse."""
        return {
            node.name: {name for name, column in node.columns.items() if column.description}
            for node in _parsed[""].nodes.values()
            if node.resource_type == "model"
        }

    def data_tests(self) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
        """Generic data tests by the file of their model or seed: name, severity, arguments."""
        nodes = _parsed[""].nodes
        tests: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
            node.original_file_path: [] for node in nodes.values() if node.resource_type in ("model", "seed")
        }
        for node in nodes.values():
            if node.resource_type == "test" and hasattr(node, "test_metadata"):
                found = (node.test_metadata.name, node.config.severity.lower(), node.test_metadata.kwargs)
                tests[nodes[node.attached_node].original_file_path].append(found)
        return tests

    def macros_called_from_another_folder(self) -> dict[str, str]:
        """Our macros that models, tests or macros of other folders call, with their descriptions."""
        manifest = _parsed[""]
        callers = [
            node
            for node in (*manifest.nodes.values(), *manifest.macros.values())
            if node.package_name == "contactable"
        ]
        return {
            macro.name: macro.description
            for caller in callers
            for key in caller.depends_on.macros
            if (macro := manifest.macros[key]).package_name == "contactable"
            and Path(macro.original_file_path).parent != Path(caller.original_file_path).parent
            and not macro.name.startswith(("duckdb__", "default__", "test_"))
        }


#: One parse a process for each set of variables: it costs more than most of what is then run, and the project
#: does not change while it is tested. (``contactable`` itself parses once a run in the same way.)
_parsed: dict[str, Any] = {}


def _manifest(command: tuple[str, ...]) -> Any:
    """The parsed project, for the variables that a command gives."""
    given = next((after for name, after in pairwise(command) if name == "--vars"), "")
    if given not in _parsed:
        place = command[command.index("--profiles-dir") :]
        parsed = dbtRunner().invoke(["parse", *(["--vars", given] if given else []), *place])
        assert parsed.success, parsed.exception
        _parsed[given] = parsed.result
    return _parsed[given]


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _directory(path: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
