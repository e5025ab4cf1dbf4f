"""dbt builds models, for whichever step needs them, and the candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contactable.journal.clock import iso
from contactable.pipeline.run import Run
from contactable.warehouse.candidate import count_standing, read_candidate
from contactable.warehouse.dbt_runner import DbtOutcome
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.freshness import (
    Graph,
    read_built,
    record_built,
    required,
    stale,
    states,
    table_versions,
)

if TYPE_CHECKING:  # Great Expectations and matplotlib take seconds to import: only the steps that need them pay
    pass


class BuildError(RuntimeError):
    """dbt could not build a model; the message names it."""


def bring_up_to_date(run: Run, step: str, wanted: Sequence[str], *, hold: bool = False) -> None:
    """Build these models and what they stand on, as far as something changed since they were built.

    Args:
        step: under which name the nodes are counted.
        hold: leave models with the tag ``once_a_run`` as they were before, although answers came in since.

    Raises:
        BuildError: a model failed; its name and dbt's words.
    """
    with run.warehouse_turn():
        plan = _Plan.now(run, hold=hold)
        names = stale(plan.graph, wanted, plan.needed, plan.built)
        if not names:
            return
        outcome = run_dbt(run, step, "build", select=names, exclude_resource_types=["test", "unit_test"])
        plan.record(run, outcome)


def check_thresholds(run: Run) -> None:
    """Read the seed of the gates' limits as somebody may have edited it, before anything is built with it.

    Raises:
        ThresholdError: with line and column.
    """
    from contactable.gates import read_seed

    read_seed(run.dbt.directory)


def build_candidate(run: Run, *, anew: bool = False) -> DbtOutcome:
    """Every model that is not up to date and every data test that has not passed on it.

    Unit tests are for `make test`: they test the code, not the data.

    Args:
        anew: build what is up to date, too.

    Raises:
        BuildError: a model failed; its name and dbt's words.
        ThresholdError: the gates' limits are impossible; nothing was built.
    """
    check_thresholds(run)
    with run.console.step("dbt", run.seconds):
        return build_all(run, "build", anew=anew)


def build_all(run: Run, step: str, *, anew: bool = False) -> DbtOutcome:
    """Every model that is not up to date, and every data test that has not passed on it: the candidate.

    Args:
        anew: build what is up to date, too.

    Raises:
        BuildError: a model failed; its name and dbt's words.
    """
    with run.warehouse_turn():
        plan = _Plan.now(run)
        everything = sorted(plan.needed)
        names = [] if anew else stale(plan.graph, everything, plan.needed, plan.built)
        names = names or everything  # a candidate is what a command made, also where nothing changed
        select = [] if len(names) == len(everything) else names
        outcome = run_dbt(run, step, "build", select=select, exclude_resource_types=["unit_test"])
        plan.record(run, outcome, standing=len(everything) - len(names))
        return outcome


def what_failed(run: Run) -> tuple[str, ...]:
    """What counts against the candidate since the last build: broken rules of models, other data tests by name."""
    with run.warehouse_turn(), open_warehouse(run.home.path, read_only=True) as con:
        candidate = read_candidate(con)
    return candidate.all_failures if candidate is not None else ()


@dataclass(slots=True)
class _Plan:
    """What stands, and what should."""

    graph: Graph
    needed: dict[str, str]
    built: dict[str, str]

    @classmethod
    def now(cls, run: Run, *, hold: bool = False) -> "_Plan":
        graph, definition = run.dbt.graph(), run.dbt.definition()
        with open_warehouse(run.home.path, read_only=True, settings=run.engine_settings) as con:
            built, versions = read_built(con, graph), table_versions(con, graph)
        if not hold:
            run.versions_before_rounds = versions
        held_at = run.versions_before_rounds if hold else None
        state = states(graph, versions, definition=definition, clock=iso(run.now), held_at=held_at)
        return cls(graph, required(graph, state, definition=definition), built)

    def record(self, run: Run, outcome: DbtOutcome, *, standing: int = 0) -> None:
        self.built |= {name: self.needed[name] for name in outcome.made}
        with open_warehouse(run.home.path, settings=run.engine_settings) as con:
            record_built(con, self.graph, self.built)
            if standing:
                count_standing(con, standing)


def run_dbt(run: Run, step: str, command: str, **options: Any) -> DbtOutcome:
    """Any dbt command, in our turn at the warehouse, to be broken off between two models.

    Raises:
        BuildError: a model failed; its name and dbt's words. Failed data tests are in the outcome.
    """
    with run.warehouse_turn(), run.interrupts.breakable():
        outcome = run.dbt.run(command, **options)
    run.dbt_nodes[step] = run.dbt_nodes.get(step, 0) + outcome.nodes
    broken = [node for node in outcome.failures if not node.is_test]
    if broken:
        raise BuildError("; ".join(f"{node.name}: {run.redactor.text(node.message)}" for node in broken[:5]))
    return outcome
