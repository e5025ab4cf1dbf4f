"""Grain: one row per evidence that this resolve looks at. Which evidence is one person.

Component numbers mean nothing outside this table; ``int_identity__resolution`` gives keys to the components.
"""

from contactable.identity import resolve_components


def model(dbt, session):
    """Return the components of the links, as ``resolve_components`` describes them."""
    dbt.config(materialized="table")
    links = dbt.ref("int_identity__links")
    scope = dbt.ref("int_identity__scope")
    cuts = dbt.ref("int_identity__cuts").filter("action = 'cut'")
    numbers = dbt.ref("int_identity__identifiers").filter("node_type = 'phone'").join(cuts, "node", how="anti")
    homes = dbt.ref("int_contacts__profiles").filter("zip is not null")
    places = homes.project("evidence_id, 'zip:' || zip as value").union(numbers.project("evidence_id, node"))
    if not dbt.ref("int_identity__plan").project("is_full").fetchone()[0]:
        links = links.join(scope, "evidence_id", how="semi")
        places = places.join(scope, "evidence_id", how="semi")
    return session.from_arrow(resolve_components(links.to_arrow_table(), places.distinct().to_arrow_table()))
