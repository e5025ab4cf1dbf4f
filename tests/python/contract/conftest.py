"""One sandbox a test process, one journal a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contactable.journal.store import Journal
from support.sandbox_server import SandboxServer, serve_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with serve_sandbox(tmp_path_factory.mktemp("sandbox")) as server:
        # The same ids are asked by many tests: each time must cost as if it were the first.
        server.switch("contactbased", "repeated_enrichment", "charged")
        yield server


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield opened
    opened.close()
