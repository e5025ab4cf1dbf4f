"""What every working command shares: its arguments, the run it opens, how it ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from contactable.clock import notice, utc_now
from contactable.home.home import Home
from contactable.pipeline.build import check_thresholds
from contactable.pipeline.run import Run, open_run
from contactable.pipeline.sandbox_process import running
from contactable.settings.config import ConfigurationError, Environment, Settings
from contactable.settings.waterfall import PolicyError, check_seeds
from contactable.stopping.deadline import Deadline, deadline_of
from contactable.stopping.ending import Ending, Exit
from contactable.stopping.interrupts import Interrupts, handled
from contactable.stopping.stop import Stop
from contactable.terminal.console import Console, LogFormat, vendor_table

if TYPE_CHECKING:
    from contactable.gates import GateReport, Judgement


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


#: What every command reads unless it is told otherwise.
DEFAULT_CONFIG = Path("contactable.yml")


def settings_of(config: Path | None) -> Settings:
    """The settings for a command that works without: a file that is named must be there and valid.

    Raises:
        ConfigurationError: names file, setting and what is wrong.
    """
    return Settings.read(None if config is None or (config == DEFAULT_CONFIG and not config.exists()) else config)


def console_of(log_format: str) -> Console:
    if log_format not in ("text", "json"):
        raise ConfigurationError(f"--log-format is {log_format!r}; use text or json")
    chosen: LogFormat = "json" if log_format == "json" else "text"
    return Console(chosen)


def in_run(
    invocation: Invocation,
    steps: Callable[[Run, Path | None], Ending],
    *,
    until: str | None = None,
    max_minutes: float | None = None,
    shared: bool = False,
    adopt: bool = False,
) -> Exit:
    """Take the steps of a command in a run, which keeps how they ended; the sandbox around it when asked for.

    Signals end it in order.

    Args:
        steps: get the run and the first-party list.
        shared: others who share may be at work on the same home.
    """
    console = console_of(invocation.log_format)
    settings = invocation.settings()
    home = Home.at(invocation.home)
    deadline = deadline_of(until, max_minutes, utc_now().astimezone())
    if moved := notice(home.path):
        console.warn(moved)
    # A sandbox lies in the home and is its starter's only: the home is taken before, and not shared.
    shared = shared and not invocation.sandbox
    stop = Stop() if deadline is None else Stop(time.monotonic() + deadline.seconds, str(deadline))
    interrupts = Interrupts(stop, console.say)
    with (
        handled(interrupts),
        home.share(invocation.command) if shared else home.hold(invocation.command) as holder,
        ExitStack() as stack,
    ):
        first_party = settings.first_party
        if invocation.sandbox:
            console.say(f"Starting the sandbox with {settings.sandbox.people:,} invented people.")
            with interrupts.breakable():
                sandbox = running(home.sandbox, settings.sandbox, interrupts.children.append)
                variables = stack.enter_context(sandbox)
            first_party = first_party or Path(variables["SANDBOX_FIRST_PARTY"])
        with (
            open_run(
                home,
                settings,
                Environment.read(),
                console,
                invocation.command,
                holder,
                stop=stop,
                interrupts=interrupts,
                deadline=deadline,
                sandboxed=invocation.sandbox,
                alone=not shared,
                adopt=adopt,
            ) as run,
            _saying_when_asking_ends(run, deadline),
        ):
            run.ending = steps(run, first_party)
            return run.ending.exit


@contextmanager
def _saying_when_asking_ends(work: Run, deadline: Deadline | None) -> Iterator[None]:
    """Says at the start when asking ends; and what was done, where Ctrl-C broke off a step."""
    say_deadline(work, deadline)
    try:
        yield
    except KeyboardInterrupt:
        ended_early(work)
        raise


def say_deadline(work: Run, deadline: Deadline | None) -> None:
    """When asking ends, and how long the rest took the last time, so that a night can be planned."""
    if deadline is None:
        return
    lasted = work.journal.seconds_after_asking()
    after = "" if lasted is None else f" (the last time that took {_minutes(lasted)})"
    work.console.say(
        f"Asking ends at {deadline}; what is known then is built and published{after}.",
        deadline=deadline.at,
        seconds_after_asking=lasted,
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def ended_early(work: Run) -> Ending | None:
    """After Ctrl-C: say what was done and how to go on. None when the command goes on."""
    if not work.stop.interrupted:
        return None
    if work.tally.endpoints:
        work.console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
    say_stops(work)
    asked = work.tally.asked
    credits = sum(tally.credits for tally in work.tally.endpoints.values())
    work.console.say(
        f"Ended in order, {work.stop.reason}: {asked:,} subjects were asked for {credits:,.0f} credits; every "
        "answer is kept. Readers see what they saw before. Run again: it goes on where it stopped.",
        exit_code=int(Exit.IN_PART),
        subjects_asked=asked,
        credits=credits,
    )
    return Ending(Exit.IN_PART, work.stop.reason)


def check_owner(work: Run) -> None:
    """A worker's home has only part of the answers: marts built there would mislead."""
    if not work.seals:
        raise ConfigurationError(
            f"{work.home.path} is a worker's home: another home loads what was answered to this journal. Use "
            "contactable extract here and contactable run there. contactable load --adopt makes this home the one "
            "that loads"
        )


def check_settings(work: Run) -> None:
    """What can be known to be wrong before anything is asked or spent."""
    try:
        check_seeds(work.dbt.directory / "seeds")
    except PolicyError as error:
        raise ConfigurationError(str(error)) from error
    check_thresholds(work)
    wanted = work.settings.bigdbm.keywords or work.settings.bigdbm.lists
    if not work.states.get("bigdbm.intent_create_list") and not wanted:
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
        if tally.unreadable:
            work.console.warn(
                f"{name}: {tally.unreadable:,} subjects were asked and paid for, and their answer cannot be read. "
                "It is kept, see quarantined_records; they are due again when the life of `unreadable` is over"
            )
        for note in tally.notes:
            work.console.warn(f"{name}: {note}")
    if work.not_asked:
        waves = ", ".join(dict.fromkeys(wave.value for wave in work.not_asked))
        work.console.warn(f"not begun, and still due: {waves}: {work.stop.reason}")
    for problem in (*work.configuration_problems, *work.problems):
        work.console.warn(problem)


def ending_of(work: Run, refused: bool) -> Ending:
    """What a run that asked vendors comes to."""
    if refused:
        return Ending(
            Exit.REFUSED, "the gates or a data test refused the candidate; readers see the publication before"
        )
    if work.configuration_problems:
        return Ending(Exit.CONFIGURATION, work.configuration_problems[0])
    tallies = work.tally.endpoints
    reasons: dict[str, list[str]] = {}
    for name, tally in tallies.items():
        if tally.stopped:
            reasons.setdefault(tally.stopped, []).append(name)
    reported = [
        f"{reason} ({', '.join(names[:3])}{', …' * (len(names) > 3)})" for reason, names in reasons.items()
    ]
    if work.not_asked and work.stop.reason not in reasons:
        reported.insert(0, f"{work.stop.reason} before {work.not_asked[0].value}")
    if ambiguous := len(work.journal.ambiguous()):
        reported.append(f"{ambiguous:,} paid calls have an unknown outcome")
    if short := [name for name, tally in tallies.items() if tally.incomplete]:
        reported.append(f"rows are missing from {', '.join(short)}")
    if failed := sum(tally.failed for tally in tallies.values()):
        reported.append(f"{failed:,} subjects got no usable answer and stay due")
    reported += work.problems
    if reported or any(tally.ambiguous for tally in tallies.values()):
        return Ending(Exit.IN_PART, work.redactor.text("; ".join(reported))[:600])
    return Ending(Exit.DONE)


def show_verdict(work: Run, report: "GateReport") -> None:
    """Every gate in one line; then each failed check with its reason and what to do; then what else refuses."""
    console = work.console
    if report.judgements:
        console.table(_gate_table(report))
    for judgement in sorted(report.judgements, key=lambda j: (not j.refuses, j.gate, j.column_name)):
        if not judgement.passed:
            console.say(
                console.plain(_sentence(judgement)),
                gate=judgement.gate,
                check=judgement.column_name,
                severity=judgement.severity,
                observed=judgement.observed,
                allowed=judgement.threshold,
                reason=judgement.reason,
                remedy=judgement.remedy,
                accepted_by=judgement.accepted_by or None,
                accepted_because=judgement.accepted_because or None,
            )
    if report.problem:
        console.say(console.plain(report.problem), refused=report.problem)


def _sentence(judgement: "Judgement") -> str:
    word = "accepted" if judgement.acceptance else "refused" if judgement.refuses else "warning"
    what = judgement.check if judgement.column_name else f"{judgement.gate}, rows of measurements"
    words = f"{word}: {what} is {judgement.observed}, allowed {judgement.threshold}. {judgement.reason}"
    if judgement.acceptance:
        return f"{words} Accepted for this candidate by {judgement.accepted_by}: {judgement.accepted_because}"
    return f"{words} What to do: {judgement.remedy}"


def _gate_table(report: "GateReport") -> Table:
    table = Table(title="Gates", title_justify="left", header_style="bold")
    for name in ("gate", "checks", "verdict"):
        table.add_column(name)
    gates: dict[str, list[Judgement]] = {}
    for judgement in report.judgements:
        gates.setdefault(judgement.gate, []).append(judgement)
    for name, judgements in gates.items():
        refused = sum(j.refuses for j in judgements)
        accepted = sum(j.acceptance is not None for j in judgements)
        warned = sum(not j.passed for j in judgements) - refused - accepted
        counts = ((refused, "refused", "red"), (accepted, "accepted", "yellow"), (warned, "warned", "yellow"))
        words = ", ".join(f"[{colour}]{count} {word}[/{colour}]" for count, word, colour in counts if count)
        table.add_row(name, str(len(judgements)), words or "[green]passed[/green]")
    return table
