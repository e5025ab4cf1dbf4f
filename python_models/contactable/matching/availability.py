"""Whether what scored matching needs is installed. Imports nothing, so that settings can ask."""

import importlib.util


class ScoringUnavailableError(RuntimeError):
    """Scored matching is switched on, and what it needs is not installed; the message says how to install it."""


def missing_package() -> str:
    """What to install before records can be scored; empty when nothing is missing."""
    if importlib.util.find_spec("splink") is not None:
        return ""
    return "scoring is on, but Splink is not installed: pip install 'contactable[matching]', or set scoring: off"


def require_splink() -> None:
    """Raises:
    ScoringUnavailableError: Splink is not installed.
    """
    if missing := missing_package():
        raise ScoringUnavailableError(missing)
