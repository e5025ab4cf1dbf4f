"""Leadpipe of the sandbox: the documented query to the letter, runs, cursors, filters, companions, faults."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from contactable.sandbox import leadpipe, lexicon
from contactable.sandbox.faults import rule
from contactable.sandbox.leadpipe import firmographics
from contactable.sandbox.vendor import Sandbox, Vendor
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World
from support.asgi import Answer, Client

ROOT = "/leadpipe/v1/intent"
QUERY = f"{ROOT}/audiences/query"
AUDIENCES = f"{ROOT}/audiences"
ALL = [topic.number for topic in lexicon.TOPICS if topic.popularity]
WIDE = {"topicIds": ALL[:10], "minScore": 1}
YACHT = 117826

Body = dict[str, Any]


@pytest.fixture
def vendor(sandbox: Sandbox) -> Vendor:
    return leadpipe.vendor(sandbox)


@pytest.fixture
def client(sandbox: Sandbox, vendor: Vendor) -> Client:
    return Client(sandbox, [vendor], {"X-API-Key": vendor.environment("")["LEADPIPE_API_KEY"]})


@pytest.fixture
def warm(client: Client, sandbox: Sandbox, vendor: Vendor) -> Client:
    """Answers every config at once."""
    sandbox.set_switch(vendor, "materializing_calls", 0)
    return client


@pytest.fixture
def view(world: World) -> VendorView:
    return world.view("leadpipe")


def pages(client: Client, body: Body, limit: int = 100) -> list[Body]:
    """All pages, read by cursor."""
    found = [client.post(QUERY, body | {"limit": limit}).json()]
    while found[-1]["meta"]["hasMore"]:
        found.append(client.post(QUERY, body | {"limit": limit, "cursor": found[-1]["meta"]["nextCursor"]}).json())
    return found


def rows(client: Client, body: Body) -> list[Body]:
    return [row for page in pages(client, body) for row in page["data"]]


def people(view: VendorView, found: list[Body]) -> list[int]:
    return [int(view.world.mail_owner[view.world.find_hash(row["hem"])]) for row in found]


# --- the documented answer ------------------------------------------------------------------------------------


def test_a_row_has_the_six_documented_fields_and_meta_the_seven(warm: Client, sandbox: Sandbox) -> None:
    answer = warm.post(QUERY, WIDE)
    assert answer.status == 200
    body = answer.json()
    assert set(body) == {"data", "meta"}
    meta = body["meta"]
    assert set(meta) == {"count", "totalCount", "nextCursor", "hasMore", "status", "cacheKey", "dataDate"}
    assert meta["status"] == "ready"
    assert meta["dataDate"] == (sandbox.clock.today() - timedelta(days=1)).isoformat()
    assert meta["count"] == len(body["data"]) == 50
    for row in body["data"]:
        assert set(row) == {"hem", "intentScore", "topicId", "email", "company", "jobTitle"}
        assert re.fullmatch(r"[0-9a-f]{64}", row["hem"])
        assert row["topicId"] in WIDE["topicIds"]  # type: ignore[operator]
        assert isinstance(row["intentScore"], int)
        assert all(isinstance(row[name], str) for name in ("email", "company", "jobTitle"))


def test_hem_is_the_sha256_of_the_trimmed_lower_case_address(warm: Client) -> None:
    found = rows(warm, WIDE)
    shown = [row for row in found if row["email"]]
    assert all(hashlib.sha256(r["email"].strip().lower().encode()).hexdigest() == r["hem"] for r in shown)
    assert any(row["email"] != row["email"].lower() for row in shown)
    assert len(shown) < len(found)  # some addresses are withheld; their hem is not
    assert any(row["company"] == row["jobTitle"] == "" for row in found)


def test_some_names_are_not_ascii(view: VendorView) -> None:
    known = [person for person in range(view.world.size) if view.knows(person)]
    assert any(not (view.first_name(p) + view.last_name(p)).isascii() for p in known)


def test_rows_are_one_a_person_best_score_first_then_hem(warm: Client, view: VendorView) -> None:
    found = rows(warm, WIDE)
    assert found == sorted(found, key=lambda row: (-row["intentScore"], row["hem"]))
    assert len(set(people(view, found))) == len(found)


def test_defaults_are_70_100_1_and_50(warm: Client) -> None:
    topics = {"topicIds": ALL[:10]}
    spelled = topics | {"minScore": 70, "maxScore": 100, "minTopicOverlap": 1, "filters": {}, "limit": 50}
    first = warm.post(QUERY, topics).json()
    assert first == warm.post(QUERY, spelled).json()
    scores = [row["intentScore"] for row in rows(warm, topics)]
    assert min(scores) >= 70
    below = [row["intentScore"] for row in rows(warm, WIDE | {"maxScore": 69})]
    assert below
    assert max(below) <= 69
    assert warm.post(QUERY, topics | {"minScore": 1}).json()["meta"]["count"] == 50


def test_the_grain_can_be_person_and_topic(
    warm: Client, sandbox: Sandbox, vendor: Vendor, view: VendorView
) -> None:
    by_person = rows(warm, WIDE)
    sandbox.set_switch(vendor, "grain", "person_topic")
    by_topic = rows(warm, WIDE)
    assert len(by_topic) > len(by_person)
    assert len({(row["hem"], row["topicId"]) for row in by_topic}) == len(by_topic)
    assert {row["hem"] for row in by_topic} == {row["hem"] for row in by_person}


def test_min_topic_overlap_counts_the_given_topics(
    warm: Client, sandbox: Sandbox, vendor: Vendor, view: VendorView
) -> None:
    sandbox.set_switch(vendor, "rows", "live")
    once = {row["email"]: row["topicOverlap"] for row in rows(warm, WIDE) if row["email"]}
    twice = {
        row["email"]: row["topicOverlap"] for row in rows(warm, WIDE | {"minTopicOverlap": 2}) if row["email"]
    }
    assert twice == {email: overlap for email, overlap in once.items() if overlap >= 2}
    assert twice
    assert rows(warm, {"topicIds": ALL[:2], "minScore": 1, "minTopicOverlap": 3}) == []


def test_an_unknown_topic_and_one_without_signals_give_no_rows(warm: Client) -> None:
    for topic in (1, YACHT):
        answer = warm.post(QUERY, {"topicIds": [topic], "minScore": 1})
        assert answer.status == 200
        assert answer.json()["meta"]["totalCount"] == 0
        assert answer.json()["data"] == []
    assert rows(warm, {"topicIds": [ALL[0], 1], "minScore": 1}) == rows(
        warm, {"topicIds": [ALL[0]], "minScore": 1}
    )


def test_unknown_keys_are_dropped(warm: Client) -> None:
    extra = WIDE | {"page": 2, "filters": {"shoeSize": ["44"], "role.seniority": {"values": ["vp"]}}}
    assert warm.post(QUERY, extra).json() == warm.post(QUERY, WIDE).json()


# --- borders --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"topicIds": [1]},
        {"topicIds": ALL[:10]},
        {"minScore": 1, "maxScore": 1},
        {"minScore": 100, "maxScore": 100},
        {"minTopicOverlap": 10},
        {"limit": 1},
        {"limit": 100},
        {"cursor": None},
        {"filters": {"jobTitle": "x" * 200, "companyName": "x" * 255, "companyDomain": "x" * 255}},
        {"filters": {"isB2b": "n", "hasPhone": False, "companySize": []}},
    ],
)
def test_legal_borders_pass(warm: Client, change: Body) -> None:
    assert warm.post(QUERY, WIDE | change).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"topicIds": []},
        {"topicIds": list(range(11))},
        {"topicIds": ["117801"]},
        {"topicIds": [True]},
        {"topicIds": 117801},
        {"topicIds": None},
        {"minScore": 0},
        {"minScore": 101},
        {"minScore": "70"},
        {"minScore": 70.5},
        {"maxScore": 0},
        {"maxScore": 101},
        {"minScore": 80, "maxScore": 79},
        {"minTopicOverlap": 0},
        {"minTopicOverlap": 11},
        {"limit": 0},
        {"limit": 101},
        {"limit": "50"},
        {"limit": None},
        {"date": "21.11.2026"},
        {"date": "2026-11-2"},
        {"date": "2026-11-20T00:00:00Z"},
        {"audienceId": "cars"},
        {"audienceId": None},
        {"cursor": 3},
        {"cursor": "not a cursor"},
        {"filters": None},
        {"filters": []},
        {"filters": {"isB2b": True}},
        {"filters": {"isB2b": "yes"}},
        {"filters": {"isB2b": None}},
        {"filters": {"hasPhone": "true"}},
        {"filters": {"seniority": "vp"}},
        {"filters": {"seniority": [1]}},
        {"filters": {"state": ["CA"]}},
        {"filters": {"jobTitle": "x" * 201}},
        {"filters": {"companyName": "x" * 256}},
        {"filters": {"companyDomain": "x" * 256}},
    ],
)
def test_what_breaks_a_rule_is_400_in_the_nested_form(warm: Client, change: Body) -> None:
    answer = warm.post(QUERY, WIDE | change)
    assert answer.status == 400
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3"])
def test_what_is_no_object_is_400(warm: Client, body: bytes) -> None:
    assert warm.ask("POST", QUERY, body=body).status == 400


def test_neither_topics_nor_audience_is_400(warm: Client) -> None:
    assert warm.post(QUERY, {}).status == 400
    assert warm.post(QUERY, {"minScore": 10}).status == 400


# --- keys and limits ------------------------------------------------------------------------------------------


def test_keys(client: Client, vendor: Vendor) -> None:
    key = client.headers["X-API-Key"]
    assert key.startswith("sk_sandbox_")
    expired = vendor.environment("")["SANDBOX_LEADPIPE_EXPIRED_KEY"]

    def status(headers: dict[str, str]) -> int:
        return client.post(QUERY, WIDE, headers=headers).status

    assert status({"X-API-Key": ""}) == 401
    assert status({"X-API-Key": "sk_guess"}) == 401
    assert status({"X-API-Key": "", "Authorization": f"Bearer {key}"}) == 401
    answer = client.post(QUERY, WIDE, headers={"X-API-Key": expired})
    assert (answer.status, answer.json()["error"]["message"]) == (403, "Organization is expired")
    assert client.get(f"{ROOT}/topics", headers={"X-API-Key": ""}).status == 200
    assert client.get(AUDIENCES, headers={"X-API-Key": ""}).status == 401


def test_429_after_a_number_of_calls_that_can_be_set(warm: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    sandbox.seconds = lambda: 0.0
    sandbox.set_limit(vendor, 2, 30)
    sandbox.limits_on = True
    answers = [warm.post(QUERY, WIDE) for _ in range(3)]
    assert [a.status for a in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "30"
    assert "error" in answers[-1].json()


# --- materialisation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("waits", [0, 1, 3])
def test_a_new_config_is_202_for_n_calls_and_then_comes_from_the_cache(
    client: Client, sandbox: Sandbox, vendor: Vendor, waits: int
) -> None:
    sandbox.set_switch(vendor, "materializing_calls", waits)
    answers = [client.post(QUERY, WIDE) for _ in range(waits + 2)]
    assert [a.status for a in answers] == [202] * waits + [200, 200]
    assert len({a.json()["meta"]["cacheKey"] for a in answers}) == 1
    for answer in answers[:waits]:
        assert answer.json()["data"] == []
        assert answer.json()["meta"] | {"cacheKey": ""} == {
            "count": 0, "totalCount": 0, "nextCursor": None, "hasMore": False, "status": "materializing",
            "cacheKey": "", "dataDate": None,
        }  # fmt: skip


def test_one_202_is_the_default_and_another_spelling_of_a_config_is_warm(client: Client) -> None:
    assert [client.post(QUERY, WIDE).status for _ in range(2)] == [202, 200]
    respelled = {
        "minScore": 1, "topicIds": [*reversed(ALL[:10])], "filters": {}, "maxScore": 100, "limit": 7,
    }  # fmt: skip
    assert client.post(QUERY, respelled).status == 200
    assert client.post(QUERY, WIDE | {"minScore": 2}).status == 202


@pytest.mark.parametrize(("switch", "status"), [("status", 200), ("500", 500)])
def test_a_failed_materialisation_is_told_once(
    client: Client, sandbox: Sandbox, vendor: Vendor, switch: str, status: int
) -> None:
    sandbox.set_switch(vendor, "failed", switch)
    sandbox.faults.add(rule("failed_export", "leadpipe", count=1))
    first, failed, again, ready = (client.post(QUERY, WIDE) for _ in range(4))
    assert [a.status for a in (first, failed, again, ready)] == [202, status, 202, 200]
    if status == 200:
        assert failed.json()["meta"]["status"] == "failed"
        assert failed.json()["data"] == []


# --- paging ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_hold_everybody_once_and_end(warm: Client, limit: int) -> None:
    body = {"topicIds": ALL[:3], "minScore": 60}
    found = pages(warm, body, limit)
    total = found[0]["meta"]["totalCount"]
    assert total > 8
    assert len(found) == -(-total // limit)
    assert all(p["meta"]["totalCount"] == total and p["meta"]["count"] == len(p["data"]) for p in found)
    assert all(p["meta"]["hasMore"] == (p["meta"]["nextCursor"] is not None) for p in found)
    assert found[-1]["meta"]["nextCursor"] is None
    assert sum(len(p["data"]) for p in found) == len({r["hem"] for p in found for r in p["data"]}) == total


def test_a_cursor_is_bound_to_the_config_and_the_day(warm: Client, vendor: Vendor) -> None:
    first = warm.post(QUERY, WIDE).json()["meta"]
    cursor = first["nextCursor"]
    assert warm.post(QUERY, WIDE | {"cursor": cursor}).status == 200
    assert warm.post(QUERY, WIDE | {"cursor": cursor, "minScore": 2}).status == 400
    assert warm.post(QUERY, WIDE | {"cursor": cursor, "date": "2026-11-18"}).status == 400
    assert warm.post(QUERY, WIDE | {"cursor": cursor[:-4] + "AAAA"}).status == 400
    vendor.actions["new_run"]({})
    stale = warm.post(QUERY, WIDE | {"cursor": cursor})
    assert stale.status == 400
    assert "cursor" in stale.json()["error"]["message"]
    pinned = warm.post(QUERY, WIDE | {"cursor": cursor, "date": first["dataDate"]})
    assert (pinned.status, pinned.json()["meta"]["cacheKey"]) == (200, first["cacheKey"])


def test_a_new_run_between_two_pages_brings_another_day_with_other_people(warm: Client, vendor: Vendor) -> None:
    before = warm.post(QUERY, WIDE).json()
    vendor.actions["new_run"]({})
    after = warm.post(QUERY, WIDE).json()
    assert before["meta"]["dataDate"] < after["meta"]["dataDate"]
    assert before["meta"]["cacheKey"] != after["meta"]["cacheKey"]
    assert before["data"] != after["data"]


# --- runs -----------------------------------------------------------------------------------------------------


def test_several_daily_runs_with_other_people_and_scores(warm: Client, sandbox: Sandbox) -> None:
    today = sandbox.clock.today()
    days = [(today - timedelta(days=back)).isoformat() for back in range(1, 8)]
    by_day = {day: rows(warm, WIDE | {"date": day}) for day in days}
    assert len({tuple(r["hem"] for r in found) for found in by_day.values()}) == len(days)
    assert warm.post(QUERY, WIDE).json() == warm.post(QUERY, WIDE | {"date": days[0]}).json()
    assert all(
        warm.post(QUERY, WIDE | {"date": day}).json()["meta"]["dataDate"] == day for day in (days[0], days[-1])
    )


@pytest.mark.parametrize("day", ["2026-11-13", "2026-11-21", "2027-01-01", "2026-13-45", "2026-02-30"])
def test_a_date_without_run_is_404_or_empty(warm: Client, sandbox: Sandbox, vendor: Vendor, day: str) -> None:
    assert warm.post(QUERY, WIDE | {"date": day}).status == 404
    sandbox.set_switch(vendor, "missing_run", "empty")
    answer = warm.post(QUERY, WIDE | {"date": day})
    assert (answer.status, answer.json()["data"], answer.json()["meta"]["totalCount"]) == (200, [], 0)


def test_runs_come_with_the_clock_or_on_command_but_never_ahead_of_it(
    warm: Client, sandbox: Sandbox, vendor: Vendor
) -> None:
    def latest() -> str:
        return str(warm.post(QUERY, WIDE).json()["meta"]["dataDate"])

    assert latest() == "2026-11-20"
    assert vendor.actions["new_run"]({}) == {"dataDate": "2026-11-21"}
    assert (latest(), sandbox.clock.today()) == ("2026-11-21", date(2026, 11, 21))
    assert vendor.actions["new_run"]({}) == {"dataDate": "2026-11-22"}
    assert (latest(), sandbox.clock.today()) == ("2026-11-22", date(2026, 11, 22))
    sandbox.clock.advance(timedelta(days=3))
    assert latest() == "2026-11-24"
    sandbox.clock.advance(timedelta(days=-5))
    assert latest() == "2026-11-20"  # what was called for lies in the future again
    sandbox.clock.advance(timedelta(days=-30))
    assert warm.post(QUERY, WIDE).status == 404


def test_another_sandbox_of_the_same_seed_answers_the_same(warm: Client, world: World) -> None:
    from contactable.sandbox.vendor import new_sandbox

    other = new_sandbox(world=World(world.size, world.seed))
    vendor = leadpipe.vendor(other)
    other.set_switch(vendor, "materializing_calls", 0)
    twin = Client(other, [vendor], warm.headers)
    assert twin.post(QUERY, WIDE).body == warm.post(QUERY, WIDE).body


# --- filters --------------------------------------------------------------------------------------------------


def _job(view: VendorView, person: int) -> int:
    return view.employer(person)


def _title(view: VendorView, person: int) -> str:
    return view.world.job_title(person).lower() if _job(view, person) >= 0 else ""


FILTERS: list[tuple[Body, Callable[[VendorView, int], bool]]] = [
    (
        {"companyIndustry": ["Software Development", "retail"]},
        lambda v, p: _job(v, p) >= 0 and v.world.industry(_job(v, p)).name in ("software development", "retail"),
    ),
    (
        {"seniority": ["director", "c_suite"]},
        lambda v, p: _job(v, p) >= 0 and v.world.job_level(p) in ("Director", "C-Level"),
    ),
    ({"department": ["sales"]}, lambda v, p: _job(v, p) >= 0 and v.world.job_function(p) == "Sales"),
    (
        {"companySize": ["51 to 100", "101 to 250"]},
        lambda v, p: (
            _job(v, p) >= 0
            and firmographics.SIZES[int(firmographics.Firmographics(v).size[_job(v, p)])]
            in ("51 to 100", "101 to 250")
        ),
    ),
    (
        {"companyRevenueRange": ["under 1 million", "10 million to 25 million"]},
        lambda v, p: (
            _job(v, p) >= 0
            and firmographics.REVENUES[int(firmographics.Firmographics(v).revenue[_job(v, p)])]
            in ("under 1 million", "10 million to 25 million")
        ),
    ),
    ({"state": "CA"}, lambda v, p: v.world.state(int(v.world.household[p])).code == "CA"),
    ({"state": "new york"}, lambda v, p: v.world.state(int(v.world.household[p])).code == "NY"),
    ({"ageRange": ["18-24", "65+"]}, lambda v, p: v.world.age(p) <= 24 or v.world.age(p) >= 65),
    ({"gender": "female"}, lambda v, p: v.world.gender[p] == 0),
    ({"isB2b": "y"}, lambda v, p: _job(v, p) >= 0),
    ({"isB2b": "n"}, lambda v, p: _job(v, p) < 0),
    ({"jobTitle": "MANAGER"}, lambda v, p: "manager" in _title(v, p)),
    (
        {"companyName": "an"},
        lambda v, p: _job(v, p) >= 0 and "an" in v.world.company_name(_job(v, p)).lower(),
    ),
    ({"hasBusinessEmail": True}, lambda v, p: bool(v.work_mailboxes(p))),
    ({"hasPersonalEmail": True}, lambda v, p: bool(v.personal_mailboxes(p))),
    ({"hasLinkedin": True}, lambda v, p: bool(v.linkedin(p))),
    ({"hasPhone": True}, lambda v, p: bool(v.phones(p))),
    ({"hasPhone": False, "hasLinkedin": False}, lambda v, p: True),
    (
        {"gender": "male", "isB2b": "y", "hasPhone": True},
        lambda v, p: v.world.gender[p] == 1 and _job(v, p) >= 0 and bool(v.phones(p)),
    ),
]


@pytest.mark.parametrize(
    ("filters", "passes"), FILTERS, ids=lambda value: str(value) if isinstance(value, dict) else ""
)
def test_every_filter_keeps_exactly_those_it_names(
    warm: Client, view: VendorView, filters: Body, passes: Callable[[VendorView, int], bool]
) -> None:
    everybody = people(view, rows(warm, WIDE))
    kept = people(view, rows(warm, WIDE | {"filters": filters}))
    assert kept == [person for person in everybody if passes(view, person)]
    assert kept


def test_company_domain_is_exact(warm: Client, view: VendorView) -> None:
    everybody = people(view, rows(warm, WIDE))
    employer = next(view.employer(p) for p in everybody if view.employer(p) >= 0)
    domain = view.world.company_domain(employer)
    kept = people(view, rows(warm, WIDE | {"filters": {"companyDomain": domain.upper()}}))
    assert kept == [p for p in everybody if view.employer(p) == employer]
    assert rows(warm, WIDE | {"filters": {"companyDomain": domain.removesuffix("e") + "x"}}) == []


def test_the_filter_catalogue_lists_what_occurs(warm: Client, view: VendorView) -> None:
    legal = warm.get(f"{AUDIENCES}/filters").json()["data"]
    assert set(legal) == {
        "seniority", "companyIndustry", "companySize", "department", "companyRevenueRange", "ageRange", "gender",
        "state",
    }  # fmt: skip
    assert {"director", "vp", "c_suite"} <= set(legal["seniority"])
    assert {"51 to 100", "101 to 250"} <= set(legal["companySize"])
    bands = firmographics.Firmographics(view)
    assert set(np.unique(bands.size)) <= set(range(len(legal["companySize"])))
    assert set(np.unique(bands.revenue)) <= set(range(len(legal["companyRevenueRange"])))
    for key in ("seniority", "department", "ageRange", "companyIndustry"):
        counts = [
            warm.post(QUERY, WIDE | {"filters": {key: [value]}}).json()["meta"]["totalCount"]
            for value in legal[key]
        ]
        everybody = warm.post(QUERY, WIDE | {"filters": {key: legal[key]}}).json()["meta"]["totalCount"]
        assert sum(counts) == everybody


# --- saved audiences ------------------------------------------------------------------------------------------

CONFIG = {"topicIds": [117801, 117802], "minScore": 50, "filters": {"isB2b": "y"}}


def saved(client: Client, config: Body | None = None) -> Body:
    answer = client.post(AUDIENCES, {"name": "EV people", "config": config or CONFIG})
    assert answer.status == 201
    data: Body = answer.json()["data"]
    return data


def test_a_saved_audience_wins_over_what_stands_beside_it(warm: Client) -> None:
    audience = saved(warm)
    by_id = warm.post(QUERY, {"audienceId": audience["id"]}).json()
    assert by_id == warm.post(QUERY, CONFIG).json()
    beside = {"audienceId": audience["id"], "topicIds": [YACHT], "minScore": 99, "filters": {"isB2b": "n"}}
    assert warm.post(QUERY, beside).json() == by_id
    assert warm.post(QUERY, {"audienceId": "3c90c3cc-0d44-4b50-8888-8dd25736052a"}).status == 404


def test_audiences_are_made_read_changed_and_deleted(warm: Client, sandbox: Sandbox) -> None:
    assert [a["status"] for a in warm.get(AUDIENCES).json()["data"]] == ["active"]
    made = saved(warm)
    assert set(made) == {"id", "name", "status", "config", "audienceSize", "lastRefreshedAt", "createdAt"}
    assert (made["status"], made["lastRefreshedAt"], made["audienceSize"]) == ("draft", None, None)
    assert made["config"] == CONFIG | {"maxScore": 100, "minTopicOverlap": 1}
    path = f"{AUDIENCES}/{made['id']}"
    read = warm.get(path).json()["data"]
    assert read["topics"] == [{"id": 117801, "name": "audi"}, {"id": 117802, "name": "electric vehicle"}]
    assert len(warm.get(AUDIENCES).json()["data"]) == 2

    sandbox.clock.advance(timedelta(hours=1))
    changed = warm.ask("PATCH", path, json={"status": "paused", "audienceSize": 500}).json()["data"]
    assert set(changed) == {"id", "name", "status", "config", "audienceSize", "lastRefreshedAt", "updatedAt"}
    assert (changed["name"], changed["status"], changed["audienceSize"]) == ("EV people", "paused", 500)
    assert changed["updatedAt"] > read["createdAt"]
    assert warm.get(path).json()["data"]["status"] == "paused"

    assert warm.ask("DELETE", path).json() == {"data": {"deleted": True}}
    assert warm.get(path).status == 404
    assert warm.ask("DELETE", path).status == 404
    assert warm.ask("PATCH", path, json={}).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"config": CONFIG},
        {"name": "", "config": CONFIG},
        {"name": "x" * 256, "config": CONFIG},
        {"name": "x", "config": {}},
        {"name": "x", "config": {"topicIds": []}},
        {"name": "x", "config": CONFIG | {"minScore": 90, "maxScore": 80}},
        {"name": "x", "config": CONFIG | {"sourceUrl": "acme"}},
        {"name": "x", "config": CONFIG, "audienceSize": "many"},
    ],
)
def test_a_bad_audience_is_400(warm: Client, body: Body) -> None:
    assert warm.post(AUDIENCES, body).status == 400
    assert len(warm.get(AUDIENCES).json()["data"]) == 1


@pytest.mark.parametrize("body", [{"status": "gone"}, {"name": ""}, {"name": None}, {"config": {"topicIds": []}}])
def test_a_bad_patch_is_400_and_changes_nothing(warm: Client, body: Body) -> None:
    path = f"{AUDIENCES}/{saved(warm)['id']}"
    before = warm.get(path).json()
    assert warm.ask("PATCH", path, json=body).status == 400
    assert warm.get(path).json() == before


def test_a_lost_creation_did_not_happen(warm: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("timeout", "leadpipe", "audience_create", count=1))
    assert warm.post(AUDIENCES, {"name": "x", "config": CONFIG}).status == 0
    assert len(warm.get(AUDIENCES).json()["data"]) == 1
    sandbox.faults.add(rule("charged_then_cut", "leadpipe", "audience_create", count=1))
    assert not warm.post(AUDIENCES, {"name": "x", "config": CONFIG}).complete
    assert len(warm.get(AUDIENCES).json()["data"]) == 2


def test_status_results_and_runs_of_a_saved_audience(client: Client, sandbox: Sandbox) -> None:
    path = f"{AUDIENCES}/{saved(client)['id']}"

    def status(query: str = "") -> Body:
        data: Body = client.get(f"{path}/status{query}").json()["data"]
        return data

    assert status() == {"status": "none", "totalCount": 0, "dataDate": None, "runId": None}
    first = client.get(f"{path}/results")
    assert (first.status, first.json()) == (
        202,
        {"data": [], "meta": {"status": "materializing", "dataDate": None}},
    )
    ready = status()
    assert ready["status"] == "ready"
    assert ready["dataDate"] == "2026-11-20"

    page = client.get(f"{path}/results?limit=3").json()
    assert set(page["meta"]) == {"count", "totalCount", "nextCursor", "hasMore", "status", "dataDate"}
    assert page["meta"]["totalCount"] == ready["totalCount"] > 3
    assert [set(row) for row in page["data"]] == [{"personId", "intentScore", "email"}] * 3
    second = client.get(f"{path}/results?limit=3&cursor={page['meta']['nextCursor']}").json()
    assert not {r["personId"] for r in page["data"]} & {r["personId"] for r in second["data"]}
    assert client.get(f"{path}/results?cursor=zzz").status == 400
    assert client.get(f"{path}/results?limit=101").status == 400
    assert client.get(f"{path}/results?limit=no").status == 400
    assert client.get(f"{path}/results?date=2026-01-01").status == 404
    assert client.get(f"{path}/status?date=yesterday").status == 400
    assert status("?date=2026-11-18")["status"] == "none"

    client.get(f"{path}/results?date=2026-11-18")
    runs = client.get(f"{path}/runs").json()["data"]
    assert [run["dataDate"] for run in runs] == ["2026-11-20", "2026-11-18"]
    assert [run["status"] for run in runs] == ["ready", "materializing"]
    assert set(runs[0]) == {"cacheKey", "dataDate", "status", "totalCount", "createdAt", "hasExport"}
    assert client.get(path).json()["data"]["lastRefreshedAt"] == sandbox.clock.text()


def test_an_active_audience_is_materialised_by_itself(client: Client) -> None:
    audience = client.get(AUDIENCES).json()["data"][0]
    path = f"{AUDIENCES}/{audience['id']}/status"
    assert [client.get(path).json()["data"]["status"] for _ in range(2)] == ["materializing", "ready"]
    assert client.post(QUERY, {"audienceId": audience["id"]}).status == 200


def test_preview_is_masked_exact_and_at_once(client: Client) -> None:
    config = {"topicIds": ALL[:10], "minScore": 1}
    data = client.post(f"{AUDIENCES}/preview", config).json()["data"]
    assert set(data) == {"totalCount", "sample", "previewKey", "dataDate"}
    assert len(data["sample"]) == 50
    assert all("***" in row["email"] or not row["email"] for row in data["sample"])
    assert all(row["masked"] and re.fullmatch("[0-9a-f]{64}", row["hem"]) for row in data["sample"])
    client.post(QUERY, config)
    assert client.post(QUERY, config).json()["meta"]["totalCount"] == data["totalCount"]
    assert client.post(f"{AUDIENCES}/preview", {"minScore": 1}).status == 400


# --- topics ---------------------------------------------------------------------------------------------------


def test_topics_facets_and_search(client: Client) -> None:
    every = client.get(f"{ROOT}/topics").json()
    assert len(every["data"]) == every["meta"]["total"] == len(lexicon.TOPICS)
    assert set(every["data"][0]) == {"topicId", "topicName", "type", "industry", "category"}
    facets = client.get(f"{ROOT}/topics/facets").json()["data"]
    for facet in facets["types"]:
        found = client.get(f"{ROOT}/topics?type={facet['value']}").json()
        assert found["meta"]["count"] == len(found["data"]) == facet["count"]
    assert {t["category"] for t in client.get(f"{ROOT}/topics?category=cars&q=u").json()["data"]} == {"cars"}
    found = client.get(f"{ROOT}/topics/search?q=car").json()["data"]
    assert [t["topicName"] for t in found if t["topicName"] in ("used cars", "credit card")] == [
        "credit card",
        "used cars",
    ]
    assert len(client.get(f"{ROOT}/topics/search?q=a&limit=2").json()["data"]) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/topics?type=b2x",
        f"/topics?q={'x' * 101}",
        "/topics/search",
        "/topics/search?q=",
        "/topics/search?q=a&limit=51",
    ],
)
def test_bad_topic_queries_are_400(client: Client, path: str) -> None:
    assert client.get(ROOT + path).status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/topics/movers"), ("GET", "/topics/117801/trend"), ("POST", "/topics/compare"),
     ("POST", "/topics/analyze"), ("GET", "/audiences/x/stats"), ("POST", "/audiences/x/export")],
)  # fmt: skip
def test_what_is_not_built_says_so(client: Client, method: str, path: str) -> None:
    answer: Answer = client.ask(method, ROOT + path)
    assert answer.status == 501
    assert "error" in answer.json()


# --- faults and switches --------------------------------------------------------------------------------------


def test_live_rows_have_56_keys_and_no_hem(warm: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    plain = rows(warm, WIDE)
    sandbox.set_switch(vendor, "rows", "live")
    live = rows(warm, WIDE)
    assert {len(row) for row in live} == {56}
    assert all("hem" not in row for row in live)
    assert [row["emailHashes"]["sha256"] for row in live] == [row["hem"] for row in plain]
    assert all(isinstance(row["phones"], str | None) for row in live)


def test_the_list_of_audiences_may_tell_no_names(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    assert all(audience["name"] for audience in client.get(AUDIENCES).json()["data"])
    sandbox.set_switch(vendor, "audience_names", "left_out")
    listed = client.get(AUDIENCES).json()["data"]
    assert listed
    assert not any("name" in audience for audience in listed)


def test_total_count_may_be_untold(warm: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    sandbox.set_switch(vendor, "total_count", "null")
    assert warm.post(QUERY, WIDE).json()["meta"]["totalCount"] is None


def test_duplicate_page_repeated_cursor_wrong_total_and_500_in_the_middle(warm: Client, sandbox: Sandbox) -> None:
    def ask(cursor: str | None) -> Answer:
        return warm.post(QUERY, WIDE | {"limit": 20, "cursor": cursor})

    first = ask(None).json()
    second = ask(first["meta"]["nextCursor"]).json()

    sandbox.faults.add(rule("duplicate_page", "leadpipe", count=1))
    assert ask(None).json()["data"] == first["data"]
    again = ask(first["meta"]["nextCursor"]).json()
    assert again["data"] == first["data"]
    assert again["meta"]["nextCursor"] == second["meta"]["nextCursor"]

    sandbox.faults.add(rule("repeated_cursor", "leadpipe", count=1))
    stuck = ask(first["meta"]["nextCursor"]).json()
    assert stuck["data"] == second["data"]
    assert stuck["meta"]["nextCursor"] == first["meta"]["nextCursor"]

    sandbox.faults.add(rule("wrong_total", "leadpipe", count=1))
    assert ask(None).json()["meta"]["totalCount"] == first["meta"]["totalCount"] + 1

    sandbox.faults.add(rule("mid_paging_500", "leadpipe", count=1))
    assert ask(None).status == 200
    assert ask(first["meta"]["nextCursor"]).status == 500
    assert ask(first["meta"]["nextCursor"]).json() == second


def test_queries_cost_nothing(warm: Client, sandbox: Sandbox) -> None:
    pages(warm, WIDE)
    assert len(sandbox.charges) == 0


def test_every_route_says_where_it_is_known_from(vendor: Vendor) -> None:
    assert all(route.note for route in vendor.routes)
    documented = [route.path for route in vendor.routes if route.provenance == "doc"]
    assert documented == ["/v1/intent/audiences/query"]
