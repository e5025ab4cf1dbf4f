"""The rows of an answer: the six documented fields, or the richer ones that the live API was seen to give."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from contactable.sandbox import lexicon
from contactable.sandbox.codes import MARRIED, NOBODY, OWNER
from contactable.sandbox.hashing import Ints
from contactable.sandbox.leadpipe.firmographics import (
    AGE_RANGES,
    DEPARTMENTS,
    GENDERS,
    REVENUES,
    SENIORITIES,
    SIZES,
    Firmographics,
)
from contactable.sandbox.leadpipe.runs import TOPIC_INDEX, Selection
from contactable.sandbox.view import VendorView

Row = dict[str, Any]

_EMPLOYMENT_KEYS = (
    "seniority", "department", "subdepartments", "jobFunctions", "companyDomain", "companyIndustry", "companySize",
    "companyRevenue", "companyRevenueRange", "companyCity", "companyState", "companyZip", "country",
    "companyLinkedinUrl", "companyDescription", "companyNaics", "companySic",
)  # fmt: skip

_INCOMES = ((50_000, "under 50 thousand"), (100_000, "50 thousand to 100 thousand"))
_WORTHS = ((100_000, "under 100 thousand"), (500_000, "100 thousand to 500 thousand"))
_MUCH = "more"


def _band(amount: int, bands: tuple[tuple[int, str], ...]) -> str:
    return next((label for end, label in bands if amount < end), _MUCH)


class RowWriter:
    """Writes the rows of a selection, by position; reads people through the vendor's view only."""

    def __init__(self, view: VendorView, firmographics: Firmographics) -> None:
        self._view = view
        self._firmographics = firmographics

    def documented(self, selection: Selection, at: int) -> Row:
        """hem, intentScore, topicId, email, company, jobTitle; texts may be empty, never null."""
        person = selection.person[at]
        company, title = self._job(person)
        return {
            "hem": selection.hem[at],
            "intentScore": selection.score[at],
            "topicId": selection.topic[at],
            "email": selection.email[at],
            "company": company,
            "jobTitle": title,
        }

    def _job(self, person: int) -> tuple[str, str]:
        employer = self._view.employer(person)
        if employer == NOBODY:
            return "", ""
        world = self._view.world
        return world.company_name(employer).lower(), world.job_title(person).lower()

    def masked(self, selection: Selection, at: int) -> Row:
        """A preview's row: the address is shortened beyond use."""
        row = self.documented(selection, at)
        name, _, host = row["email"].partition("@")
        return row | {"email": f"{name[:1]}***@{host[:1]}***" if host else "", "masked": True}

    def result(self, selection: Selection, at: int) -> Row:
        """A row of a saved audience's results."""
        return {
            "personId": self.person_id(selection.person[at]),
            "intentScore": selection.score[at],
            "email": selection.email[at],
        }

    def person_id(self, person: int) -> str:
        """The vendor's own id of a person, the same in every run."""
        return f"{self._view.key('person', person):016x}"

    def live(self, selection: Selection, at: int) -> Row:
        """56 keys and no `hem` (types of the vendor's SDK); most may be null, plurals are joined by commas."""
        person = selection.person[at]
        topic = lexicon.TOPICS[TOPIC_INDEX[selection.topic[at]]]
        company, title = self._job(person)
        return {
            "intentScore": selection.score[at],
            "topicId": selection.topic[at],
            "topicName": topic.name,
            "matchedTopicIds": selection.matched[at],
            "topicOverlap": len(selection.matched[at]),
            "email": selection.email[at] or None,
            **self._private(person),
            "jobTitle": title or None,
            "jobTitleNormalized": title or None,
            "company": company or None,
            **self._employment(person),
            **self._reachable(person),
            "emailHashes": _hashes([selection.hem[at]]),
            "allEmailHashes": _hashes([selection.hem[at], *map(_sha256, self._addresses(person))]),
        }

    def _private(self, person: int) -> Row:
        view, world = self._view, self._view.world
        household = int(world.household[person])
        slug = view.linkedin(person)
        employed = view.employer(person) != NOBODY
        return {
            "firstName": view.first_name(person),
            "lastName": view.last_name(person),
            "ageRange": AGE_RANGES[int(self._firmographics.age_range(_one(person))[0])],
            "gender": GENDERS.get(int(world.gender[person])),
            "headline": None,
            "photoUrl": None,
            "linkedinUrl": f"https://linkedin.com/in/{slug}" if slug else None,
            "incomeRange": _band(int(world.household_income[household]), _INCOMES),
            "netWorth": _band(int(world.household_worth[household]), _WORTHS),
            "hasChildren": bool(world.household_children[household]),
            "isHomeowner": bool(world.household_owner[household] == OWNER),
            "isMarried": bool(world.marital[person] == MARRIED),
            "isB2b": "y" if employed else "n",
            "isB2c": "y",
            "address": world.street_address(household),
            "city": world.city(household),
            "state": world.state(household).code,
            "zip": world.zip_code(household),
            "personalCountry": "US",
        }

    def _employment(self, person: int) -> Row:
        view, world, bands = self._view, self._view.world, self._firmographics
        employer = view.employer(person)
        if employer == NOBODY:
            return dict.fromkeys(_EMPLOYMENT_KEYS)
        industry = world.industry(employer)
        values = (
            SENIORITIES[int(bands.seniority(_one(person))[0])],
            DEPARTMENTS[int(bands.department(_one(person))[0])],
            None,
            None,
            world.company_domain(employer),
            industry.name,
            SIZES[int(bands.size[employer])],
            None,
            REVENUES[int(bands.revenue[employer])],
            world.company_city(employer),
            world.company_state(employer).code,
            world.company_zip(employer),
            "US",
            None,
            None,
            industry.naics,
            industry.sic,
        )
        return dict(zip(_EMPLOYMENT_KEYS, values, strict=True))

    def _reachable(self, person: int) -> Row:
        view, world = self._view, self._view.world
        mobile = [phone.e164 for phone in view.mobile_phones(person)]
        direct = [phone.e164 for phone in view.direct_phone(person)]
        personal = [world.email(m) for m in view.personal_mailboxes(person)]
        business = [world.email(m) for m in view.work_mailboxes(person)]
        return {
            "phones": _joined([*mobile, *direct]),
            "directNumbers": _joined(direct),
            "mobilePhones": _joined(mobile),
            "personalPhones": _joined(mobile),
            "emails": _joined([*personal, *business]),
            "personalEmail": personal[0] if personal else None,
            "personalEmails": _joined(personal),
            "businessEmail": business[0] if business else None,
            "businessEmails": _joined(business),
        }

    def _addresses(self, person: int) -> list[str]:
        return [self._view.world.email(m) for m in self._view.mailboxes(person)]


def _one(person: int) -> Ints:
    return np.array([person], dtype=np.int32)


def _joined(texts: list[str]) -> str | None:
    return ",".join(texts) or None


def _sha256(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _hashes(sha256: list[str]) -> Row:
    """Only SHA-256 is filled."""
    return {"sha256": ",".join(dict.fromkeys(sha256)), "sha1": None, "md5": None}
