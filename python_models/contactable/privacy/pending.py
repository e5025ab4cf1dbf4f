"""What an erasure that is under way knows, kept until the proof found nothing, so that a kill loses none of it.

While parts of a person are gone already, nothing else in the home says any more what the other parts look like.
``erasure-pending.json`` does: it is its owner's only, holds personal values, and is removed when the erasure is
done. The next ``erase``, of whomever, goes on with it.
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contactable.privacy.identifiers import Identifier
from contactable.privacy.people import Person, Shared

NAME = "erasure-pending.json"


@dataclass(frozen=True)
class Pending:
    """The person, the salt of new question keys, and what the proof gathered (its own document)."""

    person: Person = field(default_factory=Person, repr=False)
    salt: str = field(default="", repr=False)
    evidence: dict[str, Any] = field(default_factory=dict, repr=False)


def new_salt() -> str:
    """Return a secret for the new keys of questions."""
    return secrets.token_hex(16)


def read(home: Path) -> Pending | None:
    """Return what an unfinished erasure knew; None where there is none."""
    path = home / NAME
    if not path.exists():
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    person = known["person"]
    pairs = {name: frozenset((one, other) for one, other in person[name]) for name in _PAIRS}
    return Pending(
        Person(
            people=person["people"],
            keys=frozenset(person["keys"]),
            tokens=frozenset(person["tokens"]),
            own=frozenset(Identifier(kind, value) for kind, value in person["own"]),
            shared=frozenset(
                Shared(Identifier(kind, value), others, listed) for kind, value, others, listed in person["shared"]
            ),
            **pairs,
        ),
        known["salt"],
        known["evidence"],
    )


_PAIRS = ("names", "homes", "rare_names", "lone_homes", "bystanders")


def write(home: Path, pending: Pending) -> None:
    """Bring it to the disk before anything is removed."""
    person = pending.person
    document = {
        "person": {
            "people": person.people,
            "keys": sorted(person.keys),
            "tokens": sorted(person.tokens),
            "own": sorted((each.type, each.value) for each in person.own),
            "shared": sorted(
                (each.identifier.type, each.identifier.value, each.others, each.on_own_list)
                for each in person.shared
            ),
            **{name: sorted(getattr(person, name)) for name in _PAIRS},
        },
        "salt": pending.salt,
        "evidence": pending.evidence,
    }
    path = home / NAME
    fresh = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(
            os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as stream:
            json.dump(document, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def remove(home: Path) -> None:
    """Forget it, and what a kill while writing left."""
    for path in (home / NAME, *home.glob(f".{NAME}.*")):
        path.unlink(missing_ok=True)
