"""Show readers the candidate, and write the page."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from contactable.clock import utc_now
from contactable.home.home import Home
from contactable.pipeline.run import Run
from contactable.settings.config import PseudonymSecret

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    from contactable.gates import GateReport
    from contactable.publish import Publication


def publish_candidate(
    run: Run, report: "GateReport", *, rotate_key: bool = False
) -> "tuple[Publication | None, GateReport]":
    """Show readers the candidate, only after a pass.

    Returns:
        The publication, None where the pseudonymous file is refused, and the report, which then says so.
    """
    from contactable.gates import Judgement
    from contactable.publish import CandidateChangedError, Layout, PublicationRefusedError, current_publication
    from contactable.publish import publish as publish_marts

    before = current_publication(Layout(run.home.path))
    try:
        with run.console.step("publish", run.seconds):
            publication = publish_marts(
                run.home.warehouse,
                run.home.path,
                run_id=run.run_id,
                gate_passed=report.passed,
                build_id=report.build_id,
                now=utc_now(),
                keep=run.settings.publication.keep,
                given_secret=PseudonymSecret.given(),
                rotate_key=rotate_key,
            )
    except CandidateChangedError as refusal:
        run.console.warn(str(refusal))
        return None, replace(report, problem=str(refusal))
    except PublicationRefusedError as refusal:
        run.console.warn(str(refusal))
        verdict = Judgement(
            gate="pseudonymous_file",
            expectation="expect_no_known_value",
            column_name="",
            passed=False,
            observed="found",
            threshold="none",
            severity="refuse",
            reason=str(refusal),
            remedy="Correct what is named (docs/operations.md, Pseudonyms), then build.",
        )
        return None, replace(report, judgements=(*report.judgements, verdict))
    if before is not None and before.key_name not in (None, publication.key_name):
        run.console.say("The pseudonyms have a new key: they join with those of earlier publications no more.")
    return publication, report


def write_page(run: Run, report: "GateReport") -> Path:
    """The readable page, from what readers see now and how this run was judged."""
    with run.console.step("report", run.seconds):
        return page_of(run.home, report)


def page_of(home: Home, report: "GateReport | None" = None) -> Path:
    """``reports/index.html`` of what is published; of a refused candidate it shows the verdict."""
    from contactable.publish import write_report

    published = home.published / "contactable.duckdb"
    if report is None:
        return write_report(published, home.report)
    return write_report(
        published,
        home.report,
        run_id=report.run_id,
        now=report.judged_at,
        gates=report.judgements,
        problem=report.problem,
    )
