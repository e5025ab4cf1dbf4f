"""How a vendor charges, as data: what is counted, what one costs, tiers, minimum, rounding, reserves.

An endpoint declares a model, ``endpoints.<endpoint>.billing`` in contactable.yml replaces it, and everything else
derives from the one in force: reservations, charges, worklists' quotes, plans, suggestions. Knows no vendor.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator, model_validator

#: Credits are kept to six decimals, as the published columns are (decimal(18, 6)).
_DECIMALS = 6
_HIGHEST = 1_000_000


class Unit(StrEnum):
    """What is counted."""

    NONE = "none"
    CALL = "call"  # an accepted call: a list, a page of a read, a job's creation
    PAGE = "page"  # a page of a read or of a finished job
    SUBJECT = "subject"  # whom we asked about, found or not; of a read of many pages once
    MATCH = "match"  # whom the vendor found
    RECORD = "record"  # what the answer holds: hashes of a list, profiles, rows of a finished job


#: Other words for the same, as contracts have them.
SYNONYMS: Mapping[str, str] = {"free": "none", "list": "call", "hem": "record"}


def _number(value: Any, highest: float, allowed: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise ValueError(f"{allowed}, not {value!r}")
    if round(value, _DECIMALS) != value:
        raise ValueError(f"{allowed}, not {value!r}")
    return float(value)


def _credits(value: Any) -> float:
    return _number(value, _HIGHEST, f"a number from 0 to {_HIGHEST:,} with at most six decimals")


def _share(value: Any) -> float:
    if isinstance(value, str) and value in ("kept", "released"):
        return float(value == "kept")
    return _number(value, 1, "`released`, `kept`, or the share that is kept (0 to 1)")


Credits = Annotated[float, BeforeValidator(_credits)]
Share = Annotated[float, BeforeValidator(_share)]
#: (up to this volume in all, None: no end; rate)
Steps = Sequence[tuple[float | None, float]]


def check_steps(ends: Iterable[float | None]) -> None:
    """The ends of tiers rise, and only the last has none.

    Raises:
        ValueError: says what is allowed.
    """
    *bounded, last = list(ends) or [0.0]
    before = 0.0
    for end in bounded:
        if end is None or end <= before:
            raise ValueError("each `up_to` must be higher than the one before; only the last tier goes without")
        before = end
    if last is not None:
        raise ValueError("the last tier has no `up_to`: it holds for everything above")


def total_of(steps: Steps, volume: float) -> float:
    """What a volume costs in all: the first tier for its part, the next for the rest."""
    total, before = 0.0, 0.0
    for end, rate in steps:
        part = volume - before if end is None else min(volume, end) - before
        if part <= 0:
            break
        total += part * rate
        before += part
    return total


class Tier(BaseModel):
    """Units up to ``up_to`` in all cost ``credits`` each; without it: all that follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    up_to: Annotated[float, BeforeValidator(_credits)] | None = None
    credits: Credits


@dataclass(frozen=True, slots=True)
class Counts:
    """What a call counts. None: the answer does not tell, or cannot be read."""

    subjects: int
    matches: int | None = None
    records: int | None = None
    calls: int = 1
    pages: int = 1


class Billing(BaseModel):
    """One billing model.

    ``credits``: what a unit costs; ``tiers`` in its place: the first units of a call at one rate, the next at
    another. (A volume discount by month is money: ``prices``.) ``minimum``: the least that an accepted call costs.
    ``round_to``: a call's credits are a multiple of it. ``kept_of_failed`` and ``kept_of_unused``: the share of a
    job's reserve that the vendor keeps when the job fails, or delivers less. ``most_records``: the most that one
    subject brings, where no document bounds it; a reservation counts with it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    NONE: ClassVar["Billing"]
    CALL: ClassVar["Billing"]
    SUBJECT: ClassVar["Billing"]
    MATCH: ClassVar["Billing"]
    RECORD: ClassVar["Billing"]

    unit: Unit
    credits: Credits = 1.0
    tiers: tuple[Tier, ...] = ()
    minimum: Credits = 0.0
    round_to: Credits | None = None
    rounding: Literal["up", "nearest", "down"] = "up"
    kept_of_failed: Share = 0.0
    kept_of_unused: Share = 0.0
    most_records: int | None = None

    @field_validator("unit", mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        word = SYNONYMS.get(value, value) if isinstance(value, str) else value
        if word not in list(Unit):
            raise ValueError(f"one of {', '.join(Unit)} (or {', '.join(SYNONYMS)}), not {value!r}")
        return word

    @field_validator("most_records")
    @classmethod
    def _at_least_one(cls, value: int | None) -> int | None:
        if value is not None and value < 1:
            raise ValueError("a whole number of at least 1")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "Billing":
        given = self.model_fields_set
        if self.unit is Unit.NONE and given - {"unit"}:
            raise ValueError(f"what is free has no {', '.join(sorted(given - {'unit'}))}")
        if self.tiers and "credits" in given:
            raise ValueError("give credits (one rate) or tiers (several), not both")
        if self.tiers and self.unit is Unit.CALL:
            raise ValueError("a call counts one, so it has no tiers; volume discounts by month are money: prices")
        if self.round_to == 0:
            raise ValueError("round_to must be above 0: the step that a call's credits are rounded to")
        if "rounding" in given and self.round_to is None:
            raise ValueError("rounding needs round_to, the step that a call's credits are rounded to")
        if self.tiers:
            check_steps(tier.up_to for tier in self.tiers)
        return self

    @classmethod
    def read(cls, given: Any, declared: "Billing") -> "Billing":
        """What stands in contactable.yml: a unit alone, or a mapping (without `unit`: the declared one).

        Raises:
            ValueError: names the key and what is allowed.
        """
        if isinstance(given, str):
            given = {"unit": given}
        if not isinstance(given, Mapping):
            raise ValueError(f"one of {', '.join(Unit)}, or a mapping such as {{unit: record, credits: 2}}")
        if unknown := sorted(str(name) for name in given.keys() - cls.model_fields.keys()):
            raise ValueError(f"unknown {', '.join(unknown)}; allowed are {', '.join(cls.model_fields)}")
        try:
            return cls.model_validate({"unit": declared.unit.value, **given})
        except ValidationError as error:
            raise ValueError("; ".join(_problems(error))) from None

    # ---------------------------------------------------------------- amounts

    @property
    def steps(self) -> Steps:
        return tuple((tier.up_to, tier.credits) for tier in self.tiers) or ((None, self.credits),)

    def units(self, counts: Counts) -> int | None:
        """How many units a call counts; None where its answer does not tell."""
        return {
            Unit.NONE: 0,
            Unit.CALL: counts.calls,
            Unit.PAGE: counts.pages,
            Unit.SUBJECT: counts.subjects,
            Unit.MATCH: counts.matches,
            Unit.RECORD: counts.records,
        }[self.unit]

    def charge(self, counts: Counts) -> float | None:
        """Credits of an accepted call; None where its units are not known. Grows with the units, or stays."""
        units = self.units(counts)
        if units is None:
            return None
        if self.unit is Unit.NONE:
            return 0.0
        credits = total_of(self.steps, units)
        if self.round_to is not None:
            steps = round(credits / self.round_to, 9)
            steps += 0.5 if self.rounding == "nearest" else 0.0
            credits = (math.ceil(steps) if self.rounding == "up" else math.floor(steps)) * self.round_to
        return round(max(credits, self.minimum), _DECIMALS)

    def of_job(self, delivered: Counts | None, reserved: float) -> float | None:
        """Credits of a job that has ended. ``delivered``: None when it failed; ``reserved``: set aside for it."""
        if delivered is None:
            return round(self.kept_of_failed * reserved, _DECIMALS)
        charged = self.charge(delivered)
        if charged is None:
            return None
        return round(charged + self.kept_of_unused * max(reserved - charged, 0.0), _DECIMALS)

    @property
    def per_call(self) -> float:
        """What does not grow with a call's units; `per_call` + units * `per_unit` is never less than `charge`."""
        if self.unit is Unit.CALL:
            return self.charge(Counts(1)) or 0.0
        return self.minimum + (self.round_to or 0.0)

    @property
    def per_unit(self) -> float:
        """The highest rate of a unit; 0 where the whole price stands in `per_call`."""
        if self.unit in (Unit.NONE, Unit.CALL):
            return 0.0
        return max(rate for _, rate in self.steps)

    def __str__(self) -> str:
        """As it is written in contactable.yml."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        if list(given) == ["unit"]:
            return self.unit.value
        return "{" + ", ".join(f"{name}: {_flow(value)}" for name, value in given.items()) + "}"


def _problems(error: ValidationError) -> Iterable[str]:
    """``credits: a number from 0 ...`` for each."""
    for item in error.errors(include_input=False, include_url=False):
        place = ".".join(str(part) for part in item["loc"])
        yield f"{place}{': ' if place else ''}{item['msg'].removeprefix('Value error, ')}"


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(item)}" for name, item in value.items() if item is not None) + "}"
    return (
        f"{value:g}" if isinstance(value, float) and f"{value:g}" == repr(value).removesuffix(".0") else str(value)
    )


Billing.NONE = Billing(unit=Unit.NONE)
Billing.CALL = Billing(unit=Unit.CALL)
Billing.SUBJECT = Billing(unit=Unit.SUBJECT)
Billing.MATCH = Billing(unit=Unit.MATCH)
Billing.RECORD = Billing(unit=Unit.RECORD)
