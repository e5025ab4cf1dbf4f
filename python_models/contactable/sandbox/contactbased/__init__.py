"""ContactBased: intent feeds, exports that are built in the background, enrichment by contact id."""

from __future__ import annotations

from contactable.sandbox.contactbased.api import vendor

__all__ = ["vendor"]
