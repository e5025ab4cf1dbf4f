"""The calls about the organisation and its feeds."""

from __future__ import annotations

from contactable.sandbox.contactbased.feeds import FEED_LIMIT
from contactable.sandbox.contactbased.organisation import Organisation, paged
from contactable.sandbox.contactbased.requests import (
    BuilderOptions,
    FeedsAsked,
    SearchOptions,
    body_of,
    broken,
    options_of,
    query_of,
)
from contactable.sandbox.vendor import Call, Reply


class FeedCalls:
    """Handlers of `/organization/*`, builder and search."""

    def __init__(self, organisation: Organisation) -> None:
        self._org = organisation

    def list_feeds(self, call: Call) -> Reply:
        asked = query_of(call, FeedsAsked)
        found = self._org.feeds.listed(asked.search, with_failing=call.switch("failing_feed") == "listed")
        left_out = {"name"} if call.switch("feed_names") == "left_out" else set()
        items = [{key: value for key, value in feed.public().items() if key not in left_out} for feed in found]
        return paged(items, asked.page, asked.page_size)

    def credits(self, _call: Call) -> Reply:
        return Reply(200, self._org.pool.public())

    def feed_limit(self, _call: Call) -> Reply:
        created = self._org.feeds.created
        return Reply(
            200,
            {
                "feed_limit": FEED_LIMIT,
                "feeds_created": created,
                "feeds_remaining": max(0, FEED_LIMIT - created),
            },
        )

    def builder(self, call: Call) -> Reply:
        """Resolves a free text into domains; saves it as a feed on request."""
        asked = body_of(call, BuilderOptions)
        if asked.save and asked.name is None:
            raise broken("name is required when save is true", "name")
        matches = self._org.sites.match(asked.query, asked.top_domains)
        feed = None
        if asked.save and asked.name is not None:
            if self._org.feeds.created >= FEED_LIMIT:
                return call.error(403, "Feed creation limit reached")
            saved = self._org.feeds.prepare(asked.name, asked.query, [match.site for match in matches])
            call.then(lambda: self._org.feeds.put(saved))
            feed = saved.id
        domains = [self._org.sites.describe(match) for match in matches]
        summary = {
            "total_domains": len(domains),
            "domains_with_company_data": sum(d["company_name"] is not None for d in domains),
        }
        return Reply(
            200,
            {
                "query": asked.query,
                "saved": asked.save,
                "feed_id": feed,
                "domains": domains,
                "summary": summary,
            },
        )

    def search(self, call: Call) -> Reply:
        """Totals of a rolling window; creates an export as well when asked to."""
        asked = body_of(call, SearchOptions)
        feed, start, end = self._org.window(call, str(asked.feed_id), asked.lookback_days)
        rows = self._org.records.window(feed, start, end)
        export = None
        if asked.auto_export or isinstance(asked.auto_export, dict):
            given = asked.auto_export if isinstance(asked.auto_export, dict) else {}
            fixed = {"feed_id": asked.feed_id, "lookback_days": asked.lookback_days}
            options = options_of({**given, **fixed}, "auto_export")
            export = self._org.create(call, options, "auto_export").public(call.switch("progress"))
        linked = int(rows.linked.sum())
        spelling = call.switch("contact_spelling")
        return Reply(
            200,
            {
                "feed_id": feed.id,
                "total_records": len(rows) + call.fault("wrong_total"),
                f"records_with_{spelling}": linked,
                f"records_without_{spelling}": len(rows) - linked,
                "lookback_days": asked.lookback_days,
                "start_date": start.isoformat(),
                "end_date": end.isoformat(),
                "daily_counts": rows.daily(start, end) if asked.include_daily_counts else None,
                "export": export,
            },
        )
