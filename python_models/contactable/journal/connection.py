"""What every transaction of the journal shares: the database, the clock, one writer at a time."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import DBAPIError

from contactable.clock import Clock, real_now, utc_now
from contactable.journal import tables as t
from contactable.journal.databases import reading
from contactable.journal.errors import JournalError
from contactable.journal.lease import LookUp, Process, started_at

#: What a refused write means, for whoever reads the message.
_NOTHING_RECORDED = "nothing was recorded, and what it was about is not done"


@dataclass(slots=True)
class Connected:
    """A journal's database, and who works on it."""

    engine: Engine
    clock: Clock = utc_now
    process: Process = field(default_factory=Process.current)
    look_up: LookUp = started_at
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_local(self) -> bool:
        """Whether the journal is a file of its home: then whoever holds the home is alone with it."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()

    def _read(self) -> AbstractContextManager[Connection]:
        return reading(self.engine)

    @contextmanager
    def _write(self, otherwise: str = _NOTHING_RECORDED) -> Iterator[Connection]:
        # One writer at a time in this process: SQLite has one anyway, and waiting here is cheaper than there.
        try:
            with self._lock, self.engine.begin() as con:
                yield con
        except DBAPIError as error:
            raise JournalError(
                f"the journal refused a write ({error.orig}): {otherwise}. Nothing half-written remains. "
                "Free space or correct permissions, then run again."
            ) from error

    def _next_seq(self, con: Connection) -> int:
        con.execute(
            update(t.sequence).where(t.sequence.c.name == "updated_seq").values(value=t.sequence.c.value + 1)
        )
        return int(con.scalar(select(t.sequence.c.value).where(t.sequence.c.name == "updated_seq")) or 0)

    def _now(self, con: Connection) -> datetime:
        """Leases and limits: one clock for all who share the journal, which CONTACTABLE_NOW does not move. The
        database's, whose clients may disagree with each other; a file's clients are on one machine."""
        if self.clock is not utc_now:
            return self.clock()
        if self.is_local:
            return real_now()
        moment = con.scalar(select(func.clock_timestamp()))
        assert isinstance(moment, datetime)
        return moment


def as_json(value: Any) -> str:
    """JSON whose keys are sorted: the same value is the same text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
