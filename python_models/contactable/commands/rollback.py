"""Show readers an earlier publication again."""

from pathlib import Path

from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.publish import PublishError
from contactable.publish import rollback as roll_back
from contactable.settings.config import ConfigurationError, PseudonymSecret
from contactable.stopping.ending import Exit


def rollback(home: Path, to: str | None, config: Path | None = None) -> Exit:
    """Show an earlier publication again."""
    console = console_of("text")
    settings_of(config)
    try:
        publication = roll_back(Home.at(home).path, to, given_secret=PseudonymSecret.given())
    except PublishError as error:
        raise ConfigurationError(str(error)) from None
    console.say(
        f"Readers see {publication.publication_id} of {publication.published_at:%Y-%m-%d %H:%M} UTC again."
    )
    return Exit.DONE
