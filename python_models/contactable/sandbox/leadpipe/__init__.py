"""Leadpipe: people interested in topics, filtered by firmographics, from daily runs; saved audiences around it."""

from __future__ import annotations

from contactable.sandbox.leadpipe.api import vendor

__all__ = ["vendor"]
