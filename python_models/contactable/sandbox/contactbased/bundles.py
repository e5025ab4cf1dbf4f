"""The eleven enrichment bundles: what each holds of a contact. Contents documented, field names assumed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from contactable.sandbox import lexicon
from contactable.sandbox.codes import NOBODY
from contactable.sandbox.contactbased.people import People
from contactable.sandbox.contactbased.requests import Bundle
from contactable.sandbox.hashing import Ints

Data = dict[str, Any]

_CARRIERS = ("Example Wireless", "Sample Mobile", "Testville Telephone")
_AGE_BANDS = ((25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (200, "65+"))
_DWELLINGS = ("single_family", "multi_family", "condominium")
_ONE_YEAR = 365


class Bundles:
    """Builds a bundle for many people at once; None for a contact of whom the bundle knows nothing."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._view = people.view
        self._world = people.view.world
        self._builders: dict[Bundle, Callable[[Ints], Sequence[Data | None]]] = {
            "individual-core": self._core,
            "emails": self._emails,
            "phones": self._phones,
            "location": self._location,
            "professional": self._professional,
            "auto": self._auto,
            "interests": self._interests,
            "donor": self._donor,
            "household": self._household,
            "purchases": self._purchases,
            "financial": self._financial,
        }

    def data(self, bundle: Bundle, people: Ints) -> Sequence[Data | None]:
        """The bundle of each person, in order."""
        return self._builders[bundle](people)

    def _columns(self, people: Ints, *names: str) -> list[tuple[Any, ...]]:
        """A tuple of labels per person."""
        return list(zip(*(self._people.single(name, people) for name in names), strict=True))

    def _core(self, people: Ints) -> list[Data | None]:
        view, world = self._view, self._world
        facts = self._columns(people, "gender", "age", "city", "state", "zip")
        return [
            {
                "first_name": view.first_name(p),
                "last_name": view.last_name(p),
                "gender": gender,
                "birth_year": None if age is None else world.birth_date(p).year,
                "age_range": None if age is None else next(band for end, band in _AGE_BANDS if age < end),
                "address": world.street_address(int(world.household[p])),
                "city": city,
                "state": state,
                "zip": zip_code,
            }
            for p, (gender, age, city, state, zip_code) in zip(people.tolist(), facts, strict=True)
        ]

    def _emails(self, people: Ints) -> list[Data | None]:
        return [
            {"emails": [self._email(m, "personal") for m in personal] + [self._email(m, "work") for m in work]}
            if personal or work
            else None
            for personal, work in (
                (self._view.personal_mailboxes(p), self._view.work_mailboxes(p)) for p in people.tolist()
            )
        ]

    def _email(self, mailbox: int, kind: str) -> Data:
        address = self._world.email(mailbox)
        text = address.encode()
        return {
            "email": address,
            "type": kind,
            "md5": hashlib.md5(text, usedforsecurity=False).hexdigest(),
            "sha1": hashlib.sha1(text, usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(text).hexdigest(),
            "last_seen": self._world.mail_seen_on(mailbox).isoformat(),
        }

    def _phones(self, people: Ints) -> list[Data | None]:
        view = self._view
        found: list[Data | None] = []
        for person in people.tolist():
            numbers = [
                {
                    "phone": phone.e164,
                    "type": phone.kind,
                    "carrier": _CARRIERS[view.pick("carrier", phone.slot, len(_CARRIERS))],
                    "dnc": phone.dnc,
                    "last_seen": self._days_ago(view.pick("phone_seen", phone.slot, _ONE_YEAR)),
                }
                for phone in view.phones(person)
            ]
            found.append({"phones": numbers} if numbers else None)
        return found

    def _days_ago(self, count: int) -> str:
        return (self._world.today - timedelta(days=count)).isoformat()

    def _location(self, people: Ints) -> list[Data | None]:
        world = self._world
        facts = self._columns(people, "city", "state", "zip")
        return [
            {
                "address": world.street_address(home),
                "city": city,
                "state": state,
                "zip": zip_code,
                "zip4": f"{world.household_zip4[home]:04d}",
                "county": f"{city} County",
                "latitude": round(world.state(home).latitude + self._view.share("latitude", home) - 0.5, 5),
                "longitude": round(world.state(home).longitude + self._view.share("longitude", home) - 0.5, 5),
                "dma": world.state(home).market,
            }
            for home, (city, state, zip_code) in zip(world.household[people].tolist(), facts, strict=True)
        ]

    def _professional(self, people: Ints) -> list[Data | None]:
        return [self._job(p) for p in people.tolist()]

    def _job(self, person: int) -> Data | None:
        view, world = self._view, self._world
        employer, profile = view.employer(person), view.linkedin_url(person)
        if employer == NOBODY and not profile:
            return None
        employed = employer != NOBODY
        return {
            "job_title": world.job_title(person) if employed else None,
            "seniority": world.job_level(person).lower() if employed else None,
            "department": world.job_function(person).lower() if employed else None,
            "company_name": world.company_name(employer) if employed else None,
            "company_domain": world.company_domain(employer) if employed else None,
            "industry": world.industry(employer).name if employed else None,
            "linkedin_url": f"https://www.{profile}" if profile else None,
        }

    def _auto(self, people: Ints) -> list[Data | None]:
        return [self._garage(p) for p in people.tolist()]

    def _garage(self, person: int) -> Data | None:
        world = self._world
        vehicles = [
            {"year": int(world.vehicle_year[v]), "make": car.make, "model": car.model, "body_style": car.body}
            for v in world.vehicles_of(person)
            for car in (lexicon.CARS[world.vehicle_model[v]],)
        ]
        return {"vehicle_count": len(vehicles), "vehicles": vehicles} if vehicles else None

    def _interests(self, people: Ints) -> list[Data | None]:
        return [{"interests": found} if found else None for found in self._people.single("interests", people)]

    def _donor(self, people: Ints) -> list[Data | None]:
        return [
            {"is_donor": donor, "causes": causes if donor else []}
            for donor, causes in self._columns(people, "donor", "causes")
        ]

    def _household(self, people: Ints) -> list[Data | None]:
        world = self._world
        facts = self._columns(people, "household_size", "has_children", "home_owner", "home_value")
        return [
            {
                "household_size": size,
                "has_children": children,
                "home_owner": owner,
                "home_value_range": value,
                "dwelling_type": _DWELLINGS[self._view.pick("dwelling", home, len(_DWELLINGS))],
                "year_built": int(world.household_built[home]),
            }
            for home, (size, children, owner, value) in zip(world.household[people].tolist(), facts, strict=True)
        ]

    def _purchases(self, people: Ints) -> list[Data | None]:
        return [
            {
                "categories": found,
                "last_purchase_date": self._days_ago(self._view.pick("purchased", person, _ONE_YEAR)),
            }
            if found
            else None
            for person, found in zip(people.tolist(), self._people.single("purchases", people), strict=True)
        ]

    def _financial(self, people: Ints) -> list[Data | None]:
        return [
            {"credit_range": credit, "income_range": income, "net_worth_range": worth, "investor": investor}
            for (credit, income, worth), investor in zip(
                self._columns(people, "credit_range", "household_income", "net_worth"),
                (self._world.household_worth[self._world.household[people]] > 250_000).tolist(),
                strict=True,
            )
        ]
