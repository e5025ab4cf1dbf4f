"""Answers of every shape, good and bad, through base and staging: no error, no loss, nothing invented."""

from itertools import chain
from typing import Any

import duckdb
import pytest

from contactable.warehouse.raw_tables import create_raw_tables
from support.scratch_warehouse import ScratchWarehouse, asked

HTML = "<html><body>502 Bad Gateway</body></html>"
MD5 = [f"{n:032x}" for n in range(1, 9)]
CONTACTS = [f"id_{n:016x}" for n in range(1, 6)]
WINDOW = {"StartDate": "2026-11-14", "EndDate": "2026-11-20", "NumberOfHems": 100}
LISTED = {"status": "success", "listId": "lst_1"}
HEM = {"hem": MD5[0].upper(), "signal_date": "2026-11-19", "confidence": 0.94, "signal_count": 7}


#: A vendor's Do-Not-Call flag as we read it: only an explicit no is clear; what cannot be read closes the number.
FLAGS: dict[str | None, list[Any]] = {
    "listed": [
        "1", 1, 1.0, "1.0", True, "true", "T", "t", "Y", "yes", "on", "X", "DNC", " Listed ", "Do not call",
        ["federal"], [True], '["state"]',
    ],
    "clear": ["0", 0, "0.0", False, "FALSE", "N", "no", "off", "not listed"],
    None: [None, "", " ", "unknown", "N/A", []],
    "unreadable": ["maybe", "D", "2", -1, {"federal": False}, "?", "nope"],
}  # fmt: skip


def profile(person: str, **more: Any) -> dict[str, Any]:
    return {
        "Id": person,
        "First_Name": " Alex ",
        "Last_Name": "",
        "Email_Array": [f"{person}@example.com"],
        **more,
    }


def land_intent_lists(w: ScratchWarehouse, segment: str) -> None:
    def land(keyword: str, body: Any, status: int = 200) -> None:
        w.land(
            "bigdbm__intent_hems", "intent_create_list", body, asked("keyword", keyword),
            options=WINDOW, status=status, segment=segment,
        )  # fmt: skip

    hashes_that_are_none = [{**HEM, "hem": "a" * 63}, {**HEM, "hem": "g" * 32}]
    land(
        "audi",
        {
            **LISTED, "count": 8,
            "hems": [HEM, HEM, {**HEM, "hem": " "}, "text", None, {**HEM, "hue": 1}, *hashes_that_are_none],
        },
    )  # fmt: skip
    land("bmw", {**LISTED, "count": 0, "hems": []})
    land("cut", '{"status":"success","hems":[{"hem":"abc')
    land("gateway", HTML, 502)
    land("page", HTML)
    land("array", [1, 2])
    land("object", {"hems": {"a": 1}})
    land("queued", {"status": "queued", "listQueueId": 7})
    land("empty", "  ")
    land("later", {**LISTED, "hems": [HEM]}, 202)
    land("null", "null")
    land("refused", {"message": "NumberOfHems must be between 100 and 100000."}, 400)


def land_profiles(w: ScratchWarehouse, segment: str) -> None:
    shapes = {
        MD5[0]: [
            profile(
                "p1",
                Mobile_Phone_1="2025550100",
                Mobile_Phone_1_DNC="1",
                Mobile_Phone_2="2025550101",
                Mobile_Phone_3="2025550103",
                Mobile_Phone_3_DNC={"federal": False},
            )
        ],
        MD5[1].upper(): [
            profile("p2", Email_Array=None, Email="a@example.com, b@example.com ,", Phone="2025550102")
        ],
        MD5[2]: [
            profile("p3", Email_Array="", Email_1="c@example.com", Email_3="c@example.com"),
            profile("p4", New=1),
        ],
        MD5[3]: [],
        MD5[4]: {"Id": "not a list"},
        "somebody else": [profile("p9")],
    }
    consumer = ("bigdbm__consumer_profiles", "consumer_email_md5")
    w.land(*consumer, {"requestId": "a", "returnData": shapes}, asked("email_md5", *MD5[:6]), segment=segment)
    empty: list[Any] = [{}, []]
    for nothing in empty:
        w.land(*consumer, {"returnData": nothing}, asked("email_md5", *MD5[6:8]), segment=segment)
    for odd in ({"returnData": "none"}, {"returnData": [1]}, {}, {"status": "error", "returnData": {}}, "[]"):
        w.land(*consumer, odd, asked("email_md5", *MD5[6:8]), segment=segment)
    w.land(
        "bigdbm__b2b_contacts", "b2b_email",
        {"returnData": {"sam@acme.example": [{
            "EmployeeID": "E1", "B2B_Email": "sam@acme.example,sam@other.example", "Year_Founded": 0,
            "Headquarters_Branch": 1, "LastSeenDate": "10/01/2026", "Zip5": "22101", "NAICS_CODE": 541511,
        }]}},
        asked("email", "sam@acme.example", "kim@acme.example"), segment=segment,
    )  # fmt: skip


def land_verdicts(w: ScratchWarehouse, segment: str) -> None:
    emails = asked("email", "a@example.com", "b@example.com", "c@example.com", "d@example.com")
    w.land(
        "bigdbm__email_statuses", "email_batch",
        {"results": [
            {"email": "B@Example.com ", "status": 30},
            {"email": "a@example.com", "status": 10},
            {"email": "stranger@example.com", "status": 10},
            {"email": "c@example.com", "status": "sixty"},
            "text",
            {"email": "d@example.com", "status": None},
        ]},
        emails, segment=segment,
    )  # fmt: skip
    w.land("bigdbm__email_statuses", "email_batch", {"results": None}, emails, segment=segment)
    told = [{"email": "kim@acme.example", "status": 10}]
    failed = {"status": "error", "message": "try later", "results": told}
    w.land("bigdbm__email_statuses", "email_batch", failed, asked("email", "kim@acme.example"), segment=segment)
    for number, body in (
        ("2025550100", {"opql_score": 4}),
        ("2025550101", {"opql_score": "5"}),
        ("2025550102", {"opql_score": 9}),
        ("2025550103", {"opql_score": 3.7}),
        ("2025550104", {"opql_score": None}),
        ("2025550105", {"opql_score": 2, "line": "mobile"}),
        ("2025550106", [4]),
        ("2025550107", {"opql_score": 1, "status": "error"}),
    ):
        w.land("bigdbm__phone_scores", "opql", body, asked("phone", number), segment=segment)


def land_contactbased(w: ScratchWarehouse, segment: str) -> None:
    organization, feed = asked("organization", "organization"), asked("feed", "feed-1")

    def land(stream: str, endpoint: str, body: Any, subjects: Any = organization, **more: Any) -> None:
        w.land(f"contactbased__{stream}", endpoint, body, subjects, segment=segment, **more)

    def page(number: int) -> dict[str, Any]:
        return {"_extraction": f"x-{segment}", "_page": number}

    land("feeds", "feeds", {"items": [{"feed_id": "feed-1", "max_lookback_days": 30}]}, options=page(1))
    land("feeds", "feeds", {"items": [{"feed_id": "feed-1", "max_lookback_days": 30}]}, options=page(2))
    land("feeds", "feeds", [{"feed_id": "feed-2"}])
    land("credit_balances", "credits", {"records_limit": None, "records_remaining": 5})
    land("bundles", "bundles", {"bundles": ["individual-core", {"key": "emails", "label": "E-mails"}]})
    land("bundles", "bundles", ["phones"])
    totals = {"total_records": 5, "records_with_cb_id": 3, "records_without_cb_id": 2, "lookback_days": 2}
    days = [{"date": "2026-11-19", "count": 2}, {"date": "2026-11-20", "count": 3}]
    land("feed_totals", "feed_search", {"feed_id": "feed-1", **totals, "daily_counts": days}, feed)
    land("feed_totals", "feed_search", {**totals, "daily_counts": None}, feed)
    land("export_previews", "export_preview", {"columns": ["contact_id"], "rows": [], "total_records": None}, feed)
    land("export_counts", "export_count", {"total_records": 5, "billable_records": 3}, feed)
    summary = {"export_id": f"e-{segment}", "feed_id": "feed-1", "status": "building", "build_progress": 0}
    land("exports", "export_create", summary, feed)
    land("exports", "export_list", {"items": [{**summary, "status": "ready", "total_rows": 3}]}, feed)
    land("exports", "export_list", {"items": []}, feed)
    row = {"contact_id": CONTACTS[0], "email_sha256": "A" * 64, "domain": "acme.example", "date": "2026-11-20"}
    export = {"export_id": f"e-{segment}", "status": "ready", "row_count": 2}
    for _ in range(2):  # the first page is read twice
        land("export_rows", "export_page", {**export, "page": 1, "rows": [row, row]}, feed, options=page(1))
    land(
        "export_rows",
        "export_page",
        {
            **export,
            "page": 2,
            "rows": [{"domain": "b.example"}, {**row, "email_sha256": "A" * 63}, {"email_sha256": "A" * 63}],
        },
        feed,
        options=page(2),
    )
    land("export_rows", "export_page", {**export, "status": "building", "rows": None}, feed, options=page(3))
    found = [
        {
            "contact_id": CONTACTS[0],
            "found": True,
            "data": {"emails": [{"email": "x@example.com"}, {"md5": MD5[0]}]},
        },
        {"contact_id": CONTACTS[1], "found": True, "data": {"emails": []}},
        {"contact_id": CONTACTS[2], "found": False, "data": None},
        {"contact_id": CONTACTS[3], "found": True, "payload": {}},
    ]
    land("enrichments", "enrich_emails", {"found": 3, "results": found}, asked("contactbased_id", *CONTACTS[:4]))
    land(
        "enrichments", "enrich_emails", {"found": 3, "results": found[:1]}, asked("contactbased_id", *CONTACTS[:2])
    )
    phone = {"phone": "+12025550100", "type": "mobile", "dnc": True, "last_seen": "2026-10-01T00:00:00Z"}
    for bundle, data in (
        ("phones", {"phones": [phone, {"phone": "+12025550101", "dnc": ""}]}),
        ("individual_core", {"first_name": "Alex", "birth_year": "1980"}),
        ("professional", {"job_title": "Data Engineer", "linkedin_url": "linkedin.com/in/alex"}),
    ):
        body = {"found": 1, "results": [{"contact_id": CONTACTS[0], "found": True, "data": data}]}
        land("enrichments", f"enrich_{bundle}", body, asked("contactbased_id", CONTACTS[0]))
    flagged = [{"phone": f"+1202555{7000 + n}", "dnc": word} for n, word in enumerate(chain(*FLAGS.values()))]
    body = {"found": 1, "results": [{"contact_id": CONTACTS[4], "found": True, "data": {"phones": flagged}}]}
    land("enrichments", "enrich_phones", body, asked("contactbased_id", CONTACTS[4]))


def land_exactbuyer(w: ScratchWarehouse, segment: str) -> None:
    person = {
        "full_name": "Ada Example",
        "work_emails": ["ada@acme.example"],
        "phone_numbers": [{"E164": "+17735550123", "type": "mobile"}],
        "social_profiles": [
            {"network": "GitHub", "url": "g"},
            {"network": "LinkedIn", "url": "linkedin.com/in/ada"},
        ],
        "location": None,
        "employment": {"name": "Acme", "job": {"title": "VP Sales"}, "profile_pic_url": None},
        "education": [{"school": {"name": "State University"}}],
        "experiences": [{"name": "Before Inc"}],
    }
    one, two, three = "ada@acme.example", "linkedin.com/in/nobody", "+1-773-555-0199"
    subjects = [*asked("email", one), *asked("linkedin", two), *asked("phone", three)]

    def answer(values: tuple[str, ...], enriched: int) -> dict[str, Any]:
        contacts = [{"enriched_contact": person if value == one else None, "value": value} for value in values]
        return {"contacts": contacts, "records_enriched": enriched}

    bodies: list[dict[str, Any]] = [
        answer((one, two, three), 1),
        answer((one, three, two), 1),  # swapped
        answer((one, two), 1),  # short
        answer((one, two, three), 2),  # says two, gives one
        {"contacts": {"0": {}}},
    ]
    for body in bodies:
        w.land("exactbuyer__contacts", "bulk_enrich", body, subjects, segment=segment)


def land_leadpipe(w: ScratchWarehouse, segment: str) -> None:
    person = {
        "hem": "B" * 64,
        "intentScore": 87.0,
        "topicId": 12,
        "email": "k@example.com",
        "company": "",
        "jobTitle": "",
    }
    rich = {"intentScore": 71, "topicId": 12, "emailHashes": {"sha256": "c" * 64}, "firstName": "Kim"}
    meta = {"totalCount": 3, "status": "ready", "cacheKey": "k", "dataDate": "2026-11-20"}

    def land(data: Any, page: int, http: int = 200, **change: Any) -> None:
        w.land(
            "leadpipe__audience_members", "audience_query", {"data": data, "meta": {**meta, **change}},
            asked("query", "crm buyers"), options={"_extraction": f"l-{segment}", "_page": page}, status=http,
            segment=segment,
        )  # fmt: skip

    land([], 1, 202, status="materializing")
    land([person, rich], 1, count=2)
    land([person, {"intentScore": 70, "topicId": 1}, {**person, "hem": "1" * 41, "email": ""}], 2, count=3)
    land([], 3, count=0)
    land([], 4, status="failed")
    # A past run: the vendor leaves its day out, so the signals are of the day that was asked for.
    past = {"data": [{**person, "hem": "d" * 64, "email": "p@example.com"}], "meta": {**meta, "dataDate": None}}
    w.land(
        "leadpipe__audience_members", "audience_query", past, asked("query", "past buyers"),
        options={"date": "2026-11-02", "_extraction": f"p-{segment}", "_page": 1}, segment=segment,
    )  # fmt: skip


def land_everything(w: ScratchWarehouse, segment: str) -> None:
    for land in (
        land_intent_lists,
        land_profiles,
        land_verdicts,
        land_contactbased,
        land_exactbuyer,
        land_leadpipe,
    ):
        land(w, segment)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    warehouse = ScratchWarehouse(tmp_path_factory.mktemp("staging"))
    warehouse.create()
    land_everything(warehouse, "segment-1")
    warehouse.dbt(
        "build", "--select",
        "path:models/staging", "+quarantined_records", "+record_conservation", "+schema_drift",
        "--exclude-resource-type", "unit_test",
        "--indirect-selection", "buildable",  # not tests that also read marts nobody builds here
    )  # fmt: skip
    return warehouse


def quarantined(house: ScratchWarehouse, stream: str) -> list[str]:
    rows = house.rows(f"select rule from marts.quarantined_records where stream = '{stream}' order by rule")
    return [row["rule"] for row in rows]


def test_intent_list(house: ScratchWarehouse) -> None:
    staged = house.rows("select * from staging.stg_bigdbm__intent_hems order by content_hash")
    assert [(row["hem"], row["hem_type"], row["keyword"]) for row in staged] == [(MD5[0], "md5", "audi")] * 2
    assert staged[0]["confidence"] == 0.94
    assert str(staged[0]["window_start"]) == "2026-11-14"
    assert quarantined(house, "intent_hems") == [
        "application_error", "empty_body", "hash_malformed", "hash_malformed", "http_status", "http_status",
        "not_an_object", "not_an_object", "not_json", "not_json", "not_yet", "required_value_missing",
        "wrong_shape", "wrong_shape", "wrong_shape",
    ]  # fmt: skip


def test_what_we_do_not_read_is_counted(house: ScratchWarehouse) -> None:
    drift = house.rows("select stream, key_name, records from marts.schema_drift order by stream, key_name")
    assert {"stream": "intent_hems", "key_name": "hue", "records": 1} in drift
    assert {"stream": "phone_scores", "key_name": "line", "records": 1} in drift
    assert {"stream": "consumer_profiles", "key_name": "New", "records": 1} in drift


def test_profiles_are_keyed_by_what_was_submitted(house: ScratchWarehouse) -> None:
    staged = house.rows(
        "select * from staging.stg_bigdbm__consumer_profiles where is_match order by vendor_person_id"
    )
    assert [(row["vendor_person_id"], row["subject_value"]) for row in staged] == [
        ("p1", MD5[0]), ("p2", MD5[1]), ("p3", MD5[2]), ("p4", MD5[2]),
    ]  # fmt: skip
    assert (staged[0]["first_name"], staged[0]["last_name"]) == ("Alex", None)
    assert staged[0]["phones"] == [
        {"phone": "2025550100", "dnc": "listed"}, {"phone": "2025550101", "dnc": None},
        {"phone": "2025550103", "dnc": "unreadable"},
    ]  # fmt: skip
    assert [row["emails"] for row in staged] == [
        ["p1@example.com"], ["a@example.com", "b@example.com"], ["c@example.com"], ["p4@example.com"],
    ]  # fmt: skip
    assert staged[1]["phones"] == [{"phone": "2025550102", "dnc": None}]
    misses = house.rows(
        "select subject_value, count(*) as times from staging.stg_bigdbm__consumer_profiles"
        " where not is_match group by 1 order by 1"
    )
    assert [(row["subject_value"], row["times"]) for row in misses] == [
        (MD5[3], 1), (MD5[5], 1), (MD5[6], 2), (MD5[7], 2),
    ]  # fmt: skip
    assert quarantined(house, "consumer_profiles") == [
        "application_error", "dnc_unreadable", "not_asked", *["wrong_shape"] * 5,
    ]  # fmt: skip


def test_professional_profile(house: ScratchWarehouse) -> None:
    found, missed = house.rows("select * from staging.stg_bigdbm__b2b_contacts order by is_match desc")
    assert found["emails"] == ["sam@acme.example", "sam@other.example"]
    assert (found["year_founded"], found["is_headquarters"], found["naics_code"]) == (None, True, "541511")
    assert str(found["last_seen_date"]) == "2026-10-01"
    assert (missed["subject_value"], missed["is_match"]) == ("kim@acme.example", False)


def test_verdicts_are_joined_on_the_address(house: ScratchWarehouse) -> None:
    staged = house.rows("select * from staging.stg_bigdbm__email_statuses order by subject_value")
    assert [(row["subject_value"], row["status_code"], row["status_code_as_answered"]) for row in staged] == [
        ("a@example.com", 10, "10"), ("b@example.com", 30, "30"), ("c@example.com", None, "sixty"),
    ]  # fmt: skip
    assert all(row["is_match"] for row in staged)
    assert quarantined(house, "email_statuses") == [
        "application_error", "not_an_object", "not_asked", "required_value_missing", "wrong_shape",
    ]  # fmt: skip


def test_scores_keep_what_the_vendor_said(house: ScratchWarehouse) -> None:
    staged = house.rows("select * from staging.stg_bigdbm__phone_scores order by phone")
    assert [(row["phone"][-2:], row["opql_score"], row["opql_score_as_answered"]) for row in staged] == [
        ("00", 4, "4"), ("01", 5, "5"), ("02", 9, "9"), ("03", None, "3.7"), ("05", 2, "2"),
    ]  # fmt: skip
    assert quarantined(house, "phone_scores") == ["application_error", "required_value_missing", "wrong_shape"]


def test_contactbased_lists(house: ScratchWarehouse) -> None:
    feeds = house.rows("select feed_id, max_lookback_days from staging.stg_contactbased__feeds order by feed_id")
    assert [tuple(row.values()) for row in feeds] == [("feed-1", 30), ("feed-2", None)]
    bundles = house.rows("select bundle_key from staging.stg_contactbased__bundles order by 1")
    assert [row["bundle_key"] for row in bundles] == ["emails", "individual-core", "phones"]
    (balance,) = house.rows("select * from staging.stg_contactbased__credit_balances")
    assert (balance["records_limit"], balance["records_remaining"]) == (None, 5.0)


def test_contactbased_totals_and_exports(house: ScratchWarehouse) -> None:
    totals = house.rows(
        "select feed_id, records_with_contact_id as known from staging.stg_contactbased__feed_totals"
    )
    assert [tuple(row.values()) for row in totals] == [("feed-1", 3), ("feed-1", 3)]
    days = house.rows("select record_count from staging.stg_contactbased__feed_daily_totals order by signal_date")
    assert [row["record_count"] for row in days] == [2, 3]
    exports = house.rows("select status, total_rows from staging.stg_contactbased__exports order by status")
    assert [tuple(row.values()) for row in exports] == [("building", None), ("ready", 3)]
    rows = house.rows("select * from staging.stg_contactbased__export_rows order by page, row_number")
    assert [(r["export_id"], r["page"], r["row_number"], r["contact_id"], r["hem_type"]) for r in rows] == [
        ("e-segment-1", 1, 1, CONTACTS[0], "sha256"),
        ("e-segment-1", 1, 2, CONTACTS[0], "sha256"),
        ("e-segment-1", 2, 1, None, None),
        ("e-segment-1", 2, 2, CONTACTS[0], "unknown"),  # known by its id; the hash is named and not used
    ]
    assert quarantined(house, "export_rows") == ["hash_malformed", "hash_malformed", "not_yet"]


def test_contactbased_bundles(house: ScratchWarehouse) -> None:
    emails = house.rows("select * from staging.stg_contactbased__emails order by contact_id, ordinal")
    assert [(r["contact_id"], r["is_match"], r["email"], r["md5"]) for r in emails] == [
        (CONTACTS[0], True, "x@example.com", None),
        (CONTACTS[0], True, None, MD5[0]),
        (CONTACTS[1], True, None, None),
        (CONTACTS[2], False, None, None),
    ]
    assert quarantined(house, "emails") == ["positions_mismatch", "positions_mismatch", "wrong_shape"]
    phones = house.rows("select phone, dnc from staging.stg_contactbased__phones order by contact_id, ordinal")
    assert [tuple(row.values()) for row in phones[:2]] == [("+12025550100", "listed"), ("+12025550101", None)]
    assert [row["dnc"] for row in phones[2:]] == [read for read, words in FLAGS.items() for _ in words]
    assert quarantined(house, "phones") == ["dnc_unreadable"]
    (person,) = house.rows("select * from staging.stg_contactbased__enrichments where bundle = 'individual_core'")
    assert (person["first_name"], person["birth_year"]) == ("Alex", 1980)
    (job,) = house.rows("select * from staging.stg_contactbased__enrichments where bundle = 'professional'")
    assert (job["contact_id"], job["linkedin_url"]) == (CONTACTS[0], "linkedin.com/in/alex")


def test_exactbuyer_is_mapped_by_position_or_not_at_all(house: ScratchWarehouse) -> None:
    staged = house.rows("select * from staging.stg_exactbuyer__contacts order by request_id, subject_value")
    assert [(row["field_type"], row["is_match"]) for row in staged] == [
        ("phone", False), ("email", True), ("linkedin", False),
    ] * 2  # fmt: skip
    ada = staged[1]
    assert (ada["full_name"], ada["linkedin_url"], ada["company_name"], ada["job_title"], ada["city"]) == (
        "Ada Example", "linkedin.com/in/ada", "Acme", "VP Sales", None,
    )  # fmt: skip
    # Swapped: three answers. Short: two answers, and the subject that got none. Not a list: the whole answer.
    assert quarantined(house, "contacts") == ["positions_mismatch"] * 6 + ["wrong_shape"]
    children = {
        child: len(house.rows(f"select * from staging.stg_exactbuyer__contact_{child}"))
        for child in ("phones", "employments")
    }
    assert children == {"phones": 2, "employments": 4}


def test_leadpipe(house: ScratchWarehouse) -> None:
    staged = house.rows("select * from staging.stg_leadpipe__audience_members order by hem")
    assert [(r["hem"][0], r["hem_type"], r["intent_score"], r["topic_id"], r["company_name"]) for r in staged] == [
        ("b", "sha256", 87.0, 12, None), ("c", "sha256", 71.0, 12, None), ("d", "sha256", 87.0, 12, None),
    ]  # fmt: skip
    assert (str(staged[0]["data_date"]), staged[0]["cache_key"]) == ("2026-11-20", "k")
    assert str(staged[2]["data_date"]) == "2026-11-02"
    assert quarantined(house, "audience_members") == [
        "application_error", "hash_malformed", "not_yet", "required_value_missing",
    ]  # fmt: skip


def test_the_books_of_staging(house: ScratchWarehouse) -> None:
    books = {
        row["stream"]: (row["landed"], row["staged"], row["quarantined"], row["duplicates"], row["misses"])
        for row in house.rows("select * from marts.record_conservation where landed + misses > 0")
    }
    assert books == {
        "intent_hems": (18, 2, 15, 1, 1),
        "consumer_profiles": (11, 4, 7, 0, 6),
        "b2b_contacts": (1, 1, 0, 0, 1),
        "email_statuses": (8, 3, 5, 0, 0),
        "phone_scores": (8, 5, 3, 0, 0),
        "feeds": (3, 2, 0, 1, 0),
        "credit_balances": (1, 1, 0, 0, 0),
        "bundles": (3, 3, 0, 0, 0),
        "feed_totals": (2, 2, 0, 0, 0),
        "export_previews": (1, 1, 0, 0, 0),
        "export_counts": (1, 1, 0, 0, 0),
        "exports": (2, 2, 0, 0, 1),
        "export_rows": (8, 4, 2, 2, 0),
        "emails": (5, 2, 3, 0, 1),
        "phones": (2, 2, 0, 0, 0),
        "individual_core": (1, 1, 0, 0, 0),
        "professional": (1, 1, 0, 0, 0),
        "contacts": (9, 2, 7, 0, 4),
        "audience_members": (8, 3, 4, 1, 1),
    }


def test_announced_and_delivered_counts_are_compared(house: ScratchWarehouse) -> None:
    odd = house.rows(
        "select distinct stream, request_id from intermediate.int_operations__landed_records"
        " where warning = 'count_mismatch' and quarantine_rule is null order by stream"
    )
    assert [row["stream"] for row in odd] == ["contacts", "emails", "export_rows"]


def test_no_value_in_a_reason(house: ScratchWarehouse) -> None:
    reasons = house.rows("select distinct reason from marts.quarantined_records")
    assert reasons
    assert not [row for row in reasons if row["reason"] is None or "@" in row["reason"] or "555" in row["reason"]]


def test_a_new_segment_gives_what_a_full_rebuild_gives(house: ScratchWarehouse) -> None:
    land_everything(house, "segment-2")
    house.dbt("run", "--select", "path:models/staging")
    bases = [row["name"] for row in house.rows(
        "select table_name as name from information_schema.tables"
        " where table_schema = 'staging' and table_name like 'base_%'"
    )]  # fmt: skip
    assert len(bases) >= 19

    def contents() -> dict[str, list[dict[str, Any]]]:
        return {base: house.rows(f"select * from staging.{base} order by all") for base in bases}

    grown = contents()
    assert all({row["segment"] for row in rows} in ({"segment-1", "segment-2"}, set()) for rows in grown.values())
    house.dbt("run", "--select", "path:models/staging")  # nothing new: nothing changes
    assert contents() == grown
    house.dbt("run", "--select", "path:models/staging", "--full-refresh")
    assert contents() == grown
    house.dbt("build", "--select", "+record_conservation", "--indirect-selection", "buildable")


def test_every_column_is_described(house: ScratchWarehouse) -> None:
    described = house.described_columns()
    real = house.rows(
        "select table_name as model, column_name as name from information_schema.columns"
        " where table_schema = 'staging'"
    )
    assert [f"{row['model']}.{row['name']}" for row in real if row["name"] not in described[row["model"]]] == []


def test_every_macro_that_another_folder_calls_is_described(house: ScratchWarehouse) -> None:
    macros = house.macros_called_from_another_folder()
    assert len(macros) > 100
    assert sorted(name for name, description in macros.items() if not description) == []


#: An input whose mistakes are reported row by row (identity_decision_problems); the journal of all gates.
WITHOUT_KEY = {"seeds/identity_decisions.csv", "models/marts/operations/gate_results.sql"}


def test_every_mart_and_seed_has_a_key_and_no_model_two_data_tests(house: ScratchWarehouse) -> None:
    """A test costs as much as a model, and one holds all rules of its model; only what warns needs another."""
    tests = house.data_tests()
    assert {name for found in tests.values() for name, _, _ in found} == {"rules"}
    refusing = {
        file: [rules for _, severity, rules in found if severity == "error"] for file, found in tests.items()
    }
    assert [file for file, found in refusing.items() if len(found) > 1] == []
    without_key = {file for file, found in refusing.items() if not any(rules.get("key") for rules in found)}
    assert {file for file in without_key if file.startswith(("models/marts/", "seeds/"))} == WITHOUT_KEY


def test_dbt_alone_refuses_a_warehouse_whose_answers_lie_in_tables_of_an_older_version(
    house: ScratchWarehouse,
) -> None:
    with duckdb.connect(str(house.path)) as con:
        con.execute("create table raw.contactbased__emails as from raw.contactbased__enrichments")
    with pytest.raises(AssertionError, match="run `contactable load`"):
        house.dbt("run", "--select", "stg_contactable__settings")
    with duckdb.connect(str(house.path)) as con:
        create_raw_tables(con)  # what `contactable load` does first
    house.dbt("run", "--select", "stg_contactable__settings")
