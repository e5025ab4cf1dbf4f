"""What the proof looks for: every value of a person, gathered before anything is removed.

Built apart from what the erasure removes by (``people``, ``redaction``, ``traits``): this module and ``proof``
share no code with them, so that neither repeats the other's mistake. Who is erased is decided once; what is
theirs, twice.

Values come from every row of the warehouse that bears one of the person's keys, from their rows of the first-party
list, from the questions in the journal, and from the vendors' answers as they came.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine, text

_EMAIL = re.compile(r"[^\s\"'<>()\[\]{},;:=/\\|]+@[^\s\"'<>()\[\]{},;:=/\\|@]+\.[^\s\"'<>()\[\]{},;:=/\\|@.]+")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])\+?(?:1[-. ]?)?\(?[2-9][0-9]{2}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4}(?![0-9A-Za-z])"
)
_E164 = re.compile(r"(?<![0-9A-Za-z])\+[0-9]{8,15}(?![0-9])")
_PROFILE = re.compile(r"(?:^|/)in/+([^/?#\s\"]+)", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")

#: Columns with a key of our own that stands for one person, one record or one question.
_KEY_COLUMNS = frozenset({"contact_key", "former_key", "evidence_id", "household_key", "row_key"})
#: Columns in which one value stands as ``type:value``.
_TYPED_COLUMNS = frozenset({"node", "anchor", "value_node"})
#: Names in places, how somebody was asked for, a mailbox's key: keys made of a person's values.
_MADE_OF_VALUES = frozenset(
    {
        "pii",
        "email_key",
        "name_address",
        "name_employer",
        "name_year_zip",
        "first_name_year_address",
        "last_name_year_address",
    }
)
_HASH_TYPES = frozenset({"email_md5", "email_sha1", "email_sha256"})

Value = tuple[str, str]


@dataclass
class Evidence:
    """The person's values by kind: ``email``, ``phone``, ``profile``, ``hash``, ``key``, ``device``,
    ``<vendor>_id``.

    ``names`` (first, last) and ``homes`` (street, ZIP) say whether anybody else has the same. ``shared`` values
    are others' too, and may stay. All of it is secret.
    """

    values: set[Value] = field(default_factory=set, repr=False)
    shared: set[Value] = field(default_factory=set, repr=False)
    names: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False)
    homes: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False)

    def document(self) -> dict[str, Any]:
        """Return it as JSON can keep it."""
        return {
            "values": sorted(self.values),
            "shared": sorted(self.shared),
            "names": [[*name, alone] for name, alone in sorted(self.names.items())],
            "homes": [[*home, alone] for home, alone in sorted(self.homes.items())],
        }

    def add_identifiers(self, identifiers: Iterable[Value]) -> None:
        """Add identifiers by type and normalised value: what was removed is looked for, whoever else had it."""
        added = {_kind(*each) for each in identifiers}
        self.values |= added
        self.shared -= added

    def add_document(self, document: Mapping[str, Any]) -> None:
        """Add what an interrupted erasure had gathered, when more of the person was there."""
        if not document:
            return
        self.values |= {(kind, value) for kind, value in document["values"]}
        self.shared = (self.shared | {(kind, value) for kind, value in document["shared"]}) - self.values
        self.names |= {(first, last): alone for first, last, alone in document["names"]}
        self.homes |= {(street, code): alone for street, code, alone in document["homes"]}


def gather(
    warehouse: Path, journal: Engine | None, *, asked: Value, keys: Iterable[str], also_shared: bool
) -> Evidence:
    """Gather a person's values. Changes nothing.

    Args:
        warehouse: the DuckDB file; nobody may have it open for writing.
        journal: the journal's engine, None where there is none.
        asked: type and normalised value of the identifier that was given.
        keys: the keys of the people who are to be erased.
        also_shared: what others have too must be gone as well.
    """
    found = Evidence()
    found.values.add(_kind(*asked))
    mine = sorted(set(keys))
    if warehouse.exists():
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = _Rows(connection, mine)
            rows.harvest(found)
            rows.decide(found, asked=_kind(*asked), also_shared=also_shared)
            rows.add_questions(found)
            rows.add_raw_values(found)
    if journal is not None:
        _add_journal_questions(journal, found)
    found.values -= found.shared
    return found


def _kind(identifier_type: str, value: str) -> Value:
    """Return the kind under which a typed identifier is looked for."""
    if identifier_type in {"email", "phone"} or identifier_type.endswith("_id"):
        return identifier_type, value
    if identifier_type in _HASH_TYPES:
        return "hash", value.lower()
    if identifier_type == "linkedin":
        return "profile", value.lower()
    return ("key" if identifier_type == "contact_key" or identifier_type in _MADE_OF_VALUES else "device"), value


def values_in(column: str, value: str) -> Iterator[Value]:
    """Yield what a cell says of a person, by the column's name and the value's shape."""
    name = column.lower()
    yield from (("email", address.lower().rstrip(".")) for address in _EMAIL.findall(value))
    if name in _TYPED_COLUMNS:
        kind, colon, rest = value.partition(":")
        rest = rest.partition("|")[0]
        if (
            colon
            and rest
            and (kind in _HASH_TYPES | _MADE_OF_VALUES | {"phone", "linkedin", "maid"} or kind.endswith("_id"))
        ):
            yield _kind(kind, rest)
        return
    if name in _KEY_COLUMNS:
        if len(value) > 5:
            yield "key", value
        return
    about_company = any(word in name for word in ("company", "employer", "business", "organization"))
    if not about_company:
        numbers = _E164.findall(value)
        if "phone" in name or "mobile" in name or "e164" in name:
            numbers += _PHONE.findall(value)
        yield from (("phone", number) for each in numbers if (number := _international(each)))
    if "linkedin" in name or "/in/" in value:
        slugs = _PROFILE.findall(value) or ([value] if re.fullmatch(r"[^\s/@.{\[]+", value) else [])
        if not about_company:
            yield from (("profile", slug.lower()) for slug in slugs)
    if name in {"hem", "email_md5", "email_sha1", "email_sha256", "md5", "sha1", "sha256"} and _HEX.fullmatch(
        value.lower()
    ):
        yield "hash", value.lower()
    if name in {"maid", "vin", "ip"} and len(value) > 6:
        yield "device", value


def _international(number: str) -> str | None:
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else f"+{digits}" if len(digits) == 11 and digits[0] == "1" else None


class _Rows:
    """The warehouse's tables that say whose a row is."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> None:
        self._connection = connection
        self._keys = list(keys)
        self._tables: dict[str, list[str]] = {}
        for schema, table, columns in connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns where table_catalog = current_database() group by all"
        ).fetchall():
            self._tables[f'"{schema}"."{table}"'] = columns
        self._former()
        self._records = self._evidence_ids()

    def _fetch(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters or None).fetchall()

    def _former(self) -> None:
        """Keys under which the same people went before."""
        for table, columns in self._tables.items():
            if {"given_key", "contact_key"} <= set(columns):
                rows = self._fetch(
                    f"select given_key from {table} where list_contains($keys, contact_key)",  # noqa: S608
                    keys=self._keys,
                )
                self._keys = sorted({*self._keys, *(row[0] for row in rows)})

    def _evidence_ids(self) -> list[str]:
        found: set[str] = set()
        for table, columns in self._tables.items():
            if {"evidence_id", "contact_key"} <= set(columns):
                rows = self._fetch(
                    f"select evidence_id from {table} where list_contains($keys, contact_key)",  # noqa: S608
                    keys=self._keys,
                )
                found |= {row[0] for row in rows if row[0]}
        return sorted(found)

    def _owned(self) -> Iterator[tuple[str, list[str], str]]:
        """Yield (table, columns, condition that a row is the person's)."""
        for table, columns in self._tables.items():
            conditions = []
            if "contact_key" in columns:
                conditions.append("list_contains($keys, contact_key)")
            elif "evidence_id" in columns:
                conditions.append("list_contains($records, evidence_id)")
            elif table == '"raw"."first_party"' and "row_key" in columns:
                conditions.append("list_contains($records, row_key)")
            if conditions:
                yield table, columns, " or ".join(conditions)

    def _parameters(self, condition: str) -> dict[str, object]:
        known = {"keys": self._keys, "records": self._records}
        return {name: value for name, value in known.items() if f"${name}" in condition}

    def harvest(self, found: Evidence) -> None:
        """Take every value from every row that is the person's."""
        found.values |= {("key", key) for key in (*self._keys, *self._records) if len(key) > 5}
        for table, columns, condition in self._owned():
            texts = ", ".join(f'cast("{name}" as varchar)' for name in columns)
            rows = self._connection.execute(
                f"select distinct {texts} from {table} where {condition}",  # noqa: S608 - names of the catalog
                self._parameters(condition),
            ).fetchall()
            for row in rows:
                cells = {name: cell for name, cell in zip(columns, row, strict=True) if cell}
                for name, cell in cells.items():
                    found.values |= set(values_in(name, cell))
                for kind, value in (
                    ("identifier_type", "identifier_value"),
                    ("person_ref_type", "person_ref"),
                    ("subject_type", "subject_value"),
                ):
                    typed = cells.get(kind)
                    if typed and value in cells and typed not in _IMPERSONAL:
                        found.values |= _typed(typed, cells[value])
                if table == '"raw"."first_party"' and "external_id" in cells:
                    found.values.add(("first_party_id", cells["external_id"]))
                if cells.get("first_name") and cells.get("last_name"):
                    found.names[cells["first_name"], cells["last_name"]] = False
                if cells.get("address") and cells.get("zip"):
                    found.homes[cells["address"], cells["zip"]] = False

    # ---------------------------------------------------------------- whose a value is

    def decide(self, found: Evidence, *, asked: Value, also_shared: bool) -> None:
        """Sort out what is others' as well; say of names and homes whether anybody else has them."""
        owners = self._owners(found.values)
        mine = set(self._keys)
        listed = self._listed(found.values)
        names_of = self._names({key for keys in owners.values() for key in keys})
        for value in set(found.values):
            others = owners.get(value, set()) - mine
            kind, written = value
            if kind == "device" and value != asked and listed.get(value, (False, False))[1]:
                found.values.discard(value)  # an office's address in the net stands on other people's rows too
                continue
            if value == asked or not others:
                continue
            if kind in {"key", "device"}:
                found.values.discard(value)  # a household's key, a question about several people
                continue
            mine_listed, others_listed = listed.get(value, (False, False))
            ours = self._is_named(written, found.names)
            theirs = any(self._is_named(written, names_of.get(other, ())) for other in others)
            known_others = {other for other in others if names_of.get(other)}
            must_go = (
                (ours and not theirs and not others_listed)
                or (mine_listed and not others_listed and not (theirs and not ours))
                or (not known_others and not others_listed)
            )
            if not must_go and not also_shared:
                found.shared.add(value)
        hashed = {("hash", digest) for kind, text_ in found.shared if kind == "email" for digest in digests(text_)}
        found.shared |= hashed & found.values
        found.values -= found.shared
        self._judge_descriptions(found)

    _CARRYING = ("int_contacts__emails", "int_contacts__phones", "int_contacts__records", "int_contacts__profiles")

    def _owners(self, values: Iterable[Value]) -> dict[Value, set[str]]:
        """Return who has each value in a record of their own; a question's subject is not looked at."""
        wanted = set(values)
        owners: dict[Value, set[str]] = {}
        members = self._members()
        plain = sorted({written.lower() for _, written in wanted})
        for table, columns in self._tables.items():
            name = table.rpartition(".")[2].strip('"')
            if "contact_key" in columns:
                owner, source = "contact_key", table
                if name == "contact_identifiers" and members is not None:
                    continue
            elif "evidence_id" in columns and members is not None and name in self._CARRYING:
                owner, source = "contact_key", f"{table} inner join ({members}) as members using (evidence_id)"
            else:
                continue
            for column in columns:
                kinds = _COLUMN_KINDS.get(column)
                if kinds is None:
                    continue
                rows = self._fetch(
                    f'select distinct lower(cast("{column}" as varchar)), {owner} from {source} '  # noqa: S608
                    f'where {owner} is not null and list_contains($plain, lower(cast("{column}" as varchar)))',
                    plain=plain,
                )
                for written, key in rows:
                    for value in wanted:
                        if value[1].lower() == written and (
                            value[0] in kinds or (value[0].endswith("_id") and "id" in kinds)
                        ):
                            owners.setdefault(value, set()).add(key)
        return owners

    def _members(self) -> str | None:
        for table, columns in self._tables.items():
            is_membership = table.endswith(('"int_identity__clusters"', '"int_identity__assignments"'))
            if is_membership and {"evidence_id", "contact_key"} <= set(columns):
                return f"select evidence_id, contact_key from {table}"  # noqa: S608 - names of the catalog
        return None

    _LISTED = ("email", "phone", "linkedin_url", "external_id", "maid", "ip", "vin")

    def _listed(self, values: Iterable[Value]) -> dict[Value, tuple[bool, bool]]:
        """Return, by value, whether it stands on the person's list row, and on somebody else's."""
        columns = self._tables.get('"raw"."first_party"', [])
        present = [name for name in self._LISTED if name in columns]
        if not present or "row_key" not in columns:
            return {}
        wanted = set(values)
        result: dict[Value, tuple[bool, bool]] = {}
        cursor = self._connection.cursor().execute(
            f"select row_key, {', '.join(present)} from raw.first_party"  # noqa: S608 - names above
        )
        records = set(self._records)
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                for name, cell in zip(present, row[1:], strict=True):
                    seen = set(values_in(name, str(cell))) if cell else set()
                    if name == "external_id" and cell:
                        seen.add(("first_party_id", str(cell)))
                    for value in seen & wanted:
                        own, others = result.get(value, (False, False))
                        result[value] = (own or row[0] in records, others or row[0] not in records)
        return result

    def _names(self, keys: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
        wanted = sorted(set(keys))
        names: dict[str, set[tuple[str, str]]] = {}
        for table, columns in self._tables.items():
            if {"contact_key", "first_name", "last_name"} <= set(columns):
                for key, first, last in self._fetch(
                    f"select distinct contact_key, first_name, last_name from {table} "  # noqa: S608
                    "where list_contains($keys, contact_key) and coalesce(first_name, last_name) is not null",
                    keys=wanted,
                ):
                    names.setdefault(key, set()).add((first or "", last or ""))
        return names

    @staticmethod
    def _is_named(written: str, names: Iterable[tuple[str, str]]) -> bool:
        """Say whether an address or profile bears a first name, or an initial and a last name, of these."""
        local = plain(written.partition("@")[0])
        words, joined = local.split(), local.replace(" ", "")
        for one, other in names:
            first, last = plain(one).replace(" ", ""), plain(other).replace(" ", "")
            if first and (first in words or (len(first) > 3 and joined.startswith(first))):
                return True
            if first and last and joined in {first + last, last + first, first[0] + last, last + first[0]}:
                return True
        return False

    def _judge_descriptions(self, found: Evidence) -> None:
        """Say of names and homes whether another person has the same."""
        codes = sorted({code[:5] for _, code in found.homes})
        namesakes: set[tuple[str, str]] = set()
        neighbours: set[tuple[str, ...]] = set()
        members = self._members()
        for table, columns in self._tables.items():
            source = table
            if "contact_key" not in columns:
                if "evidence_id" not in columns or members is None:
                    continue
                source = (
                    f"(select records.*, members.contact_key from {table} as records "  # noqa: S608
                    f"inner join ({members}) as members using (evidence_id))"
                )
            if {"first_name", "last_name"} <= set(columns) and found.names:
                for first, last in self._fetch(
                    f"select distinct first_name, last_name from {source} "  # noqa: S608
                    "where not list_contains($keys, contact_key) and first_name is not null and "
                    "(list_contains($lasts, lower(trim(last_name))) or regexp_matches(last_name, '[^ -~]'))",
                    keys=self._keys,
                    lasts=sorted(
                        {form for _, name in found.names for form in (name.strip().lower(), plain(name))}
                    ),
                ):
                    namesakes.add((plain(first), plain(last)))
            if {"address", "zip"} <= set(columns) and codes:
                for street, code in self._fetch(
                    f"select distinct address, zip from {source} where not list_contains($keys, contact_key) "  # noqa: S608
                    "and address is not null and list_contains($codes, left(zip, 5))",
                    keys=self._keys,
                    codes=codes,
                ):
                    neighbours.add(_place(street, code))
        for name in found.names:
            found.names[name] = (plain(name[0]), plain(name[1])) not in namesakes
        for home in found.homes:
            found.homes[home] = _place(*home) not in neighbours

    # ---------------------------------------------------------------- questions and answers

    def add_questions(self, found: Evidence) -> None:
        """Add keys of questions about the person's values, wherever a table has both."""
        texts = sorted({form for value in found.values for form in as_asked(value)})
        for table, columns in self._tables.items():
            if "subject_value" not in columns:
                continue
            for column in {"question_key", "subject_key"} & set(columns):
                rows = self._fetch(
                    f"select distinct {column} from {table} where list_contains($texts, lower(subject_value))",  # noqa: S608
                    texts=texts,
                )
                found.values |= {("key", row[0]) for row in rows if row[0] and row[0] != "erased"}

    def add_raw_values(self, found: Evidence) -> None:
        """Add addresses and numbers that only the vendors' answers as they came have of the person."""
        known = {written.lower() for kind, written in found.values if kind in {"email", "hash", "profile"}}
        known |= {written for kind, written in found.values if kind.endswith("_id") and len(written) > 8}
        names = {(plain(first), plain(last)) for first, last in found.names}
        if not known or not names:
            return
        mine: set[Value] = set()
        for record in self._raw_records(known):
            cells = {plain(cell) for _, cell in record}
            if any(cell.lower() in known for _, cell in record) and any(
                {first, last} <= cells or f"{first} {last}" in cells for first, last in names
            ):
                mine |= {
                    value
                    for name, cell in record
                    for value in values_in(name, cell)
                    if value[0] in {"email", "phone"}
                }
        new = mine - found.values - found.shared
        if not new:
            return
        owners = self._owners(new)
        own = set(self._keys)
        candidates = {value for value in new if not owners.get(value, set()) - own}
        forms = {form for value in candidates for form in as_asked(value)}
        elsewhere: set[Value] = set()
        for record in self._raw_records(forms):
            cells = {plain(cell) for _, cell in record}
            if not any({first, last} <= cells or f"{first} {last}" in cells for first, last in names):
                elsewhere |= {value for name, cell in record for value in values_in(name, cell)}
        found.values |= candidates - elsewhere

    def _raw_records(self, texts: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
        """Yield the records of answers as lists of (field, text), of answers that may have one of these texts."""
        pattern = "(?i)" + "|".join(re.escape(each) for each in sorted(texts))
        for table, columns in self._tables.items():
            if table.startswith('"raw".') and {"body", "subjects"} <= set(columns) and texts:
                cursor = self._connection.cursor().execute(
                    f"select body from {table} where regexp_matches(body, $pattern)",  # noqa: S608
                    {"pattern": pattern},
                )
                while bodies := cursor.fetchmany(20):
                    for (body,) in bodies:
                        yield from records_of(body)


_IMPERSONAL = frozenset(
    {
        "keyword",
        "feed",
        "query",
        "topic",
        "account",
        "address",
        "business_address",
        "company",
        "zip4",
        "pii",
        "erased",
    }
)

#: By column: kinds whose values stand there.
_COLUMN_KINDS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "linkedin": frozenset({"profile"}),
    "maid": frozenset({"device"}),
    "vin": frozenset({"device"}),
    "ip": frozenset({"device"}),
    "person_ref": frozenset({"id"}),
    "contact_id": frozenset({"id"}),
    "identifier_value": frozenset({"hash", "profile", "phone", "device", "id"}),
    "email_md5": frozenset({"hash"}),
    "email_sha1": frozenset({"hash"}),
    "email_sha256": frozenset({"hash"}),
    "hem": frozenset({"hash"}),
    "household_key": frozenset({"key"}),
    "question_key": frozenset({"key"}),
    "subject_key": frozenset({"key"}),
    "evidence_id": frozenset({"key"}),
}


def _typed(kind: str, value: str) -> set[Value]:
    if kind == "email":
        return {("email", value.strip().lower())}
    if kind == "phone":
        number = _international(value)
        return {("phone", number)} if number else set()
    if kind == "linkedin":
        return {("profile", (_PROFILE.findall(value) or [value.strip()])[0].lower())}
    if kind in _HASH_TYPES or kind in _MADE_OF_VALUES or kind == "maid" or kind.endswith("_id"):
        return {_kind(kind, value.strip())}
    return set()


def as_asked(value: Value) -> set[str]:
    """Return the notations in which a value is sent to a vendor, in lower case."""
    kind, written = value[0], value[1].lower()
    if kind == "phone":
        digits = written.removeprefix("+")
        return {written, digits, digits[1:] if len(digits) == 11 else digits}
    if kind == "profile":
        return {written} | {
            f"{start}linkedin.com/in/{written}" for start in ("", "www.", "https://", "https://www.")
        }
    return {written}


def digests(address: str) -> set[str]:
    """Return the hashes of an address under which vendors know it, of its capitals too."""
    return {
        hashlib.new(kind, written.encode(), usedforsecurity=False).hexdigest()
        for kind in ("md5", "sha1", "sha256")
        for written in (address, address.upper())
    }


def plain(written: str) -> str:
    """Return lower case without accents, everything but letters and digits as one blank."""
    bare = unicodedata.normalize("NFKD", written).casefold()
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", bare).strip()


def _place(street: str, code: str) -> tuple[str, ...]:
    """Return what two spellings of one home have in common: ZIP, numbers, the street's first word."""
    words = plain(street).split()
    letters = [word for word in words if not any(letter.isdigit() for letter in word) and len(word) > 2]
    numbers = [word for word in words if any(letter.isdigit() for letter in word)]
    return (code.strip()[:5], *numbers, *letters[:1])


def records_of(document: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the outermost list elements of a JSON text, or what is outside of lists, as (field, text)."""
    try:
        parsed = json.loads(document)
    except ValueError:
        return
    outside: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", parsed)]
    while stack:
        name, node = stack.pop()
        if isinstance(node, dict):
            stack += node.items()
        elif isinstance(node, list):
            yield from (list(_cells(name, element)) for element in node)
        elif node is not None:
            outside.append((name, str(node)))
    if outside:
        yield outside


def _cells(name: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _cells(f"{name}.{key}" if "company" in name or "employer" in name else key, value)
    elif isinstance(node, list):
        for element in node:
            yield from _cells(name, element)
    elif node is not None and not isinstance(node, bool):
        yield name, str(node)


def _add_journal_questions(journal: Engine, found: Evidence) -> None:
    """Add keys of questions about the person's values that were asked, wherever they stand in the journal."""
    texts = {form for value in found.values for form in as_asked(value)}
    with journal.connect() as connection:
        if not journal.dialect.has_table(connection, "requests"):
            return
        for (subjects,) in connection.execute(text("select subjects from requests")).yield_per(1_000):
            low = str(subjects).lower()
            if not any(each in low for each in texts):
                continue
            for subject in json.loads(subjects):
                if str(subject.get("value", "")).lower() in texts and subject.get("key"):
                    found.values.add(("key", str(subject["key"])))
        if not journal.dialect.has_table(connection, "asked"):
            return
        keys = {written for kind, written in found.values if kind == "key"}
        pairs = connection.execute(text("select question_key, subject_key from asked")).yield_per(1_000)
        found.values |= {("key", subject) for question, subject in pairs if question in keys and subject}
