"""How a command ends, for the shell: a part of the public interface."""

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    CONFIGURATION = 2
    REFUSED = 3
    IN_PART = 4
