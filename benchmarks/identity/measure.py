"""Measures of a resolution against the truth. Pairs are counted by the sizes of groups, never enumerated.

Everything reads one relation ``judged``: evidence_id, person (the truth), cluster (the answer), kinds (bits of
the noise that touched the evidence), named (whether it carries a name). Two evidences of one person are a pair
that should be found; two evidences in one cluster are a pair that was found.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from contactable.identity import component_labels
from identity import scores
from identity.kinds import BIT

#: Whom each evidence is about, by the records that the models hold to be it: they may have split an id.
TRUTH = """
    create or replace table bench.truth as
    with people as (
        select record_id, min(person) as person, bit_or(kinds) as kinds from (
            select record_id, person, kinds from bench.records
            union all select record_id, person, kinds from bench.emails
            union all select record_id, person, kinds from bench.phones
            union all select record_id, person, kinds from bench.signals
        ) group by record_id
    ),
    held as (
        select evidence_id, record_id, coalesce(first_name, last_name) is not null as named
        from intermediate.int_contacts__profiles
        union all select evidence_id, record_id, false from intermediate.int_contacts__emails
        union all select evidence_id, record_id, false from intermediate.int_contacts__phones
        union all select evidence_id, record_id, false from intermediate.int_intent__signals
    )
    select
        held.evidence_id,
        min(people.person) as person,
        max(people.person) as other_person,
        bit_or(people.kinds) as kinds,
        bool_or(held.named) as named
    from held inner join people on held.record_id = people.record_id
    group by held.evidence_id
"""

#: The evidences that can be judged: of one person, and in a cluster.
JUDGED = """
    create or replace temp table judged as
    select truth.evidence_id, truth.person, truth.kinds, truth.named, clusters.contact_key as cluster
    from bench.truth
    inner join intermediate.int_identity__clusters as clusters on truth.evidence_id = clusters.evidence_id
    where truth.person = truth.other_person
"""

ALL, NAMED = "true", "named"


@dataclass(frozen=True, slots=True)
class Pairs:
    """``found`` and right, ``claimed`` in all, and how many there ``are``."""

    found: int
    claimed: int
    are: int

    @property
    def precision(self) -> float:
        return self.found / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.are if self.are else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def shown(self) -> dict[str, float]:
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


def _two(count: str) -> str:
    return f"({count}) * (({count}) - 1) // 2"


def pairs(con: duckdb.DuckDBPyConnection, where: str = ALL) -> Pairs:
    """Pairs among the judged evidences that satisfy ``where``."""
    row = con.execute(f"""
        with cells as (select person, cluster, count(*) as n from judged where {where} group by person, cluster),
        clusters as (select sum(n) as n from cells group by cluster),
        people as (select sum(n) as n from cells group by person)
        select
            (select coalesce(sum({_two("n")}), 0) from cells),
            (select coalesce(sum({_two("n")}), 0) from clusters),
            (select coalesce(sum({_two("n")}), 0) from people)
    """).fetchone()
    assert row is not None
    return Pairs(*map(int, row))


def wholeness(con: duckdb.DuckDBPyConnection, where: str = ALL) -> dict[str, float]:
    """Purity (share of evidences that belong to the main person of their cluster), share of people who are in
    exactly one cluster, share of people who are there alone, and counts.
    """
    row = con.execute(f"""
        with cells as (select person, cluster, count(*) as n from judged where {where} group by person, cluster),
        clusters as (select cluster, max(n) as main, count(*) as people from cells group by cluster),
        people as (
            select person, count(*) as clusters, max(clusters.people) as company
            from cells inner join clusters on cells.cluster = clusters.cluster group by person
        )
        select
            (select sum(main) from clusters) / (select sum(n) from cells),
            (select count(*) filter (clusters = 1) / count(*) from people),
            (select count(*) filter (clusters = 1 and company = 1) / count(*) from people),
            (select count(*) from people), (select count(*) from clusters), (select sum(n) from cells)
    """).fetchone()
    assert row is not None
    names = ("purity", "people_in_one_cluster", "people_alone_in_one_cluster", "people", "clusters", "evidences")
    return {name: float(value or 0) for name, value in zip(names, row, strict=True)}


def by_kind(
    con: duckdb.DuckDBPyConnection, kinds: Sequence[str] = tuple(BIT), where: str = ALL
) -> dict[str, Pairs]:
    """For each kind of noise, the pairs of which it touched at least one side."""
    without = ", ".join(f"count(*) filter (kinds & {BIT[kind]} = 0) as n{i}" for i, kind in enumerate(kinds))
    sums = ", ".join(f"sum(n{i}) as n{i}" for i in range(len(kinds)))
    touched = ", ".join(f"coalesce(sum({_two('n')} - {_two(f'n{i}')}), 0)" for i in range(len(kinds)))
    rows = con.execute(f"""
        with cells as (select person, cluster, count(*) as n, {without} from judged where {where}
        group by person, cluster),
        clusters as (select sum(n) as n, {sums} from cells group by cluster),
        people as (select sum(n) as n, {sums} from cells group by person)
        select 0 as place, {touched} from cells
        union all select 1, {touched} from clusters
        union all select 2, {touched} from people
        order by place
    """).fetchall()
    found, claimed, are = rows
    return {
        kind: Pairs(int(found[i + 1]), int(claimed[i + 1]), int(are[i + 1]))
        for i, kind in enumerate(kinds)
        if are[i + 1] or claimed[i + 1]
    }


# --- what went wrong
# ----------------------------------------------------------------------------------------------

#: Which noise explains that two people met on a node, in order.
_MEETINGS = {
    "email": ("placeholder", "role_mailbox", "recycled_email", "family_email", "typo_email", "upper_hash"),
    "phone": ("placeholder", "switchboard", "recycled_phone", "family_phone"),
    "other": ("two_in_one", "junior_senior", "namesake"),
}


def _cause(prefix: str, kinds: str) -> str:
    cases = []
    for family, names in _MEETINGS.items():
        test = {"email": f"{prefix} like 'email%'", "phone": f"{prefix} like 'phone%'", "other": "true"}[family]
        cases += [f"when {test} and {kinds} & {BIT[name]} <> 0 then '{name}'" for name in names]
    return f"case {' '.join(cases)} else 'chance' end"


def wrong_merges(con: duckdb.DuckDBPyConnection, top: int = 12) -> list[dict[str, Any]]:
    """Where different people met, most wrong pairs first: node type, the noise on its carriers, whether all
    carriers have one name, wrong pairs and clusters. A cluster counts once, under the meeting of most evidences
    in it.
    """
    rows = con.execute(f"""
        with cells as (select person, cluster, count(*) as n from judged group by person, cluster),
        mixed as (
            select cluster, {_two("sum(n)")} - sum({_two("n")}) as wrong from cells
            group by cluster having count(*) > 1
        ),
        carried as (
            select links.node, clusters.contact_key as cluster, truth.person, truth.other_person, truth.kinds
            from intermediate.int_identity__links as links
            inner join bench.truth on links.evidence_id = truth.evidence_id
            inner join intermediate.int_identity__clusters as clusters on links.evidence_id = clusters.evidence_id
            inner join mixed on clusters.contact_key = mixed.cluster
        ),
        meetings as (
            select node, cluster, split_part(node, ':', 1) as kind, count(*) as carriers, bit_or(kinds) as kinds
            from carried group by node, cluster having min(person) <> max(other_person)
        ),
        main as (select cluster, max_by(node, carriers) as node, max_by(kind, carriers) as kind, max_by(kinds,
        carriers) as kinds
            from meetings group by cluster)
        select
            coalesce(main.kind, 'none') as met_on, {_cause("coalesce(main.kind, '')", "coalesce(main.kinds, 0)")}
            as cause,
            sum(wrong) as wrong_pairs, count(*) as clusters, any_value(main.node) as example
        from mixed left join main on mixed.cluster = main.cluster
        group by 1, 2 order by wrong_pairs desc limit {top}
    """).fetchall()
    return [dict(zip(("met_on", "cause", "wrong_pairs", "clusters", "example"), row, strict=True)) for row in rows]


def lost_pairs(con: duckdb.DuckDBPyConnection, top: int = 12) -> list[dict[str, Any]]:
    """Why pieces of people stand apart from their main cluster, most lost pairs first: the value they share
    with it and the rule that cut it, or that they share nothing, and what the piece is.
    """
    touched = ", ".join(
        f"case when bool_or(kinds & {BIT[name]} <> 0) then '{name}' end"
        for name in (
            "upper_hash",
            "hash_only",
            "nameless_id",
            "typo_email",
            "missing",
            "moved",
            "changed_job",
            "married_name",
        )
    )
    rows = con.execute(f"""
        with cells as (
            select person, cluster, count(*) as n, bool_or(named) as named, concat_ws('+', {touched}) as kinds
            from judged group by person, cluster
        ),
        ranked as (
            select *, row_number() over (partition by person order by n desc, cluster) as place,
            max(n) over (partition by person) as main
            from cells
        ),
        pieces as (select * from ranked where place > 1),
        carried as (
            select judged.person, judged.cluster, identifiers.node, identifiers.node_type
            from intermediate.int_identity__identifiers as identifiers
            inner join judged on identifiers.evidence_id = judged.evidence_id
            where judged.person in (select person from pieces)
        ),
        common as (
            select person, node, any_value(node_type) as node_type from carried group by person,
            node having min(cluster) <> max(cluster)
        ),
        apart as (
            select
                carried.person, carried.cluster,
                min(
                    case common.node_type when 'vendor_id' then '1' when 'linkedin' then '2' when 'email' then
                    '3' else '4' end
                    || common.node_type || ': ' || coalesce(cuts.action || ', ' || cuts.rule, 'no cut')
                ) as why
            from carried
            inner join common on carried.person = common.person and carried.node = common.node
            left join intermediate.int_identity__cuts as cuts on common.node = cuts.node
            group by carried.person, carried.cluster
        )
        select
            case when pieces.named then 'named' else 'nameless' end as piece,
            case when apart.why is null then 'nothing in common' else 'shares ' || substr(apart.why, 2) end as why,
            case when apart.why is null then pieces.kinds else '' end as touched_by,
            sum(pieces.n * pieces.main) as lost_pairs, count(*) as pieces
        from pieces left join apart on pieces.person = apart.person and pieces.cluster = apart.cluster
        group by 1, 2, 3 order by lost_pairs desc limit {top}
    """).fetchall()
    return [dict(zip(("piece", "why", "touched_by", "lost_pairs", "pieces"), row, strict=True)) for row in rows]


def _labelled(con: duckdb.DuckDBPyConnection, name: str, edges: str) -> None:
    """A temp table of evidences with the label of their connected component, from SQL of (evidence_id, node)."""
    links = con.execute(f"select evidence_id, node from ({edges}) where node is not null order by evidence_id")
    table = links.to_arrow_table()
    left, right = (table.column(side).combine_chunks().dictionary_encode() for side in ("evidence_id", "node"))
    labels = component_labels(
        left.indices.to_numpy().astype(np.int32), right.indices.to_numpy().astype(np.int32),
        len(left.dictionary), len(right.dictionary),
    )  # fmt: skip
    con.register("labels", pa.table({"evidence_id": left.dictionary, "label": labels}))
    con.execute(f"""
        create or replace temp table {name} as
        select judged.evidence_id, judged.person, labels.label as cluster
        from judged inner join labels on judged.evidence_id = labels.evidence_id
    """)
    con.unregister("labels")


def components(con: duckdb.DuckDBPyConnection, top: int = 5) -> dict[str, list[list[int]]]:
    """The largest groups before any cut (whoever shares a value, at any remove, is one) and as resolved:
    evidences and true people of each. Made-up nodes of a full name at a place are values of the rules, not of
    the vendors.
    """
    _labelled(con, "plain", f"""
        select evidence_id, node from intermediate.int_identity__identifiers
        where node_type in ({_OBSERVED})
    """)  # fmt: skip
    largest = f"""
        select count(*) as evidences, count(distinct person) as people
        from {{}} group by cluster order by 1 desc, 2 desc limit {top}
    """
    return {
        "before": [list(row) for row in con.execute(largest.format("plain")).fetchall()],
        "after": [list(row) for row in con.execute(largest.format("judged")).fetchall()],
    }


_OBSERVED = "'email', 'phone', 'linkedin', 'maid', 'vendor_id'"

#: What two evidences of one person can have in common, beyond values: a home or an employer, however it is spelt.
_PLACES = (
    "lower(left(regexp_replace(address, '[^A-Za-z0-9]', '', 'g'), 8)) || '|' || coalesce(zip, city)",
    "'at ' || lower(company_domain)",
    "'at ' || lower(company_name)",
)


def reachable(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many pairs anybody could find who knew the truth: evidences of one person that are connected through
    other evidences of that person by a value (``by_value``), or also by home or employer (``by_place``). The
    rest of the pairs has nothing in common but, at most, a name.
    """
    values = f"""
        select identifiers.evidence_id, judged.person || '|' || identifiers.node as node
        from intermediate.int_identity__identifiers as identifiers
        inner join judged on identifiers.evidence_id = judged.evidence_id
        where identifiers.node_type in ({_OBSERVED})
    """
    places = " union all ".join(
        f"""
        select records.evidence_id, judged.person || '|' || {place} as node
        from intermediate.int_contacts__profiles as records
        inner join judged on records.evidence_id = judged.evidence_id
        """
        for place in _PLACES
    )
    found = {}
    for name, edges in (("by_value", values), ("by_place", f"{values} union all {places}")):
        _labelled(con, "reach", edges)
        row = con.execute(
            f"select sum({_two('n')}) from (select count(*) as n from reach group by person, cluster)"
        ).fetchone()
        found[name] = int((row and row[0]) or 0)
    return found


def two_in_one(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Ids under which a vendor holds records of two people: how many, and how many the models still hold for
    one.
    """
    row = con.execute("""
        select
            (
                select count(*) from (
                    select evidence_id from (
                        select evidence_id, person from bench.records
                        union all select evidence_id, person from bench.emails
                        union all select evidence_id, person from bench.phones
                    ) group by evidence_id having min(person) <> max(person)
                )
            ),
            (select count(*) from bench.truth where person <> other_person)
    """).fetchone()
    assert row is not None
    return {"ids": int(row[0]), "whole": int(row[1])}


def measured(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Pairs and wholeness of ``judged``, over all evidence and over evidence with a name."""
    return {
        "all": pairs(con).shown() | wholeness(con),
        "named": pairs(con, NAMED).shown() | wholeness(con, NAMED),
    }


def summary(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """``measured`` of the warehouse's present resolution."""
    con.execute(TRUTH)
    con.execute(JUDGED)
    return measured(con)


def everything(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """All measures of the warehouse's present resolution."""
    answer = summary(con)
    unplaced = con.execute("""
        select count(*) from bench.truth
        where evidence_id not in (select evidence_id from intermediate.int_identity__clusters)
    """).fetchone()
    assert unplaced is not None
    return answer | {
        "by_kind": {kind: counted.shown() for kind, counted in by_kind(con).items()},
        "components": components(con),
        "reachable": reachable(con),
        "wrong_merges": wrong_merges(con),
        "lost_pairs": lost_pairs(con),
        "two_in_one": two_in_one(con),
        "without_cluster": int(unplaced[0]),
        "scores": scores.bands(con),
        "cuts": [list(row) for row in con.execute("""
            select action, rule, node_type, count(*), sum(carriers)
            from intermediate.int_identity__cuts group by all order by 4 desc
        """).fetchall()],
    }  # fmt: skip
