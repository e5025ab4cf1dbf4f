"""When asking ends: ``--until`` and ``--max-minutes``.

A deadline bounds *asking*. What is known by then is still built, judged and published, so whoever plans a night
adds the time that takes (``contactable status`` shows it).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from contactable.settings.config import ConfigurationError

_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})")
_EXAMPLE = "use a time of day such as 06:00, or a moment such as 2026-11-22T06:00 or 2026-11-22T06:00+01:00"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``at``: the moment, with a zone. ``seconds``: from now until then."""

    at: datetime
    seconds: float

    def __str__(self) -> str:
        return f"{self.at.astimezone():%Y-%m-%d %H:%M}"


def deadline_of(until: str | None, max_minutes: float | None, now: datetime) -> Deadline | None:
    """The earlier of the two, or None. ``now`` carries the local zone, by which a bare time is understood.

    Raises:
        ConfigurationError: ``until`` cannot be read, or is over already.
    """
    moments = []
    if until is not None:
        moments.append(moment(until, now))
    if max_minutes is not None:
        moments.append(now + timedelta(minutes=max_minutes))
    if not moments:
        return None
    at = min(moments)
    return Deadline(at, (at.astimezone(UTC) - now.astimezone(UTC)).total_seconds())


def moment(text: str, now: datetime) -> datetime:
    """``06:00``: the next time a clock on the wall shows it. With a date: that moment, local without a zone.

    Raises:
        ConfigurationError: not readable, or not in the future.
    """
    text = text.strip()
    time_of_day = _TIME.fullmatch(text)
    try:
        if time_of_day is not None:
            return _next(int(time_of_day["hour"]), int(time_of_day["minute"]), now)
        if "T" not in text and " " not in text:
            raise ValueError
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"--until {text!r} is no time: {_EXAMPLE}") from None
    at = _local(given, now) if given.tzinfo is None else given
    if at.astimezone(UTC) <= now.astimezone(UTC):
        raise ConfigurationError(f"--until {text} is over already (it is {now:%Y-%m-%d %H:%M}): {_EXAMPLE}")
    return at


def _next(hour: int, minute: int, now: datetime) -> datetime:
    """Today's or tomorrow's, by the wall clock: the day of a clock change has 23 or 25 hours."""
    wall = now.replace(tzinfo=None, second=0, microsecond=0)
    today = _local(wall.replace(hour=hour, minute=minute), now)
    if today.astimezone(UTC) > now.astimezone(UTC):
        return today
    return _local(wall.replace(hour=hour, minute=minute) + timedelta(days=1), now)


def _local(wall: datetime, now: datetime) -> datetime:
    """A wall-clock time in the zone of ``now``.

    A fixed offset, as ``utc_now().astimezone()`` carries, says nothing about other days: the machine's own rules
    decide then. A real zone (tests) decides by itself.
    """
    zone = now.tzinfo
    if zone is None or isinstance(zone, timezone):
        return wall.astimezone()
    return wall.replace(tzinfo=zone)
