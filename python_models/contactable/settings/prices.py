"""The ``prices`` and ``budgets`` sections of contactable.yml: what a credit costs, and how much may be spent.

Amounts are read as decimals and become whole millionths (micros) of one currency; nothing is rounded.
"""

import math
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from contactable.billing import check_steps
from contactable.journal.budget import MICROS, PERIODS, TOTAL, Budgets, VolumePrice
from contactable.vendors import ENDPOINTS, VENDORS, Flow

#: No vendor's credit costs that much: a price above it was typed in another unit. Keeps sums within 64 bits.
_HIGHEST_PRICE = 100_000
#: The published columns are decimal(18, 6).
_HIGHEST_BUDGET = 100_000_000_000


def _micros(value: Any, highest: int, what: str) -> int:
    """A number (or its text) as micros.

    Raises:
        ValueError: not a number, negative, too large, or finer than a millionth; says what is allowed.
    """
    allowed = f"{what} is a number from 0 to {highest:,} with at most six decimals"
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"{allowed}, not {value!r}")
    try:
        # The shortest text of a float is what was written in the file: 0.1 stays 0.1.
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"{allowed}, not {value!r}") from None
    if not amount.is_finite() or not 0 <= amount <= highest:
        raise ValueError(f"{allowed}, not {value}")
    micros = amount * MICROS
    if micros != micros.to_integral_value():
        raise ValueError(f"{allowed}, not {value}")
    return int(micros)


def _price_tiers(given: Mapping[str, Any]) -> tuple[tuple[float | None, int], ...]:
    """``{"tiers": [{"up_to": N, "price": P}, ..., {"price": P}]}`` as (N or None, micros).

    Raises:
        ValueError: says what is allowed.
    """
    allowed = (
        "a price is a number, or {tiers: [{up_to: 10000, price: 0.05}, {price: 0.03}]} by the month's credits"
    )
    tiers = given.get("tiers")
    if set(given) != {"tiers"} or not isinstance(tiers, list) or not tiers:
        raise ValueError(allowed)
    read = []
    for tier in tiers:
        if not isinstance(tier, Mapping) or not {"price"} <= set(tier) <= {"price", "up_to"}:
            raise ValueError(allowed)
        end = tier.get("up_to")
        if end is not None and (
            isinstance(end, bool) or not isinstance(end, int | float) or not 0 < end < math.inf
        ):
            raise ValueError(f"up_to is a number of credits above 0, not {end!r}")
        read.append((end, _micros(tier["price"], _HIGHEST_PRICE, "a price per credit")))
    check_steps(end for end, _ in read)
    return tuple(read)


def _credits(value: Any) -> float:
    allowed = "a budget in credits is a number of 0 or more"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{allowed}, not {value!r}")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{allowed}, not {value}")
    return float(value)


Money = Annotated[int, BeforeValidator(lambda value: _micros(value, _HIGHEST_BUDGET, "a budget in money"))]
Credits = Annotated[float, BeforeValidator(_credits)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ceiling(_Section):
    """The most for one scope and period: credits, money (in micros), or both. A bare number is credits."""

    credits: Credits | None = None
    money: Money | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping | Ceiling) else {"credits": value}

    @model_validator(mode="after")
    def _something(self) -> "Ceiling":
        if self.credits is None and self.money is None:
            raise ValueError("give a number of credits, or {credits: N, money: N}; 0 buys nothing")
        return self


class Budget(_Section):
    """Ceilings by period; absent means no limit."""

    run: Ceiling | None = None
    day: Ceiling | None = None
    month: Ceiling | None = None

    def ceilings(self) -> dict[str, Ceiling]:
        return {period: ceiling for period in PERIODS if (ceiling := getattr(self, period)) is not None}


class Prices(_Section):
    """What a credit costs, in micros of ``currency``, by vendor, vendor/product or endpoint.

    In the file the names stand beside ``currency``; here they are gathered in ``per_credit``. A price is a number,
    or ``{tiers: [{up_to: 10000, price: 0.05}, {price: 0.03}]}``: credits of a month (UTC) under that name up to
    10,000 at one price, the rest at the other. Such tiers are in ``tiers``, their highest price in ``per_credit``:
    a budget must hold whatever tier a call falls into.
    """

    currency: str | None = None
    per_credit: Mapping[str, int] = Field(default_factory=dict)
    tiers: Mapping[str, tuple[tuple[float | None, int], ...]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        per_credit, tiers = {}, {}
        for name, price in value.items():
            if name == "currency":
                continue
            if name not in _PRICED:
                raise ValueError(
                    f"unknown {name!r}; give a vendor ({', '.join(VENDORS)}), a vendor/product (bigdbm/opql) or "
                    "an endpoint that costs credits (bigdbm.email_batch)"
                )
            try:
                if isinstance(price, Mapping):
                    tiers[name] = _price_tiers(price)
                    per_credit[name] = max(micros for _, micros in tiers[name])
                else:
                    per_credit[name] = _micros(price, _HIGHEST_PRICE, "a price per credit")
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return {"currency": value.get("currency"), "per_credit": per_credit, "tiers": tiers}

    @field_validator("currency", mode="before")
    @classmethod
    def _code(cls, value: Any) -> Any:
        if value is None or (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()):
            return value if value is None else value.upper()
        raise ValueError("the currency is its three letters, such as USD; all prices are in this one")

    @model_validator(mode="after")
    def _in_a_currency(self) -> "Prices":
        if self.per_credit and self.currency is None:
            raise ValueError("set prices.currency, such as USD: a price without a currency is no price")
        return self

    def of(self, endpoint: str) -> int | None:
        """Micros per credit at this endpoint, of tiers the highest. None where nothing is known."""
        name = self._name(endpoint)
        return None if name is None else self.per_credit[name]

    def by_volume(self, endpoint: str) -> VolumePrice | None:
        """The tiers that hold at this endpoint; None where one price does, or none is known."""
        name = self._name(endpoint)
        return None if name is None or name not in self.tiers else VolumePrice(name, self.tiers[name])

    def _name(self, endpoint: str) -> str | None:
        """Under which name its price is set; the most specific wins."""
        declared = ENDPOINTS[endpoint]
        names = [whole_of(endpoint), f"{declared.vendor}/{declared.product}", declared.vendor]
        return next((name for name in names if name in self.per_credit), None)


#: What may carry a price. Billing can be configured, so an endpoint that is free today may, too.
_PRICED = frozenset(VENDORS) | {
    name
    for key, endpoint in ENDPOINTS.items()
    if endpoint.worklist
    for name in (key, f"{endpoint.vendor}/{endpoint.product}")
}

#: Step -> the read it belongs to. An export is paid when it is created; people price the export, not its steps.
_WHOLE: Mapping[str, str] = {
    key: whole
    for key, endpoint in ENDPOINTS.items()
    if not endpoint.worklist
    for whole, read in ENDPOINTS.items()
    if read.flow in (Flow.EXPORT, Flow.AUDIENCE)
    and (read.vendor, read.product) == (endpoint.vendor, endpoint.product)
}


def whole_of(endpoint: str) -> str:
    """The job that an endpoint is a step of; itself where it is none."""
    return _WHOLE.get(endpoint, endpoint)


def check_budgets(budgets: Mapping[str, Budget], prices: Prices) -> None:
    """Scopes exist, and what is limited in money has a price somewhere.

    Raises:
        ValueError: names the budget and what is allowed.
    """
    products = {f"{endpoint.vendor}/{endpoint.product}" for endpoint in ENDPOINTS.values()}
    for scope, budget in budgets.items():
        if scope not in products | set(VENDORS) | {TOTAL}:
            raise ValueError(
                f"budgets: unknown {scope!r}; use a vendor or vendor/product, such as bigdbm/opql, or {TOTAL}"
            )
        for period, ceiling in budget.ceilings().items():
            name = f"budgets.{scope}.{period}"
            if scope == TOTAL and ceiling.credits is not None:
                raise ValueError(
                    f"{name}: credits of different vendors are no sum; a total is in money, as {{money: 500}}"
                )
            if ceiling.money is None:
                continue
            if prices.currency is None:
                raise ValueError(f"{name}.money: set prices.currency and what a credit costs, else nothing counts")
            if not any(prices.of(key) is not None for key in endpoints_in(scope)):
                raise ValueError(
                    f"{name}.money: no price is set for {scope}; add it to prices, else nothing counts"
                )


def endpoints_in(scope: str) -> list[str]:
    """Endpoints that count towards a budget's scope."""
    return [
        key
        for key, endpoint in ENDPOINTS.items()
        if scope in (TOTAL, endpoint.vendor, f"{endpoint.vendor}/{endpoint.product}")
    ]


def budget_notices(budgets: Mapping[str, Budget], prices: Prices, paid: Collection[str]) -> list[str]:
    """What a person should know before anything is bought. ``paid``: endpoints that will be asked and cost."""
    nothing, blind = [], []
    for scope, budget in budgets.items():
        for period, ceiling in budget.ceilings().items():
            if 0 in (ceiling.credits, ceiling.money):
                nothing.append(f"{scope} per {period}")
            elif ceiling.money is not None:
                unpriced = dict.fromkeys(
                    f"{ENDPOINTS[key].vendor}/{ENDPOINTS[key].product}"
                    for key in endpoints_in(scope)
                    if key in paid and prices.of(key) is None
                )
                if unpriced:
                    blind.append(
                        f"budgets.{scope}.{period}.money does not count {', '.join(unpriced)}: no price is set "
                        "in `prices`"
                    )
    if nothing:
        blind.insert(0, f"A budget of 0 buys nothing: {', '.join(nothing)}.")
    return blind


def journal_budgets(budgets: Mapping[str, Budget], prices: Prices) -> Budgets:
    """As the journal checks them."""
    ceilings = {
        (scope, period): ceiling
        for scope, budget in budgets.items()
        for period, ceiling in budget.ceilings().items()
    }
    return Budgets(
        {name: ceiling.credits for name, ceiling in ceilings.items() if ceiling.credits is not None},
        {name: ceiling.money for name, ceiling in ceilings.items() if ceiling.money is not None},
        prices.currency or "",
    )
