"""Who asks, since when, and how it ended."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from contactable.journal import tables as t
from contactable.journal.clock import iso, new_id
from contactable.journal.connection import Connected
from contactable.journal.errors import JournalError
from contactable.journal.lease import is_alive


class Runs(Connected):
    """Transactions about runs."""

    __slots__ = ()

    def begin_run(self, command: str, holder: str) -> str:
        """Register who asks; others take these calls for a live process's until its heartbeat or process ends."""
        now = self.clock()
        run_id = new_id(now)
        with self._write() as con:
            con.execute(
                insert(t.runs).values(
                    run_id=run_id,
                    command=command,
                    started_at=iso(now),
                    holder=holder,
                    host=self.process.host,
                    boot_id=self.process.boot_id,
                    pid=self.process.pid,
                    process_started=self.process.started,
                    heartbeat_at=iso(self._now(con)),
                )
            )
        return run_id

    def beat(self, run_id: str) -> None:
        """This run lives. A journal that cannot be written just now hears of it the next time."""
        with suppress(JournalError), self._write() as con:
            con.execute(update(t.runs).where(t.runs.c.run_id == run_id).values(heartbeat_at=iso(self._now(con))))

    def end_run(self, run_id: str, exit_code: int, reason: str = "") -> None:
        """``reason``: why it ended with that code, in words; nothing personal."""
        with self._write() as con:
            con.execute(
                update(t.runs)
                .where(t.runs.c.run_id == run_id)
                .values(finished_at=iso(self.clock()), exit_code=exit_code, reason=reason or None)
            )

    def note_step(self, run_id: str, step: str) -> None:
        """What the run does now, for whoever looks from another process."""
        with self._write() as con:
            con.execute(
                update(t.runs)
                .where(t.runs.c.run_id == run_id)
                .values(step=step, step_started_at=iso(self.clock()))
            )

    def note_deadline(self, run_id: str, deadline: datetime) -> None:
        with self._write() as con:
            con.execute(update(t.runs).where(t.runs.c.run_id == run_id).values(deadline_at=iso(deadline)))

    def _lives(self, con: Connection, run_id: str) -> bool:
        run = con.execute(select(t.runs).where(t.runs.c.run_id == run_id)).mappings().first()
        return run is not None and is_alive(dict(run), self.process, self._now(con), self.look_up)

    def last_runs(self, limit: int = 5) -> list[Mapping[str, Any]]:
        with self._read() as con:
            return [
                dict(row)
                for row in con.execute(select(t.runs).order_by(t.runs.c.run_id.desc()).limit(limit)).mappings()
            ]

    def is_working(self, run: Mapping[str, Any]) -> bool:
        """Whether this run (a row of ``last_runs``) has not ended and its process still lives."""
        if run["finished_at"] is not None:
            return False
        with self._read() as con:
            return self._lives(con, run["run_id"])

    def seconds_after_asking(self) -> float | None:
        """How long the last whole run that asked something went on after its last answer: building, publishing."""
        last = func.max(t.requests.c.settled_at).label("last")
        query = (
            select(t.runs.c.finished_at, last)
            .join(t.requests, t.requests.c.run_id == t.runs.c.run_id)
            .where(t.runs.c.command == "run", t.runs.c.exit_code.in_((0, 4)), t.runs.c.finished_at.is_not(None))
            .where(func.coalesce(t.runs.c.reason, "").not_like("%interrupted%"))
            .group_by(t.runs.c.run_id, t.runs.c.finished_at)
            .order_by(t.runs.c.run_id.desc())
            .limit(1)
        )
        with self._read() as con:
            row = con.execute(query).first()
        if row is None or row.last is None:
            return None
        ended, answered = (datetime.fromisoformat(text) for text in (row.finished_at, row.last))
        return max((ended - answered).total_seconds(), 0.0)
