"""Running dbt in this process: no second interpreter, and it parses once (5 s) instead of once a command.

What dbt parsed lies in the home's ``target/`` and is read again by the next command; a copy beside the project
serves homes that are new (2026-11-21: 0.5 s instead of 4). dbt takes it only where nothing of the environment
differs, so it is told the home as ``.``, from inside. Manifest and results as JSON, half of a short command's
time, are not written. dbt prints and logs nothing: its messages may quote values of rows, so failures come back as
data, without them. dbt-duckdb keeps its connection after a command; it is closed here, so that the file is free
for the next one.
"""

import filecmp
import hashlib
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import contactable
from contactable import clock
from contactable.warehouse.duckdb import explain, warehouse_path
from contactable.warehouse.errors import ProjectNotFoundError, WarehouseError
from contactable.warehouse.freshness import Graph, Node

#: The files that decide what is built, by folder.
_FILES = {
    "models": (".sql", ".py", ".yml"),
    "macros": (".sql", ".yml"),
    "seeds": (".csv", ".yml"),
    "tests/dbt": (".sql",),
    "python_models": (".py",),
}
_IN_GRAPH = ("seed", "model", "test")
#: Models with this tag are not built again for answers that come in during a run.
_HELD = "once_a_run"
#: Models with this tag write the moment down and are not built again because it is another one.
_DATED = "clock_only_dates"
_PARSED = "partial_parse.msgpack"
_BROKEN = ("error", "fail", "runtime error")

#: DuckDB's errors that are about data, and quote it; the others quote names.
_ABOUT_DATA = re.compile(
    r"(Conversion|Constraint|Invalid Input|Out of Range|Mismatch Type|Invalid) (Input )?Error"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PYTHON = "Python model failed:"
_AFTER_DATA = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)  # the statement, which may hold literals


@dataclass(frozen=True, slots=True)
class FailedNode:
    """A model, seed or test that did not succeed. ``message`` is dbt's own, with values of rows taken out."""

    name: str
    resource_type: str
    message: str

    @property
    def is_test(self) -> bool:
        return self.resource_type in ("test", "unit_test")


@dataclass(frozen=True, slots=True)
class DbtOutcome:
    """How a command ended. ``nodes`` counts what ran; ``warnings`` names tests that warned, ``made`` the seeds and
    models that were built and the tests that passed."""

    nodes: int
    failures: tuple[FailedNode, ...]
    warnings: tuple[str, ...]
    made: frozenset[str] = frozenset()

    @property
    def success(self) -> bool:
        return not self.failures


class DbtError(WarehouseError):
    """dbt could not even begin: the project does not parse, or a selection names nothing that exists."""


@dataclass(slots=True)
class DbtProject:
    """The dbt project, run against the warehouse of one home.

    Target and log folders lie in the home, so that parallel homes do not collide.
    """

    directory: Path
    home: Path
    target: str = "dev"
    _manifest: Any = field(default=None, repr=False)  # parsed once a process: half of a small command's time
    _definition: str = field(default="", repr=False)  # of the files as they were when first asked for

    @classmethod
    def at(cls, home: Path, *, target: str = "dev") -> "DbtProject":
        """Find the project: CONTACTABLE_PROJECT_DIR, or the checkout this package was installed from.

        Raises:
            ProjectNotFoundError: there is no dbt_project.yml there.
        """
        given = os.environ.get("CONTACTABLE_PROJECT_DIR")
        directory = (Path(given) if given else Path(contactable.__file__).parents[2]).resolve()
        if not (directory / "dbt_project.yml").is_file():
            raise ProjectNotFoundError(
                f"There is no dbt project in {directory}.",
                who="whoever runs contactable",
                remedy="set CONTACTABLE_PROJECT_DIR to the checkout that holds dbt_project.yml.",
            )
        return cls(directory, home.resolve(), target)

    def run(
        self,
        command: str,
        *,
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        exclude_resource_types: Sequence[str] = (),
        full_refresh: bool = False,
    ) -> DbtOutcome:
        """One dbt command: ``run``, ``build``, ``seed``, ``test``. Close your own connections before.

        Raises:
            DbtError: dbt could not begin, or ``select`` names nothing.
            WarehouseError: the warehouse file cannot be used (busy, newer, damaged, disk full).
        """
        from dbt.cli.main import dbtRunner

        arguments = self._arguments(command)
        if select:
            arguments += ["--select", *select]
        if exclude:
            arguments += ["--exclude", *exclude]
        for resource_type in exclude_resource_types:
            arguments += ["--exclude-resource-type", resource_type]
        if full_refresh:
            arguments.append("--full-refresh")
        with self._environment():
            try:
                self._parse()
                outcome = dbtRunner(manifest=self._manifest).invoke(arguments)
            finally:
                _release()
        if outcome.exception is not None or outcome.result is None:
            raise self._explained(command, outcome.exception)
        read = _read(outcome.result)
        if select and not read.nodes:
            raise DbtError(
                f"dbt {command} found nothing to do: the project holds no {' or '.join(select)}.",
                who="whoever changed the dbt project or its selection",
                remedy="correct the name; `dbt ls --profiles-dir profiles` lists what there is.",
            )
        self._raise_for_the_file(read)
        return read

    def graph(self) -> Graph:
        """Every seed, model, data test and raw table of the project, and what each stands on.

        Raises:
            DbtError: the project does not parse.
        """
        with self._environment():
            try:
                self._parse()
            finally:
                _release()
        return _graph(self._manifest)

    def definition(self) -> str:
        """A hash of every file that decides what is built: SQL, seeds, descriptions, our Python, dbt's version.

        Read once a process (0.1 s), as the project is parsed once.
        """
        if self._definition:
            return self._definition
        files = [self.directory / "dbt_project.yml"]
        for folder, endings in _FILES.items():
            found = (self.directory / folder).rglob("*")
            files += sorted(path for path in found if path.suffix in endings and path.is_file())
        hashed = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')} {self.target}".encode())
        for path in files:
            hashed.update(str(path.relative_to(self.directory)).encode())
            hashed.update(path.read_bytes())
        self._definition = hashed.hexdigest()
        return self._definition

    def _parse(self) -> None:
        """Once a process.

        Raises:
            DbtError: the project does not parse.
        """
        from dbt.cli.main import dbtRunner

        if self._manifest is None:
            self._borrow_parse()
            outcome = dbtRunner().invoke(self._arguments("parse"))
            if outcome.result is None:
                raise self._explained("parse", outcome.exception)
            self._manifest = outcome.result
            self._lend_parse()

    def _arguments(self, command: str) -> list[str]:
        return [
            "--quiet", "--log-level", "none", "--log-level-file", "none", "--log-path", str(self.home / "logs"),
            "--no-write-json", command,
            "--project-dir", str(self.directory), "--profiles-dir", str(self.directory / "profiles"),
            "--target", self.target, "--target-path", str(self.home / "target"),
        ]  # fmt: skip

    @property
    def _parsed(self) -> Path:
        return self.home / "target" / _PARSED

    @property
    def _shared_parse(self) -> Path:
        return self.directory / "target" / "parsed" / _PARSED

    def _borrow_parse(self) -> None:
        """Give a new home what another one parsed; dbt itself judges whether it still holds."""
        if not self._parsed.exists() and self._shared_parse.exists():
            self._parsed.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # without it dbt parses anew
                shutil.copyfile(self._shared_parse, self._parsed)

    def _lend_parse(self) -> None:
        """Keep a copy for other homes, where the checkout can be written; whole or not at all."""
        if not self._parsed.exists() or _same_file(self._parsed, self._shared_parse):
            return
        copy = self._shared_parse.with_name(f"{_PARSED}.{os.getpid()}")
        with suppress(OSError):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._parsed, copy)
            copy.replace(self._shared_parse)

    def _explained(self, command: str, error: BaseException | None) -> BaseException:
        """Why dbt did not begin, as one of our errors; an interruption stays what it is."""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            return error
        message = _without_values(str(error))
        return explain(message, warehouse_path(self.home)) or DbtError(
            f"dbt {command} could not begin: {message}",
            who="whoever changed the dbt project or its selection",
            remedy="run `dbt parse --profiles-dir profiles` and correct what it names.",
        )

    def _raise_for_the_file(self, outcome: DbtOutcome) -> None:
        """A full disk or too little memory fails a node, but is not about the node."""
        for failure in outcome.failures:
            explanation = explain(failure.message, warehouse_path(self.home))
            if explanation is not None:
                raise explanation

    @contextmanager
    def _environment(self) -> Iterator[None]:
        # "Now" is this run's, from raw.settings. With the variable, dbt would parse anew for each of its values.
        wanted = {"CONTACTABLE_HOME": ".", clock.VARIABLE: "", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        before = {name: os.environ.get(name) for name in wanted}
        here = Path.cwd()
        os.environ.update(wanted)
        self.home.mkdir(parents=True, exist_ok=True)
        os.chdir(self.home)
        try:
            yield
        finally:
            os.chdir(here)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _same_file(one: Path, other: Path) -> bool:
    return other.exists() and filecmp.cmp(one, other, shallow=False)


def _graph(manifest: Any) -> dict[str, Node]:
    """dbt's manifest as our nodes."""
    clocked = _users_of_the_clock(manifest)
    named = {id_: f"raw.{source.identifier}" for id_, source in manifest.sources.items()}
    models = {id_: node for id_, node in manifest.nodes.items() if str(node.resource_type) in _IN_GRAPH}
    named |= {id_: node.name for id_, node in models.items()}
    graph = {
        named[id_]: Node(named[id_], "source", source.schema, source.identifier)
        for id_, source in manifest.sources.items()
    }
    for node in models.values():
        graph[node.name] = Node(
            node.name,
            str(node.resource_type),
            node.schema,
            node.alias,
            is_view=node.config.materialized == "view",
            reads_clock=_DATED not in node.config.tags and not clocked.isdisjoint(node.depends_on.macros),
            is_held=_HELD in node.config.tags,
            parents=tuple(named[parent] for parent in getattr(node.depends_on, "nodes", ()) if parent in named),
        )
    return graph


def _users_of_the_clock(manifest: Any) -> set[str]:
    """The macro ``now_utc`` and every macro that calls it, however far away."""
    callers: dict[str, set[str]] = defaultdict(set)
    for id_, macro in manifest.macros.items():
        for called in macro.depends_on.macros:
            callers[called].add(id_)
    found, pending = set[str](), [id_ for id_ in manifest.macros if id_.endswith(".now_utc")]
    while pending:
        found.add(id_ := pending.pop())
        pending += callers[id_] - found
    return found


def _read(result: Any) -> DbtOutcome:
    failures, warnings, made = [], [], set()
    for node in result.results:
        status = str(node.status)
        if status in ("success", "pass") and str(node.node.resource_type) in _IN_GRAPH:
            made.add(node.node.name)
        if status in _BROKEN:
            message = _without_values(str(node.message or ""))
            failures.append(FailedNode(node.node.name, str(node.node.resource_type), message))
        elif status == "warn":
            warnings.append(node.node.name)
    nodes = sum(str(node.node.resource_type) != "operation" for node in result.results)  # hooks are no nodes
    return DbtOutcome(nodes, tuple(failures), tuple(warnings), frozenset(made))


def _without_values(message: str) -> str:
    """A message of dbt or DuckDB without what it quotes of rows."""
    if (python := message.partition(_PYTHON)) and python[1]:
        # A traceback: where it happened and of what kind, but not what the exception says.
        *_, frame = ["", *re.findall(r"line \d+, in \w+", python[2])]
        *_, kind = ["", *re.findall(r"^\s*([\w.]*(?:Error|Exception))\b", python[2], re.MULTILINE)]
        return f"{python[0]}{_PYTHON} {kind}, {frame}"
    if _ABOUT_DATA.search(message) is None:
        return message
    return _QUOTED.sub("'…'", _AFTER_DATA.sub("", message))


def _release() -> None:
    """Close dbt-duckdb's connections: until then, nobody else may open the file.

    ``close_all_connections`` only forgets its environment, which stays open as long as anything (a traceback)
    still refers to it.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()
