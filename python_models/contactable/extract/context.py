"""What every flow needs: journal, transport, limits, clock, and the request to stop."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contactable.clock import utc_now
from contactable.extract.tally import Tally
from contactable.http import RateLimiter, Redactor, Transport
from contactable.journal.budget import Budgets, VolumePrice
from contactable.journal.store import Journal
from contactable.stopping.stop import Stop
from contactable.vendors import Endpoint
from contactable.vendors.model import Auth


@dataclass(frozen=True, slots=True)
class ExtractContext:
    """Shared by all flows of one wave.

    ``url`` maps a URL variable to its base; ``secret`` the names of key variables to the key; ``prices`` an
    endpoint's key to what a credit costs there, in millionths of the currency (absent: not known);
    ``volume_prices`` to the tiers, where that depends on the month's volume.

    ``longest_pause_seconds``: where a vendor wants to be left alone for longer, its product rests; ``rests``:
    vendor and product to until when, as this run knows.
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
    longest_pause_seconds: float = 300.0
    rests: dict[tuple[str, str], str] = field(default_factory=dict)
    poll_seconds: float = 2.5
    poll_limit_seconds: float = 600.0
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    rng: random.Random = field(default_factory=lambda: random.Random())  # noqa: S311  (jitter, not secrets)
    allow_loopback_downloads: bool = False

    def can_wait(self, seconds: float) -> bool:
        """Whether a pause is short enough for this run; at the deadline nothing could be asked any more."""
        left = self.stop.seconds_left()
        return seconds <= self.longest_pause_seconds and (left is None or seconds < left)

    def note_rest(self, endpoint: Endpoint, seconds: float, reason: str) -> str:
        """Leave the endpoint's product alone for so long, in later runs too. Returns it in words."""
        place = (endpoint.vendor, endpoint.product)
        self.rests[place] = self.journal.note_rest(*place, seconds, reason)
        return self.rest_of(endpoint)

    def rest_of(self, endpoint: Endpoint) -> str:
        """That the endpoint's product rests, in words; "" when it may be called."""
        until = self.rests.get((endpoint.vendor, endpoint.product))
        name = f"{endpoint.vendor}/{endpoint.product}"
        return "" if until is None else f"{name} rests until {until[:19]}Z, as the vendor asked (429)"

    def look_up_rests(self) -> None:
        """What other runs have noted, and which rests are over."""
        now = {(row["vendor"], row["product"]): row["until"] for row in self.journal.rests()}
        self.rests.clear()
        self.rests.update(now)

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
