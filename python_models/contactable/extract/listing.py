"""Reads a vendor's list of things that were made there, to a proven end, within bounds."""

from collections.abc import Callable, Mapping
from typing import Any

from contactable.extract.call import End, Outcome
from contactable.extract.evidence import Listing
from contactable.vendors.model import whole_number

#: A list that does not end by then is not read further: 100 pages of 50 are 5,000 exports of one account.
MOST_PAGES = 100


def read_list(
    ask: Callable[[int], Outcome], id_name: str, *, paged: bool = True, until: str | None = None
) -> Listing:
    """Ask page after page until one is empty, brings nothing new, or is refused as beyond the last.

    The end is proven by an empty page (or the only one of a list without pages), and by figures: nothing that the
    list's own total promises is missing. A list that gives the same page for ever proves nothing unless its total
    says that this page is all.

    Args:
        ask: one page by its number, from 1.
        id_name: the field of an item that holds its id.
        until: an id with which reading may stop.
    """
    items: dict[str, Mapping[str, Any]] = {}
    total: int | None = None
    unreadable = False
    for page in range(1, MOST_PAGES + 1):
        outcome = ask(page)
        if outcome.end is End.REFUSED and page > 1:
            return _ended(items, page - 1, total, unreadable, proven=total is not None)
        if outcome.end is not End.ANSWERED:
            return Listing(items, page - 1, broken=f"the list could not be read: {outcome.message}")
        rows = rows_of(outcome.parsed)
        named = {str(row[id_name]): row for row in rows or () if isinstance(row, Mapping) and row.get(id_name)}
        if rows is None or (rows and not named):
            return Listing(items, page - 1, broken="the list could not be read: its answer has another shape")
        unreadable = unreadable or len(named) < len(rows)
        fresh = named.keys() - items.keys()
        items |= named
        told = whole_number(outcome.parsed.get("total")) if isinstance(outcome.parsed, Mapping) else None
        total = told if told is not None else total
        if until is not None and until in items:
            return Listing(items, page)
        if not rows or not paged:
            return _ended(items, page, total, unreadable, proven=True)
        if not fresh:
            return _ended(items, page, total, unreadable, proven=total is not None)
    return Listing(items, MOST_PAGES)


def rows_of(parsed: Any) -> list[Any] | None:
    """The rows of a list's answer (``items``, ``data``, or the answer itself); None when it holds no list."""
    if isinstance(parsed, Mapping):
        parsed = parsed.get("items", parsed.get("data"))
    return parsed if isinstance(parsed, list) else None


def _ended(
    items: Mapping[str, Mapping[str, Any]], pages: int, total: int | None, unreadable: bool, *, proven: bool
) -> Listing:
    whole = total is None or total <= len(items)
    return Listing(items, pages, complete=proven and whole and not unreadable)
