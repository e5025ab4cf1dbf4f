"""ContactBased: intent feeds, exports of feed rows, enrichment bundles of contact ids.

Source: ContactBased "Data APIs" introduction. Its code blocks are not preserved: request and answer shapes are
mostly assumed and said so; paths, limits and life cycles are documented.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contactable.billing import Billing
from contactable.http import Action, Body, ErrorRule, Fault
from contactable.vendors.model import (
    Asked,
    Auth,
    Check,
    Encoded,
    Endpoint,
    Flow,
    OptionCheck,
    Provenance,
    Wave,
    encode_nothing,
    integer_between,
    matches_pattern,
    uncounted,
    understood_list,
    whole_number,
)

KEY = Auth("X-API-Key", "", ("CONTACTBASED_API_KEY",))
URL = "CONTACTBASED_URL"

#: The vendor's documented bundles, in its order.
BUNDLES: tuple[str, ...] = (
    "individual-core", "emails", "phones", "location", "professional", "auto", "interests", "donor",
    "household", "purchases", "financial",
)  # fmt: skip

#: Bundles that a run buys unless told otherwise; the others cost a credit a contact that most users do not need.
DEFAULT_BUNDLES: tuple[str, ...] = ("individual-core", "emails", "phones", "professional")
_BUNDLE_KEY = re.compile(r"[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*")
#: Most characters of a free-text feed (first generation of the vendor's documents).
LONGEST_QUERY = 500

_WINDOW = ErrorRule(
    "not_permitted",
    Action.REFUSE,
    Fault.CONFIGURATION,
    frozenset({403}),
    charged=False,
    advice="The window, option or bundle is not permitted for this feed: lower contactbased.lookback_days.",
)
_NO_FEED = ErrorRule(
    "no_such_feed",
    Action.REFUSE,
    Fault.CONFIGURATION,
    frozenset({404}),
    charged=False,
    advice="The feed or export does not exist (any more): correct contactbased.feeds.",
)


def _lookback(options: Mapping[str, Any]) -> str | None:
    value = options.get("lookback_days")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return "lookback_days must be a whole number of at least 1"
    return None


def _max_rows(options: Mapping[str, Any]) -> str | None:
    value = options.get("max_rows")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return "max_rows must be a whole number of at least 1"
    return None


def _bundles(options: Mapping[str, Any]) -> str | None:
    """The form only: which an organisation has, ``GET /enrich/bundles`` tells; some have others than ours."""
    odd = sorted(
        str(key) for key in options.get("enrichment_bundles") or () if not _BUNDLE_KEY.fullmatch(str(key))
    )
    return f"no keys of enrichment bundles: {', '.join(odd)}" if odd else None


def _consumer_filters(options: Mapping[str, Any]) -> str | None:
    """The form only: which fields, operators and values there are, the vendor's look-ups tell."""
    filters = options.get("consumer_filters") or ()
    if not isinstance(filters, list | tuple):
        return "consumer_filters must be a list"
    needed, known = {"field", "operator"}, {"field", "operator", "value"}
    for position, item in enumerate(filters, start=1):
        if not isinstance(item, Mapping) or not needed <= set(item) <= known:
            return f"consumer_filters, number {position}: needs field and operator, may have value, nothing else"
        for name in ("field", "operator"):
            if not isinstance(item[name], str) or not item[name].strip():
                return f"consumer_filters, number {position}: {name} must be a text"
    return None


def _saved_name(options: Mapping[str, Any]) -> str | None:
    return "a feed that is saved needs a name" if options.get("save") and not options.get("name") else None


LOOKBACK = OptionCheck("lookback_days", _lookback)
EXPORT_CHECKS = (
    LOOKBACK,
    integer_between("page_size", 1_000, 50_000, "page_size"),
    OptionCheck("max_rows", _max_rows),
    OptionCheck("enrichment_bundles", _bundles),
    OptionCheck("consumer_filters", _consumer_filters),
)


def _encode_list_page(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    search = {"search": str(options["search"])} if options.get("search") else {}
    return Encoded(
        query={"page": str(options["_page"]), "page_size": str(options.get("page_size", 200)), **search}
    )


def _stated(options: Mapping[str, Any]) -> dict[str, Any]:
    """What is not absent. Filters and bundles require contact ids automatically (documented): beside them
    ``require_contact_id: false`` is left out, as it would contradict them."""
    given = {k: v for k, v in options.items() if not k.startswith("_") and v not in (None, [], "")}
    if (given.get("consumer_filters") or given.get("enrichment_bundles")) and not given.get("require_contact_id"):
        given.pop("require_contact_id", None)
    return given


def _encode_options(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """The export's options with the feed; absent options stay absent, never null."""
    return Encoded(
        Body(
            json={
                "feed_id": subjects[0].value,
                **_stated(options),
            }
        )
    )


def _encode_plain(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(Body(json={k: v for k, v in options.items() if not k.startswith("_")}))


def _encode_builder(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(Body(json={"query": subjects[0].value, **options}))


def _encode_auto_export(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """The export's options inside ``auto_export``; feed and window belong to the search around it."""
    given = _stated(options)
    window = given.pop("lookback_days")
    return Encoded(
        Body(
            json={
                "feed_id": subjects[0].value,
                "lookback_days": window,
                "include_daily_counts": True,
                "auto_export": given,
            }
        )
    )


def _encode_field(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(Body(json={"field": subjects[0].value, **options}))


def _encode_bundle(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(Body(json={"contact_ids": [s.value for s in subjects]}))


def _found(parsed: Any) -> int | None:
    """Found contacts of a bundle; counted, since ``found`` is documented without a name."""
    results = parsed.get("results") if isinstance(parsed, dict) else None
    if not isinstance(results, list):
        return None
    return sum(1 for item in results if isinstance(item, dict) and item.get("found"))


def _reserved(parsed: Any) -> int | None:
    """Records that the creation of an export set aside; in auto_export's answer they stand below `export`."""
    answer = parsed if isinstance(parsed, dict) else {}
    inner = answer.get("export")
    return whole_number((inner if isinstance(inner, dict) else answer).get("records_reserved"))


def _organization(name: str, stream: str, flow: Flow = Flow.CALL) -> Endpoint:
    return Endpoint(
        key=f"contactbased.{name}",
        vendor="contactbased",
        product="organization",
        wave=Wave.LOOKUP,
        stream=stream,
        method="GET",
        path=f"/organization/{name.replace('_', '-')}",
        url_variable=URL,
        auth=KEY,
        encode=_encode_list_page if flow is Flow.PAGES else encode_nothing,
        subject_type="organization",
        provenance=Provenance.DOC,
        flow=flow,
        assumptions=("The answer's field names.",),
    )


_NOT_READY = ErrorRule(
    "not_ready",
    Action.NOT_YET,
    Fault.NONE,
    frozenset({409}),
    charged=False,
    advice="The export is still building.",
)


def _export_step(name: str, stream: str, path: str, *, options: bool, billing: Billing = Billing.NONE) -> Endpoint:
    return Endpoint(
        key=f"contactbased.export_{name}",
        vendor="contactbased",
        product="exports",
        wave=Wave.DISCOVER,
        stream=stream,
        method="POST",
        path=path,
        url_variable=URL,
        auth=KEY,
        encode=_encode_options if options else _encode_plain,
        subject_type="feed",
        provenance=Provenance.DOC,
        billing=billing,
        billing_is=Provenance.DOC if name in ("create", "page", "download_url") else Provenance.ASSUMED,
        creates=name == "create",
        records=_reserved if name == "create" else uncounted,
        option_checks=EXPORT_CHECKS if options else (),
        # Options belong to what is not there yet: nothing of it can be building.
        errors=(_WINDOW, _NO_FEED) if options else (_WINDOW, _NO_FEED, _NOT_READY),
        assumptions=("Request and answer field names beyond the documented options and statuses.",),
        worklist=False,
    )


def _bundle(bundle: str) -> Endpoint:
    name = bundle.replace("-", "_")
    return Endpoint(
        key=f"contactbased.enrich_{name}",
        vendor="contactbased",
        product="enrichment",
        wave=Wave.ENRICH,
        stream="enrichments",
        method="POST",
        path=f"/enrich/{bundle}",
        url_variable=URL,
        auth=KEY,
        encode=_encode_bundle,
        subject_type="contactbased_id",
        provenance=Provenance.DOC,
        billing=Billing.MATCH,
        billing_is=Provenance.PUBLIC,
        batch_size=1_000,
        most_per_call=1_000,
        checks=(
            # One malformed id fails the whole call; the format is documented.
            Check("contact_id_format", "not id_ and 16 hex digits", matches_pattern(r"id_[0-9a-f]{16}")),
        ),
        matches=_found,
        understood=understood_list("results", echo="contact_id"),
        records=_found,
        most_records=lambda options, subjects: subjects,
        assumptions=(
            "At most 1,000 ids a call and one credit a found id: the vendor's marketing page, not its document.",
            "Names of the fields inside `data`.",
        ),
        enabled=bundle in DEFAULT_BUNDLES,
    )


def _builder(name: str, wave: Wave, *, creates: bool, assumptions: tuple[str, ...]) -> Endpoint:
    return Endpoint(
        key=f"contactbased.{name}",
        vendor="contactbased",
        product="intent",
        wave=wave,
        stream="feed_previews",
        method="POST",
        path="/intent/feeds/builder",
        url_variable=URL,
        auth=KEY,
        encode=_encode_builder,
        subject_type="free_text",
        provenance=Provenance.DOC,
        checks=(
            Check(
                "query_length",
                f"not 1 to {LONGEST_QUERY} characters",
                lambda subject: bool(subject.value.strip()) and len(subject.value) <= LONGEST_QUERY,
            ),
        ),
        option_checks=(
            integer_between("top_domains", 1, 500, "top_domains", required=False),
            OptionCheck("name", _saved_name),
        ),
        errors=(
            ErrorRule(
                "feed_limit",
                Action.STOP_PRODUCT,
                Fault.CONFIGURATION,
                frozenset({403}),
                charged=False,
                advice="No feed is left to create: remove one at the vendor, or set save: false.",
            ),
        ),
        assumptions=(
            "Request fields query, name, save and top_domains (1 to 500), and the answer's field names.",
            *assumptions,
        ),
        needs="contactbased.builder",
        creates=creates,
    )


FEEDS = _organization("feeds", "feeds", Flow.PAGES)
CREDITS = _organization("credits", "credit_balances")
FEED_LIMIT = _organization("feed_limit", "feed_limits")
FEED_PREVIEW = _builder("feed_preview", Wave.LOOKUP, creates=False, assumptions=("A preview costs nothing.",))
#: Saving makes a feed: asked once a configured name, and only while the list of feeds does not hold that name.
FEED_CREATE = _builder(
    "feed_create", Wave.PREPARE, creates=True, assumptions=("Saving uses up one of the feeds of feed_limit.",)
)
FILTER_FIELDS = Endpoint(
    key="contactbased.filter_fields",
    vendor="contactbased",
    product="exports",
    wave=Wave.LOOKUP,
    stream="filter_fields",
    method="POST",
    path="/intent/feeds/filters/fields",
    url_variable=URL,
    auth=KEY,
    encode=_encode_plain,
    subject_type="organization",
    provenance=Provenance.DOC,
    assumptions=("An empty object asks for every field; the answer's field names.",),
)
FILTER_VALUES = Endpoint(
    key="contactbased.filter_values",
    vendor="contactbased",
    product="exports",
    wave=Wave.LOOKUP,
    stream="filter_values",
    method="POST",
    path="/intent/feeds/filters/values",
    url_variable=URL,
    auth=KEY,
    encode=_encode_field,
    subject_type="filter_field",
    provenance=Provenance.DOC,
    checks=(Check("field_empty", "the field is empty", lambda subject: bool(subject.value.strip())),),
    option_checks=(integer_between("limit", 1, 1_000, "limit", required=False),),
    assumptions=("Request fields field, search and limit (1 to 1,000), and the answer's field names.",),
    needs="contactbased.consumer_filters",
)
BUNDLE_LIST = Endpoint(
    key="contactbased.bundles",
    vendor="contactbased",
    product="enrichment",
    wave=Wave.LOOKUP,
    stream="bundles",
    method="GET",
    path="/enrich/bundles",
    url_variable=URL,
    auth=KEY,
    encode=encode_nothing,
    subject_type="organization",
    provenance=Provenance.DOC,
    assumptions=("A list under `bundles`; a bare list and objects with `key` are accepted too.",),
)
FEED_SEARCH = Endpoint(
    key="contactbased.feed_search",
    vendor="contactbased",
    product="intent",
    wave=Wave.DISCOVER,
    stream="feed_totals",
    method="POST",
    path="/intent/feeds/search",
    url_variable=URL,
    auth=KEY,
    encode=_encode_options,
    subject_type="feed",
    provenance=Provenance.DOC,
    option_checks=(LOOKBACK,),
    errors=(_WINDOW, _NO_FEED),
    assumptions=(
        "Searching costs no records; include_daily_counts and the totals' names are public, not documented.",
    ),
)

#: The worklist's endpoint; the steps below are its calls.
EXPORT = Endpoint(
    key="contactbased.export",
    vendor="contactbased",
    product="exports",
    wave=Wave.DISCOVER,
    stream="export_rows",
    method="POST",
    path="/intent/feeds/exports",
    url_variable=URL,
    auth=KEY,
    encode=_encode_options,
    subject_type="feed",
    provenance=Provenance.DOC,
    billing=Billing.RECORD,
    billing_is=Provenance.DOC,
    flow=Flow.EXPORT,
    steps={
        **{
            step: f"contactbased.export_{step}"
            for step in ("preview", "count", "create", "list", "page", "download_url")
        },
        "credits": "contactbased.credits",
    },
    option_checks=EXPORT_CHECKS,
    assumptions=(
        "Reserved records become used when the export is ready; a failed export gives its records back, a smaller "
        "one what it does not deliver (kept_of_failed, kept_of_unused).",
    ),
)
EXPORT_PREVIEW = _export_step("preview", "export_previews", "/intent/feeds/exports/preview", options=True)
EXPORT_COUNT = _export_step("count", "export_counts", "/intent/feeds/exports/count", options=True)
EXPORT_CREATE = _export_step("create", "exports", "/intent/feeds/exports", options=True, billing=Billing.RECORD)
#: The documented other way to create an export, with contactbased.auto_export: the answer's `export` is followed.
AUTO_EXPORT = _export_step(
    "create", "feed_totals", "/intent/feeds/search", options=True, billing=Billing.RECORD
).changed(
    key="contactbased.auto_export",
    encode=_encode_auto_export,
    assumptions=(
        "auto_export is documented without a shape: export options in it, a summary in the answer's `export`.",
    ),
)
EXPORT_LIST = _export_step("list", "exports", "/intent/feeds/exports/list", options=False).changed(
    assumptions=(
        "Pages of items under `items`. What an item tells beside its status (id, feed, options, time, name), "
        "the order and the filters are used where they are there and relied on nowhere.",
    )
)
EXPORT_PAGE = _export_step("page", "export_rows", "/intent/feeds/exports/page", options=False)
EXPORT_DOWNLOAD_URL = _export_step(
    "download_url", "export_files", "/intent/feeds/exports/download-url", options=False
)

ENDPOINTS: tuple[Endpoint, ...] = (
    FEEDS,
    CREDITS,
    FEED_LIMIT,
    BUNDLE_LIST,
    FILTER_FIELDS,
    FILTER_VALUES,
    FEED_PREVIEW,
    FEED_CREATE,
    FEED_SEARCH,
    EXPORT,
    EXPORT_PREVIEW,
    EXPORT_COUNT,
    EXPORT_CREATE,
    AUTO_EXPORT,
    EXPORT_LIST,
    EXPORT_PAGE,
    EXPORT_DOWNLOAD_URL,
    *(_bundle(bundle) for bundle in BUNDLES),
)
