"""Identity through dbt itself: a resolve of what is new, and keys that outlive a full refresh."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from contactable.warehouse.load import load
from contactable.warehouse.raw_tables import RAW_TABLES
from support.scratch_warehouse import ScratchWarehouse
from support.sealed_home import SealedHome

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


#: What stands on the answers about one person, state and histories of resolves left out.
GROWN = (
    "staging.base_bigdbm__consumer_profiles", "intermediate.int_contacts__profiles",
    "intermediate.int_contacts__email_addresses", "intermediate.int_identity__identifiers",
    "intermediate.int_identity__evidence", "intermediate.int_identity__names", "intermediate.int_identity__links",
    "intermediate.int_identity__invalid_identifiers", "intermediate.int_identity__cuts",
    "intermediate.int_identity__clusters",
)  # fmt: skip


def test_what_a_replay_changed_is_made_anew_by_the_next_build(tmp_path: Path) -> None:
    """A segment's content changes, one goes, and comes back: each time the tables are those of a full refresh."""
    home, warehouse = SealedHome(tmp_path), ScratchWarehouse(tmp_path)
    for name, title in (("ada", "Nurse"), ("bob", "Clerk"), ("eve", "Judge")):
        person = {"Id": name, "First_Name": name.title(), "Last_Name": "Roe", "Email": f"{name}@example.com"}
        body = {"status": "success", "returnData": {f"{name}@example.com": [{**person, "Occupation": title}]}}
        home.answer(name, "bigdbm__consumer_profiles", json.dumps(body))
    home.seal(max_answers=1)
    load(home.root)
    warehouse.dbt("seed")
    warehouse.dbt("run", "--select", "+int_identity__clusters")
    assert people(warehouse) == {"Ada", "Bob", "Eve"}

    changed, gone, _ = sorted(home.files(), key=lambda path: pq.read_table(path)["request_id"][0].as_py())
    rewrite(changed, "Nurse", "Baker")  # nobody is another person: identity would take it for what it knows
    away = gone.with_suffix(".away")
    gone.rename(away)
    warehouse.release()
    load(home.root, replay=True)
    again(warehouse)
    titles = [
        row["record"] for row in warehouse.rows(f"select record from {GROWN[0]} where segment = '{changed.stem}'")
    ]
    assert len(titles) == 1
    assert "Baker" in titles[0]
    assert people(warehouse) == {"Ada", "Eve"}
    records = "select record_id from intermediate.int_identity__evidence except select record_id from " + GROWN[0]
    assert warehouse.rows(records) == [], "evidence points at records that there are"

    away.rename(gone)
    warehouse.release()
    load(home.root)  # one segment, as after a restore
    again(warehouse)
    grown = {table: content(warehouse, table) for table in GROWN}
    assert people(warehouse) == {"Ada", "Bob", "Eve"}
    again(warehouse, "--full-refresh")
    assert {table: content(warehouse, table) for table in GROWN} == grown


def rewrite(path: Path, old: str, new: str) -> None:
    table = pq.read_table(path)
    bodies = [body.replace(old, new) for body in table["body"].to_pylist()]
    place = table.schema.get_field_index("body")
    pq.write_table(table.set_column(place, table.schema.field(place), [bodies]), path)


def again(warehouse: ScratchWarehouse, *options: str) -> None:
    """Build what stands on the answers; everything else is as it was."""
    warehouse.dbt("run", *options, "--select", "base_bigdbm__consumer_profiles+,+int_identity__clusters")


def people(warehouse: ScratchWarehouse) -> set[str]:
    rows = warehouse.rows(
        "select distinct names.first_name_key as name from intermediate.int_identity__names as names"
        " inner join intermediate.int_identity__clusters as clusters on names.evidence_id = clusters.evidence_id"
    )
    return {row["name"].title() for row in rows}


def content(warehouse: ScratchWarehouse, table: str) -> list[dict[str, Any]]:
    return warehouse.rows(f"select * from {table} order by all")
