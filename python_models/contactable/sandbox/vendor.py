"""What a vendor of the sandbox is made of, and what its handlers get.

A vendor is a list of routes; a handler is a plain function from a `Call` (the request, the world as this vendor
sees it, the clock, the charge book, the faults) to a `Reply`. Matching, keys, rate limits, faults, charging and
the transport are the frame's (`contactable.sandbox.app`). A handler has no `await` and touches no socket, so a
test can call it directly.

    def count(call: Call) -> Reply:
        body = call.json()
        call.charge("some question", 1.0)
        return Reply(200, {"count": 3})

    Vendor("acme", "/acme", [Route("POST", "/v1/count", count, "count", Provenance.DOC)], authenticate, error)
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

import orjson

from contactable.sandbox.charges import ChargeBook
from contactable.sandbox.clock import Clock
from contactable.sandbox.faults import FaultBook
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.tariff import Tariff, Usage
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Received:
    """One call as it arrived and was answered; kept so that tests can see what was asked twice."""

    vendor: str
    endpoint: str
    path: str
    body: str
    status: int  # of the answer made, also where a fault then kept it from arriving
    fault: str


class Provenance(StrEnum):
    """Where a route's behaviour is known from."""

    DOC = "doc"  # the vendor's own documentation
    PUBLIC = "public"  # public material, mostly code of clients
    ASSUMED = "assumed"  # nothing is known; our choice


class BadBodyError(ValueError):
    """The request's body cannot be read."""


@dataclass(slots=True)
class Reply:
    """An answer. `data` is JSON-serialisable, or `bytes` sent as they are with `media_type`."""

    status: int
    data: Any = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The body as it goes over the wire."""
        return (
            self.data
            if isinstance(self.data, bytes)
            else orjson.dumps(self.data, option=orjson.OPT_SERIALIZE_NUMPY)
        )


Handler = Callable[["Call"], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of a vendor.

    path: below the vendor's prefix, exact case; `{name}` stands for one segment. endpoint: short name, used in
    the charge book and by faults. note: what exactly is known or assumed. open: needs no key. faults: the shape
    faults its handler can make.
    """

    method: str
    path: str
    handler: Handler
    endpoint: str
    provenance: Provenance
    note: str = ""
    open: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `calls` in a fixed window of `seconds`, per key. Enforced only when the sandbox's limits are
    switched on.
    """

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Switch:
    """An assumed behaviour that can be changed at run time; its legal values, the first of which is the
    default.
    """

    values: tuple[object, ...]
    note: str


@dataclass(slots=True)
class Vendor:
    """One vendor: name, path prefix, routes and the few things that differ between vendors.

    authenticate: None lets the call pass, a Reply refuses it; called for every route that is not `open`.
    error: the vendor's error body for a status and a message (used for 404, 429, 500 and so on made by the frame).
    key: reads the key out of a call, for rate limits.
    environment: base address -> the environment variables a client needs ({"ACME_URL": base + "/acme", ...}).
    actions: name -> what the admin surface can make happen at this vendor, such as a new daily run.
    """

    name: str
    prefix: str
    routes: Sequence[Route]
    authenticate: Callable[[Call], Reply | None]
    error: Callable[[int, str], Reply]
    key: Callable[[Call], str]
    environment: Callable[[str], dict[str, str]]
    rate_limit: RateLimit | None = None
    switches: Mapping[str, Switch] = field(default_factory=dict)
    actions: Mapping[str, Callable[[dict[str, Any]], object]] = field(default_factory=dict)
    not_found: Callable[[str, str], Reply] | None = None


class KeyRing:
    """The sandbox's keys. Deterministic by seed, so that a restarted sandbox accepts the same ones."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._states: dict[tuple[str, str], str] = {}

    def issue(self, vendor: str, state: str = "active", prefix: str = "sandbox_") -> str:
        """The key of a vendor in a state of your own naming (`active`, `inactive`, `no_credits`, ...)."""
        key = f"{prefix}{vendor}_{state}_{salt_of(self._seed, 'key', vendor, state):016x}"
        self._states[vendor, key] = state
        return key

    def admit(self, vendor: str, key: str, state: str = "active") -> None:
        """Accepts a key made elsewhere."""
        self._states[vendor, key] = state

    def state(self, vendor: str, key: str) -> str | None:
        """The state of a key, or None for an unknown one."""
        return self._states.get((vendor, key))


@dataclass(slots=True)
class Sandbox:
    """What all vendors share."""

    world: World
    clock: Clock
    keys: KeyRing
    faults: FaultBook
    charges: ChargeBook = field(default_factory=ChargeBook)
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=50_000))
    base_url: str = "https://localhost"
    directory: Path | None = None
    limits_on: bool = False
    latency_seconds: float = 0.0
    refused: dict[str, int] = field(default_factory=dict)
    settings: dict[tuple[str, str], object] = field(default_factory=dict)
    tariffs: dict[tuple[str, str], Tariff] = field(default_factory=dict)
    seconds: Callable[[], float] = monotonic
    _limits: dict[str, RateLimit] = field(default_factory=dict)
    _windows: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def switch(self, vendor: Vendor, name: str) -> Any:
        """The value of one of a vendor's switches."""
        return self.settings.get((vendor.name, name), vendor.switches[name].values[0])

    def set_switch(self, vendor: Vendor, name: str, value: object) -> None:
        """Raises ValueError for a value the switch does not have, KeyError for a switch the vendor does not
        have.
        """
        legal = vendor.switches[name].values
        if value not in legal:
            msg = f"{vendor.name}.{name} is one of {list(legal)}, not {value!r}"
            raise ValueError(msg)
        self.settings[vendor.name, name] = value

    def set_limit(self, vendor: Vendor, calls: int, seconds: float) -> None:
        """Replaces a vendor's limit for as long as the sandbox lives."""
        self._limits[vendor.name] = RateLimit(calls, seconds)

    def over_limit(self, vendor: Vendor, key: str) -> float:
        """Counts a call against the vendor's limit; the seconds to wait when it is one too many, else 0."""
        limit = self._limits.get(vendor.name, vendor.rate_limit)
        if not self.limits_on or limit is None:
            return 0.0
        now = self.seconds()
        start, calls = self._windows.get((vendor.name, key), (now, 0))
        if now - start >= limit.seconds:
            start, calls = now, 0
        if calls >= limit.calls:
            self.refused[vendor.name] = self.refused.get(vendor.name, 0) + 1
            return limit.seconds - (now - start)
        self._windows[vendor.name, key] = (start, calls + 1)
        return 0.0


class Call:
    """One request on its way through a handler."""

    __slots__ = (
        "body",
        "charged",
        "effects",
        "headers",
        "method",
        "params",
        "path",
        "query_text",
        "route",
        "sandbox",
        "usage",
        "vendor",
    )

    def __init__(
        self,
        sandbox: Sandbox,
        vendor: Vendor,
        route: Route,
        *,
        path: str = "",
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        params: Mapping[str, str] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.vendor = vendor
        self.route = route
        self.method = route.method
        self.path = path or route.path
        self.query_text = query
        self.headers: Mapping[str, str] = headers or {}  # names in lower case
        self.body = body
        self.params: Mapping[str, str] = params or {}  # the `{name}` parts of the path
        self.charged: list[tuple[str, str, float]] = []
        self.effects: list[Callable[[], None]] = []
        self.usage: Usage | None = None

    # --- the request ------------------------------------------------------------------------------------------

    def json(self) -> Any:
        """The body as JSON. Raises BadBodyError."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            msg = "the body is not JSON"
            raise BadBodyError(msg) from error

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises BadBodyError."""
        value = self.json()
        if not isinstance(value, dict):
            msg = "the body is not a JSON object"
            raise BadBodyError(msg)
        return value

    def form(self) -> dict[str, str]:
        """The body as `application/x-www-form-urlencoded`; of repeated fields the last. Raises BadBodyError."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))
        except ValueError as error:
            msg = "the body is not form-encoded"
            raise BadBodyError(msg) from error

    @property
    def query(self) -> dict[str, str]:
        """The query string; of repeated parameters the last."""
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    def header(self, name: str) -> str:
        """A request header, or ""."""
        return self.headers.get(name.lower(), "")

    # --- what the vendor has to answer with -------------------------------------------------------------------

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def view(self) -> VendorView:
        return self.sandbox.world.view(self.vendor.name)

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    @property
    def today(self) -> date:
        return self.sandbox.clock.today()

    def switch(self, name: str) -> Any:
        """The value of one of the vendor's switches."""
        return self.sandbox.switch(self.vendor, name)

    def charge(self, subject: str, price: float = 1.0, endpoint: str = "") -> None:
        """Charges one question; booked when the answer goes out, not when a fault takes it back."""
        self.charged.append((endpoint or self.route.endpoint, subject, price))

    def used(self, subjects: int, matches: int, records: int, pages: int = 1) -> None:
        """What this call used: its price, where a tariff was set in place of the vendor's own."""
        self.usage = Usage(subjects, matches, records, pages)

    def tariff(self, endpoint: str) -> Tariff | None:
        """The tariff that was set for one of the vendor's calls."""
        return self.sandbox.tariffs.get((self.vendor.name, endpoint))

    def then(self, effect: Callable[[], None]) -> None:
        """Changes the vendor's state together with the charges: not when a fault takes them back."""
        self.effects.append(effect)

    def fault(self, name: str) -> bool:
        """Whether this request shall suffer a shape fault (`duplicate_page`, `wrong_total`, ...); ask once a
        request.
        """
        return self.sandbox.faults.due(name, self.vendor.name, self.route.endpoint, self.path.encode() + self.body)

    def error(self, status: int, message: str) -> Reply:
        """An error in the vendor's own shape."""
        return self.vendor.error(status, message)


def new_sandbox(
    people: int = 2_000,
    seed: int = 1,
    today: date | None = None,
    directory: Path | None = None,
    world: World | None = None,
) -> Sandbox:
    """A sandbox without a server; `today` defaults to 2026-11-21."""
    world = world or World(people, seed, today)
    return Sandbox(world, Clock(world.today), KeyRing(world.seed), FaultBook(world.seed), directory=directory)


def same_secret(given: str, known: str) -> bool:
    """Compares two keys without telling how far they agree."""
    return secrets.compare_digest(given.encode(), known.encode())
