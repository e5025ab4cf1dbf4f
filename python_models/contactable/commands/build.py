"""Models and data tests."""

from pathlib import Path

from contactable.commands.invocation import (
    Invocation,
    in_run,
)
from contactable.pipeline.build import build_candidate, check_thresholds, what_failed
from contactable.pipeline.load import load_inputs
from contactable.pipeline.run import Run
from contactable.stopping.ending import Ending, Exit


def build(invocation: Invocation) -> Exit:
    """Models and data tests."""

    def steps(work: Run, configured: Path | None) -> Ending:
        check_thresholds(work)
        load_inputs(work, configured)
        outcome = build_candidate(work, anew=True)
        failed = [node.name for node in outcome.failures if node.is_test]
        work.console.say(f"Built in {work.seconds['dbt']:.1f} s; {len(failed)} data tests failed.")
        if failed:
            for failure in what_failed(work):
                work.console.warn(f"failed: {failure}")
            work.console.say("Nothing of this build can be published: correct the cause and build again.")
        return Ending(Exit.FAILED if failed else Exit.DONE)

    return in_run(invocation, steps)
