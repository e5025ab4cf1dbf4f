"""One checkpoint: read what the gate models measured, let Great Expectations judge it, write the verdicts down.

What Great Expectations 1.24 does by itself, and what this module therefore does (measured 2026-11-21):

* An expectation about values passes on NULL, so a measurement that is missing would pass: every check also expects
  that the value is there, unless it says that NULL is an answer.
* An expectation that raised looks like one that failed, but for ``exception_info``, which has two shapes: both are
  read, and the verdict says that it could not be judged.
* An empty suite passes: no checks, no row, or fewer verdicts than checks are errors.
* Results carry raw values by default: the result format is boolean, and what is written down is the measurement
  itself, which must be a number.
"""

import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from contactable.gates.suites import CHECKS, Check

#: Writing raw.gate_results needs its columns; dbt and contactable.warehouse create the same table.
_RESULTS = """
create table if not exists raw.gate_results (
    run_id varchar, gate varchar, expectation varchar, column_name varchar, passed boolean, observed varchar,
    threshold varchar, severity varchar, judged_at timestamp,
)
"""

_ROW_COUNT = "expect_table_row_count_to_equal"

#: Stands where the other expectations carry the position of their check.
_ROW_CHECK = -1


class GateError(Exception):
    """The candidate could not be judged at all: there are no measurements or no checks."""


@dataclass(frozen=True)
class Judgement:
    """The verdict on one check: counts and limits, never a value from a row."""

    gate: str
    expectation: str
    column_name: str
    passed: bool
    observed: str
    threshold: str
    severity: str
    reason: str


@dataclass(frozen=True)
class GateReport:
    """All verdicts on one candidate."""

    run_id: str
    judged_at: datetime
    judgements: tuple[Judgement, ...]

    @property
    def passed(self) -> bool:
        """Say whether the candidate may be published: no check of severity ``error`` failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Judgement, ...]:
        """Return what forbids publication."""
        return tuple(j for j in self.judgements if not j.passed and j.severity == "error")

    @property
    def warnings(self) -> tuple[Judgement, ...]:
        """Return what somebody should look at, and what forbids nothing."""
        return tuple(j for j in self.judgements if not j.passed and j.severity != "error")


def judge(
    warehouse: Path, run_id: str, now: datetime, *, checks: Sequence[Check] = CHECKS, schema: str = "gates"
) -> GateReport:
    """Judge the candidate in ``warehouse`` and append the verdicts to ``raw.gate_results``.

    Args:
        warehouse: the DuckDB file; every table of ``schema`` holds one row of measurements.
        run_id: the run that built the candidate.
        now: the run's clock, with a zone.
        checks: what is expected. A gate nobody expects anything of fails, and so does a check without its gate.
        schema: where the measurements lie.

    Raises:
        GateError: no gate table, or no check.
    """
    if not checks:
        raise GateError("no checks are declared; an empty suite would pass anything")
    with duckdb.connect(str(warehouse)) as connection:
        measurements = _read(connection, schema)
        if not measurements:
            raise GateError(
                f"schema {schema} of the warehouse has no tables; build the models in models/gates first"
            )
        judgements = _judge_all(measurements, checks)
        report = GateReport(run_id, now.astimezone(UTC), tuple(judgements))
        _record(connection, report)
    return report


def _read(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, pd.DataFrame]:
    names = connection.execute(
        "select table_name from information_schema.tables where table_schema = $schema order by 1",
        {"schema": schema},
    ).fetchall()
    frames: dict[str, pd.DataFrame] = {}
    for (name,) in names:
        cursor = connection.table(f'"{schema}"."{name}"')
        rows = cursor.fetchall()
        frames[name] = pd.DataFrame([[_number(value) for value in row] for row in rows], columns=cursor.columns)
    return frames


def _number(value: object) -> float | None:
    """Return a measurement as a number; anything else, so that no text ever leaves a gate table, as missing."""
    try:
        return None if value is None else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _judge_all(measurements: Mapping[str, pd.DataFrame], checks: Iterable[Check]) -> list[Judgement]:
    by_gate: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_gate[check.gate].append(check)
    context = _context()
    judgements: list[Judgement] = []
    for gate in sorted(by_gate.keys() | measurements.keys()):
        if gate not in measurements:
            judgements.append(_structural(gate, "the gate's table is missing"))
        elif gate not in by_gate:
            judgements.append(_structural(gate, "nothing is expected of this gate", threshold=">= 1 check"))
        else:
            judgements += _judge_gate(context, gate, measurements[gate], by_gate[gate])
    return judgements


def _structural(gate: str, reason: str, *, threshold: str = "= 1") -> Judgement:
    return Judgement(gate, _ROW_COUNT, "", False, "none", threshold, "error", reason)


def _judge_gate(context: Any, gate: str, frame: pd.DataFrame, checks: Sequence[Check]) -> list[Judgement]:
    outcomes = _expect(context, gate, frame, checks)
    one_row = outcomes.get(_ROW_CHECK) == [True]
    judgements = [
        Judgement(
            gate, _ROW_COUNT, "", one_row, str(len(frame)), "= 1", "error", "a gate is one row of measurements"
        )
    ]
    for position, check in enumerate(checks):
        verdicts = outcomes.get(position, [])
        judged = one_row and len(verdicts) == check.expectations and None not in verdicts
        judgements.append(
            Judgement(
                gate=gate,
                expectation=check.expectation,
                column_name=check.column,
                passed=judged and all(verdicts),
                observed=_observed(frame, check.column) if judged else "could not be judged",
                threshold=check.threshold,
                severity=check.severity,
                reason=check.reason,
            )
        )
    return judgements


def _observed(frame: pd.DataFrame, column: str) -> str:
    value = frame[column].iloc[0]
    return "unknown" if pd.isna(value) else f"{value:.10g}"


def _context() -> Any:
    """Return Great Expectations without files, reports to its makers, chatter, or progress bars."""
    # Before the import, which is when the package decides.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of every closure it meets
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # One module raises its own level again, to tell of a temporary directory.
    logging.getLogger(ProgressBarsConfig.__module__).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _expect(context: Any, gate: str, frame: pd.DataFrame, checks: Sequence[Check]) -> dict[int, list[bool | None]]:
    """Run one gate's checkpoint; return the verdicts by the position of the check, None for one that raised."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    expectations = [each for position, check in enumerate(checks) for each in _compile(check, position)]
    expectations.append(gxe.ExpectTableRowCountToEqual(value=1, meta={"check": _ROW_CHECK}))
    suite = context.suites.add(gx.ExpectationSuite(name=gate, expectations=expectations))
    asset = context.data_sources.add_pandas(gate).add_dataframe_asset(gate)
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=gate, data=asset.add_batch_definition_whole_dataframe(gate), suite=suite)
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=gate, validation_definitions=[definition], result_format="BOOLEAN_ONLY")
    )
    outcomes: dict[int, list[bool | None]] = defaultdict(list)
    for validation in checkpoint.run(batch_parameters={"dataframe": frame}).run_results.values():
        for result in validation.results:
            raised = _raised(result.exception_info)
            outcomes[result.expectation_config.meta["check"]].append(None if raised else bool(result.success))
    return outcomes


def _compile(check: Check, position: int) -> list[Any]:
    import great_expectations.expectations as gxe

    meta = {"check": position}
    expected: list[Any] = [
        gxe.ExpectColumnValuesToBeBetween(
            column=check.column, min_value=check.minimum, max_value=check.maximum, meta=meta
        )
    ]
    if not check.unknown_passes:
        expected.append(gxe.ExpectColumnValuesToNotBeNull(column=check.column, meta=meta))
    return expected


def _raised(exception_info: Mapping[str, Any] | None) -> bool:
    """Read both shapes: one flat record, or one record by metric."""
    if not exception_info:
        return False
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(bool(info.get("raised_exception")) for info in exception_info.values())


def _record(connection: duckdb.DuckDBPyConnection, report: GateReport) -> None:
    connection.execute("create schema if not exists raw")
    connection.execute(_RESULTS)
    at = report.judged_at.replace(tzinfo=None)
    connection.begin()
    connection.executemany(
        "insert into raw.gate_results (run_id, gate, expectation, column_name, passed, observed, threshold, "
        "severity, judged_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                report.run_id,
                j.gate,
                j.expectation,
                j.column_name,
                j.passed,
                j.observed,
                j.threshold,
                j.severity,
                at,
            ]
            for j in report.judgements
        ],
    )
    connection.commit()
