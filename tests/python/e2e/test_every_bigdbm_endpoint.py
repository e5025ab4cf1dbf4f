"""Every BIGDBM endpoint switched on, an account-specific output, a list that holds every kind of identifier."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from contactable.sandbox.identifiers import employer_ip
from contactable.settings.waterfall import ATTRIBUTES
from contactable.vendors import ENDPOINTS
from support.command_line import contactable, quick_settings
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e

ASKED = [key for key, endpoint in ENDPOINTS.items() if endpoint.vendor == "bigdbm" and endpoint.worklist]
#: Asked when a profile is half a year old, and where PII with Validation does not ask the same better.
NOT_DUE = {"bigdbm.consumer_id", "bigdbm.consumer_pii"}
AUDIENCES = ("consumer", "b2b", "property", "healthcare")


def write_list(sandbox: SandboxServer, path: Path) -> None:
    """Forty people of the sandbox's world, each with everything a list may tell."""
    homes = {row["household"]: row for row in sandbox.truth("households")}
    employers = {row["employer"]: row for row in sandbox.truth("employers")}
    rows: list[dict[str, Any]] = []
    for person in sandbox.truth("people")[:40]:
        home, employer = homes[person["household"]], employers.get(person["employer"])
        rows.append(
            {
                "external_id": f"L{person['person']}",
                "email": (person["work_email"] if person["person"] % 3 else None) or person["personal_email"],
                "phone": person["mobile"],
                "linkedin_url": person["linkedin_slug"] and f"linkedin.com/in/{person['linkedin_slug']}",
                "first_name": person["first_name"],
                "last_name": person["last_name"],
                **{name: home[name] for name in ("address", "city", "state", "zip")},
                "company_domain": employer and employer["domain"],
                "maid": person["maid"],
                "ip": employer_ip(person["employer"]) if employer and person["person"] % 2 else person["ip"],
                "vin": person["vin"],
            }
        )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def warehouse(
    sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One run; its second round asks about the ZIP+4s that the profiles of the first told.

    No BIGDBM endpoint stands in an order here, so that each is asked about whomever it takes: who is asked after
    whom is the waterfall's own test.
    """
    folder = tmp_path_factory.mktemp("every")
    write_list(sandbox, folder / "list.csv")
    settings: dict[str, Any] = {
        **{name: quick_settings()[name] for name in ("limits", "http")},
        "first_party": str(folder / "list.csv"),
        "bigdbm": {
            "keywords": ["audi", "mortgage refinance", "electric vehicle"],
            "window_days": 90,
            "output_id": 10026,
            "audiences": [{"name": kind, "audience_type": kind, "max_records": 120} for kind in AUDIENCES],
        },
        "endpoints": {key: {"enabled": True} for key in ASKED},
        "waterfall": {name: {"order": ["exactbuyer.bulk_enrich"]} for name in ATTRIBUTES},
    }
    (folder / "contactable.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    ours = {n: value for n, value in sandbox.variables.items() if n.startswith(("BIGDBM_", "CONTACTABLE_"))}
    place = ("--home", folder / "home", "--config", folder / "contactable.yml")
    finished = contactable("run", *place, variables=ours)
    assert finished.code == 0, finished.out
    with duckdb.connect(str(folder / "home" / "warehouse.duckdb"), read_only=True) as con:
        yield con


def number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0] or 0)


@pytest.mark.parametrize("endpoint", ASKED)
def test_an_endpoint_is_asked_and_answered(warehouse: duckdb.DuckDBPyConnection, endpoint: str) -> None:
    asked = number(
        warehouse,
        f"select count(*) from raw.journal_asked where endpoint = '{endpoint}' and state = 'settled'",
    )
    assert (asked > 0) == (endpoint not in NOT_DUE)


@pytest.mark.parametrize("stream", sorted({ENDPOINTS[key].stream for key in ASKED} | {"audiences"}))
def test_a_stream_lands_is_staged_and_loses_nothing(warehouse: duckdb.DuckDBPyConnection, stream: str) -> None:
    [books] = warehouse.execute(
        """select staged, quarantined, landed - staged - quarantined - duplicates
        from marts.record_conservation where vendor = 'bigdbm' and stream = ?""",
        [stream],
    ).fetchall()
    assert books[0] > 0
    assert books[1:] == (0, 0)


def test_the_accounts_own_output_maps_and_keeps_the_rest(warehouse: duckdb.DuckDBPyConnection) -> None:
    told = "from staging.stg_bigdbm__consumer_profiles where is_match"
    assert number(warehouse, f"select count(*) - count(zip4) {told}") == 0
    assert number(warehouse, f"select count(birth_year) {told}") > 0
    kept = "select count(*) from staging.base_bigdbm__consumer_profiles where record like '%Cooking_Affinity%'"
    assert number(warehouse, kept) > 0
    drift = "select count(*) from marts.schema_drift where stream = 'consumer_profiles' and key_name = 'DMA'"
    assert number(warehouse, drift) == 1


def test_the_marts_show_what_was_bought(warehouse: duckdb.DuckDBPyConnection) -> None:
    shown = {
        "an age band": "select count(age_range) from marts.contacts",
        "a neighbourhood with people": "select count(*) from marts.zip4_insights where contact_count > 0",
        "a judged address": "select count(validation_score) from marts.contact_attributes",
        "a home's value": "select count(*) from marts.contact_attributes where attribute = 'home_value'",
        "an estimate": "select count(*) from marts.vendor_scorecard where estimated_match_rate > 0.5",
        "colleagues": "select max(contact_count) - 1 from marts.companies",
    }
    assert [name for name, sql in shown.items() if number(warehouse, sql) == 0] == []


def test_providers_are_no_consumers(warehouse: duckdb.DuckDBPyConnection) -> None:
    members = "select count(*) from marts.audience_members where audience_type = 'healthcare'"
    assert number(warehouse, members) > 0
    assert number(warehouse, f"{members} and contact_key is not null") == 0
    others = "select count(*) from marts.audience_members where audience_type <> 'healthcare'"
    assert number(warehouse, f"{others} and contact_key is null") == 0


def test_no_two_people_became_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Households, companies, IPs and streets bring many people; a vendor's id tells them apart."""
    merged = """select count(*) from (
        select contact_key from marts.contact_identifiers where identifier_type = 'bigdbm_id'
        group by contact_key having count(distinct identifier_value) > 1)"""
    assert number(warehouse, merged) == 0
    found = """select count(distinct ours.contact_key) from marts.contact_identifiers as ours
        inner join marts.contact_identifiers as theirs on ours.contact_key = theirs.contact_key
        where ours.identifier_type = 'first_party_id' and theirs.identifier_type = 'bigdbm_id'"""
    assert number(warehouse, found) > 20
