"""Who an identifier belongs to, and what is that person's own: decided by evidence, not by being unshared.

A value is *carried* by a record that contains it itself, and *attached* to every record of an answer to a question
about it. A household's answer attaches the asked address to each of its records, so being attached alone makes
nobody an owner. A value is the person's own when

* it stands on the person's row of the first-party list and on nobody else's, or
* it names the person and nobody else who is connected with it (``ann.lee@``, ``/in/ann-lee``), or
* nobody else with a name carries it (or, where no record carries it, is attached to it).

Everything else that the person has is *shared*: it stays with the others, and the report names it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

import duckdb

from contactable.privacy.identifiers import (
    EMAIL,
    EMAIL_HASHES,
    LINKEDIN,
    MAID,
    PHONE,
    Identifier,
    email_hash,
    identifiers_in,
)

#: The type of an identifier that is our own key of a person.
CONTACT_KEY = "contact_key"

Name = tuple[str, str]
Home = tuple[str, str]


@dataclass(frozen=True)
class Shared:
    """An identifier that stays because others have it too: ``others`` people who carry it."""

    identifier: Identifier
    others: int
    on_own_list: bool


@dataclass(frozen=True)
class Person:
    """What is known of the people who are to be erased. All of it is secret: nothing of it may be shown.

    ``keys``: their keys in our tables, former ones too. ``own``: identifiers that go. ``shared``: identifiers that
    stay. ``tokens``: values that stand for nobody else and are no identifiers: keys of records, of questions, of a
    home that nobody else has, of names in places, vehicles, addresses in the net. ``names`` are (first, last),
    ``homes`` are (street, ZIP); ``rare_names`` and ``lone_homes`` are those of nobody else. ``bystanders``: names
    of others who carry, or are attached to, one of the own identifiers: their records only lose these values.
    """

    people: int = 0
    keys: frozenset[str] = frozenset()
    own: frozenset[Identifier] = field(default=frozenset(), repr=False)
    shared: frozenset[Shared] = field(default=frozenset(), repr=False)
    tokens: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[Name] = field(default=frozenset(), repr=False)
    homes: frozenset[Home] = field(default=frozenset(), repr=False)
    rare_names: frozenset[Name] = field(default=frozenset(), repr=False)
    lone_homes: frozenset[Home] = field(default=frozenset(), repr=False)
    bystanders: frozenset[Name] = field(default=frozenset(), repr=False)

    def united(self, other: "Person") -> "Person":
        """Return both: what an interrupted erasure knew, and what is known now. Own wins over shared."""
        own = self.own | other.own
        return Person(
            people=max(self.people, other.people),
            keys=self.keys | other.keys,
            own=own,
            shared=frozenset(each for each in self.shared | other.shared if each.identifier not in own),
            tokens=self.tokens | other.tokens,
            names=self.names | other.names,
            homes=self.homes | other.homes,
            rare_names=self.rare_names | other.rare_names,
            lone_homes=self.lone_homes | other.lone_homes,
            bystanders=(self.bystanders | other.bystanders) - self.names - other.names,
        )


class AmbiguousIdentifierError(Exception):
    """The identifier belongs to several people; erasing all of them must be asked for."""

    def __init__(self, people: int) -> None:
        super().__init__(
            f"this identifier belongs to {people} people; say that all of them are meant, or name another"
        )
        self.people = people


@dataclass(frozen=True)
class _Carrier:
    """One person who has a value: in a record of theirs (``carries``), on their list row (``listed``)."""

    key: str
    carries: bool
    listed: bool


def find_person(
    connection: duckdb.DuckDBPyConnection, asked: Identifier, *, everyone: bool = False, also_shared: bool = False
) -> Person:
    """Find whom ``asked`` belongs to in a warehouse, whatever of it was built. Changes nothing.

    Args:
        connection: open on the warehouse.
        asked: the identifier; of type ``CONTACT_KEY`` too.
        everyone: all people with the identifier are meant, where there are several.
        also_shared: what others have too counts as the person's own.

    Raises:
        AmbiguousIdentifierError: several people have it, and evidence does not decide between them.
    """
    graph = _Graph(connection)
    asked_forms = graph.forms_of(asked)
    keys = graph.keys_of_contact(asked.value) if asked.type == CONTACT_KEY else _owners(graph, asked, everyone)
    if not keys:
        alone = frozenset() if asked.type == CONTACT_KEY else frozenset(asked_forms)
        tokens = {asked.value} if asked.type == CONTACT_KEY else set()
        return Person(own=alone, tokens=frozenset(tokens | graph.question_keys(alone)))
    people = len(keys)
    own: set[Identifier] = set() if asked.type == CONTACT_KEY else set(asked_forms)
    shared: set[Shared] = set()
    # Unnamed records that hang on nothing but the person's own values are the person's too, and bring values
    # along.
    for _ in range(4):
        shared = set()
        for forms in graph.values_of(keys):
            decision = _judge(graph, forms, keys)
            if decision is None or also_shared or forms & own:
                own |= forms
            else:
                shared.add(decision)
        unnamed = graph.unnamed_with(own, keys)
        if not unnamed:
            break
        keys |= unnamed
    names, homes = graph.names_of(keys), graph.homes_of(keys)
    bystanders = graph.names_of({carrier.key for carrier in graph.carriers(own)} - keys)
    return Person(
        people=people,
        keys=frozenset(keys | graph.former_keys(keys)),
        own=frozenset(own),
        shared=frozenset(shared),
        tokens=frozenset(graph.tokens_of(keys) | graph.question_keys(own)),
        names=frozenset(names),
        homes=frozenset(homes),
        rare_names=frozenset(graph.rare_names(names, keys)),
        lone_homes=frozenset(graph.lone_homes(homes, keys)),
        bystanders=frozenset(bystanders - names),
    )


def _owners(graph: "_Graph", asked: Identifier, everyone: bool) -> set[str]:
    """Return the people ``asked`` belongs to: one, or all of them when ``everyone`` is meant."""
    carriers = graph.carriers(graph.forms_of(asked))
    carrying = {carrier.key for carrier in carriers if carrier.carries}
    candidates = carrying or {carrier.key for carrier in carriers}
    if everyone or len(candidates) < 2:
        return candidates
    named = {key: names for key in candidates if (names := graph.names_of({key}))}
    scores = {key: max(_naming(asked, name) for name in names) for key, names in named.items()}
    best = [key for key, score in scores.items() if score and score == max(scores.values())]
    listed = {carrier.key for carrier in carriers if carrier.listed}
    for decided in (best, sorted(listed), sorted(named)):
        if len(decided) == 1:
            return {decided[0]}
    raise AmbiguousIdentifierError(len(candidates))


def _judge(graph: "_Graph", forms: frozenset[Identifier], keys: Set[str]) -> Shared | None:
    """Say that a value (in all its forms) is the person's own (None), or shared with whom."""
    carriers = graph.carriers(forms)
    others = [carrier for carrier in carriers if carrier.key not in keys]
    on_own_list = any(carrier.listed for carrier in carriers if carrier.key in keys)
    listed_elsewhere = any(carrier.listed for carrier in others)
    value = min(forms, key=lambda each: (each.type != EMAIL, each.type))
    carried_at_all = any(carrier.carries for carrier in carriers)
    # Where records carry it, who is only attached is no owner.
    rivals = {carrier.key for carrier in others if carrier.carries or not carried_at_all}
    named_rivals = {key for key in rivals if graph.names_of({key})}
    ours = max((_naming(value, name) for name in graph.names_of(keys)), default=0)
    connected = graph.names_of({carrier.key for carrier in others})
    theirs = max((_naming(value, name) for name in connected), default=0)
    if ours > theirs and not listed_elsewhere:
        return None
    if theirs > ours and named_rivals:
        return Shared(value, len(named_rivals), on_own_list)
    if listed_elsewhere and not ours > theirs:
        return Shared(value, max(len(rivals), 1), on_own_list)
    if on_own_list or ours > theirs or not named_rivals:
        return None
    return Shared(value, len(named_rivals), on_own_list)


def _naming(value: Identifier, name: Name) -> int:
    """Say how well an address or profile names somebody: 2 by the first name, 1 by the last name alone, 0 not."""
    if value.type not in {EMAIL, LINKEDIN}:
        return 0
    text = _letters(value.value.partition("@")[0] if value.type == EMAIL else value.value, keep="-._+")
    words = [word for word in re.split(r"[-._+]", text) if word]
    joined = "".join(words)
    first, last = (_letters(part) for part in name)
    if not first or not last:
        return 1 if (whole := first or last) and len(whole) > 2 and whole in words else 0
    written = {first + last, last + first, first[0] + last, last + first[0], first + last[0], last[0] + first}
    if first in words or joined in written or (len(first) > 3 and joined.startswith(first)):
        return 2
    return 1 if len(last) > 2 and (last in words or joined.startswith(last) or joined.endswith(last)) else 0


def _letters(text: str, keep: str = "") -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalpha() or letter in keep)


def _house(street: str, code: str) -> tuple[str, tuple[str, ...], str]:
    """Return what spellings of one home have in common: ZIP, its numbers, the first long word of the street."""
    plain = "".join(letter if letter.isalnum() else " " for letter in street.casefold()).split()
    words = [word for word in plain if word.isalpha() and len(word) > 2]
    return code.strip()[:5], tuple(word for word in plain if not word.isalpha()), words[0] if words else ""


class _Graph:
    """The warehouse's tables as people and the values that they carry; what is not built is left out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._columns: dict[str, set[str]] = defaultdict(set)
        for schema, table, column in connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns "
            "where table_catalog = current_database()"
        ).fetchall():
            self._columns[f"{schema}.{table}"].add(column)
        self._members = self._members_sql()
        self._names: dict[str, frozenset[Name]] = {}
        self._collect()

    def _has(self, table: str, *columns: str) -> bool:
        return table in self._columns and set(columns) <= self._columns[table]

    def _rows(self, sql: str, **parameters: object) -> list[tuple[str, ...]]:
        return self._connection.execute(sql, parameters or None).fetchall()

    def _members_sql(self) -> str | None:
        """Records of people: (evidence_id, contact_key)."""
        for table in ("intermediate.int_identity__clusters", "intermediate.int_identity__assignments"):
            if self._has(table, "evidence_id", "contact_key"):
                return f"select evidence_id, contact_key from {table}"  # noqa: S608 - names above
        return None

    # -------------------------------------------------------------- who has which value

    #: Tables of records by their evidence: (table, vendor's column, [(type or column of the type, value's
    #: column)]).
    _RECORDS = (
        (
            "intermediate.int_contacts__emails",
            [(f"'{EMAIL}'", "email"), *((f"'{kind}'", kind) for kind in EMAIL_HASHES)],
        ),
        ("intermediate.int_contacts__phones", [(f"'{PHONE}'", "phone")]),
        (
            "intermediate.int_contacts__profiles",
            [
                (f"'{EMAIL}'", "email"),
                (f"'{PHONE}'", "phone"),
                (f"'{LINKEDIN}'", "linkedin"),
                (f"'{MAID}'", "maid"),
                ("person_ref_type", "person_ref"),
            ],
        ),
        ("intermediate.int_intent__signals", [("'email_' || hem_type", "hem"), (f"'{EMAIL}'", "email")]),
    )

    def _collect(self) -> None:
        """Make the temporary table ``carriers`` (contact_key, kind, value, carries, listed)."""
        parts = []
        if self._members is not None:
            for table, columns in self._RECORDS:
                wanted = list(columns)
                if self._has(table, "contact_id"):
                    wanted.append(("vendor || '_id'", "contact_id"))
                parts += [
                    f"select members.contact_key, {kind} as kind, cast({column} as varchar) as value, "  # noqa: S608
                    f"true as carries, vendor = 'first_party' as listed from {table} as records "
                    f"inner join ({self._members}) as members on records.evidence_id = members.evidence_id"
                    for kind, column in wanted
                    if self._has(table, column, "vendor", "evidence_id")
                ]
        known_by_record = bool(parts)
        sources = [
            ("marts.contact_identifiers", "identifier_type", "identifier_value", not known_by_record),
            ("marts.contact_emails", f"'{EMAIL}'", "email", True),
            *(("marts.contact_emails", f"'{kind}'", kind, True) for kind in EMAIL_HASHES),
            ("marts.contact_phones", f"'{PHONE}'", "phone", True),
        ]
        parts += [
            f"select contact_key, {kind} as kind, {column} as value, {carries} as carries, false as listed "  # noqa: S608
            f"from {table}"
            for table, kind, column, carries in sources
            if self._has(table, "contact_key", column)
        ]
        parts = parts or [
            "select null as contact_key, null as kind, null as value, false as carries, false as listed"
        ]
        self._connection.execute(
            "create or replace temp table carriers as "  # noqa: S608 - names above
            "select contact_key, kind, value, bool_or(carries) as carries, bool_or(listed) as listed "
            f"from ({' union all '.join(parts)}) where contact_key is not null and value is not null "
            "group by all"
        )

    def forms_of(self, identifier: Identifier) -> frozenset[Identifier]:
        """Return every form of a value that the warehouse knows: an address with its hashes, from any of them."""
        addresses = "intermediate.int_contacts__email_addresses"
        if identifier.type in EMAIL_HASHES and self._has(addresses, "email", identifier.type):
            uppercased = f"{identifier.type}_upper"
            columns = [identifier.type, *([uppercased] if self._has(addresses, uppercased) else [])]
            rows = self._rows(
                f"select email from {addresses} where $value in ({', '.join(columns)})",  # noqa: S608
                value=identifier.value,
            )
            found = {each for (email,) in rows for each in _identifiers(EMAIL, email)}
            return frozenset({identifier} | {form for each in found for form in each.with_hashes()})
        if identifier.type in EMAIL_HASHES:
            rows = self._rows("select distinct value from carriers where kind = 'email'")
            for (email,) in rows:
                if identifier.value in {
                    email_hash(identifier.type, email),
                    email_hash(identifier.type, email.upper()),
                }:
                    return frozenset({identifier, *Identifier(EMAIL, email).with_hashes()})
        return frozenset(identifier.with_hashes())

    def carriers(self, forms: Iterable[Identifier]) -> list[_Carrier]:
        """Return who has one of these values."""
        rows = self._rows(
            "select contact_key, bool_or(carries), bool_or(listed) from carriers "
            "where list_contains($forms, kind || ':' || value) group by contact_key",
            forms=[f"{each.type}:{each.value}" for each in forms],
        )
        return [_Carrier(key, bool(carries), bool(listed)) for key, carries, listed in rows]

    def values_of(self, keys: Set[str]) -> list[frozenset[Identifier]]:
        """Return what people have, each value with all of its forms."""
        rows = self._rows(
            "select distinct kind, value from carriers where list_contains($keys, contact_key)", keys=sorted(keys)
        )
        found = {each for kind, value in rows for each in _identifiers(kind, value)}
        addresses = sorted((each for each in found if each.type == EMAIL), key=lambda each: each.value)
        groups = [frozenset(address.with_hashes()) for address in addresses]
        covered = {form for group in groups for form in group} | {
            form for address in addresses for form in Identifier(EMAIL, address.value.upper()).with_hashes()
        }
        groups += [frozenset(each.with_hashes()) for each in found - covered]
        return groups

    def unnamed_with(self, own: Set[Identifier], keys: Set[str]) -> set[str]:
        """Return people without a name, all of whose values that they carry are among ``own``."""
        candidates = {carrier.key for carrier in self.carriers(own)} - set(keys)
        unnamed = {key for key in candidates if not self.names_of({key})}
        rest: set[str] = set()
        for key in unnamed:
            groups = self.values_of({key})
            if all(forms & own or not self._named_elsewhere(forms, {key, *keys}) for forms in groups):
                rest.add(key)
        return rest

    def _named_elsewhere(self, forms: Iterable[Identifier], keys: Set[str]) -> bool:
        return any(self.names_of({carrier.key}) for carrier in self.carriers(forms) if carrier.key not in keys)

    # -------------------------------------------------------------- names, homes, keys

    _PROFILES = "intermediate.int_contacts__profiles"

    def _described(self, first: str, second: str) -> str | None:
        """Records' pairs of columns by person: (contact_key, first, second)."""
        parts = []
        if self._members is not None and self._has(self._PROFILES, first, second, "evidence_id"):
            parts.append(
                f"select members.contact_key, records.{first} as one, records.{second} as other "  # noqa: S608
                f"from {self._PROFILES} as records "
                f"inner join ({self._members}) as members on records.evidence_id = members.evidence_id"
            )
        if self._has("marts.contacts", "contact_key", first, second):
            parts.append(f"select contact_key, {first} as one, {second} as other from marts.contacts")  # noqa: S608
        return " union ".join(parts) or None

    def _pairs(self, first: str, second: str, keys: Set[str]) -> set[tuple[str, str, str]]:
        """Return (contact_key, one, other), trimmed, where at least one of the two is known."""
        described = self._described(first, second)
        if described is None or not keys:
            return set()
        rows = self._rows(
            f"select distinct contact_key, trim(coalesce(one, '')), trim(coalesce(other, '')) "  # noqa: S608
            f"from ({described}) where list_contains($keys, contact_key)",
            keys=sorted(keys),
        )
        return {(key, one, other) for key, one, other in rows if one or other}

    def names_of(self, keys: Set[str]) -> set[Name]:
        """Return (first, last) as vendors and the list write it; a part may be empty."""
        missing = set(keys) - self._names.keys()
        if missing:
            found = defaultdict(set)
            for key, *name in self._pairs("first_name", "last_name", missing):
                found[key].add((name[0], name[1]))
            self._names |= {key: frozenset(found[key]) for key in missing}
        return {name for key in keys for name in self._names[key]}

    def homes_of(self, keys: Set[str]) -> set[Home]:
        """Return (street, ZIP) where both are known."""
        return {(street, code) for _, street, code in self._pairs("address", "zip", keys) if street and code}

    def rare_names(self, names: Set[Name], keys: Set[str]) -> set[Name]:
        """Return those full names that no record of anybody else has, without regard to case."""
        described, whole = self._described("first_name", "last_name"), {name for name in names if all(name)}
        if described is None or not whole:
            return set()
        rows = self._rows(
            f"select distinct lower(trim(one)) || chr(10) || lower(trim(other)) from ({described}) "  # noqa: S608
            "where not list_contains($keys, contact_key) "
            "and list_contains($names, lower(trim(one)) || chr(10) || lower(trim(other)))",
            keys=sorted(keys),
            names=["\n".join(name).lower() for name in whole],
        )
        taken = {row[0] for row in rows}
        return {name for name in whole if "\n".join(name).lower() not in taken}

    def lone_homes(self, homes: Set[Home], keys: Set[str]) -> set[Home]:
        """Return those homes at which no record of anybody else stands, however the street is written."""
        described = self._described("address", "zip")
        if described is None or not homes:
            return set()
        rows = self._rows(
            f"select distinct one, other from ({described}) where not list_contains($keys, contact_key) "  # noqa: S608
            "and one is not null and list_contains($codes, left(trim(other), 5))",
            keys=sorted(keys),
            codes=sorted({code[:5] for _, code in homes}),
        )
        taken = {_house(street, code) for street, code in rows}
        return {home for home in homes if _house(*home) not in taken}

    def keys_of_contact(self, key: str) -> set[str]:
        """Return the living key behind a key that was ever given; nothing where it is unknown."""
        found: set[str] = set()
        for table, given in (("marts.contact_keys", "given_key"), ("marts.contacts", "contact_key")):
            if self._has(table, given, "contact_key"):
                rows = self._rows(f"select contact_key from {table} where {given} = $key", key=key)  # noqa: S608
                found |= {row[0] for row in rows if row[0] is not None}
        return found

    def former_keys(self, keys: Set[str]) -> set[str]:
        """Return the keys that these people had before: their history must not outlive them."""
        if not self._has("marts.contact_keys", "given_key", "contact_key"):
            return set()
        rows = self._rows(
            "select given_key from marts.contact_keys where list_contains($keys, contact_key)", keys=sorted(keys)
        )
        return {row[0] for row in rows}

    #: Columns whose values stand for a person, in tables that say whose they are. A value of others too is left
    #: out.
    _TOKENS = (
        ("marts.household_members", "household_key"),
        ("marts.contacts", "household_key"),
        ("marts.vehicles", "vin"),
    )

    def tokens_of(self, keys: Set[str]) -> set[str]:
        """Return what else stands for these people alone: records' keys, keys of homes and of names in places."""
        listed = sorted(keys)
        tokens: set[str] = set()
        queries = [
            f"select {column} from {table} where {column} is not null group by {column} "  # noqa: S608
            "having bool_and(list_contains($keys, contact_key))"
            for table, column in self._TOKENS
            if self._has(table, column, "contact_key")
        ]
        if self._members is not None:
            theirs = f"({self._members}) as members"
            queries.append(f"select evidence_id from {theirs} where list_contains($keys, contact_key)")  # noqa: S608
            identifiers = "intermediate.int_identity__identifiers"
            if self._has(identifiers, "evidence_id", "node_type", "identifier_value", "strength"):
                queries.append(
                    f"select identifier_value from {identifiers} as records "  # noqa: S608
                    f"inner join {theirs} on records.evidence_id = members.evidence_id "
                    "where strength = 'composite' or node_type in ('pii', 'email_key') "
                    "group by identifier_value having bool_and(list_contains($keys, contact_key))"
                )
        for query in queries:
            tokens |= {str(row[0]) for row in self._rows(query, keys=listed)}
        if self._has("raw.first_party", "row_key"):
            for column in ("ip", "vin"):
                if self._has("raw.first_party", column):
                    rows = self._rows(
                        f"select {column} from raw.first_party where {column} is not null group by {column} "  # noqa: S608
                        "having bool_and(list_contains($tokens, row_key))",
                        tokens=sorted(tokens),
                    )
                    tokens |= {row[0] for row in rows}
        return {token for token in tokens if len(token) > 5}

    def question_keys(self, own: Iterable[Identifier]) -> set[str]:
        """Return the keys of questions about these values: MD5s of endpoint and value, which undo to the value."""
        values = sorted({form for each in own for form in _as_asked(each)})
        keys: set[str] = set()
        for table, columns in self._columns.items():
            if {"question_key", "subject_value"} <= columns:
                wanted = [name for name in ("question_key", "subject_key") if name in columns]
                for column in wanted:
                    rows = self._rows(
                        f"select distinct {column} from {table} "  # noqa: S608 - names of the catalog
                        "where list_contains($values, lower(subject_value)) and subject_value is not null",
                        values=values,
                    )
                    keys |= {row[0] for row in rows if row[0]}
        return keys


def _as_asked(identifier: Identifier) -> set[str]:
    """Return the notations in which a value is sent, in lower case."""
    value = identifier.value.lower()
    if identifier.type == PHONE:
        digits = value.removeprefix("+")
        return {value, digits, digits.removeprefix("1") if len(digits) == 11 else digits}
    if identifier.type == LINKEDIN:
        return {value, *(f"{host}linkedin.com/in/{value}" for host in ("", "www.", "https://", "https://www."))}
    return {value}


def _identifiers(kind: str | None, value: str) -> list[Identifier]:
    return identifiers_in(kind or "", value)


def masked(identifier: Identifier) -> str:
    """Return an identifier so that whoever knows it recognises it, and nobody else learns it."""
    value = identifier.value
    if identifier.type == EMAIL:
        local, _, host = value.partition("@")
        return f"{local[0]}***@{host[0]}***"
    if identifier.type == PHONE:
        return f"***{value[-2:]}"
    return f"{value[0]}***"


KINDS: Mapping[str, str] = {
    EMAIL: "e-mail address",
    PHONE: "phone number",
    LINKEDIN: "LinkedIn profile",
    MAID: "device id",
    **{kind: f"hash of an e-mail address ({kind.removeprefix('email_')})" for kind in EMAIL_HASHES},
}
