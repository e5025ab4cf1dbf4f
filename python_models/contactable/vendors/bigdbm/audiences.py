"""Audience Creation (SmartSelector): create, poll, page; consumer, B2B, property and healthcare.

The document names the product, the four kinds and the themes of their filters; method, paths, fields and life
cycle are assumed, modelled on the vendor's older intent API.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contactable.billing import Billing
from contactable.http import Action, Body, ErrorRule, Fault
from contactable.vendors.bigdbm.common import TOKEN
from contactable.vendors.model import (
    Asked,
    Encoded,
    Endpoint,
    Flow,
    OptionCheck,
    Page,
    Provenance,
    Wave,
    integer_between,
    whole_number,
)

KINDS: tuple[str, ...] = ("consumer", "b2b", "property", "healthcare")
OPERATORS: tuple[str, ...] = ("in", "not_in", "eq", "is_set")
_PAGE_SIZE = 100

_ASSUMPTIONS = (
    "Method, path, fields, operators and life cycle: the document names the product only.",
    "One credit a record of the finished audience, at most MaxRecords; a failed audience costs nothing.",
)


def _encode_create(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """The audience's name is ours; the vendor knows it by the id that it answers with."""
    fields = ("AudienceType", "Filters", "MaxRecords", "OutputId")
    return Encoded(Body(json={name: options[name] for name in fields if options.get(name) is not None}))


def _encode_status(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(query={"audienceId": str(options["AudienceId"])})


def _encode_result(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(Body(json={"AudienceId": options["AudienceId"], "Page": options["_page"]}))


def _kind(options: Mapping[str, Any]) -> str | None:
    known = options.get("AudienceType") in KINDS
    return None if known else f"AudienceType must be one of {', '.join(KINDS)}"


def _filters(options: Mapping[str, Any]) -> str | None:
    filters = options.get("Filters") or ()
    if not isinstance(filters, list | tuple):
        return "Filters must be a list"
    for position, item in enumerate(filters, start=1):
        if not isinstance(item, Mapping) or not isinstance(item.get("Field"), str) or not item["Field"].strip():
            return f"Filters, number {position}: Field must name a column of the audience"
        if item.get("Operator") not in OPERATORS:
            return f"Filters, number {position}: Operator must be one of {', '.join(OPERATORS)}"
        if not isinstance(item.get("Values", []), list | tuple):
            return f"Filters, number {position}: Values must be a list"
    return None


def _page_of(parsed: Any) -> Page:
    results = parsed.get("results") if isinstance(parsed, dict) else None
    rows = results if isinstance(results, list) else []
    total = whole_number(parsed.get("count")) if isinstance(parsed, dict) else None
    return Page(rows, total, is_last=len(rows) < _PAGE_SIZE)


_GONE = ErrorRule(
    "no_such_audience",
    Action.REFUSE,
    Fault.CONFIGURATION,
    frozenset({404}),
    charged=False,
    advice="The vendor does not know the audience (any more): give it another name to have it made again.",
)
#: Words for how far an audience is (assumed); any other in `status` says that the request failed.
_JOB_STATUSES = frozenset(
    {"queued", "pending", "created", "accepted", "processing", "building", "running", "in_progress",
     "completed", "complete", "ready", "failed"}
)  # fmt: skip
_CHECKS = (
    OptionCheck("audience_type", _kind),
    OptionCheck("filters", _filters),
    integer_between("MaxRecords", 1, 100_000, "max_records"),
)


def _step(name: str, stream: str, method: str, path: str, **values: Any) -> Endpoint:
    return Endpoint(
        **{
            "key": f"bigdbm.{name}",
            "vendor": "bigdbm",
            "product": "audiences",
            "wave": Wave.DISCOVER,
            "stream": stream,
            "method": method,
            "path": path,
            "url_variable": "BIGDBM_AUDIENCE_URL",
            "auth": TOKEN,
            "subject_type": "bigdbm_audience",
            "provenance": Provenance.ASSUMED,
            "errors": (_GONE,),
            "job_statuses": _JOB_STATUSES,
            "assumptions": _ASSUMPTIONS,
            "worklist": False,
            **values,
        }
    )


CREATE = _step(
    "audience_create", "audiences", "POST", "/smartselector/createAudience",
    encode=_encode_create, billing=Billing.RECORD, option_checks=_CHECKS, creates=True,
    most_records=lambda options, subjects: int(options.get("MaxRecords", 100_000)),
)  # fmt: skip
STATUS = _step("audience_status", "audiences", "GET", "/smartselector/audience", encode=_encode_status)
RESULT = _step(
    "audience_result", "audience_members", "POST", "/smartselector/result", encode=_encode_result, page_of=_page_of
)
#: The worklist's endpoint; the steps are its calls.
AUDIENCE = CREATE.changed(
    key="bigdbm.audience",
    stream="audience_members",
    flow=Flow.AUDIENCE,
    steps={"create": CREATE.key, "status": STATUS.key, "result": RESULT.key},
    worklist=True,
    needs="bigdbm.audiences",
)

AUDIENCES: tuple[Endpoint, ...] = (AUDIENCE, CREATE, STATUS, RESULT)
