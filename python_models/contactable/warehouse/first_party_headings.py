"""What the headings of a list mean: which column is which of our fields, and which says whom not to contact.

The known headings stand in ``first_party_headings.csv``. Matching ignores case, accents, punctuation, camelCase,
numbers (``E-mail 2 - Value``) and the order of words; beyond that it is exact: ``Email Status`` is no address.
Addresses come in parts, so they are read by a small grammar: whose (home, mailing, ...), which part, which line.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from contactable.warehouse.raw_tables import FIRST_PARTY_FIELDS

Scope = Literal["phone", "email", "all"]
#: refuses: yes means no contact; allows: no means no contact; refused_on: a date means no contact; status: only
#: words such as "unsubscribed" mean no contact.
ConsentKind = Literal["refuses", "allows", "refused_on", "status"]

#: Fields of which a person may have several: all columns count. Of the others the first filled one counts.
PLURAL = frozenset({"email", "phone", "linkedin_url", "maid", "ip", "vin"})

#: Fields that say who somebody is, so that a vendor can be asked about them.
IDENTIFYING = (
    "email", "phone", "linkedin_url", "maid", "ip", "vin", "address", "email_md5", "email_sha1", "email_sha256",
    "sales_navigator_id", "ein", "bigdbm_id", "contactbased_id",
)  # fmt: skip

#: What ``columns`` in contactable.yml may name beside the fields.
OTHER_TARGETS: Mapping[str, str] = {
    "do_not_call": "yes: no calls",
    "do_not_email": "yes: no e-mail",
    "do_not_contact": "yes: no contact",
    "may_call": "no: no calls",
    "may_email": "no: no e-mail",
    "may_contact": "no: no contact",
    "place": "city, state and country in one text",
    "ignored": "not read",
}
TARGETS = (*FIRST_PARTY_FIELDS, *OTHER_TARGETS)


@dataclass(frozen=True, slots=True)
class ListSettings:
    """What contactable.yml says of the list.

    Args:
        columns: heading -> one of ``TARGETS``, for headings that are not understood.
        sheet: of a workbook; None: the first.
        encoding: of a CSV; None: told by its bytes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None


#: Nothing is configured: everything is told by the file itself.
DEFAULT_SETTINGS = ListSettings()

_CONSENT_TARGETS: Mapping[str, tuple[ConsentKind, Scope]] = {
    "do_not_call": ("refuses", "phone"),
    "do_not_email": ("refuses", "email"),
    "do_not_contact": ("refuses", "all"),
    "may_call": ("allows", "phone"),
    "may_email": ("allows", "email"),
    "may_contact": ("allows", "all"),
}

_PARTS = ("address", "city", "state", "zip", "country")


@dataclass(frozen=True, slots=True)
class Consent:
    """A column that says whether somebody may be contacted, and by which channel."""

    kind: ConsentKind
    scope: Scope


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an address: ``block`` ranks whose it is (0 first), ``line`` orders the lines of a street."""

    block: tuple[int, int]
    name: str
    line: int = 1
    #: ``City 2`` numbers addresses, ``Address 2`` may be the second line of the first.
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means. ``target``: a field, profile_url, place, ignored, or empty where it is not known."""

    target: str = ""
    rank: int = 0
    part: Part | None = None
    consent: Consent | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.target or self.part or self.consent)

    @property
    def is_read(self) -> bool:
        return self.is_known and self.target != "ignored"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: ``place`` from 0, ``name`` as it is kept aside (headings may repeat, or be empty)."""

    place: int
    name: str
    meaning: Meaning

    @property
    def reading(self) -> str:
        """Our word for it, for people."""
        if self.meaning.consent is not None:
            scope = {"phone": "no calls", "email": "no e-mail", "all": "no contact"}[self.meaning.consent.scope]
            kind = {"refuses": "yes", "allows": "no", "refused_on": "a date", "status": "unsubscribed and such"}
            return f"{kind[self.meaning.consent.kind]}: {scope}"
        if self.meaning.part is not None:
            return self.meaning.part.name
        names = {"profile_url": "linkedin_url or company_domain", "place": "city, state, country"}
        return names.get(self.meaning.target, self.meaning.target)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns make which field, the one that counts first in front."""

    columns: tuple[Column, ...]
    fields: Mapping[str, tuple[int, ...]]
    #: Addresses, the person's own in front: part -> places.
    addresses: tuple[Mapping[str, tuple[int, ...]], ...]
    places: tuple[int, ...] = ()
    profile_urls: tuple[int, ...] = ()
    consents: tuple[Column, ...] = ()
    #: Columns kept in ``extra``: unknown ones, and whatever no field holds in full.
    aside: tuple[Column, ...] = field(default=())

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings that were not understood."""
        return tuple(column.name for column in self.columns if not column.meaning.is_known)

    @property
    def identifies(self) -> bool:
        """Whether any column can say who somebody is."""
        return bool(
            self.profile_urls
            or any(name in self.fields for name in IDENTIFYING)
            or any("address" in parts for parts in self.addresses)
            or (
                "company_domain" in self.fields
                and not {"first_name", "last_name", "full_name"} & self.fields.keys()
            )
        )


# ---------------------------------------------------------------------- words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words that change nothing: a list of people is about contacts, leads, customers.
_NOISE = _words(
    "contact contacts person people lead customer client prospect member subscriber attendee buyer recipient "
    "guest user value values properties hs the of a your my s required optional"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CAPITALS = re.compile(r"\b[A-Z]{2,}s\b")  # IDs, URLs
_NUMBERED = re.compile(r"([a-z]{2,})([0-9]{1,2})")
_MERGED = {
    ("e", "mail"): "email", ("e", "mails"): "emails", ("linked", "in"): "linkedin", ("post", "code"): "postcode",
    ("zip", "codes"): "zip", ("do", "nt"): "dont", ("don", "t"): "dont", ("opt", "out"): "optout",
    ("opt", "in"): "optin", ("opted", "out"): "optout", ("opted", "in"): "optin", ("opt", "outs"): "optout",
    ("opts", "out"): "optout", ("opting", "out"): "optout", ("un", "subscribed"): "unsubscribed",
    ("black", "listed"): "blacklisted", ("block", "listed"): "blocklisted", ("non", "marketing"): "nonmarketing",
}  # fmt: skip
_SAME = {
    "emailaddress": "email", "optedout": "optout", "optedin": "optin", "organisation": "organization",
    "num": "number", "nr": "number", "nbr": "number", "tele": "telephone", "addr": "address",
    "unsubscribe": "unsubscribed", "unsubscribes": "unsubscribed", "unsub": "unsubscribed", "zipcode": "zip",
    "mails": "mail",
}  # fmt: skip

_SHORT = frozenset(("id", "do", "no", "in", "of", "or", "to", "ip", "is"))


@cache
def words(heading: str) -> tuple[str, ...]:
    """``E-mail 2 - Value`` -> email, 2, value; ``MailingPostalCode`` -> mailing, postal, code."""
    text = unicodedata.normalize("NFKC", heading[:200]).removesuffix("__c")
    text = _CAMEL.sub(" ", _CAPITALS.sub(lambda found: found.group().title(), text)).casefold()
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    found: list[str] = []
    for word in "".join(letter if letter.isalnum() else " " for letter in text).split():
        numbered = _NUMBERED.fullmatch(word)
        found += numbered.groups() if numbered and numbered.group(1) not in ("md", "sha") else (word,)
    merged: list[str] = []
    for word in found:
        merged.append(word)
        if tuple(merged[-2:]) in _MERGED:
            merged[-2:] = [_MERGED[merged[-2], merged[-1]]]
        merged[-1] = _SAME.get(merged[-1], merged[-1])
    if len(merged) > 1 and merged[-1] == "no":  # Phone No.
        merged[-1] = "number"
    return tuple(merged)


def _key(found: Sequence[str]) -> tuple[str, ...]:
    """The same for every order of the words; without numbers."""
    return tuple(sorted(word for word in found if not word.isdecimal()))


@cache
def _catalogue() -> Mapping[tuple[str, ...], Meaning]:
    """The known headings, by their words in order of the alphabet."""
    known: dict[tuple[str, ...], Meaning] = {}
    file = Path(__file__).with_name("first_party_headings.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        for rank, line in enumerate(csv.DictReader(lines)):
            for place, heading in enumerate(line["headings"].split("|")):
                known.setdefault(_key(words(heading)), Meaning(line["field"], rank * 1_000 + place))
    for name in FIRST_PARTY_FIELDS:
        if name not in _PARTS:
            known.setdefault(_key(words(name)), Meaning(name))
    return known


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of a known heading, to cut ``donotcall`` into words."""
    grammar = {*_BLOCKS, *_EMPLOYER, *_NEUTRAL, *_CHANNELS, *_REFUSING, *_ALLOWING, *_TIMES, "address", "not"}
    listed = {word for phrase in (*_catalogue(), *_PART_WORDS) for word in phrase} | grammar | _NOISE
    return frozenset(
        word for word in listed | {"opted", "out"} if word.isalpha() and (len(word) > 2 or word in _SHORT)
    )


@cache
def _cut(word: str) -> tuple[str, ...]:
    """A word that was written together as its parts, the longest first; the word itself where it is none."""
    known = _vocabulary()
    if word in known or not word.isalpha() or len(word) > 40:
        return (word,)
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(word) + 1):
        ways = [
            (*best[start], word[start:end]) for start in range(end) if start in best and word[start:end] in known
        ]
        if ways:
            best[end] = min(ways, key=len)
    return best.get(len(word), (word,))


# ---------------------------------------------------------------------- addresses

_BLOCKS: Mapping[str, int] = {
    "primary": 0, "default": 0, "current": 0, "home": 1, "residential": 1, "residence": 1, "permanent": 1,
    "private": 1, "personal": 1, "privat": 1, "mailing": 2, "correspondence": 2, "billing": 3, "shipping": 4,
    "delivery": 4, "other": 5, "secondary": 5, "alternate": 5, "alternative": 5, "additional": 5,
}  # fmt: skip


_EMPLOYER = _words(
    "company business work office corporate hq headquarters headquarter organization account employer firm firma "
    "geschaftlich job"
)


def _phrases(text: str) -> set[tuple[str, ...]]:
    return {_key(phrase.split()) for phrase in text.split("|")}


_PART_NAMES: Mapping[str, set[tuple[str, ...]]] = {
    "address": _phrases(
        "street|line|street line|street name|strasse|adresse|anschrift|strasse hausnummer|strasse number|rue|"
        "calle|direccion|indirizzo|via|adres|straat|endereco|street number and name|full|"
        "formatted|complete|full street"
    ),
    "unit": _phrases(
        "unit|apt|apartment|suite|extended|apt suite|apartment suite|unit number|apt number|suite number"
    ),
    "city": _phrases(
        "city|town|city town|locality|ort|stadt|wohnort|ville|ciudad|localidad|citta|comune|plaats|woonplaats|"
        "cidade|ct|municipality|city name"
    ),
    "state": _phrases(
        "state|province|region|state province|state region|state code|province code|region code|st|"
        "state abbreviation|state name|bundesland|estado|provincia|state county|province state code|kanton|canton"
    ),
    "zip": _phrases(
        "zip|zip code|postal code|postcode|zip postal code|zip postal|postal|plz|postleitzahl|code postal|"
        "codigo postal|cap|cep|pin code|pincode|eircode|zip postcode"
    ),
    "country": _phrases(
        "country|country region|country code|country name|nation|land|pays|pais|paese|country territory|"
        "country iso code"
    ),
}
_PART_WORDS: Mapping[tuple[str, ...], str] = {
    phrase: name for name, phrases in _PART_NAMES.items() for phrase in phrases
}


def _address(found: Sequence[str]) -> Meaning | None:
    """A heading as a part of an address; an employer's is not the person's."""
    rest = [word for word in found if word not in {"or", "and", "of", "the"}]
    if len(rest) > 1:
        rest = [word for word in rest if word not in _NOISE]
    whose = [word for word in rest if word in _BLOCKS]
    is_employers = any(word in _EMPLOYER for word in rest)
    has_address = "address" in rest
    bare = [word for word in rest if word not in _BLOCKS and word not in _EMPLOYER and word != "address"]
    kind = _key(bare)
    if len(whose) > 1:
        return None
    name = _PART_WORDS.get(kind)
    if has_address and kind in ((), ("postal",)):
        name = "address"
        whose = whose or (["mailing"] if kind else [])
    if name is None:
        return None
    if is_employers:
        return Meaning("ignored")
    group = line = 1
    numbered = False
    for place, word in enumerate(rest):
        if not word.isdecimal():
            continue
        number = int(word)
        if number > 9:
            return None
        follows = any(after in bare and not after.isdecimal() for after in rest[place + 1 :])
        if name != "address" or (follows and place and rest[place - 1] == "address"):
            group, numbered = number, True
        else:
            line = number
    if name == "unit":
        name, line = "address", 50
    return Meaning(part=Part((_BLOCKS[whose[0]] if whose else 0, group), name, line, numbered))


# ---------------------------------------------------------------------- consent

_CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(
        _words("call calls calling phone phones telephone tel sms text texts texting mobile cell voice"), "phone"
    ),
    **dict.fromkeys(_words("email emails newsletter newsletters"), "email"),
    **dict.fromkeys(
        _words("contact contacts contacted all any everything communication communications disturb"), "all"
    ),
    **dict.fromkeys(_words("mail post postal direct fax faxes letter letters"), "none"),
}
_REFUSING = _words("optout unsubscribed dnc dnd blacklisted blocklisted suppressed suppress nonmarketing dont")
_ALLOWING = _words("optin consent consents consented subscribed contactable callable")
#: Words that allow something only together with a channel: "Accepted" alone may be anything.
_ALLOWING_A_CHANNEL = _words(
    "accept accepts accepted allow allows allowed permission permissions agree agreed agrees may can ok okay "
    "subscription subscribe permitted"
)
_TIMES = _words("date time at timestamp since when on datetime")
_NEUTRAL = _ALLOWING_A_CHANNEL | _words(
    "has have had is are was of from to for by via the a their this be been being flag indicator registry list "
    "register listed global marketing gdpr tcpa ccpa casl bulk status state we i them me us and or national "
    "federal number numbers messages message double promotional customer lead person material granted "
    "given received field y n yes"
)
#: Columns of any status: only words that plainly refuse contact count.
_STATUS: Mapping[tuple[str, ...], Scope] = {
    **dict.fromkeys(_phrases("status|contact status|lead status|customer status"), "all"),
    **dict.fromkeys(_phrases("email status|member status"), "email"),
    **dict.fromkeys(_phrases("phone status|mobile status"), "phone"),
}
_MARKETING_STATUS = _phrases(
    "marketing status|marketing contact status|email marketing status|subscriber status|subscription status|"
    "marketing state|email marketing|accepts marketing|marketing contact"
)


def _consent(found: Sequence[str]) -> Meaning | None:
    """A heading as a statement on whom not to contact: every word of it must be one that such headings use."""
    key = _key(found)
    if key in _STATUS:
        return Meaning(consent=Consent("status", _STATUS[key]))
    if key in _MARKETING_STATUS:
        return Meaning(consent=Consent("allows", "email"))
    if tuple(found[:3]) == ("optout", "of", "email"):  # HubSpot: Opted out of email: <kind of message>
        return Meaning(consent=Consent("refuses", "email"))
    negated = any(word in ("not", "dont") for word in found) or "no" in found[:-1]
    known = _CHANNELS.keys() | _REFUSING | _ALLOWING | _NEUTRAL | _TIMES | {"not", "do", "no", "does"}
    if any(word not in known for word in found):
        return None
    refuses = negated or any(word in _REFUSING for word in found)
    channels = {_CHANNELS[word] for word in found if word in _CHANNELS}
    allows = any(word in _ALLOWING for word in found) or (
        bool(channels - {"none"}) and any(word in _ALLOWING_A_CHANNEL for word in found)
    )
    if not (refuses or allows) or (negated and not channels and not allows):
        return None
    if channels == {"none"}:  # by letter or fax: nothing here sends those
        return Meaning("ignored")
    is_time = any(word in _TIMES - {"on"} for word in found)
    if is_time and not refuses:
        return Meaning("ignored")
    return Meaning(
        consent=Consent("refused_on" if is_time else "refuses" if refuses else "allows", _scope(found, channels))
    )


def _scope(found: Sequence[str], channels: set[str]) -> Scope:
    named = channels - {"none", "all"}
    if named == {"phone"}:
        return "phone"
    if named == {"email"}:
        return "email"
    if not channels and ("dnc" in found or "dnd" in found):  # Do Not Call: the usual meaning in this trade
        return "phone"
    if not channels and any("subscri" in word for word in found):
        return "email"
    return "all"


# ---------------------------------------------------------------------- headings


@cache
def meaning(heading: str) -> Meaning:
    """What a heading means, whatever else stands in the file."""
    found = words(heading)
    cut = tuple(part for word in found for part in _cut(word))
    for attempt in dict.fromkeys((found, _again(cut))):
        if (known := _of(attempt)) is not None:
            return known
    return Meaning()


def _again(found: Sequence[str]) -> tuple[str, ...]:
    return words(" ".join(found))


def _of(found: Sequence[str]) -> Meaning | None:
    known = _catalogue()
    if not found:
        return None
    direct = known.get(_key(found))
    if direct is not None and _key(found) not in _STATUS:
        return direct
    if (consent := _consent(found)) is not None:
        return consent
    if (part := _address(found)) is not None:
        return part
    bare = [word for word in found if word not in _NOISE]
    return (known.get(_key(bare)) or _consent(bare)) if bare else None


def understood(cells: Sequence[str], columns: Mapping[str, str]) -> int:
    """How many of a row's cells are headings that are read: the row with most of them is the row of headings."""
    mapped = {same(heading) for heading in columns}
    return sum(bool(cell.strip()) and (same(cell) in mapped or meaning(cell).is_read) for cell in cells)


def masked(text: str) -> str:
    """The shape of a value: ``Xxx Xxxxx``, ``(999) 999-9999``."""
    return "".join(
        "9" if letter.isdigit() else letter if not letter.isalpha() else "X" if letter.isupper() else "x"
        for letter in text
    )


def _is_value(heading: str) -> bool:
    return "@" in heading or sum(letter.isdigit() for letter in heading) > 4


def shown(headings: Sequence[str]) -> list[str]:
    """Headings for people: short, and masked where they are values; all of them where none is known."""
    are_values = any(map(_is_value, headings)) and not any(meaning(heading).is_known for heading in headings)
    texts = [masked(heading) if are_values or _is_value(heading) else heading for heading in headings]
    return [text if len(text) <= 60 else f"{text[:60]}…" for text in texts]


def same(heading: str) -> str:
    """A heading as ``columns`` in contactable.yml compares it: its words."""
    return " ".join(words(heading))


def _mapped(target: str) -> Meaning:
    """What the configuration says a column is."""
    if target in _CONSENT_TARGETS:
        return Meaning(consent=Consent(*_CONSENT_TARGETS[target]))
    if target in _PARTS:
        return Meaning(part=Part((-1, 1), target))
    return Meaning(target, rank=-1)


def read_headings(header: Sequence[str], columns: Mapping[str, str]) -> Layout:
    """Every heading's meaning, and which columns make which field.

    Args:
        header: the headings in the order of the file.
        columns: the configuration's own reading, heading -> one of ``TARGETS``; it goes before ours.
    """
    mapped = {same(heading): target for heading, target in columns.items()}
    names: dict[str, int] = {}
    found: list[Column] = []
    for place, heading in enumerate(header):
        name = " ".join(heading.split()) or f"column {place + 1}"
        if name in names:
            name = f"{name} (column {place + 1})"
        names[name] = place
        target = mapped.get(same(heading)) if heading else None
        found.append(Column(place, name, meaning(heading) if target is None else _mapped(target)))
    return _layout(_by_company(found, header))


def _by_company(found: list[Column], header: Sequence[str]) -> list[Column]:
    """Readings that depend on the other headings."""
    keys = {_key(words(heading)) for heading in header}
    has_first = any(column.meaning.target == "first_name" for column in found)
    has_last = any(column.meaning.target == "last_name" for column in found)
    surname_first = {("vorname",), ("prenom",), ("nombre",), ("voornaam",)} & keys
    answered: list[Column] = []
    for column in found:
        key = _key(words(header[column.place]))
        # A German "Name" beside "Vorname" (French "Nom", "Prénom") is the surname; "Nombre" beside "Apellidos" is
        # the given name.
        if (
            column.meaning.target == "full_name"
            and surname_first
            and not has_last
            and key in {("name",), ("nom",), ("naam",)}
        ):
            column = Column(column.place, column.name, Meaning("last_name", column.meaning.rank))
        elif key in {("nombre",), ("nome",)} and has_last and not has_first:
            column = Column(column.place, column.name, Meaning("first_name", column.meaning.rank))
        elif key == ("url",) and (("connected", "on") in keys):  # LinkedIn's own list of connections
            column = Column(column.place, column.name, Meaning("linkedin_url", column.meaning.rank))
        answered.append(column)
    return answered


def _layout(columns: list[Column]) -> Layout:
    fields: dict[str, tuple[int, ...]] = {}
    kept: set[int] = set()
    for name in FIRST_PARTY_FIELDS:
        chosen = [column for column in columns if column.meaning.target == name]
        if name in PLURAL:
            chosen.sort(
                key=lambda column: (column.meaning.rank >= 0, "primary" not in words(column.name), column.place)
            )
            kept.update(column.place for column in chosen)
        else:
            chosen.sort(key=lambda column: (column.meaning.rank, column.place))
            kept.update(column.place for column in chosen[:1])
        if name == "external_id":  # one system's number is not another's
            chosen = chosen[:1]
        if chosen:
            fields[name] = tuple(column.place for column in chosen)
    addresses = _addresses(columns)
    if addresses:
        kept.update(place for places in addresses[0].values() for place in places)
    places = tuple(column.place for column in columns if column.meaning.target == "place")
    urls = tuple(column.place for column in columns if column.meaning.target == "profile_url")
    return Layout(
        columns=tuple(columns),
        fields=fields,
        addresses=addresses,
        places=places,
        profile_urls=urls,
        consents=tuple(column for column in columns if column.meaning.consent is not None),
        aside=tuple(column for column in columns if column.place not in kept),
    )


def _addresses(columns: Sequence[Column]) -> tuple[Mapping[str, tuple[int, ...]], ...]:
    """Part -> places, one address after the other; what stands once for all of them belongs to each."""
    parts = [(column.place, column.meaning.part) for column in columns if column.meaning.part is not None]
    numbered = {
        part.block[0] for _, part in parts if part.numbered and part.block[1] > 1 and part.name != "address"
    }
    blocks: dict[tuple[int, int], list[tuple[int, Part]]] = {}
    for place, part in parts:
        block = part.block
        if part.name == "address" and not part.numbered and part.block[0] in numbered and part.line < 50:
            block = (block[0], part.line)  # Address 2 beside City 2 is another address, not a second line
        blocks.setdefault(block, []).append((place, part))
    found: list[dict[str, tuple[int, ...]]] = []
    for block in sorted(blocks):
        ordered = sorted(blocks[block], key=lambda one: (one[1].line, one[0]))
        found.append(
            {name: tuple(place for place, part in ordered if part.name == name) for name in _PARTS
             if any(part.name == name for _, part in ordered)}
        )  # fmt: skip
    if len(found) > 1:
        own = [parts for parts in found if "address" in parts]
        shared = [parts for parts in found if "address" not in parts]
        if own and shared and "address" not in found[0]:
            for parts_of in own:
                for name, places in found[0].items():
                    parts_of.setdefault(name, places)
            found = [*own, *shared[1:]]
    return tuple(found)
