"""Endpoints that answer at once: subjects in batches, calls side by side, bad members bisected out."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any

from contactable.extract.call import End, Outcome, perform
from contactable.extract.context import ExtractContext
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question, sendable
from contactable.journal.store import Subject
from contactable.vendors import Endpoint

#: After so many calls in a row without an answer the vendor counts as down for this run. Three calls, each
#: already retried, tell a dead host from a hiccup; more would only add minutes (and ambiguous money).
_GIVE_UP_AFTER = 3


#: So many subjects refused one by one, and none answered: the request is wrong, not the subjects. Recording
#: them would lock out good subjects for a mistyped OutputId; five bad ones in a row, each of the right format,
#: are no chance.
_REQUEST_IS_WRONG = 5


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
    """Consecutive calls without an answer; written by the one thread that collects results."""

    misses: int = 0


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


def ask_in_batches(context: ExtractContext, endpoint: Endpoint, questions: Iterable[Question]) -> None:
    """Ask everything the worklist holds until it is done, the budget is spent, the vendor fails or we stop.

    Memory is bounded by the calls in flight: the worklist is read as places become free.
    """
    places = context.in_flight[endpoint.vendor]
    health = _Health()
    refusals = _Refusals(context, endpoint)
    source = batches(sendable(context, endpoint, questions), endpoint.batch_size)
    running: set[Future[Outcome]] = set()
    with ThreadPoolExecutor(places, thread_name_prefix=endpoint.key) as pool:
        for subjects, options in source:
            running.add(pool.submit(_ask, context, endpoint, refusals, subjects, options))
            if len(running) >= 2 * places:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                if _must_stop(context, endpoint, done, health):
                    break
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            if _must_stop(context, endpoint, done, health):
                for future in running:
                    future.cancel()
                running = {future for future in running if not future.cancelled()}
    refusals.close()


def _must_stop(context: ExtractContext, endpoint: Endpoint, done: set[Future[Outcome]], health: _Health) -> bool:
    stop = False
    for future in done:
        if future.cancelled():
            continue
        outcome = future.result()
        if outcome.end in (End.FAILED, End.AMBIGUOUS):
            health.misses += 1
        elif outcome.end is not End.STALE:
            health.misses = 0
        if health.misses >= _GIVE_UP_AFTER:
            context.tally.stop(
                endpoint.key, f"no answer {health.misses} times in a row: {outcome.message}", "vendor"
            )
            stop = True
        stop = note_stop(context, endpoint.key, outcome) or stop
    return stop


def _ask(
    context: ExtractContext,
    endpoint: Endpoint,
    refusals: _Refusals,
    subjects: Sequence[Subject],
    options: Mapping[str, Any],
) -> Outcome:
    outcome = perform(context, endpoint, subjects, options)
    count = len(subjects)
    match outcome.end:
        case End.STALE:
            stale = context.journal.already_asked(subjects)
            context.tally.add(endpoint.key, skipped=len(stale))
            rest = [subject for subject in subjects if subject.key not in stale]
            return _ask(context, endpoint, refusals, rest, options) if rest and len(rest) < count else outcome
        case End.ANSWERED:
            refusals.trust()
            matched = endpoint.matches(outcome.parsed)
            context.tally.add(
                endpoint.key, asked=count, answered=count, matched=count if matched is None else matched
            )
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
        return first
    return _ask(context, endpoint, refusals, subjects[middle:], options)
