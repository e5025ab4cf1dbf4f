"""BIGDBM intent: createList 2.4 with its documented shape and borders, Intent by MD5 as assumed."""

import re
from datetime import date
from typing import Any

import pytest

from contactable.sandbox import bigdbm, lexicon
from contactable.sandbox.vendor import Sandbox
from contactable.sandbox.world import World
from support.asgi import Client

_CREATE = "/bigdbm/intent-api/intent/createList"
_BY_MD5 = "/bigdbm/intent-api/intent/byMd5"
_TODAY = "2026-11-21"
_GOOD = {"StartDate": "2026-10-01", "EndDate": _TODAY, "Keywords": "audi", "NumberOfHems": 1000}


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    vendor = bigdbm.vendor(sandbox)
    return Client(sandbox, [vendor], {"Authorization": f"Bearer {vendor.environment('')['BIGDBM_TOKEN']}"})


def _switch(client: Client, name: str, value: object) -> None:
    client.sandbox.set_switch(client.app.vendors[0], name, value)


def _create(client: Client, **changes: Any) -> Any:
    body = {**_GOOD, **changes}
    return client.post(_CREATE, {name: value for name, value in body.items() if value is not None})


def test_the_answer_is_the_documented_one_to_the_letter(client: Client) -> None:
    answer = _create(client).json()
    assert list(answer) == ["status", "listId", "count", "hems", "metadata"]
    assert answer["status"] == "success"
    assert re.fullmatch(r"lst_[0-9a-f]{12}", answer["listId"])
    assert answer["count"] == len(answer["hems"]) > 20
    assert list(answer["metadata"]) == ["processing_ms", "keyword_match_pool", "api_version"]
    assert answer["metadata"]["api_version"] == "2.4"
    assert answer["metadata"]["keyword_match_pool"] > answer["count"]
    for row in answer["hems"]:
        assert list(row) == ["hem", "signal_date", "confidence", "signal_count"]
        assert re.fullmatch(r"[0-9a-f]{32}", row["hem"])
        assert "2026-10-01" <= row["signal_date"] <= _TODAY
        assert 0 < row["confidence"] < 1
        assert row["signal_count"] >= 1
    assert len({row["hem"] for row in answer["hems"]}) == answer["count"]


def test_the_hems_are_of_people_who_showed_the_topic(client: Client, world: World) -> None:
    topic = next(number for number, topic in enumerate(lexicon.TOPICS) if topic.name == "audi")
    for row in _create(client).json()["hems"]:
        shown = world.signals(date.fromisoformat(row["signal_date"]))
        person = world.mail_owner[world.find_hash(row["hem"])]
        assert (person, topic) in set(zip(shown.person.tolist(), shown.topic.tolist(), strict=True))


def test_two_calls_give_the_same_hems_under_another_list(client: Client) -> None:
    first, second = _create(client).json(), _create(client).json()
    assert first["hems"] == second["hems"]
    assert first["listId"] != second["listId"]


@pytest.mark.parametrize("wanted", [100, 100_000])
def test_the_number_of_hems_is_legal_at_both_ends(client: Client, wanted: int) -> None:
    answer = _create(client, NumberOfHems=wanted, Keywords="mortgage refinance", StartDate="2026-08-23")
    assert answer.status == 200
    assert answer.json()["count"] <= wanted
    if wanted == 100:
        assert answer.json()["count"] == 100


@pytest.mark.parametrize("wanted", [99, 100_001, 0, -1, "100", 100.0, True, None])
def test_other_numbers_of_hems_are_refused(client: Client, wanted: object) -> None:
    answer = _create(client, NumberOfHems=wanted)
    assert (answer.status, answer.json()) == (400, {"message": "NumberOfHems must be between 100 and 100000."})


def test_a_start_exactly_90_days_back_passes_and_91_do_not(client: Client) -> None:
    assert _create(client, StartDate="2026-08-23").status == 200
    answer = _create(client, StartDate="2026-08-22")
    assert (answer.status, answer.json()["message"]) == (400, "StartDate must be within the last 90 days.")
    assert _create(client, StartDate="2026-11-22", EndDate="2026-11-22").status == 400


def test_one_day_is_a_window_and_a_backward_one_is_not(client: Client) -> None:
    assert _create(client, StartDate=_TODAY, EndDate=_TODAY).status == 200
    answer = _create(client, StartDate=_TODAY, EndDate="2026-11-20")
    assert (answer.status, answer.json()["message"]) == (
        400,
        "EndDate must be greater than or equal to StartDate.",
    )


def test_the_document_s_own_example_depends_on_the_clock(client: Client, sandbox: Sandbox) -> None:
    example = {"StartDate": "2025-12-03", "EndDate": "2025-12-03", "Keywords": "audi", "NumberOfHems": 1000}
    assert client.post(_CREATE, example).status == 400
    sandbox.clock.set(sandbox.clock.now().replace(year=2025, month=12, day=10))
    answer = client.post(_CREATE, example)
    assert answer.status == 200
    assert {row["signal_date"] for row in answer.json()["hems"]} <= {"2025-12-03"}


@pytest.mark.parametrize("missing", list(_GOOD))
def test_every_field_is_required(client: Client, missing: str) -> None:
    answer = _create(client, **{missing: None})
    assert answer.status == 400
    assert missing in answer.json()["message"]


@pytest.mark.parametrize("text", ["2026-1-1", "20261101", "2026-02-30", "yesterday", 20261101])
def test_dates_have_one_format(client: Client, text: object) -> None:
    answer = _create(client, StartDate=text)
    assert (answer.status, answer.json()["message"]) == (400, "StartDate must be in the format YYYY-MM-DD.")


@pytest.mark.parametrize("keywords", [["audi"], "", "   ", 7])
def test_keywords_is_one_string(client: Client, keywords: object) -> None:
    assert _create(client, Keywords=keywords).status == 400


@pytest.mark.parametrize("keywords", ["yacht charter", "no such thing", "audi,electric vehicle"])
def test_a_keyword_without_signals_gives_an_empty_list(client: Client, keywords: str) -> None:
    answer = _create(client, Keywords=keywords).json()
    assert (answer["status"], answer["count"], answer["hems"]) == ("success", 0, [])
    assert answer["metadata"]["keyword_match_pool"] == 0


def test_keywords_match_whole_words_whatever_their_case(client: Client) -> None:
    assert _create(client, Keywords=" Electric VEHICLE ").json()["count"] > 0
    assert _create(client, Keywords="vehicle").json()["count"] > 0
    assert _create(client, Keywords="vehicl").json()["count"] == 0


def test_tomorrow_has_no_signals_until_the_clock_moves(client: Client, sandbox: Sandbox) -> None:
    ahead = {"StartDate": _TODAY, "EndDate": "2026-12-31", "Keywords": "mortgage refinance", "NumberOfHems": 100}
    before = client.post(_CREATE, ahead).json()
    assert {row["signal_date"] for row in before["hems"]} <= {_TODAY}
    sandbox.clock.set(sandbox.clock.now().replace(day=25))
    after = client.post(_CREATE, ahead).json()
    assert max(row["signal_date"] for row in after["hems"]) > _TODAY


@pytest.mark.parametrize(("mode", "digits"), [("md5", 32), ("sha1", 40), ("sha256", 64), ("doc_sample", 63)])
def test_hem_has_four_forms(client: Client, mode: str, digits: int) -> None:
    _switch(client, "hem", mode)
    rows = _create(client).json()["hems"]
    assert {len(row["hem"]) for row in rows} == {digits}
    if mode != "doc_sample":
        assert all(client.sandbox.world.find_hash(row["hem"]) >= 0 for row in rows)


def test_hashes_may_repeat_over_days(client: Client) -> None:
    once = _create(client).json()
    _switch(client, "intent_rows", "hem_and_day")
    rows = _create(client).json()["hems"]
    assert len({row["hem"] for row in rows}) == once["count"] < len(rows)
    assert len({(row["hem"], row["signal_date"]) for row in rows}) == len(rows)
    assert sum(row["signal_count"] for row in rows) == sum(row["signal_count"] for row in once["hems"])


def test_a_call_costs_one_credit_or_one_a_hem(client: Client) -> None:
    _create(client)
    _create(client, NumberOfHems=99)
    _switch(client, "charge_create_list", "hem")
    count = _create(client).json()["count"]
    assert [entry.credits for entry in client.sandbox.charges] == [1.0, float(count)]


def test_topics_of_one_md5(client: Client) -> None:
    row = _create(client).json()["hems"][0]
    answer = client.post(_BY_MD5, {"MD5": row["hem"]}).json()
    assert list(answer) == ["status", "md5", "count", "topics", "metadata"]
    assert answer["count"] == len(answer["topics"])
    audi = next(topic for topic in answer["topics"] if topic["sentence"] == "audi")
    assert audi["signal_date"] == row["signal_date"]
    assert audi["signal_count"] >= row["signal_count"]
    assert answer["metadata"]["api_version"] == "3.0"
    narrow = client.post(_BY_MD5, {"MD5": row["hem"], "StartDate": "2026-10-01", "EndDate": _TODAY}).json()
    assert next(t for t in narrow["topics"] if t["sentence"] == "audi")["signal_count"] == row["signal_count"]


def test_topics_of_nobody(client: Client) -> None:
    answer = client.post(_BY_MD5, {"MD5": "0" * 32})
    assert (answer.status, answer.json()["count"], answer.json()["topics"]) == (200, 0, [])
    assert len(client.sandbox.charges) == 0
    for wrong in ("0" * 31, "g" * 32, None, "0" * 64):
        assert client.post(_BY_MD5, {"MD5": wrong}).status == 400
