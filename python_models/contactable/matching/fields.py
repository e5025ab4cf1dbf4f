"""What is compared of two records, in which steps, and which records are compared at all.

Conditions are DuckDB's SQL over the columns of int_identity__match_records, with ``_l`` and ``_r`` behind their
names: that is how Splink takes them. Every threshold: 2026-11-21, with its reason beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Columns of the records, all texts but the year.
COLUMNS = (
    "evidence_id", "first_name", "first_canonical", "last_name", "birth_year", "address", "zip", "town",
    "employer",
)  # fmt: skip

#: One or two letters apart is a typo, in words long enough that two letters are not half of them.
_TYPO = (
    "levenshtein({0}_l, {0}_r) = 1 and least(length({0}_l), length({0}_r)) >= 4"
    " or levenshtein({0}_l, {0}_r) = 2 and least(length({0}_l), length({0}_r)) >= 7"
)


@dataclass(frozen=True, slots=True)
class Level:
    """One step of agreement. ``weigh`` names the column whose rare values count more than its frequent ones."""

    label: str
    condition: str
    weigh: str = ""


UNKNOWN, DIFFERENT = "unknown", "different"


def _missing(*columns: str) -> Level:
    return Level(UNKNOWN, " and ".join(f"({name}_l is null or {name}_r is null)" for name in columns))


def _equal(label: str, column: str, *, weigh: bool = False) -> Level:
    return Level(label, f"{column}_l = {column}_r", column if weigh else "")


_ELSE = Level(DIFFERENT, "else")

#: Field -> steps from the strongest agreement to none; the first that holds counts.
FIELDS: Mapping[str, tuple[Level, ...]] = {
    "first_name": (
        _missing("first_name"),
        _equal("same", "first_canonical", weigh=True),
        Level("initial", "starts_with(first_name_l, first_name_r) or starts_with(first_name_r, first_name_l)"),
        Level("similar", _TYPO.format("first_name")),
        _ELSE,
    ),
    "last_name": (
        _missing("last_name"),
        _equal("same", "last_name", weigh=True),
        Level("similar", _TYPO.format("last_name")),
        _ELSE,
    ),
    "home": (
        _missing("address", "zip", "town"),
        _equal("same address", "address"),
        _equal("same ZIP", "zip"),
        _equal("same town", "town", weigh=True),
        _ELSE,
    ),
    "employer": (_missing("employer"), _equal("same", "employer", weigh=True), _ELSE),
    "birth_year": (
        _missing("birth_year"),
        _equal("same", "birth_year"),
        Level("near", "abs(birth_year_l - birth_year_r) <= 2"),  # an age asked in another month, and a typing slip
        _ELSE,
    ),
}

#: Two records are compared when they agree on all columns of a line. A line's columns together name few records:
#: what more than LARGEST_BLOCK share is a common name in a large town, and would be compared in vain.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("first_canonical", "last_name", "birth_year"),
    ("first_canonical", "last_name", "zip"),
    ("first_canonical", "last_name", "town"),
    ("first_canonical", "last_name", "employer"),
    ("address", "substr(first_name, 1, 1)"),
    ("address", "last_name"),
    ("employer", "last_name", "substr(first_name, 1, 1)"),
    ("first_canonical", "last_name"),
)
#: With this many of a kind, the pairs of a block stay below a thousand and all pairs linear in the records.
LARGEST_BLOCK = 40

#: Parameters are estimated on pairs that agree here; each time the other fields are learnt.
TRAINING_BLOCKS: tuple[tuple[str, ...], ...] = (("first_canonical", "last_name"), ("address", "birth_year"))


def comparisons(estimates: Mapping[tuple[str, str], tuple[float, float]]) -> list[dict[str, Any]]:
    """The fields as Splink takes them.

    Args:
        estimates: field and label -> (m, u); empty before training.
    """
    return [
        {
            "output_column_name": field,
            "comparison_levels": [_splink_level(field, level, estimates) for level in levels],
        }
        for field, levels in FIELDS.items()
    ]


def _splink_level(
    field: str, level: Level, estimates: Mapping[tuple[str, str], tuple[float, float]]
) -> dict[str, Any]:
    described: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.label}
    if level.label == UNKNOWN:
        return described | {"is_null_level": True}
    if level.weigh:
        described["tf_adjustment_column"] = level.weigh
    if (field, level.label) in estimates:
        described["m_probability"], described["u_probability"] = estimates[field, level.label]
    return described


def label_of(field: str, column: str) -> str:
    """SQL that turns Splink's number of a step (-1 unknown, 0 different, up) into its label."""
    levels = FIELDS[field]
    cases = " ".join(
        f"when {-1 if place == 0 else len(levels) - 1 - place} then '{level.label}'"
        for place, level in enumerate(levels)
    )
    return f"case {column} {cases} end"
