"""ContactBased exports: preview -> count -> create -> poll -> fetch, resumable at every step.

Creating reserves credits and has no idempotency key, so the intent is written before and the id right after;
whoever finds an intent without an id looks for the job at the vendor before creating another.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from contactable.extract.call import End, Outcome, job_counts, perform, settle_job
from contactable.extract.context import ExtractContext
from contactable.extract.reading import missing_rows, wait_until_ready
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question
from contactable.http import Reply
from contactable.http.session import UnsafeUrlError, check_given_url
from contactable.vendors import Endpoint

#: A cell may hold a whole bundle as JSON; Python's default of 128 KiB would refuse it.
_LARGEST_CELL = 16 * 1024 * 1024
#: ContactBased's list answers newest first, 50 a page by default (assumed); one page finds a job just made.
_LOOK_BACK = 50
#: Its records are reserved when it is created, so it cannot be cut to the rest of a budget as a batch can.
_SMALLER = "raise the budget or lower contactbased.max_rows"


@dataclass(frozen=True, slots=True)
class ExportSteps:
    """The endpoints of the life cycle."""

    preview: Endpoint
    count: Endpoint
    create: Endpoint
    list: Endpoint
    page: Endpoint
    download_url: Endpoint
    credits: Endpoint


class _Ended(Exception):  # noqa: N818  (not an error: the flow is over, its reason recorded)
    """Leave the life cycle; everything needed to resume is in the journal."""


class ExportRead:
    """One feed's export, from wherever an earlier run left it.

    ``read`` is "pages" or "file": how finished rows are fetched.
    """

    def __init__(
        self, context: ExtractContext, endpoint: Endpoint, steps: ExportSteps, question: Question, read: str
    ) -> None:
        self._context = context
        self._endpoint = endpoint
        self._steps = steps
        self._question = question
        self._read = read
        row = context.journal.open_extraction(endpoint.key, question.subject, context.run_id)
        self._id = str(row["extraction_id"])
        self._job_id: str | None = row["job_id"]
        self._status: str | None = row["job_status"]
        self._expected: int | None = row["rows_expected"]
        self._page = int(row["next_page"])
        self._rows = int(row["rows_read"])
        self._kept: dict[str, Any] = json.loads(row["pinned"] or "{}")
        self._name = f"contactable-{self._id}"

    def run(self) -> None:
        """To the end, or to the first reason to stop."""
        try:
            if self._job_id is None:
                if self._status == "intended":
                    self._find_lost_job()
                if self._job_id is None:
                    self._prepare_and_create()
            summary = self._poll()
            self._settle_records(summary)
            if self._read == "file":
                self._fetch_file(summary)
            else:
                self._fetch_pages(summary)
        except _Ended:
            return
        self._save(state="complete", job_status="read")
        self._context.tally.add(self._endpoint.key, asked=1, answered=1, matched=int(self._rows > 0))

    def look_for_lost(self) -> None:
        """Decide a creation that was cut off by looking for its job; whoever runs next reads what was found."""
        try:
            if self._job_id is None and self._status == "intended":
                self._find_lost_job()
        except _Ended:
            return  # the vendor did not tell; the call stays as it is

    # ------------------------------------------------------------ before the job exists

    def _prepare_and_create(self) -> None:
        self._call(self._steps.preview, self._question.options)
        counted = self._call(self._steps.count, self._question.options).parsed
        # Whether the pool pays what is called billable or every row is not documented: the higher is set aside.
        told = [_first_whole(counted, name) for name in ("billable_records", "total_records")]
        records = max((count for count in told if count is not None), default=None)
        if records is None:
            self._end("the count could not be read; nothing was created", "vendor")
        most = self._question.options.get("max_rows")
        expected = min(records, most) if isinstance(most, int) else records
        if expected == 0:
            self._save(state="complete", job_status="nothing to export", rows_expected=0)
            self._context.tally.add(self._endpoint.key, asked=1, answered=1)
            raise _Ended
        # An account without that look-up can still buy: the vendor refuses what the pool cannot cover.
        balance = self._call(self._steps.credits, {}, allow=(End.STOP_PRODUCT,)).parsed
        remaining = _first_whole(balance, "records_remaining")
        if remaining is not None and remaining < expected:
            self._end(
                f"the credit pool has {remaining:,} records left, the export needs {expected:,}: buy credits or "
                "set contactbased.max_rows",
                "configuration",
            )
        self._save(job_status="intended", rows_expected=expected)
        options = {**self._question.options, "name": self._name}

        def landing(reply: Reply) -> tuple[str, Mapping[str, Any]]:
            found = _created(reply.json)
            return reply.text, {"job_id": found, "job_status": "building" if found else "intended"}

        outcome = self._call(self._steps.create, options, records=expected, landing=landing)
        self._adopt(_created(outcome.parsed), outcome.request_id)

    def _find_lost_job(self) -> None:
        """An earlier create may or may not have reached the vendor: our name on the job tells."""
        listed = self._call(self._steps.list, {"feed_id": self._question.subject.value, "page_size": _LOOK_BACK})
        items = listed.parsed.get("items") if isinstance(listed.parsed, dict) else None
        if not isinstance(items, list):
            self._end(
                "the list of exports could not be read; the lost export is looked for in the next run", "vendor"
            )
        found = next((item for item in items if isinstance(item, dict) and item.get("name") == self._name), None)
        lost = self._context.journal.open_create(self._id, self._steps.create.key)
        if lost is not None:
            charged = _first_whole(found, "records_reserved") if found else None
            counts = job_counts(self._question.options, charged)
            self._context.journal.reconcile(
                lost, charged=found is not None, credits=self._steps.create.billing.charge(counts)
            )
        if found is None:
            self._give_up_if_charged()
        else:
            self._adopt(_field(found, "export_id"), lost)
            self._context.tally.note(
                self._endpoint.key, "an export whose creation was cut off was found and is read"
            )

    def _give_up_if_charged(self) -> None:
        """Charged (by a decision, or by an answer that names no id) and not listed: another would cost again."""
        last = self._context.journal.last_request(self._id, self._steps.create.key)
        if last is not None and last["state"] == "settled":
            self._save(state="complete", job_status="charged, and not on the vendor's list")
            self._context.tally.note(
                self._endpoint.key,
                "an export was charged and is not on the vendor's list: ask the vendor; it is not made again "
                "before its life is over",
            )
            raise _Ended

    def _adopt(self, job_id: str | None, request_id: str | None) -> None:
        if job_id is None:
            self._end("the created export's answer names no export_id; it is looked for in the next run", "vendor")
        self._job_id, self._status = job_id, "building"
        self._kept = {"create_request": request_id}
        self._save(job_id=job_id, job_status="building", pinned=json.dumps(self._kept))

    # ------------------------------------------------------------ the job

    def _poll(self) -> Mapping[str, Any]:
        started = self._context.monotonic()
        while True:
            answer = self._call(self._steps.list, {"export_id": self._job_id, "page": 1}).parsed
            items = answer.get("items") if isinstance(answer, dict) else None
            summary = next(
                (
                    item
                    for item in (items if isinstance(items, list) else ())
                    if isinstance(item, dict) and item.get("export_id") == self._job_id
                ),
                None,
            )
            if summary is None:
                self._end("the vendor does not list the export it created", "vendor")
            match summary.get("status"):
                case "ready":
                    return summary
                case "failed":
                    reason = self._context.redactor.text(str(summary.get("build_error") or "no reason given"))
                    self._release()
                    self._save(state="failed", job_status=f"failed: {reason}")
                    self._end(f"the vendor could not build the export: {reason}", "vendor")
            if not wait_until_ready(self._context, self._endpoint.key, started):
                raise _Ended

    def _settle_records(self, summary: Mapping[str, Any]) -> None:
        """The reserve becomes use for the rows there are; the rest is released (assumed)."""
        total = _first_whole(summary, "total_rows")
        if total is not None:
            self._settle_job(total)

    def _release(self) -> None:
        self._settle_job(None)

    def _settle_job(self, records: int | None) -> None:
        if (request_id := self._kept.get("create_request")) is not None:
            settle_job(self._context, self._steps.create, str(request_id), records, self._endpoint.key)

    def _fetch_pages(self, summary: Mapping[str, Any]) -> None:
        pages = _first_whole(summary, "total_pages")
        total = _first_whole(summary, "total_rows")
        started = self._context.monotonic()
        while pages is None or self._page <= pages:
            landing = _LandedPage(self._page, self._rows)
            options = {"export_id": self._job_id, "page": self._page}
            outcome = self._call(self._steps.page, options, page=self._page, landing=landing, allow=(End.NOT_YET,))
            if outcome.end is End.NOT_YET or landing.rows is None:
                if not wait_until_ready(self._context, self._endpoint.key, started):
                    raise _Ended
                continue
            self._rows, self._page = self._rows + landing.rows, self._page + 1
            self._context.tally.add(self._endpoint.key, records=landing.rows)
            if pages is None and landing.rows == 0:
                break
        self._check_total(total)

    def _fetch_file(self, summary: Mapping[str, Any]) -> None:
        """One signed URL, fetched without our key; a fresh one is free when it has expired."""
        if self._page > 1:
            return  # an earlier run landed the file, and ended before it could close the read
        answer = self._call(self._steps.download_url, {"export_id": self._job_id}).parsed
        url = _field(answer, "url") or _field(answer, "download_url")
        if url is None:
            self._end("the vendor gave no download URL", "vendor")
        try:
            check_given_url(url, allow_loopback=self._context.allow_loopback_downloads)
        except UnsafeUrlError as error:
            self._end(f"the download URL is refused: {error}", "vendor")
        landing = _LandedPage(1, 0, export_id=self._job_id)
        self._call(self._steps.page, {"export_id": self._job_id, "page": 1}, page=1, landing=landing, url=url)
        self._rows = landing.rows or 0
        self._context.tally.add(self._endpoint.key, records=self._rows)
        self._check_total(_first_whole(summary, "total_rows"))

    def _check_total(self, total: int | None) -> None:
        if total is not None and total > self._rows:
            self._context.tally.note_incomplete(
                self._endpoint.key, f"an export: {missing_rows(self._rows, total)}"
            )
        elif total is not None and total != self._rows:
            self._context.tally.note(
                self._endpoint.key, f"read {self._rows:,} rows where the export announced {total:,}"
            )

    # ------------------------------------------------------------ shared

    def _call(
        self,
        step: Endpoint,
        options: Mapping[str, Any],
        *,
        page: int | None = None,
        records: int | None = None,
        landing: Any = None,
        url: str | None = None,
        allow: tuple[End, ...] = (),
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
            url=url,
            counted_as=self._endpoint.key,
            **({} if landing is None else {"landing": landing}),
        )
        if outcome.end is End.ANSWERED or outcome.end in allow:
            return outcome
        if outcome.end is End.AMBIGUOUS:
            self._context.tally.add(self._endpoint.key, asked=1, ambiguous=1)
            self._end("creating the export was cut off; the next run looks for it at the vendor", "vendor")
        if outcome.end is End.REFUSED:
            self._save(state="failed", job_status=outcome.message)
            self._context.tally.add(self._endpoint.key, asked=1, refused=1)
            self._end(outcome.message, "configuration")
        if outcome.end is End.NO_BUDGET:
            self._end(f"{outcome.message}; an export is bought whole: {_SMALLER}", "budget")
        if not note_stop(self._context, self._endpoint, outcome):
            self._context.tally.add(self._endpoint.key, asked=1, failed=1)
            self._end(outcome.message, "vendor")
        raise _Ended

    def _end(self, reason: str, kind: str) -> NoReturn:
        self._context.tally.stop(self._endpoint.key, reason, kind)
        raise _Ended

    def _save(self, **values: Any) -> None:
        self._context.journal.update_extraction(self._id, values)


@dataclass(slots=True)
class _LandedPage:
    """Turns a page's reply into what lands and the extraction's next position; remembers the rows it held.

    ``rows`` stays None while the export is building. ``export_id`` is given for a whole file, which is bare CSV.
    """

    page: int
    rows_before: int
    export_id: str | None = None
    rows: int | None = None

    def __call__(self, reply: Reply) -> tuple[str, Mapping[str, Any] | None]:
        text = reply.text
        if self.export_id is not None:
            text = json.dumps({"export_id": self.export_id, "page": self.page, "csv": text})
        elif _field(reply.json, "status") == "building":
            return text, None
        text, self.rows = page_as_json(text)
        return text, {
            "next_page": self.page + 1,
            "pages_read": self.page,
            "rows_read": self.rows_before + self.rows,
        }


def page_as_json(text: str) -> tuple[str, int]:
    """An export page as it lands: the envelope with ``rows`` in place of ``csv``; and the number of rows.

    Accepts the JSON envelope with ``csv``, one with ``rows`` already, and a bare CSV body. What cannot be read
    lands as it came, for the quarantine, and counts no rows.
    """
    try:
        envelope = json.loads(text)
    except ValueError:
        envelope = {"csv": text} if text.lstrip().startswith("contact_id") else None
    if not isinstance(envelope, dict):
        return text, 0
    if isinstance(envelope.get("rows"), list):
        return text, len(envelope["rows"])
    content = envelope.pop("csv", None)
    if not isinstance(content, str):
        return text, 0
    rows = csv_rows(content)
    if rows is None:
        return text, 0
    return json.dumps({**envelope, "rows": rows}, ensure_ascii=False, separators=(",", ":")), len(rows)


def csv_rows(content: str) -> list[dict[str, str]] | None:
    """RFC 4180 text with a header -> one object a row, all text. None when a row does not fit the header."""
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        header = next(reader, None)
        rows = [row for row in reader if row]
    except csv.Error:
        return None
    if not header or any(len(row) != len(header) for row in rows):
        return None
    return [dict(zip(header, row, strict=True)) for row in rows]


def _created(parsed: Any) -> str | None:
    """The id of the export that a create, or a search with auto_export, tells of."""
    inner = parsed.get("export") if isinstance(parsed, Mapping) else None
    return _field(inner if isinstance(inner, Mapping) else parsed, "export_id")


def _field(parsed: Any, name: str) -> str | None:
    value = parsed.get(name) if isinstance(parsed, Mapping) else None
    return value if isinstance(value, str) and value else None


def _first_whole(parsed: Any, *names: str) -> int | None:
    if isinstance(parsed, Mapping):
        for name in names:
            value = parsed.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return value
    return None
