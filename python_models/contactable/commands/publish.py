"""Judge the candidate as of now, and show it to readers on a pass."""

from pathlib import Path
from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    ended_early,
    in_run,
    show_verdict,
)
from contactable.pipeline.gate import judge_candidate
from contactable.pipeline.publish import publish_candidate, write_page
from contactable.pipeline.run import Run
from contactable.stopping.ending import Ending, Exit

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    from contactable.gates import GateReport


def publish(invocation: Invocation, *, rotate_key: bool = False) -> Exit:
    """Judge what stands there, as of now; publish it on a pass, with ``rotate_key`` under a new secret."""

    def steps(work: Run, _: Path | None) -> Ending:
        report = judge_candidate(work)
        if (ended := ended_early(work)) is not None:
            return ended
        if not report.passed:
            show_verdict(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            return Ending(Exit.REFUSED, _refusal(report))
        publication, report = publish_candidate(work, report, rotate_key=rotate_key)
        if publication is None:
            write_page(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            return Ending(Exit.REFUSED, _refusal(report))
        page = write_page(work, report)
        work.console.say(f"Published {publication.publication_id}; the page: {page}")
        return Ending(Exit.DONE)

    return in_run(invocation, steps)


def _refusal(report: "GateReport") -> str:
    """Why, in a line for `contactable status`."""
    return report.problem or f"refused by {', '.join(judgement.check for judgement in report.failed)}"
