"""``contactable plan --explain``: for one person, what would be bought, from whom, and why not from the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from contactable.commands.invocation import Invocation, check_settings, in_run
from contactable.journal.budget import MICROS
from contactable.pipeline.extract import build_waterfall
from contactable.pipeline.load import load_inputs
from contactable.pipeline.run import Run
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Ending, Exit
from contactable.vendors import ENDPOINTS, Wave
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.explanation import (
    AttributeState,
    Check,
    Decision,
    Suppression,
    attributes_of,
    checks_of,
    decisions_about,
    find_people,
    is_on_suppression_list,
    orders,
    suppression_of,
)

#: The decision that speaks for an endpoint when the person could be asked about through several identifiers.
_LOUDEST = ("ask", "open", "wait", "suppressed", "satisfied", "answered", "sold", "refused")


def plan_explain(invocation: Invocation, text: str) -> Exit:
    """Nothing is sent. An identifier that nobody carries gives exit code 2: most likely it was mistyped.

    Raises:
        ConfigurationError: it looks like no identifier.
    """
    from contactable.privacy import IdentifierError, recognise

    try:
        identifier = recognise(text)
    except IdentifierError as error:
        raise ConfigurationError(str(error)) from None

    def steps(work: Run, configured: Path | None) -> Ending:
        check_settings(work)
        load_inputs(work, configured)
        build_waterfall(work)
        with work.warehouse_turn(), open_warehouse(work.home.path, read_only=True) as con:
            people = [
                _explained(
                    work, key, suppression_of(con, key), attributes_of(con, key), decisions_about(con, key),
                    checks_of(con, key), orders(con),
                )
                for key in find_people(con, identifier.type, identifier.value)
            ]  # fmt: skip
            listed = is_on_suppression_list(con, [(item.type, item.hash) for item in identifier.with_hashes()])
        known = bool(people) or listed
        if invocation.log_format == "json":
            document = {"identifier_type": identifier.type, "known": known, "suppressed": listed, "people": people}
            work.console.document(document)
        else:
            _show(work, identifier.type, people, listed)
        return Ending(Exit.DONE if known else Exit.CONFIGURATION)

    return in_run(invocation, steps)


def _explained(
    work: Run,
    contact_key: str,
    suppression: Suppression | None,
    attributes: Sequence[AttributeState],
    decisions: Sequence[Decision],
    checks: Sequence[Check],
    ranked: Sequence[str],
) -> dict[str, Any]:
    """One person as a document; the tables are made of it."""
    by_endpoint: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_endpoint.setdefault(decision.endpoint, []).append(decision)
    ranks = {key: rank for rank, key in enumerate(ranked)}
    enrich = [key for key in work.states if ENDPOINTS[key].wave is Wave.ENRICH]
    enrich.sort(key=lambda key: ranks.get(key, len(ranks)))
    checked = {check.endpoint: check for check in checks}
    validate = [key for key in work.states if ENDPOINTS[key].wave is Wave.VALIDATE]
    return {
        "contact_key": contact_key,
        "suppressed": None
        if suppression is None
        else {
            "email": suppression.email,
            "phone": suppression.phone,
            "reason": suppression.reason,
            "since": _day(suppression.since),
        },
        "attributes": [
            {
                "attribute": state.attribute,
                "stop_at": state.stop_at,
                "satisfied": state.satisfied,
                "told": _told(state),
            }
            for state in attributes
        ],
        "endpoints": [
            *(_enriching(work, key, by_endpoint.get(key, [])) for key in enrich),
            *(_validating(work, key, checked.get(key)) for key in validate),
        ],
    }


def _told(state: AttributeState) -> str:
    if state.closed:
        return "the person asked not to be contacted this way: never bought"
    if state.satisfied:
        until = "as long as it is told" if state.until is None else f"until {_day(state.until)}"
        return f"{state.stop_at} by {state.satisfied_by}, {until}"
    if state.awaiting_verdict:
        return "open: a value is there and waits for its verdict"
    return f"open: nothing {state.stop_at}"


def _enriching(work: Run, key: str, decisions: Sequence[Decision]) -> dict[str, Any]:
    if work.states[key]:
        return {"endpoint": key, "decision": "off", "told": f"not asked: {work.states[key]}"}
    if not decisions:
        takes = ENDPOINTS[key].subject_type
        told = f"cannot be asked: neither our list nor discovery brought what it takes ({takes}) for this person"
        return {"endpoint": key, "decision": "cannot", "told": told}
    ordered = sorted(decisions, key=lambda one: _LOUDEST.index(one.decision))
    first = ordered[0]
    line: dict[str, Any] = {"endpoint": key, "decision": first.decision, "told": _why(first)}
    if first.decision == "ask":
        line |= _price(work, key, first.credits) | {"through": first.through, "reason": first.reason}
    line["questions"] = [
        {
            "through": one.through,
            "decision": one.decision,
            "asked": _day(one.asked_at),
            "outcome": one.outcome,
            "due_again": _day(one.due_at),
        }
        for one in ordered
    ]
    return line


def _why(one: Decision) -> str:
    asked = f"asked {_day(one.asked_at)} through {one.through}: {one.outcome}"
    due = "never by itself" if one.due_at is None else _day(one.due_at)
    waits = (
        "waits: another identifier of this person goes first"
        if one.waits_for == one.endpoint
        else f"waits for {one.waits_for}"
    )
    sentences: Mapping[str, str] = {
        "ask": f"would be bought now through {one.through}: {one.reason}",
        "open": "a question is under way, or nobody knows how it ended (contactable reconcile)",
        "wait": waits + (f", for {one.attribute}" if one.attribute else ""),
        "suppressed": "never: the person asked to be left alone",
        "sold": f"not again: the same record was sold to us, which lives until {_day(one.settled_until)}",
        "satisfied": f"not needed: {one.attribute} is satisfied by {one.satisfied_by}",
        "answered": f"{asked}; due again {due}",
        "refused": f"never: refused through {one.through} by the rule {one.rejected_by}",
    }
    return sentences[one.decision]


def _validating(work: Run, key: str, check: Check | None) -> dict[str, Any]:
    if work.states[key]:
        return {"endpoint": key, "decision": "off", "told": f"not asked: {work.states[key]}"}
    kind = ENDPOINTS[key].subject_type
    if check is None:
        return {
            "endpoint": key,
            "decision": "cannot",
            "told": f"cannot be asked: no {kind} of this person is known",
        }
    judged = f"{check.judged} judged, last {_day(check.latest)}" if check.judged else "none judged yet"
    if not check.due:
        return {"endpoint": key, "decision": "answered", "told": f"nothing due ({kind}: {judged})"}
    return {
        "endpoint": key,
        "decision": "ask",
        "told": f"would be asked about {check.due} {kind} now: {', '.join(check.reasons)} ({judged})",
    } | _price(work, key, check.credits)


def _price(work: Run, key: str, credits: float) -> dict[str, Any]:
    micros = work.settings.price_micros(key)
    return {"credits": credits, "money": None if micros is None else round(credits * micros / MICROS, 6)}


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%d")


def _show(work: Run, kind: str, people: Sequence[Mapping[str, Any]], listed: bool) -> None:
    console = work.console
    if listed:
        console.say(f"This {kind} is on the suppression list: nobody is asked about it.")
    if not people:
        if not listed:
            console.warn(f"Nobody in the warehouse carries this {kind}: neither our list nor a vendor brought it.")
        return
    if len(people) > 1:
        console.say(
            f"{len(people)} people carry this {kind} (a desk, a household, or one person not yet recognised)."
        )
    for person in people:
        console.say(f"Person {person['contact_key']}")
        if person["suppressed"]:
            asked = person["suppressed"]
            channels = " and ".join(name for name in ("email", "phone") if asked[name])
            console.say(f"Asked not to be contacted ({channels}) on {asked['since']}: {asked['reason']}")
        if not person["attributes"]:
            console.say("Neither our list nor discovery brought an identifier: nobody is asked about this person.")
        else:
            console.table(_table("What is known", ("attribute", "told"), person["attributes"], work))
        shown = [line for line in person["endpoints"] if line["decision"] != "off"]
        console.table(_table("Who would be asked", ("endpoint", "told", "credits", "money"), shown, work))
        off = [line["endpoint"] for line in person["endpoints"] if line["decision"] == "off"]
        console.say(f"Not asked at all (switched off, or no key): {', '.join(off) or 'none'}")
    console.say("Nothing was sent.")


def _table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], work: Run) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    names = {"told": "", "money": work.settings.prices.currency or "money"}
    shown = [name for name in columns if any(row.get(name) is not None for row in rows)]
    for name in shown:
        table.add_column(names.get(name, name), justify="right" if name in ("credits", "money") else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in shown))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,g}" if isinstance(value, float) else str(value)
