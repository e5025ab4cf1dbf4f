"""Budgets in the vendors' credits and in money, checked in the transaction that reserves.

Money is counted in micros, whole millionths of one currency: binary fractions drift, and a budget must not.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contactable.billing import total_of

PERIODS = ("run", "day", "month")
#: The scope of every vendor together; in money only, because credits of different vendors are no sum.
TOTAL = "total"
MICROS = 1_000_000

#: (scope, period key) -> (committed credits, committed micros)
Committed = Mapping[tuple[str, str], tuple[float, int]]


def money_of(credits: float, price_micros: int | None) -> int | None:
    """What credits cost at a price per credit, in micros; None where no price is known."""
    return None if price_micros is None else round(credits * price_micros)


def money_text(micros: int, currency: str = "") -> str:
    """``USD 1,234.50``: two decimals, more only where there are more."""
    whole, rest = divmod(abs(micros), MICROS)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{currency} {'-' if micros < 0 else ''}{whole:,}.{decimals}".strip()


@dataclass(frozen=True, slots=True)
class VolumePrice:
    """A price per credit that depends on how many credits a month (UTC) has seen under ``name``.

    ``steps``: (up to this many credits, None: all above; micros per credit).
    """

    name: str
    steps: tuple[tuple[float | None, int], ...]

    def text(self) -> str:
        """As a request keeps it."""
        return json.dumps([self.name, self.steps])

    @classmethod
    def of_text(cls, text: str) -> "VolumePrice":
        name, steps = json.loads(text)
        return cls(name, tuple((end, micros) for end, micros in steps))

    def total(self, credits: float) -> int:
        """What a month of so many credits costs, in micros."""
        return round(total_of(self.steps, credits))


class BudgetSpentError(Exception):
    """A reservation would exceed a budget; nothing was recorded.

    ``scope``, ``period`` (its key, as ``day:2026-11-21``) and ``unit`` ("credits" or "money") name the budget.
    ``limit``, ``spent`` (what is charged, reserved or ambiguous) and ``cost`` (of the refused call) are in that
    unit, money in micros. ``room``: so many credits would still fit all budgets of the call.
    """

    def __init__(
        self,
        scope: str,
        period: str,
        *,
        unit: str,
        limit: float,
        spent: float,
        cost: float,
        room: float,
        currency: str = "",
    ) -> None:
        def text(amount: float) -> str:
            if unit == "money":
                return money_text(int(amount), currency)
            return f"{amount:,.10g} credit{'' if amount == 1 else 's'}"

        name = f"budget of {'0' if limit == 0 else text(limit)} for {scope} per {period.split(':')[0]}"
        price = text(cost) if cost else "credits without a price"
        super().__init__(
            f"{name}: nothing is bought; the next call costs {price}"
            if limit == 0
            else f"{name}: spent or reserved {text(spent)}, the next call costs {price}"
        )
        self.scope, self.period, self.unit = scope, period, unit
        self.limit, self.spent, self.cost, self.room = limit, spent, cost, room


@dataclass(frozen=True, slots=True)
class Budgets:
    """The most that may be committed (charged, reserved or ambiguous), by (scope, period).

    ``limits`` are in credits, ``money`` in micros of ``currency``. A scope is a vendor ("bigdbm"), a product of
    it ("bigdbm/opql"), or "total". Days and months are UTC.
    """

    limits: Mapping[tuple[str, str], float] = field(default_factory=dict)
    money: Mapping[tuple[str, str], int] = field(default_factory=dict)
    currency: str = ""

    def periods(self, vendor: str, product: str, run_id: str, now: datetime) -> Iterator[tuple[str, str]]:
        """Every (scope, period key) that a call of this product counts towards."""
        for scope in (TOTAL, vendor, f"{vendor}/{product}"):
            for period in PERIODS:
                yield scope, period_key(period, run_id, now)

    def set_for(self, vendor: str, product: str, run_id: str, now: datetime) -> list[tuple[str, str]]:
        """Those of them that have a limit."""
        return [
            (scope, key)
            for scope, key in self.periods(vendor, product, run_id, now)
            if (budget := (scope, period_of(key))) in self.limits or budget in self.money
        ]

    def check(self, spent: Committed, keys: list[tuple[str, str]], credits: float, price: int | None) -> None:
        """Refuse a call that costs ``credits`` at ``price`` micros a credit (None: unknown) where it does not fit.

        A limit of 0 means "buy nothing": in money it also stops what has no price, or costs none.

        Raises:
            BudgetSpentError: names the first budget that is too small.
        """
        cost = money_of(credits, price)
        broken: tuple[str, str, str, float, float, float] | None = None
        room = math.inf
        for scope, key in keys:
            spent_credits, spent_micros = spent.get((scope, key), (0.0, 0))
            limit = self.limits.get((scope, period_of(key)))
            if limit is not None:
                room = min(room, max(limit - spent_credits, 0.0))
                if spent_credits + credits > limit:
                    broken = broken or (scope, key, "credits", limit, spent_credits, credits)
            most = self.money.get((scope, period_of(key)))
            if most is not None:
                left = max(most - spent_micros, 0)
                if most == 0 or spent_micros > most:
                    # Overspent by a correction: what has no price does not fit either.
                    room = 0.0
                elif price:
                    room = min(room, float(left // price))
                if most == 0 or spent_micros + (cost or 0) > most:
                    broken = broken or (scope, key, "money", most, spent_micros, cost or 0)
        if broken is not None:
            scope, key, unit, most_allowed, used, needed = broken
            raise BudgetSpentError(
                scope,
                key,
                unit=unit,
                limit=most_allowed,
                spent=used,
                cost=needed,
                room=room,
                currency=self.currency,
            )

    def exceeded(self, spent: Committed, keys: list[tuple[str, str]]) -> str | None:
        """The first limit that is below what is committed, in words."""
        for scope, key in keys:
            credits, micros = spent.get((scope, key), (0.0, 0))
            budget = (scope, period_of(key))
            limit, most = self.limits.get(budget), self.money.get(budget)
            if limit is not None and credits > limit:
                allowed, used = f"{limit:,.10g} credits", f"{credits:,.10g}"
            elif most is not None and micros > most:
                allowed, used = money_text(most, self.currency), money_text(micros, self.currency)
            else:
                continue
            return f"the budget of {allowed} for {scope} per {period_of(key)} is overspent: {used}"
        return None


def period_of(key: str) -> str:
    """``day:2026-11-21`` -> ``day``."""
    return key.split(":", 1)[0]


def period_key(period: str, run_id: str, now: datetime) -> str:
    return {
        "run": f"run:{run_id}",
        "day": f"day:{now:%Y-%m-%d}",
        "month": f"month:{now:%Y-%m}",
    }[period]
