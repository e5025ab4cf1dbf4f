"""When asking will be over: from what is left, the pace seen so far, and the limits that bound it.

Vendors are asked side by side, the endpoints of one vendor one after the other. So the end is that of the slowest
vendor, and a vendor's is the sum over its endpoints.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

#: A pace is that of the last minute: long enough for a limit's window (a minute), short enough to see a pause end.
_WINDOW_SECONDS = 60.0
#: Before that, the first calls say more about connections than about pace.
_LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Rest:
    """What one endpoint still has to do. ``calls``: None where nobody knows (pages of a read)."""

    endpoint: str
    vendor: str
    subjects: int
    calls: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """``seconds`` until the end; None while nothing can be said. ``at_least``: a part is not known yet."""

    seconds: float | None
    at_least: bool = False

    def __str__(self) -> str:
        return (
            "" if self.seconds is None else f"{'at least' if self.at_least else 'about'} {duration(self.seconds)}"
        )


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    calls: int
    subjects: int


@dataclass(slots=True)
class Pace:
    """Calls and subjects a second, by endpoint, over the last minute. ``monotonic`` is injected for tests."""

    monotonic: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[_Sample]] = field(default_factory=dict)

    def note(self, endpoint: str, calls: int, subjects: int) -> None:
        """Counts so far. Samples closer than a quarter of a second to the last one replace it."""
        now = self.monotonic()
        samples = self._seen.setdefault(endpoint, deque())
        if len(samples) > 1 and now - samples[-2].at < 0.25:
            samples.pop()
        samples.append(_Sample(now, calls, subjects))
        while len(samples) > 2 and now - samples[1].at >= _WINDOW_SECONDS:
            samples.popleft()

    def calls_a_second(self, endpoint: str) -> float | None:
        return self._rate(endpoint, lambda sample: sample.calls)

    def subjects_a_second(self, endpoint: str) -> float | None:
        return self._rate(endpoint, lambda sample: sample.subjects)

    def _rate(self, endpoint: str, of: Callable[[_Sample], int]) -> float | None:
        samples = self._seen.get(endpoint)
        if not samples:
            return None
        first, last = samples[0], samples[-1]
        elapsed = self.monotonic() - first.at  # until now: a pause slows the pace
        gained = of(last) - of(first)
        return gained / elapsed if elapsed >= _LEAST_SECONDS and gained > 0 else None


def estimate(rests: Iterable[Rest], pace: Pace, per_minute: Mapping[str, float | None]) -> Estimate:
    """The end of all of them.

    An endpoint under way goes on at its pace; one that has not begun goes at its vendor's limit, or where none is
    set at the pace of the vendor's other endpoints. ``per_minute``: the calls a minute allowed, by vendor.
    """
    by_vendor: dict[str, float] = {}
    unknown = False
    waiting = [rest for rest in rests if rest.subjects > 0]
    for rest in waiting:
        seconds = _seconds(rest, pace, per_minute.get(rest.vendor))
        if seconds is None:
            unknown = True
            continue
        by_vendor[rest.vendor] = by_vendor.get(rest.vendor, 0.0) + seconds
    if not by_vendor:
        return Estimate(None if waiting else 0.0)
    return Estimate(max(by_vendor.values()), at_least=unknown)


def _seconds(rest: Rest, pace: Pace, per_minute: float | None) -> float | None:
    if rest.calls is None:
        rate = pace.subjects_a_second(rest.endpoint)
        return rest.subjects / rate if rate else None
    seen = pace.calls_a_second(rest.endpoint)
    allowed = per_minute / 60 if per_minute else None
    rate = min(seen, allowed) if seen and allowed else seen or allowed
    return rest.calls / rate if rate else None


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h 05 min``: as exact as an estimate is."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
