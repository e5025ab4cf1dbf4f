"""The organisation's pool of records. Invariant: remaining = limit - used - reserved, and never below zero."""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from contactable.sandbox.clock import Clock

STARTING_LIMIT = 1_000_000


@dataclass(slots=True)
class CreditPool:
    """Counts use by calendar month (assumed); reserves live until their export ends. `limit` None: unlimited."""

    clock: Clock
    limit: int | None = STARTING_LIMIT
    reserved: int = 0
    _used: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def period(self) -> str:
        return f"{self.clock.today():%Y-%m}"

    @property
    def used(self) -> int:
        return self._used[self.period]

    @property
    def remaining(self) -> int | None:
        return None if self.limit is None else self.limit - self.used - self.reserved

    def covers(self, records: int) -> bool:
        return self.remaining is None or records <= self.remaining

    def reserve(self, records: int) -> None:
        """Sets records aside; the caller has asked `covers`."""
        self.reserved += records

    def settle(self, reserved: int, used: int) -> None:
        """Turns a reserve into use; what was not used is free again. `used` 0 releases all of it."""
        self.reserved -= reserved
        self._used[self.period] += used

    @property
    def used_by_month(self) -> dict[str, int]:
        """What every month used, as `recall` takes it back."""
        return dict(self._used)

    def recall(self, used_by_month: dict[str, int]) -> None:
        """What an earlier process used of the pool."""
        self._used.update(used_by_month)

    def public(self) -> dict[str, Any]:
        """The answer of `/organization/credits`."""
        today = self.clock.today()
        last = calendar.monthrange(today.year, today.month)[1]
        return {
            "records_limit": self.limit,
            "records_used": self.used,
            "records_reserved": self.reserved,
            "records_remaining": self.remaining,
            "period_start": today.replace(day=1).isoformat(),
            "period_end": today.replace(day=last).isoformat(),
        }
