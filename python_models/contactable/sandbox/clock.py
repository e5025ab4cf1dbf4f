"""The sandbox's clock: it stands still until somebody moves it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

_START_OF_DAY = time(12, 0, tzinfo=UTC)


class Clock:
    """UTC, settable. Every date and time in an answer comes from here, so that runs can be repeated to the
    letter.
    """

    def __init__(self, today: date) -> None:
        """Stands at noon of a day."""
        self._now = datetime.combine(today, _START_OF_DAY)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()

    def set(self, moment: datetime) -> None:
        """Sets the clock; a moment without zone is read as UTC."""
        self._now = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        self._now += step

    def text(self) -> str:
        """`2026-11-21T12:00:00Z`."""
        return iso(self._now)


def iso(moment: datetime) -> str:
    """A moment the way the sandbox writes it: seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
