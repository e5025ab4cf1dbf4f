"""The noise of the identity benchmark: the same for the same seed, as much as declared, and the truth stays
true."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from identity import spelling, words
from identity.evidence import TABLES, held_back, pieces
from identity.kinds import BIT, KINDS, LEVELS, shares
from identity.population import Population

from contactable.sandbox.codes import NOBODY

PEOPLE = 3_000
BENCHMARK = Path(__file__).parents[4] / "benchmarks" / "identity"


@cache
def made(seed: int = 1, level: str = "medium") -> dict[str, pa.Table]:
    tables: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for name, piece in pieces(Population(PEOPLE, seed, level)):
        tables[name].append(piece)
    return {name: pa.concat_tables(parts) for name, parts in tables.items()}


def test_the_same_seed_makes_the_same_records_and_another_one_others() -> None:
    again = {name: pa.concat_tables([piece]) for name, piece in _united(Population(PEOPLE, 1, "medium"))}
    assert all(again[name].equals(table) for name, table in made().items())
    assert not made(seed=2)["emails"].equals(made()["emails"])


def _united(population: Population) -> Iterator[tuple[str, pa.Table]]:
    tables: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for name, piece in pieces(population):
        tables[name].append(piece)
    return ((name, pa.concat_tables(parts)) for name, parts in tables.items())


def test_every_table_keeps_its_columns_and_every_record_its_person() -> None:
    for name, table in made().items():
        assert table.schema.equals(TABLES[name])
        people = table.column("person")
        assert people.null_count == 0
        assert pc.min(people).as_py() >= 0
        assert pc.max(people).as_py() < PEOPLE


def test_an_id_holds_one_person_unless_it_is_meant_to_hold_two() -> None:
    records = made()["records"]
    mixed = pc.not_equal(pc.bit_wise_and(records.column("kinds"), BIT["two_in_one"]), 0)
    sound = records.filter(pc.invert(mixed))
    held = sound.group_by("evidence_id").aggregate([("person", "count_distinct")])
    both = set(records.filter(mixed).column("evidence_id").to_pylist())
    several = held.filter(pc.greater(held.column("person_count_distinct"), 1)).column("evidence_id").to_pylist()
    assert set(several) <= both
    assert both


@pytest.mark.parametrize("kind", ["nickname", "typo_name", "spelling", "swapped_names", "vendor_duplicate"])
def test_more_noise_at_a_higher_level(kind: str) -> None:
    touched = [
        pc.mean(
            pc.cast(
                pc.not_equal(pc.bit_wise_and(made(level=level)["records"].column("kinds"), BIT[kind]), 0), "double"
            )
        )
        for level in LEVELS
    ]
    low, medium, high = (share.as_py() for share in touched)
    assert low < medium < high


@pytest.mark.parametrize(("kind", "within"), [("typo_name", 0.006), ("spelling", 0.02), ("initial", 0.006)])
def test_as_much_noise_as_declared(kind: str, within: float) -> None:
    records = made()["records"]
    named = records.filter(pc.is_valid(records.column("last_name")))
    share = pc.mean(pc.cast(pc.not_equal(pc.bit_wise_and(named.column("kinds"), BIT[kind]), 0), "double")).as_py()
    assert share == pytest.approx(shares("medium")[kind], abs=within)


def test_people_share_numbers_and_names_as_declared() -> None:
    population = Population(20_000, 1, "medium")
    assert np.mean(population.old_household != NOBODY) == pytest.approx(0.12, abs=0.01)
    lost = np.flatnonzero(population.old_mobile != NOBODY)
    assert len(lost) / np.count_nonzero(population.mobile != NOBODY) == pytest.approx(0.03, abs=0.005)
    owner = np.searchsorted(population.mobile[population.mobile != NOBODY], population.old_mobile[lost])
    assert not np.any(np.flatnonzero(population.mobile != NOBODY)[owner] == lost)
    twins = np.flatnonzero(population.twin != NOBODY)
    assert np.all(population.first[twins] == population.first[population.twin[twins]])
    assert np.all(population.last[twins] == population.last[population.twin[twins]])
    sons = np.flatnonzero(population.suffix == 1)
    assert len(sons) > 20
    assert np.all(population.birth_day[sons] - population.birth_day[population.twin[sons]] > 19 * 365)
    assert min(population.age(int(son)) for son in sons) >= 18
    homes = np.stack([population.household, population.first, population.last])
    fathers = np.count_nonzero(population.suffix == 2)
    assert homes.shape[1] - np.unique(homes, axis=1).shape[1] == fathers


def test_numbers_are_distinct_and_in_area_codes_that_belong_to_nobody() -> None:
    numbers = Population(1_000, 1, "low").phone_texts(np.arange(50_000))
    assert len(pc.unique(numbers)) == 50_000
    assert pc.all(pc.match_substring_regex(numbers, r"^\+1[2-9]9[0-9][2-9][0-9]{6}$")).as_py()
    assert not pc.any(pc.match_substring_regex(numbers, r"^\+1[0-9]{3}[2-9]11")).as_py()


def test_a_slip_changes_one_letter_or_two_neighbours() -> None:
    before = ["Alexander", "Müller", "Ann", "Jo", None] * 200
    after = spelling.slip(pa.array(before[:800] + ["Jo"] * 200), np.random.default_rng(1)).to_pylist()
    changed = [abs(len(a) - len(b)) for a, b in zip(before[:3] * 200, after[:3] * 200, strict=True) if a and b]
    assert max(changed) <= 1
    assert after[800:] == ["Jo"] * 200


def test_texts_that_are_not_touched_stay_and_null_stays_null() -> None:
    texts = pa.array(["Ada", None, "Bob"])
    assert spelling.where(np.array([True, True, False]), texts, pc.utf8_upper).to_pylist() == ["ADA", None, "Bob"]


def test_one_evidence_in_a_hundred_is_held_back_whole() -> None:
    late: dict[str, bool] = {}
    for name, table in held_back(pieces(Population(PEOPLE, 1, "low")), seed=1):
        if name == "signals":
            continue
        for evidence, moment in zip(
            table.column("evidence_id").to_pylist(), table.column("observed_at").to_pylist(), strict=True
        ):
            assert late.setdefault(evidence, moment.day == 21) == (moment.day == 21)
    assert 0.004 < sum(late.values()) / len(late) < 0.02


def test_the_noise_does_not_know_the_rules() -> None:
    """Neither macros nor seeds nor the identity room: what undoes the noise must not be made of it."""
    for name in ("kinds", "words", "spelling", "population", "evidence"):
        tree = ast.parse((BENCHMARK / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert all(
            module.startswith("contactable.sandbox") for module in imported if module.startswith("contactable")
        )
        assert not any("support" in module or "warehouse" in module for module in imported)
        assert not any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open" for node in ast.walk(tree)
        )


def test_every_kind_says_why_and_grows_with_the_level() -> None:
    assert all(kind.why.endswith(".") and 0 < kind.low < kind.medium < kind.high < 1 for kind in KINDS)
    with pytest.raises(ValueError, match="no level"):
        shares("extreme")


def test_nicknames_are_other_words() -> None:
    assert all(short != formal for formal, shorts in words.NICKNAMES.items() for short in shorts)
