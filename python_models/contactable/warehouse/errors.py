"""What can go wrong with a warehouse, always said as: what happened, who must act, and how.

Messages name files, settings, columns and line numbers, never a value of a row.
"""


class WarehouseError(Exception):
    """Base of this room's errors. ``who`` must act; ``remedy`` says how."""

    def __init__(self, what: str, *, who: str, remedy: str) -> None:
        super().__init__(f"{what} To be done by {who}: {remedy}")
        self.what = what
        self.who = who
        self.remedy = remedy


class ConfigurationError(WarehouseError):
    """A setting, path or list that a person has to correct before anything can run (exit code 2)."""


class FirstPartyListError(ConfigurationError):
    """A first-party list that cannot be read at all; single bad rows are quarantined instead."""


class ProjectNotFoundError(ConfigurationError):
    """The dbt project does not lie where it was looked for."""


class WarehouseMissingError(WarehouseError):
    """There is no warehouse file yet."""


class WarehouseBusyError(WarehouseError):
    """Another process, or another connection of this one, holds the warehouse file."""


class WarehouseVersionError(WarehouseError):
    """The warehouse file was written by a newer DuckDB than this one."""


class WarehouseDamagedError(WarehouseError):
    """The warehouse file is not a readable DuckDB database. Its raw tables can be rebuilt from the segments."""


class HomeNotWritableError(WarehouseError):
    """The home folder cannot be created or written."""


class DiskFullError(WarehouseError):
    """No space is left on the home's disk; the running transaction was rolled back."""


class NotEnoughMemoryError(WarehouseError):
    """DuckDB needs more memory than it may use. What was committed stays."""


class WorklistMissingError(WarehouseError):
    """The model behind an endpoint's worklist has not been built."""
