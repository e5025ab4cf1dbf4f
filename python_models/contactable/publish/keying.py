"""Pseudonyms: a key or a hash becomes its HMAC-SHA256 under a secret that never leaves the home.

Whoever holds a file of addresses can hash them all and find an MD5 among them. An HMAC they cannot compute without
the secret. The same secret gives the same pseudonym: two publications of one home join, those of two homes do not,
nor those before and after a rotation.

The secret is a text of at least 32 characters: that of the variable, so that several homes may share one on
purpose, else that of a file in the home, made at the first publication.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb

from contactable.publish.layout import Publication, PublishError, sync

VARIABLE = "CONTACTABLE_PSEUDONYM_SECRET"
FILE = "pseudonym.key"

#: 128 bits written as hexadecimal digits, as many as an MD5 has; fewer can be guessed (2026-11-30).
_SHORTEST = 32
#: Hexadecimal digits of a pseudonym: 128 of the 256 bits keep a billion keys apart (chance of one clash: 1e-21) in
#: the space that an MD5 takes (2026-11-30).
_DIGITS = 32
_BLOCK = 64  # bytes, of SHA-256


class PseudonymSecretError(PublishError):
    """There is no secret to go on with; the message says what to do. Nothing was published."""


@dataclass(frozen=True)
class Secret:
    """What makes pseudonyms. Its text appears in no message.

    ``name`` tells two secrets apart without giving either away; the manifest of a publication has it.
    """

    text: str = field(repr=False)
    source: Literal["home", "environment"]

    @property
    def name(self) -> str:
        return self.pseudonym("name of this secret")[:12]

    def pseudonym(self, value: str) -> str:
        """What SQL's ``keyed(value)`` gives, after ``install``."""
        return hmac.new(self.text.encode(), value.encode(), hashlib.sha256).hexdigest()[:_DIGITS]

    def store(self, home: Path) -> None:
        """Bring the home's own secret to the disk, for its owner only, whole or not at all."""
        if self.source != "home":
            return
        file = home / FILE
        if _text_of(file) == self.text:
            return
        fresh = home / f".{FILE}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(f"{self.text}\n")
        sync(fresh)
        fresh.replace(file)
        sync(home)


def secret_for(home: Path, given: str | None, last: Publication | None, *, rotate: bool = False) -> Secret:
    """Return the secret for the next publication; a new one is not on the disk before ``Secret.store``.

    Args:
        given: the text of the variable, None or empty where it is not set.
        last: what readers see now.
        rotate: make a new secret.

    Raises:
        PseudonymSecretError: too short; asked to rotate what the environment gives; or the secret of ``last`` is
            gone, so that readers could join nothing any more without having been told.
    """
    stored = _text_of(home / FILE)
    if given:
        if rotate:
            raise PseudonymSecretError(f"the secret comes from {VARIABLE}: set another one there to rotate it")
        return _checked(Secret(given, "environment"), f"{VARIABLE} is")
    if rotate:
        return Secret(secrets.token_hex(32), "home")
    known = None if last is None else last.key_name
    if stored is not None:
        own = _checked(Secret(stored, "home"), f"{FILE} in the home is")
        if known is None or known == own.name or (last is not None and last.key_source == "home"):
            return own
    elif known is None:
        return Secret(secrets.token_hex(32), "home")
    missing = f"{FILE} is gone from the home" if last and last.key_source == "home" else f"{VARIABLE} is not set"
    raise PseudonymSecretError(
        f"{missing}, and pseudonyms made with another secret join with nothing that was published before. Bring "
        "it back, or say `contactable publish --rotate-key`. Readers see what they saw before."
    )


def install(connection: duckdb.DuckDBPyConnection, secret: Secret) -> None:
    """Give a connection the function ``keyed(text)``.

    HMAC by its definition (RFC 2104): H(key ^ opad, H(key ^ ipad, text)). Both keys are variables of the
    connection, so that no statement, and no error that quotes one, has them.
    """
    key = secret.text.encode()
    block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    connection.execute("set variable pseudonym_inner = $pad", {"pad": bytes(byte ^ 0x36 for byte in block)})
    connection.execute("set variable pseudonym_outer = $pad", {"pad": bytes(byte ^ 0x5C for byte in block)})
    connection.execute(
        "create or replace temp macro keyed(value) as left(sha256(getvariable('pseudonym_outer') || "
        f"unhex(sha256(getvariable('pseudonym_inner') || encode(cast(value as varchar))))), {_DIGITS})"
    )


def _checked(secret: Secret, whose: str) -> Secret:
    if len(secret.text) < _SHORTEST:
        raise PseudonymSecretError(f"{whose} shorter than {_SHORTEST} characters: others could guess it")
    return secret


def _text_of(file: Path) -> str | None:
    """The stored secret, None where there is none. A restored file is closed to everybody but its owner again."""
    if not file.is_file():
        return None
    file.chmod(0o600)
    return file.read_text(encoding="utf-8").strip()
