"""BIGDBM: intent, consumer and B2B profiles, audiences, phone reachability, e-mail verdicts.

Source: BIGDBM Developer Docs. Paths that the document does not print are [public] or [assumed] and can be set
under ``endpoints`` in contactable.yml. Every product has its own host variable: there is no single base URL.
"""

from contactable.vendors.bigdbm.audiences import AUDIENCES
from contactable.vendors.bigdbm.b2b import B2B
from contactable.vendors.bigdbm.common import with_response_codes
from contactable.vendors.bigdbm.consumer import CONSUMER
from contactable.vendors.bigdbm.intent import INTENT
from contactable.vendors.bigdbm.services import SERVICES
from contactable.vendors.model import Endpoint

#: In the order in which the work of a wave is done; each with what holds for all, so that none can forget it.
ENDPOINTS: tuple[Endpoint, ...] = tuple(
    map(with_response_codes, (*INTENT, *AUDIENCES, *CONSUMER, *B2B, *SERVICES))
)

#: Announced by the vendor, not offered yet: the names are reserved, no connector exists.
COMING_SOON: tuple[str, ...] = ("bigdbm.property_sync", "bigdbm.healthcare_sync")

__all__ = ["COMING_SOON", "ENDPOINTS"]
