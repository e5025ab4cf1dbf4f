"""What each rule brings: the same records resolved without it. A rule is a row of a seed, or a whole list of
values.
"""

from collections.abc import Iterator
from typing import Any

from identity import measure
from identity.warehouse import Warehouse

#: Lists that decide who is who; those that the project does not have are passed over.
LISTS = ("role_mailboxes", "placeholder_values", "nicknames", "given_names", "street_words", "email_providers")


def without_each(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Resolve anew without each rule; the seeds are as before when it ends.

    Returns:
        Measures (``all`` and ``named``) by what was taken away.
    """
    answers = {}
    for name, seed, where in list(_rules(warehouse)):
        with warehouse.connect() as con:
            con.execute(f"create or replace table bench.taken as select * from seeds.{seed} where {where}")
            con.execute(f"delete from seeds.{seed} where {where}")
        warehouse.resolve()
        with warehouse.connect() as con:
            answers[f"without {name}"] = measure.summary(con)
            con.execute(f"insert into seeds.{seed} select * from bench.taken")
            con.execute("drop table bench.taken")
    warehouse.resolve()
    return answers


def _rules(warehouse: Warehouse) -> Iterator[tuple[str, str, str]]:
    """What can be taken away: (its name, the seed, which rows)."""
    with warehouse.connect() as con:
        seeds = {str(row[0]) for row in con.execute(
            "select table_name from information_schema.tables where table_schema = 'seeds'"
        ).fetchall()}  # fmt: skip
        rules = con.execute(
            "select rule, string_agg(identifier_type, ', ' order by identifier_type) "
            "from seeds.identity_rules group by rule order by rule"
        ).fetchall()
        linking = con.execute(
            "select identifier_type from seeds.identity_rules where rule = 'links' order by 1"
        ).fetchall()
    for rule, kinds in rules:
        if rule != "links":
            yield f"{rule} ({kinds})", "identity_rules", f"rule = '{rule}'"
    for (kind,) in linking:
        yield f"links by {kind}", "identity_rules", f"rule = 'links' and identifier_type = '{kind}'"
    yield from ((f"the seed {seed}", seed, "true") for seed in LISTS if seed in seeds)
