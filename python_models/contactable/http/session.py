"""Sending one request once, over HTTPS, with bounds on time and size."""

import ipaddress
import os
import re
import socket
import threading
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import requests  # noqa: TID251  (this room is the one that may)
from requests.adapters import HTTPAdapter  # noqa: TID251
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)

from contactable.http.messages import Reply, Request, TransportFault

_CHUNK: Final = 1 << 16
_NEVER_SENT = (NewConnectionError, NameResolutionError, ConnectTimeoutError)
# A server may close an idle connection just as we reuse it; the call then looks cut although nobody read it,
# and a paid call would be left ambiguous. Servers keep idle connections 5 s or longer (uvicorn's default is 5,
# gateways' 60; 2026-11), so older ones are not reused.
_IDLE_SECONDS: Final = 3.0


class UnsafeUrlError(ValueError):
    """A URL that must not be called: not https, with credentials, or pointing into a private network."""


def is_loopback(host: str) -> bool:
    """True for localhost and loopback addresses, by name or number; no look-up is made."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_base_url(url: str) -> None:
    """A configured base URL: https, or loopback. Raises UnsafeUrlError with who must do what."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise UnsafeUrlError(f"not a URL: {url!r}; expected https://host[/prefix]")
    if parts.username or parts.password:
        raise UnsafeUrlError("a base URL must not carry a user name or password")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise UnsafeUrlError(f"only https is allowed (host {parts.hostname}); http only on loopback")


def check_given_url(url: str, *, allow_loopback: bool) -> None:
    """A URL that a vendor gave us (a signed download): https, public address after DNS, no credentials."""
    check_base_url(url)
    host = urlsplit(url).hostname or ""
    if is_loopback(host):
        if allow_loopback:
            return
        raise UnsafeUrlError("a vendor's download URL points at this machine")
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except socket.gaierror as error:
        raise UnsafeUrlError(f"the download host {host} does not resolve") from error
    if not all(ipaddress.ip_address(address).is_global for address in found):
        raise UnsafeUrlError(f"the download host {host} resolves to an address that is not public")


class HttpClient:
    """``requests`` with one session a thread.

    Args:
        ca_bundle: a PEM file to trust for loopback hosts only (the sandbox's own authority).
        connect_timeout, read_timeout: seconds; every call has both.
        max_answer_bytes: longer answers are cut there and reported as ``too_large``.
    """

    def __init__(
        self,
        *,
        ca_bundle: str | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 120.0,
        max_answer_bytes: int = 256 * 1024 * 1024,
        user_agent: str = "contactable",
    ) -> None:
        self._ca_bundle = ca_bundle
        self._timeout = (connect_timeout, read_timeout)
        self._read_timeout = read_timeout
        self._max_bytes = max_answer_bytes
        self._user_agent = user_agent
        self._local = threading.local()

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.headers["User-Agent"] = self._user_agent
            session.trust_env = True  # proxies from the environment; certificates are passed per request
            adapter = HTTPAdapter(pool_connections=4, pool_maxsize=4, max_retries=0)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        elif time.monotonic() - self._local.used_at > _IDLE_SECONDS:
            session.close()
        return session

    def _verify(self, host: str) -> str | bool:
        # REQUESTS_CA_BUNDLE would override Session.verify, so the choice is made per request.
        if is_loopback(host) and self._ca_bundle:
            return self._ca_bundle
        return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True

    def send(self, request: Request) -> Reply:
        """Send once; retries are the executor's decision. Redirects are not followed."""
        check_base_url(request.url)
        host = urlsplit(request.url).hostname or ""
        started = time.monotonic()
        try:
            response = self._session().request(
                request.method,
                request.url,
                params=dict(request.query) or None,
                json=request.body.json if request.body.form is None else None,
                data=dict(request.body.form) if request.body.form is not None else None,
                headers=dict(request.headers),
                timeout=self._timeout,
                verify=self._verify(host),
                allow_redirects=False,
                stream=True,
                proxies={"http": "", "https": ""} if is_loopback(host) else None,
            )
            with response:
                return self._read(response, started)
        except requests.exceptions.RequestException as error:
            return Reply(None, "", fault=_fault_of(error), seconds=time.monotonic() - started)
        finally:
            self._local.used_at = time.monotonic()

    def _read(self, response: requests.Response, started: float) -> Reply:
        parts: list[bytes] = []
        size = 0
        fault: TransportFault | None = None
        deadline = started + 10 * self._read_timeout  # a vendor that drips bytes must not hold us for ever
        try:
            for part in response.iter_content(_CHUNK):
                parts.append(part)
                size += len(part)
                if size > self._max_bytes:
                    fault = TransportFault.TOO_LARGE
                    break
                if time.monotonic() > deadline:
                    fault = TransportFault.CUT
                    break
        except requests.exceptions.RequestException:
            fault = TransportFault.CUT
        text = b"".join(parts)[: self._max_bytes].decode("utf-8", "replace")
        return Reply(
            response.status_code, text, _plain_headers(response.headers), fault, time.monotonic() - started
        )


def _plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {str(name): str(value) for name, value in headers.items()}


def _fault_of(error: requests.exceptions.RequestException) -> TransportFault:
    """Could the vendor have seen the call? Only a connection that never stood says no for certain."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return TransportFault.NOT_SENT
    if isinstance(error, requests.exceptions.SSLError):
        # A failed handshake sends no request; any later TLS fault may have.
        handshake = re.search("(?i)certificate|handshake|wrong.version|hostname", str(error))
        return TransportFault.NOT_SENT if handshake else TransportFault.CUT
    if isinstance(error, requests.exceptions.ReadTimeout):
        return TransportFault.TIMEOUT
    if isinstance(error, requests.exceptions.ConnectionError):
        cause = error.args[0] if error.args else None
        reason = cause.reason if isinstance(cause, MaxRetryError) else cause
        return TransportFault.NOT_SENT if isinstance(reason, _NEVER_SENT) else TransportFault.CUT
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return TransportFault.CUT
    return TransportFault.NOT_SENT  # invalid URL, header or body: refused on our side
