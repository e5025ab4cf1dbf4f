"""ExactBuyer: people by e-mail, phone or profile, up to 1,000 a call, one credit per enriched position."""

from __future__ import annotations

from contactable.sandbox.exactbuyer.api import vendor

__all__ = ["vendor"]
