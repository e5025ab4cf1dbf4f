"""Finding a person in texts, and taking the person out of an answer so that the rest of it stays readable.

What is removed is the smallest *record* about the person: the outermost list element with one of the person's
identifiers anywhere inside (or that describes the person, see ``traits``), or everything that stands under a key
which is one of them. Names, streets and whatever else the vendor said go with it. A record of somebody else who is
known by name, in an answer to a question about the person or with one of the person's values in it, stays without
these values. Answers that are read by position keep their length: the record is replaced by "nothing found" for a
subject called ``erased``.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from contactable.privacy.identifiers import EMAIL, EMAIL_HASHES, LINKEDIN, MAID, PHONE, Identifier
from contactable.privacy.traits import Traits

#: Stands where a value stood that must stay in its place.
ERASED = "erased"

#: Where somebody's own number for a person stands, by the identifier's type without ``_id``. Such numbers are
#: short, and mean nothing elsewhere. BIGDBM counts consumers and employees apart.
_ID_FIELDS: Mapping[str, frozenset[str]] = {
    "bigdbm": frozenset({"id", "vendor_person_id", "bigdbm_id"}),
    "bigdbm_b2b": frozenset({"employeeid", "vendor_contact_id"}),
    "first_party": frozenset({"external_id"}),
}
_OTHER_ID_FIELDS = frozenset({"id", "contact_id", "contactid", "person_id", "personid"})
_OUR_ID_FIELDS = frozenset({"identifier_value", "subject_value", "person_ref"})

#: A vendor's number of this length is no accident wherever it stands (ContactBased: ``id_`` and 16 hexadecimal
#: digits).
_LONG_ID = 16

#: Where a profile's slug may stand alone.
_SLUG_FIELDS = frozenset({"linkedin", "linkedin_slug", "linkedin_url", "identifier_value", "subject_value"})

#: A slug of at least this length is no word that stands anywhere by accident (LinkedIn's shortest own is 3).
_LONG_SLUG = 12

#: Between two digits of a phone number.
_GAP = r"[-. ()/]{0,3}"

#: ContactBased's enrichments: today's stream, and the bundles that were streams until 2026-11-30 (segments and
#: requests of that time keep their names).
_ENRICHMENT = (
    "enrichments",
    "individual_core",
    "emails",
    "phones",
    "location",
    "professional",
    "auto",
    "interests",
    "donor",
    "household",
    "purchases",
    "financial",
)


@dataclass(frozen=True)
class _Positional:
    path: str
    nothing: Mapping[str, Any]
    found: Callable[[Any], bool]
    counter: str


#: Streams read by position: where the list is, what "nothing found" looks like, how many were found.
_POSITIONAL: Mapping[str, _Positional] = {
    # ExactBuyer documentation, Bulk Enrichment: same order as query_list, null for no match
    "exactbuyer__contacts": _Positional(
        "contacts",
        {"enriched_contact": None, "value": ERASED},
        lambda entry: isinstance(entry, dict) and entry.get("enriched_contact") is not None,
        "records_enriched",
    ),
    # ContactBased documentation, Enrichment: answers keep input order
    **{
        f"contactbased__{stream}": _Positional(
            "results",
            {"contact_id": ERASED, "found": False, "data": None},
            lambda entry: isinstance(entry, dict) and entry.get("found") is True,
            "found",
        )
        for stream in _ENRICHMENT
    },
}

#: Fields that announce how many records follow; they stay true when they were.
_COUNTERS = frozenset({"count", "row_count"})


class PersonIdentifiers:
    """Everything one person is known by, ready to be looked for."""

    def __init__(
        self,
        identifiers: Iterable[Identifier],
        keys: Iterable[str] = (),
        *,
        traits: Traits | None = None,
        shared: Iterable[Identifier] = (),
        salt: str = "",
    ) -> None:
        """Take what goes.

        Args:
            identifiers: the person's own; hashes of addresses are added.
            keys: the person's keys in our own tables, and whatever else stands for nobody else.
            traits: names and homes.
            shared: identifiers that others have too: beside the person's name they make a record the person's.
            salt: a secret of this erasure, forgotten at its end: makes new question keys of old ones.
        """
        self.identifiers = frozenset(each for identifier in identifiers for each in identifier.with_hashes())
        self.keys = frozenset(keys)
        self.traits = traits or Traits()
        self._shared = PersonIdentifiers(shared) if (shared := list(shared)) else None
        self._salt = salt
        words: set[str] = {key.lower() for key in self.keys}
        phones: set[str] = set()
        slugs: set[str] = set()
        ids: set[tuple[str, str]] = set()
        for identifier in self.identifiers:
            value = identifier.value
            if identifier.type in {EMAIL, MAID, *EMAIL_HASHES}:
                words.add(value.lower())
                if identifier.type == EMAIL:  # one vendor also keeps hashes of the address in capitals
                    words.add(quote(value.lower(), safe=""))
                    words.update(_digests(value.upper()))
                if identifier.type == MAID:
                    words.add(value.replace("-", "").lower())
            elif identifier.type == PHONE:
                digits = value.removeprefix("+")
                phones.add(digits)
                for written in {value, digits, digits.removeprefix("1")}:
                    words.update(_digests(written))
            elif identifier.type == LINKEDIN:
                slugs.update({value, quote(value, safe="")})
                words.update(_digests(value))
                words.add(f"linkedin:{value}")
            else:
                owner = identifier.type.removesuffix("_id")
                ids.add((owner, value))
                # As the models write it: the vendor's evidence, or a node of the identity graph.
                owners = {owner, owner.replace("_", ":"), owner.partition("_")[0], identifier.type}
                words.update(f"{prefix}:{value}".lower() for prefix in owners)
                if len(value) >= _LONG_ID:
                    words.add(value.lower())
        self._words, self._phones, self._slugs, self._ids = words, phones, slugs, ids

    def __bool__(self) -> bool:
        return bool(self._words or self._phones or self._slugs or self._ids or self.traits)

    @cached_property
    def pattern(self) -> str:
        """A pattern (RE2 and Python, case-blind) that finds every text this person may be in, and some more."""
        parts = [_escape(word) for word in sorted(self._words | self._slugs | {value for _, value in self._ids})]
        parts += [_phone_pattern(digits) for digits in sorted(self._phones)]
        return "(?i)(" + ("|".join(parts) or "[^\\x00-\\x{10FFFF}]") + ")"

    def sql_condition(self, text: str) -> tuple[str, dict[str, str]]:
        """Return a condition on a text expression that is true of every row of this person, and its parameters."""
        condition = f"regexp_matches({text}, $pattern)"
        parameters = {"pattern": self.pattern}
        for place, patterns in enumerate(self.traits.rough):
            names = [f"trait_{place}_{side}" for side in range(2)]
            parameters |= {name: f"(?i){pattern}" for name, pattern in zip(names, patterns, strict=True)}
            condition += " or (" + " and ".join(f"regexp_matches({text}, ${name})" for name in names) + ")"
        return f"({condition})", parameters

    def may_be_in(self, texts: Iterable[object]) -> bool:
        """Say quickly whether it is worth to look closer."""
        known = [str(text) for text in texts if text is not None]
        return any(self._rough.search(text) is not None for text in known) or (
            bool(self.traits) and self.traits.may_be_in("\n".join(known))
        )

    @cached_property
    def _rough(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _in_text(self) -> re.Pattern[str] | None:
        parts = []
        if self._words:
            words = "|".join(_escape(word) for word in sorted(self._words))
            parts.append(rf"(?<![0-9a-z._%+-])(?:{words})(?![0-9a-z_%@-]|\.[0-9a-z])")
        if self._slugs:
            slugs = "|".join(_escape(slug) for slug in sorted(self._slugs))
            parts.append(rf"(?<![0-9a-z])in\\?/(?:{slugs})(?![0-9a-z_%.-])")
        parts += [
            rf"(?<![0-9a-z])(?<![0-9]\.)\+?{_phone_pattern(digits)}(?![0-9a-z])" for digits in sorted(self._phones)
        ]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def in_text(self, text: str) -> bool:
        """Say whether a text names the person."""
        return self._in_text is not None and self._in_text.search(text) is not None

    def in_field(self, vendor: str, name: str, text: str) -> bool:
        """Say whether a named field of a vendor's record, or of a table's row, names the person."""
        if self.in_text(text):
            return True
        field, value = name.lower(), text.strip()
        if field in _SLUG_FIELDS and value.lower() in self._slugs:
            return True
        return any(
            value == known
            and (field in _OUR_ID_FIELDS or field in _ID_FIELDS.get(owner, _OTHER_ID_FIELDS))
            and (not vendor or owner == vendor or owner.startswith(f"{vendor}_"))
            for owner, known in self._ids
        )

    def is_asked(self, kind: str, value: str) -> bool:
        """Say whether a question was about the person."""
        if kind.endswith("_id"):
            return (kind.removesuffix("_id"), value) in self._ids
        if value.startswith("{") and isinstance(described := _parse(value), dict):
            return self.in_record("", described)  # a person by name and address, or an address
        return self.in_text(value) or (kind == LINKEDIN and value.strip().lower() in self._slugs)

    def in_value(self, vendor: str, name: str, value: object) -> bool:
        """Say whether a value of a parsed JSON document names the person, at any depth."""
        if isinstance(value, dict):
            return any(self.in_text(key) or self.in_value(vendor, key, inner) for key, inner in value.items())
        if isinstance(value, list):
            return any(self.in_value(vendor, name, inner) for inner in value)
        if value is None or isinstance(value, bool):
            return False
        return self.in_field(vendor, name, str(value))

    def in_row(self, vendor: str, cells: Iterable[tuple[str, str]]) -> bool:
        """Say whether a table's row, as (column, text), is about the person."""
        listed = list(cells)
        if any(self.in_field(vendor, name, text) or self._is_slug(text) for name, text in listed):
            return True
        return self.traits.in_row((text for _, text in listed), lambda: self._shares(vendor, listed))

    def in_record(self, vendor: str, record: object) -> bool:
        """Say whether a parsed JSON record is about the person."""
        if self.in_value(vendor, "", record):
            return True
        if not self.traits:
            return False
        cells = list(_leaves("", record))
        return self.traits.in_row((text for _, text in cells), lambda: self._shares(vendor, cells))

    def is_bystanders(self, record: object) -> bool:
        """Say whether a record with the person in it is somebody else's."""
        return self.traits.is_bystanders(text for _, text in _leaves("", record))

    def new_key(self, key: str) -> str:
        """Return a question's key from which nobody finds back to the question."""
        return hashlib.sha256(f"{self._salt}{key}".encode()).hexdigest()[:32]

    def _shares(self, vendor: str, cells: Iterable[tuple[str, str]]) -> bool:
        return self._shared is not None and any(self._shared.in_field(vendor, name, text) for name, text in cells)

    def _is_slug(self, text: str) -> bool:
        """Say whether a cell is the person's profile; a slug of one short word may be anything."""
        slug = text.strip().lower()
        return slug in self._slugs and (len(slug) >= _LONG_SLUG or not slug.isalpha())

    def mask(self, text: str) -> str:
        """Replace what names the person in a text without structure, line by line."""
        if self._in_text is not None:
            text = self._in_text.sub(ERASED, text)
        if not self.traits or not self.traits.may_be_in(text):
            return text
        lines = text.splitlines(keepends=True)
        return "".join(
            re.sub(r"[^\r\n]+", ERASED, line) if self.in_row("", [("", line)]) else line for line in lines
        )


@dataclass(frozen=True)
class Redacted:
    """An answer without the person. ``dropped``: it was about the person alone, and nothing of it may stay."""

    subjects: str
    options: str
    body: str | None
    dropped: bool


def redact(
    wanted: PersonIdentifiers, stream: str, subjects: str, options: str, body: str | None
) -> Redacted | None:
    """Take the person out of one answer, or return None when the person is not in it.

    Args:
        wanted: the person.
        stream: the raw table's name, ``<vendor>__<stream>``.
        subjects: JSON array of {"key", "type", "value"}, by position of what was asked.
        options: JSON object of the request's other fields.
        body: the answer's text as it came; None when it lies elsewhere.
    """
    vendor = stream.partition("__")[0]
    asked = json.loads(subjects)
    hits = {
        position
        for position, subject in enumerate(asked)
        if wanted.is_asked(str(subject.get("type", "")), str(subject.get("value", "")))
        or str(subject.get("key", "")).lower() in wanted.keys
    }
    walk = _Walk(wanted, vendor, frozenset(str(asked[position].get("value", "")) for position in hits))
    new_options = walk.text(options)
    new_body = body
    others_stay = False
    if body is not None:
        positional = _POSITIONAL.get(stream)
        parsed = _parse(body)
        if parsed is None:
            new_body = wanted.mask(body)
        elif positional is not None and _lines_up(parsed, positional, asked):
            changed = _redact_positions(wanted, vendor, parsed, positional, hits)
            new_body = _dump(parsed) if changed else body
        else:
            new_body = walk.text(body)
            others_stay = walk.has_others(parsed)
    if not hits and new_body == body and new_options == options:
        return None
    for position in hits:
        # The key is an MD5 of the question. A type that no model knows: what was asked links nobody.
        asked[position] |= {"key": wanted.new_key(str(asked[position].get("key", ""))), "value": ERASED}
        if others_stay:
            asked[position]["type"] = ERASED
    about_nobody_else = bool(asked) and len(hits) == len(asked) and not others_stay
    return Redacted(_dump(asked), new_options, new_body, dropped=about_nobody_else)


def _lines_up(parsed: Any, positional: _Positional, asked: list[Any]) -> bool:
    entries = parsed.get(positional.path) if isinstance(parsed, dict) else None
    return isinstance(entries, list) and len(entries) == len(asked)


def _redact_positions(
    wanted: PersonIdentifiers, vendor: str, parsed: dict[str, Any], positional: _Positional, hits: set[int]
) -> bool:
    """Replace records in place; positions found only in the answer join ``hits``: subject and echo agree."""
    entries = parsed[positional.path]
    hits |= {
        position
        for position, entry in enumerate(entries)
        if wanted.in_record(vendor, entry) and not wanted.is_bystanders(entry)
    }
    found = sum(positional.found(entries[position]) for position in hits)
    for position in hits:
        entries[position] = dict(positional.nothing)
    if isinstance(parsed.get(positional.counter), int):
        parsed[positional.counter] -= found
    if positional.counter == "found" and isinstance(parsed.get("not_found"), int):
        parsed["not_found"] += found
    return bool(hits)


@dataclass(frozen=True)
class _Walk:
    """The way through an answer that is not read by position. ``submitted``: what was asked about the person."""

    wanted: PersonIdentifiers
    vendor: str
    submitted: frozenset[str]

    def text(self, text: str) -> str:
        """Return a JSON text without the person; the same text when the person is not in it."""
        parsed = _parse(text)
        if parsed is None:
            return self.wanted.mask(text)
        changed, cleaned = self._node("", parsed)
        return _dump(cleaned) if changed else text

    def has_others(self, parsed: Any) -> bool:
        """Say whether an answer holds records of others who are known by name."""
        if isinstance(parsed, dict):
            return any(self.has_others(value) for value in parsed.values())
        return isinstance(parsed, list) and any(self.wanted.is_bystanders(element) for element in parsed)

    def _node(self, name: str, node: Any) -> tuple[bool, Any]:
        """Walk down to the first list on each path, whose elements are records. Returns (changed, new node)."""
        if isinstance(node, list):
            kept = [self._element(name, element) for element in node]
            changed = any(was is not now for was, now in zip(node, kept, strict=True))
            return changed, [element for element in kept if element is not None] if changed else node
        if isinstance(node, dict):
            return self._object(node)
        if self.wanted.in_value(self.vendor, name, node):
            return True, ERASED
        return False, node

    def _element(self, name: str, element: Any) -> Any:
        """Return a list's element as it is, without the person's values when it is somebody else's, or None."""
        found = (
            self.wanted.in_record(self.vendor, element)
            if isinstance(element, (dict, list))
            else self.wanted.in_value(self.vendor, name, element)
        )
        if not found:
            return element
        return self._without(name, element) if self.wanted.is_bystanders(element) else None

    def _without(self, name: str, node: Any) -> Any:
        """Take single values out of somebody else's record."""
        if isinstance(node, dict):
            return {key: self._without(key, value) for key, value in node.items() if not self.wanted.in_text(key)}
        if isinstance(node, list):
            kept = [self._without(name, element) for element in node]
            return [now for was, now in zip(node, kept, strict=True) if now is not None or was is None]
        return None if self.wanted.in_value(self.vendor, name, node) else node

    def _object(self, node: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        changed = False
        cleaned: dict[str, Any] = {}
        shortened: dict[int, int] = {}
        own_values = {key: value for key, value in node.items() if not isinstance(value, (dict, list))}
        is_described = bool(self.wanted.traits) and self.wanted.in_record(self.vendor, own_values)
        for key, value in node.items():
            if key in self.submitted or self.wanted.in_text(key):
                changed = True  # everything under a key that was submitted for the person
                others = [
                    self._without(key, element)
                    for element in (value if isinstance(value, list) else ())
                    if self.wanted.is_bystanders(element)
                ]
                if others:
                    cleaned[ERASED] = [*cleaned.get(ERASED, []), *others]
                continue
            if is_described and isinstance(value, str) and self.wanted.traits.is_part(value):
                value_changed, cleaned[key] = True, ERASED
            elif isinstance(value, dict) and _is_record(value) and self.wanted.in_record(self.vendor, value):
                value_changed = True
                cleaned[key] = self._without(key, value) if self.wanted.is_bystanders(value) else None
            else:
                value_changed, cleaned[key] = self._node(key, value)
            changed = changed or value_changed
            if value_changed and isinstance(value, list):
                shortened[len(value)] = len(cleaned[key])
        for holder in (cleaned, cleaned.get("meta")):
            if isinstance(holder, dict):
                for counter in _COUNTERS & holder.keys():
                    holder[counter] = shortened.get(holder[counter], holder[counter])
        return changed, cleaned


def _is_record(node: dict[str, Any]) -> bool:
    """Tell a record, which has values of its own, from a map of records."""
    return any(not isinstance(value, (dict, list)) for value in node.values())


def _leaves(name: str, node: Any) -> Iterator[tuple[str, str]]:
    """Yield the single values of a JSON document as (field, text)."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(key, value)
    elif isinstance(node, list):
        for element in node:
            yield from _leaves(name, element)
    elif node is not None and not isinstance(node, bool):
        yield name, str(node)


def _digests(text: str) -> Iterator[str]:
    for kind in ("md5", "sha1", "sha256"):
        yield hashlib.new(kind, text.encode(), usedforsecurity=False).hexdigest()


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _escape(word: str) -> str:
    """Match a word also where JSON has written its letters as escapes."""
    return "".join(
        re.escape(letter)
        if letter.isascii() and letter.isalnum()
        else rf"(?:{re.escape(letter)}|\\u{ord(letter):04x})"
        if ord(letter) < 0x10000
        else re.escape(letter)
        for letter in word
    )


def _phone_pattern(digits: str) -> str:
    if len(digits) == 11 and digits[0] == "1":
        return f"(?:1{_GAP})?[(]?" + _GAP.join(digits[1:])
    return _GAP.join(digits)
