"""Identifiers as the warehouse compares them, and their hashes as the suppression list keeps them.

Every rule here repeats one of ``macros/normalise/``; a test holds the two against each other, because a
suppression that is hashed differently than a worklist hashes protects nobody.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from contactable.normalise import ascii_address, possible_abroad

EMAIL, PHONE, LINKEDIN, MAID, DOMAIN = "email", "phone", "linkedin", "maid", "domain"

#: Hashes of an e-mail address and the number of their hexadecimal digits.
EMAIL_HASHES = {"email_md5": 32, "email_sha1": 40, "email_sha256": 64}

#: A vendor's own number for a person, ``<vendor>_id`` (contact_identifiers.identifier_type).
_VENDOR_ID = re.compile(r"[a-z][a-z0-9_]*_id")

_TYPES = frozenset({EMAIL, PHONE, LINKEDIN, MAID, DOMAIN, *EMAIL_HASHES})
_BLANKS = r"\s\0-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_AROUND = re.compile(rf"^[{_BLANKS}]+|[{_BLANKS}]+\Z")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_HOST = r"(?:[a-z]+:/+)?(?:[a-z0-9-]+\.)*linkedin\.com\.?(?::[0-9]+)?/+(?:mwlite/+|m/+)?"
_SLUG = re.compile(rf"(?:{_HOST}|/)?in/+([^/?#\0-\x20]+)")
_ESCAPED = re.compile(
    r"(?:[^%+]|%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e[1-9a-cef](?:%[89ab][0-9a-f]){2}"
    r"|%f[1-3](?:%[89ab][0-9a-f]){3})+"
)
_BARE_SLUG = re.compile(r"[^/?#@\s.]+")
_HOST_OF = re.compile(r"(?:[a-z]+://)?(?:www\.)?([^/:?# ]+)")
_NATIONAL = re.compile(r"[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}")
_EXTENSION = re.compile(r"(;ext=|ext(?:ension|n)?|x|#)[^0-9a-z]*[0-9]{1,7}(?:[^0-9].*)?\Z", re.DOTALL)
_VANITY = re.compile(r"1?[2-9][0-9]{2}(?:[0-9a-z]{3}[a-z]{4}|[a-z]{3}[0-9]{4})")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_DIGITS = str.maketrans("０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹＋", "0123456789" * 3 + "+")
_EMAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


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
    text = value.strip()
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
        normal = text or None
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
    if _SLUG.match(digits):
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


def normalise_email(value: str) -> str | None:
    """Return an address bare and in lower case (macros/normalise/normalise_email.sql), its domain in ASCII."""
    text = _AROUND.sub("", _INVISIBLE.sub("", value))
    text = _lower(re.sub(rf"[{_BLANKS}.,;]+\Z", "", text))
    text = re.sub(r"\A[^<>@]*<([^<>@ ]+@[^<>@ ]+)>\Z", r"\1", text)
    text = re.sub(r"\A(?:mailto:)+([^?]*)([?].*)?\Z", r"\1", text)
    text = re.sub(r"""\A["']([^"']+@[^"']+)["']\Z""", r"\1", text)
    return ascii_address(text) if text else None


def normalise_phone(value: str) -> str | None:
    """Return a number in E.164, or None (macros/normalise/normalise_phone.sql)."""
    dialled = _EXTENSION.sub("", _lower(value).translate(_DIGITS))
    digits = re.sub(r"[^0-9]", "", dialled)
    if re.match(r"[^0-9]*[+]", dialled):
        number = digits
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
    abroad = possible_abroad(number)
    return f"+{abroad}" if abroad else None


def linkedin_slug(value: str) -> str | None:
    """Return what stands after ``/in/`` (macros/normalise/linkedin_slug.sql); a bare slug is taken as one."""
    text = _AROUND.sub("", _lower(value[:2048]))
    found = _SLUG.match(text)
    slug = found.group(1) if found else text if _BARE_SLUG.fullmatch(text) else ""
    if not any(letter.isalnum() for letter in slug):
        return None
    if "%" in slug and len(slug) <= 600 and _ESCAPED.fullmatch(slug):
        return _lower(unquote(slug))
    return slug


def normalise_domain(value: str) -> str | None:
    """Return the host of an address or a bare domain (macros/normalise/normalise_domain.sql)."""
    found = _HOST_OF.match(_AROUND.sub("", _lower(value[:2048])))
    host = found.group(1).removesuffix(".") if found else ""
    labels = host.split(".")
    written = all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in host.replace(".", ""))
    named = any(unicodedata.category(letter)[0] == "L" for letter in labels[-1])
    return host if len(labels) > 1 and all(labels) and written and named and len(host) <= 253 else None


def normalise_maid(value: str) -> str | None:
    """Return a device's advertising id as a UUID, or None (macros/normalise/normalise_maid.sql)."""
    digits = value.lower().translate(str.maketrans("", "", "{}- "))
    if not re.fullmatch("[0-9a-f]{32}", digits) or len(set(digits)) == 1:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def email_hash(kind: str, email: str) -> str:
    """Hash an address as vendors do; none of this is for secrecy."""
    return hashlib.new(kind.removeprefix("email_"), email.encode(), usedforsecurity=False).hexdigest()
