"""Faults on request: which there are, when they are due. Deterministic: a repeated request is another draw, not
another order.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from threading import Lock

from contactable.sandbox.hashing import salt_of, share


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault. `rate` is its share of requests when nothing else is said; 0 means once."""

    name: str
    meaning: str
    rate: float
    shape: bool = False  # made by the vendor's own handler, because only it knows the answer's shape


FAULTS: dict[str, Fault] = {
    f.name: f
    for f in (
        Fault("http_429", "429 with Retry-After in seconds, before anything is done", 0.1),
        Fault("http_429_date", "429 with Retry-After as an HTTP date", 0.1),
        Fault("http_429_hour", "429 with Retry-After 3600", 0.1),
        Fault("http_429_bare", "429 without Retry-After", 0.1),
        Fault("http_500", "500 in the vendor's error shape, before anything is done", 0.05),
        Fault("http_502_html", "502 with an HTML page", 0.05),
        Fault("timeout", "the answer never comes; nothing is charged", 0.0),
        Fault("slow", "the answer comes late", 0.1),
        Fault("cut_body", "the connection is cut in the middle of the body; nothing is charged", 0.0),
        Fault("html_200", "200 with an HTML page in place of the answer; nothing is charged", 0.05),
        Fault("wrong_shape", "200 with JSON of another shape; nothing is charged", 0.05),
        Fault("oversize", "an answer that does not end where a sane one would; nothing is charged", 0.0),
        Fault("drifted_field", "records with one key renamed and one key more", 0.2),
        Fault("charged_then_500", "the question is answered and charged, but a 500 comes back", 0.0),
        Fault("charged_then_cut", "the question is answered and charged, but the connection is cut", 0.0),
        Fault("charged_then_timeout", "the question is answered and charged, but the answer never comes", 0.0),
        Fault("duplicate_page", "a page is served twice", 0.0, shape=True),
        Fault("repeated_cursor", "the next cursor equals the one just used", 0.0, shape=True),
        Fault("wrong_total", "the total does not fit the rows", 0.2, shape=True),
        Fault("failed_export", "the job ends as failed", 0.0, shape=True),
        Fault("application_error", "200 whose status field says that it failed", 0.0, shape=True),
        Fault("validation_error", "400 for a fault of the vendor's own", 0.0, shape=True),
        Fault("expired_url", "a signed URL that has expired already", 0.0, shape=True),
        Fault("mid_paging_500", "500 on a page behind the first", 0.0, shape=True),
        Fault("wrong_order", "the answers stand in another order than the questions", 0.0, shape=True),
        Fault("short_list", "the last records or rows of an answer are missing", 0.0, shape=True),
    )
}

_SPEC = re.compile(
    r"(?P<name>\w+)(?:@(?P<vendor>\w+)(?:\.(?P<endpoint>\w+))?)?(?::(?P<rate>[\d.]+)|\*(?P<count>\d+))?"
)


class UnknownFaultError(ValueError):
    """A fault's text that cannot be read."""


@dataclass(slots=True)
class Rule:
    """One fault that is switched on: for a share of requests (`rate`) or for the next `left` ones that match."""

    name: str
    vendor: str | None = None
    endpoint: str | None = None
    rate: float | None = None
    left: int | None = None
    hits: int = 0
    salt: int = 0

    def matches(self, vendor: str, endpoint: str) -> bool:
        return self.vendor in (None, vendor) and self.endpoint in (None, endpoint)


def parse(text: str) -> Rule:
    """`NAME`, `NAME@vendor`, `NAME@vendor.endpoint`, each with `:RATE` (a share) or `*COUNT` (the next ones)
    behind it.

    Raises UnknownFaultError.
    """
    match = _SPEC.fullmatch(text.strip())
    if match is None or match["name"] not in FAULTS:
        msg = f"unknown fault {text.strip()!r}; known: {', '.join(FAULTS)}"
        raise UnknownFaultError(msg)
    rate = float(match["rate"]) if match["rate"] is not None else None
    count = int(match["count"]) if match["count"] is not None else None
    return rule(match["name"], match["vendor"], match["endpoint"], rate=rate, count=count)


def rule(
    name: str,
    vendor: str | None = None,
    endpoint: str | None = None,
    *,
    rate: float | None = None,
    count: int | None = None,
) -> Rule:
    """A rule with the fault's usual dose where neither `rate` nor `count` is given. Raises UnknownFaultError."""
    if name not in FAULTS:
        msg = f"unknown fault {name!r}; known: {', '.join(FAULTS)}"
        raise UnknownFaultError(msg)
    if rate is not None and not 0 <= rate <= 1:
        msg = f"a fault's rate lies between 0 and 1, not {rate}"
        raise UnknownFaultError(msg)
    if rate is None and count is None:
        rate = FAULTS[name].rate or None
        count = None if rate else 1
    return Rule(name, vendor, endpoint, rate=rate, left=count)


@dataclass(slots=True)
class FaultBook:
    """The rules that are on. A request is told apart by its endpoint and body; its n-th repetition draws anew."""

    seed: int
    rules: list[Rule] = field(default_factory=list)
    _seen: dict[tuple[int, bytes], int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, rule: Rule) -> None:
        """Switches a rule on."""
        rule.salt = salt_of(self.seed, "fault", rule.name, rule.vendor, rule.endpoint)
        self.rules.append(rule)

    def clear(self) -> None:
        self.rules.clear()
        self._seen.clear()

    def due(self, name: str, vendor: str, endpoint: str, content: bytes) -> bool:
        """Whether this request shall suffer the fault; counts it if so."""
        if not self.rules:
            return False
        with self._lock:
            for number, rule in enumerate(self.rules):
                if (
                    rule.name == name
                    and rule.matches(vendor, endpoint)
                    and self._draw(number, rule, endpoint, content)
                ):
                    rule.hits += 1
                    return True
        return False

    def _draw(self, number: int, rule: Rule, endpoint: str, content: bytes) -> bool:
        if rule.left is not None:
            rule.left -= (due := rule.left > 0)
            return due
        mark = hashlib.blake2b(endpoint.encode() + b"|" + content, digest_size=8).digest()
        times = self._seen[number, mark] = self._seen.get((number, mark), 0) + 1
        return share(rule.salt ^ times, int.from_bytes(mark, "big")) < (rule.rate or 0.0)
