"""Validation services: OPQL phone reachability, batch e-mail verdicts."""

from collections.abc import Sequence
from typing import Any

from contactable.billing import Billing
from contactable.http import Action, Body, ErrorRule, Fault
from contactable.vendors.bigdbm.common import EMAIL_TOKEN, TOKEN
from contactable.vendors.model import (
    EMAIL_FORMAT,
    US_PHONE,
    Asked,
    Check,
    Encoded,
    Endpoint,
    Provenance,
    Wave,
    integer_between,
)


def _scored(parsed: Any, subjects: Sequence[Asked]) -> int:
    has_score = isinstance(parsed, dict) and parsed.get("opql_score") not in (None, "")
    return len(subjects) if has_score else 0


def _judged(parsed: Any, subjects: Sequence[Asked]) -> int:
    """Addresses that the answer repeats with a status; one that is left out got no verdict."""
    results = parsed.get("results") if isinstance(parsed, dict) else None
    with_status = {
        str(item.get("email")).strip().lower()
        for item in (results if isinstance(results, list) else ())
        if isinstance(item, dict) and item.get("status") not in (None, "")
    }
    return sum(1 for subject in subjects if subject.value.strip().lower() in with_status)


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
    understood=_scored,
    assumptions=(
        "Method, path and the request field `Phone`: only the answer's field opql_score is documented.",
        "One number a call, one credit a call.",
    ),
)


def _results(parsed: Any) -> int | None:
    results = parsed.get("results") if isinstance(parsed, dict) else None
    return len(results) if isinstance(results, list) else None


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
    records=_results,
    most_records=lambda options, subjects: subjects,
    checks=(
        Check("email_too_long", "longer than 200 characters", lambda subject: len(subject.value) <= 200),
        EMAIL_FORMAT,
    ),
    option_checks=(integer_between("ValidatorId", 1, 2**31 - 1, "validator_id"),),
    understood=_judged,
    errors=(
        # This endpoint answers faults of every kind with 400: the text tells them apart (Error Messages).
        ErrorRule(
            "invalid_client",
            Action.STOP_PRODUCT,
            Fault.CONFIGURATION,
            frozenset({400}),
            message=r"Invalid ClientId",
            charged=False,
            advice="The token in {key} belongs to no known client account: e-mail validation may need a token of "
            "its own, in BIGDBM_EMAIL_TOKEN.",
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

SERVICES: tuple[Endpoint, ...] = (OPQL, EMAIL_BATCH)
