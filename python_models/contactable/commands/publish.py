"""Judge the candidate as of now, and show it to readers on a pass."""

from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    ended_early,
    show_verdict,
    working,
)
from contactable.pipeline.gate import judge_candidate
from contactable.pipeline.publish import publish_candidate, write_page
from contactable.stopping.ending import Exit

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    from contactable.gates import GateReport


def publish(invocation: Invocation, *, rotate_key: bool = False) -> int:
    """Judge what stands there, as of now; publish it on a pass, with ``rotate_key`` under a new secret."""
    with working(invocation) as (work, _):
        report = judge_candidate(work)
        if ended_early(work):
            return work.exit_code
        if not report.passed:
            show_verdict(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            work.reason = _refusal(report)
            work.exit_code = Exit.REFUSED
            return Exit.REFUSED
        publication, report = publish_candidate(work, report, rotate_key=rotate_key)
        if publication is None:
            write_page(work, report)
            work.console.say("Refused: what readers see is unchanged.")
            work.exit_code = Exit.REFUSED
            return Exit.REFUSED
        page = write_page(work, report)
        work.console.say(f"Published {publication.publication_id}; the page: {page}")
        work.exit_code = Exit.DONE
        return Exit.DONE


def _refusal(report: "GateReport") -> str:
    """Why, in a line for `contactable status`."""
    return report.problem or f"refused by {', '.join(judgement.check for judgement in report.failed)}"
