"""Leadpipe: people interested in topics, filtered by firmographics, from a daily run.

Source: Leadpipe API reference, "Find people interested in topics, filtered by ICP".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from contactable.http import Action, Body, ErrorRule, Fault
from contactable.vendors.model import (
    Asked,
    Auth,
    Check,
    Encoded,
    Endpoint,
    Flow,
    OptionCheck,
    Page,
    Provenance,
    Wave,
    encode_nothing,
    integer_between,
    whole_number,
)

KEY = Auth("X-API-Key", "", ("LEADPIPE_API_KEY",))

#: The documented filters: name -> accepted Python type (lists hold strings).
FILTERS: Mapping[str, type] = {
    "companyIndustry": list,
    "seniority": list,
    "companySize": list,
    "department": list,
    "state": str,
    "companyRevenueRange": list,
    "ageRange": list,
    "gender": str,
    "isB2b": str,
    "jobTitle": str,
    "hasBusinessEmail": bool,
    "hasPersonalEmail": bool,
    "hasLinkedin": bool,
    "hasPhone": bool,
    "companyDomain": str,
    "companyName": str,
}
_LENGTHS = {"jobTitle": 200, "companyDomain": 255, "companyName": 255}


_MATERIALIZING = ErrorRule(
    "materializing",
    Action.NOT_YET,
    Fault.NONE,
    frozenset({202}),
    charged=False,
    advice="The vendor is still computing this audience.",
)

_STALE_CURSOR = ErrorRule(
    "stale_cursor",
    Action.RESTART,
    Fault.VENDOR,
    frozenset({400}),
    message=r"(?i)cursor",
    charged=False,
    advice="The cursor is foreign or stale: the query starts again.",
)

_NO_RUN_OR_AUDIENCE = ErrorRule(
    "no_run_or_audience",
    Action.REFUSE,
    Fault.CONFIGURATION,
    frozenset({404}),
    charged=False,
    advice="No daily run on that date, or the saved audience does not exist. If every query answers 404, "
    "the vendor has moved to its run-based API.",
)

_INACTIVE = ErrorRule(
    "organization_inactive",
    Action.STOP_VENDOR,
    Fault.CONFIGURATION,
    frozenset({403}),
    charged=False,
    advice="The key in {key} is revoked or the organisation inactive: see Settings > API Keys at Leadpipe.",
)


def _encode(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """What is configured and nothing else: the reference page's sample has audienceId, topicIds, scores and
    filters together. What is absent is left out, never null or empty."""
    return Encoded(Body(json=_stated(options)))


def _topics(options: Mapping[str, Any]) -> str | None:
    topics = options.get("topicIds")
    if options.get("audienceId"):
        try:
            UUID(str(options["audienceId"]))
        except ValueError:
            return "audienceId must be a UUID"
        if not topics:
            return None
    if not isinstance(topics, list) or not 1 <= len(topics) <= 10:
        return "topicIds needs 1 to 10 topics (or give an audienceId)"
    if any(isinstance(topic, bool) or not isinstance(topic, int) for topic in topics):
        return "topicIds must be whole numbers"
    return None


def _score_order(options: Mapping[str, Any]) -> str | None:
    least, most = options.get("minScore"), options.get("maxScore")
    if not options.get("audienceId"):  # else what is absent comes from the saved audience
        least, most = 70 if least is None else least, 100 if most is None else most
    return (
        "minScore must not be above maxScore" if least is not None and most is not None and least > most else None
    )


def _filters(options: Mapping[str, Any]) -> str | None:
    filters: Mapping[str, Any] = options.get("filters") or {}
    name: str
    value: Any
    for name, value in filters.items():
        expected = FILTERS.get(name)
        if expected is None:
            return f"unknown filter {name!r}"
        if not isinstance(value, expected):
            return f"filter {name} must be a {expected.__name__}"
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            return f"filter {name} must be a list of text"
        if name in _LENGTHS and len(str(value)) > _LENGTHS[name]:
            return f"filter {name} is longer than {_LENGTHS[name]} characters"
    if filters.get("isB2b", "y") not in ("y", "n"):
        return "filter isB2b must be the text 'y' or 'n'"
    return None


def _own_topics(options: Mapping[str, Any]) -> str | None:
    """Of a preview or a new audience: there is no saved one to take topics from."""
    return _topics({"topicIds": options.get("topicIds")})


def _is_uuid(subject: Asked) -> bool:
    try:
        UUID(subject.value)
    except ValueError:
        return False
    return True


def _encode_new(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """The audience's name is what is asked about; everything else is its config."""
    return Encoded(Body(json={"name": subjects[0].value, "config": _stated(options)}))


def _encode_id(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(path={"id": subjects[0].value})


def _stated(options: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in options.items() if not k.startswith("_") and v not in (None, [], {}, "")}


def _date(options: Mapping[str, Any]) -> str | None:
    value = options.get("date")
    return None if value is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else "date must be YYYY-MM-DD"


#: Words of ``meta.status``. ``ready``, ``materializing`` and ``failed`` are the vendor's (public types), others
#: mean the same. Where another comes, its rows are kept and the query is asked again in the next run (2026-12-01).
_READY = frozenset({"", "ready"})
_WAITING = frozenset(
    {"materializing", "materialising", "pending", "queued", "enqueued", "scheduled", "waiting", "preparing",
     "processing", "in_progress", "running", "building", "computing", "refreshing", "not_ready", "none"}
)  # fmt: skip
_FAILED = frozenset({"failed", "failure", "error", "errored", "cancelled", "canceled", "expired"})


def _status(parsed: Any) -> str:
    meta = parsed.get("meta") if isinstance(parsed, dict) else None
    status = meta.get("status") if isinstance(meta, dict) else None
    return re.sub(r"[\s-]+", "_", status.strip().lower()) if isinstance(status, str) else ""


def _failed(parsed: Any) -> str | None:
    return "the audience's materialisation failed at the vendor" if _status(parsed) in _FAILED else None


def _not_yet(parsed: Any) -> bool:
    return _status(parsed) in _WAITING


def _doubt(parsed: Any) -> str | None:
    status = _status(parsed)
    known = _READY | _WAITING | _FAILED
    return None if status in known else f"the vendor calls the answer {status!r} and not 'ready'"


def _members(parsed: Any) -> int | None:
    data = parsed.get("data") if isinstance(parsed, dict) else None
    return len(data) if isinstance(data, list) else None


_CONFIG_CHECKS = (
    integer_between("minScore", 1, 100, "min_score", required=False),
    integer_between("maxScore", 1, 100, "max_score", required=False),
    OptionCheck("score_order", _score_order),
    integer_between("minTopicOverlap", 1, 10, "min_topic_overlap", required=False),
    OptionCheck("filters", _filters),
)

AUDIENCE_QUERY = Endpoint(
    key="leadpipe.audience_query",
    vendor="leadpipe",
    product="intent",
    wave=Wave.DISCOVER,
    stream="audience_members",
    method="POST",
    path="/v1/intent/audiences/query",
    url_variable="LEADPIPE_URL",
    auth=KEY,
    encode=_encode,
    subject_type="query",
    provenance=Provenance.DOC,
    flow=Flow.CURSOR,
    records=_members,
    most_records=lambda options, subjects: int(options.get("limit") or 100),
    option_checks=(
        OptionCheck("topic_ids", _topics),
        *_CONFIG_CHECKS,
        integer_between("limit", 1, 100, "limit", required=False),
        OptionCheck("date", _date),
    ),
    application_error=_failed,
    not_yet=_not_yet,
    doubt=_doubt,
    errors=(_MATERIALIZING, _STALE_CURSOR, _NO_RUN_OR_AUDIENCE, _INACTIVE),
    assumptions=(
        "Queries cost no credits; the vendor publishes no price for them.",
        "202 means `still materialising`: the vendor's public specification, not the reference page. So does a "
        "200 whose meta.status is `materializing` or the like; another word than `ready` is no whole answer.",
        "hem is the SHA-256 of the lower-cased address when it has 64 hex digits.",
    ),
)


def _encode_topics(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """The first page as the specification has it, without a parameter."""
    page = int(options.get("_page", 1))
    return Encoded(query={} if page == 1 else {"page": str(page)})


def _topics_page(parsed: Any) -> Page:
    """``total`` is believed where the answer has pages; else it is the catalogue's, not the answer's."""
    answer = parsed if isinstance(parsed, dict) else {}
    data, meta = answer.get("data"), answer.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    total = whole_number(meta.get("total")) if "hasMore" in meta else None
    return Page(data if isinstance(data, list) else [], total, is_last=meta.get("hasMore") is not True)


#: The catalogue: names for topic ids, and the means to tell a mistyped one. Free, and asked without a key
#: too; it is only read where queries are configured, so it shares their key.
TOPICS = Endpoint(
    key="leadpipe.topics",
    vendor="leadpipe",
    product="intent",
    wave=Wave.LOOKUP,
    stream="topics",
    method="GET",
    path="/v1/intent/topics",
    url_variable="LEADPIPE_URL",
    auth=KEY,
    encode=_encode_topics,
    subject_type="organization",
    provenance=Provenance.PUBLIC,
    flow=Flow.PAGES,
    page_of=_topics_page,
    assumptions=(
        "The catalogue comes whole, or says `hasMore`: then the next page is asked for by `page`, which no "
        "specification names.",
    ),
)

_SPECIFICATION = "Not on the reference page: path and fields from the vendor's public specification."


def _audience(name: str, wave: Wave, stream: str, method: str, path: str, **values: Any) -> Endpoint:
    """A companion of the query, under /v1/intent/audiences; free, and refused the same ways."""
    return Endpoint(
        **{
            "key": f"leadpipe.{name}",
            "vendor": "leadpipe",
            "product": "intent",
            "wave": wave,
            "stream": stream,
            "method": method,
            "path": f"/v1/intent/audiences{path}",
            "url_variable": "LEADPIPE_URL",
            "auth": KEY,
            "encode": encode_nothing,
            "subject_type": "organization",
            "provenance": Provenance.PUBLIC,
            "errors": (_NO_RUN_OR_AUDIENCE, _INACTIVE),
            "assumptions": (_SPECIFICATION,),
            **values,
        }
    )


def _one_audience(name: str, stream: str, path: str, *assumptions: str) -> Endpoint:
    return _audience(
        name, Wave.DISCOVER, stream, "GET", f"/{{id}}{path}",
        encode=_encode_id,
        subject_type="audience",
        checks=(Check("audience_id", "not a UUID", _is_uuid),),
        assumptions=(_SPECIFICATION, *assumptions),
    )  # fmt: skip


def _look_up(name: str, stream: str, method: str, path: str, **values: Any) -> Endpoint:
    """About the account, not about an audience: 404 then means that the account has no such endpoint."""
    return _audience(name, Wave.LOOKUP, stream, method, path, errors=(_INACTIVE,), **values)


#: Legal values of the filters that choose from a list: configured filters are checked against them.
FILTER_CATALOGUE = _look_up("filters", "filters", "GET", "/filters")
AUDIENCE_LIST = _look_up("audience_list", "audiences", "GET", "")
AUDIENCE_PREVIEW = _look_up(
    "audience_preview", "audience_previews", "POST", "/preview",
    encode=lambda subjects, options, call_id: Encoded(Body(json=_stated(options))),
    subject_type="query",
    option_checks=(OptionCheck("topic_ids", _own_topics), *_CONFIG_CHECKS),
)  # fmt: skip
#: Makes a saved audience: once a configured name, and only while the list of audiences does not hold that name.
AUDIENCE_CREATE = _audience(
    "audience_create", Wave.PREPARE, "audiences", "POST", "",
    encode=_encode_new,
    subject_type="audience_name",
    checks=(Check("name_length", "not 1 to 255 characters", lambda subject: 1 <= len(subject.value) <= 255),),
    option_checks=(OptionCheck("topic_ids", _own_topics), *_CONFIG_CHECKS),
    assumptions=(_SPECIFICATION, "Saving an audience costs nothing; only active ones take a slot."),
    needs="leadpipe.audiences",
    creates=True,
)  # fmt: skip
AUDIENCE_READ = _one_audience("audience_read", "audiences", "")
AUDIENCE_STATUS = _one_audience("audience_status", "runs", "/status")
AUDIENCE_RUNS = _one_audience("audience_runs", "runs", "/runs")

ENDPOINTS: tuple[Endpoint, ...] = (
    TOPICS,
    FILTER_CATALOGUE,
    AUDIENCE_LIST,
    AUDIENCE_PREVIEW,
    AUDIENCE_CREATE,
    AUDIENCE_READ,
    AUDIENCE_STATUS,
    AUDIENCE_QUERY,
    AUDIENCE_RUNS,
)
