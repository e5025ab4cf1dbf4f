"""BIGDBM: intent lists, consumer and B2B profiles, phone reachability, e-mail verdicts.

Source: BIGDBM Developer Docs. Paths that the document does not print are [public] or [assumed] and can be set
under ``endpoints`` in contactable.yml. Every product has its own host variable: there is no single base URL.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contactable.http import Action, Body, ErrorRule, Fault
from contactable.vendors.model import (
    EMAIL_FORMAT,
    MD5_FORMAT,
    US_PHONE,
    Asked,
    Auth,
    Billing,
    Check,
    Encoded,
    Endpoint,
    OptionCheck,
    Provenance,
    Wave,
    integer_between,
)

TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_TOKEN",))
EMAIL_TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_EMAIL_TOKEN", "BIGDBM_TOKEN"))

_MISSES_FREE = "Credits are booked for matched subjects only; whether misses are billed is not documented."


def _application_error(parsed: Any) -> str | None:
    """ "Check the status field for application-level results" (BIGDBM, Response Codes)."""
    if isinstance(parsed, dict):
        status = parsed.get("status")
        if isinstance(status, str) and status.lower() != "success":
            return f"status is {status!r}, not 'success'"
        if "hems" not in parsed and "listQueueId" in parsed:
            return "unsupported asynchronous answer: this account still has the older intent API"
    return None


# ---------------------------------------------------------------- intent by item


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


def _dates(options: Mapping[str, Any]) -> str | None:
    try:
        start, end = date.fromisoformat(options["StartDate"]), date.fromisoformat(options["EndDate"])
    except (KeyError, TypeError, ValueError):
        return "StartDate and EndDate must be dates as YYYY-MM-DD"
    return "EndDate must not be before StartDate" if end < start else None


INTENT_CREATE_LIST = Endpoint(
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
    option_checks=(
        OptionCheck("window_dates", _dates),
        integer_between("NumberOfHems", 100, 100_000, "number_of_hems"),
    ),
    application_error=_application_error,
    assumptions=("One credit a list, whatever its length: the price of a list is not documented.",),
)

# ---------------------------------------------------------------- GetDataBy: consumer and B2B sync


def _encode_get_data_by(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """``ObjectList`` of strings or objects; answers are keyed by the submitted value or its Sequence."""
    return Encoded(
        Body(
            json={
                "RequestId": call_id,
                "ObjectList": [s.value if s.payload is None else dict(s.payload) for s in subjects],
                **{name: value for name, value in options.items() if not name.startswith("_")},
            }
        )
    )


def _matched_keys(parsed: Any) -> int | None:
    """Keys of ``returnData`` that carry a record; an absent key is a miss; ``[]`` for no match at all."""
    data = parsed.get("returnData") if isinstance(parsed, dict) else None
    if isinstance(data, dict):
        return sum(1 for records in data.values() if records)
    return 0 if data == [] else None


def _sync(
    key: str, product: str, stream: str, path: str, url_variable: str, subject_type: str, check: Check,
    provenance: Provenance, *assumptions: str,
) -> Endpoint:  # fmt: skip
    return Endpoint(
        key=f"bigdbm.{key}",
        vendor="bigdbm",
        product=product,
        wave=Wave.ENRICH,
        stream=stream,
        method="POST",
        path=path,
        url_variable=url_variable,
        auth=TOKEN,
        encode=_encode_get_data_by,
        subject_type=subject_type,
        provenance=provenance,
        billing=Billing.MATCH,
        batch_size=1_000,
        most_per_call=1_000,
        checks=(check,),
        matches=_matched_keys,
        application_error=_application_error,
        assumptions=(
            _MISSES_FREE,
            "At most 1,000 objects a call: the practice of a public client, not a documented limit.",
            *assumptions,
        ),
    )


CONSUMER_EMAIL_MD5 = _sync(
    "consumer_email_md5", "consumer_sync", "consumer_profiles", "/GetDataBy/Md5", "BIGDBM_CONSUMER_URL",
    "email_md5", MD5_FORMAT, Provenance.PUBLIC,
)  # fmt: skip
CONSUMER_EMAIL = _sync(
    "consumer_email", "consumer_sync", "consumer_profiles", "/GetDataBy/Email", "BIGDBM_CONSUMER_URL",
    "email", EMAIL_FORMAT, Provenance.PUBLIC,
)  # fmt: skip
B2B_EMAIL = _sync(
    "b2b_email", "b2b_sync", "b2b_contacts", "/GetDataBy/B2BEmail", "BIGDBM_B2B_URL",
    "email", EMAIL_FORMAT, Provenance.ASSUMED, "Path and OutputId by analogy with the B2B IP endpoint.",
)  # fmt: skip

# ---------------------------------------------------------------- services

OPQL = Endpoint(
    key="bigdbm.opql",
    vendor="bigdbm",
    product="opql",
    wave=Wave.VALIDATE,
    stream="phone_scores",
    method="POST",
    path="/opql/validate",
    url_variable="BIGDBM_OPQL_URL",
    auth=TOKEN,
    encode=lambda subjects, options, call_id: Encoded(Body(json={"Phone": subjects[0].value})),
    subject_type="phone",
    provenance=Provenance.ASSUMED,
    billing=Billing.CALL,
    checks=(US_PHONE,),
    application_error=_application_error,
    assumptions=(
        "Method, path and the request field `Phone`: only the answer's field opql_score is documented.",
        "One number a call, one credit a call.",
    ),
)

EMAIL_BATCH = Endpoint(
    key="bigdbm.email_batch",
    vendor="bigdbm",
    product="email_validation",
    wave=Wave.VALIDATE,
    stream="email_statuses",
    method="POST",
    path="/email-cleansing/batch",
    url_variable="BIGDBM_EMAIL_URL",
    auth=EMAIL_TOKEN,
    encode=lambda subjects, options, call_id: Encoded(
        Body(json={"ValidatorId": options["ValidatorId"], "Emails": [s.value for s in subjects]})
    ),
    subject_type="email",
    provenance=Provenance.DOC,
    billing=Billing.SUBJECT,
    batch_size=10,
    most_per_call=10,
    checks=(
        Check("email_too_long", "longer than 200 characters", lambda subject: len(subject.value) <= 200),
        EMAIL_FORMAT,
    ),
    option_checks=(integer_between("ValidatorId", 1, 2**31 - 1, "validator_id"),),
    errors=(
        # This endpoint answers faults of every kind with 400: the text tells them apart (Error Messages).
        ErrorRule(
            "invalid_client",
            Action.STOP_PRODUCT,
            Fault.CONFIGURATION,
            frozenset({400}),
            message=r"Invalid ClientId",
            charged=False,
            advice="The token belongs to no known client account: set BIGDBM_EMAIL_TOKEN.",
        ),
        ErrorRule(
            "validator_not_found",
            Action.STOP_PRODUCT,
            Fault.CONFIGURATION,
            frozenset({400}),
            message=r"Validator with the ID",
            charged=False,
            advice="Set BIGDBM_VALIDATOR_ID to the engine id that your account manager gave you.",
        ),
        ErrorRule(
            "validation_fault",
            Action.RETRY,
            Fault.VENDOR,
            frozenset({400}),
            message=r"Validation error",
            charged=False,
            advice="An internal fault at the vendor: contact BIGDBM if it persists.",
            max_retries=1,
        ),
        ErrorRule(
            "bad_address",
            Action.REFUSE,
            Fault.OURS,
            frozenset({400}),
            message=r"email address must be in a valid format",
            charged=False,
            advice="One address sinks the batch and is not named: the batch is bisected.",
        ),
    ),
    assumptions=("One credit an address, whatever the verdict.",),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    INTENT_CREATE_LIST,
    CONSUMER_EMAIL_MD5,
    CONSUMER_EMAIL,
    B2B_EMAIL,
    OPQL,
    EMAIL_BATCH,
)

#: Announced by the vendor, not offered yet: the names are reserved, no connector exists.
COMING_SOON: tuple[str, ...] = ("bigdbm.property_sync", "bigdbm.healthcare_sync")
