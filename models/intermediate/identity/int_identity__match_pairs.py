"""Grain: one row per two people whom a score could tie. Empty while scoring is off."""

from contactable.matching.judging import judge, people_of
from contactable.matching.scoring import score


def model(dbt, session):
    """Return both evidence ids, probability, weight, what agrees per field, and why it may not be joined."""
    dbt.config(materialized="table")
    is_on, merge_above, review_above = dbt.ref("int_identity__match_settings").fetchone()
    records = dbt.ref("int_identity__match_records").to_arrow_table()
    links = dbt.ref("int_identity__proposed_links").project("evidence_id, node")
    people = people_of((links if is_on else links.limit(0)).to_arrow_table(), records)
    pairs = score(records, dbt.ref("int_identity__match_weights").to_arrow_table(), people, review_above)
    return session.from_arrow(judge(pairs, records, people, merge_above))
