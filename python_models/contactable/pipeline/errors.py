"""Errors with a sentence for the person who runs a command, and the exit code of each."""

from contactable.stopping.ending import Exit


def known_errors() -> dict[Exit, tuple[type[Exception], ...]]:
    """By exit code. Imported when asked for: some of these packages take a moment."""
    from contactable.gates import AcceptanceError, GateError, ProtectedCheckError, ThresholdError
    from contactable.home.home import HomeBusyError
    from contactable.journal.errors import JournalError
    from contactable.pipeline.build import BuildError
    from contactable.pipeline.sandbox_process import SandboxError
    from contactable.publish import PseudonymSecretError, PublicationRefusedError, PublishError
    from contactable.settings.config import ConfigurationError
    from contactable.warehouse.errors import ConfigurationError as WarehouseConfigurationError
    from contactable.warehouse.errors import WarehouseError

    return {
        Exit.REFUSED: (ProtectedCheckError, PublicationRefusedError),
        Exit.CONFIGURATION: (
            ConfigurationError, WarehouseConfigurationError, HomeBusyError, PseudonymSecretError, AcceptanceError,
            ThresholdError,
        ),
        Exit.FAILED: (JournalError, BuildError, SandboxError, WarehouseError, GateError, PublishError),
    }  # fmt: skip


def exit_of(error: BaseException) -> Exit:
    """The exit code of an error: the first that knows it, in the order above, since some inherit from others."""
    return next((code for code, kinds in known_errors().items() if isinstance(error, kinds)), Exit.FAILED)
