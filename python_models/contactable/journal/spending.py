"""What calls have cost, by state and by budget."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from contactable.journal import ledger
from contactable.journal import tables as t
from contactable.journal.budget import Budgets, period_key
from contactable.journal.calls import Call
from contactable.journal.connection import Connected


class Spending(Connected):
    """Transactions that only read calls and credits."""

    __slots__ = ()

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

    def overspent(self, call: Call, run_id: str, budgets: Budgets) -> str | None:
        """The first budget of this call's that is overspent, in words; None: all hold."""
        now = self.clock()
        keys = budgets.set_for(call.vendor, call.product, run_id, now)
        if not keys:
            return None
        with self._read() as con:
            return budgets.exceeded(ledger.spent(con, keys), keys)

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
