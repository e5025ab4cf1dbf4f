"""The journal's transactions. Every public method is one transaction, safe to call from many threads."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import zstandard
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from contactable.clock import Clock, real_now, utc_now
from contactable.journal import ledger
from contactable.journal import tables as t
from contactable.journal.budget import Budgets, period_key
from contactable.journal.calls import Call, Recovery, Settlement, Subject
from contactable.journal.clock import iso, new_id
from contactable.journal.databases import JournalUrlError, connect, reading, storable, upsert_into
from contactable.journal.errors import HostBusyError, JournalError, NotAmbiguousError, ReadElsewhereError
from contactable.journal.lease import LookUp, Process, is_alive, oldest_heartbeat, started_at
from contactable.journal.migrations import add_missing_columns

#: What a refused write means, for whoever reads the message.
_NOTHING_RECORDED = "nothing was recorded, and what it was about is not done"
_ANSWER_LOST = (
    "a call was answered and its answer could not be kept. The next run asks it again where that costs nothing; "
    "else it is ambiguous from then on, to be decided with `contactable reconcile`"
)


_REMEDY = {
    "sqlite": (
        "Check that the home exists, is writable and has space; if the file is damaged, restore it from a backup "
        "and run `contactable load --replay`."
    ),
    "postgresql": (
        "Check CONTACTABLE_JOURNAL_URL, that the server runs and lets us in, and that the role may create tables."
    ),
}


@dataclass(slots=True)
class Journal:
    """Opened with ``Journal.open``."""

    engine: Engine
    clock: Clock = utc_now
    process: Process = field(default_factory=Process.current)
    look_up: LookUp = started_at
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # ------------------------------------------------------------------ opening

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
                version = _version(con)
            if version != t.SCHEMA_VERSION:  # else whoever only looks need not wait for a writer
                with engine.begin() as con:
                    _create_or_upgrade(con)
        except DBAPIError as error:
            raise JournalError(
                f"the journal cannot be opened ({error.orig}). {_REMEDY[engine.dialect.name]}"
            ) from error
        if url.startswith("sqlite:///"):
            file = Path(url.removeprefix("sqlite:///"))
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
        return cls(engine, clock, process or Process.current())

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

    # ------------------------------------------------------------------ runs

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

    def recover(self, *, alone: bool = False) -> Recovery:
        """Settle what dead runs left reserved; what a live process asks is its own affair.

        Repeatable calls are given back (``failed``, nothing committed, due again). A paid call that had been
        handed to the network is ``ambiguous``: its credits stay committed until somebody reconciles it. A sender
        that was taken for dead and is not settles its call all the same, with what is true.

        Args:
            alone: no other process can be at work on this journal, whatever its runs say.
        """
        with self._write() as con:
            reserved = con.execute(select(t.requests).where(t.requests.c.state == "reserved")).mappings().all()
            run_ids = {row["run_id"] for row in reserved}
            dead = run_ids if alone else {run_id for run_id in run_ids if not self._lives(con, run_id)}
            left = [row for row in reserved if row["run_id"] in dead]
            for row in left:
                settlement = (
                    Settlement("failed", 0.0, rule="interrupted", message="the run was interrupted")
                    if row["repeatable"]
                    else Settlement("ambiguous", None, rule="interrupted", message="killed while asking")
                )
                self._settle(con, dict(row), settlement)
        repeatable = sum(1 for row in left if row["repeatable"])
        return Recovery(released=repeatable, ambiguous=len(left) - repeatable)

    def _lives(self, con: Connection, run_id: str) -> bool:
        run = con.execute(select(t.runs).where(t.runs.c.run_id == run_id)).mappings().first()
        return run is not None and is_alive(dict(run), self.process, self._now(con), self.look_up)

    # ------------------------------------------------------------------ calls

    def already_asked(self, subjects: Sequence[Subject]) -> set[str]:
        """Keys of subjects asked since the worklist was built (or still open): buying them would be twice."""
        known = {s.key: s.last_asked_at for s in subjects}
        with self._read() as con:
            return self._stale(con, known)

    def _stale(self, con: Connection, known: Mapping[str, str | None]) -> set[str]:
        rows = con.execute(
            select(t.asked.c.question_key, t.asked.c.state, t.asked.c.asked_at).where(
                t.asked.c.question_key.in_(list(known))
            )
        )
        stale = set()
        for key, state, asked_at in rows:
            last = known[key]
            newer = last is None or asked_at > last
            if state in ("reserved", "ambiguous") or (newer and state == "settled"):
                stale.add(key)
        return stale

    def in_flight(self, vendor: str) -> int:
        """Calls to this vendor that live processes have reserved and not settled."""
        with self._read() as con:
            return self._in_flight(con, vendor)

    def _in_flight(self, con: Connection, vendor: str) -> int:
        # By heartbeat only: cheap, and what a killed process left stops counting by itself.
        return (
            con.scalar(
                select(func.count())
                .select_from(t.requests.join(t.runs, t.runs.c.run_id == t.requests.c.run_id))
                .where(
                    t.requests.c.state == "reserved",
                    t.requests.c.vendor == vendor,
                    t.runs.c.finished_at.is_(None),
                    t.runs.c.heartbeat_at >= oldest_heartbeat(self._now(con)),
                )
            )
            or 0
        )

    def reserve(self, call: Call, run_id: str, budgets: Budgets, *, places: int | None = None) -> str | None:
        """Record the intent to send and commit its credits and money. Returns the request id.

        None when a subject turned out to be asked already (another worker, an earlier run): the caller drops
        those (see ``already_asked``) and builds the call anew.

        Args:
            places: the most calls this vendor may have in flight, over all processes.

        Raises:
            BudgetSpentError: nothing was recorded; it says how many credits would still fit.
            HostBusyError: no place is free; nothing was recorded.
        """
        now = self.clock()
        request_id = new_id(now)
        keys: dict[str, str | None] = {s.key: s.last_asked_at for s in call.subjects}
        money = call.money_quoted_micros
        with self._write() as con:
            # First of all: this row is what writers of a database with many writers queue for, so that nobody
            # else spends between our look at the budget and our commitment.
            seq = self._next_seq(con)
            if call.marks_asked and self._stale(con, keys):
                return None
            if places is not None and self._in_flight(con, call.vendor) >= places:
                raise HostBusyError
            if call.credits_quoted > 0:
                ledger.check(con, call, run_id, budgets, now)
                ledger.commit(con, call.vendor, call.product, run_id, now, call.credits_quoted, money or 0)
            con.execute(
                insert(t.requests).values(
                    request_id=request_id,
                    run_id=run_id,
                    vendor=call.vendor,
                    endpoint=call.endpoint,
                    product=call.product,
                    stream=call.stream,
                    wave=call.wave,
                    state="reserved",
                    attempt=1,
                    extraction_id=call.extraction_id,
                    page=call.page,
                    subjects=_json([s.as_landed() for s in call.subjects]),
                    options=_json(call.options),
                    subjects_asked=len(call.subjects),
                    repeatable=int(call.repeatable),
                    credits_quoted=call.credits_quoted,
                    money_quoted_micros=money,
                    billing=call.billing,
                    volume_price=None if call.volume_price is None else call.volume_price.text(),
                    records_reserved=call.records_reserved,
                    reserved_at=iso(now),
                    sent_at=iso(now),
                    updated_seq=seq,
                )
            )
            if call.marks_asked:
                self._upsert_asked(
                    con,
                    [
                        {
                            "question_key": subject.key,
                            "endpoint": call.endpoint,
                            "subject_key": subject.subject_key,
                            "request_id": request_id,
                            "state": "reserved",
                            "asked_at": iso(now),
                            "updated_seq": seq,
                        }
                        for subject in call.subjects
                    ],
                )
        return request_id

    def count_attempt(self, request_id: str) -> bool:
        """The same reservation is sent once more (after a 429, or a fault that cannot have cost anything).

        False when it is no longer ours to send: this process was taken for dead meanwhile.
        """
        with self._write() as con:
            changed = con.execute(
                update(t.requests)
                .where(t.requests.c.request_id == request_id, t.requests.c.state == "reserved")
                .values(attempt=t.requests.c.attempt + 1, sent_at=iso(self.clock()))
            ).rowcount
        return bool(changed)

    def settle(self, request_id: str, settlement: Settlement) -> int | None:
        """The answer's body, the credits, the question's state and the extraction's cursor: one transaction.

        Returns what is committed for the call now, in micros; None where no price is known.
        """
        with self._write(_ANSWER_LOST) as con:
            row = con.execute(select(t.requests).where(t.requests.c.request_id == request_id)).mappings().one()
            return self._settle(con, dict(row), settlement)

    def _settle(self, con: Connection, row: Mapping[str, Any], settlement: Settlement) -> int | None:
        now = self.clock()
        seq = self._next_seq(con)
        charged = settlement.credits_charged
        money = ledger.money_charged(con, row, charged)
        ledger.rebook(con, row, charged, money)
        con.execute(
            update(t.requests)
            .where(t.requests.c.request_id == row["request_id"])
            .values(
                state=settlement.state,
                credits_charged=charged,
                money_charged_micros=money,
                status_code=settlement.status_code,
                error_rule=settlement.rule,
                error_message=storable(settlement.message),
                settled_at=iso(now),
                updated_seq=seq,
                **settlement.counted,
            )
        )
        if settlement.answer is not None:
            body = settlement.answer.text.encode("utf-8", "surrogatepass")
            con.execute(
                insert(t.answers).values(
                    request_id=row["request_id"],
                    stream=f"{row['vendor']}__{row['stream']}",
                    body=zstandard.compress(body, 3),
                    body_bytes=len(body),
                    fetched_at=iso(settlement.answer.fetched_at),
                    sealed=0,
                )
            )
        con.execute(
            update(t.asked)
            .where(t.asked.c.request_id == row["request_id"])
            .values(state=settlement.state, updated_seq=seq)
        )
        if settlement.extraction is not None and row["extraction_id"] is not None:
            self._update_extraction(con, row["extraction_id"], settlement.extraction)
        return row["money_quoted_micros"] if charged is None else money

    def reject(self, subject: Subject, call_of: Mapping[str, str], rule: str, reason: str) -> None:
        """A subject that is never sent, or that the vendor refused by itself. ``call_of``: endpoint, vendor,
        stream. Recorded once a question."""
        values = {
            "question_key": subject.key,
            "rule": rule,
            "reason": reason,
            "rejected_at": iso(self.clock()),
            **call_of,
        }
        with self._write() as con:
            con.execute(
                upsert_into(con, t.rejections)
                .values(values)
                .on_conflict_do_nothing(index_elements=["question_key"])
            )

    # ------------------------------------------------------------------ rates

    def rate(self, vendor: str) -> tuple[Mapping[str, Any], float]:
        """The vendor's row of ``rates`` (empty when there is none), and now, in seconds since 1970."""
        with self._read() as con:
            return self._rate(con, vendor), self._seconds(con)

    def change_rate(
        self, vendor: str, change: Callable[[Mapping[str, Any], float], tuple[Mapping[str, Any], float]]
    ) -> float:
        """Change the vendor's row in one transaction, by one clock for all processes.

        ``change`` gets the row (empty when there is none) and now, and returns the new values and the result.
        """
        with self._write() as con:
            values, result = change(self._rate(con, vendor), self._seconds(con))
            con.execute(
                upsert_into(con, t.rates)
                .values(vendor=vendor, **values)
                .on_conflict_do_update(index_elements=["vendor"], set_=dict(values))
            )
        return result

    def _rate(self, con: Connection, vendor: str) -> Mapping[str, Any]:
        row = con.execute(select(t.rates).where(t.rates.c.vendor == vendor)).mappings().first()
        return {} if row is None else dict(row)

    def _seconds(self, con: Connection) -> float:
        return self._now(con).timestamp()

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

    # ------------------------------------------------------------------ extractions

    def open_extraction(self, endpoint: str, subject: Subject, run_id: str) -> Mapping[str, Any]:
        """The open extraction of this question (to be resumed), or a new one; this run's from now on.

        Raises:
            ReadElsewhereError: another live process is at it; two would buy its pages twice.
        """
        now = iso(self.clock())
        with self._write() as con:
            found = (
                con.execute(
                    select(t.extractions).where(
                        t.extractions.c.question_key == subject.key,
                        t.extractions.c.endpoint == endpoint,
                        t.extractions.c.state == "open",
                    )
                )
                .mappings()
                .first()
            )
            if found is not None:
                if found["run_id"] != run_id:
                    if self._lives(con, found["run_id"]):
                        raise ReadElsewhereError
                    con.execute(
                        update(t.extractions)
                        .where(t.extractions.c.extraction_id == found["extraction_id"])
                        .values(run_id=run_id)
                    )
                return dict(found) | {"run_id": run_id}
            if self._stale(con, {subject.key: subject.last_asked_at}):
                raise ReadElsewhereError  # it was read to its end while we came here
            row = {
                "extraction_id": new_id(self.clock()),
                "endpoint": endpoint,
                "question_key": subject.key,
                "subject_key": subject.subject_key,
                "run_id": run_id,
                "state": "open",
                "pinned": None,
                "next_cursor": None,
                "next_page": 1,
                "pages_read": 0,
                "rows_read": 0,
                "rows_expected": None,
                "job_id": None,
                "job_status": None,
                "started_at": now,
                "updated_at": now,
                "finished_at": None,
            }
            con.execute(insert(t.extractions).values(**row))
            return row

    def update_extraction(self, extraction_id: str, values: Mapping[str, Any]) -> None:
        with self._write() as con:
            self._update_extraction(con, extraction_id, values)

    def _update_extraction(self, con: Connection, extraction_id: str, values: Mapping[str, Any]) -> None:
        now = iso(self.clock())
        ended = values.get("state", "open") != "open"
        con.execute(
            update(t.extractions)
            .where(t.extractions.c.extraction_id == extraction_id)
            .values(**values, updated_at=now, **({"finished_at": now} if ended else {}))
        )
        if values.get("state") == "complete":
            # Only a read that reached its end answers the question; a broken one stays due.
            row = (
                con.execute(select(t.extractions).where(t.extractions.c.extraction_id == extraction_id))
                .mappings()
                .one()
            )
            self._upsert_asked(
                con,
                [
                    {
                        "question_key": row["question_key"],
                        "endpoint": row["endpoint"],
                        "subject_key": row["subject_key"],
                        "request_id": extraction_id,
                        "state": "settled",
                        "asked_at": now,
                        "updated_seq": self._next_seq(con),
                    }
                ],
            )

    def abandon_extraction(self, extraction_id: str, *, withdraw: bool) -> None:
        """A read begins again: this one answers nothing. ``withdraw``: what it read, and is not on its way into a
        segment yet, is dropped; the same rows come again."""
        with self._write() as con:
            self._update_extraction(con, extraction_id, {"state": "abandoned"})
            if withdraw:
                mine = select(t.requests.c.request_id).where(t.requests.c.extraction_id == extraction_id)
                con.execute(
                    delete(t.answers).where(
                        t.answers.c.request_id.in_(mine), t.answers.c.segment.is_(None), t.answers.c.sealed == 0
                    )
                )

    def extraction(self, extraction_id: str) -> Mapping[str, Any] | None:
        """A read of many calls, as it stands."""
        with self._read() as con:
            query = select(t.extractions).where(t.extractions.c.extraction_id == extraction_id)
            found = con.execute(query).mappings().first()
            return None if found is None else dict(found)

    def job_ids(self, endpoint: str) -> frozenset[str]:
        """What the vendor calls the jobs that reads of this endpoint have made or found."""
        with self._read() as con:
            return frozenset(
                con.scalars(
                    select(t.extractions.c.job_id).where(
                        t.extractions.c.endpoint == endpoint, t.extractions.c.job_id.is_not(None)
                    )
                )
            )

    def request(self, request_id: str) -> Mapping[str, Any] | None:
        """One call, as it stands."""
        with self._read() as con:
            found = con.execute(select(t.requests).where(t.requests.c.request_id == request_id)).mappings().first()
            return None if found is None else dict(found)

    def last_request(self, extraction_id: str, *endpoints: str) -> Mapping[str, Any] | None:
        """The latest call of these endpoints for the extraction."""
        with self._read() as con:
            row = con.execute(
                select(t.requests)
                .where(t.requests.c.extraction_id == extraction_id, t.requests.c.endpoint.in_(endpoints))
                .order_by(t.requests.c.request_id.desc())
            )
            found = row.mappings().first()
            return None if found is None else dict(found)

    def open_create(self, extraction_id: str, endpoint: str) -> str | None:
        """The paid call of this extraction (creating its job, reading a page) whose outcome is unknown, if any."""
        with self._read() as con:
            return con.scalar(
                select(t.requests.c.request_id)
                .where(
                    t.requests.c.extraction_id == extraction_id,
                    t.requests.c.endpoint == endpoint,
                    t.requests.c.state == "ambiguous",
                )
                .order_by(t.requests.c.request_id.desc())
            )

    def reconcile(
        self,
        request_id: str,
        *,
        charged: bool,
        credits: float | None = None,
        evidence: str = "",
        extraction: Mapping[str, Any] | None = None,
        counted: Mapping[str, int] | None = None,
    ) -> None:
        """Decide an ambiguous call: charged (``credits``, else as quoted; the answer is lost) or not charged
        (given back; its subjects are due again).

        A read whose paid page is lost ends with what was read before: to go on would buy that page again.

        Args:
            evidence: by what it was decided, in words; kept with the call, before what had happened to it.
            extraction: new values of the row of the read that the call belongs to, in the same transaction.
            counted: what the vendor told of it, as in ``Settlement``.

        Raises:
            NotAmbiguousError: it is decided already; nothing is booked again.
        """
        with self._write() as con:
            row = dict(
                con.execute(select(t.requests).where(t.requests.c.request_id == request_id)).mappings().one()
            )
            if row["state"] != "ambiguous":
                raise NotAmbiguousError(
                    f"request {request_id} is {row['state']}, only ambiguous calls are reconciled"
                )
            amount = 0.0 if not charged else row["credits_quoted"] if credits is None else credits
            self._settle(
                con,
                row,
                Settlement(
                    "settled" if charged else "failed",
                    amount,
                    row["status_code"],
                    "reconciled_charged" if charged else "reconciled_not_charged",
                    "; at first: ".join(filter(None, (evidence, row["error_message"]))),
                    extraction=extraction,
                    counted=counted or {},
                ),
            )
            if charged and row["page"] is not None and row["extraction_id"] is not None:
                lost = {"state": "complete", "job_status": f"the answer of page {row['page']} was lost"}
                self._update_extraction(con, row["extraction_id"], lost)

    def correct_charge(
        self, request_id: str, credits: float, *, records: int | None = None
    ) -> tuple[float, int | None]:
        """The final price of a settled call became known. Returns the differences booked, in credits and in micros
        (negative: released; None where no price is known). They are booked on the run, day and month of the
        reservation, whatever the day is now.

        Args:
            records: what the job delivered in the end.
        """
        with self._write() as con:
            seq = self._next_seq(con)
            row = dict(
                con.execute(select(t.requests).where(t.requests.c.request_id == request_id)).mappings().one()
            )
            money = ledger.money_charged(con, row, credits)
            difference = ledger.rebook(con, row, credits, money)
            values: dict[str, Any] = {} if records is None else {"records_returned": records}
            if difference:
                values |= {"credits_charged": credits, "money_charged_micros": money}
            if values:
                con.execute(
                    update(t.requests)
                    .where(t.requests.c.request_id == request_id)
                    .values(**values, updated_seq=seq)
                )
        return difference, None if money is None else money - int(row["money_charged_micros"] or 0)

    def overspent(self, call: Call, run_id: str, budgets: Budgets) -> str | None:
        """The first budget of this call's that is overspent, in words; None: all hold."""
        now = self.clock()
        keys = budgets.set_for(call.vendor, call.product, run_id, now)
        if not keys:
            return None
        with self._read() as con:
            return budgets.exceeded(ledger.spent(con, keys), keys)

    # ------------------------------------------------------------------ reading

    def committed(self, budgets: Budgets, run_id: str) -> dict[tuple[str, str], float]:
        """Committed credits per (scope, period) for every budget set in credits."""
        return {name: spent[0] for name, spent in self._committed(list(budgets.limits), run_id).items()}

    def committed_money(self, budgets: Budgets, run_id: str) -> dict[tuple[str, str], int]:
        """Committed micros per (scope, period) for every budget set in money."""
        return {name: spent[1] for name, spent in self._committed(list(budgets.money), run_id).items()}

    def _committed(
        self, names: Sequence[tuple[str, str]], run_id: str
    ) -> dict[tuple[str, str], tuple[float, int]]:
        now = self.clock()
        keys = {(scope, period): (scope, period_key(period, run_id, now)) for scope, period in names}
        with self._read() as con:
            spent = ledger.spent(con, list(keys.values()))
        return {name: spent.get(key, (0.0, 0)) for name, key in keys.items()}

    def states(self, run_id: str | None = None) -> list[Mapping[str, Any]]:
        """Calls, subjects and credits by vendor, endpoint and state."""
        query = select(
            t.requests.c.vendor,
            t.requests.c.endpoint,
            t.requests.c.state,
            func.count().label("calls"),
            func.sum(t.requests.c.subjects_asked).label("subjects"),
            func.sum(func.coalesce(t.requests.c.credits_charged, t.requests.c.credits_quoted)).label("credits"),
            # Empty where no call had a price: unknown is not free.
            func.sum(func.coalesce(t.requests.c.money_charged_micros, t.requests.c.money_quoted_micros)).label(
                "money_micros"
            ),
        ).group_by(t.requests.c.vendor, t.requests.c.endpoint, t.requests.c.state)
        if run_id is not None:
            query = query.where(t.requests.c.run_id == run_id)
        with self._read() as con:
            return [dict(row) for row in con.execute(query.order_by("vendor", "endpoint", "state")).mappings()]

    def ambiguous(self) -> list[Mapping[str, Any]]:
        """Paid calls whose outcome is unknown, oldest first."""
        with self._read() as con:
            return [
                dict(row)
                for row in con.execute(
                    select(t.requests).where(t.requests.c.state == "ambiguous").order_by(t.requests.c.request_id)
                ).mappings()
            ]

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

    # ------------------------------------------------------------------ inside

    def _upsert_asked(self, con: Connection, rows: list[dict[str, Any]]) -> None:
        statement = upsert_into(con, t.asked)
        con.execute(
            statement.on_conflict_do_update(
                index_elements=["question_key"],
                set_={
                    name: statement.excluded[name]
                    for name in ("endpoint", "subject_key", "request_id", "state", "asked_at", "updated_seq")
                },
            ),
            rows,
        )


def _version(con: Connection) -> int | None:
    """The version of the tables; None where there are none yet.

    Raises:
        JournalError: they are of a newer version, which may have done away with what this one knows.
    """
    if not inspect(con).has_table(t.meta.name):
        return None
    text = con.scalar(select(t.meta.c.value).where(t.meta.c.name == "schema_version"))
    version = None if text is None else int(text)
    if version is not None and version > t.SCHEMA_VERSION:
        raise JournalError(
            f"the journal has version {version}, this program knows {t.SCHEMA_VERSION}: upgrade contactable."
        )
    return version


def _create_or_upgrade(con: Connection) -> None:
    """Bring the tables to our version, in one transaction: another process may be doing the same."""
    version = _version(con)
    t.metadata.create_all(con)
    if version is None:
        con.execute(insert(t.meta).values(name="schema_version", value=str(t.SCHEMA_VERSION)))
        con.execute(insert(t.sequence).values(name="updated_seq", value=0))
    elif version < t.SCHEMA_VERSION:
        add_missing_columns(con)
        con.execute(update(t.meta).where(t.meta.c.name == "schema_version").values(value=str(t.SCHEMA_VERSION)))


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
