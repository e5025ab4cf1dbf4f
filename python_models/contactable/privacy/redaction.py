"""Finding a person in texts, and taking the person out of an answer so that the rest of it stays readable.

What is removed is the smallest *record* that names the person: the outermost list element with one of the person's
identifiers anywhere inside, or everything that stands under a key which is one of them. Names, streets and
whatever else the vendor said go with it. Answers that are read by position keep their length: the record is
replaced by "nothing found" for a subject called ``erased``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contactable.privacy.identifiers import EMAIL, EMAIL_HASHES, LINKEDIN, MAID, PHONE, Identifier

#: Stands where a value stood that must stay in its place.
ERASED = "erased"

#: Where somebody's own number for a person stands, by the identifier's type without ``_id``. Such numbers are
#: short, and mean nothing elsewhere. BIGDBM counts consumers and employees apart.
_ID_FIELDS: Mapping[str, frozenset[str]] = {
    "bigdbm": frozenset({"id", "vendor_person_id"}),
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

#: Between two digits of a phone number.
_GAP = r"[-. ()/]{0,3}"

#: Streams read by position: where the list is, what "nothing found" looks like, how many were found.
_ENRICHMENT = (
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
        f"contactbased__{bundle}": _Positional(
            "results",
            {"contact_id": ERASED, "found": False, "data": None},
            lambda entry: isinstance(entry, dict) and entry.get("found") is True,
            "found",
        )
        for bundle in _ENRICHMENT
    },
}

#: Fields that announce how many records follow; they stay true when they were.
_COUNTERS = frozenset({"count", "row_count"})


class Needles:
    """Everything one person is known by, ready to be looked for."""

    def __init__(self, identifiers: Iterable[Identifier], keys: Iterable[str] = ()) -> None:
        """Take identifiers (hashes of addresses are added) and the keys of the person in our own tables."""
        self.identifiers = frozenset(each for identifier in identifiers for each in identifier.with_hashes())
        self.keys = frozenset(keys)
        words: set[str] = set(self.keys)
        phones: set[str] = set()
        slugs: set[str] = set()
        ids: set[tuple[str, str]] = set()
        for identifier in self.identifiers:
            if identifier.type in {EMAIL, MAID, *EMAIL_HASHES}:
                words.add(identifier.value.lower())
                if identifier.type == EMAIL:  # one vendor also keeps hashes of the address in capitals
                    loud = Identifier(EMAIL, identifier.value.upper())
                    words.update(each.value for each in loud.with_hashes()[1:])
            elif identifier.type == PHONE:
                phones.add(identifier.value.removeprefix("+"))
            elif identifier.type == LINKEDIN:
                slugs.add(identifier.value)
            else:
                owner = identifier.type.removesuffix("_id")
                ids.add((owner, identifier.value))
                # As the models write it: the vendor's evidence, or a node of the identity graph.
                owners = {owner, owner.replace("_", ":"), owner.partition("_")[0], identifier.type}
                words.update(f"{prefix}:{identifier.value}".lower() for prefix in owners)
                if len(identifier.value) >= _LONG_ID:
                    words.add(identifier.value.lower())
        self._words, self._phones, self._slugs, self._ids = words, phones, slugs, ids

    def __bool__(self) -> bool:
        return bool(self._words or self._phones or self._slugs or self._ids)

    @cached_property
    def pattern(self) -> str:
        """A pattern (RE2 and Python, case-blind) that finds every text this person may be in, and some more."""
        parts = [_escape(word) for word in sorted(self._words | self._slugs | {value for _, value in self._ids})]
        parts += [_phone_pattern(digits) for digits in sorted(self._phones)]
        return "(?i)(" + "|".join(parts) + ")"

    def may_be_in(self, texts: Iterable[object]) -> bool:
        """Say quickly whether it is worth to look closer."""
        return any(text is not None and self._rough.search(str(text)) is not None for text in texts)

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

    def blot(self, text: str) -> str:
        """Replace what names the person in a text without structure."""
        return text if self._in_text is None else self._in_text.sub(ERASED, text)


@dataclass(frozen=True)
class Redacted:
    """An answer without the person. ``dropped``: it was about the person alone, and nothing of it may stay."""

    subjects: str
    options: str
    body: str | None
    dropped: bool


def redact(needles: Needles, stream: str, subjects: str, options: str, body: str | None) -> Redacted | None:
    """Take the person out of one answer, or return None when the person is not in it.

    Args:
        needles: the person.
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
        if needles.is_asked(str(subject.get("type", "")), str(subject.get("value", "")))
    }
    walk = _Walk(needles, vendor, frozenset(str(asked[position]["value"]) for position in hits))
    new_options = walk.text(options)
    new_body = body
    if body is not None:
        positional = _POSITIONAL.get(stream)
        parsed = _parse(body)
        if parsed is None:
            new_body = needles.blot(body)
        elif positional is not None and _lines_up(parsed, positional, asked):
            changed = _redact_positions(needles, vendor, parsed, positional, hits)
            new_body = _dump(parsed) if changed else body
        else:
            new_body = walk.text(body)
    if not hits and new_body == body and new_options == options:
        return None
    for position in hits:
        asked[position]["value"] = ERASED
    return Redacted(_dump(asked), new_options, new_body, dropped=bool(asked) and len(hits) == len(asked))


def _lines_up(parsed: Any, positional: _Positional, asked: list[Any]) -> bool:
    entries = parsed.get(positional.path) if isinstance(parsed, dict) else None
    return isinstance(entries, list) and len(entries) == len(asked)


def _redact_positions(
    needles: Needles, vendor: str, parsed: dict[str, Any], positional: _Positional, hits: set[int]
) -> bool:
    """Replace records in place; positions found only in the answer join ``hits``: subject and echo agree."""
    entries = parsed[positional.path]
    hits |= {position for position, entry in enumerate(entries) if needles.in_value(vendor, "", entry)}
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

    needles: Needles
    vendor: str
    submitted: frozenset[str]

    def text(self, text: str) -> str:
        """Return a JSON text without the person; the same text when the person is not in it."""
        parsed = _parse(text)
        if parsed is None:
            return self.needles.blot(text)
        changed, cleaned = self._node("", parsed)
        return _dump(cleaned) if changed else text

    def _node(self, name: str, node: Any) -> tuple[bool, Any]:
        """Walk down to the first list on each path, whose elements are records. Returns (changed, new node)."""
        if isinstance(node, list):
            kept = [element for element in node if not self.needles.in_value(self.vendor, name, element)]
            return len(kept) < len(node), kept
        if isinstance(node, dict):
            return self._object(node)
        if self.needles.in_value(self.vendor, name, node):
            return True, ERASED
        return False, node

    def _object(self, node: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        changed = False
        cleaned: dict[str, Any] = {}
        shortened: dict[int, int] = {}
        for key, value in node.items():
            if key in self.submitted or self.needles.in_text(key):
                changed = True  # everything under a key that was submitted for the person
                continue
            if isinstance(value, dict) and _is_record(value) and self.needles.in_value(self.vendor, key, value):
                value_changed, cleaned[key] = True, None
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
