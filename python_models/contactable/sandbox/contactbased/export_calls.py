"""The calls of an export's life: preview, count, create, poll, read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contactable.sandbox.contactbased.bucket import FULL, LIFE
from contactable.sandbox.contactbased.exports import BUILDING, FAILED, READY, Export
from contactable.sandbox.contactbased.organisation import Organisation, paged
from contactable.sandbox.contactbased.records import Rows
from contactable.sandbox.contactbased.requests import (
    ExportFile,
    ExportList,
    ExportOptions,
    ExportPage,
    PreviewOptions,
    RefusedError,
    body_of,
)
from contactable.sandbox.vendor import Call, Reply


class ExportCalls:
    """Handlers of `/intent/feeds/exports*`."""

    def __init__(self, organisation: Organisation) -> None:
        self._org = organisation

    def preview(self, call: Call) -> Reply:
        """The first rows and, unless skipped, how many there are. Stores and costs nothing."""
        asked = body_of(call, PreviewOptions)
        _, (start, end), rows = self._org.select(call, asked)
        spelling = call.switch("bundle_columns")
        shown = rows.take(slice(asked.preview_rows))
        return Reply(
            200,
            {
                "columns": self._org.tables.columns(asked, spelling),
                "rows": self._org.tables.objects(shown, asked, spelling),
                "total_records": None if asked.skip_count else len(rows) + call.fault("wrong_total"),
                "count_skipped": asked.skip_count,
                "start_date": start.isoformat(),
                "end_date": end.isoformat(),
            },
        )

    def count(self, call: Call) -> Reply:
        """The exact size of a configuration."""
        _, _, rows = self._org.select(call, body_of(call, ExportOptions))
        total = len(rows) + call.fault("wrong_total")
        contacts = rows.contacts
        billable = total if call.switch("billable") == "rows" else contacts
        return Reply(200, {"total_records": total, "distinct_contacts": contacts, "billable_records": billable})

    def create(self, call: Call) -> Reply:
        export = self._org.create(call, body_of(call, ExportOptions))
        return Reply(200, export.public(call.switch("progress")))

    def list_exports(self, call: Call) -> Reply:
        """Summaries in the order that is switched on; every one of them that is building is a step further on."""
        asked = body_of(call, ExportList, optional=True)
        found = self._org.exports.all()
        if call.switch("list_order") == "newest_first":
            found.reverse()
        filtered = call.switch("list_filters") == "honoured"
        if filtered:
            found = [
                export
                for export in found
                if asked.feed_id in (None, UUID(export.feed_id)) and asked.export_id in (None, UUID(export.id))
            ]
        for export in found:
            self._org.exports.visit(export)
        scale = call.switch("progress")
        left_out = {"name"} if call.switch("export_names") == "left_out" else set()
        items = [
            {key: value for key, value in export.public(scale).items() if key not in left_out}
            for export in found
            if not filtered or asked.status in (None, export.status)
        ]
        return paged(items, asked.page, asked.page_size)

    def page(self, call: Call) -> Reply:
        """One page; while the export is building an envelope without rows, which counts as a poll."""
        asked = body_of(call, ExportPage)
        export = self._export(asked.export_id)
        self._org.exports.visit(export)
        if export.status == FAILED:
            return call.error(409, "The export has failed")
        if export.status == READY and asked.page > export.total_pages:
            return call.error(404, "Page not found")
        number = asked.page - 1 if asked.page > 1 and call.fault("duplicate_page") else asked.page
        summary = export.public(call.switch("progress"))
        envelope = {key: summary[key] for key in ("export_id", "status", "build_progress", "build_error")}
        envelope |= {"page": asked.page, "page_size": export.page_size, "total_pages": summary["total_pages"]}
        if export.status == BUILDING:
            return Reply(200, envelope | {"total_rows": None, "csv": None, "row_count": 0})
        envelope["total_rows"] = summary["total_rows"] + call.fault("wrong_total")
        rows = export.page(number)
        return self._rendered(call, export, number, rows, envelope)

    def _rendered(self, call: Call, export: Export, number: int, rows: Rows, envelope: dict[str, Any]) -> Reply:
        """A ready page in the format that is switched on. `row_count` stands last."""
        spelling = call.switch("bundle_columns")
        match call.switch("page"):
            case "rows":
                return Reply(
                    200,
                    envelope
                    | {"rows": self._org.tables.objects(rows, export.options, spelling), "row_count": len(rows)},
                )
            case "url":
                file = f"page-{number:05d}.csv"
                url = self._org.bucket.sign(self._org.base_url, export.id, file, call.now + LIFE)
                return Reply(200, envelope | {"page_url": url, "row_count": len(rows)})
        text = self._org.tables.page(export, number, spelling)
        if call.fault("short_list"):
            text = text[: len(text) * 2 // 3]
        if call.switch("page") == "csv":
            return Reply(200, text.encode(), "text/csv; charset=utf-8")
        return Reply(200, envelope | {"csv": text, "row_count": len(rows)})

    def download_url(self, call: Call) -> Reply:
        """A fresh signed URL of the whole file, once the export is ready."""
        export = self._export(body_of(call, ExportFile).export_id)
        if export.status != READY:
            return call.error(
                409, "The export is not ready" if export.status == BUILDING else "The export has failed"
            )
        expires = call.now + (-LIFE if call.fault("expired_url") else LIFE)
        return Reply(
            200,
            {
                "export_id": export.id,
                "url": self._org.bucket.sign(self._org.base_url, export.id, FULL, expires),
                "expires_at": f"{expires:%Y-%m-%dT%H:%M:%SZ}",
                "expires_in": int(LIFE.total_seconds()),
            },
        )

    def _export(self, identifier: object) -> Export:
        export = self._org.exports.get(identifier)
        if export is None:
            raise RefusedError(404, "Export not found")
        return export
