"""Exports: frozen rows, built in the background, paid from the pool, read as often as one likes."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson

from contactable.sandbox import lexicon
from contactable.sandbox.charges import ChargeBook
from contactable.sandbox.clock import Clock
from contactable.sandbox.contactbased.bundles import Bundles
from contactable.sandbox.contactbased.pool import CreditPool
from contactable.sandbox.contactbased.records import Records, Rows, contact_id, dates_of
from contactable.sandbox.contactbased.requests import ExportOptions
from contactable.sandbox.hashing import mix, salt_of
from contactable.sandbox.tariff import Tariff, Usage
from contactable.sandbox.view import VendorView

BUILDING, READY, FAILED = "building", "ready", "failed"
COLUMNS = ("contact_id", "email_sha256", "domain", "topic", "date", "record_count")
BUILD_ERROR = "Materialization of the export failed"
_LATE_DUPLICATE = 50
"""With `fewer_rows` every 50th row turns out to be a duplicate while the export is built."""

_TABLES_KEPT = 24


@dataclass(slots=True)
class Export:
    """One export. `rows` are taken when it is created and never change."""

    id: str
    feed_id: str
    options: ExportOptions
    start: date
    end: date
    rows: Rows
    reserved: int
    polls: int
    doomed: bool
    fewer_rows: bool
    keeps_reserve: bool
    created_at: str
    tariff: Tariff | None = None
    polled: int = 0
    status: str = BUILDING
    ready_at: str | None = None

    @property
    def page_size(self) -> int:
        return self.options.page_size

    @property
    def total_pages(self) -> int:
        """At least one, which holds the header."""
        return max(1, -(-len(self.rows) // self.page_size))

    @property
    def progress(self) -> int:
        """Percent."""
        return 100 if self.status == READY else 100 * min(self.polled, self.polls) // (self.polls + 1)

    def cost(self, rows: int) -> int:
        """What so many rows take from the pool."""
        if self.tariff is None:
            return rows
        return round(self.tariff.bill(Usage(1, 1, rows, -(-rows // self.page_size))))

    @property
    def held(self) -> int:
        """What the pool sets aside for it until it ends."""
        return self.cost(self.reserved)

    def page(self, number: int) -> Rows:
        """The rows of a page, 1-based."""
        return self.rows.take(slice((number - 1) * self.page_size, number * self.page_size))

    def public(self, scale: str = "percent") -> dict[str, Any]:
        """The export summary; totals and `ready_at` are filled when it is ready."""
        ready = self.status == READY
        return {
            "export_id": self.id,
            "feed_id": self.feed_id,
            "name": self.options.name,
            "status": self.status,
            "build_progress": self.progress if scale == "percent" else self.progress / 100,
            "build_error": BUILD_ERROR if self.status == FAILED else None,
            "page_size": self.page_size,
            "max_rows": self.options.max_rows,
            "require_contact_id": self.options.only_contacts,
            "consumer_filters": [f.model_dump() for f in self.options.filters],
            "enrichment_bundles": self.options.bundles,
            "lookback_days": self.options.lookback_days,
            "start_date": self.start.isoformat(),
            "end_date": self.end.isoformat(),
            "total_rows": len(self.rows) if ready else None,
            "total_pages": self.total_pages if ready else None,
            "records_reserved": self.reserved,
            "created_at": self.created_at,
            "ready_at": self.ready_at,
        }


class Exports:
    """The organisation's exports and what their lives do to the pool."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        pool: CreditPool,
        charges: ChargeBook,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._changed = changed  # called when an export was made or has ended
        self._salt = salt_of(seed, "contactbased", "exports")
        self._clock = clock
        self._pool = pool
        self._charges = charges
        self._by_id: dict[str, Export] = {}

    def prepare(
        self,
        options: ExportOptions,
        window: tuple[date, date],
        rows: Rows,
        *,
        polls: int,
        doomed: bool,
        fewer_rows: bool,
        keeps_reserve: bool,
        tariff: Tariff | None = None,
    ) -> Export:
        """An export that is not listed and has reserved nothing yet."""
        number = len(self._by_id)
        identifier = uuid.UUID(int=(mix(self._salt, number) << 64) | mix(self._salt ^ 1, number), version=4)
        return Export(
            str(identifier),
            str(options.feed_id),
            options,
            *window,
            rows,
            reserved=len(rows),
            polls=polls,
            doomed=doomed,
            fewer_rows=fewer_rows,
            keeps_reserve=keeps_reserve,
            created_at=self._clock.text(),
            tariff=tariff,
        )

    def start(self, export: Export) -> None:
        """Lists a prepared export and reserves its records."""
        self._pool.reserve(export.held)
        self._by_id[export.id] = export
        self._changed()

    def restore(self, export: Export) -> None:
        """Lists an export that an earlier process made; what it used is in the pool already."""
        if export.status == BUILDING:
            self._pool.reserve(export.held)
        elif export.status == READY and export.fewer_rows:
            export.rows = _without_late_duplicates(export.rows)
        self._by_id[export.id] = export

    def get(self, identifier: object) -> Export | None:
        return self._by_id.get(str(identifier))

    def all(self) -> list[Export]:
        """In order of creation."""
        return list(self._by_id.values())

    def visit(self, export: Export) -> None:
        """Brings a building export nearer to its end: n polls see it building, the next one sees the end."""
        if export.status != BUILDING:
            return
        export.polled += 1
        if export.polled > export.polls:
            self._finish(export)

    def _finish(self, export: Export) -> None:
        """Ready: the reserve becomes use for the rows there are. Failed: all of it is released, or kept."""
        if export.doomed:
            export.status = FAILED
            used = export.held if export.keeps_reserve else 0
        else:
            if export.fewer_rows:
                export.rows = _without_late_duplicates(export.rows)
            export.status = READY
            export.ready_at = self._clock.text()
            used = export.cost(len(export.rows))
        self._pool.settle(export.held, used)
        if used != export.held:
            released = float(used - export.held)
            self._charges.add("contactbased", "export_release", export.id, released, self._clock.now())
        self._changed()


def _without_late_duplicates(rows: Rows) -> Rows:
    return rows.take(np.arange(len(rows)) % _LATE_DUPLICATE != _LATE_DUPLICATE - 1)


class Tables:
    """Renders rows into cells; keeps the last pages, so that reading one twice costs nothing."""

    def __init__(self, view: VendorView, records: Records, bundles: Bundles, domains: list[str]) -> None:
        self._view = view
        self._records = records
        self._bundles = bundles
        self._domains = domains
        self._pages: OrderedDict[tuple[str, int, str], str] = OrderedDict()

    def columns(self, options: ExportOptions, spelling: str) -> list[str]:
        """The header; a bundle's column is its key, with underscores or as it is."""
        return [*COLUMNS, *(b.replace("-", "_") if spelling == "underscores" else b for b in options.bundles)]

    def cells(self, rows: Rows, options: ExportOptions) -> Iterator[tuple[Any, ...]]:
        """One tuple a row, in the order of `columns`; bundles as objects, None when not found."""
        linked = rows.linked.tolist()
        keys = self._records.keys(rows.person).tolist()
        addresses = self._view.world.mail_text.many(self._view.signal_mailboxes(rows.person)).to_pylist()
        topics = [topic.name for topic in lexicon.TOPICS]
        return zip(
            [contact_id(key) if known else "" for key, known in zip(keys, linked, strict=True)],
            [hashlib.sha256(address.encode()).hexdigest() for address in addresses],
            [self._domains[site] for site in rows.site.tolist()],
            [topics[topic] for topic in rows.topic.tolist()],
            dates_of(rows),
            rows.count.tolist(),
            *(self._bundles.data(bundle, rows.person) for bundle in options.bundles),
            strict=True,
        )

    def page(self, export: Export, number: int, spelling: str) -> str:
        """A page as CSV (RFC 4180, header first); JSON cells are compact, empty when not found."""
        key = (export.id, number, spelling)
        kept = self._pages.get(key)
        if kept is not None:
            self._pages.move_to_end(key)
            return kept
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.columns(export.options, spelling))
        plain = len(COLUMNS)
        cells = self.cells(export.page(number), export.options)
        if export.options.bundles:
            cells = ((*row[:plain], *map(_json_cell, row[plain:])) for row in cells)
        writer.writerows(cells)
        self._pages[key] = text = out.getvalue()
        if len(self._pages) > _TABLES_KEPT:
            self._pages.popitem(last=False)
        return text

    def file(self, export: Export, spelling: str) -> str:
        """The whole export: the rows of its pages under one header."""
        texts = [self.page(export, number, spelling) for number in range(1, export.total_pages + 1)]
        header = texts[0][: texts[0].index("\r\n") + 2]
        return header + "".join(text[len(header) :] for text in texts)

    def objects(self, rows: Rows, options: ExportOptions, spelling: str) -> list[dict[str, Any]]:
        """Rows by column name."""
        names = self.columns(options, spelling)
        return [dict(zip(names, row, strict=True)) for row in self.cells(rows, options)]


def _json_cell(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()
