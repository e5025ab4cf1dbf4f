"""One sandbox and one finished run a test process; tests that change a home copy it first."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.command_line import Finished, contactable, quick_settings, write_settings
from support.sandbox_server import SandboxServer, serve_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    folder = tmp_path_factory.mktemp("sandbox")
    config = write_settings(tmp_path_factory.mktemp("config") / "contactable.yml", quick_settings())
    with serve_sandbox(folder, people=200, seed=11) as server:
        yield replace(server, variables={**server.variables, "CONTACTABLE_CONFIG": str(config)})


@pytest.fixture(scope="session")
def short_list(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first sixty of our own list, for tests that need several people but not many."""
    lines = Path(sandbox.variables["SANDBOX_FIRST_PARTY"]).read_text(encoding="utf-8").splitlines(keepends=True)
    file = tmp_path_factory.mktemp("lists") / "short.csv"
    file.write_text("".join(lines[:61]), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def _first(
    sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Finished, list[dict[str, Any]]]:
    home = tmp_path_factory.mktemp("homes") / "first"
    our_list = sandbox.variables["SANDBOX_FIRST_PARTY"]
    before = len(sandbox.charges())
    finished = contactable("run", "--home", home, "--first-party", our_list, variables=sandbox.variables)
    return home, finished, sandbox.charges()[before:]


@pytest.fixture(scope="session")
def first_run(_first: tuple[Path, Finished, list[dict[str, Any]]]) -> tuple[Path, Finished]:
    """A home after its first run, and what that run said."""
    return _first[0], _first[1]


@pytest.fixture(scope="session")
def first_bill(_first: tuple[Path, Finished, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What the sandbox's own charge book has of that run."""
    return _first[2]


@pytest.fixture
def home(first_run: tuple[Path, Finished], tmp_path: Path) -> Path:
    """A copy of that home, to be changed."""
    return Path(shutil.copytree(first_run[0], tmp_path / "home", symlinks=True))
