"""The gates: Great Expectations judges what ``models/gates/`` measured, before anything is published.

Knows no other room. SQL counts, the seed ``gate_thresholds`` sets the limits, Great Expectations decides, and the
decision is written down with what was seen, what was allowed and why.
"""

from contactable.gates.checkpoint import (
    Acceptance,
    AcceptanceError,
    GateReport,
    Judgement,
    ProtectedCheckError,
    judge,
)
from contactable.gates.thresholds import Check, GateError, ThresholdError, read_seed

__all__ = [
    "Acceptance",
    "AcceptanceError",
    "Check",
    "GateError",
    "GateReport",
    "Judgement",
    "ProtectedCheckError",
    "ThresholdError",
    "judge",
    "read_seed",
]
