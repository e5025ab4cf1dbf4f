"""The calls about contacts: filters that choose them, bundles that describe them."""

from __future__ import annotations

from typing import Any

import numpy as np

from contactable.sandbox.codes import NOBODY
from contactable.sandbox.contactbased import filters
from contactable.sandbox.contactbased.organisation import Organisation, enabled
from contactable.sandbox.contactbased.requests import (
    Bundle,
    ContactIds,
    FieldsAsked,
    RefusedError,
    ValuesAsked,
    body_of,
    broken,
)
from contactable.sandbox.vendor import Call, Handler, Reply


class ContactCalls:
    """Handlers of `/intent/feeds/filters/*` and `/enrich/*`."""

    def __init__(self, organisation: Organisation) -> None:
        self._org = organisation
        self._enriched: set[tuple[str, str, str]] = set()

    def filter_fields(self, call: Call) -> Reply:
        asked = body_of(call, FieldsAsked, optional=True)
        if asked.feed_id is not None and self._org.feeds.get(str(asked.feed_id)) is None:
            raise RefusedError(404, "Feed not found")
        return Reply(200, {"fields": [field.public() for field in filters.FIELDS.values()]})

    def filter_values(self, call: Call) -> Reply:
        asked = body_of(call, ValuesAsked)
        if asked.field not in filters.FIELDS:
            raise broken("unknown field", "field")
        values = self._org.values.of(asked.field, asked.search, asked.limit)
        return Reply(200, {"field": asked.field, "values": values})

    @staticmethod
    def list_bundles(call: Call) -> Reply:
        return Reply(200, {"bundles": list(enabled(call))})

    def enrich(self, bundle: Bundle) -> Handler:
        """The handler of one bundle: results in the order asked, unknown contacts inside the batch."""

        def handle(call: Call) -> Reply:
            if bundle not in enabled(call):
                return call.error(403, f"Bundle not enabled: {bundle}")
            asked = body_of(call, ContactIds).contact_ids
            data = self._found(bundle, list(dict.fromkeys(asked)))
            results = [
                {"contact_id": identifier, "found": data[identifier] is not None, "data": data[identifier]}
                for identifier in asked
            ]
            for identifier, found in data.items():
                self._charge(call, bundle, identifier, found=found is not None)
            count = sum(result["found"] is True for result in results)
            call.used(len(asked), count, count)
            return Reply(
                200,
                {
                    "bundle": bundle,
                    "requested": len(asked),
                    "found": count,
                    "not_found": len(asked) - count,
                    "results": results,
                },
            )

        return handle

    def _found(self, bundle: Bundle, identifiers: list[str]) -> dict[str, dict[str, Any] | None]:
        """The bundle of each different id; None for unknown contacts and for those of whom it knows nothing."""
        found: dict[str, dict[str, Any] | None] = dict.fromkeys(identifiers)
        people = [self._org.records.find(identifier) for identifier in identifiers]
        known = [(i, p) for i, p in zip(identifiers, people, strict=True) if p != NOBODY]
        data = self._org.bundles.data(bundle, np.array([person for _, person in known], dtype=np.int32))
        found.update(zip((identifier for identifier, _ in known), data, strict=True))
        return found

    def _charge(self, call: Call, bundle: Bundle, identifier: str, *, found: bool) -> None:
        """One credit per found contact and bundle; again within the month for nothing (assumed)."""
        if not found and not call.switch("charge_not_found"):
            return
        mark = (self._org.pool.period, bundle, identifier)
        free = call.switch("repeated_enrichment") == "free" and mark in self._enriched
        call.charge(f"{bundle}|{identifier}", 0.0 if free else 1.0)
        call.then(lambda: self._enriched.add(mark))
