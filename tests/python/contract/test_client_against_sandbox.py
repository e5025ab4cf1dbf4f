"""Client meets sandbox, endpoint by endpoint, driven by the declarations: a new endpoint cannot escape.

The two share no code: where they agree, both have read the vendor's document alike.
"""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import zstandard
from sqlalchemy import func, select

from contactable.clock import utc_now
from contactable.extract import EndpointTally, EndpointWork, run_wave, steps_of
from contactable.extract.subjects import Question, question
from contactable.http import RateLimit, RateLimiter
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.sandbox.identifiers import employer_ip
from contactable.vendors import ENDPOINTS, VENDORS, Endpoint, Flow
from contactable.vendors.model import OnServerError
from support.any_day import DAYS, Day
from support.extraction import PassingTime
from support.sandbox_server import SandboxServer

TODAY = utc_now().date()
WORKLISTS = [endpoint for endpoint in ENDPOINTS.values() if endpoint.worklist]
BATCHED = [endpoint for endpoint in WORKLISTS if endpoint.flow is Flow.CALL]
#: Calls whose price is known when they are sent. Jobs are priced by their length: see the tests of their own.
PAID = [endpoint for endpoint in WORKLISTS if endpoint.paid and endpoint.flow in (Flow.CALL, Flow.PAGES)]


#: Open without a key (Leadpipe's public specification): a wrong one changes nothing.
KEYED = [endpoint for endpoint in WORKLISTS if endpoint.key != "leadpipe.topics"]


def mailboxes(sandbox: SandboxServer, kind: str | None = None) -> list[str]:
    return [row["email"] for row in sandbox.truth("mailboxes") if kind in (None, row["kind"])]


def contact_ids(sandbox: SandboxServer) -> list[str]:
    """Contact ids as a user gets them: out of an export's rows; so many that each bundle knows somebody."""
    return sorted({row["contact_id"] for row in export_rows(sandbox) if row.get("contact_id")})


def export_rows(sandbox: SandboxServer) -> list[dict[str, str]]:
    with scratch_journal() as journal:
        run(
            sandbox, journal, ENDPOINTS["contactbased.export"], subjects(sandbox, ENDPOINTS["contactbased.export"])
        )
        return [row for body in bodies(journal) for row in body.get("rows", []) if isinstance(row, dict)]


@contextmanager
def scratch_journal() -> Iterator[Journal]:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(f"sqlite:///{folder}/journal.db")
        yield journal
        journal.close()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def options(endpoint: Endpoint) -> dict[str, Any]:
    start, end = TODAY - timedelta(days=30), TODAY - timedelta(days=1)
    known: dict[str, dict[str, Any]] = {
        "bigdbm.intent_create_list": {"StartDate": str(start), "EndDate": str(end), "NumberOfHems": 1000},
        "bigdbm.intent_by_md5": {"StartDate": str(start), "EndDate": str(end)},
        "bigdbm.audience": {"AudienceType": "consumer", "Filters": [], "MaxRecords": 250},
        "bigdbm.email_batch": {"ValidatorId": 10},
        "contactbased.feed_search": {"lookback_days": 7, "include_daily_counts": True},
        "contactbased.export": {"lookback_days": 30, "page_size": 1000, "require_contact_id": True},
        "contactbased.feed_preview": {"save": False, "top_domains": 20},
        "contactbased.feed_create": {"save": True, "name": f"Contract {secrets.token_hex(4)}", "top_domains": 20},
        "contactbased.filter_values": {"limit": 1000},
        "leadpipe.audience_query": {"topicIds": [117801, 117802], "minScore": 1, "maxScore": 100},
        "leadpipe.audience_preview": {"topicIds": [117801, 117802], "minScore": 1, "maxScore": 100},
        "leadpipe.audience_create": {"topicIds": [117801], "minScore": 1, "filters": {"isB2b": "y"}},
    }
    outputs = {"consumer_sync": {"OutputId": 10008}, "b2b_sync": {"OutputId": 3}}
    if endpoint.key == "bigdbm.consumer_pii_count":
        return {}
    return known.get(endpoint.key, outputs.get(endpoint.product, {}))


def subjects(sandbox: SandboxServer, endpoint: Endpoint) -> list[tuple[str, str]]:
    """(subject type, value) of things that the sandbox's world knows."""
    makers: dict[str, Callable[[], list[str]]] = {
        "organization": lambda: ["self"],
        "keyword": lambda: ["audi", "crm software"],
        "query": lambda: ["everybody"],
        "email": lambda: mailboxes(sandbox, "work" if endpoint.product == "b2b_sync" else None)[:40],
        "email_md5": lambda: [
            hashlib.md5(e.encode(), usedforsecurity=False).hexdigest()
            for e in mailboxes(sandbox, "work" if endpoint.product == "b2b_sync" else None)
        ][: 40 if endpoint.key == "bigdbm.intent_by_md5" else None],
        "phone": lambda: [row["phone"].removeprefix("+1") for row in sandbox.truth("phones")][:20],
        "bigdbm_id": lambda: [record["Id"] for record in profiles(sandbox)],
        "maid": lambda: known_of(sandbox, "maid"),
        "vin": lambda: known_of(sandbox, "vin"),
        "linkedin": lambda: [f"linkedin.com/in/{slug}" for slug in known_of(sandbox, "linkedin_slug")],
        "ip": lambda: known_of(sandbox, "ip") if endpoint.product == "consumer_sync" else employer_ips(sandbox),
        "pii": lambda: [
            canonical({"FirstName": r["First_Name"], "LastName": r["Last_Name"], **place(r)})
            for r in profiles(sandbox)
        ],
        "zip4": lambda: sorted({f"{r['Zip']}-{r['Zip4']}" for r in profiles(sandbox, OutputId=10026)}),
        "company": lambda: [canonical({"Domain": row["domain"]}) for row in sandbox.truth("employers")[:8]],
        "address": lambda: sorted(
            {canonical(place(r)) for r in (profiles if endpoint.product == "consumer_sync" else contacts)(sandbox)}
        )[:10],
        "bigdbm_audience": lambda: ["everybody"],
        "feed": lambda: [sandbox.broadest_feed()],
        "contactbased_id": lambda: contact_ids(sandbox),
        "free_text": lambda: ["crm for small business"],
        "filter_field": lambda: ["state", "gender"],
        "audience": lambda: [audience["id"] for audience in audiences(sandbox)][:1],
        "audience_name": lambda: [f"Contract {secrets.token_hex(4)}"],
    }
    return [(endpoint.subject_type, value) for value in makers[endpoint.subject_type]()]


def known_of(sandbox: SandboxServer, column: str) -> list[str]:
    return sorted({row[column] for row in sandbox.truth("people") if row[column]})[:60]


def employer_ips(sandbox: SandboxServer) -> list[str]:
    return [employer_ip(row["employer"]) for row in sandbox.truth("employers")[:8]]


def canonical(parts: dict[str, str]) -> str:
    """An object input as the worklists write it."""
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))


def place(record: dict[str, Any]) -> dict[str, str]:
    return {"Address": record["Address"], "Zip": record.get("Zip") or record["Zip5"]}


def profiles(sandbox: SandboxServer, **output: int) -> list[dict[str, Any]]:
    """What the vendor tells of forty addresses: ids, names, homes."""
    return sync_records(sandbox, ENDPOINTS["bigdbm.consumer_email"], **output)


def contacts(sandbox: SandboxServer) -> list[dict[str, Any]]:
    return sync_records(sandbox, ENDPOINTS["bigdbm.b2b_email"])


def sync_records(sandbox: SandboxServer, endpoint: Endpoint, **output: int) -> list[dict[str, Any]]:
    with scratch_journal() as journal:
        asked = [
            question(endpoint, str(number), kind, value, json.dumps(options(endpoint) | output), None)
            for number, (kind, value) in enumerate(subjects(sandbox, endpoint))
        ]
        run_wave(sandbox.context(journal), [EndpointWork(endpoint, asked)])
        return [
            record for body in bodies(journal) for records in body["returnData"].values() for record in records
        ]


def audiences(sandbox: SandboxServer) -> list[dict[str, Any]]:
    with scratch_journal() as journal:
        run(sandbox, journal, ENDPOINTS["leadpipe.audience_list"], [("organization", "self")])
        return [item for body in bodies(journal) for item in body["data"]]


def questions(endpoint: Endpoint, asked: list[tuple[str, str]], **changes: Any) -> Iterator[Question]:
    text = json.dumps({**options(endpoint), **changes}, sort_keys=True)
    for number, (subject_type, value) in enumerate(asked):
        yield question(endpoint, f"{endpoint.key}-{number}", subject_type, value, text, None)


def run(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, asked: list[tuple[str, str]], **changes: Any
) -> EndpointTally:
    context = sandbox.context(journal, **changes)
    steps = steps_of(endpoint, ENDPOINTS.__getitem__)
    run_wave(context, [EndpointWork(endpoint, questions(endpoint, asked), steps)])
    return context.tally.endpoints[endpoint.key]


def bodies(journal: Journal) -> list[Any]:
    with journal.engine.connect() as con:
        found = con.execute(select(t.answers.c.body).order_by(t.answers.c.request_id)).scalars()
        return [json.loads(zstandard.decompress(body)) for body in found if body is not None]


def states(journal: Journal) -> set[str]:
    return {row["state"] for row in journal.states()}


@pytest.mark.parametrize("endpoint", WORKLISTS, ids=lambda endpoint: endpoint.key)
def test_every_endpoint_answers_and_matches(sandbox: SandboxServer, journal: Journal, endpoint: Endpoint) -> None:
    asked = subjects(sandbox, endpoint)
    tally = run(sandbox, journal, endpoint, asked)
    assert tally.stopped == ""
    assert tally.answered == len(asked)
    assert tally.matched > 0
    assert states(journal) == {"settled"}
    assert bodies(journal)


#: Whose subjects are what the vendors show of a day: on a day on which that is nobody, nothing is tested.
OF_A_DAY = [e for e in WORKLISTS if e.subject_type in ("contactbased_id", "feed", "keyword", "query")]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.why)
def test_what_is_asked_of_a_day_matches_on_any_day(
    sandbox: SandboxServer, journal: Journal, monkeypatch: pytest.MonkeyPatch, day: Day
) -> None:
    monkeypatch.setitem(globals(), "TODAY", datetime.fromisoformat(day.moment).date())
    before = sandbox.admin("GET", "/clock")["now"]
    sandbox.admin("POST", "/clock", {"now": day.moment})
    try:
        ids = contact_ids(sandbox)
        monkeypatch.setitem(globals(), "contact_ids", lambda _: ids)  # asked for once a day, not once a bundle
        tallies = {
            endpoint.key: run(sandbox, journal, endpoint, subjects(sandbox, endpoint)) for endpoint in OF_A_DAY
        }
    finally:
        sandbox.admin("POST", "/clock", {"now": before})
    assert {key for key, tally in tallies.items() if tally.stopped or not tally.matched} == set()


@pytest.mark.parametrize("endpoint", PAID, ids=lambda endpoint: endpoint.key)
def test_our_ledger_agrees_with_the_vendors_charge_book(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint
) -> None:
    asked = subjects(sandbox, endpoint)
    before = sum(entry["credits"] for entry in sandbox.charges())
    tally = run(sandbox, journal, endpoint, asked)
    after = sum(entry["credits"] for entry in sandbox.charges())
    assert tally.credits == pytest.approx(after - before)
    assert tally.credits > 0


@pytest.mark.parametrize("endpoint", KEYED, ids=lambda endpoint: endpoint.key)
def test_a_wrong_key_stops_the_vendor_and_is_not_shown(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint
) -> None:
    wrong = dict.fromkeys(endpoint.auth.variables, "sk_wrong_key_0000")
    tally = run(sandbox, journal, endpoint, subjects(sandbox, endpoint), secrets=wrong)
    assert tally.stop_kind == "configuration"
    assert "sk_wrong_key_0000" not in tally.stopped
    assert tally.credits == 0
    assert states(journal) == {"refused"}


@pytest.mark.parametrize("fault", ["http_429", "http_429_date"])
@pytest.mark.parametrize("endpoint", WORKLISTS, ids=lambda endpoint: endpoint.key)
def test_429_is_waited_out(sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, fault: str) -> None:
    asked = subjects(sandbox, endpoint)
    time = PassingTime()
    limiter = RateLimiter(RateLimit(None, 4), monotonic=time.monotonic, sleep=time.sleep)
    with sandbox.fault(fault, vendor=endpoint.vendor, count=1):
        tally = run(
            sandbox, journal, endpoint, asked,
            stop=time, limiters={endpoint.vendor: limiter},
        )  # fmt: skip
    # A date has whole seconds, and some of them may be over: it may say anything up to the second asked for.
    shortest = 0.9 if fault == "http_429" else 0.0
    assert shortest <= max(time.slept) <= 1.1, "Retry-After was waited for, by the machine's clock"
    assert tally.stopped == ""
    assert tally.answered == len(asked)


@pytest.mark.parametrize("endpoint", PAID, ids=lambda endpoint: endpoint.key)
@pytest.mark.parametrize("fault", ["charged_then_500", "charged_then_cut", "http_502_html", "cut_body"])
def test_a_paid_call_with_a_lost_answer_is_ambiguous_and_asked_once(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, fault: str
) -> None:
    asked = subjects(sandbox, endpoint)[:1]
    before = sandbox.charges()
    endpoint = endpoint.changed(on_server_error=OnServerError.AMBIGUOUS)
    with sandbox.fault(fault, vendor=endpoint.vendor, count=1):
        tally = run(sandbox, journal, endpoint, asked)
    assert tally.ambiguous == 1
    assert states(journal) == {"ambiguous"}
    again = run(sandbox, journal, endpoint, asked)
    assert (again.asked, again.skipped) == (0, 1)
    new = sandbox.charges()[len(before) :]
    assert len(new) <= 1, "nothing was bought twice"


@pytest.mark.parametrize("key", ["bigdbm.email_batch", "bigdbm.intent_create_list", "bigdbm.b2b_company"])
@pytest.mark.parametrize("fault", ["http_500", "charged_then_500"])
def test_a_500_of_a_paid_call_is_repeated_and_counted(
    sandbox: SandboxServer, journal: Journal, key: str, fault: str
) -> None:
    endpoint = ENDPOINTS[key]
    asked = subjects(sandbox, endpoint)[:1]
    before = sum(entry["credits"] for entry in sandbox.charges())
    with sandbox.fault(fault, vendor="bigdbm", count=1):
        tally = run(sandbox, journal, endpoint, asked)
    assert (tally.answered, tally.ambiguous) == (1, 0)
    charged = sum(entry["credits"] for entry in sandbox.charges()) - before
    with journal.engine.connect() as con:
        errors, credits = con.execute(
            select(func.sum(t.requests.c.server_errors), func.sum(t.requests.c.credits_charged))
        ).one()
    assert errors == 1
    assert charged - credits == (0 if fault == "http_500" else 1), "by so much our ledger may be too low"


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", ["http_429_hour", "http_429_bare"])
def test_a_429_is_waited_out_or_rests(sandbox: SandboxServer, journal: Journal, fault: str, vendor: str) -> None:
    endpoint = next(e for e in WORKLISTS if e.vendor == vendor and (e.paid or vendor == "leadpipe"))
    asked, time = subjects(sandbox, endpoint)[:1], PassingTime()
    limiter = RateLimiter(RateLimit(None, 4), monotonic=time.monotonic, sleep=time.sleep)
    with sandbox.fault(fault, vendor=vendor, count=2):
        tally = run(sandbox, journal, endpoint, asked, stop=time, limiters={vendor: limiter})
    if fault == "http_429_hour":
        assert ("rests until" in tally.stopped, sum(time.slept)) == (True, 0)
        assert [row["product"] for row in journal.rests()] == [endpoint.product]
    else:
        assert tally.answered == 1
        first, second = (seconds for seconds in time.slept if seconds > 1)
        assert 59 <= first <= 90 < 119 <= second <= 180, "a minute's window, then longer"


@pytest.mark.parametrize("endpoint", BATCHED, ids=lambda endpoint: endpoint.key)
@pytest.mark.parametrize("fault", ["html_200", "wrong_shape"])
def test_an_odd_answer_is_journaled_as_it_came(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, fault: str
) -> None:
    asked = subjects(sandbox, endpoint)[:1]
    with sandbox.fault(fault, vendor=endpoint.vendor, count=1):
        run(sandbox, journal, endpoint, asked)
    with journal.engine.connect() as con:
        kept = con.execute(select(t.answers.c.body_bytes)).scalars().all()
    assert len(kept) == 1
    assert kept[0] > 0


#: Every call of BIGDBM's, the steps of a job too: the document has a `status` in all of its good answers.
BIGDBM_CALLS = [e for e in ENDPOINTS.values() if e.vendor == "bigdbm" and e.key != "bigdbm.audience"]


@pytest.mark.parametrize("endpoint", BIGDBM_CALLS, ids=lambda endpoint: endpoint.key)
def test_a_status_inside_a_good_answer_is_heard(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint
) -> None:
    asked = subjects(sandbox, endpoint)[:1]
    before = sandbox.charges()
    with sandbox.fault("application_error", vendor="bigdbm", endpoint=endpoint.key.split(".")[1], count=1):
        whole = None if endpoint.worklist else run_audience(sandbox, journal)
        tally = whole or run(sandbox, journal, endpoint, asked)
    assert (tally.answered, tally.failed > 0, tally.ambiguous) == (0, True, 0)
    failed = [row for row in journal.states() if row["endpoint"] == endpoint.key and row["state"] == "failed"]
    assert sum(row["calls"] for row in failed) == 1
    assert sum(row["credits"] for row in failed) == 0
    if endpoint.worklist:
        assert sandbox.charges() == before
        assert run(sandbox, journal, endpoint, asked).answered == 1, "it is due again"


def test_an_answer_beyond_the_limit_is_kept_in_part(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["bigdbm.opql"]
    with sandbox.fault("oversize", vendor="bigdbm", count=1):
        run(sandbox, journal, endpoint, subjects(sandbox, endpoint)[:1], max_answer_bytes=100_000)
    with journal.engine.connect() as con:
        [row] = con.execute(select(t.requests.c.state, t.requests.c.error_rule)).all()
        size = con.scalar(select(t.answers.c.body_bytes))
    assert tuple(row) == ("settled", "too_large")
    assert size == 100_000


def test_a_free_look_up_is_repeated_after_a_500(sandbox: SandboxServer, journal: Journal) -> None:
    with sandbox.fault("http_500", vendor="contactbased", count=2):
        tally = run(sandbox, journal, ENDPOINTS["contactbased.feeds"], [("organization", "self")])
    assert tally.answered == 1
    assert states(journal) == {"settled"}


def test_no_answer_in_time_is_ambiguous_for_a_paid_call(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["bigdbm.opql"]
    with sandbox.fault("charged_then_timeout", vendor="bigdbm", count=1):
        tally = run(sandbox, journal, endpoint, subjects(sandbox, endpoint)[:1], read_timeout=0.5)
    assert tally.ambiguous == 1


def test_a_dead_host_stops_only_its_vendor(sandbox: SandboxServer, journal: Journal) -> None:
    dead, alive = ENDPOINTS["exactbuyer.bulk_enrich"], ENDPOINTS["bigdbm.email_batch"]
    context = sandbox.context(
        journal,
        retries=1,
        url=lambda variable: (
            "https://127.0.0.1:9" if variable == "EXACTBUYER_URL" else sandbox.variables[variable]
        ),
    )
    works = [EndpointWork(e, questions(e, subjects(sandbox, e))) for e in (dead, alive)]
    run_wave(context, works)
    assert context.tally.endpoints[dead.key].failed > 0
    assert context.tally.endpoints[dead.key].credits == 0
    assert context.tally.endpoints[alive.key].answered == 40


@pytest.mark.parametrize("count", [10, 11])
def test_the_email_batch_border(sandbox: SandboxServer, journal: Journal, count: int) -> None:
    endpoint = ENDPOINTS["bigdbm.email_batch"].changed(batch_size=11)
    tally = run(sandbox, journal, endpoint, [("email", e) for e in mailboxes(sandbox)[:count]])
    assert tally.answered == count, "11 are refused by the vendor and asked again in halves"
    with journal.engine.connect() as con:
        refused = (
            con.execute(select(t.requests.c.error_message).where(t.requests.c.state == "refused")).scalars().all()
        )
    assert len(refused) == (1 if count == 11 else 0)


@pytest.mark.parametrize("count", [1_000, 1_001])
def test_the_sync_border(sandbox: SandboxServer, journal: Journal, count: int) -> None:
    endpoint = ENDPOINTS["bigdbm.consumer_md5_age"].changed(batch_size=1_001)
    tally = run(sandbox, journal, endpoint, [("email_md5", md5(str(n))) for n in range(count)])
    assert tally.answered == count, "1,001 are refused by the vendor and asked again in halves"
    assert ("refused" in states(journal)) == (count == 1_001)


def test_an_unlicensed_product_is_skipped_and_named(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["bigdbm.opql"]
    secrets = {"BIGDBM_TOKEN": sandbox.variables["SANDBOX_BIGDBM_UNLICENSED_TOKEN"]}
    tally = run(sandbox, journal, endpoint, subjects(sandbox, endpoint), secrets=secrets)
    assert tally.stop_kind == "configuration"
    assert "licensed" in tally.stopped


def test_an_unknown_client_is_an_authentication_fault(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["bigdbm.email_batch"]
    secrets = {"BIGDBM_EMAIL_TOKEN": sandbox.variables["SANDBOX_BIGDBM_UNKNOWN_CLIENT_TOKEN"]}
    tally = run(sandbox, journal, endpoint, subjects(sandbox, endpoint), secrets=secrets)
    assert "Invalid ClientId!" in tally.stopped
    assert "BIGDBM_EMAIL_TOKEN" in tally.stopped


@pytest.mark.parametrize("fault", ["duplicate_page", "repeated_cursor", "wrong_total", "mid_paging_500"])
def test_leadpipe_is_read_to_the_end_under_paging_faults(
    sandbox: SandboxServer, journal: Journal, fault: str
) -> None:
    endpoint = ENDPOINTS["leadpipe.audience_query"]
    with sandbox.fault(fault, vendor="leadpipe", count=1):
        tally = run(sandbox, journal, endpoint, [("query", "everybody")])
    missing = fault == "wrong_total"  # the vendor announced a row more than it has
    assert (tally.answered, tally.incomplete) == (not missing, missing)
    assert tally.records > 0


def test_a_failed_export_is_said_and_given_back(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["contactbased.export"]
    with sandbox.fault("failed_export", vendor="contactbased", count=1):
        tally = run(sandbox, journal, endpoint, subjects(sandbox, endpoint))
    assert "could not build" in tally.stopped
    assert sum(row["credits"] for row in journal.states()) == 0


def test_a_lost_creation_is_found_again(sandbox: SandboxServer, journal: Journal) -> None:
    endpoint = ENDPOINTS["contactbased.export"]
    asked = subjects(sandbox, endpoint)
    with sandbox.fault("charged_then_500", vendor="contactbased", endpoint="export_create", count=1):
        first = run(sandbox, journal, endpoint, asked)
    assert first.ambiguous == 1
    second = run(sandbox, journal, endpoint, asked)
    assert second.records > 0
    assert journal.ambiguous() == []


# ---------------------------------------------------------------- BIGDBM audiences (SmartSelector)

AUDIENCE = ENDPOINTS["bigdbm.audience"]


def charged(sandbox: SandboxServer) -> float:
    return float(sum(entry["credits"] for entry in sandbox.charges()))


@pytest.mark.parametrize("kind", ["consumer", "b2b", "property", "healthcare"])
def test_an_audience_is_made_read_to_its_end_and_booked_by_its_members(
    sandbox: SandboxServer, journal: Journal, kind: str
) -> None:
    before = charged(sandbox)
    tally = run_audience(sandbox, journal, AudienceType=kind)
    assert tally.records == booked(journal) == charged(sandbox) - before
    assert tally.records > 0
    assert tally.notes == []


def booked(journal: Journal) -> float:
    return float(sum(row["credits"] for row in journal.states()))


def run_audience(sandbox: SandboxServer, journal: Journal, **changes: Any) -> EndpointTally:
    text = json.dumps(options(AUDIENCE) | changes)
    asked = [question(AUDIENCE, "audience", AUDIENCE.subject_type, "everybody", text, None)]
    context = sandbox.context(journal)
    steps = steps_of(AUDIENCE, ENDPOINTS.__getitem__)
    run_wave(context, [EndpointWork(AUDIENCE, asked, steps)])
    return context.tally.endpoints[AUDIENCE.key]


@pytest.mark.parametrize("fault", ["duplicate_page", "wrong_total", "http_500"])
def test_an_audience_survives_paging_faults(sandbox: SandboxServer, journal: Journal, fault: str) -> None:
    whole = run_audience(sandbox, journal).records
    with sandbox.fault(fault, vendor="bigdbm", endpoint="audience_result", count=1), scratch_journal() as other:
        tally = run_audience(sandbox, other)
    assert (tally.stopped, tally.records, tally.notes) == ("", whole, [])


def test_a_failed_audience_costs_nothing(sandbox: SandboxServer, journal: Journal) -> None:
    with sandbox.fault("failed_export", vendor="bigdbm", count=1):
        tally = run_audience(sandbox, journal)
    assert "could not build" in tally.stopped
    assert booked(journal) == 0


def test_an_audience_whose_creation_was_cut_off_is_never_made_twice(
    sandbox: SandboxServer, journal: Journal
) -> None:
    with sandbox.fault("charged_then_500", vendor="bigdbm", endpoint="audience_create", count=1):
        assert run_audience(sandbox, journal).ambiguous == 1
    before = charged(sandbox)
    assert run_audience(sandbox, journal).skipped == 1
    [lost] = journal.ambiguous()
    journal.reconcile(lost["request_id"], charged=True)
    assert "another name" in run_audience(sandbox, journal).stopped
    assert charged(sandbox) == before


def test_an_audience_that_was_not_charged_is_made_again(sandbox: SandboxServer, journal: Journal) -> None:
    with sandbox.fault("charged_then_cut", vendor="bigdbm", endpoint="audience_create", count=1):
        run_audience(sandbox, journal)
    [lost] = journal.ambiguous()
    journal.reconcile(lost["request_id"], charged=False)
    assert run_audience(sandbox, journal).records > 0
