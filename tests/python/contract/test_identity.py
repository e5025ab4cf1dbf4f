"""Identity through dbt itself: a resolve of what is new, and keys that outlive a full refresh."""

from datetime import datetime
from pathlib import Path

from contactable.warehouse.raw_tables import RAW_TABLES
from support.scratch_warehouse import ScratchWarehouse

IDENTITY = ("--select", "+int_identity__clusters", "+contact_keys")


def listed(warehouse: ScratchWarehouse, key: str, day: int, **values: str) -> None:
    """Put a row on the first-party list, loaded on a day."""
    names = [column.name for column in RAW_TABLES["first_party"]][3:-2]
    row = [key, "list.csv", 2, *(values.get(name) for name in names), None, datetime(2026, 11, day)]
    warehouse.insert("first_party", row)


def test_only_what_is_new_is_resolved_and_keys_outlive_a_full_refresh(tmp_path: Path) -> None:
    warehouse = ScratchWarehouse(tmp_path)
    warehouse.dbt("seed")
    warehouse.create()
    listed(warehouse, "a", 1, first_name="Ada", last_name="Roe", email="ada@example.com")
    listed(warehouse, "b", 1, first_name="Ada", last_name="Roe", phone="+12025550100")
    listed(warehouse, "c", 1, first_name="Bob", last_name="Poe", email="bob@example.com")
    warehouse.dbt("run", *IDENTITY)
    before = keys(warehouse)
    assert len(set(before.values())) == 3

    listed(warehouse, "d", 2, first_name="Ada", last_name="Roe", email="ada@example.com", phone="+12025550100")
    warehouse.dbt("run", *IDENTITY)
    after = keys(warehouse)
    assert after["a"] == after["b"] == after["d"]
    assert after["c"] == before["c"]
    assert warehouse.rows(
        "select reason, evidences from intermediate.int_identity__resolves order by resolve"
    ) == [
        {"reason": "tables are missing or made anew", "evidences": 3},
        {"reason": "only new records", "evidences": 3},
    ]
    assert {before["a"], before["b"]} == {
        row["given_key"]
        for row in warehouse.rows(f"select given_key from marts.contact_keys where contact_key = '{after['a']}'")
    }

    warehouse.dbt("run", "--full-refresh", *IDENTITY)
    assert keys(warehouse) == after
    assert warehouse.rows("select count(*) as n from intermediate.int_identity__resolves") == [{"n": 3}]


def keys(warehouse: ScratchWarehouse) -> dict[str, str]:
    """Return the key of every row of the list."""
    rows = warehouse.rows("select evidence_id, contact_key from intermediate.int_identity__clusters")
    return {row["evidence_id"]: row["contact_key"] for row in rows}
