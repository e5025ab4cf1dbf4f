"""What people show interest in, day by day. A day depends on (seed, day) and the people alone, so every day
exists for ever.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.hashing import Bools, Ints, salt_of

if TYPE_CHECKING:
    from contactable.sandbox.world import World

_DAYS_KEPT = 128
_STRAY = 0.12
"""Share of signals outside a person's lasting interests."""

_WEEKDAY_RATE = (1.1, 1.15, 1.1, 1.05, 0.95, 0.8, 0.85)


@dataclass(frozen=True, slots=True)
class DaySignals:
    """Parallel columns, one row per person and topic on one day, ordered by person.

    person: row of the world; topic: index into `lexicon.TOPICS`; strength: 0.30..0.99; count: signals that day,
    1..12.
    """

    day: date
    person: Ints
    topic: NDArray[np.int8]
    strength: NDArray[np.float32]
    count: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, mask: Bools) -> DaySignals:
        """The rows of a mask."""
        return DaySignals(self.day, self.person[mask], self.topic[mask], self.strength[mask], self.count[mask])


class SignalSource:
    """Draws days and keeps the last ones (a day of a million people takes about 1 MB)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: OrderedDict[date, DaySignals] = OrderedDict()
        weight = np.array([t.popularity for t in lexicon.TOPICS], dtype=float)
        self._stray_weights = weight / weight.sum()

    def day(self, day: date) -> DaySignals:
        if day in self._kept:
            self._kept.move_to_end(day)
            return self._kept[day]
        drawn = self._draw(day)
        self._kept[day] = drawn
        if len(self._kept) > _DAYS_KEPT:
            self._kept.popitem(last=False)
        return drawn

    def _draw(self, day: date) -> DaySignals:
        """About 3 to 5 % of the people, most of them on one of their three lasting topics, some on two at once."""
        world = self._world
        random = np.random.default_rng(salt_of(world.seed, "signals", day.isoformat()))
        rate = world.activity * np.float32(_WEEKDAY_RATE[day.weekday()])
        active = np.flatnonzero(random.random(world.size, dtype=np.float32) < rate).astype(np.int32)
        twice = active[random.random(len(active)) < 0.25]
        person = np.concatenate((active, twice))
        slot = np.concatenate(
            (random.choice(3, len(active), p=(0.55, 0.3, 0.15)), random.choice(3, len(twice), p=(0.2, 0.4, 0.4)))
        )
        stray = random.choice(len(self._stray_weights), len(person), p=self._stray_weights)
        topic = np.where(random.random(len(person)) < _STRAY, stray, world.topics[person, slot]).astype(np.int8)
        _, kept = np.unique(person.astype(np.int64) * 256 + topic, return_index=True)
        count = np.minimum(random.geometric(0.4, len(person)), 12).astype(np.int8)
        strength = np.clip(0.3 + 0.05 * count + 0.45 * random.random(len(person)), 0.3, 0.99).astype(np.float32)
        return DaySignals(day, person[kept], topic[kept], strength[kept], count[kept])
