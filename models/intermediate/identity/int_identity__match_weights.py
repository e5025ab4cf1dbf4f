"""Grain: one row per compared field and agreement: how much it says. Empty while scoring is off."""

from contactable.matching.scoring import train


def model(dbt, session):
    """Return field, agreement, if_one_person, if_two_people, match_weight."""
    dbt.config(materialized="table")
    return session.from_arrow(train(dbt.ref("int_identity__match_records").to_arrow_table()))
