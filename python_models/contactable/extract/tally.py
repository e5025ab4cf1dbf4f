"""What a wave did, counted while it runs: for progress bars and the summary."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class EndpointTally:
    """Subjects (not calls), except calls and credits. ``stopped`` says why the rest stays due.

    ``money_micros`` is what the credits cost; those bought without a known price are ``credits_unpriced``.
    """

    due: int = 0
    calls_planned: int = 0  # 0 where nobody knows: pages of a read
    credits_quoted: float = 0.0  # the most that what is due may cost
    calls: int = 0
    asked: int = 0
    answered: int = 0
    matched: int = 0
    refused: int = 0
    rejected: int = 0
    failed: int = 0
    ambiguous: int = 0
    skipped: int = 0
    records: int = 0
    unreadable: int = 0  # asked and paid for, and the answer does not tell of them in a form that can be read
    incomplete: int = 0  # reads of many pages that ended before all rows were there
    credits: float = 0.0
    money_micros: int = 0
    credits_unpriced: float = 0.0
    stopped: str = ""
    stop_kind: str = ""  # configuration | budget | vendor | deadline
    notes: list[str] = field(default_factory=list)


class Tally:
    """Thread-safe counters by endpoint key. ``listener(endpoint, tally)`` is told of every change."""

    def __init__(self, listener: Callable[[str, EndpointTally], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._listener = listener
        self.endpoints: dict[str, EndpointTally] = {}

    def add(self, endpoint: str, **amounts: float) -> None:
        with self._lock:
            tally = self.endpoints.setdefault(endpoint, EndpointTally())
            for name, amount in amounts.items():
                setattr(tally, name, getattr(tally, name) + amount)
            if self._listener is not None:
                self._listener(endpoint, tally)

    def book(self, endpoint: str, credits: float, money_micros: int | None, *, calls: int = 0) -> None:
        """What a call cost, or by how much its cost changed. ``money_micros``: None where no price is known."""
        unpriced = credits if money_micros is None else 0.0
        self.add(endpoint, calls=calls, credits=credits, money_micros=money_micros or 0, credits_unpriced=unpriced)

    @property
    def asked(self) -> int:
        """Subjects asked about, over all endpoints."""
        with self._lock:
            return sum(tally.asked for tally in self.endpoints.values())

    def has_stopped(self, endpoint: str) -> bool:
        """Whether this endpoint ended early in this run."""
        with self._lock:
            return endpoint in self.endpoints and bool(self.endpoints[endpoint].stopped)

    def note(self, endpoint: str, text: str) -> None:
        """Something a person should read once."""
        with self._lock:
            notes = self.endpoints.setdefault(endpoint, EndpointTally()).notes
            if text not in notes:
                notes.append(text)

    def note_incomplete(self, endpoint: str, text: str) -> None:
        """A read ended before all rows were there; what was read is kept."""
        self.add(endpoint, incomplete=1)
        self.note(endpoint, text)

    def stop(self, endpoint: str, reason: str, kind: str) -> None:
        """The first reason wins: it is the cause of what follows."""
        with self._lock:
            tally = self.endpoints.setdefault(endpoint, EndpointTally())
            if not tally.stopped:
                tally.stopped, tally.stop_kind = reason, kind
