"""Never contact, and remove a person from every file."""

from pathlib import Path

from contactable.commands.invocation import console_of
from contactable.config import ConfigurationError, PseudonymSecret
from contactable.console import two_column_table
from contactable.exit_codes import Exit
from contactable.home import Home
from contactable.journal.clock import utc_now
from contactable.journal.databases import parse_url
from contactable.journal_place import journal_url
from contactable.publish import rewrite
from contactable.warehouse.candidate import note_change_in


def suppress(
    home: Path, value: str | None, identifier_type: str, scope: str, reason: str, file: Path | None
) -> int:
    """Never contact, never buy."""
    from contactable.privacy import IdentifierError, suppress_csv
    from contactable.privacy import suppress as put_on_list

    place, console = Home.at(home), console_of("text")
    if (value is None) == (file is None):
        raise ConfigurationError("give one identifier, or --file with a list")
    with place.hold("suppress"):
        try:
            if file is not None:
                imported = suppress_csv(place.warehouse, file, scope=scope, reason=reason, now=utc_now())
                console.say(f"{imported.added:,} identifiers added.")
                for line in imported.rejected:
                    console.warn(f"line {line.line_number}: {line.reason}")
                return Exit.IN_PART if imported.rejected else Exit.DONE
            assert value is not None
            added = put_on_list(place.warehouse, identifier_type, value, scope=scope, reason=reason, now=utc_now())
        except (IdentifierError, OSError) as error:
            raise ConfigurationError(str(error)) from None
    console.say(f"{added} hashes added. The marts follow with the next build; nobody on the list is bought again.")
    return Exit.DONE


def erase(home: Path, value: str, identifier_type: str, *, yes: bool, everyone: bool) -> int:
    """Remove a person everywhere below the home."""
    from contactable.privacy import AmbiguousIdentifierError, ErasureIncompleteError, IdentifierError
    from contactable.privacy import erase as remove

    place, console = Home.at(home), console_of("text")
    if not yes:
        import typer

        typer.confirm("Erase this person from everything below the home? This cannot be undone.", abort=True)
    with place.hold("erase"):
        try:
            done = remove(
                place.warehouse,
                identifier_type,
                value,
                segments=place.segments,
                journal_url=parse_url(journal_url(place)),
                rewrite_publications=lambda change: rewrite(
                    place.path, change, given_secret=PseudonymSecret.given()
                ),
                reason="erasure request",
                now=utc_now(),
                everyone=everyone,
            )
        except AmbiguousIdentifierError as error:
            raise ConfigurationError(f"{error} (--everyone)") from None
        except IdentifierError as error:
            raise ConfigurationError(str(error)) from None
        except ErasureIncompleteError as error:
            console.warn(str(error))
            return Exit.FAILED
        finally:
            # New suppressions outdated the candidate already; of somebody suppressed before there may be none.
            note_change_in(place.warehouse, "contactable erase")
    rows = sum(done.warehouse_rows.values())
    table = [
        ("people", f"{done.people:,}"),
        ("identifiers", f"{sum(done.identifiers.values()):,}"),
        ("answers in segments", f"{done.segment_answers:,}"),
        ("answers in the journal", f"{done.journal_answers:,}"),
        ("rows in the warehouse", f"{rows:,}"),
        ("rows in publications", f"{done.published_rows:,}"),
        ("hashes kept so that nobody is bought again", f"{done.suppressions_added:,}"),
    ]
    console.table(two_column_table("Erased", "what", "how many", table))
    console.say(done.note)
    if done.rebuild_needed:
        console.say("Counts and scores that rested on this person are corrected by the next `contactable run`.")
    return Exit.DONE
