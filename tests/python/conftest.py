"""What tests of every kind share: one moment, and the databases a journal may lie in."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from support.postgresql import PostgresqlServer, installed, serve_postgresql

#: When the tests happen, in this process and in those it starts. `make test-dates` gives other moments.
os.environ.setdefault("CONTACTABLE_NOW", "2026-11-21T04:00:00Z")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this test process's own."""
    folder = installed()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed (initdb is neither on PATH nor in /usr/lib/postgresql)")
    with serve_postgresql(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Addresses of empty databases: files, and where one is installed databases of a PostgreSQL server."""
    if request.param == "sqlite":
        names = (f"journal{number or ''}.db" for number in count())
        return lambda: f"sqlite:///{tmp_path / next(names)}"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.database


@pytest.fixture
def journal_url(journal_urls: Callable[[], str]) -> str:
    """The address of one of them."""
    return journal_urls()
