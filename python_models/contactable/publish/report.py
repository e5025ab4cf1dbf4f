"""The report: a page that says whom we can contact and whether the gates passed, and one that says what it cost.

Two files, no network, no script: they open from a disk, print, and read on light and dark. Counts only.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import jinja2

from contactable.clock import utc_now
from contactable.publish.cost_plots import draw_costs, shown
from contactable.publish.costs import NO_COSTS, Costs, conclusion, in_money, read_costs, sentences
from contactable.publish.drawing import COLOURS, number, percent
from contactable.publish.figures import NO_FIGURES, Figures, Gate, read_figures
from contactable.publish.layout import MANIFEST, Publication
from contactable.publish.plots import draw_all

#: The second page, beside the first.
COST_PAGE = "cost.html"

#: Where to look for what: table, question it answers.
WHERE_TO_LOOK = (
    ("contactability", "Whom can we contact, through which channel, and why not?"),
    ("contacts", "Who are they, and who told us?"),
    ("contact_emails", "Which addresses does a person have, and which may be used?"),
    ("contact_phones", "Which numbers does a person have, and which may be called?"),
    ("contact_attributes", "Which vendor said what, how old is it, and who won?"),
    ("contact_intent", "What is somebody interested in, as of today?"),
    ("company_intent", "What is an employer's staff interested in, week by week?"),
    ("vendor_spend", "What did we pay, for what, on which day?"),
    ("vendor_scorecard", "Which vendor is worth its credits?"),
    ("purchase_plan", "What would the next run buy, why, and at what cost?"),
    ("quarantined_records", "What could not be read, and which rule refused it?"),
    ("gate_results", "What was checked before publication, and what was seen?"),
)


class GateLine(Protocol):
    """A verdict of the gates, as the gates hand it over."""

    @property
    def gate(self) -> str: ...
    @property
    def column_name(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def observed(self) -> str: ...
    @property
    def threshold(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def accepted_by(self) -> str: ...
    @property
    def accepted_because(self) -> str: ...


@dataclass(frozen=True)
class Verdict:
    """What the page says of the gates at its top."""

    word: str
    tone: str
    sentence: str


def write_report(
    database: Path,
    out: Path,
    *,
    run_id: str | None = None,
    now: datetime | None = None,
    gates: Sequence[GateLine] | None = None,
    problem: str = "",
) -> Path:
    """Write both pages over the old ones, each whole or not at all.

    Args:
        database: ``published/contactable.duckdb``, or the warehouse. Where there is no file (the first candidate
            was refused) the pages say that there is no data yet.
        out: the main page, usually ``reports/index.html``; its folder is made. What it cost lies beside it.
        run_id: the run this page is about; None takes the publication's.
        now: the run's clock, with a zone; None takes the publication's time.
        gates: the verdicts of this run; None takes the last ones that the file knows of.
        problem: why the candidate could not pass whatever its gates say; empty where there is nothing.

    Returns:
        ``out``.
    """
    known = database.exists()
    publication = _publication_of(database)
    figures = read_figures(database) if known else NO_FIGURES
    page = render(
        figures,
        run_id=run_id,
        now=now,
        gates=gates,
        problem=problem,
        publication=publication,
        cost_page=COST_PAGE,
    )
    cost = render_costs(
        read_costs(database) if known else NO_COSTS,
        run_id=run_id,
        now=now,
        publication=publication,
        main_page=out.name,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    _replace(out.with_name(COST_PAGE), cost)
    _replace(out, page)
    return out


def _replace(out: Path, page: str) -> None:
    """Write a page over the old one, whole or not at all."""
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w", encoding="utf-8") as handle:
            handle.write(page)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)


def _publication_of(database: Path) -> Publication | None:
    """Return the publication a file belongs to, if it does."""
    directory = database.resolve().parent
    return Publication.read(directory) if (directory / MANIFEST).is_file() else None


def render(
    figures: Figures,
    *,
    run_id: str | None,
    now: datetime | None,
    gates: Sequence[GateLine] | None,
    problem: str = "",
    publication: Publication | None = None,
    cost_page: str | None = None,
) -> str:
    """Return the main page's text; ``cost_page`` is where it points for money."""
    lines: Sequence[GateLine | Gate] = (
        sorted(gates, key=lambda line: (line.passed, line.severity, line.gate, line.column_name))
        if gates is not None
        else figures.gates
    )
    known = {table for table, _ in figures.tables}
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            figures=figures,
            plots={plot.name: plot for plot in draw_all(figures)},
            gates=lines,
            verdict=_verdict(lines, problem),
            publication=publication,
            cost_page=cost_page,
            **_when(run_id, now, publication),
            where_to_look=[entry for entry in WHERE_TO_LOOK if entry[0] in known],
        )
    )


def render_costs(
    costs: Costs,
    *,
    run_id: str | None,
    now: datetime | None,
    publication: Publication | None = None,
    main_page: str = "index.html",
) -> str:
    """Return the text of the page "What it cost to know"; ``main_page`` is where it points back to."""
    environment = _templates()
    environment.filters["money"] = lambda amount: in_money(float(amount), costs.currency)
    environment.filters["plain_money"] = lambda amount: in_money(float(amount))
    environment.filters["shown"] = shown
    return environment.get_template("cost.html.j2").render(
        costs=costs,
        plots={plot.name: plot for plot in draw_costs(costs)},
        words=sentences(costs),
        conclusion=conclusion(costs),
        main_page=main_page,
        **_when(run_id, now, publication),
    )


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("contactable.publish"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    return environment


def _when(run_id: str | None, now: datetime | None, publication: Publication | None) -> dict[str, Any]:
    """What both pages say of themselves: run, time, colours."""
    return {
        "run_id": run_id or (publication.run_id if publication else None),
        "now": (now or (publication.published_at if publication else utc_now())).astimezone(UTC),
        "colours": COLOURS,
    }


def _verdict(lines: Sequence[GateLine | Gate], problem: str = "") -> Verdict:
    open_lines = [line for line in lines if not line.passed]
    accepted = sum(bool(line.accepted_because) for line in open_lines)
    failed = sum(line.severity == "refuse" and not line.accepted_because for line in open_lines)
    warned = len(open_lines) - failed - accepted
    if problem:
        return Verdict("Refused", "suppress", f"{problem} Readers keep the publication before this one.")
    if not lines:
        return Verdict("Not judged", "unknown", "No gate has judged these numbers yet.")
    if failed:
        return Verdict(
            "Refused",
            "suppress",
            f"{failed} of {len(lines)} checks forbid publication; readers keep the publication before this one.",
        )
    if open_lines:
        parts = [f"{warned} of them with a warning below"] if warned else []
        parts += [f"{accepted} failed and accepted by a person"] if accepted else []
        return Verdict("Passed", "review", f"{len(lines)} checks, {', '.join(parts)}.")
    return Verdict("Passed", "send", f"All {len(lines)} checks passed.")
