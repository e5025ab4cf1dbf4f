"""BIGDBM SmartSelector: create, poll, read pages; everything assumed, so everything is pinned down here."""

from typing import Any

import pytest

from contactable.sandbox import bigdbm
from contactable.sandbox.faults import rule
from contactable.sandbox.vendor import Sandbox
from support.asgi import Client

_ROOT = "/bigdbm/audience-api/smartselector/"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    vendor = bigdbm.vendor(sandbox)
    return Client(sandbox, [vendor], {"Authorization": f"Bearer {vendor.environment('')['BIGDBM_TOKEN']}"})


def _create(client: Client, kind: str = "consumer", most: int = 250, filters: list[Any] | None = None) -> str:
    body = {"AudienceType": kind, "MaxRecords": most, "Filters": filters or []}
    answer = client.post(_ROOT + "createAudience", body).json()
    assert answer["status"] == "queued"
    return str(answer["audienceId"])


def _poll(client: Client, audience: str) -> Any:
    return client.get(f"{_ROOT}audience?audienceId={audience}").json()


def _page(client: Client, audience: str, page: int) -> Any:
    return client.post(_ROOT + "result", {"AudienceId": audience, "Page": page})


def _complete(client: Client, audience: str) -> int:
    while (answer := _poll(client, audience))["status"] == "processing":
        pass
    assert answer["status"] == "completed"
    return int(answer["count"])


def test_create_poll_read(client: Client) -> None:
    audience = _create(client)
    assert _page(client, audience, 1).status == 400
    assert [_poll(client, audience)["status"] for _ in range(3)] == ["processing", "processing", "completed"]
    pages = [_page(client, audience, number).json() for number in (1, 2, 3, 4)]
    assert [len(page["results"]) for page in pages] == [100, 100, 50, 0]
    assert {page["count"] for page in pages} == {250}
    ids = [record["Id"] for page in pages for record in page["results"]]
    assert len(set(ids)) == 250
    assert [entry.credits for entry in client.sandbox.charges] == [250.0]


def test_filters_are_anded(client: Client) -> None:
    filters = [
        {"Field": "State", "Operator": "in", "Values": ["CA", "TX"]},
        {"Field": "Home_Owner", "Operator": "eq", "Values": ["Renter"]},
        {"Field": "Age", "Operator": "is_set"},
    ]
    audience = _create(client, filters=filters)
    assert _complete(client, audience) > 0
    for record in _page(client, audience, 1).json()["results"]:
        assert record["State"] in ("CA", "TX")
        assert record["Home_Owner"] == "Renter"
        assert record["Age"]


@pytest.mark.parametrize(
    ("kind", "field"), [("b2b", "EmployeeID"), ("property", "OWNER_OCCUPIED"), ("healthcare", "NPI")]
)
def test_four_kinds_of_audiences(client: Client, kind: str, field: str) -> None:
    audience = _create(client, kind, 20)
    assert _complete(client, audience) > 0
    assert all(field in record for record in _page(client, audience, 1).json()["results"])


@pytest.mark.parametrize(
    "body",
    [
        {"AudienceType": "pets", "MaxRecords": 10},
        {"MaxRecords": 10},
        {"AudienceType": "consumer"},
        {"AudienceType": "consumer", "MaxRecords": 0},
        {"AudienceType": "consumer", "MaxRecords": 100_001},
        {"AudienceType": "consumer", "MaxRecords": 10, "Filters": [{"Field": "State"}]},
        {"AudienceType": "consumer", "MaxRecords": 10, "Filters": {"State": "CA"}},
    ],
)
def test_bad_requests(client: Client, body: dict[str, object]) -> None:
    answer = client.post(_ROOT + "createAudience", body)
    assert answer.status == 400
    assert list(answer.json()) == ["message"]


def test_unknown_audiences(client: Client) -> None:
    assert client.get(_ROOT + "audience?audienceId=aud_0").status == 404
    assert _page(client, "aud_0", 1).status == 404


def test_faults_of_jobs_and_pages(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("failed_export", count=1))
    failed = _create(client)
    assert [_poll(client, failed)["status"] for _ in range(3)] == ["processing", "processing", "failed"]
    assert len(sandbox.charges) == 0
    audience = _create(client)
    _complete(client, audience)
    first = _page(client, audience, 1).json()["results"]
    sandbox.faults.add(rule("duplicate_page", count=1))
    sandbox.faults.add(rule("wrong_total", count=1))
    repeated = _page(client, audience, 2).json()
    assert repeated["results"] == first
    assert repeated["count"] != 250
    assert _page(client, audience, 2).json()["results"] != first
