"""B2B Sync APIs: eight calls, one professional record. Behind a company, an address or an IP stand many: paged."""

from functools import partial

from contactable.vendors.bigdbm.sync import (
    ADDRESS_FILLED,
    COMPANY_FILLED,
    EIN_FORMAT,
    IP_FORMAT,
    MAID_FORMAT,
    PROFILE_OR_ID,
    ZIP_FORMAT,
    sync,
)
from contactable.vendors.model import EMAIL_FORMAT, MD5_FORMAT, US_PHONE, Endpoint, Provenance

_PUBLIC, _ASSUMED = Provenance.PUBLIC, Provenance.ASSUMED
_OUTPUT = "OutputId 3, as a public client sends to B2B IP: the document names no B2B output."

_contact = partial(sync, product="b2b_sync", stream="b2b_contacts", url_variable="BIGDBM_B2B_URL", says=(_OUTPUT,))

#: The same person through another identifier is bought again: these are switched on by whom they serve.
_also = partial(_contact, enabled=False)

EMAIL = _contact("b2b_email", "email", "/GetDataBy/B2BEmail", _ASSUMED, EMAIL_FORMAT)
EMAIL_MD5 = _also("b2b_email_md5", "email_md5", "/GetDataBy/B2BMd5", _ASSUMED, MD5_FORMAT)
LINKEDIN = _also("b2b_linkedin", "linkedin", "/GetDataBy/B2BLinkedIn", _ASSUMED, PROFILE_OR_ID)
PHONE = _also(
    "b2b_phone", "phone", "/GetDataBy/B2BPhone", _ASSUMED, US_PHONE,
    says=(_OUTPUT, "A main line brings at most the first page of its people."),
)  # fmt: skip
MAID = _also("b2b_maid", "maid", "/GetDataBy/B2BMaid", _ASSUMED, MAID_FORMAT)
COMPANY = _also(
    "b2b_company", "company", "/GetDataBy/B2BCompany", _ASSUMED, COMPANY_FILLED, EIN_FORMAT,
    paged=True, object_input=True,
    says=(_OUTPUT, "The object: CompanyName, Domain or EIN (documented as inputs, not by these names)."),
)  # fmt: skip
ADDRESS = _also(
    "b2b_address", "address", "/GetDataBy/B2BAddress", _ASSUMED, ADDRESS_FILLED, ZIP_FORMAT,
    paged=True, object_input=True,
    says=(_OUTPUT, "The object: Address and Zip, optionally City and State."),
)  # fmt: skip
IP = _also("b2b_ip", "ip", "/GetDataBy/B2BIp", _PUBLIC, IP_FORMAT, paged=True)

B2B: tuple[Endpoint, ...] = (EMAIL, EMAIL_MD5, LINKEDIN, PHONE, MAID, COMPANY, ADDRESS, IP)
