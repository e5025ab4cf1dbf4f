"""Polite by default: calls per minute and calls in flight, per host, on our side.

A 429 is the exception. When one comes, the whole host pauses, not only the worker that saw it, and is called more
slowly after that.
"""

import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from contactable.http.pace import HostState, slow_down, take

#: A place that was not used may be used a moment later; after that its time has passed and calls would crowd.
_SPARE_SECONDS = 1.0

#: Clocks and sleeps are no better than this.
_EPSILON = 1e-3


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What a host allows. ``calls_per_minute`` None means no limit of ours; ``in_flight`` bounds concurrent calls
    of all processes, ``per_process`` those of one (None: all of them)."""

    calls_per_minute: float | None
    in_flight: int
    per_process: int | None = None

    @property
    def workers(self) -> int:
        """Calls that one process has in flight at most."""
        return min(self.in_flight, self.per_process or self.in_flight)


class Turnstile(Protocol):
    """Where the state of a host is kept."""

    def take(self, ceiling: float | None) -> float:
        """Take the next place; the seconds until it (0 or less: at once)."""

    def paused(self) -> bool:
        """Whether nobody may call the host just now."""

    def slow_down(self, ceiling: float | None, seconds: float) -> None:
        """The host said 429."""


class LocalTurnstile:
    """The state in this process's memory."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._state = HostState()

    def take(self, ceiling: float | None) -> float:
        with self._lock:
            now = self._monotonic()
            self._state, at = take(self._state, ceiling, now)
            return at - now

    def paused(self) -> bool:
        with self._lock:
            return self._monotonic() < self._state.paused_until - _EPSILON

    def slow_down(self, ceiling: float | None, seconds: float) -> None:
        with self._lock:
            self._state = slow_down(self._state, ceiling, self._monotonic(), seconds)


class RateLimiter:
    """A host's places: so many calls at once, so many a minute, and a shared pause after a 429.

    ``monotonic`` and ``sleep`` are injected so that tests need no real waiting. ``sleep`` gets seconds and
    returns True when the wait was cut short by a stop. ``turnstile`` keeps the state; in memory by default.
    """

    def __init__(
        self,
        limit: RateLimit,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], bool],
        turnstile: Turnstile | None = None,
    ) -> None:
        self.workers = limit.workers
        self._ceiling = limit.calls_per_minute
        self._slots = threading.BoundedSemaphore(limit.workers)
        self._monotonic = monotonic
        self._sleep = sleep
        self._turnstile = turnstile or LocalTurnstile(monotonic)
        self._spare: deque[float] = deque()  # when places were given back
        self._polling = threading.Lock()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold one of this process's places in flight for as long as a call takes."""
        with self._slots:
            yield

    def wait(self) -> bool:
        """Block until the next call may go; False when a stop came first."""
        if self._take_spare():
            return True
        while True:
            delay = self._turnstile.take(self._ceiling)
            if delay <= _EPSILON:
                return True
            if self._sleep(delay):
                return False
            if not self._turnstile.paused():  # by a 429 that came while we slept
                return True

    def give_back(self) -> None:
        """A place that ``wait`` gave was not used: the next call of this process may have it."""
        if self._ceiling is not None:
            self._spare.append(self._monotonic())

    def _take_spare(self) -> bool:
        while self._spare:
            try:
                given_back = self._spare.popleft()
            except IndexError:  # another worker was faster
                return False
            if self._monotonic() - given_back <= _SPARE_SECONDS:
                return not self._turnstile.paused()
        return False

    def wait_until(self, free: Callable[[], bool], rng: random.Random) -> bool:
        """Look now and then until ``free``; False when a stop came first. One worker looks, the others wait."""
        with self._polling:
            while not free():
                if self._sleep(rng.uniform(0.02, 0.06)):
                    return False
        return True

    def pause(self, seconds: float) -> None:
        """Nobody calls this host for ``seconds``, and more slowly after that."""
        self._turnstile.slow_down(self._ceiling, seconds)


#: No vendor means longer: a date further away comes from a wrong clock (2026-12-01).
_LONGEST_RETRY_AFTER = 7 * 86_400.0


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Retry-After in seconds, from either form HTTP allows (RFC 9110, 10.2.3): a number or a date.

    None when absent or unreadable. Never negative, and at most a week.
    """
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d+([.]\d+)?", value, re.ASCII):
        return min(float(value), _LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST_RETRY_AFTER)


def backoff_seconds(attempt: int, rng: random.Random, base: float = 0.5, ceiling: float = 60.0) -> float:
    """Full jitter: a random wait up to an exponentially growing bound, so that workers do not march in step.

    ``attempt`` is 1 for the first retry.
    """
    return rng.uniform(0.0, min(ceiling, base * 2.0 ** (attempt - 1)))


#: Where a 429 tells no time: ExactBuyer's window is a minute and it may send no Retry-After (public error page,
#: 2026-11-21). Where it tells one, the pause that grows beside it begins at half a second (2026-12-01).
_WINDOW_SECONDS, _FIRST_PAUSE_SECONDS = 60.0, 0.5


def pause_seconds(told: float | None, attempt: int, rng: random.Random) -> float:
    """How long a host is left alone after its ``attempt``-th 429 to a call: what it tells, and never less than a
    pause that doubles each time, longer by up to a half by chance ("check Retry-After and implement exponential
    backoff", BIGDBM). Each pause is longer than the one before."""
    base = _WINDOW_SECONDS if told is None else _FIRST_PAUSE_SECONDS
    return max(told or 0.0, base * 2.0 ** (attempt - 1) * rng.uniform(1.0, 1.5))
