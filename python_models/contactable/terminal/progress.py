"""How far the asking is: one picture of it, drawn as a live table, as a plain line, or as an event.

Everything shown comes from the tally; what is due grows from round to round, and so do the bars.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.progress_bar import ProgressBar
from rich.table import Table

from contactable.clock import utc_now
from contactable.extract import EndpointTally
from contactable.journal.budget import money_text
from contactable.terminal.estimate import Estimate, Pace, Rest, estimate

#: A line this often where there is no terminal, so that CI logs stay readable.
LINE_EVERY_SECONDS = 10.0


def done_of(tally: EndpointTally) -> int:
    """Subjects that need no more work in this run."""
    return tally.asked + tally.rejected + tally.skipped


@dataclass(slots=True)
class Progress:
    """The endpoints of one wave. ``per_minute``: calls allowed, by vendor; ``deadline``: when asking ends."""

    tallies: Mapping[str, EndpointTally]
    names: Sequence[str]
    per_minute: Mapping[str, float | None]
    deadline: datetime | None = None
    pace: Pace = field(default_factory=Pace)
    now: Callable[[], datetime] = lambda: utc_now().astimezone()

    def note(self, name: str) -> None:
        """Something changed. An endpoint's pace is counted from its first change: it waits for others before."""
        tally = self.tallies[name]
        self.pace.note(name, tally.calls, done_of(tally))

    def end(self) -> Estimate:
        return estimate([self._rest(name) for name in self.names], self.pace, self.per_minute)

    def _rest(self, name: str) -> Rest:
        tally = self.tallies[name]
        left = 0 if tally.stopped else max(tally.due - done_of(tally), 0)
        calls = left * tally.calls_planned / tally.due if tally.calls_planned and tally.due else None
        return Rest(name, name.partition(".")[0], left, calls)

    # ------------------------------------------------------------ words

    def totals(self) -> dict[str, float]:
        """Sums over the wave's endpoints, for people and machines alike."""
        tallies = [self.tallies[name] for name in self.names]
        return {
            "done": sum(done_of(t) for t in tallies),
            "due": sum(t.due for t in tallies),
            "matched": sum(t.matched for t in tallies),
            "calls": sum(t.calls for t in tallies),
            "calls_planned": sum(t.calls_planned for t in tallies),
            "credits": sum(t.credits for t in tallies),
            "credits_quoted": sum(t.credits_quoted for t in tallies),
            "money_micros": sum(t.money_micros for t in tallies),
        }

    def line(self) -> str:
        """``1,204 of 4,310 subjects, 131 of 480 calls, ... about 12 min left (06:12)``."""
        t = self.totals()
        parts = [
            f"{t['done']:,.0f} of {t['due']:,.0f} subjects ({t['matched']:,.0f} matched)",
            f"{_of(t['calls'], t['calls_planned'])} calls",
            f"{_of(t['credits'], t['credits_quoted'])} credits",
        ]
        if t["money_micros"]:
            parts.append(money_text(int(t["money_micros"])))
        rate = sum(self.pace.calls_a_second(name) or 0.0 for name in self.names)
        if rate:
            parts.append(f"{rate:,.1f} calls/s")
        if words := self.ending():
            parts.append(words)
        return ", ".join(parts)

    def ending(self) -> str:
        """When it will be over, by the clock too; or that the deadline comes first."""
        left = self.end()
        if left.seconds is None:
            return "" if self.deadline is None else f"deadline {self.deadline.astimezone():%H:%M}"
        at = self.now() + timedelta(seconds=left.seconds)
        if self.deadline is not None and at > self.deadline:
            return f"{left} left; the deadline of {self.deadline.astimezone():%H:%M} comes first"
        return f"{left} left ({at:%H:%M})" if left.seconds >= 1 else ""

    def event(self) -> dict[str, Any]:
        """For ``--log-format json``."""
        left = self.end()
        return {
            **self.totals(),
            "seconds_left": None if left.seconds is None else round(left.seconds, 1),
            "seconds_left_at_least": left.at_least,
            "deadline": self.deadline,
            "endpoints": {
                name: {
                    "done": done_of(t), "due": t.due, "matched": t.matched, "calls": t.calls,
                    "calls_planned": t.calls_planned or None, "credits": t.credits,
                    "credits_quoted": t.credits_quoted, "money_micros": t.money_micros,
                    "calls_a_second": self.pace.calls_a_second(name), "stopped": t.stopped or None,
                }
                for name in self.names
                for t in [self.tallies[name]]
            },
        }  # fmt: skip

    # ------------------------------------------------------------ the live table

    def table(self, width: int, height: int) -> Table:
        """One line an endpoint and one for all; where there are more than fit, those that are done are folded."""
        wide, narrow = width >= 100, width < 80
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=38 if wide else 26 if not narrow else 20)
        if wide:
            table.add_column(no_wrap=True)
        for _ in range(2 if narrow else 4):
            table.add_column(no_wrap=True, justify="right")
        shown, folded = self._shown(max(height - 4, 3))
        for name in shown:
            t = self.tallies[name]
            style = "dim" if t.calls == 0 and done_of(t) == 0 else "red" if t.stopped else ""
            rate = self.pace.calls_a_second(name)
            cells: list[Any] = [name if wide else name.replace("contactbased", "contactb.")]
            if wide:
                cells.append(ProgressBar(total=max(t.due, 1), completed=done_of(t), width=18))
            cells += [
                f"{done_of(t):,}/{t.due:,}",
                f"{_of(t.calls, t.calls_planned, '/')} calls",
            ]
            if not narrow:
                pace = f"{rate:,.1f}/s" if rate and done_of(t) < t.due else ""
                cells += [f"{t.credits:,.0f} cr", "stopped" if t.stopped else pace]
            table.add_row(*cells, style=style)
        outer = Table.grid()
        outer.add_column(no_wrap=True, overflow="ellipsis")
        outer.add_row(table)
        if folded:
            outer.add_row(f"… and {folded} more")
        outer.add_row(f"[bold]{self._short_line(width)}[/bold]")
        return outer

    def _shown(self, lines: int) -> tuple[list[str], int]:
        if len(self.names) <= lines:
            return list(self.names), 0
        order = {name: place for place, name in enumerate(self.names)}

        def interest(name: str) -> int:
            tally = self.tallies[name]
            under_way = 0 < done_of(tally) < tally.due
            return 0 if under_way else 1 if done_of(tally) == 0 else 2

        chosen = sorted(self.names, key=lambda name: (interest(name), order[name]))[:lines]
        return sorted(chosen, key=order.__getitem__), len(self.names) - lines

    def _short_line(self, width: int) -> str:
        t = self.totals()
        line = f"{t['done']:,.0f}/{t['due']:,.0f} · {t['calls']:,.0f} calls · {t['credits']:,.0f} credits"
        if t["money_micros"]:
            line += f" · {money_text(int(t['money_micros']))}"
        words = self.ending()
        return f"{line} · {words}" if words and len(line) + len(words) + 3 <= width else line


def _of(done: float, planned: float, word: str = " of ") -> str:
    return f"{done:,.0f}{word}{planned:,.0f}" if planned and done <= planned else f"{done:,.0f}"


@contextmanager
def every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Call ``act`` again and again from a thread of its own, until the block ends."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(seconds):
            act()

    thread = threading.Thread(target=work, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
