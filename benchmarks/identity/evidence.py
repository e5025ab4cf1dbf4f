"""What four vendors and a list of one's own hold of a population: records, addresses, numbers and bare hashes.

Coverage is that of the sandbox's views. Every table comes in pieces, so that a million people need no more
memory than two hundred thousand. ``kinds`` says which noise touched a row (``identity.kinds.BIT``), ``person``
whom it is truly about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contactable.sandbox import texts
from contactable.sandbox.codes import NOBODY
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.view import Knowledge, VendorView
from identity import spelling, words
from identity.kinds import BIT
from identity.population import Population

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Random = np.random.Generator

CHUNK = 200_000
FIRST_DAY = datetime(2026, 11, 1)  # noqa: DTZ001  timestamps of the warehouse are UTC without zone
_SECONDS = 19 * 86_400

#: How often a short form is the first of its list.
_USUAL = 0.7

#: How vendors were asked: answers carry the value, whatever else they show. The rest was not asked for one by one.
_QUESTIONS = ("email", "email_md5", "email", "phone", "linkedin", "")
_QUESTION_SHARES = (0.25, 0.10, 0.10, 0.10, 0.05, 0.40)

_TEXT, _NUMBER, _WHOLE = pa.string(), pa.int64(), pa.int32()
RECORDS = pa.schema(
    [
        ("evidence_id", _TEXT), ("record_id", _TEXT), ("vendor", _TEXT), ("source", _TEXT),
        ("observed_at", pa.timestamp("us")), ("person", _NUMBER), ("kinds", _NUMBER), ("person_ref", _TEXT),
        ("person_ref_type", _TEXT), ("first_name", _TEXT), ("last_name", _TEXT), ("address", _TEXT),
        ("city", _TEXT), ("state", _TEXT), ("zip", _TEXT), ("linkedin_url", _TEXT), ("maid", _TEXT),
        ("gender", _TEXT), ("birth_year", _WHOLE), ("company_name", _TEXT), ("company_domain", _TEXT),
        ("company_phone", _TEXT), ("subject_type", _TEXT), ("subject_value", _TEXT), ("job_title", _TEXT)
    ]
)  # fmt: skip
EMAILS = pa.schema(
    [
        ("evidence_id", _TEXT), ("record_id", _TEXT), ("vendor", _TEXT), ("observed_at", pa.timestamp("us")),
        ("person", _NUMBER), ("kinds", _NUMBER), ("contact_id", _TEXT), ("email", _TEXT), ("hashed_as", _TEXT),
        ("upper", pa.bool_())
    ]
)  # fmt: skip
PHONES = pa.schema(
    [
        ("evidence_id", _TEXT), ("record_id", _TEXT), ("vendor", _TEXT), ("observed_at", pa.timestamp("us")),
        ("person", _NUMBER), ("kinds", _NUMBER), ("contact_id", _TEXT), ("phone", _TEXT), ("phone_type", _TEXT)
    ]
)  # fmt: skip
SIGNALS = pa.schema(
    [
        ("record_id", _TEXT), ("vendor", _TEXT), ("observed_at", pa.timestamp("us")), ("person", _NUMBER),
        ("kinds", _NUMBER), ("contact_id", _TEXT), ("hashed_as", _TEXT), ("upper", pa.bool_()),
        ("hashed", _TEXT), ("email", _TEXT), ("company_name", _TEXT), ("job_title", _TEXT)
    ]
)  # fmt: skip
TABLES = {"records": RECORDS, "emails": EMAILS, "phones": PHONES, "signals": SIGNALS}

Piece = tuple[str, pa.Table]


@dataclass
class Draft:
    """One vendor's evidences of some people, while they are written. A row an evidence; ``person`` may repeat."""

    population: Population
    view: VendorView
    vendor: str
    space: str
    person: Ints
    copy: Ints
    random: Random
    kinds: npt.NDArray[np.int64] = field(init=False)
    observed: pa.Array = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = np.zeros(len(self.person), dtype=np.int64)
        seconds = self.random.integers(0, _SECONDS, len(self.person)).astype("timedelta64[s]")
        self.observed = pa.array(np.datetime64(FIRST_DAY, "us") + seconds)
        self.mark(self.copy > 0, "vendor_duplicate")
        self.mark(self.population.suffix[self.person] > 0, "junior_senior")
        self.mark(
            (self.population.twin[self.person] != NOBODY) & (self.population.suffix[self.person] == 0), "namesake"
        )

    # --- draws ------------------------------------------------------------------------------------------------

    def mark(self, mask: Bools, kind: str) -> Bools:
        """Note that a kind touched these rows; returns the mask."""
        self.kinds[mask] |= BIT[kind]
        return mask

    def drawn(self, kind: str, among: Bools | None = None) -> Bools:
        """Rows of ``among`` (default: all) that a kind's share hits. Nothing is marked yet."""
        hit: Bools = self.random.random(len(self.person)) < self.population.shares[kind]
        return hit if among is None else hit & among

    def some(self, share: float) -> Bools:
        hit: Bools = self.random.random(len(self.person)) < share
        return hit

    def thinned(self, column: pa.Array) -> pa.Array:
        """Without the fields that the vendor lacks."""
        gone = self.drawn("missing", pc.is_valid(column).to_numpy(zero_copy_only=False))
        self.mark(gone, "missing")
        return pc.if_else(pa.array(gone), pa.scalar(None, column.type), column)

    # --- ids --------------------------------------------------------------------------------------------------

    def ids(self) -> pa.Array:
        """The vendor's own ids of its people."""
        salt = salt_of(self.population.seed, self.space)
        numbers = (self.person.astype(np.int64) * 4 + self.copy) * 7_368_787 + salt % 1_000_003
        return texts.digits(numbers, 10)

    # --- names ------------------------------------------------------------------------------------------------

    def names(self) -> tuple[pa.Array, pa.Array]:
        """First and last name as the vendor spells them."""
        world, person = self.population, self.person
        first = texts.words(world.first_words, world.first[person])
        married = (world.married_last[person] != NOBODY) & self.some(0.5)
        self.mark(married, "married_name")
        last = texts.words(world.last_words, np.where(married, world.married_last[person], world.last[person]))

        short = _nicknames(world, person, self.random)
        called = self.drawn("nickname", pc.is_valid(short).to_numpy(zero_copy_only=False))
        first = pc.if_else(pa.array(self.mark(called, "nickname")), short, first)
        slipped = self.mark(self.drawn("typo_name"), "typo_name")
        which = self.random.random(len(person)) < 0.5
        first = spelling.where(slipped & which, first, lambda some: spelling.misspell(some, self.random))
        last = spelling.where(slipped & ~which, last, lambda some: spelling.misspell(some, self.random))
        told = (world.suffix[person] > 0) & self.some(0.6)
        ending = texts.words(words.SUFFIXES, world.suffix[person] + 2 * self.random.integers(0, 2, len(person)))
        last = pc.if_else(pa.array(told), pc.binary_join_element_wise(last, ending, " "), last)
        return self._spelled(first, last)

    def _spelled(self, first: pa.Array, last: pa.Array) -> tuple[pa.Array, pa.Array]:
        short = self.mark(self.drawn("initial"), "initial")
        first = spelling.where(short, first, lambda some: spelling.initial(some, self.random))
        odd = self.mark(self.drawn("spelling"), "spelling")
        middle = odd & ~short & self.some(0.3)
        first = spelling.where(middle, first, lambda some: spelling.middle_initial(some, self.random))
        first = spelling.where(odd & ~middle, first, lambda some: spelling.another_case(some, self.random))
        last = spelling.where(odd & ~middle, last, lambda some: spelling.another_case(some, self.random))
        swapped = pa.array(self.mark(self.drawn("swapped_names"), "swapped_names"))
        first, last = pc.if_else(swapped, last, first), pc.if_else(swapped, first, last)
        bare = self.drawn("missing") & self.some(0.15)
        self.mark(bare, "missing")
        return pc.if_else(pa.array(bare), pa.scalar(None, _TEXT), first), last

    # --- places -----------------------------------------------------------------------------------------------

    def home(self) -> dict[str, pa.Array]:
        """Address, city, state and zip, the former ones of some who moved."""
        world = self.population
        old = world.old_household[self.person]
        before = self.mark((old != NOBODY) & self.some(0.5), "moved")
        house = np.where(before, old, world.household[self.person]).astype(np.int32)
        street = texts.addresses(world, house)
        slipped = self.mark(self.drawn("typo_street"), "typo_street")
        form = slipped & self.some(0.5)
        street = spelling.where(form, street, lambda some: spelling.street_form(some, self.random))
        street = spelling.where(slipped & ~form, street, lambda some: spelling.misspell(some, self.random))
        return {
            "address": self.thinned(street),
            "city": texts.cities(world, house),
            "state": texts.states(world, house),
            "zip": self.thinned(texts.zip_codes(world, house)),
        }

    def work(self) -> tuple[Ints, Bools, dict[str, pa.Array]]:
        """The employer believed in (NOBODY without), where that is the former one, and its columns."""
        world, person = self.population, self.person
        former = world.previous_employer[person]
        stale = self.mark(self.drawn("changed_job", former != NOBODY), "changed_job")
        employer = np.where(stale, former, world.employer[person])
        title = self.thinned(texts.job_titles(world, person))
        return employer, stale, {
            "company_name": self.thinned(texts.company_names(world, employer)),
            "company_domain": self.thinned(texts.company_domains(world, employer)),
            "job_title": title,
        }  # fmt: skip

    def linkedin(self) -> pa.Array:
        world = self.population
        known = self.view.with_linkedin(self.person)
        slugs = _slugs(world, self.person, known)
        url = pc.binary_join_element_wise("linkedin.com/in/", slugs, "")
        return self.thinned(
            spelling.where(
                self.some(0.3), url, lambda some: pc.binary_join_element_wise("https://www.", some, "/", "")
            )
        )

    # --- addresses and numbers --------------------------------------------------------------------------------

    def mail_texts(self, mailboxes: Ints) -> pa.Array:
        """The addresses of mailboxes (NOBODY: null), with typos and placeholders."""
        column = self.thinned(texts.emails(self.population, mailboxes.astype(np.int32)))
        there = pc.is_valid(column).to_numpy(zero_copy_only=False)
        slipped = self.mark(self.drawn("typo_email", there), "typo_email")
        column = spelling.where(slipped, column, lambda some: spelling.misspell_email(some, self.random))
        false = self.mark(self.drawn("placeholder", there), "placeholder")
        nothing = texts.words(
            words.PLACEHOLDER_EMAILS, self.random.integers(0, len(words.PLACEHOLDER_EMAILS), len(there))
        )
        return pc.if_else(pa.array(false), nothing, column)

    def personal_mail(self) -> list[pa.Array]:
        """First and second personal address: the family's for some, for others one that is somebody else's
        today.
        """
        world, person = self.population, self.person
        known, second = world.mail_personal[person], world.mail_personal_2[person]
        first = np.where(self.view.known_mailboxes(known), known, NOBODY)
        second = np.where(self.view.known_mailboxes(second), second, NOBODY)
        shared = self.mark(world.home_mail[person] != NOBODY, "family_email")
        first = np.where(shared, world.home_mail[person], first)
        lost = self.mark((world.old_mail[person] != NOBODY) & self.some(0.6), "recycled_email")
        first = np.where(lost, world.old_mail[person], first)
        return [self.mail_texts(first), self.mail_texts(second)]

    def work_mail(self, employer: Ints, stale: Bools) -> pa.Array:
        """The address at the employer believed in; a desk's for some."""
        world, person = self.population, self.person
        now, former = world.mail_work[person], world.mail_old_work[person]
        mailbox = np.where(stale, former, np.where(self.view.known_mailboxes(now), now, NOBODY))
        desk = self.mark(self.drawn("role_mailbox", employer != NOBODY), "role_mailbox")
        roles = world.first_role_mailbox + employer * 5 + self.random.integers(0, 5, len(person))
        return self.mail_texts(np.where(desk, roles, mailbox))

    def phone_texts(self, numbers: Ints) -> pa.Array:
        """Numbers (NOBODY: null) as the vendor writes them, with placeholders."""
        there = numbers != NOBODY
        shown = self.population.phone_texts(np.where(there, numbers, 0))
        column = self.thinned(pc.if_else(pa.array(there), shown, pa.scalar(None, _TEXT)))
        column = spelling.where(self.some(0.6), column, lambda some: spelling.phone_form(some, self.random))
        false = self.drawn("placeholder", pc.is_valid(column).to_numpy(zero_copy_only=False))
        self.mark(false, "placeholder")
        nothing = texts.words(
            words.PLACEHOLDER_PHONES, self.random.integers(0, len(words.PLACEHOLDER_PHONES), len(there))
        )
        return pc.if_else(pa.array(false), nothing, column)

    def private_phones(self) -> list[tuple[str, pa.Array]]:
        """Mobile (the family's for some, for others one given out again), second mobile, the home's landline."""
        world, person = self.population, self.person
        mobile, second = world.mobile[person], world.mobile_2[person]
        mobile = np.where(self.view.known_phones(mobile), mobile, NOBODY)
        second = np.where(self.view.known_phones(second), second, NOBODY)
        shared = self.mark((world.home_phone[person] != NOBODY) & self.some(0.7), "family_phone")
        mobile = np.where(shared, world.home_phone[person], mobile)
        lost = self.mark((world.old_mobile[person] != NOBODY) & self.some(0.6), "recycled_phone")
        mobile = np.where(lost, world.old_mobile[person], mobile)
        line = world.landline[world.household[person]]
        line = np.where(self.view.known_phones(line), line, NOBODY)
        return [
            (kind, self.phone_texts(numbers))
            for kind, numbers in (("mobile", mobile), ("mobile", second), ("landline", line))
        ]

    def work_phone(self, employer: Ints, stale: Bools) -> pa.Array:
        """The direct number; the switchboard where there is none, for some."""
        world, person = self.population, self.person
        direct = np.where(stale | (employer == NOBODY), NOBODY, world.direct[person])
        direct = np.where(self.view.known_phones(direct), direct, NOBODY)
        main = self.drawn("switchboard", (employer != NOBODY) & (direct == NOBODY))
        main &= np.where(employer != NOBODY, world.employer_phone[employer], NOBODY) != NOBODY
        self.mark(main, "switchboard")
        return self.phone_texts(np.where(main, world.employer_phone[employer], direct))

    def asked(self) -> dict[str, pa.Array]:
        """What one knew of the person and asked the vendor by; null where nobody asked (lists, feeds)."""
        world, person = self.population, self.person
        way = self.random.choice(len(_QUESTIONS), len(person), p=_QUESTION_SHARES)
        mailbox = np.where(way == 2, world.mail_work[person], world.mail_personal[person])
        mail = texts.emails(world, np.where(way <= 2, mailbox, NOBODY).astype(np.int32))
        number = np.where(way == 3, world.mobile[person], NOBODY)
        phone = pc.if_else(
            pa.array(number != NOBODY), world.phone_texts(np.maximum(number, 0)), pa.scalar(None, _TEXT)
        )
        profile = _slugs(world, person, (way == 4) & world.has_linkedin[person])
        value = pc.coalesce(mail, phone, pc.binary_join_element_wise("linkedin.com/in/", profile, ""))
        kind = pc.if_else(pc.is_valid(value), texts.words(_QUESTIONS, way), pa.scalar(None, _TEXT))
        return {"subject_type": kind, "subject_value": value}

    # --- tables -----------------------------------------------------------------------------------------------

    def shared(self, evidence: pa.Array, part: str) -> dict[str, pa.Array]:
        """The columns that all tables of these evidences have."""
        return {
            "evidence_id": evidence,
            "record_id": pc.binary_join_element_wise(evidence, part, "/"),
            "vendor": pa.array([self.vendor] * len(self.person), _TEXT),
            "observed_at": self.observed,
            "person": pa.array(self.person.astype(np.int64)),
        }

    def table(self, name: str, columns: dict[str, pa.Array], mask: Bools | None = None) -> Piece:
        """A table of its schema; what is not given is null. ``kinds`` is what touched the evidence so far."""
        schema = TABLES[name]
        columns = {"kinds": pa.array(self.kinds), **columns}
        count = len(self.person)
        made = pa.table(
            [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in schema],
            schema=schema,
        )
        return name, made if mask is None else made.filter(pa.array(mask))

    def mail_tables(
        self, evidence: pa.Array, part: str, columns: list[pa.Array], hashed: Bools | None = None, **more: pa.Array
    ) -> Iterator[Piece]:
        """Addresses of evidences; those in ``hashed`` come as one of three hashes, some of the capital form."""
        for column in columns:
            shown = self.shared(evidence, part) | more | {"email": column}
            if hashed is not None:
                kind = texts.words(("md5", "sha1", "sha256"), self.random.integers(0, 3, len(self.person)))
                shown["hashed_as"] = pc.if_else(pa.array(hashed), kind, pa.scalar(None, _TEXT))
                shown["upper"] = pa.array(self.mark(self.drawn("upper_hash", hashed), "upper_hash"))
            yield self.table("emails", shown, pc.is_valid(column).to_numpy(zero_copy_only=False))

    def phone_tables(
        self, evidence: pa.Array, part: str, columns: list[tuple[str, pa.Array]], **more: pa.Array
    ) -> Iterator[Piece]:
        """Numbers of evidences, by kind."""
        for kind, column in columns:
            shown = self.shared(evidence, part) | more
            shown |= {"phone": column, "phone_type": pa.array([kind] * len(self.person), _TEXT)}
            yield self.table("phones", shown, pc.is_valid(column).to_numpy(zero_copy_only=False))


def _nicknames(world: Population, person: Ints, random: Random) -> pa.Array:
    """One short form a person, null where the name has none: the usual one for seven in ten, else any of the
    list.
    """
    forms = [words.NICKNAMES.get(name, ()) for name in world.first_words]
    widest = max(map(len, forms))
    flat = pa.array(
        [form[place % len(form)] if form else None for form in forms for place in range(widest)], _TEXT
    )
    place = np.where(random.random(len(person)) < _USUAL, 0, random.integers(0, widest, len(person)))
    return flat.take(pa.array(world.first[person].astype(np.int64) * widest + place))


def _slugs(world: Population, person: Ints, known: Bools) -> pa.Array:
    """Profile slugs, null for the others: the name and a number that is the person's own."""
    slug = pc.binary_join_element_wise(
        texts.words(world.first_ascii, world.first[person]),
        texts.words(world.last_ascii, world.last[person]),
        texts.digits(person.astype(np.int64) * 48_271 % 2_147_483_647, 6),
        "-",
    )
    return pc.if_else(pa.array(known), slug, pa.scalar(None, _TEXT))


# --- what each vendor holds -------------------------------------------------------------------------------


def pieces(population: Population) -> Iterator[Piece]:
    """Everything that everybody holds: (name of a table in ``TABLES``, rows of it)."""
    for start in range(0, population.size, CHUNK):
        people = np.arange(start, min(start + CHUNK, population.size), dtype=np.int32)
        for number, holder in enumerate((_consumer, _business, _modules, _searched, _listed, _signals)):
            yield from holder(population, people, population.drawn(f"holder {number} from {start}"))


#: One's own customers gave their values themselves: no vendor's gaps, only those that the holder draws.
_OWN = Knowledge(1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _draft(
    population: Population, people: Ints, random: Random, vendor: str, space: str, share: float = 1.0
) -> Draft:
    """The people a vendor knows; some of them under two ids."""
    view = VendorView(population, vendor, _OWN if vendor == "first_party" else None)
    known = people[view.known(people) & (random.random(len(people)) < share)]
    twice = known[random.random(len(known)) < population.shares["vendor_duplicate"]]
    person = np.concatenate([known, twice])
    copy = np.concatenate([np.zeros(len(known), dtype=np.int32), np.ones(len(twice), dtype=np.int32)])
    return Draft(population, view, vendor, space, person, copy, random)


def _ages(draft: Draft) -> pa.Array:
    """Years of birth; one in three from an age, give or take one."""
    born = np.floor(1970 + draft.population.birth_day[draft.person] / 365.25)
    years = born + np.where(draft.some(0.33), draft.random.integers(-1, 2, len(born)), 0)
    return draft.thinned(pa.array(years.astype(np.int32)))


def _strangers(draft: Draft, evidence: pa.Array, part: str, **more: pa.Array) -> Iterator[Piece]:
    """Records of a second person under an id of the first: somebody at home, else anybody."""
    world = draft.population
    mixed = np.flatnonzero(draft.drawn("two_in_one"))
    home = world.household_start[world.household[draft.person[mixed]]]
    other = np.where(home == draft.person[mixed], draft.random.integers(0, world.size, len(mixed)), home)
    other = np.where(other == draft.person[mixed], (other + 1) % world.size, other).astype(np.int32)
    guest = Draft(
        world, draft.view, draft.vendor, draft.space, other, np.zeros(len(mixed), dtype=np.int32), draft.random
    )
    guest.mark(np.ones(len(mixed), dtype=bool), "two_in_one")
    draft.kinds[mixed] |= BIT["two_in_one"]
    held = evidence.take(pa.array(mixed))
    first, last = guest.names()
    more = {name: column.take(pa.array(mixed)) for name, column in more.items()}
    mails, numbers = guest.personal_mail()[:1], guest.private_phones()[:1]
    spread = {name: more[name] for name in more if name == "contact_id"}
    yield from guest.mail_tables(held, f"{part}-2", mails, **spread)
    yield from guest.phone_tables(held, f"{part}-2", numbers, **spread)
    shown = guest.shared(held, f"{part}-2") | {name: more[name] for name in more if name != "contact_id"}
    yield guest.table("records", shown | {"first_name": first, "last_name": last})


def _consumer(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """BIGDBM's consumers: name, home, personal addresses, mobiles, landline, year of birth."""
    draft = _draft(population, people, random, "bigdbm", "bigdbm")
    ids = draft.ids()
    evidence = pc.binary_join_element_wise("bigdbm", ids, ":")
    told = {
        "source": _same("bigdbm.consumer_profiles", ids),
        "person_ref": ids,
        "person_ref_type": _same("bigdbm_id", ids),
    }
    yield from _strangers(draft, evidence, "consumer", **told)
    first, last = draft.names()
    columns = {"first_name": first, "last_name": last, **draft.home(), "birth_year": _ages(draft), **told}
    columns |= draft.asked()
    mails, numbers = draft.personal_mail(), draft.private_phones()
    columns["maid"] = _devices(draft)
    yield from draft.mail_tables(evidence, "consumer", mails)
    yield from draft.phone_tables(evidence, "consumer", numbers)
    yield draft.table("records", draft.shared(evidence, "consumer") | columns)


def _business(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """BIGDBM's contacts at work: name, employer, work address, direct number, profile."""
    employed = people[population.employer[people] != NOBODY]
    draft = _draft(population, employed, random, "bigdbm", "bigdbm b2b")
    ids = draft.ids()
    evidence = pc.binary_join_element_wise("bigdbm:b2b", ids, ":")
    first, last = draft.names()
    employer, stale, columns = draft.work()
    mail, number = draft.work_mail(employer, stale), draft.work_phone(employer, stale)
    personal = draft.personal_mail()[0]
    columns |= {
        "first_name": first, "last_name": last, "linkedin_url": draft.linkedin(),
        "source": _same("bigdbm.b2b_contacts", ids),
        "person_ref": ids, "person_ref_type": _same("bigdbm_b2b_id", ids),
        "company_phone": _main_lines(population, employer), **draft.asked(),
    }  # fmt: skip
    yield from draft.mail_tables(
        evidence, "b2b", [mail, pc.if_else(pa.array(draft.some(0.3)), personal, pa.scalar(None, _TEXT))]
    )
    yield from draft.phone_tables(evidence, "b2b", [("work", number)])
    yield draft.table("records", draft.shared(evidence, "b2b") | columns)


def _modules(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """ContactBased: one id, a record a module (core, location, professional), addresses partly as hashes; for
    some ids only the contact modules, hence no name.
    """
    draft = _draft(population, people, random, "contactbased", "contactbased")
    ids = draft.ids()
    evidence = pc.binary_join_element_wise("contactbased", ids, ":")
    told = {"person_ref": ids, "person_ref_type": _same("contactbased_id", ids)}
    nameless = draft.mark(draft.drawn("nameless_id"), "nameless_id")
    yield from _strangers(
        draft, evidence, "core", contact_id=ids, source=_same("contactbased.individual_core", ids), **told
    )
    first, last = draft.names()
    home = draft.home()
    employer, stale, job = draft.work()
    profile = {"linkedin_url": draft.linkedin(), **job}
    mails = [*draft.personal_mail(), draft.work_mail(employer, stale)]
    numbers = [*draft.private_phones(), ("work", draft.work_phone(employer, stale))]
    hashed = draft.mark(draft.drawn("hash_only"), "hash_only")
    yield from draft.mail_tables(evidence, "emails", mails, hashed, contact_id=ids)
    yield from draft.phone_tables(evidence, "phones", numbers, contact_id=ids)
    core = {"first_name": first, "last_name": last, "birth_year": _ages(draft), **draft.asked()}
    for part, source, columns, share in (
        ("core", "individual_core", core, 1.0), ("location", "location", home, 0.8), ("work", "professional",
        profile, 0.8),
    ):  # fmt: skip
        bought = ~nameless & draft.some(share)
        if part == "work":
            bought &= employer != NOBODY
        shown = draft.shared(evidence, part) | told | columns | {"source": _same(f"contactbased.{source}", ids)}
        yield draft.table("records", shown, bought)


def _searched(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """ExactBuyer: no ids, every record is an evidence; name, town, addresses, profile, employer."""
    draft = _draft(population, people, random, "exactbuyer", "exactbuyer", share=1.0)
    evidence = pc.binary_join_element_wise("exactbuyer", draft.ids(), "-")
    first, last = draft.names()
    home = draft.home()
    employer, stale, job = draft.work()
    mails = [*draft.personal_mail(), draft.work_mail(employer, stale)]
    numbers = [draft.private_phones()[0], ("work", draft.work_phone(employer, stale))]
    yield from draft.mail_tables(evidence, "contact", mails)
    yield from draft.phone_tables(evidence, "contact", numbers)
    columns = {
        "first_name": first, "last_name": last, "city": home["city"], "state": home["state"],
        "birth_year": _ages(draft),
        "linkedin_url": draft.linkedin(), "source": _same("exactbuyer.contacts", evidence), **job, **draft.asked(),
    }  # fmt: skip
    yield draft.table("records", draft.shared(evidence, "contact") | columns)


def _listed(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """A list of one's own: a third of the people, and of each about half of what one could know."""
    draft = _draft(population, people, random, "first_party", "first_party", share=0.3)
    ids = draft.ids()
    evidence = pc.binary_join_element_wise("row", ids, "-")
    first, last = draft.names()
    home, (employer, stale, job) = draft.home(), draft.work()

    def half(column: pa.Array, share: float) -> pa.Array:
        return pc.if_else(pa.array(draft.some(share)), column, pa.scalar(None, column.type))

    at_home = draft.some(0.45)
    columns = {
        name: pc.if_else(pa.array(at_home), column, pa.scalar(None, _TEXT)) for name, column in home.items()
    }
    columns |= {name: half(column, 0.5) for name, column in job.items()}
    columns |= {
        "first_name": first, "last_name": last, "linkedin_url": half(draft.linkedin(), 0.2), "person_ref": ids,
        "person_ref_type": _same("first_party_id", ids), "source": _same("first_party", ids),
    }  # fmt: skip
    mail = pc.if_else(pa.array(draft.some(0.3)), draft.work_mail(employer, stale), draft.personal_mail()[0])
    yield from draft.mail_tables(evidence, "row", [half(mail, 0.8)])
    yield from draft.phone_tables(evidence, "row", [("", half(draft.private_phones()[0][1], 0.5))])
    yield draft.table("records", draft.shared(evidence, "row") | columns)


def _signals(population: Population, people: Ints, random: Random) -> Iterator[Piece]:
    """Intent: BIGDBM's bare MD5s, ContactBased's ids with a hash, LeadPipe's SHA-256s with address and job."""
    for vendor, space, share, kind in (
        ("bigdbm", "", 0.5, "md5"), ("contactbased", "contactbased", 0.3, "sha1"), ("leadpipe", "", 1.0, "sha256"),
    ):  # fmt: skip
        view = population.view(vendor)
        caught = people[view.known(people) & (random.random(len(people)) < share)]
        mailboxes = view.signal_mailboxes(caught)
        caught, mailboxes = caught[mailboxes != NOBODY], mailboxes[mailboxes != NOBODY]
        draft = Draft(population, view, vendor, space, caught, np.zeros(len(caught), dtype=np.int32), random)
        draft.mark(np.ones(len(caught), dtype=bool), "hash_only")
        upper = draft.mark(draft.drawn("upper_hash"), "upper_hash")
        shown = draft.shared(pc.binary_join_element_wise(f"{vendor}/signal", texts.digits(caught, 8), "/"), kind)
        address = texts.emails(population, mailboxes.astype(np.int32))
        columns = {"hashed": address, "hashed_as": _same(kind, address), "upper": pa.array(upper)}
        if vendor == "contactbased":
            columns["contact_id"] = draft.ids()
        if vendor == "leadpipe":
            columns["email"] = address
            _, _, job = draft.work()
            columns |= {"company_name": job["company_name"], "job_title": job["job_title"]}
        yield draft.table("signals", shown | columns)


def _devices(draft: Draft) -> pa.Array:
    """Advertising ids of one in ten."""
    numbers = draft.person.astype(np.int64) * 2_654_435_761 % 10**11
    ids = pc.binary_join_element_wise("aaaaaaaa-0000-4000-8000-0", texts.digits(numbers, 11), "")
    known = draft.some(0.1) & draft.population.has_device[draft.person]
    return pc.if_else(pa.array(known), ids, pa.scalar(None, _TEXT))


def _main_lines(population: Population, employer: Ints) -> pa.Array:
    number = np.where(employer != NOBODY, population.employer_phone[employer], NOBODY)
    return pc.if_else(
        pa.array(number != NOBODY), population.phone_texts(np.maximum(number, 0)), pa.scalar(None, _TEXT)
    )


def _same(text: str, like: pa.Array) -> pa.Array:
    return pa.array([text] * len(like), _TEXT)


def held_back(made: Iterator[Piece], seed: int) -> Iterator[Piece]:
    """The same pieces, but one evidence in a hundred is observed on 2026-11-21, after all others."""
    late = pa.scalar(datetime(2026, 11, 21, 12), pa.timestamp("us"))  # noqa: DTZ001  as FIRST_DAY
    for name, table in made:
        key = table.column("record_id" if name == "signals" else "evidence_id").combine_chunks()
        chosen = _in_a_hundred(key, seed) == 0
        moment = pc.if_else(pa.array(chosen), late, table.column("observed_at").combine_chunks())
        yield name, table.set_column(table.schema.get_field_index("observed_at"), "observed_at", moment)


def _in_a_hundred(keys: pa.Array, seed: int) -> npt.NDArray[np.int64]:
    """A number from 0 to 99 a key, by its digits: equal keys get equal numbers."""
    digits_ = pc.cast(
        pc.utf8_slice_codeunits(pc.replace_substring_regex(keys, "[^0-9]", ""), -9, 2**31 - 1), pa.int64()
    )
    numbers: npt.NDArray[np.int64] = digits_.to_numpy(zero_copy_only=False).astype(np.int64)
    return (numbers + seed) * 2_654_435_761 % (1 << 31) // 7 % 100
