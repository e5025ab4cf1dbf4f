"""How fast a host is called: at least 95 % of what it allows, and no 429; what a 429 teaches; no real waiting."""

import heapq
import random
from collections import deque
from collections.abc import Iterator

import pytest

from contactable.http import HostState, RateLimit, RateLimiter
from contactable.http.pace import PACE, slow_down, take


class ModelVendor:
    """Counts arrivals in a sliding window of a minute; one too many is a 429."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._window: deque[float] = deque()
        self.answered: list[float] = []
        self.refused: list[float] = []

    def arrive(self, now: float) -> bool:
        while self._window and self._window[0] <= now - 60.0:
            self._window.popleft()
        if len(self._window) >= self._per_minute:
            self.refused.append(now)
            return False
        self._window.append(now)
        self.answered.append(now)
        return True


def simulate(
    vendor: ModelVendor, ceiling: float, latency: float, *, workers: int, minutes: float, late: float = 0.25
) -> HostState:
    """Workers that take a place, wake up to ``late`` seconds after it, send, and take the next one.

    After a 429 the host pauses for the rest of a minute, as ExactBuyer's window asks for.
    """
    chance = random.Random(1)
    state = HostState()
    events = [(0.0, worker, "free") for worker in range(workers)]
    while events:
        now, worker, event = heapq.heappop(events)
        if now > minutes * 60:
            break
        if event == "free":
            state, at = take(state, ceiling, now)
            heapq.heappush(events, (max(at, now) + chance.uniform(0.0, late), worker, "send"))
        elif now < state.paused_until:
            heapq.heappush(events, (now, worker, "free"))
        else:
            if not vendor.arrive(now):
                state = slow_down(state, ceiling, now, 60.0)
            heapq.heappush(events, (now + chance.uniform(0.8, 1.2) * latency, worker, "free"))
    return state


@pytest.mark.parametrize("latency", [0.05, 0.5])
@pytest.mark.parametrize(("per_minute", "workers"), [(60, 2), (200, 4), (1_200, 16)])
def test_at_least_95_percent_of_what_is_allowed_and_no_429(per_minute: int, workers: int, latency: float) -> None:
    vendor = ModelVendor(per_minute)
    simulate(vendor, per_minute, latency, workers=workers, minutes=10)
    steady = sum(60.0 <= moment < 600.0 for moment in vendor.answered)
    assert vendor.refused == []
    assert steady >= 0.95 * per_minute * 9


def test_a_slower_vendor_than_configured_is_learnt() -> None:
    vendor = ModelVendor(120)
    state = simulate(vendor, 200, 0.05, workers=4, minutes=120)
    assert state.learned_per_minute is not None
    assert 90 < state.learned_per_minute < 130
    assert len({round(moment) // 60 for moment in vendor.refused if moment > 3600}) <= 4, "a probe now and then"
    assert sum(moment >= 3600 for moment in vendor.answered) >= 0.8 * 120 * 60


def seconds_between(state: HostState, ceiling: float, calls: int = 1_000) -> Iterator[float]:
    before = None
    for _ in range(calls):
        state, at = take(state, ceiling, 0.0)
        if before is not None:
            yield at - before
        before = at


def test_the_configured_limit_is_the_ceiling_and_the_pace_lies_below_it() -> None:
    fast = HostState(learned_per_minute=900.0, learned_at=0.0)
    for state in (HostState(), fast):
        assert min(seconds_between(state, 60.0)) >= 1.0 / PACE - 1e-9


def test_a_429_pauses_the_host_and_lowers_the_pace_once_a_minute() -> None:
    state = slow_down(HostState(), 200.0, 1000.0, 30.0)
    assert state.paused_until == 1030.0
    assert state.learned_per_minute == 160.0
    again = slow_down(state, 200.0, 1001.0, 5.0)
    assert (again.paused_until, again.learned_per_minute) == (1030.0, 160.0), "the same full window"
    later = slow_down(again, 200.0, 1060.0, 30.0)
    assert later.learned_per_minute == 128.0
    assert take(later, 200.0, 1061.0)[1] == 1090.0


def test_the_pace_grows_back_by_calling_up_to_the_ceiling() -> None:
    state = slow_down(HostState(), 200.0, 0.0, 0.0)
    for _ in range(160):  # about a minute of calling
        state, _ = take(state, 200.0, 0.0)
    assert state.learned_per_minute == pytest.approx(162.0, abs=0.1)
    for _ in range(10_000):
        state, _ = take(state, 200.0, 0.0)
    assert state.learned_per_minute is None


def test_without_a_limit_only_a_pause_holds_back() -> None:
    state = slow_down(HostState(), None, 10.0, 5.0)
    assert (state.learned_per_minute, take(state, None, 11.0)[1]) == (None, 15.0)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> bool:
        self.now += seconds
        return False


def test_a_place_given_back_is_the_next_calls_for_a_moment() -> None:
    time = Time()
    limiter = RateLimiter(RateLimit(60, 4), monotonic=time.monotonic, sleep=time.sleep)
    assert limiter.wait()
    limiter.give_back()
    assert limiter.wait()
    assert time.now == 0.0
    assert limiter.wait()
    assert time.now == pytest.approx(1 / PACE)
    limiter.give_back()
    time.now += 1.5  # its time has passed: the next call waits for a place of its own
    before = time.now
    limiter.wait()
    limiter.wait()
    assert time.now > before


def test_who_slept_through_a_429_does_not_call() -> None:
    time = Time()
    slept = []

    def sleep(seconds: float) -> bool:
        slept.append(seconds)
        time.now += seconds
        if len(slept) == 1:
            limiter.pause(30.0)  # another worker's answer
        return False

    limiter = RateLimiter(RateLimit(60, 4), monotonic=time.monotonic, sleep=sleep)
    limiter.wait()
    limiter.wait()
    assert time.now >= 30.0
