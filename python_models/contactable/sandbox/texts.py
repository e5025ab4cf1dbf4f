"""Facts of many people at once, as Arrow columns: for the ground truth and the first-party list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contactable.sandbox import identifiers, lexicon
from contactable.sandbox.codes import NOBODY
from contactable.sandbox.hashing import Ints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from contactable.sandbox.world import World


def words(choices: Sequence[str], codes: NDArray[np.integer]) -> pa.Array:
    """The words behind codes."""
    return pa.array(list(choices), pa.string()).take(pa.array(codes))


def digits(numbers: NDArray[np.integer], width: int) -> pa.Array:
    """Zero-padded decimal texts."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, padding="0")


def optional(members: Ints, text: Callable[[Ints], pa.Array]) -> pa.Array:
    """`text` of the members that exist, null where the member is -1."""
    there = members != NOBODY
    shown = text(np.where(there, members, 0).astype(np.int32))
    return pc.if_else(pa.array(there), shown, pa.scalar(None, pa.string()))


def first_names(world: World, people: Ints) -> pa.Array:
    return words(world.first_words, world.first[people])


def last_names(world: World, people: Ints) -> pa.Array:
    return words(world.last_words, world.last[people])


def addresses(world: World, households: Ints) -> pa.Array:
    """`12 Alder St` or `12 Alder St Apt 4`."""
    unit = world.household_unit[households]
    line = pc.binary_join_element_wise(
        pc.cast(pa.array(world.household_number[households]), pa.string()),
        words(lexicon.STREETS, world.household_street[households]),
        words(lexicon.STREET_SUFFIXES, world.household_suffix[households]),
        " ",
    )
    apartment = pc.binary_join_element_wise(line, "Apt", pc.cast(pa.array(unit), pa.string()), " ")
    return pc.if_else(pa.array(unit > 0), apartment, line)


def cities(world: World, households: Ints) -> pa.Array:
    return words(lexicon.TOWNS, world.household_town[households])


def states(world: World, households: Ints) -> pa.Array:
    return words([state.code for state in lexicon.STATES], world.household_state[households])


def zip_codes(world: World, households: Ints) -> pa.Array:
    return digits(world.household_zip[households], 5)


def company_names(world: World, employers: Ints) -> pa.Array:
    return optional(employers, lambda known: _company_names(world, known))


def _company_names(world: World, employers: Ints) -> pa.Array:
    return pc.binary_join_element_wise(
        words(lexicon.COMPANY_FIRST, world.employer_first[employers]),
        words(lexicon.COMPANY_SECOND, world.employer_second[employers]),
        words([industry.word for industry in lexicon.INDUSTRIES], world.employer_industry[employers]),
        " ",
    )


def company_domains(world: World, employers: Ints) -> pa.Array:
    return optional(employers, lambda known: world.mail_text.domains.take(pa.array(known)))


def emails(world: World, mailboxes: Ints) -> pa.Array:
    return optional(mailboxes, world.mail_text.many)


def phones(slots: Ints) -> pa.Array:
    """E.164, null for -1."""
    return optional(slots, _phones)


def _phones(slots: Ints) -> pa.Array:
    return pc.binary_join_element_wise("+1", digits(slots // 100, 3), "55501", digits(slots % 100, 2), "")


def job_titles(world: World, people: Ints) -> pa.Array:
    """Null for people without employer."""
    titles = words([title for title, _, _ in lexicon.TITLES], world.title[people])
    return pc.if_else(pa.array(world.employer[people] != NOBODY), titles, pa.scalar(None, pa.string()))


def linkedin_slugs(world: World, people: Ints) -> pa.Array:
    """Null for people without profile."""
    return pa.array([world.linkedin(p) or None for p in people.tolist()], pa.string())


def maids(world: World, people: Ints) -> pa.Array:
    """Null for people without device."""
    return pa.array([world.maid(p) or None for p in people.tolist()], pa.string())


def ips(world: World, people: Ints) -> pa.Array:
    return pa.array([identifiers.household_ip(h) for h in world.household[people].tolist()], pa.string())


def vins(world: World, people: Ints) -> pa.Array:
    """The first vehicle of each, null for people without."""
    first = np.where(
        world.vehicle_start[people] < world.vehicle_start[people + 1], world.vehicle_start[people], NOBODY
    )
    return pa.array([world.vin(v) if v >= 0 else None for v in first.tolist()], pa.string())
