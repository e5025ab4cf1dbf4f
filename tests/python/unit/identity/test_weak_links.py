"""Weak links against a reference made of sets, and case by case."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactable.identity.weak_links import BIRTH_YEARS_APART, VENDORS_APART, Facts, Values, join_weakly

NOTHING = -1


@dataclass(frozen=True)
class Known:
    """What is known of one evidence."""

    birth_year: int = NOTHING
    suffix: int = NOTHING
    profile: int = NOTHING
    vendor: int = NOTHING
    zips: frozenset[int] = frozenset()
    phones: frozenset[int] = frozenset()


FEW = st.frozensets(st.integers(0, 2), max_size=2)
KNOWN = st.builds(
    Known,
    st.sampled_from([NOTHING, NOTHING, 1960, 1961, 1962, 1963, 1990]),
    st.sampled_from([NOTHING, NOTHING, 0, 1]),
    st.sampled_from([NOTHING, NOTHING, 0, 1, 2]),
    st.sampled_from([NOTHING, 0, 1, 2]),
    FEW,
    FEW,
)
PEOPLE = st.lists(KNOWN, min_size=1, max_size=12)
LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 7)), max_size=24)
STRONG = st.lists(st.integers(0, 5), min_size=12, max_size=12)


def facts(known: list[Known]) -> Facts:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([getattr(one, name) for one in known], dtype=np.int64)

    def values(held: list[Collection[int]]) -> Values:
        pairs = [(number, value) for number, some in enumerate(held) for value in some if value != NOTHING]
        return Values(*np.array(pairs, dtype=np.int32).reshape(-1, 2).T)

    return Facts(
        column("birth_year"),
        column("vendor"),
        suffixes=values([(one.suffix,) for one in known]),
        profiles=values([(one.profile,) for one in known]),
        zips=values([one.zips for one in known]),
        phones=values([one.phones for one in known]),
    )


#: Nodes that are a name with an employer, in the random worlds.
AT_WORK = {6, 7}


def joined(known: list[Known], strong: list[int], links: list[tuple[int, int]]) -> frozenset[frozenset[int]]:
    """Run the code under test; ``strong`` labels people, ``links`` are (evidence, node)."""
    evidence = np.array([link[0] for link in links], dtype=np.int32)
    node = np.array([link[1] for link in links], dtype=np.int32)
    at_work = np.isin(np.arange(8), list(AT_WORK))
    labels, _ = join_weakly(np.array(strong, dtype=np.int32), evidence, node, 8, facts(known), at_work)
    groups: dict[int, set[int]] = defaultdict(set)
    for member, label in enumerate(labels.tolist()):
        groups[label].add(member)
    return frozenset(frozenset(group) for group in groups.values())


def contradict(people: list[frozenset[int]], known: list[Known]) -> bool:
    """The rule, in plain words: years too far apart; no suffix or profile in common; two vendors hold several of
    them, or one does whose homes and numbers all differ."""
    years = [{known[e].birth_year for e in person} - {NOTHING} for person in people]
    spans = [(min(told), max(told)) for told in years if told]
    if spans and max(low for low, _ in spans) - min(high for _, high in spans) > BIRTH_YEARS_APART:
        return True
    if nothing_common([{known[e].suffix for e in person} - {NOTHING} for person in people]):
        return True
    if nothing_common([{known[e].profile for e in person} - {NOTHING} for person in people]):
        return True
    vendors = [{known[e].vendor for e in person} - {NOTHING} for person in people]
    holders = Counter(vendor for held in vendors for vendor in held)
    if sum(count > 1 for count in holders.values()) >= VENDORS_APART:
        return True
    return any(
        live_apart([person for person, held in zip(people, vendors, strict=True) if vendor in held], known)
        for vendor in holders
    )


def live_apart(people: list[frozenset[int]], known: list[Known]) -> bool:
    homes = [frozenset().union(*(known[e].zips for e in person)) for person in people]
    numbers = [frozenset().union(*(known[e].phones for e in person)) for person in people]
    both = [place for place in range(len(people)) if homes[place] and numbers[place]]
    return nothing_common([homes[p] for p in both]) and nothing_common([numbers[p] for p in both])


def nothing_common(sets: Sequence[Set[int]]) -> bool:
    """Whether several have a value, and no value is common to all who have one."""
    told = [some for some in sets if some]
    return len(told) > 1 and not set(told[0]).intersection(*told[1:])


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
    for node in AT_WORK & nodes.keys():
        if live_apart(_carrying(people, nodes[node]), known):
            del nodes[node]

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


@settings(deadline=None)  # a busy machine takes its time
@given(PEOPLE, STRONG, LINKS)
def test_same_people_as_the_reference(known: list[Known], strong: list[int], links: list[tuple[int, int]]) -> None:
    strong = strong[: len(known)]
    links = [link for link in links if link[0] < len(known)]
    assert joined(known, strong, links) == reference(known, strong, links)


@settings(deadline=None)  # a busy machine takes its time
@given(PEOPLE, LINKS, st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(
    known: list[Known], links: list[tuple[int, int]], random: object
) -> None:
    links = [link for link in links if link[0] < len(known)]
    apart = list(range(len(known)))
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joined(known, apart, shuffled) == joined(known, apart, links)


def at_home(zip_code: int, phone: int) -> Known:
    return Known(vendor=0, zips=frozenset({zip_code}), phones=frozenset({phone}))


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
        (at_home(1, 1), at_home(2, 2), False),
        (at_home(1, 1), at_home(2, 1), True),
        (at_home(1, 1), at_home(1, 2), True),
        (at_home(1, 1), replace(at_home(2, 2), vendor=1), True),
        (at_home(1, 1), replace(at_home(2, 2), phones=frozenset()), True),
        (at_home(1, 1), replace(at_home(2, 2), zips=frozenset()), True),
        (at_home(1, 1), replace(at_home(2, 2), zips=frozenset({1, 2})), True),
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


def test_a_name_at_an_employer_joins_nobody_who_lives_elsewhere_under_other_numbers() -> None:
    """Whoever tells it; with a number in common, or in one ZIP, it does."""
    one, other = replace(at_home(1, 1), vendor=0), replace(at_home(2, 2), vendor=1)
    work = min(AT_WORK)
    assert len(joined([one, other], [0, 1], [(0, work), (1, work)])) == 2
    assert len(joined([one, replace(other, phones=one.phones)], [0, 1], [(0, work), (1, work)])) == 1
    assert len(joined([one, replace(other, zips=one.zips)], [0, 1], [(0, work), (1, work)])) == 1


def test_a_person_with_two_profiles_shares_neither_with_a_third() -> None:
    """Whatever the profiles are called: what lies between two of them is not one of them."""
    known = [Known(profile=0), Known(profile=2), Known(profile=1)]
    assert len(joined(known, [0, 0, 1], [(0, 0), (2, 0)])) == 2
    assert len(joined([known[0], known[1], Known(profile=2)], [0, 0, 1], [(0, 0), (2, 0)])) == 1


def test_what_other_records_of_the_two_say_counts() -> None:
    """Namesakes at one employer: the records that carry it tell neither id nor home nor number."""
    known = [at_home(1, 1), Known(), at_home(2, 2), Known(), Known()]
    strong = [0, 0, 1, 1, 2]
    on_employer = [(1, 0), (3, 0)]
    assert joined(known, strong, on_employer) == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4})}
    # nor through a third record, which might be either's
    assert joined(known, strong, [(1, 0), (4, 0), (4, 1), (3, 1)]) == {
        frozenset({0, 1}), frozenset({2, 3}), frozenset({4}),
    }  # fmt: skip


def test_refused_links_are_told() -> None:
    known = [Known(birth_year=1960), Known(birth_year=1990)]
    two = np.array([0, 1], dtype=np.int32)
    _, refused = join_weakly(two, two, np.array([0, 0], dtype=np.int32), 1, facts(known), np.array([False]))
    assert refused.tolist() == [True, True]


def test_without_weak_links_nothing_changes() -> None:
    assert joined([Known(), Known()], [0, 1], []) == {frozenset({0}), frozenset({1})}
