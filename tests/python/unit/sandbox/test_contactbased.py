"""ContactBased of the sandbox: feeds, totals, the life of an export, its money, filters and bundles."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contactable.sandbox import contactbased
from contactable.sandbox.contactbased.feeds import FAILING_FEED
from contactable.sandbox.contactbased.filters import FIELDS
from contactable.sandbox.contactbased.records import contact_id
from contactable.sandbox.contactbased.requests import BUNDLES
from contactable.sandbox.faults import rule
from contactable.sandbox.vendor import Sandbox, Vendor, new_sandbox
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World
from support.asgi import Answer, Client

BASE = "/contactbased"
FEEDS, EXPORTS = f"{BASE}/intent/feeds", f"{BASE}/intent/feeds/exports"
CARS = "00000000-0000-4000-8000-000000000002"
HOMES = "00000000-0000-4000-8000-000000000004"
SHORT = "00000000-0000-4000-8000-000000000005"
EVERYTHING = "00000000-0000-4000-8000-000000000007"
EMPTY = "00000000-0000-4000-8000-000000000006"
UNKNOWN = "00000000-0000-4000-8000-00000000beef"
OPTIONS = {"feed_id": CARS, "lookback_days": 30}

Body = dict[str, Any]


@pytest.fixture
def vendor(sandbox: Sandbox) -> Vendor:
    return contactbased.vendor(sandbox)


@pytest.fixture
def client(sandbox: Sandbox, vendor: Vendor) -> Client:
    return Client(sandbox, [vendor], {"X-API-Key": vendor.environment("")["CONTACTBASED_API_KEY"]})


@pytest.fixture
def view(world: World) -> VendorView:
    return world.view("contactbased")


def get(client: Client, path: str) -> Body:
    answer = client.get(BASE + path)
    assert answer.status == 200, answer.json()
    body: Body = answer.json()
    return body


def post(client: Client, path: str, body: Body) -> Body:
    answer = client.post(BASE + path, body)
    assert answer.status == 200, answer.json()
    found: Body = answer.json()
    return found


def count(client: Client, **options: Any) -> Body:
    return post(client, "/intent/feeds/exports/count", OPTIONS | options)


def create(client: Client, **options: Any) -> Body:
    return post(client, "/intent/feeds/exports", OPTIONS | options)


def poll(client: Client, export_id: str) -> Body:
    items = post(client, "/intent/feeds/exports/list", {"export_id": export_id})["items"]
    assert len(items) == 1
    item: Body = items[0]
    return item


def ready(client: Client, **options: Any) -> Body:
    """Creates an export and polls it to its end."""
    export = create(client, **options)
    while export["status"] == "building":
        export = poll(client, export["export_id"])
    return export


def page(client: Client, export: Body, number: int = 1) -> Body:
    return post(client, "/intent/feeds/exports/page", {"export_id": export["export_id"], "page": number})


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def rows(client: Client, export: Body) -> list[dict[str, str]]:
    return [
        row for number in range(1, export["total_pages"] + 1) for row in read(page(client, export, number)["csv"])
    ]


def pool(client: Client) -> Body:
    found = get(client, "/organization/credits")
    assert found["records_remaining"] == (
        found["records_limit"] - found["records_used"] - found["records_reserved"]
    )
    assert found["records_remaining"] >= 0
    assert found["records_reserved"] >= 0
    return found


def person_of(view: VendorView, identifier: str) -> int:
    return view.find_key("contact", int(identifier[3:], 16))


# --- keys, errors ---------------------------------------------------------------------------------------------


def test_there_are_the_25_documented_routes_and_a_bucket(vendor: Vendor) -> None:
    documented = {(r.method, r.path) for r in vendor.routes if r.provenance == "doc"}
    assert len(documented) == 25
    assert {r.path for r in vendor.routes if r.provenance != "doc"} == {"/bucket/{export}/{file}"}
    assert {f"/enrich/{bundle}" for bundle in BUNDLES} <= {path for _, path in documented}
    assert all(route.note for route in vendor.routes)


def test_missing_wrong_and_inactive_keys_are_401(client: Client, vendor: Vendor) -> None:
    inactive = vendor.environment("")["SANDBOX_CONTACTBASED_INACTIVE_KEY"]
    for key in ("", "guess", inactive):
        for route in vendor.routes:
            if not route.open:
                answer = client.ask(route.method, BASE + route.path, json={}, headers={"X-API-Key": key})
                assert answer.status == 401
                assert set(answer.json()) == {"detail"}


def test_unknown_paths_are_404_and_wrong_methods_405(client: Client) -> None:
    assert client.get(f"{BASE}/organization").json() == {"detail": "Not Found"}
    assert client.post(f"{BASE}/enrich/astrology", {"contact_ids": ["id_" + "0" * 16]}).status == 404
    assert client.post(f"{BASE}/organization/feeds", {}).status == 405
    assert client.get(f"{BASE}/enrich/emails").status == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"'])
def test_a_body_that_is_no_object_is_422(client: Client, body: bytes) -> None:
    answer = client.ask("POST", f"{FEEDS}/search", body=body)
    assert answer.status == 422
    assert {"loc", "msg", "type"} == set(answer.json()["detail"][0])


def test_429_carries_retry_after(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("http_429", "contactbased", count=1))
    answer = client.get(f"{BASE}/organization/feeds")
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert set(answer.json()) == {"detail"}


# --- organisation ---------------------------------------------------------------------------------------------


def test_feeds_are_paged_and_searched(client: Client) -> None:
    every = get(client, "/organization/feeds")
    assert set(every) == {"items", "total", "page", "page_size", "total_pages"}
    assert (every["page"], every["page_size"], every["total_pages"]) == (1, 50, 1)
    assert every["total"] == len(every["items"]) == 7
    assert {f["feed_type"] for f in every["items"]} == {"domains", "topics", "free_text"}
    assert all((f["query"] is not None) == (f["feed_type"] == "free_text") for f in every["items"])
    assert all(f["domain_count"] > 0 for f in every["items"])
    paged = [get(client, f"/organization/feeds?page_size=4&page={n}") for n in (1, 2, 3)]
    assert [len(p["items"]) for p in paged] == [4, 3, 0]
    assert [f for p in paged for f in p["items"]] == every["items"]
    assert paged[0]["total_pages"] == 2
    assert [f["feed_id"] for f in get(client, "/organization/feeds?search=CAR%20sh")["items"]] == [CARS]


@pytest.mark.parametrize("query", ["page=0", "page_size=0", "page_size=201", "page=x"])
def test_bad_paging_of_feeds_is_422(client: Client, query: str) -> None:
    answer = client.get(f"{BASE}/organization/feeds?{query}")
    assert answer.status == 422
    assert answer.json()["detail"][0]["loc"][0] == "query"


def test_credits_of_the_month(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    assert pool(client) == {
        "records_limit": 1_000_000, "records_used": 0, "records_reserved": 0, "records_remaining": 1_000_000,
        "period_start": "2026-11-01", "period_end": "2026-11-30",
    }  # fmt: skip
    used = ready(client)["total_rows"]
    assert pool(client)["records_used"] == used
    sandbox.clock.advance(timedelta(days=15))
    fresh = pool(client)
    assert (fresh["records_used"], fresh["period_start"], fresh["period_end"]) == (0, "2026-12-01", "2026-12-31")
    vendor.actions["credits"]({"records_limit": None})
    assert get(client, "/organization/credits")["records_remaining"] is None


# --- builder --------------------------------------------------------------------------------------------------


def test_the_builder_previews_and_saves_a_free_text(client: Client, sandbox: Sandbox) -> None:
    asked = {"query": "mortgage refinance for home owners"}
    preview = post(client, "/intent/feeds/builder", asked)
    assert (preview["saved"], preview["feed_id"]) == (False, None)
    assert 0 < len(preview["domains"]) <= 50
    assert set(preview["domains"][0]) == {
        "domain", "company_name", "company_description", "industry", "title", "num_topics", "similarity",
    }  # fmt: skip
    assert preview["summary"] == {
        "total_domains": len(preview["domains"]),
        "domains_with_company_data": sum(d["company_name"] is not None for d in preview["domains"]),
    }
    similar = [d["similarity"] for d in preview["domains"]]
    assert similar == sorted(similar, reverse=True)
    assert {"home-loans.example", "refi-now.example"} <= {d["domain"] for d in preview["domains"]}
    assert get(client, "/organization/feeds")["total"] == 7

    saved = post(client, "/intent/feeds/builder", asked | {"save": True, "name": "Refinance"})
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", saved["feed_id"])
    listed = get(client, "/organization/feeds?search=refinance")["items"][0]
    assert listed["domain_count"] == len(preview["domains"])
    assert (listed["feed_type"], listed["query"]) == ("free_text", asked["query"])
    found = post(client, "/intent/feeds/search", {"feed_id": saved["feed_id"], "lookback_days": 10})
    assert found["total_records"] > 0
    few = post(client, "/intent/feeds/builder", asked | {"top_domains": 3})
    assert few["domains"] == preview["domains"][:3]
    assert post(client, "/intent/feeds/builder", {"query": "zzz"})["domains"] == []
    assert len(sandbox.charges) == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": ""},
        {"query": "x" * 501},
        {"query": "x", "top_domains": 0},
        {"query": "x", "top_domains": 501},
        {"query": "x", "save": True},
        {"query": "x", "save": "yes", "name": "x"},
    ],
)
def test_bad_builder_bodies_are_422(client: Client, body: Body) -> None:
    assert client.post(f"{FEEDS}/builder", body).status == 422


def test_the_feed_limit_holds(client: Client) -> None:
    assert get(client, "/organization/feed-limit") == {"feed_limit": 10, "feeds_created": 1, "feeds_remaining": 9}
    ids = {
        post(client, "/intent/feeds/builder", {"query": "cars", "save": True, "name": str(n)})["feed_id"]
        for n in range(9)
    }
    assert len(ids) == 9
    assert get(client, "/organization/feed-limit")["feeds_remaining"] == 0
    refused = client.post(f"{FEEDS}/builder", {"query": "cars", "save": True, "name": "one more"})
    assert refused.status == 403
    assert client.post(f"{FEEDS}/builder", {"query": "cars"}).status == 200


# --- search ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lookback", [1, 7, 30, 90])
def test_totals_add_up_over_contacts_and_days(client: Client, lookback: int) -> None:
    found = post(
        client,
        "/intent/feeds/search",
        {"feed_id": CARS, "lookback_days": lookback, "include_daily_counts": True},
    )
    assert found["records_with_contact_id"] + found["records_without_contact_id"] == found["total_records"]
    assert found["records_with_contact_id"] > found["records_without_contact_id"] > 0
    days = found["daily_counts"]
    assert sum(day["count"] for day in days) == found["total_records"]
    assert len(days) == lookback
    assert [days[0]["date"], days[-1]["date"]] == [found["start_date"], found["end_date"]]
    assert found["end_date"] == "2026-11-21"
    assert found["start_date"] == (date(2026, 11, 21) - timedelta(days=lookback - 1)).isoformat()
    assert found["export"] is None


def test_daily_counts_only_when_asked_for_and_the_samples_reading_by_switch(
    client: Client, sandbox: Sandbox, vendor: Vendor
) -> None:
    body = {"feed_id": CARS, "lookback_days": 30}
    plain = post(client, "/intent/feeds/search", body)
    assert plain["daily_counts"] is None
    sandbox.set_switch(vendor, "window", "sample")
    sandbox.set_switch(vendor, "contact_spelling", "cb_id")
    wide = post(client, "/intent/feeds/search", body | {"include_daily_counts": True})
    assert (wide["start_date"], len(wide["daily_counts"])) == ("2026-10-22", 31)
    assert wide["records_with_cb_id"] + wide["records_without_cb_id"] == wide["total_records"]
    assert "records_with_contact_id" not in wide


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"feed_id": SHORT, "lookback_days": 7}, 200),
        ({"feed_id": SHORT, "lookback_days": 8}, 403),
        ({"feed_id": CARS, "lookback_days": 90}, 200),
        ({"feed_id": CARS, "lookback_days": 91}, 403),
        ({"feed_id": UNKNOWN, "lookback_days": 1}, 404),
        ({"feed_id": "cars", "lookback_days": 1}, 422),
        ({"feed_id": CARS, "lookback_days": 0}, 422),
        ({"feed_id": CARS, "lookback_days": "7"}, 422),
        ({"feed_id": CARS, "lookback_days": 7.5}, 422),
        ({"feed_id": CARS}, 422),
        ({"lookback_days": 7}, 422),
    ],
)
@pytest.mark.parametrize("path", ["/search", "/exports/count", "/exports/preview", "/exports"])
def test_borders_of_feed_and_window(client: Client, path: str, body: Body, status: int) -> None:
    assert client.post(FEEDS + path, body).status == status


def test_search_can_create_an_export(client: Client, sandbox: Sandbox) -> None:
    body = {"feed_id": CARS, "lookback_days": 30}
    plain = post(client, "/intent/feeds/search", body | {"auto_export": True})
    assert plain["export"]["status"] == "building"
    assert plain["export"]["records_reserved"] == plain["total_records"] == pool(client)["records_reserved"]
    options = {"page_size": 1_000, "require_contact_id": True, "max_rows": 50, "feed_id": HOMES}
    second = post(client, "/intent/feeds/search", body | {"auto_export": options})["export"]
    assert (second["feed_id"], second["page_size"], second["max_rows"]) == (CARS, 1_000, 50)
    assert [e.endpoint for e in sandbox.charges] == ["export_create", "export_create"]
    assert post(client, "/intent/feeds/search", body | {"auto_export": False})["export"] is None
    bad = client.post(f"{FEEDS}/search", body | {"auto_export": {"page_size": 999}})
    assert (bad.status, bad.json()["detail"][0]["loc"]) == (422, ["body", "auto_export", "page_size"])


# --- the life of an export ------------------------------------------------------------------------------------


def test_an_export_is_building_for_some_polls_and_then_ready(client: Client, sandbox: Sandbox) -> None:
    export = create(client, name="cars")
    assert set(export) == {
        "export_id", "feed_id", "name", "status", "build_progress", "build_error", "page_size", "max_rows",
        "require_contact_id", "consumer_filters", "enrichment_bundles", "lookback_days", "start_date", "end_date",
        "total_rows", "total_pages", "records_reserved", "created_at", "ready_at",
    }  # fmt: skip
    assert (export["status"], export["build_progress"], export["build_error"]) == ("building", 0, None)
    assert (export["page_size"], export["max_rows"], export["require_contact_id"]) == (10_000, None, False)
    assert export["total_rows"] is export["total_pages"] is export["ready_at"] is None
    assert export["created_at"] == sandbox.clock.text()
    polls = [poll(client, export["export_id"]) for _ in range(4)]
    assert [(p["status"], p["build_progress"]) for p in polls] == [
        ("building", 33), ("building", 66), ("ready", 100), ("ready", 100),
    ]  # fmt: skip
    assert polls[-1]["total_rows"] == count(client)["total_records"]
    assert polls[-1]["ready_at"] == sandbox.clock.text()
    assert polls[-1]["name"] == "cars"


@pytest.mark.parametrize("polls", [0, 1, 10])
def test_the_build_takes_as_long_as_switched(client: Client, sandbox: Sandbox, vendor: Vendor, polls: int) -> None:
    sandbox.set_switch(vendor, "build_polls", polls)
    sandbox.set_switch(vendor, "progress", "fraction")
    export = create(client)
    seen = [poll(client, export["export_id"]) for _ in range(polls + 1)]
    assert [s["status"] for s in seen] == ["building"] * polls + ["ready"]
    assert all(0 <= s["build_progress"] <= 1 for s in seen)
    assert seen[-1]["build_progress"] == 1


def test_reading_a_page_is_a_poll_as_well(client: Client) -> None:
    export = create(client)
    pages = [page(client, export) for _ in range(3)]
    assert [p["status"] for p in pages] == ["building", "building", "ready"]
    assert [p["csv"] is None for p in pages] == [True, True, False]
    assert pages[0]["total_rows"] is None


def test_the_failing_feed_always_fails_and_pays_nothing(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    assert FAILING_FEED not in {f["feed_id"] for f in get(client, "/organization/feeds")["items"]}
    sandbox.set_switch(vendor, "failing_feed", "listed")
    assert FAILING_FEED in {f["feed_id"] for f in get(client, "/organization/feeds")["items"]}
    for _ in range(2):
        created = create(client, feed_id=FAILING_FEED)
        assert pool(client)["records_reserved"] == created["records_reserved"] > 0
        while created["status"] == "building":
            created = poll(client, created["export_id"])
        assert created["status"] == "failed"
        assert created["build_error"]
        assert created["total_rows"] is None
        assert pool(client)["records_remaining"] == 1_000_000
        body = {"export_id": created["export_id"]}
        assert client.post(f"{EXPORTS}/page", body).status == 409
        assert client.post(f"{EXPORTS}/download-url", body).status == 409
    assert sum(entry.credits for entry in sandbox.charges) == 0


def test_a_failed_export_keeps_what_it_reserved_where_switched_so(
    client: Client, sandbox: Sandbox, vendor: Vendor
) -> None:
    sandbox.set_switch(vendor, "failed_reserve", "kept")
    created = create(client, feed_id=FAILING_FEED)
    while created["status"] == "building":
        created = poll(client, created["export_id"])
    assert created["status"] == "failed"
    assert pool(client)["records_used"] == created["records_reserved"]
    assert sum(entry.credits for entry in sandbox.charges) == created["records_reserved"]


def test_lists_tell_no_names_ignore_filters_and_begin_with_the_oldest_where_switched_so(
    client: Client, sandbox: Sandbox, vendor: Vendor
) -> None:
    made = [create(client, feed_id=feed, name=f"contactable-{feed}")["export_id"] for feed in (CARS, HOMES)]
    for name, value in (("export_names", "left_out"), ("list_filters", "ignored"), ("list_order", "oldest_first")):
        sandbox.set_switch(vendor, name, value)
    asked = {"feed_id": HOMES, "export_id": made[1], "status": "failed"}
    items = post(client, "/intent/feeds/exports/list", asked)["items"]
    assert [item["export_id"] for item in items] == made
    assert not any("name" in item for item in items)
    sandbox.set_switch(vendor, "feed_names", "left_out")
    assert not any("name" in feed for feed in get(client, "/organization/feeds")["items"])


def test_any_export_fails_on_request(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("failed_export", "contactbased", count=1))
    assert [ready(client)["status"] for _ in range(2)] == ["failed", "ready"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"page_size": 1_000}, 200),
        ({"page_size": 50_000}, 200),
        ({"page_size": 999}, 422),
        ({"page_size": 50_001}, 422),
        ({"page_size": "1000"}, 422),
        ({"page_size": None}, 422),
        ({"max_rows": 1}, 200),
        ({"max_rows": None}, 200),
        ({"max_rows": 0}, 422),
        ({"require_contact_id": "true"}, 422),
        ({"consumer_filters": []}, 200),
        ({"consumer_filters": None}, 200),
        ({"consumer_filters": {}}, 422),
        ({"enrichment_bundles": []}, 200),
        ({"enrichment_bundles": ["astrology"]}, 422),
        ({"enrichment_bundles": ["individual_core"]}, 422),
        ({"name": None}, 200),
        ({"shoe_size": 44}, 200),
    ],
)
def test_borders_of_the_options(client: Client, change: Body, status: int) -> None:
    answer = client.post(EXPORTS, OPTIONS | change)
    assert answer.status == status
    if status == 422:
        assert answer.json()["detail"][0]["loc"][:2] == ["body", next(iter(change))]
        assert pool(client)["records_reserved"] == 0


def test_pages_and_files_of_unknown_exports(client: Client, sandbox: Sandbox) -> None:
    for path in ("/page", "/download-url"):
        assert client.post(EXPORTS + path, {"export_id": UNKNOWN}).status == 404
        assert client.post(EXPORTS + path, {"export_id": "x"}).status == 422
        assert client.post(EXPORTS + path, {}).status == 422
    export = create(client)
    assert client.post(f"{EXPORTS}/download-url", {"export_id": export["export_id"]}).status == 409
    export = ready(client)
    body = {"export_id": export["export_id"]}
    assert client.post(f"{EXPORTS}/page", body | {"page": export["total_pages"] + 1}).status == 404
    assert client.post(f"{EXPORTS}/page", body | {"page": 0}).status == 422


def test_the_list_is_newest_first_filtered_and_paged(client: Client) -> None:
    first, second = create(client, name="a"), create(client, feed_id=HOMES, name="b")
    path = "/intent/feeds/exports/list"
    assert [i["name"] for i in post(client, path, {})["items"]] == ["b", "a"]
    assert [i["name"] for i in post(client, path, {"feed_id": CARS})["items"]] == ["a"]
    ready(client, name="c")
    assert {i["name"] for i in post(client, path, {"status": "ready"})["items"]} >= {"c"}
    assert post(client, path, {"feed_id": UNKNOWN})["total"] == 0
    one = post(client, path, {"page": 2, "page_size": 1})
    assert (one["total"], one["total_pages"], [i["name"] for i in one["items"]]) == (3, 3, ["b"])
    assert client.ask("POST", BASE + path, body=b"").status == 200
    assert client.post(BASE + path, {"status": "done"}).status == 422
    assert len({first["export_id"], second["export_id"]}) == 2


# --- the pool -------------------------------------------------------------------------------------------------


def test_creating_reserves_ready_uses_and_reading_is_free(client: Client, sandbox: Sandbox) -> None:
    total = count(client)["total_records"]
    post(client, "/intent/feeds/exports/preview", OPTIONS)
    assert pool(client)["records_remaining"] == 1_000_000
    export = create(client)
    assert export["records_reserved"] == total
    assert (pool(client)["records_reserved"], pool(client)["records_used"]) == (total, 0)
    while poll(client, export["export_id"])["status"] != "ready":
        pass
    settled = pool(client)
    assert (settled["records_reserved"], settled["records_used"]) == (0, total)
    export = poll(client, export["export_id"])
    rows(client, export)
    post(client, "/intent/feeds/exports/download-url", {"export_id": export["export_id"]})
    assert pool(client) == settled
    assert sum(entry.credits for entry in sandbox.charges) == total


def test_a_pool_too_small_is_402_and_reserves_nothing(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    total = count(client)["total_records"]
    vendor.actions["credits"]({"records_limit": total + 10})
    assert create(client)["records_reserved"] == total
    refused = client.post(EXPORTS, OPTIONS)
    assert refused.status == 402
    assert set(refused.json()) == {"detail"}
    assert client.post(f"{FEEDS}/search", OPTIONS | {"auto_export": True}).status == 402
    assert client.post(f"{FEEDS}/search", OPTIONS).status == 200
    assert create(client, max_rows=10)["records_reserved"] == 10
    assert pool(client)["records_remaining"] == 0
    assert client.post(EXPORTS, OPTIONS | {"max_rows": 1}).status == 402


def test_what_a_build_does_not_use_is_released(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    sandbox.set_switch(vendor, "settlement", "fewer")
    export = ready(client)
    assert export["total_rows"] == export["records_reserved"] - export["records_reserved"] // 50
    assert len(rows(client, export)) == export["total_rows"]
    assert pool(client)["records_used"] == export["total_rows"]
    assert sum(entry.credits for entry in sandbox.charges) == export["total_rows"]


def test_creating_twice_reserves_twice_and_the_book_knows_it_was_the_same(
    client: Client, sandbox: Sandbox
) -> None:
    total = create(client, name="first")["records_reserved"]
    create(client, name="second")
    assert pool(client)["records_reserved"] == 2 * total
    assert sandbox.charges.totals()["contactbased.export_create"]["repeated"] == 1


@pytest.mark.parametrize(("fault", "stored"), [("charged_then_500", 1), ("timeout", 0), ("http_500", 0)])
def test_a_lost_creation_is_stored_or_not_and_the_pool_agrees(
    client: Client, sandbox: Sandbox, fault: str, stored: int
) -> None:
    sandbox.faults.add(rule(fault, "contactbased", "export_create", count=1))
    assert client.post(EXPORTS, OPTIONS | {"name": "lost"}).status in (0, 500)
    listed = post(client, "/intent/feeds/exports/list", {})["items"]
    assert [item["name"] for item in listed] == ["lost"] * stored
    assert (pool(client)["records_reserved"] > 0) == bool(stored)
    assert len(sandbox.charges) == stored


# --- rows -----------------------------------------------------------------------------------------------------


def test_pages_are_csv_with_a_header_and_add_up(client: Client, world: World, view: VendorView) -> None:
    export = ready(client, page_size=1_000, lookback_days=90, feed_id=EVERYTHING)
    assert export["total_pages"] == -(-export["total_rows"] // 1_000) > 1
    pages = [page(client, export, number) for number in range(1, export["total_pages"] + 1)]
    assert [p["row_count"] for p in pages[:-1]] == [1_000] * (len(pages) - 1)
    assert sum(p["row_count"] for p in pages) == export["total_rows"]
    assert all(p["csv"].startswith("contact_id,email_sha256,domain,topic,date,record_count\r\n") for p in pages)
    found = [row for p in pages for row in read(p["csv"])]
    assert len(found) == export["total_rows"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["email_sha256"]) for row in found)
    assert all(re.fullmatch(r"(id_[0-9a-f]{16})?", row["contact_id"]) for row in found)
    homes = {row["topic"] for row in rows(client, ready(client, feed_id=HOMES))}
    assert homes == {"mortgage refinance", "first time home buyer", "solar panels"}
    assert all(export["start_date"] <= row["date"] <= export["end_date"] for row in found)
    days = [row["date"] for row in found]
    assert days == sorted(days, reverse=True)
    for row in found[:200]:
        mailbox = world.find_hash(row["email_sha256"])
        owner = int(world.mail_owner[mailbox])
        assert mailbox == view.signal_mailboxes(np.array([owner], dtype=np.int32))[0]
        assert row["contact_id"] in ("", contact_id(view.key("contact", owner)))
        if row["contact_id"]:
            assert view.knows(owner)


def test_totals_preview_count_and_rows_agree(client: Client) -> None:
    totals = post(client, "/intent/feeds/search", OPTIONS | {"include_daily_counts": True})
    export = ready(client)
    found = rows(client, export)
    assert len(found) == totals["total_records"] == count(client)["total_records"] == export["total_rows"]
    assert sum(bool(row["contact_id"]) for row in found) == totals["records_with_contact_id"]
    by_day = Counter(row["date"] for row in found)
    assert {d["date"]: d["count"] for d in totals["daily_counts"] if d["count"]} == by_day
    assert count(client)["distinct_contacts"] == len({r["contact_id"] for r in found} - {""})
    repeated = Counter(row["contact_id"] for row in found if row["contact_id"])
    assert repeated.most_common(1)[0][1] > 1  # without filters a contact has many rows

    preview = post(client, "/intent/feeds/exports/preview", OPTIONS)
    assert preview["columns"] == list(found[0])
    assert preview["total_records"] == len(found)
    assert [{k: str(v) for k, v in row.items()} for row in preview["rows"]] == found[:10]
    assert (preview["start_date"], preview["end_date"]) == (export["start_date"], export["end_date"])
    lazy = post(client, "/intent/feeds/exports/preview", OPTIONS | {"preview_rows": 100, "skip_count": True})
    assert (lazy["total_records"], lazy["count_skipped"], len(lazy["rows"])) == (None, True, 100)
    for rows_asked in (0, 101):
        assert client.post(f"{EXPORTS}/preview", OPTIONS | {"preview_rows": rows_asked}).status == 422


def test_max_rows_is_a_ceiling(client: Client) -> None:
    everything = rows(client, ready(client))
    some = ready(client, max_rows=15)
    assert some["total_rows"] == some["records_reserved"] == count(client, max_rows=15)["total_records"] == 15
    assert rows(client, some) == everything[:15]
    assert count(client, max_rows=10**9)["total_records"] == len(everything)


def test_a_feed_without_signals_has_one_page_with_a_header(client: Client) -> None:
    export = ready(client, feed_id=EMPTY)
    assert (export["status"], export["total_rows"], export["total_pages"]) == ("ready", 0, 1)
    assert read(page(client, export)["csv"]) == []


def test_a_ready_export_is_frozen_while_the_data_moves(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    export = ready(client, enrichment_bundles=["emails"])
    before = page(client, export)
    total = count(client)["total_records"]
    sandbox.clock.advance(timedelta(days=20))
    assert count(client)["total_records"] != total
    for number in range(30):  # push the page out of every cache
        ready(client, max_rows=1 + number)
    assert page(client, export) == before
    again = poll(client, export["export_id"])
    assert again == export
    assert pool(client)["records_used"] > 0


def test_rows_of_a_day_do_not_depend_on_the_window(client: Client) -> None:
    short = rows(client, ready(client, lookback_days=3))
    long = rows(client, ready(client, lookback_days=30))
    assert long[: len(short)] == short


# --- options that force contact ids ---------------------------------------------------------------------------


def test_require_contact_id_leaves_only_rows_with_one(client: Client) -> None:
    everything = rows(client, ready(client))
    export = ready(client, require_contact_id=True)
    assert export["require_contact_id"] is True
    assert rows(client, export) == [row for row in everything if row["contact_id"]]


@pytest.mark.parametrize(
    "force",
    [
        {"enrichment_bundles": ["emails"]},
        {"consumer_filters": [{"field": "age", "operator": "gte", "value": 18}]},
    ],
)
def test_filters_and_bundles_force_contact_ids_whatever_was_sent(client: Client, force: Body) -> None:
    export = ready(client, require_contact_id=False, **force)
    assert export["require_contact_id"] is True
    found = rows(client, export)
    assert found
    assert all(row["contact_id"] for row in found)


def test_empty_filters_and_bundles_force_nothing(client: Client) -> None:
    export = create(client, consumer_filters=[], enrichment_bundles=[])
    assert export["require_contact_id"] is False
    assert export["records_reserved"] == count(client)["total_records"]


def test_filters_make_rows_person_distinct_with_the_newest_row(client: Client) -> None:
    linked = rows(client, ready(client, require_contact_id=True))
    newest: dict[str, dict[str, str]] = {}
    for row in linked:
        newest.setdefault(row["contact_id"], row)
    some = [{"field": "age", "operator": "is_set"}]
    export = ready(client, consumer_filters=some)
    found = rows(client, export)
    assert len({row["contact_id"] for row in found}) == len(found) == export["records_reserved"]
    assert all(newest[row["contact_id"]] == row for row in found)
    assert count(client, consumer_filters=some) == {
        "total_records": len(found), "distinct_contacts": len(found), "billable_records": len(found),
    }  # fmt: skip


def test_bundles_alone_leave_many_rows_a_contact(client: Client) -> None:
    found = rows(client, ready(client, enrichment_bundles=["donor"]))
    assert len({row["contact_id"] for row in found}) < len(found)


# --- bundles --------------------------------------------------------------------------------------------------


def contacts(client: Client, number: int = 40) -> list[str]:
    found = rows(client, ready(client, require_contact_id=True, lookback_days=90))
    return list(dict.fromkeys(row["contact_id"] for row in found))[:number]


def test_export_columns_equal_what_enrichment_answers(client: Client) -> None:
    export = ready(client, enrichment_bundles=list(BUNDLES), max_rows=60)
    found = rows(client, export)
    assert list(found[0])[6:] == [bundle.replace("-", "_") for bundle in BUNDLES]
    ids = list(dict.fromkeys(row["contact_id"] for row in found))
    for bundle in BUNDLES:
        answer = post(client, f"/enrich/{bundle}", {"contact_ids": ids})
        data = {result["contact_id"]: result["data"] for result in answer["results"]}
        for row in found:
            cell = row[bundle.replace("-", "_")]
            assert (json.loads(cell) if cell else None) == data[row["contact_id"]]
            assert ": " not in cell.split('"')[0]
    preview = post(
        client,
        "/intent/feeds/exports/preview",
        OPTIONS | {"enrichment_bundles": ["emails"], "preview_rows": 5},
    )
    assert all(row["emails"] is None or row["emails"]["emails"] for row in preview["rows"])


def test_columns_may_be_spelt_with_hyphens(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    sandbox.set_switch(vendor, "bundle_columns", "hyphens")
    export = ready(client, enrichment_bundles=["individual-core"], max_rows=1)
    assert "individual-core" in rows(client, export)[0]


def test_enrichment_keeps_order_counts_and_unknown_contacts(client: Client, sandbox: Sandbox) -> None:
    first, second, *_ = contacts(client)
    unknown = "id_" + "0" * 16
    asked = [second, unknown, first, second]
    answer = post(client, "/enrich/individual-core", {"contact_ids": asked})
    assert set(answer) == {"bundle", "requested", "found", "not_found", "results"}
    assert (answer["bundle"], answer["requested"], answer["found"], answer["not_found"]) == (
        "individual-core", 4, 3, 1,
    )  # fmt: skip
    assert [r["contact_id"] for r in answer["results"]] == asked
    assert [r["found"] for r in answer["results"]] == [True, False, True, True]
    assert answer["results"][1]["data"] is None
    assert answer["results"][0] == answer["results"][3]


def test_every_bundle_says_what_the_vendor_knows(client: Client, world: World, view: VendorView) -> None:
    ids = contacts(client, 300)
    data = {
        bundle: {
            result["contact_id"]: result["data"]
            for result in post(client, f"/enrich/{bundle}", {"contact_ids": ids})["results"]
        }
        for bundle in BUNDLES
    }
    keys = {bundle: {key for d in data[bundle].values() if d for key in d} for bundle in BUNDLES}
    assert keys == {
        "individual-core": {"first_name", "last_name", "gender", "birth_year", "age_range", "address", "city",
                            "state", "zip"},
        "emails": {"emails"},
        "phones": {"phones"},
        "location": {"address", "city", "state", "zip", "zip4", "county", "latitude", "longitude", "dma"},
        "professional": {"job_title", "seniority", "department", "company_name", "company_domain", "industry",
                         "linkedin_url"},
        "auto": {"vehicle_count", "vehicles"},
        "interests": {"interests"},
        "donor": {"is_donor", "causes"},
        "household": {"household_size", "has_children", "home_owner", "home_value_range", "dwelling_type",
                      "year_built"},
        "purchases": {"categories", "last_purchase_date"},
        "financial": {"credit_range", "income_range", "net_worth_range", "investor"},
    }  # fmt: skip
    for identifier in ids:
        person = person_of(view, identifier)
        core = data["individual-core"][identifier]
        assert (core["first_name"], core["last_name"]) == (view.first_name(person), view.last_name(person))
        assert re.fullmatch(r"\d{5}", core["zip"])
        mails = data["emails"][identifier]
        known = [world.email(m) for m in view.mailboxes(person)]
        assert [m["email"] for m in mails["emails"]] == known if mails else not known
        for mail in (mails or {"emails": []})["emails"]:
            text = mail["email"].encode()
            assert set(mail) == {"email", "type", "md5", "sha1", "sha256", "last_seen"}
            assert mail["sha256"] == hashlib.sha256(text).hexdigest()
            assert mail["md5"] == hashlib.md5(text).hexdigest()
            assert date.fromisoformat(mail["last_seen"]) <= world.today
        phones = data["phones"][identifier]
        for phone in (phones or {"phones": []})["phones"]:
            assert set(phone) == {"phone", "type", "carrier", "dnc", "last_seen"}
            assert re.fullmatch(r"\+1\d{3}55501\d\d", phone["phone"])
        job = data["professional"][identifier]
        if job and job["company_domain"]:
            assert job["company_domain"] == world.company_domain(view.employer(person))
    assert any(found is None for found in data["auto"].values())
    assert any(found is None for found in data["phones"].values())


@pytest.mark.parametrize(
    ("ids", "status"),
    [
        (["id_" + "0" * 16] * 1_000, 200),
        (["id_" + "0" * 16] * 1_001, 422),
        ([], 422),
        (["id_" + "0" * 15], 422),
        (["id_" + "A" * 16], 422),
        (["0" * 16], 422),
        (["id_" + "0" * 16, "x"], 422),
        ([1], 422),
        ("id_" + "0" * 16, 422),
        (None, 422),
    ],
)
def test_borders_of_enrichment(client: Client, sandbox: Sandbox, ids: Any, status: int) -> None:
    answer = client.post(f"{BASE}/enrich/emails", {"contact_ids": ids})
    assert answer.status == status
    assert len(sandbox.charges) == 0


def test_only_enabled_bundles_may_be_used(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    assert get(client, "/enrich/bundles") == {"bundles": list(BUNDLES)}
    sandbox.set_switch(vendor, "bundles", "basic")
    assert get(client, "/enrich/bundles") == {"bundles": ["individual-core", "emails", "phones"]}
    assert client.post(f"{BASE}/enrich/donor", {"contact_ids": ["id_" + "0" * 16]}).status == 403
    assert client.post(f"{BASE}/enrich/emails", {"contact_ids": ["id_" + "0" * 16]}).status == 200
    for path in ("", "/count", "/preview"):
        assert client.post(EXPORTS + path, OPTIONS | {"enrichment_bundles": ["donor"]}).status == 403


def test_what_enrichment_costs(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    ids = contacts(client, 5)
    unknown = "id_" + "0" * 16
    sandbox.charges.clear()
    before = pool(client)

    def prices(bundle: str) -> list[float]:
        start = len(sandbox.charges)
        post(client, f"/enrich/{bundle}", {"contact_ids": [*ids, unknown, ids[0]]})
        return [entry.credits for entry in sandbox.charges][start:]

    assert prices("location") == [1.0] * 5  # found only, each once
    assert prices("location") == [0.0] * 5  # again within the month
    assert prices("household") == [1.0] * 5  # another bundle
    sandbox.set_switch(vendor, "repeated_enrichment", "charged")
    assert prices("location") == [1.0] * 5
    sandbox.set_switch(vendor, "charge_not_found", value=True)
    assert prices("location") == [1.0] * 6
    sandbox.set_switch(vendor, "repeated_enrichment", "free")
    sandbox.clock.advance(timedelta(days=30))
    assert prices("household") == [1.0] * 6
    sandbox.clock.advance(timedelta(days=-30))
    assert pool(client) == before  # the pool of records pays none of it


# --- filters --------------------------------------------------------------------------------------------------


def test_fields_are_listed_with_operators_labels_and_categories(client: Client) -> None:
    fields = post(client, "/intent/feeds/filters/fields", {})["fields"]
    assert {f["category"] for f in fields} == {"demographic", "household", "financial", "lifestyle"}
    assert all(set(f) == {"field", "label", "category", "type", "operators"} for f in fields)
    assert all(f["operators"] for f in fields)
    assert post(client, "/intent/feeds/filters/fields", {"feed_id": CARS})["fields"] == fields
    assert client.post(f"{FEEDS}/filters/fields", {"feed_id": UNKNOWN}).status == 404
    assert client.ask("POST", f"{FEEDS}/filters/fields", body=b"").status == 200


def test_values_are_counted_searched_and_limited(client: Client, world: World, view: VendorView) -> None:
    found = post(client, "/intent/feeds/filters/values", {"field": "state", "limit": 1_000})
    assert found["field"] == "state"
    counts = [value["count"] for value in found["values"]]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len([p for p in range(world.size) if view.knows(p) and view.share("linked", p) < 0.95])
    ca = post(client, "/intent/feeds/filters/values", {"field": "state", "search": "ca"})["values"]
    assert [value["value"] for value in ca] == ["CA"]
    assert len(post(client, "/intent/feeds/filters/values", {"field": "zip", "limit": 7})["values"]) == 7
    for field in FIELDS:
        assert post(client, "/intent/feeds/filters/values", {"field": field})["values"]
    for bad in ({"field": "shoe_size"}, {}, {"field": "state", "limit": 0}, {"field": "state", "limit": 1_001}):
        assert client.post(f"{FEEDS}/filters/values", bad).status == 422


def facts(client: Client, ids: list[str]) -> dict[str, Body]:
    """What enrichment says about contacts, under the names of the filters."""
    found: dict[str, Body] = {identifier: {} for identifier in ids}
    for bundle in ("individual-core", "household", "financial", "interests", "donor", "auto"):
        for start in range(0, len(ids), 1_000):
            part = ids[start : start + 1_000]
            for result in post(client, f"/enrich/{bundle}", {"contact_ids": part})["results"]:
                found[result["contact_id"]] |= result["data"] or {}
    return found


FILTERS: list[tuple[Body, Any]] = [
    ({"field": "gender", "operator": "eq", "value": "female"}, lambda f: f["gender"] == "female"),
    ({"field": "gender", "operator": "neq", "value": "female"}, lambda f: f["gender"] == "male"),
    ({"field": "gender", "operator": "is_set", "value": False}, lambda f: f["gender"] is None),
    ({"field": "state", "operator": "in", "value": ["ca", "NY"]}, lambda f: f["state"] in ("CA", "NY")),
    ({"field": "state", "operator": "not_in", "value": ["CA"]}, lambda f: f["state"] != "CA"),
    ({"field": "city", "operator": "contains", "value": "lake"}, lambda f: "lake" in f["city"].lower()),
    ({"field": "zip", "operator": "contains", "value": "90"}, lambda f: "90" in f["zip"]),
    ({"field": "has_children", "operator": "eq", "value": True}, lambda f: f["has_children"] is True),
    ({"field": "has_children", "operator": "eq", "value": False}, lambda f: f["has_children"] is False),
    ({"field": "home_owner", "operator": "eq", "value": "owner"}, lambda f: f["home_owner"] == "owner"),
    (
        {"field": "household_size", "operator": "gte", "value": 3},
        lambda f: f["household_size"] is not None and f["household_size"] >= 3,
    ),
    (
        {"field": "household_size", "operator": "lte", "value": 2},
        lambda f: f["household_size"] is not None and f["household_size"] <= 2,
    ),
    (
        {"field": "household_income", "operator": "in", "value": ["$200K+", "$150K-$199K"]},
        lambda f: f["income_range"] in ("$200K+", "$150K-$199K"),
    ),
    ({"field": "net_worth", "operator": "is_set"}, lambda f: f["net_worth_range"] is not None),
    ({"field": "credit_range", "operator": "eq", "value": "800-850"}, lambda f: f["credit_range"] == "800-850"),
    (
        {"field": "interests", "operator": "in", "value": ["Golf", "wine"]},
        lambda f: bool({"golf", "wine"} & set(f.get("interests", ()))),
    ),
    (
        {"field": "interests", "operator": "not_in", "value": ["golf"]},
        lambda f: "interests" in f and "golf" not in f["interests"],
    ),
    ({"field": "interests", "operator": "is_set", "value": False}, lambda f: "interests" not in f),
    ({"field": "donor", "operator": "eq", "value": True}, lambda f: f["is_donor"] is True),
    (
        {"field": "vehicle_make", "operator": "in", "value": ["Audi"]},
        lambda f: any(v["make"] == "Audi" for v in f.get("vehicles", ())),
    ),
]


@pytest.mark.parametrize(("asked", "passes"), FILTERS, ids=lambda v: str(v) if isinstance(v, dict) else "")
def test_every_filter_keeps_exactly_those_it_names(client: Client, asked: Body, passes: Any) -> None:
    wide = {"feed_id": HOMES, "lookback_days": 90}
    everybody = [
        r["contact_id"]
        for r in rows(client, ready(client, **wide, consumer_filters=[{"field": "city", "operator": "is_set"}]))
    ]
    known = facts(client, everybody)
    kept = [r["contact_id"] for r in rows(client, ready(client, **wide, consumer_filters=[asked]))]
    assert kept == [identifier for identifier in everybody if passes(known[identifier])]
    assert kept


def test_filters_are_anded(client: Client) -> None:
    women = {"field": "gender", "operator": "eq", "value": "female"}
    adult = {"field": "age", "operator": "between", "value": [25, 54]}
    one, other, both = (
        {r["contact_id"] for r in rows(client, ready(client, lookback_days=90, consumer_filters=f))}
        for f in ([women], [adult], [women, adult])
    )
    assert both == one & other
    assert both


@pytest.mark.parametrize(
    "asked",
    [
        {"field": "shoe_size", "operator": "eq", "value": 44},
        {"field": "age", "operator": "in", "value": [30]},
        {"field": "age", "operator": "like", "value": 30},
        {"field": "gender", "operator": "between", "value": ["a", "b"]},
        {"field": "age", "operator": "between", "value": [54, 25]},
        {"field": "age", "operator": "between", "value": [25]},
        {"field": "age", "operator": "between", "value": "25-54"},
        {"field": "age", "operator": "gte", "value": "18"},
        {"field": "age", "operator": "gte", "value": True},
        {"field": "age", "operator": "gte"},
        {"field": "state", "operator": "in", "value": []},
        {"field": "state", "operator": "in", "value": "CA"},
        {"field": "state", "operator": "in", "value": [1]},
        {"field": "state", "operator": "eq", "value": ""},
        {"field": "donor", "operator": "eq", "value": "yes"},
        {"field": "donor", "operator": "is_set", "value": "yes"},
        {"field": "state"},
        {"operator": "eq"},
        "state = CA",
    ],
)
def test_filters_that_do_not_fit_the_catalogue_are_422(client: Client, asked: Any) -> None:
    for path in ("", "/count", "/preview"):
        answer = client.post(EXPORTS + path, OPTIONS | {"consumer_filters": [asked]})
        assert answer.status == 422
        assert answer.json()["detail"][0]["loc"][:3] == ["body", "consumer_filters", 0]


# --- downloads ------------------------------------------------------------------------------------------------


def signed(client: Client, export: Body) -> Body:
    return post(client, "/intent/feeds/exports/download-url", {"export_id": export["export_id"]})


def fetch(client: Client, url: str, *, key: str = "") -> Answer:
    return client.get(url.removeprefix("https://localhost"), headers={"X-API-Key": key})


def test_the_file_holds_the_rows_of_the_pages_and_needs_no_key(client: Client, vendor: Vendor) -> None:
    export = ready(client, page_size=1_000, lookback_days=90, feed_id=EVERYTHING)
    link = signed(client, export)
    assert set(link) == {"export_id", "url", "expires_at", "expires_in"}
    assert link["url"].startswith("https://localhost/contactbased/bucket/")
    assert (link["expires_in"], link["expires_at"]) == (3_600, "2026-11-21T13:00:00Z")
    answer = fetch(client, link["url"])
    assert answer.headers["content-type"].startswith("text/csv")
    assert read(answer.body.decode()) == rows(client, export)
    assert vendor.actions["bucket_visits"]({}) == {"with_key": 0, "without_key": 1}
    fetch(client, link["url"], key=client.headers["X-API-Key"])
    assert vendor.actions["bucket_visits"]({}) == {"with_key": 1, "without_key": 1}


def test_a_signed_url_expires_cannot_be_changed_and_is_renewed_for_nothing(
    client: Client, sandbox: Sandbox
) -> None:
    export = ready(client)
    before = pool(client)
    link = signed(client, export)
    sandbox.clock.advance(timedelta(minutes=59, seconds=59))
    assert fetch(client, link["url"]).status == 200
    sandbox.clock.advance(timedelta(seconds=1))
    expired = fetch(client, link["url"])
    assert expired.status == 403
    assert b"expired" in expired.body
    assert fetch(client, link["url"].replace("T13", "T23")).status == 403
    other = ready(client)
    assert fetch(client, link["url"].replace(export["export_id"], other["export_id"])).status == 403
    assert fetch(client, link["url"].split("?")[0]).status == 403
    fresh = signed(client, export)
    assert fetch(client, fresh["url"]).status == 200
    assert pool(client)["records_remaining"] == before["records_remaining"] - other["total_rows"]


def test_expired_and_truncated_downloads_on_request(client: Client, sandbox: Sandbox) -> None:
    export = ready(client)
    sandbox.faults.add(rule("expired_url", "contactbased", count=1))
    assert fetch(client, signed(client, export)["url"]).status == 403
    link = signed(client, export)
    whole = fetch(client, link["url"]).body
    sandbox.faults.add(rule("short_list", "contactbased", "export_file", count=1))
    assert len(fetch(client, link["url"]).body) == len(whole) * 2 // 3
    sandbox.faults.add(rule("cut_body", "contactbased", "export_file", count=1))
    assert not fetch(client, link["url"]).complete
    assert fetch(client, link["url"]).body == whole


# --- other forms of a page, faults ----------------------------------------------------------------------------


def test_a_page_may_come_as_csv_rows_or_url(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    export = ready(client, enrichment_bundles=["donor"])
    expected = read(page(client, export)["csv"])
    body = {"export_id": export["export_id"], "page": 1}
    sandbox.set_switch(vendor, "page", "csv")
    bare = client.post(f"{EXPORTS}/page", body)
    assert bare.headers["content-type"].startswith("text/csv")
    assert read(bare.body.decode()) == expected
    sandbox.set_switch(vendor, "page", "rows")
    listed = page(client, export)["rows"]
    assert [r["contact_id"] for r in listed] == [r["contact_id"] for r in expected]
    assert listed[0]["donor"] == json.loads(expected[0]["donor"])
    sandbox.set_switch(vendor, "page", "url")
    assert read(fetch(client, page(client, export)["page_url"]).body.decode()) == expected


def test_faults_of_pages_and_totals(client: Client, sandbox: Sandbox) -> None:
    export = ready(client, page_size=1_000, lookback_days=90, feed_id=EVERYTHING)
    first, second = page(client, export, 1), page(client, export, 2)
    sandbox.faults.add(rule("duplicate_page", "contactbased", count=1))
    assert page(client, export, 1) == first
    doubled = page(client, export, 2)
    assert (doubled["page"], doubled["csv"]) == (2, first["csv"])
    assert page(client, export, 2) == second
    sandbox.faults.add(rule("wrong_total", "contactbased", "export_page", count=1))
    assert page(client, export, 1)["total_rows"] == first["total_rows"] + 1
    sandbox.faults.add(rule("short_list", "contactbased", "export_page", count=1))
    assert page(client, export, 1)["csv"] == first["csv"][: len(first["csv"]) * 2 // 3]
    sandbox.faults.add(rule("wrong_total", "contactbased", "export_count", count=1))
    assert count(client)["total_records"] == count(client)["total_records"] + 1


def test_count_may_bill_contacts(client: Client, sandbox: Sandbox, vendor: Vendor) -> None:
    sandbox.set_switch(vendor, "billable", "contacts")
    found = count(client, require_contact_id=True)
    assert found["billable_records"] == found["distinct_contacts"] < found["total_records"]


# --- a sandbox that starts anew -------------------------------------------------------------------------------


def test_a_sandbox_that_starts_anew_remembers_what_was_bought(world: World, tmp_path: Path) -> None:
    """Pool and exports, one that was building too; another world is another vendor."""

    def begun(of: World) -> Client:
        sandbox = new_sandbox(world=of, directory=tmp_path)
        vendor = contactbased.vendor(sandbox)
        return Client(sandbox, [vendor], {"X-API-Key": vendor.environment("")["CONTACTBASED_API_KEY"]})

    first = begun(world)
    bought, building = ready(first), create(first, max_rows=5)
    before, text = pool(first), page(first, bought)["csv"]
    assert (before["records_used"], before["records_reserved"]) == (bought["total_rows"], 5)

    second = begun(world)
    assert pool(second) == before
    assert page(second, bought)["csv"] == text
    export = building
    while export["status"] == "building":
        export = poll(second, building["export_id"])
    assert (export["status"], export["total_rows"]) == ("ready", 5)
    assert create(second)["export_id"] not in (bought["export_id"], building["export_id"])
    assert pool(begun(World(300, 8)))["records_used"] == 0
