"""Addresses of the world's mailboxes: as text, as hashes, and back from either to the mailbox."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.codes import NOBODY, PERSONAL, PERSONAL_2, ROLE_MAIL
from contactable.sandbox.hashing import Ints, Lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contactable.sandbox.world import World

_CHUNK = 200_000
_HASH_OF_LENGTH = {32: "md5", 40: "sha1", 64: "sha256"}


class MailText:
    """Builds addresses: `first.last2@mail.example`, `first_last@...`, at work in the employer's style, roles as
    `info@`.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def one(self, mailbox: int) -> str:
        world = self._world
        kind = world.mail_kind[mailbox]
        if kind == ROLE_MAIL:
            role = lexicon.ROLES[(mailbox - world.first_role_mailbox) % len(lexicon.ROLES)]
            return f"{role}@{world.company_domain(int(world.mail_employer[mailbox]))}"
        person = world.mail_owner[mailbox]
        first, last = world.first_ascii[int(world.first[person])], world.last_ascii[int(world.last[person])]
        rank = int(world.mail_rank[mailbox])
        number = str(rank + 1) if rank else ""
        if kind == PERSONAL:
            return f"{first}.{last}{number}@{lexicon.PERSONAL_DOMAINS[world.mail_domain[mailbox]]}"
        if kind == PERSONAL_2:
            return f"{first}_{last}{number}@{lexicon.PERSONAL_DOMAINS[world.mail_domain[mailbox]]}"
        employer = int(world.mail_employer[mailbox])
        style = world.employer_mail_style[employer]
        local = f"{first}.{last}" if style == 0 else f"{first[0]}{last}" if style == 1 else first
        return f"{local}{number}@{world.company_domain(employer)}"

    def many(self, mailboxes: Ints) -> pa.Array:
        """The addresses of some mailboxes as an Arrow string array; equal to `one`, but a million a second."""
        world = self._world
        kind = world.mail_kind[mailboxes]
        role = kind == ROLE_MAIL
        person = np.where(role, 0, world.mail_owner[mailboxes])
        employer = world.mail_employer[mailboxes]
        at_work = kind > PERSONAL_2
        style = np.where(at_work & ~role, world.employer_mail_style[employer], 0)

        first_code, last_code = world.first[person], world.last[person]
        first = pa.array(world.first_ascii).take(pa.array(first_code))
        letter = pa.array([word[0] for word in world.first_ascii]).take(pa.array(first_code))
        last = pa.array([*world.last_ascii, ""]).take(
            pa.array(np.where(style == 2, len(world.last_ascii), last_code))
        )
        start = pc.if_else(pa.array(style == 1), letter, first)
        joint = pa.array(["", ".", "_"]).take(pa.array(np.where(style > 0, 0, np.where(kind == PERSONAL_2, 2, 1))))
        rank = world.mail_rank[mailboxes]
        number = pc.if_else(pa.array(rank > 0), pc.cast(pa.array(rank + 1), pa.string()), "")
        local = pc.binary_join_element_wise(start, joint, last, number, "")
        if role.any():
            names = pa.array(lexicon.ROLES).take(
                pa.array((np.maximum(mailboxes - world.first_role_mailbox, 0)) % len(lexicon.ROLES))
            )
            local = pc.if_else(pa.array(role), names, local)
        domains = pa.concat_arrays([pa.array(lexicon.PERSONAL_DOMAINS), self.domains])
        domain = domains.take(
            pa.array(np.where(at_work, employer + len(lexicon.PERSONAL_DOMAINS), world.mail_domain[mailboxes]))
        )
        return pc.binary_join_element_wise(local, domain, "@")

    @cached_property
    def domains(self) -> pa.Array:
        """Every employer's domain."""
        world = self._world
        return pa.array([world.company_domain(e) for e in range(world.employers)], pa.string())

    def chunks(self) -> Iterator[list[str]]:
        """All addresses in order of the mailboxes, in pieces."""
        for start in range(0, self._world.mailboxes, _CHUNK):
            stop = min(start + _CHUNK, self._world.mailboxes)
            texts: list[str] = self.many(np.arange(start, stop, dtype=np.int32)).to_pylist()
            yield texts


class MailIndex:
    """Digests of all addresses. MD5 is computed for everybody at once; SHA-1 and SHA-256 when first asked for.

    Full digests are kept only for MD5 (16 bytes a mailbox), which intent lists need in bulk; the others keep 8
    bytes.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def md5(self) -> NDArray[np.uint8]:
        """One row of 16 bytes a mailbox."""
        return self._digests("md5", 16)

    def _digests(self, name: str, kept: int) -> NDArray[np.uint8]:
        out = np.empty((self._world.mailboxes, kept), dtype=np.uint8)
        start = 0
        for texts in self._world.mail_text.chunks():
            joined = b"".join(
                [hashlib.new(name, text.encode(), usedforsecurity=False).digest()[:kept] for text in texts]
                if name != "md5"
                else [hashlib.md5(text.encode(), usedforsecurity=False).digest() for text in texts]
            )
            out[start : start + len(texts)] = np.frombuffer(joined, dtype=np.uint8).reshape(-1, kept)
            start += len(texts)
        return out

    def _lookup(self, digests: NDArray[np.uint8]) -> Lookup:
        return Lookup(np.ascontiguousarray(digests[:, :8]).view(">u8").ravel().astype(np.uint64))

    @cached_property
    def _by_md5(self) -> Lookup:
        return self._lookup(self.md5)

    @cached_property
    def _by_sha1(self) -> Lookup:
        return self._lookup(self._digests("sha1", 8))

    @cached_property
    def _by_sha256(self) -> Lookup:
        return self._lookup(self._digests("sha256", 8))

    def by_address(self, address: str) -> int:
        """The mailbox of an address, or -1."""
        text = address.strip().lower()
        key = int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:8], "big")
        return next((m for m in self._by_md5.get(key) if self._world.email(m) == text), NOBODY)

    def by_hash(self, digest: str) -> int:
        """The mailbox of a hexadecimal MD5, SHA-1 or SHA-256 (case-blind), or -1."""
        text = digest.strip().lower()
        name = _HASH_OF_LENGTH.get(len(text))
        if name is None:
            return NOBODY
        try:
            key = int(text[:16], 16)
            int(text, 16)
        except ValueError:
            return NOBODY
        lookup = {"md5": "_by_md5", "sha1": "_by_sha1", "sha256": "_by_sha256"}[name]
        members: Lookup = getattr(self, lookup)
        return next((m for m in members.get(key) if self.digest(m, name) == text), NOBODY)

    def digest(self, mailbox: int, name: str = "md5") -> str:
        """The hexadecimal digest (`md5`, `sha1`, `sha256`) of one mailbox's address."""
        return hashlib.new(name, self._world.email(mailbox).encode(), usedforsecurity=False).hexdigest()

    def md5_texts(self, mailboxes: Ints) -> list[str]:
        """Hexadecimal MD5s in bulk."""
        text = self.md5[mailboxes].tobytes().hex()
        return [text[i : i + 32] for i in range(0, len(text), 32)]
