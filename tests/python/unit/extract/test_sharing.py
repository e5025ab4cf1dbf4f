"""Several processes read the same list: nothing twice, no place wasted, one limit for all."""

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contactable.extract import ExtractContext
from contactable.extract.batches import ask_in_batches
from contactable.extract.call import End, perform
from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.sharing import SharedTurnstile, unasked
from contactable.extract.subjects import Question
from contactable.http import RateLimit, RateLimiter, Reply, Request
from contactable.http.pace import PACE
from contactable.journal.budget import Budgets
from contactable.journal.calls import Call, Subject
from contactable.journal.lease import Process
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, NoWaiting, ScriptedVendor, reply, sent_json

OPQL = ENDPOINTS["bigdbm.opql"]
PHONES = [f"20255501{number:02}" for number in range(20)]


def questions(*phones: str) -> list[Question]:
    return [Question(Subject(f"k-{phone}", "phone", phone), "{}", {}) for phone in phones]


def opql_call(phone: str) -> Call:
    return Call(
        vendor="bigdbm", product=OPQL.product, endpoint=OPQL.key, stream=OPQL.stream, wave="validate",
        subjects=(Subject(f"k-{phone}", "phone", phone),), options={}, credits_quoted=1.0, repeatable=False,
    )  # fmt: skip


class CountingTurnstile:
    """Every place is free; they are counted."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, ceiling: float | None) -> float:
        self.taken += 1
        return 0.0

    def paused(self) -> bool:
        return False

    def slow_down(self, ceiling: float | None, seconds: float) -> None:
        raise AssertionError("no 429 here")


def counting(context: ExtractContext) -> tuple[ExtractContext, CountingTurnstile]:
    turnstile = CountingTurnstile()
    limiter = RateLimiter(RateLimit(60, 4), sleep=context.stop.sleep, turnstile=turnstile)
    return replace(context, limiters={**context.limiters, "bigdbm": limiter}), turnstile


def test_what_others_reserved_is_passed_over_before_a_place_is_spent(make_context: MakeContext) -> None:
    context, turnstile = counting(make_context(lambda request: reply({"opql_score": 0})))
    for phone in PHONES[:15]:
        context.journal.reserve(opql_call(phone), "another run", Budgets())
    ask_in_batches(context, OPQL, questions(*PHONES))
    transport = context.transport
    assert isinstance(transport, ScriptedVendor)
    assert len(transport.requests) == turnstile.taken == 5
    assert context.tally.endpoints[OPQL.key].skipped == 15


def test_others_are_looked_up_in_bulk(make_context: MakeContext, journal: Journal) -> None:
    context = make_context([])
    looked_up: list[int] = []

    class Counted:
        def already_asked(self, subjects: list[Subject]) -> set[str]:
            looked_up.append(len(subjects))
            return {subject.key for subject in subjects if int(subject.value) % 2}

    counted = replace(context, journal=Counted())  # type: ignore[arg-type]
    many = [Question(Subject(str(n), "phone", str(n)), "{}", {}) for n in range(2_500)]
    assert [int(q.subject.value) for q in unasked(counted, OPQL, many)] == list(range(0, 2_500, 2))
    assert looked_up == [1_000, 1_000, 500]


def test_a_question_reserved_while_we_waited_for_our_place_costs_no_place(make_context: MakeContext) -> None:
    context = make_context(lambda request: reply({"opql_score": 0}))
    subjects = [question.subject for question in questions(*PHONES[:2])]

    class Slow(CountingTurnstile):
        def take(self, ceiling: float | None) -> float:
            context.journal.reserve(opql_call(PHONES[0]), "another run", Budgets())
            return super().take(ceiling)

    slow = Slow()
    limiter = RateLimiter(RateLimit(60, 4), sleep=context.stop.sleep, turnstile=slow)
    context = replace(context, limiters={**context.limiters, "bigdbm": limiter})
    assert perform(context, OPQL, subjects[:1], {}).end is End.STALE
    assert perform(context, OPQL, subjects[1:], {}).end is End.ANSWERED
    assert slow.taken == 1, "the second call used the place of the first"


def test_places_in_flight_are_shared_and_waited_for(make_context: MakeContext) -> None:
    context = make_context(lambda request: reply({"opql_score": 0}), in_flight={"bigdbm": 1})
    run_id = context.journal.begin_run("extract", "another process")
    theirs = context.journal.reserve(opql_call(PHONES[0]), run_id, Budgets())
    assert theirs is not None
    looks: list[float] = []

    class EndsTheirs(NoWaiting):
        def sleep(self, seconds: float) -> bool:
            looks.append(seconds)
            if len(looks) == 3:
                context.journal.end_run(run_id, 0)
            return super().sleep(seconds)

    stop = EndsTheirs()
    limiter = RateLimiter(RateLimit(None, 1), sleep=stop.sleep)
    context = replace(context, stop=stop, limiters={**context.limiters, "bigdbm": limiter}, rng=random.Random(1))
    assert perform(context, OPQL, [questions(PHONES[1])[0].subject], {}).end is End.ANSWERED
    assert len(looks) == 3
    assert all(0.02 <= seconds <= 0.06 for seconds in looks), "a look now and then, no busy waiting"


def test_a_stop_ends_the_waiting_for_a_place(make_context: MakeContext) -> None:
    context = make_context([], in_flight={"bigdbm": 1})
    run_id = context.journal.begin_run("extract", "another process")
    context.journal.reserve(opql_call(PHONES[0]), run_id, Budgets())

    class StopsSoon(NoWaiting):
        def sleep(self, seconds: float) -> bool:
            self.request("enough")
            return super().sleep(seconds)

    stop = StopsSoon()
    limiter = RateLimiter(RateLimit(None, 1), sleep=stop.sleep)
    context = replace(context, stop=stop, limiters={**context.limiters, "bigdbm": limiter})
    assert perform(context, OPQL, [questions(PHONES[1])[0].subject], {}).end is End.STOPPED
    assert [row["calls"] for row in context.journal.states()] == [1], "nothing was reserved"


def test_a_read_that_another_process_is_at_is_left_to_it(make_context: MakeContext) -> None:
    feeds = ENDPOINTS["contactbased.feeds"]
    context = make_context([])
    subject = Subject("k", "catalogue", "feeds")
    run_id = context.journal.begin_run("extract", "another process")
    context.journal.open_extraction(feeds.key, subject, run_id)
    run_wave(context, [EndpointWork(feeds, [Question(subject, "{}", {})])])
    assert sent_json(context) == []
    assert context.tally.endpoints[feeds.key].skipped == 1


class StandingClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def two(tmp_path: Path) -> tuple[SharedTurnstile, SharedTurnstile, Journal]:
    """The turnstiles of two processes on one journal whose clock stands."""
    journals = [
        Journal.open(f"sqlite:///{tmp_path / 'journal.db'}", clock=StandingClock(), process=process)
        for process in (Process("here", None, 1, None), Process("here", None, 2, None))
    ]
    return SharedTurnstile(journals[0], "bigdbm"), SharedTurnstile(journals[1], "bigdbm"), journals[0]


def test_processes_take_turns_at_one_limit(two: tuple[SharedTurnstile, SharedTurnstile, Journal]) -> None:
    one, other, _ = two
    places: list[float] = []

    def work(turnstile: SharedTurnstile) -> None:
        places.extend(turnstile.take(60.0) for _ in range(10))

    threads = [threading.Thread(target=work, args=(turnstile,)) for turnstile in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(places) == pytest.approx([number / PACE for number in range(20)], abs=1e-5)


def test_a_429_holds_all_processes_back_and_is_remembered(
    two: tuple[SharedTurnstile, SharedTurnstile, Journal],
) -> None:
    one, other, journal = two
    assert not other.paused()
    one.slow_down(100.0, 30.0)
    assert other.paused()
    assert other.take(100.0) == pytest.approx(30.0)
    row, _ = journal.rate("bigdbm")
    assert row["learned_at"] == "2026-11-21T04:00:00.000000Z"
    next_run = SharedTurnstile(journal, "bigdbm")
    assert next_run.take(100.0) - 30.0 == pytest.approx(60 / (80 * PACE), rel=0.01), "80 % of the ceiling"


def test_a_429_slows_the_run_that_gets_it(make_context: MakeContext) -> None:
    replies = [reply({}, status=429, **{"retry-after": "7"}), reply({"opql_score": 0})]
    context = make_context(replies)
    limit = RateLimit(60, 4)
    turnstile = SharedTurnstile(context.journal, "bigdbm")
    limiter = RateLimiter(limit, sleep=context.stop.sleep, turnstile=turnstile)
    context = replace(context, limiters={**context.limiters, "bigdbm": limiter})

    class Passing(NoWaiting):
        """Sleeping lets the journal's clock pass."""

        def sleep(self, seconds: float) -> bool:
            self.slept.append(seconds)
            clock.now = clock.now.fromtimestamp(clock.now.timestamp() + seconds, UTC)
            return False

    clock, stop = StandingClock(), Passing()
    context.journal.clock = clock
    limiter = RateLimiter(limit, sleep=stop.sleep, turnstile=turnstile)
    context = replace(context, stop=stop, limiters={**context.limiters, "bigdbm": limiter})
    assert perform(context, OPQL, [questions(PHONES[0])[0].subject], {}).end is End.ANSWERED
    assert sum(stop.slept) == pytest.approx(7.0)
    assert context.journal.rate("bigdbm")[0]["learned_per_minute"] == pytest.approx(48.0, abs=0.1)


def test_requests_are_sent_once_by_two_contexts_on_one_list(make_context: MakeContext) -> None:
    seen: list[str] = []
    lock = threading.Lock()

    def answer(request: Request) -> Reply:
        with lock:
            seen.append(str(request.url) + str(request.query) + str(request.body))
        return reply({"opql_score": 0})

    contexts = [make_context(answer, run_id=name) for name in ("one", "two")]
    threads = [
        threading.Thread(target=ask_in_batches, args=(context, OPQL, questions(*PHONES))) for context in contexts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(PHONES)
    assert sum(c.tally.endpoints[OPQL.key].answered for c in contexts if OPQL.key in c.tally.endpoints) == len(
        PHONES
    )
