"""The gates: Great Expectations judges what ``models/gates/`` measured, before anything is published.

Knows no other room. SQL counts, Great Expectations decides, and the decision is written down with what was
seen, what was allowed and why.
"""

from contactable.gates.checkpoint import GateError, GateReport, Judgement, judge
from contactable.gates.suites import CHECKS, Check

__all__ = ["CHECKS", "Check", "GateError", "GateReport", "Judgement", "judge"]
