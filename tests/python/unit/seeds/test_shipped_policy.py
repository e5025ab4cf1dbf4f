"""The seeds as they ship, against the vendors' documents. Who changes shipped policy changes it here too."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from contactable.vendors import ENDPOINTS, Wave

SEEDS = Path(__file__).parents[4] / "seeds"


def read(name: str) -> list[dict[str, str]]:
    """Read one seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_opql_scores_are_the_vendors_six() -> None:
    """BIGDBM developer docs, OPQL Phone Validation: 0 and 1 are suppressed, 4 and 5 are safe."""
    verdicts = {row["code"]: (row["label"], row["verdict"]) for row in read("opql_scores")}
    assert verdicts == {
        "0": ("Invalid or Unverified Reachability", "suppress"),
        "1": ("No Activity or Insufficient Information", "suppress"),
        "2": ("Limited Activity with Partial Information", "review"),
        "3": ("Recent Activity with Limited Identifiable Information", "review"),
        "4": ("Stable Network Activity with Verified Reachability", "call"),
        "5": ("Consistent Reachability with Full Verification", "call"),
    }


def test_email_statuses_are_the_vendors_five() -> None:
    """BIGDBM developer docs, Batch Email Validation, Validation Status Codes."""
    verdicts = {row["code"]: (row["label"], row["verdict"]) for row in read("email_statuses")}
    assert verdicts == {
        "10": ("Deliverable", "send"),
        "20": ("Send with Caution", "review"),
        "30": ("Undeliverable", "suppress"),
        "40": ("Unknown", "unknown"),
        "50": ("Catch-all", "review"),
    }


@pytest.mark.parametrize(
    ("validator", "seed"), [("bigdbm.email_batch", "email_statuses"), ("bigdbm.opql", "opql_scores")]
)
def test_every_verdict_has_a_life(validator: str, seed: str) -> None:
    lives = {
        row["outcome"]: float(row["life_days"]) for row in read("refresh_policies") if row["endpoint"] == validator
    }
    assert {row["code"] for row in read(seed)} <= lives.keys()
    assert all(days > 0 for days in lives.values()), "a verdict without a life would be bought again at every run"


def test_every_endpoint_says_how_long_each_outcome_lives() -> None:
    outcomes: dict[str, set[str]] = {}
    for row in read("refresh_policies"):
        outcomes.setdefault(row["endpoint"], set()).add(row["outcome"])
    assert outcomes
    assert {
        endpoint for endpoint, known in outcomes.items() if not {"match", "no_match", "unreadable"} <= known
    } == set()


def test_bands_follow_each_other_and_skip_what_the_vendor_skips() -> None:
    """The vendor's letters are part of its values; unknown is another letter or digit in each column."""
    bands = read("value_bands")
    assert {row["column_name"]: row["code"] for row in bands if row["is_unknown"] == "true"} == {
        "credit_range": "I",
        "income_range": "0",
        "net_worth_range": "A",
    }
    for column in ("credit_range", "income_range", "net_worth_range"):
        known = [row for row in bands if row["column_name"] == column and row["is_unknown"] == "false"]
        edges = sorted((int(row["lower_bound"] or -1), int(row["upper_bound"] or 10**9)) for row in known)
        assert all(before[1] + 1 == after[0] for before, after in pairwise(edges)), column
        assert all(row["label"].startswith(f"{row['code']}. ") for row in known)
    assert not {"I", "J"} & {row["code"] for row in bands if row["column_name"] == "income_range"}


@pytest.mark.parametrize(
    "seed",
    [
        "opql_scores",
        "email_statuses",
        "refresh_policies",
        "survivorship_rules",
        "intent_scoring",
        "identity_rules",
        "vendor_priorities",
    ],
)
def test_every_threshold_has_its_date(seed: str) -> None:
    assert all(row["since"] == "2026-11-21" or row["since"] > "2026-11-21" for row in read(seed))
    assert all(row.get("reason", "given by the vendor") for row in read(seed))


def test_every_vendor_has_a_priority() -> None:
    vendors = {row["vendor"] for row in read("vendor_priorities") if row["attribute_group"] == "default"}
    assert vendors == {"first_party", "bigdbm", "contactbased", "exactbuyer", "leadpipe"}


def test_every_lookup_says_which_attributes_its_cost_belongs_to() -> None:
    """An endpoint without a row would cost nothing on the scorecard's rows, and look better than it is."""
    placed = {row["endpoint"] for row in read("endpoint_attributes")}
    looks_up = {endpoint.key for endpoint in ENDPOINTS.values() if endpoint.wave in (Wave.ENRICH, Wave.VALIDATE)}
    assert placed == looks_up


def test_what_the_waterfall_asks_for_is_what_the_scorecard_books() -> None:
    steps = {(row["endpoint"], row["attribute"]) for row in read("waterfall_steps")}
    booked = {(row["endpoint"], row["attribute"]) for row in read("endpoint_attributes")}
    asked = {endpoint for endpoint, _ in steps}
    assert steps == {row for row in booked if row[0] in asked}
