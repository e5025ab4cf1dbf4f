"""ExactBuyer of the sandbox: the documented call to the letter, its money, its borders, its faults."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from contactable.sandbox import exactbuyer
from contactable.sandbox.codes import SWITCHBOARD
from contactable.sandbox.exactbuyer.api import REQUIRED_FIELDS, STARTING_CREDITS
from contactable.sandbox.exactbuyer.contacts import contact, has
from contactable.sandbox.faults import rule
from contactable.sandbox.vendor import Sandbox, Vendor
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World
from support.asgi import Answer, Client

BULK = "/exactbuyer/v1/bulk-enrich"
SINGLE = "/exactbuyer/v1/enrich"
NOBODY_AT_ALL = {"field_type": "email", "value": "nobody@unknown.example"}

Query = dict[str, str]


@pytest.fixture
def vendor(sandbox: Sandbox) -> Vendor:
    return exactbuyer.vendor(sandbox)


@pytest.fixture
def client(sandbox: Sandbox, vendor: Vendor) -> Client:
    key = vendor.environment("")["EXACTBUYER_API_KEY"]
    return Client(sandbox, [vendor], {"X-API-Key": key, "Content-Type": "application/x-www-form-urlencoded"})


@pytest.fixture
def view(world: World) -> VendorView:
    return world.view("exactbuyer")


def bulk(client: Client, queries: Any, required: Any = None) -> Answer:
    """Asks the way the vendor's sample does: form fields that hold JSON texts."""
    form = {"query_list": json.dumps(queries)}
    if required is not None:
        form["required_fields"] = json.dumps([{"field_type": name} for name in required])
    return client.ask("POST", BULK, form=form)


def emails(world: World, view: VendorView, count: int = 5) -> list[Query]:
    found = (m for m in range(world.mailboxes) if view.owner_of_mailbox(m) >= 0)
    return [{"field_type": "email", "value": world.email(next(found))} for _ in range(count)]


def reachable(world: World, view: VendorView) -> int:
    """A person the vendor finds by e-mail, by phone and by profile."""
    for person in range(world.size):
        slot = int(world.mobile[person])
        if (
            view.find_email(world.email(int(world.mail_personal[person]))) == person
            and slot >= 0
            and view.find_phone(f"+1{slot // 100}55501{slot % 100:02d}") == [person]
            and view.find_linkedin(world.linkedin(person)) == person
        ):
            return person
    raise AssertionError("no such person")


# --- the documented answer ------------------------------------------------------------------------------------


def test_answers_stand_in_the_order_asked_with_the_value_echoed_and_null_for_nobody(
    client: Client, world: World, view: VendorView
) -> None:
    first, second = emails(world, view, 2)
    second["value"] = f" {second['value'].upper()} "
    answer = bulk(client, [first, NOBODY_AT_ALL, second])

    assert answer.status == 200
    body = answer.json()
    assert set(body) == {"contacts", "records_enriched"}
    assert [item["value"] for item in body["contacts"]] == [
        first["value"],
        NOBODY_AT_ALL["value"],
        second["value"],
    ]
    assert [item["enriched_contact"] is None for item in body["contacts"]] == [False, True, False]
    assert all(set(item) == {"enriched_contact", "value"} for item in body["contacts"])
    assert body["records_enriched"] == 2
    mailbox = world.find_email(first["value"])
    owner = int(world.mail_owner[mailbox])
    assert body["contacts"][0]["enriched_contact"] == contact(view, owner)


def test_the_same_question_gives_the_same_answer(client: Client, world: World, view: VendorView) -> None:
    queries = emails(world, view, 20)
    assert bulk(client, queries).body == bulk(client, queries).body


@pytest.mark.parametrize("required", REQUIRED_FIELDS)
def test_a_required_field_turns_those_who_lack_it_into_null(
    client: Client, world: World, view: VendorView, required: str
) -> None:
    queries = emails(world, view, 600)
    free = bulk(client, queries).json()
    strict = bulk(client, queries, [required]).json()
    for before, after in zip(free["contacts"], strict["contacts"], strict=True):
        person = before["enriched_contact"]
        expected = person if has(person, required) else None
        assert after["enriched_contact"] == expected
    assert strict["records_enriched"] == sum(c["enriched_contact"] is not None for c in strict["contacts"])


def test_required_fields_are_anded_and_what_they_refuse_costs_nothing(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    queries = emails(world, view, 600)
    required = ["work_email", "phone", "social_profile"]
    kept = bulk(client, queries, required).json()
    people = [c["enriched_contact"] for c in kept["contacts"] if c["enriched_contact"]]
    assert 0 < len(people) < 600
    assert all(p["current_work_email"] and p["phone_numbers"] and p["social_profiles"] for p in people)
    assert len(sandbox.charges) == len(people) == kept["records_enriched"]


@pytest.mark.parametrize("required", [[], None])
def test_without_required_fields_any_match_counts(
    client: Client, world: World, view: VendorView, required: list[str] | None
) -> None:
    assert bulk(client, emails(world, view, 5), required).json()["records_enriched"] == 5


def test_one_person_by_mail_phone_and_profile_is_three_enrichments(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    person = reachable(world, view)
    slot = int(world.mobile[person])
    queries = [
        {"field_type": "email", "value": world.email(int(world.mail_personal[person]))},
        {"field_type": "phone", "value": f"+1-{slot // 100}-555-01{slot % 100:02d}"},
        {"field_type": "social_profile", "value": f"linkedin.com/in/{world.linkedin(person)}"},
    ]
    body = bulk(client, queries).json()
    assert body["records_enriched"] == len(sandbox.charges) == 3
    assert len({json.dumps(c["enriched_contact"]) for c in body["contacts"]}) == 1


@pytest.mark.parametrize("form", ["+1 ({0}) 555-01{1}", "{0}-555-01{1}", "1.{0}.555.01{1}", "{0}55501{1}"])
def test_phones_match_whatever_their_punctuation(
    client: Client, world: World, view: VendorView, form: str
) -> None:
    slot = int(world.mobile[reachable(world, view)])
    value = form.format(slot // 100, f"{slot % 100:02d}")
    body = bulk(client, [{"field_type": "phone", "value": value}]).json()
    assert body["records_enriched"] == 1
    assert body["contacts"][0]["value"] == value


@pytest.mark.parametrize(
    "form",
    ["linkedin.com/in/{}", "https://linkedin.com/in/{}", "https://www.linkedin.com/in/{}/", "LINKEDIN.com/in/{}"],
)
def test_profiles_match_with_and_without_scheme(client: Client, world: World, view: VendorView, form: str) -> None:
    slug = world.linkedin(reachable(world, view))
    assert bulk(client, [{"field_type": "social_profile", "value": form.format(slug)}]).json()["records_enriched"]


@pytest.mark.parametrize(
    "query",
    [
        NOBODY_AT_ALL,
        {"field_type": "phone", "value": "call me maybe"},
        {"field_type": "phone", "value": "+1-299-555-0199x7"},
        {"field_type": "social_profile", "value": "linkedin.com/in/randomlinkedinaddress"},
        {"field_type": "email", "value": "not an address"},
    ],
)
def test_odd_values_are_no_match_and_no_error(client: Client, sandbox: Sandbox, query: Query) -> None:
    answer = bulk(client, [query])
    assert answer.status == 200
    assert answer.json() == {
        "contacts": [{"enriched_contact": None, "value": query["value"]}],
        "records_enriched": 0,
    }
    assert not len(sandbox.charges)


def test_a_switchboard_is_nobodys_number(client: Client, world: World) -> None:
    slot = next(int(s) for s in world.employer_phone if s >= 0 and world.phone_type[s] == SWITCHBOARD)
    query = {"field_type": "phone", "value": f"+1{slot // 100}55501{slot % 100:02d}"}
    assert bulk(client, [query]).json()["records_enriched"] == 0


# --- money ----------------------------------------------------------------------------------------------------


def test_every_enriched_position_costs_one_also_duplicates_and_repeats(
    client: Client, sandbox: Sandbox, vendor: Vendor, world: World, view: VendorView
) -> None:
    query = emails(world, view, 1)[0]
    bulk(client, [query, query, NOBODY_AT_ALL])
    bulk(client, [query])
    assert vendor.actions["credits"]({}) == {"credits": STARTING_CREDITS - 3}
    assert sandbox.charges.totals()["exactbuyer.bulk_enrich"] == {"questions": 3, "credits": 3.0, "repeated": 2}


def test_other_required_fields_are_another_question(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    query = emails(world, view, 1)[0]
    bulk(client, [query])
    bulk(client, [query], ["email"])
    assert sandbox.charges.totals()["exactbuyer.bulk_enrich"]["repeated"] == 0


def test_a_balance_too_small_refuses_the_whole_call_and_charges_nothing(
    client: Client, sandbox: Sandbox, vendor: Vendor, world: World, view: VendorView
) -> None:
    vendor.actions["credits"]({"credits": 3})
    answer = bulk(client, emails(world, view, 4))
    assert (answer.status, answer.json()) == (403, {"error": "Insufficient credits"})
    assert not len(sandbox.charges)
    assert bulk(client, [*emails(world, view, 3), NOBODY_AT_ALL]).status == 200
    assert vendor.actions["credits"]({}) == {"credits": 0}
    assert bulk(client, [NOBODY_AT_ALL]).status == 403


def test_a_key_without_credits_is_403_and_a_wrong_one_401(client: Client, vendor: Vendor) -> None:
    empty = vendor.environment("")["SANDBOX_EXACTBUYER_NO_CREDITS_KEY"]
    form = {"query_list": json.dumps([NOBODY_AT_ALL])}
    assert client.ask("POST", BULK, form=form, headers={"X-API-Key": empty}).status == 403
    for wrong in ("", "sandbox_guess"):
        answer = client.ask("POST", BULK, form=form, headers={"X-API-Key": wrong})
        assert (answer.status, answer.json()) == (401, {"error": "Invalid API key"})


# --- borders --------------------------------------------------------------------------------------------------


def test_a_thousand_entries_pass_and_one_more_does_not(client: Client, sandbox: Sandbox) -> None:
    assert len(bulk(client, [NOBODY_AT_ALL] * 1_000).json()["contacts"]) == 1_000
    answer = bulk(client, [NOBODY_AT_ALL] * 1_001)
    assert answer.status == 400
    assert "error" in answer.json()
    assert not len(sandbox.charges)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"required_fields": "[]"},
        {"query_list": ""},
        {"query_list": "[]"},
        {"query_list": "{}"},
        {"query_list": "[{'value': 'x'}]"},
        {"query_list": '["ada@mail.example"]'},
        {"query_list": '[{"field_type": "email"}]'},
        {"query_list": '[{"field_type": "email", "value": ""}]'},
        {"query_list": '[{"field_type": "email", "value": 3}]'},
        {"query_list": '[{"field_type": "twitter", "value": "x"}]'},
        {"query_list": '[{"value": "ada@mail.example"}]'},
    ],
)
def test_a_bad_query_list_is_400(client: Client, form: dict[str, str]) -> None:
    assert client.ask("POST", BULK, form=form).status == 400


@pytest.mark.parametrize(
    "required",
    [
        '[{"field_type": "phone",}]',
        '"phone"',
        '["phone"]',
        '[{"field_type": "fax"}]',
        '[{"field_type": "any_work_email"}]',
        '[{"field_type": "email_or_phone"}]',
    ],
)
def test_bad_required_fields_are_400(client: Client, sandbox: Sandbox, required: str) -> None:
    form = {"query_list": json.dumps([NOBODY_AT_ALL]), "required_fields": required}
    assert client.ask("POST", BULK, form=form).status == 400
    assert not len(sandbox.charges)


def test_a_json_body_is_taken_only_when_switched_on(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    body = {"query_list": [NOBODY_AT_ALL], "required_fields": [{"field_type": "email"}]}
    headers = {"Content-Type": "application/json"}
    assert client.post(BULK, body, headers=headers).status == 400
    sandbox.set_switch(vendor, "json_body", value=True)
    assert client.post(BULK, body, headers=headers).status == 200


def test_the_limit_is_200_calls_a_minute_and_can_be_lowered(
    client: Client, sandbox: Sandbox, vendor: Vendor
) -> None:
    assert vendor.rate_limit is not None
    assert (vendor.rate_limit.calls, vendor.rate_limit.seconds) == (200, 60.0)
    now = 0.0
    sandbox.seconds = lambda: now
    sandbox.set_limit(vendor, 3, 60)
    sandbox.limits_on = True
    assert [bulk(client, [NOBODY_AT_ALL]).status for _ in range(4)] == [200, 200, 200, 429]
    now = 60.0
    assert bulk(client, [NOBODY_AT_ALL]).status == 200


# --- the contact ----------------------------------------------------------------------------------------------


def test_contacts_are_full_sparse_and_odd(world: World, view: VendorView) -> None:
    people = [contact(view, p) for p in range(world.size) if view.knows(p)]
    assert any(p["employment"] is None for p in people)
    assert any(p["location"] is None for p in people)
    assert any(p["phone_numbers"] is None for p in people)
    assert any(p["phone_numbers"] == [] for p in people)
    assert any("languages" in p for p in people)
    assert any(not p["full_name"].isascii() for p in people)
    assert all(set(phone) == {"E164", "type"} for p in people for phone in p["phone_numbers"] or ())
    assert {s["network"] for p in people for s in p["social_profiles"]} == {"linkedin", "github"}
    assert all(p["gender"] in ("female", "male", None) for p in people)
    assert {phone["type"] for p in people for phone in p["phone_numbers"] or ()} == {"mobile", "work"}


# --- faults ---------------------------------------------------------------------------------------------------


def test_wrong_order_short_list_and_wrong_count_on_request(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    queries = emails(world, view, 4)
    values = [q["value"] for q in queries]
    for name in ("wrong_order", "short_list", "wrong_total"):
        sandbox.faults.add(rule(name, "exactbuyer", count=1))
    body = bulk(client, queries).json()
    assert [c["value"] for c in body["contacts"]] == [*values[1:], values[0]][:-1]
    assert body["records_enriched"] == 5
    assert len(sandbox.charges) == 4
    assert [c["value"] for c in bulk(client, queries).json()["contacts"]] == values


@pytest.mark.parametrize(
    ("fault", "status", "charged"),
    [("charged_then_500", 500, 3), ("charged_then_timeout", 0, 3), ("timeout", 0, 0), ("http_500", 500, 0)],
)
def test_a_lost_answer_may_or_may_not_have_been_charged(
    client: Client,
    sandbox: Sandbox,
    vendor: Vendor,
    world: World,
    view: VendorView,
    fault: str,
    status: int,
    charged: int,
) -> None:
    sandbox.faults.add(rule(fault, count=1))
    assert bulk(client, emails(world, view, 3)).status == status
    assert len(sandbox.charges) == charged
    assert vendor.actions["credits"]({}) == {"credits": STARTING_CREDITS - charged}


# --- the single call ------------------------------------------------------------------------------------------


def test_single_nests_under_result_and_is_404_without_match(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    query = emails(world, view, 1)[0]
    answer = client.get(f"{SINGLE}?email={query['value']}")
    person = int(world.mail_owner[world.find_email(query["value"])])
    assert answer.json() == {"result": contact(view, person)}
    assert client.get(f"{SINGLE}?email=nobody@unknown.example").status == 404
    assert client.get(SINGLE).status == 400
    assert client.get(f"{SINGLE}?first_name=Ada&last_name=Sample").status == 400
    assert client.get(f"{SINGLE}?email={query['value']}&required=fax").status == 400
    assert len(sandbox.charges) == 1


def test_single_repeats_are_free_for_thirty_days_and_realtime_costs_one_more(
    client: Client, sandbox: Sandbox, world: World, view: VendorView
) -> None:
    path = f"{SINGLE}?email={emails(world, view, 1)[0]['value']}"
    prices = []
    for step, suffix in ((0, ""), (29, ""), (0, "&realtime=true"), (1, ""), (30, "&realtime=true")):
        sandbox.clock.advance(timedelta(days=step))
        assert client.get(path + suffix).status == 200
        prices.append([entry.credits for entry in sandbox.charges][-1])
    assert prices == [1.0, 0.0, 1.0, 0.0, 2.0]


def test_single_finds_by_name_and_employer_and_gives_experiences(
    client: Client, world: World, view: VendorView
) -> None:
    person = next(
        p
        for p in range(world.size)
        if view.knows(p)
        and view.employer(p) == world.employer[p] >= 0
        and world.previous_employer[p] >= 0
        and view.share("odd", p) > 0.1
        and world.first_name(p).isascii()
    )
    domain = world.company_domain(view.employer(person))
    query = f"first_name={view.first_name(person)}&last_name={view.last_name(person)}&company_domain={domain}"
    found = client.get(f"{SINGLE}?{query}&include_all_experiences=true").json()["result"]
    assert found["employment"]["domain"] == domain
    assert [job["name"] for job in found["experiences"]] == [
        world.company_name(view.employer(person)),
        world.company_name(int(world.previous_employer[person])),
    ]
    assert client.get(f"{SINGLE}?{query}").json()["result"]["experiences"] == []


@pytest.mark.parametrize("required", ["any_work_email", "email_or_phone", "email,social_profile"])
def test_single_knows_two_required_fields_more(
    client: Client, world: World, view: VendorView, required: str
) -> None:
    for query in emails(world, view, 40):
        free = client.get(f"{SINGLE}?email={query['value']}").json()["result"]
        expected = all(has(free, part) for part in required.split(","))
        strict = client.get(f"{SINGLE}?email={query['value']}&required={required}")
        assert strict.status == (200 if expected else 404)
