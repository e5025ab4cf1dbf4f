"""The raw tables as dbt creates them are those that the loader fills: one list a side, the same on both."""

from pathlib import Path

from contactable.warehouse.raw_tables import RAW_TABLES
from support.scratch_warehouse import ScratchWarehouse


def test_dbt_and_the_loader_create_the_same_tables(tmp_path: Path) -> None:
    warehouse = ScratchWarehouse(tmp_path)
    warehouse.create()
    created: dict[str, list[tuple[str, str]]] = {}
    for row in warehouse.rows(
        "select table_name as name, column_name as field, lower(data_type) as type"
        " from information_schema.columns where table_schema = 'raw' order by table_name, ordinal_position"
    ):
        created.setdefault(row["name"], []).append((row["field"], row["type"]))
    assert created == {
        name: [(column.name, column.type) for column in columns] for name, columns in RAW_TABLES.items()
    }
