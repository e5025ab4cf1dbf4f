"""The domains on which people show interest: sites of topics, and the employers of a topic's industry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.hashing import Bools
from contactable.sandbox.world import World

_EMPLOYERS_PER_TOPIC = 20
_SITE_WEIGHT = 4
"""A topic's own site is seen this many times as often as an employer of its industry."""


@dataclass(frozen=True, slots=True)
class Match:
    """A domain that fits a query; similarity 0..1."""

    site: int
    similarity: float


class Sites:
    """Every domain of the world that carries intent, by number."""

    def __init__(self, world: World) -> None:
        self._world = world
        own = dict.fromkeys(domain for topic in lexicon.TOPICS for domain in topic.domains)
        numbers = {domain: number for number, domain in enumerate(own)}
        self._own = len(numbers)
        self.employers: list[int] = []
        by_industry: dict[str, list[int]] = {}
        for code, industry in enumerate(lexicon.INDUSTRIES):
            if any(topic.industry == industry.name for topic in lexicon.TOPICS):
                first = np.flatnonzero(world.employer_industry == code)[:_EMPLOYERS_PER_TOPIC].tolist()
                by_industry[industry.name] = list(range(len(numbers), len(numbers) + len(first)))
                for employer in first:
                    numbers[world.company_domain(employer)] = len(numbers)
                self.employers.extend(first)
        self.domains = list(numbers)
        self.of_topic = [
            [*(numbers[d] for d in topic.domains), *by_industry.get(topic.industry, ())]
            for topic in lexicon.TOPICS
        ]
        weighted = [
            [
                *(numbers[d] for d in topic.domains for _ in range(_SITE_WEIGHT)),
                *by_industry.get(topic.industry, ()),
            ]
            for topic in lexicon.TOPICS
        ]
        self._choices = np.array([len(row) for row in weighted])
        self._table = np.zeros((len(weighted), self._choices.max()), dtype=np.int16)
        for row, chosen in enumerate(weighted):
            self._table[row, : len(chosen)] = chosen

    def __len__(self) -> int:
        return len(self.domains)

    def draw(self, topics: NDArray[np.int8], draws: NDArray[np.uint64]) -> NDArray[np.int16]:
        """For each signal the site it was seen on."""
        sites: NDArray[np.int16] = self._table[
            topics, (draws % self._choices[topics].astype(np.uint64)).astype(int)
        ]
        return sites

    def mask(self, numbers: list[int]) -> Bools:
        """A set of sites, to be indexed by site."""
        chosen = np.zeros(len(self), dtype=bool)
        chosen[numbers] = True
        return chosen

    def numbers(self, names: tuple[str, ...]) -> list[int]:
        """The numbers of some domains that exist."""
        return [self.domains.index(name) for name in names]

    @cached_property
    def _topics_of(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.domains]
        for topic, sites in enumerate(self.of_topic):
            for site in sites:
                found[site].append(topic)
        return found

    def match(self, query: str, most: int) -> list[Match]:
        """The domains that fit a free text best: the share of its words that their topics know."""
        words = {word.strip(".,;:!?").lower() for word in query.split()} - _FILLERS
        found = []
        for site, topics in enumerate(self._topics_of):
            best = max((len(words & _words(topic)) for topic in topics), default=0)
            if words and best:
                closeness = best / len(words)
                found.append(Match(site, round(closeness * (0.95 if site < self._own else 0.8), 4)))
        return sorted(found, key=lambda match: (-match.similarity, match.site))[:most]

    def describe(self, match: Match) -> dict[str, object]:
        """The seven fields of a matched domain; company fields are null for sites without company data."""
        site = match.site
        topics = self._topics_of[site]
        company = None if site < self._own else self._world.company_name(self.employers[site - self._own])
        first = lexicon.TOPICS[topics[0]]
        return {
            "domain": self.domains[site],
            "company_name": company,
            "company_description": None if company is None else f"{company}, in {first.industry}",
            "industry": first.industry,
            "title": self.domains[site].removesuffix(".example").replace("-", " ").capitalize(),
            "num_topics": len(topics),
            "similarity": match.similarity,
        }


_FILLERS = {"for", "the", "a", "an", "and", "or", "of", "to", "in", "with", "people", "who", "small", "new", ""}


def _words(topic: int) -> set[str]:
    about = lexicon.TOPICS[topic]
    return {*about.name.split(), *about.industry.split(), about.category}
