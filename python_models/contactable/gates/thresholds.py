"""What is expected of each measurement: the seed ``gate_thresholds``, read and checked.

An analyst edits ``seeds/gate_thresholds.csv``. It is checked when a command begins, with line and column, and read
again from the table that dbt made of it when a candidate is judged: the limits belong to the candidate.

The measurements are columns of ``models/gates/gate_<mart>.sql``. Each has at least one row: a measurement that
nobody judges says so with the severity ``info``.
"""

import csv
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import yaml

Severity = Literal["refuse", "warn"]

SEED = "gate_thresholds"
_COLUMNS = (
    "gate", "check_name", "minimum", "maximum", "at_least", "severity", "if_unknown", "reason", "remedy", "since",
)  # fmt: skip
_SEVERITIES = ("refuse", "warn", "info")
_UNKNOWN = ("fail", "pass")

#: The gate models measure this moment; how many hours ago it was is measured when a candidate is judged.
NEWEST, FRESHNESS = "newest_at", "freshness_hours"

#: The check whose measurement leaves out what is rarer than the seed's ``at_least`` (macro measure_unmapped).
UNMAPPED_SHARE = "unmapped_share"

#: Checks that stand between a person and being contacted, or being named, against their will (2026-11-30). The
#: seed cannot soften them and nobody can accept them.
_PROTECTED: Mapping[str, frozenset[str]] = {
    "gate_contact_identifiers": frozenset({"plain_emails"}),
    "gate_contact_emails": frozenset({"send_without_check", "send_but_suppressed", "send_against_policy"}),
    "gate_contact_phones": frozenset(
        {
            "call_without_check",
            "call_but_dnc",
            "call_without_dnc_answer",
            "call_but_suppressed",
            "call_against_policy",
        }
    ),
    "gate_contactability": frozenset(
        {
            "contactable_but_suppressed",
            "contactable_but_dnc",
            "contactable_against_policy",
            "contactable_without_address",
        }
    ),
}


class GateError(Exception):
    """The candidate could not be judged at all: there are no measurements or no checks."""


class ThresholdError(GateError):
    """The seed of thresholds says something impossible; the message names row and column."""


@dataclass(frozen=True)
class Check:
    """One expectation: ``gate.column`` lies between ``minimum`` and ``maximum`` (both included, None is open)."""

    gate: str
    column: str
    minimum: float | None
    maximum: float | None
    severity: Severity
    reason: str
    #: NULL is an answer too (no earlier publication to compare with, nothing checked yet).
    unknown_passes: bool = False
    #: What somebody can do when it fails.
    remedy: str = ""

    expectation = "expect_column_values_to_be_between"

    @property
    def expectations(self) -> int:
        """Say how many expectations of Great Expectations this check becomes."""
        return 1 if self.unknown_passes else 2

    @property
    def threshold(self) -> str:
        """Say the limit in words."""
        low, high = self.minimum, self.maximum
        text = (
            f"= {high:g}"
            if low == high and high is not None
            else f"<= {high:g}"
            if low is None
            else f">= {low:g}"
            if high is None
            else f"{low:g} to {high:g}"
        )
        return f"{text} or unknown" if self.unknown_passes else text


def is_protected(gate: str, column: str) -> bool:
    """Say whether nobody may accept a failure of this check."""
    return column in _PROTECTED.get(gate, frozenset())


def read_seed(project: Path) -> tuple[Check, ...]:
    """Read and check the CSV of a dbt project, before anything is built.

    Raises:
        ThresholdError: it cannot be read, or a row is impossible; the message names line and column.
    """
    file = project / "seeds" / f"{SEED}.csv"
    described = yaml.safe_load((project / "models/gates/_gates__models.yml").read_text(encoding="utf-8"))
    measured = {
        model["name"]: {judged_name(column["name"]) for column in model["columns"]}
        for model in described["models"]
    }
    return parse(_csv_rows(file), measured)


def _csv_rows(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ThresholdError(f"{file.name}: there is no column {', '.join(missing)}")
            for row in reader:
                yield (
                    f"{file.name}, line {reader.line_num}",
                    {name: (row[name] or "").strip() for name in _COLUMNS},
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ThresholdError(f"{file.name} cannot be read: {error}") from error


def read_built(
    connection: duckdb.DuckDBPyConnection, measured: Mapping[str, Collection[str]], schema: str = "seeds"
) -> tuple[Check, ...]:
    """Read the limits that were built with the candidate.

    Raises:
        ThresholdError: dbt made no such table, or a row is impossible.
    """
    try:
        cursor = connection.execute(f"select {', '.join(_COLUMNS)} from {schema}.{SEED}")  # noqa: S608 - our names
        rows = cursor.fetchall()
    except duckdb.CatalogException:
        raise ThresholdError(
            f"the warehouse has no table {schema}.{SEED}: this candidate is of an earlier version. "
            "Run `contactable build`"
        ) from None
    named = [{name: _text(value) for name, value in zip(_COLUMNS, row, strict=True)} for row in rows]
    gates = {row["gate"] for row in named}
    return parse(
        ((f"{SEED}, row {row['gate']}.{row['check_name']}", row) for row in named),
        {gate: columns for gate, columns in measured.items() if gate in gates},
    )


def _text(value: object) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def judged_name(column: str) -> str:
    """Name the check of a measured column: of a moment, its age is judged."""
    return FRESHNESS if column == NEWEST else column


def parse(
    rows: Iterable[tuple[str, Mapping[str, str]]], measured: Mapping[str, Collection[str]]
) -> tuple[Check, ...]:
    """Turn rows (place, cells by column) into checks, sorted by gate, check and severity.

    Args:
        rows: every row of the seed with the words that say where it stands.
        measured: the measurements of each gate.

    Raises:
        ThresholdError: a cell is impossible, a row stands twice, or a measurement has no row.
    """
    checks: list[Check] = []
    seen: set[tuple[str, str, str]] = set()
    for where, row in rows:
        gate, column, severity = row["gate"], row["check_name"], row["severity"]
        _one_of(where, "gate", gate, sorted(measured))
        _one_of(where, "check_name", column, sorted(measured[gate]))
        _one_of(where, "severity", severity, _SEVERITIES)
        if (gate, column, severity) in seen:
            raise ThresholdError(f"{where}: {gate}.{column} stands twice with the severity {severity}")
        seen.add((gate, column, severity))
        low, high = _number(where, "minimum", row["minimum"]), _number(where, "maximum", row["maximum"])
        _check_row(where, row, low, high)
        if severity == "info":
            continue
        checks.append(
            Check(
                gate,
                column,
                low,
                high,
                "refuse" if severity == "refuse" else "warn",
                f"{row['reason']} ({row['since']})",
                unknown_passes=row["if_unknown"] == "pass",
                remedy=row["remedy"],
            )
        )
    named = {(gate, column) for gate, column, _ in seen}
    lacking = sorted({(gate, column) for gate, columns in measured.items() for column in columns} - named)
    if lacking:
        listed = ", ".join(f"{gate}.{column}" for gate, column in lacking)
        raise ThresholdError(
            f"{SEED}: there is no row for {listed}. A measurement that nobody judges has a row with severity info"
        )
    _check_protected(checks, named)
    return tuple(sorted(checks, key=lambda check: (check.gate, check.column, check.severity)))


def _check_row(where: str, row: Mapping[str, str], low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise ThresholdError(f"{where}, column minimum: {low:g} is more than maximum, {high:g}")
    if (low is None and high is None) != (row["severity"] == "info"):
        raise ThresholdError(
            f"{where}, columns minimum and maximum: refuse and warn need at least one of them, info has none"
        )
    _one_of(where, "if_unknown", row["if_unknown"], _UNKNOWN)
    counted = row["check_name"] == UNMAPPED_SHARE
    if counted != bool(row["at_least"]) or (counted and re.fullmatch("[1-9][0-9]*", row["at_least"]) is None):
        raise ThresholdError(
            f"{where}, column at_least: {UNMAPPED_SHARE} needs a whole number from 1, other checks have none"
        )
    for column in ("reason",) if row["severity"] == "info" else ("reason", "remedy"):
        if not row[column]:
            raise ThresholdError(f"{where}, column {column}: is empty; say it for whoever reads the refusal")
    try:
        date.fromisoformat(row["since"])
    except ValueError:
        raise ThresholdError(f"{where}, column since: {row['since']!r} is no day (YYYY-MM-DD)") from None


def _check_protected(checks: Collection[Check], named: Collection[tuple[str, str]]) -> None:
    """Expect each protected check to refuse at the first case."""
    strict = {
        (check.gate, check.column)
        for check in checks
        if check.severity == "refuse" and not check.unknown_passes and check.maximum == 0
    }
    softened = sorted(pair for pair in named if is_protected(*pair) and pair not in strict)
    if softened:
        listed = ", ".join(f"{gate}.{column}" for gate, column in softened)
        raise ThresholdError(
            f"{SEED}: {listed} protects people and must refuse at the first case: severity refuse, "
            "if_unknown fail, maximum 0"
        )


def _one_of(where: str, column: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise ThresholdError(f"{where}, column {column}: unknown {value!r}; known are {', '.join(allowed)}")


def _number(where: str, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ThresholdError(f"{where}, column {column}: {text!r} is no number")
    return value
