"""Weak links: values that people share at home or at work, or that only resemble each other.

Strong links (a person's own address, profile, id) make people first. A weak link then joins two of them only where
nothing that is known of the one speaks against the other. What is known of a person is everything that any record
of the person says: the record that carries the shared value often lacks the year of birth, the id or the home that
another record of the same person has.
"""

from dataclasses import dataclass, field

import numpy as np

from contactable.identity.labels import Codes, Labels, Mask, compact, component_labels, value_range

#: Years of birth that two records of one person may differ by: one is often estimated from an age, which makes it
#: one year off at most on either side (2026-11-21; the same as the rules birth_years_apart of weak values).
BIRTH_YEARS_APART = 2
#: Vendors that each hold both sides under different ids of theirs. One such vendor has the person twice (two to
#: eight in a hundred are), two do not by chance have the same one twice (2026-11-21).
VENDORS_APART = 2


def _nothing() -> Labels:
    return np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class Values:
    """Which evidence has which values of one kind: two columns of one length, pairs in any order.

    ``code`` stands for the value; codes begin at 0, and are compared for equality only.
    """

    evidence: Labels = field(default_factory=_nothing)
    code: Labels = field(default_factory=_nothing)


@dataclass(frozen=True)
class Facts:
    """What is known of each evidence.

    birth_year: a year, -1 where none is known. vendor: code of the vendor whose person id the evidence is, -1
    where it is nobody's. suffixes (generation: jr, sr), profiles (LinkedIn), zips (of homes) and phones (without
    those that reach a desk): all that are known.
    """

    birth_year: Codes
    vendor: Codes
    suffixes: Values = field(default_factory=Values)
    profiles: Values = field(default_factory=Values)
    zips: Values = field(default_factory=Values)
    phones: Values = field(default_factory=Values)


def join_weakly(
    labels: Labels, evidence: Labels, node: Labels, nodes: int, facts: Facts, at_work: Mask
) -> tuple[Labels, Mask]:
    """Join people whom weak links connect, unless what is known of them contradicts.

    An employer has namesakes: a name there joins nobody who live in different ZIPs and share no number. Of what
    is left, first everybody whom weak links connect together; where these contradict each other, only over values
    whose own carriers do not; where even those add up to a contradiction, nobody.

    Args:
        labels: the person of every evidence by strong links.
        evidence: evidence of each weak link.
        node: node of each weak link, 0 to ``nodes`` - 1.
        nodes: number of nodes.
        facts: what is known of every evidence.
        at_work: which nodes are a name with an employer.

    Returns:
        (the person of every evidence, which weak links were refused). The order of links changes neither.
    """
    labels = compact(labels)
    people = _People.of(labels, facts)
    person = labels[evidence]
    colleagues = np.flatnonzero(at_work[node])
    namesakes = people.live_apart(*_carried(person[colleagues], node[colleagues]), nodes)[node]

    groups = component_labels(person[~namesakes], node[~namesakes], people.count, nodes)
    refused = ~namesakes & people.contradict(groups, people.count)[groups[person]]
    if refused.any():
        doubtful = np.flatnonzero(refused)
        apart = people.contradict_on(*_carried(person[doubtful], node[doubtful]), nodes)
        refused &= apart[node]
        left = ~(namesakes | refused)
        groups = component_labels(person[left], node[left], people.count, nodes)
        refused |= people.contradict(groups, people.count)[groups[person]]
        left = ~(namesakes | refused)
        groups = component_labels(person[left], node[left], people.count, nodes)
    return compact(groups[labels]), namesakes | refused


def _carried(person: Labels, node: Labels) -> tuple[Labels, Labels]:
    """Who carries which node, each pair once: (person, node)."""
    pairs = np.unique(np.stack([node, person]), axis=1).astype(np.int32)
    return pairs[1], pairs[0]


def refused_bridges(labels: Labels, person: Labels, bridge: Labels, bridges: int, facts: Facts) -> Mask:
    """Say which records without a name may not make one person of those whom each of them touches.

    A record is refused where these contradict each other; then, where what the others make together contradicts
    itself, all that had a part in it.

    Args:
        labels: the person of every evidence, without gaps.
        person: person of each contact between a person and a record (a bridge); each pair once.
        bridge: its record, 0 to ``bridges`` - 1.
        bridges: number of records.
        facts: what is known of every evidence.

    Returns:
        One value per bridge.
    """
    people = _People.of(labels, facts)
    refused = people.contradict_on(person, bridge, bridges)
    left = ~refused[bridge]
    groups = component_labels(person[left], bridge[left], people.count, bridges)
    apart = people.contradict(groups, people.count)
    refused[bridge[left][apart[groups[person[left]]]]] = True
    return refused


@dataclass(frozen=True)
class _Held:
    """Distinct values of one kind per person: those of person p are ``code[start[p] : start[p + 1]]``."""

    start: Codes
    code: Codes
    codes: int

    @classmethod
    def of(cls, labels: Labels, count: int, values: Values) -> "_Held":
        codes = int(values.code.max(initial=-1)) + 1
        pairs = np.unique(labels[values.evidence].astype(np.int64) * max(codes, 1) + values.code)
        start = np.searchsorted(pairs, np.arange(count + 1, dtype=np.int64) * max(codes, 1))
        return cls(start.astype(np.int64), pairs % max(codes, 1), codes)

    @property
    def any(self) -> Mask:
        """Who has one at all."""
        return np.diff(self.start) > 0

    def differ(self, person: Labels, group: Labels, count: int) -> Mask:
        """In which groups no value is common to all who have one; at least two have. Pairs as in contradict_on."""
        has = self.any[person]
        person, group = person[has], group[has]
        having = np.bincount(group, minlength=count)
        several = having[group] > 1
        person, group = person[several], group[several]
        size = (self.start[person + 1] - self.start[person]).astype(np.int64)
        within = np.arange(int(size.sum()), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
        code = self.code[np.repeat(self.start[person], size) + within]
        told, holders = np.unique(
            np.repeat(group.astype(np.int64), size) * max(self.codes, 1) + code, return_counts=True
        )
        most = np.zeros(count, dtype=np.int64)
        np.maximum.at(most, told // max(self.codes, 1), holders)
        return (having > 1) & (most < having)


@dataclass(frozen=True)
class _People:
    """Facts per person. ``years``: first and last year of birth; ``vendors``: who has an id, per vendor."""

    count: int
    years: tuple[Codes, Codes]
    vendors: tuple[Mask, ...]
    suffixes: _Held
    profiles: _Held
    zips: _Held
    phones: _Held

    @classmethod
    def of(cls, labels: Labels, facts: Facts) -> "_People":
        count = int(labels.max(initial=-1)) + 1
        known = facts.birth_year >= 0
        vendors = []
        for vendor in range(int(facts.vendor.max(initial=-1)) + 1):
            has = np.zeros(count, dtype=np.bool_)
            has[labels[facts.vendor == vendor]] = True
            vendors.append(has)
        return cls(
            count,
            value_range(labels[known], facts.birth_year[known], count),
            tuple(vendors),
            *(_Held.of(labels, count, one) for one in (facts.suffixes, facts.profiles, facts.zips, facts.phones)),
        )

    def contradict(self, group: Labels, count: int) -> Mask:
        """Whether the people of each group contradict each other; ``group`` has one label per person."""
        return self.contradict_on(np.arange(self.count, dtype=np.int32), group, count)

    def contradict_on(self, person: Labels, group: Labels, count: int) -> Mask:
        """The same for people that may be in several groups: pairs (person, group), each once.

        A group contradicts itself where, of those who have any, no suffix or no profile is common to all; where
        years of birth lie too far apart; where several vendors each hold two of them under different ids; and
        where one vendor does, and these live in different ZIPs and share no number: one vendor alone may have a
        person twice, people move and change numbers, all three at once are two people of one name.
        """
        apart = self.suffixes.differ(person, group, count) | self.profiles.differ(person, group, count)
        low, high = self.years
        known = low[person] <= high[person]
        _, latest = value_range(group[known], low[person[known]], count)
        earliest, _ = value_range(group[known], high[person[known]], count)
        there = latest >= 0  # somebody's is known; apart where somebody's begins after another's has ended
        apart[there] |= latest[there] - earliest[there] > BIRTH_YEARS_APART
        several = np.zeros(count, dtype=np.int32)
        for has in self.vendors:
            ids = np.bincount(group[has[person]], minlength=count)
            several += ids > 1
            held = has[person] & (ids > 1)[group]
            apart |= self.live_apart(person[held], group[held], count)
        return apart | (several >= VENDORS_APART)

    def live_apart(self, person: Labels, group: Labels, count: int) -> Mask:
        """Whether those of each group of whom both is known have no ZIP in common and no number either."""
        known = (self.zips.any & self.phones.any)[person]
        held = person[known], group[known], count
        return self.zips.differ(*held) & self.phones.differ(*held)
