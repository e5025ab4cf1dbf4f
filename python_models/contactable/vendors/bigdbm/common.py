"""What all BIGDBM products share: the bearer token, the status inside a good answer."""

from typing import Any

from contactable.vendors.model import Auth

TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_TOKEN",))
EMAIL_TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_EMAIL_TOKEN", "BIGDBM_TOKEN"))

MISSES_FREE = "Credits are booked for matched subjects only; whether misses are billed is not documented."


def application_error(parsed: Any) -> str | None:
    """ "Check the status field for application-level results" (BIGDBM, Response Codes)."""
    if isinstance(parsed, dict):
        status = parsed.get("status")
        if isinstance(status, str) and status.lower() != "success":
            return f"status is {status!r}, not 'success'"
        if "hems" not in parsed and "listQueueId" in parsed:
            return "unsupported asynchronous answer: this account still has the older intent API"
    return None
