"""How a command ends."""

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """For the shell: a part of the public interface."""

    DONE = 0
    FAILED = 1
    CONFIGURATION = 2
    REFUSED = 3
    IN_PART = 4


@dataclass(frozen=True, slots=True)
class Ending:
    """The exit code of a command that works on a home, and why, for `contactable status`; nothing personal."""

    exit: Exit
    reason: str = ""
