"""Budgets, prices and vendors' books as a person sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from contactable.journal.budget import MICROS, Budgets, money_text
from contactable.journal.store import Journal
from contactable.pipeline.run import Run
from contactable.publish import BookDifference


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget and where it stands, in credits, or in the currency with ``unit`` its code."""

    scope: str
    period: str
    unit: str
    limit: float
    committed: float
    due: float

    @property
    def left(self) -> float:
        return self.limit - self.committed - self.due

    def amount(self, value: float) -> str:
        return f"{value:,.10g}" if self.unit == "credits" else money_text(round(value * MICROS))

    def fields(self) -> dict[str, object]:
        """For machines."""
        return {
            "scope": self.scope,
            "period": self.period,
            "unit": self.unit,
            "limit": self.limit,
            "committed": self.committed,
            "due_now": self.due,
            "left_after": self.left,
        }


def budget_lines(
    journal: Journal,
    budgets: Budgets,
    run_id: str,
    due_credits: Mapping[str, float] | None = None,
    due_micros: Mapping[str, int] | None = None,
) -> list[BudgetLine]:
    """Every budget, with what is committed against it and what is ``due`` by scope."""
    credits, micros = journal.committed(budgets, run_id), journal.committed_money(budgets, run_id)
    due_credits, due_micros = due_credits or {}, due_micros or {}
    lines = [
        BudgetLine(*name, "credits", limit, credits[name], due_credits.get(name[0], 0.0))
        for name, limit in budgets.limits.items()
    ]
    lines += [
        BudgetLine(
            *name,
            budgets.currency,
            limit / MICROS,
            micros[name] / MICROS,
            due_micros.get(name[0], 0) / MICROS,
        )
        for name, limit in budgets.money.items()
    ]
    return sorted(lines, key=lambda line: (line.scope != "total", line.scope, line.period, line.unit))


def budget_table(lines: Sequence[BudgetLine], *, due: bool) -> Table:
    """``due``: also what is due now, and what would be left."""
    table = Table(title="Budgets", title_justify="left", header_style="bold")
    for name in ("scope", "period", "unit"):
        table.add_column(name)
    for name in ("limit", "committed", *(("due now", "left after") if due else ("left",))):
        table.add_column(name, justify="right")
    for line in lines:
        left = line.amount(line.left) if line.left >= 0 else f"[red]{line.amount(line.left)}[/red]"
        asked = [line.amount(line.due)] if due else []
        amounts = (line.amount(line.limit), line.amount(line.committed), *asked, left)
        table.add_row(line.scope, line.period, line.unit, *amounts)
    return table


def books_table(differences: Sequence[BookDifference]) -> Table:
    """Where a vendor's own book says something else than ours."""
    table = Table(title="Vendors' books that differ from ours", title_justify="left", header_style="bold")
    for name in ("vendor", "book", "readings", "vendor says", "we say", "latest", "explanation"):
        table.add_column(name, justify="right" if name in ("readings", "vendor says", "we say") else "left")
    for line in differences:
        table.add_row(
            line.vendor,
            line.book,
            f"{line.readings:,}",
            f"{line.vendor_says:,.10g}",
            f"{line.ledger_says:,.10g}",
            f"{line.read_at:%Y-%m-%d %H:%M}",
            line.explanation,
        )
    return table


def say_budgets(work: Run) -> None:
    """What a person should know before anything is bought: budgets of 0, and money nobody can count."""
    for line in work.settings.budget_notices([key for key, reason in work.states.items() if not reason]):
        work.console.warn(line)
