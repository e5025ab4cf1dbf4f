"""What the vendor remembers of the organisation, and what its feeds and exports have in common."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from contactable.sandbox.contactbased import filters
from contactable.sandbox.contactbased.bucket import Bucket
from contactable.sandbox.contactbased.bundles import Bundles
from contactable.sandbox.contactbased.exports import Export, Exports, Tables
from contactable.sandbox.contactbased.feeds import ORGANISATION_LOOKBACK, Feed, Feeds
from contactable.sandbox.contactbased.people import People
from contactable.sandbox.contactbased.pool import CreditPool
from contactable.sandbox.contactbased.records import Records, Rows
from contactable.sandbox.contactbased.requests import BUNDLES, Bundle, ExportOptions, RefusedError
from contactable.sandbox.contactbased.sites import Sites
from contactable.sandbox.vendor import Call, Reply, Sandbox

NAME = "contactbased"
_KEPT = (
    "id", "feed_id", "start", "end", "reserved", "polls", "doomed", "fewer_rows", "keeps_reserve", "created_at",
    "polled", "status", "ready_at",
)  # fmt: skip
BASIC_BUNDLES: tuple[Bundle, ...] = ("individual-core", "emails", "phones")


class Organisation:
    """Feeds, exports and the pool of one organisation, over the vendor's people and their signals."""

    def __init__(self, sandbox: Sandbox) -> None:
        seed, view = sandbox.world.seed, sandbox.world.view(NAME)
        self._sandbox = sandbox
        self.sites = Sites(sandbox.world)
        self.feeds = Feeds(seed, self.sites, sandbox.clock)
        self.pool = CreditPool(sandbox.clock)
        self.exports = Exports(seed, sandbox.clock, self.pool, sandbox.charges, self._remember)
        self.records = Records(view, self.sites)
        self.people = People(view)
        self.values = filters.Values(self.people, self.records)
        self.bundles = Bundles(self.people)
        self.tables = Tables(view, self.records, self.bundles, self.sites.domains)
        self.bucket = Bucket(seed, self.exports, self.tables)
        self._recall()

    @property
    def base_url(self) -> str:
        """Where the sandbox is served, known once it listens."""
        return self._sandbox.base_url

    def window(self, call: Call, feed_id: str, lookback: int) -> tuple[Feed, date, date]:
        """The feed and its window, which ends today. Raises RefusedError: 404 unknown feed, 403 too long."""
        feed = self.feeds.get(feed_id)
        if feed is None:
            raise RefusedError(404, "Feed not found")
        most = min(feed.max_lookback_days, ORGANISATION_LOOKBACK)
        if lookback > most:
            raise RefusedError(403, f"lookback_days exceeds the maximum of {most} for this feed")
        length = lookback - 1 if call.switch("window") == "inclusive" else lookback
        return feed, call.today - timedelta(days=length), call.today

    def select(self, call: Call, options: ExportOptions, *where: str) -> tuple[Feed, tuple[date, date], Rows]:
        """The rows an export of these options would have. Raises RefusedError."""
        feed, start, end = self.window(call, str(options.feed_id), options.lookback_days)
        forbidden = [bundle for bundle in options.bundles if bundle not in enabled(call)]
        if forbidden:
            raise RefusedError(403, f"Bundle not enabled: {forbidden[0]}")
        filters.check(options.filters, *where)
        return feed, (start, end), self._rows(feed, start, end, options)

    def _rows(self, feed: Feed, start: date, end: date, options: ExportOptions) -> Rows:
        rows = self.records.window(feed, start, end)
        if options.only_contacts:
            rows = rows.take(rows.linked)
        if options.filters:
            rows = rows.distinct()
            rows = rows.take(filters.passing(self.people, rows.person, options.filters))
        return rows.take(slice(options.max_rows))

    def create(self, call: Call, options: ExportOptions, *where: str) -> Export:
        """Freezes the rows and reserves them in the pool; 402 when the pool cannot cover them."""
        feed, window, rows = self.select(call, options, *where)
        if not self.pool.covers(len(rows)):
            raise RefusedError(402, "Not enough records left in the credit pool")
        export = self.exports.prepare(
            options,
            window,
            rows,
            polls=call.switch("build_polls"),
            doomed=call.fault("failed_export") or feed.fails,
            fewer_rows=call.switch("settlement") == "fewer",
            keeps_reserve=call.switch("failed_reserve") == "kept",
            tariff=call.tariff("export_create"),
        )
        call.then(lambda: self.exports.start(export))
        call.charge(f"{_canonical(options)}|{window[0]}|{window[1]}", float(export.held), "export_create")
        return export

    # --- what outlives the process ----------------------------------------------------------------------------

    @property
    def _memory(self) -> Path | None:
        directory = self._sandbox.directory
        return None if directory is None else directory / "contactbased.json"

    def _remember(self) -> None:
        """Writes down pool and exports: a vendor does not forget what was bought when the sandbox starts anew."""
        if self._memory is None:
            return
        world = self._sandbox.world
        state = {
            "world": [world.size, world.seed],
            "used": self.pool.used_by_month,
            "exports": [
                {
                    **{name: getattr(export, name) for name in _KEPT},
                    "options": export.options.model_dump(mode="json"),
                }
                for export in self.exports.all()
            ],
        }
        half = self._memory.with_suffix(".half")
        half.write_bytes(orjson.dumps(state))
        half.replace(self._memory)

    def _recall(self) -> None:
        """What an earlier process of the same world wrote down. Rows are chosen anew: the world is the same."""
        if self._memory is None or not self._memory.exists():
            return
        state = orjson.loads(self._memory.read_bytes())
        if state["world"] != [self._sandbox.world.size, self._sandbox.world.seed]:
            return
        self.pool.recall(state["used"])
        for kept in state["exports"]:
            options = ExportOptions.model_validate_json(orjson.dumps(kept["options"]))
            feed = self.feeds.get(kept["feed_id"])
            days = {name: date.fromisoformat(kept[name]) for name in ("start", "end")}
            if feed is not None:
                rows = self._rows(feed, days["start"], days["end"], options)
                self.exports.restore(Export(**{**kept, **days, "options": options, "rows": rows}))


def enabled(call: Call) -> tuple[Bundle, ...]:
    """The bundles the organisation may use."""
    return BUNDLES if call.switch("bundles") == "all" else BASIC_BUNDLES


def paged(items: list[dict[str, Any]], page: int, page_size: int) -> Reply:
    """One page of a list, 1-based; beyond the last it is empty."""
    start = (page - 1) * page_size
    return Reply(
        200,
        {
            "items": items[start : start + page_size],
            "total": len(items),
            "page": page,
            "page_size": page_size,
            "total_pages": -(-len(items) // page_size),
        },
    )


def _canonical(options: ExportOptions) -> str:
    """The same text for the same rows, whatever the export is called."""
    plain = options.model_dump(mode="json", exclude={"name", "page_size"})
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
