"""Components against a reference that anybody can check by reading, and the promises that keys rest on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactable.identity import resolve_components


@dataclass(frozen=True, order=True)
class Link:
    """An edge. ``name``, ``born``, ``vendor`` and ``places`` belong to the evidence; ``observed`` are seconds."""

    evidence: str
    node: str
    name: str | None = None
    rank: int = 1
    observed: int = 0
    weak: bool | None = None
    born: int | None = None
    vendor: str | None = None
    places: tuple[str, ...] = ()


def links_of(names: list[str | None], edges: list[tuple[int, int, int, int]]) -> list[Link]:
    """Give every evidence one name, or none, on all of its links."""
    return [Link(f"e{e}", f"n{n}", names[e], rank, observed) for e, n, rank, observed in edges]


#: Few names, and many without: names meet often, and nameless evidence lies between them.
LINKS = st.builds(
    links_of,
    st.lists(st.sampled_from([None, None, "ada|roe", "bob|roe"]), min_size=16, max_size=16),
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 20), st.integers(1, 3), st.integers(0, 5)), max_size=45),
)


def with_weak_ones(links: list[Link], born: list[int | None], places: list[tuple[str, ...]]) -> list[Link]:
    """Every third value is weak, and some evidence has a year of birth or places."""

    def known(link: Link) -> Link:
        number = int(link.evidence[1:])
        return replace(
            link, weak=int(link.node[1:]) % 3 == 0, born=born[number], vendor="id", places=places[number]
        )

    return [known(link) for link in links]


#: The same with contradictions between weakly linked people.
DOUBTFUL_LINKS = st.builds(
    with_weak_ones,
    LINKS,
    st.lists(st.sampled_from([None, None, 1960, 1990]), min_size=16, max_size=16),
    st.lists(st.sampled_from([(), ("zip:1", "phone:1"), ("zip:2", "phone:2")]), min_size=16, max_size=16),
)


def table(links: Iterable[Link]) -> pa.Table:
    """Build the links table; an anchor is the node it stands on."""
    rows = list(links)
    return pa.table(
        {
            "evidence_id": pa.array([row.evidence for row in rows], pa.string()),
            "node": pa.array([row.node for row in rows], pa.string()),
            "anchor": pa.array([row.node for row in rows], pa.string()),
            "type_rank": pa.array([row.rank for row in rows], pa.int32()),
            "first_observed_at": pa.array([row.observed * 1_000_000 for row in rows], pa.timestamp("us")),
            "name_key": pa.array([row.name for row in rows], pa.string()),
            "is_weak": pa.array([row.weak for row in rows], pa.bool_()),
            "birth_year": pa.array([row.born for row in rows], pa.int32()),
            "person_ref_type": pa.array([row.vendor for row in rows], pa.string()),
        }
    )


def places(links: Iterable[Link]) -> pa.Table:
    """Build the table of homes and numbers, and one of somebody without links."""
    rows = sorted({(link.evidence, place) for link in links for place in link.places} | {("nobody", "zip:1")})
    return pa.table({"evidence_id": [row[0] for row in rows], "value": [row[1] for row in rows]})


@dataclass(frozen=True)
class Resolved:
    """What came out. ``people``: the sets of evidence that are one person."""

    people: frozenset[frozenset[str]]
    refused: frozenset[str]
    anchors: dict[str, str]
    graphs: frozenset[frozenset[str]]


def resolved(links: Iterable[Link]) -> Resolved:
    """Run the code under test."""
    links = list(links)
    rows = resolve_components(table(links), places(links)).to_pylist()

    def grouped(column: str) -> frozenset[frozenset[str]]:
        groups: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            groups[row[column]].add(row["evidence_id"])
        return frozenset(frozenset(group) for group in groups.values())

    return Resolved(
        people=grouped("component"),
        refused=frozenset(row["evidence_id"] for row in rows if row["is_refused"]),
        anchors={row["evidence_id"]: row["anchor"] for row in rows},
        graphs=grouped("graph"),
    )


def united(sets: Iterable[frozenset[str]]) -> frozenset[frozenset[str]]:
    """Merge sets that overlap, in the plainest way."""
    merged: list[frozenset[str]] = []
    for new in sets:
        apart = [old for old in merged if not old & new]
        merged = [*apart, new.union(*(old for old in merged if old & new))]
    return frozenset(merged)


def reference(links: Iterable[Link]) -> Resolved:
    """The rules, one after the other, with sets."""
    rows = list(links)
    nodes: dict[str, set[str]] = defaultdict(set)
    name: dict[str, str | None] = {}
    for row in rows:
        nodes[row.node].add(row.evidence)
        name[row.evidence] = row.name
    everybody = [frozenset({evidence}) for evidence in name]

    def shared_by(members: set[str]) -> list[frozenset[str]]:
        return [frozenset(carriers & members) for carriers in nodes.values() if carriers & members]

    def touched(group: frozenset[str], people: Iterable[frozenset[str]]) -> list[frozenset[str]]:
        around = set().union(*(carriers for carriers in nodes.values() if carriers & group))
        return [person for person in people if person & around]

    def of_one_name(people: list[frozenset[str]]) -> bool:
        called = [frozenset(name[e] for e in person if name[e]) for person in people]
        return len(people) == 1 or (len(set(called)) == 1 and len(called[0]) == 1)

    named = {evidence for evidence in name if name[evidence]}
    people = united(shared_by(named))
    joins, refused = [], set()
    for evidence in set(name) - named:
        near = touched(frozenset({evidence}), people)
        if near and of_one_name(near):
            joins.append(frozenset({evidence}).union(*near))
        elif near:
            refused.add(evidence)
    people = united([*people, *joins])
    settled = set().union(*people) if people else set()

    left = set(name) - settled - refused
    joins, alone = [], []
    for group in united([*shared_by(left), *(frozenset({e}) for e in left)]):
        near = touched(group, people)
        if near and of_one_name(near):
            joins.append(group.union(*near))
        else:
            alone.append(group)
            refused |= group if near else set()
    people = united([*people, *joins, *alone, *everybody])

    oldest = {
        evidence: min((r.observed, r.rank, r.node) for r in rows if r.evidence in person)[2]
        for person in people
        for evidence in person
    }
    return Resolved(people, frozenset(refused), oldest, united([*(frozenset(c) for c in nodes.values())]))


@settings(deadline=None)  # a busy machine takes its time
@given(LINKS)
def test_same_people_as_the_reference(links: list[Link]) -> None:
    assert resolved(links) == reference(links)


@settings(deadline=None)  # a busy machine takes its time
@given(DOUBTFUL_LINKS, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(links: list[Link], random: object) -> None:
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolved(shuffled) == resolved(links)


@settings(deadline=None)  # a busy machine takes its time
@given(LINKS)
def test_nameless_evidence_never_makes_one_person_of_two_names(links: list[Link]) -> None:
    by_names_alone = resolved([link for link in links if link.name]).people
    names = {link.evidence: link.name for link in links if link.name}
    for person in resolved(links).people:
        before = [known for known in by_names_alone if known & person]
        if len(before) > 1:
            assert len({names[evidence] for known in before for evidence in known}) == 1


@settings(deadline=None)  # a busy machine takes its time
@given(DOUBTFUL_LINKS, DOUBTFUL_LINKS)
def test_nothing_outside_a_graph_changes_what_is_decided_inside(here: list[Link], there: list[Link]) -> None:
    """What an incremental resolve rests on: a graph may be resolved by itself."""
    elsewhere = [replace(x, evidence=f"x{x.evidence}", node=f"x{x.node}") for x in there]
    both = resolved(here + elsewhere)
    alone, other = resolved(here), resolved(elsewhere)
    assert both.people == alone.people | other.people
    assert both.refused == alone.refused | other.refused
    for graph in alone.graphs:
        inside = [link for link in here if link.evidence in graph]
        assert resolved(inside).people == {person for person in alone.people if person <= graph}


def test_a_bare_hash_joins_its_person_although_another_record_straddles_two() -> None:
    links = [
        Link("ada", "mail-a", "ada|roe"),
        Link("bob", "mail-b", "bob|roe"),
        Link("hash", "mail-a"),
        Link("id", "mail-a"),
        Link("id", "mail-b"),
    ]
    outcome = resolved(links)
    assert outcome.people == {frozenset({"ada", "hash"}), frozenset({"bob"}), frozenset({"id"})}
    assert outcome.refused == {"id"}


def test_nameless_evidence_joins_two_records_of_one_name() -> None:
    links = [Link("one", "a", "ada|roe"), Link("two", "b", "ada|roe"), Link("id", "a"), Link("id", "b")]
    assert resolved(links).people == {frozenset({"one", "two", "id"})}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"born": 1960}, {"born": 1990}),
        (
            {"vendor": "bigdbm_id", "places": ("zip:1", "phone:1")},
            {"vendor": "bigdbm_id", "places": ("zip:2", "phone:2")},
        ),
    ],
)
def test_nameless_evidence_does_not_join_namesakes_who_contradict(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Neither by strong values of both, nor by the weak one that did not join them before."""
    known = [Link("one", "a", "ada|roe", **one), Link("other", "b", "ada|roe", **other)]
    weak = [Link("one", "home", "ada|roe", weak=True, **one), Link("other", "home", "ada|roe", weak=True, **other)]
    both = resolved([*known, Link("id", "a"), Link("id", "b"), Link("hash", "a")])
    assert both.people == {frozenset({"one", "hash"}), frozenset({"other"}), frozenset({"id"})}
    assert both.refused == {"id"}
    assert resolved([*known, *weak, Link("id", "home", weak=True)]).people == {
        frozenset({"one"}), frozenset({"other"}), frozenset({"id"}),
    }  # fmt: skip
    # two records that each touch two who agree, of three who together do not
    third = [Link("third", "c", "ada|roe")]
    chain = resolved([*known, *third, Link("i", "a"), Link("i", "c"), Link("j", "c"), Link("j", "b")])
    assert chain.people == {frozenset({name}) for name in ("one", "other", "third", "i", "j")}


def test_a_person_of_several_names_is_nobody_else() -> None:
    """A married name: the person is no longer known by one name, so nothing nameless adds a namesake."""
    married = [Link("maiden", "a", "ada|roe"), Link("wife", "a", "ada|poe"), Link("namesake", "b", "ada|roe")]
    outcome = resolved([*married, Link("id", "a"), Link("id", "b"), Link("hash", "a")])
    assert outcome.people == {frozenset({"maiden", "wife", "hash"}), frozenset({"namesake"}), frozenset({"id"})}


def test_a_chain_of_nameless_evidence_between_two_names_stays_alone() -> None:
    links = [Link("ada", "a", "ada|roe"), Link("bob", "b", "bob|roe")]
    links += [Link("i", "a"), Link("i", "x"), Link("j", "x"), Link("j", "y"), Link("k", "y"), Link("k", "b")]
    outcome = resolved(links)
    assert outcome.people == {frozenset({"ada", "i"}), frozenset({"bob", "k"}), frozenset({"j"})}
    assert outcome.refused == {"j"}


@pytest.mark.parametrize("name", ["ada|roe", None])
def test_a_long_chain_is_one_person(name: str | None) -> None:
    chain = [Link(f"e{place + step}", f"n{place}", name, 1, place) for place in range(2_000) for step in (0, 1)]
    assert set(resolved(chain).anchors.values()) == {"n0"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "ada|roe|jr"}, {"name": "ada|roe|sr"}),
        ({"born": 1960}, {"born": 1990}),
        ({"node": "linkedin:ada-1"}, {"node": "linkedin:ada-2"}),
    ],
)
def test_a_weak_link_joins_only_what_does_not_contradict(one: dict[str, Any], other: dict[str, Any]) -> None:
    def records(weak: bool) -> list[Link]:
        told = {"name": "ada|roe", "node": "own"}
        return [
            Link(evidence=name, **told | {"node": f"own-{name}"} | facts)
            for name, facts in (("one", one), ("other", other))
        ] + [
            Link(evidence=name, **told | facts | {"node": "home"}, weak=weak)
            for name, facts in (("one", one), ("other", other))
        ]

    assert resolved(records(weak=True)).people == {frozenset({"one"}), frozenset({"other"})}
    assert resolved(records(weak=False)).people == {frozenset({"one", "other"})}
    rows = resolve_components(table(records(weak=True)), places([])).to_pylist()
    assert [row["is_contradicted"] for row in rows] == [True, True]
    assert len({row["graph"] for row in rows}) == 1


def test_nothing_gives_nothing() -> None:
    assert resolve_components(table([]), places([])).num_rows == 0


@pytest.mark.parametrize("column", ["evidence_id", "node", "anchor", "type_rank", "first_observed_at"])
def test_a_link_without_a_value_is_refused(column: str) -> None:
    links = table([Link("e1", "n1"), Link("e2", "n1")])
    place = links.column_names.index(column)
    values = links.column(column).to_pylist()
    broken = links.set_column(place, column, pa.array([values[0], None], links.column(column).type))
    with pytest.raises(ValueError, match=f"links without {column}: 1"):
        resolve_components(broken, places([]))
