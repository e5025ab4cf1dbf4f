"""Consumer Sync APIs: fourteen calls, most of which answer with the account's output (10008 by default)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from contactable.billing import Billing
from contactable.vendors.bigdbm.sync import (
    ADDRESS_FILLED,
    ID_FILLED,
    IP_FORMAT,
    MAID_FORMAT,
    PII_FILLED,
    PROFILE_OR_ID,
    VIN_FORMAT,
    ZIP4_FORMAT,
    ZIP_FORMAT,
    sync,
)
from contactable.vendors.model import (
    EMAIL_FORMAT,
    MD5_FORMAT,
    US_PHONE,
    Asked,
    Encoded,
    Endpoint,
    Provenance,
    Wave,
    uncounted,
)

_PUBLIC, _ASSUMED = Provenance.PUBLIC, Provenance.ASSUMED
_PII_FIELDS = ("FirstName", "LastName", "Address", "Zip")
_BY_SEQUENCE = "The answer is keyed by the object's Sequence."

_profile = partial(sync, product="consumer_sync", stream="consumer_profiles", url_variable="BIGDBM_CONSUMER_URL")

#: The same person through another identifier is bought again: these are switched on by whom they serve.
_also = partial(_profile, enabled=False)


def _encode_count(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """GET by the document: the person goes into the query string, which is never logged."""
    payload = subjects[0].payload or {}
    return Encoded(query={"RequestId": call_id, **{name: str(payload[name]) for name in _PII_FIELDS}})


def _any_counted(parsed: Any) -> int | None:
    count = parsed.get("count") if isinstance(parsed, dict) else None
    return min(count, 1) if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


EMAIL_MD5 = _profile("consumer_email_md5", "email_md5", "/GetDataBy/Md5", _PUBLIC, MD5_FORMAT)
EMAIL = _profile("consumer_email", "email", "/GetDataBy/Email", _PUBLIC, EMAIL_FORMAT)
PII = _also(
    "consumer_pii",
    "pii",
    "/GetDataBy/Pii",
    _PUBLIC,
    PII_FILLED,
    ZIP_FORMAT,
    object_input=True,
    says=(_BY_SEQUENCE,),
)
PII_VALIDATED = _also(
    "consumer_pii_validated", "pii", "/GetDataBy/PiiWithValidation", _ASSUMED, PII_FILLED, ZIP_FORMAT,
    object_input=True,
    says=(
        _BY_SEQUENCE,
        "The flags: a list `Validation` of Field, Is_Valid, Score (0 to 1) and Last_Seen beside the profile.",
    ),
)  # fmt: skip
ID = _also(
    "consumer_id", "bigdbm_id", "/GetDataBy/Id", _PUBLIC, ID_FILLED,
    says=("The Id of an earlier answer is accepted; partner keys need an agreement with the vendor.",),
)  # fmt: skip
IP = _also("consumer_ip", "ip", "/GetDataBy/IP", _PUBLIC, IP_FORMAT, says=("IPv6 is accepted.",))
MAID = _also("consumer_maid", "maid", "/GetDataBy/Maid", _ASSUMED, MAID_FORMAT)
PHONE = _also("consumer_phone", "phone", "/GetDataBy/Phone", _PUBLIC, US_PHONE)
ADDRESS = _also(
    "consumer_address", "address", "/GetDataBy/Address", _ASSUMED, ADDRESS_FILLED, ZIP_FORMAT,
    object_input=True, says=(_BY_SEQUENCE, "The object: Address and Zip, as in PII."),
)  # fmt: skip
LINKEDIN = _also("consumer_linkedin", "linkedin", "/GetDataBy/LinkedIn", _ASSUMED, PROFILE_OR_ID)
VIN = _also("consumer_vin", "vin", "/GetDataBy/VIN", _ASSUMED, VIN_FORMAT)

MD5_AGE = _also(
    "consumer_md5_age", "email_md5", "/GetDataBy/Md5Age", _ASSUMED, MD5_FORMAT,
    stream="age_bands",
    says=("One field, Age_Range: an age band without a profile is documented, its name is not.",),
)  # fmt: skip
GZAI = _also(
    "consumer_gzai", "zip4", "/GetDataBy/GZAI", _ASSUMED, ZIP4_FORMAT,
    stream="zip4_insights",
    says=("The subject NNNNN-NNNN and the field names: insight at ZIP+4 without any individual is documented.",),
)  # fmt: skip
PII_COUNT = _also(
    "consumer_pii_count", "pii", "/GetDataBy/PiiCount", _ASSUMED, PII_FILLED, ZIP_FORMAT,
    wave=Wave.LOOKUP,
    about_first_party=True,
    stream="pii_counts",
    method="GET",
    encode=_encode_count,
    billing=Billing.NONE,
    batch_size=1,
    most_per_call=1,
    matches=_any_counted,
    records=uncounted,
    object_input=True,
    assumptions=(
        "The path, the person in the query string, and the field `count`; GET and the purpose are documented.",
        "Counting is free: the vendor recommends it before buying.",
    ),
)  # fmt: skip

CONSUMER: tuple[Endpoint, ...] = (
    PII_COUNT, EMAIL_MD5, EMAIL, PII_VALIDATED, PII, ID, PHONE, LINKEDIN, MAID, VIN, ADDRESS, IP, MD5_AGE, GZAI,
)  # fmt: skip
