"""What all BIGDBM products share: the bearer token, the status inside a good answer."""

from collections.abc import Callable, Collection
from typing import Any

from contactable.vendors.model import Auth, Endpoint, OnServerError

TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_TOKEN",))
EMAIL_TOKEN = Auth("Authorization", "Bearer", ("BIGDBM_EMAIL_TOKEN", "BIGDBM_TOKEN"))

MISSES_FREE = "Credits are booked for matched subjects only; whether misses are billed is not documented."

#: What `status` says of a request that was processed (the sample of createList).
_SUCCESS = frozenset({"success"})


def with_response_codes(endpoint: Endpoint) -> Endpoint:
    """The endpoint with what the vendor's page says of all of its endpoints (Response Codes).

    200: "Check the status field for application-level results". Where `status` also tells how far a job is, the
    endpoint's ``job_statuses`` are good answers too. 500: "These are rare, retry with backoff", which is not done
    where a retry could make something twice: an audience may cost 100,000 credits and cannot be looked for.
    """
    return endpoint.changed(
        application_error=_status_error(_SUCCESS | endpoint.job_statuses),
        on_server_error=OnServerError.AMBIGUOUS if endpoint.creates else OnServerError.RETRY,
    )


def _status_error(good: Collection[str]) -> Callable[[Any], str | None]:
    def application_error(parsed: Any) -> str | None:
        if not isinstance(parsed, dict):
            return None
        status = parsed.get("status")
        if _is_bad(status, good):
            return f"status is {status!r}, not 'success'"
        if "hems" not in parsed and "listQueueId" in parsed:
            return "unsupported asynchronous answer: this account still has the older intent API"
        return None

    return application_error


def _is_bad(status: Any, good: Collection[str]) -> bool:
    """A word that is not good, false, or the number of an HTTP error; what is absent says nothing."""
    if isinstance(status, str):
        return bool(status.strip()) and status.strip().lower() not in good
    if isinstance(status, bool):
        return not status
    return isinstance(status, int | float) and status >= 400
