"""Noise in texts, for whole Arrow columns at once. Every function takes and returns one text a row, null stays
null.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from identity import words

Bools = npt.NDArray[np.bool_]
Random = np.random.Generator

_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8).astype(np.uint32)
_WIDEST = max(map(len, words.KEYS.values()))
_NEIGHBOURS = np.array(
    [[ord(keys[i % len(keys)]) for i in range(_WIDEST)] for _, keys in sorted(words.KEYS.items())], dtype=np.uint32
)
#: The first letter is the one that people get right: it is chosen as seldom as this.
_FIRST_LETTER = 0.05
_BY_EAR = 0.35


def where(mask: Bools, texts: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Replace the masked rows by ``change`` of them; the others are not looked at."""
    mask = mask & pc.is_valid(texts).to_numpy(zero_copy_only=False)
    if not mask.any():
        return texts
    return pc.replace_with_mask(texts, pa.array(mask), change(texts.filter(pa.array(mask))))


def misspell(texts: pa.Array, random: Random) -> pa.Array:
    """One slip a text: heard wrongly (about a third), else a letter lost, doubled in, swapped or mistaken."""
    by_ear = random.random(len(texts)) < _BY_EAR
    heard = where(by_ear, texts, lambda some: _hear(some, random))
    unchanged = pc.equal(heard, texts).to_numpy(zero_copy_only=False)
    return where(unchanged, heard, lambda some: slip(some, random))


def slip(texts: pa.Array, random: Random) -> pa.Array:
    """One slip of the fingers a text: delete, insert, swap neighbours, or hit the key beside. Texts shorter
    than three letters stay.
    """
    letters, lengths = _matrix(texts)
    count, width = letters.shape
    if not count:
        return texts
    rows, columns = np.arange(count), np.arange(width)
    later = 1 + (random.random(count) * np.maximum(lengths - 1, 1)).astype(np.int64)
    first = random.random(count) < _FIRST_LETTER
    at: npt.NDArray[np.int64] = np.where(first, 0, np.minimum(later, lengths - 1))
    drawn = random.integers(0, 4, count)
    deed: npt.NDArray[np.int64] = np.where((drawn == 2) & (at >= lengths - 1), 0, drawn)
    source = np.broadcast_to(columns, (count, width)).copy()
    behind = columns[None, :] >= at[:, None]
    source = np.where((deed == 0)[:, None] & behind, np.minimum(columns + 1, width - 1), source)
    source = np.where((deed == 1)[:, None] & behind, np.maximum(columns - 1, 0), source)
    swap = np.flatnonzero(deed == 2)
    source[swap, at[swap]], source[swap, at[swap] + 1] = at[swap] + 1, at[swap]
    written = letters[rows[:, None], source]
    old = letters[rows, at]
    new = np.where(deed == 3, _beside(old, random), random.choice(_LETTERS, count))
    new = np.where((old >= 65) & (old <= 90), new - 32, new)
    put = deed % 2 == 1
    written[rows[put], at[put]] = new[put]
    written = np.where((lengths < 3)[:, None], letters, written)
    return _texts(written)


def _beside(old: npt.NDArray[np.uint32], random: Random) -> npt.NDArray[np.uint32]:
    lower = np.where((old >= 65) & (old <= 90), old + 32, old)
    known = (lower >= 97) & (lower <= 122)
    neighbour = _NEIGHBOURS[np.where(known, lower - 97, 0), random.integers(0, _WIDEST, len(old))]
    return np.where(known, neighbour, random.choice(_LETTERS, len(old)))


def _hear(texts: pa.Array, random: Random) -> pa.Array:
    """Write one sound another way, where the text has one of them behind its first letter."""
    done = texts
    for number in random.permutation(len(words.SOUNDS)).tolist():
        sound, other = words.SOUNDS[number]
        open_ = pc.equal(done, texts).to_numpy(zero_copy_only=False)
        there = open_ & pc.match_substring_regex(texts, f"^.+{sound}").to_numpy(zero_copy_only=False)
        change = partial(pc.replace_substring_regex, pattern=f"^(.+?){sound}", replacement=f"\\1{other}")
        done = where(there, done, change)
    return done


def misspell_email(texts: pa.Array, random: Random) -> pa.Array:
    """A slip in the letters before the @. Digits stay: this world numbers namesakes without a gap, so a wrong
    digit would meet another person of the same name far more often than in a real provider's name space.
    """
    parts = pc.struct_field(pc.extract_regex(texts, r"^(?P<local>[^0-9@]*)(?P<rest>.*)$"), [0])
    rest = pc.struct_field(pc.extract_regex(texts, r"^(?P<local>[^0-9@]*)(?P<rest>.*)$"), [1])
    return pc.binary_join_element_wise(slip(parts, random), rest, "")


def another_case(texts: pa.Array, random: Random) -> pa.Array:
    """Capitals, no capitals, or letters and marks that an export lost."""
    way = random.integers(0, 3, len(texts))
    texts = where(way == 0, texts, pc.utf8_upper)
    texts = where(way == 1, texts, pc.utf8_lower)
    return where(way == 2, texts, plain)


def plain(texts: pa.Array) -> pa.Array:
    """Without accents and apostrophes, hyphens as blanks."""
    for accented, letter in words.PLAIN:
        texts = pc.replace_substring(texts, accented, letter)
    return texts


def middle_initial(texts: pa.Array, random: Random) -> pa.Array:
    """``Ada`` as ``Ada K.`` or ``Ada K``."""
    letters = pa.array(list("ABCDEFGHJKLMNPRSTW")).take(pa.array(random.integers(0, 18, len(texts))))
    dots = pa.array(["", "."]).take(pa.array(random.integers(0, 2, len(texts))))
    return pc.binary_join_element_wise(texts, pc.binary_join_element_wise(letters, dots, ""), " ")


def initial(texts: pa.Array, random: Random) -> pa.Array:
    """``Ada`` as ``A.`` or ``A``."""
    dots = pa.array(["", "."]).take(pa.array(random.integers(0, 2, len(texts))))
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, 1), dots, "")


def street_form(texts: pa.Array, random: Random) -> pa.Array:
    """``12 Alder St Apt 4`` as ``12 Alder Street # 4``: other words, the same place."""
    for short, long in words.STREET_FORMS:
        texts = pc.replace_substring_regex(texts, f"{short}( Apt|$)", f"{long}\\1")
    way = random.integers(0, len(words.UNIT_FORMS), len(texts))
    for number, form in enumerate(words.UNIT_FORMS):
        texts = where(way == number, texts, partial(pc.replace_substring, pattern=" Apt ", replacement=form))
    return where(random.random(len(texts)) < 0.5, texts, pc.utf8_upper)


def phone_form(texts: pa.Array, random: Random) -> pa.Array:
    """E.164 of the North American plan as people write it."""
    way = random.integers(0, 6, len(texts))
    forms: Sequence[str] = (r"(\1) \2-\3", r"\1-\2-\3", r"\1.\2.\3", r"\1\2\3", r"1-\1-\2-\3")
    for number, form in enumerate(forms):
        change = partial(pc.replace_substring_regex, pattern=r"^\+1(\d{3})(\d{3})(\d{4})$", replacement=form)
        texts = where(way == number, texts, change)
    return texts


def _matrix(texts: pa.Array) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Texts as code points, a row each, with room for one more; and their lengths."""
    given = texts.to_numpy(zero_copy_only=False).astype("U")
    width = max(given.dtype.itemsize // 4, 1)
    letters = np.zeros((len(given), width + 1), dtype=np.uint32)
    letters[:, :width] = np.ascontiguousarray(given).view(np.uint32).reshape(len(given), width)
    return letters, np.char.str_len(given).astype(np.int64)


def _texts(letters: npt.NDArray[np.uint32]) -> pa.Array:
    width = letters.shape[1]
    return pa.array(np.ascontiguousarray(letters).view(f"U{width}").ravel(), pa.string())
