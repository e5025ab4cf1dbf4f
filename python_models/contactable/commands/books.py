"""What happened so far, and what needs a decision."""

from pathlib import Path

from rich.table import Table

from contactable.commands.invocation import console_of
from contactable.config import ConfigurationError
from contactable.exit_codes import Exit
from contactable.home import Home
from contactable.journal.store import Journal
from contactable.publish import Layout as PublicationLayout
from contactable.publish import current_publication, publications


def status(home: Path, log_format: str) -> int:
    """What happened so far, and what needs a person."""
    place, console = Home.at(home), console_of(log_format)
    journal = Journal.open(place.journal_url)
    try:
        runs = Table(title="Runs", title_justify="left", header_style="bold")
        for name in ("run", "command", "started", "ended", "exit code"):
            runs.add_column(name)
        for row in journal.last_runs():
            ended = row["finished_at"] or "[yellow]not ended[/yellow]"
            code = "" if row["exit_code"] is None else str(row["exit_code"])
            runs.add_row(row["run_id"], row["command"], row["started_at"][:19], ended[:19], code)
        calls = Table(title="Calls", title_justify="left", header_style="bold")
        for name in ("endpoint", "state", "calls", "subjects", "credits"):
            calls.add_column(name, justify="right" if name in ("calls", "subjects", "credits") else "left")
        for row in journal.states():
            calls.add_row(
                row["endpoint"],
                row["state"],
                f"{row['calls']:,}",
                f"{row['subjects']:,}",
                f"{row['credits']:,.0f}",
            )
        shown = Table(title="Publications", title_justify="left", header_style="bold")
        for name in ("publication", "published", "contacts", ""):
            shown.add_column(name)
        layout = PublicationLayout(place.path)
        current = current_publication(layout)
        for publication in publications(layout):
            mark = "shown" if current and publication.publication_id == current.publication_id else ""
            contacts = f"{publication.tables.get('contacts', 0):,}"
            shown.add_row(publication.publication_id, f"{publication.published_at:%Y-%m-%d %H:%M}", contacts, mark)
        for table in (runs, calls, shown):
            console.table(table)
        ambiguous = journal.ambiguous()
        if ambiguous:
            console.warn(
                f"{len(ambiguous)} paid calls have an unknown outcome: contactable reconcile --home {home}"
            )
        console.say(
            "Nothing needs a decision." if not ambiguous else "Decide the ambiguous calls.",
            runs=journal.last_runs(),
            calls=journal.states(),
            ambiguous=len(ambiguous),
        )
    finally:
        journal.close()
    return Exit.DONE


def reconcile(home: Path, decision: str | None, requests: list[str], everything: bool) -> int:
    """List, or decide, paid calls whose outcome is unknown."""
    place, console = Home.at(home), console_of("text")
    if decision not in (None, "charged", "not-charged"):
        raise ConfigurationError(f"--as is {decision!r}: use charged or not-charged")
    with place.hold("reconcile"):
        journal = Journal.open(place.journal_url)
        try:
            ambiguous = {row["request_id"]: row for row in journal.ambiguous()}
            if decision is None:
                table = Table(
                    title="Paid calls whose outcome is unknown", title_justify="left", header_style="bold"
                )
                for name in ("request", "endpoint", "sent", "subjects", "credits", "what happened"):
                    table.add_column(name)
                for row in ambiguous.values():
                    table.add_row(
                        row["request_id"],
                        row["endpoint"],
                        (row["sent_at"] or "")[:19],
                        str(row["subjects_asked"]),
                        f"{row['credits_quoted']:,.0f}",
                        f"{row['error_rule']}: {row['error_message'] or ''}",
                    )
                console.table(table)
                console.say(
                    "Look at the vendor's usage page for that time, then: contactable reconcile --as charged|"
                    "not-charged --request ID (or --all). An export is looked up at the vendor by the next run."
                    if ambiguous
                    else "Nothing to decide."
                )
                return Exit.DONE
            chosen = list(ambiguous) if everything else requests
            if not chosen:
                raise ConfigurationError("say which: --request ID, or --all")
            unknown = [name for name in chosen if name not in ambiguous]
            if unknown:
                raise ConfigurationError(f"not an ambiguous request: {', '.join(unknown)}")
            for name in chosen:
                journal.reconcile(name, charged=decision == "charged")
            console.say(f"{len(chosen)} calls decided as {decision}.")
        finally:
            journal.close()
    return Exit.DONE
