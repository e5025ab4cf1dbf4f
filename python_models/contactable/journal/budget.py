"""Budgets in the vendor's credits, checked in the transaction that reserves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

PERIODS = ("run", "day", "month")


@dataclass(frozen=True, slots=True)
class Budgets:
    """``limits[(scope, period)]`` is the most that may be committed (charged, reserved or ambiguous).

    A scope is a vendor ("bigdbm") or a product of it ("bigdbm/opql"). Days and months are UTC.
    """

    limits: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def periods(self, vendor: str, product: str, run_id: str, now: datetime) -> Iterator[tuple[str, str]]:
        """Every (scope, period key) that a call of this product counts towards."""
        for scope in (vendor, f"{vendor}/{product}"):
            for period in PERIODS:
                yield scope, period_key(period, run_id, now)

    def limit(self, scope: str, key: str) -> float | None:
        return self.limits.get((scope, key.split(":", 1)[0]))


def period_key(period: str, run_id: str, now: datetime) -> str:
    return {
        "run": f"run:{run_id}",
        "day": f"day:{now:%Y-%m-%d}",
        "month": f"month:{now:%Y-%m}",
    }[period]
