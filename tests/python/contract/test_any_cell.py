"""Lists and answers as people and vendors write them, through the models: one warehouse, one build, many cells."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.warehouse.first_party import load_first_party
from contactable.warehouse.raw_tables import FIRST_PARTY_FIELDS
from support.scratch_warehouse import ScratchWarehouse, asked


def person(name: str, **cells: str) -> dict[str, str]:
    """A row of the list: first and last name, and other fields."""
    first_name, _, last_name = name.partition(" ")
    return {"first_name": first_name, "last_name": last_name, **cells}


#: Rows of the list by a name of their own; what stands before the dot says which rows are looked at together.
LIST: dict[str, dict[str, str]] = {
    # No value is no value.
    "na.1": person(
        "John Smithq", address="N/A", city="N/A", state="N/A", zip="N/A", country="N/A", external_id="N/A"
    ),
    "na.2": person(
        "John Smithq", address="n.a.", city="N / A", state="na", zip="n/a", country="(none)", external_id="n/a"
    ),
    "unknown.1": person("Ann Holder", address="Unknown", zip="Unknown"),
    "unknown.2": person("Bob Carrier", address="Unknown", zip="Unknown"),
    "tbd.1": person(
        "John Smithr", address="TBD", zip="99999", external_id="0", email="john.c@home-x-mail.example"
    ),
    "tbd.2": person("John Smithr", address="TBD", zip="99999", external_id="0"),
    "general.1": person("John Smiths", address="General Delivery", city="Boston", state="MA", zip="02108"),
    "general.2": person("John Smiths", address="GEN. DELIVERY", city="Boston", state="MA", zip="02108"),
    "none": person(
        "Eve Stone",
        email="N/A",
        phone="unknown",
        linkedin_url="none",
        company_name="null",
        company_domain="-",
        maid="nil",
    ),
    "malformed": person("Eve Stonier", email="eve at acme"),
    # Cells of punctuation alone, and words of which no key is left.
    "marks.company": person("Zoe Quill", company_name="?"),
    "marks.address": person("Zoe Quaid", address="***"),
    "marks.address.zip": person("Zoe Quade", address="?", zip="02108"),
    "marks.city": person("Zoe Quoll", city="?", state="--"),
    "marks.last": person("? ...", city="Boston"),
    "marks.title": person("Mr. ", city="Boston"),
    "marks.letters": person("\u02bc Quip", company_name="\u0640\u0640", city="\u0301"),
    # The country of the row counts.
    "india.1": person("Zoe Kaur", phone="9876540131", city="Pune", country="India"),
    "india.2": person("Zoe Kaur", phone="+91 98765 40131", country="IND"),
    "india.3": person("Zoe Kaur", phone="098765 40131", country="+91"),
    "uk.1": person("Ann Reid", phone="442079460126", city="London", country="United Kingdom"),
    "uk.2": person("Ann Reid", phone="020 7946 0126", country="U.K."),
    "nowhere": person("Ann Nowhere", phone="9876540132", city="Fredville", country="Freedonia"),
    "zurich": person("Uli Meier", address="Bahnhofstrasse 1", zip="8001", country="Schweiz"),
    "oslo": person("Ole Ray", address="Karl Johans gate 1", zip="154", country="Norge"),
    "dresden": person("Kai Lang", address="Markt 1", zip="1067", country="Deutschland"),
    "boston": person("Sue Roe", address="1 Elm St", zip="2108", country="United States of America"),
    "silent": person("Sam Roe", address="1 Oak St", zip="2108", phone="212-555-0107"),
}


def profile(person: str, **values: Any) -> dict[str, Any]:
    """A record of BIGDBM's consumer file."""
    return {"Id": person, "First_Name": "Alex", "Last_Name": person.title(), **values}


#: Records of vendors by a name of their own.
BOUGHT = {
    "zeroone": profile("zeroone", Id="0", Address="?", City="--", Zip="00000", Email="n/a"),
    "zerotwo": profile("zerotwo", Id="N/A", Address="-", State="?", Mobile_Phone_1="212-555-0160"),
}


MODELS = (
    "+contacts",
    "+contact_emails",
    "+contact_phones",
    "+contact_employments",
    "+quarantined_records",
    "+household_members",
    "+int_worklists__subject_evidence",
)


class Built:
    """What became of the cells."""

    def __init__(self, warehouse: ScratchWarehouse) -> None:
        lines = {row["line_number"]: row["row_key"] for row in warehouse.rows("select * from raw.first_party")}
        records = {name: lines[place] for place, name in enumerate(LIST, start=2)}
        found = warehouse.rows(
            "select profiles.record_id, profiles.last_name, clusters.contact_key "
            "from intermediate.int_contacts__profiles as profiles "
            "inner join intermediate.int_identity__clusters as clusters using (evidence_id)"
        )
        people = {row["record_id"]: row["contact_key"] for row in found}
        bought = {(row["last_name"] or "").lower(): row["contact_key"] for row in found}
        self.keys: dict[str, str] = {name: people[key] for name, key in records.items()}
        self.keys |= {name: bought[name] for name in BOUGHT}
        self.contacts = {row["contact_key"]: row for row in warehouse.rows("select * from marts.contacts")}
        self.emails = self._lists(warehouse, "email")
        self.phones = self._lists(warehouse, "phone")
        records_at = {key: line for line, key in lines.items()}
        names = dict(enumerate(LIST, start=2))
        self.refused = Counter(
            (names[row["line_number"]], row["rule"])
            for row in warehouse.rows("select * from marts.quarantined_records where line_number is not null")
        )

        self.asked = Counter(
            names[place]
            for place in (
                records_at[row["evidence_id"]]
                for row in warehouse.rows(
                    "select distinct evidence_id from intermediate.int_worklists__subject_evidence "
                    "where subject_type in ('pii', 'address')"
                )
            )
        )

    def _lists(self, warehouse: ScratchWarehouse, kind: str) -> dict[str, list[str]]:
        rows = warehouse.rows(f"select contact_key, {kind} from marts.contact_{kind}s order by {kind}_rank")
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["contact_key"], []).append(row[kind])
        return found

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        return self.contacts[self.keys[name]]

    def people(self, start: str) -> int:
        """How many people the rows are whose names begin so."""
        return len({key for name, key in self.keys.items() if name.startswith(f"{start}.")})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("cells")
    path = home / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, FIRST_PARTY_FIELDS)
        writer.writeheader()
        writer.writerows(LIST.values())
    warehouse = ScratchWarehouse(home)
    warehouse.dbt("seed")
    warehouse.create()
    warehouse.release()
    load(warehouse.path, path)
    answers = {f"{name}@ask.example": [record] for name, record in BOUGHT.items()}
    body = {"status": "success", "returnData": answers}
    warehouse.land("bigdbm__consumer_profiles", "consumer_email", body, asked("email", *answers))
    options = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    warehouse.dbt("build", *options, "--select", *MODELS)
    return Built(warehouse)


def load(warehouse: Path, path: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        load_first_party(connection, path, now=datetime(2026, 11, 21, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        ("na", 2),
        ("unknown", 2),
        ("tbd", 2),
        ("general", 2),
        ("india", 1),
        ("uk", 1),
    ],
)
def test_rows_are_as_many_people_as_they_are(built: Built, rows: str, people: int) -> None:
    assert built.people(rows) == people


@pytest.mark.parametrize(
    ("row", "values"),
    [
        (
            "na.1",
            {"address": None, "city": None, "state": None, "zip": None, "country": None, "household_key": None},
        ),
        ("unknown.1", {"address": None, "zip": None, "household_key": None}),
        ("general.1", {"address": None, "household_key": None, "city": "Boston"}),
        (
            "none",
            {
                "primary_email": None,
                "primary_phone": None,
                "linkedin": None,
                "company_name": None,
                "company_domain": None,
            },
        ),
        ("malformed", {"primary_email": None}),
        ("marks.company", {"company_name": None, "company_key": None}),
        ("marks.address.zip", {"address": None, "household_key": None, "zip": "02108"}),
        ("marks.city", {"city": None, "state": None}),
        ("marks.letters", {"first_name": None, "company_name": None, "city": None}),
        ("zeroone", {"address": None, "city": None, "zip": None, "primary_email": None}),
        ("zerotwo", {"address": None, "state": None, "primary_phone": "+12125550160"}),
        ("india.1", {"primary_phone": "+919876540131", "country": "IN"}),
        ("uk.1", {"primary_phone": "+442079460126", "country": "GB"}),
        ("nowhere", {"primary_phone": None, "country": "Freedonia"}),
        ("zurich", {"zip": "8001", "country": "CH"}),
        ("oslo", {"zip": "0154", "country": "NO"}),
        ("dresden", {"zip": "01067", "country": "DE"}),
        ("boston", {"zip": "02108", "country": "US"}),
        ("silent", {"zip": "02108", "country": None, "primary_phone": "+12125550107"}),
    ],
)
def test_a_cell_means_what_its_writer_meant(built: Built, row: str, values: Mapping[str, Any]) -> None:
    assert {name: built[row][name] for name in values} == values


def test_nobody_shares_the_id_that_stands_for_none(built: Built) -> None:
    assert built.keys["zeroone"] != built.keys["zerotwo"]


def test_what_cannot_be_used_is_named_and_no_value_is_not(built: Built) -> None:
    assert built.refused == {("malformed", "email_invalid"): 1, ("nowhere", "phone_invalid"): 1}


def test_only_a_zip_is_asked_about_as_one(built: Built) -> None:
    assert built.asked == {"boston": 1, "silent": 1}
