"""What a list proves: every row of the two tables of ``evidence``, and the ends of a list that are no proof."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contactable.extract.call import End, Outcome
from contactable.extract.evidence import (
    COMPARED_CLOCK,
    UNKNOWN_CLOCK,
    Finding,
    Listing,
    Made,
    decide,
    made_between,
)
from contactable.extract.exports import KIND
from contactable.extract.listing import MOST_PAGES, read_list
from contactable.extract.lost import NAMED
from support.extraction import reply

SENT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
THEN, YESTERDAY = "2026-11-30T12:00:30Z", "2026-11-29T09:00:00Z"
FEED = "00000000-0000-4000-8000-000000000002"
OPTIONS = {"feed_id": FEED, "lookback_days": 30, "page_size": 1000, "max_rows": None, "enrichment_bundles": None}
NAME = "contactable-1"
FOUND, ABSENT, UNDECIDED = Finding.FOUND, Finding.ABSENT, Finding.UNDECIDED

Item = dict[str, Any]


def made(slack: timedelta | None = COMPARED_CLOCK, **changes: Any) -> Made:
    return made_between(NAME, OPTIONS | changes, SENT, SENT + timedelta(seconds=5), slack=slack)


def item(key: str = "new", **values: Any) -> Item:
    """A thing of the list that agrees with what we sent, and bears no name."""
    return {"export_id": key, "feed_id": FEED, "lookback_days": 30, "page_size": 1000, "created_at": THEN} | values


OURS_BEFORE = item("known", name="contactable-0", created_at=YESTERDAY)
NAMELESS_BEFORE = item("known", created_at=YESTERDAY)

CASES: dict[str, tuple[list[Item], Finding]] = {
    "its name": ([item(name=NAME), OURS_BEFORE], FOUND),
    "its name, whatever else it says": ([item(name=NAME, feed_id="another", created_at=YESTERDAY)], FOUND),
    "its name twice": ([item(name=NAME), item("new-2", name=NAME)], UNDECIDED),
    "names are told, not its own": ([item("o", name="contactable-2"), OURS_BEFORE], ABSENT),
    "another name without a moment": ([item("o", name="of a colleague", created_at=None)], ABSENT),
    "another name, made when ours was": ([item("o", name="of a colleague")], UNDECIDED),
    "another name, made when ours was, names are told": ([item("o", name="of a colleague"), OURS_BEFORE], ABSENT),
    "names of the vendor's own": ([item(name="Export 7"), item("known", name="Export 6")], FOUND),
    "one new one without a name": ([item(), NAMELESS_BEFORE], FOUND),
    "two new ones without names": ([item(), item("new-2")], UNDECIDED),
    "a new one of another feed": ([item(feed_id="another")], ABSENT),
    "a new one of another window": ([item(lookback_days=7)], ABSENT),
    "a new one with a ceiling": ([item(max_rows=10)], ABSENT),
    "a new one of yesterday": ([item(created_at=YESTERDAY)], ABSENT),
    "a new one whose window ended days ago": ([item(created_at=None, end_date="2026-11-20")], ABSENT),
    "a new one that may be of any time": ([item(created_at=None)], UNDECIDED),
    "a new one that may be of any feed": ([item(feed_id=None)], UNDECIDED),
    "a new one of which only the id is told": ([{"export_id": "new", "status": "ready"}], UNDECIDED),
    "a local time without a zone": ([item(created_at="2026-11-30T07:00:30")], UNDECIDED),
    "nothing but what we know": ([NAMELESS_BEFORE], ABSENT),
    "nothing": ([], UNDECIDED),
}


def listing(items: list[Item], *, complete: bool = True, broken: str = "") -> Listing:
    return Listing({one["export_id"]: one for one in items}, 1, complete, broken)


@pytest.mark.parametrize(("items", "finding"), CASES.values(), ids=CASES)
def test_what_a_list_proves(items: list[Item], finding: Finding) -> None:
    decision = decide(listing(items), made(), KIND, frozenset({"known"}))
    assert decision.finding is finding, decision.evidence
    assert (decision.item is None) == (finding is not FOUND)
    if finding is ABSENT:
        unproven = decide(listing(items, complete=False), made(), KIND, frozenset({"known"}))
        assert (unproven.finding, "end is not proven" in unproven.evidence) == (UNDECIDED, True)
    if finding is not UNDECIDED:
        broken = decide(listing(items, broken="a 500"), made(), KIND, frozenset({"known"}))
        assert broken.finding is (FOUND if "bears its name" in decision.evidence else UNDECIDED)


def test_clocks_that_were_not_compared_exclude_only_what_is_more_than_a_day_off() -> None:
    for created, finding in (("2026-11-29T13:00:00Z", UNDECIDED), (YESTERDAY, ABSENT)):
        found = decide(listing([item(created_at=created)]), made(UNKNOWN_CLOCK), KIND, frozenset())
        assert found.finding is finding, created
    no_clock = decide(listing([item(created_at="2020-01-01T00:00:00Z")]), made(None), KIND, frozenset())
    assert no_clock.finding is UNDECIDED
    ahead = made_between(NAME, OPTIONS, SENT, SENT, timedelta(days=9), COMPARED_CLOCK)
    there = [item(created_at="2026-12-09T12:00:00Z"), item("o", created_at=THEN)]
    assert decide(listing(there), ahead, KIND, frozenset()).finding is FOUND, "by the vendor's own clock"


def test_what_may_as_well_be_another_lost_one_is_neithers() -> None:
    other = made(max_rows=10)
    for told, finding in ((item(), UNDECIDED), (item(max_rows=10), ABSENT)):
        assert decide(listing([told]), made(), KIND, frozenset(), [other]).finding is finding
    assert decide(listing([item(name=NAME)]), made(), KIND, frozenset(), [other]).finding is FOUND


@pytest.mark.parametrize("endpoint", NAMED)
def test_saved_feeds_and_audiences_are_looked_for_by_the_same_rule(endpoint: str) -> None:
    _, kind = NAMED[endpoint]
    sent: Mapping[str, Any] = {"query": "crm"} if kind.what == "feed" else {"topicIds": [2, 1]}
    wanted = made_between("Mine ", sent, SENT, SENT)

    def told(key: str, name: str | None, created: str, **carried: Any) -> Item:
        inside = {kind.inside: carried} if kind.inside else carried
        return {kind.id: key, kind.created: created} | ({} if name is None else {"name": name}) | inside

    agreeing: Item = {"query": "CRM"} if kind.what == "feed" else {"topicIds": [1, 2]}
    other: Item = {"query": "hr"} if kind.what == "feed" else {"topicIds": [3]}
    for things, finding in (
        ([told("1", "mine", YESTERDAY, **other)], FOUND),
        ([told("1", "Another", THEN, **agreeing)], ABSENT),
        ([told("1", None, "2026-05-01T00:00:00Z"), told("2", None, THEN, **agreeing)], FOUND),
        ([told("1", None, "2026-05-01T00:00:00Z"), told("2", None, THEN, **other)], ABSENT),
        ([told("1", None, THEN)], UNDECIDED),
        ([], UNDECIDED),
    ):
        there = Listing({one[kind.id]: one for one in things}, 1, complete=True)
        assert decide(there, wanted, kind, frozenset()).finding is finding, things


def pages(*bodies: Any) -> Callable[[int], Outcome]:
    """A list by pages; the last one comes for ever."""

    def ask(page: int) -> Outcome:
        body = bodies[min(page, len(bodies)) - 1]
        return body if isinstance(body, Outcome) else Outcome(End.ANSWERED, reply(body))

    return ask


ONE: Item = {"items": [{"id": "1"}]}
TWO: Item = {"items": [{"id": "2"}]}
NONE: Item = {"items": []}
ENDS: dict[str, tuple[tuple[Any, ...], bool, int]] = {
    "an empty page": ((ONE, TWO, NONE), True, 2),
    "an empty page, and the total is there": ((ONE | {"total": 2}, TWO, NONE), True, 2),
    "an empty page, and some are missing": ((ONE | {"total": 3}, TWO, NONE), False, 2),
    "the same page for ever": ((ONE,), False, 1),
    "the same page for ever, which is all": ((ONE | {"total": 1},), True, 1),
    "a page beyond the last is refused": ((ONE | {"total": 1}, Outcome(End.REFUSED)), True, 1),
    "a page is refused, and nothing tells that it is the last": ((ONE, Outcome(End.REFUSED)), False, 1),
    "a thing without an id": (({"items": [{"id": "1"}, {"name": "x"}]}, NONE), False, 1),
    "a bare list": (([{"id": "1"}], []), True, 1),
    "another shape": ((ONE, {"exports": []}), False, 1),
    "a failure": ((ONE, Outcome(End.FAILED)), False, 1),
}


@pytest.mark.parametrize(("bodies", "complete", "things"), ENDS.values(), ids=ENDS)
def test_the_end_of_a_list_is_proven_or_it_is_not(bodies: tuple[Any, ...], complete: bool, things: int) -> None:
    found = read_list(pages(*bodies), "id")
    assert (found.complete, len(found.items)) == (complete, things)


def test_a_list_without_end_is_left_after_so_many_pages() -> None:
    asked: list[int] = []

    def ask(page: int) -> Outcome:
        asked.append(page)
        return Outcome(End.ANSWERED, reply({"items": [{"id": str(page)}]}))

    assert not read_list(ask, "id").complete
    assert len(asked) == MOST_PAGES
    assert read_list(ask, "id", until="7").pages == 7
    assert read_list(ask, "id", paged=False).complete
