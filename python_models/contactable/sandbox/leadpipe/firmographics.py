"""The vendor's bands and words, and the 16 filters as masks over arrays of people."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.codes import FEMALE, MALE, NOBODY
from contactable.sandbox.dates import days
from contactable.sandbox.hashing import Bools, Ints, share_many
from contactable.sandbox.leadpipe.requests import Filters
from contactable.sandbox.view import VendorView

SIZES = (
    "1 to 10", "11 to 25", "26 to 50", "51 to 100", "101 to 250", "251 to 500", "501 to 1000", "1001 to 5000",
    "5001 to 10000", "10001 or more",
)  # fmt: skip
_SIZE_ENDS = (10, 25, 50, 100, 250, 500, 1_000, 5_000, 10_000)
_LARGEST = 60_000
REVENUES = (
    "under 1 million", "1 million to 5 million", "5 million to 10 million", "10 million to 25 million",
    "25 million to 50 million", "50 million to 100 million", "100 million to 500 million",
    "500 million to 1 billion", "over 1 billion",
)  # fmt: skip
_REVENUE_ENDS = (1, 5, 10, 25, 50, 100, 500, 1_000)  # million dollars
SENIORITIES = ("staff", "senior", "manager", "director", "vp", "c_suite", "owner")
DEPARTMENTS = tuple(name.lower() for name in lexicon.FUNCTIONS)
AGE_RANGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
_AGE_STARTS = (25, 35, 45, 55, 65)
GENDERS = {FEMALE: "female", MALE: "male"}
INDUSTRIES = tuple(industry.name for industry in lexicon.INDUSTRIES)
STATES = tuple(state.code for state in lexicon.STATES)

_TITLE_WORDS = tuple(title.lower() for title, _, _ in lexicon.TITLES)
_TITLE_DEPARTMENT = np.array([function for _, function, _ in lexicon.TITLES])
_TITLE_SENIORITY = np.array([level for _, _, level in lexicon.TITLES])


def catalogue() -> dict[str, list[str]]:
    """Every legal value of the filters that choose from a list."""
    return {
        "seniority": list(SENIORITIES),
        "companyIndustry": list(INDUSTRIES),
        "companySize": list(SIZES),
        "department": list(DEPARTMENTS),
        "companyRevenueRange": list(REVENUES),
        "ageRange": list(AGE_RANGES),
        "gender": list(GENDERS.values()),
        "state": list(STATES),
    }


class Firmographics:
    """Reads a vendor's people and employers as codes into the tuples above; one number or a million."""

    def __init__(self, view: VendorView) -> None:
        self._view = view
        self._world = view.world

    @cached_property
    def size(self) -> NDArray[np.integer]:
        """Of every employer: index into SIZES."""
        bands = lexicon.EMPLOYEE_BANDS
        low = np.array([least for least, _ in bands], dtype=float)
        high = np.array([most or _LARGEST for _, most in bands], dtype=float)
        return np.searchsorted(_SIZE_ENDS, np.floor(self._between("headcount", low, high)))

    @cached_property
    def revenue(self) -> NDArray[np.integer]:
        """Of every employer: index into REVENUES."""
        ends = [float(end or 5_000) for _, end in lexicon.REVENUE_BANDS]
        return np.searchsorted(
            _REVENUE_ENDS, self._between("revenue", np.array([0.2, *ends[:-1]]), np.array(ends)), side="right"
        )

    def _between(self, purpose: str, low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
        """A number of every employer's own, inside its band."""
        band = self._world.employer_band
        draw = share_many(self._view.salt(purpose), np.arange(self._world.employers))
        numbers: NDArray[np.float64] = low[band] * (high[band] / low[band]) ** draw
        return numbers

    def age_range(self, people: Ints) -> NDArray[np.integer]:
        """Index into AGE_RANGES, on the world's day."""
        ages = np.floor((days(self._world.today) - self._world.birth_day[people]) / 365.25)
        return np.searchsorted(_AGE_STARTS, ages, side="right")

    def seniority(self, people: Ints) -> NDArray[np.integer]:
        """Index into SENIORITIES; says nothing about people without employer."""
        codes: NDArray[np.integer] = _TITLE_SENIORITY[self._world.title[people]]
        return codes

    def department(self, people: Ints) -> NDArray[np.integer]:
        """Index into DEPARTMENTS; says nothing about people without employer."""
        codes: NDArray[np.integer] = _TITLE_DEPARTMENT[self._world.title[people]]
        return codes

    def state(self, people: Ints) -> NDArray[np.integer]:
        """Index into STATES."""
        codes: NDArray[np.integer] = self._world.household_state[self._world.household[people]]
        return codes

    # --- what has-filters ask for -----------------------------------------------------------------------------

    def with_business_email(self, people: Ints) -> Bools:
        view, world = self._view, self._world
        stale = view.stale(people)
        now, former = world.mail_work[people], world.mail_old_work[people]
        known = view.known_mailboxes(now) | view.known_mailboxes(former)
        mask: Bools = np.where(stale, former != NOBODY, known)
        return mask

    def with_personal_email(self, people: Ints) -> Bools:
        view, world = self._view, self._world
        mask: Bools = view.known_mailboxes(world.mail_personal[people]) | view.known_mailboxes(
            world.mail_personal_2[people]
        )
        return mask

    def with_phone(self, people: Ints) -> Bools:
        view, world = self._view, self._world
        mask: Bools = (
            view.known_phones(world.mobile[people])
            | view.known_phones(world.mobile_2[people])
            | view.known_phones(world.landline[world.household[people]])
            | (view.known_phones(world.direct[people]) & ~view.stale(people))
        )
        return mask

    # --- all of them ------------------------------------------------------------------------------------------

    def mask(self, people: Ints, filters: Filters) -> Bools:
        """Who passes. Words compare case-blind; jobTitle and companyName are substrings, companyDomain is the
        whole domain.
        """
        world = self._world
        employer = self._view.employers(people)
        employed = employer != NOBODY
        at = np.where(employed, employer, 0)
        keep = np.ones(len(people), dtype=bool)

        def one_of(wanted: list[str], words: tuple[str, ...], codes: NDArray[np.integer]) -> Bools:
            chosen = {text.strip().lower() for text in wanted}
            legal = np.array([word.lower() in chosen for word in words])
            mask: Bools = legal[codes]
            return mask

        if filters.company_industry:
            keep &= employed & one_of(filters.company_industry, INDUSTRIES, world.employer_industry[at])
        if filters.company_size:
            keep &= employed & one_of(filters.company_size, SIZES, self.size[at])
        if filters.company_revenue_range:
            keep &= employed & one_of(filters.company_revenue_range, REVENUES, self.revenue[at])
        if filters.seniority:
            keep &= employed & one_of(filters.seniority, SENIORITIES, self.seniority(people))
        if filters.department:
            keep &= employed & one_of(filters.department, DEPARTMENTS, self.department(people))
        if filters.age_range:
            keep &= one_of(filters.age_range, AGE_RANGES, self.age_range(people))
        if filters.gender:
            keep &= one_of([filters.gender], ("female", "male", "unknown"), world.gender[people])
        if filters.state:
            names = {state.name.lower(): state.code for state in lexicon.STATES}
            code = names.get(filters.state.strip().lower(), filters.state)
            keep &= one_of([code], STATES, self.state(people))
        if filters.is_b2b:
            keep &= employed == (filters.is_b2b == "y")
        if filters.job_title:
            wanted = filters.job_title.strip().lower()
            keep &= employed & np.array([wanted in word for word in _TITLE_WORDS])[world.title[people]]
        if filters.company_domain:
            keep &= employed & (employer == world.find_employer(domain=filters.company_domain))
        if filters.company_name:
            keep &= employed & self._named(at, filters.company_name.strip().lower())
        if filters.has_business_email:
            keep &= self.with_business_email(people)
        if filters.has_personal_email:
            keep &= self.with_personal_email(people)
        if filters.has_linkedin:
            keep &= self._view.with_linkedin(people)
        if filters.has_phone:
            keep &= self.with_phone(people)
        return keep

    def _named(self, employers: Ints, part: str) -> Bools:
        """Whose name holds a part; each employer's name is read once."""
        different, position = np.unique(employers, return_inverse=True)
        holds = np.array([part in self._world.company_name(e).lower() for e in different.tolist()], dtype=bool)
        mask: Bools = holds[position]
        return mask
