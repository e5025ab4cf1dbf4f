"""BIGDBM GetDataBy: the shared envelope, all 22 calls, several outputs, charges for matches alone."""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from contactable.sandbox import bigdbm
from contactable.sandbox.bigdbm import b2b, bands, records
from contactable.sandbox.identifiers import employer_ip
from contactable.sandbox.vendor import Sandbox
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World
from support.asgi import Client

_DATA, _B2B = "/bigdbm/data-api/GetDataBy/", "/bigdbm/b2b-api/GetDataBy/"

_FIELDS_10008 = (
    "Id", "First_Name", "Last_Name", "Address", "City", "State", "Zip", "NationalConsumerDatabase", "Email_Array",
    "Mobile_Phone_1", "Mobile_Phone_1_DNC", "Mobile_Phone_2", "Mobile_Phone_2_DNC", "Mobile_Phone_3",
    "Mobile_Phone_3_DNC", "Gender", "Age", "Children_HH", "Credit_Range", "Home_Owner", "Income_HH",
    "Net_Worth_HH", "Marital_Status", "Occupation_Detail", "Veteran_HH",
)  # fmt: skip
_FIELDS_B2B = (
    "EmployeeID", "First_Name", "Last_Name", "B2B_Email", "Company_Name", "Company_Website", "Phone1_Employee",
    "Phone1_Company", "Num_Employees", "Sales_Volume", "Year_Founded", "Job_Title", "Level", "Job_Function",
    "Headquarters_Branch", "NAICS_CODE", "LastSeenDate", "LinkedIn", "Address", "City", "State", "Zip5",
)  # fmt: skip


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    vendor = bigdbm.vendor(sandbox)
    return Client(sandbox, [vendor], {"Authorization": f"Bearer {vendor.environment('')['BIGDBM_TOKEN']}"})


@pytest.fixture
def view(world: World) -> VendorView:
    return world.view("bigdbm")


def _ask(client: Client, path: str, *items: Any, **more: Any) -> Any:
    answer = client.post(path, {"RequestId": "r1", "ObjectList": list(items), **more})
    assert answer.status == 200, answer.body
    assert list(answer.json()) == ["requestId", "returnData"]
    assert answer.json()["requestId"] == "r1"
    return answer.json()["returnData"]


def _switch(client: Client, name: str, value: object) -> None:
    client.sandbox.set_switch(client.app.vendors[0], name, value)


def _someone(view: VendorView, **needs: bool) -> int:
    """A known person; `mail`, `phone`, `profile`, `device`, `car`, `job` must be there if asked for."""
    world = view.world
    tests: dict[str, Callable[[int], bool]] = {
        "mail": lambda p: bool(view.personal_mailboxes(p)),
        "phone": lambda p: any(ph.slot == world.mobile[p] for ph in view.mobile_phones(p)),
        "profile": lambda p: bool(view.linkedin(p)),
        "device": lambda p: view.find_maid(world.maid(p)) == p,
        "car": lambda p: len(world.vehicles_of(p)) > 0,
        "job": lambda p: bool(view.work_mailboxes(p)) and view.employer(p) == world.employer[p] >= 0,
    }
    return next(p for p in range(world.size) if view.knows(p) and all(tests[need](p) for need in needs))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_the_answer_is_keyed_by_what_was_sent_and_misses_are_absent(client: Client, view: VendorView) -> None:
    email = view.world.email(view.personal_mailboxes(_someone(view, mail=True))[0])
    shouted = f" {email.upper()}"
    data = _ask(client, _DATA + "Email", email, shouted, "nobody@example.com")
    assert list(data) == [email, shouted]
    assert data[email] == data[shouted]
    assert isinstance(data[email], list)


def test_a_call_that_finds_nobody_is_empty(client: Client) -> None:
    assert _ask(client, _DATA + "Email", "nobody@example.com") == {}
    _switch(client, "empty_return_data", "array")
    assert _ask(client, _DATA + "Email", "nobody@example.com") == []
    assert len(client.sandbox.charges) == 0


def test_a_match_costs_one_credit_a_miss_none(client: Client, view: VendorView) -> None:
    email = view.world.email(view.personal_mailboxes(_someone(view, mail=True))[0])
    _ask(client, _DATA + "Email", email, email, "nobody@example.com")
    assert [(entry.endpoint, entry.credits) for entry in client.sandbox.charges] == [("consumer_email", 1.0)]
    _switch(client, "charge_misses", True)
    _ask(client, _DATA + "Email", email, "nobody@example.com")
    assert len(client.sandbox.charges) == 3
    assert client.sandbox.charges.totals()["bigdbm.consumer_email"]["repeated"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "ObjectList is required."),
        ({"ObjectList": []}, "ObjectList is required."),
        ({"ObjectList": "x"}, "ObjectList is required."),
        ({"ObjectList": ["x"] * 1_001}, "ObjectList must contain no more than 1000 objects."),
        ({"ObjectList": ["x"], "OutputId": 4711}, "OutputId 4711 not found."),
        ({"ObjectList": ["x"], "OutputId": "10008"}, "OutputId 10008 not found."),
        ({"ObjectList": ["x"], "PageNumber": 0}, "PageNumber must be a positive integer."),
        ({"ObjectList": [{}]}, "ObjectList must contain non-empty strings."),
        ({"ObjectList": [" "]}, "ObjectList must contain non-empty strings."),
    ],
)
def test_bad_requests(client: Client, body: dict[str, Any], message: str) -> None:
    answer = client.post(_DATA + "Email", body)
    assert (answer.status, answer.json()) == (400, {"message": message})


def test_a_thousand_objects_are_legal(client: Client) -> None:
    assert client.post(_DATA + "Email", {"ObjectList": [f"n{n}@example.com" for n in range(1_000)]}).status == 200


def test_output_10008_is_the_public_one(client: Client, world: World, view: VendorView) -> None:
    seen: dict[str, set[str]] = {field: set() for field in _FIELDS_10008}
    everybody = [
        world.email(m) for p in range(world.size) if view.knows(p) for m in view.personal_mailboxes(p)[:1]
    ]
    for start in range(0, len(everybody), 1_000):
        for record in (r[0] for r in _ask(client, _DATA + "Email", *everybody[start : start + 1_000]).values()):
            assert [field for field in _FIELDS_10008 if field in record] == list(record)
            assert set(_FIELDS_10008[:11]) - {"Mobile_Phone_1", "Mobile_Phone_1_DNC"} <= set(record)
            for field, value in record.items():
                if field == "Email_Array":
                    assert value in (None, "") or (isinstance(value, list) and value)
                    seen[field].add(type(value).__name__ if not value else "list")
                else:
                    assert isinstance(value, str), field
                    seen[field].add(value)
            seen["Mobile_Phone_3"].add("absent" if "Mobile_Phone_3" not in record else "there")
    assert all(re.fullmatch(r"|\d{3}55501\d\d", number) for number in seen["Mobile_Phone_1"])
    assert seen["Mobile_Phone_1_DNC"] == {"", "0", "1"}
    assert {"absent", "there"} <= seen["Mobile_Phone_3"]
    assert seen["Gender"] == {"Male", "Female", "Unknown", ""}
    assert seen["Children_HH"] == seen["Veteran_HH"] == {"", "0", "1"}
    assert "" in seen["Age"]
    assert seen["Home_Owner"] == {"Home Owner", "Renter", "Probable Home Owner", "Unknown", ""}
    assert seen["Marital_Status"] == {"Married", "Single", "Unknown", ""}
    assert seen["Credit_Range"] <= {bands.credit(s) for s in range(400, 851)} | {"I. Unknown"}
    assert {"I. Unknown", "C. 700-749"} <= seen["Credit_Range"]
    assert {"0. Unknown", "K. $100,000-$149,999", "O. $250K +"} <= seen["Income_HH"]
    assert {"A. Unknown", "B. Less than $1", "J. Greater than $499,999"} <= seen["Net_Worth_HH"]
    assert not any(band.startswith(("I.", "J.")) for band in seen["Income_HH"])


def test_the_falsy_forms_of_email_array_occur(world: World, view: VendorView) -> None:
    values = [records.output_10008(view, p)["Email_Array"] for p in range(world.size) if not view.mailboxes(p)]
    assert None in values
    assert "" in values


def test_one_datum_has_three_shapes(client: Client, view: VendorView) -> None:
    person = next(p for p in range(view.world.size) if view.knows(p) and len(view.personal_mailboxes(p)) == 2)
    email = view.world.email(view.personal_mailboxes(person)[0])
    by_output = {o: _ask(client, _DATA + "Email", email, OutputId=o)[email][0] for o in (10008, 10026, 2, 10330)}
    array = by_output[10008]["Email_Array"]
    assert by_output[2]["Email"].split(",") == array
    assert [by_output[10330][f"Email_{n}"] for n in (1, 2)] == array[:2]
    assert "Email" not in by_output[10330]
    assert "Address" not in by_output[2]
    assert {"Addr_Primary", "Addr_Secondary"} <= set(by_output[2])
    assert by_output[10026]["Gender"] in ("M", "F", "")
    assert "Veteran_HH" not in by_output[10026]
    assert len(by_output[10026]) > 60
    assert "3QTR_BATHS" in by_output[10330]


def test_consumers_by_every_single_identifier(client: Client, world: World, view: VendorView) -> None:
    mail, phone, profile = (_someone(view, **{need: True}) for need in ("mail", "phone", "profile"))
    device, car = _someone(view, device=True), _someone(view, car=True)
    email = world.email(view.personal_mailboxes(mail)[0])
    cases = [
        ("Email", mail, email),
        ("Md5", mail, _md5(email)),
        ("Id", mail, records.person_id(view, mail)),
        ("Maid", device, world.maid(device).swapcase()),
        ("LinkedIn", profile, f"https://www.linkedin.com/in/{world.linkedin(profile)}/"),
        ("VIN", car, world.vin(world.vehicles_of(car)[0])),
        ("Phone", phone, f"{int(world.mobile[phone]) // 100}55501{int(world.mobile[phone]) % 100:02d}"),
    ]
    for key, person, value in cases:
        data = _ask(client, _DATA + key, value, "nothing like it")
        assert list(data) == [value], key
        assert data[value] == [records.output_10008(view, person)], key


def test_md5_means_md5(client: Client, view: VendorView) -> None:
    email = view.world.email(view.personal_mailboxes(_someone(view, mail=True))[0])
    assert _ask(client, _DATA + "Md5", hashlib.sha256(email.encode()).hexdigest()) == {}
    assert _ask(client, _DATA + "Md5", _md5(email).upper()) != {}


def test_homes_answer_with_everybody(client: Client, world: World, view: VendorView) -> None:
    home = next(h for h in range(world.households) if len(view.residents(h)) >= 3 and world.landline[h] >= 0)
    ip = world.ip(view.residents(home)[0])
    expected = [records.output_10008(view, p) for p in view.residents(home)]
    assert _ask(client, _DATA + "IP", ip)[ip] == expected
    item = {"Address": world.street_address(home), "Zip": world.zip_code(home), "Sequence": "s-7"}
    data = _ask(client, _DATA + "Address", item)
    assert list(data) == ["s-7"]
    assert all(record.pop("Sequence") == "s-7" for record in data["s-7"])
    assert [record for record in data["s-7"] if record in expected] == expected


def _pii(world: World, person: int, sequence: str, **changes: str) -> dict[str, str]:
    home = int(world.household[person])
    return {
        "FirstName": world.first_name(person),
        "LastName": world.last_name(person),
        "Address": world.street_address(home),
        "Zip": f"{world.zip_code(home)}-{world.household_zip4[home]}",
        "Sequence": sequence,
    } | changes


def test_a_person_by_name_and_address(client: Client, world: World, view: VendorView) -> None:
    person = next(
        p for p in range(world.size) if view.knows(p) and view.last_name(p) == world.last_name(p)
        and view.first_name(p) == world.first_name(p)
    )  # fmt: skip
    item = _pii(world, person, "a")
    data = _ask(client, _DATA + "Pii", item, _pii(world, person, "b", LastName="Nobody"))
    assert list(data) == ["a"]
    assert {**records.output_10008(view, person), "Sequence": "a"} in data["a"]
    query = "&".join(f"{name}={quote(value)}" for name, value in item.items())
    count = client.get(f"{_DATA}PiiCount?{query}")
    assert (count.status, count.json()["count"]) == (200, len(data["a"]))
    assert client.get(f"{_DATA}PiiCount?FirstName=A").status == 400
    validated = _ask(client, _DATA + "PiiWithValidation", item)["a"][-1]
    assert {"Field", "Is_Valid", "Score", "Last_Seen"} == set(validated["Validation"][0])


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["x"], "ObjectList must contain objects."),
        ([{"FirstName": "A"}], "Sequence is required."),
        ([{"Sequence": "1", "FirstName": "A", "LastName": "B", "Address": "C"}], "Zip is required."),
        ([{"Sequence": "1", "FirstName": 1}], "The fields of an object must be strings."),
    ],
)
def test_objects_are_checked(client: Client, items: list[object], message: str) -> None:
    answer = client.post(_DATA + "Pii", {"ObjectList": items})
    assert (answer.status, answer.json()) == (400, {"message": message})


def test_a_sequence_stands_once(client: Client, world: World) -> None:
    answer = client.post(_DATA + "Pii", {"ObjectList": [_pii(world, 0, "1"), _pii(world, 1, "1")]})
    assert (answer.status, answer.json()) == (400, {"message": "Sequence must be unique."})


def test_age_bands_carry_no_profile_and_zones_no_person(client: Client, world: World, view: VendorView) -> None:
    email = world.email(view.personal_mailboxes(_someone(view, mail=True))[0])
    (record,) = _ask(client, _DATA + "Md5Age", _md5(email))[_md5(email)]
    assert list(record) == ["Age_Range"]
    assert re.fullmatch(r"\d\d-\d\d|65\+", record["Age_Range"])
    zone = f"{world.zip_code(0)}-{world.household_zip4[0]:04d}"
    (record,) = _ask(client, _DATA + "GZAI", zone, "00000-0000", "22101")[zone]
    assert not {"First_Name", "Last_Name", "Address", "Email_Array", "Mobile_Phone_1"} & set(record)
    assert (record["Zip"], record["Zip4"]) == tuple(zone.split("-"))


def test_contacts_by_every_business_identifier(client: Client, world: World, view: VendorView) -> None:
    person = _someone(view, job=True)
    employer = int(world.employer[person])
    email = world.email(view.work_mailboxes(person)[0])
    expected = records.b2b_record(view, person)
    assert tuple(expected) == _FIELDS_B2B
    assert _ask(client, _B2B + "B2BEmail", f"{email}") == {email: [expected]}
    assert _ask(client, _B2B + "B2BMd5", _md5(email)) == {_md5(email): [expected]}
    company = {"Domain": world.company_domain(employer), "Sequence": "d"}
    for item in (
        company,
        {"CompanyName": world.company_name(employer), "Sequence": "d"},
        {"EIN": world.ein(employer), "Sequence": "d"},
    ):
        found = [
            record
            for page in range(1, 20)
            for record in _ask(client, _B2B + "B2BCompany", item, PageNumber=page).get("d", [])
        ]
        assert {**expected, "Sequence": "d"} in found
        assert len({record["EmployeeID"] for record in found}) == len(found)
    site = {"Address": world.company_address(employer), "Zip": world.company_zip(employer), "Sequence": "x"}
    assert _ask(client, _B2B + "B2BAddress", site)["x"]
    assert _ask(client, _B2B + "B2BIp", employer_ip(employer), OutputId=3, PageNumber=1)[employer_ip(employer)]
    assert client.post(_B2B + "B2BCompany", {"ObjectList": [{"Sequence": "1"}]}).status == 400


def test_private_and_role_addresses_are_no_business_profile(
    client: Client, world: World, view: VendorView
) -> None:
    private = world.email(view.personal_mailboxes(_someone(view, mail=True, job=True))[0])
    role = world.email(world.first_role_mailbox)
    assert _ask(client, _B2B + "B2BEmail", private, role) == {}


def test_a_profile_url_or_a_navigator_id_to_the_letter(client: Client, world: World, view: VendorView) -> None:
    person = _someone(view, profile=True, job=True)
    url, navigator = view.linkedin_url(person).upper(), b2b.navigator_id(view, person)
    assert list(_ask(client, _B2B + "B2BLinkedIn", url, navigator, navigator.swapcase())) == [url, navigator]


def test_a_large_company_comes_in_pages_of_100(client: Client) -> None:
    big = World(30_000, 7)
    sandbox = client.sandbox
    sandbox.world = big
    view = big.view("bigdbm")
    employer = max(range(40), key=lambda e: len(big.employees(e)))
    count = len(view.employees(employer))
    assert count > 150
    item = {"Domain": big.company_domain(employer), "Sequence": "1"}
    pages = [
        len(_ask(client, _B2B + "B2BCompany", item, PageNumber=n).get("1", [])) for n in range(1, count // 100 + 3)
    ]
    assert pages[0] == 100
    assert pages[-1] == 0
    assert sum(pages) == count


def test_a_switchboard_leads_to_the_company(client: Client, world: World, view: VendorView) -> None:
    boards = [e for e in range(world.employers) if view.employees(e) and world.employer_phone[e] >= 0]
    found: dict[str, Any] = {}
    for employer in boards:
        slot = int(world.employer_phone[employer])
        number = f"{slot // 100}55501{slot % 100:02d}"
        found = _ask(client, _B2B + "B2BPhone", number)
        if found:
            assert {record["Company_Website"] for record in found[number]} == {world.company_domain(employer)}
            assert _ask(client, _DATA + "Phone", number) == {}
            break
    assert found


@pytest.mark.parametrize(
    ("band", "value", "text"),
    [
        (bands.credit, 850, "A. 800+"), (bands.credit, 800, "A. 800+"), (bands.credit, 799, "B. 750-799"),
        (bands.credit, 499, "H. 499 & Less"), (bands.income, 9_999, "A. Under $10,000"),
        (bands.income, 99_999, "H. $75,000-$99,999"), (bands.income, 100_000, "K. $100,000-$149,999"),
        (bands.income, 250_000, "O. $250K +"), (bands.worth, 0, "B. Less than $1"),
        (bands.worth, 1, "C. $1 - $4,999"),
        (bands.worth, 499_999, "I. $250,000 - $499,999"), (bands.worth, 500_000, "J. Greater than $499,999"),
        (bands.age, 18, "18-24"), (bands.age, 65, "65+"),
        (bands.generation, 1982, "1. Millennials and Gen Z (1982 and after)"),
        (bands.generation, 1942, "4. Post-WWII (1942 and before)"),
    ],
)  # fmt: skip
def test_bands_end_where_they_say(band: Any, value: int, text: str) -> None:
    assert band(value) == text
