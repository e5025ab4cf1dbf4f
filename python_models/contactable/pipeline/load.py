"""What comes in: the first-party list, settings, and answers from the journal."""

from pathlib import Path

from contactable.clock import utc_now
from contactable.journal.sealing import seal
from contactable.pipeline.run import Run
from contactable.privacy import forget_again, restore
from contactable.settings.raw import raw_settings
from contactable.warehouse.candidate import note_change
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.first_party import clear_first_party, load_first_party
from contactable.warehouse.first_party_headings import DEFAULT_SETTINGS
from contactable.warehouse.load import LoadReport, load
from contactable.warehouse.raw_tables import create_raw_tables
from contactable.warehouse.settings import write_settings


def load_inputs(run: Run, first_party: Path | None, *, forget_missing: bool = False) -> None:
    """First-party list and settings into ``raw``; what a crashed run left unsealed or unloaded too.

    Without a list, the one loaded before stays, unless ``forget_missing``: a run asks about its list only.
    """
    with run.warehouse_turn():
        _load_inputs(run, first_party, forget_missing=forget_missing)
        seal_and_load(run)


def _load_inputs(run: Run, first_party: Path | None, *, forget_missing: bool) -> None:
    with run.console.step("load", run.seconds), open_warehouse(run.home.path, settings=run.engine_settings) as con:
        create_raw_tables(con)
        note_change(con, f"contactable {run.command}")
        write_settings(con, raw_settings(run.settings, run.environment, run.states, run.now))
        if first_party is not None:
            is_ours = first_party.is_relative_to(run.home.sandbox)  # the sandbox's list has our own headings
            settings = DEFAULT_SETTINGS if is_ours else run.settings.list_settings()
            report = load_first_party(con, first_party, now=run.now, settings=settings)
            for line in report.notices:
                run.console.warn(line)
        elif forget_missing:
            clear_first_party(con)
    restore(run.home.warehouse)  # a new warehouse must know whom never to buy
    forget_again(run.home.warehouse)  # the user's own list may still name somebody who was erased


def seal_and_load(run: Run, *, replay: bool = False) -> LoadReport:
    """Answers from the journal into segments, segments and journal into ``raw``."""
    with run.warehouse_turn(), run.console.step("load", run.seconds):
        if run.seals:
            seal(run.journal.engine, run.home.segments)
        report = load(
            run.home.path,
            journal=run.journal.engine,
            replay=replay,
            settings=run.engine_settings,
            now=utc_now(),
        )
    for problem in report.problems:
        run.problems.append(f"segment {problem.stream}/{problem.segment}: {problem.message}")
    return report
