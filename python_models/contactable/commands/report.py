"""The page, from what is published."""

from pathlib import Path

from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.pipeline.publish import page_of
from contactable.publish import Layout as PublicationLayout
from contactable.publish import current_publication
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit


def report(directory: Path, config: Path | None = None) -> Exit:
    """The page, from what is published."""
    home, console = Home.at(directory), console_of("text")
    settings_of(config)
    if current_publication(PublicationLayout(home.path)) is None:
        raise ConfigurationError(f"nothing is published in {home.path} yet: run `contactable run` first")
    console.say(f"Look at {page_of(home)}")
    return Exit.DONE
