"""The ASGI application: matches routes, checks keys and limits, injects faults, books charges. Knows nothing of
any vendor.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from contactable.sandbox.drift import drift
from contactable.sandbox.vendor import BadBodyError, Call, Received, Reply, Route, Sandbox, Vendor

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]

CALLER = "x-sandbox-caller"
"""The header by which a test says which call of its own this is; the charge book repeats it."""

NOT_A_VENDOR = ("x-contactable-sandbox", "not a vendor")
MAX_BODY = 64 * 1024 * 1024
"""Bytes of a request; more is answered with 413."""

TIMEOUT_SECONDS = 90.0
"""How long an answer that never comes is withheld before the connection is cut."""

SLOW_SECONDS = 1.5
OVERSIZE_BYTES = 96 * 1024 * 1024
RETRY_AFTER_SECONDS = 1

_HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
_PARAMETER = re.compile(r"\{(\w+)\}")
_UNCHARGED = frozenset({"timeout", "cut_body", "html_200", "wrong_shape", "oversize"})
_AFTER = (
    "charged_then_500",
    "charged_then_cut",
    "charged_then_timeout",
    *sorted(_UNCHARGED),
    "drifted_field",
    "slow",
)


class Router:
    """Exact paths by dictionary, `{name}` paths by pattern; what it finds is a vendor, its route and the path's
    parts.
    """

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._vendors = tuple(vendors)
        self._exact: dict[tuple[str, str], tuple[Vendor, Route]] = {}
        self._patterns: list[tuple[str, re.Pattern[str], Vendor, Route]] = []
        for vendor in self._vendors:
            for route in vendor.routes:
                path = vendor.prefix + route.path
                if "{" in path:
                    literal = (re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+)" for i, part in _parts(path))
                    self._patterns.append((route.method, re.compile("".join(literal)), vendor, route))
                else:
                    self._exact[route.method, path] = (vendor, route)

    def find(self, method: str, path: str) -> tuple[Vendor, Route, dict[str, str]] | None:
        exact = self._exact.get((method, path))
        if exact is not None:
            return (*exact, {})
        for wanted, pattern, vendor, route in self._patterns:
            if wanted == method and (match := pattern.fullmatch(path)):
                return vendor, route, match.groupdict()
        return None

    def vendor_of(self, path: str) -> Vendor | None:
        """The vendor whose prefix a path has."""
        return next((v for v in self._vendors if path.startswith(v.prefix + "/")), None)


def _parts(path: str) -> Iterable[tuple[int, str]]:
    return enumerate(_PARAMETER.split(path))


class SandboxApp:
    """One ASGI application for all vendors. The first of them is usually the admin surface."""

    def __init__(self, sandbox: Sandbox, vendors: Iterable[Vendor], sleep: Sleep = asyncio.sleep) -> None:
        self.sandbox = sandbox
        self.vendors = tuple(vendors)
        self.router = Router(self.vendors)
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if body is None:
            await _send(send, Reply(413, {"message": "Request Too Long"}))
            return
        method, path = scope["method"], scope["path"]
        found = self.router.find(method, path)
        if found is None:
            await _send(send, self._not_found(method, path))
            return
        vendor, route, params = found
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        call = Call(self.sandbox, vendor, route, path=path, query=query, headers=headers, body=body, params=params)
        await self._answer(call, send)

    def _not_found(self, method: str, path: str) -> Reply:
        vendor = self.router.vendor_of(path)
        if vendor is None:
            return Reply(404, {"message": "No vendor of this sandbox has this path."})
        if vendor.not_found is not None:
            return vendor.not_found(method, path)
        return vendor.error(404, "Not Found")

    async def _answer(self, call: Call, send: Send) -> None:
        early = self.refuse(call)
        if early is not None:
            self._note(call, early.status, "refused")
            await _send(send, early)
            return
        reply = self.handle(call)
        # The vendor's clock, by which the moments in its answers can be read.
        reply.headers.setdefault("date", format_datetime(self.sandbox.clock.now(), usegmt=True))
        fault = self._after_fault(call) if reply.status < 400 else ""
        self._note(call, reply.status, fault)
        if fault not in _UNCHARGED:
            self.book(call)
        await self._deliver(call, reply, fault, send)

    def _note(self, call: Call, status: int, fault: str) -> None:
        if call.vendor.name != "sandbox":
            self.sandbox.received.append(
                Received(
                    call.vendor.name,
                    call.route.endpoint,
                    call.path,
                    call.query_text + call.body.decode("utf-8", "replace"),
                    status,
                    fault,
                )
            )

    def refuse(self, call: Call) -> Reply | None:
        """The answer to a call that does not reach its handler: bad key, over the limit, or a fault that comes
        before.
        """
        if not call.route.open:
            refused = call.vendor.authenticate(call)
            if refused is not None:
                return refused
        wait = self.sandbox.over_limit(call.vendor, call.vendor.key(call))
        if wait > 0:
            return self._too_many(call, str(max(1, round(wait))))
        if not self.sandbox.faults.rules:
            return None
        if self._due(call, "http_429"):
            return self._too_many(call, str(RETRY_AFTER_SECONDS))
        if self._due(call, "http_429_date"):
            later = datetime.now(UTC) + timedelta(seconds=RETRY_AFTER_SECONDS)  # noqa: TID251  (as a server does)
            return self._too_many(call, format_datetime(later, usegmt=True))
        if self._due(call, "http_429_hour"):
            return self._too_many(call, "3600")
        if self._due(call, "http_429_bare"):
            return self._too_many(call, "")
        if self._due(call, "http_500"):
            return call.vendor.error(500, "Internal Server Error")
        if self._due(call, "http_502_html"):
            return Reply(502, _HTML, "text/html")
        return None

    @staticmethod
    def _too_many(call: Call, retry_after: str) -> Reply:
        reply = call.vendor.error(429, "Too Many Requests")
        if retry_after:
            reply.headers["retry-after"] = retry_after
        return reply

    def _due(self, call: Call, name: str) -> bool:
        content = call.path.encode() + call.query_text.encode() + call.body
        return self.sandbox.faults.due(name, call.vendor.name, call.route.endpoint, content)

    def _after_fault(self, call: Call) -> str:
        if not self.sandbox.faults.rules:
            return ""
        return next((name for name in _AFTER if self._due(call, name)), "")

    @staticmethod
    def handle(call: Call) -> Reply:
        """Runs the handler; a body that cannot be read is a 400 in the vendor's shape."""
        try:
            return call.route.handler(call)
        except BadBodyError as error:
            return call.vendor.error(400, str(error))

    def book(self, call: Call) -> None:
        """Writes what the handler charged into the book, and lets its effects on the vendor's state happen."""
        now = self.sandbox.clock.now()
        for effect in call.effects:
            effect()
        charged = call.charged
        tariff = call.tariff(call.route.endpoint)
        if tariff is not None and call.usage is not None:
            bill = tariff.bill(call.usage)
            subject = call.path + call.query_text + call.body.decode("utf-8", "replace")
            charged = [(call.route.endpoint, subject, bill)] if bill else []
        for endpoint, subject, price in charged:
            self.sandbox.charges.add(call.vendor.name, endpoint, subject, price, now, call.header(CALLER))

    async def _deliver(self, call: Call, reply: Reply, fault: str, send: Send) -> None:
        if self.sandbox.latency_seconds and not call.route.open:  # the admin surface answers at once
            await self._sleep(self.sandbox.latency_seconds)
        if fault == "charged_then_500":
            await _send(send, call.vendor.error(500, "Internal Server Error"))
        elif fault in ("timeout", "charged_then_timeout"):
            await self._sleep(TIMEOUT_SECONDS)
        elif fault in ("cut_body", "charged_then_cut"):
            await _send_part(send, reply)
        elif fault == "html_200":
            await _send(send, Reply(200, _HTML, "text/html"))
        elif fault == "wrong_shape":
            await _send(send, Reply(200, ["this", {"is": "not"}, "the documented shape"]))
        elif fault == "oversize":
            await _send_endless(send, reply)
        elif fault == "drifted_field":
            await _send(send, Reply(reply.status, drift(reply.data), reply.media_type, reply.headers))
        else:
            if fault == "slow":
                await self._sleep(SLOW_SECONDS)
            await _send(send, reply)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too long."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            return None
    return b"".join(parts)


def _start(reply: Reply, length: int) -> Message:
    headers = [
        (b"content-type", reply.media_type.encode()),
        (b"content-length", str(length).encode()),
        (NOT_A_VENDOR[0].encode(), NOT_A_VENDOR[1].encode()),
    ]
    headers.extend((name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items())
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _send(send: Send, reply: Reply) -> None:
    body = reply.body()
    await send(_start(reply, len(body)))
    await send({"type": "http.response.body", "body": body})


async def _send_part(send: Send, reply: Reply) -> None:
    """Half of the body under the full length; returning early makes the server cut the connection."""
    body = reply.body()
    await send(_start(reply, max(len(body), 2)))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


async def _send_endless(send: Send, reply: Reply) -> None:
    """The right body behind a very long run of blanks, which is legal JSON and far beyond any sane answer."""
    body, blanks = reply.body(), b" " * 1_048_576
    await send(_start(reply, OVERSIZE_BYTES + len(body)))
    for _ in range(OVERSIZE_BYTES // len(blanks)):
        await send({"type": "http.response.body", "body": blanks, "more_body": True})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
