"""What is expected of each gate: one line a check, with the limit, how much it weighs, and why, as of which day.

The measurements are columns of ``models/gates/gate_<mart>.sql``. A count of things that must not exist has the
limit zero; a share lies between 0 and 1; an age is in hours.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]


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


CHECKS: tuple[Check, ...] = ()
