"""The world: the same for the same seed, of reserved names and numbers only, and every identifier leads back."""

import hashlib
import ipaddress
import re
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from contactable.sandbox import identifiers, lexicon
from contactable.sandbox.codes import LANDLINE, MOBILE, NO_PHONE, NOBODY, ROLE_MAIL, SWITCHBOARD
from contactable.sandbox.columns import PHONE_BUDGET
from contactable.sandbox.world import World

_RESERVED = re.compile(r"(example\.(com|org|net)|[a-z-]+\.example)")
_FICTION = re.compile(r"\+1[2-9]\d\d55501\d\d")
_DOCUMENTATION = [
    ipaddress.ip_network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def _everything(world: World) -> dict[str, list[object]]:
    columns = {
        name: value.tolist()
        for name, value in vars(world).items()
        if isinstance(value, np.ndarray) and name[0] != "_"
    }
    people = range(world.size)
    return columns | {
        "emails": world.mail_text.many(np.arange(world.mailboxes, dtype=np.int32)).to_pylist(),
        "slugs": [world.linkedin(p) for p in people],
        "maids": [world.maid(p) for p in people],
        "signals": world.signals(date(2026, 11, 20)).person.tolist(),
    }


def test_the_same_seed_grows_the_same_world() -> None:
    assert _everything(World(300, 5)) == _everything(World(300, 5))


def test_another_seed_grows_another_world() -> None:
    one, other = _everything(World(300, 5)), _everything(World(300, 6))
    same = {name for name in one if one[name] == other[name]}
    assert same == set()


def test_today_changes_ages_and_last_seen_dates_alone() -> None:
    one, other = _everything(World(300, 5, date(2026, 11, 21))), _everything(World(300, 5, date(2027, 2, 1)))
    assert {name for name in one if one[name] != other[name]} == {"mail_seen"}


def test_nobody_is_a_wrong_size() -> None:
    assert World(1).size == 1
    with pytest.raises(ValueError, match="at least one person"):
        World(0)


def test_only_reserved_domains_numbers_and_addresses(world: World) -> None:
    emails = world.mail_text.many(np.arange(world.mailboxes, dtype=np.int32)).to_pylist()
    assert all(_RESERVED.fullmatch(email.partition("@")[2]) for email in emails)
    slots = np.flatnonzero(world.phone_type != NO_PHONE).tolist()
    assert slots
    assert all(_FICTION.fullmatch(identifiers.phone_e164(slot)) for slot in slots)
    ips = [world.ip(p) for p in range(world.size)] + [identifiers.employer_ip(e) for e in range(world.employers)]
    assert all(any(ipaddress.ip_address(ip) in block for block in _DOCUMENTATION) for ip in ips)
    assert {ipaddress.ip_address(ip).version for ip in ips} == {4, 6}
    assert all(domain.endswith(".example") for topic in lexicon.TOPICS for domain in topic.domains)


def test_addresses_are_unique_and_plain(world: World) -> None:
    emails = world.mail_text.many(np.arange(world.mailboxes, dtype=np.int32)).to_pylist()
    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"[a-z]+([._][a-z]+)?\d*@[a-z.-]+", email) for email in emails)
    assert len({world.company_domain(e) for e in range(world.employers)}) == world.employers


def test_texts_in_bulk_equal_texts_one_by_one(world: World) -> None:
    mailboxes = np.random.default_rng(0).permutation(world.mailboxes)[:500].astype(np.int32)
    assert world.mail_text.many(mailboxes).to_pylist() == [world.email(m) for m in mailboxes.tolist()]
    digests = [hashlib.md5(world.email(m).encode()).hexdigest() for m in mailboxes.tolist()]
    assert world.mail_index.md5_texts(mailboxes) == digests


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_a_mailbox_is_found_by_address_and_hash(world: World, name: str) -> None:
    for mailbox in range(0, world.mailboxes, 97):
        digest = hashlib.new(name, world.email(mailbox).encode()).hexdigest()
        assert world.find_hash(digest) == mailbox
        assert world.find_hash(digest.upper()) == mailbox
        assert world.find_email(f" {world.email(mailbox).upper()} ") == mailbox


@pytest.mark.parametrize("text", ["", "nobody@example.com", "z" * 32, "a" * 31, "0" * 32, "0" * 40, "0" * 64])
def test_unknown_addresses_and_hashes_find_nobody(world: World, text: str) -> None:
    assert world.find_email(text) == NOBODY
    assert world.find_hash(text) == NOBODY


def test_a_person_is_found_by_profile_device_and_address(world: World) -> None:
    profiles = devices = 0
    for person in range(0, world.size, 7):
        home = int(world.household[person])
        assert home in world.find_households(world.street_address(home), world.zip_code(home) + "-1234")
        assert world.find_household_by_ip(world.ip(person)) == home
        if slug := world.linkedin(person):
            profiles += 1
            for url in (f"https://www.linkedin.com/in/{slug.upper()}/?trk=x", f"linkedin.com/in/{slug}", slug):
                assert world.find_linkedin(url) == person
        if maid := world.maid(person):
            devices += 1
            assert world.find_maid(maid.swapcase()) == person
    assert profiles
    assert devices


def test_street_words_may_be_spelt_out(world: World) -> None:
    home = next(h for h in range(world.households) if world.building_address(h).endswith(" St"))
    assert home in world.find_households(world.building_address(home).upper() + "REET", world.zip_code(home))
    assert world.find_households(world.building_address(home), "00000") == []
    assert world.find_households("nowhere", "22101") == []


def test_a_vehicle_is_found_by_its_vin(world: World) -> None:
    for vehicle in range(0, world.vehicles, 11):
        vin = world.vin(vehicle)
        assert re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", vin)
        assert world.find_vin(vin.lower()) == vehicle
        wrong = "0" if vin[8] != "0" else "1"
        assert world.find_vin(vin[:8] + wrong + vin[9:]) == NOBODY


def test_the_check_digit_is_the_published_one() -> None:
    """The sample of 49 CFR 565 and of every VIN guide."""
    assert identifiers.vin_check_digit("1M8GDM9AXKP042788") == "X"
    assert identifiers.vin_check_digit("11111111111111111") == "1"


@pytest.mark.parametrize(
    "text", ["+1 (202) 555-0123", "1-202-555-0123", "2025550123", "+12025550123", "202.555.0123"]
)
def test_a_number_is_read_however_it_is_punctuated(text: str) -> None:
    assert identifiers.phone_e164(identifiers.read_phone(text)) == "+12025550123"


@pytest.mark.parametrize("text", ["", "5550123", "+442025550123", "1025550123", "2025551234", "12025550123x4"])
def test_other_numbers_are_nobodys(text: str) -> None:
    assert identifiers.read_phone(text) == NOBODY


def test_numbers_belong_to_whom_they_say(world: World) -> None:
    for slot in np.flatnonzero(world.phone_type != NO_PHONE).tolist():
        owner, kind = int(world.phone_owner[slot]), int(world.phone_type[slot])
        if kind == MOBILE:
            assert slot in (world.mobile[owner], world.mobile_2[owner])
        elif kind == LANDLINE:
            assert world.landline[owner] == slot
            assert world.phone_people(slot) == list(world.residents(owner))
        elif kind == SWITCHBOARD:
            assert world.employer_phone[owner] == slot
        else:
            assert world.direct[owner] == slot


def test_numbers_thin_out_evenly_when_the_reserved_space_is_full() -> None:
    large = World(150_000, 3)
    given = int((large.phone_type != NO_PHONE).sum())
    assert 0.9 * PHONE_BUDGET < given <= PHONE_BUDGET * 1.02
    assert 0.1 < (large.mobile != NOBODY).mean() < 0.5
    assert (large.employer_phone != NOBODY).any()


def test_every_score_and_status_occurs(world: World) -> None:
    assert set(world.phone_score.tolist()) == {0, 1, 2, 3, 4, 5}
    assert set(world.mail_status.tolist()) == {10, 20, 30, 40, 50}
    roles = world.mail_kind == ROLE_MAIL
    assert set(world.mail_status[roles].tolist()) == {20, 50}


def test_households_share_addresses_and_names(world: World) -> None:
    homes = [list(world.residents(h)) for h in range(world.households)]
    assert [p for home in homes for p in home] == list(range(world.size))
    shared = [home for home in homes if len(home) > 1]
    alike = sum(world.last_name(home[0]) == world.last_name(home[1]) for home in shared)
    assert 0.6 < alike / len(shared) < 0.95
    assert all(world.age(p) >= 18 for p in range(world.size))


def test_an_employer_is_found_by_name_domain_and_number(world: World) -> None:
    for employer in range(world.employers):
        assert world.find_employer(name=world.company_name(employer).upper()) == employer
        assert world.find_employer(domain=f"https://www.{world.company_domain(employer)}/about") == employer
        assert world.find_employer(ein=world.ein(employer).replace("-", "")) == employer
        assert employer in world.find_employers_at(world.company_address(employer), world.company_zip(employer))
        assert world.find_employer_by_ip(identifiers.employer_ip(employer)) == employer
    assert world.find_employer(name="No Such Company") == NOBODY
    assert world.find_employer(ein="99-9999999") == NOBODY


def test_a_day_of_signals_never_changes(world: World) -> None:
    day = date(2026, 9, 1)
    first = world.signals(day)
    fresh = World(world.size, world.seed)
    for other in (day + timedelta(days=n) for n in (3, 1, 2)):
        fresh.signals(other)
    again = fresh.signals(day)
    for column in ("person", "topic", "strength", "count"):
        assert getattr(first, column).tolist() == getattr(again, column).tolist()


def test_a_few_percent_show_something_and_mostly_what_they_always_do(world: World) -> None:
    days = [world.signals(date(2026, 11, 21) - timedelta(days=n)) for n in range(90)]
    shares = [len(set(day.person.tolist())) / world.size for day in days]
    assert 0.025 < sum(shares) / len(shares) < 0.06
    rows = [(int(p), int(t)) for day in days for p, t in zip(day.person, day.topic, strict=True)]
    lasting = sum(topic in world.topics[person] for person, topic in rows)
    assert lasting / len(rows) > 0.85
    assert Counter(rows).most_common(1)[0][1] > 10
    assert len({topic for _, topic in rows}) == len(lexicon.TOPICS) - 1
    for day in days:
        assert len(set(zip(day.person.tolist(), day.topic.tolist(), strict=True))) == len(day)
        assert day.person.tolist() == sorted(day.person.tolist())
        assert 0.299 < float(day.strength.min()) <= float(day.strength.max()) < 0.991
