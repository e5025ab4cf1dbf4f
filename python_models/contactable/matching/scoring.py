"""Scores for pairs of records that no strong identifier ties: Splink, trained by EM on the records themselves.

Splink works in a DuckDB of its own in memory, so that nothing of it stays in the warehouse. Same records, same
result: it samples by a hash of the evidence id with a fixed seed, and the estimates are rounded.
"""

import logging
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from contactable.matching.availability import require_splink
from contactable.matching.fields import (
    BLOCKS,
    COLUMNS,
    FIELDS,
    LARGEST_BLOCK,
    TRAINING_BLOCKS,
    comparisons,
    label_of,
)

if TYPE_CHECKING:
    from splink import Linker

SEED = 20261121
#: Pairs that training looks at, of each kind. Three million random pairs take some seconds and tell shares down to
#: 1e-6 (2026-11-21).
SAMPLED_PAIRS = 3_000_000
TRAINING_PAIRS = 2_000_000
#: Share of a person's record pairs that agree in full name and address (people move, and vendors have no address).
FULL_AGREEMENT = 0.5
#: No agreement is impossible and none is certain: a step never seen in training counts as this rare.
RAREST = 1e-6

WEIGHTS = pa.schema(
    [
        ("field", pa.string()),
        ("agreement", pa.string()),
        ("if_one_person", pa.float64()),
        ("if_two_people", pa.float64()),
        ("match_weight", pa.float64()),
    ]
)
PAIRS = pa.schema(
    [
        ("left_evidence_id", pa.string()),
        ("right_evidence_id", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        *((field, pa.string()) for field in FIELDS),
    ]
)
#: The row of the weights that stands for any two records, before anything is compared.
PRIOR = "any two records"


def train(records: pa.Table) -> pa.Table:
    """Estimate how much each agreement says.

    How often two people agree by chance (u) is counted on random pairs. How often one person's records agree (m)
    is estimated by expectation maximisation, once on pairs that agree in the name, once in address and birth year.

    Args:
        records: columns ``fields.COLUMNS``, one row per evidence. No row: scoring is off.

    Returns:
        Columns of ``WEIGHTS``, one row per field and agreement, and one for any two records. Empty for no records.

    Raises:
        ScoringUnavailableError: Splink is not installed.
    """
    if len(records) < 2:
        return WEIGHTS.empty_table()
    require_splink()
    with _database(records) as con:
        prior = _prior(con)
        linker = _linker(con, {}, prior)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=SAMPLED_PAIRS, seed=SEED, min_count_per_level=None
        )
        for columns in TRAINING_BLOCKS:
            if _pairs_within(con, columns):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    " and ".join(f"l.{column} = r.{column}" for column in columns), max_pairs=TRAINING_PAIRS
                )
        trained = linker.misc.save_model_to_json()
    return pa.Table.from_pylist(list(_weights(trained, prior)), schema=WEIGHTS)


def score(records: pa.Table, weights: pa.Table, people: pa.Table, at_least: float) -> pa.Table:
    """Score the pairs of records that agree on a block of fields and that the rules do not link already.

    Args:
        records: as for :func:`train`.
        weights: what :func:`train` returned.
        people: evidence_id and person (integer); equal numbers are linked already and not compared.
        at_least: probability below which a pair is of no interest.

    Returns:
        Columns of ``PAIRS``, one row per two people whom something could tie: their best pair of records, the
        smaller evidence_id left. Fields say same, unknown, different, or how near.

    Raises:
        ScoringUnavailableError: Splink is not installed.
    """
    if not len(weights):
        return PAIRS.empty_table()
    require_splink()
    rows = weights.to_pylist()
    estimates = {(row["field"], row["agreement"]): (row["if_one_person"], row["if_two_people"]) for row in rows}
    prior = next(row["if_one_person"] for row in rows if row["field"] == PRIOR)
    with _database(records) as con:
        con.register("given_people", people)
        con.execute("create table people as select * from given_people")
        linker = _linker(con, estimates, prior)
        con.execute(_BLOCKED)
        linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("blocked"))
        scored = linker.inference.predict(at_least, warning_mode="never").physical_name
        return con.execute(_BEST.format(scored=scored)).to_arrow_table().cast(PAIRS)


@contextmanager
def _database(records: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory with the table ``records``; what does not fit goes to a folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="matching-") as folder, duckdb.connect() as con:
        con.execute(f"set temp_directory = '{folder}'")
        con.register("given_records", records.select(list(COLUMNS)))
        con.execute("create table records as select * from given_records")
        con.unregister("given_records")
        yield con


def _linker(
    con: duckdb.DuckDBPyConnection, estimates: Mapping[tuple[str, str], tuple[float, float]], prior: float
) -> "Linker":
    from splink import DuckDBAPI, Linker, SettingsCreator

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="evidence_id",
        comparisons=comparisons(estimates),
        probability_two_random_records_match=prior,
        retain_matching_columns=True,  # what was found for each field comes with them
    )
    api = DuckDBAPI(con)
    return Linker(api.register("records"), settings, log_level=logging.ERROR)


def _pairs_within(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> int:
    """How many pairs agree on all these columns."""
    known = " and ".join(f"{column} is not null" for column in columns)
    row = con.execute(f"""
        select coalesce(sum(n * (n - 1) // 2), 0)
        from (select count(*) as n from records where {known} group by {", ".join(columns)})
    """).fetchone()
    return int(row[0]) if row else 0


def _prior(con: duckdb.DuckDBPyConnection) -> float:
    """Chance that two records, drawn blindly, are of one person: from those that agree in name and address."""
    count = con.execute("select count(*) from records").fetchone()
    records = int(count[0]) if count else 0
    certain = _pairs_within(con, ("first_canonical", "last_name", "address"))
    return min(max(certain, 1) / FULL_AGREEMENT / (records * (records - 1) / 2), 0.5)


def _weights(trained: Mapping[str, Any], prior: float) -> Iterator[dict[str, Any]]:
    """The trained model as rows. Six digits: the order of a sum must not show."""
    yield _row(PRIOR, "", prior, 1 - prior)
    for comparison in trained["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                one, two = (level.get(f"{name}_probability") for name in "mu")
                yield _row(comparison["output_column_name"], level["label_for_charts"], one, two)


def _row(field: str, agreement: str, one: float | None, two: float | None) -> dict[str, Any]:
    one, two = (float(f"{min(max(value or RAREST, RAREST), 1.0):.6g}") for value in (one, two))
    return {
        "field": field,
        "agreement": agreement,
        "if_one_person": one,
        "if_two_people": two,
        "match_weight": round(math.log2(one / two), 4),
    }


def _block(columns: Sequence[str]) -> str:
    """SQL of one block: its pairs. ``block`` is the agreeing values as one text."""
    known = " and ".join(f"{column} is not null" for column in columns)
    values = " || '|' || ".join(f"cast({column} as varchar)" for column in columns)
    return f"""
        select one.evidence_id as left_id, other.evidence_id as right_id
        from (
            select evidence_id, person, {values} as block, count(*) over (partition by {values}) as n
            from records inner join people using (evidence_id) where {known}
        ) as one
        inner join (
            select evidence_id, person, {values} as block from records inner join people using (evidence_id)
            where {known}
        ) as other
        on one.block = other.block and one.evidence_id < other.evidence_id and one.person <> other.person
        where one.n between 2 and {LARGEST_BLOCK}
    """


_BLOCKED = f"""
    create table blocked as
    select left_id as join_key_l, right_id as join_key_r, '0' as match_key
    from ({" union ".join(_block(columns) for columns in BLOCKS)})
"""

#: Of all records of two people the pair that agrees best; ties go to the smaller evidence ids.
_BEST = f"""
    select
        evidence_id_l as left_evidence_id, evidence_id_r as right_evidence_id,
        round(match_probability, 9) as match_probability, round(match_weight, 4) as match_weight,
        {", ".join(f"{label_of(field, f'gamma_{field}')} as {field}" for field in FIELDS)}
    from (
        select scored.*, row_number() over (
            partition by least(one.person, other.person), greatest(one.person, other.person)
            order by match_weight desc, evidence_id_l, evidence_id_r
        ) as place
        from {{scored}} as scored
        inner join people as one on scored.evidence_id_l = one.evidence_id
        inner join people as other on scored.evidence_id_r = other.evidence_id
    )
    where place = 1
    order by left_evidence_id, right_evidence_id
"""
