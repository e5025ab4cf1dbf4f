"""Opaque cursors: a position sealed together with what it is a position in."""

from __future__ import annotations

import base64
import binascii
import hashlib

_SEAL = 12


def seal(secret: int, bound_to: str, offset: int) -> str:
    """A cursor for a position in one materialised answer."""
    return base64.urlsafe_b64encode(_mark(secret, bound_to, offset) + offset.to_bytes(6, "big")).decode()


def unseal(secret: int, bound_to: str, cursor: str) -> int | None:
    """The position, or None when the cursor was made for another answer, or by nobody."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mark, offset = raw[:_SEAL], int.from_bytes(raw[_SEAL:], "big")
    return offset if len(raw) == _SEAL + 6 and mark == _mark(secret, bound_to, offset) else None


def _mark(secret: int, bound_to: str, offset: int) -> bytes:
    return hashlib.blake2b(
        f"{bound_to}|{offset}".encode(), digest_size=_SEAL, key=secret.to_bytes(8, "big")
    ).digest()
