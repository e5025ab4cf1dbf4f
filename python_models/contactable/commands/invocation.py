"""What every working command shares: its arguments, the run it opens, how it ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from contactable.config import ConfigurationError, Environment, Settings
from contactable.console import Console, LogFormat
from contactable.exit_codes import Exit
from contactable.home import Home
from contactable.pipeline import Run, open_run
from contactable.sandbox_process import running
from contactable.waterfall import PolicyError, check_seeds


@dataclass(frozen=True, slots=True)
class Invocation:
    """The arguments every working command shares."""

    command: str
    home: Path
    config: Path
    log_format: str = "text"
    sandbox: bool = False
    people: int | None = None
    seed: int | None = None
    faults: str | None = None

    def settings(self) -> Settings:
        settings = Settings.read(self.config)
        changes: dict[str, Any] = {}
        if self.people is not None:
            changes["people"] = self.people
        if self.seed is not None:
            changes["seed"] = self.seed
        if self.faults:
            changes["faults"] = tuple(name for name in self.faults.split(",") if name)
        return settings.model_copy(update={"sandbox": settings.sandbox.model_copy(update=changes)})


def console_of(log_format: str) -> Console:
    if log_format not in ("text", "json"):
        raise ConfigurationError(f"--log-format is {log_format!r}; use text or json")
    chosen: LogFormat = "json" if log_format == "json" else "text"
    return Console(chosen)


@contextmanager
def working(
    invocation: Invocation, *, max_minutes: float | None = None, shared: bool = False
) -> Iterator[tuple[Run, Path | None]]:
    """A run, and the first-party list it uses; the sandbox around it when asked for.

    ``shared``: others who share may be at work on the same home.
    """
    console = console_of(invocation.log_format)
    settings = invocation.settings()
    home = Home.at(invocation.home)
    deadline = None if max_minutes is None else max_minutes * 60
    # A sandbox lies in the home and is its starter's only: the home is taken before, and not shared.
    shared = shared and not invocation.sandbox
    with (
        home.share(invocation.command) if shared else home.hold(invocation.command) as holder,
        ExitStack() as stack,
    ):
        first_party = settings.first_party
        if invocation.sandbox:
            console.say(f"Starting the sandbox with {settings.sandbox.people:,} invented people.")
            variables = stack.enter_context(running(home.sandbox, settings.sandbox))
            first_party = first_party or Path(variables["SANDBOX_FIRST_PARTY"])
        with open_run(
            home,
            settings,
            Environment.read(),
            console,
            invocation.command,
            holder,
            deadline_seconds=deadline,
            sandboxed=invocation.sandbox,
            alone=not shared,
        ) as run:
            yield run, first_party


def check_settings(work: Run) -> None:
    """What can be known to be wrong before anything is asked or spent."""
    try:
        check_seeds(work.dbt.directory / "seeds")
    except PolicyError as error:
        raise ConfigurationError(str(error)) from error
    if not work.states.get("bigdbm.intent_create_list") and not work.settings.bigdbm.keywords:
        raise ConfigurationError(
            "bigdbm.keywords is empty: name at least one keyword in contactable.yml, or switch the endpoint off "
            "(endpoints: {bigdbm.intent_create_list: {enabled: false}})"
        )


def say_skipped(work: Run) -> None:
    by_reason: dict[str, list[str]] = {}
    for key, reason in work.states.items():
        if reason:
            by_reason.setdefault(reason, []).append(key)
    for reason, keys in by_reason.items():
        work.console.say(f"Skipped ({reason}): {', '.join(keys)}")


def say_stops(work: Run) -> None:
    for name, tally in work.tally.endpoints.items():
        if tally.stopped:
            work.console.warn(f"{name} ended early, the rest stays due: {tally.stopped}")
        for note in tally.notes:
            work.console.warn(f"{name}: {note}")
    for problem in (*work.configuration_problems, *work.problems):
        work.console.warn(problem)


def exit_code_of(work: Run, refused: bool) -> int:
    if refused:
        return Exit.REFUSED
    if work.configuration_problems:
        return Exit.CONFIGURATION
    stopped = any(tally.stopped or tally.ambiguous or tally.failed for tally in work.tally.endpoints.values())
    return Exit.IN_PART if stopped or work.problems or work.journal.ambiguous() else Exit.DONE


def gate_table(report: Any) -> Table:
    """Every gate in one line, the failed checks below it."""
    table = Table(title="Gates", title_justify="left", header_style="bold")
    for name in ("gate", "checks", "verdict"):
        table.add_column(name)
    gates: dict[str, list[Any]] = {}
    for judgement in report.judgements:
        gates.setdefault(judgement.gate, []).append(judgement)
    for name, judgements in gates.items():
        bad = [j for j in judgements if not j.passed]
        told = "; ".join(f"{j.severity}: {j.column_name} is {j.observed}, allowed {j.threshold}" for j in bad)
        table.add_row(name, str(len(judgements)), f"[red]{told}[/red]" if bad else "[green]passed[/green]")
    return table
