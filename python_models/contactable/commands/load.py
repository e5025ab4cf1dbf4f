"""Answers into segments, segments into ``raw``."""

from pathlib import Path

from contactable.commands.invocation import (
    Invocation,
    in_run,
)
from contactable.pipeline.load import seal_and_load
from contactable.pipeline.run import Run
from contactable.stopping.ending import Ending, Exit


def load(invocation: Invocation, *, replay: bool, adopt: bool = False) -> Exit:
    """Answers into segments, segments into raw."""

    def steps(work: Run, _: Path | None) -> Ending:
        report = seal_and_load(work, replay=replay)
        work.console.say(
            f"{report.answers:,} answers loaded from {len(report.loaded):,} segments; "
            f"{report.already_loaded:,} segments were loaded already."
        )
        for problem in work.problems:
            work.console.warn(problem)
        return Ending(Exit.DONE if report.complete else Exit.IN_PART)

    return in_run(invocation, steps, adopt=adopt)
