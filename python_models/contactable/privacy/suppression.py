"""The suppression list: hashes of identifiers that must not be contacted, bought or kept.

The list stands in two places. ``raw.suppressions`` is what the models read. ``suppressions.csv`` beside the
warehouse is what survives when the warehouse is thrown away and built again from segments and journal: a
replay must not bring back whom we promised to forget. Both hold hashes only; from neither can anybody be
contacted. What the first-party list itself refuses stands in the table only (warehouse/first_party_consent.py).
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from contactable.privacy.databases import rebuild
from contactable.privacy.identifiers import (
    DOMAIN,
    EMAIL,
    EMAIL_HASHES,
    LINKEDIN,
    MAID,
    PHONE,
    Identifier,
    IdentifierError,
    identifiers_in,
    identify,
)

#: What a suppression forbids: every channel, one of them, or to hold anything about the person at all.
SCOPES = ("all", "email", "phone", "erased")
ERASED_SCOPE = "erased"

LEDGER_NAME = "suppressions.csv"

_COLUMNS = ("identifier_type", "identifier_hash", "scope", "reason", "added_at")
_TABLE = """
create table if not exists raw.suppressions (
    identifier_type varchar, identifier_hash varchar, scope varchar, reason varchar, added_at timestamp,
)
"""

#: Columns of a list of opt-outs that name an identifier by themselves.
_TYPED_COLUMNS = {
    "email": EMAIL,
    "phone": PHONE,
    "linkedin": LINKEDIN,
    "linkedin_url": LINKEDIN,
    "maid": MAID,
    "domain": DOMAIN,
} | {kind: kind for kind in EMAIL_HASHES}

#: Columns of a first-party list that identify a person (models/intermediate/contacts/int_contacts__profiles.sql).
_FIRST_PARTY_COLUMNS = {
    "email": EMAIL,
    "phone": PHONE,
    "linkedin_url": LINKEDIN,
    "maid": MAID,
    "external_id": "first_party_id",
    "sales_navigator_id": "sales_navigator_id",
    "bigdbm_id": "bigdbm_id",
    "contactbased_id": "contactbased_id",
} | {kind: kind for kind in EMAIL_HASHES}

Row = tuple[str, str, str, str, datetime]


@dataclass(frozen=True)
class RejectedLine:
    """A line of an imported list that was not understood."""

    line_number: int
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did; ``added`` and ``already_there`` count identifiers of the list, not hashes."""

    added: int
    already_there: int
    rejected: tuple[RejectedLine, ...]


def suppress(
    warehouse: Path, identifier_type: str, value: str, *, scope: str = "all", reason: str, now: datetime
) -> int:
    """Put an identifier on the list; an e-mail address together with its three hashes.

    Args:
        warehouse: the DuckDB file; made when it is missing.
        identifier_type: ``email``, ``email_md5``, ``email_sha1``, ``email_sha256``, ``phone``, ``linkedin``,
            ``maid``, ``domain`` or ``<vendor>_id``.
        value: in any notation; only the hash of its normal form is kept.
        scope: one of ``SCOPES``.
        reason: why, for the record; it must not repeat the value.
        now: with a zone.

    Returns:
        Rows added; 0 when all of it was on the list already.

    Raises:
        IdentifierError: no such type or scope, a value that is none, a reason that repeats it.
    """
    identifier = identify(identifier_type, value)
    _check(scope, reason, value, identifier)
    return add(warehouse, [identifier], scope=scope, reason=reason, now=now)


def suppress_csv(
    warehouse: Path, path: Path, *, scope: str = "all", reason: str = "imported list", now: datetime
) -> ImportReport:
    """Put a list of opt-outs on the suppression list.

    The file has either the columns ``identifier_type`` and ``value``, or any of ``email, phone, linkedin,
    linkedin_url, maid, domain, email_md5, email_sha1, email_sha256``; columns ``scope`` and ``reason`` override
    the arguments line by line. A line that is not understood is reported with its number, and stops nothing.

    Raises:
        IdentifierError: the file has none of these columns.
    """
    wanted: dict[tuple[str, str], list[Identifier]] = {}
    rejected: list[RejectedLine] = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        header = {name.strip().lower(): name for name in reader.fieldnames or ()}
        if not {"identifier_type", "value"} <= header.keys() and not header.keys() & _TYPED_COLUMNS.keys():
            raise IdentifierError(
                f"{path.name} has neither identifier_type and value nor any of {', '.join(_TYPED_COLUMNS)}"
            )
        for line in reader:
            cells = {name: (line.get(original) or "").strip() for name, original in header.items()}
            line_scope, line_reason = cells.get("scope") or scope, cells.get("reason") or reason
            try:
                identifiers = _identifiers(cells)
                for value, identifier in identifiers:
                    _check(line_scope, line_reason, value, identifier)
            except IdentifierError as error:
                rejected.append(RejectedLine(reader.line_num, str(error)))
                continue
            wanted.setdefault((line_scope, line_reason), []).extend(identifier for _, identifier in identifiers)
    added = total = 0
    for (line_scope, line_reason), listed in wanted.items():
        distinct = sorted(set(listed), key=lambda identifier: (identifier.type, identifier.hash))
        total += len(distinct)
        known = known_hashes(warehouse, line_scope)
        added += sum((identifier.type, identifier.hash) not in known for identifier in distinct)
        add(warehouse, distinct, scope=line_scope, reason=line_reason, now=now)
    return ImportReport(added=added, already_there=total - added, rejected=tuple(rejected))


def add(warehouse: Path, identifiers: Iterable[Identifier], *, scope: str, reason: str, now: datetime) -> int:
    """Put identifiers and the hashes of addresses on the list: first in the file that survives, then in the table.

    Returns:
        Rows that were new in the table.
    """
    at = now.astimezone(UTC).replace(tzinfo=None)
    rows = {
        (each.type, each.hash, scope): (each.type, each.hash, scope, reason, at)
        for identifier in identifiers
        for each in identifier.with_hashes()
    }
    with _Ledger(warehouse) as ledger:
        known = {row[:3] for row in ledger.rows()}
        ledger.append([row for key, row in rows.items() if key not in known])
    return _insert(warehouse, rows.values())


def restore(warehouse: Path) -> int:
    """Bring what ``suppressions.csv`` knows into ``raw.suppressions``; return the rows that were missing there.

    Call it whenever the warehouse may be new: before the first build after a load.
    """
    with _Ledger(warehouse) as ledger:
        rows = ledger.rows()
    return _insert(warehouse, rows)


def known_hashes(warehouse: Path, scope: str) -> set[tuple[str, str]]:
    """Return (type, hash) of everything suppressed under ``scope``."""
    restore(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        return set(
            connection.execute(
                "select identifier_type, identifier_hash from raw.suppressions where scope = $scope",
                {"scope": scope},
            ).fetchall()
        )


def forget_again(warehouse: Path) -> int:
    """Remove rows of erased people from ``raw.first_party``; return how many.

    The user's own list may still name somebody who was erased here. Call it after every load of that list, with no
    connection to the warehouse open. When it finds somebody, it writes the file anew: not even the bytes of
    the loaded row stay: that costs a copy at every load until the person is taken out of the list.
    """
    erased = known_hashes(warehouse, ERASED_SCOPE)
    if not erased:
        return 0
    with duckdb.connect(str(warehouse)) as connection:
        known = connection.execute(
            "select count(*) from information_schema.tables "
            "where table_schema = 'raw' and table_name = 'first_party'"
        ).fetchone()
        if not known or not known[0]:
            return 0
        forgotten: set[str] = set()
        present = {column[0] for column in connection.execute("describe raw.first_party").fetchall()}
        for column, kind in _FIRST_PARTY_COLUMNS.items():
            if column not in present:
                continue
            cursor = connection.cursor().execute(
                f"select row_key, {column} from raw.first_party where {column} is not null"  # noqa: S608 - names above
            )
            while rows := cursor.fetchmany(10_000):
                forgotten.update(key for key, value in rows if _hashes_of(kind, value) & erased)
        removed = connection.execute(
            "delete from raw.first_party where list_contains($keys, row_key)", {"keys": sorted(forgotten)}
        ).fetchone()
        connection.execute("checkpoint")
    if forgotten:
        rebuild(warehouse)
    return int(removed[0]) if removed else 0


def _hashes_of(kind: str, value: str) -> set[tuple[str, str]]:
    return {(kind, identifier.hash) for identifier in identifiers_in(kind, value)}


def _identifiers(cells: dict[str, str]) -> list[tuple[str, Identifier]]:
    if cells.get("identifier_type"):
        return [(cells.get("value", ""), identify(cells["identifier_type"].lower(), cells.get("value", "")))]
    found = [
        (cells[column], identifier)
        for column, kind in _TYPED_COLUMNS.items()
        if cells.get(column)
        for identifier in identifiers_in(kind, cells[column]) or [identify(kind, cells[column])]
    ]
    if not found:
        raise IdentifierError("the line names nobody")
    return found


def _check(scope: str, reason: str, value: str, identifier: Identifier) -> None:
    if scope not in SCOPES:
        raise IdentifierError(f"unknown scope {scope!r}; known are {', '.join(SCOPES)}")
    said = reason.lower()
    if (value.strip() and value.strip().lower() in said) or identifier.value.lower() in said:
        raise IdentifierError("the reason repeats the identifier; the list must not say whom it protects")


def _insert(warehouse: Path, rows: Iterable[Row]) -> int:
    listed = list(rows)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(_TABLE)
        before = set(
            connection.execute(  # only those in question: a first-party list may refuse millions
                "select identifier_type, identifier_hash, scope from raw.suppressions "
                "where identifier_hash in (select unnest($hashes::varchar[]))",
                {"hashes": [row[1] for row in listed]},
            ).fetchall()
        )
        new = [list(row) for row in listed if row[:3] not in before]
        if new:
            connection.begin()
            connection.executemany("insert into raw.suppressions values (?, ?, ?, ?, ?)", new)
            _outdate_candidate(connection)
            connection.commit()
    return len(new)


def _outdate_candidate(connection: duckdb.DuckDBPyConnection) -> None:
    """What was built without these suppressions must not be published (see contactable.warehouse.candidate)."""
    known = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'raw' and table_name = 'candidate'"
    ).fetchall()
    if known:
        connection.execute("update raw.candidate set changed_by = 'a suppression' where changed_by is null")


class _Ledger:
    """The file beside the warehouse, locked for as long as it is held in a ``with`` block."""

    def __init__(self, warehouse: Path) -> None:
        self._path = warehouse.parent / LEDGER_NAME

    def __enter__(self) -> "_Ledger":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        content = self._path.read_bytes()
        # A kill while appending leaves half a line at the end; whoever wrote it was never told that it is done.
        self._whole = content[: content.rfind(b"\n") + 1]
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def rows(self) -> list[Row]:
        """Return every entry."""
        return [
            (
                line["identifier_type"],
                line["identifier_hash"],
                line["scope"],
                line["reason"],
                datetime.fromisoformat(line["added_at"]),
            )
            for line in csv.DictReader(io.StringIO(self._whole.decode(), newline=""))
        ]

    def append(self, rows: Sequence[Row]) -> None:
        """Add entries and bring them to the disk."""
        if not rows:
            return
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        if not self._whole:
            writer.writerow(_COLUMNS)
        for row in rows:
            writer.writerow([*row[:4], row[4].isoformat()])
        os.ftruncate(self._descriptor, len(self._whole))
        os.lseek(self._descriptor, 0, os.SEEK_END)
        with os.fdopen(os.dup(self._descriptor), "wb") as handle:
            handle.write(text.getvalue().encode())
        os.fsync(self._descriptor)
