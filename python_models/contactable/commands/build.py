"""Models and data tests."""

from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    working,
)
from contactable.pipeline.build import build_candidate, check_thresholds, what_failed
from contactable.pipeline.load import load_inputs
from contactable.stopping.ending import Exit

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    pass


def build(invocation: Invocation) -> int:
    """Models and data tests."""
    with working(invocation) as (work, configured):
        check_thresholds(work)
        load_inputs(work, configured)
        outcome = build_candidate(work, anew=True)
        failed = [node.name for node in outcome.failures if node.is_test]
        work.console.say(f"Built in {work.seconds['dbt']:.1f} s; {len(failed)} data tests failed.")
        if failed:
            for failure in what_failed(work):
                work.console.warn(f"failed: {failure}")
            work.console.say("Nothing of this build can be published: correct the cause and build again.")
        work.exit_code = Exit.FAILED if failed else Exit.DONE
        return work.exit_code
