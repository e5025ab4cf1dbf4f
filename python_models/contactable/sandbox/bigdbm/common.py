"""What all BIGDBM products share: bearer tokens, the error body, switches of assumed behaviour."""

from __future__ import annotations

from dataclasses import replace

from contactable.sandbox.vendor import Call, Reply, Route, Switch

NAME = "bigdbm"
PREFIX = "/bigdbm"

INTENT = "/intent-api"
CONSUMER = "/data-api"
B2B = "/b2b-api"
AUDIENCE = "/audience-api"
OPQL = "/opql-api"
EMAIL = "/email/Prod"
AUTH = "/auth"

ACTIVE, EMAIL_ONLY, UNLICENSED, UNKNOWN_CLIENT = "active", "email", "unlicensed", "unknown_client"
"""States of a token: for everything, for e-mail validation alone, for no product of this account, of no known
account.
"""

MAX_OBJECTS = 1_000
PAGE_SIZE = 100

SWITCHES = {
    "hem": Switch(
        ("md5", "sha1", "sha256", "doc_sample"), "what `hem` is; doc_sample prints 63 hex digits like the document"
    ),
    "intent_rows": Switch(("hem", "hem_and_day"), "one row a hash, or one a hash and day, so that hashes repeat"),
    "charge_create_list": Switch(("call", "hem"), "what createList costs one credit"),
    "charge_misses": Switch((False, True), "whether sync calls charge subjects that did not match"),
    "charge_audience": Switch(("record", "call"), "what an audience costs one credit"),
    "empty_return_data": Switch(("object", "array"), "`returnData` of a call that found nothing: {} or []"),
    "email_order": Switch(("as_sent", "shuffled"), "order of the results of e-mail validation"),
    "audience_polls": Switch((2, 0, 1, 5), "how often an audience is still processing when asked"),
}


def error(status: int, message: str) -> Reply:
    """`{"message": ...}` is all the document promises (Response Codes)."""
    return Reply(status, {"message": message})


def bad_request(message: str) -> Reply:
    return error(400, message)


def may_fail(route: Route) -> Route:
    """The route, which on request answers 200 with a `status` that says that it failed, and charges nothing: the
    field is documented for all endpoints (Response Codes).
    """

    def handle(call: Call) -> Reply:
        if call.fault("application_error"):
            return Reply(200, {"status": "error", "message": "The request could not be processed."})
        return route.handler(call)

    return replace(route, handler=handle, faults=(*route.faults, "application_error"))


def token(call: Call) -> str:
    """The bearer token, or ""."""
    scheme, _, value = call.header("authorization").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def authenticate(call: Call) -> Reply | None:
    """401 without a known token [doc]; 403 for a product the token has no licence for [assumed].

    E-mail validation answers a token of no known account with 400 and a text of its own [doc].
    """
    state = call.sandbox.keys.state(NAME, token(call))
    email = call.route.path.startswith(EMAIL)
    if state == ACTIVE or (email and state == EMAIL_ONLY):
        return None
    if email and state == UNKNOWN_CLIENT:
        return bad_request("Invalid ClientId!")
    if state in (EMAIL_ONLY, UNLICENSED):
        return error(403, "Forbidden")
    return error(401, "Unauthorized")


def not_found(_method: str, path: str) -> Reply:
    """The gateway-style host answers a wrong path or method with 403, the others with 404 [assumed]."""
    if path.startswith(PREFIX + "/email"):
        return error(403, "Missing Authentication Token")
    return error(404, "Not Found")
