"""Calls whose outcome is unknown, and that the vendor itself can tell about: look there before a person must.

ContactBased lists its exports, and ours bear the name of their extraction. What is made under a name of ours (a
saved feed, a saved audience) is on the vendor's list of such things, or was never made. Nothing else can be looked
up (a profile, a verdict, a BIGDBM audience): the vendors document no way, so a person looks into their books.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from contactable.extract.call import End, perform
from contactable.extract.context import ExtractContext
from contactable.extract.exports import ExportRead, ExportSteps
from contactable.extract.subjects import Question
from contactable.journal.calls import Subject
from contactable.journal.errors import ReadElsewhereError
from contactable.vendors import Endpoint, Flow

#: Creations of an export.
EXPORTS = frozenset({"contactbased.export_create", "contactbased.auto_export"})
#: What makes a named thing -> the endpoint that lists such things.
NAMED = {"contactbased.feed_create": "contactbased.feeds", "leadpipe.audience_create": "leadpipe.audience_list"}
#: A list that does not end by then is not the list of one account's feeds.
_MOST_PAGES = 100


def can_be_looked_up(endpoint: str) -> bool:
    """Whether the vendor can be asked what became of a call of this endpoint."""
    return endpoint in EXPORTS or endpoint in NAMED


def look_up(
    context: ExtractContext,
    row: Mapping[str, Any],
    endpoint: Callable[[str], Endpoint],
    export_steps: ExportSteps,
) -> None:
    """Look for what an ambiguous call made, and decide the call by it; it stays as it is when nobody can tell.

    Args:
        row: the request, as ``Journal.ambiguous`` gives it.
        endpoint: declarations by key.
        export_steps: the life cycle of an export.
    """
    if row["endpoint"] in EXPORTS:
        _look_for_export(context, row, endpoint("contactbased.export"), export_steps)
    elif row["endpoint"] in NAMED:
        _look_for_name(context, row, endpoint(NAMED[row["endpoint"]]))


def _look_for_export(
    context: ExtractContext, row: Mapping[str, Any], endpoint: Endpoint, steps: ExportSteps
) -> None:
    """As the next run does. What is found is adopted: the next run reads it."""
    extraction = context.journal.extraction(row["extraction_id"])
    if extraction is None or extraction["state"] != "open":
        return
    asked = json.loads(row["subjects"])[0]
    question = Question(Subject(asked["key"], asked["type"], asked["value"]), "{}", {})
    try:
        ExportRead(context, endpoint, steps, question, "pages").look_for_lost()
    except ReadElsewhereError:
        return  # the run that is at it decides


def _look_for_name(context: ExtractContext, row: Mapping[str, Any], listing: Endpoint) -> None:
    asked = json.loads(row["subjects"])[0]
    wanted = json.loads(row["options"]).get("name") or asked["value"]
    names = _names(context, listing)
    if names is not None:
        context.journal.reconcile(row["request_id"], charged=wanted in names)


def _names(context: ExtractContext, listing: Endpoint) -> set[str] | None:
    """Every name on the list; None when the list could not be read to its end."""
    names: set[str] = set()
    account = Subject(f"{listing.key}|self", listing.subject_type, "self")
    paged = listing.flow is Flow.PAGES
    for page in range(1, _MOST_PAGES + 1):
        outcome = perform(context, listing, [account], {"_page": page} if paged else {}, marks_asked=False)
        if outcome.end is not End.ANSWERED:
            return None
        parsed = outcome.parsed if isinstance(outcome.parsed, Mapping) else {}
        items = parsed.get("items", parsed.get("data"))
        if not isinstance(items, list):
            return None
        names |= {str(item["name"]) for item in items if isinstance(item, Mapping) and item.get("name")}
        if not items or not paged or listing.page_of(parsed).is_last:
            return names
    return None
