"""How vendors see the world: each its own way, always the same way, and never more than there is."""

from datetime import date

import numpy as np
import pytest

from contactable.sandbox.codes import NOBODY
from contactable.sandbox.identifiers import phone_e164
from contactable.sandbox.view import KNOWLEDGE, VendorView
from contactable.sandbox.world import World

VENDORS = sorted(KNOWLEDGE)
_DAY = date(2026, 11, 20)


def _record(view: VendorView, person: int) -> tuple[object, ...]:
    return (
        view.knows(person),
        view.first_name(person),
        view.last_name(person),
        view.employer(person),
        view.mailboxes(person),
        [(phone.e164, phone.kind, phone.dnc) for phone in view.phones(person)],
        view.linkedin_url(person),
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_always_sees_the_same(world: World, vendor: str) -> None:
    again = World(world.size, world.seed).view(vendor)
    assert [_record(world.view(vendor), p) for p in range(400)] == [_record(again, p) for p in range(400)]
    assert world.view(vendor).signals(_DAY).person.tolist() == again.signals(_DAY).person.tolist()


def test_vendors_see_differently(world: World) -> None:
    known = {vendor: tuple(world.view(vendor).known(np.arange(world.size, dtype=np.int32))) for vendor in VENDORS}
    assert len(set(known.values())) == len(VENDORS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_gaps_are_as_large_as_stated(world: World, vendor: str) -> None:
    view, knowledge = world.view(vendor), KNOWLEDGE[vendor]
    people = np.arange(world.size, dtype=np.int32)
    assert view.known(people).mean() == pytest.approx(knowledge.people, abs=0.04)
    assert [view.knows(int(p)) for p in people] == view.known(people).tolist()
    movers = [int(p) for p in people if world.previous_employer[p] != NOBODY]
    stale = [p for p in movers if view.employer(p) != world.employer[p]]
    assert len(stale) / len(movers) == pytest.approx(knowledge.stale_job, abs=0.06)
    wrong = sum(view.last_name(int(p)) != world.last_name(int(p)) for p in people)
    assert 0 < wrong / world.size < 2 * knowledge.typo


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_it_shows_can_be_asked_for(world: World, vendor: str) -> None:
    view = world.view(vendor)
    for person in filter(view.knows, range(0, world.size, 5)):
        for mailbox in view.personal_mailboxes(person):
            assert view.find_email(world.email(mailbox)) == person
            assert view.find_hash(world.mail_index.digest(mailbox, "sha256")) == person
        if url := view.linkedin_url(person):
            assert view.find_linkedin(url) == person
        for phone in view.mobile_phones(person):
            if phone.slot in (world.mobile[person], world.mobile_2[person]):
                assert person in view.find_phone(phone.e164)
        key = view.key("anything", person)
        assert view.find_key("anything", key) == person
    assert view.find_key("anything", 12345) == NOBODY


def test_a_wrong_number_keeps_its_area_and_stays_reserved(world: World) -> None:
    view = world.view("contactbased")
    wrong = 0
    for person in range(world.size):
        for phone in view.mobile_phones(person):
            true = {int(world.mobile[person]), int(world.mobile_2[person])}
            if phone.slot not in true:
                wrong += 1
                assert phone.slot // 100 in {slot // 100 for slot in true}
                assert phone_e164(phone.slot)[5:10] == "55501"
    assert wrong > 10


def test_a_vendor_reports_true_signals_of_people_it_knows(world: World) -> None:
    true = world.signals(_DAY)
    rows = set(zip(true.person.tolist(), true.topic.tolist(), true.count.tolist(), strict=True))
    for vendor in ("bigdbm", "contactbased", "leadpipe"):
        view = world.view(vendor)
        caught = view.signals(_DAY)
        assert 0 < len(caught) < len(true)
        assert set(zip(caught.person.tolist(), caught.topic.tolist(), caught.count.tolist(), strict=True)) <= rows
        assert all(view.knows(person) for person in caught.person.tolist())
        assert (view.signal_mailboxes(caught.person) != NOBODY).all()
    assert len(world.view("exactbuyer").signals(_DAY)) == 0
