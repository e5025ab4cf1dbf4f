"""Where a home's journal lies: a file of its own, or a database that several homes share.

A home remembers its address, without user and password: a forgotten variable would otherwise begin an empty one,
which buys everything again.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contactable.home.home import Home
from contactable.journal.databases import JournalUrlError, shown_address
from contactable.journal.store import Journal
from contactable.settings.config import ConfigurationError, JournalAddress

VARIABLE = "CONTACTABLE_JOURNAL_URL"


@dataclass(frozen=True, slots=True)
class HomeJournal:
    """An opened journal; ``seals``: answers leave it for this home's segments, and not for another's."""

    journal: Journal
    seals: bool


def journal_url(home: Home) -> str:
    """The address of this home's journal. Secret-bearing: never to be shown.

    Raises:
        ConfigurationError: the variable and what the home remembers contradict each other.
    """
    given = JournalAddress.given()
    note = _note(home)
    known = note.read_text(encoding="utf-8").strip() if note.exists() else None
    if given is None:
        if known is not None:
            raise ConfigurationError(
                f"the journal of {home.path} lies on {known}: set {VARIABLE} to it. Without it everything would "
                "be bought again"
            )
        return home.journal_url
    try:
        address = shown_address(given)
    except JournalUrlError as error:
        raise ConfigurationError(f"{VARIABLE}: {error}") from None
    if (home.path / "journal.db").exists():
        raise ConfigurationError(
            f"{home.path} has a journal of its own (journal.db), and {VARIABLE} names another: unset it, or use a "
            "new --home. A journal is not moved from one database to another"
        )
    if known is not None and known != address:
        raise ConfigurationError(
            f"the journal of {home.path} lies on {known}, and {VARIABLE} names {address}: correct it. If the "
            f"database itself was moved, remove {note}"
        )
    return given


def open_journal(home: Home, *, adopt: bool = False) -> HomeJournal:
    """Open it, remember where it is, and find out whether this home seals its answers.

    The first home that opens a shared journal seals; any other is a worker: it asks, and its answers wait in the
    journal for the home that owns the warehouse.

    Args:
        adopt: this home seals from now on.

    Raises:
        ConfigurationError, JournalError: with who must do what.
    """
    journal = Journal.open(journal_url(home))
    if journal.is_local:
        return HomeJournal(journal, seals=True)
    _write_once(_note(home), shown_address(str(JournalAddress.given())))
    identity = _write_once(home.path / "home.id", secrets.token_hex(8))
    return HomeJournal(journal, seals=journal.sealing_home(identity, adopt=adopt) == identity)


def _note(home: Home) -> Path:
    return home.path / "journal.place"


def _write_once(path: Path, text: str) -> str:
    """Write a small file unless it is there; what it holds."""
    if not path.exists():
        mine = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(text)
        with suppress(FileExistsError):  # whoever shares the home was faster
            os.link(mine, path)
        mine.unlink()
    return path.read_text(encoding="utf-8").strip()
