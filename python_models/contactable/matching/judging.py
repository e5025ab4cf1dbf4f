"""Which scored pairs may make one person of two: those that nothing contradicts, alone and together.

A score adds up what agrees. It does not know that a Senior and a Junior are two people however much they share,
nor that A and C are two when A looks like B and B like C. So every pair is looked at with all that is known of
both sides, and then every group of people that the pairs would make.
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from contactable.matching.fields import DIFFERENT
from contactable.matching.scoring import PAIRS

#: Birth years this far apart may be one person's: ages are asked in different months, and one slip happens
#: (2026-11-21).
YEARS_APART = 2

#: What is known of a person, beside the pairs: one row per evidence.
KNOWN = ("evidence_id", "suffix", "birth_year", "person_ref_type")


def people_of(links: pa.Table, records: pa.Table) -> pa.Table:
    """Number whom the rules link already.

    Args:
        links: columns evidence_id and node (strings); one row per link or more.
        records: column evidence_id. Whom no link knows is a person of its own.

    Returns:
        Columns evidence_id (string) and person (integer), one row per evidence. The numbers mean nothing else.
    """
    ids = pa.concat_tables([links.select(["evidence_id"]), records.select(["evidence_id"])])
    evidence = ids.column("evidence_id").combine_chunks().dictionary_encode()
    node = links.column("node").combine_chunks().dictionary_encode()
    left, right = evidence.indices.to_numpy()[: len(links)], node.indices.to_numpy()
    size = len(evidence.dictionary) + len(node.dictionary)
    ones = np.ones(len(left), dtype=np.int8)
    graph = coo_array((ones, (left, right + len(evidence.dictionary))), shape=(size, size))
    person = connected_components(graph.tocsr(), directed=False)[1][: len(evidence.dictionary)]
    return pa.table({"evidence_id": evidence.dictionary, "person": pa.array(person, pa.int64())})


def judge(pairs: pa.Table, records: pa.Table, people: pa.Table, merge_above: float) -> pa.Table:
    """Say of each scored pair why it may not be joined by its score, if so.

    Args:
        pairs: as :func:`contactable.matching.scoring.score` returns them.
        records: columns ``KNOWN``: suffix (string), birth_year (integer) and whose person id the evidence is
            (string, null for none). One row per evidence.
        people: evidence_id and person, as :func:`people_of` gives them.
        merge_above: match_probability from which a pair is joined.

    Returns:
        ``pairs`` with one more column, refused_by (string): names, suffixes, birth_years, vendor_ids or group;
        null for none. ``group``: nothing is wrong with the pair, but all such pairs together would make one of
        people whom something keeps apart.
    """
    with duckdb.connect() as con:
        con.register("given_pairs", pairs.append_column("pair", pa.array(np.arange(len(pairs)))))
        con.register("records", records.select(list(KNOWN)))
        con.register("people", people)
        con.execute(_PAIRS)
        con.execute(_FACTS)
        con.execute("create table members as select pair as grp, person from sides")
        con.execute(f"create table pair_contradictions as {_CONTRADICTIONS}")
        con.execute(_JUDGED)
        joined = con.execute(_JOINED, [merge_above]).to_arrow_table()
        con.register("groups", _groups(joined))
        con.execute("create or replace table members as select grp, person from groups")
        con.execute(f"create table group_contradictions as {_CONTRADICTIONS}")
        return con.execute(_FINAL, [merge_above]).to_arrow_table()


def _groups(joined: pa.Table) -> pa.Table:
    """What the pairs (columns one and other, numbers of people) would make: columns grp and person."""
    one, other = joined.column("one").to_numpy(), joined.column("other").to_numpy()
    persons, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    left, right = places[: len(one)], places[len(one) :]
    graph = coo_array((np.ones(len(one), dtype=np.int8), (left, right)), shape=(len(persons), len(persons)))
    labels = connected_components(graph.tocsr(), directed=False)[1]
    return pa.table({"grp": pa.array(labels, pa.int64()), "person": pa.array(persons, pa.int64())})


_PAIRS = """
    create table sides as
    select pair, one.person from given_pairs inner join people as one on left_evidence_id = one.evidence_id
    union all
    select pair, other.person from given_pairs inner join people as other on right_evidence_id = other.evidence_id
"""

#: All that is known of the people of the pairs.
_FACTS = """
    create table facts as
    select distinct people.person, suffix, birth_year, person_ref_type
    from records
    inner join people using (evidence_id)
    where people.person in (select person from sides)
"""

#: Of each group of ``members``, the first thing that says they are several people.
_CONTRADICTIONS = f"""
    with of_persons as (
        select
            grp,
            count(distinct suffix) as suffixes,
            max(birth_year) - min(birth_year) as years
        from members inner join facts using (person)
        group by grp
    ),
    of_vendors as (
        select distinct grp
        from members inner join facts using (person)
        where person_ref_type is not null
        group by grp, person_ref_type
        having count(distinct person) > 1
    )
    select
        grp,
        case
            when suffixes > 1 then 'suffixes'
            when years > {YEARS_APART} then 'birth_years'
            when of_vendors.grp is not null then 'vendor_ids'
        end as refused_by
    from of_persons left join of_vendors using (grp)
    where suffixes > 1 or years > {YEARS_APART} or of_vendors.grp is not null
"""

#: A pair alone. Names that differ never make one person, whatever else agrees: that is a household.
_JUDGED = f"""
    create table judged as
    select
        given_pairs.*,
        case
            when '{DIFFERENT}' in (first_name, last_name) then 'names'
            else contradictions.refused_by
        end as refused_by
    from given_pairs left join pair_contradictions as contradictions on given_pairs.pair = contradictions.grp
"""

_JOINED = """
    select min(person) as one, max(person) as other
    from judged inner join sides using (pair)
    where refused_by is null and match_probability >= ?
    group by pair
"""

_FINAL = f"""
    with wrong_people as (
        select person from groups inner join group_contradictions using (grp)
    ),
    wrong_pairs as (
        select distinct pair from sides inner join wrong_people using (person)
    )
    select
        {", ".join(PAIRS.names)},
        case
            when refused_by is null and match_probability >= ? and wrong_pairs.pair is not null then 'group'
            else refused_by
        end as refused_by
    from judged left join wrong_pairs using (pair)
    order by left_evidence_id, right_evidence_id
"""
