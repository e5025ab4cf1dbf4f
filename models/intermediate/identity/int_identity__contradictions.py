"""Grain: one row per decision that cannot be true together with others: A is B, B is C, A is not C."""

from contactable.matching.decisions import contradictory


def model(dbt, session):
    """Return decision_key."""
    dbt.config(materialized="table")
    applicable = dbt.ref("int_identity__decision_sides").filter("problem is null")
    return session.from_arrow(contradictory(applicable.to_arrow_table()))
