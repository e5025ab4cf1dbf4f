"""The shape of all GetDataBy calls: ``ObjectList`` in, ``returnData`` keyed by what was submitted out.

Public, from the code of clients: the request's fields, the keyed answer, a miss as an absent key. The paths are
public for some endpoints and assumed for the others; each declaration says which.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contactable.billing import Billing
from contactable.http import Body
from contactable.vendors.bigdbm.common import MISSES_FREE, TOKEN
from contactable.vendors.model import (
    Asked,
    Check,
    Encoded,
    Endpoint,
    Flow,
    Page,
    Provenance,
    Wave,
    matches_pattern,
)

#: The practice of a public client, not a documented limit.
MOST_OBJECTS = 1_000
#: Records a key and page; ``PageNumber`` is public for B2B IP, the size of a page is not.
PAGE_SIZE = 100


def _encode(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """``ObjectList`` of strings, or of objects that carry their ``Sequence``."""
    page = {"PageNumber": options["_page"]} if "_page" in options else {}
    return Encoded(
        Body(
            json={
                "RequestId": call_id,
                "ObjectList": [s.value if s.payload is None else dict(s.payload) for s in subjects],
                **{name: value for name, value in options.items() if not name.startswith("_")},
                **page,
            }
        )
    )


def _matched_keys(parsed: Any) -> int | None:
    """Keys of ``returnData`` that carry a record; an absent key is a miss; ``[]`` for no match at all."""
    data = _return_data(parsed)
    return None if data is None else sum(1 for records in data.values() if records)


def _understood(parsed: Any, subjects: Sequence[Asked]) -> int:
    data = _return_data(parsed)
    odd = [] if data is None else [records for records in data.values() if not isinstance(records, list | None)]
    return 0 if data is None else max(len(subjects) - len(odd), 0)


def _records(parsed: Any) -> int | None:
    """Records over all keys."""
    data = _return_data(parsed)
    if data is None:
        return None
    return sum(len(records) if isinstance(records, list) else 1 for records in data.values() if records)


def _page_of(parsed: Any) -> Page:
    """The records of the one key that was asked; fewer than a page holds are the last."""
    lists = (_return_data(parsed) or {}).values()
    rows = [row for records in lists for row in (records if isinstance(records, list) else [records])]
    return Page(rows, is_last=len(rows) < PAGE_SIZE)


def _return_data(parsed: Any) -> Mapping[str, Any] | None:
    data = parsed.get("returnData") if isinstance(parsed, dict) else None
    return {} if data == [] else data if isinstance(data, dict) else None


def sync(
    key: str, subject_type: str, path: str, provenance: Provenance, *checks: Check,
    product: str, stream: str, url_variable: str, paged: bool = False, says: tuple[str, ...] = (), **values: Any,
) -> Endpoint:  # fmt: skip
    """One GetDataBy call. ``paged``: one subject a call, its records by ``PageNumber``; else 1,000 subjects."""
    size = 1 if paged else MOST_OBJECTS
    assumed = () if provenance is not Provenance.ASSUMED else ("The path; the vendor documents the purpose only.",)
    limits = (
        (f"{PAGE_SIZE} records a page, a shorter page is the last; each page that holds records costs a credit.",)
        if paged
        else (f"At most {MOST_OBJECTS:,} objects a call: the practice of a public client.",)
    )
    return Endpoint(
        **{
            "key": f"bigdbm.{key}",
            "vendor": "bigdbm",
            "product": product,
            "wave": Wave.ENRICH,
            "stream": stream,
            "method": "POST",
            "path": path,
            "url_variable": url_variable,
            "auth": TOKEN,
            "encode": _encode,
            "subject_type": subject_type,
            "provenance": provenance,
            "billing": Billing.MATCH,
            "flow": Flow.PAGES if paged else Flow.CALL,
            "batch_size": size,
            "most_per_call": size,
            "checks": checks,
            "matches": _matched_keys,
            "understood": _understood,
            "records": _records,
            "most_records": (lambda options, subjects: PAGE_SIZE) if paged else None,
            "page_of": _page_of,
            "assumptions": (*assumed, MISSES_FREE, *limits, *says),
            **values,
        }
    )


# ---------------------------------------------------------------- what may be asked about


def _filled(*names: str) -> Callable[[Asked], bool]:
    return lambda subject: all(_text(subject, name) for name in names)


def _text(subject: Asked, name: str) -> str:
    value = (subject.payload or {}).get(name)
    return value.strip() if isinstance(value, str) else ""


def _is_ip(subject: Asked) -> bool:
    try:
        ipaddress.ip_address(subject.value)
    except ValueError:
        return False
    return True


_ZIP = re.compile(r"\d{5}(-\d{4})?")
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_EIN = re.compile(r"\d{2}-?\d{7}")
_PROFILE = r"(https?://)?([a-z]{2,3}\.)?linkedin\.com/in/[^/\s]+/?"

ZIP_FORMAT = Check(
    "zip_format", "Zip is neither NNNNN nor NNNNN-NNNN", lambda s: _ZIP.fullmatch(_text(s, "Zip")) is not None
)
PII_FILLED = Check(
    "pii_incomplete",
    "FirstName, LastName, Address and Zip are all needed",
    _filled("FirstName", "LastName", "Address", "Zip"),
)
ADDRESS_FILLED = Check("address_incomplete", "Address and Zip are both needed", _filled("Address", "Zip"))
COMPANY_FILLED = Check(
    "company_incomplete",
    "one of CompanyName, Domain and EIN is needed",
    lambda s: any(_text(s, name) for name in ("CompanyName", "Domain", "EIN")),
)
EIN_FORMAT = Check(
    "ein_format",
    "EIN is not NN-NNNNNNN",
    lambda s: not _text(s, "EIN") or _EIN.fullmatch(_text(s, "EIN")) is not None,
)
ID_FILLED = Check("id_empty", "the id is empty", lambda subject: bool(subject.value.strip()))
IP_FORMAT = Check("ip_format", "neither an IPv4 nor an IPv6 address", _is_ip)
MAID_FORMAT = Check("maid_format", "not a UUID (8-4-4-4-12)", matches_pattern(rf"(?i){_UUID}"))
VIN_FORMAT = Check(
    "vin_format", "not 17 capital letters (no I, O, Q) and digits", matches_pattern(r"[A-HJ-NPR-Z0-9]{17}")
)
ZIP4_FORMAT = Check("zip4_format", "not NNNNN-NNNN", matches_pattern(r"\d{5}-\d{4}"))
PROFILE_OR_ID = Check(
    "linkedin_format",
    "neither the address of a LinkedIn profile nor a Sales Navigator id",
    matches_pattern(rf"(?i:{_PROFILE})|[A-Za-z0-9_-]{{8,}}"),
)
