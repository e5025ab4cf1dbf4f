"""Polite by default: calls per minute and calls in flight, per host, on our side.

A 429 is the exception. When one comes, the whole host pauses, not only the worker that saw it.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class RateLimit:
    """``calls_per_minute`` None means no limit of ours; ``in_flight`` bounds concurrent calls."""

    calls_per_minute: float | None
    in_flight: int


class RateLimiter:
    """A token bucket with one second of burst, and a shared pause after a 429.

    ``monotonic`` and ``sleep`` are injected so that tests need no real waiting. ``sleep`` gets seconds and
    returns True when the wait was cut short by a stop.
    """

    def __init__(
        self,
        limit: RateLimit,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], bool],
    ) -> None:
        self._interval = 60.0 / limit.calls_per_minute if limit.calls_per_minute else 0.0
        # One second's worth of calls may go at once: workers wake unevenly, the vendor's window is a minute.
        self._burst = max(1.0, 1.0 / self._interval) if self._interval else 1.0
        self._slots = threading.BoundedSemaphore(limit.in_flight)
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._sleep = sleep
        self._next_free = 0.0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold one of the host's in-flight places for as long as a call takes."""
        with self._slots:
            yield

    def wait(self) -> bool:
        """Block until the next call may go; False when a stop came first."""
        with self._lock:
            now = self._monotonic()
            earliest = max(self._next_free, now - (self._burst - 1.0) * self._interval)
            self._next_free = earliest + self._interval
        delay = earliest - now
        return True if delay <= 0 else not self._sleep(delay)

    def pause(self, seconds: float) -> None:
        """Nobody calls this host for ``seconds``."""
        with self._lock:
            self._next_free = max(self._next_free, self._monotonic() + seconds)


def retry_after_seconds(headers: Mapping[str, str], now: datetime, ceiling: float = 300.0) -> float | None:
    """Retry-After in seconds, from either form HTTP allows (RFC 9110, 10.2.3): a number or a date.

    None when absent or unreadable. Never negative, never above ``ceiling``: a vendor's clock may be wrong.
    """
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if not value:
        return None
    if value.isdigit():
        return min(float(value), ceiling)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), ceiling)


def backoff_seconds(attempt: int, rng: random.Random, base: float = 0.5, ceiling: float = 60.0) -> float:
    """Full jitter: a random wait up to an exponentially growing bound, so that workers do not march in step.

    ``attempt`` is 1 for the first retry.
    """
    return rng.uniform(0.0, min(ceiling, base * 2.0 ** (attempt - 1)))
