"""Batches: what is sent, what is booked, what never goes out, and what happens when a vendor says no."""

import math
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from contactable.extract import EndpointWork, ExtractContext, run_wave
from contactable.extract.batches import ask_in_batches, batches
from contactable.extract.subjects import Question, question
from contactable.http import RateLimit, RateLimiter, Reply, Request, TransportFault
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.settings.config import Settings
from contactable.settings.look_ups import needed_by
from contactable.vendors import ENDPOINTS
from contactable.vendors.model import OnServerError
from support.extraction import MakeContext, NoWaiting, PassingTime, ScriptedVendor, reply, sent_json

EMAIL = ENDPOINTS["bigdbm.email_batch"]
OPQL = ENDPOINTS["bigdbm.opql"]
MD5 = ENDPOINTS["bigdbm.consumer_email_md5"]
EXACT = ENDPOINTS["exactbuyer.bulk_enrich"]


def emails(count: int, **changes: Any) -> list[Question]:
    return [
        question(EMAIL, f"q{i}", "email", f"person{i}@example.com", '{"ValidatorId":10}', changes.get("last"))
        for i in range(count)
    ]


def verdicts(request: Request) -> Reply:
    assert request.body.json is not None
    return reply({"results": [{"email": e, "status": 10} for e in request.body.json["Emails"]]})


def states(journal: Journal) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in journal.states():
        counts[row["state"]] = counts.get(row["state"], 0) + row["calls"]
    return counts


def landed(journal: Journal) -> int:
    with journal.engine.connect() as con:
        return len(con.execute(select(t.answers.c.request_id)).all())


def test_ten_addresses_a_call_in_worklist_order(make_context: MakeContext, journal: Journal) -> None:
    context = make_context(verdicts, in_flight=dict.fromkeys(ENDPOINTS, 1) | {"bigdbm": 1})
    ask_in_batches(context, EMAIL, emails(21))
    assert sorted(len(body["Emails"]) for body in sent_json(context)) == [1, 10, 10]
    assert {body["ValidatorId"] for body in sent_json(context)} == {10}
    tally = context.tally.endpoints[EMAIL.key]
    assert (tally.asked, tally.answered, tally.credits) == (21, 21, 21.0)
    assert states(journal) == {"settled": 3}
    assert landed(journal) == 3


def test_the_key_is_sent_as_a_bearer_token_to_the_vendors_host(make_context: MakeContext) -> None:
    context = make_context(verdicts)
    ask_in_batches(context, EMAIL, emails(1))
    transport = context.transport
    assert isinstance(transport, ScriptedVendor)
    assert transport.requests[0].headers == {"Authorization": "Bearer sk_not_a_secret"}
    assert transport.requests[0].url == "https://bigdbm-email-url.example/email-cleansing/batch"


def test_batches_never_mix_options() -> None:
    rows = [
        question(EMAIL, str(i), "email", f"a{i}@example.com", o, None)
        for i, o in enumerate(["{}", "{}", '{"a":1}'])
    ]
    assert [len(subjects) for subjects, _ in batches(rows, 10)] == [2, 1]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("not-an-address", "email_format"),
        ("two@@example.com", "email_format"),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 14}.co", "sent"),  # 200 characters: the border passes
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 15}.co", "email_too_long"),  # 201
    ],
)
def test_addresses_that_the_vendor_would_refuse_are_never_sent(
    make_context: MakeContext, journal: Journal, value: str, rule: str
) -> None:
    context = make_context(verdicts)
    ask_in_batches(context, EMAIL, [question(EMAIL, "k", "email", value, '{"ValidatorId":10}', None)])
    with journal.engine.connect() as con:
        rejected = con.execute(select(t.rejections.c.rule)).scalars().all()
    assert rejected == ([] if rule == "sent" else [rule])
    assert len(sent_json(context)) == (1 if rule == "sent" else 0)


@pytest.mark.parametrize("number", ["123", "12345678901234567890", "1555550100", "555-555-0100"])
def test_phones_that_are_no_us_number_are_never_sent(make_context: MakeContext, number: str) -> None:
    context = make_context([])
    ask_in_batches(context, OPQL, [question(OPQL, "k", "phone", number, "{}", None)])
    assert context.tally.endpoints[OPQL.key].rejected == 1
    assert sent_json(context) == []


def test_wrong_options_stop_the_endpoint_and_reject_nobody(make_context: MakeContext, journal: Journal) -> None:
    context = make_context([])
    ask_in_batches(context, EMAIL, [question(EMAIL, "k", "email", "a@example.com", "{}", None)])
    assert context.tally.endpoints[EMAIL.key].stop_kind == "configuration"
    assert "ValidatorId" in context.tally.endpoints[EMAIL.key].stopped
    with journal.engine.connect() as con:
        assert con.execute(select(t.rejections)).all() == []


def test_a_bad_member_is_bisected_out_and_the_others_are_answered(
    make_context: MakeContext, journal: Journal
) -> None:
    def vendor(request: Request) -> Reply:
        assert request.body.json is not None
        if "person6@example.com" in request.body.json["Emails"]:
            text = "An email address must be in a valid format and contain no more than 200 characters!"
            return reply({"message": text}, 400)
        return verdicts(request)

    context = make_context(vendor)
    ask_in_batches(context, EMAIL, emails(10))
    tally = context.tally.endpoints[EMAIL.key]
    assert (tally.answered, tally.refused, tally.credits) == (9, 1, 9.0)
    assert len(sent_json(context)) <= 2 * math.ceil(math.log2(10)) + 1
    with journal.engine.connect() as con:
        [rejected] = con.execute(select(t.rejections.c.question_key, t.rejections.c.rule)).all()
    assert tuple(rejected) == ("q6", "refused_by_vendor")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"message": "Invalid ClientId!"}, 400), "configuration"),
        (reply({"message": "Validator with the ID: 10 not found!"}, 400), "configuration"),
        (reply({"message": "Unauthorized"}, 401), "configuration"),
        (reply("<html>moved</html>", 302), "configuration"),
    ],
)
def test_configuration_faults_stop_the_product_after_one_call(
    make_context: MakeContext, answer: Reply, kind: str
) -> None:
    context = make_context(lambda request: answer)
    ask_in_batches(context, EMAIL, emails(100))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.stop_kind == kind
    assert len(sent_json(context)) == 1
    assert tally.credits == 0


def test_an_internal_fault_is_retried_once_only(make_context: MakeContext) -> None:
    context = make_context(lambda request: reply({"message": "Validation error. Please contact us!"}, 400))
    ask_in_batches(context, EMAIL, emails(1))
    assert len(sent_json(context)) == 2
    assert context.tally.endpoints[EMAIL.key].failed == 1


@pytest.mark.parametrize("then", [verdicts, reply({"message": "oops"}, 500), reply("", 429), reply("", 502)])
def test_a_500_is_repeated_as_documented_and_every_repetition_is_in_the_ledger(
    make_context: MakeContext, journal: Journal, then: Any
) -> None:
    answers = iter([reply({"message": "oops"}, 500), reply({"message": "oops"}, 500)])

    def vendor(request: Request) -> Reply:
        answer: Reply = next(answers, None) or (then(request) if callable(then) else then)
        return answer

    time = PassingTime()
    limiter = RateLimiter(RateLimit(None, 4), monotonic=time.monotonic, sleep=time.sleep)
    context = make_context(vendor, retries=3, stop=time, limiters={"bigdbm": limiter})
    ask_in_batches(context, EMAIL, emails(10))
    answered = callable(then)
    assert states(journal) == {"settled" if answered else "ambiguous": 1}, "unanswered, it may have been charged"
    with journal.engine.connect() as con:
        [row] = con.execute(select(t.requests)).mappings().all()
    status = 200 if answered else then.status
    assert row["attempt"] == len(sent_json(context)) == (4 if status in (429, 500) else 3)
    assert row["server_errors"] == (3 if status == 500 else 2)
    assert row["credits_charged"] == (10 if answered else None)


def test_a_500_is_ambiguous_where_it_is_set_or_nothing_is_documented(
    make_context: MakeContext, journal: Journal
) -> None:
    for endpoint in (EMAIL.changed(on_server_error=OnServerError.AMBIGUOUS), ENDPOINTS["exactbuyer.bulk_enrich"]):
        context = make_context(lambda request: reply({"message": "oops"}, 500))
        asked = [question(endpoint, endpoint.key, "email", "a@example.com", '{"ValidatorId":10}', None)]
        ask_in_batches(context, endpoint, asked)
        assert len(context.transport.requests) == 1  # type: ignore[attr-defined]
    assert states(journal) == {"ambiguous": 2}
    defaults = {key: e.on_server_error for key, e in ENDPOINTS.items() if not e.repeatable}
    retried = {key for key, default in defaults.items() if default is OnServerError.RETRY}
    assert retried == {key for key in defaults if key.startswith("bigdbm.") and not ENDPOINTS[key].creates}


@pytest.mark.parametrize("left", [None, 100.0])
def test_a_pause_that_the_run_cannot_wait_for_is_a_rest_that_later_runs_keep(
    make_context: MakeContext, journal: Journal, left: float | None
) -> None:
    class Deadline(NoWaiting):
        def seconds_left(self) -> float | None:
            return left

    def busy(request: Request) -> Reply:
        return reply("", 429, **{"Retry-After": "3600" if left is None else "200"})

    first = make_context(busy, stop=(stop := Deadline()))
    run_wave(first, [EndpointWork(EMAIL, emails(20)), EndpointWork(MD5, [])])
    assert (len(sent_json(first)), stop.slept) == (1, []), "nobody calls again, and nobody waits"
    [rest] = journal.rests()
    assert (rest["vendor"], rest["product"]) == ("bigdbm", EMAIL.product)
    lasts = datetime.fromisoformat(rest["until"]) - datetime.fromisoformat(rest["noted_at"])
    assert lasts.total_seconds() == (3600.0 if left is None else 200.0)
    tally = first.tally.endpoints[EMAIL.key]
    assert ("rests until" in tally.stopped, tally.stop_kind, tally.credits) == (True, "vendor", 0)
    assert states(journal) == {"failed": 1}
    second = make_context(verdicts, run_id="run-2")
    run_wave(second, [EndpointWork(EMAIL, emails(20))])
    assert sent_json(second) == []
    assert "rests until" in second.tally.endpoints[EMAIL.key].stopped
    journal.clock = lambda: datetime.fromisoformat(rest["until"])
    third = make_context(verdicts, run_id="run-3")
    run_wave(third, [EndpointWork(EMAIL, emails(20))])
    assert third.tally.endpoints[EMAIL.key].answered == 20, "the rest is over"
    assert journal.rests() == []


@pytest.mark.parametrize(
    "broken",
    [
        Reply(None, "", fault=TransportFault.TIMEOUT),
        Reply(200, '{"results":[{"ema', fault=TransportFault.CUT),
        reply({"message": "oops"}, 503),
        reply("<html>bad gateway</html>", 502),
    ],
)
def test_a_paid_call_with_unknown_outcome_is_ambiguous_and_not_repeated(
    make_context: MakeContext, journal: Journal, broken: Reply
) -> None:
    context = make_context(lambda request: broken)
    ask_in_batches(context, EMAIL, emails(10))
    assert len(sent_json(context)) == 1
    assert states(journal) == {"ambiguous": 1}
    [ambiguous] = journal.ambiguous()
    assert ambiguous["credits_charged"] is None
    # The next worklist may still carry the subjects (it was built before): they are not bought again.
    again = make_context(verdicts)
    ask_in_batches(again, EMAIL, emails(10))
    assert sent_json(again) == []
    # A person decides. Not charged: due again. Charged: asked, and not bought by a stale worklist.
    journal.reconcile(ambiguous["request_id"], charged=False)
    last = make_context(verdicts)
    ask_in_batches(last, EMAIL, emails(10))
    assert len(sent_json(last)) == 1


def test_a_call_that_never_reached_the_vendor_is_repeated_then_given_up(
    make_context: MakeContext, journal: Journal
) -> None:
    context = make_context(lambda request: Reply(None, "", fault=TransportFault.NOT_SENT), retries=2)
    ask_in_batches(context, EMAIL, emails(100))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.stop_kind == "vendor"
    assert set(states(journal)) == {"failed"}
    assert tally.credits == 0
    assert len(sent_json(context)) < 100 / 10 * 3  # it gave up before trying everything


def test_429_waits_as_told_and_costs_nothing(make_context: MakeContext, journal: Journal) -> None:
    answers = [reply({"message": "Too Many"}, 429, **{"Retry-After": "7"}), reply({"opql_score": 4})]
    context = make_context(answers)
    ask_in_batches(context, OPQL, [question(OPQL, "k", "phone", "2025550100", "{}", None)])
    assert states(journal) == {"settled": 1}
    assert context.tally.endpoints[OPQL.key].credits == 1.0
    with journal.engine.connect() as con:
        assert con.scalar(select(t.requests.c.attempt)) == 2


@pytest.mark.parametrize("body", ["<html>hello</html>", "[1,2]", '{"results": "none"}', ""])
def test_a_good_status_with_an_odd_body_is_kept_and_booked_as_quoted(
    make_context: MakeContext, journal: Journal, body: str
) -> None:
    context = make_context([reply(body)])
    ask_in_batches(context, MD5, [question(MD5, "k", "email_md5", "0" * 32, '{"OutputId":10008}', None)])
    assert states(journal) == {"settled": 1}
    assert landed(journal) == 1
    assert context.tally.endpoints[MD5.key].credits == 1.0


def test_an_application_error_is_kept_not_charged_and_due_again(
    make_context: MakeContext, journal: Journal
) -> None:
    context = make_context([reply({"status": "error", "returnData": {}})])
    ask_in_batches(context, MD5, [question(MD5, "k", "email_md5", "0" * 32, '{"OutputId":10008}', None)])
    assert states(journal) == {"failed": 1}
    assert landed(journal) == 1


def test_misses_cost_nothing_and_matches_one_credit_each(make_context: MakeContext) -> None:
    a, b, c = "a" * 32, "b" * 32, "c" * 32
    context = make_context([reply({"returnData": {a: [{"Id": "1"}, {"Id": "2"}], b: []}})])
    ask_in_batches(context, MD5, [question(MD5, k, "email_md5", k, '{"OutputId":10008}', None) for k in (a, b, c)])
    tally = context.tally.endpoints[MD5.key]
    assert (tally.asked, tally.matched, tally.credits) == (3, 1, 1.0)
    assert sent_json(context)[0]["ObjectList"] == [a, b, c]
    assert sent_json(context)[0]["OutputId"] == 10008


def test_exactbuyer_gets_json_text_in_form_fields(make_context: MakeContext) -> None:
    context = make_context(
        [reply({"contacts": [{"enriched_contact": None, "value": "x"}] * 2, "records_enriched": 0})]
    )
    options = '{"required_fields":["work_email","phone"]}'
    rows = [
        question(EXACT, "1", "email", "ada@acme.example", options, None),
        question(EXACT, "2", "linkedin", "linkedin.com/in/ada-example", options, None),
    ]
    ask_in_batches(context, EXACT, rows)
    transport = context.transport
    assert isinstance(transport, ScriptedVendor)
    assert transport.requests[0].body.form == {
        "query_list": '[{"field_type": "email", "value": "ada@acme.example"}, '
        '{"field_type": "social_profile", "value": "linkedin.com/in/ada-example"}]',
        "required_fields": '[{"field_type": "work_email"}, {"field_type": "phone"}]',
    }


def test_403_is_spent_credits_at_exactbuyer(make_context: MakeContext) -> None:
    context = make_context([reply({"error": "insufficient credits"}, 403)])
    ask_in_batches(context, EXACT, [question(EXACT, "1", "email", "ada@acme.example", "{}", None)])
    assert "credits" in context.tally.endpoints[EXACT.key].stopped


@pytest.mark.parametrize(("limit", "calls"), [(0, 0), (9, 1), (10, 1), (25, 3)])
def test_a_budget_is_never_overshot(make_context: MakeContext, journal: Journal, limit: float, calls: int) -> None:
    context = make_context(verdicts, budgets={("bigdbm", "run"): limit})
    ask_in_batches(context, EMAIL, emails(100))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.stop_kind == "budget"
    assert tally.calls == calls
    assert tally.credits == limit, "the last batch is cut to what fits"


def test_subjects_asked_since_the_worklist_was_built_are_skipped(make_context: MakeContext) -> None:
    first = make_context(verdicts)
    ask_in_batches(first, EMAIL, emails(5))
    second = make_context(verdicts)
    ask_in_batches(second, EMAIL, emails(8))
    assert [body["Emails"] for body in sent_json(second)] == [[f"person{i}@example.com" for i in (5, 6, 7)]]
    assert second.tally.endpoints[EMAIL.key].skipped == 5


def test_the_journal_knows_who_was_asked_about_apart_from_how(make_context: MakeContext, journal: Journal) -> None:
    context = make_context(verdicts)
    ask = question(EMAIL, "q", "email", "person@example.com", '{"ValidatorId":10}', None, "person")
    ask_in_batches(context, EMAIL, [ask])
    with journal.engine.connect() as con:
        assert con.scalar(select(t.asked.c.subject_key)) == "person"


def test_subjects_due_again_by_a_newer_worklist_are_asked(make_context: MakeContext, journal: Journal) -> None:
    ask_in_batches(make_context(verdicts), EMAIL, emails(1))
    with journal.engine.connect() as con:
        asked_at = con.scalar(select(t.asked.c.asked_at))
    again = make_context(verdicts)
    ask_in_batches(again, EMAIL, emails(1, last=asked_at))
    assert len(sent_json(again)) == 1


def test_a_stop_leaves_the_rest_due(make_context: MakeContext) -> None:
    context: ExtractContext

    def stopping(request: Request) -> Reply:
        context.stop.request("interrupted by the user")
        return verdicts(request)

    context = make_context(stopping, in_flight={"bigdbm": 1})
    ask_in_batches(context, EMAIL, emails(100))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.stop_kind == "deadline"
    assert tally.answered <= 20


def test_a_wrong_request_locks_nobody_out(make_context: MakeContext, journal: Journal) -> None:
    """A mistyped OutputId is refused whoever it asks about: the subjects stay due, the setting is blamed."""
    context = make_context(lambda request: reply({"message": "OutputId 7 is not configured"}, 400))
    keys = [f"{number:032x}" for number in range(40)]
    ask_in_batches(context, MD5, [question(MD5, k, "email_md5", k, '{"OutputId":7}', None) for k in keys])
    tally = context.tally.endpoints[MD5.key]
    assert tally.stop_kind == "configuration"
    assert "OutputId 7" in tally.stopped
    assert len(sent_json(context)) < 40
    with journal.engine.connect() as con:
        assert con.execute(select(t.rejections)).all() == []


def at_each_key(context: ExtractContext) -> list[str]:
    assert isinstance(context.transport, ScriptedVendor)
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in context.transport.requests]


@pytest.mark.parametrize(
    ("keys", "tried", "named"),
    [
        ({"BIGDBM_TOKEN": "one"}, ["one"], "BIGDBM_TOKEN"),
        ({"BIGDBM_TOKEN": "one", "BIGDBM_EMAIL_TOKEN": "one"}, ["one"], "BIGDBM_TOKEN"),
        ({"BIGDBM_TOKEN": "one", "BIGDBM_EMAIL_TOKEN": "two"}, ["one", "two"], "BIGDBM_EMAIL_TOKEN"),
    ],
)
@pytest.mark.parametrize("status", [401, 407])
def test_a_refused_key_is_named_and_tried_once_a_run(
    make_context: MakeContext, keys: dict[str, str], tried: list[str], named: str, status: int
) -> None:
    refused_keys: dict[tuple[str, str | None], str] = {}
    context = make_context(
        lambda request: reply({"message": "Unauthorized"}, status),
        secret=lambda variables: next((keys[name] for name in variables if name in keys), None),
        refused_keys=refused_keys,
    )
    md5s = [f"{number:032x}" for number in range(5_000)]
    works = [
        EndpointWork(MD5, [question(MD5, k, "email_md5", k, '{"OutputId":10008}', None) for k in md5s]),
        EndpointWork(OPQL, [question(OPQL, "2", "phone", "2025550100", "{}", None)]),
        EndpointWork(EMAIL, emails(50)),
    ]
    run_wave(context, works)
    next_wave = make_context([], secret=context.secret, refused_keys=refused_keys)
    run_wave(next_wave, [EndpointWork(OPQL, [question(OPQL, "3", "phone", "2025550101", "{}", None)])])
    assert at_each_key(context) == tried
    assert sent_json(next_wave) == []
    for tally in (*context.tally.endpoints.values(), *next_wave.tally.endpoints.values()):
        assert tally.stop_kind == "configuration"
        assert "BIGDBM_" in tally.stopped
        assert not any(f" {key} " in tally.stopped for key in keys.values())
    assert f"key in {named} is" in context.tally.endpoints[EMAIL.key].stopped


def test_a_key_refused_by_a_service_that_may_have_its_own_is_still_tried_elsewhere(
    make_context: MakeContext,
) -> None:
    """E-mail validation was sent BIGDBM_TOKEN, as it has none of its own: that says nothing about the others."""

    def vendor(request: Request) -> Reply:
        refused = "email-cleansing" in request.url
        return reply({"message": "Unauthorized"}, 401) if refused else reply({"opql_score": 4})

    context = make_context(vendor, secret=lambda variables: "one" if "BIGDBM_TOKEN" in variables else None)
    works = [
        EndpointWork(EMAIL, emails(50)),
        EndpointWork(OPQL, [question(OPQL, "2", "phone", "2025550100", "{}", None)]),
    ]
    run_wave(context, works)
    assert len(sent_json(context)) == 2
    assert "BIGDBM_TOKEN" in context.tally.endpoints[EMAIL.key].stopped
    assert context.tally.endpoints[OPQL.key].answered == 1


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_free_look_up_that_is_not_there_stops_only_what_needs_it(make_context: MakeContext, status: int) -> None:
    credits, topics = ENDPOINTS["contactbased.credits"], ENDPOINTS["leadpipe.topics"]
    feeds = ENDPOINTS["contactbased.feeds"]
    works = [
        EndpointWork(endpoint, [question(endpoint, endpoint.key, "organization", "organization", "{}", None)])
        for endpoint in (credits, topics, feeds)
    ]
    context = make_context(
        lambda request: reply({"detail": "Not Found"}, status),
        needed_by={"contactbased.feeds": ("contactbased.export",)},
    )
    run_wave(context, works)
    for endpoint in (credits, topics):
        tally = context.tally.endpoints[endpoint.key]
        assert not tally.stopped
        assert f"not there for this account (status {status})" in tally.notes[0]
    assert context.tally.endpoints[feeds.key].stop_kind == "configuration"
    assert "contactbased.export" in context.tally.endpoints[feeds.key].stopped


def test_a_setting_decides_which_look_up_is_needed() -> None:
    states = dict.fromkeys(ENDPOINTS, "")
    every = needed_by(Settings(), states)
    assert every["contactbased.feeds"] == ("contactbased.feed_search", "contactbased.export")
    assert every["leadpipe.audience_list"] == ("leadpipe.audience_create",)
    assert "contactbased.credits" not in every
    named = Settings.model_validate({"contactbased": {"feeds": ["feed-1"]}})
    assert needed_by(named, states)["contactbased.feeds"] == ()
    off = needed_by(
        Settings(), states | {"leadpipe.audience_create": "nothing to ask: leadpipe.audiences is empty"}
    )
    assert off["leadpipe.audience_list"] == ()


def test_look_ups_about_one_thing_go_on_after_a_404(make_context: MakeContext, journal: Journal) -> None:
    """Saved audiences that are gone, however many: told, not set aside for ever, and no fault of the others."""
    status = ENDPOINTS["leadpipe.audience_status"]
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(8)]
    context = make_context(lambda request: reply({"error": {"message": "Audience not found"}}, 404))
    ask_in_batches(context, status, [question(status, key, "audience", key, "{}", None) for key in ids])
    assert not context.tally.endpoints[status.key].stopped
    assert len(context.transport.requests) == len(ids)  # type: ignore[attr-defined]
    with journal.engine.connect() as con:
        assert con.execute(select(t.rejections)).all() == []


def test_a_paid_endpoint_that_is_not_there_stops(make_context: MakeContext) -> None:
    context = make_context(lambda request: reply({"message": "Not Found"}, 404))
    ask_in_batches(context, EMAIL, emails(50))
    assert context.tally.endpoints[EMAIL.key].stop_kind == "configuration"
    assert len(sent_json(context)) == 1


@pytest.mark.parametrize(
    ("answer", "unreadable"),
    [
        ("<html>hello</html>", 10),
        ({"verdicts": []}, 10),
        ({"results": "none"}, 10),
        ({"results": [{"email": f"Person{i}@example.com ", "status": 10} for i in range(7)]}, 3),
        ({"results": [{"email": f"person{i}@example.com", "status": None} for i in range(10)]}, 10),
        ({"results": [{"email": f"person{i}@example.com", "status": 10} for i in range(10)]}, 0),
    ],
)
def test_a_paid_answer_that_cannot_be_read_is_counted(
    make_context: MakeContext, answer: Any, unreadable: int
) -> None:
    context = make_context([reply(answer)])
    ask_in_batches(context, EMAIL, emails(10))
    tally = context.tally.endpoints[EMAIL.key]
    assert (tally.unreadable, tally.answered, tally.matched) == (unreadable, 10 - unreadable, 10 - unreadable)
    assert tally.credits == 10.0
    assert not tally.stopped


def test_what_nobody_can_read_is_not_bought_for_the_rest_of_the_budget(make_context: MakeContext) -> None:
    context = make_context(lambda request: reply("<html>sign in</html>"))
    ask_in_batches(context, EMAIL, emails(1_000))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.stop_kind == "vendor"
    assert tally.calls <= 1 + 8 + 8, "five, and what was in flight by then"
