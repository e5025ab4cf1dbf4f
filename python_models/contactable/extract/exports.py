"""ContactBased exports: preview -> count -> create -> poll -> fetch, resumable at every step.

Creating reserves credits and has no idempotency key, so the intent is written before and the id right after.
Whoever finds an intent without an id looks for the job on the vendor's list, and creates another only where that
proves that there is none (``evidence``). A job is followed by its id: the list tells of it where it can, else the
call that reads it does. Nothing but a refused creation or a failed build gives a job up.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, NoReturn

from contactable.extract.call import End, Outcome, job_counts, settle_job
from contactable.extract.context import ExtractContext
from contactable.extract.evidence import (
    COMPARED_CLOCK,
    UNKNOWN_CLOCK,
    Decision,
    Finding,
    Kind,
    Listing,
    Made,
    decide,
    made_between,
)
from contactable.extract.jobs import Ended, JobRead, text_of
from contactable.extract.listing import read_list, rows_of
from contactable.extract.reading import missing_rows, wait_until_ready
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question
from contactable.http import Reply
from contactable.http.session import UnsafeUrlError, check_given_url
from contactable.journal.clock import iso
from contactable.journal.errors import NotAmbiguousError
from contactable.vendors import Endpoint

#: A cell may hold a whole bundle as JSON; Python's default of 128 KiB would refuse it.
_LARGEST_CELL = 16 * 1024 * 1024
#: Creations of an export: by the call for it, or by a search that makes one.
CREATES = ("contactbased.export_create", "contactbased.auto_export")
#: What all names of our exports begin with.
_OUR_NAMES = "contactable-"
#: How ContactBased's list tells of an export. Only that it tells its status is documented.
KIND = Kind("export", "export_id", "created_at", must=("feed_id",), own_names=_OUR_NAMES, day="end_date")
#: Options that an item of the list is compared by. Forced and free-form ones are not: what is echoed is not known.
_COMPARED = ("lookback_days", "page_size", "max_rows", "enrichment_bundles")
#: Items a page of the list (the vendor's default, assumed).
_LIST_PAGE = 50
#: A job of which nothing is told so long after its creation does not come: a build takes minutes (2026-11-30,
#: assumed), and exports do not expire (public).
_GIVE_UP_AFTER = timedelta(days=1)
#: Signed URLs that are tried: each may have expired when it comes, and a fresh one is free.
_URLS = 3


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


class ExportRead(JobRead[ExportSteps]):
    """One feed's export, from wherever an earlier run left it; fetched as the endpoint's ``result`` says."""

    THING = "an export"
    #: Its records are reserved when it is created, so it cannot be cut to the rest of a budget as a batch can.
    SMALLER = "raise the budget or lower contactbased.max_rows"
    CUT_OFF = "creating the export was cut off; the next run looks for it at the vendor"
    COUNTED_AS_ONE = True

    def __init__(
        self, context: ExtractContext, endpoint: Endpoint, steps: ExportSteps, question: Question
    ) -> None:
        super().__init__(context, endpoint, steps, question)
        self._kept: dict[str, Any] = json.loads(self._row["pinned"] or "{}")
        self._name = f"{_OUR_NAMES}{self._id}"
        self._list_page: int | None = 1  # where the list tells of the job; None: nowhere

    def run(self) -> End:
        """To the end, or to the first reason to stop. Whatever that was, other exports may go on."""
        super().run()
        return End.ANSWERED

    def _create_and_read(self) -> Mapping[str, Any]:
        if self._job_id is None and self._status == "intended":
            self._take_up_lost_creation()
        if self._job_id is None:
            self._prepare_and_create()
        summary = self._poll()
        self._settle_records(_first_whole(summary, "total_rows"))
        if self._endpoint.result == "file":
            self._fetch_file(summary)
        else:
            self._fetch_pages(summary)
        return {}

    def look_for_lost(self) -> Decision:
        """Decide a creation whose answer was lost by the vendor's list; whoever runs next reads what was found."""
        lost = self._context.journal.last_request(self._id, *CREATES)
        if self._job_id is not None or lost is None or lost["state"] != "ambiguous":
            return Decision(Finding.UNDECIDED, "its read goes on without it")
        return self._decide(lost)

    # ------------------------------------------------------------ before the job exists

    def _prepare_and_create(self) -> None:
        self._call(self._steps.preview, self._question.options)
        counted = self._call(self._steps.count, self._question.options).parsed
        # Whether the pool pays what is called billable or every row is not documented: the higher is set aside.
        told = [_first_whole(counted, name) for name in ("billable_records", "total_records")]
        records = max((count for count in told if count is not None), default=None)
        if records is None:
            self._stop("the count could not be read; nothing was created", "vendor")
        most = self._question.options.get("max_rows")
        expected = min(records, most) if isinstance(most, int) else records
        if expected == 0:
            self._save(state="complete", job_status="nothing to export", rows_expected=0)
            self._context.tally.add(self._endpoint.key, asked=1, answered=1)
            raise Ended(End.STOPPED)
        # An account without that look-up can still buy: the vendor refuses what the pool cannot cover.
        balance = self._call(self._steps.credits, {}, allow=(End.STOP_PRODUCT,))
        remaining = _first_whole(balance.parsed, "records_remaining")
        if remaining is not None and remaining < expected:
            self._stop(
                f"the credit pool has {remaining:,} records left, the export needs {expected:,}: buy credits or "
                "set contactbased.max_rows",
                "configuration",
            )
        self._note_clocks(balance)
        self._save(job_status="intended", rows_expected=expected, pinned=json.dumps(self._kept))
        options = {**self._question.options, "name": self._name}

        def landing(reply: Reply) -> tuple[str, Mapping[str, Any]] | None:
            found = _created(reply.json)
            return None if found is None else (reply.text, {"job_id": found, "job_status": "building"})

        outcome = self._call(self._steps.create, options, records=expected, landing=landing)
        self._job_id = _created(outcome.parsed)

    def _note_clocks(self, balance: Outcome) -> None:
        """The vendor's clock beside ours, right before it creates: by it a list tells what was made then."""
        moment = vendors_clock(balance)
        self._kept = (
            {} if moment is None else {"vendor_clock": iso(moment), "our_clock": iso(self._context.clock())}
        )

    def _take_up_lost_creation(self) -> None:
        """An earlier run meant to create, and has no id: go on with what it made, or know that it made nothing."""
        last = self._context.journal.last_request(self._id, *CREATES)
        if last is None or last["state"] in ("failed", "refused"):
            return
        if last["state"] == "ambiguous":
            decision = self._decide(last)
            if decision.finding is Finding.UNDECIDED:
                self._context.tally.add(self._endpoint.key, asked=1, ambiguous=1)
                self._stop(
                    f"an export may have been created, and the vendor's list does not decide it: "
                    f"{decision.evidence}: see `contactable reconcile`",
                    "vendor",
                )
            self._context.tally.note(
                self._endpoint.key,
                f"a creation whose answer was lost is decided: {decision.finding} ({decision.evidence})",
            )
            return
        # Charged, by a person's decision or by an answer that names no id: another one would cost again.
        decision = self._look(last)
        if decision.finding is Finding.FOUND and decision.item is not None:
            self._adopt(decision.item)
            return
        if decision.unread:
            self._stop(f"an export was charged, and {decision.evidence}; the next run looks for it", "vendor")
        self._give_up("charged, and not on the vendor's list", decision.evidence)

    def _decide(self, lost: Mapping[str, Any]) -> Decision:
        """Look, and book what the list proves, together with the job that was found."""
        decision = self._look(lost)
        if decision.finding is Finding.UNDECIDED:
            return decision
        found = decision.item
        told = _first_whole(found, "records_reserved") or _first_whole(found, "total_rows")
        counts = job_counts(json.loads(lost["options"]), told)
        credits = None if found is None else self._steps.create.billing.charge(counts)
        try:
            self._context.journal.reconcile(
                lost["request_id"],
                charged=found is not None,
                credits=credits,
                evidence=decision.evidence,
                extraction=None if found is None else {"job_id": found[KIND.id], "job_status": "building"},
                counted={} if told is None else {"records_reserved": told},
            )
        except NotAmbiguousError:
            return Decision(Finding.UNDECIDED, "somebody decided it meanwhile")
        if found is not None:
            self._job_id = str(found[KIND.id])
        booked = 0.0 if found is None else lost["credits_quoted"] if credits is None else credits
        return Decision(decision.finding, decision.evidence, found, booked)

    def _look(self, lost: Mapping[str, Any]) -> Decision:
        """What the list of the feed proves; where that does not decide, the list of all exports."""
        journal = self._context.journal
        rivals = [
            self._made(row)
            for row in journal.ambiguous()
            if row["endpoint"] in CREATES and row["request_id"] != lost["request_id"]
        ]
        made, known = self._made(lost), journal.job_ids(self._endpoint.key)
        listing = self._read_list({"feed_id": made.attributes["feed_id"]})
        decision = decide(listing, made, KIND, known, rivals)
        if decision.finding is Finding.UNDECIDED:
            whole = self._read_list({})
            if not whole.broken:
                decision = decide(listing.and_also(whole), made, KIND, known, rivals)
        return decision

    def _made(self, row: Mapping[str, Any]) -> Made:
        """What a creation sent, and when by the vendor's clock."""
        extraction = self._context.journal.extraction(row["extraction_id"])
        kept = json.loads((extraction or {}).get("pinned") or "{}")
        ahead, slack = timedelta(0), UNKNOWN_CLOCK
        if "vendor_clock" in kept:
            ahead = datetime.fromisoformat(kept["vendor_clock"]) - datetime.fromisoformat(kept["our_clock"])
            slack = COMPARED_CLOCK
        options = json.loads(row["options"])
        feed = json.loads(row["subjects"])[0]["value"]
        attributes = {"feed_id": feed, **{name: options.get(name) for name in _COMPARED}}
        first, last = (datetime.fromisoformat(row[name]) for name in ("reserved_at", "sent_at"))
        return made_between(str(options.get("name") or ""), attributes, first, last, ahead, slack)

    def _read_list(self, options: Mapping[str, Any], until: str | None = None) -> Listing:
        return read_list(partial(self._ask_list, options), KIND.id, until=until)

    def _ask_list(self, options: Mapping[str, Any], page: int) -> Outcome:
        outcome = self._perform(self._steps.list, {**options, "page": page, "page_size": _LIST_PAGE})
        note_stop(self._context, self._endpoint, outcome)  # a key or a deadline is the cause to tell
        return outcome

    def _adopt(self, found: Mapping[str, Any]) -> None:
        self._job_id = str(found[KIND.id])
        self._save(job_id=self._job_id, job_status="building")

    def _give_up(self, status: str, evidence: str) -> NoReturn:
        """It was paid and cannot be read: a new one would cost again, so there is none before its life is over."""
        self._save(state="complete", job_status=status)
        self._context.tally.note(
            self._endpoint.key,
            f"an export was {status} ({evidence}): ask the vendor; it is not made again before its life is over",
        )
        raise Ended(End.STOPPED)

    # ------------------------------------------------------------ the job

    def _poll(self) -> Mapping[str, Any]:
        """Until the job stands. Returns its summary; empty where only the calls that read it tell of it."""
        started = self._context.monotonic()
        while True:
            summary = self._listed()
            status = _status(summary)
            if status is None:
                status, summary = self._ask_by_id()
            if status == "ready":
                return summary
            if status == "failed":
                self._fail(summary)
            if not wait_until_ready(self._context, self._endpoint.key, started):
                raise Ended(End.STOPPED)

    def _listed(self) -> Mapping[str, Any]:
        """The job's summary on the page of the list that should tell of it; empty where none does."""
        if self._list_page is None:
            return {}
        size = {} if self._list_page == 1 else {"page_size": _LIST_PAGE}
        outcome = self._perform(self._steps.list, {"export_id": self._job_id, "page": self._list_page, **size})
        if note_stop(self._context, self._endpoint, outcome):
            raise Ended(End.STOPPED)
        if outcome.end is End.FAILED:
            self._list_page = None  # the list is out of order; the calls that read the job may not be
        return self._among(rows_of(outcome.parsed) if outcome.end is End.ANSWERED else None)

    def _among(self, rows: Any) -> Mapping[str, Any]:
        summaries = (row for row in rows or () if isinstance(row, Mapping))
        return next((row for row in summaries if row.get("export_id") == self._job_id), {})

    def _search_list(self) -> Mapping[str, Any]:
        """The job's summary from whichever page of the list it stands on. Looked for to the end once a run."""
        if self._list_page is None:
            return {}
        listing = self._read_list({"export_id": self._job_id}, until=self._job_id)
        found = listing.items.get(str(self._job_id), {})
        self._list_page = listing.pages if found else None
        return found

    def _ask_by_id(self) -> tuple[str, Mapping[str, Any]]:
        """Its status as the call tells it that reads it by its id, which is the documented one; and its summary.

        A page that is ready is landed: it is read with the others.
        """
        if self._page > 1:
            return "ready", self._search_list()  # an earlier run has read of it
        if self._endpoint.result == "file":
            outcome = self._perform(self._steps.download_url, {"export_id": self._job_id})
            ready, told = _url(outcome.parsed) is not None, None
        else:
            landing = _LandedPage(self._page, self._rows, only_readable=True)
            options = {"export_id": self._job_id, "page": self._page}
            outcome = self._perform(self._steps.page, options, page=self._page, landing=landing)
            ready = landing.rows is not None
            self._took(landing)
            told = outcome.parsed if isinstance(outcome.parsed, Mapping) else None
        self._stop_if_told(outcome)
        if ready:
            knows_size = _first_whole(told, "total_rows") is not None
            return "ready", told if knows_size and told is not None else self._search_list()
        if (status := _status(told)) is not None:
            return status, told or {}
        summary = self._search_list()  # a 409, say, may mean that it is building, and that it has failed
        if (status := _status(summary)) is not None:
            return status, summary
        self._check_hope(outcome)
        return "building", {}

    def _check_hope(self, outcome: Outcome) -> None:
        """Nothing tells that what is paid is there: wait for it, for a day. A person sees to other refusals."""
        unknown = _not_there(outcome)
        if outcome.end is End.REFUSED and not unknown:
            self._stop(outcome.message, "configuration")
        told = "does not know it (404)" if unknown else "tells neither that it is ready nor that it has failed"
        created = self._context.journal.last_request(self._id, *CREATES)
        since = None if created is None else datetime.fromisoformat(created["reserved_at"])
        if since is not None and self._context.clock() - since > _GIVE_UP_AFTER:
            self._give_up("charged", f"the vendor {told}, a day and more after it created it")
        if unknown:
            self._context.tally.note(self._endpoint.key, f"an export was created, and the vendor {told}")

    def _fail(self, summary: Mapping[str, Any]) -> NoReturn:
        reason = self._context.redactor.text(str(summary.get("build_error") or "no reason given"))
        self._release()
        self._save(state="failed", job_status=f"failed: {reason}")
        self._stop(f"the vendor could not build the export: {reason}", "vendor")

    def _settle_records(self, total: int | None) -> None:
        """The reserve becomes use for the rows there are; the rest is released (assumed)."""
        if total is not None:
            self._settle_job(total)

    def _release(self) -> None:
        self._settle_job(None)

    def _settle_job(self, records: int | None) -> None:
        created = self._context.journal.last_request(self._id, *CREATES)
        if created is None or created["state"] != "settled" or self._kept.get("charged_as_told"):
            return  # what a person found in the vendor's book is not known better by a rule
        settle_job(self._context, self._steps.create, str(created["request_id"]), records, self._endpoint.key)

    def _fetch_pages(self, summary: Mapping[str, Any]) -> None:
        pages = _first_whole(summary, "total_pages")
        total = _first_whole(summary, "total_rows")
        started = self._context.monotonic()
        while pages is None or self._page <= pages:
            landing = _LandedPage(self._page, self._rows, only_readable=pages is None)
            options = {"export_id": self._job_id, "page": self._page}
            outcome = self._perform(self._steps.page, options, page=self._page, landing=landing)
            self._stop_if_told(outcome)
            if outcome.end is End.REFUSED:
                if pages is None and self._page > 1 and _not_there(outcome):
                    break  # beyond the last
                self._check_hope(outcome)
            if landing.rows is None:
                if not wait_until_ready(self._context, self._endpoint.key, started):
                    raise Ended(End.STOPPED)
                continue
            self._took(landing)
            if pages is None and landing.rows == 0:
                break
            pages = _first_whole(outcome.parsed, "total_pages") if pages is None else pages
            if total is None and (total := _first_whole(outcome.parsed, "total_rows")) is not None:
                self._settle_records(total)
        self._check_total(total)

    def _took(self, landing: "_LandedPage") -> None:
        if landing.rows is not None:
            self._rows, self._page = self._rows + landing.rows, self._page + 1
            self._context.tally.add(self._endpoint.key, records=landing.rows)

    def _fetch_file(self, summary: Mapping[str, Any]) -> None:
        """One signed URL, fetched without our key; a fresh one is free when it has expired."""
        if self._page > 1:
            return  # an earlier run landed the file, and ended before it could close the read
        for _ in range(_URLS):
            answer = self._perform(self._steps.download_url, {"export_id": self._job_id})
            self._stop_if_told(answer)
            url = _url(answer.parsed)
            if url is None:
                said = answer.message if answer.end is End.REFUSED else "its answer names none"
                self._stop(f"the vendor gave no download URL: {said}", "vendor")
            try:
                check_given_url(url, allow_loopback=self._context.allow_loopback_downloads)
            except UnsafeUrlError as error:
                self._stop(f"the download URL is refused: {error}", "vendor")
            landing = _LandedPage(1, 0, export_id=self._job_id)
            options = {"export_id": self._job_id, "page": 1}
            outcome = self._perform(self._steps.page, options, page=1, landing=landing, url=url)
            self._stop_if_told(outcome)
            if outcome.end is End.ANSWERED:
                self._took(landing)
                self._check_total(_first_whole(summary, "total_rows"))
                return
        self._stop(f"the download failed: {outcome.message}", "vendor")

    def _check_total(self, total: int | None) -> None:
        if total is not None and total > self._rows:
            self._context.tally.note_incomplete(
                self._endpoint.key, f"an export: {missing_rows(self._rows, total)}"
            )
        elif total is not None and total != self._rows:
            self._context.tally.note(
                self._endpoint.key, f"read {self._rows:,} rows where the export announced {total:,}"
            )

    def _stop_if_told(self, outcome: Outcome) -> None:
        """End where the vendor, the key or the time allows no further call, or the call got no answer at all."""
        if note_stop(self._context, self._endpoint, outcome):
            raise Ended(End.STOPPED)
        if outcome.end is End.FAILED:
            self._context.tally.add(self._endpoint.key, asked=1, failed=1)
            self._stop(outcome.message, "vendor")

    def _stop(self, reason: str, kind: str) -> NoReturn:
        self._end(reason, kind, End.FAILED)


@dataclass(slots=True)
class _LandedPage:
    """Turns a page's reply into what lands and the extraction's next position; remembers the rows it held.

    ``rows`` stays None while the export is building, and with ``only_readable`` for what cannot be read: then the
    page is asked for again, which is free. ``export_id`` is given for a whole file, which is bare CSV.
    """

    page: int
    rows_before: int
    export_id: str | None = None
    only_readable: bool = False
    rows: int | None = None

    def __call__(self, reply: Reply) -> tuple[str, Mapping[str, Any] | None]:
        text = reply.text
        if self.export_id is not None:
            text = json.dumps({"export_id": self.export_id, "page": self.page, "csv": text})
        elif _status(reply.json) == "building":
            return text, None
        text, rows = page_as_json(text)
        if rows is None and self.only_readable:
            return text, None
        self.rows = rows or 0
        return text, {
            "next_page": self.page + 1,
            "pages_read": self.page,
            "rows_read": self.rows_before + self.rows,
        }


def page_as_json(text: str) -> tuple[str, int | None]:
    """An export page as it lands: the envelope with ``rows`` in place of ``csv``; and the number of rows.

    Accepts the JSON envelope with ``csv``, one with ``rows`` already, and a bare CSV body. What cannot be read
    lands as it came, for the quarantine, and has no number of rows.
    """
    try:
        envelope = json.loads(text)
    except ValueError:
        envelope = {"csv": text} if text.lstrip().startswith("contact_id") else None
    if not isinstance(envelope, dict):
        return text, None
    if isinstance(envelope.get("rows"), list):
        return text, len(envelope["rows"])
    content = envelope.pop("csv", None)
    if not isinstance(content, str):
        return text, None
    rows = csv_rows(content)
    if rows is None:
        return text, None
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
    return text_of(inner if isinstance(inner, Mapping) else parsed, "export_id")


def vendors_clock(outcome: Outcome) -> datetime | None:
    """The moment that the vendor's answer names in its ``Date``; None where it names none."""
    headers = {} if outcome.reply is None else outcome.reply.headers
    text = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        return None if text is None else parsedate_to_datetime(text)
    except ValueError:
        return None


def _status(parsed: Any) -> str | None:
    """One of the three documented states of an export; None for anything else."""
    told = (text_of(parsed, "status") or "").strip().lower()
    return told if told in ("building", "ready", "failed") else None


def _not_there(outcome: Outcome) -> bool:
    """Whether the vendor says that it does not know what was asked for."""
    return outcome.end is End.REFUSED and outcome.reply is not None and outcome.reply.status in (404, 410)


def _url(parsed: Any) -> str | None:
    return text_of(parsed, "url") or text_of(parsed, "download_url")


def _first_whole(parsed: Any, *names: str) -> int | None:
    if isinstance(parsed, Mapping):
        for name in names:
            value = parsed.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return value
    return None
