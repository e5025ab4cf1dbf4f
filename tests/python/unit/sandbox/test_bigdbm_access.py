"""BIGDBM: who gets in, and what a wrong path says (Authentication; Response Codes)."""

import pytest

from contactable.sandbox import bigdbm
from contactable.sandbox.vendor import Sandbox, Vendor
from support.asgi import Client

_OPQL = "/bigdbm/opql-api/opql/validate"
_BATCH = "/bigdbm/email/Prod/email-cleansing/batch"
_PHONE = {"Phone": "2025550100"}
_EMAILS = {"ValidatorId": 10, "Emails": ["alice@example.com"]}


@pytest.fixture
def vendor(sandbox: Sandbox) -> Vendor:
    return bigdbm.vendor(sandbox)


@pytest.fixture
def client(sandbox: Sandbox, vendor: Vendor) -> Client:
    return Client(sandbox, [vendor])


def _bearer(vendor: Vendor, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {vendor.environment('https://localhost')[name]}"}


def test_every_route_but_the_token_service_wants_a_token(client: Client, vendor: Vendor) -> None:
    for route in vendor.routes:
        answer = client.ask(route.method, vendor.prefix + route.path, json={})
        if route.endpoint == "token":
            continue
        assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"}), route.path


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic abc", ""])
def test_an_unknown_token_is_unauthorized(client: Client, header: str) -> None:
    answer = client.post(_OPQL, _PHONE, headers={"Authorization": header})
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_token_opens_what_it_is_licensed_for(client: Client, vendor: Vendor) -> None:
    everything, email = _bearer(vendor, "BIGDBM_TOKEN"), _bearer(vendor, "BIGDBM_EMAIL_TOKEN")
    unlicensed = _bearer(vendor, "SANDBOX_BIGDBM_UNLICENSED_TOKEN")
    assert client.post(_OPQL, _PHONE, headers=everything).status == 200
    assert client.post(_BATCH, _EMAILS, headers=everything).status == 200
    assert client.post(_BATCH, _EMAILS, headers=email).status == 200
    assert client.post(_OPQL, _PHONE, headers=email).status == 403
    assert client.post(_OPQL, _PHONE, headers=unlicensed).status == 403
    assert client.post(_BATCH, _EMAILS, headers=unlicensed).status == 403


def test_email_validation_says_400_to_an_unknown_client(client: Client, vendor: Vendor) -> None:
    headers = _bearer(vendor, "SANDBOX_BIGDBM_UNKNOWN_CLIENT_TOKEN")
    answer = client.post(_BATCH, _EMAILS, headers=headers)
    assert (answer.status, answer.json()) == (400, {"message": "Invalid ClientId!"})
    assert client.post(_OPQL, _PHONE, headers=headers).status == 401


def test_wrong_paths_and_methods(client: Client, vendor: Vendor) -> None:
    headers = _bearer(vendor, "BIGDBM_TOKEN")
    for path in ("/bigdbm/email/prod/email-cleansing/batch", "/bigdbm/email/Prod/email-cleansing/Batch"):
        answer = client.post(path, _EMAILS, headers=headers)
        assert (answer.status, answer.json()) == (403, {"message": "Missing Authentication Token"})
    assert client.get(_BATCH, headers=headers).status == 403
    assert client.get(_OPQL, headers=headers).status == 404
    assert client.post("/bigdbm/data-api/GetDataBy/md5", {}, headers=headers).status == 404


def test_client_credentials_buy_an_hour(client: Client, vendor: Vendor, sandbox: Sandbox) -> None:
    known = vendor.environment("")
    form = {
        "grant_type": "client_credentials",
        "client_id": known["SANDBOX_BIGDBM_CLIENT_ID"],
        "client_secret": known["SANDBOX_BIGDBM_CLIENT_SECRET"],
    }
    answer = client.ask("POST", "/bigdbm/auth/oauth2/token", form=form)
    assert answer.json()["expires_in"] == 3600
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert client.post(_OPQL, _PHONE, headers=headers).status == 200
    sandbox.clock.set(sandbox.clock.now().replace(hour=13))
    assert client.post(_OPQL, _PHONE, headers=headers).status == 401
    wrong = client.ask("POST", "/bigdbm/auth/oauth2/token", form={**form, "client_secret": "wrong"})
    assert (wrong.status, wrong.json()) == (400, {"error": "invalid_client"})


def test_a_body_that_is_no_json_object_is_a_bad_request(client: Client, vendor: Vendor) -> None:
    for body in (b"", b"{", b"[]", b'"x"', b"\xff"):
        answer = client.ask("POST", _OPQL, body=body, headers=_bearer(vendor, "BIGDBM_TOKEN"))
        assert answer.status == 400
        assert set(answer.json()) == {"message"}


def test_all_22_sync_calls_and_the_six_other_products_are_there(vendor: Vendor) -> None:
    sync = [route for route in vendor.routes if "/GetDataBy/" in route.path]
    assert len(sync) == 22
    assert [route.endpoint for route in sync if route.method == "GET"] == ["consumer_pii_count"]
    others = {route.endpoint for route in vendor.routes if route not in sync}
    assert others == {
        "intent_create_list", "intent_by_md5", "audience_create", "audience_status", "audience_result", "opql",
        "email_batch", "token",
    }  # fmt: skip
    assert all(route.note for route in vendor.routes)
