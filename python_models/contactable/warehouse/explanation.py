"""What the waterfall decided about one person, read from its models. Nothing of anybody else is read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class AttributeState:
    """Whether an attribute is satisfied. ``until``: UTC without zone; None with ``satisfied``: for good."""

    attribute: str
    stop_at: str
    satisfied: bool
    satisfied_by: str | None
    until: datetime | None
    awaiting_verdict: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One question that could be asked about the person, and what the waterfall says to it."""

    endpoint: str
    through: str  # the kind of identifier, never its value
    decision: str
    reason: str | None
    waits_for: str | None
    attribute: str | None
    satisfied_by: str | None
    settled_until: datetime | None
    credits: float
    asked_at: datetime | None
    outcome: str | None
    due_at: datetime | None
    rejected_by: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """Addresses (or numbers) of the person and their validator."""

    endpoint: str
    due: int
    reasons: tuple[str, ...]
    credits: float
    judged: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class Suppression:
    """The person asked to be left alone."""

    email: bool
    phone: bool
    reason: str | None
    since: datetime | None


def find_people(con: DuckDBPyConnection, identifier_type: str, value: str) -> list[str]:
    """The people (contact_key) that carry an identifier; several for a desk's mailbox or a household's number."""
    return sorted({key for key, _ in find_evidence(con, identifier_type, value)})


def find_evidence(con: DuckDBPyConnection, identifier_type: str, value: str) -> list[tuple[str, str]]:
    """Who carries an identifier: (contact_key, evidence_id). A hash finds its address, also that in capitals."""
    if identifier_type == "email":
        value = hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
    return con.execute(
        """
        select distinct clusters.contact_key, identifiers.evidence_id
        from intermediate.int_identity__identifiers as identifiers
        inner join intermediate.int_identity__clusters as clusters using (evidence_id)
        left join intermediate.int_contacts__email_addresses as addresses
            on identifiers.node = 'email_md5:' || addresses.email_md5
        where
            (identifiers.identifier_type = $type and identifiers.identifier_value = $value)
            or ($type in ('email', 'email_md5') and identifiers.node = 'email_md5:' || $value)
            or ($type = 'email_md5' and addresses.email_md5_upper = $value)
            or ($type = 'email_sha1' and $value in (addresses.email_sha1, addresses.email_sha1_upper))
            or ($type = 'email_sha256' and $value in (addresses.email_sha256, addresses.email_sha256_upper))
        order by all
        """,
        {"type": identifier_type, "value": value},
    ).fetchall()


def is_on_suppression_list(con: DuckDBPyConnection, hashes: Sequence[tuple[str, str]]) -> bool:
    """Whether one of these (type, SHA-256 of the normal form) stands on the list: also of who was erased."""
    return any(
        con.execute(
            "select 1 from raw.suppressions where identifier_type = ? and identifier_hash = ?", list(pair)
        ).fetchone()
        for pair in hashes
    )


def suppression_of(con: DuckDBPyConnection, contact_key: str) -> Suppression | None:
    """What the person asked for, if anything."""
    row = con.execute(
        "select suppresses_email, suppresses_phone, reason, suppressed_at"
        " from intermediate.int_privacy__suppressed_contacts where contact_key = ?",
        [contact_key],
    ).fetchone()
    return None if row is None else Suppression(*row)


def attributes_of(con: DuckDBPyConnection, contact_key: str) -> list[AttributeState]:
    """E-mail, phone, employer, profile; empty when nobody asks about the person."""
    rows = con.execute(
        """
        select attribute, stop_at, is_satisfied, satisfied_by, satisfied_until, is_awaiting_verdict, is_closed
        from intermediate.int_worklists__attributes
        where contact_key = ?
        order by list_position(['email', 'phone', 'employer', 'profile'], attribute)
        """,
        [contact_key],
    ).fetchall()
    return [AttributeState(*row) for row in rows]


def decisions_about(con: DuckDBPyConnection, contact_key: str) -> list[Decision]:
    """Every enrichment question about the person."""
    rows = con.execute(
        """
        select
            decided.endpoint, decided.subject_type, decided.decision, decided.reason, decided.waits_for,
            decided.attribute, decided.satisfied_by, decided.settled_until, decided.credits_quoted,
            coalesce(decided.last_asked_at, decided.answered_at), decided.outcome, decided.due_at,
            min(rejected.rule)
        from intermediate.int_worklists__waterfall as decided
        left join staging.stg_contactable__rejected_subjects as rejected using (question_key)
        where decided.contact_key = ?
        group by all
        order by decided.endpoint, decided.subject_type
        """,
        [contact_key],
    ).fetchall()
    return [Decision(*row) for row in rows]


def orders(con: DuckDBPyConnection) -> list[str]:
    """Endpoints in the order in which somebody could be asked: by their best rank in any attribute."""
    rows = con.execute(
        "select endpoint from intermediate.int_worklists__waterfall_steps"
        " group by endpoint order by min(step_rank), endpoint"
    ).fetchall()
    return [endpoint for (endpoint,) in rows]


def checks_of(con: DuckDBPyConnection, contact_key: str) -> list[Check]:
    """What the validators know and would be asked about the person's addresses and numbers."""
    rows = con.execute(
        """
        with mine as (
            select subject_type, subject_value
            from intermediate.int_worklists__subject_people
            where contact_key = $key
        ),
        due as (
            select
                subject_type,
                case subject_type when 'phone' then '+1' || subject_value else subject_value end as subject_value,
                endpoint, reason, credits_quoted
            from worklists.worklist_validation
        ),
        judged as (
            select 'email' as subject_type, email as subject_value, checked_at from marts.email_status_current
            union all
            select 'phone', phone, checked_at from marts.phone_reachability_current
        )
        select
            case mine.subject_type when 'email' then 'bigdbm.email_batch' else 'bigdbm.opql' end as endpoint,
            count(due.subject_value), coalesce(list(distinct due.reason order by due.reason), []),
            coalesce(sum(due.credits_quoted), 0), count(judged.subject_value), max(judged.checked_at)
        from mine
        left join due using (subject_type, subject_value)
        left join judged using (subject_type, subject_value)
        where mine.subject_type in ('email', 'phone')
        group by mine.subject_type
        order by mine.subject_type
        """,
        {"key": contact_key},
    ).fetchall()
    return [
        Check(endpoint, int(due), tuple(r for r in reasons if r), float(credits), int(judged), latest)
        for endpoint, due, reasons, credits, judged, latest in rows
    ]
