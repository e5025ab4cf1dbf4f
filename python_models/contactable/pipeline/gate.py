"""Judge the candidate."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from contactable.clock import utc_now
from contactable.pipeline.run import Run
from contactable.warehouse.candidate import NO_CANDIDATE, read_candidate
from contactable.warehouse.duckdb import open_warehouse

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    from contactable.gates import Acceptance, GateReport


def judge_candidate(run: Run, accept: "Sequence[Acceptance]" = ()) -> "GateReport":
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
