"""What goes out and what comes back, free of any HTTP library's types."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol


class TransportFault(StrEnum):
    """Why no complete answer came. The difference that matters: can the vendor have seen the call?"""

    NOT_SENT = "not_sent"  # refused, DNS, TLS: nothing reached the vendor
    TIMEOUT = "timeout"  # sent, no answer in time
    CUT = "cut"  # sent, the connection ended early; a part of the body may be here
    TOO_LARGE = "too_large"  # answered, but longer than we accept; the first part is here


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: JSON, form fields, or nothing."""

    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One call, fully decided except for its secrets."""

    method: str
    url: str
    body: Body = Body()
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back. ``status`` is None when no status line arrived.

    ``text`` is the body as it came (undecodable bytes become U+FFFD); it may be a part when ``fault`` is
    ``cut`` or ``too_large``.
    """

    status: int | None
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: TransportFault | None = None
    seconds: float = 0.0

    @cached_property
    def json(self) -> Any:
        """The parsed body, or None when it is not JSON (numbers stay exact enough: we only count with them)."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def message(self) -> str:
        """The vendor's human-readable error text, whichever of the known shapes it came in; "" if none.

        BIGDBM: ``message``. ContactBased: ``detail`` (text, or a list of validation errors). ExactBuyer:
        ``error``. Leadpipe: ``error.message``, then ``message``, ``error``, ``detail``, ``title``.
        """
        parsed = self.json
        if not isinstance(parsed, dict):
            return ""
        nested = parsed.get("error")
        if isinstance(nested, dict) and isinstance(nested.get("message"), str):
            return str(nested["message"])
        for name in ("message", "error", "detail", "title"):
            value = parsed.get(name)
            if isinstance(value, str):
                return value
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return "; ".join(str(item.get("msg", "")) for item in value[:3] if isinstance(item, dict))
        return ""


class Transport(Protocol):
    """Sends one request once. Never raises for what a network or a vendor can do."""

    def send(self, request: Request) -> Reply: ...
