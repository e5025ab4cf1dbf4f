"""Build, judge, publish, and the page."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from contactable.clock import utc_now
from contactable.home.home import Home
from contactable.pipeline.models import build_all
from contactable.pipeline.opening import Run
from contactable.settings.config import PseudonymSecret
from contactable.warehouse.candidate import NO_CANDIDATE, read_candidate
from contactable.warehouse.dbt_runner import DbtOutcome
from contactable.warehouse.duckdb import open_warehouse

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    from contactable.gates import Acceptance, GateReport
    from contactable.publish import Publication


def check_thresholds(run: Run) -> None:
    """Read the seed of the gates' limits as somebody may have edited it, before anything is built with it.

    Raises:
        ThresholdError: with line and column.
    """
    from contactable.gates import read_seed

    read_seed(run.dbt.directory)


def build(run: Run, *, anew: bool = False) -> DbtOutcome:
    """Every model that is not up to date and every data test that has not passed on it.

    Unit tests are for `make test`: they test the code, not the data.

    Args:
        anew: build what is up to date, too.

    Raises:
        BuildError: a model failed; its name and dbt's words.
        ThresholdError: the gates' limits are impossible; nothing was built.
    """
    check_thresholds(run)
    with run.console.step("dbt", run.seconds):
        return build_all(run, "build", anew=anew)


def what_failed(run: Run) -> tuple[str, ...]:
    """What counts against the candidate since the last build: broken rules of models, other data tests by name."""
    with run.warehouse_turn(), open_warehouse(run.home.path, read_only=True) as con:
        candidate = read_candidate(con)
    return candidate.all_failures if candidate is not None else ()


def gate(run: Run, accept: "Sequence[Acceptance]" = ()) -> "GateReport":
    """The one verdict on the candidate: its data tests, what happened since, and the gates as of now.

    A candidate that is not whole has measurements of another build: the gates are not asked.

    Raises:
        AcceptanceError: one of ``accept`` cannot be accepted; nothing was written down.
        ThresholdError: the gates' limits are impossible.
    """
    from contactable.gates import AcceptanceError, GateReport, judge, read_seed

    # dbt leaves the root logger at INFO; where Great Expectations keeps its temporary files is nobody's concern.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with run.warehouse_turn(), run.console.step("gates", run.seconds):
        candidate = None
        if run.home.warehouse.exists():
            with open_warehouse(run.home.path, read_only=True) as con:
                candidate = read_candidate(con)
        problem = NO_CANDIDATE if candidate is None else candidate.problem
        if candidate is None or not candidate.is_whole:
            if accept:
                raise AcceptanceError(problem)
            return GateReport(run.run_id, utc_now(), (), problem=problem)
        edited = read_seed(run.dbt.directory)
        report = judge(run.home.warehouse, run.run_id, utc_now(), build_id=candidate.build_id, accept=accept)
    if report.checks != edited:
        run.console.warn(
            "seeds/gate_thresholds.csv is not what this candidate was built with, and is judged by: "
            "`contactable build` takes it over."
        )
    return replace(report, problem=problem)


def publish(
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
