"""The measures of the identity benchmark against counting every pair one by one."""

from collections.abc import Iterator
from itertools import combinations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identity import measure
from identity.kinds import BIT

TYPO, MOVED = BIT["typo_name"], BIT["moved"]

#: (person, cluster, kinds, named) of one evidence.
Evidence = tuple[int, int, int, bool]
EVIDENCES = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 4), st.sampled_from([0, TYPO, MOVED, TYPO | MOVED]), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def judge(con: duckdb.DuckDBPyConnection, evidences: list[Evidence]) -> None:
    columns = "evidence_id integer, person bigint, cluster bigint, kinds bigint, named boolean"
    con.execute(f"create or replace temp table judged ({columns})")
    con.executemany("insert into judged values (?, ?, ?, ?, ?)", [(i, *row) for i, row in enumerate(evidences)])


def counted(evidences: list[Evidence], kind: int = 0) -> measure.Pairs:
    """Pair by pair; with ``kind``, only those of which it touched a side."""
    two = [(a, b) for a, b in combinations(evidences, 2) if not kind or (a[2] | b[2]) & kind]
    return measure.Pairs(
        found=sum(a[0] == b[0] and a[1] == b[1] for a, b in two),
        claimed=sum(a[1] == b[1] for a, b in two),
        are=sum(a[0] == b[0] for a, b in two),
    )


@settings(max_examples=40, deadline=None)
@given(evidences=EVIDENCES)
def test_pairs_counted_by_groups_are_the_pairs_counted_one_by_one(
    con: duckdb.DuckDBPyConnection, evidences: list[Evidence]
) -> None:
    judge(con, evidences)
    assert measure.pairs(con) == counted(evidences)
    assert measure.pairs(con, measure.NAMED) == counted([row for row in evidences if row[3]])


@settings(max_examples=40, deadline=None)
@given(evidences=EVIDENCES)
def test_a_kind_of_noise_owns_the_pairs_of_which_it_touched_a_side(
    con: duckdb.DuckDBPyConnection, evidences: list[Evidence]
) -> None:
    judge(con, evidences)
    found = measure.by_kind(con, ["typo_name", "moved"])
    nothing = measure.Pairs(0, 0, 0)
    assert found.get("typo_name", nothing) == pytest.approx(counted(evidences, TYPO))
    assert found.get("moved", nothing) == counted(evidences, MOVED)


def test_purity_and_whole_people(con: duckdb.DuckDBPyConnection) -> None:
    """Person 1 is whole and alone, 2 is in two clusters, 3 is whole but shares 2's cluster."""
    judge(
        con, [(1, 1, 0, True), (1, 1, 0, True), (2, 2, 0, True), (2, 3, 0, True), (2, 3, 0, True), (3, 3, 0, True)]
    )
    whole = measure.wholeness(con)
    assert whole["purity"] == pytest.approx(5 / 6)
    assert whole["people_in_one_cluster"] == pytest.approx(2 / 3)
    assert whole["people_alone_in_one_cluster"] == pytest.approx(1 / 3)
    assert (whole["people"], whole["clusters"], whole["evidences"]) == (3, 3, 6)


def test_precision_and_recall_of_nothing_are_one() -> None:
    assert (measure.Pairs(0, 0, 0).precision, measure.Pairs(0, 0, 0).recall) == (1.0, 1.0)
    assert measure.Pairs(0, 5, 5).f1 == 0.0
    assert measure.Pairs(3, 4, 6).f1 == pytest.approx(0.6)
