"""The main job."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    check_owner,
    check_settings,
    ended_early,
    ending_of,
    in_run,
    say_skipped,
    say_stops,
    show_verdict,
)
from contactable.commands.money import say_budgets
from contactable.extract.tally import EndpointTally
from contactable.home.home import Home
from contactable.journal.budget import MICROS
from contactable.pipeline.build import build_candidate
from contactable.pipeline.extract import extract_waves
from contactable.pipeline.gate import judge_candidate
from contactable.pipeline.load import load_inputs
from contactable.pipeline.publish import publish_candidate, write_page
from contactable.pipeline.run import Run
from contactable.publish import Layout as PublicationLayout
from contactable.publish import current_publication
from contactable.stopping.ending import Ending, Exit
from contactable.terminal.console import two_column_table, vendor_table

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    from contactable.gates import GateReport


def run(
    invocation: Invocation, *, first_party: Path | None, until: str | None = None, max_minutes: float | None = None
) -> Exit:
    """The main job. A deadline bounds the asking; Ctrl-C ends the command after what it is doing."""

    def steps(work: Run, configured: Path | None) -> Ending:
        check_owner(work)
        check_settings(work)
        say_skipped(work)
        say_budgets(work)
        load_inputs(work, first_party or configured, forget_missing=True)
        extract_waves(work)
        if (ended := ended_early(work)) is not None:
            return ended
        build_candidate(work)
        report = judge_candidate(work)
        if (ended := ended_early(work)) is not None:
            return ended
        if report.passed:
            _, report = publish_candidate(work, report)
        page = write_page(work, report)
        ending = ending_of(work, refused=not report.passed)
        _summary(work, report, page, ending.exit)
        return ending

    return in_run(invocation, steps, until=until, max_minutes=max_minutes)


def nothing_bought(tallies: Mapping[str, EndpointTally]) -> str:
    """Why no credit was spent: everything is fresh only where nothing was refused, failed or ended early."""
    counts = {
        "refused by their vendor": sum(tally.refused for tally in tallies.values()),
        "not sent, as their vendor documents that it refuses them": sum(t.rejected for t in tallies.values()),
        "left without a usable answer": sum(tally.failed for tally in tallies.values()),
    }
    said = [
        (what, count, "subject was" if count == 1 else "subjects were") for what, count in counts.items() if count
    ]
    told = [f"{count:,} {who} {what}" for what, count, who in said]
    if stopped := [name for name, tally in tallies.items() if tally.stopped]:
        told.append(f"{', '.join(stopped)} ended early")
    return f"Nothing was bought: {'; '.join(told) or 'everything known is still fresh'}."


def _summary(work: Run, report: "GateReport", page: Path, code: Exit) -> None:
    console = work.console
    rows = _published_rows(work.home)
    asked = work.tally.asked
    credits = sum(tally.credits for tally in work.tally.endpoints.values())
    console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
    if not credits:
        console.say(nothing_bought(work.tally.endpoints))
    console.table(two_column_table("Published marts", "mart", "rows", [(n, f"{c:,}") for n, c in rows.items()]))
    show_verdict(work, report)
    say_stops(work)
    ambiguous = len(work.journal.ambiguous())
    if ambiguous:
        console.warn(
            f"{ambiguous} paid calls have an unknown outcome: contactable reconcile --home {work.home.path}"
        )
    verdict = "published" if report.passed else "refused: readers still see the previous publication"
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in work.seconds.items())
    console.say(f"Gates {'passed' if report.passed else 'refused'}; {verdict}. {times}.")
    console.say(f"Look at   {page}")
    console.say(f"Query     {work.home.published / 'contactable.duckdb'}")
    nodes = sum(work.dbt_nodes.values())
    console.say(
        f"run {work.run_id} ended with exit code {code}; dbt ran {nodes:,} nodes",
        exit_code=code,
        subjects_asked=asked,
        credits=credits,
        currency=work.settings.prices.currency,
        money=sum(tally.money_micros for tally in work.tally.endpoints.values()) / MICROS,
        credits_without_price=sum(tally.credits_unpriced for tally in work.tally.endpoints.values()),
        marts=rows,
        gates_failed=[judgement.gate for judgement in report.failed],
        refused=report.problem or None,
        seconds=work.seconds,
        dbt_nodes=work.dbt_nodes,
    )


def _published_rows(home: Home) -> dict[str, int]:
    publication = current_publication(PublicationLayout(home.path))
    return {} if publication is None else dict(publication.tables)
