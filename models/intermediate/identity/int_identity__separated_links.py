"""Grain: one row per evidence and node whose link goes: it ties two whom somebody knows to be different."""

from contactable.matching.decisions import separate


def model(dbt, session):
    """Return evidence_id and node."""
    dbt.config(materialized="table")
    sides = dbt.ref("int_identity__decision_sides").filter("problem is null and decision = 'different'")
    contradictions = dbt.ref("int_identity__contradictions")
    applied = sides.join(contradictions, "decision_key", how="anti").to_arrow_table()
    # Without a decision of this kind (the usual case) the links are not read.
    columns = "evidence_id, node, type_rank, first_observed_at"
    links = dbt.ref("int_identity__proposed_links").project(columns)
    links = links.union(dbt.ref("int_identity__match_links").project(columns))
    if not len(applied):
        links = links.limit(0)
    return session.from_arrow(separate(links.to_arrow_table(), applied))
