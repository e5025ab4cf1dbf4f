"""Serves the sandbox over HTTPS on loopback until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn

from contactable.sandbox import bigdbm, contactbased, exactbuyer, faults, leadpipe
from contactable.sandbox.admin import Admin
from contactable.sandbox.app import SandboxApp
from contactable.sandbox.first_party import write_first_party
from contactable.sandbox.tls import certificates
from contactable.sandbox.truth import write_truth
from contactable.sandbox.vendor import Sandbox, Vendor, new_sandbox

ENVIRONMENT_NAME = "sandbox.env"
_BACKLOG = 2_048
_STOP_SECONDS = 3


def vendors_of(sandbox: Sandbox) -> list[Vendor]:
    """The vendors of a sandbox, without its admin surface."""
    return [module.vendor(sandbox) for module in (bigdbm, contactbased, exactbuyer, leadpipe)]


def serve(
    port: int = 0,
    people: int = 2_000,
    seed: int = 1,
    faults_on: Sequence[str] = (),
    today: date | None = None,
    directory: Path = Path("sandbox"),
    *,
    limits: bool = False,
    latency_ms: float = 0.0,
    truth_signal_days: int = 0,
    first_party_share: float = 0.3,
    first_party_broken: bool = False,
    announce: Callable[[Mapping[str, str]], None] | None = None,
) -> None:
    """Grows the world, writes its truth and a first-party list, and serves the vendors until SIGTERM, SIGINT or
    `/stop`.

    port: 0 picks a free one. faults_on: see `faults.parse`. today: where the clock stands, default the real day
    in UTC. directory: gets ca.pem, server.pem, truth/, first_party.csv and, once the server listens,
    sandbox.env. announce: called with the environment variables then; default: print them as KEY=VALUE lines.
    Raises faults.UnknownFaultError, and OSError when the port is taken.
    """
    rules = [faults.parse(text) for text in faults_on]
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    ready = directory / ENVIRONMENT_NAME
    ready.unlink(missing_ok=True)
    ca, certificate = certificates(directory)
    sockets = _listen(port)
    bound = sockets[0].getsockname()[1]

    # By itself the sandbox has the real day; a client with another clock gives it that one.
    sandbox = new_sandbox(people, seed, today or datetime.now(UTC).date(), directory)  # noqa: TID251
    sandbox.base_url = f"https://localhost:{bound}"
    sandbox.limits_on = limits
    sandbox.latency_seconds = latency_ms / 1_000
    for rule in rules:
        sandbox.faults.add(rule)
    truth, first_party = directory / "truth", directory / "first_party.csv"
    write_truth(sandbox.world, truth, truth_signal_days)
    write_first_party(sandbox.world, first_party, first_party_share, first_party_broken)

    vendors = vendors_of(sandbox)
    server: _Server

    def stop() -> None:
        server.should_exit = True

    admin = Admin(sandbox, vendors, stop).vendor()
    variables: dict[str, str] = {}
    for vendor in (*vendors, admin):
        variables |= vendor.environment(sandbox.base_url)
    variables |= {
        "CONTACTABLE_CA_BUNDLE": str(ca),
        "SANDBOX_TRUTH": str(truth),
        "SANDBOX_FIRST_PARTY": str(first_party),
    }

    def listening() -> None:
        _write_atomically(ready, "".join(f"{name}={value}\n" for name, value in variables.items()))
        (announce or _print)(variables)

    config = uvicorn.Config(
        SandboxApp(sandbox, (*vendors, admin)),
        ssl_certfile=str(certificate),
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=60,
        backlog=_BACKLOG,
    )
    server = _Server(config, listening)
    try:
        server.run(sockets=sockets)
    finally:
        ready.unlink(missing_ok=True)
        for listener in sockets:
            listener.close()


class _Server(uvicorn.Server):
    """Says when it listens, and ends quietly on a signal: exit code 0, no traceback."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        loop = asyncio.get_running_loop()
        caught = (signal.SIGINT, signal.SIGTERM)

        def end() -> None:
            self.should_exit = True

        for number in caught:
            loop.add_signal_handler(number, end)
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)


def _listen(port: int) -> list[socket.socket]:
    """Loopback only: 127.0.0.1, and ::1 on the same port where there is IPv6. Raises OSError when the port is
    taken.
    """
    four = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    four.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    four.bind(("127.0.0.1", port))
    sockets = [four]
    if socket.has_ipv6:
        six = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        try:
            six.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            six.bind(("::1", four.getsockname()[1]))
            sockets.append(six)
        except OSError:
            six.close()
    return sockets


def _write_atomically(path: Path, text: str) -> None:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    half.replace(path)


def _print(variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        sys.stdout.write(f"{name}={value}\n")
    sys.stdout.flush()
