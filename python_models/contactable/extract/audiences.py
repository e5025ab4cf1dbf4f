"""BIGDBM audiences: create -> poll -> page, resumable at every step.

Creating is paid, has no idempotency key and, unlike an export, cannot be looked for afterwards: the intent is
written before, the id right after, and a creation whose answer was lost waits for `contactable reconcile`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contactable.extract.call import End, settle_job
from contactable.extract.jobs import Ended, JobRead, text_of
from contactable.extract.reading import missing_rows, wait_until_ready
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


class AudienceRead(JobRead[AudienceSteps]):
    """One configured audience, from wherever an earlier run left it."""

    THING = "an audience"
    SMALLER = "raise the budget or lower its max_records"
    CUT_OFF = "creating the audience was cut off: see `contactable reconcile`"
    COUNTED_AS_ONE = False

    def _create_and_read(self) -> Mapping[str, Any]:
        if self._job_id is None:
            self._create()
        expected = self._poll()
        self._read_members(expected)
        return {"rows_expected": expected}

    # ------------------------------------------------------------ steps

    def _create(self) -> None:
        if self._status == "intended":
            self._look_back()
        self._save(job_status="intended")

        def landing(reply: Reply) -> tuple[str, Mapping[str, Any]] | None:
            found = text_of(reply.json, "audienceId")
            return None if found is None else (reply.text, {"job_id": found, "job_status": "building"})

        # Created and never read is paid all the same: the whole of MaxRecords is quoted until the count is known.
        most = int(self._question.options["MaxRecords"])
        outcome = self._call(self._steps.create, self._question.options, records=most, landing=landing)
        self._job_id = text_of(outcome.parsed, "audienceId")

    def _look_back(self) -> None:
        """An earlier creation was begun: only one that is known not to have been charged is made again."""
        last = self._context.journal.last_request(self._id, self._steps.create.key)
        if last is not None and last["state"] == "ambiguous":
            self._context.tally.add(self._endpoint.key, skipped=1)
            raise Ended(End.STALE)
        if last is not None and last["state"] == "settled":
            self._end(_LOST, "configuration", End.STALE)

    def _poll(self) -> int | None:
        """Until the audience stands; returns the number of its members, where the vendor tells it."""
        started = self._context.monotonic()
        while True:
            parsed = self._call(self._steps.status, {"AudienceId": self._job_id}).parsed
            answer = parsed if isinstance(parsed, Mapping) else {}
            status, count = text_of(answer, "status"), whole_number(answer.get("count"))
            if status == "completed":
                if count is not None:
                    self._book(count)
                return count
            if status == "failed":
                self._book(None)
                self._save(state="failed", job_status="failed")
                self._end("the vendor could not build the audience", "vendor", End.FAILED)
            if not wait_until_ready(self._context, self._endpoint.key, started):
                raise Ended(End.STOPPED)

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
        options = {"AudienceId": self._job_id, "AudienceType": self._question.options["AudienceType"]}
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


@dataclass(frozen=True, slots=True)
class _LandedPage:
    """The page as it came, and the extraction's position after it."""

    step: Endpoint
    page: int
    rows_before: int

    def __call__(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        rows = self.rows_before + len(self.step.page_of(reply.json).rows)
        return reply.text, {"next_page": self.page + 1, "pages_read": self.page, "rows_read": rows}
