"""The export life cycle: in the vendor's order, resumable at every step, never created twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from contactable.extract import steps_of
from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.exports import csv_rows, page_as_json
from contactable.extract.subjects import question
from contactable.http import Reply, Request, TransportFault
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, reply

EXPORT = ENDPOINTS["contactbased.export"]
STEPS = steps_of(ENDPOINTS["contactbased.export"], ENDPOINTS.__getitem__)
OPTIONS = {"lookback_days": 7, "page_size": 1000, "require_contact_id": True}


def ask() -> Any:
    return question(EXPORT, "q", "feed", "00000000-0000-4000-8000-000000000001", json.dumps(OPTIONS), None)


class Vendor:
    """A small ContactBased: one export, ready after ``builds`` polls, two pages."""

    def __init__(self, builds: int = 1, outcome: str = "ready", records: int = 1500, pool: int = 10_000) -> None:
        self.calls: list[str] = []
        self.created: list[str] = []
        self.builds, self.outcome, self.records, self.pool = builds, outcome, records, pool
        self.break_at: dict[str, Reply] = {}
        self.keys_seen: dict[str, bool] = {}
        self.others: list[dict[str, Any]] = []  # exports that the list shows beside ours
        self.listing: Callable[[dict[str, Any]], Reply] | None = (
            None  # in place of a list that honours its filters
        )
        self.page_by_id: Callable[[dict[str, Any]], Reply] | None = None

    def __call__(self, request: Request) -> Reply:
        step = request.url.rsplit("/", 1)[-1]
        self.calls.append(step)
        self.keys_seen[step] = "X-API-Key" in request.headers
        answer = self.answer(step, dict(request.body.json or {}), request)
        return self.break_at.pop(step, answer)

    def summary(self) -> dict[str, Any]:
        status = "building" if self.builds > 0 else self.outcome
        return {
            "export_id": "e-1", "name": self.created[0], "status": status, "build_error": None,
            "total_rows": self.records if status == "ready" else None,
            "total_pages": 2 if status == "ready" else None,
            "records_reserved": self.records,
        }  # fmt: skip

    def answer(self, step: str, body: dict[str, Any], request: Request) -> Reply:
        match step:
            case "preview":
                return reply({"rows": []})
            case "count":
                return reply({"billable_records": self.records})
            case "credits":
                return reply({"records_remaining": self.pool})
            case "exports":
                self.created.append(body["name"])
                return reply(self.summary())
            case "list" if self.listing is not None:
                return self.listing(body)
            case "list":
                items = [self.summary()] if self.created else []
                self.builds -= 1
                return reply({"items": [*items, *self.others] if body["page"] == 1 else []})
            case "page" if self.page_by_id is not None:
                return self.page_by_id(body)
            case "page" if self.builds > 0:
                self.builds -= 1
                return reply({"export_id": "e-1", "status": "building", "csv": None})
            case "page" if body["page"] > 2:
                return reply({"detail": "Page not found"}, 404)
            case "page":
                rows = 1000 if body["page"] == 1 else self.records - 1000
                return reply({"status": "ready", "page": body["page"], "csv": self.csv(rows)})
            case "download-url":
                return reply({"url": "https://localhost/bucket/full.csv"})
            case "full.csv":
                return reply(self.csv(self.records))
        raise AssertionError(step)

    @staticmethod
    def csv(rows: int) -> str:
        return "contact_id,note\r\n" + "".join(f'id_{i:016x},"a ""quoted"", text"\r\n' for i in range(rows))


def run(make_context: MakeContext, vendor: Vendor, read: str = "pages", **overrides: Any) -> Any:
    context = make_context(vendor, allow_loopback_downloads=True, **overrides)
    run_wave(context, [EndpointWork(EXPORT.changed(result=read), iter([ask()]), STEPS)])
    return context.tally.endpoints.get(EXPORT.key)


def booked(journal: Journal) -> float:
    return sum(row["credits"] or 0 for row in journal.states())


def test_the_vendors_own_order_and_every_row(make_context: MakeContext, journal: Journal) -> None:
    vendor = Vendor()
    tally = run(make_context, vendor)
    assert vendor.calls == ["preview", "count", "credits", "exports", "list", "list", "page", "page"]
    assert (tally.records, tally.answered, tally.notes) == (1500, 1, [])
    assert booked(journal) == 1500


def test_a_whole_file_is_fetched_without_our_key(make_context: MakeContext) -> None:
    vendor = Vendor()
    assert run(make_context, vendor, read="file").records == 1500
    assert vendor.keys_seen["page" if "page" in vendor.keys_seen else "full.csv"] is False
    assert vendor.keys_seen["download-url"] is True


def test_a_download_url_into_a_private_network_is_refused(make_context: MakeContext) -> None:
    vendor = Vendor()
    context = make_context(vendor, allow_loopback_downloads=False)
    run_wave(context, [EndpointWork(EXPORT.changed(result="file"), iter([ask()]), STEPS)])
    assert "download URL" in context.tally.endpoints[EXPORT.key].stopped
    assert "full.csv" not in vendor.calls


def test_nothing_is_created_when_nothing_matches(make_context: MakeContext, journal: Journal) -> None:
    vendor = Vendor(records=0)
    run(make_context, vendor)
    assert "exports" not in vendor.calls
    assert booked(journal) == 0


def test_nothing_is_created_when_the_pool_is_too_small(make_context: MakeContext) -> None:
    vendor = Vendor(pool=10)
    tally = run(make_context, vendor)
    assert "exports" not in vendor.calls
    assert "10 records left" in tally.stopped


def test_nothing_is_created_over_the_budget(make_context: MakeContext) -> None:
    vendor = Vendor()
    tally = run(make_context, vendor, budgets={("contactbased", "day"): 1000})
    assert "exports" not in vendor.calls
    assert tally.stop_kind == "budget"


def test_a_failed_export_releases_its_records_and_stays_due(make_context: MakeContext, journal: Journal) -> None:
    tally = run(make_context, Vendor(outcome="failed"))
    assert "could not build" in tally.stopped
    assert booked(journal) == 0


@pytest.mark.parametrize("lost", [Reply(None, "", fault=TransportFault.CUT), reply({"message": "oops"}, 500)])
def test_a_create_whose_answer_was_lost_is_found_by_name_not_created_again(
    make_context: MakeContext, journal: Journal, lost: Reply
) -> None:
    vendor = Vendor()
    vendor.break_at["exports"] = lost
    first = run(make_context, vendor)
    assert first.ambiguous == 1
    assert booked(journal) == 1500, "an ambiguous creation keeps its credits committed"
    second = run(make_context, vendor)
    assert len(vendor.created) == 1
    assert second.records == 1500
    assert booked(journal) == 1500
    assert journal.ambiguous() == []


def test_a_create_that_never_reached_the_vendor_is_made_anew(make_context: MakeContext, journal: Journal) -> None:
    vendor = Vendor()
    vendor.break_at["exports"] = Reply(None, "", fault=TransportFault.TIMEOUT)
    run(make_context, vendor)
    vendor.created.clear()  # the vendor never got it
    assert "the list is empty" in run(make_context, vendor).stopped
    assert vendor.created == [], "an empty list proves nothing"
    vendor.others = [{"export_id": "e-0", "name": "contactable-another", "status": "ready"}]
    assert run(make_context, vendor).records == 1500
    assert len(vendor.created) == 1
    assert booked(journal) == 1500


#: Lists that do not tell of the job that they were asked for.
NOT_TOLD: dict[str, Callable[[dict[str, Any]], Reply]] = {
    "empty": lambda body: reply({"items": [], "total": 0}),
    "others, the same page for ever": lambda body: reply({"items": [{"export_id": "e-0", "status": "ready"}]}),
    "another word": lambda body: reply({"items": [{"export_id": "e-1", "status": "COMPLETED"}]}),
    "another shape": lambda body: reply(["not", "a", "list", "of", "exports"]),
    "refused": lambda body: reply({"detail": "unknown field export_id"}, 422),
    "not there": lambda body: reply({"detail": "Not Found"}, 404),
    "broken": lambda body: reply({"detail": "Internal Server Error"}, 500),
}


@pytest.mark.parametrize("read", ["pages", "file"])
@pytest.mark.parametrize("listing", NOT_TOLD.values(), ids=NOT_TOLD)
def test_a_list_that_does_not_tell_of_the_job_loses_no_paid_export(
    make_context: MakeContext, journal: Journal, listing: Callable[[dict[str, Any]], Reply], read: str
) -> None:
    vendor = Vendor(builds=2)
    vendor.listing = listing
    assert run(make_context, vendor, read=read).records == 1500
    assert len(vendor.created) == 1
    assert booked(journal) == 1500


@pytest.mark.parametrize(("outcome", "records", "credits"), [("ready", 1500, 1500), ("failed", 0, 0)])
def test_a_job_on_a_later_page_of_a_list_that_ignores_its_filter_is_followed_there(
    make_context: MakeContext, journal: Journal, outcome: str, records: int, credits: float
) -> None:
    """Where the call that reads it says 409 both for an export that is building and for one that has failed."""
    vendor = Vendor(builds=4, outcome=outcome)

    def oldest_first(body: dict[str, Any]) -> Reply:
        vendor.builds -= 1
        others = [{"export_id": f"o-{n}", "status": "ready"} for n in range(120)]
        every, size = [*others, vendor.summary()], body.get("page_size", 50)
        first = (body["page"] - 1) * size
        return reply({"items": every[first : first + size], "total": len(every)})

    def not_ready(body: dict[str, Any]) -> Reply:
        if vendor.builds > 0 or outcome == "failed":
            return reply({"detail": "not ready"}, 409)
        return reply({"status": "ready", "csv": vendor.csv(1000 if body["page"] == 1 else 500)})

    vendor.listing, vendor.page_by_id = oldest_first, not_ready
    tally = run(make_context, vendor)
    assert (tally.records, booked(journal)) == (records, credits)
    assert len(vendor.created) == 1
    assert vendor.calls.count("list") < 10, "the page on which it stands is remembered"


def test_an_export_that_the_vendor_does_not_know_is_waited_for_and_given_up_after_a_day(
    make_context: MakeContext, journal: Journal
) -> None:
    """A 404 is no failed build: another export would be paid again."""
    vendor = Vendor()
    vendor.listing = NOT_TOLD["empty"]
    vendor.page_by_id = NOT_TOLD["not there"]
    first = run(make_context, vendor, poll_limit_seconds=0.0)
    assert ("does not know" in first.notes[0], len(vendor.created)) == (True, 1)
    vendor.page_by_id = None
    assert run(make_context, vendor).records == 1500, "it was only late"

    vendor.page_by_id = NOT_TOLD["not there"]
    other = question(EXPORT, "other", "feed", "00000000-0000-4000-8000-000000000002", json.dumps(OPTIONS), None)
    for clock in (None, lambda: datetime(2026, 11, 23, tzinfo=UTC)):
        context = make_context(vendor, poll_limit_seconds=0.0, **({} if clock is None else {"clock": clock}))
        run_wave(context, [EndpointWork(EXPORT, iter([other]), STEPS)])
    assert "ask the vendor" in context.tally.endpoints[EXPORT.key].notes[0]
    context = make_context(vendor)
    run_wave(context, [EndpointWork(EXPORT, iter([other]), STEPS)])
    assert context.tally.endpoints[EXPORT.key].skipped == 1
    assert len(vendor.created) == 2
    assert booked(journal) == 3000


@pytest.mark.parametrize(("step", "read"), [("page", "pages"), ("download-url", "file"), ("full.csv", "file")])
def test_what_is_paid_is_not_given_up_when_reading_it_is_refused(
    make_context: MakeContext, journal: Journal, step: str, read: str
) -> None:
    """An expired URL, a permission that is missing: the next run reads it; none creates it again."""
    vendor = Vendor()
    vendor.break_at[step] = reply({"detail": "Forbidden"}, 403)
    records = run(make_context, vendor, read=read).records
    if step == "full.csv":
        assert records == 1500, "a fresh URL is free"
    else:
        assert records == 0
        assert run(make_context, vendor, read=read).records == 1500
    assert len(vendor.created) == 1
    assert booked(journal) == 1500


@pytest.mark.parametrize("answer", [Reply(None, "", fault=TransportFault.CUT), reply({"message": "created"})])
def test_a_creation_that_was_charged_and_is_not_listed_is_not_made_again(
    make_context: MakeContext, journal: Journal, answer: Reply
) -> None:
    """A person said that it was charged, or an answer without an id did: another export would cost again."""
    vendor = Vendor()
    vendor.break_at["exports"] = answer
    run(make_context, vendor)
    for row in journal.ambiguous():
        journal.reconcile(row["request_id"], charged=True)
    vendor.created.clear()  # and the vendor does not list it
    vendor.listing = lambda body: reply({"detail": "Internal Server Error"}, 500)
    assert "the next run looks for it" in run(make_context, vendor).stopped, "nothing is decided"
    vendor.listing = None
    again = run(make_context, vendor)
    assert vendor.created == []
    assert "ask the vendor" in again.notes[0]
    assert booked(journal) == 1500
    assert run(make_context, vendor).skipped == 1, "it is asked for again when its life is over"


@pytest.mark.parametrize("step", ["preview", "count", "credits", "exports", "list", "page"])
def test_killed_at_any_step_the_next_run_goes_on(make_context: MakeContext, journal: Journal, step: str) -> None:
    vendor = Vendor()

    class Kill(BaseException):
        pass

    def killing(request: Request) -> Reply:
        answer = vendor(request)
        if vendor.calls[-1] == step:
            raise Kill
        return answer

    with pytest.raises(Kill):
        run(make_context, killing)  # type: ignore[arg-type]
    journal.recover()
    tally = run(make_context, vendor)
    assert tally.records == 1500
    assert len(vendor.created) == 1
    assert booked(journal) == 1500
    with journal.engine.connect() as con:
        pages = con.execute(
            select(t.requests.c.page).where(t.requests.c.endpoint.like("%page"), t.requests.c.state == "settled")
        )
        assert sorted(pages.scalars()) == [1, 2], "no page landed twice"


def test_a_csv_page_lands_as_rows() -> None:
    text, rows = page_as_json(json.dumps({"status": "ready", "csv": 'a,b\r\n1,"x\ny, ""z"""\r\n'}))
    assert json.loads(text) == {"status": "ready", "rows": [{"a": "1", "b": 'x\ny, "z"'}]}
    assert rows == 1


@pytest.mark.parametrize("broken", ["a,b\r\n1\r\n", 'a,b\r\n1,"open\r\n', ""])
def test_a_broken_csv_is_landed_as_it_came(broken: str) -> None:
    assert csv_rows(broken) is None
    text = json.dumps({"status": "ready", "csv": broken})
    assert page_as_json(text) == (text, None)
