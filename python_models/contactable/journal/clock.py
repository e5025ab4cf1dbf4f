"""Times and ids of the journal."""

import secrets
from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """ISO-8601 in UTC with microseconds and ``Z``; sorts as text the way it sorts as time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id(moment: datetime) -> str:
    """A 32-digit id that sorts by time: 12 hex digits of milliseconds, 20 random ones."""
    return f"{int(moment.timestamp() * 1000):012x}{secrets.token_hex(10)}"
