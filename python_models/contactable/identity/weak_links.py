"""Weak links: values that people share at home or at work, or that only resemble each other.

Strong links (a person's own address, profile, id) make people first. A weak link then joins two of them only where
nothing that is known of the one speaks against the other: a single record often lacks the year of birth that the
person it belongs to has.
"""

from dataclasses import dataclass

import numpy as np

from contactable.identity.labels import Codes, Labels, Mask, compact, component_labels, value_range

#: Years of birth that two records of one person may differ by: one is often estimated from an age, which makes it
#: one year off at most on either side (2026-11-21; the same as the rules birth_years_apart of weak values).
BIRTH_YEARS_APART = 2
#: Vendors that each hold both sides under different ids of theirs. One such vendor has the person twice (two to
#: eight in a hundred are), two do not by chance have the same one twice (2026-11-21).
VENDORS_APART = 2


@dataclass(frozen=True)
class Facts:
    """What is known of each evidence, -1 where nothing is.

    birth_year: a year. suffix: code of the generation (jr, sr, ...). profile: code of the public profile. vendor:
    code of the vendor whose person id the evidence is.
    """

    birth_year: Codes
    suffix: Codes
    profile: Codes
    vendor: Codes


def join_weakly(labels: Labels, evidence: Labels, node: Labels, nodes: int, facts: Facts) -> tuple[Labels, Mask]:
    """Join people whom weak links connect, unless what is known of them contradicts.

    First everybody whom weak links connect together; where these contradict each other, only over values whose
    own carriers do not; where even those add up to a contradiction, nobody.

    Args:
        labels: the person of every evidence by strong links.
        evidence: evidence of each weak link.
        node: node of each weak link, 0 to ``nodes`` - 1.
        nodes: number of nodes.
        facts: what is known of every evidence.

    Returns:
        (the person of every evidence, which weak links were refused). The order of links changes neither.
    """
    labels = compact(labels)
    people = _People.of(labels, facts)
    person = labels[evidence]
    refused = np.zeros(len(evidence), dtype=np.bool_)

    groups = component_labels(person, node, people.count, nodes)
    refused |= people.contradict(groups, people.count)[groups[person]]
    if refused.any():
        doubtful = np.flatnonzero(refused)
        carried = np.unique(np.stack([node[doubtful], person[doubtful]]), axis=1)
        apart = people.contradict_on(carried[1].astype(np.int32), carried[0].astype(np.int32), nodes)
        refused = refused & apart[node]
        groups = component_labels(person[~refused], node[~refused], people.count, nodes)
        refused |= people.contradict(groups, people.count)[groups[person]]
        groups = component_labels(person[~refused], node[~refused], people.count, nodes)
    return compact(groups[labels]), refused


@dataclass(frozen=True)
class _People:
    """Facts per person. ``ranges``: least and greatest birth year, suffix, profile; ``vendors``: who has an id."""

    count: int
    ranges: tuple[tuple[Codes, Codes], ...]
    vendors: tuple[Mask, ...]

    @classmethod
    def of(cls, labels: Labels, facts: Facts) -> "_People":
        count = int(labels.max(initial=-1)) + 1
        ranges = []
        for values in (facts.birth_year, facts.suffix, facts.profile):
            known = values >= 0
            ranges.append(value_range(labels[known], values[known], count))
        vendors = []
        for vendor in range(int(facts.vendor.max(initial=-1)) + 1):
            has = np.zeros(count, dtype=np.bool_)
            has[labels[facts.vendor == vendor]] = True
            vendors.append(has)
        return cls(count, tuple(ranges), tuple(vendors))

    def contradict(self, group: Labels, count: int) -> Mask:
        """Whether the people of each group contradict each other; ``group`` has one label per person."""
        return self.contradict_on(np.arange(self.count, dtype=np.int32), group, count)

    def contradict_on(self, person: Labels, group: Labels, count: int) -> Mask:
        """The same for people that may be in several groups: pairs (person, group), each once."""
        apart = np.zeros(count, dtype=np.bool_)
        for (low, high), allowed in zip(self.ranges, (BIRTH_YEARS_APART, 0, 0), strict=True):
            known = low[person] <= high[person]
            _, latest = value_range(group[known], low[person[known]], count)
            earliest, _ = value_range(group[known], high[person[known]], count)
            there = latest >= 0  # somebody's is known; apart where somebody's begins after another's has ended
            apart[there] |= latest[there] - earliest[there] > allowed
        several = np.zeros(count, dtype=np.int32)
        for has in self.vendors:
            ids = np.bincount(group[has[person]], minlength=count)
            several += ids > 1
        return apart | (several >= VENDORS_APART)
