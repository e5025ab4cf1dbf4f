"""One wave, or all of them."""

from typing import TYPE_CHECKING

from contactable.commands.invocation import (
    Invocation,
    check_settings,
    ended_early,
    exit_code_of,
    say_skipped,
    say_stops,
    working,
)
from contactable.commands.money import say_budgets
from contactable.pipeline.extract import extract_wave, extract_waves
from contactable.pipeline.load import load_inputs
from contactable.settings.config import ConfigurationError
from contactable.terminal.console import vendor_table
from contactable.vendors import Wave

if TYPE_CHECKING:  # Great Expectations' room takes a moment to import: only the steps that judge pay
    pass


def extract(
    invocation: Invocation, *, wave: str, until: str | None = None, max_minutes: float | None = None
) -> int:
    """One wave, or all of them."""
    chosen = {
        "all": (),
        "discover": (Wave.LOOKUP, Wave.PREPARE, Wave.DISCOVER),
        "enrich": (Wave.ENRICH,),
        "validate": (Wave.VALIDATE,),
    }.get(wave)
    if chosen is None:
        raise ConfigurationError(f"unknown wave {wave!r}: use discover, enrich, validate or all")
    with working(invocation, until=until, max_minutes=max_minutes, shared=True) as (work, configured):
        check_settings(work)
        say_skipped(work)
        say_budgets(work)
        load_inputs(work, configured)
        if wave == "all":
            extract_waves(work)
        for each in chosen:
            extract_wave(work, each)
        if ended_early(work):
            return work.exit_code
        work.console.table(vendor_table(work.tally.endpoints, work.settings.prices.currency))
        say_stops(work)
        work.exit_code = exit_code_of(work, refused=False)
        return work.exit_code
