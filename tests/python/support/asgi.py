"""Clients that speak ASGI to the sandbox's application: no socket, no wait, and they see cut connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from contactable import http
from contactable.http import Request, TransportFault
from contactable.sandbox.app import SandboxApp
from contactable.sandbox.vendor import Sandbox, Vendor


@dataclass(frozen=True)
class Answer:
    """What came over the wire. `complete` is False when the connection was cut or the answer never came."""

    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool
    slept: list[float] = field(default_factory=list)

    def json(self) -> Any:
        return orjson.loads(self.body)


class Client:
    """Asks an application one request at a time; `headers` go along with every one."""

    def __init__(self, sandbox: Sandbox, vendors: Sequence[Vendor], headers: dict[str, str] | None = None) -> None:
        self.sandbox = sandbox
        self.headers = headers or {}
        self._slept: list[float] = []

        async def no_sleep(seconds: float) -> None:
            self._slept.append(seconds)

        self.app = SandboxApp(sandbox, vendors, sleep=no_sleep)

    def get(self, path: str, **options: Any) -> Answer:
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Answer:
        return self.ask("POST", path, json=json, **options)

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: dict[str, str] | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """`path` may carry a query string; the body is `json`, `form` or raw `body`."""
        if body is None:
            body = urlencode(form).encode() if form is not None else b"" if json is None else orjson.dumps(json)
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in {**self.headers, **(headers or {})}.items()],
        }
        sent: list[Any] = []
        self._slept.clear()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        if not sent:
            return Answer(0, {}, b"", complete=False, slept=list(self._slept))
        received = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(
            sent[0]["status"],
            received,
            b"".join(message["body"] for message in sent[1:]),
            complete=len(sent) > 1 and not sent[-1].get("more_body", False),
            slept=list(self._slept),
        )


@dataclass
class InProcess:
    """The client's transport over a sandbox in this process: no socket. ``before`` and ``after`` see each request
    on its way and may raise, as a process that is killed there."""

    client: Client
    before: Callable[[Request], None] = lambda request: None
    after: Callable[[Request], None] = lambda request: None

    def send(self, request: Request) -> http.Reply:
        self.before(request)
        path = urlsplit(request.url).path
        query = f"?{urlencode(request.query)}" if request.query else ""
        body = request.body.json
        answer = self.client.ask(request.method, path + query, json=body, headers=dict(request.headers))
        self.after(request)
        fault = None if answer.complete else TransportFault.CUT
        return http.Reply(answer.status or None, answer.body.decode("utf-8", "replace"), answer.headers, fault)
