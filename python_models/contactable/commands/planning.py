"""What the next run would buy."""

import math
from typing import Any

from rich.table import Table

from contactable import pipeline
from contactable.commands.invocation import (
    Invocation,
    check_settings,
    say_skipped,
    working,
)
from contactable.exit_codes import Exit
from contactable.pipeline import Run
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.worklists import summarise_worklist


def plan(invocation: Invocation) -> int:
    """What the next run would buy first. Later waves depend on what earlier ones find."""
    with working(invocation) as (work, configured):
        check_settings(work)
        pipeline.load_inputs(work, configured)
        pipeline.seed(work)
        endpoints = [endpoint for wave in pipeline.WAVES for endpoint in work.active(wave)]
        if endpoints:
            pipeline.build_worklists(work, endpoints)
        lines = []
        with open_warehouse(work.home.path, read_only=True) as con:
            for endpoint in endpoints:
                due = summarise_worklist(con, endpoint.key)
                calls = math.ceil(due.subjects / endpoint.batch_size)
                lines.append((endpoint, due.subjects, calls, due.credits))
        _show_plan(work, lines)
        return Exit.DONE


def _show_plan(work: Run, lines: list[Any]) -> None:
    table = Table(title="Due now (nothing was sent)", title_justify="left", header_style="bold")
    table.add_column("endpoint")
    for name in ("wave", "subjects", "calls", "credits"):
        table.add_column(name, justify="right")
    quoted: dict[str, float] = {}
    for endpoint, subjects, calls, credits in lines:
        table.add_row(endpoint.key, endpoint.wave.value, f"{subjects:,}", f"{calls:,}", f"{credits:,.0f}")
        for scope in (endpoint.vendor, f"{endpoint.vendor}/{endpoint.product}"):
            quoted[scope] = quoted.get(scope, 0.0) + credits
    work.console.table(table)
    budgets = work.settings.budget()
    committed = work.journal.committed(budgets, work.run_id)
    budget_table = Table(title="Budgets, in the vendors' credits", title_justify="left", header_style="bold")
    for name in ("scope", "period"):
        budget_table.add_column(name)
    for name in ("limit", "spent", "due now", "left after"):
        budget_table.add_column(name, justify="right")
    for (scope, period), limit in budgets.limits.items():
        left = limit - committed[scope, period] - quoted.get(scope, 0.0)
        budget_table.add_row(
            scope, period, f"{limit:,.0f}", f"{committed[scope, period]:,.0f}", f"{quoted.get(scope, 0.0):,.0f}",
            f"{left:,.0f}" if left >= 0 else f"[red]{left:,.0f}[/red]",
        )  # fmt: skip
    work.console.table(budget_table)
    say_skipped(work)
    work.console.say(
        "Subjects that earlier waves will find are not known yet; a run asks them in the same order.",
        plan=[
            {"endpoint": endpoint.key, "subjects": subjects, "calls": calls, "credits": credits}
            for endpoint, subjects, calls, credits in lines
        ],
    )
