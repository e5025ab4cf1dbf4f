"""B2B Sync APIs: eight calls, one record (BIGDBM Developer Docs, B2B Sync APIs)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from contactable.sandbox.bigdbm.common import B2B
from contactable.sandbox.bigdbm.consumer import by_maid, by_md5
from contactable.sandbox.bigdbm.records import b2b_record, has_job
from contactable.sandbox.bigdbm.sync import Asked, Outputs, objects, strings, sync
from contactable.sandbox.codes import OLD_WORK_MAIL, SWITCHBOARD, WORK, WORK_MAIL
from contactable.sandbox.identifiers import is_linkedin_url
from contactable.sandbox.vendor import Provenance, Route
from contactable.sandbox.view import VendorView

_DEFAULT = 3
_OUTPUTS: Outputs = {_DEFAULT: b2b_record}
_NAVIGATOR = "ACw"


def navigator_id(view: VendorView, person: int) -> str:
    """The Sales Navigator id of a person: opaque, and its case matters."""
    key = view.key("navigator", person).to_bytes(8, "big")
    return _NAVIGATOR + base64.urlsafe_b64encode(key).decode().rstrip("=")


def _working(view: VendorView, people: Iterable[int]) -> list[int]:
    return [person for person in people if has_job(view, person)]


def _business(view: VendorView, mailbox: int) -> list[int]:
    """The owner of a work address; private and role addresses are no business profile."""
    if mailbox < 0 or view.world.mail_kind[mailbox] not in (WORK_MAIL, OLD_WORK_MAIL):
        return []
    return _working(view, (view.owner_of_mailbox(mailbox),))


def by_email(view: VendorView, asked: Asked) -> Iterable[int]:
    return _business(view, view.world.find_email(asked.value))


def by_business_md5(view: VendorView, asked: Asked) -> Iterable[int]:
    known = list(by_md5(view, asked))
    return _business(view, view.world.find_hash(asked.value)) if known else ()


def by_device(view: VendorView, asked: Asked) -> Iterable[int]:
    return _working(view, by_maid(view, asked))


def by_phone(view: VendorView, asked: Asked) -> Iterable[int]:
    """Direct lines and switchboards, and mobiles of people with a job."""
    slot = view.world.find_phone(asked.value)
    people = _working(view, view.find_phone(asked.value)) if slot >= 0 else []
    if slot >= 0 and view.world.phone_type[slot] == SWITCHBOARD:
        employer = int(view.world.phone_owner[slot])
        return [person for person in people if view.employer(person) == employer]
    return [p for p in people if view.world.phone_type[slot] != WORK or not view.is_stale(p)]


def by_company(view: VendorView, asked: Asked) -> Iterable[int]:
    parts = asked.parts
    employer = view.world.find_employer(parts["CompanyName"], parts["Domain"], parts["EIN"])
    return view.employees(employer) if employer >= 0 else ()


def by_address(view: VendorView, asked: Asked) -> Iterable[int]:
    sites = view.world.find_employers_at(asked.parts["Address"], asked.parts["Zip"])
    return [person for employer in sites for person in view.employees(employer)]


def by_ip(view: VendorView, asked: Asked) -> Iterable[int]:
    employer = view.world.find_employer_by_ip(asked.value)
    return view.employees(employer) if employer >= 0 else ()


def by_linkedin(view: VendorView, asked: Asked) -> Iterable[int]:
    """A profile URL in any spelling, or a Sales Navigator id to the letter."""
    value = asked.value.strip()
    if is_linkedin_url(value):
        return _working(view, (view.find_linkedin(value),))
    return _working(view, _by_navigator(view, value))


def _by_navigator(view: VendorView, value: str) -> list[int]:
    try:
        key = base64.urlsafe_b64decode(value.removeprefix(_NAVIGATOR) + "=")
    except (binascii.Error, ValueError):
        return []
    person = view.find_key("navigator", int.from_bytes(key, "big")) if len(key) == 8 else -1
    return [person] if view.knows(person) and view.linkedin(person) and navigator_id(view, person) == value else []


def routes() -> list[Route]:
    """All eight, under the host of B2B sync."""
    public, assumed = Provenance.PUBLIC, Provenance.ASSUMED

    def post(key: str, endpoint: str, known: Provenance, read: Any, find: Any, note: str) -> Route:
        handler = sync(read, find, _OUTPUTS, _DEFAULT)
        return Route("POST", f"{B2B}/GetDataBy/{key}", handler, endpoint, known, note)

    company = objects("CompanyName", "Domain", "EIN", one_of=True)
    site = objects("Address", "Zip", optional=("City", "State"))
    by_analogy = "purpose doc, record public; path assumed"
    return [
        post("B2BAddress", "b2b_address", assumed, site, by_address, by_analogy),
        post("B2BEmail", "b2b_email", assumed, strings, by_email, by_analogy),
        post("B2BMaid", "b2b_maid", assumed, strings, by_device, by_analogy),
        post("B2BMd5", "b2b_email_md5", assumed, strings, by_business_md5, by_analogy),
        post("B2BPhone", "b2b_phone", assumed, strings, by_phone, by_analogy),
        post("B2BCompany", "b2b_company", assumed, company, by_company, by_analogy),
        post("B2BIp", "b2b_ip", public, strings, by_ip, "path and request public, record by analogy"),
        post("B2BLinkedIn", "b2b_linkedin", assumed, strings, by_linkedin, by_analogy),
    ]
