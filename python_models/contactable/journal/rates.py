"""The pace of calls to a vendor, and until when a product rests; shared by all processes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from contactable.journal import tables as t
from contactable.journal.clock import iso
from contactable.journal.connection import Connected
from contactable.journal.databases import upsert_into


class Rates(Connected):
    """Transactions about a vendor's pace."""

    __slots__ = ()

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

    def note_rest(self, vendor: str, product: str, seconds: float, reason: str) -> str:
        """The vendor wants no call of this product for so long. Returns until when; a longer rest stays."""
        mine = (t.rests.c.vendor == vendor, t.rests.c.product == product)
        with self._write() as con:
            now = self._now(con)
            values = {"until": iso(now + timedelta(seconds=seconds)), "reason": reason, "noted_at": iso(now)}
            before = con.scalar(select(t.rests.c.until).where(*mine))
            if before is not None and before >= values["until"]:
                return str(before)
            con.execute(
                upsert_into(con, t.rests)
                .values(vendor=vendor, product=product, **values)
                .on_conflict_do_update(index_elements=["vendor", "product"], set_=values)
            )
        return values["until"]

    def rests(self) -> list[Mapping[str, Any]]:
        """Products that rest now: vendor, product, until, reason, noted_at."""
        with self._read() as con:
            found = select(t.rests).where(t.rests.c.until > iso(self._now(con)))
            return [dict(row) for row in con.execute(found.order_by("vendor", "product")).mappings()]
