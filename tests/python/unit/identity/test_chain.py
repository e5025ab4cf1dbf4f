"""The chain of evidence between two records, and the values that hold a person together."""

import pytest

from contactable.identity import chain
from contactable.identity.chain import bridges, shortest_chain

# a - m - b - p - c, and the long way from a to c; d is somebody else
LINKS = [
    ("a", "mail"), ("b", "mail"), ("b", "phone"), ("c", "phone"),
    ("a", "device"), ("x", "device"), ("x", "profile"), ("y", "profile"), ("y", "id"), ("c", "id"),
    ("d", "other"),
]  # fmt: skip


def test_the_shortest_chain_alternates_between_evidence_and_values() -> None:
    assert shortest_chain(LINKS, {"a"}, {"c"}) == ["a", "mail", "b", "phone", "c"]
    assert shortest_chain(LINKS, {"c"}, {"a"}) == ["c", "phone", "b", "mail", "a"]


def test_it_begins_and_ends_at_the_nearest_of_several() -> None:
    assert shortest_chain(LINKS, {"a", "y"}, {"c"}) == ["y", "id", "c"]
    assert shortest_chain(LINKS, {"a", "b"}, {"b", "c"}) == ["b"]


def test_of_two_equally_short_chains_it_is_always_the_same() -> None:
    twice = [("a", "one"), ("b", "one"), ("a", "two"), ("b", "two")]
    assert shortest_chain(twice, {"a"}, {"b"}) == shortest_chain(twice[::-1], {"a"}, {"b"}) == ["a", "one", "b"]


def test_where_nothing_leads_there_is_no_chain() -> None:
    assert shortest_chain(LINKS, {"a"}, {"d"}) == []
    assert shortest_chain(LINKS, {"a"}, {"nobody"}) == []
    assert shortest_chain([], {"a"}, {"b"}) == []


def test_bridges_are_the_values_without_which_the_evidence_falls_apart() -> None:
    assert bridges(LINKS) == set(), "there is a way round each of them"
    assert bridges(LINKS[:4]) == {"mail", "phone"}
    assert bridges([*LINKS[:4], ("a", "phone")]) == {"phone"}
    assert bridges([]) == set()


def test_bridges_of_what_is_no_person_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BRIDGE_EFFORT", 1)
    assert bridges(LINKS[:4]) == set()
