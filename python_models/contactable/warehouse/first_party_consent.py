"""Whom the list says not to contact: its consent columns, as suppressions.

A word that is neither yes nor no counts as no contact. What the list says is kept in ``raw.suppressions`` under a
reason of its own, as hashes. It stays when the row leaves the list, and is lifted when a row of the same person
says otherwise; what was suppressed in another way (``contactable suppress``) stays whatever a list says.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from contactable.privacy.identifiers import identifiers_in
from contactable.warehouse.first_party_headings import Column, Consent, ConsentKind
from contactable.warehouse.first_party_reader import Chunk
from contactable.warehouse.first_party_source import RejectedRow

#: The reason under which the list's own suppressions stand.
REASON = "first_party_list"

#: A row that refuses contact and names nobody in a way that could be suppressed.
UNNAMED_RULE = "refuses_contact"

#: The list's columns that name somebody, and the type under which they are suppressed.
_NAMING: Mapping[str, str] = {
    "email": "email",
    "phone": "phone",
    "linkedin_url": "linkedin",
    "maid": "maid",
    "external_id": "first_party_id",
    "email_md5": "email_md5",
    "email_sha1": "email_sha1",
    "email_sha256": "email_sha256",
    "bigdbm_id": "bigdbm_id",
    "contactbased_id": "contactbased_id",
}

#: Columns beside the fields that hold what a row says of contact until it is applied: scopes, or null.
STATEMENTS = ("refused", "permitted")

_BLOCK_ROWS = 10_000


class Said(Enum):
    """What a cell says about contact."""

    NOTHING = 0
    YES = 1
    NO = 2
    #: Neither yes nor no: taken as no.
    UNCLEAR = 3

    @property
    def refuses(self) -> bool:
        return self in (Said.NO, Said.UNCLEAR)


_YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "checked",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "s",
        "sim",
        "wahr",
        "vrai",
        "verdadero",
        "vero",
        "da",
        "tak",
        "✓",
        "✔",
        "☑",
    ]
)
_NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "unchecked",
        "nein",
        "non",
        "nao",
        "não",
        "falsch",
        "faux",
        "falso",
        "nee",
        "✗",
        "✘",
        "☐",
    ]
)
_EMPTY = frozenset(("", "n a", "na", "none", "null", "nil", "nan", "not set", "not specified", "(blank)", "blank"))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


#: Said so clearly that they count in a column of any status.
_REFUSED_PLAINLY = _phrases(
    "do not call|do not phone|do not email|do not e mail|do not contact|do not text|dont call|dont contact|"
    "dont email|dnc|dnd|opt out|opted out|optout|optedout|unsubscribed|unsubscribe|unsub|no consent|"
    "consent withdrawn|withdrawn|blacklisted|blocklisted|suppressed|spam complaint|complained|do not disturb|"
    "no contact|no calls|no emails|globally unsubscribed|unsubscribed from all|hard unsubscribed|not opted in|"
    "do not mail"
)
_REFUSED = _REFUSED_PLAINLY | _phrases(
    "not subscribed|non subscribed|nonsubscribed|never subscribed|not consented|revoked|denied|declined|refused|"
    "rejected|blocked|cleaned|spam|complaint|non marketing contact|non marketing|nonmarketing|do not allow|"
    "not allowed|disallow|disallowed|prohibited|stop|stopped|listed|on list|on the list|registered|federal|state|"
    "national|both|dne|inactive|not permitted|forbidden|never|no marketing|none given|not given|federal dnc|"
    "state dnc|national dnc"
)
_ALLOWED = _phrases(
    "subscribed|opt in|opted in|optin|optedin|active|consent|consented|consent given|granted|given|express|"
    "explicit|express consent|explicit consent|confirmed|double opt in|confirmed opt in|single opt in|"
    "marketing contact|marketing|allow|allowed|permitted|ok|okay|accepted|agreed|not listed|not on list|"
    "not on the list|not dnc|clear|clean|callable|contactable|can call|can contact|may contact|implied|implicit"
)
_DATE = re.compile(
    r"(?=.*[1-9])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4})(?:[t ,].*)?",
    re.IGNORECASE,
)
_NO_DATE = re.compile(r"[0\-/.: t]*|(?:0001|1900|1899|1970|9999)[-/.].*", re.IGNORECASE)
_WORDS = re.compile(r"[^\w✓✔☑✗✘☐]+|_")


def reading_of(consent: Consent) -> Callable[[str | None], Said]:
    """What the cells of such a column say."""
    read = _READINGS[consent.kind]

    def said(cell: str | None) -> Said:
        text = (cell or "").strip().strip("'\"").casefold()
        words = " ".join(_WORDS.sub(" ", text).split())
        if words.endswith(" 0") and words[:-2].isdecimal():  # 1.0
            words = words[:-2]
        return Said.NOTHING if words in _EMPTY else read(text, words)

    return said


def _refuses(text: str, words: str) -> Said:
    if words in _NO or words in _ALLOWED:
        return Said.YES
    return Said.NO if words in _YES or words in _REFUSED or _DATE.fullmatch(text) else Said.UNCLEAR


def _allows(text: str, words: str) -> Said:
    if words in _YES or words in _ALLOWED or _DATE.fullmatch(text):
        return Said.YES
    return Said.NO if words in _NO or words in _REFUSED else Said.UNCLEAR


def _refused_on(text: str, words: str) -> Said:
    return Said.NOTHING if words in _NO or _NO_DATE.fullmatch(text) else Said.NO


def _status(text: str, words: str) -> Said:
    del text
    return Said.NO if words in _REFUSED_PLAINLY else Said.NOTHING


_READINGS: dict[ConsentKind, Callable[[str, str], Said]] = {
    "refuses": _refuses,
    "allows": _allows,
    "refused_on": _refused_on,
    "status": _status,
}


# ---------------------------------------------------------------------- the statements of a list


@dataclass(slots=True)
class Statements:
    """What the consent columns of a list say, row by row, and counted."""

    columns: Sequence[Column]
    rows: dict[str, int] = field(default_factory=dict)
    unclear: int = 0
    first_unclear: int | None = None
    unclear_columns: set[str] = field(default_factory=set)
    lifted: int = 0
    unnamed: int = 0

    def of(self, chunk: Chunk) -> dict[str, pa.Array]:
        """The columns ``STATEMENTS`` for a chunk: the scopes that each row refuses, and those that it lifts."""
        count = len(chunk.line_numbers)
        refused = {channel: np.zeros(count, bool) for channel in ("phone", "email")}
        permitted = {channel: np.zeros(count, bool) for channel in ("phone", "email")}
        unclear = np.zeros(count, bool)
        for column in self.columns:
            consent = column.meaning.consent
            if consent is None or not count:
                continue
            said = self._said(chunk.columns[column.place], reading_of(consent))
            says_no, is_unclear = said >= Said.NO.value, said == Said.UNCLEAR.value
            says_yes = said == Said.YES.value
            if consent.kind in ("refuses", "refused_on"):  # an empty cell is how such a column says no
                says_yes |= said == Said.NOTHING.value
            if is_unclear.any():
                unclear |= is_unclear
                self.unclear_columns.add(column.name)
            for channel in ("phone", "email"):
                if consent.scope in (channel, "all"):
                    refused[channel] |= says_no
                    permitted[channel] |= says_yes
        if unclear.any():
            self.unclear += int(unclear.sum())
            if self.first_unclear is None:
                self.first_unclear = chunk.line_numbers[int(unclear.argmax())]
        answered = {"refused": _refused(refused), "permitted": _permitted(permitted, refused)}
        for scope, rows in zip(*np.unique(answered["refused"].astype(str), return_counts=True), strict=True):
            if scope:
                self.rows[str(scope)] = self.rows.get(str(scope), 0) + int(rows)
        return {
            name: pa.array([value or None for value in values], pa.string()) for name, values in answered.items()
        }

    @staticmethod
    def _said(cells: pa.Array, read: Callable[[str | None], Said]) -> NDArray[np.int8]:
        words = cells.dictionary_encode(null_encoding="encode")
        values = np.array([read(word).value for word in words.dictionary.to_pylist()], np.int8)
        said: NDArray[np.int8] = values[words.indices.to_numpy(zero_copy_only=False)]
        return said

    @property
    def notices(self) -> list[str]:
        """What a person should know, a line each."""
        lines = []
        names = ", ".join(column.name for column in self.columns)
        if self.rows:
            words = {"phone": "no calls", "email": "no e-mail", "all": "neither"}
            counts = ", ".join(f"{words[scope]}: {self.rows[scope]:,}" for scope in words if scope in self.rows)
            lines.append(
                f"{sum(self.rows.values()):,} rows refuse contact ({counts}) and are suppressed, by {names}"
            )
        elif self.columns:
            lines.append(f"no row refuses contact, by {names}")
        if self.unclear:
            unclear = ", ".join(sorted(self.unclear_columns))
            lines.append(
                f"{self.unclear:,} rows have a word that is neither yes nor no in {unclear} "
                f"(first: line {self.first_unclear}): taken as no contact"
            )
        if self.unnamed:
            lines.append(
                f"{self.unnamed:,} rows refuse contact and name nobody that could be suppressed: left out"
            )
        if self.lifted:
            lines.append(f"{self.lifted:,} suppressions of the list were lifted: it says otherwise now")
        return lines


def _refused(by_channel: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """The scope that each row refuses: phone, email, all, or None."""
    phone, email = by_channel["phone"], by_channel["email"]
    return np.select([phone & email, phone, email], ["all", "phone", "email"], "").astype(object)


def _permitted(
    permitted: Mapping[str, NDArray[np.bool_]], refused: Mapping[str, NDArray[np.bool_]]
) -> NDArray[np.object_]:
    """The scopes that each row lifts. It lifts "all" where it speaks of both channels and permits one of them."""
    phone, email = (permitted[channel] & ~refused[channel] for channel in ("phone", "email"))
    conditions = [phone & email, phone & refused["email"], email & refused["phone"], phone, email]
    return np.select(conditions, ["phone email all", "phone all", "email all", "phone", "email"], "").astype(
        object
    )


# ---------------------------------------------------------------------- as suppressions


def apply_statements(con: DuckDBPyConnection, statements: Statements, now: datetime) -> list[RejectedRow]:
    """Suppress whom ``list_rows`` refuses, lift what it no longer refuses; part of the caller's transaction.

    A row that refuses contact and has no identifier is taken out of ``list_rows``: nothing could keep it from
    being asked about.

    Args:
        con: with ``list_rows``, which has the columns ``STATEMENTS``.
        statements: what was read; ``lifted`` and ``unnamed`` are set.
        now: UTC, without zone.

    Returns:
        The rows taken out.
    """
    if not statements.columns:
        return []
    for table in ("list_refused", "list_permitted"):
        con.execute(
            f"create or replace temp table {table} "
            "(identifier_type varchar, identifier_hash varchar, scope varchar)"
        )
    unnamed: list[int] = []
    for lines, rows in _named(con, "refused"):
        unnamed += lines
        _keep(con, "list_refused", rows)
    con.execute(
        """
        insert into raw.suppressions by name
        select distinct *, $reason as reason, $now::timestamp as added_at from list_refused
        where (identifier_type, identifier_hash, scope) not in (
            select (identifier_type, identifier_hash, scope) from raw.suppressions
        )
        """,
        {"reason": REASON, "now": now},
    )
    con.execute(
        """
        create or replace temp table list_open as
        select identifier_type, identifier_hash, scope from raw.suppressions
        where reason = $reason and (identifier_type, identifier_hash, scope) not in (
            select (identifier_type, identifier_hash, scope) from list_refused
        )
        """,
        {"reason": REASON},
    )
    if con.execute("select 1 from list_open limit 1").fetchone():
        for _, rows in _named(con, "permitted"):
            _keep(con, "list_permitted", rows)
        lifted = con.execute(
            """
            delete from raw.suppressions
            where reason = $reason and (identifier_type, identifier_hash, scope) in (
                select (open.identifier_type, open.identifier_hash, open.scope)
                from list_open as open
                inner join list_permitted
                    on open.identifier_type = list_permitted.identifier_type
                    and open.identifier_hash = list_permitted.identifier_hash
                    and open.scope = list_permitted.scope
            )
            """,
            {"reason": REASON},
        ).fetchone()
        statements.lifted = int(lifted[0]) if lifted else 0
    for table in ("list_refused", "list_permitted", "list_open"):
        con.execute(f"drop table {table}")
    statements.unnamed = len(unnamed)
    con.execute("delete from list_rows where list_contains($lines, line_number)", {"lines": unnamed})
    reason = "the row refuses contact and has no address, number, profile or id that could be suppressed: left out"
    return [RejectedRow(line, UNNAMED_RULE, reason) for line in unnamed]


def _named(con: DuckDBPyConnection, statement: str) -> Iterator[tuple[list[int], list[tuple[str, str, str]]]]:
    """In blocks: lines with a statement that have no identifier, and (type, hash, scope) of the others'."""
    last = 0
    while True:
        rows = con.execute(
            f"select line_number, {statement}, {', '.join(_NAMING)} from list_rows "  # noqa: S608 - our own names
            f"where {statement} is not null and line_number > $last order by line_number limit {_BLOCK_ROWS}",
            {"last": last},
        ).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        unnamed: list[int] = []
        found: list[tuple[str, str, str]] = []
        for line, said, *cells in rows:
            before = len(found)
            for kind, cell in zip(_NAMING.values(), cells, strict=True):
                if cell is not None:
                    found += _suppressions(kind, cell, said, is_refusal=statement == "refused")
            if len(found) == before:
                unnamed.append(line)
        yield unnamed, found


def _suppressions(kind: str, cell: str, said: str, *, is_refusal: bool) -> Iterator[tuple[str, str, str]]:
    """What a cell's identifiers are suppressed under: all that stand in it.

    A number may be a household's, so it closes calls to it and nothing else: whoever shares it may be written to.
    """
    scopes = said.split()
    if kind == "phone" and is_refusal:
        scopes = ["phone"] if said in ("phone", "all") else []
    for identifier in identifiers_in(kind, cell):
        for each in identifier.with_hashes():
            for one in scopes:
                yield each.type, each.hash, one


def _keep(con: DuckDBPyConnection, table: str, rows: Sequence[tuple[str, str, str]]) -> None:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    names = ("identifier_type", "identifier_hash", "scope")
    found = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})
    con.register("list_identifiers", found)
    try:
        con.execute(f"insert into {table} select distinct * from list_identifiers")  # noqa: S608 - our own names
    finally:
        con.unregister("list_identifiers")
