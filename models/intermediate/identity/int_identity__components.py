"""Grain: one row per evidence that this resolve looks at. Which evidence is one person.

Component numbers mean nothing outside this table; ``int_identity__resolution`` gives keys to the components.
"""

from contactable.identity import resolve_components


def model(dbt, session):
    """Return the components of the links, as ``resolve_components`` describes them."""
    dbt.config(materialized="table")
    return session.from_arrow(resolve_components(dbt.ref("int_identity__links").to_arrow_table()))
