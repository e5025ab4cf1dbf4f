"""The home: everything contactable writes lies below one folder."""

import fcntl
import os
import secrets
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contactable.clock import go_on_in
from contactable.settings.config import ConfigurationError

#: A turn at the warehouse takes seconds; somebody who waits longer wants to know for whom.
PATIENCE_SECONDS = 5.0

#: Folders of rows that are due, copied out so that the warehouse is free while vendors are asked.
_COPIES = "worklists-"
#: A key that is not in its place yet.
_NEW_KEY = ".redaction-"


class HomeBusyError(RuntimeError):
    """Another process works on this home; the message says which."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below the home. ``Home.at`` makes the folder, readable by its owner only."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "Home":
        """Raises ConfigurationError when the folder cannot be made or written."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = path / ".probe"  # one name for all: what a killed process leaves, the next one removes
            probe.touch()
            probe.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"the home {path} cannot be written ({error.strerror}): choose another with --home or "
                "CONTACTABLE_HOME, or correct its permissions"
            ) from None
        go_on_in(path)
        return cls(path.resolve())

    @property
    def journal_url(self) -> str:
        return f"sqlite:///{self.path / 'journal.db'}"

    @property
    def segments(self) -> Path:
        return self.path / "segments"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.path / "published"

    @property
    def report(self) -> Path:
        return self.path / "reports" / "index.html"

    @property
    def sandbox(self) -> Path:
        return self.path / "sandbox"

    @property
    def log(self) -> Path:
        return self.path / "logs" / "contactable.log"

    def redaction_key(self) -> bytes:
        """The key that makes subjects in this home's logs recognisable here and meaningless elsewhere."""
        file = self.path / "redaction.key"
        if not file.exists():
            mine = self.path / f"{_NEW_KEY}{secrets.token_hex(4)}"
            with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(secrets.token_bytes(32))
            with suppress(FileExistsError):  # whoever shares the home was faster: theirs is the key
                os.link(mine, file)
            mine.unlink()
        return file.read_bytes()

    # ------------------------------------------------------------------ who may work here

    @contextmanager
    def hold(self, command: str) -> Iterator[str]:
        """Be the only one who works here. Yields the holder's name, as others are told it.

        What killed processes left is removed: nobody else can be using it.

        Raises:
            HomeBusyError: somebody else is at work; the message names each process, machine and command.
        """
        with self._locked(fcntl.LOCK_EX, command) as holder:
            for copies in self.path.glob(f"{_COPIES}*"):
                shutil.rmtree(copies)
            for key in self.path.glob(f"{_NEW_KEY}*"):
                key.unlink()
            yield holder

    @contextmanager
    def share(self, command: str) -> Iterator[str]:
        """Work here beside others who share; nobody may hold the home meanwhile. As ``hold`` otherwise."""
        with self._locked(fcntl.LOCK_SH, command) as holder:
            yield holder

    @contextmanager
    def _locked(self, kind: int, command: str) -> Iterator[str]:
        with _opened(self.path / "lock") as lock:
            try:
                fcntl.flock(lock, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                holders = ", ".join(self._holders()) or "another process"
                raise HomeBusyError(
                    f"{self.path} is held by {holders}. Wait for it to end, or use another --home."
                ) from None
            if kind == fcntl.LOCK_EX:
                for dead in (self.path / "holders").glob("*"):
                    dead.unlink()
            with self._named(command) as holder:
                yield holder

    @contextmanager
    def _named(self, command: str) -> Iterator[str]:
        """Stand among the holders: a file of one's own, locked as long as one lives, so that no kill leaves a name
        behind that anybody would believe."""
        holder = f"process {os.getpid()} on {socket.gethostname()} ({command})"
        folder = self.path / "holders"
        folder.mkdir(mode=0o700, exist_ok=True)
        token = f"{os.getpid()}-{secrets.token_hex(4)}"
        hidden, shown = folder / f".{token}", folder / token
        with _opened(hidden) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(holder)
            file.flush()
            hidden.rename(shown)  # whoever sees the name sees it locked
            try:
                yield holder
            finally:
                shown.unlink(missing_ok=True)

    def _holders(self) -> list[str]:
        """Who works here now. Names that a killed process left are removed."""
        names = []
        for path in sorted((self.path / "holders").glob("[!.]*")):
            try:
                with path.open("r+", encoding="utf-8") as file:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        names.append(file.read().strip())
                    else:
                        path.unlink(missing_ok=True)
            except FileNotFoundError:  # its process ended just now
                continue
        return names

    @contextmanager
    def warehouse_turn(
        self, command: str, say: Callable[[str], None], *, patience: float = PATIENCE_SECONDS
    ) -> Iterator[None]:
        """Wait for one's turn at warehouse.duckdb, which one process at a time may open.

        After ``patience`` seconds of waiting, ``say`` is told once whom we wait for. Must not be nested.
        """
        with _opened(self.path / "warehouse.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting = threading.Timer(patience, lambda: say(_waiting_for(self.path / "warehouse.lock")))
                waiting.daemon = True
                waiting.start()
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                finally:
                    waiting.cancel()
            lock.seek(0)
            lock.truncate()
            lock.write(f"process {os.getpid()} on {socket.gethostname()} ({command})")
            lock.flush()
            yield

    @contextmanager
    def worklist_copies(self, run_id: str) -> Iterator[Path]:
        """A folder for what is due in a wave, its owner's only, gone at the end.

        Begin it during one's turn at the warehouse: copies that a killed process left are removed here.
        """
        for left in self.path.glob(f"{_COPIES}*"):
            with suppress(FileNotFoundError), _opened(left / "lock") as lock, suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
        folder = self.path / f"{_COPIES}{run_id}"
        folder.mkdir(mode=0o700)
        with _opened(folder / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield folder
            finally:
                shutil.rmtree(folder)


def _opened(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def _waiting_for(lock: Path) -> str:
    return (
        f"Waiting for the warehouse: {lock.read_text(encoding='utf-8').strip() or 'another process'} works on it."
    )
