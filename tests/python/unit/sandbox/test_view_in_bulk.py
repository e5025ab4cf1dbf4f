"""What a vendor sees in bulk equals what it sees one by one, for everybody and every vendor."""

from __future__ import annotations

import numpy as np
import pytest

from contactable.sandbox.leadpipe.firmographics import AGE_RANGES, Firmographics
from contactable.sandbox.view import KNOWLEDGE
from contactable.sandbox.world import World


@pytest.mark.parametrize("vendor", KNOWLEDGE)
def test_bulk_equals_one_by_one(world: World, vendor: str) -> None:
    view = world.view(vendor)
    people = np.arange(world.size, dtype=np.int32)
    mailboxes = np.arange(-1, world.mailboxes, dtype=np.int32)
    slots = np.concatenate(([-1], world.mobile[world.mobile >= 0])).astype(np.int32)
    everybody = people.tolist()
    assert view.stale(people).tolist() == [view.is_stale(p) for p in everybody]
    assert view.employers(people).tolist() == [view.employer(p) for p in everybody]
    assert view.known_mailboxes(mailboxes).tolist() == [view.knows_mailbox(m) for m in mailboxes.tolist()]
    assert view.with_linkedin(people).tolist() == [bool(view.linkedin(p)) for p in everybody]
    has_mobile = view.known_phones(world.mobile) | view.known_phones(world.mobile_2)
    assert has_mobile.tolist() == [bool(view.mobile_phones(p)) for p in everybody]
    assert not view.known_phones(slots)[0]


def test_what_can_be_filtered_equals_what_can_be_read(world: World) -> None:
    view = world.view("leadpipe")
    people = np.arange(world.size, dtype=np.int32)
    columns = Firmographics(view)
    assert columns.with_business_email(people).tolist() == [bool(view.work_mailboxes(p)) for p in people.tolist()]
    personal = columns.with_personal_email(people).tolist()
    assert personal == [bool(view.personal_mailboxes(p)) for p in people.tolist()]
    assert columns.with_phone(people).tolist() == [bool(view.phones(p)) for p in people.tolist()]
    for person, code in zip(people.tolist(), columns.age_range(people).tolist(), strict=True):
        least, _, most = AGE_RANGES[code].rstrip("+").partition("-")
        age = max(world.age(person), 18)
        assert int(least) <= age <= int(most or 200)
