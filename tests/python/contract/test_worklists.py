"""Worklists over a small invented world: who is asked about where, and who never is."""

import hashlib
import json
import shutil
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from contactable.journal.calls import Subject
from contactable.settings.raw import quotes
from contactable.vendors import ENDPOINTS
from contactable.warehouse.raw_tables import RAW_TABLES
from support.scratch_warehouse import NOW, PROJECT, ScratchWarehouse, asked

CONTACTS = [f"id_{n:016x}" for n in range(1, 3)]
LEAD = "ACwAAAB1x2kBabcdefghij_0123456789-ABCDEFG"
#: Of the list itself.
OWN = "id_00000000000000aa"
#: Came with an export, its bundles with it.
KNOWN = f"id_{3:016x}"
QUERY = {"name": "crm buyers", "topicIds": [12], "minScore": 70, "filters": {"isB2b": "y"}}


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def list_row(w: ScratchWarehouse, key: str, **values: str) -> None:
    names = [column.name for column in RAW_TABLES["first_party"]][3:-2]
    w.insert(
        "first_party", [key, "list.csv", 2, *(values.get(name) for name in names), None, datetime(2026, 11, 1)]
    )  # fmt: skip


def hem(value: str, day: int) -> dict[str, Any]:
    return {"hem": value, "signal_date": f"2026-11-{day}", "confidence": 0.5, "signal_count": 1}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    w = ScratchWarehouse(tmp_path_factory.mktemp("worklists"))
    w.create()
    w.configure(
        endpoints__enabled=[key for key, endpoint in ENDPOINTS.items() if endpoint.worklist],
        endpoints__declared=[
            {"endpoint": key, **quotes(endpoint, 1000)} for key, endpoint in ENDPOINTS.items() if endpoint.worklist
        ],
        bigdbm__keywords=["audi"],
        bigdbm__lists=[
            {"keyword": "audi", "start_date": "2026-11-20", "end_date": "2026-11-20"},
            {"keyword": "suv", "start_date": "2026-10-01", "end_date": "2026-10-31", "number_of_hems": 100},
            {"keyword": "too old", "start_date": "2026-08-01", "end_date": "2026-08-31"},
            {"keyword": "not over", "start_date": "2026-11-20", "end_date": "2026-11-30"},
            {"keyword": "bought", "start_date": "2026-11-13", "end_date": "2026-11-19"},
        ],
        bigdbm__window_days=7,
        bigdbm__number_of_hems=500,
        bigdbm__output_id=10026,
        bigdbm__validator_id=42,
        contactbased__feeds="all",
        contactbased__lookback_days=30,
        contactbased__page_size=1000,
        contactbased__max_rows=2000,
        contactbased__require_contact_id=True,
        leadpipe__queries=QUERY,
        # No waterfall: every endpoint is asked about whomever it takes (test_waterfall_* have one).
        waterfall__replaced=["email", "phone", "employer", "profile"],
    )
    with_lists = ("exactbuyer.required_fields", ["work_email"]), ("contactbased.enrichment_bundles", ["emails"])
    for name, value in with_lists:
        w.insert("settings", [name, 0, json.dumps(value)])
    list_row(w, "row-1", email=" Ann@Acme.example ", phone="(202) 555-0100", linkedin_url="linkedin.com/in/Ann-A")
    list_row(w, "row-2", email="bob@gmail.com")
    list_row(w, "row-3", email="not an address", linkedin_url="https://www.linkedin.com/in/cy/")
    list_row(w, "row-4", phone="+44 20 7946 0000")
    list_row(w, "row-5", email="gone@acme.example", phone="2025550199")
    list_row(w, "row-6", email=f"{'x' * 200}@acme.example")
    list_row(w, "row-7", email_md5="E" * 32, bigdbm_id=" 4711 ", contactbased_id="ID_00000000000000AA")
    list_row(w, "row-8", email_md5=md5("gone@acme.example"), email_sha256="f" * 64)
    list_row(w, "row-9", linkedin_url=f"https://www.linkedin.com/sales/lead/{LEAD},NAME_SEARCH,Ab1")
    list_row(w, "row-10", company_name="Acme Works", company_domain="works.example", ein="12-3456789")
    list_row(w, "row-11", ein="987654321")
    w.insert("suppressions", ["email", sha256("gone@acme.example"), "all", "opted out", NOW])
    w.insert("suppressions", ["email_md5", sha256(md5("gone@acme.example")), "all", "opted out", NOW])
    hems = [hem(md5("ann@acme.example"), 20), hem("a" * 32, 18), hem("b" * 32, 19), hem("c" * 64, 20)]
    w.land(
        "bigdbm__intent_hems", "intent_create_list",
        {"status": "success", "listId": "l", "count": 5, "hems": [*hems, hem(md5("gone@acme.example"), 20)]},
        asked("keyword", "audi"), options={"StartDate": "2026-11-13", "EndDate": "2026-11-19"},
        at=NOW - timedelta(days=1),
    )  # fmt: skip
    fixed = '{"EndDate":"2026-11-19","NumberOfHems":500,"StartDate":"2026-11-13"}'
    w.land(
        "bigdbm__intent_hems", "intent_create_list", {"status": "success", "listId": "b", "count": 0, "hems": []},
        [{"key": md5(f"bigdbm.intent_create_list|keyword|bought|{fixed}"), "type": "keyword", "value": "bought"}],
        options=json.loads(fixed),
    )  # fmt: skip
    w.land(
        "leadpipe__audience_members", "audience_query",
        {"data": [{"hem": "d" * 64, "intentScore": 80, "topicId": 12, "email": "Lea@Corp.example"}]},
        asked("query", "older query"), options={"_extraction": "x1", "_page": 1},
    )  # fmt: skip
    feeds = [{"feed_id": "feed-1", "max_lookback_days": 14}, {"feed_id": "feed-2"}]
    w.land("contactbased__feeds", "feeds", {"items": feeds}, asked("organization", "organization"))
    w.land("contactbased__feed_totals", "feed_search", {"total_records": 1500}, asked("feed", "feed-1"))
    w.land(
        "contactbased__bundles", "bundles", {"bundles": ["emails", "individual-core", "auto"]},
        asked("organization", "organization"),
    )  # fmt: skip
    rows = [{"contact_id": CONTACTS[0], "date": "2026-11-18"}, {"contact_id": CONTACTS[1], "date": "2026-11-20"}]
    w.land(
        "contactbased__export_rows", "export_page",
        {"export_id": "e1", "status": "ready", "page": 1, "rows": [*rows, {"contact_id": "ID_1"}, {}]},
        asked("feed", "feed-1"), options={"_extraction": "x2", "_page": 1},
    )  # fmt: skip
    known = {
        "contact_id": KNOWN, "date": "2026-11-20", "lifestyle-x": "{}", "phones": "",
        "emails": json.dumps({"emails": [{"email": "kim@corp.example", "last_seen": "2026-11-01"}]}),
        "individual-core": {"first_name": "Kim", "last_name": "Example"}, "location": "not JSON",
    }  # fmt: skip
    w.land(
        "contactbased__export_rows", "export_page",
        {"export_id": "e2", "status": "ready", "page": 1, "rows": [known, {**known, "date": "2026-11-19"}]},
        asked("feed", "feed-1"), options={"_extraction": "x3", "_page": 1},
    )  # fmt: skip
    w.land(
        "bigdbm__consumer_profiles", "consumer_email",
        {"returnData": {"ann@acme.example": [{
            "Id": "p1", "Email_Array": ["ann.home@mail.example"], "Mobile_Phone_1": "2025550101",
            "Mobile_Phone_1_DNC": "1", "Mobile_Phone_2": "2025550102", "Mobile_Phone_2_DNC": "0",
        }]}},
        [{"key": "unknown to this test", "type": "email", "value": "ann@acme.example"}],
    )  # fmt: skip
    w.dbt("build", "--selector", "worklists", "--exclude-resource-type", "unit_test")
    return w


@pytest.fixture(scope="module")
def in_order(house: ScratchWarehouse, tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    """The same people under the shipped orders."""
    home = tmp_path_factory.mktemp("waterfall") / "home"
    shutil.copytree(house.home, home)
    w = ScratchWarehouse(home)
    with duckdb.connect(str(w.path)) as con:
        con.execute("delete from raw.settings where setting = 'waterfall.replaced'")
    w.dbt("run", "--selector", "worklists")
    return w


def due(house: ScratchWarehouse, endpoint: str, order: str) -> list[dict[str, Any]]:
    model = ENDPOINTS[endpoint].worklist_model
    return house.rows(f"select * from worklists.{model} where endpoint = '{endpoint}' order by {order}")


def subjects(house: ScratchWarehouse, endpoint: str) -> list[str]:
    return [row["subject_value"] for row in due(house, endpoint, "priority, question_key")]


def options(house: ScratchWarehouse, endpoint: str) -> list[Any]:
    rows = due(house, endpoint, "subject_value")
    assert all(row["options"] == json.dumps(json.loads(row["options"]), separators=(",", ":")) for row in rows)
    return [json.loads(row["options"]) for row in rows]


def test_every_endpoint_stands_in_its_worklist_and_in_no_other(house: ScratchWarehouse) -> None:
    models = {endpoint.worklist_model for endpoint in ENDPOINTS.values() if endpoint.worklist}
    for model in models:
        for row in house.rows(f"select distinct endpoint from worklists.{model}"):
            assert ENDPOINTS[row["endpoint"]].worklist_model == model
    planning = (PROJECT / "models/planning", PROJECT / "macros/worklists")
    written = "".join(file.read_text(encoding="utf-8") for folder in planning for file in folder.glob("*.sql"))
    named = [key for key, endpoint in ENDPOINTS.items() if endpoint.worklist and f"'{key}'" in written]
    bundles = [key for key in ENDPOINTS if key.startswith("contactbased.enrich_")]
    assert {*named, *bundles} == {key for key, endpoint in ENDPOINTS.items() if endpoint.worklist}


def test_discovery(house: ScratchWarehouse) -> None:
    lists = due(house, "bigdbm.intent_create_list", "subject_value, options desc")
    assert [(row["subject_value"], json.loads(row["options"])) for row in lists] == [
        ("audi", {"EndDate": "2026-11-20", "NumberOfHems": 500, "StartDate": "2026-11-20"}),
        ("audi", {"EndDate": "2026-11-20", "NumberOfHems": 500, "StartDate": "2026-11-14"}),
        ("suv", {"EndDate": "2026-10-31", "NumberOfHems": 100, "StartDate": "2026-10-01"}),
    ], "a list of fixed days is bought once, when it is over and while BIGDBM keeps its days"
    assert options(house, "contactbased.feed_search") == [
        {"include_daily_counts": True, "lookback_days": 14}, {"include_daily_counts": True, "lookback_days": 30},
    ]  # fmt: skip
    export, _ = options(house, "contactbased.export")
    assert export == {
        "consumer_filters": [], "enrichment_bundles": ["emails"], "lookback_days": 14, "max_rows": 2000,
        "page_size": 1000, "require_contact_id": True,
    }  # fmt: skip
    assert [row["credits_quoted"] for row in due(house, "contactbased.export", "subject_value")] == [
        1500.0,
        2000.0,
    ]
    assert subjects(house, "leadpipe.audience_query") == ["crm buyers"]
    assert options(house, "leadpipe.audience_query") == [
        {name: value for name, value in QUERY.items() if name != "name"}
    ]


def test_lookups(house: ScratchWarehouse) -> None:
    for endpoint in ("contactbased.feeds", "contactbased.credits", "contactbased.bundles", "leadpipe.topics"):
        assert subjects(house, endpoint) == ["organization"]


def test_enrichment_asks_about_the_list_first_and_about_what_discovery_found(house: ScratchWarehouse) -> None:
    plain = subjects(house, "bigdbm.consumer_email")
    assert sorted(plain[:2]) == ["ann@acme.example", "bob@gmail.com"]
    assert plain[2:] == ["lea@corp.example"]
    # The newest intent first; the MD5 of an address we ask about in plain is not bought twice.
    assert subjects(house, "bigdbm.consumer_email_md5") == ["e" * 32, "b" * 32, "a" * 32]
    assert options(house, "bigdbm.consumer_email_md5") == [{"OutputId": 10026}] * 3
    assert subjects(house, "bigdbm.b2b_email") == ["ann@acme.example", "lea@corp.example"]  # no free mailbox
    assert sorted(subjects(house, "exactbuyer.bulk_enrich")) == [
        "+442079460000", "ann@acme.example", "bob@gmail.com", "lea@corp.example", "linkedin.com/in/cy",
    ]  # fmt: skip
    assert options(house, "exactbuyer.bulk_enrich")[0] == {"required_fields": ["work_email"]}


def decisions(house: ScratchWarehouse, value: str) -> dict[str, tuple[str, str | None]]:
    rows = house.rows("select * from intermediate.int_worklists__waterfall order by endpoint")
    return {
        row["endpoint"]: (row["decision"], row["reason"] or row["waits_for"])
        for row in rows
        if row["subject_value"] == value
    }


def test_the_waterfall_asks_one_vendor_at_a_time(in_order: ScratchWarehouse) -> None:
    ann = decisions(in_order, "ann@acme.example")
    # BIGDBM for her profile (the answer that landed about her carries a key of this test's own); ExactBuyer is the
    # first that knows employers; the B2B file comes after it.
    assert ann["bigdbm.consumer_email"] == ("ask", "never_asked")
    assert ann["exactbuyer.bulk_enrich"] == ("ask", "never_asked")
    assert ann["bigdbm.b2b_email"] == ("wait", "exactbuyer.bulk_enrich")
    # Her other identifiers wait: each match costs again.
    assert decisions(in_order, "linkedin.com/in/ann-a")["exactbuyer.bulk_enrich"] == (
        "wait",
        "exactbuyer.bulk_enrich",
    )
    assert decisions(in_order, "2025550100")["bigdbm.consumer_phone"] == ("wait", "bigdbm.consumer_email")
    # Whoever is known by a vendor's id alone is asked about there.
    assert decisions(in_order, CONTACTS[0])["contactbased.enrich_emails"] == ("ask", "never_asked")


def test_a_value_that_waits_for_its_verdict_opens_no_further_step(in_order: ScratchWarehouse) -> None:
    rows = in_order.rows(
        "select distinct a.attribute, is_satisfied, is_awaiting_verdict"
        " from intermediate.int_worklists__attributes a"
        " join intermediate.int_worklists__waterfall w using (contact_key)"
        " where w.subject_value = 'ann@acme.example' order by a.attribute"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("email", False, True), ("employer", False, False), ("phone", False, True), ("profile", False, False),
    ]  # fmt: skip


def test_nothing_enters_the_order_that_the_plain_worklists_do_not_hold(
    house: ScratchWarehouse, in_order: ScratchWarehouse
) -> None:
    everything = {row["question_key"] for row in house.rows("select * from worklists.due_questions")}
    ordered = {row["question_key"] for row in in_order.rows("select * from worklists.due_questions")}
    assert ordered < everything


def test_contact_ids_are_asked_for_enabled_bundles_only(house: ScratchWarehouse) -> None:
    assert subjects(house, "contactbased.enrich_emails") == [OWN, CONTACTS[1], CONTACTS[0]]
    assert subjects(house, "contactbased.enrich_individual_core") == [OWN, CONTACTS[1], CONTACTS[0]]
    assert subjects(house, "contactbased.enrich_phones") == []


def test_a_list_may_name_people_as_vendors_do(house: ScratchWarehouse) -> None:
    """Hashes, EINs, Sales Navigator ids and the vendors' own ids reach the endpoints that take them."""
    assert "e" * 32 in subjects(house, "bigdbm.consumer_email_md5")
    assert "e" * 32 in subjects(house, "bigdbm.consumer_md5_age")
    assert "e" * 32 in subjects(house, "bigdbm.intent_by_md5")
    assert md5("gone@acme.example") not in subjects(house, "bigdbm.intent_by_md5")
    assert subjects(house, "bigdbm.consumer_id") == ["4711"]
    for endpoint in ("bigdbm.consumer_linkedin", "bigdbm.b2b_linkedin"):
        assert LEAD in subjects(house, endpoint)
    assert {*subjects(house, "bigdbm.b2b_company")} >= {
        '{"Domain":"works.example","EIN":"12-3456789"}', '{"EIN":"98-7654321"}',
    }  # fmt: skip
    ids = house.rows(
        "select identifier_type, identifier_value from intermediate.int_identity__identifiers"
        " where evidence_id in ('row-7', 'row-8', 'row-9') order by evidence_id, identifier_type"
    )
    assert [tuple(row.values()) for row in ids] == [
        ("bigdbm_id", "4711"), ("contactbased_id", "id_00000000000000aa"), ("email_md5", "e" * 32),
        ("email_md5", md5("gone@acme.example")), ("email_sha256", "f" * 64), ("sales_navigator_id", LEAD),
    ]  # fmt: skip


def test_what_came_with_an_export_is_known_and_is_not_bought_again(house: ScratchWarehouse) -> None:
    assert house.rows(
        "select bundle, first_name, last_name, is_match from staging.stg_contactbased__enrichments"
    ) == [{"bundle": "individual_core", "first_name": "Kim", "last_name": "Example", "is_match": True}]
    assert house.rows("select contact_id, email, is_match from staging.stg_contactbased__emails") == [
        {"contact_id": KNOWN, "email": "kim@corp.example", "is_match": True}
    ]
    assert house.rows("select contact_id, phone, is_match from staging.stg_contactbased__phones") == [
        {"contact_id": KNOWN, "phone": None, "is_match": False}
    ]
    answers = house.rows(
        "select endpoint, outcome from intermediate.int_worklists__answers"
        f" where subject_value = '{KNOWN}' order by endpoint"
    )
    assert [tuple(row.values()) for row in answers] == [
        ("contactbased.enrich_emails", "match"),
        ("contactbased.enrich_individual_core", "match"),
        ("contactbased.enrich_phones", "no_match"),
    ]
    assert KNOWN not in {*subjects(house, "contactbased.enrich_emails")}
    assert KNOWN in {*subjects(house, "contactbased.enrich_auto")}, "what did not come is still asked for"


def test_validation_asks_about_everything_that_may_be_contacted(house: ScratchWarehouse) -> None:
    assert sorted(subjects(house, "bigdbm.email_batch")) == [
        "ann.home@mail.example", "ann@acme.example", "bob@gmail.com", "kim@corp.example", "lea@corp.example",
    ]  # fmt: skip
    assert options(house, "bigdbm.email_batch")[0] == {"ValidatorId": 42}
    # Ten digits; no Do-Not-Call number, no other country, nobody who opted out (nor his number from the same row).
    # Both are numbers of somebody on our list: the newer one first.
    assert subjects(house, "bigdbm.opql") == ["2025550102", "2025550100"]


def test_nobody_who_opted_out_is_asked_about(house: ScratchWarehouse) -> None:
    everything = house.rows("select subject_value from worklists.due_questions")
    gone = {"gone@acme.example", md5("gone@acme.example"), "2025550199"}
    assert gone.isdisjoint(row["subject_value"] for row in everything)


def test_what_is_due_passes_the_vendors_limits(house: ScratchWarehouse) -> None:
    """Nothing enters a worklist that the extraction would have to refuse."""
    everything = house.rows("select * from worklists.due_questions")
    assert len(everything) > 20
    for row in everything:
        endpoint = ENDPOINTS[row["endpoint"]]
        value = row["subject_value"]
        payload = json.loads(value) if value.startswith("{") else None
        subject = Subject(row["question_key"], row["subject_type"], value, payload)
        broken = [check.rule for check in endpoint.checks if not check.test(subject)]
        broken += [
            problem for check in endpoint.option_checks if (problem := check.test(json.loads(row["options"])))
        ]
        assert broken == [], row["endpoint"]
