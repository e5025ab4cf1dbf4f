"""BIGDBM audiences: create -> poll -> page, resumable at every step.

Creating is paid, has no idempotency key and, unlike an export, cannot be looked for afterwards: the intent is
written before, the id right after, and a creation whose answer was lost waits for `contactable reconcile`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from contactable.extract.call import End, Outcome, perform, settle_job
from contactable.extract.context import ExtractContext
from contactable.extract.reading import missing_rows, wait_until_ready
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question
from contactable.http import Reply
from contactable.vendors import Endpoint
from contactable.vendors.model import whole_number

_LOST = "the creation was charged and its answer is lost: give the audience another name to have it made again"


@dataclass(frozen=True, slots=True)
class AudienceSteps:
    """The endpoints of the life cycle."""

    create: Endpoint
    status: Endpoint
    result: Endpoint


class _Ended(Exception):  # noqa: N818  (not an error: the flow is over, its reason recorded)
    """Leave the life cycle; everything needed to resume is in the journal."""

    def __init__(self, end: End) -> None:
        self.end = end


class AudienceRead:
    """One configured audience, from wherever an earlier run left it."""

    def __init__(
        self, context: ExtractContext, endpoint: Endpoint, steps: AudienceSteps, question: Question
    ) -> None:
        self._context = context
        self._endpoint = endpoint
        self._steps = steps
        self._question = question
        row = context.journal.open_extraction(endpoint.key, question.subject, context.run_id)
        self._id = str(row["extraction_id"])
        self._audience: str | None = row["job_id"]
        self._intended = row["job_status"] == "intended"
        self._page = int(row["next_page"])
        self._rows = int(row["rows_read"])

    def run(self) -> End:
        """To the end, or to the first reason to stop."""
        try:
            if self._audience is None:
                self._create()
            expected = self._poll()
            self._read_members(expected)
        except _Ended as ended:
            return ended.end
        self._save(state="complete", job_status="read", rows_expected=expected)
        self._context.tally.add(self._endpoint.key, asked=1, answered=1, matched=int(self._rows > 0))
        return End.ANSWERED

    # ------------------------------------------------------------ steps

    def _create(self) -> None:
        if self._intended:
            self._look_back()
        self._save(job_status="intended")

        def landing(reply: Reply) -> tuple[str, Mapping[str, Any]] | None:
            found = _text(reply.json, "audienceId")
            return None if found is None else (reply.text, {"job_id": found, "job_status": "building"})

        # Created and never read is paid all the same: the whole of MaxRecords is quoted until the count is known.
        most = int(self._question.options["MaxRecords"])
        outcome = self._call(self._steps.create, self._question.options, records=most, landing=landing)
        self._audience = _text(outcome.parsed, "audienceId")

    def _look_back(self) -> None:
        """An earlier creation was begun: only one that is known not to have been charged is made again."""
        last = self._context.journal.last_request(self._id, self._steps.create.key)
        if last is not None and last["state"] == "ambiguous":
            self._context.tally.add(self._endpoint.key, skipped=1)
            raise _Ended(End.STALE)
        if last is not None and last["state"] == "settled":
            self._end(End.STALE, _LOST, "configuration")

    def _poll(self) -> int | None:
        """Until the audience stands; returns the number of its members, where the vendor tells it."""
        started = self._context.monotonic()
        while True:
            parsed = self._call(self._steps.status, {"AudienceId": self._audience}).parsed
            answer = parsed if isinstance(parsed, Mapping) else {}
            status, count = _text(answer, "status"), whole_number(answer.get("count"))
            if status == "completed":
                if count is not None:
                    self._book(count)
                return count
            if status == "failed":
                self._book(None)
                self._save(state="failed", job_status="failed")
                self._end(End.FAILED, "the vendor could not build the audience", "vendor")
            if not wait_until_ready(self._context, self._endpoint.key, started):
                raise _Ended(End.STOPPED)

    def _book(self, members: int | None) -> None:
        """The creation was quoted at its limit; ``members``: how many there are, None when it failed."""
        created = self._context.journal.last_request(self._id, self._steps.create.key)
        if created is not None:
            settle_job(
                self._context, self._steps.create, str(created["request_id"]), members, self._steps.create.key
            )

    def _read_members(self, expected: int | None) -> None:
        """Page by page; a page that came before is asked once more, then the read ends with what there is."""
        if expected is not None and 0 < expected <= self._rows:
            return  # an earlier run read the last page, and ended before it could close the read
        last, repeats = "", 0
        options = {"AudienceId": self._audience, "AudienceType": self._question.options["AudienceType"]}
        while True:
            landing = _LandedPage(self._steps.result, self._page, self._rows)
            answer = self._call(
                self._steps.result, {**options, "_page": self._page}, page=self._page, landing=landing
            )
            page = self._steps.result.page_of(answer.parsed)
            digest = hashlib.sha256(json.dumps(page.rows, sort_keys=True).encode()).hexdigest()
            if page.rows and digest == last:
                repeats += 1
                self._save(next_page=self._page, pages_read=self._page - 1, rows_read=self._rows)
                if repeats > 1:
                    total = page.total if expected is None else expected
                    missing = missing_rows(self._rows, total)
                    self._incomplete(f"the vendor sent one page again and again: {missing}; what was read is kept")
                    return
                continue
            last, repeats = digest, 0
            self._rows, self._page = self._rows + len(page.rows), self._page + 1
            self._context.tally.add(self._endpoint.key, records=len(page.rows))
            total = page.total if expected is None else expected
            if not page.rows or (self._rows >= total if total is not None else page.is_last):
                break
        if total is not None and total > self._rows:
            self._incomplete(f"an audience: {missing_rows(self._rows, total)}; what was read is kept")
        elif total is not None and total != self._rows:
            self._note(f"read {self._rows:,} members where {total:,} were announced; what was read is kept")

    # ------------------------------------------------------------ shared

    def _call(
        self,
        step: Endpoint,
        options: Mapping[str, Any],
        *,
        page: int | None = None,
        records: int | None = None,
        landing: Any = None,
    ) -> Outcome:
        outcome = perform(
            self._context,
            step,
            [self._question.subject],
            options,
            extraction_id=self._id,
            page=page,
            records=records,
            marks_asked=False,
            **({} if landing is None else {"landing": landing}),
        )
        match outcome.end:
            case End.ANSWERED:
                return outcome
            case End.AMBIGUOUS:
                self._context.tally.add(self._endpoint.key, asked=1, ambiguous=1)
                self._end(
                    End.AMBIGUOUS, "creating the audience was cut off: see `contactable reconcile`", "vendor"
                )
            case End.REFUSED:
                if self._audience is None:  # what is paid is not given up: to make it again would cost again
                    self._save(state="failed", job_status=outcome.message)
                self._context.tally.add(self._endpoint.key, asked=1, refused=1)
                self._end(End.REFUSED, outcome.message, "configuration")
        if outcome.end is End.NO_BUDGET:
            whole = "an audience is bought whole: raise the budget or lower its max_records"
            self._end(End.NO_BUDGET, f"{outcome.message}; {whole}", "budget")
        if not note_stop(self._context, self._endpoint, outcome):
            self._context.tally.add(self._endpoint.key, asked=1, failed=1)
            self._end(End.FAILED, outcome.message, "vendor")
        raise _Ended(outcome.end)

    def _note(self, text: str) -> None:
        self._context.tally.note(self._endpoint.key, text)

    def _incomplete(self, text: str) -> None:
        self._context.tally.note_incomplete(self._endpoint.key, text)

    def _end(self, end: End, reason: str, kind: str) -> NoReturn:
        self._context.tally.stop(self._endpoint.key, reason, kind)
        raise _Ended(end)

    def _save(self, **values: Any) -> None:
        self._context.journal.update_extraction(self._id, values)


@dataclass(frozen=True, slots=True)
class _LandedPage:
    """The page as it came, and the extraction's position after it."""

    step: Endpoint
    page: int
    rows_before: int

    def __call__(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        rows = self.rows_before + len(self.step.page_of(reply.json).rows)
        return reply.text, {"next_page": self.page + 1, "pages_read": self.page, "rows_read": rows}


def _text(parsed: Any, name: str) -> str | None:
    value = parsed.get(name) if isinstance(parsed, Mapping) else None
    return value if isinstance(value, str) and value else None
