"""Consumer Sync APIs: fourteen calls, one output (BIGDBM Developer Docs, Consumer Sync APIs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from contactable.sandbox.bigdbm.bands import age as age_band
from contactable.sandbox.bigdbm.common import CONSUMER, bad_request
from contactable.sandbox.bigdbm.records import CONSUMER_OUTPUTS, Record, person_of_id
from contactable.sandbox.bigdbm.sync import Asked, objects, strings, sync
from contactable.sandbox.hashing import Lookup
from contactable.sandbox.lexicon import ascii_fold
from contactable.sandbox.vendor import Call, Provenance, Reply, Route
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World

_DEFAULT = 10008
_PII = objects("FirstName", "LastName", "Address", "Zip")
_MD5_DIGITS = 32


def _one(person: int) -> Iterable[int]:
    return (person,) if person >= 0 else ()


def by_email(view: VendorView, asked: Asked) -> Iterable[int]:
    return _one(view.find_email(asked.value))


def by_md5(view: VendorView, asked: Asked) -> Iterable[int]:
    """MD5 only: hashes of another length find nobody."""
    value = asked.value.strip()
    return _one(view.find_hash(value)) if len(value) == _MD5_DIGITS else ()


def by_phone(view: VendorView, asked: Asked) -> Iterable[int]:
    """Mobile or landline; a switchboard is no consumer number."""
    slot = view.world.find_phone(asked.value)
    if slot < 0 or view.world.phone_type[slot] not in (1, 2):
        return ()
    return view.find_phone(asked.value)


def by_id(view: VendorView, asked: Asked) -> Iterable[int]:
    return _one(person_of_id(view, asked.value.strip()))


def by_ip(view: VendorView, asked: Asked) -> Iterable[int]:
    """Everybody of the household."""
    return view.residents(view.world.find_household_by_ip(asked.value))


def by_maid(view: VendorView, asked: Asked) -> Iterable[int]:
    return _one(view.find_maid(asked.value))


def by_linkedin(view: VendorView, asked: Asked) -> Iterable[int]:
    return _one(view.find_linkedin(asked.value))


def by_vin(view: VendorView, asked: Asked) -> Iterable[int]:
    """The owner."""
    return _one(view.find_vin(asked.value))


def by_address(view: VendorView, asked: Asked) -> Iterable[int]:
    """Everybody in the building; an office building has no residents."""
    homes = view.world.find_households(asked.parts["Address"], asked.parts["Zip"])
    return [person for home in homes for person in view.residents(home)]


def by_pii(view: VendorView, asked: Asked) -> Iterable[int]:
    """Residents of the address with this last name and first initial; exact first names win."""
    first, last = ascii_fold(asked.parts["FirstName"]), ascii_fold(asked.parts["LastName"])
    near = [p for p in by_address(view, asked) if ascii_fold(view.last_name(p)) == last]
    exact = [p for p in near if ascii_fold(view.first_name(p)) == first]
    return exact or [p for p in near if ascii_fold(view.first_name(p))[:1] == first[:1]]


def _age_range(view: VendorView, person: int) -> Record:
    return {"Age_Range": age_band(view.world.age(person))}


def _validation(view: VendorView, person: int) -> Record:
    """One flag a returned field [all names assumed]."""
    checked = ("Address", "Mobile_Phone_1", "Email_Array")
    flags = []
    for field in checked:
        score = round(0.5 + view.share(f"score_{field}", person) / 2, 2)
        seen = view.world.today.replace(day=1 + view.pick(f"seen_{field}", person, 28))
        flags.append({"Field": field, "Is_Valid": score >= 0.6, "Score": score, "Last_Seen": seen.isoformat()})
    return {"Validation": flags}


class Zones:
    """ZIP+4 zones: what the households there have in common, and nothing about anybody in particular."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lookup: Lookup | None = None

    def households(self, text: str) -> list[int]:
        """The households of `NNNNN-NNNN`."""
        zip_code, _, plus4 = text.strip().partition("-")
        if not (zip_code.isdecimal() and plus4.isdecimal() and len(zip_code) == 5 and len(plus4) == 4):
            return []
        world = self._world
        if self._lookup is None:
            keys = world.household_zip.astype(np.uint64) * np.uint64(10_000) + world.household_zip4.astype(
                np.uint64
            )
            self._lookup = Lookup(keys)
        return list(self._lookup.get(int(zip_code) * 10_000 + int(plus4)))

    def find(self, view: VendorView, asked: Asked) -> Iterable[int]:
        """The first household of the zone, as its key."""
        del view
        return self.households(asked.value)[:1]

    def record(self, view: VendorView, household: int) -> Record:
        """`{"Zip", "Zip4", "Segment", ...}`; names partly public, the record assumed."""
        world = self._world
        zip_code, zip4 = world.zip_code(household), f"{world.household_zip4[household]:04d}"
        here = np.array(self.households(f"{zip_code}-{zip4}"))
        return {
            "Zip": zip_code,
            "Zip4": zip4,
            "Segment": f"Z{1 + view.pick('segment', int(world.household_zip[household]), 60):02d}",
            "Median_Income": str(int(np.median(world.household_income[here]))),
            "Median_Home_Value": str(int(np.median(world.household_home_value[here]))),
            "Urbanicity": ("1. Rural", "3. Suburban", "4. Urban")[
                view.pick("urban", int(world.household_zip[household]), 3)
            ],
            "Pop_Density": str(10 + view.pick("density", int(world.household_zip[household]), 9_000)),
        }


def pii_count(call: Call) -> Reply:
    """GET with the person in the query string; how many records, none of them [doc]; names [assumed]."""
    query = call.query
    item: dict[str, Any] = {name: query.get(name, "") for name in ("FirstName", "LastName", "Address", "Zip")}
    missing = [name for name, value in item.items() if not value.strip()]
    if missing:
        return bad_request(f"{missing[0]} is required.")
    matches = len(list(by_pii(call.view, Asked("", item))))
    return Reply(200, {"requestId": query.get("RequestId", ""), "count": matches})


def routes(world: World) -> list[Route]:
    """All fourteen, under the host of consumer sync."""
    doc, public, assumed = Provenance.DOC, Provenance.PUBLIC, Provenance.ASSUMED
    del doc
    zones = Zones(world)

    def post(key: str, endpoint: str, known: Provenance, handler: Any, note: str) -> Route:
        return Route("POST", f"{CONSUMER}/GetDataBy/{key}", handler, endpoint, known, note)

    def profile(read: Any, find: Any) -> Any:
        return sync(read, find, CONSUMER_OUTPUTS, _DEFAULT)

    validated = sync(_PII, by_pii, CONSUMER_OUTPUTS, _DEFAULT, extra=_validation)
    return [
        post(
            "Pii", "consumer_pii", public, profile(_PII, by_pii), "path and object public; key = Sequence assumed"
        ),
        post("Id", "consumer_id", public, profile(strings, by_id), "path public at a reseller"),
        post("IP", "consumer_ip", public, profile(strings, by_ip), "path public; the whole household answers"),
        post("Email", "consumer_email", public, profile(strings, by_email), "path public at a reseller"),
        post("Maid", "consumer_maid", assumed, profile(strings, by_maid), "purpose and output doc; path assumed"),
        post("Md5", "consumer_email_md5", public, profile(strings, by_md5), "path, item and envelope public"),
        post(
            "Md5Age",
            "consumer_md5_age",
            assumed,
            sync(strings, by_md5, {_DEFAULT: _age_range}, _DEFAULT),
            "age band without profile is doc; path and field assumed",
        ),
        post("Phone", "consumer_phone", public, profile(strings, by_phone), "path, item and envelope public"),
        post(
            "GZAI",
            "consumer_gzai",
            assumed,
            sync(strings, zones.find, {_DEFAULT: zones.record}, _DEFAULT),
            "no individual in the answer is doc; path and fields assumed",
        ),
        post(
            "Address",
            "consumer_address",
            assumed,
            profile(objects("Address", "Zip"), by_address),
            "purpose doc; path and object assumed; several residents a key",
        ),
        post(
            "PiiWithValidation",
            "consumer_pii_validated",
            assumed,
            validated,
            "purpose doc; path and flags assumed",
        ),
        post("LinkedIn", "consumer_linkedin", assumed, profile(strings, by_linkedin), "purpose doc; path assumed"),
        post("VIN", "consumer_vin", assumed, profile(strings, by_vin), "purpose doc; path assumed"),
        Route(
            "GET",
            f"{CONSUMER}/GetDataBy/PiiCount",
            pii_count,
            "consumer_pii_count",
            assumed,
            "GET and purpose doc",
        ),
    ]
