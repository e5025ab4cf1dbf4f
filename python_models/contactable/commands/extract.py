"""One wave, or all of them."""

from pathlib import Path

from contactable.commands.invocation import (
    Invocation,
    check_settings,
    ended_early,
    ending_of,
    in_run,
    say_skipped,
    say_stops,
)
from contactable.commands.money import say_budgets
from contactable.pipeline.extract import extract_wave, extract_waves
from contactable.pipeline.load import load_inputs
from contactable.pipeline.run import Run
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Ending, Exit
from contactable.terminal.console import vendor_table
from contactable.vendors import Wave


def extract(
    invocation: Invocation, *, wave: str, until: str | None = None, max_minutes: float | None = None
) -> Exit:
    """One wave, or all of them."""
    chosen = {
        "all": (),
        "discover": (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER),
        "enrich": (Wave.ENRICH,),
        "validate": (Wave.VALIDATE,),
    }.get(wave)
    if chosen is None:
        raise ConfigurationError(f"unknown wave {wave!r}: use discover, enrich, validate or all")

    def steps(work: Run, configured: Path | None) -> Ending:
        check_settings(work)
        say_skipped(work)
        say_budgets(work)
        load_inputs(work, configured)
        if wave == "all":
            extract_waves(work)
        for each in chosen:
            extract_wave(work, each)
        if (ended := ended_early(work)) is not None:
            return ended
        work.console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
        say_stops(work)
        return ending_of(work, refused=False)

    return in_run(invocation, steps, until=until, max_minutes=max_minutes, shared=True)
