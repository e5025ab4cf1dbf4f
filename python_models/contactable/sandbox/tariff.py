"""How a vendor of the sandbox charges for one of its calls, when it charges otherwise than the handler says.

Written from contracts' wording, apart from the client: the arithmetic here shares nothing with the client's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

UNITS = ("none", "call", "page", "subject", "match", "record")


class BadTariffError(ValueError):
    """The tariff says something that no vendor could mean."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call used: identifiers given, identifiers found, records and pages sent."""

    subjects: int
    matches: int
    records: int
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price a unit; `bands`: (how many units, price), the last of them for all the rest (None).

    at_least: an order is never cheaper. in_steps_of: the bill of a call is rounded up to a multiple.
    """

    unit: str
    bands: tuple[tuple[int | None, Fraction], ...] = ((None, Fraction(1)),)
    at_least: Fraction = Fraction(0)
    in_steps_of: Fraction = Fraction(0)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Tariff:
        """`{"unit": "record", "price": 2, "bands": [[1000, 1], [null, 0.5]], "at_least": 10, "in_steps_of": 5}`.

        Raises BadTariffError.
        """
        try:
            bands = given.get("bands") or [[None, given.get("price", 1)]]
            tariff = cls(
                str(given["unit"]),
                tuple((None if many is None else int(many), Fraction(str(price))) for many, price in bands),
                Fraction(str(given.get("at_least", 0))),
                Fraction(str(given.get("in_steps_of", 0))),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadTariffError(f"a unit is needed, and numbers: {error}") from error
        if tariff.unit not in UNITS:
            raise BadTariffError(f"the unit is one of {', '.join(UNITS)}")
        return tariff

    def bill(self, usage: Usage) -> float:
        """What a call of this usage costs, in credits."""
        if self.unit == "none":
            return 0.0
        rest = {
            "call": 1,
            "page": usage.pages,
            "subject": usage.subjects,
            "match": usage.matches,
            "record": usage.records,
        }[self.unit]
        bill = Fraction(0)
        for many, price in self.bands:
            taken = rest if many is None else min(rest, many)
            bill += taken * price
            rest -= taken
        if self.in_steps_of:
            bill = ceil(bill / self.in_steps_of) * self.in_steps_of
        return float(max(bill, self.at_least))
