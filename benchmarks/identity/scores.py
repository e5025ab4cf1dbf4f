"""What the scores of scored matching are worth: pairs right and wrong per band, against the truth.

A pair stands for two people whom the rules leave apart, so a right one is a person put together. Bands are of the
match weight (base-2 logarithm); the probability beside it is the band's lowest, as contactable.yml has it.
"""

from typing import Any

import duckdb

#: Weights that share a row of the table.
BAND = 2


def switch_on(con: duckdb.DuckDBPyConnection) -> None:
    """As ``identity: {scoring: on}`` does."""
    con.execute("insert into raw.settings values ('identity.scoring', 0, 'true')")


def bands(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per band, and per what refuses a pair: how many, how many right; from the best score down."""
    cursor = con.execute(f"""
        select
            coalesce(refused_by, 'none') as refused_by,
            floor(match_weight / {BAND}) * {BAND} as weight,
            min(match_probability) as probability,
            count(*) as pairs,
            count(*) filter (one.person = other.person) as right_pairs
        from intermediate.int_identity__match_pairs
        inner join bench.truth as one on left_evidence_id = one.evidence_id
        inner join bench.truth as other on right_evidence_id = other.evidence_id
        where one.person = one.other_person and other.person = other.other_person
        group by all
        order by case when any_value(refused_by) is null then '' else any_value(refused_by) end, weight desc
    """)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
