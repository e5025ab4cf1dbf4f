"""The main job, and its parts as commands of their own."""

import getpass
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contactable import pipeline
from contactable.clock import utc_now
from contactable.commands.invocation import (
    Invocation,
    check_owner,
    check_settings,
    ended_early,
    exit_code_of,
    say_skipped,
    say_stops,
    show_verdict,
    working,
)
from contactable.commands.money import say_budgets
from contactable.home.home import Home
from contactable.journal.budget import MICROS
from contactable.pipeline import Run
from contactable.publish import Layout as PublicationLayout
from contactable.publish import current_publication
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit
from contactable.terminal.console import two_column_table, vendor_table
from contactable.vendors import Wave

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    from contactable.gates import Acceptance, GateReport


def run(
    invocation: Invocation, *, first_party: Path | None, until: str | None = None, max_minutes: float | None = None
) -> int:
    """The main job. A deadline bounds the asking; Ctrl-C ends the command after what it is doing."""
    with working(invocation, until=until, max_minutes=max_minutes) as (work, configured):
        check_owner(work)
        check_settings(work)
        say_skipped(work)
        say_budgets(work)
        pipeline.load_inputs(work, first_party or configured, forget_missing=True)
        pipeline.extract_waves(work)
        if ended_early(work):
            return work.exit_code
        pipeline.build(work)
        report = pipeline.gate(work)
        if ended_early(work):
            return work.exit_code
        if report.passed:
            _, report = pipeline.publish(work, report)
        page = pipeline.write_page(work, report)
        code = exit_code_of(work, refused=not report.passed)
        _summary(work, report, page, code)
        work.exit_code = code
        return code


def extract(
    invocation: Invocation, *, wave: str, until: str | None = None, max_minutes: float | None = None
) -> int:
    """One wave, or all of them."""
    chosen = {
        "all": (),
        "discover": (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER),
        "enrich": (Wave.ENRICH,),
        "validate": (Wave.VALIDATE,),
    }.get(wave)
    if chosen is None:
        raise ConfigurationError(f"unknown wave {wave!r}: use discover, enrich, validate or all")
    with working(invocation, until=until, max_minutes=max_minutes, shared=True) as (work, configured):
        check_settings(work)
        say_skipped(work)
        say_budgets(work)
        pipeline.load_inputs(work, configured)
        if wave == "all":
            pipeline.extract_waves(work)
        for each in chosen:
            pipeline.extract_wave(work, each)
        if ended_early(work):
            return work.exit_code
        work.console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
        say_stops(work)
        work.exit_code = exit_code_of(work, refused=False)
        return work.exit_code


def load(invocation: Invocation, *, replay: bool, adopt: bool = False) -> int:
    """Answers into segments, segments into raw."""
    with working(invocation, adopt=adopt) as (work, _):
        report = pipeline.seal_and_load(work, replay=replay)
        work.console.say(
            f"{report.answers:,} answers loaded from {len(report.loaded):,} segments; "
            f"{report.already_loaded:,} segments were loaded already."
        )
        for problem in work.problems:
            work.console.warn(problem)
        work.exit_code = Exit.DONE if report.complete else Exit.IN_PART
        return work.exit_code


def build(invocation: Invocation) -> int:
    """Models and data tests."""
    with working(invocation) as (work, configured):
        pipeline.check_thresholds(work)
        pipeline.load_inputs(work, configured)
        outcome = pipeline.build(work, anew=True)
        failed = [node.name for node in outcome.failures if node.is_test]
        work.console.say(f"Built in {work.seconds['dbt']:.1f} s; {len(failed)} data tests failed.")
        if failed:
            for failure in pipeline.what_failed(work):
                work.console.warn(f"failed: {failure}")
            work.console.say("Nothing of this build can be published: correct the cause and build again.")
        work.exit_code = Exit.FAILED if failed else Exit.DONE
        return work.exit_code


def gate(invocation: Invocation, accept: Sequence[str] = (), because: Sequence[str] = ()) -> int:
    """Judge the candidate; ``accept`` names refused checks (``gate.check``) that it may pass nevertheless."""
    accepted = _acceptances(accept, because)
    with working(invocation) as (work, _):
        report = pipeline.gate(work, accepted)
        show_verdict(work, report)
        for judgement in report.judgements:
            if judgement.acceptance in accepted:
                work.console.say(
                    work.console.plain(
                        f"Accepted {judgement.check} for this candidate only, by {judgement.accepted_by}: "
                        f"{judgement.accepted_because}"
                    ),
                    accepted=judgement.check,
                    build_id=report.build_id,
                )
        work.console.say(
            "The candidate may be published: `contactable publish`."
            if report.passed
            else "Refused: nothing of this candidate can be published."
        )
        work.exit_code = Exit.DONE if report.passed else Exit.REFUSED
        return work.exit_code


def _acceptances(accept: Sequence[str], because: Sequence[str]) -> list["Acceptance"]:
    """One reason for all checks, or one for each, in their order."""
    from contactable.gates import Acceptance

    if not accept and not because:
        return []
    if not accept:
        raise ConfigurationError("--because needs --accept GATE.CHECK: what is accepted?")
    if not because or not all(reason.strip() for reason in because):
        raise ConfigurationError("--accept needs --because TEXT: the reason is kept with the candidate and shown")
    if len(because) not in (1, len(accept)):
        raise ConfigurationError(
            f"{len(accept)} checks and {len(because)} reasons: give one --because, or one each"
        )
    reasons = list(because) if len(because) == len(accept) else list(because) * len(accept)
    now, who = utc_now(), _who()
    return [Acceptance(name, who, reason.strip(), now) for name, reason in zip(accept, reasons, strict=True)]


def _who() -> str:
    """The account at work here, and the machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        name = f"user {os.getuid()}"
    return f"{name} on {socket.gethostname()}"


def publish(invocation: Invocation, *, rotate_key: bool = False) -> int:
    """Judge what stands there, as of now; publish it on a pass, with ``rotate_key`` under a new secret."""
    with working(invocation) as (work, _):
        report = pipeline.gate(work)
        if ended_early(work):
            return work.exit_code
        if not report.passed:
            show_verdict(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            work.reason = _refusal(report)
            work.exit_code = Exit.REFUSED
            return Exit.REFUSED
        publication, report = pipeline.publish(work, report, rotate_key=rotate_key)
        if publication is None:
            pipeline.write_page(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            work.exit_code = Exit.REFUSED
            return Exit.REFUSED
        page = pipeline.write_page(work, report)
        work.console.say(f"Published {publication.publication_id}; the page: {page}")
        work.exit_code = Exit.DONE
        return Exit.DONE


def _refusal(report: "GateReport") -> str:
    """Why, in a line for `contactable status`."""
    return report.problem or f"refused by {', '.join(judgement.check for judgement in report.failed)}"


def _summary(work: Run, report: "GateReport", page: Path, code: int) -> None:
    console = work.console
    rows = _published_rows(work.home)
    asked = work.tally.asked
    credits = sum(tally.credits for tally in work.tally.endpoints.values())
    console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
    if not credits:
        console.say("Nothing was bought: everything known is still fresh.")
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
