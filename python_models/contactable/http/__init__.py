"""HTTPS to vendors: the only room that imports ``requests``. Knows no other room."""

from contactable.http.errors import Action, ErrorRule, ErrorTable, Fault, Verdict
from contactable.http.messages import Body, Reply, Request, Transport, TransportFault
from contactable.http.pace import HostState
from contactable.http.rate_limit import RateLimit, RateLimiter
from contactable.http.redact import Redactor
from contactable.http.session import HttpClient

__all__ = [
    "Action",
    "Body",
    "ErrorRule",
    "ErrorTable",
    "Fault",
    "HostState",
    "HttpClient",
    "RateLimit",
    "RateLimiter",
    "Redactor",
    "Reply",
    "Request",
    "Transport",
    "TransportFault",
    "Verdict",
]
