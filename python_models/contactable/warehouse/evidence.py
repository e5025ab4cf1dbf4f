"""Why records are one person, read from the warehouse. Nothing of anybody else is read.

Every function takes an open warehouse; rows are mappings from column to value, times UTC without zone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from duckdb import DuckDBPyConnection

from contactable.warehouse.explanation import find_evidence

Row = Mapping[str, Any]

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who carries what was asked about: person (contact_key) -> its evidence. Evidence of nobody has no entry."""

    by_person: Mapping[str, Sequence[str]] = field(repr=False)

    @property
    def evidence(self) -> set[str]:
        """Every evidence that carries it."""
        return {one for some in self.by_person.values() for one in some}


def carriers_of(con: DuckDBPyConnection, identifier_type: str, value: str) -> Carriers:
    """Return the people that carry an identifier, and with which evidence."""
    found: dict[str, list[str]] = {}
    for key, evidence in find_evidence(con, identifier_type, value):
        found.setdefault(key, []).append(evidence)
    return Carriers(found)


def is_given_key(con: DuckDBPyConnection, text: str) -> bool:
    """Whether this is a contact_key that was ever given. An MD5 of an address looks alike."""
    if not _KEY.fullmatch(text):
        return False
    return bool(con.execute("select 1 from marts.contact_keys where given_key = ?", [text]).fetchone())


def carriers_of_key(con: DuckDBPyConnection, given_key: str) -> Carriers:
    """Return the person who goes by a key today, also by a former one; nobody where it is retired."""
    rows = con.execute(
        """
        select clusters.contact_key, clusters.evidence_id
        from marts.contact_keys as keys
        inner join intermediate.int_identity__clusters as clusters on keys.contact_key = clusters.contact_key
        where keys.given_key = ?
        order by all
        """,
        [given_key],
    ).fetchall()
    found: dict[str, list[str]] = {}
    for key, evidence in rows:
        found.setdefault(key, []).append(evidence)
    return Carriers(found)


def evidence_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return what vendors hold to be this person, oldest first, each with its names and what came of it."""
    return _rows(
        con,
        """
        with mine as (
            select evidence_id from intermediate.int_identity__clusters where contact_key = $key
        ),
        named as (
            select
                evidence_id,
                list(distinct concat_ws(' ', first_name, last_name) order by concat_ws(' ', first_name, last_name))
                    filter (where coalesce(first_name, last_name) is not null) as names
            from intermediate.int_contacts__profiles
            where evidence_id in (select evidence_id from mine)
            group by evidence_id
        )
        select
            evidence.evidence_id, evidence.vendor, evidence.record_id, evidence.first_observed_at,
            evidence.last_observed_at, coalesce(named.names, []) as names, unresolved.reason as refused_because
        from intermediate.int_identity__evidence as evidence
        inner join mine using (evidence_id)
        left join named using (evidence_id)
        left join intermediate.int_identity__unresolved_evidence as unresolved using (evidence_id)
        order by evidence.first_observed_at, evidence.evidence_id
        """,
        {"key": contact_key},
    )


def links_of(con: DuckDBPyConnection, contact_key: str) -> list[tuple[str, str]]:
    """Return the links that make the person: (evidence, node)."""
    return con.execute(
        """
        select distinct links.evidence_id, links.node
        from intermediate.int_identity__links as links
        inner join intermediate.int_identity__clusters as clusters using (evidence_id)
        where clusters.contact_key = ?
        order by all
        """,
        [contact_key],
    ).fetchall()


def readable(con: DuckDBPyConnection, nodes: Collection[str]) -> dict[str, str]:
    """Return what stands behind nodes: a known hash's address, a decision or a score in words, else the node."""
    hashes = {
        node: node.split("|")[0].removeprefix("email_md5:") for node in nodes if node.startswith("email_md5:")
    }
    known = dict(
        con.execute(
            "select email_md5, email from intermediate.int_contacts__email_addresses"
            " where list_contains($hashes, email_md5)",
            {"hashes": sorted(set(hashes.values()))},
        ).fetchall()
    )
    in_words = _decisions_of(con, nodes) | _scores_of(con, nodes)
    return {
        node: f"email:{known[hashes[node]]}{node[node.index('|') :] if '|' in node else ''}"
        if hashes.get(node) in known
        else in_words.get(node, node)
        for node in nodes
    }


def _decisions_of(con: DuckDBPyConnection, nodes: Collection[str]) -> dict[str, str]:
    """Who decided, and when, for the nodes that a decision made (int_identity__match_links)."""
    decided = sorted(node for node in nodes if node.startswith("decision:"))
    if not decided:
        return {}
    return dict(
        con.execute(
            "select 'decision:' || decision_key, concat_ws(' ', 'decision: same,', decided_by, decided_on)"
            " from intermediate.int_identity__decisions where list_contains($nodes, 'decision:' || decision_key)",
            {"nodes": decided},
        ).fetchall()
    )


def _scores_of(con: DuckDBPyConnection, nodes: Collection[str]) -> dict[str, str]:
    """The score, and what agreed, for the nodes that a scored pair made (int_identity__match_links)."""
    scored = sorted(node for node in nodes if node.startswith("score:"))
    if not scored:
        return {}
    return dict(
        con.execute(
            """
            select
                'score:' || md5(left_evidence_id || '|' || right_evidence_id),
                format(
                    'score {:.6f}: first name {}, last name {}, home {}, employer {}, birth year {}',
                    match_probability, first_name, last_name, home, employer, birth_year
                )
            from intermediate.int_identity__match_pairs
            where list_contains($nodes, 'score:' || md5(left_evidence_id || '|' || right_evidence_id))
            """,
            {"nodes": scored},
        ).fetchall()
    )


def shared_values_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return the person's values that do not link everybody who carries them, and why."""
    return _rows(
        con,
        """
        select distinct
            cuts.node, cuts.action, cuts.rule, cuts.reason, cuts.carriers
        from intermediate.int_identity__identifiers as identifiers
        inner join intermediate.int_identity__clusters as clusters using (evidence_id)
        inner join intermediate.int_identity__cuts as cuts using (node)
        where clusters.contact_key = $key
        order by cuts.action, cuts.node
        """,
        {"key": contact_key},
    )


def separations_of(con: DuckDBPyConnection, evidence: Collection[str]) -> list[Row]:
    """Return the links that somebody's decision took away from these evidences."""
    return _rows(
        con,
        "select evidence_id, node from intermediate.int_identity__separated_links"
        " where list_contains($evidence, evidence_id) order by all",
        {"evidence": sorted(evidence)},
    )


def keys_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return every key that leads to the person."""
    return _rows(
        con,
        "select given_key, status, given_at, changed_at from marts.contact_keys where contact_key = $key"
        " order by given_at, given_key",
        {"key": contact_key},
    )


def status_of_key(con: DuckDBPyConnection, given_key: str) -> Row | None:
    """Return what became of a key; None for one that was never given."""
    found = _rows(
        con,
        "select given_key, contact_key, status, changed_at from marts.contact_keys where given_key = $key",
        {"key": given_key},
    )
    return found[0] if found else None


def events_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return created, identified, merged, split, retired, in their order, with the identifier that caused each."""
    return _rows(
        con,
        """
        select occurred_at, event_type, former_key, identifier_type, identifier_value, vendor, record_id, reason
        from marts.identity_events
        where contact_key = $key or former_key = $key
        order by occurred_at, event_key
        """,
        {"key": contact_key},
    )


def values_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return every value that is told of the person, the winner of each attribute first."""
    return _rows(
        con,
        """
        select
            attribute, value, vendor, as_of, agreeing_vendors, is_winner, is_conflict, is_validated, is_refuted,
            reason, record_id
        from marts.contact_attributes
        where contact_key = $key
        order by attribute, is_winner desc, claim_rank
        """,
        {"key": contact_key},
    )


def numbers_of(con: DuckDBPyConnection, contact_key: str) -> list[Row]:
    """Return who gave which phone number and when, with what the number may be used for."""
    return _rows(
        con,
        """
        select
            phones.phone, phones.vendor, phones.record_id, phones.first_observed_at, phones.is_dnc, mine.verdict,
            mine.verdict_reason
        from intermediate.int_contacts__phones as phones
        inner join intermediate.int_identity__clusters as clusters using (evidence_id)
        inner join marts.contact_phones as mine
            on clusters.contact_key = mine.contact_key and phones.phone = mine.phone
        where clusters.contact_key = $key
        order by mine.phone_rank, phones.first_observed_at, phones.vendor
        """,
        {"key": contact_key},
    )


def origins_of(con: DuckDBPyConnection, records: Collection[str]) -> dict[str, Row]:
    """Return of each record the question that bought it: endpoint, request_id, when. Own lines have none."""
    tables = con.execute(
        "select table_name from information_schema.tables"
        " where table_schema = 'staging' and starts_with(table_name, 'base_') order by table_name"
    ).fetchall()
    found: dict[str, Row] = {}
    for (table,) in tables:
        wanted = sorted(set(records) - found.keys())
        if not wanted:
            break
        for row in _rows(
            con,
            _fill(
                "select record_id, endpoint, request_id, fetched_at from staging.{table}"
                " where list_contains($records, record_id)",
                table=table,
            ),
            {"records": wanted},
        ):
            found.setdefault(row["record_id"], row)
    return found


def common_values(con: DuckDBPyConnection, one: str, other: str) -> list[Row]:
    """Return what two people both carry, and the rule by which it does not make them one."""
    return _rows(
        con,
        """
        with carried as (
            select clusters.contact_key, identifiers.node
            from intermediate.int_identity__identifiers as identifiers
            inner join intermediate.int_identity__clusters as clusters using (evidence_id)
            where clusters.contact_key in ($one, $other)
        )
        select carried.node, any_value(cuts.action) as action, any_value(cuts.rule) as rule,
            any_value(cuts.reason) as reason
        from carried
        left join intermediate.int_identity__cuts as cuts using (node)
        group by carried.node
        having count(distinct carried.contact_key) = 2
        order by carried.node
        """,
        {"one": one, "other": other},
    )


def _rows(con: DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    cursor = con.execute(sql, dict(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _fill(template: str, **names: str) -> str:
    """Fill in a table's name, which no database takes as a parameter."""
    return template.format(**{name: '"' + text.replace('"', '""') + '"' for name, text in names.items()})
