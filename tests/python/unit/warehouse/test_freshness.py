"""What is built again and what stands: over graphs, and over what the warehouse remembers."""

from collections.abc import Iterator, Mapping

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given
from hypothesis import strategies as st

from contactable.warehouse.freshness import (
    Node,
    forget_built,
    read_built,
    record_built,
    required,
    stale,
    states,
    table_versions,
)


def node(name: str, *parents: str, **more: bool) -> Node:
    return Node(name, "model", "main", name, parents=parents, **more)


def source(table: str) -> Node:
    return Node(f"raw.{table}", "source", "raw", table)


#: answers -> base -> view -> people (held) -> worklist; the list goes into people, a seed into the worklist, which
#: reads the clock.
GRAPH = {
    one.name: one
    for one in (
        source("answers"), source("first_party"), source("settings"), source("suppressions"),
        Node("rules", "seed", "main", "rules"),
        node("base", "raw.answers"),
        node("view", "base", is_view=True),
        node("people", "view", "raw.first_party", is_held=True),
        node("worklist", "people", "view", "rules", reads_clock=True),
        Node("people_have_keys", "test", "main", "people_have_keys", parents=("people",)),
    )
}  # fmt: skip
TABLES = {name: "as it was" for name, one in GRAPH.items() if one.kind == "source"}
EVERYTHING = ["base", "people", "rules", "view", "worklist"]


def needed(
    versions: Mapping[str, str],
    held_at: Mapping[str, str] | None = None,
    *,
    definition: str = "d",
    clock: str = "c",
) -> dict[str, str]:
    state = states(GRAPH, versions, definition=definition, clock=clock, held_at=held_at)
    return required(GRAPH, state, definition=definition)


def again(built: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return stale(GRAPH, ["worklist"], now, built)


def test_what_changed_is_built_again_with_all_that_stands_on_it() -> None:
    built = needed(TABLES)
    answers, ours = {**TABLES, "raw.answers": "new"}, {**TABLES, "raw.first_party": "new"}
    assert again({}, built) == EVERYTHING
    assert again(built, needed(TABLES)) == []
    assert again(built, needed(answers)) == ["base", "people", "worklist"], "a view needs no data of its own"
    assert again(built, needed(ours)) == ["people", "worklist"]
    assert again(built, needed(TABLES, clock="later")) == ["worklist"]
    assert again(built, needed(TABLES, definition="edited")) == EVERYTHING
    assert stale(GRAPH, ["base"], needed(answers), built) == ["base"], "what nobody asked for waits"


def test_a_data_test_runs_again_when_what_it_tests_changed() -> None:
    built = needed(TABLES)
    everything = sorted(built)
    assert stale(GRAPH, everything, built, {}) == everything
    assert stale(GRAPH, everything, needed({**TABLES, "raw.first_party": "new"}), built) == [
        "people", "people_have_keys", "worklist",
    ]  # fmt: skip
    failed = {name: state for name, state in built.items() if name != "people_have_keys"}
    assert stale(GRAPH, everything, built, failed) == ["people_have_keys"]


def test_a_held_model_stands_against_answers_and_not_against_people() -> None:
    built = needed(TABLES)
    answers = {**TABLES, "raw.answers": "new"}
    assert again(built, needed(answers, held_at=TABLES)) == ["base", "worklist"]
    told = {**answers, "raw.first_party": "new"}
    assert again(built, needed(told, held_at=TABLES)) == ["base", "people", "worklist"]
    # In the end nothing is held, and it is built from the answers, too.
    after = {**built, **{name: needed(answers, held_at=TABLES)[name] for name in ("base", "worklist")}}
    assert again(after, needed(answers)) == ["people", "worklist"]


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Node]:
    """Up to twelve models over three raw tables, each standing on earlier ones."""
    found = {one.name: one for one in map(source, ("answers", "first_party", "settings", "suppressions"))}
    for number in range(draw(st.integers(1, 12))):
        parents = draw(st.lists(st.sampled_from(sorted(found)), min_size=1, max_size=4, unique=True))
        found[f"m{number:02}"] = node(f"m{number:02}", *parents, is_view=draw(st.booleans()))
    return found


@given(graphs(), st.sampled_from(sorted(TABLES)))
def test_exactly_what_stands_on_a_changed_table_is_built_again(graph: dict[str, Node], table: str) -> None:
    def now(versions: Mapping[str, str]) -> dict[str, str]:
        return required(graph, states(graph, versions, definition="d", clock="c"), definition="d")

    models = [name for name, one in graph.items() if one.kind == "model"]
    built, wanted = now(TABLES), now({**TABLES, table: "new"})
    reached = {table}
    for name in models:  # parents come before their children
        reached |= {name} if reached & set(graph[name].parents) else set()
    expected = [name for name in sorted(reached & set(models)) if not graph[name].is_view]
    assert stale(graph, models, wanted, built) == expected
    assert stale(graph, models, wanted, built | {name: wanted[name] for name in expected}) == []


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create schema raw")
        made.execute("create table raw.candidate as select 'b1' as build_id, now() as finished_at")
        made.execute("create table base as select 1 as a")
        made.execute("create view view as select * from base")
        yield made


def test_what_was_built_is_remembered_until_somebody_else_changes_it(con: DuckDBPyConnection) -> None:
    passed = {"people_have_keys": "s4"}
    built = {"base": "s1", "view": "s2", "people": "s3", **passed}
    assert read_built(con, GRAPH) == {}
    record_built(con, GRAPH, built)
    assert read_built(con, GRAPH) == {"base": "s1", "view": "s2", **passed}, "people does not exist"

    con.execute("insert into base values (2)")
    assert read_built(con, GRAPH) == {"view": "s2", **passed}
    con.execute("drop view view")
    assert read_built(con, GRAPH) == passed

    record_built(con, GRAPH, built)
    con.execute("update raw.candidate set build_id = 'b2'")
    assert read_built(con, GRAPH) == {}, "another dbt command came after ours"
    record_built(con, GRAPH, built)
    con.execute("update raw.candidate set finished_at = null")
    assert read_built(con, GRAPH) == {}, "it was killed"
    con.execute("update raw.candidate set finished_at = now()")
    forget_built(con)
    assert read_built(con, GRAPH) == {}


def test_a_raw_table_is_known_by_its_rows_and_a_stream_by_its_ledger(con: DuckDBPyConnection) -> None:
    con.execute("create table raw.segments (stream varchar, segment varchar, sha256 varchar, loaded_at timestamp)")
    con.execute("create table raw.answers (subjects varchar, body varchar)")
    con.execute("create table raw.settings (setting varchar, position integer, value varchar)")
    con.execute("create table raw.first_party (email varchar)")
    con.execute("create table raw.suppressions (identifier_hash varchar)")
    seen = [table_versions(con, GRAPH)]
    for change in (
        "insert into raw.segments values ('answers', 's1', 'abc', '2026-11-21')",
        "insert into raw.first_party values ('ann@example.com')",
        "update raw.first_party set email = 'bob@example.com'",
        "insert into raw.settings values ('bigdbm.keywords', 0, 'audi')",
    ):
        con.execute(change)
        seen.append(table_versions(con, GRAPH))
        assert seen[-1] not in seen[:-1], change
    con.execute("insert into raw.settings values ('clock.now', 0, '2026-11-21T04:00:00Z')")
    assert table_versions(con, GRAPH) == seen[-1], "the clock is no content"
