"""Grain: one row per e-mail address with letters beyond ASCII: it and its domain as the network writes it."""

import pyarrow as pa

from contactable.normalise import ascii_address


def model(dbt, session):
    """Return written (the normalised address) and email (its domain in Punycode, if a registry would give it)."""
    dbt.config(materialized="table")
    written = dbt.ref("int_contacts__international_addresses").to_arrow_table().column("written").to_pylist()
    emails = pa.array([ascii_address(address) for address in written], pa.string())
    return session.from_arrow(pa.table({"written": pa.array(written, pa.string()), "email": emails}))
