"""What every flow needs: journal, transport, limits, clock, and the wish to stop."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contactable.clock import utc_now
from contactable.extract.tally import Tally
from contactable.http import RateLimiter, Redactor, Transport
from contactable.journal.budget import Budgets, VolumePrice
from contactable.journal.store import Journal
from contactable.vendors import Endpoint
from contactable.vendors.model import Auth


class Stop:
    """An orderly end: asked for by a person (Ctrl-C once) or by the deadline.

    ``deadline`` is a ``time.monotonic`` value or None; ``deadline_text`` says it for people. ``interrupted``:
    somebody wants the whole command to end; at the deadline only the asking ends.
    """

    def __init__(self, deadline: float | None = None, deadline_text: str = "") -> None:
        self._event = threading.Event()
        self._deadline = deadline
        self._deadline_text = deadline_text
        self.reason = ""
        self.interrupted = False

    def request(self, reason: str) -> None:
        self.reason = self.reason or reason
        self._event.set()

    def interrupt(self, reason: str) -> None:
        """A person or the system wants an end; that is the reason to tell, even past a deadline."""
        self.interrupted = True
        self.reason = reason
        self._event.set()

    def seconds_left(self) -> float | None:
        """Until the deadline, never negative; None without one."""
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.0)

    def __bool__(self) -> bool:
        if self._deadline is not None and not self._event.is_set() and time.monotonic() >= self._deadline:
            self.request(f"the deadline{self._deadline_text and ' of '}{self._deadline_text} was reached")
        return self._event.is_set()

    def sleep(self, seconds: float) -> bool:
        """Wait; True when a stop came first."""
        if self._deadline is not None:
            seconds = min(seconds, max(self._deadline - time.monotonic(), 0.0))
        self._event.wait(seconds)
        return bool(self)


@dataclass(frozen=True, slots=True)
class ExtractContext:
    """Shared by all flows of one wave.

    ``url`` maps a URL variable to its base; ``secret`` the names of key variables to the key; ``prices`` an
    endpoint's key to what a credit costs there, in millionths of the currency (absent: not known);
    ``volume_prices`` to the tiers, where that depends on the month's volume.

    ``needed_by``: a look-up's key to what the configuration wants and cannot have without it. ``refused_keys``: a
    vendor and its secret to why nothing more is asked with it; one mapping for the whole run.
    """

    journal: Journal
    transport: Transport
    limiters: Mapping[str, RateLimiter]
    in_flight: Mapping[str, int]
    budgets: Budgets
    run_id: str
    url: Callable[[str], str]
    secret: Callable[[tuple[str, ...]], str | None]
    stop: Stop
    tally: Tally
    redactor: Redactor
    prices: Mapping[str, int] = field(default_factory=dict)
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused_keys: dict[tuple[str, str | None], str] = field(default_factory=dict)
    volume_prices: Mapping[str, VolumePrice] = field(default_factory=dict)
    retries: int = 5
    poll_seconds: float = 2.5
    poll_limit_seconds: float = 600.0
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    rng: random.Random = field(default_factory=lambda: random.Random())  # noqa: S311  (jitter, not secrets)
    allow_loopback_downloads: bool = False

    def key_variable(self, auth: Auth) -> str:
        """The variable whose key is sent: the first that is set."""
        return next((name for name in auth.variables if self.secret((name,)) is not None), auth.variables[0])

    def refuse_key(self, endpoint: Endpoint, why: str) -> None:
        """The vendor refused the key that was sent: nothing more is asked with it in this run.

        A service that may have a key of its own, and was sent another's, speaks for itself only.
        """
        if self.key_variable(endpoint.auth) == endpoint.auth.variables[0]:
            key = (endpoint.vendor, self.secret(endpoint.auth.variables))
            self.refused_keys.setdefault(key, f"not asked, because {endpoint.key} was refused: {why}")

    def key_refusal(self, endpoint: Endpoint) -> str | None:
        """Why nothing is asked with this endpoint's key any more; None while it may be."""
        return self.refused_keys.get((endpoint.vendor, self.secret(endpoint.auth.variables)))
