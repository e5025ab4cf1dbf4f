"""Every place that waits ends at the deadline: each of these would otherwise wait for minutes or hours."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from contactable.extract import steps_of
from contactable.extract.batches import ask_in_batches
from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.reading import read_by_cursor
from contactable.extract.subjects import Question, question
from contactable.http import RateLimit, RateLimiter, Reply, Request, TransportFault
from contactable.journal.store import Journal
from contactable.stopping.stop import Stop
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, reply, sent_json

EMAIL = ENDPOINTS["bigdbm.email_batch"]
QUERY = ENDPOINTS["leadpipe.audience_query"]
EXPORT = ENDPOINTS["contactbased.export"]
STEPS = steps_of(ENDPOINTS["contactbased.export"], ENDPOINTS.__getitem__)


class Sudden(Stop):
    """The deadline comes during the first wait of a second or more (``long``). Other waits take no time."""

    def __init__(self, long: float = 1.0) -> None:
        super().__init__()
        self.long = long
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> bool:
        self.waits.append(seconds)
        if seconds < self.long:
            return bool(self)
        self.request("the deadline was reached")
        return True


def emails(count: int) -> Iterable[Question]:
    return [
        question(EMAIL, f"q{i}", "email", f"somebody-{i}@example.com", '{"ValidatorId":10}', None)
        for i in range(count)
    ]


def test_a_pause_after_429(make_context: MakeContext, journal: Journal) -> None:
    stop = Sudden()
    context = make_context(lambda request: reply({}, 429, **{"Retry-After": "300"}), stop=stop)
    ask_in_batches(context, EMAIL, emails(10))
    assert max(stop.waits) == pytest.approx(300, abs=1)
    assert context.tally.endpoints[EMAIL.key].stopped == "the deadline was reached"
    assert [row["state"] for row in journal.states()] == ["failed"], "nothing was charged: due again"


def test_the_backoff_between_two_attempts(make_context: MakeContext) -> None:
    stop = Sudden(long=0.0)
    context = make_context(lambda request: Reply(None, "", fault=TransportFault.NOT_SENT), stop=stop)
    ask_in_batches(context, EMAIL, emails(10))
    assert len(stop.waits) == 1
    assert len(sent_json(context)) == 1, "no attempt after the deadline"


def test_the_wait_for_a_place_under_the_rate_limit(make_context: MakeContext) -> None:
    stop = Sudden()
    limiter = RateLimiter(RateLimit(0.01, 1), sleep=stop.sleep)  # one call in a hundred minutes
    context = make_context(
        lambda request: reply({"Results": []}), stop=stop, limiters={"bigdbm": limiter}, in_flight={"bigdbm": 1}
    )
    ask_in_batches(context, EMAIL, emails(100))
    assert len(sent_json(context)) == 1
    assert max(stop.waits) > 5_000
    assert context.tally.endpoints[EMAIL.key].stop_kind == "deadline"


def test_the_polling_of_a_query_that_is_not_ready(make_context: MakeContext) -> None:
    stop = Sudden()
    context = make_context(lambda request: reply({"data": []}, 202), stop=stop, poll_seconds=3_600.0)
    ask = question(QUERY, "q", "query", "electric vehicles", json.dumps({"topicIds": [1]}), None)
    read_by_cursor(context, QUERY, ask)
    assert stop.waits == [3_600.0]
    assert context.tally.endpoints[QUERY.key].stop_kind == "deadline"


def test_the_polling_of_an_export_that_is_being_built(make_context: MakeContext, journal: Journal) -> None:
    created: list[str] = []

    def vendor(request: Request) -> Reply:
        body: dict[str, Any] = dict(request.body.json or {})
        match request.url.rsplit("/", 1)[-1]:
            case "preview":
                return reply({"rows": []})
            case "count":
                return reply({"billable_records": 10})
            case "credits":
                return reply({"records_remaining": 1_000})
            case "exports":
                created.append(body["name"])
                return reply({"export_id": "e-1", "name": body["name"], "status": "building"})
        return reply({"items": [{"export_id": "e-1", "name": created[0], "status": "building"}]})

    stop = Sudden()
    context = make_context(vendor, stop=stop, poll_seconds=3_600.0)
    options = json.dumps({"lookback_days": 7, "page_size": 1000, "require_contact_id": True})
    ask = question(EXPORT, "q", "feed", "00000000-0000-4000-8000-000000000001", options, None)
    run_wave(context, [EndpointWork(EXPORT, [ask], STEPS)])
    assert stop.waits == [3_600.0]
    assert len(created) == 1
    assert context.tally.endpoints[EXPORT.key].stop_kind == "deadline"


@pytest.mark.parametrize("endpoint", [EMAIL, QUERY, EXPORT], ids=lambda endpoint: endpoint.key)
def test_nothing_is_begun_after_the_deadline(make_context: MakeContext, endpoint: Any) -> None:
    context = make_context(lambda request: reply({}), stop=Stop(0.0))
    ask = question(endpoint, "q", "email", "somebody@example.com", "{}", None)
    run_wave(context, [EndpointWork(endpoint, [ask], STEPS if endpoint is EXPORT else None)])
    assert sent_json(context) == []
    assert context.tally.endpoints[endpoint.key].stop_kind == "deadline"


def test_a_last_page_closes_its_read_in_the_same_transaction(
    make_context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the last page and the end of the read: the next run asks nothing."""

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    last = {
        "data": [{"hem": "0" * 64}],
        "meta": {"count": 1, "totalCount": 1, "hasMore": False, "nextCursor": None},
    }
    ask = question(QUERY, "q", "query", "electric vehicles", json.dumps({"topicIds": [1]}), None)
    with monkeypatch.context() as patched:
        patched.setattr("contactable.extract.reading._finish", killed)
        with pytest.raises(KeyboardInterrupt):
            read_by_cursor(make_context([reply(last)]), QUERY, ask)
    again = make_context(lambda request: reply(last))
    run_wave(again, [EndpointWork(QUERY, [ask])])
    assert sent_json(again) == []
