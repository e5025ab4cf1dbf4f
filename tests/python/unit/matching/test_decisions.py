"""Decisions of people: contradictions are found; what two different people share is cut where it is weakest."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactable.matching.decisions import contradictory, separate

#: decision, left evidences, right evidences
Decision = tuple[str, str, str]


def sides_of(decisions: Iterable[Decision]) -> pa.Table:
    """Decisions named by their position; evidences are single letters."""
    rows = [
        {"decision_key": f"{position:02d}", "decision": decision, "side": side, "evidence_id": evidence}
        for position, (decision, left, right) in enumerate(decisions)
        for side, evidences in (("left", left), ("right", right))
        for evidence in evidences
    ]
    return pa.Table.from_pylist(
        rows,
        schema=pa.schema([(name, pa.string()) for name in ("decision_key", "decision", "side", "evidence_id")]),
    )


def links_of(*links: tuple[str, str, int] | tuple[str, str]) -> pa.Table:
    """Evidence, node and rank (1: an e-mail address); the first link is the oldest."""
    rows = [
        {
            "evidence_id": link[0],
            "node": link[1],
            "type_rank": link[2] if len(link) == 3 else 1,
            "first_observed_at": at,
        }
        for at, link in zip(map(datetime.fromtimestamp, range(len(links))), links, strict=True)
    ]
    schema = pa.schema(
        [
            ("evidence_id", pa.string()),
            ("node", pa.string()),
            ("type_rank", pa.int32()),
            ("first_observed_at", pa.timestamp("us")),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def wrong(*decisions: Decision) -> list[int]:
    return [int(key) for key in contradictory(sides_of(decisions)).column("decision_key").to_pylist()]


def taken(links: pa.Table, *decisions: Decision) -> set[tuple[str, str]]:
    return {(row["evidence_id"], row["node"]) for row in separate(links, sides_of(decisions)).to_pylist()}


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        pytest.param([], [], id="nothing decided"),
        pytest.param(
            [("same", "a", "b"), ("same", "b", "c"), ("same", "c", "a")], [], id="a round says one thing twice"
        ),
        pytest.param([("same", "a", "b"), ("different", "b", "c")], [], id="two people"),
        pytest.param([("same", "a", "b"), ("different", "b", "a")], [0, 1], id="both at once"),
        pytest.param([("same", "a", "b"), ("same", "b", "c"), ("different", "a", "c")], [0, 1, 2], id="a chain"),
        pytest.param(
            [
                ("same", "a", "b"),
                ("same", "b", "c"),
                ("different", "a", "c"),
                ("same", "b", "d"),
                ("same", "x", "y"),
            ],
            [0, 1, 2],
            id="who hangs on to a contradiction, or stands beside it, keeps the decision",
        ),
        pytest.param(
            [("same", "ab", "c"), ("different", "b", "xc")], [0, 1], id="an identifier stands for its carriers"
        ),
        pytest.param(
            [("same", "a", "b"), ("different", "a", "bz"), ("same", "z", "y")], [0, 1], id="one side's bystander"
        ),
    ],
)
def test_contradictions(decisions: list[Decision], expected: list[int]) -> None:
    assert wrong(*decisions) == expected


letters = st.sampled_from("abcdefgh")
decision_lists = st.lists(st.tuples(st.sampled_from(["same", "same", "different"]), letters, letters), max_size=14)


def people(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Who is whom, by relabelling until nothing changes."""
    label = {letter: letter for letter in "abcdefgh"}
    for left, right in pairs:
        old, new = label[left], label[right]
        label = {letter: new if name == old else name for letter, name in label.items()}
    return label


@settings(deadline=None)  # the first one imports SciPy's graphs
@given(decision_lists)
def test_what_is_left_can_be_true_and_no_more_is_given_up_than_the_people_concerned(
    decisions: list[Decision],
) -> None:
    given_up = set(wrong(*decisions))
    label = people((left, right) for decision, left, right in decisions if decision == "same")
    contradicted = {
        label[left]
        for decision, left, right in decisions
        if decision == "different" and label[left] == label[right]
    }
    kept = [decision for position, decision in enumerate(decisions) if position not in given_up]
    left_over = people((left, right) for decision, left, right in kept if decision == "same")
    assert all(left_over[left] != left_over[right] for decision, left, right in kept if decision == "different")
    for position, (decision, left, right) in enumerate(decisions):
        if decision == "different":
            assert (position in given_up) == (label[left] == label[right])
        elif position in given_up:
            assert label[left] in contradicted


def test_the_weakest_link_goes_and_the_older_side_keeps_the_identifier() -> None:
    shared = links_of(("old", "email"), ("young", "email"), ("old", "phone", 7), ("young", "phone", 7))
    assert taken(shared, ("different", ["young"], ["old"])) == {("young", "email"), ("young", "phone")}  # type: ignore[arg-type]


def test_a_bridge_is_cut_where_it_bears_least() -> None:
    bridge = links_of(("a", "n1"), ("m", "n1"), ("m", "n2", 7), ("b", "n2", 1))
    assert taken(bridge, ("different", "a", "b")) == {("m", "n2")}


def test_a_decision_that_two_are_the_same_is_never_cut() -> None:
    tied = links_of(("a", "decision:1", 9), ("m", "decision:1", 9), ("m", "n"), ("b", "n"))
    assert taken(tied, ("different", "a", "b")) <= {("m", "n"), ("b", "n")}
    assert taken(tied, ("different", "a", "b"))


@pytest.mark.parametrize("decision", [("same", "a", "b"), ("different", "a", "z"), ("different", "a", "c")])
def test_nothing_is_cut_without_need(decision: Decision) -> None:
    """Said to be the same; about somebody unknown; about two who are not linked."""
    assert not taken(links_of(("a", "n"), ("b", "n"), ("c", "n3")), decision)


node_links = st.lists(
    st.tuples(letters, st.sampled_from(["n1", "n2", "n3", "n4"]), st.integers(1, 9)), max_size=24
)


@settings(deadline=None)
@given(node_links, st.lists(st.tuples(st.just("different"), letters, letters), max_size=5))
def test_decided_to_be_different_they_are_apart_and_strangers_keep_what_they_have(
    links: list[tuple[str, str, int]], decisions: list[Decision]
) -> None:
    decisions = [decision for decision in decisions if decision[1] != decision[2]]
    gone = taken(links_of(*links), *decisions)
    before = joined(links)
    after = joined(link for link in links if (link[0], link[1]) not in gone)
    assert all(after[left] != after[right] for _, left, right in decisions if left in after and right in after)
    concerned = {
        before[left] for _, left, right in decisions if left in before and before[left] == before.get(right)
    }
    assert {before[evidence] for evidence, _ in gone} <= concerned
    assert {before[evidence] for evidence, _ in gone} == concerned


def joined(links: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Who is whom through shared nodes."""
    label: dict[str, str] = {}
    for evidence, node, _ in links:
        old, new = label.setdefault(evidence, evidence), label.setdefault(node, node)
        label = {name: new if value == old else value for name, value in label.items()}
    return label
