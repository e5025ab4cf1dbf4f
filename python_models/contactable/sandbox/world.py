"""One invented world: people, households, employers, mailboxes, numbers, vehicles, interests; grown from
(people, seed, today).

Everything is a numpy column; a person, household, employer, mailbox or vehicle is its row number, a phone its
slot (`identifiers.PHONE_SLOTS`). Texts are built when asked for: one at a time by the methods here, in bulk by
`world_texts`. 2,000 people take milliseconds, a million a few seconds.

The reserved 555-01XX space has about 79,000 numbers. As long as a world needs fewer than `PHONE_BUDGET`,
everybody who should have a number has one; beyond that coverage thins out evenly (at a million people about one
in thirty keeps a mobile number).

A vendor never reads the world directly: it reads its `view` (`contactable.sandbox.view`).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import identifiers, lexicon
from contactable.sandbox.codes import LANDLINE, NO_PHONE, NOBODY, SWITCHBOARD
from contactable.sandbox.columns import Columns
from contactable.sandbox.dates import day_of, days
from contactable.sandbox.hashing import Ints, Lookup, UInts, mix, mix_many, salt_of
from contactable.sandbox.mail import MailIndex, MailText
from contactable.sandbox.signals import DaySignals, SignalSource

if TYPE_CHECKING:
    from contactable.sandbox.view import VendorView

_SLUG_STEP = 1_000_000_007  # coprime with 36**6, so that slugs are a permutation


class World(Columns):
    """The truth, read by row number: people (ordered by household), households, employers, mailboxes, vehicles."""

    def __init__(self, people: int = 2_000, seed: int = 1, today: date | None = None) -> None:
        """See `Columns`; `today` (default 2026-11-21) decides ages and last-seen dates, nothing else."""
        super().__init__(people, seed, today)
        self._views: dict[str, VendorView] = {}

    # --- reading: one member at a time ------------------------------------------------------------------------

    def first_name(self, person: int) -> str:
        return self.first_words[int(self.first[person])]

    def last_name(self, person: int) -> str:
        return self.last_words[int(self.last[person])]

    def age(self, person: int, on: date | None = None) -> int:
        """Full years on a day (default: the world's today)."""
        return int((days(on or self.today) - int(self.birth_day[person])) / 365.25)

    def birth_date(self, person: int) -> date:
        return day_of(int(self.birth_day[person]))

    def state(self, household: int) -> lexicon.State:
        return lexicon.STATES[int(self.household_state[household])]

    def street_address(self, household: int) -> str:
        """`12 Alder St` or `12 Alder St Apt 4`."""
        line = self.building_address(household)
        unit = int(self.household_unit[household])
        return f"{line} Apt {unit}" if unit else line

    def building_address(self, household: int) -> str:
        street = lexicon.STREETS[self.household_street[household]]
        suffix = lexicon.STREET_SUFFIXES[self.household_suffix[household]]
        return f"{self.household_number[household]} {street} {suffix}"

    def city(self, household: int) -> str:
        return lexicon.TOWNS[int(self.household_town[household])]

    def zip_code(self, household: int) -> str:
        return f"{self.household_zip[household]:05d}"

    def residents(self, household: int) -> range:
        return range(int(self.household_start[household]), int(self.household_start[household + 1]))

    def company_name(self, employer: int) -> str:
        first = lexicon.COMPANY_FIRST[self.employer_first[employer]]
        second = lexicon.COMPANY_SECOND[self.employer_second[employer]]
        return f"{first} {second} {self.industry(employer).word}"

    def company_domain(self, employer: int) -> str:
        """`<name with dashes>.example`."""
        return f"{self.company_name(employer).lower().replace(' ', '-')}.example"

    def industry(self, employer: int) -> lexicon.Industry:
        return lexicon.INDUSTRIES[int(self.employer_industry[employer])]

    def company_address(self, employer: int) -> str:
        street = lexicon.STREETS[self.employer_street[employer]]
        suffix = lexicon.STREET_SUFFIXES[self.employer_suffix[employer]]
        return f"{self.employer_number[employer]} {street} {suffix}"

    def company_city(self, employer: int) -> str:
        return lexicon.TOWNS[int(self.employer_town[employer])]

    def company_state(self, employer: int) -> lexicon.State:
        return lexicon.STATES[int(self.employer_state[employer])]

    def company_zip(self, employer: int) -> str:
        return f"{self.employer_zip[employer]:05d}"

    def ein(self, employer: int) -> str:
        """Employer identification number with prefix 00, which is never issued: `00-NNNNNNN`."""
        return f"00-{employer:07d}"

    def employees(self, employer: int) -> list[int]:
        """The people whose current employer it is."""
        return list(self._employees.get(employer))

    @cached_property
    def _employees(self) -> Lookup:
        who = np.flatnonzero(self.employer != NOBODY).astype(np.int32)
        return Lookup(self.employer[who].astype(np.uint64), who)

    def job_title(self, person: int) -> str:
        return lexicon.TITLES[int(self.title[person])][0]

    def job_function(self, person: int) -> str:
        return lexicon.FUNCTIONS[lexicon.TITLES[int(self.title[person])][1]]

    def job_level(self, person: int) -> str:
        return lexicon.LEVELS[lexicon.TITLES[int(self.title[person])][2]]

    def email(self, mailbox: int) -> str:
        """The address, lower case."""
        return self.mail_text.one(mailbox)

    def mail_seen_on(self, mailbox: int) -> date:
        return day_of(int(self.mail_seen[mailbox]))

    def linkedin(self, person: int) -> str:
        """The slug (`ada-sample-0k3x9z`), or "" when the person has no profile."""
        if not self.has_linkedin[person]:
            return ""
        first, last = self.first_ascii[self.first[person]], self.last_ascii[self.last[person]]
        tail = identifiers.base36((person * _SLUG_STEP + self._slug_shift) % identifiers.SLUG_SPACE)
        return f"{first}-{last}-{tail}"

    @cached_property
    def _slug_shift(self) -> int:
        return salt_of(self.seed, "slugs") % identifiers.SLUG_SPACE

    def maid(self, person: int) -> str:
        """Mobile advertising id, or "". Every second one is an Apple id and written in capitals."""
        if not self.has_device[person]:
            return ""
        high, low = mix(self._device_salt, person), mix(self._device_salt ^ 1, person)
        return identifiers.device_id(high, low, upper=bool(low & 1))

    @cached_property
    def _device_salt(self) -> int:
        return salt_of(self.seed, "devices")

    def ip(self, person: int) -> str:
        return identifiers.household_ip(int(self.household[person]))

    def vehicles_of(self, person: int) -> range:
        return range(int(self.vehicle_start[person]), int(self.vehicle_start[person + 1]))

    def vin(self, vehicle: int) -> str:
        car = lexicon.CARS[self.vehicle_model[vehicle]]
        return identifiers.vin(car.wmi, car.vds, int(self.vehicle_year[vehicle]), vehicle)

    # --- finding: from an identifier, however it is written, to the member it truly belongs to ----------------

    @cached_property
    def mail_text(self) -> MailText:
        return MailText(self)

    @cached_property
    def mail_index(self) -> MailIndex:
        """Built once, when somebody first asks by address or hash (a million people: some seconds)."""
        return MailIndex(self)

    def find_email(self, address: str) -> int:
        """The mailbox of an address (case and blanks do not matter), or -1."""
        return self.mail_index.by_address(address)

    def find_hash(self, digest: str) -> int:
        """The mailbox of an MD5, SHA-1 or SHA-256 of a trimmed, lower-case address (told apart by length), or
        -1.
        """
        return self.mail_index.by_hash(digest)

    def find_phone(self, text: str) -> int:
        """The slot of a number that belongs to somebody, or -1."""
        slot = identifiers.read_phone(text)
        return slot if slot >= 0 and self.phone_type[slot] != NO_PHONE else NOBODY

    def phone_people(self, slot: int) -> list[int]:
        """Who can be reached there: the owner, everybody at home, or everybody at work."""
        owner, kind = int(self.phone_owner[slot]), int(self.phone_type[slot])
        if kind == NO_PHONE:
            return []
        if kind == LANDLINE:
            return list(self.residents(owner))
        return self.employees(owner) if kind == SWITCHBOARD else [owner]

    def find_linkedin(self, text: str) -> int:
        """The person of a profile URL or slug, or -1."""
        slug = identifiers.linkedin_slug(text)
        tail = slug.rsplit("-", 1)[-1]
        if len(tail) != 6 or not tail.isalnum() or not tail.isascii():
            return NOBODY
        shifted = (int(tail, 36) - self._slug_shift) % identifiers.SLUG_SPACE
        person = shifted * pow(_SLUG_STEP, -1, identifiers.SLUG_SPACE) % identifiers.SLUG_SPACE
        return person if person < self.size and self.linkedin(person) == slug else NOBODY

    def find_maid(self, text: str) -> int:
        """The person of a device id, case-blind, or -1."""
        key = identifiers.device_key(text)
        for person in self._devices.get(key) if key >= 0 else ():
            if self.maid(person).lower().replace("-", "") == text.strip().lower().replace("-", ""):
                return person
        return NOBODY

    @cached_property
    def _devices(self) -> Lookup:
        who = np.flatnonzero(self.has_device).astype(np.int32)
        keys: UInts = mix_many(self._device_salt, who) >> np.uint64(16)
        return Lookup(keys, who)

    def find_vin(self, text: str) -> int:
        """The vehicle of a VIN, or -1."""
        number = identifiers.vin_number(text)
        return number if 0 <= number < self.vehicles and self.vin(number) == text.strip().upper() else NOBODY

    def find_household_by_ip(self, text: str) -> int:
        kind, number = identifiers.read_ip(text)
        return number if kind == "household" and number < self.households else NOBODY

    def find_employer_by_ip(self, text: str) -> int:
        kind, number = identifiers.read_ip(text)
        return number if kind == "employer" and number < self.employers else NOBODY

    def find_households(self, address: str, zip_code: str) -> list[int]:
        """The households in one building; street suffix spelling, case, unit and ZIP+4 do not matter."""
        return list(self._buildings.get(_place_key(address, zip_code)))

    def find_employers_at(self, address: str, zip_code: str) -> list[int]:
        return list(self._sites.get(_place_key(address, zip_code)))

    @cached_property
    def _buildings(self) -> Lookup:
        return Lookup(
            _place_keys(self.household_number, self.household_street, self.household_suffix, self.household_zip)
        )

    @cached_property
    def _sites(self) -> Lookup:
        return Lookup(
            _place_keys(self.employer_number, self.employer_street, self.employer_suffix, self.employer_zip)
        )

    def find_employer(self, name: str = "", domain: str = "", ein: str = "") -> int:
        """By domain, EIN (with or without dash) or exact name, the first that is given; -1 when unknown."""
        if domain:
            host = domain.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
            name = host.split("/", 1)[0].removesuffix(".example").replace("-", " ")
        elif ein:
            digits = ein.replace("-", "").strip()
            number = int(digits) if digits.isdecimal() and len(digits) == 9 else NOBODY
            return number if number < self.employers else NOBODY
        for employer in self._employer_names.get(salt_of(name.strip().lower())):
            if self.company_name(employer).lower() == name.strip().lower():
                return employer
        return NOBODY

    @cached_property
    def _employer_names(self) -> Lookup:
        names = (self.company_name(e).lower() for e in range(self.employers))
        return Lookup(np.fromiter((salt_of(name) for name in names), dtype=np.uint64, count=self.employers))

    # --- intent -----------------------------------------------------------------------------------------------

    def signals(self, day: date) -> DaySignals:
        """What people truly showed on one day; the same for ever, whatever the clock says."""
        return self._signal_source.day(day)

    @cached_property
    def _signal_source(self) -> SignalSource:
        return SignalSource(self)

    # --- vendors ----------------------------------------------------------------------------------------------

    def view(self, vendor: str) -> VendorView:
        """How one vendor sees the world: its gaps, its typos, its stale employers. See
        `contactable.sandbox.view`.
        """
        from contactable.sandbox.view import VendorView

        if vendor not in self._views:
            self._views[vendor] = VendorView(self, vendor)
        return self._views[vendor]


def _place_keys(number: Ints, street: NDArray[np.int16], suffix: NDArray[np.int8], zips: Ints) -> UInts:
    packed: UInts = (
        (number.astype(np.uint64) << np.uint64(40))
        + (street.astype(np.uint64) << np.uint64(28))
        + (suffix.astype(np.uint64) << np.uint64(20))
        + zips.astype(np.uint64)
    )
    return packed


_STREET_CODES = {word.lower(): code for code, word in enumerate(lexicon.STREETS)}
_SUFFIX_CODES = {word.lower(): code for code, word in enumerate(lexicon.STREET_SUFFIXES)}


def _place_key(address: str, zip_code: str) -> int:
    words = address.lower().replace(",", " ").replace(".", " ").replace("#", " ").split()
    if len(words) < 3 or not words[0].isdecimal():
        return NOBODY
    street = _STREET_CODES.get(words[1], NOBODY)
    suffix = _SUFFIX_CODES.get(lexicon.SUFFIX_WORDS.get(words[2], words[2]), NOBODY)
    digits = zip_code.strip()[:5]
    if street < 0 or suffix < 0 or not digits.isdecimal():
        return NOBODY
    return (int(words[0]) << 40) + (street << 28) + (suffix << 20) + int(digits)
