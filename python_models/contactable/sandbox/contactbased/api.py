"""The routes. All 25 are documented, the shapes of their answers mostly not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactable.sandbox.contactbased.bucket import PATH
from contactable.sandbox.contactbased.contact_calls import ContactCalls
from contactable.sandbox.contactbased.export_calls import ExportCalls
from contactable.sandbox.contactbased.feed_calls import FeedCalls
from contactable.sandbox.contactbased.organisation import NAME, Organisation
from contactable.sandbox.contactbased.requests import BUNDLES, RefusedError
from contactable.sandbox.vendor import (
    Call,
    Handler,
    Provenance,
    RateLimit,
    Reply,
    Route,
    Sandbox,
    Switch,
    Vendor,
)

_ACTIVE, _INACTIVE = "active", "inactive"

SWITCHES = {
    "page": Switch(
        ("json", "csv", "rows", "url"), "a page: CSV in a JSON envelope, bare CSV, JSON rows, or a URL"
    ),
    "progress": Switch(("percent", "fraction"), "build_progress from 0 to 100 or from 0 to 1"),
    "build_polls": Switch((2, 0, 1, 3, 5, 10, 50), "polls that see an export building before its end"),
    "contact_spelling": Switch(("contact_id", "cb_id"), "records_with_contact_id or records_with_cb_id"),
    "window": Switch(("inclusive", "sample"), "30 days are 30 dates, or 31 as in the published sample"),
    "charge_not_found": Switch((False, True), "whether an enrichment that finds nobody is charged"),
    "repeated_enrichment": Switch(("free", "charged"), "the same id and bundle again within the month"),
    "bundles": Switch(("all", "basic"), "bundles enabled for the organisation: all, or core, emails and phones"),
    "bundle_columns": Switch(("underscores", "hyphens"), "a bundle's column in exports"),
    "billable": Switch(("rows", "contacts"), "what /count calls billable_records; the pool always pays rows"),
    "settlement": Switch(("exact", "fewer"), "whether a build may end with fewer rows than it reserved"),
    "failing_feed": Switch(("hidden", "listed"), "whether the feed whose exports fail is listed"),
    "export_names": Switch(("listed", "left_out"), "whether the list of exports tells the names that were sent"),
    "feed_names": Switch(("listed", "left_out"), "whether the list of feeds tells names"),
    "list_filters": Switch(("honoured", "ignored"), "feed_id, export_id and status of the list of exports"),
    "list_order": Switch(("newest_first", "oldest_first"), "order of the list of exports"),
    "failed_reserve": Switch(("released", "kept"), "what becomes of the records that a failed export reserved"),
}


class Actions:
    """What the sandbox's own surface can do here."""

    def __init__(self, organisation: Organisation) -> None:
        self._org = organisation

    def set_credits(self, body: dict[str, Any]) -> object:
        """`{"records_limit": 100}` (or null for unlimited) changes the pool; without it, only tells."""
        if "records_limit" in body:
            limit = body["records_limit"]
            self._org.pool.limit = None if limit is None else int(limit)
        return self._org.pool.public()

    def bucket_visits(self, _body: dict[str, Any]) -> object:
        """How many downloads came with the API key, which must not leave the vendor's host, and without."""
        return dict(self._org.bucket.visits)


def error(status: int, message: str) -> Reply:
    """`{"detail": "..."}` (assumed: FastAPI's)."""
    return Reply(status, {"detail": message})


def _authenticate(call: Call) -> Reply | None:
    """Missing, unknown and inactive keys are 401 alike."""
    state = call.sandbox.keys.state(NAME, call.header("x-api-key"))
    return None if state == _ACTIVE else error(401, "Invalid or inactive API key")


def _answering(handler: Handler) -> Handler:
    """A handler whose refusals are answers."""

    def handle(call: Call) -> Reply:
        try:
            return handler(call)
        except RefusedError as refused:
            return refused.reply

    return handle


_SHAPES = "paths, statuses and options documented; names of answer fields assumed"


def _routes(organisation: Organisation) -> list[Route]:
    feed, export, contact = FeedCalls(organisation), ExportCalls(organisation), ContactCalls(organisation)

    def doc(
        method: str, path: str, handler: Callable[[Call], Reply], endpoint: str, note: str, *faults: str
    ) -> Route:
        return Route(method, path, _answering(handler), endpoint, Provenance.DOC, note, faults=faults)

    feeds, exports = "/intent/feeds", "/intent/feeds/exports"
    export_note = f"life cycle, options and what they force documented; {_SHAPES}"
    return [
        doc("GET", "/organization/feeds", feed.list_feeds, "feeds", f"query documented; {_SHAPES}"),
        doc("GET", "/organization/credits", feed.credits, "credits", _SHAPES),
        doc("GET", "/organization/feed-limit", feed.feed_limit, "feed_limit", _SHAPES),
        doc("POST", f"{feeds}/builder", feed.builder, "feed_builder", f"two modes documented; {_SHAPES}"),
        doc("POST", f"{feeds}/search", feed.search, "feed_search", "fields public; auto_export's shape assumed",
            "wrong_total", "failed_export"),
        doc("POST", f"{exports}/preview", export.preview, "export_preview", export_note, "wrong_total"),
        doc("POST", f"{exports}/count", export.count, "export_count", export_note, "wrong_total"),
        doc("POST", exports, export.create, "export_create", export_note, "failed_export"),
        doc("POST", f"{exports}/list", export.list_exports, "export_list", export_note),
        doc("POST", f"{exports}/page", export.page, "export_page", f"{export_note}; envelope assumed",
            "duplicate_page", "wrong_total", "short_list"),
        doc("POST", f"{exports}/download-url", export.download_url, "export_download_url",
            "only once ready: documented; an hour: public", "expired_url"),
        doc("POST", f"{feeds}/filters/fields", contact.filter_fields, "filter_fields", _SHAPES),
        doc("POST", f"{feeds}/filters/values", contact.filter_values, "filter_values", _SHAPES),
        doc("GET", "/enrich/bundles", contact.list_bundles, "bundles", _SHAPES),
        *(
            doc("POST", f"/enrich/{bundle}", contact.enrich(bundle), f"enrich_{bundle.replace('-', '_')}",
                "order, counts and contents documented; 1,000 ids public; field names and prices assumed")
            for bundle in BUNDLES
        ),
        Route("GET", PATH, organisation.bucket.get, "export_file", Provenance.ASSUMED,
              "object storage behind signed URLs; needs no key", open=True, faults=("short_list",)),
    ]  # fmt: skip


def vendor(sandbox: Sandbox) -> Vendor:
    """ContactBased over a sandbox, with one active and one inactive key."""
    key = sandbox.keys.issue(NAME, _ACTIVE)
    inactive = sandbox.keys.issue(NAME, _INACTIVE)
    organisation = Organisation(sandbox)
    routes, actions = _routes(organisation), Actions(organisation)
    paths = {route.path for route in routes}

    def not_found(_method: str, path: str) -> Reply:
        known = path.removeprefix("/contactbased") in paths
        return error(405, "Method Not Allowed") if known else error(404, "Not Found")

    return Vendor(
        NAME,
        "/contactbased",
        routes,
        authenticate=_authenticate,
        error=error,
        key=lambda call: call.header("x-api-key"),
        environment=lambda base: {
            "CONTACTBASED_URL": f"{base}/contactbased",
            "CONTACTBASED_API_KEY": key,
            "SANDBOX_CONTACTBASED_INACTIVE_KEY": inactive,
        },
        rate_limit=RateLimit(600, 60.0),
        switches=SWITCHES,
        actions={"credits": actions.set_credits, "bucket_visits": actions.bucket_visits},
        not_found=not_found,
    )
