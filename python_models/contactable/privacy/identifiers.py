"""Identifiers as the warehouse compares them, and their hashes as the suppression list keeps them.

Every rule here repeats one of ``macros/normalise/``; a test holds the two against each other, because a
suppression that is hashed differently than a worklist hashes protects nobody.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from contactable.normalise import (
    ascii_address,
    digits_are_lost,
    from_home,
    north_american,
    possible_abroad,
    undress,
)

EMAIL, PHONE, LINKEDIN, MAID, DOMAIN = "email", "phone", "linkedin", "maid", "domain"

#: Hashes of an e-mail address and the number of their hexadecimal digits.
EMAIL_HASHES = {"email_md5": 32, "email_sha1": 40, "email_sha256": 64}

#: A vendor's own number for a person, ``<vendor>_id`` (contact_identifiers.identifier_type).
_VENDOR_ID = re.compile(r"[a-z][a-z0-9_]*_id")

_TYPES = frozenset({EMAIL, PHONE, LINKEDIN, MAID, DOMAIN, *EMAIL_HASHES})
# Letters, marks and digits of any alphabet: what SQL writes [\p{L}\p{M}\p{N}].
_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a\ufe0f\ufe20-\ufe2f"
)
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_ADDRESS = re.compile(
    rf"[\w{_MARKS}+~-][\w{_MARKS}.+~!#$%&'*^-]*@(?:{_LETTER}(?:{_LETTER}|-)*\.)+[^\W\d_](?:{_LETTER}|-)*"
)
_TOGETHER = re.compile(r'@[^\0-\x20,;|/<>()\[\]{}":]*@')
_MAILTO = re.compile(r'(mailto:[^? <>()"]*)[?][^ <>()"\]]*')
_LABELS = re.compile(r"\A(?:(?:smtp|sip|mailto|e-?mail|mail|to|cc|from)[:=] *)+|[ .,;:]+\Z")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_{|}~-]+"
_VALID = re.compile(
    rf"[a-z0-9!#$&+^_{{|}}~-][a-z0-9!#$%&'*+/=?^_{{|}}~-]*(?:\.{_ATOM})*"
    r"@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
_MOST_OF_ADDRESS = 200
_HOST = r"(?:[a-z]+:)?/*(?:[a-z0-9-]+\.)*linkedin\.com\.?(?::[0-9]+)?/+(?:mwlite/+|m/+)?"
_PROFILE = re.compile(
    rf'(?:(?:(?<![a-z0-9./@-])|\A){_HOST}|(?:\A|[;|,"] *)/?)in/+[^/?# \x09-\x0D"<>|;()\[\]{{}}]+', re.IGNORECASE
)
_NEXT_PROFILE = re.compile(r",(https?:|www\.|(?:[a-z]+\.)?linkedin\.|/?in/)", re.IGNORECASE)
_BEHIND_ID = re.compile(r"(?:%(?:2f|3f|23|26|3b|7c)|&).*\Z", re.IGNORECASE)
_DEBRIS = re.compile(r"(?:[.,:!*`'’”“‘»›]|%(?:20|0[9ad]|22|27|2c|2e|3e|c2%a0|e2%80%8b))+\Z", re.IGNORECASE)
_MEMBER_ID = re.compile(r"A[CDE][A-Za-z]AA[A-Za-z0-9_-]{6,}")
_ESCAPED = re.compile(
    r"(?:[^%+]|%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e[1-9a-cef](?:%[89ab][0-9a-f]){2}"
    r"|%f[1-3](?:%[89ab][0-9a-f]){3})+"
)
_ESCAPE = re.compile(r"%[89a-f][0-9a-f]", re.IGNORECASE)
_BARE_SLUG = re.compile(r"[^/?#@\s.]+")
_WEB = re.compile(r'(?:[a-z]+:/+)?[^ \x09-\x0D,;|"<>()\[\]{}@]+(?:/[^ \x09-\x0D,;|]*)?')
_MARKED_WEB = re.compile(r'(?:[a-z]+:/+(?:www\.)?|www\.)[^ \x09-\x0D,;|"\'<>()\[\]{}]+')
_WEB_PART = re.compile(r'[^ \x09-\x0D,;|"<>()\[\]{}]+')
_HOST_OF = re.compile(r"(?:[a-z]+:/+)?(?:www\.)?([^/:?#]+)")
_PHONE_PART = re.compile(r"[+(]?[0-9][0-9 ().\u2010-\u2015-]{5,}[0-9](?: *(?:;ext=|ext[.]?|x|#) *[0-9]{1,6})?")
_MOST_DIGITS = 17  # of one number with its extension
_NATIONAL = re.compile(r"[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}")
_EXTENSION = re.compile(r"(;ext=|ext(?:ension|n)?|x|#)[^0-9a-z]*[0-9]{1,7}(?:[^0-9].*)?\Z")
_VANITY = re.compile(r"1?[2-9][0-9]{2}(?:[0-9a-z]{3}[a-z]{4}|[a-z]{3}[0-9]{4})")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_DIGITS = str.maketrans("０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹＋", "0123456789" * 3 + "+")
_EMAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


_NORTH_AMERICA = frozenset(north_american())


class IdentifierError(ValueError):
    """What was given cannot be an identifier of its type. The message names the type, not the value."""


@dataclass(frozen=True)
class Identifier:
    """A normalised identifier. Its value stays out of ``repr``, and so out of logs and tracebacks."""

    type: str
    value: str = field(repr=False)

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the normalised value: what the suppression list keeps of it."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    def with_hashes(self) -> "tuple[Identifier, ...]":
        """Return this identifier and, of an e-mail address, the three hashes under which vendors know it."""
        if self.type != EMAIL:
            return (self,)
        return (self, *(Identifier(kind, email_hash(kind, self.value)) for kind in EMAIL_HASHES))


def identify(identifier_type: str, value: str) -> Identifier:
    """Normalise an identifier.

    Raises:
        IdentifierError: unknown type, or a value that cannot be of it.
    """
    text = undress(value) or ""
    if identifier_type == EMAIL:
        address = normalise_email(value)
        normal = address if address and _EMAIL_ADDRESS.fullmatch(address) else None
    elif identifier_type in EMAIL_HASHES:
        digits = text.lower()
        whole = re.fullmatch("[0-9a-f]+", digits) and len(digits) == EMAIL_HASHES[identifier_type]
        normal = digits if whole else None
    elif identifier_type == PHONE:
        normal = normalise_phone(text)
    elif identifier_type == LINKEDIN:
        normal = linkedin_slug(text)
    elif identifier_type == MAID:
        normal = normalise_maid(text)
    elif identifier_type == DOMAIN:
        normal = normalise_domain(text)
    elif _VENDOR_ID.fullmatch(identifier_type):
        normal = " ".join(text.split()) or None
    else:
        known = ", ".join((EMAIL, *EMAIL_HASHES, PHONE, LINKEDIN, MAID, DOMAIN))
        raise IdentifierError(f"unknown identifier type {identifier_type!r}; known: {known}, <vendor>_id")
    if normal is None:
        raise IdentifierError(f"this is no value of type {identifier_type}")
    return Identifier(identifier_type, normal)


def recognise(text: str) -> Identifier:
    """An identifier as somebody types it: ``type:value``, else told by its shape.

    Raises:
        IdentifierError: it looks like none; the message says which shapes are known.
    """
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    if colon and (prefix in _TYPES or _VENDOR_ID.fullmatch(prefix)):
        return identify(prefix, rest)
    digits = text.lower()
    if "@" in text:
        return identify(EMAIL, text)
    for kind, length in EMAIL_HASHES.items():
        if len(digits) == length and re.fullmatch("[0-9a-f]+", digits):
            return identify(kind, digits)
    if profiles_in(text):
        return identify(LINKEDIN, text)
    if normalise_phone(text) is not None:
        return identify(PHONE, text)
    if normalise_maid(text) is not None:
        return identify(MAID, text)
    raise IdentifierError(
        "this looks like no identifier: give an e-mail address or its hash, a phone number, a LinkedIn address, "
        f"or type:value with one of {', '.join(sorted(_TYPES - {DOMAIN}))} or <vendor>_id"
    )


def _lower(value: str) -> str:
    """Lower case as the engines agree on it (macros/normalise/lower_text.sql)."""
    return value.replace("İ", "i").replace("Σ", "σ").lower()


def identifiers_in(identifier_type: str, text: str, country: str | None = None) -> list[Identifier]:
    """Return every identifier of a type in a cell of a list, in order: all of them are the person's.

    Args:
        identifier_type: as of ``identify``.
        text: the cell.
        country: ISO 3166 code of the country in whose notation numbers are; None is North America.
    """
    found: list[str] = []
    if identifier_type == EMAIL:
        found = [each for each in map(ascii_address, emails_in(text)) if _VALID.fullmatch(each)]
    elif identifier_type == PHONE:
        found = phones_in(text, country)
    elif identifier_type == LINKEDIN:
        found = profiles_in(text)
    if found:
        return [Identifier(identifier_type, value) for value in found]
    try:
        return [identify(identifier_type, text)] if identifier_type != PHONE else []
    except IdentifierError:
        return []


def normalise_email(value: str) -> str | None:
    """Return the one address in a text (macros/normalise/normalise_email.sql), its domain in ASCII."""
    found = emails_in(value)
    if not found:
        return None
    return ascii_address(found[0] if len(found) == 1 else _lower(undress(value) or ""))


def emails_in(value: str) -> list[str]:
    """Return the addresses in a text, or the text itself (macros/normalise/emails_in.sql)."""
    text = _lower((undress(value) or "")[:10_000].translate({ord("’"): "'", ord("ʼ"): "'"}))
    text = _MAILTO.sub(r"\1", text.replace("%20", " ").replace("%40", "@"))
    whole = _LABELS.sub("", text)
    together = "@" not in text or _TOGETHER.search(text)
    if together or (len(whole) <= _MOST_OF_ADDRESS and _VALID.fullmatch(whole)):
        return [whole] if whole else []
    found = [re.sub(r"[-.]+\Z", "", address) for address in _ADDRESS.findall(text)]
    return list(dict.fromkeys(found)) or [whole]


def normalise_phone(value: str, country: str | None = None) -> str | None:
    """Return the one number in a text in E.164, or None (macros/normalise/normalise_phone.sql)."""
    found = phones_in(value, country)
    return found[0] if len(found) == 1 else None


def phones_in(value: str, country: str | None = None) -> list[str]:
    """Return the numbers in a text in E.164, in order (macros/normalise/phones_in.sql)."""
    bare = undress(value)
    if bare is None:
        return []
    several = len(re.sub("[^0-9]", "", bare)) > _MOST_DIGITS
    whole = _phone_number(bare, country)
    if whole is not None and not several:
        return [whole]
    if digits_are_lost(bare):
        return []
    parts = re.findall(r"[^;|\n\r]+", bare) if re.search(r"[;|\n\r]", bare) else _PHONE_PART.findall(bare)
    numbers = (_phone_number(re.sub(r"\A( *[+]?[0-9]{7,})[.,]00?\Z", r"\1", part), country) for part in parts)
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _phone_number(bare: str, country: str | None) -> str | None:
    dialled = _EXTENSION.sub("", _lower(bare).translate(_DIGITS))
    digits = re.sub(r"[^0-9]", "", dialled)
    if digits_are_lost(bare):
        return None
    if re.match(r"[^0-9]*[+]", dialled):
        number = digits
    elif country is not None and country not in _NORTH_AMERICA:
        abroad = digits[2:] if digits.startswith("00") and len(digits) > 9 else from_home(digits, country)
        if abroad is None:
            return None
        number = abroad
    elif digits.startswith("011") and len(digits) > 10:
        number = digits[3:]
    elif digits.startswith("00") and len(digits) > 9:
        number = digits[2:]
    elif len(digits) == 10:
        number = f"1{digits}"
    elif len(digits) == 11 and digits[0] == "1":
        number = digits
    elif _VANITY.fullmatch(letters := re.sub(r"[^0-9a-z]", "", dialled)):
        number = f"1{letters.translate(_KEYPAD)[-10:]}"
    else:
        return None
    if number.startswith("1"):
        national = number[1:]
        nobodys = len(set(national)) == 1 or national.endswith(("5551212", "5555555"))
        return f"+{number}" if _NATIONAL.fullmatch(national) and not nobodys else None
    if not 7 <= len(number) <= 17 or number.endswith("00000000"):
        return None
    possible = possible_abroad(number)
    return f"+{possible}" if possible else None


def linkedin_slug(value: str) -> str | None:
    """Return what stands after ``/in/`` (macros/normalise/linkedin_slug.sql); a bare slug is taken as one."""
    found = profiles_in(value)
    if found:
        return found[0]
    text = undress(value[:2048]) or ""
    return _slug(text) if _BARE_SLUG.fullmatch(text) else None


def profiles_in(value: str) -> list[str]:
    """Return the slugs of the profiles in a text, in order (macros/normalise/linkedin_slugs_in.sql)."""
    text = undress(value[:2048]) or ""
    if re.search(r"linkedin\.com%2f", text, re.IGNORECASE):
        text = re.sub("%3a", ":", re.sub("%2f", "/", text, flags=re.IGNORECASE), flags=re.IGNORECASE)
    text = _NEXT_PROFILE.sub(r" \1", text)
    tokens = (re.sub(r"\A.*?in/+", "", each[0], flags=re.IGNORECASE) for each in _PROFILE.finditer(text))
    slugs = (_slug(_DEBRIS.sub("", _BEHIND_ID.sub("", token))) for token in tokens)
    return list(dict.fromkeys(slug for slug in slugs if slug is not None))


def _slug(token: str) -> str | None:
    if not _is_id(token) or not any(letter.isalnum() for letter in token):
        return None
    if _MEMBER_ID.fullmatch(token):
        return token
    if "%" in token and len(token) <= 600 and _ESCAPED.fullmatch(token.lower()):
        plain = _lower(unquote(token))
        return plain if _is_id(plain) else None
    return _lower(token)


def _is_id(token: str) -> bool:
    kinds = (unicodedata.category(letter) for letter in _ESCAPE.sub("", token))
    letters = zip(_ESCAPE.sub("", token), kinds, strict=True)
    return bool(token) and all(kind[0] in "LMN" or kind == "So" or letter in "-_" for letter, kind in letters)


def normalise_domain(value: str) -> str | None:
    """Return the first host in a text (macros/normalise/normalise_domain.sql)."""
    text = _lower(undress(value[:2048]) or "")
    if _WEB.fullmatch(text):
        parts = [text]
    elif (marked := _MARKED_WEB.findall(text)) and (re.search(r"[<\[(@]", text) or not re.search("[,;|]", text)):
        parts = marked
    else:
        parts = [] if "@" in text else _WEB_PART.findall(text)
    return next((host for part in parts if (host := _host(part)) is not None), None)


def _host(part: str) -> str | None:
    found = _HOST_OF.match(part)
    host = re.sub(r"[.,;:!]+\Z", "", found.group(1)) if found else ""
    labels = host.split(".")
    written = all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in host.replace(".", ""))
    named = any(unicodedata.category(letter)[0] == "L" for letter in labels[-1])
    return host if len(labels) > 1 and all(labels) and written and named and len(host) <= 253 else None


def normalise_maid(value: str) -> str | None:
    """Return a device's advertising id as a UUID, or None (macros/normalise/normalise_maid.sql)."""
    digits = (undress(value) or "").lower().translate(str.maketrans("", "", "{}- "))
    if not re.fullmatch("[0-9a-f]{32}", digits) or len(set(digits)) == 1:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def email_hash(kind: str, email: str) -> str:
    """Hash an address as vendors do; none of this is for secrecy."""
    return hashlib.new(kind.removeprefix("email_"), email.encode(), usedforsecurity=False).hexdigest()
