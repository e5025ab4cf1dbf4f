"""The pace of calls to a vendor, shared by all processes."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from contactable.journal import tables as t
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
