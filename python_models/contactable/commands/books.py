"""What happened so far, and what needs a decision."""

from pathlib import Path

from rich.table import Table

from contactable.commands.invocation import console_of
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
