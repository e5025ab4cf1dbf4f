"""Running dbt in this process: it parses once (5 s) instead of once a command, and needs no second interpreter.

dbt-duckdb keeps its connection after a command; it is closed here, so that the file is free for the next one.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contactable
from contactable.warehouse.errors import ProjectNotFoundError, WarehouseError

_BROKEN = ("error", "fail", "runtime error")


@dataclass(frozen=True, slots=True)
class FailedNode:
    """A model, seed or test that did not succeed. ``message`` is dbt's own, and may quote SQL but no rows."""

    name: str
    resource_type: str
    message: str

    @property
    def is_test(self) -> bool:
        return self.resource_type in ("test", "unit_test")


@dataclass(frozen=True, slots=True)
class DbtOutcome:
    """How a command ended. ``nodes`` counts what ran; ``warnings`` names tests that warned."""

    nodes: int
    failures: tuple[FailedNode, ...]
    warnings: tuple[str, ...]

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

    @classmethod
    def at(cls, home: Path, *, target: str = "dev") -> "DbtProject":
        """Find the project: CONTACTABLE_PROJECT_DIR, or the checkout this package was installed from.

        Raises:
            ProjectNotFoundError: there is no dbt_project.yml there.
        """
        given = os.environ.get("CONTACTABLE_PROJECT_DIR")
        directory = Path(given) if given else Path(contactable.__file__).parents[2]
        if not (directory / "dbt_project.yml").is_file():
            raise ProjectNotFoundError(
                f"there is no dbt project in {directory}",
                who="whoever runs contactable",
                remedy="set CONTACTABLE_PROJECT_DIR to the checkout that holds dbt_project.yml",
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
        """One dbt command: ``run``, ``build``, ``seed``, ``test``.

        Raises:
            DbtError: dbt could not begin.
        """
        from dbt.cli.main import dbtRunner

        arguments = [
            "--quiet", "--no-use-colors", "--log-level-file", "info", "--log-path", str(self.home / "logs"),
            command,
            "--project-dir", str(self.directory), "--profiles-dir", str(self.directory / "profiles"),
            "--target", self.target, "--target-path", str(self.home / "target"),
        ]  # fmt: skip
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
                outcome = dbtRunner().invoke(arguments)
            finally:
                _release()
        if outcome.exception is not None or outcome.result is None:
            raise DbtError(
                f"dbt {command} could not begin: {outcome.exception}",
                who="whoever changed the dbt project or its selection",
                remedy="run dbt parse --profiles-dir profiles and correct what it names",
            )
        return _read(outcome.result)

    @contextmanager
    def _environment(self) -> Iterator[None]:
        wanted = {"CONTACTABLE_HOME": str(self.home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        before = {name: os.environ.get(name) for name in wanted}
        here = Path.cwd()
        os.environ.update(wanted)
        os.chdir(self.directory)  # module_paths in the profile are relative to the project
        try:
            yield
        finally:
            os.chdir(here)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _read(result: Any) -> DbtOutcome:
    failures, warnings = [], []
    for node in result.results:
        status = str(node.status)
        if status in _BROKEN:
            failures.append(FailedNode(node.node.name, str(node.node.resource_type), str(node.message or "")))
        elif status == "warn":
            warnings.append(node.node.name)
    return DbtOutcome(len(result.results), tuple(failures), tuple(warnings))


def _release() -> None:
    """Close dbt-duckdb's connection: until then, nobody else may open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
