"""The report: one page that says what can be contacted, what it cost, and whether the gates passed.

One file, no network, no script: it opens from a disk, prints, and reads on light and dark. Counts only.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import jinja2

from contactable.publish.figures import NO_FIGURES, Figures, Gate, read_figures
from contactable.publish.layout import MANIFEST, Publication
from contactable.publish.plots import COLOURS, draw_all, number, percent

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
) -> Path:
    """Write the page over the old one, whole or not at all.

    Args:
        database: ``published/contactable.duckdb``, or the warehouse. Where there is no file (the first candidate
            was refused) the page says that there is no data yet.
        out: the page, usually ``reports/index.html``; its folder is made.
        run_id: the run this page is about; None takes the publication's.
        now: the run's clock, with a zone; None takes the publication's time.
        gates: the verdicts of this run; None takes the last ones that the file knows of.

    Returns:
        ``out``.
    """
    page = render(
        read_figures(database) if database.exists() else NO_FIGURES,
        run_id=run_id,
        now=now,
        gates=gates,
        publication=_publication_of(database),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w", encoding="utf-8") as handle:
            handle.write(page)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return out


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
    publication: Publication | None = None,
) -> str:
    """Return the page's text."""
    lines: Sequence[GateLine | Gate] = (
        sorted(gates, key=lambda line: (line.passed, line.severity, line.gate, line.column_name))
        if gates is not None
        else figures.gates
    )
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("contactable.publish"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    known = {table for table, _ in figures.tables}
    return environment.get_template("report.html.j2").render(
        figures=figures,
        plots={plot.name: plot for plot in draw_all(figures)},
        gates=lines,
        verdict=_verdict(lines),
        run_id=run_id or (publication.run_id if publication else None),
        now=(now or (publication.published_at if publication else datetime.now(UTC))).astimezone(UTC),
        publication=publication,
        colours=COLOURS,
        where_to_look=[entry for entry in WHERE_TO_LOOK if entry[0] in known],
    )


def _verdict(lines: Sequence[GateLine | Gate]) -> Verdict:
    failed = sum(not line.passed and line.severity == "error" for line in lines)
    warned = sum(not line.passed and line.severity != "error" for line in lines)
    if not lines:
        return Verdict("Not judged", "unknown", "No gate has judged these numbers yet.")
    if failed:
        return Verdict(
            "Refused",
            "suppress",
            f"{failed} of {len(lines)} checks forbid publication; readers keep the publication before this one.",
        )
    if warned:
        return Verdict("Passed", "review", f"{len(lines)} checks, {warned} of them with a warning below.")
    return Verdict("Passed", "send", f"All {len(lines)} checks passed.")
