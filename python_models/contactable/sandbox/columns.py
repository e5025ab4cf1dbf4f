"""How the world grows: every fact a numpy column, drawn from the seed in one go."""

from __future__ import annotations

from datetime import date

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
from contactable.sandbox.dates import days
from contactable.sandbox.hashing import Bools, Ints, rank_within, salt_of

PHONE_BUDGET = 70_000
"""Numbers that may be given out; the rest of the reserved space stays free, for numbers that belong to nobody."""


class Columns:
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
        self._grow_employers()
        self._grow_households()
        self._grow_people()
        self._grow_phones()
        self._grow_mailboxes()
        self._grow_vehicles()
        self._grow_interests()

    def _random(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng(salt_of(self.seed, purpose))

    def _grow_employers(self) -> None:
        """Employers: one for about 18 people, sizes by a heavy tail, names unique, domain = name + `.example`."""
        random = self._random("employers")
        first, second = len(lexicon.COMPANY_FIRST), len(lexicon.COMPANY_SECOND)
        industries = len(lexicon.INDUSTRIES)
        self.employers = count = min(max(12, self.size // 18), first * second * industries)
        picked = random.permutation(first * second * industries)[:count]
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
        self.birth_day: Ints = (days(date(2026, 1, 1)) - age * 365.25 - random.integers(0, 365, n)).astype(
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
        self.job_start: Ints = (days(date(2026, 10, 1)) - random.integers(30, 4_000, n)).astype(np.int32)
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

        self.first_ascii = [lexicon.ascii_fold(word) for word in self.first_words]
        self.last_ascii = [lexicon.ascii_fold(word) for word in self.last_words]
        self.mail_rank = self._mail_ranks()
        self.mail_domain: NDArray[np.int8] = random.choice(
            len(lexicon.PERSONAL_DOMAINS), count, p=(0.3, 0.18, 0.08, 0.16, 0.12, 0.1, 0.06)
        ).astype(np.int8)

        codes = np.array([10, 20, 30, 40, 50], dtype=np.int8)
        good = codes[random.choice(5, count, p=(0.8, 0.06, 0.09, 0.04, 0.01))]
        gone = codes[random.choice(5, count, p=(0.05, 0.05, 0.84, 0.06, 0.0))]
        status = np.where(self.mail_kind == OLD_WORK_MAIL, gone, good)
        status = np.where(self.mail_kind == ROLE_MAIL, 20, status)
        catch_all = (self.mail_employer != NOBODY) & self.employer_catch_all[self.mail_employer]
        self.mail_status: NDArray[np.int8] = np.where(catch_all, 50, status).astype(np.int8)
        age = np.where(self.mail_status == 30, random.integers(200, 1_500, count), random.gamma(1.2, 60, count))
        self.mail_seen: Ints = (days(self.today) - np.minimum(age, 2_000)).astype(np.int32)

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
