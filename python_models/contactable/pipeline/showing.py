"""Build, judge, publish, and the page."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from contactable.home import Home
from contactable.journal.clock import utc_now
from contactable.pipeline.models import run_dbt
from contactable.pipeline.opening import Run
from contactable.warehouse.dbt_runner import DbtOutcome

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    from contactable.gates import GateReport
    from contactable.publish import Publication


def build(run: Run) -> DbtOutcome:
    """Every model and data test. Unit tests are for `make test`: they test the code, not the data.

    Raises:
        BuildError: a model failed; its name and dbt's words.
    """
    with run.console.step("dbt", run.seconds):
        return run_dbt(run, "build", exclude_resource_types=["unit_test"])


def gate(run: Run) -> "GateReport":
    """Judge the candidate."""
    from contactable.gates import judge

    # dbt leaves the root logger at INFO; where Great Expectations keeps its temporary files is nobody's concern.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with run.console.step("gates", run.seconds):
        return judge(run.home.warehouse, run.run_id, utc_now())


def publish(run: Run, report: "GateReport") -> "Publication":
    """Show readers the candidate; only after a pass."""
    from contactable.publish import publish as publish_marts

    with run.console.step("publish", run.seconds):
        return publish_marts(
            run.home.warehouse,
            run.home.path,
            run_id=run.run_id,
            gate_passed=report.passed,
            now=utc_now(),
            keep=run.settings.publication.keep,
        )


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
        published, home.report, run_id=report.run_id, now=report.judged_at, gates=report.judgements
    )
