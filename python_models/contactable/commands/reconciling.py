"""Paid calls whose outcome is unknown: asked where a vendor can tell, decided by a person where none can."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from contactable import pipeline
from contactable.commands.invocation import Invocation, console_of, working
from contactable.config import ConfigurationError
from contactable.exit_codes import Exit
from contactable.extract.lost import can_be_looked_up
from contactable.home import Home
from contactable.journal.store import Journal
from contactable.journal_place import journal_url

Row = Mapping[str, Any]


def reconcile(
    invocation: Invocation,
    decision: str | None,
    requests: Sequence[str],
    everything: bool,
    *,
    offline: bool = False,
) -> int:
    """Settle what a vendor can tell and list the rest; or decide calls as ``charged`` or ``not-charged``.

    Returns:
        4 while something is undecided, else 0.
    """
    if decision is None:
        if requests or everything:
            raise ConfigurationError("--request and --all decide calls: say --as charged or --as not-charged too")
        return _look(invocation, offline=offline)
    if decision not in ("charged", "not-charged"):
        raise ConfigurationError(f"--as is {decision!r}: use charged or not-charged")
    return _decide(invocation, decision == "charged", requests, everything)


def _look(invocation: Invocation, *, offline: bool) -> int:
    with working(invocation) as (work, _):
        before = {row["request_id"]: row for row in work.journal.ambiguous()}
        if not offline:
            pipeline.look_for_lost(work)
        left = work.journal.ambiguous()
        found = [row for key, row in before.items() if key not in {row["request_id"] for row in left}]
        for row in found:
            work.console.say(f"{row['endpoint']} {row['request_id']}: decided by what the vendor lists.")
        if left:
            work.console.table(_table(left))
            for line in dict.fromkeys(_what_to_do(row, offline=offline) for row in left):
                work.console.say(line)
            work.console.say(
                "Decide the rest: contactable reconcile --as charged|not-charged --request ID (or --all).",
                decided=len(found),
                ambiguous=len(left),
            )
        else:
            work.console.say("Nothing is left to decide.", decided=len(found), ambiguous=0)
        work.exit_code = Exit.IN_PART if left else Exit.DONE
        return work.exit_code


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="Paid calls whose outcome is unknown", title_justify="left", header_style="bold")
    for name in ("request", "endpoint", "sent", "subjects", "credits", "what happened"):
        table.add_column(name)
    for row in rows:
        table.add_row(
            row["request_id"], row["endpoint"], (row["sent_at"] or "")[:19], str(row["subjects_asked"]),
            f"{row['credits_quoted']:,.0f}", f"{row['error_rule']}: {row['error_message'] or ''}",
        )  # fmt: skip
    return table


def _what_to_do(row: Row, *, offline: bool) -> str:
    if not can_be_looked_up(row["endpoint"]):
        return f"{row['endpoint']}: look at {row['vendor']}'s usage page for that time, or ask them."
    if offline:
        return f"{row['endpoint']}: the vendor can tell; run this without --offline."
    return f"{row['endpoint']}: {row['vendor']} did not tell (is its key set?); run this again, or look there."


def _decide(invocation: Invocation, charged: bool, requests: Sequence[str], everything: bool) -> int:
    place, console = Home.at(invocation.home), console_of(invocation.log_format)
    with place.hold(invocation.command):
        journal = Journal.open(journal_url(place))
        try:
            # What a killed run left is decided too, not only what a later run has called ambiguous.
            journal.recover(alone=journal.is_local)
            ambiguous = {row["request_id"]: row for row in journal.ambiguous()}
            chosen = list(ambiguous) if everything else list(dict.fromkeys(requests))
            if not chosen and not everything:
                raise ConfigurationError("say which: --request ID, or --all")
            unknown = [name for name in chosen if name not in ambiguous]
            if unknown:
                raise ConfigurationError(f"not an ambiguous request: {', '.join(unknown)}")
            for name in chosen:
                journal.reconcile(name, charged=charged)
            left = len(ambiguous) - len(chosen)
        finally:
            journal.close()
    console.say(_said([ambiguous[name] for name in chosen], charged), decided=len(chosen), ambiguous=left)
    if left:
        console.say(f"{left} calls are still undecided: contactable reconcile --home {place.path}")
    return Exit.IN_PART if left else Exit.DONE


def _said(rows: Sequence[Row], charged: bool) -> str:
    if not rows:
        return "Nothing is left to decide."
    calls = f"{len(rows)} calls, {sum(row['subjects_asked'] for row in rows):,} subjects"
    credits = f"{sum(row['credits_quoted'] for row in rows):,.0f} credits"
    if charged:
        return (
            f"Charged: {calls}, {credits} booked. The answers are lost and the subjects are not bought again by "
            "themselves: they count as asked without a result, for as long as such a result lives "
            "(no_match in seeds/refresh_policies.csv)."
        )
    return f"Not charged: {calls}, {credits} given back. The subjects are due again in the next run."
