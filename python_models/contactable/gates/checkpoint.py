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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from contactable.gates.thresholds import (
    NEWEST,
    Check,
    GateError,
    is_protected,
    judged_name,
    read_built,
)

#: Columns of raw.gate_results, in order; dbt and contactable.warehouse create the same table.
_RESULT_COLUMNS = {
    "run_id": "varchar",
    "gate": "varchar",
    "expectation": "varchar",
    "column_name": "varchar",
    "passed": "boolean",
    "observed": "varchar",
    "threshold": "varchar",
    "severity": "varchar",
    "judged_at": "timestamp",
    "build_id": "varchar",
    "reason": "varchar",
    "remedy": "varchar",
    "accepted_by": "varchar",
    "accepted_because": "varchar",
    "accepted_at": "timestamp",
}

_ROW_COUNT = "expect_table_row_count_to_equal"

#: Stands where the other expectations carry the position of their check.
_ROW_CHECK = -1

_NOT_JUDGED = "could not be judged"
_UNKNOWN = "unknown"

#: What to do about a gate that is not there, or not one row.
_STRUCTURAL = "Build again; if it stays, report it: a fault of contactable, not of the data."


class AcceptanceError(GateError):
    """The check cannot be accepted: there is none of that name, or it does not refuse."""


class ProtectedCheckError(AcceptanceError):
    """The check protects people; nobody may accept its failure."""


@dataclass(frozen=True)
class Acceptance:
    """Who let one refused check of one candidate pass, why and when. ``check`` is ``gate.column``."""

    check: str
    by: str
    because: str
    at: datetime


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
    remedy: str = ""
    acceptance: Acceptance | None = None

    @property
    def check(self) -> str:
        """The name by which it is accepted."""
        return f"{self.gate}.{self.column_name}"

    @property
    def refuses(self) -> bool:
        """Say whether it forbids publication."""
        return not self.passed and self.severity == "refuse" and self.acceptance is None

    @property
    def accepted_because(self) -> str:
        """Why somebody accepted it; empty when nobody did."""
        return "" if self.acceptance is None else self.acceptance.because

    @property
    def accepted_by(self) -> str:
        """Who accepted it; empty when nobody did."""
        return "" if self.acceptance is None else self.acceptance.by


@dataclass(frozen=True)
class GateReport:
    """The verdict on one candidate.

    ``problem``: why it could not pass whatever the gates say (a data test failed, it is not whole, something was
    loaded since); empty when there is nothing. A candidate that is not whole is not judged by the gates.
    ``checks``: the limits it was judged by, as they were built with it.
    """

    run_id: str
    judged_at: datetime
    judgements: tuple[Judgement, ...]
    build_id: str = ""
    problem: str = ""
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Say whether the candidate may be published."""
        return not self.problem and bool(self.judgements) and not self.failed

    @property
    def failed(self) -> tuple[Judgement, ...]:
        """Return what forbids publication."""
        return tuple(j for j in self.judgements if j.refuses)

    @property
    def warnings(self) -> tuple[Judgement, ...]:
        """Return what somebody should look at, and what forbids nothing; what was accepted too."""
        return tuple(j for j in self.judgements if not j.passed and not j.refuses)


def judge(
    warehouse: Path,
    run_id: str,
    now: datetime,
    *,
    build_id: str = "",
    accept: Sequence[Acceptance] = (),
    checks: Sequence[Check] | None = None,
    schema: str = "gates",
) -> GateReport:
    """Judge the candidate in ``warehouse`` and append the verdicts to ``raw.gate_results``.

    Ages are those of ``now``. What somebody accepted of the same build before stays accepted.

    Args:
        warehouse: the DuckDB file; every table of ``schema`` holds one row of measurements.
        run_id: the run that judges.
        now: the run's clock, with a zone.
        build_id: the build that made the candidate.
        accept: refused checks that somebody accepts now, all of them or none.
        checks: what is expected; None: as the seed says that was built with the candidate. A gate nobody expects
            anything of fails, and so does a check without its gate.
        schema: where the measurements lie.

    Raises:
        GateError: no gate table, or no check.
        ThresholdError: the seed says something impossible.
        AcceptanceError: one of ``accept`` names no refused check, or a protected one; nothing is written down.
    """
    if checks is not None and not checks:
        raise GateError("no checks are declared; an empty suite would pass anything")
    with duckdb.connect(str(warehouse)) as connection:
        measurements = _read(connection, schema, now)
        if not measurements:
            raise GateError(
                f"schema {schema} of the warehouse has no tables; build the models in models/gates first"
            )
        if checks is None:
            checks = read_built(connection, {gate: list(frame.columns) for gate, frame in measurements.items()})
            # dbt leaves the table of a gate that an earlier version had; read_seed compares seed and models.
            measurements = {gate: measurements[gate] for gate in sorted({check.gate for check in checks})}
        judgements = _judge_all(measurements, checks)
        _prepare(connection)
        known = _accepted_before(connection, build_id)
        known.update(_acceptable(judgements, accept))
        judgements = [
            replace(j, acceptance=known[j.check]) if _may_be_accepted(j) and j.check in known else j
            for j in judgements
        ]
        report = GateReport(run_id, now.astimezone(UTC), tuple(judgements), build_id, checks=tuple(checks))
        _record(connection, report)
    return report


def _may_be_accepted(judgement: Judgement) -> bool:
    """What was not measured cannot be accepted: nobody knows what it would be."""
    measured = judgement.column_name and judgement.observed not in (_NOT_JUDGED, _UNKNOWN)
    return bool(measured and judgement.refuses and not is_protected(judgement.gate, judgement.column_name))


def _acceptable(judgements: Sequence[Judgement], accept: Sequence[Acceptance]) -> dict[str, Acceptance]:
    """The acceptances by the full name of their check; ``contacts.volume_change`` is ``gate_contacts``'s too."""
    found: dict[str, Acceptance] = {}
    refused = sorted({j.check for j in judgements if _may_be_accepted(j)})
    for acceptance in accept:
        gate, _, column = acceptance.check.strip().partition(".")
        gate = gate if gate.startswith("gate_") else f"gate_{gate}"
        gates = sorted({j.gate for j in judgements})
        if gate not in gates:
            raise AcceptanceError(f"there is no gate {gate!r} ({acceptance.check}); there are {', '.join(gates)}")
        columns = sorted({j.column_name for j in judgements if j.gate == gate and j.column_name})
        if column not in columns:
            raise AcceptanceError(f"{gate} has no check {column!r}; it has {', '.join(columns)}")
        if is_protected(gate, column):
            raise ProtectedCheckError(
                f"{gate}.{column} cannot be accepted: it protects people who are suppressed, on a do-not-call "
                "list, or named where nobody may be. Correct the cause and build again"
            )
        name = f"{gate}.{column}"
        if name not in refused:
            seen = next(j for j in judgements if j.check == name)
            raise AcceptanceError(
                f"{name} does not refuse (it is {seen.observed}, allowed {seen.threshold}); "
                f"refused, and may be accepted: {', '.join(refused) or 'nothing'}"
            )
        found[name] = replace(acceptance, check=name)
    return found


def _accepted_before(connection: duckdb.DuckDBPyConnection, build_id: str) -> dict[str, Acceptance]:
    rows = connection.execute(
        "select gate || '.' || column_name, accepted_by, accepted_because, max(accepted_at) from raw.gate_results "
        "where build_id = $build_id and build_id <> '' and accepted_at is not null group by all order by 4",
        {"build_id": build_id},
    ).fetchall()
    return {check: Acceptance(check, by, because, at.replace(tzinfo=UTC)) for check, by, because, at in rows}


def _read(connection: duckdb.DuckDBPyConnection, schema: str, now: datetime) -> dict[str, pd.DataFrame]:
    names = connection.execute(
        "select table_name from information_schema.tables where table_schema = $schema order by 1",
        {"schema": schema},
    ).fetchall()
    frames: dict[str, pd.DataFrame] = {}
    for (name,) in names:
        cursor = connection.table(f'"{schema}"."{name}"')
        columns = [judged_name(column) for column in cursor.columns]
        rows = [
            [
                _hours_since(value, now) if column == NEWEST else _number(value)
                for column, value in zip(cursor.columns, row, strict=True)
            ]
            for row in cursor.fetchall()
        ]
        frames[name] = pd.DataFrame(rows, columns=columns)
    return frames


def _hours_since(moment: object, now: datetime) -> float | None:
    """How old the newest row is now, not when it was measured: a candidate may wait for days."""
    if not isinstance(moment, datetime):
        return None
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (now - at).total_seconds() / 3600


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
    return Judgement(gate, _ROW_COUNT, "", False, "none", threshold, "refuse", reason, _STRUCTURAL)


def _judge_gate(context: Any, gate: str, frame: pd.DataFrame, checks: Sequence[Check]) -> list[Judgement]:
    outcomes = _expect(context, gate, frame, checks)
    one_row = outcomes.get(_ROW_CHECK) == [True]
    judgements = [
        Judgement(
            gate,
            _ROW_COUNT,
            "",
            one_row,
            str(len(frame)),
            "= 1",
            "refuse",
            "a gate is one row of measurements",
            _STRUCTURAL,
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
                observed=_observed(frame, check.column) if judged else _NOT_JUDGED,
                threshold=check.threshold,
                severity=check.severity,
                reason=check.reason,
                remedy=check.remedy,
            )
        )
    return judgements


def _observed(frame: pd.DataFrame, column: str) -> str:
    value = frame[column].iloc[0]
    return _UNKNOWN if pd.isna(value) else f"{value:.10g}"


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


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the table of results, with the columns that an earlier version lacked."""
    connection.execute("create schema if not exists raw")
    columns = ", ".join(f"{name} {kind}" for name, kind in _RESULT_COLUMNS.items())
    connection.execute(f"create table if not exists raw.gate_results ({columns})")
    present = connection.table("raw.gate_results").columns
    for name, kind in _RESULT_COLUMNS.items():
        if name not in present:
            connection.execute(f"alter table raw.gate_results add column {name} {kind}")


def _record(connection: duckdb.DuckDBPyConnection, report: GateReport) -> None:
    """Write all verdicts down, or none: a candidate whose judging was killed has no verdict."""
    names = ", ".join(_RESULT_COLUMNS)
    places = ", ".join("?" for _ in _RESULT_COLUMNS)
    at = report.judged_at.replace(tzinfo=None)
    connection.begin()
    connection.executemany(
        f"insert into raw.gate_results ({names}) values ({places})",  # noqa: S608 - our own names
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
                report.build_id,
                j.reason,
                j.remedy,
                j.acceptance.by if j.acceptance else None,
                j.acceptance.because if j.acceptance else None,
                j.acceptance.at.astimezone(UTC).replace(tzinfo=None) if j.acceptance else None,
            ]
            for j in report.judgements
        ],
    )
    connection.commit()
