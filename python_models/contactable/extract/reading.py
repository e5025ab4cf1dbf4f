"""Reads of many calls: numbered pages and cursors, to a proven end.

The position of a read commits together with each page, so that a killed run goes on where it stopped.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contactable.extract.call import End, Landing, Outcome, perform
from contactable.extract.context import ExtractContext
from contactable.extract.stopping import note_stop
from contactable.extract.subjects import Question
from contactable.http import Reply
from contactable.vendors import Endpoint

#: Most pages of a read whose total is unknown: 10,000 pages of 100 rows are a million people.
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page says of the read it belongs to. ``digest``: of its rows. ``doubt``: why the read may not be
    whole, whatever its counts say."""

    rows: int
    digest: str
    total: int | None
    next_cursor: str | None
    ended: bool
    pinned: Mapping[str, Any]
    doubt: str = ""


def wait_until_ready(context: ExtractContext, endpoint: str, started: float) -> bool:
    """Between two polls; False when the time for polling is over or a stop came."""
    if context.monotonic() - started > context.poll_limit_seconds:
        context.tally.stop(endpoint, "still not ready; it is read in the next run", "vendor")
        return False
    if context.stop.sleep(context.poll_seconds):
        context.tally.stop(endpoint, context.stop.reason, "deadline")
        return False
    return True


# ---------------------------------------------------------------- cursor (Leadpipe)

#: What must stay as it is while a query is read. A new daily run comes once a day: what moves again after the read
#: began anew moves from page to page and says nothing about the rows (2026-12-01).
_PINNED = ("dataDate", "cacheKey")
#: In the pinned values: which of them have been seen to move in a read that had begun anew.
_LOOSE = "_moving"


def read_by_cursor(context: ExtractContext, endpoint: Endpoint, question: Question) -> End:
    """Follow the cursor with the data day pinned. Where the day moves, or the vendor refuses its cursor, the read
    begins again, once; where that happens again it goes on, or ends with what there is, and says so."""
    end = _read_once(context, endpoint, question, again=False)
    return end if end is not End.RESTART else _read_once(context, endpoint, question, again=True)


def _read_once(context: ExtractContext, endpoint: Endpoint, question: Question, *, again: bool) -> End:
    """``again``: this read has begun anew already. Returns ``End.RESTART`` only where it has not."""
    state = context.journal.open_extraction(endpoint.key, question.subject, context.run_id)
    extraction_id = str(state["extraction_id"])
    if context.journal.open_create(extraction_id, endpoint.key) is not None:
        context.tally.add(endpoint.key, skipped=1)  # a paid page is not decided yet, as in `read_pages`
        return End.STALE
    pinned: Mapping[str, Any] = json.loads(state["pinned"] or "{}")
    cursor, page = state["next_cursor"], int(state["next_page"])
    rows, seen, oddity = int(state["rows_read"]), {str(state["next_cursor"])}, ""
    before: _Page | None = None
    started = context.monotonic()
    while True:
        options = {"limit": 100, **question.options}
        if cursor is not None:
            day = options.get("date") or _day(pinned.get("dataDate"))
            options |= {"cursor": cursor, **({} if day is None else {"date": day})}
        last = "" if before is None else before.digest
        outcome = perform(
            context, endpoint, [question.subject], options,
            extraction_id=extraction_id, page=page, marks_asked=False,
            landing=_land(endpoint, _cursor_page(endpoint), page, rows, last, pinned, again=again),
        )  # fmt: skip
        if outcome.end is End.NOT_YET:
            if not wait_until_ready(context, endpoint.key, started):
                return End.STOPPED
            continue
        if outcome.end is End.RESTART:
            if not again:
                return _begin_again(context, endpoint, extraction_id, "the vendor refused its own cursor")
            if before is None:
                return _broken_off(context, endpoint, extraction_id, outcome)
            problem = "the vendor refused its own cursor again and again"
            _finish(context, endpoint, extraction_id, rows, before, problem, proven=False)
            return End.ANSWERED
        if outcome.end is not End.ANSWERED or outcome.reply is None:
            return _broken_off(context, endpoint, extraction_id, outcome)
        current = _cursor_page(endpoint)(outcome.reply)
        context.tally.add(endpoint.key, records=current.rows)
        if moved := _moved(pinned, current):
            if not again:
                context.tally.add(endpoint.key, records=-rows - current.rows)
                return _begin_again(context, endpoint, extraction_id, f"{' and '.join(moved)} moved while reading")
            oddity = f"{' and '.join(moved)} moves from page to page, so rows of several runs may be among these"
        _note_another_day(context, endpoint, question, current)
        new = _new_rows(current, last)
        if new < current.rows:
            oddity = "a page came twice"
        pinned, rows = _pinned_after(pinned, current, again=again), rows + new
        problem = _loop_problem(current, seen, page)
        if current.ended or problem:
            _finish(context, endpoint, extraction_id, rows, current, problem or oddity, proven=current.ended)
            return End.ANSWERED
        cursor, page, before = current.next_cursor, page + 1, current
        seen.add(str(cursor))


def _begin_again(context: ExtractContext, endpoint: Endpoint, extraction_id: str, why: str) -> End:
    """Give up what was read so far: the same rows come again. Free pages are withdrawn, so each is kept once."""
    context.tally.note(endpoint.key, f"{why}; the query began again")
    context.journal.abandon_extraction(extraction_id, withdraw=not endpoint.paid)
    return End.RESTART


def _moved(pinned: Mapping[str, Any], page: _Page) -> list[str]:
    """What should have stayed as it was while reading, and did not. Of a day with a time only the day counts."""
    loose = pinned.get(_LOOSE, ())
    return [
        name
        for name in _PINNED
        if name in pinned
        and name not in loose
        and _fixed(name, pinned[name]) != _fixed(name, page.pinned.get(name))
    ]


def _fixed(name: str, value: Any) -> Any:
    return _day(value) or value if name == "dataDate" else value


def _pinned_after(pinned: Mapping[str, Any], page: _Page, *, again: bool) -> Mapping[str, Any]:
    """What the next page is compared with."""
    loose = sorted({*pinned.get(_LOOSE, ()), *(_moved(pinned, page) if again else ())})
    return {**page.pinned, **({_LOOSE: loose} if loose else {})}


def _day(value: Any) -> str | None:
    """The part of a data date that has the documented pattern of ``date``, YYYY-MM-DD; None without one."""
    found = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", value, re.ASCII) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        date.fromisoformat(found[0])
    except ValueError:
        return None
    return found[0]


def _note_another_day(context: ExtractContext, endpoint: Endpoint, question: Question, page: _Page) -> None:
    asked, told = question.options.get("date"), _day(page.pinned.get("dataDate"))
    if asked is not None and told is not None and asked != told:
        text = f"the run of {asked} was asked for and the vendor answered with that of {told}"
        context.tally.note(endpoint.key, f"{question.subject.value}: {text}")


def _cursor_page(endpoint: Endpoint) -> Callable[[Reply], _Page]:
    def read(reply: Reply) -> _Page:
        parsed = _object(reply.json)
        meta = _object(parsed.get("meta"))
        data = parsed.get("data")
        cursor = meta.get("nextCursor")
        records = data if isinstance(data, list) else []
        return _Page(
            rows=len(records),
            digest=_digest(records),
            total=_whole(meta.get("totalCount")),
            next_cursor=cursor if isinstance(cursor, str) and cursor else None,
            ended=not meta.get("hasMore") or not isinstance(cursor, str) or not cursor,
            pinned={name: meta[name] for name in _PINNED if meta.get(name) is not None},
            doubt=endpoint.doubt(reply.json) or "",
        )

    return read


def _loop_problem(current: _Page, seen: set[str], page: int) -> str:
    if current.ended:
        return ""
    if str(current.next_cursor) in seen:
        return "the vendor repeated a cursor"
    if current.rows == 0:
        return "the vendor announced more but sent an empty page"
    return f"more than {_MOST_PAGES:,} pages" if page >= _MOST_PAGES else ""


# ---------------------------------------------------------------- numbered pages (ContactBased feeds, BIGDBM B2B)


def read_pages(context: ExtractContext, endpoint: Endpoint, question: Question) -> End:
    """Page by number until the vendor's total, a short or empty page, or a page that came before.

    A paid page whose outcome is unknown stays unknown: the read goes on when somebody has reconciled it.
    """
    state = context.journal.open_extraction(endpoint.key, question.subject, context.run_id)
    extraction_id, page, rows = str(state["extraction_id"]), int(state["next_page"]), int(state["rows_read"])
    if context.journal.open_create(extraction_id, endpoint.key) is not None:
        context.tally.add(endpoint.key, skipped=1)
        return End.STALE
    last = ""

    def read(reply: Reply) -> _Page:
        found = endpoint.page_of(reply.json)  # not the whole answer: it repeats the id of the call
        return _Page(len(found.rows), _digest(found.rows), found.total, None, found.is_last, pinned={})

    while True:
        outcome = perform(
            context, endpoint, [question.subject], {**question.options, "_page": page},
            extraction_id=extraction_id, page=page, marks_asked=False,
            landing=_land(endpoint, read, page, rows, last),
        )  # fmt: skip
        if outcome.end is not End.ANSWERED or outcome.reply is None:
            return _broken_off(context, endpoint, extraction_id, outcome)
        current = read(outcome.reply)
        new = _new_rows(current, last)
        rows, repeated = rows + new, new < current.rows
        context.tally.add(endpoint.key, records=current.rows)
        ended = _reached_end(current, rows)
        if ended or repeated or page >= _MOST_PAGES:
            problem = "a page came twice" if repeated else "" if ended else f"more than {_MOST_PAGES:,} pages"
            _finish(context, endpoint, extraction_id, rows, current, problem, proven=ended and not repeated)
            return End.ANSWERED
        last, page = current.digest, page + 1


# ---------------------------------------------------------------- both


def _reached_end(page: _Page, rows: int) -> bool:
    """``rows``: read so far, with this page's."""
    return page.ended or page.rows == 0 or (page.total is not None and rows >= page.total)


def _digest(records: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


def _new_rows(page: _Page, last: str) -> int:
    """Rows that the page before did not hold already; ``last``: its digest."""
    return 0 if page.digest == last else page.rows


def _is_short(rows: int, page: _Page, *, proven: bool) -> bool:
    """Whether rows are missing, or may be. ``page``: the last; ``proven``: the vendor said that it is."""
    return bool(page.doubt) or (not proven if page.total is None else rows < page.total)


def _closing(endpoint: Endpoint, *, short: bool) -> str:
    """The state of a read that has ended. One that lost rows answers nothing and is read again in the next run;
    where its pages cost, it counts as answered all the same: to read it again would buy them again."""
    return "failed" if short and not endpoint.paid else "complete"


def _land(
    endpoint: Endpoint,
    parse: Callable[[Reply], _Page],
    page: int,
    rows_before: int,
    last: str,
    pinned: Mapping[str, Any] | None = None,
    *,
    again: bool = False,
) -> Landing:
    """The page as it came, and the position after it.

    The last page closes the read in the same transaction: a run that is killed right after it has nothing to ask
    again. A read by numbers ends with the total too, one by cursor only where the vendor says so.
    """

    def landing(reply: Reply) -> tuple[str, Mapping[str, Any]]:
        current = parse(reply)
        rows = rows_before + _new_rows(current, last)
        ended = current.ended if pinned is not None else _reached_end(current, rows)
        short = _is_short(rows, current, proven=True)
        moved = not again and _moved(pinned or {}, current)
        closing = {"state": _closing(endpoint, short=short)} if ended and not moved else {}
        return reply.text, {
            **closing,
            "pinned": json.dumps(_pinned_after(pinned or {}, current, again=again), sort_keys=True),
            "next_cursor": current.next_cursor,
            "next_page": page + 1,
            "pages_read": page,
            "rows_read": rows,
            "rows_expected": current.total,
        }

    return landing


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _finish(
    context: ExtractContext,
    endpoint: Endpoint,
    extraction_id: str,
    rows: int,
    page: _Page,
    problem: str,
    *,
    proven: bool,
) -> None:
    """Close the read. What was read is kept, whatever is missing; ``page`` is the last."""
    short = _is_short(rows, page, proven=proven)
    if short:
        text = f"{problem or page.doubt or 'the vendor ended early'}: {missing_rows(rows, page.total)}"
        then = "not bought again before its life is over" if endpoint.paid else "read again in the next run"
        context.tally.note_incomplete(endpoint.key, f"{text}; what was read is kept, and it is {then}")
    elif problem or (page.total is not None and page.total != rows):
        problem = problem or f"read {rows:,} rows where the vendor announced {page.total:,}"
        context.tally.note(endpoint.key, f"{problem}; nothing is missing")
    state = _closing(endpoint, short=short)
    context.journal.update_extraction(extraction_id, {"state": state, "job_status": problem or None})
    context.tally.add(endpoint.key, asked=1, answered=int(not short), matched=int(rows > 0 and not short))


def missing_rows(rows: int, total: int | None) -> str:
    """How much of a read is there, for people."""
    if total is None:
        return f"read {rows:,} rows; how many are missing is not known"
    missing = total - rows
    if missing <= 0:
        return f"read {rows:,} rows where the vendor announced {total:,}"
    return f"read {rows:,} of {total:,} rows, {missing:,} {'is' if missing == 1 else 'are'} missing"


def _broken_off(context: ExtractContext, endpoint: Endpoint, extraction_id: str, outcome: Outcome) -> End:
    if outcome.end is End.REFUSED:
        context.journal.update_extraction(extraction_id, {"state": "failed", "job_status": outcome.message})
        context.tally.add(endpoint.key, asked=1, refused=1)
        context.tally.stop(endpoint.key, outcome.message, "configuration")
    elif outcome.end is End.AMBIGUOUS:
        context.tally.add(endpoint.key, asked=1, ambiguous=1)
        text = f"a paid page was cut off, see `contactable reconcile`: {outcome.message}"
        context.tally.stop(endpoint.key, text, "vendor")
    elif not note_stop(context, endpoint, outcome):
        context.tally.add(endpoint.key, asked=1, failed=1)
        context.tally.stop(endpoint.key, outcome.message, "vendor")
    return outcome.end
