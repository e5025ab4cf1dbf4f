"""The home: everything contactable writes lies below one folder."""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contactable.config import ConfigurationError


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
            probe = path / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise ConfigurationError(
                f"the home {path} cannot be written ({error.strerror}): choose another with --home or "
                "CONTACTABLE_HOME, or correct its permissions"
            ) from None
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
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(secrets.token_bytes(32))
        return file.read_bytes()

    @contextmanager
    def hold(self, command: str) -> Iterator[str]:
        """Be the only one who writes here. Yields the holder's name.

        Raises:
            HomeBusyError: somebody else holds the home; the message names process, machine and command.
        """
        file = self.path / "lock"
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = stream.read().strip() or "another process"
                raise HomeBusyError(
                    f"{self.path} is held by {holder}. Wait for it to end, or use another --home."
                ) from None
            holder = f"process {os.getpid()} on {socket.gethostname()} ({command})"
            stream.seek(0)
            stream.truncate()
            stream.write(holder)
            stream.flush()
            yield holder
