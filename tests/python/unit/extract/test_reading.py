"""Cursors and pages: to a proven end, resumed where they stopped, never in a circle."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.reading import read_by_cursor, read_pages
from contactable.extract.subjects import question
from contactable.http import Reply, Request
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, reply, sent_json

QUERY = ENDPOINTS["leadpipe.audience_query"]
FEEDS = ENDPOINTS["contactbased.feeds"]
OPTIONS = {"topicIds": [117801], "minScore": 50, "maxScore": 100, "minTopicOverlap": 1}
ASK = question(QUERY, "q", "query", "electric vehicles", json.dumps(OPTIONS), None)


def page(
    rows: int, cursor: str | None, *, total: int | None, day: str = "2026-11-20", key: str = "c1", first: int = 0
) -> dict[str, Any]:
    return {
        "data": [{"hem": f"{i:064x}"} for i in range(first, first + rows)],
        "meta": {
            "count": rows, "totalCount": total, "nextCursor": cursor, "hasMore": cursor is not None,
            "status": "ready", "cacheKey": key, "dataDate": day,
        },
    }  # fmt: skip


def extraction(journal: Journal) -> dict[str, Any]:
    with journal.engine.connect() as con:
        return dict(
            con.execute(select(t.extractions).order_by(t.extractions.c.extraction_id.desc())).mappings().first()
            or {}
        )


def test_every_field_is_sent_and_the_day_is_pinned_after_the_first_page(make_context: MakeContext) -> None:
    context = make_context([reply(page(100, "x", total=130)), reply(page(30, None, total=130))])
    read_by_cursor(context, QUERY, ASK)
    first, second = sent_json(context)
    assert first == {**OPTIONS, "limit": 100}
    assert second == {**OPTIONS, "limit": 100, "cursor": "x", "date": "2026-11-20"}
    tally = context.tally.endpoints[QUERY.key]
    assert (tally.records, tally.answered, tally.notes) == (130, 1, [])


def test_202_is_not_an_empty_answer(make_context: MakeContext, journal: Journal) -> None:
    waiting = {"data": [], "meta": {"count": 0, "totalCount": 0, "hasMore": False, "status": "materializing"}}
    context = make_context([reply(waiting, 202), reply(waiting, 202), reply(page(1, None, total=1))])
    read_by_cursor(context, QUERY, ASK)
    assert context.tally.endpoints[QUERY.key].records == 1
    with journal.engine.connect() as con:
        assert len(con.execute(select(t.answers)).all()) == 1, "an answer that is not ready does not land"


def test_an_audience_that_never_gets_ready_stays_due(make_context: MakeContext, journal: Journal) -> None:
    ticks = iter(range(0, 10_000, 200))
    context = make_context(lambda request: reply({"data": []}, 202), monotonic=lambda: float(next(ticks)))
    read_by_cursor(context, QUERY, ASK)
    assert "not ready" in context.tally.endpoints[QUERY.key].stopped
    assert extraction(journal)["state"] == "open"


def test_a_moved_day_begins_again(make_context: MakeContext, journal: Journal) -> None:
    context = make_context(
        [
            reply(page(100, "x", total=200)),
            reply(page(100, None, total=200, day="2026-11-21", key="c2")),
            reply(page(100, "y", total=150, day="2026-11-21", key="c2")),
            reply(page(50, None, total=150, day="2026-11-21", key="c2")),
        ]
    )
    read_by_cursor(context, QUERY, ASK)
    done = extraction(journal)
    assert (done["state"], done["rows_read"]) == ("complete", 150)
    assert "moved" in context.tally.endpoints[QUERY.key].notes[0]


def test_a_stale_cursor_begins_again(make_context: MakeContext, journal: Journal) -> None:
    context = make_context(
        [
            reply(page(100, "x", total=101)),
            reply({"error": {"message": "Invalid cursor"}}, 400),
            reply(page(100, "y", total=101)),
            reply(page(1, None, total=101)),
        ]
    )
    read_by_cursor(context, QUERY, ASK)
    assert extraction(journal)["rows_read"] == 101


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            [page(100, "x", total=None), page(100, "x", total=None, first=100)],
            "the vendor repeated a cursor: read 200 rows; how many are missing is not known",
        ),
        (
            [page(100, "x", total=250), page(100, "x", total=250, first=100)],
            "the vendor repeated a cursor: read 200 of 250 rows, 50 are missing",
        ),
        ([page(100, "x", total=500), page(0, "y", total=500)], "read 100 of 500 rows, 400 are missing"),
        ([page(100, "x", total=102), page(1, None, total=102, first=100)], "read 101 of 102 rows, 1 is missing"),
        (
            [page(100, "x", total=200), page(100, None, total=200)],
            "a page came twice: read 100 of 200 rows, 100 are missing",
        ),
    ],
)
def test_a_read_that_lost_rows_is_kept_and_told_and_answers_nothing(
    make_context: MakeContext, journal: Journal, answers: list[Any], said: str
) -> None:
    context = make_context([reply(answer) for answer in answers])
    run_wave(context, [EndpointWork(QUERY, iter([ASK]))])
    tally = context.tally.endpoints[QUERY.key]
    assert said in tally.notes[0]
    assert (tally.incomplete, tally.answered, tally.records) == (1, 0, sum(len(a["data"]) for a in answers))
    assert extraction(journal)["state"] == "failed", "a run that is killed right after it does not go on either"
    again = make_context([reply(page(1, None, total=1))])
    run_wave(again, [EndpointWork(QUERY, iter([ASK]))])
    assert len(sent_json(again)) == 1, "it is due again"
    assert "cursor" not in sent_json(again)[0]


@pytest.mark.parametrize(
    "answers",
    [
        [page(100, None, total=7)],  # more than was announced
        # All of it is here, whatever the cursor says.
        [page(100, "x", total=200), page(100, "x", total=200, first=100)],
    ],
)
def test_an_oddity_that_lost_nothing_is_said(
    make_context: MakeContext, journal: Journal, answers: list[Any]
) -> None:
    context = make_context([reply(answer) for answer in answers])
    read_by_cursor(context, QUERY, ASK)
    assert extraction(journal)["state"] == "complete"
    tally = context.tally.endpoints[QUERY.key]
    assert tally.notes
    assert tally.incomplete == 0


def test_a_null_total_is_survived(make_context: MakeContext) -> None:
    context = make_context([reply(page(100, "x", total=None)), reply(page(5, None, total=None))])
    read_by_cursor(context, QUERY, ASK)
    assert context.tally.endpoints[QUERY.key].notes == []


def test_a_broken_read_goes_on_at_the_page_where_it_stopped(make_context: MakeContext, journal: Journal) -> None:
    def killed(request: Request) -> Reply:
        if request.body.json and "cursor" in request.body.json:
            raise KeyboardInterrupt
        return reply(page(100, "x", total=130))

    with pytest.raises(KeyboardInterrupt):
        read_by_cursor(make_context(killed), QUERY, ASK)
    journal.recover()
    context = make_context([reply(page(30, None, total=130))])
    read_by_cursor(context, QUERY, ASK)
    assert sent_json(context)[0]["cursor"] == "x"
    assert (extraction(journal)["state"], extraction(journal)["rows_read"]) == ("complete", 130)
    assert context.tally.endpoints[QUERY.key].notes == []


def test_a_finished_query_is_not_read_again_by_a_stale_worklist(make_context: MakeContext) -> None:
    run_wave(make_context([reply(page(1, None, total=1))]), [EndpointWork(QUERY, iter([ASK]))])
    again = make_context([])
    run_wave(again, [EndpointWork(QUERY, iter([ASK]))])
    assert sent_json(again) == []


@pytest.mark.parametrize("status", [404, 400])
def test_a_refused_query_says_so_and_stays_due(make_context: MakeContext, journal: Journal, status: int) -> None:
    context = make_context([reply({"error": {"message": "Audience not found"}}, status)])
    read_by_cursor(context, QUERY, ASK)
    assert context.tally.endpoints[QUERY.key].stop_kind == "configuration"
    assert extraction(journal)["state"] == "failed"


@given(total=st.integers(0, 450), size=st.integers(1, 100), announced=st.sampled_from(["right", "null", "wrong"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_every_row_is_read_exactly_once_whatever_the_totals_say(
    make_context: MakeContext, total: int, size: int, announced: str
) -> None:
    said = {"right": total, "null": None, "wrong": total + 1}[announced]

    def vendor(request: Request) -> Reply:
        assert request.body.json is not None
        start = int(request.body.json.get("cursor") or 0)
        end = min(start + size, total)
        body = page(end - start, str(end) if end < total else None, total=said, first=start)
        return reply(body)

    context = make_context(vendor)
    ask = question(QUERY, f"{total}-{size}-{announced}", "query", "any", json.dumps(OPTIONS), None)
    read_by_cursor(context, QUERY, ask)
    tally = context.tally.endpoints[QUERY.key]
    assert (tally.records, tally.incomplete) == (total, int(announced == "wrong"))


def feeds_page(number: int, rows: int, total: int | None, pages: int | None, size: int = 200) -> dict[str, Any]:
    items = [{"feed_id": f"{number}-{i}"} for i in range(rows)]
    return {"items": items, "total": total, "page": number, "page_size": size, "total_pages": pages}


FEED_ASK = question(FEEDS, "f", "organization", "self", "{}", None)


def test_feeds_are_paged_to_the_end(make_context: MakeContext) -> None:
    answers = [feeds_page(1, 200, 450, 3), feeds_page(2, 200, 450, 3), feeds_page(3, 50, 450, 3)]
    context = make_context([reply(answer) for answer in answers])
    read_pages(context, FEEDS, FEED_ASK)
    assert context.tally.endpoints[FEEDS.key].records == 450
    transport: Any = context.transport
    assert [r.query["page"] for r in transport.requests] == ["1", "2", "3"]


@pytest.mark.parametrize("total", [None, 7, 1000])
def test_a_wrong_or_null_total_does_not_lose_feeds(make_context: MakeContext, total: int | None) -> None:
    answers = [feeds_page(1, 5, total, None, size=5), feeds_page(2, 3, total, None, size=5)]
    context = make_context([reply(answer) for answer in answers])
    read_pages(context, FEEDS, FEED_ASK)
    assert context.tally.endpoints[FEEDS.key].records == 8


def test_a_vendor_that_sends_one_page_for_ever_is_left(make_context: MakeContext) -> None:
    same = feeds_page(1, 5, None, None, size=5)
    context = make_context(lambda request: reply(same))
    read_pages(context, FEEDS, FEED_ASK)
    assert len(context.transport.requests) == 2  # type: ignore[attr-defined]
    assert "a page came twice" in context.tally.endpoints[FEEDS.key].notes[0]
