"""What happened so far, and what needs a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from contactable.clock import notice, utc_now
from contactable.commands.invocation import console_of
from contactable.commands.money import BudgetLine, books_table, budget_lines, budget_table
from contactable.home.home import Home
from contactable.home.journal import journal_url
from contactable.journal.budget import money_text
from contactable.journal.store import Journal
from contactable.publish import Layout as PublicationLayout
from contactable.publish import book_differences, current_publication, publications
from contactable.settings.config import ConfigurationError, Settings
from contactable.stopping.ending import Exit
from contactable.terminal.console import Console
from contactable.terminal.estimate import duration


def status(directory: Path, log_format: str, config: Path | None = None) -> Exit:
    """What happened so far, and what needs a person. ``config``: whose budgets are shown."""
    home, console = Home.at(directory), console_of(log_format)
    if moved := notice(home.path):
        console.warn(moved)
    journal = Journal.open(journal_url(home))
    try:
        latest = journal.last_runs()
        working = {row["run_id"] for row in latest if journal.is_working(row)}
        for row in latest:
            if row["run_id"] in working:
                console.say(at_work(row, journal.states(row["run_id"]), utc_now()))
        runs = Table(title="Runs", title_justify="left", header_style="bold")
        for name in ("run", "command", "started", "ended", "exit code", "why"):
            runs.add_column(name)
        for row in latest:
            runs.add_row(
                row["run_id"], row["command"], row["started_at"][:19], *how_it_ended(row, row["run_id"] in working)
            )
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
        layout = PublicationLayout(home.path)
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
            for advice in dict.fromkeys(line.advice for line in differences if line.advice):
                console.warn(advice)
        rests = journal.rests()
        for row in rests:
            console.warn(
                f"{row['vendor']}/{row['product']} rests until {row['until'][:19]}Z, as the vendor asked "
                f"({row['reason']}); nothing of it is asked before, and its questions stay due"
            )
        ambiguous = journal.ambiguous()
        if ambiguous:
            console.warn(
                f"{len(ambiguous)} paid calls have an unknown outcome: contactable reconcile --home {home}"
            )
        console.say(
            "Nothing needs a decision." if not ambiguous else "Decide the ambiguous calls.",
            runs=latest,
            at_work=sorted(working),
            calls=journal.states(),
            ambiguous=len(ambiguous),
            rests=rests,
            budgets=[line.fields() for line in lines],
            book_differences=[asdict(line) for line in differences],
        )
    finally:
        journal.close()
    return Exit.DONE


def at_work(run: Mapping[str, Any], states: Sequence[Mapping[str, Any]], now: datetime) -> str:
    """A run in progress in one line: what it does, since when, what it has asked, until when."""
    began, step_began = (_moment(run["started_at"]), _moment(run["step_started_at"] or run["started_at"]))
    calls = sum(row["calls"] for row in states)
    credits = sum(row["credits"] or 0 for row in states)
    lasts = duration(max((now - began).total_seconds(), 0.0))  # it may go by another CONTACTABLE_NOW than we
    words = (
        f"At work: {run['command']} {run['run_id']} ({run['holder']}), for {lasts}; "
        f"now {_step(run['step'])} for {duration(max((now - step_began).total_seconds(), 0.0))}. "
        f"So far {calls:,} calls, {credits:,.0f} credits."
    )
    if run["deadline_at"]:
        words += f" Asking ends at {_moment(run['deadline_at']).astimezone():%Y-%m-%d %H:%M}."
    return words


#: The steps of a run, in words for somebody who looks.
STEPS = {
    "load": "loading answers",
    "worklists": "building worklists",
    "extract": "asking vendors",
    "dbt": "building models",
    "gates": "judging",
    "publish": "publishing",
    "report": "writing the page",
}


def _step(step: str | None) -> str:
    """``extract: enrich`` -> ``asking vendors (enrich)``."""
    name, _, detail = (step or "starting").partition(": ")
    return STEPS.get(name, name) + (f" ({detail})" if detail else "")


def how_it_ended(run: Mapping[str, Any], working: bool) -> tuple[str, str, str]:
    """When, exit code, and why, for the table of runs."""
    if working:
        return "[green]at work[/green]", "", ""
    if run["finished_at"] is None:
        return "[yellow]not ended[/yellow]", "", "killed or cut off; the next run settles what it left"
    code = run["exit_code"]
    return run["finished_at"][:19], str(code), escape(run["reason"] or MEANINGS.get(code, ""))


#: What an exit code means where a run told no reason of its own (runs of earlier versions).
MEANINGS = {
    0: "",
    1: "failed",
    2: "usage or configuration",
    3: "refused by the gates",
    4: "done in part",
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
