"""Each documented sample answer and error, byte for byte as the vendors print it, from the wire to the models.

``tests/python/contract/test_documented_answers.py`` lands the same bytes in ``raw`` directly; here they pass
through client, journal, segments and loader first. Fixtures hold the vendors' own text; what had to be changed to
make one valid is said where it happens.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.clock import utc_now
from contactable.extract import EndpointWork, ExtractContext, Tally, run_wave
from contactable.extract.exports import ExportSteps
from contactable.extract.subjects import question
from contactable.http import RateLimit, RateLimiter, Redactor, Reply, Request
from contactable.journal.budget import Budgets
from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.publish.publication import publish
from contactable.vendors import ENDPOINTS, VENDORS
from contactable.warehouse.dbt_runner import DbtProject
from contactable.warehouse.load import load
from support.extraction import NoWaiting, ScriptedVendor

FIXTURES = Path(__file__).parents[1] / "fixtures" / "documented"

#: BIGDBM, Batch Email Validation, Error Messages; ``{n}`` filled as the document says.
EMAIL_ERRORS = (
    "'Emails' must contain at least one email address and no more than 10 email addresses!",
    "An email address must be in a valid format and contain no more than 200 characters!",
    "Validator with the ID: 10 not found!",
    "Validation error. Please contact us!",
    "Invalid ClientId!",
)


FEED = "00000000-0000-4000-8000-000000000002"
CONTACT = "id_3f2a8d1b9c0e5f47"  # ContactBased's own example
EXPORTED = {
    "lookback_days": 30, "page_size": 1000, "max_rows": 50,
    "enrichment_bundles": ["individual-core", "emails", "own"],
    "consumer_filters": [{"field": "state", "operator": "in", "value": ["CA"]}],
}  # fmt: skip
STEPS = ExportSteps(
    **{name: ENDPOINTS[f"contactbased.export_{name}"] for name in (
        "preview", "count", "create", "list", "page", "download_url",
    )},
    credits=ENDPOINTS["contactbased.credits"],
)  # fmt: skip


#: What the document only names: social profiles of any network, and education (keys from public clients).
PROFILES = {
    "contacts": [{
        "enriched_contact": {
            "full_name": "Edan Example", "education": [{"school": {"name": "Example University"}}],
            "social_profiles": [{"network": "github", "url": "github.com/edan"}, {"url": "x.com/edan"}],
        },
        "value": "edan@example.com",
    }],
    "records_enriched": 1,
}  # fmt: skip
#: "Full firmographic data, including headquarters location".
COMPANY = {
    "status": "success",
    "returnData": {"lee@works.example": [
        {"EmployeeID": "b1", "First_Name": "Lee", "Last_Name": "Sample", "Company_Name": "Works",
         "Company_Website": "works.example", "Headquarters_Branch": "0", "City": "Reno", "State": "NV",
         "Zip5": "89501"},
        {"EmployeeID": "b2", "First_Name": "Ray", "Last_Name": "Sample", "Company_Name": "Works",
         "Company_Website": "works.example", "Headquarters_Branch": "1", "Address": "1 Main St", "City": "Fresno",
         "State": "California", "Zip5": "93701", "LastSeenDate": "2025-11-01"},
    ]},
}  # fmt: skip


def completed_audience() -> str:
    """Leadpipe's sample with values in place of its placeholders, read to its end."""
    answer = json.loads(documented("leadpipe_audience_query.json"))
    answer["data"][0] |= {"hem": "ab" * 32, "email": "ann@corp.example", "intentScore": 90}
    answer["meta"] |= {"count": 1, "totalCount": 1, "hasMore": False, "nextCursor": None, "status": "ready",
                       "cacheKey": "run-1", "dataDate": "2025-12-03"}  # fmt: skip
    return json.dumps(answer)


def an_export(request: Request) -> Reply:
    """ContactBased's documented flow: preview, count, create, list, page. Bundles are JSON columns of the rows."""
    path = request.url.rpartition("/")[2]
    summary = {
        "export_id": "9b1c0000-0000-4000-8000-000000000001", "feed_id": FEED, "status": "ready",
        "build_progress": 100, "total_rows": 2, "total_pages": 1, "records_reserved": 2, **EXPORTED,
    }  # fmt: skip
    emails = json.dumps({"emails": [{"email": "kim@corp.example", "type": "work", "last_seen": "2025-10-01"}]})
    row = {
        "contact_id": CONTACT, "domain": "cars.example", "date": "2025-12-03", "own": '{"x": 1}', "emails": emails,
        "individual_core": '{"first_name": "Kim", "last_name": "Export", "city": "Fresno", "state": "CA"}',
    }  # fmt: skip
    answers: dict[str, Any] = {
        "preview": {"columns": list(row), "rows": [row], "total_records": 2},
        "count": {"total_records": 2, "distinct_contacts": 1, "billable_records": 2},
        "credits": {"records_limit": 1000, "records_used": 10, "records_reserved": 0, "records_remaining": 990},
        "list": {"items": [summary], "total": 1, "page": 1, "page_size": 50, "total_pages": 1},
        "exports": {**summary, "status": "building", "build_progress": 0},
        "page": {**{name: summary[name] for name in ("export_id", "status", "total_pages", "total_rows")},
                 "page": 1, "row_count": 2, "rows": [row, {**row, "domain": "vans.example"}]},
    }  # fmt: skip
    return Reply(200, json.dumps(answers[path]))


class Wire:
    """A home into which replies go as if a vendor had sent them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = Journal.open(f"sqlite:///{home / 'journal.db'}")
        self.asked = 0

    def receive(
        self,
        endpoint: str,
        text: str | Callable[[Request], Reply],
        subjects: list[tuple[str, str]],
        options: Any,
        status: int = 200,
        steps: ExportSteps | None = None,
    ) -> Tally:
        stop = NoWaiting()
        context = ExtractContext(
            journal=self.journal,
            transport=ScriptedVendor(text if callable(text) else lambda request: Reply(status, text)),
            limiters={v: RateLimiter(RateLimit(None, 4), sleep=stop.sleep) for v in VENDORS},
            in_flight=dict.fromkeys(VENDORS, 1),
            budgets=Budgets(),
            run_id="documented",
            url=lambda variable: "https://vendor.example",
            secret=lambda names: "key",
            stop=stop,
            tally=Tally(),
            redactor=Redactor(b"key"),
            rng=random.Random(1),
        )
        declared = ENDPOINTS[endpoint]
        questions = []
        for kind, value in subjects:
            self.asked += 1
            questions.append(question(declared, f"q{self.asked}", kind, value, json.dumps(options), None))
        run_wave(context, [EndpointWork(declared, iter(questions), steps)])
        return context.tally

    def publish(self) -> None:
        seal(self.journal.engine, self.home / "segments")
        assert load(self.home, journal=self.journal.engine).complete
        project = DbtProject.at(self.home)
        assert project.run("seed").success
        assert project.run("run", select=["+path:models/marts", "+int_worklists__answers"]).success
        warehouse = self.home / "warehouse.duckdb"
        publish(warehouse, self.home, run_id="documented", gate_passed=True, now=utc_now())

    def published(self, sql: str) -> list[Any]:
        with duckdb.connect(str(self.home / "published" / "contactable.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()

    def rows(self, sql: str) -> list[Any]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


def documented(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """Every documented sample received once, then built once."""
    wire = Wire(tmp_path_factory.mktemp("documented"))
    window = {"StartDate": "2025-12-03", "EndDate": "2025-12-03", "NumberOfHems": 1000}
    wire.receive("bigdbm.intent_create_list", documented("bigdbm_create_list.json"), [("keyword", "audi")], window)
    addresses = [("email", "alice@example.com"), ("email", "bob@example.org")]
    wire.receive("bigdbm.email_batch", documented("bigdbm_email_batch.json"), addresses, {"ValidatorId": 10})
    # Not valid JSON as printed: single quotes round the key, "..." for its value and "....." for what follows. The
    # placeholder becomes a name, the quotes become double, the dots go; nothing else is touched.
    printed = documented("exactbuyer_bulk_enrich.txt")
    valid = make_valid(printed)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(printed)
    profiles = [
        ("linkedin", "linkedin.com/in/edankrolewicz"),
        ("linkedin", "linkedin.com/in/randomlinkedinaddress"),
    ]
    wire.receive("exactbuyer.bulk_enrich", valid, profiles, {})
    query = {"topicIds": [123], "minScore": 70, "maxScore": 100}
    wire.receive(
        "leadpipe.audience_query", documented("leadpipe_audience_query.json"), [("query", "printed")], query
    )
    for number, message in enumerate(EMAIL_ERRORS):
        body = json.dumps({"message": message})
        address = [("email", f"error{number}@example.com")]
        wire.receive("bigdbm.email_batch", body, address, {"ValidatorId": 10}, status=400)
    # The list once more, the printed hash completed: of 63 digits nobody is named.
    completed = (
        documented("bigdbm_create_list.json").replace('c4d5"', 'c4d56"').replace('"lst_7f3a9b2c4d1e"', '"lst_2"')
    )
    wire.receive("bigdbm.intent_create_list", completed, [("keyword", "suv")], window)
    wire.receive("leadpipe.audience_query", completed_audience(), [("query", "second")], query)
    wire.receive("leadpipe.audience_query", completed_audience(), [("query", "third")], query)
    totals = {
        "total_records": 1284,
        "records_with_contact_id": 942,
        "start_date": "2026-04-07",
        "end_date": "2026-05-07",
    }
    wire.receive("contactbased.feed_search", json.dumps(totals), [("feed", FEED)], {"lookback_days": 30})
    wire.receive("exactbuyer.bulk_enrich", json.dumps(PROFILES), [("email", "edan@example.com")], {})
    wire.receive("bigdbm.b2b_email", json.dumps(COMPANY), [("email", "lee@works.example")], {"OutputId": 3})
    wire.receive("contactbased.export", an_export, [("feed", FEED)], EXPORTED, steps=STEPS)
    wire.publish()
    yield wire
    wire.journal.close()


def make_valid(printed: str) -> str:
    return printed.replace("'full_name': ...,", '"full_name": "Edan Example"').replace("              .....\n", "")


def test_the_answers_land_byte_for_byte(wire: Wire) -> None:
    bodies = {row[0] for row in wire.rows("select body from raw.bigdbm__intent_hems")}
    assert documented("bigdbm_create_list.json") in bodies
    bodies = {row[0] for row in wire.rows("select body from raw.bigdbm__email_statuses")}
    assert documented("bigdbm_email_batch.json") in bodies
    bodies = {row[0] for row in wire.rows("select body from raw.leadpipe__audience_members")}
    assert documented("leadpipe_audience_query.json") in bodies


def test_the_hem_of_63_digits_is_quarantined_and_breaks_nothing(wire: Wire) -> None:
    assert wire.rows("select * from staging.stg_bigdbm__intent_hems where keyword = 'audi'") == []
    [(rule, reason)] = wire.rows("select rule, reason from marts.quarantined_records where stream = 'intent_hems'")
    assert rule == "hash_malformed"
    assert "hexadecimal digits" in reason


def test_the_email_sample(wire: Wire) -> None:
    rows = wire.rows("select email, status_code from staging.stg_bigdbm__email_statuses order by email")
    assert rows == [("alice@example.com", 10), ("bob@example.org", 30)]


def test_the_bulk_enrich_sample_by_position(wire: Wire) -> None:
    rows = wire.rows(
        "select subject_value, is_match, full_name from staging.stg_exactbuyer__contacts"
        " where subject_type = 'linkedin' order by is_match desc"
    )
    assert rows == [
        ("linkedin.com/in/edankrolewicz", True, "Edan Example"),
        ("linkedin.com/in/randomlinkedinaddress", False, None),
    ]


def test_full_name_is_published_in_its_parts(wire: Wire) -> None:
    found = wire.published(
        "select first_name, last_name from contacts join contact_identifiers using (contact_key)"
        " where identifier_type = 'linkedin' and identifier_value = 'edankrolewicz'"
    )
    assert found == [("Edan", "Example")]


def test_bundles_of_exported_rows_are_published_and_not_bought_again(wire: Wire) -> None:
    person = wire.published(
        "select first_name, last_name, city, primary_email from contacts where 'contactbased' in source_vendors"
    )
    assert person == [("Kim", "Export", "Fresno", "kim@corp.example")]
    assert wire.published("select key_name, records from schema_drift where vendor = 'contactbased'") == [
        ("own", 2)
    ]
    known = wire.rows(
        f"select endpoint from intermediate.int_worklists__answers where subject_value = '{CONTACT}' order by 1"
    )
    assert known == [("contactbased.enrich_emails",), ("contactbased.enrich_individual_core",)]


def test_the_documented_envelopes_reach_the_published_tables(wire: Wire) -> None:
    """listId, metadata, totals, counts, an export's own options: where an analyst looks for them."""
    assert wire.published("select found_by, list_ids from intent_signals where vendor = 'bigdbm'") == [
        ("suv", "lst_2")
    ]
    topics = wire.published(
        "select topic_key, vendor_records, vendor_records_with_contact_id, vendor_api_version,"
        " vendor_window_start::varchar from intent_topics where vendor_records is not null order by 1"
    )
    assert topics == [
        ("bigdbm:keyword:suv", 48291, None, "2.4", "2025-12-03"),
        (f"contactbased:{FEED}", 1284, 942, None, "2026-04-07"),
    ]
    export = wire.published(
        "select status, build_progress, enrichment_bundles, json_extract_string(consumer_filters, '$[0].field'),"
        " counted_records, counted_contacts, billable_records, rows_read from exports"
    )
    assert export == [("ready", 100.0, "emails, individual-core, own", "state", 2, 1, 2, 2)]


def test_a_signal_tells_every_query_that_found_it_and_queries_are_audiences(wire: Wire) -> None:
    signals = wire.published(
        "select found_by, list_ids, signal_count from intent_signals where vendor = 'leadpipe'"
    )
    assert ("second,third", "run-1", 1) in signals
    audiences = wire.published(
        "select audience_id, is_saved, status, member_count, members_read, data_date::varchar, cache_key,"
        " run_count from audiences where audience_name = 'second'"
    )
    assert audiences == [("query:second", False, "ready", 1, 1, "2025-12-03", "run-1", 1)]


def test_profiles_education_headquarters_and_last_seen_are_published(wire: Wire) -> None:
    facts = dict(
        wire.published(
            "select attribute, value from contact_attributes where attribute in ('education', 'social_profiles')"
        )
    )
    assert facts == {"education": "Example University", "social_profiles": "github.com/edan,x.com/edan"}
    company = wire.published(
        "select address, city, state, zip, is_headquarters from companies where company_domain = 'works.example'"
    )
    assert company == [("1 Main St", "Fresno", "CA", "93701", True)]
    seen = wire.published(
        "select vendor_last_seen_date::varchar, last_seen_at::date > vendor_last_seen_date from contact_emails"
        " where email = 'kim@corp.example'"
    )
    assert seen == [("2025-10-01", True)]
    worked = wire.published(
        "select distinct vendor_last_seen_date::varchar from contact_employments"
        " where company_domain = 'works.example'"
    )
    assert sorted(worked, key=str) == [("2025-11-01",), (None,)]


def test_the_audience_sample_with_its_placeholders(wire: Wire) -> None:
    """Printed as a schema: "<string>" for text, 123 for numbers, hasMore true with a cursor that repeats."""
    landed = wire.rows("select status_code from raw.leadpipe__audience_members")
    assert landed
    staged = wire.rows("select count(*) from staging.stg_leadpipe__audience_members")[0][0]
    refused = wire.rows("select count(*) from marts.quarantined_records where vendor = 'leadpipe'")[0][0]
    assert staged + refused > 0


@pytest.mark.parametrize("message", EMAIL_ERRORS)
def test_every_documented_error_is_kept_and_gives_no_verdict(wire: Wire, message: str) -> None:
    said = "json_extract_string(body, '$.message')"
    kept = wire.rows(f"select {said} from raw.bigdbm__email_statuses where status_code = 400")
    assert (message,) in kept


def test_no_error_cost_anything_and_nothing_is_lost(wire: Wire) -> None:
    assert wire.rows("select sum(credits_charged) from raw.journal_requests where status_code = 400") == [(0.0,)]
    unbalanced = wire.rows(
        "select * from marts.record_conservation where landed <> staged + quarantined + duplicates"
    )
    assert unbalanced == []
