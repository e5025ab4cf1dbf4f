"""What a person at a terminal sees: progress while it works, one summary at the end.

On a terminal, bars; otherwise plain lines; with ``--log-format json``, one JSON object a line on standard error.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console as RichConsole
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from contactable.extract import EndpointTally
from contactable.journal.budget import money_text
from contactable.terminal.progress import LINE_EVERY_SECONDS, Progress, every

LogFormat = Literal["text", "json"]
_log = logging.getLogger("contactable")


class Console:
    """The one place that writes to the terminal."""

    def __init__(self, log_format: LogFormat = "text") -> None:
        self._json = log_format == "json"
        # Without a terminal there is no width to ask for; CI logs take long lines better than cut columns.
        width = None if sys.stdout.isatty() else 150
        self._out = RichConsole(highlight=False, soft_wrap=width is not None, width=width)
        self._progress: Progress | None = None
        #: Told the name of every step that begins.
        self.on_step: Callable[[str], None] | None = None

    # ------------------------------------------------------------ words

    def say(self, text: str, **fields: Any) -> None:
        """A line for people, an event for machines."""
        _log.info(text)
        if self._json:
            print(json.dumps({"event": text, **fields}, default=str), file=sys.stderr, flush=True)  # noqa: T201
        else:
            self._out.print(text)

    def plain(self, text: str) -> str:
        """Words of others, for ``say``: a bracket in them is a bracket, not markup."""
        return text if self._json else escape(text)

    def warn(self, text: str) -> None:
        self.say(f"[yellow]![/yellow] {text}" if not self._json else text)

    def table(self, table: Table) -> None:
        if not self._json:
            self._out.print(table)

    def show(self, text: str) -> None:
        """A line of what somebody asked to see about a person: to the terminal, never to the log."""
        if not self._json:
            self._out.print(text, markup=False)

    def document(self, value: Any) -> None:
        """Machine-readable output on standard output."""
        print(json.dumps(value, indent=2, default=str))  # noqa: T201

    # ------------------------------------------------------------ steps and bars

    @contextmanager
    def step(self, name: str, seconds: dict[str, float], detail: str = "") -> Iterator[None]:
        """Time a step of the run; its wall time goes into ``seconds``. ``detail`` for whoever looks meanwhile."""
        started = time.monotonic()
        if self.on_step is not None:
            self.on_step(f"{name}: {detail}" if detail else name)
        # Asking has a live table of its own.
        spins = not self._json and self._out.is_terminal and name != "extract"
        spinner = self._out.status(name) if spins else None
        if spinner is not None:
            spinner.start()
        try:
            yield
        finally:
            if spinner is not None:
                spinner.stop()
            seconds[name] = seconds.get(name, 0.0) + time.monotonic() - started

    @contextmanager
    def progress(self, progress: Progress) -> Iterator[None]:
        """Show how far a wave is for as long as the block lasts: a live table, lines, or events."""
        self._progress = progress
        try:
            if self._json or not self._out.is_terminal:
                with every(LINE_EVERY_SECONDS, lambda: self._tell(progress)):
                    yield
                return
            with Live(
                get_renderable=lambda: progress.table(self._out.width, self._out.height),
                console=self._out,
                refresh_per_second=4,
            ):
                yield
        finally:
            self._progress = None

    def _tell(self, progress: Progress) -> None:
        if self._json:
            self.say("progress", **progress.event())
        else:
            self.say(f"  {progress.line()}")

    def on_tally(self, endpoint: str, tally: EndpointTally) -> None:
        """Listener of the tally; called from the workers, under the tally's lock."""
        if self._progress is not None and endpoint in self._progress.names:
            self._progress.note(endpoint)


def vendor_table(tallies: Mapping[str, EndpointTally], currency: str | None = None) -> Table:
    """Per endpoint: asked, answered, matched, refused, credits, and money where there is a price list."""
    table = Table(title="Asked of the vendors", title_justify="left", header_style="bold")
    table.add_column("endpoint", no_wrap=True, min_width=24)
    columns: dict[str, Callable[[EndpointTally], int]] = {
        "due": lambda t: t.due,
        "asked": lambda t: t.asked,
        "answered": lambda t: t.answered,
        "matched": lambda t: t.matched,
        "refused": lambda t: t.refused + t.rejected,
        "failed": lambda t: t.failed,
        "ambiguous": lambda t: t.ambiguous,
        "unreadable": lambda t: t.unreadable,
        "records": lambda t: t.records,
    }
    # What did not happen at all needs no column: eighty characters are few.
    always = ("due", "asked", "answered", "matched")
    counted = {n: of for n, of in columns.items() if n in always or any(of(t) for t in tallies.values())}
    names = [*counted, "credits"]
    for name in [*names, currency] if currency else names:
        table.add_column(name, justify="right")
    for endpoint, t in tallies.items():
        numbers = [of(t) for of in counted.values()]
        money = ([_money(t)] if currency else []) if t.credits else (["[dim]·[/dim]"] if currency else [])
        cells = [f"{n:,}" if n else "[dim]·[/dim]" for n in numbers]
        table.add_row(endpoint, *cells, f"{t.credits:,.0f}", *money)
    micros = sum(t.money_micros for t in tallies.values())
    if currency and micros:
        table.add_section()
        table.add_row("together", *[""] * len(names), money_text(micros))
    return table


def _money(tally: EndpointTally) -> str:
    if not tally.credits_unpriced:
        return money_text(tally.money_micros)
    return "no price" if not tally.money_micros else f"{money_text(tally.money_micros)} and unpriced"


def two_column_table(title: str, left: str, right: str, rows: Sequence[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    table.add_column(left)
    table.add_column(right, justify="right")
    for row in rows:
        table.add_row(*row)
    return table
