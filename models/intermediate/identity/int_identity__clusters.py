"""Grain: one row per evidence. Which person it belongs to.

contact_key is the MD5 of the component's oldest identifier, as observed. No state is kept: a full rebuild over
the same records gives the same keys, and a person keeps the key while new records arrive.
"""

from contactable.identity import assign_anchors


def model(dbt, session):
    """Return evidence_id, anchor and contact_key."""
    dbt.config(materialized="table")
    assigned = assign_anchors(dbt.ref("int_identity__links").to_arrow_table())
    return session.from_arrow(assigned).project("evidence_id, anchor, md5(anchor) as contact_key")
