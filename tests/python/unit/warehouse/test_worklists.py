"""Worklists are handed over as they are: every row, in order, in bounded memory."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from contactable.warehouse.errors import WorklistMissingError
from contactable.warehouse.worklists import DueQuestion, WorklistSummary, read_worklist, summarise_worklist


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create schema worklists")
        made.execute(
            """
            create table worklists.worklist_bigdbm_opql (
                endpoint varchar, question_key varchar, subject_key varchar, subject_type varchar,
                subject_value varchar, options varchar, reason varchar, priority integer, credits_quoted double,
                last_asked_at timestamp
            )
            """
        )
        made.execute(
            """
            insert into worklists.worklist_bigdbm_opql values
            ('bigdbm.opql', 'k3', 's3', 'phone', '2025550103', '{}', 'expired', 2, 0.5, '2026-01-02 03:04:05'),
            ('bigdbm.opql', 'k2', 's2', 'phone', '2025550102', '{}', 'never asked', 1, 1.0, null),
            ('bigdbm.opql', 'k1', 's1', 'phone', '2025550101', '{"a":1}', 'never asked', 2, 1.0, null)
            """
        )
        yield made


@pytest.mark.parametrize("batch_rows", [1, 2, 10_000])
def test_rows_come_whole_and_in_the_order_of_buying(con: DuckDBPyConnection, batch_rows: int) -> None:
    asked_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert list(read_worklist(con, "bigdbm.opql", batch_rows=batch_rows)) == [
        DueQuestion("k2", "s2", "phone", "2025550102", "{}", "never asked", 1.0, None),
        DueQuestion("k1", "s1", "phone", "2025550101", '{"a":1}', "never asked", 1.0, None),
        DueQuestion("k3", "s3", "phone", "2025550103", "{}", "expired", 0.5, asked_at),
    ]


def test_a_plan_is_a_count_and_a_sum(con: DuckDBPyConnection) -> None:
    assert summarise_worklist(con, "bigdbm.opql") == WorklistSummary(3, 2.5)

    con.execute("delete from worklists.worklist_bigdbm_opql")
    assert summarise_worklist(con, "bigdbm.opql") == WorklistSummary(0, 0.0)
    assert list(read_worklist(con, "bigdbm.opql")) == []


def test_two_readers_side_by_side_do_not_disturb_each_other(con: DuckDBPyConnection) -> None:
    readers = [read_worklist(con.cursor(), "bigdbm.opql", batch_rows=1) for _ in range(2)]

    pairs = list(zip(*readers, strict=True))

    assert [(left.question_key, right.question_key) for left, right in pairs] == [
        ("k2", "k2"),
        ("k1", "k1"),
        ("k3", "k3"),
    ]


def test_a_worklist_that_was_not_built_says_how_to_build_it(con: DuckDBPyConnection) -> None:
    for ask in (summarise_worklist, lambda *given: list(read_worklist(*given))):
        with pytest.raises(WorklistMissingError, match=r"worklist_bigdbm_email_batch.*contactable plan"):
            ask(con, "bigdbm.email_batch")


def test_a_long_worklist_is_not_held_in_memory(con: DuckDBPyConnection) -> None:
    con.execute(
        "insert into worklists.worklist_bigdbm_opql "
        "select 'bigdbm.opql', md5(n::varchar), md5(n::varchar), 'phone', repeat('x', 1000), '{}', "
        "'never asked', 1, 1.0, null "
        "from range(200000) numbers(n)"
    )
    con.execute("set threads = 1")
    rows = read_worklist(con, "bigdbm.opql", batch_rows=1_000)
    next(rows)
    held = (
        con.cursor()
        .execute("select sum(memory_usage_bytes) from duckdb_memory() where tag in ('COLUMN_DATA', 'ALLOCATOR')")
        .fetchone()
    )

    assert held is not None
    assert held[0] < 50_000_000  # of 200 MB
    assert sum(1 for _ in rows) == 200_002
