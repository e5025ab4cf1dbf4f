"""Models built by dbt, for whichever step needs them."""

from typing import Any

from contactable.pipeline.opening import Run
from contactable.warehouse.dbt_runner import DbtOutcome


class BuildError(RuntimeError):
    """dbt could not build a model; the message names it."""


def run_dbt(run: Run, command: str, **options: Any) -> DbtOutcome:
    """Any dbt command, in our turn at the warehouse, to be broken off between two models.

    Raises:
        BuildError: a model failed; its name and dbt's words. Failed data tests are in the outcome.
    """
    with run.warehouse_turn(), run.interrupts.breakable():
        outcome = run.dbt.run(command, **options)
    broken = [node for node in outcome.failures if not node.is_test]
    if broken:
        raise BuildError("; ".join(f"{node.name}: {run.redactor.text(node.message)}" for node in broken[:5]))
    return outcome
