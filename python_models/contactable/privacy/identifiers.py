"""Identifiers as the warehouse compares them, and their hashes as the suppression list keeps them.

Every rule here repeats one of ``macros/normalise/``; a test holds the two against each other, because a
suppression that is hashed differently than a worklist hashes protects nobody.
"""

import hashlib
import re
from dataclasses import dataclass, field

EMAIL, PHONE, LINKEDIN, MAID, DOMAIN = "email", "phone", "linkedin", "maid", "domain"

#: Hashes of an e-mail address and the number of their hexadecimal digits.
EMAIL_HASHES = {"email_md5": 32, "email_sha1": 40, "email_sha256": 64}

#: A vendor's own number for a person, ``<vendor>_id`` (contact_identifiers.identifier_type).
_VENDOR_ID = re.compile(r"[a-z][a-z0-9_]*_id")

_TYPES = frozenset({EMAIL, PHONE, LINKEDIN, MAID, DOMAIN, *EMAIL_HASHES})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NATIONAL = re.compile(r"[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}")
_EXTENSION = re.compile(r"(x|ext|#).*", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z]+://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
_SLUG = re.compile(r"(?:^|/)in/([^/?# ]+)")
_BARE_SLUG = re.compile(r"[^/?#@\s.]+")
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
        normal = text.lower() if _EMAIL_ADDRESS.fullmatch(text) else None
    elif identifier_type in EMAIL_HASHES:
        digits = text.lower()
        whole = re.fullmatch("[0-9a-f]+", digits) and len(digits) == EMAIL_HASHES[identifier_type]
        normal = digits if whole else None
    elif identifier_type == PHONE:
        normal = normalise_phone(text)
    elif identifier_type == LINKEDIN:
        normal = linkedin_slug(text)
    elif identifier_type == MAID:
        normal = text.lower() or None
    elif identifier_type == DOMAIN:
        found = _DOMAIN.match(text.lower())
        normal = found.group(1) if found else None
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
    if _SLUG.search(digits):
        return identify(LINKEDIN, text)
    if normalise_phone(text) is not None:
        return identify(PHONE, text)
    if _UUID.fullmatch(digits):
        return identify(MAID, text)
    raise IdentifierError(
        "this looks like no identifier: give an e-mail address or its hash, a phone number, a LinkedIn address, "
        f"or type:value with one of {', '.join(sorted(_TYPES - {DOMAIN}))} or <vendor>_id"
    )


def normalise_phone(value: str) -> str | None:
    """Return a number in E.164, or None (macros/normalise/normalise_phone.sql)."""
    text = value.strip()
    digits = re.sub(r"[^0-9]", "", _EXTENSION.sub("", text))
    american = len(digits) == 10 or (len(digits) == 11 and digits[0] == "1")
    if american and (not text.startswith("+") or len(digits) == 11):
        national = digits[-10:]
        return f"+1{national}" if _NATIONAL.fullmatch(national) and len(set(national)) > 1 else None
    if text.startswith("+") and 8 <= len(digits) <= 15 and digits[0] not in "01":
        return f"+{digits}"
    return None


def linkedin_slug(value: str) -> str | None:
    """Return what stands after ``/in/`` (macros/normalise/linkedin_slug.sql); a bare slug is taken as one."""
    text = value.strip().lower()
    found = _SLUG.search(text)
    if found:
        return found.group(1)
    return text if _BARE_SLUG.fullmatch(text) else None


def email_hash(kind: str, email: str) -> str:
    """Hash an address as vendors do; none of this is for secrecy."""
    return hashlib.new(kind.removeprefix("email_"), email.encode(), usedforsecurity=False).hexdigest()
