"""Every stream gets every kind of odd body and value: all is built from them, and the books of staging close."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
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

#: What may stand in a field of an otherwise good record. Each goes into every field of every stream.
EXTREMES: list[Any] = [
    "9999999999", 2147483647, -2147483648, "9223372036854775807", "99999999999999999999999", 1e300, "1e400",
    "-1", "0", "3.7",
    "infinity", "nan", "0001-01-01", "9999-12-31", "2026-02-30", "1900-01-00", "2026-03-04T05:06:07+02:00",
    "290000000-01-01",
    "?", "--", "***", "N/A", "'", '"', "\u200b", "\ufeff", "=1+1", "x" * 3000, "Ω≈ç√ 李小龍 👩‍👩‍👧",
    "a;b|c/d\ne", "<b>&amp;#0;</b>",
    True, False, [], {}, [1, None, "?"], {"a": [{"b": 1}]}, ["?"], [{"E164": "?", "phone": "--", "email": "@"}],
]  # fmt: skip
#: Fields that make a record somebody's, so that it goes on to the marts with all that is odd in it.
SOMEBODY = (
    "Id",
    "EmployeeID",
    "First_Name",
    "Last_Name",
    "hem",
    "contact_id",
    "email",
    "full_name",
    "first_name",
    "last_name",
)


def streams() -> list[tuple[str, str, str | None]]:
    """Every stream with a base model, its endpoints where they matter, and the key its records sit under."""
    found = []
    for model in sorted((PROJECT / "models" / "staging").rglob("base_*.sql")):
        text = model.read_text(encoding="utf-8")
        path = re.search(r"path='(\w+)'", text)
        stream = model.stem.removeprefix("base_")
        bundles = BUNDLES if stream == "contactbased__enrichments" else ()
        endpoints = [f"enrich_{bundle.replace('-', '_')}" for bundle in bundles] or ["endpoint"]
        found += [(stream, endpoint, path[1] if path else None) for endpoint in endpoints]
    return found


def fields() -> dict[str, list[str]]:
    """The declared fields by vendor."""
    folder = PROJECT / "macros" / "json" / "columns"
    return {
        path.stem: sorted(set(re.findall(r"'(\w+)': '", path.read_text(encoding="utf-8"))))
        for path in folder.glob("*.sql")
    }


def good_but_for(extreme: Any, number: int, names: Sequence[str], *, somebody: bool) -> dict[str, Any]:
    """A record with one value in every field; with ``somebody``, in every field but those that name a person."""
    person = {
        "Id": f"{number}", "EmployeeID": f"{number}", "First_Name": "Ann", "Last_Name": "Lee",
        "first_name": "Ann",
        "last_name": "Lee", "full_name": "Ann Lee", "email": f"ann{number}@example.com",
        "contact_id": f"id_{number:016}",
        "hem": hashlib.md5(f"ann{number}@example.com".encode(), usedforsecurity=False).hexdigest(),
    }  # fmt: skip
    return {name: person[name] if somebody and name in SOMEBODY else extreme for name in names}


def answer_with(record: dict[str, Any], text: str) -> dict[str, Any]:
    """The record where the base model of a stream looks for it, by the model's text."""
    if "shape='single'" in text:
        return record
    place = {
        name: found[1] for name in ("path", "echo", "record_key") if (found := re.search(rf"{name}='(\w+)'", text))
    }
    element: dict[str, Any] = {place["record_key"]: record} if "record_key" in place else dict(record)
    element["found"] = True
    if "echo" in place:
        element[place["echo"]] = "one@example.com"
    return {
        "status": "success",
        "meta": {"status": "ready", "dataDate": "2026-11-20"},
        place["path"]: {"one@example.com": [element]} if "shape='keyed'" in text else [element],
    }


def extreme_answers() -> Iterator[tuple[str, str, str, Any, int]]:
    """One answer for each stream, endpoint and extreme value, with and without a person in it."""
    declared = fields()
    subjects = asked("email", "one@example.com")
    for number, (stream, endpoint, _) in enumerate(streams()):
        vendor = stream.partition("__")[0]
        base = PROJECT / "models" / "staging" / vendor / "base" / f"base_{stream}.sql"
        text = base.read_text(encoding="utf-8")
        for place, (extreme, somebody) in enumerate(product(EXTREMES, (True, False))):
            record = good_but_for(extreme, 1000 * number + place, declared[vendor], somebody=somebody)
            yield stream, endpoint, json.dumps(answer_with(record, text)), subjects, 200


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
    warehouse.land_many([*rows, *extreme_answers()])
    warehouse.dbt("build", "--exclude-resource-type", "unit_test")
    return warehouse


def test_every_answer_left_a_row_and_every_record_is_in_the_books(house: ScratchWarehouse) -> None:
    books = house.rows("select * from marts.record_conservation")
    wrong = [
        row["stream"]
        for row in books
        if row["landed"] != row["staged"] + row["quarantined"] + row["duplicates"]
        or row["answers_received"] != row["answers_accounted"]
        or row["values_given"] != row["values_read"] + row["values_quarantined"]
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


#: What may be cast to a narrow type without `try_`: counts, places in an order, what is bounded, our own settings.
SAFE = re.compile(
    r"count\(|least\(|sum\(case when [^)]*(\([^)]*\))?[^)]* then 1 else 0 end\)$"
    r"|[a-z_.]*(_rank|_priority|_count|place)$|coalesce\([a-z_.]*_count, 0\)$|coalesce\(max\(resolve\), 0\) \+ 1$"
    r"|.*json_text\('(settings[.])?value'"
    # Counts of ours, and facts that were integers or flags before they were claims.
    r"|(agreeing_vendors|carriers|(last_)?names|subjects|sum\(subjects\)|case when attribute = 'birth_year' .*)$"
    r"|(homes\.(household_size|year_built)|winners\.(birth_year|has_children|is_veteran))$"
)
NARROW = re.compile(r"(?:integer|boolean|{{ engine_type\('(?:integer|boolean)'\) }})$")


def casts(sql: str) -> Iterator[tuple[str, str]]:
    """Every plain cast of a text of SQL: what is cast, to which type."""
    for found in re.finditer(r"(?<![a-z_])cast\(", sql):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        expression, _, to = sql[found.end() : end - 1].rpartition(" as ")
        yield " ".join(expression.split()), to.strip()


def test_no_cast_to_a_narrow_type_can_be_broken_by_data() -> None:
    broken = [
        (path.name, expression)
        for path in sorted((PROJECT / "models").rglob("*.sql"))
        for expression, to in casts(re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")))
        if NARROW.match(to) and expression != "null" and not SAFE.match(expression)
    ]
    assert broken == [], "use try_cast, a to_… macro, or least(…, 2147483647)"
