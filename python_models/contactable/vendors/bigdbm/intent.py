"""Intent by Item (2.4): who searched for a keyword; Intent by MD5 (3.0): what a hash searched for.

Only the first is documented with method, path, fields and borders.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from contactable.billing import Billing
from contactable.http import Body
from contactable.vendors.bigdbm.common import MISSES_FREE, TOKEN
from contactable.vendors.model import (
    MD5_FORMAT,
    Asked,
    Check,
    Encoded,
    Endpoint,
    OptionCheck,
    Provenance,
    Wave,
    integer_between,
    understood_list,
)


def _encode_create_list(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(
        Body(
            json={
                "StartDate": options["StartDate"],
                "EndDate": options["EndDate"],
                "Keywords": subjects[0].value,
                "NumberOfHems": options["NumberOfHems"],
            }
        )
    )


def _encode_by_md5(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    return Encoded(
        Body(json={"MD5": subjects[0].value, "StartDate": options["StartDate"], "EndDate": options["EndDate"]})
    )


def _dates(options: Mapping[str, Any]) -> str | None:
    try:
        start, end = date.fromisoformat(options["StartDate"]), date.fromisoformat(options["EndDate"])
    except (KeyError, TypeError, ValueError):
        return "StartDate and EndDate must be dates as YYYY-MM-DD"
    return "EndDate must not be before StartDate" if end < start else None


def _has_topics(parsed: Any) -> int | None:
    topics = parsed.get("topics") if isinstance(parsed, dict) else None
    return min(len(topics), 1) if isinstance(topics, list) else None


def _listed(name: str) -> Callable[[Any], int | None]:
    def count(parsed: Any) -> int | None:
        rows = parsed.get(name) if isinstance(parsed, dict) else None
        return len(rows) if isinstance(rows, list) else None

    return count


_WINDOW = OptionCheck("window_dates", _dates)

CREATE_LIST = Endpoint(
    key="bigdbm.intent_create_list",
    vendor="bigdbm",
    product="intent",
    wave=Wave.DISCOVER,
    stream="intent_hems",
    method="POST",
    path="/intent/createList",
    url_variable="BIGDBM_INTENT_URL",
    auth=TOKEN,
    encode=_encode_create_list,
    subject_type="keyword",
    provenance=Provenance.DOC,
    billing=Billing.CALL,
    checks=(Check("keyword_empty", "the keyword is empty", lambda subject: bool(subject.value.strip())),),
    option_checks=(_WINDOW, integer_between("NumberOfHems", 100, 100_000, "number_of_hems")),
    understood=understood_list("hems"),
    records=_listed("hems"),
    most_records=lambda options, subjects: int(options.get("NumberOfHems", 100_000)),
    assumptions=(
        "One credit a list, whatever its length: what a list costs is not documented. If it is charged by HEM, "
        "set billing: hem.",
    ),
)

#: Tells of people we know already what they searched for; a call a person, so it is switched on by whom it serves.
BY_MD5 = Endpoint(
    key="bigdbm.intent_by_md5",
    vendor="bigdbm",
    product="intent",
    wave=Wave.DISCOVER,
    stream="intent_topics_by_md5",
    method="POST",
    path="/intent/byMd5",
    url_variable="BIGDBM_INTENT_URL",
    auth=TOKEN,
    encode=_encode_by_md5,
    subject_type="email_md5",
    provenance=Provenance.ASSUMED,
    billing=Billing.MATCH,
    checks=(MD5_FORMAT,),
    option_checks=(_WINDOW,),
    matches=_has_topics,
    understood=understood_list("topics"),
    records=_listed("topics"),
    assumptions=(
        "Path, field names and the list `topics`: only the purpose and the method are documented.",
        "One hash a call; StartDate and EndDate within the last 90 days, as of Intent by Item.",
        MISSES_FREE,
    ),
    enabled=False,
    about_first_party=True,
)

INTENT: tuple[Endpoint, ...] = (CREATE_LIST, BY_MD5)
