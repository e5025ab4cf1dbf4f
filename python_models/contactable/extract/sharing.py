"""Several processes, one list: what others have taken is passed over, and a vendor's limits hold for all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from contactable.extract.context import ExtractContext
from contactable.extract.subjects import Question
from contactable.http import HostState, pace
from contactable.journal.clock import iso
from contactable.journal.store import Journal
from contactable.vendors import Endpoint

#: Questions looked up at once. They are asked within seconds or minutes; each is looked up once more before it is.
_LOOK_AHEAD = 1_000


def unasked(context: ExtractContext, endpoint: Endpoint, questions: Iterable[Question]) -> Iterator[Question]:
    """Only what nobody has asked since the worklist was built; the rest costs one look-up in a thousand."""
    source = iter(questions)
    while chunk := list(islice(source, _LOOK_AHEAD)):
        stale = context.journal.already_asked([question.subject for question in chunk])
        if stale:
            context.tally.add(endpoint.key, skipped=len(stale))
        yield from (question for question in chunk if question.subject.key not in stale)


class SharedTurnstile:
    """A host's state in the journal: one limit for all processes, and the next run knows what 429s taught."""

    def __init__(self, journal: Journal, vendor: str) -> None:
        self._journal, self._vendor = journal, vendor

    def take(self, ceiling: float | None) -> float:
        return self._change(lambda state, now: _minus(pace.take(state, ceiling, now), now))

    def paused(self) -> bool:
        row, now = self._journal.rate(self._vendor)
        return now < _state(row).paused_until

    def slow_down(self, ceiling: float | None, seconds: float) -> None:
        self._change(lambda state, now: (pace.slow_down(state, ceiling, now, seconds), 0.0))

    def _change(self, change: Callable[[HostState, float], tuple[HostState, float]]) -> float:
        def change_row(row: Mapping[str, Any], now: float) -> tuple[Mapping[str, Any], float]:
            state, result = change(_state(row), now)
            return _row(state), result

        return self._journal.change_rate(self._vendor, change_row)


def _minus(taken: tuple[HostState, float], now: float) -> tuple[HostState, float]:
    return taken[0], taken[1] - now


def _state(row: Mapping[str, Any]) -> HostState:
    learned_at = row.get("learned_at")
    return HostState(
        row.get("next_free_at") or 0.0,
        row.get("paused_until") or 0.0,
        row.get("learned_per_minute"),
        None if learned_at is None else datetime.fromisoformat(learned_at).timestamp(),
    )


def _row(state: HostState) -> Mapping[str, Any]:
    return {
        "next_free_at": state.next_free_at,
        "paused_until": state.paused_until,
        "learned_per_minute": state.learned_per_minute,
        "learned_at": None if state.learned_at is None else iso(datetime.fromtimestamp(state.learned_at, UTC)),
    }
