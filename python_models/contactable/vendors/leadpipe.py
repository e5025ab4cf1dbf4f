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
    Encoded,
    Endpoint,
    Flow,
    OptionCheck,
    Provenance,
    Wave,
    integer_between,
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


def _encode(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """Either audienceId or topicIds, never both; absent filters are left out, never null or empty."""
    body = {k: v for k, v in options.items() if not k.startswith("_") and v not in (None, [], {}, "")}
    if "audienceId" in body:
        for name in ("topicIds", "filters"):
            body.pop(name, None)
    return Encoded(Body(json=body))


def _topics(options: Mapping[str, Any]) -> str | None:
    if options.get("audienceId"):
        try:
            UUID(str(options["audienceId"]))
        except ValueError:
            return "audienceId must be a UUID"
        return None
    topics = options.get("topicIds")
    if not isinstance(topics, list) or not 1 <= len(topics) <= 10:
        return "topicIds needs 1 to 10 topics (or give an audienceId)"
    if any(isinstance(topic, bool) or not isinstance(topic, int) for topic in topics):
        return "topicIds must be whole numbers"
    return None


def _score_order(options: Mapping[str, Any]) -> str | None:
    least, most = options.get("minScore", 70), options.get("maxScore", 100)
    return "minScore must not be above maxScore" if least > most else None


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


def _date(options: Mapping[str, Any]) -> str | None:
    value = options.get("date")
    return None if value is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else "date must be YYYY-MM-DD"


def _failed(parsed: Any) -> str | None:
    status = (parsed.get("meta") or {}).get("status") if isinstance(parsed, dict) else None
    return "the audience's materialisation failed at the vendor" if status == "failed" else None


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
    idempotent=True,
    option_checks=(
        OptionCheck("topic_ids", _topics),
        integer_between("minScore", 1, 100, "min_score", required=False),
        integer_between("maxScore", 1, 100, "max_score", required=False),
        OptionCheck("score_order", _score_order),
        integer_between("minTopicOverlap", 1, 10, "min_topic_overlap", required=False),
        integer_between("limit", 1, 100, "limit", required=False),
        OptionCheck("filters", _filters),
        OptionCheck("date", _date),
    ),
    application_error=_failed,
    errors=(
        ErrorRule(
            "materializing",
            Action.NOT_YET,
            Fault.NONE,
            frozenset({202}),
            charged=False,
            advice="The vendor is still computing this audience.",
        ),
        ErrorRule(
            "stale_cursor",
            Action.RESTART,
            Fault.VENDOR,
            frozenset({400}),
            message=r"(?i)cursor",
            charged=False,
            advice="The cursor is foreign or stale: the query starts again.",
        ),
        ErrorRule(
            "no_run_or_audience",
            Action.REFUSE,
            Fault.CONFIGURATION,
            frozenset({404}),
            charged=False,
            advice="No daily run on that date, or the saved audience does not exist. If every query answers 404, "
            "the vendor has moved to its run-based API.",
        ),
        ErrorRule(
            "organization_inactive",
            Action.STOP_VENDOR,
            Fault.CONFIGURATION,
            frozenset({403}),
            charged=False,
            advice="The key is revoked or the organisation inactive: see Settings > API Keys at Leadpipe.",
        ),
    ),
    assumptions=(
        "Queries cost no credits; the vendor publishes no price for them.",
        "202 means `still materialising`: the vendor's public specification, not the reference page.",
        "hem is the SHA-256 of the lower-cased address when it has 64 hex digits.",
    ),
)

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
    encode=lambda subjects, options, call_id: Encoded(),
    subject_type="organization",
    provenance=Provenance.PUBLIC,
    assumptions=("The catalogue comes whole: the vendor's public types know no page parameter.",),
)

ENDPOINTS: tuple[Endpoint, ...] = (TOPICS, AUDIENCE_QUERY)
