"""Settings for the models: one row a value, replaced as a whole."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from contactable.warehouse.raw_tables import create_raw_tables
from contactable.warehouse.settings import write_settings


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as made:
        create_raw_tables(made)
        yield made


def rows(con: DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("select * from raw.settings order by setting, position").fetchall()


def test_one_row_a_value_in_order_as_json(con: DuckDBPyConnection) -> None:
    write_settings(
        con,
        {
            "bigdbm.keywords": ["zebra fencing", 'the "best" tea'],
            "bigdbm.window_days": [7],
            "contactbased.feeds": [],
            "exactbuyer.required_fields": [["phone", "email"]],
            "leadpipe.queries": [{"name": "q", "topicIds": [1, 2]}],
            "bigdbm.validator_id": [None],
        },
    )

    assert rows(con) == [
        ("bigdbm.keywords", 0, '"zebra fencing"'),
        ("bigdbm.keywords", 1, '"the \\"best\\" tea"'),
        ("bigdbm.validator_id", 0, "null"),
        ("bigdbm.window_days", 0, "7"),
        ("exactbuyer.required_fields", 0, '["phone","email"]'),
        ("leadpipe.queries", 0, '{"name":"q","topicIds":[1,2]}'),
    ]


def test_settings_are_replaced_as_a_whole(con: DuckDBPyConnection) -> None:
    write_settings(con, {"a": [1], "b": [2]})
    write_settings(con, {"b": [3]})
    assert rows(con) == [("b", 0, "3")]

    write_settings(con, {})
    assert rows(con) == []


@pytest.mark.parametrize("value", ["tea", b"tea", {"name": "tea"}])
def test_a_bare_value_is_not_taken_for_its_letters(con: DuckDBPyConnection, value: Any) -> None:
    write_settings(con, {"a": [1]})

    with pytest.raises(TypeError, match=r"bigdbm\.keywords"):
        write_settings(con, {"bigdbm.keywords": value})

    assert rows(con) == [("a", 0, "1")]
