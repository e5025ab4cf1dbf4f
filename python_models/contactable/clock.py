"""What time it is: one clock for Python, SQL and the sandbox, which ``CONTACTABLE_NOW`` moves for tests.

The moved clock starts at the moment given and goes on at its own pace: durations stay true, and what happened
later still sorts later. A further command on the same home with the same value goes on where the last one was;
only idle time beyond an hour is left out, so that a home kept for days still begins near the moment given.

``real_now`` is the machine's clock whatever is set. What live processes or a vendor's server compare with us goes
by it: heartbeats, leases, rate limits, Retry-After. A moved clock makes nobody wait and no live process dead.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]

VARIABLE = "CONTACTABLE_NOW"

#: Dates and ids of the journal hold four-digit years; nobody tests further away (2026-11-30).
_YEARS = range(2000, 2101)
_MOST_IDLE = timedelta(hours=1)
_FILE = "test-clock.json"


class ClockError(ValueError):
    """``CONTACTABLE_NOW`` is no moment; the message says what is."""


@dataclass(slots=True)
class _Moved:
    """What this process was given, and how far its clock is ahead of the machine's. None: not looked yet."""

    given: str | None = None
    ahead: timedelta = timedelta()


_moved = _Moved()


def real_now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  (the one place)


def utc_now() -> datetime:
    """The product's clock, in UTC: the machine's, unless ``CONTACTABLE_NOW`` was set when first asked.

    Raises:
        ClockError: the variable is no moment.
    """
    if _moved.given is None:
        _start(os.environ.get(VARIABLE, "").strip())
    return real_now() + _moved.ahead


def _start(given: str) -> None:
    _moved.ahead = moment(given) - real_now() if given else timedelta()
    _moved.given = given


def moment(text: str) -> datetime:
    """An ISO-8601 moment with its offset from UTC, such as ``2026-12-01T03:00:00Z``, in UTC.

    A moment without an offset is refused: Python, SQL and the sandbox would each add a zone of their own.

    Raises:
        ClockError: it cannot be read, has no offset, or lies before 2000 or after 2100.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    problem = (
        "cannot be read" if read is None
        else "has no offset" if read.tzinfo is None
        else "is too far off" if read.year not in _YEARS
        else ""
    )  # fmt: skip
    if read is None or problem:
        raise ClockError(
            f"{VARIABLE} is {text!r}, which {problem}: give a moment from 2000 to 2100 with its offset from UTC, "
            "such as 2026-12-01T03:00:00Z or 2026-12-01T03:00:00+01:00, or unset it."
        )
    return read.astimezone(UTC)


def go_on_in(home: Path) -> None:
    """Let the clock of this process begin where the last one on this home was under the same value.

    Commands on a home then follow each other in time although each is given the same moment. Without a file to
    remember it in (a full disk), the clock begins at the moment given. Does nothing where no moment is given.
    """
    now = utc_now()
    if not _moved.given:
        return
    file = home / _FILE
    with suppress(OSError, ValueError, KeyError, TypeError):
        last = json.loads(file.read_text(encoding="utf-8"))
        if last["given"] == _moved.given:
            idle = min(max(real_now() - datetime.fromisoformat(last["at"]), timedelta()), _MOST_IDLE)
            _moved.ahead += max(datetime.fromisoformat(last["reached"]) + idle - now, timedelta())
    known = {"given": _moved.given, "reached": utc_now().isoformat(), "at": real_now().isoformat()}
    half = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        half.write_text(json.dumps(known), encoding="utf-8")
        half.replace(file)


def notice(home: Path) -> str:
    """What somebody must know who reads times of this home; empty where the clock never was anybody's but the
    machine's.
    """
    now = utc_now()
    if _moved.given:
        return (
            f"{VARIABLE} is set to {_moved.given}: here it is {now:%Y-%m-%d %H:%M:%S} UTC, by the machine "
            f"{real_now():%Y-%m-%d %H:%M:%S} UTC. This is for tests; unset it before you ask vendors in earnest."
        )
    with suppress(OSError, ValueError, KeyError, TypeError):
        given = json.loads((home / _FILE).read_text(encoding="utf-8"))["given"]
        return f"Commands were run on this home with {VARIABLE} set to {given}: times in it may be invented."
    return ""
