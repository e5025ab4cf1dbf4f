"""Erasure: a person leaves every place that holds them, and cannot come back by a replay.

The order is the safety. First the tombstones (hashes), so that a kill at any later moment leaves a person who
is at least suppressed. The warehouse comes last, because it is what tells who the person is: until it is
replaced, calling again finds the same identifiers and goes on. Every step gives the same result when it is
repeated.

What stays: hashes in the suppression list, by which a replay or a new purchase is recognised; the money side
of requests (when, what endpoint, what cost); and what lies outside the home: the user's own first-party file,
backups, the vendors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import URL

from contactable.privacy.databases import count_in_files, scrub_directory, scrub_warehouse
from contactable.privacy.identifiers import (
    DOMAIN,
    EMAIL,
    EMAIL_HASHES,
    PHONE,
    Identifier,
    IdentifierError,
    identify,
)
from contactable.privacy.journal import scrub_journal
from contactable.privacy.redaction import Needles
from contactable.privacy.segments import scrub_segments
from contactable.privacy.suppression import ERASED_SCOPE, add

#: Puts a changed copy in the place of every publication and says how much changed
#: (``contactable.publish.rewrite``).
RewritePublications = Callable[[Callable[[Path], int]], int]

OUTSIDE = (
    "The first-party list is yours and was not changed: take the person out of it too. Its rows are refused by "
    "their hashes from now on. Backups and the vendors' own copies are out of reach."
)


class AmbiguousIdentifierError(Exception):
    """The identifier belongs to several people; erasing all of them must be asked for."""

    def __init__(self, people: int) -> None:
        super().__init__(
            f"this identifier belongs to {people} people; say that all of them are meant, or name another"
        )
        self.people = people


class ErasureIncompleteError(Exception):
    """Something of the person was still found afterwards. Says where and how often, never what."""


@dataclass(frozen=True)
class ErasureReport:
    """What was removed from where. Counts only.

    ``identifiers`` by type; ``shared`` are identifiers of the person that other people carry too (a
    household's landline): they stay with those others. ``rebuild_needed``: models must be built again from
    what is left.
    """

    people: int
    identifiers: Mapping[str, int]
    shared: int
    suppressions_added: int
    segment_answers: int
    journal_answers: int
    journal_requests: int
    warehouse_rows: Mapping[str, int]
    published_rows: int
    rebuild_needed: bool
    note: str = OUTSIDE


def erase(
    warehouse: Path,
    identifier_type: str,
    value: str,
    *,
    segments: Path,
    journal_url: str | URL | None,
    rewrite_publications: RewritePublications | None,
    reason: str,
    now: datetime,
    everyone: bool = False,
) -> ErasureReport:
    """Erase the person an identifier belongs to.

    Nobody else may use the home meanwhile.

    Args:
        warehouse: the DuckDB file; no connection to it may be open.
        identifier_type: as for ``suppress``.
        value: in any notation.
        segments: the folder of Parquet segments, ``<stream>/<segment>.parquet``.
        journal_url: the journal's SQLAlchemy address, or None when there is none.
        rewrite_publications: how published files are changed, or None when nothing was ever published.
        reason: why, for the suppression list; must not repeat the value.
        now: with a zone.
        everyone: erase all people who carry the identifier, when there are several.

    Raises:
        IdentifierError: no such type, or a value that is none.
        AmbiguousIdentifierError: several people carry the identifier; nothing was changed.
        ErasureIncompleteError: something was still found afterwards; call again.
    """
    asked = identify(identifier_type, value)
    if asked.type == DOMAIN:
        raise IdentifierError("a domain is not a person; it can be suppressed, not erased")
    if asked.value.lower() in reason.lower() or value.strip().lower() in reason.lower():
        raise IdentifierError("the reason repeats the identifier; the list must not say whom it protects")
    keys, own, shared = find_person(warehouse, asked)
    if len(keys) > 1 and not everyone:
        raise AmbiguousIdentifierError(len(keys))
    needles = Needles(own, keys | former_keys(warehouse, keys))

    added = add(warehouse, own, scope=ERASED_SCOPE, reason=reason, now=now)
    in_segments = scrub_segments(segments, needles)
    in_journal = scrub_journal(journal_url, needles)
    published = rewrite_publications(lambda copy: scrub_directory(copy, needles)) if rewrite_publications else 0
    in_warehouse = scrub_warehouse(warehouse, needles, segments)
    _prove(warehouse, segments, journal_url, rewrite_publications, needles)

    return ErasureReport(
        people=len(keys),
        identifiers=dict(Counter(identifier.type for identifier in own)),
        shared=len(shared),
        suppressions_added=added,
        segment_answers=in_segments.answers,
        journal_answers=in_journal.answers,
        journal_requests=in_journal.requests,
        warehouse_rows=in_warehouse.rows,
        published_rows=published,
        rebuild_needed=bool(in_warehouse.rows),
    )


def find_person(
    warehouse: Path, asked: Identifier
) -> tuple[frozenset[str], frozenset[Identifier], frozenset[Identifier]]:
    """Return the keys of the people who carry ``asked``, what only they carry, and what others carry too.

    Works without marts as well: then the identifier itself (and its hashes) is all there is to go by.
    """
    with duckdb.connect(str(warehouse)) as connection:
        if not _collect_carriers(connection):
            return frozenset(), frozenset(asked.with_hashes()), frozenset()
        forms = [f"{each.type}:{each.value}" for each in asked.with_hashes()]
        keys = [
            row[0]
            for row in connection.execute(
                "select distinct contact_key from carriers "
                "where list_contains($forms, identifier_type || ':' || value)",
                {"forms": forms},
            ).fetchall()
        ]
        rows = connection.execute(
            """
            with of_person as (
                select distinct identifier_type, value from carriers where list_contains($keys, contact_key)
            ),
            of_others as (
                select distinct identifier_type, value from carriers where not list_contains($keys, contact_key)
            )
            select of_person.identifier_type, of_person.value, of_others.value is not null as is_shared
            from of_person
            left join of_others
                on of_person.identifier_type = of_others.identifier_type
                and of_person.value = of_others.value
            """,
            {"keys": keys},
        ).fetchall()
    own, shared = set(asked.with_hashes()), set()
    for kind, text, is_shared in rows:
        identifier = _identifier(kind, text)
        if identifier is None:
            continue
        if is_shared:
            shared.add(identifier)
        else:
            own.update(identifier.with_hashes())
    return frozenset(keys), frozenset(own), frozenset(shared - own)


def former_keys(warehouse: Path, keys: Set[str]) -> frozenset[str]:
    """Return the keys that these people had before: their history must not outlive them."""
    with duckdb.connect(str(warehouse)) as connection:
        known = connection.execute(
            "select 1 from information_schema.tables where table_schema = 'marts' and table_name = 'contact_keys'"
        ).fetchall()
        if not known:
            return frozenset()
        rows = connection.execute(
            "select given_key from marts.contact_keys where list_contains($keys, contact_key)",
            {"keys": sorted(keys)},
        ).fetchall()
    return frozenset(row[0] for row in rows)


#: Where the marts keep identifiers: table, the identifier's type (a literal or a column), the column with the
#: value.
_SOURCES = (
    ("contact_identifiers", "identifier_type", "identifier_value"),
    ("contact_emails", f"'{EMAIL}'", "email"),
    *(("contact_emails", f"'{kind}'", kind) for kind in EMAIL_HASHES),
    ("contact_phones", f"'{PHONE}'", "phone"),
)


def _collect_carriers(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make the temporary table ``carriers`` of the marts there are; say whether there were any."""
    parts = []
    for table, kind, column in _SOURCES:
        columns = connection.execute(
            "select column_name from information_schema.columns "
            "where table_schema = 'marts' and table_name = $table",
            {"table": table},
        ).fetchall()
        if {"contact_key", column} <= {row[0] for row in columns}:
            parts.append(
                f"select contact_key, {kind} as identifier_type, {column} as value "  # noqa: S608 - names above
                f"from marts.{table} where {column} is not null and contact_key is not null"
            )
    if parts:
        connection.execute(f"create or replace temp table carriers as {' union '.join(parts)}")
    return bool(parts)


def _identifier(identifier_type: str, text: str) -> Identifier | None:
    try:
        return identify(identifier_type, text)
    except IdentifierError:
        return None


def _prove(
    warehouse: Path,
    segments: Path,
    journal_url: str | URL | None,
    rewrite_publications: RewritePublications | None,
    needles: Needles,
) -> None:
    """Look everywhere once more."""
    left = {
        "segments": scrub_segments(segments, needles, dry_run=True).answers,
        "warehouse": sum(scrub_warehouse(warehouse, needles, segments, dry_run=True).rows.values()),
    }
    journal = scrub_journal(journal_url, needles, dry_run=True)
    left["journal"] = journal.answers + journal.requests
    if rewrite_publications is not None:
        # Nothing is changed by counting, so every publication stays where it is.
        seen: list[int] = []

        def look(copy: Path) -> int:
            seen.append(count_in_files(copy, needles))
            return 0

        rewrite_publications(look)
        left["publications"] = sum(seen)
    remaining: Iterable[str] = [f"{place}: {count}" for place, count in left.items() if count]
    if remaining:
        raise ErasureIncompleteError(f"something of the person was still found ({'; '.join(remaining)})")
