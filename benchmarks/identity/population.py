"""Who there is: the sandbox's world, with the people that make identity hard, and with enough phone numbers.

The sandbox gives out 555-01xx numbers, 79,000 in all: too few for a million people. Here numbers have area
codes N9X (290, 291 ... 999), which the North American Numbering Plan keeps for its own expansion and has
assigned to nobody: some 600 million numbers that cannot ring.
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from contactable.sandbox.codes import FEMALE, MALE, NOBODY
from contactable.sandbox.dates import days
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.texts import digits
from contactable.sandbox.world import World
from identity.kinds import shares

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

_AREAS, _EXCHANGES, _LINES = 80, 792, 10_000
_NUMBERS = _AREAS * _EXCHANGES * _LINES
_FATHERS_BORN_BEFORE = days(date(1982, 1, 1))  # a son of 20 and more, 24 years younger at most, is grown up
_STEP = 190_000_013  # coprime with _NUMBERS: numbers given one after the other look unlike each other


class Population(World):
    """The truth. Beside the world's columns, a row a person:

    suffix: 0 none, 1 Jr, 2 Sr; married_last: code of the last name after marriage, NOBODY without;
    old_household: where they lived before, NOBODY where they did not move; home_phone: the number of the first
    of the household, for those who use it, else NOBODY; home_mail: likewise the mailbox; old_mobile, old_mail:
    number and mailbox they had before somebody else got it, NOBODY without; twin: the person whose full name
    they share on purpose (same address, employer or town), NOBODY without.
    """

    def __init__(self, people: int, seed: int, level: str) -> None:
        """Deterministic by (people, seed, level).

        Raises:
            ValueError: an unknown level, or fewer than one person.
        """
        self.shares = shares(level)
        self.level = level
        super().__init__(people, seed)
        self._share_within_families()
        self._move_and_marry()
        self._recycle()

    def drawn(self, purpose: str) -> np.random.Generator:
        """The random numbers of one purpose, independent of all others."""
        return np.random.default_rng(salt_of(self.seed, "identity benchmark", self.level, purpose))

    # --- names that two people share --------------------------------------------------------------------------

    def _grow_people(self) -> None:
        super()._grow_people()
        random = self.drawn("namesakes")
        self.twin: Ints = np.full(self.size, NOBODY, dtype=np.int32)
        self.suffix: npt.NDArray[np.int8] = np.zeros(self.size, dtype=np.int8)
        self._name_siblings_apart(random)
        head = self.household_start[self.household]
        follows = np.arange(self.size) != head
        son = follows & (self.gender[head] == MALE) & (self.birth_day[head] < _FATHERS_BORN_BEFORE)
        juniors = np.flatnonzero(son & (random.random(self.size) < self.shares["junior_senior"]))
        _, first_of_home = np.unique(self.household[juniors], return_index=True)
        juniors = juniors[first_of_home]
        self._name_after(juniors, head[juniors])
        self.suffix[juniors], self.suffix[head[juniors]] = 1, 2
        adult = self.birth_day[head[juniors]] + random.integers(20 * 365, 24 * 365, len(juniors), dtype=np.int32)
        self.birth_day[juniors] = adult
        half = self.shares["namesake"] / 2
        self._name_neighbours(np.flatnonzero(self.employer != NOBODY), self.employer, half, random)
        place = self.household_zip[self.household].astype(np.int64) * 64 + self.household_town[self.household]
        self._name_neighbours(np.arange(self.size), place, half, random)

    def _name_siblings_apart(self, random: np.random.Generator) -> None:
        """Nobody at home has another's full name by chance: the world draws names one by one, parents do not."""
        while True:
            names = (self.household.astype(np.int64) * 4_096 + self.first) * 4_096 + self.last
            _, earlier = np.unique(names, return_index=True)
            again = np.ones(self.size, dtype=bool)
            again[earlier] = False
            if not again.any():
                return
            self.first[again] = self.first[random.integers(0, self.size, int(again.sum()))]

    def _name_neighbours(
        self,
        people: npt.NDArray[np.int64],
        group: npt.NDArray[np.integer],
        share: float,
        random: np.random.Generator,
    ) -> None:
        """Name some people after another one of their group."""
        shuffled = random.permutation(people)
        ordered = shuffled[np.argsort(group[shuffled], kind="stable")]
        one, other = ordered[:-1], ordered[1:]
        free = (self.twin[one] == NOBODY) & (self.twin[other] == NOBODY) & (self.suffix[one] == 0)
        free &= (
            (group[one] == group[other])
            & (self.household[one] != self.household[other])
            & (self.suffix[other] == 0)
        )
        chosen = np.flatnonzero(free & (random.random(len(one)) < share))
        chosen = chosen[np.diff(chosen, prepend=-2) > 1]
        self._name_after(other[chosen], one[chosen])

    def _name_after(self, people: npt.NDArray[np.integer], models: npt.NDArray[np.integer]) -> None:
        self.first[people], self.last[people] = self.first[models], self.last[models]
        self.gender[people] = self.gender[models]
        self.twin[people], self.twin[models] = models, people

    # --- numbers ----------------------------------------------------------------------------------------------

    def _grow_phones(self) -> None:
        """Everybody who should have a number has one; each belongs to one person, one household or one
        employer.
        """
        random = self.drawn("phones")
        given = 0

        def give(mask: Bools) -> Ints:
            nonlocal given
            numbers = np.full(len(mask), NOBODY, dtype=np.int32)
            count = int(mask.sum())
            numbers[mask] = np.arange(given, given + count, dtype=np.int32)
            given += count
            return numbers

        has_mobile = random.random(self.size) < 0.88
        self.employer_phone = give(random.random(self.employers) < 0.95)
        self.mobile = give(has_mobile)
        self.mobile_2 = give(has_mobile & (random.random(self.size) < 0.12))
        self.landline = give(random.random(self.households) < 0.4)
        self.direct = give((self.employer != NOBODY) & (random.random(self.size) < 0.35))

    def phone_texts(self, numbers: npt.NDArray[np.integer]) -> pa.Array:
        """E.164; the numbers exist."""
        shift = salt_of(self.seed, "numbers") % _NUMBERS
        place = (numbers.astype(np.int64) * _STEP + shift) % _NUMBERS
        area = place // (_EXCHANGES * _LINES)
        exchange = place // _LINES % _EXCHANGES
        exchange = (2 + exchange // 99) * 100 + exchange % 99
        exchange += exchange % 100 >= 11  # N11 are services
        text = (2 + area // 10) * 10**9 + 9 * 10**8 + area % 10 * 10**7 + exchange * 10**4 + place % _LINES
        return pa.compute.binary_join_element_wise("+1", digits(text, 10), "")

    # --- what families share, what changes, what is given out again -------------------------------------------

    def _share_within_families(self) -> None:
        random = self.drawn("families")
        head = self.household_start[self.household]
        follows = np.arange(self.size) != head
        uses = follows & (random.random(self.size) < self.shares["family_phone"])
        self.home_phone: Ints = np.where(uses, self.mobile[head], NOBODY).astype(np.int32)
        uses = follows & (random.random(self.size) < self.shares["family_email"])
        self.home_mail: Ints = np.where(uses, self.mail_personal[head], NOBODY).astype(np.int32)

    def _move_and_marry(self) -> None:
        random = self.drawn("changes")
        moved = random.random(self.size) < self.shares["moved"]
        elsewhere = random.integers(0, self.households, self.size)
        self.old_household: Ints = np.where(moved, elsewhere, NOBODY).astype(np.int32)
        bride = (
            (self.gender == FEMALE)
            & (self.suffix == 0)
            & (random.random(self.size) < self.shares["married_name"] * 2)
        )
        partner = random.permutation(self.size)
        self.married_last: Ints = np.where(bride, self.last[partner], NOBODY).astype(np.int32)

    def _recycle(self) -> None:
        """Somebody's number and mailbox are now somebody else's. Half of the mailboxes go to a person of the
        same last name: the name is in the address.
        """
        random = self.drawn("recycling")
        self.old_mobile: Ints = np.full(self.size, NOBODY, dtype=np.int32)
        self.old_mail: Ints = np.full(self.size, NOBODY, dtype=np.int32)
        now = np.flatnonzero((self.mobile != NOBODY) & (random.random(self.size) < self.shares["recycled_phone"]))
        before = random.permutation(self.size)[: len(now)]
        self.old_mobile[before] = np.where(before == now, NOBODY, self.mobile[now])
        mailed = (self.mail_personal != NOBODY) & (random.random(self.size) < self.shares["recycled_email"])
        now = random.permutation(np.flatnonzero(mailed))
        before = random.permutation(self.size)[: len(now)]
        by_name = random.permutation(self.size)
        by_name = by_name[np.argsort(self.last[by_name], kind="stable")]
        place = np.empty(self.size, dtype=np.int64)
        place[by_name] = np.arange(self.size)
        half = len(now) // 2
        before[:half] = by_name[(place[now[:half]] + 1) % self.size]
        self.old_mail[before] = np.where(before == now, NOBODY, self.mail_personal[now])
