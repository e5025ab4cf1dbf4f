"""At the edge of a budget: what fits is sent, most valuable first; the rest stays due and the reason is said."""

import json
from collections.abc import Iterable

import pytest

from contactable.billing import Billing
from contactable.extract import EndpointWork, run_wave, steps_of
from contactable.extract.batches import affordable, ask_in_batches
from contactable.extract.subjects import Question, question
from contactable.http import Reply, Request
from contactable.journal.budget import Budgets
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, ScriptedVendor, reply

EMAIL = ENDPOINTS["bigdbm.email_batch"].changed(batch_size=50, most_per_call=50)
OPQL = ENDPOINTS["bigdbm.opql"]
EXACT = ENDPOINTS["exactbuyer.bulk_enrich"].changed(batch_size=10)
RUN = ("bigdbm", "run")


def emails(count: int) -> list[Question]:
    return [
        question(EMAIL, f"q{i}", "email", f"person{i}@example.com", '{"ValidatorId":10}', None)
        for i in range(count)
    ]


def people(count: int) -> list[Question]:
    return [question(EXACT, f"q{i}", "email", f"person{i}@example.com", "{}", None) for i in range(count)]


def verdicts(request: Request) -> Reply:
    assert request.body.json is not None
    return reply({"results": [{"email": e, "status": 10} for e in request.body.json["Emails"]]})


def enriched(every: int) -> "_Enriching":
    return _Enriching(every)


class _Enriching:
    """Every n-th person is known; the others cost nothing."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.sizes: list[int] = []

    def __call__(self, request: Request) -> Reply:
        assert request.body.form is not None
        asked = [item["value"] for item in json.loads(request.body.form["query_list"])]
        self.sizes.append(len(asked))
        found = [int(value.removeprefix("person").split("@")[0]) % self.every == 0 for value in asked]
        contacts = [
            {"enriched_contact": {"full_name": "A"} if known else None, "value": value}
            for value, known in zip(asked, found, strict=True)
        ]
        return reply({"contacts": contacts, "records_enriched": sum(found)})


def asked_of(journal: Journal) -> set[str]:
    with journal.engine.connect() as con:
        return {row[0] for row in con.exec_driver_sql("select question_key from asked")}


def keys(numbers: Iterable[int]) -> set[str]:
    return {f"q{number}" for number in numbers}


@pytest.mark.parametrize("places", [1, 4])
def test_a_batch_of_fifty_with_seven_credits_left_sends_the_first_seven(
    make_context: MakeContext, journal: Journal, places: int
) -> None:
    context = make_context(verdicts, budgets={RUN: 57.0}, in_flight={"bigdbm": places})
    ask_in_batches(context, EMAIL, emails(200))
    tally = context.tally.endpoints[EMAIL.key]
    assert (tally.asked, tally.credits, tally.calls) == (57, 57.0, 2)
    assert tally.stop_kind == "budget"
    assert "budget of 57 credits for bigdbm per run: spent or reserved 57 credits" in tally.stopped
    if places == 1:
        assert asked_of(journal) == keys(range(57))


def test_money_cuts_a_batch_as_credits_do(make_context: MakeContext, journal: Journal) -> None:
    budgets = Budgets({}, {("total", "day"): 1_000_000}, "USD")
    context = make_context(verdicts, budgets=budgets, prices={EMAIL.key: 30_000}, in_flight={"bigdbm": 1})
    ask_in_batches(context, EMAIL, emails(60))
    tally = context.tally.endpoints[EMAIL.key]
    assert (tally.asked, tally.money_micros, tally.credits_unpriced) == (33, 990_000, 0)
    assert "budget of USD 1.00 for total per day: spent or reserved USD 0.99" in tally.stopped
    assert asked_of(journal) == keys(range(33))
    assert journal.states()[0]["money_micros"] == 990_000


def test_what_misses_give_back_is_spent_on_the_next_in_order(make_context: MakeContext, journal: Journal) -> None:
    """Ten credits, every fifth person known: reservations come back, so fifty people fit, the first ones first."""
    vendor = enriched(every=5)
    context = make_context(vendor, budgets={("exactbuyer", "day"): 10.0}, in_flight={"exactbuyer": 4})
    ask_in_batches(context, EXACT, people(500))
    tally = context.tally.endpoints[EXACT.key]
    assert tally.credits == 10
    assert tally.stop_kind == "budget"
    asked = asked_of(journal)
    assert len(asked) == sum(vendor.sizes) > 30, "not only the ten that the first reservation took"
    assert asked <= keys(range(len(asked) + 4 * 10)), "nobody is passed over by more than what is in flight"


def test_crumbs_of_a_budget_are_not_worth_endless_calls(make_context: MakeContext) -> None:
    vendor = enriched(every=10_000)  # only the very first is known, nothing else ever costs
    context = make_context(vendor, budgets={("exactbuyer", "day"): 2.0}, in_flight={"exactbuyer": 1})
    ask_in_batches(context, EXACT, people(5_000))
    assert len(vendor.sizes) < 30, "20 cut calls, and the last of a batch, which fits"
    assert context.tally.endpoints[EXACT.key].stop_kind == "budget"


def test_zero_buys_nothing_and_says_so(make_context: MakeContext) -> None:
    unpriced = Budgets({}, {("bigdbm", "month"): 0}, "USD")  # zero money also stops what has no price
    for budgets in (Budgets({RUN: 0.0}), unpriced):
        context = make_context(verdicts, budgets=budgets)
        ask_in_batches(context, EMAIL, emails(3))
        tally = context.tally.endpoints[EMAIL.key]
        assert (tally.calls, tally.stop_kind) == (0, "budget")
        assert "budget of 0 for bigdbm per" in tally.stopped


def test_a_batch_that_is_halved_keeps_within_the_budget(make_context: MakeContext, journal: Journal) -> None:
    def vendor(request: Request) -> Reply:
        assert request.body.json is not None
        if "person3@example.com" in request.body.json["Emails"]:
            return reply({"message": "malformed"}, 400)
        return verdicts(request)

    context = make_context(vendor, budgets={RUN: 6.0}, in_flight={"bigdbm": 1})
    ask_in_batches(context, EMAIL, emails(20))
    tally = context.tally.endpoints[EMAIL.key]
    assert tally.credits == 6
    assert tally.refused == 1
    assert asked_of(journal) == keys(range(7)), "the refused one cost nothing, the next in order took its place"


def test_a_price_of_a_call_cannot_be_cut(make_context: MakeContext) -> None:
    assert affordable(OPQL, 0.5, 1) == 0
    assert affordable(EMAIL, 7.9, 50) == 7
    assert affordable(EMAIL, float("inf"), 50) == 49
    context = make_context([reply({"opql_score": 5})], budgets=Budgets({}, {RUN: 10}, ""), prices={OPQL.key: 6})
    rows = [question(OPQL, f"q{i}", "phone", f"202555010{i}", "{}", None) for i in range(3)]
    ask_in_batches(context, OPQL, rows)
    assert context.tally.endpoints[OPQL.key].calls == 1


def test_an_audience_that_does_not_fit_leaves_room_for_a_smaller_one(make_context: MakeContext) -> None:
    audience = ENDPOINTS["bigdbm.audience"]
    steps = steps_of(audience, ENDPOINTS.__getitem__)
    made: list[int] = []

    def vendor(request: Request) -> Reply:
        if request.method == "POST" and "MaxRecords" in (request.body.json or {}):
            made.append(request.body.json["MaxRecords"])  # type: ignore[index]
            return reply({"audienceId": "a-1"})
        return reply({"status": "failed"})

    def wanted(name: str, most: int) -> Question:
        options = json.dumps({"AudienceType": "consumer", "MaxRecords": most})
        return question(audience, name, "audience", name, options, None)

    context = make_context(vendor, budgets={RUN: 100.0})
    run_wave(context, [EndpointWork(audience, iter([wanted("big", 500), wanted("small", 50)]), steps)])
    assert made == [50]
    assert "an audience is bought whole" in context.tally.endpoints[audience.key].stopped


def test_figures_that_contradict_each_other_are_booked_as_quoted_and_said(make_context: MakeContext) -> None:
    contacts = [{"enriched_contact": {"full_name": "A"}, "value": "x"}, {"enriched_contact": None, "value": "y"}]
    for told in (0, 2, -3, 10**9):
        context = make_context(ScriptedVendor([reply({"contacts": contacts, "records_enriched": told})]).send)
        rows = [question(EXACT, f"{told}-{i}", "email", f"person{i}@example.com", "{}", None) for i in range(2)]
        ask_in_batches(context, EXACT, rows)
        tally = context.tally.endpoints[EXACT.key]
        assert tally.credits == 2.0, "the most the call can cost: neither figure is trusted"
        assert "records_enriched differs" in tally.notes[0]


def test_an_answer_that_costs_more_than_was_set_aside_is_counted_in_full_and_ends_the_product(
    make_context: MakeContext, journal: Journal
) -> None:
    """Nobody knows before how many records an answer holds: `most_records` is a guess, here too low a one."""
    by_record = Billing.read({"unit": "record", "most_records": 2}, Billing.NONE)
    profiles = ENDPOINTS["bigdbm.consumer_email"].changed(billing=by_record, batch_size=1)
    budgets = Budgets({RUN: 10})

    def five_records(request: Request) -> Reply:
        assert request.body.json is not None
        records = [{"Id": str(number)} for number in range(5)]
        return reply({"returnData": dict.fromkeys(request.body.json["ObjectList"], records)})

    context = make_context(five_records, budgets=budgets, in_flight={"bigdbm": 1})
    asked = [question(profiles, f"q{i}", "email", f"p{i}@example.com", "{}", None) for i in range(4)]
    ask_in_batches(context, profiles, asked)
    tally = context.tally.endpoints[profiles.key]
    assert (tally.answered, tally.credits) == (2, 10), "the third would have been the eleventh"
    assert journal.committed(budgets, "run-1") == {RUN: 10}
    assert "cost 5 credits where 2 were set aside" in tally.notes[0]
    assert "endpoints.bigdbm.consumer_email.billing" in tally.notes[0]

    over = make_context(five_records, budgets={RUN: 12}, run_id="run-2", in_flight={"bigdbm": 1})
    more = [question(profiles, f"y{i}", "email", f"y{i}@example.com", "{}", None) for i in range(4)]
    ask_in_batches(over, profiles, more)
    tally = over.tally.endpoints[profiles.key]
    assert (tally.credits, tally.stop_kind) == (15, "budget")
    assert "overspent: 15" in tally.stopped


def test_a_batch_is_cut_by_its_billing_model() -> None:
    dear = EMAIL.changed(billing=Billing.read({"credits": 2, "minimum": 5}, EMAIL.billing))
    assert [affordable(dear, room, 50) for room in (4, 5, 6, 9, 1_000)] == [0, 2, 3, 4, 49]
