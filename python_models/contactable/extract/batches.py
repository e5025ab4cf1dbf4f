"""Endpoints that answer at once: subjects in batches, calls side by side, bad members bisected out."""

import heapq
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any

from contactable.extract.call import End, Outcome, perform
from contactable.extract.context import ExtractContext
from contactable.extract.sharing import unasked
from contactable.extract.stopping import is_missing_look_up, note_missing, note_stop
from contactable.extract.subjects import Question, sendable
from contactable.journal.calls import Subject
from contactable.vendors import Endpoint

#: After so many calls in a row without an answer the vendor counts as down for this run. Three calls, each
#: already retried, tell a dead host from a hiccup; more would only add minutes (and ambiguous money).
_GIVE_UP_AFTER = 3


#: So many subjects refused one by one, and none answered: the request is wrong, not the subjects. Recording
#: them would lock out good subjects for a mistyped OutputId; five bad ones in a row, each of the right format,
#: are no chance.
_REQUEST_IS_WRONG = 5


#: So many paid answers that cannot be read, and none that can: the rest of the budget would buy more of them
#: (2026-11-30; as many as show that a request is wrong).
_UNREADABLE_AT_FIRST = 5


#: So many calls may be cut to what is left of a budget. Where only matches cost, most of a reservation comes
#: back and the rest shrinks slowly: at one match in five, 20 calls turn 500 credits into 6. More would be crumbs.
_MOST_CUTS = 20


class _Refusals:
    """Subjects that the vendor refused by themselves, recorded once an answer shows that the request is right."""

    def __init__(self, context: ExtractContext, endpoint: Endpoint) -> None:
        self._context, self._endpoint = context, endpoint
        self._lock = threading.Lock()
        self._waiting: list[tuple[Subject, str]] = []
        self._trusted = False

    def add(self, subject: Subject, rule: str) -> bool:
        """Remember a refusal; True when it is time to give up on the whole endpoint."""
        with self._lock:
            self._waiting.append((subject, rule))
            if self._trusted:
                self._record()
                return False
            return len(self._waiting) >= _REQUEST_IS_WRONG

    def trust(self) -> None:
        """The vendor answered somebody: the request is well formed."""
        with self._lock:
            self._trusted = True
            self._record()

    def close(self) -> None:
        """At the end: a few refusals without any answer are those subjects' own."""
        with self._lock:
            if self._trusted or len(self._waiting) < _REQUEST_IS_WRONG:
                self._record()

    def _record(self) -> None:
        place = {"endpoint": self._endpoint.key, "vendor": self._endpoint.vendor, "stream": self._endpoint.stream}
        for subject, rule in self._waiting:
            reason = f"the vendor refused this subject by itself ({rule})"
            self._context.journal.reject(subject, place, rule="refused_by_vendor", reason=reason)
        self._waiting.clear()


@dataclass(slots=True)
class _Health:
    """Consecutive calls without an answer, and answers that nobody can read while none could be read; written by
    the one thread that collects results."""

    misses: int = 0
    unreadable: int = 0
    readable: bool = False


def batches(questions: Iterable[Question], size: int) -> Iterator[tuple[tuple[Subject, ...], Mapping[str, Any]]]:
    """Neighbours with equal options, at most ``size`` a batch, order kept, each question key once a batch."""
    batch: dict[str, Subject] = {}
    options_text = ""
    options: Mapping[str, Any] = {}
    for question in questions:
        if batch and (len(batch) >= size or question.options_text != options_text):
            yield tuple(batch.values()), options
            batch = {}
        batch[question.subject.key] = question.subject
        options_text, options = question.options_text, question.options
    if batch:
        yield tuple(batch.values()), options


@dataclass(frozen=True, slots=True, order=True)
class _Batch:
    """Part of a worklist; ``number`` is its place there, so that the most valuable goes first."""

    number: int
    subjects: tuple[Subject, ...] = field(compare=False)
    options: Mapping[str, Any] = field(compare=False)


def ask_in_batches(context: ExtractContext, endpoint: Endpoint, questions: Iterable[Question]) -> None:
    """Ask everything the worklist holds until it is done, the budget is spent, the vendor fails or we stop.

    Memory is bounded by the calls in flight: the worklist is read as places become free. A batch that does not
    fit the rest of a budget is cut to what fits, its most valuable subjects first. From then on one call is made
    at a time, in the worklist's order, because a call that ends gives back what it reserved and did not use.
    The first call goes alone: a refused key, or a request that is wrong whoever it asks about, is tried once.
    """
    places = min(context.in_flight[endpoint.vendor], context.limiters[endpoint.vendor].workers)
    health = _Health()
    refusals = _Refusals(context, endpoint)
    due = unasked(context, endpoint, questions)
    parts = batches(sendable(context, endpoint, due), endpoint.batch_size)
    source = (_Batch(number, *part) for number, part in enumerate(parts))
    running: dict[Future[Outcome], _Batch] = {}
    unsent: list[_Batch] = []  # a heap: what did not fit, or was not begun when something did not fit
    width, cuts, stop = 1, 0, False
    first = True
    alone: Future[Outcome] | None = None  # sent while nothing else could give credits back
    with ThreadPoolExecutor(places, thread_name_prefix=endpoint.key) as pool:
        while True:
            while not stop and len(running) < width:
                batch = heapq.heappop(unsent) if unsent else next(source, None)
                if batch is None:
                    break
                future = pool.submit(_ask, context, endpoint, refusals, batch.subjects, batch.options)
                running[future] = batch
                alone = future if width == 1 else None
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                batch, outcome = running.pop(future), future.result()
                if outcome.unsent:
                    heapq.heappush(unsent, replace(batch, subjects=outcome.unsent))
                    width = 1
                elif first:
                    width = 2 * places
                first = False
                if outcome.end is End.NO_BUDGET and future is not alone:
                    continue  # calls in flight reserve what they may not use: one more look when they have ended
                stop = _must_stop(context, endpoint, outcome, health) or stop
                if outcome.unsent and (cuts := cuts + 1) >= _MOST_CUTS:
                    context.tally.stop(endpoint.key, outcome.budget, "budget")
                    stop = True
            if stop or width == 1:
                for future in [future for future in running if future.cancel()]:
                    heapq.heappush(unsent, running.pop(future))
    refusals.close()


def _must_stop(context: ExtractContext, endpoint: Endpoint, outcome: Outcome, health: _Health) -> bool:
    if outcome.end in (End.FAILED, End.AMBIGUOUS):
        health.misses += 1
    elif outcome.end is not End.STALE:
        health.misses = 0
    if outcome.end is End.ANSWERED and not health.readable:
        health.readable = outcome.unreadable < outcome.asked
        health.unreadable += not health.readable
        if health.unreadable >= _UNREADABLE_AT_FIRST:
            text = f"{health.unreadable} answers were paid for and none can be read: see quarantined_records"
            context.tally.stop(endpoint.key, text, "vendor")
            return True
    if health.misses >= _GIVE_UP_AFTER:
        context.tally.stop(endpoint.key, f"no answer {health.misses} times in a row: {outcome.message}", "vendor")
        return True
    return note_stop(context, endpoint, outcome)


def _ask(
    context: ExtractContext,
    endpoint: Endpoint,
    refusals: _Refusals,
    subjects: Sequence[Subject],
    options: Mapping[str, Any],
) -> Outcome:
    """A batch until it is answered. What does not fit the budget comes back as ``unsent``."""
    outcome = perform(context, endpoint, subjects, options)
    count = len(subjects)
    match outcome.end:
        case End.NO_BUDGET:
            fits = affordable(endpoint, outcome.room, count, options)
            if not fits:
                return replace(outcome, unsent=tuple(subjects))
            part = _ask(context, endpoint, refusals, subjects[:fits], options)
            return replace(part, unsent=(*part.unsent, *subjects[fits:]), budget=part.budget or outcome.message)
        case End.STALE:
            stale = context.journal.already_asked(subjects)
            context.tally.add(endpoint.key, skipped=len(stale))
            rest = [subject for subject in subjects if subject.key not in stale]
            return _ask(context, endpoint, refusals, rest, options) if rest and len(rest) < count else outcome
        case End.ANSWERED:
            refusals.trust()
            matched, read = endpoint.matches(outcome.parsed), count - outcome.unreadable
            context.tally.add(
                endpoint.key, asked=count, answered=read, matched=read if matched is None else matched
            )
        case End.REFUSED if is_missing_look_up(endpoint, outcome):
            note_missing(context, endpoint, outcome)
        case End.REFUSED if count > 1:
            return _bisect(context, endpoint, refusals, subjects, options)
        case End.REFUSED:
            context.tally.add(endpoint.key, asked=1, refused=1)
            rule = outcome.verdict.rule if outcome.verdict else "unknown"
            if refusals.add(subjects[0], rule):
                text = f"every subject was refused, so the request itself must be wrong: {outcome.message}"
                context.tally.stop(endpoint.key, text, "configuration")
                return replace(outcome, end=End.STOP_PRODUCT)
        case End.AMBIGUOUS:
            context.tally.add(endpoint.key, asked=count, ambiguous=count)
        case End.FAILED:
            context.tally.add(endpoint.key, asked=count, failed=count)
    return outcome


def _bisect(
    context: ExtractContext,
    endpoint: Endpoint,
    refusals: _Refusals,
    subjects: Sequence[Subject],
    options: Mapping[str, Any],
) -> Outcome:
    """One malformed member sinks a batch and is not named: halve until it stands alone."""
    middle = len(subjects) // 2
    first = _ask(context, endpoint, refusals, subjects[:middle], options)
    if first.end in (End.STOP_PRODUCT, End.STOP_VENDOR, End.NO_BUDGET, End.STOPPED):
        return replace(first, unsent=(*first.unsent, *subjects[middle:]))
    second = _ask(context, endpoint, refusals, subjects[middle:], options)
    return replace(second, unsent=(*first.unsent, *second.unsent), budget=first.budget or second.budget)


def affordable(endpoint: Endpoint, room: float, count: int, options: Mapping[str, Any] | None = None) -> int:
    """How many subjects of a batch of ``count`` that does not fit may be sent for at most ``room`` credits."""
    fits, too_many = 0, count
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if endpoint.quote(middle, options) <= room:
            fits = middle
        else:
            too_many = middle
    return fits
