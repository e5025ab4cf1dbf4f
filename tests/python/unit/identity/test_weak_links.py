"""Weak links against a reference made of sets, and case by case."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactable.identity.weak_links import BIRTH_YEARS_APART, VENDORS_APART, Facts, join_weakly

NOTHING = -1


@dataclass(frozen=True)
class Known:
    """What is known of one evidence."""

    birth_year: int = NOTHING
    suffix: int = NOTHING
    profile: int = NOTHING
    vendor: int = NOTHING


KNOWN = st.builds(
    Known,
    st.sampled_from([NOTHING, NOTHING, 1960, 1961, 1962, 1963, 1990]),
    st.sampled_from([NOTHING, NOTHING, 0, 1]),
    st.sampled_from([NOTHING, NOTHING, 0, 1]),
    st.sampled_from([NOTHING, 0, 1, 2]),
)
PEOPLE = st.lists(KNOWN, min_size=1, max_size=12)
LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 7)), max_size=24)
STRONG = st.lists(st.integers(0, 5), min_size=12, max_size=12)


def facts(known: list[Known]) -> Facts:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([getattr(one, name) for one in known], dtype=np.int64)

    return Facts(column("birth_year"), column("suffix"), column("profile"), column("vendor"))


def joined(known: list[Known], strong: list[int], links: list[tuple[int, int]]) -> frozenset[frozenset[int]]:
    """Run the code under test; ``strong`` labels people, ``links`` are (evidence, node)."""
    evidence = np.array([link[0] for link in links], dtype=np.int32)
    node = np.array([link[1] for link in links], dtype=np.int32)
    labels, _ = join_weakly(np.array(strong, dtype=np.int32), evidence, node, 8, facts(known))
    groups: dict[int, set[int]] = defaultdict(set)
    for member, label in enumerate(labels.tolist()):
        groups[label].add(member)
    return frozenset(frozenset(group) for group in groups.values())


def contradict(people: list[frozenset[int]], known: list[Known]) -> bool:
    """The rule, in plain words: no value lies between everybody's first and last; two vendors hold both."""
    for name, allowed in (("birth_year", BIRTH_YEARS_APART), ("suffix", 0), ("profile", 0)):
        told = [{getattr(known[e], name) for e in person} - {NOTHING} for person in people]
        spans = [(min(values), max(values)) for values in told if values]
        if spans and max(low for low, _ in spans) - min(high for _, high in spans) > allowed:
            return True
    holders = Counter(v for person in people for v in {known[e].vendor for e in person} - {NOTHING})
    return sum(count > 1 for count in holders.values()) >= VENDORS_APART


def united(people: list[frozenset[int]], nodes: list[set[int]]) -> list[frozenset[int]]:
    """Merge people that a node's carriers belong to."""
    for carriers in nodes:
        met = [person for person in people if person & carriers]
        if met:
            people = [person for person in people if person not in met] + [frozenset().union(*met)]
    return people


def reference(known: list[Known], strong: list[int], links: list[tuple[int, int]]) -> frozenset[frozenset[int]]:
    groups: dict[int, set[int]] = defaultdict(set)
    for member, label in enumerate(strong):
        groups[label].add(member)
    people = [frozenset(group) for group in groups.values()]
    nodes: dict[int, set[int]] = defaultdict(set)
    for evidence, node in links:
        nodes[node].add(evidence)

    def whole(of: list[set[int]]) -> list[tuple[frozenset[int], list[frozenset[int]]]]:
        return [(group, [person for person in people if person <= group]) for group in united(people, of)]

    fine = {node for node, carriers in nodes.items() if not contradict(_carrying(people, carriers), known)}
    peaceful: set[int] = set()
    for group, members in whole(list(nodes.values())):
        if not contradict(members, known):
            peaceful |= {node for node, carriers in nodes.items() if carriers & group}
    kept = peaceful | fine
    for group, members in whole([nodes[node] for node in kept]):
        if contradict(members, known):
            kept -= {node for node in kept if nodes[node] & group}
    return frozenset(united(people, [nodes[node] for node in kept]))


def _carrying(people: list[frozenset[int]], carriers: set[int]) -> list[frozenset[int]]:
    return [person for person in people if person & carriers]


@given(PEOPLE, STRONG, LINKS)
def test_same_people_as_the_reference(known: list[Known], strong: list[int], links: list[tuple[int, int]]) -> None:
    strong = strong[: len(known)]
    links = [link for link in links if link[0] < len(known)]
    assert joined(known, strong, links) == reference(known, strong, links)


@given(PEOPLE, LINKS, st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(
    known: list[Known], links: list[tuple[int, int]], random: object
) -> None:
    links = [link for link in links if link[0] < len(known)]
    apart = list(range(len(known)))
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joined(known, apart, shuffled) == joined(known, apart, links)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (Known(), Known(), True),
        (Known(birth_year=1960), Known(), True),
        (Known(birth_year=1960), Known(birth_year=1962), True),
        (Known(birth_year=1960), Known(birth_year=1963), False),
        (Known(suffix=0), Known(), True),
        (Known(suffix=0), Known(suffix=1), False),
        (Known(profile=0), Known(profile=1), False),
        (Known(vendor=0), Known(vendor=0), True),
    ],
)
def test_one_value_between_two_records(one: Known, other: Known, together: bool) -> None:
    assert (len(joined([one, other], [0, 1], [(0, 0), (1, 0)])) == 1) is together


def test_a_record_without_a_year_does_not_join_two_people_who_have_one() -> None:
    """David, born 1959 by his own records, and David, born 1995, work for one company."""
    known = [Known(birth_year=1959), Known(), Known(birth_year=1995), Known()]
    assert joined(known, [0, 0, 1, 1], [(1, 0), (3, 0)]) == {frozenset({0, 1}), frozenset({2, 3})}


def test_two_vendors_with_both_people_under_different_ids_tell_them_apart_one_vendor_does_not() -> None:
    known = [Known(vendor=0), Known(vendor=1), Known(vendor=0), Known(vendor=1)]
    assert len(joined(known, [0, 0, 1, 1], [(0, 0), (2, 0)])) == 2
    assert len(joined(known[:3], [0, 0, 1], [(0, 0), (2, 0)])) == 1


def test_what_contradicts_far_away_costs_only_the_values_that_contradict() -> None:
    """Three meet on two values; the middle one has no year: it stays with neither, since both are as likely."""
    known = [Known(birth_year=1960), Known(), Known(birth_year=1990), Known(), Known()]
    links = [(0, 0), (1, 0), (1, 1), (2, 1), (3, 2), (4, 2)]
    assert joined(known, [0, 1, 2, 3, 4], links) == {
        frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3, 4}),
    }  # fmt: skip
    # A value whose own carriers contradict is dropped, and the others stand.
    crowded = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]
    assert joined(known[:3], [0, 1, 2], crowded) == {frozenset({0, 1}), frozenset({2})}


def test_refused_links_are_told() -> None:
    known = [Known(birth_year=1960), Known(birth_year=1990)]
    two = np.array([0, 1], dtype=np.int32)
    _, refused = join_weakly(two, two, np.array([0, 0], dtype=np.int32), 1, facts(known))
    assert refused.tolist() == [True, True]


def test_without_weak_links_nothing_changes() -> None:
    assert joined([Known(), Known()], [0, 1], []) == {frozenset({0}), frozenset({1})}
