"""What readers see: publications and the page."""

from pathlib import Path

from contactable import pipeline
from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.publish import Layout as PublicationLayout
from contactable.publish import PublishError, current_publication
from contactable.publish import rollback as roll_back
from contactable.settings.config import ConfigurationError, PseudonymSecret
from contactable.stopping.ending import Exit


def rollback(home: Path, to: str | None, config: Path | None = None) -> int:
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


def report(home: Path, config: Path | None = None) -> int:
    """The page, from what is published."""
    place, console = Home.at(home), console_of("text")
    settings_of(config)
    if current_publication(PublicationLayout(place.path)) is None:
        raise ConfigurationError(f"nothing is published in {place.path} yet: run `contactable run` first")
    console.say(f"Look at {pipeline.page_of(place)}")
    return Exit.DONE
