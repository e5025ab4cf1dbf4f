"""What a score may not join, alone and together."""

from typing import Any

import pyarrow as pa
import pytest

from contactable.matching.fields import FIELDS
from contactable.matching.judging import KNOWN, judge, people_of
from contactable.matching.scoring import PAIRS

AGREEING = dict.fromkeys(FIELDS, "same")


def pair(left: str, right: str, probability: float = 0.99) -> dict[str, Any]:
    found = {"left_evidence_id": left, "right_evidence_id": right, "match_probability": probability}
    return found | {"match_weight": 10.0} | AGREEING


def record(
    evidence: str, suffix: str | None = None, year: int | None = None, ids: str | None = None
) -> dict[str, Any]:
    return dict(zip(KNOWN, (evidence, suffix, year, ids), strict=True))


def refusals(
    pairs: list[dict[str, Any]], records: list[dict[str, Any]], linked: list[tuple[str, str]] | None = None
) -> list[str | None]:
    """Judge at 0.95. ``linked``: evidence and node of what the rules tie."""
    known = pa.Table.from_pylist(
        records,
        schema=pa.schema(
            [
                ("evidence_id", pa.string()),
                ("suffix", pa.string()),
                ("birth_year", pa.int32()),
                ("person_ref_type", pa.string()),
            ]
        ),
    )
    links = pa.table(
        {
            "evidence_id": pa.array([link[0] for link in linked or []], pa.string()),
            "node": pa.array([link[1] for link in linked or []], pa.string()),
        }
    )
    judged = judge(pa.Table.from_pylist(pairs, schema=PAIRS), known, people_of(links, known), merge_above=0.95)
    refused: list[str | None] = judged.column("refused_by").to_pylist()
    return refused


@pytest.mark.parametrize(
    ("fields", "left", "right", "expected"),
    [
        pytest.param({}, record("a"), record("b"), None, id="nothing against it"),
        pytest.param({"first_name": "different"}, record("a"), record("b"), "names", id="a household"),
        pytest.param({"last_name": "different"}, record("a"), record("b"), "names", id="two families"),
        pytest.param({}, record("a", suffix="jr"), record("b", suffix="sr"), "suffixes", id="father and son"),
        pytest.param({}, record("a", suffix="jr"), record("b"), None, id="a suffix that one does not give"),
        pytest.param({}, record("a", year=1970), record("b", year=1972), None, id="an age asked in another month"),
        pytest.param({}, record("a", year=1970), record("b", year=1973), "birth_years", id="years apart"),
        pytest.param(
            {}, record("a", ids="bigdbm_id"), record("b", ids="bigdbm_id"), "vendor_ids", id="one vendor, two ids"
        ),
        pytest.param({}, record("a", ids="bigdbm_id"), record("b", ids="x_id"), None, id="two vendors"),
    ],
)
def test_a_pair(fields: dict[str, str], left: dict[str, Any], right: dict[str, Any], expected: str | None) -> None:
    assert refusals([pair("a", "b") | fields], [left, right]) == [expected]


def test_what_the_rules_link_to_either_side_speaks_too() -> None:
    records = [record("a"), record("a2", suffix="jr"), record("b", suffix="sr")]
    assert refusals([pair("a", "b")], records, [("a", "n"), ("a2", "n")]) == ["suffixes"]
    assert refusals([pair("a", "b")], records, [("a", "n"), ("a2", "n2")]) == [None]


def test_pairs_that_together_join_two_people_join_nobody() -> None:
    """A looks like B and B like C, but A and C are born twenty years apart; D and E have nothing to do with it."""
    records = [record("a", year=1950), record("b"), record("c", year=1970), record("d"), record("e")]
    pairs = [pair("a", "b"), pair("b", "c"), pair("d", "e")]
    assert refusals(pairs, records) == ["group", "group", None]
    assert refusals([pair("a", "b"), pair("b", "c", 0.9)], records) == [None, None], "0.9 joins nobody"


def test_nothing_to_judge() -> None:
    assert refusals([], []) == []
