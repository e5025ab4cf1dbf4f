"""The raw tables as the loader makes them are the sources that models read."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from contactable.vendors import ENDPOINTS
from contactable.vendors.contactbased import BUNDLES
from contactable.warehouse.raw_tables import (
    FORMER_STREAMS,
    INTERNAL_TABLES,
    RAW_TABLES,
    STREAMS,
    create_raw_tables,
    stream_tables,
)

PROJECT = Path(__file__).parents[4]


def sources() -> dict[str, list[str]]:
    """Columns by raw table, from every ``_*sources.yml``."""
    found: dict[str, list[str]] = {}
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            assert source["schema"] == "raw"
            table: dict[str, Any]
            for table in source["tables"]:
                found[table.get("identifier", table["name"])] = [column["name"] for column in table["columns"]]
    return found


def test_every_source_is_a_raw_table_and_the_reverse() -> None:
    assert sources() == {name: [column.name for column in columns] for name, columns in RAW_TABLES.items()}


@pytest.mark.parametrize("vendor", STREAMS)
def test_a_vendors_streams_are_its_sources(vendor: str) -> None:
    path = PROJECT / "models" / "staging" / vendor / f"_{vendor}__sources.yml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]

    assert (source["name"], {table["name"] for table in source["tables"]}) == (vendor, set(STREAMS[vendor]))


def test_the_one_list_of_streams_is_what_models_and_endpoints_have() -> None:
    listed = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["streams"]
    staging = PROJECT / "models" / "staging"
    bases = {path.stem.removeprefix("base_") for path in staging.glob("*/base/*.sql")}
    assert bases == set(stream_tables())
    for vendor, streams in listed.items():
        for stream, facts in streams.items():
            assert set(facts) <= {"has_misses", "staged_in", "bundles"}
            for model in facts.get("staged_in", [stream]):
                assert (staging / vendor / f"stg_{vendor}__{model}.sql").is_file()
    assert {f"{endpoint.vendor}__{endpoint.stream}" for endpoint in ENDPOINTS.values()} == set(stream_tables())
    bundles = [bundle.replace("-", "_") for bundle in BUNDLES]
    assert listed["contactbased"]["enrichments"]["bundles"] == bundles
    assert set(FORMER_STREAMS) == {f"contactbased__{bundle}" for bundle in bundles}


def test_creating_the_tables_again_changes_nothing() -> None:
    with duckdb.connect() as con:
        create_raw_tables(con)
        con.execute("insert into raw.settings values ('clock.now', 0, 'null')")
        create_raw_tables(con)

        assert con.execute("select count(*) from raw.settings").fetchone() == (1,)
        tables = {name for (name,) in con.execute("select table_name from information_schema.tables").fetchall()}
    assert tables == {*RAW_TABLES, *INTERNAL_TABLES}
    assert len(stream_tables()) == len(set(stream_tables())) == 32


def test_a_warehouse_of_an_older_version_gains_the_new_columns_and_reads_the_journal_anew() -> None:
    con = duckdb.connect()
    create_raw_tables(con)
    con.execute("alter table raw.journal_asked drop column subject_key")
    con.execute("insert into raw.journal_sync values ('asked', 7, now()), ('requests', 9, now())")
    create_raw_tables(con)
    described = con.execute("select column_name from (describe raw.journal_asked)").fetchall()
    assert ("subject_key",) in described
    assert con.execute("select journal_table from raw.journal_sync").fetchall() == [("requests",)]
