"""Before a call is sent: its questions are free, its credits fit the budget, and both are recorded."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, insert, select, update

from contactable.journal import ledger
from contactable.journal import tables as t
from contactable.journal.asked import mark_asked, stale
from contactable.journal.budget import Budgets
from contactable.journal.calls import Call, Subject
from contactable.journal.clock import iso, new_id
from contactable.journal.connection import Connected, as_json
from contactable.journal.databases import upsert_into
from contactable.journal.errors import HostBusyError
from contactable.journal.lease import oldest_heartbeat


class Reservations(Connected):
    """Transactions that record what is about to be sent, or never will be."""

    __slots__ = ()

    def already_asked(self, subjects: Sequence[Subject]) -> set[str]:
        """Keys of subjects asked since the worklist was built (or still open): buying them would be twice."""
        known = {s.key: s.last_asked_at for s in subjects}
        with self._read() as con:
            return stale(con, known)

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

    def reserve(
        self, call: Call, run_id: str, budgets: Budgets, *, most_in_flight: int | None = None
    ) -> str | None:
        """Record the intent to send and commit its credits and money. Returns the request id.

        None when a subject turned out to be asked already (another worker, an earlier run): the caller drops
        those (see ``already_asked``) and builds the call anew.

        Args:
            most_in_flight: the most calls this vendor may have in flight, over all processes.

        Raises:
            BudgetSpentError: nothing was recorded; it says how many credits would still fit.
            HostBusyError: so many are in flight; nothing was recorded.
        """
        now = self.clock()
        request_id = new_id(now)
        keys: dict[str, str | None] = {s.key: s.last_asked_at for s in call.subjects}
        money = call.money_quoted_micros
        with self._write() as con:
            # First of all: this row is what writers of a database with many writers queue for, so that nobody
            # else spends between our look at the budget and our commitment.
            seq = self._next_seq(con)
            if call.marks_asked and stale(con, keys):
                return None
            if most_in_flight is not None and self._in_flight(con, call.vendor) >= most_in_flight:
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
                    subjects=as_json([s.as_landed() for s in call.subjects]),
                    options=as_json(call.options),
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
                mark_asked(
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

    def count_attempt(self, request_id: str, *, server_error: bool = False) -> bool:
        """The same reservation is sent once more. ``server_error``: after an error that may have been charged;
        else after a 429, or a fault that cannot have cost anything.

        False when it is no longer ours to send: this process was taken for dead meanwhile.
        """
        with self._write() as con:
            changed = con.execute(
                update(t.requests)
                .where(t.requests.c.request_id == request_id, t.requests.c.state == "reserved")
                .values(
                    attempt=t.requests.c.attempt + 1,
                    server_errors=t.requests.c.server_errors + int(server_error),
                    sent_at=iso(self.clock()),
                )
            ).rowcount
        return bool(changed)

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
