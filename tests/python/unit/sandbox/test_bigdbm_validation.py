"""BIGDBM phone and e-mail validation: the documented scale, codes, limits and the five literal messages."""

from typing import Any

import pytest

from contactable.sandbox import bigdbm
from contactable.sandbox.faults import rule
from contactable.sandbox.identifiers import phone_national
from contactable.sandbox.vendor import Sandbox
from contactable.sandbox.world import World
from support.asgi import Client

_OPQL = "/bigdbm/opql-api/opql/validate"
_BATCH = "/bigdbm/email/Prod/email-cleansing/batch"

TOO_MANY = "'Emails' must contain at least one email address and no more than 10 email addresses!"
MALFORMED = "An email address must be in a valid format and contain no more than 200 characters!"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    vendor = bigdbm.vendor(sandbox)
    return Client(sandbox, [vendor], {"Authorization": f"Bearer {vendor.environment('')['BIGDBM_TOKEN']}"})


def _validate(client: Client, *emails: Any, validator: Any = 10) -> Any:
    return client.post(_BATCH, {"ValidatorId": validator, "Emails": list(emails)})


def test_a_number_answers_one_integer_and_nothing_else(client: Client, world: World) -> None:
    scores = {}
    for slot in range(20_200, 20_300):
        answer = client.post(_OPQL, {"Phone": phone_national(slot)})
        assert list(answer.json()) == ["opql_score"]
        scores[slot] = answer.json()["opql_score"]
        assert scores[slot] == world.phone_score[slot]
    assert set(scores.values()) == {0, 1, 2, 3, 4, 5}
    assert client.post(_OPQL, {"Phone": "+1 (202) 555-0142"}).json()["opql_score"] == scores[20_242]


@pytest.mark.parametrize("phone", ["123", "not a number", "2025559999", "12345678901234567890"])
def test_a_number_nobody_can_have_is_0(client: Client, phone: str) -> None:
    answer = client.post(_OPQL, {"Phone": phone})
    assert (answer.status, answer.json()) == (200, {"opql_score": 0})


@pytest.mark.parametrize("body", [{}, {"Phone": ""}, {"Phone": 2025550100}, {"phone": "2025550100"}])
def test_the_number_is_required(client: Client, body: dict[str, object]) -> None:
    answer = client.post(_OPQL, body)
    assert (answer.status, answer.json()) == (400, {"message": "Phone is required."})
    assert len(client.sandbox.charges) == 0


def test_each_number_costs_one_credit(client: Client) -> None:
    for phone in ("2025550100", "+1 202 555 0100", "2025550101"):
        client.post(_OPQL, {"Phone": phone})
    assert client.sandbox.charges.totals()["bigdbm.opql"] == {"questions": 3, "credits": 3.0, "repeated": 0}
    client.post(_OPQL, {"Phone": "202-555-0101"})
    assert client.sandbox.charges.totals()["bigdbm.opql"]["repeated"] == 1


def test_the_document_s_example(client: Client) -> None:
    answer = _validate(client, "alice@example.com", "bob@example.org")
    assert answer.json() == {
        "results": [{"email": "alice@example.com", "status": 10}, {"email": "bob@example.org", "status": 30}]
    }


def test_every_status_comes_from_the_world(client: Client, world: World) -> None:
    seen = set()
    for start in range(0, 400, 10):
        emails = [world.email(m) for m in range(start * 10, start * 10 + 100, 10)]
        for mailbox, result in zip(
            range(start * 10, start * 10 + 100, 10), _validate(client, *emails).json()["results"], strict=True
        ):
            assert list(result) == ["email", "status"]
            assert result["status"] == world.mail_status[mailbox]
            seen.add(result["status"])
    assert seen == {10, 20, 30, 40, 50}


def test_addresses_of_nobody_get_what_their_domain_suggests(client: Client, world: World) -> None:
    catch_all = next(e for e in range(world.employers) if world.employer_catch_all[e])
    strict = next(e for e in range(world.employers) if not world.employer_catch_all[e])
    asked = {
        f"no.such.person@{world.company_domain(catch_all)}": 50,
        f"no.such.person@{world.company_domain(strict)}": 30,
        "no.such.person@example.com": 30,
        "info@example.com": 20,
        "someone@no-such-domain.example": 40,
    }
    results = _validate(client, *asked).json()["results"]
    assert {result["email"]: result["status"] for result in results} == asked


def test_the_echo_keeps_what_was_sent_and_repeats_repeats(client: Client, world: World) -> None:
    email = world.email(0).upper()
    results = _validate(client, email, email).json()["results"]
    assert [result["email"] for result in results] == [email, email]
    assert results[0]["status"] == world.mail_status[0]


def test_the_order_may_be_another(client: Client) -> None:
    emails = [f"person{n}@example.com" for n in range(10)]
    assert [r["email"] for r in _validate(client, *emails).json()["results"]] == emails
    client.sandbox.set_switch(client.app.vendors[0], "email_order", "shuffled")
    shuffled = [r["email"] for r in _validate(client, *emails).json()["results"]]
    assert shuffled != emails
    assert sorted(shuffled) == emails


@pytest.mark.parametrize("count", [1, 10])
def test_one_to_ten_addresses(client: Client, count: int) -> None:
    assert len(_validate(client, *[f"p{n}@example.com" for n in range(count)]).json()["results"]) == count
    assert len(client.sandbox.charges) == count


@pytest.mark.parametrize("emails", [[], ["p@example.com"] * 11, None, "p@example.com"])
def test_none_or_eleven_are_refused(client: Client, emails: object) -> None:
    answer = client.post(_BATCH, {"ValidatorId": 10, "Emails": emails})
    assert (answer.status, answer.json()) == (400, {"message": TOO_MANY})


def test_200_characters_pass_and_201_do_not(client: Client) -> None:
    tail = "@example.com"
    assert _validate(client, "a" * (200 - len(tail)) + tail).status == 200
    answer = _validate(client, "a" * (201 - len(tail)) + tail)
    assert (answer.status, answer.json()) == (400, {"message": MALFORMED})


@pytest.mark.parametrize(
    "bad", ["", "plain", "a@b", "two@@example.com", "a b@example.com", "a@example..com", "@example.com", 7, None]
)
def test_one_bad_address_takes_the_batch_with_it(client: Client, bad: object) -> None:
    answer = _validate(client, "alice@example.com", bad)
    assert (answer.status, answer.json()) == (400, {"message": MALFORMED})
    assert len(client.sandbox.charges) == 0


@pytest.mark.parametrize(("validator", "shown"), [(11, 11), (0, 0), (-3, -3), ("10", 0), (None, 0), (True, 0)])
def test_an_unknown_validator_is_named(client: Client, validator: object, shown: int) -> None:
    answer = _validate(client, "alice@example.com", validator=validator)
    assert (answer.status, answer.json()) == (400, {"message": f"Validator with the ID: {shown} not found!"})


def test_the_vendor_s_own_fault_is_a_400_too(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("validation_error", count=1))
    answer = _validate(client, "alice@example.com")
    assert (answer.status, answer.json()) == (400, {"message": "Validation error. Please contact us!"})
    assert len(sandbox.charges) == 0
    assert _validate(client, "alice@example.com").status == 200
