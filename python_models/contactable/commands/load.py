"""Answers into segments, segments into ``raw``."""

from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    working,
)
from contactable.pipeline.load import seal_and_load
from contactable.stopping.ending import Exit

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    pass


def load(invocation: Invocation, *, replay: bool, adopt: bool = False) -> int:
    """Answers into segments, segments into raw."""
    with working(invocation, adopt=adopt) as (work, _):
        report = seal_and_load(work, replay=replay)
        work.console.say(
            f"{report.answers:,} answers loaded from {len(report.loaded):,} segments; "
            f"{report.already_loaded:,} segments were loaded already."
        )
        for problem in work.problems:
            work.console.warn(problem)
        work.exit_code = Exit.DONE if report.complete else Exit.IN_PART
        return work.exit_code
