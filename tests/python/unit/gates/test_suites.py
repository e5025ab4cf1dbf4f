"""What is expected and what is measured stay in step: a column nobody judges is a decision, not an accident."""

import re
from pathlib import Path

import pytest
import yaml

from contactable.gates import CHECKS, Check

MODELS = Path(__file__).parents[4] / "models/gates/_gates__models.yml"

#: Measured to be read beside a verdict, not to be judged.
CONTEXT = {
    "row_count",
    "published_rows",
    "contactable_rows",
    "nameless_share",  # what discovery brings has no name until it is enriched, and budgets decide how much is
    "unknown_share",  # of contactability: without an address one stays unknown; unvalidated_share is judged
    "landed",
    "staged",
    "quarantined",
    "duplicates",
}


@pytest.fixture(scope="module")
def measured() -> dict[str, set[str]]:
    models = yaml.safe_load(MODELS.read_text())["models"]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models}


def test_every_check_has_its_measurement(measured: dict[str, set[str]]) -> None:
    assert {(c.gate, c.column) for c in CHECKS if c.column not in measured.get(c.gate, set())} == set()


def test_every_gate_and_every_measurement_is_judged_or_said_to_be_context(measured: dict[str, set[str]]) -> None:
    judged = {(check.gate, check.column) for check in CHECKS}
    left = {(gate, column) for gate, columns in measured.items() for column in columns} - judged
    assert {pair for pair in left if pair[1] not in CONTEXT} == set()
    assert {check.gate for check in CHECKS} == set(measured)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.gate}.{check.column}.{check.severity}")
def test_every_check_has_a_limit_and_a_dated_reason(check: Check) -> None:
    assert check.minimum is not None or check.maximum is not None
    assert re.search(r"\d{4}-\d{2}-\d{2}", check.reason)


def test_no_check_is_declared_twice() -> None:
    declared = [(check.gate, check.column, check.severity) for check in CHECKS]
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize(
    "column",
    [
        "contactable_but_suppressed",
        "contactable_but_dnc",
        "contactable_against_policy",
        "call_but_dnc",
        "send_but_suppressed",
        "opql_out_of_range",
        "difference",
        "duplicate_keys",
        "orphan_contacts",
        "call_without_dnc_answer",
    ],
)
def test_what_must_never_be_published_refuses_at_the_first_case(column: str) -> None:
    limits = [(c.minimum, c.maximum, c.severity, c.unknown_passes) for c in CHECKS if c.column == column]
    assert limits
    assert set(limits) == {(0, 0, "error", False)}
