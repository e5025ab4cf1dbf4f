"""Which models are up to date: built before, and nothing that they read has changed since.

Every seed and model has a state: a hash of the project's files, of the run's clock where it reads it, and of the
states of what it stands on, down to the contents of the raw tables. A table is up to date while the state under
which it was built last is its state now; a view and a seed while the project's files are the same. A data test
need not run again while what it tests is as it was when the test passed. ``raw.built_models`` keeps the states. It
holds for the last dbt command that we ran: after any other one, or one that was killed, it is void and everything
is built again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

import duckdb
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction

#: What people give and a model may never be held against; the other raw tables are answers and their books.
_INPUTS = ("raw.first_party", "raw.settings", "raw.suppressions")


@dataclass(frozen=True, slots=True)
class Node:
    """A seed, a model, a data test or a raw table. ``schema`` and ``table``: where it stands in the warehouse.

    ``is_held``: may be held against answers that come in during a run (tag ``once_a_run``).
    """

    name: str
    kind: str  # seed, model, test, source
    schema: str
    table: str
    is_view: bool = False
    reads_clock: bool = False
    is_held: bool = False
    parents: tuple[str, ...] = ()


#: Nodes by name. Names are unique over seeds and models; raw tables are called ``raw.<table>``.
Graph = Mapping[str, Node]


def states(
    graph: Graph,
    versions: Mapping[str, str],
    *,
    definition: str,
    clock: str,
    held_at: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The state of every node now.

    Args:
        versions: contents of the raw tables, by node name.
        definition: hash of the project's files.
        clock: the moment from which the models reason.
        held_at: versions of the raw tables at the moment since which models tagged ``once_a_run`` are held: what
            came in since counts for them only where it is a list, a setting or a suppression.
    """
    order = list(TopologicalSorter({name: node.parents for name, node in graph.items()}).static_order())

    def follow(of_tables: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in order:
            node = graph[name]
            if name in given:
                found[name] = given[name]
            elif node.kind == "source":
                found[name] = of_tables[name]
            else:
                parents = (found[parent] for parent in sorted(node.parents))
                found[name] = digest(definition, name, clock if node.reads_clock else "", *parents)
        return found

    if held_at is None:
        return follow(versions, {})
    then = follow({**held_at, **{name: versions[name] for name in _INPUTS}}, {})
    return follow(versions, {name: then[name] for name, node in graph.items() if node.is_held})


def required(graph: Graph, state: Mapping[str, str], *, definition: str) -> dict[str, str]:
    """The state under which each seed and model must have been built, and each test have passed: views and seeds
    hold no data of others."""
    return {
        name: digest(definition, name) if node.is_view or node.kind == "seed" else state[name]
        for name, node in graph.items()
        if node.kind != "source"
    }


def stale(graph: Graph, wanted: Iterable[str], needed: Mapping[str, str], built: Mapping[str, str]) -> list[str]:
    """``wanted`` and what they stand on, as far as it is not up to date; sorted by name."""
    pending, seen = list(wanted), set[str]()
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += graph[name].parents
    return sorted(name for name in seen & needed.keys() if built.get(name) != needed[name])


def digest(*parts: str) -> str:
    """One hash of several texts, in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# ---------------------------------------------------------------------- what the warehouse knows


def table_versions(con: DuckDBPyConnection, graph: Graph) -> dict[str, str]:
    """The contents of every raw table as a short text.

    A stream's table is what the ledger of loaded segments says; of the others, all rows are hashed (60 ms for
    2,000 people). The clock is no content: it moves with every run, and only models that read it look at it.
    """
    segments = dict(
        con.execute(
            "select stream, count(*) || ':' || sum(hash(segment, sha256, loaded_at)) from raw.segments "
            "group by stream"
        ).fetchall()
    )
    streams = {
        name
        for (name,) in con.execute(
            "select table_name from duckdb_columns() where schema_name = 'raw' and column_name = 'subjects'"
        ).fetchall()
    }
    versions = {}
    for name, node in graph.items():
        if node.kind != "source":
            continue
        if node.table in streams:
            versions[name] = segments.get(node.table, "")
            continue
        where = "where setting <> 'clock.now'" if node.table == "settings" else ""
        rows = con.execute(
            f'select count(*), sum(hash(t)) from "{node.schema}"."{node.table}" as t {where}'  # noqa: S608
        ).fetchone()
        versions[name] = str(rows)
    return versions


def read_built(con: DuckDBPyConnection, graph: Graph) -> dict[str, str]:
    """The states of what stands as we left it; nothing where another dbt command came after ours."""
    try:
        rows = con.execute(
            "select name, state, row_count from raw.built_models "
            "where build_id = (select build_id from raw.candidate where finished_at is not null)"
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    counts = _row_counts(con, graph)
    return {
        name: state
        for name, state, row_count in rows
        if name in graph and name in counts and counts[name] == row_count
    }


def record_built(con: DuckDBPyConnection, graph: Graph, built: Mapping[str, str]) -> None:
    """Keep ``built``, every state that holds after our last dbt command."""
    counts = _row_counts(con, graph)
    rows = [(name, state, counts[name]) for name, state in sorted(built.items()) if name in counts]
    with transaction(con):
        con.execute(
            "create or replace table raw.built_models "
            "(name varchar, state varchar, row_count bigint, build_id varchar)"
        )
        if rows:
            con.executemany("insert into raw.built_models select ?, ?, ?, build_id from raw.candidate", rows)


def forget_built(con: DuckDBPyConnection) -> None:
    """Everything is to be built again: tables were changed that only dbt should change."""
    con.execute("drop table if exists raw.built_models")


def _row_counts(con: DuckDBPyConnection, graph: Graph) -> dict[str, int]:
    """Rows of each table that exists; 0 for a view or a test. A table that was emptied is not what was built."""
    there = set(
        con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        + con.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
    )
    nodes = [
        node for node in graph.values() if node.kind in ("seed", "model") and (node.schema, node.table) in there
    ]
    counted = " union all ".join(
        f'select \'{node.name}\', count(*) from "{node.schema}"."{node.table}"'  # noqa: S608 - our own names
        for node in nodes
        if not node.is_view
    )
    views = {node.name: 0 for node in nodes if node.is_view}
    views |= {node.name: 0 for node in graph.values() if node.kind == "test"}
    return views | dict(con.execute(counted).fetchall() if counted else [])
