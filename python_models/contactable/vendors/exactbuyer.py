"""ExactBuyer: people by e-mail, phone or profile, up to 1,000 a call.

Source: ExactBuyer "Bulk Enrichment". The trap of this API: both lists travel as JSON text in form fields.
"""

import json
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
    OptionCheck,
    Provenance,
    Wave,
    understood_list,
)

#: Our subject types -> the vendor's field_type.
FIELD_TYPES: Mapping[str, str] = {"email": "email", "phone": "phone", "linkedin": "social_profile"}

#: "Possible values for each field_type entry in the required_fields list" (documented).
REQUIRED_FIELDS = ("email", "work_email", "personal_email", "phone", "social_profile")


def _encode(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    form = {"query_list": json.dumps([{"field_type": FIELD_TYPES[s.type], "value": s.value} for s in subjects])}
    if options.get("required_fields"):
        form["required_fields"] = json.dumps([{"field_type": f} for f in options["required_fields"]])
    return Encoded(Body(form=form))


def _required_fields(options: Mapping[str, Any]) -> str | None:
    unknown = sorted(set(options.get("required_fields") or ()) - set(REQUIRED_FIELDS))
    if unknown:
        return f"unknown required_fields: {', '.join(unknown)}; allowed: {', '.join(REQUIRED_FIELDS)}"
    return None


def _counts(parsed: Any) -> tuple[int | None, int | None]:
    """The vendor's ``records_enriched`` and the contacts that are not null; None for what cannot be read."""
    if not isinstance(parsed, dict):
        return None, None
    told, contacts = parsed.get("records_enriched"), parsed.get("contacts")
    enriched = told if isinstance(told, int) and not isinstance(told, bool) else None
    if not isinstance(contacts, list):
        return enriched, None
    return enriched, sum(1 for item in contacts if isinstance(item, dict) and item.get("enriched_contact"))


def _enriched(parsed: Any) -> int | None:
    """``records_enriched`` = non-null contacts = credits taken (documented). Where both are there and differ,
    neither is trusted and the answer counts as unreadable: booked as quoted, the most that it can cost."""
    enriched, contacts = _counts(parsed)
    if enriched is None or contacts is None:
        return contacts if enriched is None else enriched
    return enriched if enriched == contacts else None


def _disagreement(parsed: Any) -> str | None:
    enriched, contacts = _counts(parsed)
    if enriched is None or contacts is None or enriched == contacts:
        return None
    return (
        "an answer's records_enriched differs from the contacts in it: it was booked as quoted, the most it can "
        "cost; `contactable status` shows by how much. Ask the vendor which is right."
    )


BULK_ENRICH = Endpoint(
    key="exactbuyer.bulk_enrich",
    vendor="exactbuyer",
    product="bulk_enrich",
    wave=Wave.ENRICH,
    stream="contacts",
    method="POST",
    path="/v1/bulk-enrich",
    url_variable="EXACTBUYER_URL",
    auth=Auth("X-API-Key", "", ("EXACTBUYER_API_KEY",)),
    encode=_encode,
    subject_type="email",
    provenance=Provenance.DOC,
    billing=Billing.MATCH,
    billing_is=Provenance.DOC,
    # 1,000 inputs are allowed; smaller calls risk less when an answer is lost after it was charged.
    batch_size=500,
    most_per_call=1_000,
    checks=(
        Check("field_type", "neither e-mail, phone nor profile", lambda subject: subject.type in FIELD_TYPES),
        Check("empty_value", "an empty value", lambda subject: bool(subject.value.strip())),
    ),
    option_checks=(OptionCheck("required_fields", _required_fields),),
    matches=_enriched,
    understood=understood_list("contacts", echo="value"),
    records=_enriched,
    most_records=lambda options, subjects: subjects,
    disagreement=_disagreement,
    errors=(
        ErrorRule(
            "no_credits",
            Action.STOP_VENDOR,
            Fault.CONFIGURATION,
            frozenset({403}),
            charged=False,
            advice="ExactBuyer answers 403 when credits are spent: buy credits, then run again.",
        ),
    ),
    assumptions=(
        "200 calls a minute: the vendor's public error page.",
        "Names inside enriched_contact other than full_name.",
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (BULK_ENRICH,)
