"""Feeds: the organisation's saved audience definitions. A feed's domain set is fixed when it is made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np

from contactable.sandbox import lexicon
from contactable.sandbox.clock import Clock, iso
from contactable.sandbox.contactbased.sites import Sites
from contactable.sandbox.dates import days
from contactable.sandbox.hashing import Bools, mix, salt_of

ORGANISATION_LOOKBACK = 90
FEED_LIMIT = 10
SAVED_LOOKBACK = 30
FAILING_FEED = "00000000-0000-4000-8000-0000000000ff"
"""Its exports always fail. Known to whoever asks by id; listed only when the switch says so."""

_DAY_MADE = "2026-05-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. `sites` and `topics` are what a signal must have, as masks by number."""

    id: str
    name: str
    feed_type: str
    query: str | None
    sites: Bools
    topics: Bools
    max_lookback_days: int
    created_at: str
    self_serve: bool = False
    fails: bool = False

    def public(self) -> dict[str, Any]:
        """As the list gives it."""
        return {
            "feed_id": self.id,
            "name": self.name,
            "feed_type": self.feed_type,
            "query": self.query,
            "domain_count": int(self.sites.sum()),
            "max_lookback_days": self.max_lookback_days,
            "created_at": self.created_at,
            "updated_at": self.created_at,
        }


class Feeds:
    """The organisation's feeds, in order of creation."""

    def __init__(self, seed: int, sites: Sites, clock: Clock) -> None:
        self.sites = sites
        self._salt = salt_of(seed, "contactbased", "feeds")
        self._clock = clock
        self._by_id: dict[str, Feed] = {}
        every = np.ones(len(lexicon.TOPICS), dtype=bool)
        text = "crm for small business"
        crm = sites.mask([match.site for match in sites.match(text, 50)])
        self.put(Feed(_fixed(1), "CRM software", "free_text", text, crm, every, 30, _DAY_MADE, self_serve=True))
        self._by_topics(2, "Car shopping", 90, "audi", "electric vehicle", "pickup truck", "used cars")
        compared = ("car", "saas", "hr", "cover", "card", "loan")
        comparison = sites.mask(sites.numbers(tuple(f"{word}-compare.example" for word in compared)))
        self.put(Feed(_fixed(3), "Comparison sites", "domains", None, comparison, every, 60, _DAY_MADE))
        self._by_topics(4, "Home and mortgage", 90, "mortgage refinance", "first time home buyer", "solar panels")
        self._by_topics(5, "Travel, last days", 7, "family vacation")
        self._by_topics(6, "Yachts", 30, "yacht charter")
        consumer = (topic.name for topic in lexicon.TOPICS if topic.kind != "b2b")
        self._by_topics(7, "All consumer topics", 90, *consumer)
        self._by_topics(255, "Never builds", 30, "credit card", fails=True)

    def _by_topics(self, number: int, name: str, lookback: int, *topics: str, fails: bool = False) -> None:
        chosen = np.array([topic.name in topics for topic in lexicon.TOPICS])
        sites = self.sites.mask([s for t in np.flatnonzero(chosen).tolist() for s in self.sites.of_topic[t]])
        self.put(Feed(_fixed(number), name, "topics", None, sites, chosen, lookback, _DAY_MADE, fails=fails))

    def put(self, feed: Feed) -> None:
        """Adds a feed."""
        self._by_id[feed.id] = feed

    def get(self, identifier: str) -> Feed | None:
        return self._by_id.get(identifier)

    def listed(self, search: str, *, with_failing: bool) -> list[Feed]:
        """Feeds whose name holds a text, case-blind."""
        part = search.strip().lower()
        return [f for f in self._by_id.values() if part in f.name.lower() and (with_failing or not f.fails)]

    @property
    def created(self) -> int:
        """How many the organisation made itself."""
        return sum(feed.self_serve for feed in self._by_id.values())

    def prepare(self, name: str, query: str, sites: list[int]) -> Feed:
        """A free-text feed that is not listed yet."""
        number = days(self._clock.today()) * 1_000 + len(self._by_id)
        identifier = uuid.UUID(int=(mix(self._salt, number) << 64) | mix(self._salt ^ 1, number), version=4)
        every = np.ones(len(lexicon.TOPICS), dtype=bool)
        now = iso(self._clock.now())
        chosen = self.sites.mask(sites)
        return Feed(str(identifier), name, "free_text", query, chosen, every, SAVED_LOOKBACK, now, self_serve=True)


def _fixed(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"
