"""The rows of a feed: who showed interest, where, when. Whole columns; nothing loops over people."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox.codes import NOBODY
from contactable.sandbox.contactbased.feeds import Feed
from contactable.sandbox.contactbased.sites import Sites
from contactable.sandbox.dates import day_of, days
from contactable.sandbox.hashing import Bools, Ints, UInts, mix_many, share_many
from contactable.sandbox.signals import DaySignals
from contactable.sandbox.view import VendorView, keys_of

_DAYS_KEPT = 128
_WINDOWS_KEPT = 16
_LINKED = 0.95
"""Share of the known people whose rows carry their contact id."""

CONTACT = "contact"


def contact_id(key: int) -> str:
    """`id_` and 16 lower-case hexadecimal digits."""
    return f"id_{key:016x}"


@dataclass(frozen=True, slots=True)
class Rows:
    """Parallel columns, newest day first. day: days since 1970-01-01; linked: carries a contact id."""

    person: Ints
    topic: NDArray[np.int8]
    site: NDArray[np.int16]
    day: Ints
    count: NDArray[np.int8]
    linked: Bools

    def __len__(self) -> int:
        return len(self.person)

    def take(self, chosen: Bools | NDArray[np.integer] | slice) -> Rows:
        """Some of the rows, in order."""
        return Rows(
            self.person[chosen],
            self.topic[chosen],
            self.site[chosen],
            self.day[chosen],
            self.count[chosen],
            self.linked[chosen],
        )

    def distinct(self) -> Rows:
        """The newest row of each person."""
        first = np.sort(np.unique(self.person, return_index=True)[1])
        return self.take(first)

    @property
    def contacts(self) -> int:
        """How many contact ids there are."""
        return len(np.unique(self.person[self.linked]))

    def daily(self, start: date, end: date) -> list[dict[str, object]]:
        """`[{date, count}]` for every day of a window, also those without rows."""
        counts = np.bincount(self.day - days(start), minlength=(end - start).days + 1)
        return [
            {"date": (start + timedelta(days=n)).isoformat(), "count": count}
            for n, count in enumerate(counts.tolist())
        ]


class Records:
    """Draws days when first asked for and keeps the last ones, and the last windows of feeds."""

    def __init__(self, view: VendorView, sites: Sites) -> None:
        self._view = view
        self._sites = sites
        self._days: OrderedDict[date, Rows] = OrderedDict()
        self._windows: OrderedDict[tuple[str, date, date], Rows] = OrderedDict()

    def is_linked(self, people: Ints) -> Bools:
        """Who has a public contact id."""
        mask: Bools = self._view.known(people) & (share_many(self._view.salt("linked"), people) < _LINKED)
        return mask

    def keys(self, people: Ints) -> UInts:
        """The numbers inside contact ids."""
        return keys_of(self._view, CONTACT, people)

    def find(self, identifier: str) -> int:
        """The person of a contact id, or -1."""
        person = self._view.find_key(CONTACT, int(identifier[3:], 16))
        return person if person != NOBODY and bool(self.is_linked(np.array([person]))[0]) else NOBODY

    def window(self, feed: Feed, start: date, end: date) -> Rows:
        """All rows of a feed in the days from `start` to `end`, both included."""
        key = (feed.id, start, end)
        kept = self._windows.get(key)
        if kept is not None:
            self._windows.move_to_end(key)
            return kept
        length = (end - start).days + 1
        parts = [self._of_feed(feed, end - timedelta(days=back)) for back in range(length)]
        self._windows[key] = rows = Rows(
            np.concatenate([p.person for p in parts]),
            np.concatenate([p.topic for p in parts]),
            np.concatenate([p.site for p in parts]),
            np.concatenate([p.day for p in parts]),
            np.concatenate([p.count for p in parts]),
            np.concatenate([p.linked for p in parts]),
        )
        if len(self._windows) > _WINDOWS_KEPT:
            self._windows.popitem(last=False)
        return rows

    def _of_feed(self, feed: Feed, day: date) -> Rows:
        rows = self._day(day)
        return rows.take(feed.sites[rows.site] & feed.topics[rows.topic])

    def _day(self, day: date) -> Rows:
        kept = self._days.get(day)
        if kept is not None:
            self._days.move_to_end(day)
            return kept
        true = self._view.world.signals(day)
        caught = share_many(self._view.salt(f"rows{day}"), _marks(true)) < self._view.knowledge.intent
        seen = true.where(caught & (self._view.signal_mailboxes(true.person) != NOBODY))
        draws = mix_many(self._view.salt(f"site{day}"), _marks(seen))
        self._days[day] = rows = Rows(
            seen.person,
            seen.topic,
            self._sites.draw(seen.topic, draws),
            np.full(len(seen), days(day), dtype=np.int32),
            seen.count,
            self.is_linked(seen.person),
        )
        if len(self._days) > _DAYS_KEPT:
            self._days.popitem(last=False)
        return rows


def _marks(signals: DaySignals) -> NDArray[np.int64]:
    """A number for each signal of a day."""
    return signals.person.astype(np.int64) * 64 + signals.topic


def dates_of(rows: Rows) -> list[str]:
    """The rows' days as `YYYY-MM-DD`; each different day is written once."""
    different, place = np.unique(rows.day, return_inverse=True)
    texts = [day_of(number).isoformat() for number in different.tolist()]
    return [texts[at] for at in place.tolist()]
