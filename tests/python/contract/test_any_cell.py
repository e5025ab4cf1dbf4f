"""Lists and answers as people and vendors write them, through the models: one warehouse, one build, many cells."""

import csv
import re
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
    # What a program put around a value is none of it.
    "mark.1": person("Zoe Quill", email="a01@acme-one.example", address="51 Elm St", zip="02108"),
    "mark.2": person(
        "'Zoe 'Quill",
        email="'a01@acme-one.example",
        phone="'+12125550101",
        address="51 Elm St",
        zip='="02108"',
        linkedin_url="'https://www.linkedin.com/in/zoe-quill",
        maid="'0AEBD5C4-1111-4222-8333-444455556666",
    ),
    "entity.1": person("Jane O'Neil", address="15 Elm St", zip="02108", company_name="Smith & Sons"),
    "entity.2": person("Jane O&#39;Neil", address="15 Elm St", zip="02108", company_name="Smith &amp; Sons"),
    "latin.1": person("Ren\u00e9 M\u00fcllerq", address="16 Elm St", zip="02108"),
    "latin.2": person("Ren\u00c3\u00a9 M\u00c3\u00bcllerq", address="16 Elm St", zip="02108"),
    "quotes.1": person("Ann Quoteq", address="17 Elm St", zip="02108"),
    "quotes.2": person('\u201cAnn\u201d "Quoteq"', address="\u00a017\u00a0Elm\u200b St", zip="\uff10\uff12108"),
    "smtp": person("Zoe Smtp", email="SMTP:Zoe.Smtp@acme-one.example"),
    "named": person("Jo Doe", email="Jo Doe (a12@acme-one.example)"),
    "twice": person("Eve Ray", email='"a08@acme-one.example" <a08@acme-one.example>'),
    "markdown": person("Kim Ray", email="[a09@acme-one.example](mailto:a09@acme-one.example)"),
    "wide": person("Tom Ray", email="a06\uff20acme-one.example"),
    "escaped": person("Pat O'Brien", email="o&#39;brien@acme-one.example"),
    "semicolon": person("Ida Ray", email="a03@acme-one.example; b03@home-mail.example"),
    "colons": person("Ada Ray", email="a04@acme-one.example ::: b04@home-mail.example"),
    "comma": person("Bob Ray", email="a05@acme-one.example, b05@home-mail.example"),
    "fraction": person("Zoe Float", phone="12125550122.0", zip="2108.0", address="18 Elm St"),
    "power": person("Ann Float", phone="1.2125550121E+10"),
    "lost": person("Eve Float", phone="1.21256E+10"),
    "lost.1": person("Eve Lost", external_id="1.23457E+11", city="Boston"),
    "lost.2": person("Eve Lost", external_id="1.23457E+11", city="Denver"),
    "profiles": person(
        "Zoe Links", linkedin_url="https://www.linkedin.com/in/zoe-l; https://www.linkedin.com/in/zoe-2"
    ),
    "member": person("Zoe Member", linkedin_url="https://www.linkedin.com/in/ACoAAB1c2D3eFgHiJ"),
    # A page is no employer.
    "page.1": person(
        "Maria Garcia", company_name="Shop one", company_domain="https://www.facebook.com/bakery-one"
    ),
    "page.2": person(
        "Maria Garcia", company_name="Shop two", company_domain="https://www.facebook.com/bakery-two"
    ),
    "tree.1": person("Maria Lopez", company_name="Shop one", company_domain="https://linktr.ee/shopone"),
    "tree.2": person("Maria Lopez", company_name="Shop two", company_domain="https://linktr.ee/shoptwo"),
    "maps": person("Bob Maps", company_name="Shop", company_domain="https://www.google.com/maps/place/acme"),
    "shop": person("Bob Etsy", company_name="Shop", company_domain="www.etsy.com/shop/acme"),
    "own": person("Bob Wix", company_name="Shop", company_domain="https://acme.wixsite.com/home"),
    "both": person("Bob Both", company_name="Shop", company_domain="facebook.com/acme; acme.example"),
    # A whole name in one column.
    "whole.1": person("John Doen", address="12 Elm St", zip="02108"),
    "whole.2": {"last_name": "DOEN, JOHN", "address": "12 Elm St", "zip": "02108"},
    "whole.3": {"first_name": "John Doen", "address": "12 Elm St", "zip": "02108"},
    "whole.4": {"full_name": "Doen, John", "address": "12 Elm St", "zip": "02108"},
    "whole.5": {"full_name": "DOEN JOHN", "address": "12 Elm St", "zip": "02108"},
    "degree": {"full_name": "Jane Degree, MD", "email": "jd@acme-two.example"},
    "given": {"first_name": "Mary Ann", "email": "ma@acme-two.example"},
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
    # Last: its line break moves the numbers of the lines behind it.
    "lines": person(
        "Lin Ray", email="a10@acme-one.example\nb10@home-mail.example", phone="2125550171 / 2125550172"
    ),
}


def profile(person: str, **values: Any) -> dict[str, Any]:
    """A record of BIGDBM's consumer file."""
    return {"Id": person, "First_Name": "Alex", "Last_Name": person.title(), **values}


#: Records of vendors by a name of their own.
BOUGHT = {
    "zeroone": profile("zeroone", Id="0", Address="?", City="--", Zip="00000", Email="n/a"),
    "bar": profile("bar", Email_Array=["a@p01.example|b@p01.example"], Mobile_Phone_1="2125550113|2125550114"),
    "semi": profile("semi", Email="a@p02.example;b@p02.example"),
    "json": profile("json", Email_Array='["a@p03.example","b@p03.example"]'),
    "object": profile("object", Email_Array=[{"email": "a@p05.example"}], Mobile_Phone_1=2125550115.0),
    "zerotwo": profile("zerotwo", Id="N/A", Address="-", State="?", Mobile_Phone_1="212-555-0160"),
}


MODELS = (
    "+contacts",
    "+contact_emails",
    "+contact_phones",
    "+contact_employments",
    "+contact_identifiers",
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

        self.profiles: dict[str, set[str]] = {}
        for row in warehouse.rows("select * from marts.contact_identifiers where identifier_type = 'linkedin'"):
            self.profiles.setdefault(row["contact_key"], set()).add(row["identifier_value"])
        self.sent = {
            row["subject_value"]
            for row in warehouse.rows("select subject_value from intermediate.int_worklists__subject_evidence")
        }
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
        ("mark", 1),
        ("entity", 1),
        ("latin", 1),
        ("quotes", 1),
        ("lost", 2),
        ("page", 2),
        ("tree", 2),
        ("whole", 1),
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
        (
            "mark.2",
            {
                "first_name": "Zoe",
                "primary_email": "a01@acme-one.example",
                "zip": "02108",
                "linkedin": "zoe-quill",
            },
        ),
        ("entity.2", {"last_name": "O'Neil", "company_name": "Smith & Sons"}),
        ("latin.2", {"first_name": "Ren\u00e9", "last_name": "M\u00fcllerq"}),
        ("quotes.2", {"first_name": "Ann", "address": "17 Elm St", "zip": "02108"}),
        ("fraction", {"primary_phone": "+12125550122", "zip": "02108"}),
        ("power", {"primary_phone": "+12125550121"}),
        ("lost", {"primary_phone": None}),
        ("page.1", {"company_name": "Shop one", "company_domain": None}),
        ("maps", {"company_domain": None}),
        ("shop", {"company_domain": None}),
        ("own", {"company_domain": "acme.wixsite.com"}),
        ("both", {"company_domain": "acme.example"}),
        ("degree", {"first_name": "Jane", "last_name": "Degree"}),
        ("given", {"first_name": "Mary Ann", "last_name": None}),
        ("member", {"linkedin": "ACoAAB1c2D3eFgHiJ"}),
    ],
)
def test_a_cell_means_what_its_writer_meant(built: Built, row: str, values: Mapping[str, Any]) -> None:
    assert {name: built[row][name] for name in values} == values


@pytest.mark.parametrize(
    ("row", "emails"),
    [
        ("smtp", {"zoe.smtp@acme-one.example"}),
        ("named", {"a12@acme-one.example"}),
        ("twice", {"a08@acme-one.example"}),
        ("markdown", {"a09@acme-one.example"}),
        ("wide", {"a06@acme-one.example"}),
        ("escaped", {"o'brien@acme-one.example"}),
        ("semicolon", {"a03@acme-one.example", "b03@home-mail.example"}),
        ("colons", {"a04@acme-one.example", "b04@home-mail.example"}),
        ("comma", {"a05@acme-one.example", "b05@home-mail.example"}),
        ("lines", {"a10@acme-one.example", "b10@home-mail.example"}),
        ("bar", {"a@p01.example", "b@p01.example"}),
        ("semi", {"a@p02.example", "b@p02.example"}),
        ("json", {"a@p03.example", "b@p03.example"}),
        ("object", {"a@p05.example"}),
    ],
)
def test_every_address_of_a_cell_is_the_persons(built: Built, row: str, emails: set[str]) -> None:
    assert emails <= set(built.emails[built.keys[row]])
    assert all(re.fullmatch(r"[^@\s;|]+@[^@\s;|]+", email) for email in built.emails[built.keys[row]])
    assert built[row]["primary_email"] in built.emails[built.keys[row]]


def test_every_number_and_profile_of_a_cell_is_the_persons(built: Built) -> None:
    assert {"+12125550171", "+12125550172"} == set(built.phones[built.keys["lines"]])
    assert {"+12125550113", "+12125550114"} == set(built.phones[built.keys["bar"]])
    assert built.phones[built.keys["object"]] == ["+12125550115"]
    assert built.profiles[built.keys["profiles"]] == {"zoe-l", "zoe-2"}


def test_a_member_id_is_sent_with_its_capitals(built: Built) -> None:
    assert "linkedin.com/in/ACoAAB1c2D3eFgHiJ" in built.sent


def test_nobody_shares_the_id_that_stands_for_none(built: Built) -> None:
    assert built.keys["zeroone"] != built.keys["zerotwo"]


def test_what_cannot_be_used_is_named_and_no_value_is_not(built: Built) -> None:
    assert built.refused == {
        ("malformed", "email_invalid"): 1,
        ("nowhere", "phone_invalid"): 1,
        ("lost", "phone_digits_lost"): 1,
        ("lost.1", "id_digits_lost"): 1,
        ("lost.2", "id_digits_lost"): 1,
    }


def test_only_a_zip_is_asked_about_as_one(built: Built) -> None:
    assert not built.asked.keys() & {"zurich", "oslo", "dresden"}
    assert built.asked.keys() >= {"boston", "silent"}
