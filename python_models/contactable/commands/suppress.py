"""Never contact and never buy."""

from pathlib import Path

from contactable.clock import utc_now
from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit


def suppress(
    directory: Path,
    value: str | None,
    identifier_type: str | None,
    scope: str,
    reason: str,
    file: Path | None,
    config: Path | None = None,
) -> Exit:
    """Never contact, never buy."""
    from contactable.privacy import IdentifierError, recognise, suppress_csv
    from contactable.privacy import suppress as put_on_list

    home, console = Home.at(directory), console_of("text")
    settings_of(config)
    if (value is None) == (file is None):
        raise ConfigurationError("give one identifier, or --file with a list")
    with home.hold("suppress"):
        try:
            if file is not None:
                imported = suppress_csv(home.warehouse, file, scope=scope, reason=reason, now=utc_now())
                console.say(f"{imported.added:,} identifiers added.")
                for line in imported.rejected:
                    console.warn(f"line {line.line_number}: {line.reason}")
                return Exit.IN_PART if imported.rejected else Exit.DONE
            assert value is not None
            if identifier_type is None:
                identifier = recognise(value)
                identifier_type, value = identifier.type, identifier.value
            added = put_on_list(home.warehouse, identifier_type, value, scope=scope, reason=reason, now=utc_now())
        except (IdentifierError, OSError) as error:
            raise ConfigurationError(str(error)) from None
    console.say(f"{added} hashes added. The marts follow with the next build; nobody on the list is bought again.")
    return Exit.DONE
