"""Dates as the world's columns keep them: days since 1970-01-01."""

from __future__ import annotations

from datetime import date, timedelta

_START = date(1970, 1, 1)


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _START).days


def day_of(number: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return _START + timedelta(days=number)
