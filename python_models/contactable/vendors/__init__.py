"""What each vendor offers, as declarations. Knows only the types of the http room."""

from collections.abc import Mapping

from contactable.billing import Billing
from contactable.vendors import bigdbm, contactbased, exactbuyer, leadpipe
from contactable.vendors.model import Auth, Check, Encoded, Endpoint, Flow, OptionCheck, Provenance, Wave

#: Every endpoint by its key, in the vendors' order.
ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.key: endpoint
    for module in (bigdbm, contactbased, exactbuyer, leadpipe)
    for endpoint in module.ENDPOINTS
}

#: Announced by vendors, without a connector.
COMING_SOON: tuple[str, ...] = bigdbm.COMING_SOON

VENDORS: tuple[str, ...] = ("bigdbm", "contactbased", "exactbuyer", "leadpipe")

__all__ = [
    "COMING_SOON",
    "ENDPOINTS",
    "VENDORS",
    "Auth",
    "Billing",
    "Check",
    "Encoded",
    "Endpoint",
    "Flow",
    "OptionCheck",
    "Provenance",
    "Wave",
]
