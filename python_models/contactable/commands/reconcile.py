"""Paid calls whose outcome is unknown: asked where a vendor can tell, decided by a person where none can."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from contactable.commands.invocation import Invocation, console_of, in_run
from contactable.extract.evidence import Decision, Finding
from contactable.extract.lost import can_be_looked_up, charge_as_told
from contactable.home.home import Home
from contactable.home.journal import journal_url
from contactable.journal.store import Journal
from contactable.pipeline.extract import look_for_lost
from contactable.pipeline.run import Run
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Ending, Exit
from contactable.terminal.console import Console

Row = Mapping[str, Any]

_CHARGED, _NOT_CHARGED = "reconciled_charged", "reconciled_not_charged"


def reconcile(
    invocation: Invocation,
    decision: str | None,
    requests: Sequence[str],
    everything: bool,
    *,
    charged: float | None = None,
    offline: bool = False,
) -> Exit:
    """Settle what a vendor can tell and list the rest; or decide calls as ``charged`` or ``not-charged``.

    Args:
        charged: the credits that the vendor's book shows for the one call that ``requests`` names.

    Returns:
        4 while something is undecided, else 0.

    Raises:
        ConfigurationError: arguments that contradict each other, or a call that is not there to be decided.
    """
    _check(decision, requests, everything, charged)
    if decision is None and charged is None:
        return _look(invocation, offline=offline)
    return _decide(invocation, decision != "not-charged", requests, everything, charged)


def _check(decision: str | None, requests: Sequence[str], everything: bool, charged: float | None) -> None:
    if decision not in (None, "charged", "not-charged"):
        raise ConfigurationError(f"--as is {decision!r}: use charged or not-charged")
    if requests and everything:
        raise ConfigurationError("--all decides every ambiguous call, --request those that you name: use one")
    if charged is not None:
        if not math.isfinite(charged) or charged < 0:
            raise ConfigurationError(f"--charged is {charged}: the credits that were charged, 0 or more")
        if decision == "not-charged":
            raise ConfigurationError("--charged and --as not-charged contradict each other: use one")
        if everything or len(set(requests)) != 1:
            raise ConfigurationError("--charged is the figure of one call: name that with one --request ID")
    elif decision is None and (requests or everything):
        raise ConfigurationError("--request and --all decide calls: say --as charged or --as not-charged too")
    elif decision is not None and not requests and not everything:
        raise ConfigurationError("say which: --request ID, or --all")


def _look(invocation: Invocation, *, offline: bool) -> Exit:

    def steps(work: Run, _: Path | None) -> Ending:
        before = {row["request_id"]: row for row in work.journal.ambiguous()}
        found = {} if offline else look_for_lost(work)
        left = work.journal.ambiguous()
        for key, decision in found.items():
            _say_decision(work.console, before[key], decision)
        decided = len(before) - len(left)
        if left:
            work.console.table(_table(left))
            for line in dict.fromkeys(_what_to_do(row, found, offline=offline) for row in left):
                work.console.say(line)
            work.console.say(
                "Decide the rest: contactable reconcile --as charged|not-charged --request ID (or --all), or with "
                "the figure of the vendor's book: --charged N --request ID.",
                decided=decided,
                ambiguous=len(left),
            )
        else:
            work.console.say("Nothing is left to decide.", decided=decided, ambiguous=0)
        return Ending(Exit.IN_PART if left else Exit.DONE)

    return in_run(invocation, steps)


def _say_decision(console: Console, row: Row, decision: Decision) -> None:
    """One line and event a call that was looked for: which way it is decided, and by what evidence."""
    credits = decision.credits or 0.0
    match decision.finding:
        case Finding.FOUND:
            way, said = "charged", f"charged, {credits:,.10g} credits booked"
        case Finding.ABSENT:
            way, said = "not charged", f"not charged, {row['credits_quoted']:,.10g} credits given back"
        case _:
            way, said = "undecided", f"undecided, {row['credits_quoted']:,.10g} credits stay committed"
    console.say(
        escape(f"{row['endpoint']} {row['request_id']}: {said}. Evidence: {decision.evidence}."),
        request=row["request_id"],
        endpoint=row["endpoint"],
        decision=way,
        credits=None if way == "undecided" else credits,
        evidence=decision.evidence,
    )


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


def _what_to_do(row: Row, looked_for: Mapping[str, Decision], *, offline: bool) -> str:
    if not can_be_looked_up(row["endpoint"]):
        return f"{row['endpoint']}: look at {row['vendor']}'s usage page for that time, or ask them."
    if offline:
        return f"{row['endpoint']}: the vendor's list may tell; run this without --offline."
    if row["request_id"] in looked_for:
        return f"{row['endpoint']}: {row['vendor']}'s list does not decide it: look there, or ask them."
    return f"{row['endpoint']}: {row['vendor']} was not asked: is its key set?"


def _decide(
    invocation: Invocation, charged: bool, requests: Sequence[str], everything: bool, figure: float | None
) -> Exit:
    home, console = Home.at(invocation.home), console_of(invocation.log_format)
    with home.hold(invocation.command):
        journal = Journal.open(journal_url(home))
        try:
            # What a killed run left is decided too, not only what a later run has called ambiguous.
            journal.recover(alone=journal.is_local)
            ambiguous = {row["request_id"]: row for row in journal.ambiguous()}
            chosen = list(ambiguous) if everything else list(dict.fromkeys(requests))
            before = [name for name in chosen if name not in ambiguous]
            for name in before:
                _check_decided(name, journal.request(name), charged, figure)
            open_calls = [ambiguous[name] for name in chosen if name in ambiguous]
            for row in open_calls:
                if figure is not None:
                    told = f"a person found {figure:,.10g} credits in the vendor's book"
                    charge_as_told(journal, row, figure, told)
                else:
                    journal.reconcile(row["request_id"], charged=charged)
            left = len(ambiguous) - len(open_calls)
        finally:
            journal.close()
    for name in before:
        console.say(f"{name} was decided so before; nothing is booked again.", request=name)
    if open_calls or not before:
        console.say(_said(open_calls, charged, figure), decided=len(open_calls), ambiguous=left)
    if left:
        console.say(f"{left} calls are still undecided: contactable reconcile --home {home.path}")
    return Exit.IN_PART if left else Exit.DONE


def _check_decided(name: str, row: Row | None, charged: bool, figure: float | None) -> None:
    """The same decision again is no mistake: a script that was killed may run once more.

    Raises:
        ConfigurationError: the call is not one that was decided so.
    """
    if row is None:
        raise ConfigurationError(f"not an ambiguous request: {name} (the journal does not know it)")
    if row["error_rule"] not in (_CHARGED, _NOT_CHARGED):
        raise ConfigurationError(f"not an ambiguous request: {name} is {row['state']}")
    same = (row["error_rule"] == _CHARGED) == charged and figure in (None, row["credits_charged"])
    if not same:
        way = "charged" if row["error_rule"] == _CHARGED else "not charged"
        raise ConfigurationError(
            f"not an ambiguous request: {name} was decided as {way}, {row['credits_charged']:,.10g} credits, on "
            f"{row['settled_at'][:19]}; that stays"
        )


def _said(rows: Sequence[Row], charged: bool, figure: float | None) -> str:
    if not rows:
        return "Nothing is left to decide."
    calls = f"{len(rows)} calls, {sum(row['subjects_asked'] for row in rows):,} subjects"
    amount = sum(row["credits_quoted"] for row in rows) if figure is None else figure
    credits = f"{amount:,.10g} credits"
    if charged:
        return (
            f"Charged: {calls}, {credits} booked. The answers are lost and the subjects are not bought again by "
            "themselves: they count as asked without a result, for as long as such a result lives "
            "(no_match in seeds/refresh_policies.csv)."
        )
    return f"Not charged: {calls}, {credits} given back. The subjects are due again in the next run."
