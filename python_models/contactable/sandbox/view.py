"""One vendor's picture of the world: whom it knows, what it has wrong, what it misses. Deterministic per (seed,
vendor).

Every difference is a draw from `hashing`, so one record can be read without drawing the others, and reading it
twice gives the same record. Texts and references come from here; whoever builds an answer never asks the world
itself about a person's facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from contactable.sandbox import identifiers
from contactable.sandbox.codes import NOBODY, PHONE_TYPES
from contactable.sandbox.hashing import Bools, Ints, Lookup, UInts, mix, mix_many, salt_of, share, share_many
from contactable.sandbox.signals import DaySignals

if TYPE_CHECKING:
    from contactable.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Shares of what one vendor knows.

    people: of everybody; typo: names misspelt; stale_job: movers still shown at the former employer; mail:
    primary and work addresses it has; second_mail: other addresses it has; phone: numbers it has; wrong_phone:
    of these, last digits wrong; dnc_missing: DNC flags it missed; linkedin: profiles it has; intent: of a day's
    true signals; work_intent: signals tied to the work mailbox rather than the personal one.
    """

    people: float
    typo: float
    stale_job: float
    mail: float
    second_mail: float
    phone: float
    wrong_phone: float
    dnc_missing: float
    linkedin: float
    intent: float
    work_intent: float


KNOWLEDGE = {
    "bigdbm": Knowledge(0.88, 0.02, 0.20, 0.93, 0.55, 0.90, 0.04, 0.10, 0.80, 0.60, 0.15),
    "contactbased": Knowledge(0.80, 0.015, 0.25, 0.90, 0.60, 0.85, 0.05, 0.15, 0.85, 0.55, 0.35),
    "exactbuyer": Knowledge(0.70, 0.01, 0.12, 0.92, 0.50, 0.75, 0.03, 1.00, 0.95, 0.0, 0.0),
    "leadpipe": Knowledge(0.65, 0.02, 0.25, 0.90, 0.40, 0.80, 0.04, 1.00, 0.90, 0.50, 0.60),
}


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A number as the vendor has it: `slot` (see `identifiers`), `kind` mobile | landline | work, and the DNC
    flag it shows.
    """

    slot: int
    kind: str
    dnc: bool

    @property
    def e164(self) -> str:
        return identifiers.phone_e164(self.slot)

    @property
    def national(self) -> str:
        return identifiers.phone_national(self.slot)


class VendorView:
    """Reads the world through one vendor's eyes. Unknown vendors see as BIGDBM does, with draws of their own."""

    def __init__(self, world: World, vendor: str, knowledge: Knowledge | None = None) -> None:
        self.world = world
        self.vendor = vendor
        self.knowledge = knowledge or KNOWLEDGE.get(vendor, KNOWLEDGE["bigdbm"])
        self._salts: dict[str, int] = {}
        self._keys: dict[str, Lookup] = {}

    # --- draws: for whatever else a vendor's answers need -----------------------------------------------------

    def salt(self, purpose: str) -> int:
        salt = self._salts.get(purpose)
        if salt is None:
            salt = self._salts[purpose] = salt_of(self.world.seed, self.vendor, purpose)
        return salt

    def share(self, purpose: str, member: int) -> float:
        """A number in [0, 1) that belongs to (vendor, purpose, member) for ever."""
        return share(self.salt(purpose), member)

    def pick(self, purpose: str, member: int, count: int) -> int:
        """A number in 0..count-1 that belongs to (vendor, purpose, member) for ever."""
        return mix(self.salt(purpose), member) % count

    # --- ids of the vendor's own ------------------------------------------------------------------------------

    def key(self, purpose: str, member: int) -> int:
        """A 64-bit id of a member in this vendor's own numbering (`f"{key:016x}"` makes 16 hex digits)."""
        return mix(self.salt(purpose), member)

    def find_key(self, purpose: str, key: int, members: int | None = None) -> int:
        """The member with this id (of `members` rows, default: the people), or -1."""
        lookup = self._keys.get(purpose)
        if lookup is None:
            numbers = np.arange(self.world.size if members is None else members, dtype=np.int32)
            lookup = self._keys[purpose] = Lookup(mix_many(self.salt(purpose), numbers))
        return next(iter(lookup.get(key)), NOBODY)

    # --- people -----------------------------------------------------------------------------------------------

    def knows(self, person: int) -> bool:
        return person >= 0 and self.share("people", person) < self.knowledge.people

    def known(self, people: Ints) -> Bools:
        """`knows` over an array of person rows."""
        mask: Bools = share_many(self.salt("people"), people) < self.knowledge.people
        return mask

    def first_name(self, person: int) -> str:
        return self._spelled("first", person, self.world.first_name(person))

    def last_name(self, person: int) -> str:
        return self._spelled("last", person, self.world.last_name(person))

    def _spelled(self, which: str, person: int, name: str) -> str:
        """The name, or the name with two neighbours swapped or one letter lost."""
        draw = self.share(f"typo_{which}", person)
        if draw >= self.knowledge.typo or len(name) < 4:
            return name
        at = 1 + self.pick("typo_at", person, len(name) - 2)
        if draw < self.knowledge.typo / 2:
            return name[:at] + name[at + 1 :]
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def employer(self, person: int) -> int:
        """The employer the vendor believes in: sometimes still the former one; -1 for none."""
        now, former = int(self.world.employer[person]), int(self.world.previous_employer[person])
        return former if former != NOBODY and self.is_stale(person) else now

    def is_stale(self, person: int) -> bool:
        """Whether the vendor still shows the former employer."""
        has_former = self.world.previous_employer[person] != NOBODY
        return bool(has_former) and self.share("stale", person) < self.knowledge.stale_job

    def employees(self, employer: int) -> list[int]:
        """The people it knows whose (true, current) employer this is and whom it does not place elsewhere."""
        return [p for p in self.world.employees(employer) if self.knows(p) and self.employer(p) == employer]

    def linkedin(self, person: int) -> str:
        """The profile slug the vendor has, or ""."""
        has = self.share("linkedin", person) < self.knowledge.linkedin
        return self.world.linkedin(person) if has else ""

    def linkedin_url(self, person: int) -> str:
        """`linkedin.com/in/<slug>` without scheme, or ""."""
        slug = self.linkedin(person)
        return f"linkedin.com/in/{slug}" if slug else ""

    # --- mailboxes --------------------------------------------------------------------------------------------

    def knows_mailbox(self, mailbox: int) -> bool:
        if mailbox < 0:
            return False
        second = self.world.mail_kind[mailbox] in (1, 3)
        return self.share("mail", mailbox) < (self.knowledge.second_mail if second else self.knowledge.mail)

    def personal_mailboxes(self, person: int) -> list[int]:
        world = self.world
        both = (int(world.mail_personal[person]), int(world.mail_personal_2[person]))
        return [m for m in both if self.knows_mailbox(m)]

    def work_mailboxes(self, person: int) -> list[int]:
        """Work addresses it has: at the employer it believes in first, the former one sometimes behind."""
        world = self.world
        now, former = int(world.mail_work[person]), int(world.mail_old_work[person])
        if self.is_stale(person):
            return [m for m in (former,) if m != NOBODY]
        return [m for m in (now, former) if self.knows_mailbox(m)]

    def mailboxes(self, person: int) -> list[int]:
        """Personal addresses, then work addresses."""
        return [*self.personal_mailboxes(person), *self.work_mailboxes(person)]

    def owner_of_mailbox(self, mailbox: int) -> int:
        """The person, if the vendor knows both the address and its owner; else -1 (role mailboxes have none)."""
        if mailbox < 0 or not self.knows_mailbox(mailbox):
            return NOBODY
        owner = int(self.world.mail_owner[mailbox])
        return owner if self.knows(owner) else NOBODY

    def find_email(self, address: str) -> int:
        """The person the vendor has for an address, or -1."""
        return self.owner_of_mailbox(self.world.find_email(address))

    def find_hash(self, digest: str) -> int:
        """The person the vendor has for an MD5, SHA-1 or SHA-256, or -1."""
        return self.owner_of_mailbox(self.world.find_hash(digest))

    # --- numbers ----------------------------------------------------------------------------------------------

    def mobile_phones(self, person: int) -> list[KnownPhone]:
        world = self.world
        return self._phones((int(world.mobile[person]), int(world.mobile_2[person])))

    def landline(self, person: int) -> list[KnownPhone]:
        """The household's line: none or one."""
        return self._phones((int(self.world.landline[self.world.household[person]]),))

    def direct_phone(self, person: int) -> list[KnownPhone]:
        """The number on the desk: none or one."""
        return [] if self.is_stale(person) else self._phones((int(self.world.direct[person]),))

    def phones(self, person: int) -> list[KnownPhone]:
        """Mobile, landline, direct line."""
        return [*self.mobile_phones(person), *self.landline(person), *self.direct_phone(person)]

    def company_phone(self, employer: int) -> KnownPhone | None:
        return next(iter(self._phones((int(self.world.employer_phone[employer]),))), None)

    def _phones(self, slots: tuple[int, ...]) -> list[KnownPhone]:
        return [self._phone(s) for s in slots if s >= 0 and self.share("phone", s) < self.knowledge.phone]

    def _phone(self, slot: int) -> KnownPhone:
        world = self.world
        kind = PHONE_TYPES[world.phone_type[slot]]
        if self.share("wrong_phone", slot) < self.knowledge.wrong_phone:
            slot = slot - slot % 100 + (slot + 1 + self.pick("wrong_digit", slot, 99)) % 100
        dnc = bool(world.phone_dnc[slot]) and self.share("dnc", slot) >= self.knowledge.dnc_missing
        return KnownPhone(slot, kind, dnc)

    def find_phone(self, text: str) -> list[int]:
        """The people the vendor has for a number: the owner, a household, or the employees behind a
        switchboard.
        """
        slot = self.world.find_phone(text)
        if slot < 0 or self.share("phone", slot) >= self.knowledge.phone:
            return []
        return [p for p in self.world.phone_people(slot) if self.knows(p)]

    # --- other identifiers ------------------------------------------------------------------------------------

    def find_linkedin(self, text: str) -> int:
        person = self.world.find_linkedin(text)
        return person if self.knows(person) and self.linkedin(person) else NOBODY

    def find_maid(self, text: str) -> int:
        person = self.world.find_maid(text)
        return person if self.knows(person) and self.share("maid", person) < 0.8 else NOBODY

    def find_vin(self, text: str) -> int:
        """The vehicle's owner, or -1."""
        vehicle = self.world.find_vin(text)
        person = int(self.world.vehicle_owner[vehicle]) if vehicle >= 0 else NOBODY
        return person if self.knows(person) else NOBODY

    def residents(self, household: int) -> list[int]:
        return [p for p in self.world.residents(household) if self.knows(p)] if household >= 0 else []

    # --- intent -----------------------------------------------------------------------------------------------

    def signals(self, day: date) -> DaySignals:
        """The part of a day's true signals that this vendor caught, of people it knows who have the mailbox it
        ties them to.
        """
        true = self.world.signals(day)
        caught = (
            share_many(self.salt(f"intent{day.isoformat()}"), true.person * 32 + true.topic)
            < self.knowledge.intent
        )
        mask = caught & self.known(true.person) & (self.signal_mailboxes(true.person) != NOBODY)
        return true.where(mask)

    def signal_mailboxes(self, people: Ints) -> Ints:
        """The mailbox under which this vendor reports each person's signals: always the same one; -1 when they
        have none.
        """
        world = self.world
        at_work = share_many(self.salt("work_intent"), people) < self.knowledge.work_intent
        personal, work = world.mail_personal[people], world.mail_work[people]
        wanted = np.where(at_work, work, personal)
        other = np.where(at_work, personal, work)
        mailboxes: Ints = np.where(wanted == NOBODY, other, wanted)
        return mailboxes

    # --- the same in bulk: each equals its namesake above, person by person -----------------------------------

    def stale(self, people: Ints) -> Bools:
        """`is_stale` of many."""
        has_former = self.world.previous_employer[people] != NOBODY
        mask: Bools = has_former & (share_many(self.salt("stale"), people) < self.knowledge.stale_job)
        return mask

    def employers(self, people: Ints) -> Ints:
        """`employer` of many."""
        world = self.world
        believed: Ints = np.where(self.stale(people), world.previous_employer[people], world.employer[people])
        return believed

    def known_mailboxes(self, mailboxes: Ints) -> Bools:
        """`knows_mailbox` of many; -1 is not known."""
        second = np.isin(self.world.mail_kind[mailboxes], (1, 3))
        limit = np.where(second, self.knowledge.second_mail, self.knowledge.mail)
        mask: Bools = (mailboxes != NOBODY) & (share_many(self.salt("mail"), mailboxes) < limit)
        return mask

    def known_phones(self, slots: Ints) -> Bools:
        """Which numbers the vendor has; -1 is not known."""
        mask: Bools = (slots != NOBODY) & (share_many(self.salt("phone"), slots) < self.knowledge.phone)
        return mask

    def with_linkedin(self, people: Ints) -> Bools:
        """Whether `linkedin` is not empty, of many."""
        known = share_many(self.salt("linkedin"), people) < self.knowledge.linkedin
        mask: Bools = known & self.world.has_linkedin[people]
        return mask


def keys_of(view: VendorView, purpose: str, members: Ints) -> UInts:
    """`VendorView.key` over an array."""
    return mix_many(view.salt(purpose), members)
