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
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from contactable.extract import EndpointTally
from contactable.journal.budget import money_text

LogFormat = Literal["text", "json"]
_log = logging.getLogger("contactable")

#: A line per endpoint at most this often where there is no terminal, so that CI logs stay readable.
_LINE_EVERY_SECONDS = 10.0


class Console:
    """The one place that writes to the terminal."""

    def __init__(self, log_format: LogFormat = "text") -> None:
        self._json = log_format == "json"
        # Without a terminal there is no width to ask for; CI logs take long lines better than cut columns.
        width = None if sys.stdout.isatty() else 150
        self._out = RichConsole(highlight=False, soft_wrap=width is not None, width=width)
        self._progress: Progress | None = None
        self._tasks: dict[str, Any] = {}
        self._last: dict[str, float] = {}
        #: Told the name of every step that begins.
        self.on_step: Callable[[str], None] | None = None

    # ------------------------------------------------------------ words

    def say(self, text: str, **fields: Any) -> None:
        """A line for people, an event for machines."""
        _log.info(text)
        if self._json:
            print(json.dumps({"event": text, **fields}, default=str), file=sys.stderr, flush=True)  # noqa: T201
        elif self._progress is not None:
            self._progress.console.print(text)
        else:
            self._out.print(text)

    def warn(self, text: str) -> None:
        self.say(f"[yellow]![/yellow] {text}" if not self._json else text)

    def table(self, table: Table) -> None:
        if not self._json:
            self._out.print(table)

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
        spinner = (
            self._out.status(name) if not self._json and self._out.is_terminal and self._progress is None else None
        )
        if spinner is not None:
            spinner.start()
        try:
            yield
        finally:
            if spinner is not None:
                spinner.stop()
            seconds[name] = seconds.get(name, 0.0) + time.monotonic() - started

    @contextmanager
    def progress(self, due: Mapping[str, int]) -> Iterator[None]:
        """Bars for a wave: ``due`` subjects per endpoint."""
        if self._json or not self._out.is_terminal:
            yield
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:<36}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.fields[credits]:>10} credits"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._out) as self._progress:
            self._tasks = {
                name: self._progress.add_task(name, total=count, credits="0") for name, count in due.items()
            }
            try:
                yield
            finally:
                self._progress, self._tasks = None, {}

    def on_tally(self, endpoint: str, tally: EndpointTally) -> None:
        """Listener of the tally; called from the workers, under the tally's lock."""
        done = tally.asked + tally.rejected + tally.skipped
        if self._progress is not None and endpoint in self._tasks:
            self._progress.update(self._tasks[endpoint], completed=done, credits=f"{tally.credits:,.0f}")
            return
        now = time.monotonic()
        if now - self._last.setdefault(endpoint, now) >= _LINE_EVERY_SECONDS:
            self._last[endpoint] = now
            self.say(
                f"  {endpoint}: {done:,} of {tally.due:,} subjects, {tally.credits:,.0f} credits",
                endpoint=endpoint,
                done=done,
                due=tally.due,
                credits=tally.credits,
            )


def vendor_table(tallies: Mapping[str, EndpointTally], currency: str | None = None) -> Table:
    """Per endpoint: asked, answered, matched, refused, credits, and money where there is a price list."""
    table = Table(title="Asked of the vendors", title_justify="left", header_style="bold")
    table.add_column("endpoint")
    names = ["due", "asked", "answered", "matched", "refused", "failed", "ambiguous", "records", "credits"]
    for name in [*names, currency] if currency else names:
        table.add_column(name, justify="right")
    for endpoint, t in tallies.items():
        refused = t.refused + t.rejected
        numbers = (t.due, t.asked, t.answered, t.matched, refused, t.failed, t.ambiguous, t.records)
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
