"""After a call: its answer, its credits and its questions, in one transaction; also long after."""

from collections.abc import Mapping
from typing import Any

import zstandard
from sqlalchemy import Connection, insert, select, update

from contactable.journal import ledger
from contactable.journal import tables as t
from contactable.journal.calls import Recovery, Settlement
from contactable.journal.clock import iso
from contactable.journal.databases import storable
from contactable.journal.errors import NotAmbiguousError
from contactable.journal.extractions import Extractions

_ANSWER_LOST = (
    "a call was answered and its answer could not be kept. The next run asks it again where that costs nothing; "
    "else it is ambiguous from then on, to be decided with `contactable reconcile`"
)


class Settlements(Extractions):
    """Transactions that say how a call ended."""

    __slots__ = ()

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
