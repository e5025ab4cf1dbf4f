"""What all jobs share: a thing is created at the vendor, stands after a while, and is read.

Every step can be resumed: the intent to create is written before, the id right after, and what an earlier run did
lies in the journal.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from contactable.extract.call import End, Outcome, perform
from contactable.extract.context import ExtractContext
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question
from contactable.vendors import Endpoint

Steps = TypeVar("Steps")


class Ended(Exception):  # noqa: N818  (not an error: the job's work is over, its reason recorded)
    """Leave the life cycle; everything needed to resume is in the journal."""

    def __init__(self, end: End) -> None:
        self.end = end


class JobRead(ABC, Generic[Steps]):
    """One job, from wherever an earlier run left it. A subclass knows the life cycle of its vendor."""

    #: What is created, as messages name it, and what makes it smaller.
    THING: ClassVar[str]
    SMALLER: ClassVar[str]
    #: What the person reads whose creation was cut off.
    CUT_OFF: ClassVar[str]
    #: Whether the calls of all steps are counted as the job's, or each as its own endpoint's.
    COUNTED_AS_ONE: ClassVar[bool]

    def __init__(self, context: ExtractContext, endpoint: Endpoint, steps: Steps, question: Question) -> None:
        self._context = context
        self._endpoint = endpoint
        self._steps = steps
        self._question = question
        self._row = context.journal.open_extraction(endpoint.key, question.subject, context.run_id)
        self._id = str(self._row["extraction_id"])
        self._job_id: str | None = self._row["job_id"]
        self._status: str | None = self._row["job_status"]
        self._page = int(self._row["next_page"])
        self._rows = int(self._row["rows_read"])

    def run(self) -> End:
        """To the end, or to the first reason to stop."""
        try:
            known = self._create_and_read()
        except Ended as ended:
            return ended.end
        self._save(state="complete", job_status="read", **known)
        self._context.tally.add(self._endpoint.key, asked=1, answered=1, matched=int(self._rows > 0))
        return End.ANSWERED

    @abstractmethod
    def _create_and_read(self) -> Mapping[str, Any]:
        """Every step that is left. Returns what the row of the read keeps beside its state.

        Raises:
            Ended: the job goes on in another run, or never.
        """

    def _call(
        self,
        step: Endpoint,
        options: Mapping[str, Any],
        *,
        page: int | None = None,
        records: int | None = None,
        landing: Any = None,
        allow: Sequence[End] = (),
    ) -> Outcome:
        """A call that must be answered: any other end, but those allowed, ends the work; a refusal closes the read
        where nothing is paid yet."""
        outcome = self._perform(step, options, page=page, records=records, landing=landing)
        if outcome.end is End.ANSWERED or outcome.end in allow:
            return outcome
        if outcome.end is End.AMBIGUOUS:
            self._context.tally.add(self._endpoint.key, asked=1, ambiguous=1)
            self._end(self.CUT_OFF, "vendor", End.AMBIGUOUS)
        if outcome.end is End.REFUSED:
            if self._job_id is None:  # what is paid is not given up: to make it again would cost again
                self._save(state="failed", job_status=outcome.message)
            self._context.tally.add(self._endpoint.key, asked=1, refused=1)
            self._end(outcome.message, "configuration", End.REFUSED)
        if outcome.end is End.NO_BUDGET:
            text = f"{outcome.message}; {self.THING} is bought whole: {self.SMALLER}"
            self._end(text, "budget", End.NO_BUDGET)
        if not note_stop(self._context, self._endpoint, outcome):
            self._context.tally.add(self._endpoint.key, asked=1, failed=1)
            self._end(outcome.message, "vendor", End.FAILED)
        raise Ended(outcome.end)

    def _perform(
        self,
        step: Endpoint,
        options: Mapping[str, Any],
        *,
        page: int | None = None,
        records: int | None = None,
        landing: Any = None,
        url: str | None = None,
    ) -> Outcome:
        return perform(
            self._context,
            step,
            [self._question.subject],
            options,
            extraction_id=self._id,
            page=page,
            records=records,
            marks_asked=False,
            url=url,
            counted_as=self._endpoint.key if self.COUNTED_AS_ONE else None,
            **({} if landing is None else {"landing": landing}),
        )

    def _end(self, reason: str, kind: str, end: End) -> NoReturn:
        self._context.tally.stop(self._endpoint.key, reason, kind)
        raise Ended(end)

    def _note(self, text: str) -> None:
        self._context.tally.note(self._endpoint.key, text)

    def _incomplete(self, text: str) -> None:
        self._context.tally.note_incomplete(self._endpoint.key, text)

    def _save(self, **values: Any) -> None:
        self._context.journal.update_extraction(self._id, values)


def text_of(parsed: Any, name: str) -> str | None:
    """A text of an answer that is not empty; None for anything else."""
    value = parsed.get(name) if isinstance(parsed, Mapping) else None
    return value if isinstance(value, str) and value else None
