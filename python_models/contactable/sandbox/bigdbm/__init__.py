"""BIGDBM in the sandbox: intent, consumer and B2B sync, audiences, phone and e-mail validation, on a host each.

Sources: BIGDBM Developer Docs for everything marked doc, public code of clients for public, our choice for
assumed; each route says which, and what is assumed has a switch where it matters.
"""

from __future__ import annotations

from contactable.sandbox.bigdbm import audiences, b2b, common, consumer, emails, intent, phones
from contactable.sandbox.bigdbm.oauth import TokenService
from contactable.sandbox.vendor import Call, RateLimit, Reply, Sandbox, Vendor

_RATE_LIMIT = RateLimit(600, 60.0)
"""No number is published: limits are "per plan" [doc]. Enforced only on request."""


def vendor(sandbox: Sandbox) -> Vendor:
    """BIGDBM over one sandbox, with a token for everything and one for e-mail validation alone."""
    keys, world = sandbox.keys, sandbox.world
    everything = keys.issue(common.NAME, common.ACTIVE)
    email_only = keys.issue(common.NAME, common.EMAIL_ONLY)
    unlicensed = keys.issue(common.NAME, common.UNLICENSED)
    unknown_client = keys.issue(common.NAME, common.UNKNOWN_CLIENT)
    tokens = TokenService(sandbox)

    def authenticate(call: Call) -> Reply | None:
        if tokens.has_expired(common.token(call), call.now):
            return common.error(401, "Unauthorized")
        return common.authenticate(call)

    def environment(base: str) -> dict[str, str]:
        root = base + common.PREFIX
        return {
            "BIGDBM_INTENT_URL": root + common.INTENT,
            "BIGDBM_CONSUMER_URL": root + common.CONSUMER,
            "BIGDBM_B2B_URL": root + common.B2B,
            "BIGDBM_AUDIENCE_URL": root + common.AUDIENCE,
            "BIGDBM_OPQL_URL": root + common.OPQL,
            "BIGDBM_EMAIL_URL": root + common.EMAIL,
            "BIGDBM_TOKEN": everything,
            "BIGDBM_EMAIL_TOKEN": email_only,
            "BIGDBM_VALIDATOR_ID": str(emails.VALIDATOR_ID),
            "SANDBOX_BIGDBM_UNLICENSED_TOKEN": unlicensed,
            "SANDBOX_BIGDBM_UNKNOWN_CLIENT_TOKEN": unknown_client,
            "SANDBOX_BIGDBM_AUTH_URL": root + common.AUTH,
            "SANDBOX_BIGDBM_CLIENT_ID": tokens.client_id,
            "SANDBOX_BIGDBM_CLIENT_SECRET": tokens.client_secret,
        }

    products = [
        *intent.routes(world),
        *consumer.routes(world),
        *b2b.routes(),
        *audiences.routes(world),
        *phones.routes(),
        *emails.routes(),
    ]
    return Vendor(
        common.NAME,
        common.PREFIX,
        [*map(common.may_fail, products), *tokens.routes()],
        authenticate=authenticate,
        error=common.error,
        key=common.token,
        environment=environment,
        rate_limit=_RATE_LIMIT,
        switches=common.SWITCHES,
        not_found=common.not_found,
    )
