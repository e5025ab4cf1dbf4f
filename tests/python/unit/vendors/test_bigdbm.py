"""BIGDBM's calls as they go on the wire, and what is refused before sending."""

import hashlib
import json
from typing import Any

import pytest

from contactable.extract.subjects import Question, question
from contactable.vendors import ENDPOINTS, Flow

ADA = {"FirstName": "Ada", "LastName": "Roe", "Address": "1 Test St", "Zip": "10001"}
MD5 = "0" * 32
SENT: dict[str, Any] = {
    "consumer_pii": ADA,
    "consumer_pii_validated": ADA,
    "consumer_id": "1000000001",
    "consumer_ip": "192.0.2.1",
    "consumer_email": "ada@example.com",
    "consumer_maid": "00000000-0000-4000-8000-000000000001",
    "consumer_email_md5": MD5,
    "consumer_md5_age": MD5,
    "consumer_phone": "2025550100",
    "consumer_gzai": "10001-0001",
    "consumer_address": {"Address": "1 Test St", "Zip": "10001-0001"},
    "consumer_linkedin": "linkedin.com/in/ada-roe",
    "consumer_vin": "1HGBH41JXMN109186",
    "b2b_email": "ada@acme.example",
    "b2b_email_md5": MD5,
    "b2b_linkedin": "ACwAAB1234567890abcdef",
    "b2b_phone": "2025550101",
    "b2b_maid": "00000000-0000-4000-8000-000000000001",
    "b2b_company": {"Domain": "acme.example"},
    "b2b_address": {"Address": "2 Test St", "Zip": "10001", "City": "Testville", "State": "NY"},
    "b2b_ip": "2001:db8::1",
}


def ask(name: str, value: Any, **options: Any) -> Question:
    endpoint = ENDPOINTS[f"bigdbm.{name}"]
    text = json.dumps(value, sort_keys=True, separators=(",", ":")) if isinstance(value, dict) else value
    return question(endpoint, "key", endpoint.subject_type, text, json.dumps(options), None)


def refused(name: str, value: Any) -> str | None:
    asked = ask(name, value).subject
    return next((c.rule for c in ENDPOINTS[f"bigdbm.{name}"].checks if not c.test(asked)), None)


def test_every_get_data_by_call_is_in_this_table() -> None:
    paths = {key for key, endpoint in ENDPOINTS.items() if "/GetDataBy/" in endpoint.path}
    assert paths - {"bigdbm.consumer_pii_count"} == {f"bigdbm.{name}" for name in SENT}


@pytest.mark.parametrize(("name", "value"), SENT.items())
def test_a_subject_goes_out_as_it_is_an_object_with_its_sequence(name: str, value: Any) -> None:
    endpoint = ENDPOINTS[f"bigdbm.{name}"]
    item = ask(name, value, OutputId=7)
    options = dict(item.options) | ({"_page": 3} if endpoint.flow is Flow.PAGES else {})
    body = endpoint.encode([item.subject], options, "call-1").body.json
    assert isinstance(body, dict)
    assert body["RequestId"] == "call-1"
    assert body["OutputId"] == 7
    assert body.get("PageNumber") == (3 if endpoint.flow is Flow.PAGES else None)
    [sent] = body["ObjectList"]
    assert refused(name, value) is None
    if isinstance(value, dict):
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        assert sent == {**value, "Sequence": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}
        assert item.subject.value == sent["Sequence"], "the answer is keyed by it"
    else:
        assert sent == value


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("consumer_pii", {**ADA, "LastName": " "}, "pii_incomplete"),
        ("consumer_pii", {**ADA, "Zip": "1001"}, "zip_format"),
        ("consumer_pii_count", {"FirstName": "Ada"}, "pii_incomplete"),
        ("consumer_address", {"Zip": "10001"}, "address_incomplete"),
        ("consumer_ip", "192.0.2.256", "ip_format"),
        ("consumer_maid", "00000000000040008000000000000001", "maid_format"),
        ("consumer_vin", "1HGBH41JXMN10918", "vin_format"),
        ("consumer_vin", "1HGBH41JXMN1O9186", "vin_format"),
        ("consumer_linkedin", "linkedin.com/company/acme", "linkedin_format"),
        ("consumer_linkedin", "not a profile", "linkedin_format"),
        ("b2b_linkedin", "two words", "linkedin_format"),
        ("consumer_gzai", "10001", "zip4_format"),
        ("consumer_md5_age", "A" * 32, "md5_format"),
        ("consumer_id", " ", "id_empty"),
        ("b2b_company", {"CompanyName": ""}, "company_incomplete"),
        ("b2b_company", {"EIN": "12-34567"}, "ein_format"),
        ("intent_by_md5", "0" * 31, "md5_format"),
    ],
)
def test_what_the_vendor_would_refuse_is_not_sent(name: str, value: Any, rule: str) -> None:
    assert refused(name, value) == rule


def test_the_count_puts_the_person_into_the_query_and_nothing_else() -> None:
    endpoint = ENDPOINTS["bigdbm.consumer_pii_count"]
    encoded = endpoint.encode([ask("consumer_pii_count", ADA).subject], {}, "call-1")
    assert (endpoint.method, encoded.body.json) == ("GET", None)
    assert encoded.query == {"RequestId": "call-1", **ADA}


def test_counting_is_free_and_repeatable_and_the_rest_is_not() -> None:
    assert ENDPOINTS["bigdbm.consumer_pii_count"].repeatable
    assert not ENDPOINTS["bigdbm.consumer_pii"].repeatable
    assert not ENDPOINTS["bigdbm.audience_create"].repeatable


def test_the_same_person_is_not_bought_by_another_identifier_unless_asked_for() -> None:
    on = {key for key, e in ENDPOINTS.items() if "/GetDataBy/" in e.path and e.enabled}
    assert on == {"bigdbm.consumer_email_md5", "bigdbm.consumer_email", "bigdbm.b2b_email"}


GOOD = {"AudienceType": "b2b", "MaxRecords": 1, "Filters": [{"Field": "Level", "Operator": "is_set"}]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, None),
        ({"MaxRecords": 100_000}, None),
        ({"MaxRecords": 0}, "MaxRecords"),
        ({"MaxRecords": 100_001}, "MaxRecords"),
        ({"AudienceType": "pets"}, "AudienceType"),
        ({"Filters": [{"Field": "", "Operator": "in"}]}, "Field"),
        ({"Filters": [{"Field": "Level", "Operator": "like"}]}, "Operator"),
        ({"Filters": [{"Field": "Level", "Operator": "in", "Values": "VP"}]}, "Values"),
    ],
)
def test_an_audience_is_checked_before_it_is_made(changes: dict[str, Any], says: str | None) -> None:
    checks = ENDPOINTS["bigdbm.audience"].option_checks
    problem = next((text for check in checks if (text := check.test(GOOD | changes))), None)
    assert problem is None if says is None else says in (problem or "")


@pytest.mark.parametrize(
    ("status", "good"),
    [("success", True), (" Success", True), (None, True), ("", True), (True, True), (200, True),
     ("error", False), ("failed", False), (False, False), (500, False)],
)  # fmt: skip
def test_every_endpoint_hears_the_status_inside_a_good_answer(status: Any, good: bool) -> None:
    for key, endpoint in ENDPOINTS.items():
        if key.startswith("bigdbm.") and str(status) not in endpoint.job_statuses:
            said = endpoint.application_error({"status": status, "results": [], "hems": []})
            assert (said is None) == good, key


def test_how_far_an_audience_is_is_no_failure_of_the_request() -> None:
    for word in ("queued", "processing", "completed", "failed"):
        assert ENDPOINTS["bigdbm.audience_status"].application_error({"status": word}) is None
