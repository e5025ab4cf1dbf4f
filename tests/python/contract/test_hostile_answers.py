"""Every stream gets every kind of odd body: the build succeeds, and the books of staging still close."""

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from contactable.vendors.contactbased import BUNDLES
from support.scratch_warehouse import PROJECT, ScratchWarehouse, asked

#: Bodies that are odd whatever the stream.
BODIES = [
    "", " \n", "null", "true", "1", '"text"', "[]", "[[]]", "[null]", "{}", "NaN", "{", '{"a":', "\ufeff{}",
    "{} {}",
    "<html></html>", "not json", "[" * 300 + "]" * 300, '{"a":1,"a":2}', '{"":""}', "\u0000", '{"x":"\\u0000"}',
    '{"x":"\\ud800"}', '{"x":1e999}', '{"x":123456789012345678901234567890}', '{"status":{"success":1}}',
    '{"status":["success"]}', '{"status":null}', '{"meta":"text"}', '{"meta":{"status":{}}}',
]  # fmt: skip
#: What may sit where the records are expected.
VALUES: list[Any] = [
    None, True, 1, "text", "", [], {}, [None], [[]], [[{}]], [1, "a", None, {}], [{}], [{"": None}], {"a": 1},
    {"one@example.com": None}, {"one@example.com": "x"}, {"one@example.com": [None, 1, "x", [], {}]},
    {"ONE@example.com ": [{}]}, {"two": {"three": []}}, [{"email": []}, {"email": {"x": 1}, "status": "10"}],
    [{"contact_id": 1, "found": "perhaps", "data": [1]}],
    [{"value": "one@example.com", "enriched_contact": "text"}],
    [{"hem": {"x": 1}, "signal_date": "2026-02-30", "confidence": "NaN", "signal_count": 1e300}],
    [{"hem": "é", "intentScore": "many", "topicId": 1.5, "emailHashes": "text"}],
    [{"contact_id": "one@example.com", "data": {"emails": {"x": 1}, "phones": "text", "first_name": ["x"]}}],
    [{"value": "one@example.com", "enriched_contact": {
        "phone_numbers": [None, 1, "x", {"E164": []}], "social_profiles": {"x": 1}, "location": "x",
        "employment": ["x"], "education": [{"school": "x"}], "experiences": [None], "work_emails": {"x": 1},
    }}],
    {"one@example.com": [{"Email_Array": {"x": 1}, "Email": 5, "Phone": [None, {}], "Age": "-", "Zip": 22101}]},
]  # fmt: skip


def streams() -> list[tuple[str, str, str | None]]:
    """Every stream with a base model, its endpoints where they matter, and the key its records sit under."""
    found = []
    for model in sorted((PROJECT / "models" / "staging").rglob("base_*.sql")):
        text = model.read_text(encoding="utf-8")
        path = re.search(r"path='(\w+)'", text)
        stream = model.stem.removeprefix("base_")
        bundles = BUNDLES if stream == "contactbased__enrichments" else ()
        endpoints = ["endpoint", *(f"enrich_{bundle.replace('-', '_')}" for bundle in bundles)]
        found += [(stream, endpoint, path[1] if path else None) for endpoint in endpoints]
    return found


def bodies(path: str | None) -> list[str]:
    placed = [{path: value} for value in VALUES] if path else VALUES
    return [*BODIES, *(json.dumps(body) for body in placed)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    warehouse = ScratchWarehouse(tmp_path_factory.mktemp("hostile"))
    warehouse.create()
    subjects = [asked("email", "one@example.com"), asked("email", "one@example.com", "two@example.com"), []]
    rows = [
        (stream, endpoint, body, these, status)
        for stream, endpoint, path in streams()
        for body, these, status in product(bodies(path), subjects, (200,))
    ]
    rows += [
        (stream, endpoint, "{}", subjects[0], status)
        for stream, endpoint, _ in streams()
        for status in (201, 202, 204, 302, 404)
    ]
    warehouse.land_many(rows)
    warehouse.dbt(
        "build",
        "--exclude-resource-type", "unit_test", "--indirect-selection",
        "buildable",
        "--select",
        "path:models/staging",
        "+record_conservation",
        "+schema_drift",
    )  # fmt: skip
    return warehouse


def test_every_answer_left_a_row_and_every_record_is_in_the_books(house: ScratchWarehouse) -> None:
    books = house.rows("select * from marts.record_conservation")
    wrong = [
        row["stream"]
        for row in books
        if row["landed"] != row["staged"] + row["quarantined"] + row["duplicates"]
        or row["answers_received"] != row["answers_accounted"]
    ]
    assert wrong == []
    assert min(row["answers_received"] for row in books) > 150
    assert len(books) == len(streams())


def test_every_staging_model_can_be_read_to_the_last_column(house: ScratchWarehouse) -> None:
    models = house.rows(
        "select table_name as name from information_schema.tables"
        " where table_schema = 'staging' and table_name like 'stg_%'"
    )
    for model in models:
        house.rows(f"select * from staging.{model['name']}")
    assert Path(house.path).exists()
