"""Draws are the same one at a time and in bulk; ranks and look-ups survive equal keys."""

import numpy as np
import pytest

from contactable.sandbox.hashing import Lookup, mix, mix_many, rank_within, salt_of, share, share_many


@pytest.mark.parametrize("salt", [0, 1, salt_of(7, "bigdbm", "people"), 2**64 - 1])
def test_one_draw_equals_the_bulk_draw(salt: int) -> None:
    numbers = np.array([0, 1, 2, 999_999, 2**31 - 1], dtype=np.int32)
    assert mix_many(salt, numbers).tolist() == [mix(salt, int(n)) for n in numbers]
    assert share_many(salt, numbers).tolist() == [share(salt, int(n)) for n in numbers]


def test_draws_fill_the_unit_interval_evenly() -> None:
    drawn = share_many(salt_of("even"), np.arange(20_000))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert np.abs(np.histogram(drawn, bins=10, range=(0, 1))[0] - 2_000).max() < 200


def test_ranks_count_earlier_equals() -> None:
    assert rank_within(np.array([5, 3, 5, 5, 3, 9])).tolist() == [0, 0, 1, 2, 1, 0]
    assert rank_within(np.array([], dtype=np.int64)).tolist() == []


def test_a_lookup_finds_all_members_of_a_key_and_none_of_an_unknown_one() -> None:
    lookup = Lookup(np.array([7, 2**64 - 1, 7, 0], dtype=np.uint64), np.array([10, 11, 12, 13], dtype=np.int32))
    assert list(lookup.get(7)) == [10, 12]
    assert list(lookup.get(2**64 - 1)) == [11]
    assert list(lookup.get(8)) == []
    assert list(Lookup(np.array([], dtype=np.uint64)).get(1)) == []
