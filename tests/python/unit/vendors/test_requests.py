"""What goes on the wire for ContactBased, Leadpipe and ExactBuyer, and what is refused before it does."""

import itertools
import json
from typing import Any

import pytest

from contactable.journal.calls import Subject
from contactable.vendors import ENDPOINTS
from contactable.vendors.contactbased import BUNDLES
from contactable.vendors.exactbuyer import REQUIRED_FIELDS
from contactable.vendors.leadpipe import FILTERS

FEED = "00000000-0000-4000-8000-000000000001"
AUDIENCE = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
EXPORT = {"lookback_days": 7, "page_size": 1000}
EXPORTS = ("contactbased.export", "contactbased.export_create", "contactbased.auto_export")
SEARCHES = ("leadpipe.audience_query", "leadpipe.audience_preview", "leadpipe.audience_create")
QUERY = {"topicIds": [1], "minScore": 70, "maxScore": 100}


def subject(endpoint: str, value: str, kind: str | None = None) -> Subject:
    return Subject("key", kind or ENDPOINTS[endpoint].subject_type, value, None, None)


def sent(endpoint: str, value: str = "self", **options: Any) -> Any:
    return ENDPOINTS[endpoint].encode([subject(endpoint, value)], options, "call").body.json


def problem(endpoint: str, **options: Any) -> str | None:
    return next((text for check in ENDPOINTS[endpoint].option_checks if (text := check.test(options))), None)


def refused(endpoint: str, value: str, kind: str | None = None) -> list[str]:
    return [check.rule for check in ENDPOINTS[endpoint].checks if not check.test(subject(endpoint, value, kind))]


# ---------------------------------------------------------------- ContactBased


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"page_size": 999}, "page_size"),
        ({"page_size": 1000}, None),
        ({"page_size": 50_000}, None),
        ({"page_size": 50_001}, "page_size"),
        ({"page_size": "1000"}, "page_size"),
        ({"max_rows": 0}, "max_rows"),
        ({"max_rows": 1}, None),
        ({"lookback_days": 0}, "lookback_days"),
        ({"lookback_days": 1}, None),
        ({"enrichment_bundles": list(BUNDLES)}, None),
        ({"enrichment_bundles": ["shoes"]}, None),  # an organisation may have bundles of its own
        ({"enrichment_bundles": ["shoes and bags"]}, "shoes and bags"),
        ({"consumer_filters": [{"field": "state", "operator": "in", "value": ["CA"]}]}, None),
        ({"consumer_filters": [{"field": "state", "operator": "is_set"}]}, None),
        ({"consumer_filters": [{"field": "state"}]}, "number 1"),
        ({"consumer_filters": [{"field": " ", "operator": "in"}]}, "field must be"),
        ({"consumer_filters": [{"field": "state", "operator": 1}]}, "operator must be"),
        ({"consumer_filters": [{"field": "state", "operator": "in", "values": []}]}, "nothing else"),
        ({"consumer_filters": {"field": "state"}}, "must be a list"),
    ],
)
@pytest.mark.parametrize(
    "endpoint", ["contactbased.export", "contactbased.export_create", "contactbased.auto_export"]
)
def test_export_options_at_their_borders(endpoint: str, options: dict[str, Any], named: str | None) -> None:
    told = problem(endpoint, **{**EXPORT, **options})
    assert told is None if named is None else named in str(told)


def test_an_export_can_be_created_through_search() -> None:
    body = sent("contactbased.auto_export", FEED, **EXPORT, max_rows=None, name="ours", enrichment_bundles=[])
    assert body == {
        "feed_id": FEED, "lookback_days": 7, "include_daily_counts": True,
        "auto_export": {"page_size": 1000, "name": "ours"},
    }  # fmt: skip
    assert not ENDPOINTS["contactbased.auto_export"].repeatable, "it reserves records"


def test_a_feed_is_previewed_or_saved() -> None:
    preview, create = ENDPOINTS["contactbased.feed_preview"], ENDPOINTS["contactbased.feed_create"]
    assert sent(preview.key, "crm", save=False, top_domains=50) == {
        "query": "crm",
        "save": False,
        "top_domains": 50,
    }
    assert sent(create.key, "crm", save=True, name="CRM") == {"query": "crm", "save": True, "name": "CRM"}
    assert preview.repeatable
    assert not create.repeatable, "it makes a feed"
    assert problem(create.key, save=True) is not None
    assert [problem(preview.key, save=False, top_domains=n) is None for n in (0, 1, 500, 501)] == [
        False,
        True,
        True,
        False,
    ]
    assert refused(preview.key, "x" * 500) == []
    assert refused(preview.key, "x" * 501) == refused(preview.key, "  ") == ["query_length"]


def test_filter_look_ups() -> None:
    assert sent("contactbased.filter_fields") == {}
    assert sent("contactbased.filter_values", "state", limit=1000) == {"field": "state", "limit": 1000}
    assert [problem("contactbased.filter_values", limit=n) is None for n in (0, 1, 1000, 1001)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("bundle", BUNDLES)
def test_every_bundle_is_declared(bundle: str) -> None:
    endpoint = ENDPOINTS[f"contactbased.enrich_{bundle.replace('-', '_')}"]
    assert endpoint.path == f"/enrich/{bundle}"
    assert endpoint.most_per_call == 1_000
    assert refused(endpoint.key, "id_3f2a8d1b9c0e5f47") == []
    assert refused(endpoint.key, "id_3F2A8D1B9C0E5F47") == ["contact_id_format"]


# ---------------------------------------------------------------- Leadpipe


@pytest.mark.parametrize(
    "endpoint", ["leadpipe.audience_query", "leadpipe.audience_preview", "leadpipe.audience_create"]
)
@pytest.mark.parametrize(
    ("options", "passes"),
    [
        ({"topicIds": list(range(1, 11))}, True),
        ({"topicIds": list(range(1, 12))}, False),
        ({"topicIds": []}, False),
        ({"topicIds": ["1"]}, False),
        ({"minScore": 0}, False),
        ({"minScore": 1, "maxScore": 100}, True),
        ({"maxScore": 101}, False),
        ({"minScore": 80, "maxScore": 79}, False),
        ({"minTopicOverlap": 0}, False),
        ({"minTopicOverlap": 1}, True),
        ({"minTopicOverlap": 10}, True),
        ({"minTopicOverlap": 11}, False),
        ({"filters": {"jobTitle": "x" * 200}}, True),
        ({"filters": {"jobTitle": "x" * 201}}, False),
        ({"filters": {"companyName": "x" * 255, "companyDomain": "x" * 255}}, True),
        ({"filters": {"companyName": "x" * 256}}, False),
        ({"filters": {"companyDomain": "x" * 256}}, False),
        ({"filters": {"isB2b": "y"}}, True),
        ({"filters": {"isB2b": "yes"}}, False),
        ({"filters": {"hasPhone": "true"}}, False),
        ({"filters": {"seniority": "vp"}}, False),
        ({"filters": {"seniority": [1]}}, False),
        ({"filters": {"shoeSize": ["9"]}}, False),
    ],
)
def test_who_is_wanted_at_its_borders(endpoint: str, options: dict[str, Any], passes: bool) -> None:
    assert (problem(endpoint, **{**QUERY, **options}) is None) == passes


@pytest.mark.parametrize(("limit", "passes"), [(0, False), (1, True), (100, True), (101, False)])
def test_the_page_border(limit: int, passes: bool) -> None:
    assert (problem("leadpipe.audience_query", **QUERY, limit=limit) is None) == passes


def test_all_sixteen_filters_pass_and_travel() -> None:
    samples: dict[type, Any] = {list: ["one"], str: "y", bool: True}
    filters = {name: samples[kind] for name, kind in FILTERS.items()}
    assert len(filters) == 16
    assert problem("leadpipe.audience_query", **QUERY, filters=filters) is None
    assert sent("leadpipe.audience_query", "name", **QUERY, filters=filters)["filters"] == filters


def test_beside_a_saved_audience_stands_what_is_configured_and_nothing_else() -> None:
    both = {"audienceId": AUDIENCE, **QUERY, "filters": {"isB2b": "y"}, "minScore": 5}
    assert sent("leadpipe.audience_query", "name", **both) == both
    assert problem("leadpipe.audience_query", **both) is None
    assert problem("leadpipe.audience_query", audienceId=AUDIENCE, maxScore=50) is None, "the least score is saved"
    assert problem("leadpipe.audience_query", audienceId=AUDIENCE, minScore=60, maxScore=50) is not None
    assert problem("leadpipe.audience_query", audienceId=AUDIENCE, topicIds=["1"]) is not None
    assert sent("leadpipe.audience_query", "name", audienceId=AUDIENCE, limit=100) == {
        "audienceId": AUDIENCE, "limit": 100,
    }  # fmt: skip
    assert problem("leadpipe.audience_query", audienceId=AUDIENCE) is None
    assert problem("leadpipe.audience_preview", audienceId=AUDIENCE) is not None
    assert problem("leadpipe.audience_create", audienceId=AUDIENCE) is not None


def test_a_new_audience_carries_its_name_and_config() -> None:
    body = sent("leadpipe.audience_create", "Car people", **QUERY, filters={})
    assert body == {"name": "Car people", "config": QUERY}
    assert not ENDPOINTS["leadpipe.audience_create"].repeatable
    assert refused("leadpipe.audience_create", "x" * 255) == []
    assert (
        refused("leadpipe.audience_create", "x" * 256)
        == refused("leadpipe.audience_create", "")
        == ["name_length"]
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [("audience_read", ""), ("audience_status", "/status"), ("audience_runs", "/runs")],
)
def test_an_audience_id_stands_in_the_path(name: str, path: str) -> None:
    endpoint = ENDPOINTS[f"leadpipe.{name}"]
    encoded = endpoint.encode([subject(endpoint.key, AUDIENCE)], {}, "call")
    assert encoded.fill(endpoint.path) == f"/v1/intent/audiences/{AUDIENCE}{path}"
    assert refused(endpoint.key, AUDIENCE) == []
    assert refused(endpoint.key, "../topics") == ["audience_id"]


def test_a_path_variable_cannot_leave_its_place() -> None:
    endpoint = ENDPOINTS["leadpipe.audience_read"]
    encoded = endpoint.encode([subject(endpoint.key, "a/../b?c")], {}, "call")
    assert encoded.fill(endpoint.path) == "/v1/intent/audiences/a%2F..%2Fb%3Fc"


# ---------------------------------------------------------------- ExactBuyer

EVERY_COMBINATION = [list(chosen) for size in range(6) for chosen in itertools.combinations(REQUIRED_FIELDS, size)]


@pytest.mark.parametrize("required", EVERY_COMBINATION, ids="+".join)
def test_required_fields_travel_as_text_in_a_form(required: list[str]) -> None:
    endpoint = ENDPOINTS["exactbuyer.bulk_enrich"]
    asked = [
        subject(endpoint.key, value, kind)
        for kind, value in (
            ("email", "ada@acme.example"), ("phone", "+12025550100"), ("linkedin", "linkedin.com/in/ada-example"),
        )
    ]  # fmt: skip
    assert problem(endpoint.key, required_fields=required) is None
    form = endpoint.encode(asked, {"required_fields": required}, "call").body.form
    assert form is not None
    assert json.loads(form["query_list"]) == [
        {"field_type": "email", "value": "ada@acme.example"},
        {"field_type": "phone", "value": "+12025550100"},
        {"field_type": "social_profile", "value": "linkedin.com/in/ada-example"},
    ]
    assert ("required_fields" in form) == bool(required)
    assert json.loads(form.get("required_fields", "[]")) == [{"field_type": name} for name in required]


@pytest.mark.parametrize("name", ["any_work_email", "email_or_phone", "Email", ""])
def test_required_fields_of_the_single_call_are_refused(name: str) -> None:
    assert problem("exactbuyer.bulk_enrich", required_fields=[name]) is not None


def test_an_input_is_an_email_a_phone_or_a_profile() -> None:
    assert refused("exactbuyer.bulk_enrich", "x", "email") == []
    assert refused("exactbuyer.bulk_enrich", " ", "phone") == ["empty_value"]
    assert refused("exactbuyer.bulk_enrich", "x", "maid") == ["field_type"]
    assert ENDPOINTS["exactbuyer.bulk_enrich"].most_per_call == 1_000


@pytest.mark.parametrize("endpoint", ["contactbased.export_create", "contactbased.export_preview"])
def test_what_filters_and_bundles_require_by_themselves_is_not_denied(endpoint: str) -> None:
    options = {"lookback_days": 7, "page_size": 1000, "require_contact_id": False}
    assert sent(endpoint, "feed", **options)["require_contact_id"] is False
    for beside in ({"enrichment_bundles": ["emails"]}, {"consumer_filters": [{"field": "age", "operator": "eq"}]}):
        assert "require_contact_id" not in sent(endpoint, "feed", **options, **beside)
        inside = sent("contactbased.auto_export", "feed", **options, **beside)["auto_export"]
        assert "require_contact_id" not in inside
        assert sent(endpoint, "feed", **{**options, **beside, "require_contact_id": True})["require_contact_id"]


def test_the_list_of_feeds_takes_a_search() -> None:
    endpoint = ENDPOINTS["contactbased.feeds"]
    for options, query in (({}, {}), ({"search": "cars"}, {"search": "cars"})):
        encoded = endpoint.encode([subject(endpoint.key, "self")], {**options, "_page": 1}, "call")
        assert encoded.query == {"page": "1", "page_size": "200", **query}
