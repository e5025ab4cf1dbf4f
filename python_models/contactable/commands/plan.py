"""What the next run would buy."""

import math
from pathlib import Path
from typing import Any

from rich.table import Table

from contactable.commands.invocation import (
    Invocation,
    check_settings,
    in_run,
    say_skipped,
)
from contactable.commands.money import budget_lines, budget_table, say_budgets
from contactable.journal.budget import MICROS, TOTAL, money_of, money_text
from contactable.pipeline.extract import WAVES, build_worklists
from contactable.pipeline.load import load_inputs
from contactable.pipeline.run import Run
from contactable.stopping.ending import Ending, Exit
from contactable.vendors.catalogue import billing_text
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.worklists import summarise_worklist


def plan(invocation: Invocation) -> Exit:
    """What the next run would buy first. Later waves depend on what earlier ones find."""

    def steps(work: Run, configured: Path | None) -> Ending:
        check_settings(work)
        load_inputs(work, configured)
        endpoints = [endpoint for wave in WAVES for endpoint in work.active(wave)]
        if endpoints:
            build_worklists(work, "worklists", endpoints)
        lines = []
        with open_warehouse(work.home.path, read_only=True) as con:
            for endpoint in endpoints:
                due = summarise_worklist(con, endpoint.worklist_model, endpoint.key)
                calls = math.ceil(due.subjects / endpoint.batch_size)
                # Rows share the price of a full call; the last call may be smaller and costs it all the same.
                credits = due.credits + endpoint.billing.per_call * (calls - due.subjects / endpoint.batch_size)
                lines.append((endpoint, due.subjects, calls, credits))
        _show_plan(work, lines)
        return Ending(Exit.DONE)

    return in_run(invocation, steps)


def _show_plan(work: Run, lines: list[Any]) -> None:
    table = Table(title="Due now (nothing was sent)", title_justify="left", header_style="bold")
    table.add_column("endpoint")
    table.add_column("billing")
    budgets = work.settings.budget()
    for name in ("wave", "subjects", "calls", "credits", work.settings.prices.currency or "money"):
        table.add_column(name, justify="right")
    quoted: dict[str, float] = {}
    quoted_micros: dict[str, int] = {}
    plan: list[dict[str, Any]] = []
    for endpoint, subjects, calls, credits in lines:
        micros = money_of(credits, work.settings.price_micros(endpoint.key)) if credits else 0
        money = "no price" if micros is None else money_text(micros)
        known = work.settings.billing_is(endpoint.key)
        billing = billing_text(endpoint.billing, known)
        table.add_row(
            endpoint.key, billing, endpoint.wave.value, f"{subjects:,}", f"{calls:,}", f"{credits:,.0f}", money
        )
        for scope in (TOTAL, endpoint.vendor, f"{endpoint.vendor}/{endpoint.product}"):
            quoted[scope] = quoted.get(scope, 0.0) + credits
            quoted_micros[scope] = quoted_micros.get(scope, 0) + (micros or 0)
        plan.append(
            {
                "endpoint": endpoint.key,
                "billing": str(endpoint.billing),
                "billing_is": known,
                "subjects": subjects,
                "calls": calls,
                "credits": credits,
                "money": None if micros is None else micros / MICROS,
            }
        )
    work.console.table(table)
    budget_now = budget_lines(work.journal, budgets, work.run_id, quoted, quoted_micros)
    work.console.table(budget_table(budget_now, due=True))
    say_skipped(work)
    say_budgets(work)
    work.console.say(
        "Subjects that earlier waves will find are not known yet; a run asks them in the same order.",
        currency=work.settings.prices.currency,
        plan=plan,
        budgets=[line.fields() for line in budget_now],
    )
