"""What happened so far, and what needs a decision."""

from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from contactable.commands.invocation import console_of
from contactable.commands.money import BudgetLine, books_table, budget_lines, budget_table
from contactable.config import ConfigurationError, Settings
from contactable.console import Console
from contactable.exit_codes import Exit
from contactable.home import Home
from contactable.journal.budget import money_text
from contactable.journal.store import Journal
from contactable.publish import Layout as PublicationLayout
from contactable.publish import book_differences, current_publication, publications


def status(home: Path, log_format: str, config: Path | None = None) -> int:
    """What happened so far, and what needs a person. ``config``: whose budgets are shown."""
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
        for name in ("endpoint", "state", "calls", "subjects", "credits", "money"):
            calls.add_column(name, justify="left" if name in ("endpoint", "state") else "right")
        for row in journal.states():
            calls.add_row(
                row["endpoint"],
                row["state"],
                f"{row['calls']:,}",
                f"{row['subjects']:,}",
                f"{row['credits']:,.0f}",
                "" if row["money_micros"] is None else money_text(int(row["money_micros"])),
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
        lines = _budgets(console, journal, config)
        differences = book_differences(layout.published / "contactable.duckdb")
        for table in (runs, calls, shown):
            console.table(table)
        if lines:
            console.table(budget_table(lines, due=False))
        if differences:
            console.table(books_table(differences))
            console.warn(
                "A vendor's own book differs from ours; the readings stand in `credit_reconciliation`. Show them "
                "to the vendor before the invoice comes."
            )
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
            budgets=[line.fields() for line in lines],
            book_differences=[asdict(line) for line in differences],
        )
    finally:
        journal.close()
    return Exit.DONE


def _budgets(console: Console, journal: Journal, config: Path | None) -> list[BudgetLine]:
    """Budgets per run are those of the latest run. Settings that cannot be read do not hide what happened."""
    if config is None or not config.exists():
        return []
    try:
        budgets = Settings.read(config).budget()
    except ConfigurationError as error:
        console.warn(f"Budgets are not shown: {error}")
        return []
    latest = next((row["run_id"] for row in journal.last_runs(1)), "")
    return budget_lines(journal, budgets, latest)
