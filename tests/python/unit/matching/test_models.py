"""The dbt Python models of matching, without dbt: relations in, relations out."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

MODELS = Path(__file__).parents[4] / "models" / "intermediate" / "identity"


class Dbt:
    """What such a model sees of dbt: its relations."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def config(self, **settings: Any) -> None:
        assert settings == {"materialized": "table"}

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._con.table(name)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def build(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    """Run a model and keep its table, as dbt does; returns its rows in order."""
    spec = importlib.util.spec_from_file_location(name, MODELS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.model(Dbt(con), con)
    con.register("made", made.to_arrow_table())
    con.execute(f"create or replace table {name} as select * from made order by all")
    return con.table(name).fetchall()


SIDES = """
    create table int_identity__decision_sides (
        decision_key text, decision text, side text, evidence_id text, problem text
    )
"""


def test_decisions_take_links_away_unless_they_contradict(con: duckdb.DuckDBPyConnection) -> None:
    """A is not B holds; C is not D contradicts a chain; E is not F has a problem. A round of `same` is none."""
    con.execute(SIDES)
    decided = [
        ("ab", "different", "a", "b", None), ("cd", "different", "c", "d", None), ("ce", "same", "c", "e", None),
        ("ed", "same", "e", "d", None), ("ef", "different", "e", "f", "not_found"), ("gh", "same", "g", "h", None),
        ("hi", "same", "h", "i", None), ("ig", "same", "i", "g", None),
    ]  # fmt: skip
    for key, decision, left, right, problem in decided:
        for side, evidence in (("left", left), ("right", right)):
            con.execute(
                "insert into int_identity__decision_sides values (?, ?, ?, ?, ?)",
                [key, decision, side, evidence, problem],
            )
    for name in ("proposed", "match"):
        con.execute(f"""
            create table int_identity__{name}_links (
                evidence_id text, node text, anchor text, type_rank integer, first_observed_at timestamp,
                name_key text
            )
        """)
    con.execute("""
        insert into int_identity__proposed_links
        select evidence_id, node, node, 1, timestamp '2026-11-01' + interval (place) day, null
        from (
            values ('a', 'n1', 1), ('b', 'n1', 2), ('c', 'n2', 1), ('d', 'n2', 2), ('e', 'n3', 1), ('f', 'n3', 2)
        ) as links (evidence_id, node, place)
    """)
    con.execute(
        "insert into int_identity__match_links"
        " values ('a', 'decision:x', 'evidence:a', 9, timestamp '2026-11-01', null)"
    )
    assert build(con, "int_identity__contradictions") == [("cd",), ("ce",), ("ed",)]
    assert build(con, "int_identity__separated_links") == [("b", "n1")]


RECORDS = """
    create table int_identity__match_records (
        evidence_id text, first_name text, first_canonical text, last_name text, suffix text, birth_year integer,
        address text, zip text, town text, employer text, person_ref_type text
    )
"""


def scored(con: duckdb.DuckDBPyConnection, *, is_on: bool) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Weights and pairs of thirty people who come twice; Junior and Senior of the first are a vendor's two."""
    con.execute(
        "create table int_identity__match_settings as"
        f" select {is_on} as is_on, 0.95 as merge_above, 0.5 as review_above"
    )
    con.execute(RECORDS)
    con.execute(
        "create table int_identity__proposed_links as select 'x' as evidence_id, 'n' as node, 1 as type_rank"
    )
    if is_on:
        con.execute("""
            insert into int_identity__match_records
            select
                side || n, 'first' || (n % 6), 'first' || (n % 6), 'last' || (n // 6),
                case when n = 0 then case when side = 'a' then 'sr' else 'jr' end end, 1950 + n,
                'street' || n || '|10001', '10001', 'NY|town', null, null
            from range(30) as numbers (n), (values ('a'), ('b')) as sides (side)
        """)
    return build(con, "int_identity__match_weights"), build(con, "int_identity__match_pairs")


def test_scores_come_with_what_refuses_them(con: duckdb.DuckDBPyConnection) -> None:
    weights, pairs = scored(con, is_on=True)
    assert weights
    found = {(row[0], row[1]): row[-1] for row in pairs}
    assert found["a0", "b0"] == "suffixes"
    assert found["a7", "b7"] is None


def test_switched_off_nothing_is_scored_and_no_link_is_read(con: duckdb.DuckDBPyConnection) -> None:
    assert scored(con, is_on=False) == ([], [])
    assert [name for name, *_ in con.table("int_identity__match_pairs").description][-1] == "refused_by"
