"""OPQL phone validation: one number in, one integer out."""

from __future__ import annotations

from contactable.sandbox.bigdbm.common import OPQL, bad_request
from contactable.sandbox.identifiers import read_phone
from contactable.sandbox.vendor import Call, Provenance, Reply, Route


def validate(call: Call) -> Reply:
    """`{"opql_score": 0..5}` and nothing else [doc]; a number nobody could have is 0, "invalid" [assumed]. One
    credit a number.
    """
    phone = call.json_object().get("Phone")
    if not isinstance(phone, str) or not phone.strip():
        return bad_request("Phone is required.")
    slot = read_phone(phone)
    call.used(1, int(slot >= 0), 1)
    call.charge("".join(letter for letter in phone if letter.isdigit()))
    return Reply(200, {"opql_score": int(call.world.phone_score[slot]) if slot >= 0 else 0})


def routes() -> list[Route]:
    return [
        Route(
            "POST",
            f"{OPQL}/opql/validate",
            validate,
            "opql",
            Provenance.ASSUMED,
            "field and scale doc; path, request and price assumed",
        )
    ]
