"""Where a home's journal lies: said by the environment, remembered by the home, never guessed."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from contactable.home.home import Home
from contactable.home.journal import VARIABLE, journal_url, open_journal
from contactable.journal.store import Journal
from contactable.settings.config import ConfigurationError, Environment
from support.postgresql import PostgresqlServer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)  # no .env
    return Home.at(tmp_path / "home")


def test_without_a_word_it_is_a_file_in_the_home_and_nothing_is_noted(home: Home) -> None:
    before = {path.name for path in home.path.iterdir()}
    place = open_journal(home)
    place.journal.close()
    assert place.seals
    assert {path.name for path in home.path.iterdir()} - before == {"journal.db"}


def test_a_home_with_a_file_is_not_moved_by_a_variable(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    open_journal(home).journal.close()
    monkeypatch.setenv(VARIABLE, "postgresql://ada:s3cret@db.example/spend")
    with pytest.raises(ConfigurationError, match=r"has a journal of its own \(journal.db\)") as refused:
        journal_url(home)
    assert "s3cret" not in str(refused.value)


def test_a_bad_address_names_the_variable_and_not_the_value(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "mysql://ada:s3cret@db.example/spend")
    with pytest.raises(ConfigurationError, match=f"{VARIABLE}: use a postgresql://") as refused:
        journal_url(home)
    assert "s3cret" not in str(refused.value)


def test_the_address_is_a_secret_to_be_redacted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://ada:s3cret@db.example/spend")
    environment = Environment.read()
    assert "postgresql://ada:s3cret@db.example/spend" in list(environment.secrets())
    assert "s3cret" not in repr(environment)


@pytest.fixture
def database(home: Home, postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> str:
    url = postgresql.database()
    monkeypatch.setenv(VARIABLE, url)
    return url


def opened(home: Home, *, adopt: bool = False) -> bool:
    """Whether this home seals."""
    place = open_journal(home, adopt=adopt)
    place.journal.close()
    return place.seals


def test_a_home_remembers_its_database(
    home: Home, database: str, postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(home)
    note = home.path / "journal.place"
    assert (
        note.read_text(encoding="utf-8")
        == f"postgresql {postgresql.sockets}/{database.split('/')[3].split('?')[0]}"
    )
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert opened(home), "the same again"

    monkeypatch.setenv(VARIABLE, postgresql.database())
    with pytest.raises(ConfigurationError, match=r"lies on postgresql .* names postgresql"):
        journal_url(home)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ConfigurationError, match=f"set {VARIABLE}.*bought again"):
        journal_url(home)
    assert not (home.path / "journal.db").exists(), "no empty journal was begun"


def test_one_home_seals_until_another_adopts(home: Home, database: str, tmp_path: Path) -> None:
    worker = Home.at(tmp_path / "worker")
    answers: list[tuple[Callable[[], bool], bool]] = [
        (lambda: opened(home), True),
        (lambda: opened(worker), False),
        (lambda: opened(worker, adopt=True), True),
        (lambda: opened(home), False),
    ]
    for ask, seals in answers:
        assert ask() is seals
    journal = Journal.open(database)
    assert journal.sealing_home("nobody's") == (worker.path / "home.id").read_text(encoding="utf-8")
    journal.close()
