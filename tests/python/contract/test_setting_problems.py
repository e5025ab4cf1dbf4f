"""Settings against the vendors' free look-ups: what they do not know is named and left out, the rest goes on."""

from typing import Any

import pytest

from contactable.vendors import ENDPOINTS
from support.scratch_warehouse import ScratchWarehouse, asked

SELF = asked("organization", "organization")
FIELDS = [
    {"field": "state", "label": "State", "category": "demographic", "type": "enum", "operators": ["in", "not_in"]},
    {"field": "age", "label": "Age", "category": "demographic", "type": "integer", "operators": ["between"]},
]
STATES = [{"value": "CA", "count": 3}, "NY"]
FEEDS = {"items": [{"feed_id": "feed-1", "name": "CRM"}, {"feed_id": "feed-2", "name": "Cars"}]}
AUDIENCE = {
    "id": "3C90C3CC-0D44-4B50-8888-8DD25736052A",
    "name": "Known",
    "status": "active",
    "config": {"topicIds": [12]},
}
GOOD_FILTERS = [
    {"field": "state", "operator": "in", "value": ["ca", "NY"]},
    {"field": "age", "operator": "between", "value": [25, 54]},
]
QUERIES = [
    {"name": "good", "topicIds": [12], "filters": {"seniority": ["VP"], "jobTitle": "anything"}},
    {"name": "bad topic", "topicIds": [12, 99]},
    {"name": "bad value", "topicIds": [12], "filters": {"seniority": ["vp", "emperor"], "gender": "female"}},
    {"name": "saved in the dashboard", "audienceId": "11111111-1111-4111-8111-111111111111"},
]
AUDIENCES = [
    {"name": "Known", "topicIds": [12]},
    {"name": "New", "topicIds": [12]},
    {"name": "Odd", "topicIds": [98]},
]
BUILDER = [
    {"query": "crm", "name": "crm ", "save": True, "top_domains": 50},
    {"query": "electric cars", "name": "EV", "save": True, "top_domains": 20},
    {"query": "yachts", "name": None, "save": False, "top_domains": 50},
]


def configured(w: ScratchWarehouse, filters: list[Any], **more: Any) -> None:
    w.configure(
        **{
            "endpoints__enabled": [key for key, endpoint in ENDPOINTS.items() if endpoint.worklist],
            "contactbased__feeds": ["feed-1", "feed-9"],
            "contactbased__consumer_filters": [filters],
            "contactbased__builder": BUILDER,
            "leadpipe__queries": QUERIES,
            "leadpipe__audiences": AUDIENCES,
            **more,
        }
    )


def due(w: ScratchWarehouse, endpoint: str) -> list[str]:
    model = ENDPOINTS[endpoint].worklist_model
    rows = w.rows(f"select subject_value from worklists.{model} where endpoint = '{endpoint}'")
    return sorted(row["subject_value"] for row in rows)


def problems(w: ScratchWarehouse) -> list[str]:
    rows = w.rows("select setting, problem from intermediate.int_worklists__setting_problems order by 1, 2")
    return [f"{row['setting']}: {row['problem']}" for row in rows]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    w = ScratchWarehouse(tmp_path_factory.mktemp("problems"))
    w.create()
    configured(w, GOOD_FILTERS)
    w.dbt("seed")
    w.dbt("run", "--select", "+path:models/planning")
    return w


#: What no setting and no look-up changes: people and marts stay as the house was built.
PEOPLE = [
    f"path:models/{room}"
    for room in ("intermediate/contacts", "intermediate/identity", "intermediate/intent", "marts")
]


def build(w: ScratchWarehouse) -> None:
    w.dbt("run", "--select", "+path:models/planning", "--exclude", *PEOPLE)


def test_while_nothing_was_looked_up_nothing_is_judged_and_nothing_is_created(house: ScratchWarehouse) -> None:
    assert problems(house) == []
    assert due(house, "contactbased.export") == ["feed-1", "feed-9"]
    assert due(house, "contactbased.filter_values") == ["age", "state"]
    assert due(house, "contactbased.feed_preview") == ["crm", "electric cars", "yachts"]
    assert due(house, "contactbased.feed_create") == []
    assert due(house, "leadpipe.audience_create") == []
    assert due(house, "leadpipe.audience_query") == ["bad topic", "bad value", "good", "saved in the dashboard"]


def test_what_the_look_ups_do_not_know_is_named_and_left_out(house: ScratchWarehouse) -> None:
    w = house
    w.land("contactbased__feeds", "feeds", FEEDS, SELF)
    w.land("contactbased__filter_fields", "filter_fields", {"fields": FIELDS}, SELF)
    w.land(
        "contactbased__filter_values",
        "filter_values",
        {"field": "state", "values": STATES},
        asked("filter_field", "state"),
    )
    w.land("leadpipe__topics", "topics", {"data": [{"topicId": 12, "topicName": "crm"}]}, SELF)
    w.land("leadpipe__filters", "filters", {"data": {"seniority": ["vp", "director"], "gender": ["female"]}}, SELF)
    w.land("leadpipe__audiences", "audience_list", {"data": [AUDIENCE]}, SELF)
    build(w)
    assert problems(w) == [
        "contactbased.feeds: your organisation has no feed feed-9; it was not asked. Correct contactbased.feeds "
        "(GET /organization/feeds lists them).",
        "leadpipe.audiences: Odd: Leadpipe knows no topic 98; it was not asked. Correct topic_ids "
        "(GET /v1/intent/topics lists them).",
        "leadpipe.queries: bad topic: Leadpipe knows no topic 99; it was not asked. Correct topic_ids "
        "(GET /v1/intent/topics lists them).",
        "leadpipe.queries: bad value: filter seniority has no value emperor at Leadpipe; it was not asked "
        "(GET /v1/intent/audiences/filters lists them).",
    ]
    assert due(w, "leadpipe.audience_query") == ["Known", "good", "saved in the dashboard"]
    assert due(w, "leadpipe.audience_create") == ["New"]
    assert due(w, "contactbased.feed_create") == ["electric cars"], "a feed of that name is not made again"
    assert due(w, "leadpipe.audience_status") == [
        "11111111-1111-4111-8111-111111111111", "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    ]  # fmt: skip


def test_a_catalogue_that_is_not_whole_warns_and_leaves_nothing_out(house: ScratchWarehouse) -> None:
    w = house
    meta = {"total": 3, "page": 1, "pageSize": 1, "hasMore": True}
    page = {"data": [{"topicId": 12, "topicName": "crm"}], "meta": meta}
    part = {"_extraction": "t1", "_page": 1}
    w.land("leadpipe__topics", "topics", page, SELF, options=part, segment="s1-pages")
    build(w)
    assert [problem for problem in problems(w) if "no topic" in problem] == [
        f"leadpipe.{place}: {name}: Leadpipe knows no topic {topic} as far as its catalogue was read; "
        "it is asked all the same."
        for place, name, topic in (("audiences", "Odd", 98), ("queries", "bad topic", 99))
    ]
    assert "bad topic" in due(w, "leadpipe.audience_query")
    assert due(w, "leadpipe.audience_create") == ["New", "Odd"]
    rest = {"data": [{"topicId": 13}, {"topicId": 14}], "meta": {**meta, "page": 2, "hasMore": False}}
    part["_page"] = 2
    w.land("leadpipe__topics", "topics", rest, SELF, options=part, segment="s1-rest")
    build(w)
    assert due(w, "leadpipe.audience_create") == ["New"], "now it is whole, and judges"


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ([{"field": "shoe_size", "operator": "in", "value": ["9"]}], "no filter field shoe_size"),
        (
            [{"field": "state", "operator": "between", "value": ["CA", "NY"]}],
            "no operator between, only in,",
        ),
        (
            [*GOOD_FILTERS, {"field": "state", "operator": "in", "value": ["CA", "ZZ"]}],
            "number 3: nobody",
        ),
    ],
)
def test_an_unknown_consumer_filter_creates_no_export_and_stops_nothing_else(
    house: ScratchWarehouse, filters: list[Any], named: str
) -> None:
    configured(house, filters, contactbased__feeds="all")
    build(house)
    [told] = [problem for problem in problems(house) if problem.startswith("contactbased")]
    assert named in told
    assert told.endswith("no export was created.")
    assert due(house, "contactbased.export") == []
    assert due(house, "contactbased.feed_search") == ["feed-1", "feed-2"]


def test_known_filters_create_exports_again(house: ScratchWarehouse) -> None:
    configured(house, GOOD_FILTERS, contactbased__feeds="all")
    build(house)
    assert due(house, "contactbased.export") == ["feed-1", "feed-2"]


def test_what_was_just_made_is_used_in_the_same_run(house: ScratchWarehouse) -> None:
    w = house
    made = {
        "id": "22222222-2222-4222-8222-222222222222",
        "name": "New",
        "status": "draft",
        "config": {"topicIds": [12]},
    }
    w.land(
        "leadpipe__audiences",
        "audience_create",
        {"data": made},
        asked("audience_name", "New"),
        status=201,
        segment="s2",
    )
    saved = {
        "query": "electric cars",
        "saved": True,
        "feed_id": "feed-3",
        "domains": [],
        "summary": {"total_domains": 4},
    }
    w.land(
        "contactbased__feed_previews", "feed_create", saved, asked("free_text", "electric cars"),
        options={"name": "EV", "save": True}, segment="s2",
    )  # fmt: skip
    build(w)
    assert due(w, "leadpipe.audience_query") == ["Known", "New", "good", "saved in the dashboard"]
    assert due(w, "leadpipe.audience_create") == []
    assert due(w, "contactbased.feed_search") == ["feed-1", "feed-2", "feed-3"]


def test_bundles_are_checked_before_an_export_is_created(house: ScratchWarehouse) -> None:
    """ContactBased: ask /enrich/bundles before adding bundles to exports. An organisation may have its own."""
    w = house
    wanted = {
        "contactbased__feeds": "all",
        "contactbased__enrichment_bundles": [["individual_core", "lifestyle-x"]],
    }
    configured(w, GOOD_FILTERS, **wanted)
    build(w)
    assert due(w, "contactbased.export") == [], "not while the list of bundles has not been read"

    w.land("contactbased__bundles", "bundles", {"bundles": ["individual-core", "emails"]}, SELF, segment="s3")
    build(w)
    [told] = [problem for problem in problems(w) if problem.startswith("contactbased")]
    assert "no bundle lifestyle-x" in told
    assert due(w, "contactbased.export") == []

    w.land("contactbased__bundles", "bundles", ["individual-core", "lifestyle-x"], SELF, segment="s4")
    build(w)
    assert due(w, "contactbased.export") == ["feed-1", "feed-2", "feed-3"]


def test_no_feed_is_created_that_the_limit_does_not_allow(house: ScratchWarehouse) -> None:
    w = house
    texts = [{"query": f"text {n}", "name": f"Feed {n}", "save": True, "top_domains": 50} for n in range(3)]
    configured(w, GOOD_FILTERS, contactbased__builder=texts)
    w.land(
        "contactbased__feed_limits", "feed_limit", {"feed_limit": 10, "feeds_created": 8, "feeds_remaining": 2},
        SELF, segment="s5",
    )  # fmt: skip
    build(w)
    assert due(w, "contactbased.feed_create") == ["text 0", "text 1"]
    [told] = [problem for problem in problems(w) if "builder" in problem]
    assert "Feed 2" in told
    assert "2 left" in told

    w.land(
        "contactbased__feed_previews", "feed_create", {"query": "text 0", "saved": True, "feed_id": "feed-4"},
        asked("free_text", "text 0"), options={"name": "Feed 0", "save": True}, segment="s6",
    )  # fmt: skip
    build(w)
    assert "text 1" in due(w, "contactbased.feed_create")
    assert "text 2" not in due(w, "contactbased.feed_create"), "the limit was read before the feed was made"
