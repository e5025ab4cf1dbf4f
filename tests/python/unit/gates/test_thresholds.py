"""The seed of limits: every measurement has a row, people are protected, a wrong cell is named by its place."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from contactable.gates import Check, ThresholdError, read_seed
from contactable.gates.thresholds import read_built

PROJECT = Path(__file__).parents[4]
SEED = "seeds/gate_thresholds.csv"

Row = dict[str, str]


@pytest.fixture(scope="module")
def checks() -> tuple[Check, ...]:
    return read_seed(PROJECT)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Callable[[list[Row]], object]], Path]:
    """A project whose seed somebody edited: the function gets the rows."""

    def edit(change: Callable[[list[Row]], object]) -> Path:
        for name in (SEED, "models/gates/_gates__models.yml"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, tmp_path / name)
        with (PROJECT / SEED).open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        columns = list(rows[0])
        change(rows)
        with (tmp_path / SEED).open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, columns)
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path

    return edit


def row_of(rows: list[Row], gate: str, name: str, severity: str) -> Row:
    return next(r for r in rows if (r["gate"], r["check_name"], r["severity"]) == (gate, name, severity))


def test_every_check_says_when_why_and_what_to_do(checks: tuple[Check, ...]) -> None:
    assert len(checks) > 80
    assert all(check.reason.endswith(("-21)", "-30)", "-01)")) for check in checks)
    assert all(check.remedy for check in checks)


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
        "plain_emails",
    ],
)
def test_what_must_never_be_published_refuses_at_the_first_case(checks: tuple[Check, ...], column: str) -> None:
    limits = [(c.minimum, c.maximum, c.severity, c.unknown_passes) for c in checks if c.column == column]
    assert limits
    assert set(limits) == {(0, 0, "refuse", False)}


def test_what_dbt_built_of_the_seed_reads_as_the_seed(checks: tuple[Check, ...]) -> None:
    with (PROJECT / SEED).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    measured: dict[str, set[str]] = {"gate_of_an_earlier_version": {"rows"}}
    for row in rows:
        measured.setdefault(row["gate"], set()).add(row["check_name"])
    with duckdb.connect() as connection:
        with pytest.raises(ThresholdError, match="earlier version"):
            read_built(connection, measured)
        connection.execute("create schema seeds")
        connection.execute(
            "create table seeds.gate_thresholds as select * from "
            f"read_csv('{PROJECT / SEED}', types = {{'minimum': 'double', 'maximum': 'double'}})"
        )
        assert read_built(connection, measured) == checks


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[0].update(gate="gate_nobody"), "line 2, column gate: unknown 'gate_nobody'"),
        (lambda rows: rows[0].update(check_name="null_kays"), "line 2, column check_name: unknown 'null_kays'"),
        (
            lambda rows: rows[0].update(severity="error"),
            "column severity: unknown 'error'; known are refuse",
        ),
        (
            lambda rows: rows[0].update(minimum="2", maximum="1"),
            "column minimum: 2 is more than maximum, 1",
        ),
        (lambda rows: rows[0].update(maximum="many"), "line 2, column maximum: 'many' is no number"),
        (lambda rows: rows[0].update(maximum="nan"), "line 2, column maximum: 'nan' is no number"),
        (
            lambda rows: rows[0].update(minimum="", maximum=""),
            "columns minimum and maximum: refuse and warn",
        ),
        (lambda rows: rows[0].update(if_unknown=""), "line 2, column if_unknown: unknown ''"),
        (lambda rows: rows[0].update(at_least="3"), "line 2, column at_least"),
        (lambda rows: rows[0].update(reason=" "), "line 2, column reason: is empty"),
        (lambda rows: rows[0].update(since="lately"), "line 2, column since: 'lately' is no day"),
        (lambda rows: rows.append(dict(rows[0])), "gate_contacts.null_keys stands twice"),
        (lambda rows: rows.pop(0), "there is no row for gate_contacts.null_keys"),
        (
            lambda rows: row_of(rows, "gate_email_validations", "unmapped_share", "refuse").update(at_least="0"),
            "column at_least",
        ),
        (
            lambda rows: row_of(rows, "gate_contactability", "contactable_but_dnc", "refuse").update(
                severity="warn"
            ),
            "gate_contactability.contactable_but_dnc protects people",
        ),
        (
            lambda rows: row_of(rows, "gate_contact_emails", "send_but_suppressed", "refuse").update(maximum="5"),
            "gate_contact_emails.send_but_suppressed protects people",
        ),
    ],
)
def test_an_impossible_row_is_named(
    edited: Callable[[Callable[[list[Row]], object]], Path], change: Callable[[list[Row]], object], said: str
) -> None:
    with pytest.raises(ThresholdError) as refused:
        read_seed(edited(change))
    assert said in str(refused.value)


def test_an_analyst_may_move_a_limit_and_switch_a_check_off(
    edited: Callable[[Callable[[list[Row]], object]], Path], checks: tuple[Check, ...]
) -> None:
    def change(rows: list[Row]) -> None:
        row_of(rows, "gate_contacts", "volume_change", "refuse").update(minimum="-0.8")
        row_of(rows, "gate_contacts", "conflict_share", "warn").update(severity="info", minimum="", maximum="")

    mine = read_seed(edited(change))
    assert {c.minimum for c in mine if c.gate == "gate_contacts" and c.column == "volume_change"} == {-0.8, None}
    assert not [c for c in mine if c.column == "conflict_share"]
    assert len(mine) == len(checks) - 1


def test_a_seed_without_a_column_or_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "models/gates").mkdir(parents=True)
    shutil.copyfile(PROJECT / "models/gates/_gates__models.yml", tmp_path / "models/gates/_gates__models.yml")
    with pytest.raises(ThresholdError, match=r"gate_thresholds\.csv cannot be read"):
        read_seed(tmp_path)
    (tmp_path / "seeds").mkdir()
    (tmp_path / SEED).write_text("gate,check_name\n", encoding="utf-8")
    with pytest.raises(ThresholdError, match="there is no column minimum, maximum"):
        read_seed(tmp_path)


@pytest.mark.parametrize(
    ("low", "high", "unknown", "words"),
    [
        (0, 0, False, "= 0"),
        (None, 0.3, False, "<= 0.3"),
        (1, None, False, ">= 1"),
        (0.5, 2, True, "0.5 to 2 or unknown"),
    ],
)
def test_limits_in_words(low: float | None, high: float | None, unknown: bool, words: str) -> None:
    assert Check("g", "c", low, high, "refuse", "r", unknown_passes=unknown).threshold == words
