"""Worklists are handed over as they are: every row, in order, in bounded memory."""

import os
import stat
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from contactable.warehouse.errors import WorklistMissingError
from contactable.warehouse.worklists import (
    DueQuestion,
    WorklistSummary,
    copy_worklist,
    read_worklist,
    summarise_worklist,
)

OPQL = ("worklist_validation", "bigdbm.opql")


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("create schema worklists")
        made.execute(
            """
            create table worklists.worklist_validation (
                endpoint varchar, question_key varchar, subject_key varchar, subject_type varchar,
                subject_value varchar, options varchar, reason varchar, priority integer, credits_quoted double,
                last_asked_at timestamp
            )
            """
        )
        made.execute(
            """
            insert into worklists.worklist_validation values
            ('bigdbm.opql', 'k3', 's3', 'phone', '2025550103', '{}', 'expired', 2, 0.5, '2026-01-02 03:04:05'),
            ('bigdbm.opql', 'k2', 's2', 'phone', '2025550102', '{}', 'never asked', 1, 1.0, null),
            ('bigdbm.opql', 'k1', 's1', 'phone', '2025550101', '{"a":1}', 'never asked', 2, 1.0, null),
            ('bigdbm.email_batch', 'k4', 's4', 'email', 'ann@example.com', '{}', 'never asked', 1, 1.0, null)
            """
        )
        yield made


def copied(con: DuckDBPyConnection, folder: Path) -> list[DueQuestion]:
    copy_worklist(con, *OPQL, folder / "it's {here}.parquet")
    return list(read_worklist(folder / "it's {here}.parquet"))


def test_rows_come_whole_and_in_the_order_of_buying(con: DuckDBPyConnection, tmp_path: Path) -> None:
    asked_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert copied(con, tmp_path) == [
        DueQuestion("k2", "s2", "phone", "2025550102", "{}", "never asked", 1.0, None),
        DueQuestion("k1", "s1", "phone", "2025550101", '{"a":1}', "never asked", 1.0, None),
        DueQuestion("k3", "s3", "phone", "2025550103", "{}", "expired", 0.5, asked_at),
    ]


def test_a_plan_is_a_count_and_a_sum(con: DuckDBPyConnection, tmp_path: Path) -> None:
    assert summarise_worklist(con, *OPQL) == WorklistSummary(3, 2.5)

    con.execute("delete from worklists.worklist_validation")
    assert summarise_worklist(con, *OPQL) == WorklistSummary(0, 0.0)
    assert copied(con, tmp_path) == []


def test_a_copy_is_its_owners_only_and_outlives_a_change_of_the_worklist(
    con: DuckDBPyConnection, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        copy_worklist(con, *OPQL, tmp_path / "copy")
    finally:
        os.umask(before)
    rows = read_worklist(tmp_path / "copy")
    con.execute("delete from worklists.worklist_validation")

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert [row.question_key for row in rows] == ["k2", "k1", "k3"]


def test_a_worklist_that_was_not_built_says_how_to_build_it(con: DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(WorklistMissingError, match=r"worklist_enrichment.*contactable plan"):
        summarise_worklist(con, "worklist_enrichment", "bigdbm.consumer_email")
    with pytest.raises(WorklistMissingError, match=r"worklist_enrichment.*contactable plan"):
        copy_worklist(con, "worklist_enrichment", "bigdbm.consumer_email", tmp_path / "copy")


def test_a_long_worklist_is_not_held_in_memory(con: DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(
        "insert into worklists.worklist_validation "
        "select 'bigdbm.opql', md5(n::varchar), md5(n::varchar), 'phone', repeat('x', 1000), '{}', "
        "'never asked', 1, 1.0, null "
        "from range(100000) numbers(n)"
    )
    copy_worklist(con, *OPQL, tmp_path / "copy")

    pa.default_memory_pool().release_unused()
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    most = 0
    read = 0
    for _ in read_worklist(tmp_path / "copy"):
        read += 1
        most = max(most, pa.total_allocated_bytes() - before)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == 100_003
    assert peak + most < 50_000_000  # of 100 MB and more
