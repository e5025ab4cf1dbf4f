"""Who asked, and is it still alive? What a dead process left reserved is settled; a live one's is its own.

The same machine since the same start can look a process up, by number and start time (numbers are used again).
For anybody else the heartbeat speaks. Machines that share a journal must therefore bear different names.
"""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contactable.journal.clock import iso

#: A run tells every so often that it lives.
HEARTBEAT_SECONDS = 10.0

#: After so long without a heartbeat a process elsewhere counts as dead: twelve missed beats are no hiccup of a
#: network or a database, and nobody waits much longer to see a worker's questions again (2026-11-21).
LEASE_SECONDS = 120.0

#: (process number) -> when it was started, or None where no such process runs.
LookUp = Callable[[int], str | None]

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process as others may recognise it. ``boot_id`` and ``started`` are None where the system tells neither.

    ``boot_id`` is the machine's since its start, and the process namespace: in another container the same number
    is another process.
    """

    host: str
    boot_id: str | None
    pid: int
    started: str | None

    @classmethod
    def current(cls) -> "Process":
        return cls(socket.gethostname(), _boot_id(), os.getpid(), started_at(os.getpid()))


def _boot_id() -> str | None:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def started_at(pid: int) -> str | None:
    """The start of a running process, in clock ticks since the machine's; None: it runs no more."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()  # the name before may hold blanks and brackets
    return None if state in "ZX" else fields[18]  # a zombie asks nothing any more


def is_alive(run: Mapping[str, Any], me: Process, now: datetime, look_up: LookUp = started_at) -> bool:
    """Whether the process of a row of ``runs`` may still be asking."""
    if run["finished_at"] is not None or run["heartbeat_at"] is None:
        return False
    if run["host"] == me.host and run["boot_id"] and me.boot_id:
        if run["boot_id"].split()[0] != me.boot_id.split()[0]:
            return False  # this machine was started anew since
        if run["boot_id"] == me.boot_id:
            return bool(look_up(run["pid"]) == run["process_started"])
    return bool(run["heartbeat_at"] >= oldest_heartbeat(now))


def oldest_heartbeat(now: datetime) -> str:
    """A run elsewhere whose last heartbeat is older counts as dead."""
    return iso(now - timedelta(seconds=LEASE_SECONDS))


class Heartbeat:
    """Calls ``beat`` every ``HEARTBEAT_SECONDS`` from a thread of its own, inside a ``with`` block.

    ``wait`` gets seconds and returns True when it is time to end.
    """

    def __init__(self, beat: Callable[[], None], wait: Callable[[float], bool] | None = None) -> None:
        self._beat = beat
        self._ended = threading.Event()
        self._wait = wait or self._ended.wait
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)

    def _go_on(self) -> None:
        while not self._wait(HEARTBEAT_SECONDS) and not self._ended.is_set():
            self._beat()

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
