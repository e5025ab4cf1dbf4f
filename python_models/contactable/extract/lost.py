"""Calls whose outcome is unknown, and that the vendor itself can tell about: look there before a person must.

ContactBased lists its exports and feeds, Leadpipe its saved audiences; ``evidence`` says what a list proves.
Nothing else can be looked up (a profile, a verdict, a BIGDBM audience): the vendors document no way, so a person
looks into their books.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contactable.extract.call import Outcome, perform
from contactable.extract.context import ExtractContext
from contactable.extract.evidence import UNKNOWN_CLOCK, Decision, Finding, Kind, decide, made_between
from contactable.extract.exports import CREATES, ExportRead, ExportSteps, vendors_clock
from contactable.extract.listing import read_list
from contactable.extract.subjects import Question
from contactable.journal.calls import Subject
from contactable.journal.errors import NotAmbiguousError, ReadElsewhereError
from contactable.journal.store import Journal
from contactable.vendors import Endpoint, Flow

#: What makes a named thing -> the endpoint that lists such things, and how its list tells of them.
NAMED = {
    "contactbased.feed_create": ("contactbased.feeds", Kind("feed", "feed_id", "created_at", must=("query",))),
    "leadpipe.audience_create": (
        "leadpipe.audience_list",
        Kind("audience", "id", "createdAt", must=("topicIds",), inside="config"),
    ),
}


def can_be_looked_up(endpoint: str) -> bool:
    """Whether the vendor can be asked what became of a call of this endpoint."""
    return endpoint in CREATES or endpoint in NAMED


def look_up(
    context: ExtractContext,
    row: Mapping[str, Any],
    endpoint: Callable[[str], Endpoint],
) -> Decision:
    """Look for what an ambiguous call made, and book what is proven; undecided, the call stays as it is.

    Args:
        row: the request, as ``Journal.ambiguous`` gives it; of an endpoint that can be looked up.
        endpoint: declarations by key.
    """
    if row["endpoint"] in CREATES:
        export = endpoint("contactbased.export")
        steps = ExportSteps(**{name: endpoint(key) for name, key in export.steps.items()})
        return _look_for_export(context, row, export, replace(steps, create=endpoint(row["endpoint"])))
    listing, kind = NAMED[row["endpoint"]]
    return _look_for_named(context, row, endpoint(listing), kind)


def charge_as_told(journal: Journal, row: Mapping[str, Any], credits: float, evidence: str) -> None:
    """Book what a person found in the vendor's book. No later rule about what such a thing costs changes it.

    Raises:
        NotAmbiguousError: the call is decided already.
    """
    kept = None
    if row["endpoint"] in CREATES and (extraction := journal.extraction(row["extraction_id"])) is not None:
        pinned = json.loads(extraction["pinned"] or "{}") | {"charged_as_told": True}
        kept = {"pinned": json.dumps(pinned, sort_keys=True)}
    journal.reconcile(row["request_id"], charged=True, credits=credits, evidence=evidence, extraction=kept)


def _look_for_export(
    context: ExtractContext, row: Mapping[str, Any], endpoint: Endpoint, steps: ExportSteps
) -> Decision:
    """As the next run does. What is found is adopted: the next run reads it."""
    extraction = context.journal.extraction(row["extraction_id"])
    if extraction is None or extraction["state"] != "open":
        return Decision(Finding.UNDECIDED, "its read is closed")
    asked = json.loads(row["subjects"])[0]
    question = Question(Subject(asked["key"], asked["type"], asked["value"]), "{}", {})
    try:
        return ExportRead(context, endpoint, steps, question).look_for_lost()
    except ReadElsewhereError:
        return Decision(Finding.UNDECIDED, "another run is at work on it, and decides")


def _look_for_named(context: ExtractContext, row: Mapping[str, Any], listing: Endpoint, kind: Kind) -> Decision:
    account = Subject(f"{listing.key}|self", listing.subject_type, "self")
    paged = listing.flow is Flow.PAGES
    last: list[Outcome] = []

    def ask(page: int) -> Outcome:
        last[:] = [perform(context, listing, [account], {"_page": page} if paged else {}, marks_asked=False)]
        return last[0]

    told = read_list(ask, kind.id, paged=paged)
    clock, now = vendors_clock(last[0]), context.clock()
    ahead = timedelta(0) if clock is None else clock - now
    # Compared now, not when it was sent. A clock that is days off now may have been right then: no time excludes.
    slack = UNKNOWN_CLOCK if abs(ahead) <= timedelta(days=1) else None
    options, subject = json.loads(row["options"]), json.loads(row["subjects"])[0]["value"]
    first, until = (datetime.fromisoformat(row[name]) for name in ("reserved_at", "sent_at"))
    made = made_between(
        str(options.get("name") or subject),
        {name: options.get(name, subject if name == "query" else None) for name in kind.must},
        first,
        until,
        ahead,
        slack,
    )
    decision = decide(told, made, kind, frozenset())
    if decision.finding is not Finding.UNDECIDED:
        made_it = decision.finding is Finding.FOUND
        try:
            context.journal.reconcile(row["request_id"], charged=made_it, evidence=decision.evidence)
        except NotAmbiguousError:
            return Decision(Finding.UNDECIDED, "somebody decided it meanwhile")
    booked = row["credits_quoted"] if decision.finding is Finding.FOUND else 0.0
    return Decision(decision.finding, decision.evidence, decision.item, booked)
