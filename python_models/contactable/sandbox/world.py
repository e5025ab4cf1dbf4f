"""One invented world: people, households, employers, mailboxes, numbers, vehicles, interests; grown from (people, seed, today).

Everything is a numpy column; a person, household, employer, mailbox or vehicle is its row number, a phone its slot
(`identifiers.PHONE_SLOTS`). Texts are built when asked for: one at a time by the methods here, in bulk by `world_texts`.
2,000 people take milliseconds, a million a few seconds.

The reserved 555-01XX space has about 79,000 numbers. As long as a world needs fewer than `PHONE_BUDGET`, everybody who should
have a number has one; beyond that coverage thins out evenly (at a million people about one in thirty keeps a mobile number).

A vendor never reads the world directly: it reads its `view` (`contactable.sandbox.view`).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import identifiers, lexicon
from contactable.sandbox.codes import (
    FEMALE,
    LANDLINE,
    MARRIED,
    MOBILE,
    NO_PHONE,
    NOBODY,
    OLD_WORK_MAIL,
    PERSONAL,
    PERSONAL_2,
    ROLE_MAIL,
    SINGLE,
    SWITCHBOARD,
    UNKNOWN_MARITAL,
    WORK,
    WORK_MAIL,
)
from contactable.sandbox.hashing import Bools, Ints, Lookup, UInts, mix, mix_many, rank_within, salt_of
from contactable.sandbox.mail import MailIndex, MailText
from contactable.sandbox.signals import DaySignals, SignalSource

if TYPE_CHECKING:
    from contactable.sandbox.view import VendorView

PHONE_BUDGET = 70_000
"""Numbers that may be given out; the rest of the reserved space stays free, for numbers that belong to nobody."""

_SLUG_STEP = 1_000_000_007  # coprime with 36**6, so that slugs are a permutation


class World:
    """The truth. Rows: people 0..n-1 ordered by household, households, employers, mailboxes, vehicles."""

    def __init__(self, people: int = 2_000, seed: int = 1, today: date | None = None) -> None:
        """`people` >= 1. Nothing but ages and last-seen dates depends on `today` (default: 2026-11-21)."""
        if people < 1:
            msg = f"a world needs at least one person, not {people}"
            raise ValueError(msg)
        self.size = people
        self.seed = seed
        self.today = today or date(2026, 11, 21)
        self.first_words, first_weights, self._female_names = lexicon.first_names()
        self.last_words, last_weights = lexicon.last_names()
        self._first_weights = np.array(first_weights)
        self._last_weights = np.array(last_weights)
        self._views: dict[str, VendorView] = {}
        self._grow_employers()
        self._grow_households()
        self._grow_people()
        self._grow_phones()
        self._grow_mailboxes()
        self._grow_vehicles()
        self._grow_interests()

    def _random(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng(salt_of(self.seed, purpose))

    # --- growing ----------------------------------------------------------------------------------------------------------

    def _grow_employers(self) -> None:
        """Employers: one for about 18 people, sizes by a heavy tail, names unique, domain = name + `.example`."""
        random = self._random("employers")
        self.employers = count = max(12, self.size // 18)
        first, second, industries = (
            len(lexicon.COMPANY_FIRST),
            len(lexicon.COMPANY_SECOND),
            len(lexicon.INDUSTRIES),
        )
        picked = random.permutation(first * second * industries)[:count] if count < 100_000 else np.arange(count)
        self.employer_industry: NDArray[np.int8] = (picked % industries).astype(np.int8)
        self.employer_first: NDArray[np.int16] = (picked // industries % first).astype(np.int16)
        self.employer_second: NDArray[np.int16] = (picked // industries // first % second).astype(np.int16)
        self.employer_state, self.employer_town, self.employer_zip = self._places(random, count)
        self.employer_number: Ints = random.integers(1, 9_999, count, dtype=np.int32)
        self.employer_street: NDArray[np.int16] = random.integers(0, len(lexicon.STREETS), count, dtype=np.int16)
        self.employer_suffix: NDArray[np.int8] = random.integers(
            0, len(lexicon.STREET_SUFFIXES), count, dtype=np.int8
        )
        self.employer_band: NDArray[np.int8] = random.choice(
            len(lexicon.EMPLOYEE_BANDS), count, p=(0.2, 0.28, 0.22, 0.12, 0.08, 0.06, 0.02, 0.02)
        ).astype(np.int8)
        self.employer_founded: NDArray[np.int16] = random.integers(1930, 2022, count, dtype=np.int16)
        self.employer_mail_style: NDArray[np.int8] = random.choice(3, count, p=(0.6, 0.3, 0.1)).astype(np.int8)
        self.employer_catch_all: Bools = random.random(count) < 0.12

    def _places(self, random: np.random.Generator, count: int) -> tuple[NDArray[np.int8], NDArray[np.int8], Ints]:
        weights = np.array(lexicon.STATE_WEIGHTS, dtype=float)
        state = random.choice(len(lexicon.STATES), count, p=weights / weights.sum()).astype(np.int8)
        town = random.integers(0, len(lexicon.TOWNS), count).astype(np.int8)
        widest = max(len(s.zip_prefixes) for s in lexicon.STATES)
        prefixes = np.array(
            [[int(s.zip_prefixes[i % len(s.zip_prefixes)]) for i in range(widest)] for s in lexicon.STATES],
            dtype=np.int32,
        )
        zips: Ints = prefixes[state, town % widest] * 100 + (town.astype(np.int32) * 7 + state) % 100
        return state, town, zips

    def _grow_households(self) -> None:
        """Households of one to five adults; people are numbered household by household."""
        random = self._random("households")
        sizes = random.choice(5, self.size, p=(0.36, 0.42, 0.13, 0.06, 0.03)) + 1
        ends = np.cumsum(sizes)
        self.households = count = int(np.searchsorted(ends, self.size)) + 1
        self.household_start: Ints = np.concatenate(([0], ends[:count])).astype(np.int32)
        self.household_start[-1] = self.size
        self.household_state, self.household_town, self.household_zip = self._places(random, count)
        self.household_zip4: NDArray[np.int16] = random.integers(1_000, 9_999, count, dtype=np.int16)
        self.household_number: Ints = random.integers(1, 9_999, count, dtype=np.int32)
        self.household_street: NDArray[np.int16] = random.integers(0, len(lexicon.STREETS), count, dtype=np.int16)
        self.household_suffix: NDArray[np.int8] = random.integers(
            0, len(lexicon.STREET_SUFFIXES), count, dtype=np.int8
        )
        self.household_unit: NDArray[np.int16] = np.where(
            random.random(count) < 0.2, random.integers(1, 400, count), 0
        ).astype(np.int16)
        self.household_income: Ints = np.minimum(random.lognormal(11.2, 0.6, count), 2_000_000).astype(np.int32)
        self.household_worth: Ints = np.clip(random.lognormal(12.0, 1.4, count) - 20_000, 0, 20_000_000).astype(
            np.int32
        )
        self.household_owner: NDArray[np.int8] = random.choice(4, count, p=(0.58, 0.28, 0.08, 0.06)).astype(
            np.int8
        )
        self.household_home_value: Ints = random.lognormal(12.7, 0.4, count).astype(np.int32)
        self.household_built: NDArray[np.int16] = random.integers(1920, 2024, count, dtype=np.int16)
        self.household_moved_in: NDArray[np.int16] = random.integers(1985, 2026, count, dtype=np.int16)
        self.household_children: NDArray[np.int8] = random.choice(4, count, p=(0.62, 0.16, 0.16, 0.06)).astype(
            np.int8
        )

    def _grow_people(self) -> None:
        """Adults. The first of a household gives most of the others the last name."""
        random = self._random("people")
        n = self.size
        counts = np.diff(self.household_start)
        self.household: Ints = np.repeat(np.arange(self.households, dtype=np.int32), counts)
        position = np.arange(n, dtype=np.int32) - self.household_start[self.household]

        self.gender: NDArray[np.int8] = random.choice(3, n, p=(0.5, 0.48, 0.02)).astype(np.int8)
        weights_f = self._first_weights[: self._female_names]
        weights_m = self._first_weights[self._female_names :]
        female = random.choice(len(weights_f), n, p=weights_f / weights_f.sum())
        male = random.choice(len(weights_m), n, p=weights_m / weights_m.sum()) + self._female_names
        self.first: NDArray[np.int16] = np.where(self.gender == FEMALE, female, male).astype(np.int16)
        weights_l = self._last_weights
        last = random.choice(len(weights_l), n, p=weights_l / weights_l.sum()).astype(np.int16)
        shared = (position > 0) & (random.random(n) < 0.8)
        self.last: NDArray[np.int16] = np.where(shared, last[self.household_start[self.household]], last).astype(
            np.int16
        )

        head_age = random.integers(24, 84, self.households)
        age = head_age[self.household] + np.where(position == 1, random.integers(-6, 7, n), 0)
        age = np.where(position > 1, 18 + random.integers(0, 20, n), np.maximum(age, 19))
        self.birth_day: Ints = (_days(date(2026, 1, 1)) - age * 365.25 - random.integers(0, 365, n)).astype(
            np.int32
        )
        paired = (position < 2) & (counts[self.household] > 1)
        self.marital: NDArray[np.int8] = np.where(
            random.random(n) < 0.08, UNKNOWN_MARITAL, np.where(paired, MARRIED, SINGLE)
        ).astype(np.int8)
        self.credit: NDArray[np.int16] = np.clip(random.normal(700, 75, n), 400, 850).astype(np.int16)
        self.occupation: NDArray[np.int8] = random.integers(0, len(lexicon.OCCUPATIONS), n).astype(np.int8)
        self.veteran: Bools = random.random(n) < 0.07

        popularity = 1.0 / np.arange(1, self.employers + 1) ** 0.6
        employed = (random.random(n) < np.where(age < 67, 0.72, 0.12)) & (age > 19)
        cumulative = np.cumsum(popularity / popularity.sum())
        cumulative[-1] = 1.0
        self.employer: Ints = np.where(employed, np.searchsorted(cumulative, random.random(n)), NOBODY).astype(
            np.int32
        )
        moved = employed & (random.random(n) < 0.45)
        self.previous_employer: Ints = np.where(
            moved, np.searchsorted(cumulative, random.random(n)), NOBODY
        ).astype(np.int32)
        self.previous_employer[self.previous_employer == self.employer] = NOBODY
        self.title: NDArray[np.int16] = random.integers(0, len(lexicon.TITLES), n, dtype=np.int16)
        self.job_start: Ints = (_days(date(2026, 10, 1)) - random.integers(30, 4_000, n)).astype(np.int32)
        self.has_linkedin: Bools = np.where(employed, random.random(n) < 0.85, random.random(n) < 0.25)
        self.has_device: Bools = random.random(n) < 0.7

    def _grow_phones(self) -> None:
        """Numbers by state, switchboards first; each belongs to one person, one household or one employer."""
        random = self._random("phones")
        n = self.size
        wants = {
            SWITCHBOARD: (random.random(self.employers) < 0.95, self.employer_state),
            MOBILE: (random.random(n) < 0.88, self.household_state[self.household]),
            LANDLINE: (random.random(self.households) < 0.4, self.household_state),
            WORK: ((self.employer != NOBODY) & (random.random(n) < 0.35), self.household_state[self.household]),
        }
        second = (random.random(n) < 0.12) & wants[MOBILE][0]
        demand = sum(int(mask.sum()) for mask, _ in wants.values()) + int(second.sum())
        keep = min(1.0, PHONE_BUDGET / demand)
        self.phone_type: NDArray[np.int8] = np.zeros(identifiers.PHONE_SLOTS, dtype=np.int8)
        self.phone_owner: Ints = np.full(identifiers.PHONE_SLOTS, NOBODY, dtype=np.int32)

        local = [
            random.permutation(np.concatenate([code * 100 + np.arange(100) for code in state.area_codes]))
            for state in lexicon.STATES
        ]
        ours = np.concatenate(local)
        every = (identifiers.area_codes()[:, None] * 100 + np.arange(100)).ravel()
        spare = random.permutation(np.setdiff1d(every, ours))
        taken = np.zeros(len(lexicon.STATES), dtype=np.int64)
        taken_spare = 0

        def give(kind: int, mask: Bools, states: NDArray[np.int8]) -> Ints:
            nonlocal taken_spare
            given = np.full(len(mask), NOBODY, dtype=np.int32)
            owners = np.flatnonzero(mask & (random.random(len(mask)) < keep))
            for state, pool in enumerate(local):
                here = owners[states[owners] == state]
                ready = pool[taken[state] : taken[state] + len(here)]
                given[here[: len(ready)]] = ready
                taken[state] += len(ready)
                late = here[len(ready) :]
                more = spare[taken_spare : taken_spare + len(late)]
                given[late[: len(more)]] = more
                taken_spare += len(more)
            got = np.flatnonzero(given != NOBODY)
            self.phone_type[given[got]] = kind
            self.phone_owner[given[got]] = got
            return given

        self.employer_phone = give(SWITCHBOARD, *wants[SWITCHBOARD])
        self.mobile = give(MOBILE, *wants[MOBILE])
        self.mobile_2 = give(MOBILE, second, wants[MOBILE][1])
        self.landline = give(LANDLINE, *wants[LANDLINE])
        self.direct = give(WORK, *wants[WORK])

        alive = random.choice(6, identifiers.PHONE_SLOTS, p=(0.06, 0.08, 0.11, 0.16, 0.25, 0.34))
        dead = random.choice(6, identifiers.PHONE_SLOTS, p=(0.72, 0.2, 0.05, 0.01, 0.01, 0.01))
        self.phone_score: NDArray[np.int8] = np.where(self.phone_type == NO_PHONE, dead, alive).astype(np.int8)
        listed = np.array([0.0, 0.22, 0.35, 0.05, 0.02])[self.phone_type]
        self.phone_dnc: Bools = random.random(identifiers.PHONE_SLOTS) < listed

    def _grow_mailboxes(self) -> None:
        """Personal, second personal, work, former work and role mailboxes, in this order."""
        random = self._random("mailboxes")
        n = self.size
        employed = self.employer != NOBODY
        moved = self.previous_employer != NOBODY
        has = {
            PERSONAL: random.random(n) < 0.93,
            PERSONAL_2: random.random(n) < 0.3,
            WORK_MAIL: employed & (random.random(n) < 0.92),
            OLD_WORK_MAIL: moved & (random.random(n) < 0.8),
        }
        owners, kinds, employers = [], [], []
        slots = []
        start = 0
        for kind, mask in has.items():
            who = np.flatnonzero(mask).astype(np.int32)
            slot = np.full(n, NOBODY, dtype=np.int32)
            slot[who] = np.arange(start, start + len(who), dtype=np.int32)
            slots.append(slot)
            start += len(who)
            owners.append(who)
            kinds.append(np.full(len(who), kind, dtype=np.int8))
            at = {WORK_MAIL: self.employer, OLD_WORK_MAIL: self.previous_employer}.get(kind)
            employers.append(np.full(len(who), NOBODY, dtype=np.int32) if at is None else at[who])
        self.mail_personal, self.mail_personal_2, self.mail_work, self.mail_old_work = slots
        self.first_role_mailbox = start
        roles = self.employers * len(lexicon.ROLES)
        owners.append(np.full(roles, NOBODY, dtype=np.int32))
        kinds.append(np.full(roles, ROLE_MAIL, dtype=np.int8))
        employers.append(np.repeat(np.arange(self.employers, dtype=np.int32), len(lexicon.ROLES)))
        self.mail_owner: Ints = np.concatenate(owners)
        self.mail_kind: NDArray[np.int8] = np.concatenate(kinds)
        self.mail_employer: Ints = np.concatenate(employers)
        self.mailboxes = count = len(self.mail_owner)

        self.first_ascii = np.array([lexicon.ascii_fold(w) for w in self.first_words])
        self.last_ascii = np.array([lexicon.ascii_fold(w) for w in self.last_words])
        self.mail_rank = self._mail_ranks()
        self.mail_domain: NDArray[np.int8] = random.choice(
            len(lexicon.PERSONAL_DOMAINS), count, p=(0.3, 0.18, 0.08, 0.16, 0.12, 0.1, 0.06)
        ).astype(np.int8)

        codes = np.array([10, 20, 30, 40, 50], dtype=np.int8)
        good = codes[random.choice(5, count, p=(0.8, 0.06, 0.09, 0.04, 0.01))]
        gone = codes[random.choice(5, count, p=(0.05, 0.05, 0.84, 0.06, 0.0))]
        kind = self.mail_kind
        status = np.where(kind == OLD_WORK_MAIL, gone, good)
        status = np.where(kind == ROLE_MAIL, 20, status)
        catch_all = (self.mail_employer != NOBODY) & self.employer_catch_all[self.mail_employer]
        self.mail_status: NDArray[np.int8] = np.where(catch_all, 50, status).astype(np.int8)
        age = np.where(self.mail_status == 30, random.integers(200, 1_500, count), random.gamma(1.2, 60, count))
        self.mail_seen: Ints = (_days(self.today) - np.minimum(age, 2_000)).astype(np.int32)

    def _mail_ranks(self) -> Ints:
        """The number behind a local part that somebody else already has at the same domain."""
        first_code = np.unique(self.first_ascii, return_inverse=True)[1].astype(np.int64)
        last_code = np.unique(self.last_ascii, return_inverse=True)[1].astype(np.int64)
        letter = np.array([ord(w[0]) for w in self.first_ascii], dtype=np.int64)
        by_name = rank_within(first_code[self.first] * 4_096 + last_code[self.last])
        ranks = np.zeros(self.mailboxes, dtype=np.int32)
        own = np.flatnonzero(self.mail_kind <= PERSONAL_2)
        ranks[own] = by_name[self.mail_owner[own]]
        work = np.flatnonzero((self.mail_kind == WORK_MAIL) | (self.mail_kind == OLD_WORK_MAIL))
        who = self.mail_owner[work]
        style = self.employer_mail_style[self.mail_employer[work]]
        first, last = first_code[self.first[who]], last_code[self.last[who]]
        local = np.choose(style, [first * 4_096 + last, letter[self.first[who]] * 4_096 + last, first])
        ranks[work] = rank_within(self.mail_employer[work].astype(np.int64) * (1 << 32) + local)
        return ranks

    def _grow_vehicles(self) -> None:
        random = self._random("vehicles")
        owned = random.choice(3, self.size, p=(0.4, 0.48, 0.12))
        self.vehicle_owner: Ints = np.repeat(np.arange(self.size, dtype=np.int32), owned)
        self.vehicles = count = len(self.vehicle_owner)
        self.vehicle_start: Ints = np.concatenate(([0], np.cumsum(owned))).astype(np.int32)
        self.vehicle_model: NDArray[np.int8] = random.integers(0, len(lexicon.CARS), count).astype(np.int8)
        self.vehicle_year: NDArray[np.int16] = random.integers(
            lexicon.FIRST_MODEL_YEAR, lexicon.LAST_MODEL_YEAR + 1, count, dtype=np.int16
        )

    def _grow_interests(self) -> None:
        """Three lasting topics each (business topics for the employed) and a personal rate of showing them."""
        random = self._random("interests")
        n = self.size
        weight = np.array([t.popularity for t in lexicon.TOPICS], dtype=float)
        private = weight * np.array([t.kind != "b2b" for t in lexicon.TOPICS])
        business = weight * np.array([t.kind != "b2c" for t in lexicon.TOPICS])
        mine = random.choice(len(weight), (n, 3), p=private / private.sum())
        job = random.choice(len(weight), n, p=business / business.sum())
        at_work = (self.employer != NOBODY) & (random.random(n) < 0.6)
        mine[:, 1] = np.where(at_work, job, mine[:, 1])
        self.topics: NDArray[np.int8] = mine.astype(np.int8)
        self.activity: NDArray[np.float32] = np.minimum(random.lognormal(-3.75, 1.0, n), 0.6).astype(np.float32)

    # --- reading: one member at a time ------------------------------------------------------------------------------------

    def first_name(self, person: int) -> str:
        return self.first_words[self.first[person]]

    def last_name(self, person: int) -> str:
        return self.last_words[self.last[person]]

    def age(self, person: int, on: date | None = None) -> int:
        """Full years on a day (default: the world's today)."""
        return int((_days(on or self.today) - int(self.birth_day[person])) / 365.25)

    def birth_date(self, person: int) -> date:
        return _date(int(self.birth_day[person]))

    def state(self, household: int) -> lexicon.State:
        return lexicon.STATES[self.household_state[household]]

    def street_address(self, household: int) -> str:
        """`12 Alder St` or `12 Alder St Apt 4`."""
        line = self.building_address(household)
        unit = int(self.household_unit[household])
        return f"{line} Apt {unit}" if unit else line

    def building_address(self, household: int) -> str:
        street = lexicon.STREETS[self.household_street[household]]
        return f"{self.household_number[household]} {street} {lexicon.STREET_SUFFIXES[self.household_suffix[household]]}"

    def city(self, household: int) -> str:
        return lexicon.TOWNS[self.household_town[household]]

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
        return lexicon.INDUSTRIES[self.employer_industry[employer]]

    def company_address(self, employer: int) -> str:
        street = lexicon.STREETS[self.employer_street[employer]]
        return (
            f"{self.employer_number[employer]} {street} {lexicon.STREET_SUFFIXES[self.employer_suffix[employer]]}"
        )

    def company_city(self, employer: int) -> str:
        return lexicon.TOWNS[self.employer_town[employer]]

    def company_state(self, employer: int) -> lexicon.State:
        return lexicon.STATES[self.employer_state[employer]]

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
        return lexicon.TITLES[self.title[person]][0]

    def job_function(self, person: int) -> str:
        return lexicon.FUNCTIONS[lexicon.TITLES[self.title[person]][1]]

    def job_level(self, person: int) -> str:
        return lexicon.LEVELS[lexicon.TITLES[self.title[person]][2]]

    def email(self, mailbox: int) -> str:
        """The address, lower case."""
        return self.mail_text.one(mailbox)

    def mail_seen_on(self, mailbox: int) -> date:
        return _date(int(self.mail_seen[mailbox]))

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

    # --- finding: from an identifier, however it is written, to the member it truly belongs to ---------------------------------

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
        """The mailbox of an MD5, SHA-1 or SHA-256 of a trimmed, lower-case address (told apart by length), or -1."""
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

    # --- intent -----------------------------------------------------------------------------------------------------------

    def signals(self, day: date) -> DaySignals:
        """What people truly showed on one day; the same for ever, whatever the clock says."""
        return self._signal_source.day(day)

    @cached_property
    def _signal_source(self) -> SignalSource:
        return SignalSource(self)

    # --- vendors ----------------------------------------------------------------------------------------------------------

    def view(self, vendor: str) -> VendorView:
        """How one vendor sees the world: its gaps, its typos, its stale employers. See `contactable.sandbox.view`."""
        from contactable.sandbox.view import VendorView

        if vendor not in self._views:
            self._views[vendor] = VendorView(self, vendor)
        return self._views[vendor]


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _date(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days)


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
