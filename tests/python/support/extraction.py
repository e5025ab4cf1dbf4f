"""A scripted vendor: replies are taken from a list or made by a function; every request is kept."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from contactable.extract import ExtractContext
from contactable.http import Reply, Request
from contactable.stopping.stop import Stop

Answering = Callable[[Request], Reply]


def reply(body: Any = None, status: int = 200, **headers: str) -> Reply:
    """A JSON reply, or text as it is."""
    return Reply(status, body if isinstance(body, str) else orjson.dumps(body).decode(), headers)


@dataclass
class ScriptedVendor:
    """Implements Transport. ``script`` is a function of the request, or replies in order."""

    script: Answering | Iterable[Reply]
    requests: list[Request] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _rest: Iterator[Reply] | None = None

    def send(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            if callable(self.script):
                return self.script(request)
            if self._rest is None:
                self._rest = iter(self.script)
            return next(self._rest)


class SteppingClock:
    """Every look is one millisecond later: order is certain, no test waits."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._now += timedelta(milliseconds=1)
            return self._now


class NoWaiting(Stop):
    """A stop whose sleeps return at once and are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> bool:
        self.slept.append(seconds)
        return bool(self)


class PassingTime(Stop):
    """A stop whose sleeps take no time but pass it: ``monotonic`` is later by what was slept."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []
        self._passing = threading.Lock()

    def sleep(self, seconds: float) -> bool:
        with self._passing:
            self.slept.append(seconds)
        return bool(self)

    def monotonic(self) -> float:
        with self._passing:
            return sum(self.slept)


MakeContext = Callable[..., ExtractContext]


def sent_json(context: ExtractContext) -> list[Any]:
    transport = context.transport
    assert isinstance(transport, ScriptedVendor)
    return [request.body.json for request in transport.requests]
