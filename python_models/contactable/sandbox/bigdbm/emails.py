"""Batch e-mail validation: the document's limits, verdicts and five literal messages."""

from __future__ import annotations

import re

from contactable.sandbox.bigdbm.common import EMAIL, bad_request
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.lexicon import PERSONAL_DOMAINS, ROLES
from contactable.sandbox.vendor import Call, Provenance, Reply, Route
from contactable.sandbox.world import World

MOST_ADDRESSES = 10
LONGEST_ADDRESS = 200
VALIDATOR_ID = 10

DELIVERABLE, RISKY, UNDELIVERABLE, UNKNOWN, CATCH_ALL = 10, 20, 30, 40, 50

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DOCUMENT_SAMPLE = {"alice@example.com": DELIVERABLE, "bob@example.org": UNDELIVERABLE}


def batch(call: Call) -> Reply:
    """POST /email-cleansing/batch (BIGDBM Developer Docs, Batch Email Validation). One credit an address
    [assumed].
    """
    body = call.json_object()
    emails, validator = body.get("Emails"), body.get("ValidatorId")
    if not isinstance(emails, list) or not 1 <= len(emails) <= MOST_ADDRESSES:
        return bad_request(
            f"'Emails' must contain at least one email address and no more than {MOST_ADDRESSES} email addresses!"
        )
    if not all(_is_address(email) for email in emails):
        return bad_request(
            f"An email address must be in a valid format and contain no more than {LONGEST_ADDRESS} characters!"
        )
    if not isinstance(validator, int) or isinstance(validator, bool) or validator != VALIDATOR_ID:
        shown = validator if isinstance(validator, int) and not isinstance(validator, bool) else 0
        return bad_request(f"Validator with the ID: {shown} not found!")
    if call.fault("validation_error"):
        return bad_request("Validation error. Please contact us!")
    results = [{"email": email, "status": verdict(call.world, email)} for email in emails]
    call.used(len(emails), len(emails), len(results))
    for email in emails:
        call.charge(email.lower())
    if call.switch("email_order") == "shuffled":
        results.sort(key=lambda result: salt_of("shuffle", result["email"]))
    return Reply(200, {"results": results})


def _is_address(email: object) -> bool:
    return isinstance(email, str) and len(email) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(email) is not None


def verdict(world: World, address: str) -> int:
    """The true status of a mailbox; for addresses of nobody, what their domain and local part suggest."""
    email = address.lower()
    mailbox = world.find_email(email)
    if mailbox >= 0:
        return int(world.mail_status[mailbox])
    if email in _DOCUMENT_SAMPLE:
        return _DOCUMENT_SAMPLE[email]
    local, _, domain = email.rpartition("@")
    employer = world.find_employer(domain=domain)
    if employer >= 0:
        return CATCH_ALL if world.employer_catch_all[employer] else UNDELIVERABLE
    if domain not in PERSONAL_DOMAINS:
        return UNKNOWN
    return RISKY if local in ROLES else UNDELIVERABLE


def routes() -> list[Route]:
    return [
        Route(
            "POST",
            f"{EMAIL}/email-cleansing/batch",
            batch,
            "email_batch",
            Provenance.DOC,
            "all doc but the price and the order of the checks",
            faults=("validation_error",),
        )
    ]
