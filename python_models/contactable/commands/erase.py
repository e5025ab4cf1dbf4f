"""Remove a person from every file."""

from pathlib import Path

from contactable.clock import utc_now
from contactable.commands.invocation import console_of, settings_of
from contactable.home.home import Home
from contactable.home.journal import journal_url
from contactable.journal.databases import parse_url
from contactable.publish import rewrite
from contactable.settings.config import ConfigurationError, PseudonymSecret
from contactable.stopping.ending import Exit
from contactable.terminal.console import two_column_table
from contactable.warehouse.candidate import note_rewrite_in
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.evidence import is_given_key


def erase(
    directory: Path,
    value: str,
    identifier_type: str | None,
    *,
    yes: bool,
    everyone: bool,
    also_shared: bool = False,
    config: Path | None = None,
) -> Exit:
    """Remove a person everywhere below the home. ``Exit.DONE`` means that the proof found nothing."""
    from contactable.privacy import AmbiguousIdentifierError, ErasureIncompleteError, IdentifierError
    from contactable.privacy import erase as remove

    home, console = Home.at(directory), console_of("text")
    settings = settings_of(config)
    if not yes:
        import typer

        typer.confirm("Erase this person from everything below the home? This cannot be undone.", abort=True)
    with home.hold("erase"):
        try:
            kind, asked = (identifier_type, value) if identifier_type else _recognised(home, value)
            done = remove(
                home.warehouse,
                kind,
                asked,
                segments=home.segments,
                journal_url=parse_url(journal_url(home)),
                rewrite_publications=lambda change: rewrite(
                    home.path, change, given_secret=PseudonymSecret.given()
                ),
                reason="erasure request",
                now=utc_now(),
                everyone=everyone,
                also_shared=also_shared,
                first_party=settings.first_party,
                secrets=[given.encode()] if (given := PseudonymSecret.given()) else (),
            )
        except AmbiguousIdentifierError as error:
            raise ConfigurationError(f"{error} (--everyone)") from None
        except IdentifierError as error:
            raise ConfigurationError(str(error)) from None
        except ErasureIncompleteError as error:
            console.warn(
                f"{error}. The person is suppressed, and everything else was removed. Clean or delete the files "
                "named here that contactable did not write, then call erase again: it goes on."
            )
            return Exit.FAILED
        finally:
            # New suppressions outdated the candidate already; of somebody suppressed before there may be none.
            note_rewrite_in(home.warehouse, "contactable erase")
    rows = sum(done.warehouse_rows.values())
    table = [
        ("people", f"{done.people:,}"),
        ("identifiers", f"{sum(done.identifiers.values()):,}"),
        ("answers in segments", f"{done.segment_answers:,}"),
        ("answers in the journal", f"{done.journal_answers:,}"),
        ("rows in the warehouse", f"{rows:,}"),
        ("rows in publications", f"{done.published_rows:,}"),
        ("other files", f"{done.files:,}"),
        ("hashes kept so that nobody is bought again", f"{done.suppressions_added:,}"),
    ]
    console.table(two_column_table("Erased", "what", "how many", table))
    for one in done.kept:
        others = "1 other person has" if one.others == 1 else f"{one.others:,} other people have"
        console.warn(
            f"kept: {one.kind} {one.masked}, which {others} too. erase --also-shared removes it from them as "
            "well; suppress closes it for everybody"
        )
    console.say(done.note)
    if done.still_listed:
        console.warn(
            f"the person still stands on your list ({settings.first_party}, {done.still_listed:,} rows): take "
            "them out"
        )
    if done.rebuild_needed:
        console.say("Counts and scores that rested on this person are corrected by the next `contactable run`.")
    return Exit.DONE


def _recognised(home: Home, value: str) -> tuple[str, str]:
    """The type of what was typed; a key that was given to a person is that, although it looks like a hash."""
    from contactable.privacy import CONTACT_KEY, recognise

    text = value.strip()
    prefix, colon, rest = text.partition(":")
    if colon and prefix == CONTACT_KEY:
        return CONTACT_KEY, rest
    if home.warehouse.exists():
        with open_warehouse(home.path, read_only=True) as con:
            if is_given_key(con, text.lower()):
                return CONTACT_KEY, text.lower()
    identifier = recognise(text)
    return identifier.type, identifier.value
