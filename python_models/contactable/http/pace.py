"""How fast a host may be called: one state, and what a call and a 429 do to it. Times are seconds.

The state is kept in memory by one process, or in a place that all processes share; the arithmetic is the same.
"""

from dataclasses import dataclass, replace

#: We aim a little below what is allowed: the vendor counts arrivals, and calls arrive up to a second later than
#: they were meant to (threads wake late, networks stutter). 2 % of a minute is that second (2026-11-21).
PACE = 0.98

#: So much of a second's calls may go at once after a gap, so that a late worker costs no throughput.
_BURST_SECONDS = 0.2

#: After a 429 we go on at four fifths: two steps come below two thirds of the old pace, and a single hiccup costs
#: little (halving, as networks do, would throw away what the vendor's documents say; 2026-11-21).
_DECREASE = 0.8

#: And grow back by a hundredth of the ceiling for each minute of calling: a vendor that is really slower than
#: configured is asked for a 429 about three times an hour, not every minute (2026-11-21).
_INCREASE_A_MINUTE = 0.01

#: Workers in flight see the same full window: several 429s within a minute teach one lesson.
_ONE_LESSON_SECONDS = 60.0

#: The slowest we become: one call a minute still finds out when the vendor is well again.
_SLOWEST_PER_MINUTE = 1.0


@dataclass(frozen=True, slots=True)
class HostState:
    """When the host may be called next, until when nobody calls it, and what its 429s taught us (calls a minute;
    None: nothing, the configured ceiling holds)."""

    next_free_at: float = 0.0
    paused_until: float = 0.0
    learned_per_minute: float | None = None
    learned_at: float | None = None

    def per_minute(self, ceiling: float) -> float:
        """What is allowed now, before the margin of ``PACE``."""
        return ceiling if self.learned_per_minute is None else min(self.learned_per_minute, ceiling)


def take(state: HostState, ceiling: float | None, now: float) -> tuple[HostState, float]:
    """The next place. Returns the new state and when the call may go (now or earlier: at once)."""
    if ceiling is None:
        return state, state.paused_until
    allowed = state.per_minute(ceiling)
    interval = 60.0 / (allowed * PACE)
    burst = max(1.0, _BURST_SECONDS / interval)
    at = max(state.next_free_at, state.paused_until, now - (burst - 1.0) * interval)
    learned = state.learned_per_minute
    if learned is not None:
        learned = allowed + ceiling * _INCREASE_A_MINUTE / allowed
    return replace(
        state,
        next_free_at=at + interval,
        learned_per_minute=None if learned is None or learned >= ceiling else learned,
    ), at


def slow_down(state: HostState, ceiling: float | None, now: float, seconds: float) -> HostState:
    """The host said 429: nobody calls it for ``seconds``, and more slowly after that."""
    state = replace(state, paused_until=max(state.paused_until, now + seconds))
    if ceiling is None or (state.learned_at is not None and now - state.learned_at < _ONE_LESSON_SECONDS):
        return state
    learned = max(state.per_minute(ceiling) * _DECREASE, min(ceiling, _SLOWEST_PER_MINUTE))
    return replace(state, learned_per_minute=learned, learned_at=now)
