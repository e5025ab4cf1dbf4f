"""The sandbox's own book of what it charged, so that tests can compare it with what the client believes it
paid.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """One charged question. `subject` is a digest, so that the book holds nothing personal; the same question
    digests alike. `caller`: what the call said of itself in the header `x-sandbox-caller`, which only tests send.
    """

    number: int
    vendor: str
    endpoint: str
    subject: str
    credits: float
    charged_at: datetime
    caller: str = ""


def digest(vendor: str, endpoint: str, subject: str) -> str:
    """16 hex digits that stand for a question."""
    return hashlib.blake2b(f"{vendor}|{endpoint}|{subject}".encode(), digest_size=8).hexdigest()


class ChargeBook:
    """Append-only until cleared."""

    def __init__(self) -> None:
        self._entries: list[Charge] = []

    def add(
        self, vendor: str, endpoint: str, subject: str, price: float, moment: datetime, caller: str = ""
    ) -> None:
        number, mark = len(self._entries) + 1, digest(vendor, endpoint, subject)
        self._entries.append(Charge(number, vendor, endpoint, mark, price, moment, caller))

    def clear(self) -> None:
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Charge]:
        return iter(self._entries)

    def select(self, vendor: str = "", endpoint: str = "") -> list[Charge]:
        """The entries of one vendor and endpoint; "" means any."""
        return [
            e
            for e in self._entries
            if (not vendor or e.vendor == vendor) and (not endpoint or e.endpoint == endpoint)
        ]

    def totals(self) -> dict[str, dict[str, float]]:
        """{vendor.endpoint: {"questions", "credits", "repeated"}}; `repeated` counts questions charged before."""
        totals: dict[str, dict[str, float]] = defaultdict(lambda: {"questions": 0, "credits": 0.0, "repeated": 0})
        seen: set[tuple[str, str]] = set()
        for entry in self._entries:
            name = f"{entry.vendor}.{entry.endpoint}"
            line = totals[name]
            line["questions"] += 1
            line["credits"] += entry.credits
            line["repeated"] += (name, entry.subject) in seen
            seen.add((name, entry.subject))
        return dict(totals)
