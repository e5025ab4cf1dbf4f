"""A wave: every endpoint of it, vendors side by side, one dead vendor never stopping the others."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from contactable.extract.audiences import AudienceRead, AudienceSteps
from contactable.extract.batches import ask_in_batches
from contactable.extract.call import End
from contactable.extract.context import ExtractContext
from contactable.extract.exports import ExportRead, ExportSteps
from contactable.extract.reading import read_by_cursor, read_pages
from contactable.extract.subjects import Question, sendable
from contactable.journal.errors import ReadElsewhereError
from contactable.vendors import Endpoint, Flow

#: So many reads in a row without an answer: the vendor is down for this run (as for batches).
_GIVE_UP_AFTER = 3
_NO_USE_TO_GO_ON = frozenset({End.STOP_PRODUCT, End.STOP_VENDOR, End.NO_BUDGET, End.STOPPED})


@dataclass(frozen=True, slots=True)
class EndpointWork:
    """An endpoint and the rows of its worklist, in the order in which they are bought. ``steps``: of a job."""

    endpoint: Endpoint
    questions: Iterable[Question]
    steps: ExportSteps | AudienceSteps | None = None


def steps_of(endpoint: Endpoint, declared: Callable[[str], Endpoint]) -> ExportSteps | AudienceSteps | None:
    """The calls of a job, from what its endpoint declares; None for what is no job. ``declared``: by key."""
    steps = {name: declared(key) for name, key in endpoint.steps.items()}
    match endpoint.flow:
        case Flow.EXPORT:
            return ExportSteps(**steps)
        case Flow.AUDIENCE:
            return AudienceSteps(**steps)
        case _:
            return None


def run_wave(context: ExtractContext, works: Sequence[EndpointWork]) -> None:
    """Ask what is due. What happened is in ``context.tally`` and the journal; nothing is raised for a vendor.

    An endpoint whose key was refused, or has no credits left, at another endpoint of this run is not begun.
    """
    by_vendor: dict[str, list[EndpointWork]] = {}
    for work in works:
        by_vendor.setdefault(work.endpoint.vendor, []).append(work)
    if not by_vendor:
        return
    context.look_up_rests()
    with ThreadPoolExecutor(len(by_vendor), thread_name_prefix="vendor") as pool:
        for future in [pool.submit(_run_vendor, context, works) for works in by_vendor.values()]:
            future.result()


def _run_vendor(context: ExtractContext, works: Sequence[EndpointWork]) -> None:
    for work in works:
        endpoint = work.endpoint
        if context.stop:
            context.tally.stop(endpoint.key, context.stop.reason, "deadline")
        elif (refusal := context.key_refusal(endpoint)) is not None:
            context.tally.stop(endpoint.key, refusal, "configuration")
        elif rest := context.rest_of(endpoint):
            context.tally.stop(endpoint.key, rest, "vendor")
        else:
            _run_endpoint(context, work)


def _run_endpoint(context: ExtractContext, work: EndpointWork) -> None:
    endpoint = work.endpoint
    if endpoint.flow is Flow.CALL:
        ask_in_batches(context, endpoint, work.questions)
        return
    misses = 0
    for question in sendable(context, endpoint, work.questions):
        if context.stop:
            context.tally.stop(endpoint.key, context.stop.reason, "deadline")
            return
        if context.journal.already_asked([question.subject]):
            context.tally.add(endpoint.key, skipped=1)
            continue
        try:
            end = _read(context, work, question)
        except ReadElsewhereError:
            context.tally.add(endpoint.key, skipped=1)
            continue
        misses = misses + 1 if end in (End.FAILED, End.AMBIGUOUS) else 0
        # An audience that does not fit the budget may leave room for a smaller one; so may an export, whose reads
        # all end as answered.
        smaller = end is End.NO_BUDGET and endpoint.flow is Flow.AUDIENCE
        if (end in _NO_USE_TO_GO_ON and not smaller) or misses >= _GIVE_UP_AFTER:
            return


def _read(context: ExtractContext, work: EndpointWork, question: Question) -> End:
    endpoint, steps = work.endpoint, work.steps
    match endpoint.flow:
        case Flow.CURSOR:
            return read_by_cursor(context, endpoint, question)
        case Flow.PAGES:
            return read_pages(context, endpoint, question)
        case Flow.AUDIENCE:
            assert isinstance(steps, AudienceSteps), "an audience needs its steps"
            return AudienceRead(context, endpoint, steps, question).run()
        case _:
            assert isinstance(steps, ExportSteps), "an export needs its steps"
            return ExportRead(context, endpoint, steps, question).run()
