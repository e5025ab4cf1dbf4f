"""The journal's transactions. Every public method is one transaction, safe to call from many threads."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from contactable.clock import Clock, utc_now
from contactable.journal import tables as t
from contactable.journal.databases import JournalUrlError, connect, reading, upsert_into
from contactable.journal.errors import JournalError
from contactable.journal.lease import Process
from contactable.journal.migrations import create_or_upgrade, version_of
from contactable.journal.rates import Rates
from contactable.journal.reservations import Reservations
from contactable.journal.settlements import Settlements
from contactable.journal.spending import Spending

_REMEDY = {
    "sqlite": (
        "Check that the home exists, is writable and has space; if the file is damaged, restore it from a backup "
        "and run `contactable load --replay`."
    ),
    "postgresql": (
        "Check CONTACTABLE_JOURNAL_URL, that the server runs and lets us in, and that the role may create tables."
    ),
}


class Journal(Rates, Reservations, Settlements, Spending):
    """Opened with ``Journal.open``. What it can do lies in its bases, by concern."""

    __slots__ = ()

    @classmethod
    def open(cls, url: str, *, clock: Clock = utc_now, process: Process | None = None) -> "Journal":
        """Create what is missing and check the version.

        Raises:
            JournalError: newer journal than program, unreadable file, read-only or full disk.
        """
        try:
            engine = connect(url)
        except JournalUrlError as error:
            raise JournalError(f"the journal's address: {error}") from None
        try:
            with reading(engine) as con:
                version = version_of(con)
            if version != t.SCHEMA_VERSION:  # else whoever only looks need not wait for a writer
                with engine.begin() as con:
                    create_or_upgrade(con)
        except DBAPIError as error:
            raise JournalError(
                f"the journal cannot be opened ({error.orig}). {_REMEDY[engine.dialect.name]}"
            ) from error
        if url.startswith("sqlite:///"):
            file = Path(url.removeprefix("sqlite:///"))
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
        return cls(engine, clock, process or Process.current())

    def sealing_home(self, home: str, *, adopt: bool = False) -> str:
        """The home whose segments take this journal's answers: the first that asked, or the last that adopted."""
        with self._write() as con:
            first = upsert_into(con, t.meta).values(name="sealing_home", value=home)
            con.execute(
                first.on_conflict_do_update(index_elements=["name"], set_={"value": home})
                if adopt
                else first.on_conflict_do_nothing(index_elements=["name"])
            )
            return str(con.scalar(select(t.meta.c.value).where(t.meta.c.name == "sealing_home")))
