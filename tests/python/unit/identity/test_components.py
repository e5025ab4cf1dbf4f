"""Components against a reference that anybody can check by reading, and the properties that keys rest on."""

from collections.abc import Iterable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactable.identity import assign_anchors

Link = tuple[str, str, int, int]  # evidence, node, rank, observed (seconds)

LINKS = st.lists(
    st.tuples(
        st.integers(0, 30).map("e{}".format),
        st.integers(0, 30).map("n{}".format),
        st.integers(1, 3),
        st.integers(0, 5),
    ),
    max_size=60,
)


def table(links: Iterable[Link]) -> pa.Table:
    """Build the links table; an anchor is the node it stands on."""
    rows = list(links)
    return pa.table(
        {
            "evidence_id": pa.array([row[0] for row in rows], pa.string()),
            "node": pa.array([row[1] for row in rows], pa.string()),
            "anchor": pa.array([row[1] for row in rows], pa.string()),
            "type_rank": pa.array([row[2] for row in rows], pa.int32()),
            "first_observed_at": pa.array([row[3] * 1_000_000 for row in rows], pa.timestamp("us")),
        }
    )


def anchors(links: Iterable[Link]) -> dict[str, str]:
    """Run the code under test."""
    assigned = assign_anchors(table(links)).to_pydict()
    return dict(zip(assigned["evidence_id"], assigned["anchor"], strict=True))


def reference(links: Iterable[Link]) -> dict[str, str]:
    """Union-find in its plainest form, then the smallest (observed, rank, anchor) of each set."""
    rows = list(links)
    parent: dict[str, str] = {}

    def root(member: str) -> str:
        while parent.setdefault(member, member) != member:
            member = parent[member]
        return member

    for evidence, node, _, _ in rows:
        parent[root(evidence)] = root(node)
    oldest: dict[str, tuple[int, int, str]] = {}
    for evidence, node, rank, observed in rows:
        key = (observed, rank, node)
        oldest[root(evidence)] = min(oldest.get(root(evidence), key), key)
    return {evidence: oldest[root(evidence)][2] for evidence, _, _, _ in rows}


@given(LINKS)
def test_same_people_as_the_reference(links: list[Link]) -> None:
    assert anchors(links) == reference(links)


@given(LINKS, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(links: list[Link], random: object) -> None:
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert anchors(shuffled) == anchors(links)


@given(LINKS, LINKS)
def test_a_person_keeps_the_key_unless_an_older_one_joins(before: list[Link], after: list[Link]) -> None:
    later = [(evidence, node, rank, observed + 10) for evidence, node, rank, observed in after]
    old, new = anchors(before), anchors(before + later)
    kept = set(old.values())
    for evidence, anchor in old.items():
        assert new[evidence] == anchor or new[evidence] in kept  # merged into somebody who was there before


@given(LINKS)
def test_two_people_never_share_a_key(links: list[Link]) -> None:
    by_anchor: dict[str, set[str]] = {}
    groups = reference(links)
    for evidence, anchor in anchors(links).items():
        by_anchor.setdefault(anchor, set()).add(groups[evidence])
    assert all(len(people) == 1 for people in by_anchor.values())


def test_a_long_chain_is_one_person() -> None:
    chain = [(f"e{place + step}", f"n{place}", 1, place) for place in range(2_000) for step in (0, 1)]
    assert set(anchors(chain).values()) == {"n0"}


def test_nothing_gives_nothing() -> None:
    assert anchors([]) == {}


@pytest.mark.parametrize("column", ["evidence_id", "node", "anchor", "type_rank", "first_observed_at"])
def test_a_link_without_a_value_is_refused(column: str) -> None:
    links = table([("e1", "n1", 1, 0), ("e2", "n1", 1, 0)])
    place = links.column_names.index(column)
    values = links.column(column).to_pylist()
    broken = links.set_column(place, column, pa.array([values[0], None], links.column(column).type))
    with pytest.raises(ValueError, match=f"links without {column}: 1"):
        assign_anchors(broken)
