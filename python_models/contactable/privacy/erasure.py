"""Erasure: a person leaves every place that holds them, and cannot come back by a replay.

The order is the safety. First everything that is known of the person is written down (``pending``), then come the
tombstones (hashes), so that a kill at any later moment leaves a person who is at least suppressed. Then one place
after the other; every step gives the same result when it is repeated, and calling again goes on with what was
written down. At the end the proof searches every file (``proof``); only when it finds nothing is the erasure done.

What stays: hashes in the suppression list, by which a replay or a new purchase is recognised; the money side
of requests (when, what endpoint, what cost); what others share with the person, named in the report; and what lies
outside the home: the user's own first-party file, backups, the vendors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import URL, create_engine, make_url

from contactable.privacy import pending
from contactable.privacy.databases import scrub_directory, scrub_warehouse
from contactable.privacy.evidence import Evidence, gather
from contactable.privacy.files import scrub_files
from contactable.privacy.identifiers import DOMAIN, Identifier, IdentifierError, identify
from contactable.privacy.journal import scrub_journal
from contactable.privacy.people import CONTACT_KEY, KINDS, Person, find_person, masked
from contactable.privacy.proof import Finding, Search, keys_in, prove, rows_in
from contactable.privacy.redaction import PersonIdentifiers
from contactable.privacy.segments import scrub_segments
from contactable.privacy.suppression import ERASED_SCOPE, add
from contactable.privacy.traits import Traits

#: Puts a changed copy in the place of every publication and says how much changed
#: (``contactable.publish.rewrite``).
RewritePublications = Callable[[Callable[[Path], int]], int]

OUTSIDE = (
    "The first-party list is yours and was not changed: take the person out of it too. Its rows are refused by "
    "their hashes from now on. Backups and the vendors' own copies are out of reach."
)


class ErasureIncompleteError(Exception):
    """Something of the person was still found afterwards. Says where, what kind and how often, never what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        told = "; ".join(f"{one.place}: {one.kind} ({one.count})" for one in findings[:20])
        more = f"; and {len(findings) - 20} more places" if len(findings) > 20 else ""
        super().__init__(f"something of the person was still found: {told}{more}")
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Kept:
    """An identifier that stays, because others have it too: masked, with the number of others."""

    kind: str
    masked: str
    others: int


@dataclass(frozen=True)
class ErasureReport:
    """What was removed from where. Counts only, and what was kept, masked.

    ``identifiers`` by type; ``kept`` are identifiers of the person that other people have too (a household's
    landline): they stay with those others. ``rebuild_needed``: models must be built again from what is left.
    """

    people: int
    identifiers: Mapping[str, int]
    kept: tuple[Kept, ...]
    suppressions_added: int
    segment_answers: int
    journal_answers: int
    journal_requests: int
    warehouse_rows: Mapping[str, int]
    published_rows: int
    files: int
    rebuild_needed: bool
    still_listed: int = 0
    note: str = OUTSIDE

    @property
    def shared(self) -> int:
        """How many identifiers were kept."""
        return len(self.kept)


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
    also_shared: bool = False,
    first_party: Path | None = None,
    secrets: Iterable[bytes] = (),
) -> ErasureReport:
    """Erase the person an identifier belongs to, and prove it.

    Nobody else may use the home, the warehouse's folder, meanwhile. An erasure that was killed is completed too.

    Args:
        warehouse: the DuckDB file; no connection to it may be open.
        identifier_type: as for ``suppress``, or ``contact_key``.
        value: in any notation.
        segments: the folder of Parquet segments, ``<stream>/<segment>.parquet``.
        journal_url: the journal's SQLAlchemy address, or None when there is none.
        rewrite_publications: how published files are changed, or None when nothing was ever published.
        reason: why, for the suppression list; must not repeat the value.
        now: with a zone.
        everyone: erase all people who carry the identifier, when there are several.
        also_shared: also erase what others have too; they lose it.
        first_party: the user's own list, to be read only: whether the person still stands there.
        secrets: with which published values may be keyed, beside the ``*.key`` files of the home.

    Raises:
        IdentifierError: no such type, or a value that is none.
        AmbiguousIdentifierError: several people carry the identifier; nothing was changed.
        ErasureIncompleteError: something was still found afterwards; correct it and call again.
    """
    asked = _asked(identifier_type, value)
    if asked.value.lower() in reason.lower() or value.strip().lower() in reason.lower():
        raise IdentifierError("the reason repeats the identifier; the list must not say whom it protects")
    home = warehouse.parent
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        person = find_person(connection, asked, everyone=everyone, also_shared=also_shared)
    before = pending.read(home)
    evidence = _gathered(warehouse, journal_url, asked, person, also_shared=also_shared)
    if before is not None:
        person = person.united(before.person)
        evidence.add_document(before.evidence)
    known = pending.Pending(person, before.salt if before else pending.new_salt(), evidence.document())
    pending.write(home, known)

    wanted = _identifiers_of(known)
    added = add(warehouse, person.own, scope=ERASED_SCOPE, reason=reason, now=now)
    in_segments = scrub_segments(segments, wanted)
    in_journal = scrub_journal(journal_url, wanted)
    published = rewrite_publications(lambda copy: scrub_directory(copy, wanted)) if rewrite_publications else 0
    in_files = scrub_files(home, wanted)
    in_warehouse = scrub_warehouse(warehouse, wanted, segments)

    evidence.add_identifiers((each.type, each.value) for each in person.own)
    search = Search(evidence, [*keys_in(home), *secrets])
    findings = _proven(home, journal_url, search)
    if findings:
        raise ErasureIncompleteError(findings)
    pending.remove(home)
    return ErasureReport(
        people=person.people,
        identifiers=dict(Counter(identifier.type for identifier in person.own)),
        kept=kept(person),
        suppressions_added=added,
        segment_answers=in_segments.answers,
        journal_answers=in_journal.answers,
        journal_requests=in_journal.requests,
        warehouse_rows=in_warehouse.rows,
        published_rows=published,
        files=in_files,
        rebuild_needed=bool(in_warehouse.rows),
        still_listed=rows_in(first_party, search) if first_party is not None and first_party.is_file() else 0,
    )


def kept(person: Person) -> tuple[Kept, ...]:
    """Return what stays with others, masked, in a fixed order."""
    told = {
        Kept(KINDS.get(one.identifier.type, one.identifier.type), masked(one.identifier), one.others)
        for one in person.shared
    }
    return tuple(sorted(told, key=lambda one: (one.kind, one.masked, one.others)))


def _asked(identifier_type: str, value: str) -> Identifier:
    if identifier_type == DOMAIN:
        raise IdentifierError("a domain is not a person; it can be suppressed, not erased")
    if identifier_type == CONTACT_KEY:
        if not value.strip():
            raise IdentifierError("this is no value of type contact_key")
        return Identifier(CONTACT_KEY, value.strip().lower())
    return identify(identifier_type, value)


def _identifiers_of(known: pending.Pending) -> PersonIdentifiers:
    person = known.person
    return PersonIdentifiers(
        person.own,
        person.keys | person.tokens,
        traits=Traits(
            person.names,
            person.homes,
            rare_names=person.rare_names,
            lone_homes=person.lone_homes,
            bystanders=person.bystanders,
        ),
        shared=(one.identifier for one in person.shared),
        salt=known.salt,
    )


def _gathered(
    warehouse: Path,
    journal_url: str | URL | None,
    asked: Identifier,
    person: Person,
    *,
    also_shared: bool,
) -> Evidence:
    engine = None if journal_url is None else create_engine(journal_url)
    try:
        return gather(
            warehouse,
            engine,
            asked=(asked.type, asked.value),
            keys=person.keys,
            also_shared=also_shared,
        )
    finally:
        if engine is not None:
            engine.dispose()


def _proven(home: Path, journal_url: str | URL | None, search: Search) -> list[Finding]:
    """Look everywhere; a journal that is no file of the home is looked through too."""
    elsewhere = None
    if journal_url is not None and make_url(journal_url).get_backend_name() != "sqlite":
        elsewhere = create_engine(journal_url)
    try:
        return prove(home, search, journal=elsewhere, beside=[home / pending.NAME])
    finally:
        if elsewhere is not None:
            elsewhere.dispose()
