"""What the vendor holds about its contacts, as columns: the facts that filters ask for and bundles deliver.

A column is codes into labels, -1 for unknown; a person may have many labels only where the field is a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.codes import FEMALE, MALE, MARRIED, OWNER, PROBABLE_OWNER, RENTER, SINGLE
from contactable.sandbox.dates import days
from contactable.sandbox.hashing import Bools, Ints, share_many
from contactable.sandbox.view import VendorView

Label = str | int | bool

INCOMES = ("<$25K", "$25K-$49K", "$50K-$74K", "$75K-$99K", "$100K-$149K", "$150K-$199K", "$200K+")
_INCOME_STARTS = (25_000, 50_000, 75_000, 100_000, 150_000, 200_000)
WORTHS = ("<$50K", "$50K-$99K", "$100K-$249K", "$250K-$499K", "$500K-$999K", "$1M+")
_WORTH_STARTS = (50_000, 100_000, 250_000, 500_000, 1_000_000)
CREDITS = ("300-579", "580-669", "670-739", "740-799", "800-850")
_CREDIT_STARTS = (580, 670, 740, 800)
HOME_VALUES = ("<$200K", "$200K-$399K", "$400K-$599K", "$600K+")
_HOME_VALUE_STARTS = (200_000, 400_000, 600_000)
AGES = tuple(range(121))
SIZES = tuple(range(12))
_UNKNOWN = 0.05
_INTEREST, _DONOR, _CAUSE, _PURCHASE = 0.15, 0.3, 0.25, 0.2


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of some people: codes into labels, -1 where it is unknown."""

    codes: NDArray[np.integer]
    labels: tuple[Label, ...]

    def texts(self) -> list[Any]:
        """The labels themselves, None where unknown."""
        words = [*self.labels, None]
        return [words[code] for code in self.codes.tolist()]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Facts of some people, any number each: a row per person, a column per label."""

    has: Bools
    labels: tuple[Label, ...]

    def texts(self) -> list[list[Any]]:
        """The labels of each."""
        return [[self.labels[at] for at in np.flatnonzero(row).tolist()] for row in self.has]


class People:
    """Reads columns of any people, through the vendor's view."""

    def __init__(self, view: VendorView) -> None:
        self.view = view
        self._world = view.world
        self._readers: dict[str, Callable[[Ints], Column | ListColumn]] = {
            "gender": self._gender,
            "age": self._age,
            "state": self._state,
            "city": self._city,
            "zip": self._zip,
            "marital_status": self._marital,
            "household_size": self._household_size,
            "has_children": self._has_children,
            "home_owner": self._home_owner,
            "home_value": self._home_value,
            "household_income": self._income,
            "net_worth": self._worth,
            "credit_range": self._credit,
            "interests": self._interests,
            "donor": self._donor,
            "causes": lambda who: self._list("cause", _CAUSE, lexicon.CAUSES, who),
            "purchases": lambda who: self._list("purchase", _PURCHASE, lexicon.PURCHASES, who),
            "vehicle_make": self._vehicle_make,
        }
        self._zips = np.unique(self._world.household_zip)
        self._zip_texts = tuple(f"{code:05d}" for code in self._zips.tolist())

    def column(self, name: str, people: Ints) -> Column | ListColumn:
        """One fact of some people."""
        return self._readers[name](people)

    def single(self, name: str, people: Ints) -> list[Any]:
        """The labels of a column, None or an empty list where nothing is known."""
        return self.column(name, people).texts()

    def _gaps(self, name: str, people: Ints, codes: NDArray[np.integer]) -> NDArray[np.integer]:
        """The codes, with a few taken out: what the vendor does not know of whom."""
        return np.where(share_many(self.view.salt(f"gap_{name}"), people) < _UNKNOWN, -1, codes)

    def _of_household(self, values: NDArray[Any], people: Ints) -> NDArray[Any]:
        return values[self._world.household[people]]

    def _banded(self, name: str, values: NDArray[Any], starts: tuple[int, ...], who: Ints) -> NDArray[np.integer]:
        return self._gaps(name, who, np.searchsorted(starts, values, side="right"))

    def _gender(self, who: Ints) -> Column:
        codes = np.array([0, 1, -1])[self._world.gender[who]]
        assert (FEMALE, MALE) == (0, 1)
        return Column(codes, ("female", "male"))

    def _age(self, who: Ints) -> Column:
        ages = np.floor((days(self._world.today) - self._world.birth_day[who]) / 365.25).astype(np.int32)
        return Column(self._gaps("age", who, np.clip(ages, 0, AGES[-1])), AGES)

    def _state(self, who: Ints) -> Column:
        return Column(self._of_household(self._world.household_state, who), tuple(s.code for s in lexicon.STATES))

    def _city(self, who: Ints) -> Column:
        return Column(self._of_household(self._world.household_town, who), lexicon.TOWNS)

    def _zip(self, who: Ints) -> Column:
        return Column(
            np.searchsorted(self._zips, self._of_household(self._world.household_zip, who)), self._zip_texts
        )

    def _marital(self, who: Ints) -> Column:
        marital = self._world.marital[who]
        codes = np.where(marital == SINGLE, 0, np.where(marital == MARRIED, 1, -1))
        return Column(codes, ("single", "married"))

    def _household_size(self, who: Ints) -> Column:
        world = self._world
        adults = np.diff(world.household_start)[world.household[who]]
        sizes = adults + self._of_household(world.household_children, who)
        return Column(self._gaps("household_size", who, np.minimum(sizes, SIZES[-1])), SIZES)

    def _has_children(self, who: Ints) -> Column:
        children = (self._of_household(self._world.household_children, who) > 0).astype(np.int8)
        return Column(self._gaps("has_children", who, children), (False, True))

    def _home_owner(self, who: Ints) -> Column:
        labels = {OWNER: "owner", RENTER: "renter", PROBABLE_OWNER: "probable_owner"}
        assert list(labels) == [0, 1, 2]
        codes = self._of_household(self._world.household_owner, who).astype(np.int32)
        return Column(np.where(codes > 2, -1, codes), tuple(labels.values()))

    def _home_value(self, who: Ints) -> Column:
        values = self._of_household(self._world.household_home_value, who)
        return Column(self._banded("home_value", values, _HOME_VALUE_STARTS, who), HOME_VALUES)

    def _income(self, who: Ints) -> Column:
        values = self._of_household(self._world.household_income, who)
        return Column(self._banded("income", values, _INCOME_STARTS, who), INCOMES)

    def _worth(self, who: Ints) -> Column:
        values = self._of_household(self._world.household_worth, who)
        return Column(self._banded("worth", values, _WORTH_STARTS, who), WORTHS)

    def _credit(self, who: Ints) -> Column:
        return Column(self._banded("credit", self._world.credit[who], _CREDIT_STARTS, who), CREDITS)

    def _interests(self, who: Ints) -> ListColumn:
        return self._list("interest", _INTEREST, lexicon.INTERESTS, who)

    def _donor(self, who: Ints) -> Column:
        given = (share_many(self.view.salt("donor"), who) < _DONOR).astype(np.int8)
        return Column(given, (False, True))

    def _list(self, purpose: str, rate: float, labels: tuple[str, ...], who: Ints) -> ListColumn:
        has = np.column_stack(
            [share_many(self.view.salt(f"{purpose}{n}"), who) < rate for n in range(len(labels))]
        )
        return ListColumn(has, labels)

    def _vehicle_make(self, who: Ints) -> ListColumn:
        world = self._world
        makes = tuple(dict.fromkeys(car.make for car in lexicon.CARS))
        of_model = np.array([makes.index(car.make) for car in lexicon.CARS])
        has = np.zeros((len(who), len(makes)), dtype=bool)
        owned = world.vehicle_start[who + 1] - world.vehicle_start[who]
        for number in range(int(owned.max(initial=0))):
            some = np.flatnonzero(owned > number)
            has[some, of_model[world.vehicle_model[world.vehicle_start[who[some]] + number]]] = True
        return ListColumn(has, makes)
