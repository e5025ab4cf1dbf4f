"""Judge the candidate, and accept refused checks for it."""

import getpass
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contactable.clock import utc_now
from contactable.commands.invocation import (
    Invocation,
    in_run,
    show_verdict,
)
from contactable.pipeline.gate import judge_candidate
from contactable.pipeline.run import Run
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Ending, Exit

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    from contactable.gates import Acceptance


def gate(invocation: Invocation, accept: Sequence[str] = (), because: Sequence[str] = ()) -> int:
    """Judge the candidate; ``accept`` names refused checks (``gate.check``) that it may pass nevertheless."""
    accepted = _acceptances(accept, because)

    def steps(work: Run, _: Path | None) -> Ending:
        report = judge_candidate(work, accepted)
        show_verdict(work, report)
        for judgement in report.judgements:
            if judgement.acceptance in accepted:
                work.console.say(
                    work.console.plain(
                        f"Accepted {judgement.check} for this candidate only, by {judgement.accepted_by}: "
                        f"{judgement.accepted_because}"
                    ),
                    accepted=judgement.check,
                    build_id=report.build_id,
                )
        work.console.say(
            "The candidate may be published: `contactable publish`."
            if report.passed
            else "Refused: nothing of this candidate can be published."
        )
        return Ending(Exit.DONE if report.passed else Exit.REFUSED)

    return in_run(invocation, steps)


def _acceptances(accept: Sequence[str], because: Sequence[str]) -> list["Acceptance"]:
    """One reason for all checks, or one for each, in their order."""
    from contactable.gates import Acceptance

    if not accept and not because:
        return []
    if not accept:
        raise ConfigurationError("--because needs --accept GATE.CHECK: what is accepted?")
    if not because or not all(reason.strip() for reason in because):
        raise ConfigurationError("--accept needs --because TEXT: the reason is kept with the candidate and shown")
    if len(because) not in (1, len(accept)):
        raise ConfigurationError(
            f"{len(accept)} checks and {len(because)} reasons: give one --because, or one each"
        )
    reasons = list(because) if len(because) == len(accept) else list(because) * len(accept)
    now, who = utc_now(), _who()
    return [Acceptance(name, who, reason.strip(), now) for name, reason in zip(accept, reasons, strict=True)]


def _who() -> str:
    """The account at work here, and the machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        name = f"user {os.getuid()}"
    return f"{name} on {socket.gethostname()}"
