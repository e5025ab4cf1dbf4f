"""Scores on a hundred invented records. One training serves all tests: Splink takes seconds to learn."""

import sys
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from contactable.matching.availability import ScoringUnavailableError
from contactable.matching.fields import COLUMNS, FIELDS
from contactable.matching.scoring import PAIRS, PRIOR, WEIGHTS, score, train

FIRST = ("ada", "bruno", "clara", "dorian", "edith", "felix", "greta", "hugo", "irene", "jonas")
LAST = ("archer", "baker", "carver", "dyer", "fletcher")
TYPES = {"birth_year": pa.int32()}
Record = Mapping[str, Any]


def record(evidence: str, first: str, last: str, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS) | {
        "evidence_id": evidence, "first_name": first, "first_canonical": first, "last_name": last, **values
    }  # fmt: skip


def table(records: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(
        records, schema=pa.schema([(name, TYPES.get(name, pa.string())) for name in COLUMNS])
    )


def world() -> list[dict[str, Any]]:
    """Fifty people, two records each: one knows home and birth year, the other half of that, and the employer."""
    found = []
    for number in range(50):
        first, last = FIRST[number % 10], LAST[number // 10]
        home = {
            "address": f"{number}teststreet|{10000 + number % 7}",
            "zip": f"{10000 + number % 7}",
            "town": f"NY|t{number % 3}",
        }
        year, employer = {"birth_year": 1950 + number % 37}, {"employer": f"{number % 9}.example"}
        found.append(record(f"a{number:02d}", first, last, **home, **year))
        other = (home | year) if number % 3 == 0 else home if number % 3 == 1 else {"town": home["town"]} | year
        found.append(record(f"b{number:02d}", first, last, **other, **employer))
    return found


#: Beside them: a wife at home, a typo at home with the same birth year, and a namesake, born elsewhen and
#: living elsewhere.
OTHERS = [
    record("wife", "zelda", LAST[0], address="0teststreet|10000", zip="10000", town="NY|t0", birth_year=1999),
    record("typo", "brunno", LAST[0], address="1teststreet|10001", zip="10001", town="NY|t1", birth_year=1951),
    record("namesake", FIRST[2], LAST[0], zip="99999", town="CA|t9", birth_year=1901),
]


@pytest.fixture(scope="module")
def records() -> pa.Table:
    return table(world() + OTHERS)


@pytest.fixture(scope="module")
def weights(records: pa.Table) -> pa.Table:
    return train(records)


def strangers(records: pa.Table) -> pa.Table:
    """Nobody is linked to anybody."""
    return pa.table(
        {"evidence_id": records.column("evidence_id"), "person": pa.array(range(len(records)), pa.int64())}
    )


@pytest.fixture(scope="module")
def pairs(records: pa.Table, weights: pa.Table) -> dict[tuple[str, str], Record]:
    found = score(records, weights, strangers(records), 0.01).to_pylist()
    return {(row["left_evidence_id"], row["right_evidence_id"]): row for row in found}


def test_the_model_is_a_readable_table(weights: pa.Table) -> None:
    rows = {(row["field"], row["agreement"]): row for row in weights.to_pylist()}
    wanted = {(field, level.label) for field, levels in FIELDS.items() for level in levels[1:]} | {(PRIOR, "")}
    assert rows.keys() == wanted
    for (field, agreement), row in rows.items():
        assert 0 < row["if_two_people"] <= 1 >= row["if_one_person"] > 0, (field, agreement)
    assert rows["last_name", "same"]["match_weight"] > 0 > rows["last_name", "different"]["match_weight"]


def test_who_agrees_in_name_and_home_scores_and_who_does_not_does_not(
    pairs: dict[tuple[str, str], Record],
) -> None:
    sure = {ids for ids, row in pairs.items() if row["match_probability"] > 0.99}
    twins = {(f"a{number:02d}", f"b{number:02d}") for number in range(0, 50, 3)}
    assert twins <= sure
    likely = {ids for ids, row in pairs.items() if row["match_probability"] > 0.5}
    assert ("a01", "typo") in likely
    assert not {ids for ids in likely if "wife" in ids or "namesake" in ids}


def test_a_pair_says_what_agrees(pairs: dict[tuple[str, str], Record]) -> None:
    fields = {field: pairs["a01", "typo"][field] for field in FIELDS}
    assert list(fields.values()) == ["similar", "same", "same address", "unknown", "same"]


def test_whom_the_rules_link_is_not_scored_and_two_people_are_one_row(
    records: pa.Table, weights: pa.Table
) -> None:
    ids = records.column("evidence_id").to_pylist()
    person = [int(name[1:]) if name[0] in "ab" else 100 + place for place, name in enumerate(ids)]
    people = pa.table({"evidence_id": ids, "person": pa.array(person, pa.int64())})
    found = score(records, weights, people, 0.01).to_pylist()
    number = dict(zip(ids, person, strict=True))
    two = [tuple(sorted((number[row["left_evidence_id"]], number[row["right_evidence_id"]]))) for row in found]
    assert all(one != other for one, other in two)
    assert len(set(two)) == len(two)
    assert any("typo" in (row["left_evidence_id"], row["right_evidence_id"]) for row in found)


def test_the_same_records_give_the_same_model_and_the_same_scores(records: pa.Table, weights: pa.Table) -> None:
    turned = records.take(pa.array(range(len(records) - 1, -1, -1)))
    assert train(turned).equals(weights)
    people = strangers(records)
    assert score(turned, weights, people, 0.01).equals(score(records, weights, people, 0.01))


@pytest.mark.parametrize("found", [[], [record("a", "ada", "archer")]])
def test_nothing_to_compare_needs_no_splink(found: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off, the records are empty: nothing is imported."""
    monkeypatch.setitem(sys.modules, "splink", None)
    trained = train(table(found))
    assert trained.equals(WEIGHTS.empty_table())
    assert score(table(found), trained, strangers(table(found)), 0.5).equals(PAIRS.empty_table())


def test_without_splink_the_error_says_what_to_install(records: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ScoringUnavailableError, match=r"pip install 'contactable\[matching\]'"):
        train(records)
