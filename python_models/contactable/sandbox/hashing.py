"""Counter-based randomness: the same (salt, number) gives the same draw, one at a time or a million at once.

The world is drawn with numpy generators; everything a vendor sees *differently* (coverage, typos, stale
employers, ids) is drawn here, so that a single record can be looked up without drawing all the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UInts = NDArray[np.uint64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB


def salt_of(*parts: object) -> int:
    """A 64-bit salt from the parts' text (seed, vendor, purpose)."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def mix(salt: int, number: int) -> int:
    """One 64-bit draw for one number (splitmix64)."""
    x = (number * _STEP + salt) & _MASK
    x = ((x ^ (x >> 30)) * _MIX_1) & _MASK
    x = ((x ^ (x >> 27)) * _MIX_2) & _MASK
    return x ^ (x >> 31)


def mix_many(salt: int, numbers: NDArray[np.integer]) -> UInts:
    """`mix` over an array; equal to it element by element."""
    x = numbers.astype(np.uint64) * np.uint64(_STEP) + np.uint64(salt)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(_MIX_1)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(_MIX_2)
    mixed: UInts = x ^ (x >> np.uint64(31))
    return mixed


def share(salt: int, number: int) -> float:
    """One draw in [0, 1) for one number."""
    return (mix(salt, number) >> 11) * 2.0**-53


def share_many(salt: int, numbers: NDArray[np.integer]) -> NDArray[np.float64]:
    """`share` over an array; equal to it element by element."""
    high = mix_many(salt, numbers) >> np.uint64(11)
    shares: NDArray[np.float64] = high.astype(np.float64) * 2.0**-53
    return shares


def rank_within(keys: NDArray[np.integer]) -> Ints:
    """For each element, how many elements of the same key stand before it (0 for the first)."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    position = np.arange(len(keys), dtype=np.int64)
    starts = np.ones(len(keys), dtype=bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(starts, position, 0))
    rank = np.empty(len(keys), dtype=np.int32)
    rank[order] = (position - first).astype(np.int32)
    return rank


class Lookup:
    """From a 64-bit key to the members that carry it. Keys may collide: the caller compares the full value."""

    def __init__(self, keys: UInts, members: NDArray[np.integer] | None = None) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._members = (order if members is None else members[order]).astype(np.int32)

    def get(self, key: int) -> Sequence[int]:
        """The members of one key, in ascending order of insertion; empty for an unknown key."""
        wanted = np.uint64(key & _MASK)
        left = int(self._keys.searchsorted(wanted, side="left"))
        if left == len(self._keys) or self._keys[left] != wanted:
            return ()
        right = int(self._keys.searchsorted(wanted, side="right"))
        found: list[int] = self._members[left:right].tolist()
        return found

    def __len__(self) -> int:
        return len(self._keys)
