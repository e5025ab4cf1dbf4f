"""What describes a person without identifying by itself: names and homes, and when they are enough.

A name is not a person: John Smith is many. A row or record is taken to be about the person when, in it,

* the full name stands, and no other known person has that name; or
* the full name stands together with the person's home (street and ZIP), or with an identifier that the person
shares
  with others (a household's landline); or
* the home stands (street and ZIP), and nobody else is known to live there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cached_property

from contactable.privacy.people import Home, Name

#: Longer cells are whole documents: their records are looked at one by one.
_CELL = 4_000


def fold(text: str) -> str:
    """Return lower case without accents and punctuation, words apart by one blank."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


class Traits:
    """A person's names and homes, ready to be looked for in rows."""

    def __init__(
        self,
        names: Iterable[Name] = (),
        homes: Iterable[Home] = (),
        *,
        rare_names: Set[Name] = frozenset(),
        lone_homes: Set[Home] = frozenset(),
        bystanders: Iterable[Name] = (),
    ) -> None:
        self._names = {folded: name in rare_names for name in names if (folded := _folded(name))}
        self._homes = {folded: home in lone_homes for home in homes if (folded := _folded(home))}
        self._bystanders = {folded for name in bystanders if (folded := _folded(name))} - self._names.keys()
        self.words = {part for name in names for part in name if part}

    def __bool__(self) -> bool:
        return bool(self._names or self._homes)

    @cached_property
    def rough(self) -> Sequence[tuple[str, str]]:
        """Pairs of patterns (RE2 and Python, case-blind) of which both are in any text about the person."""
        return [(_loosely(one), _loosely(other)) for one, other in (*self._names, *self._homes)]

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
        return [(re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE)) for one, other in self.rough]

    def may_be_in(self, text: str) -> bool:
        """Say quickly whether it is worth to look closer."""
        return any(one.search(text) and other.search(text) for one, other in self._compiled)

    def in_row(self, cells: Iterable[str], shares: Callable[[], bool]) -> bool:
        """Say whether the cells of one row, or the values of one record, are about the person.

        ``shares``: whether an identifier that the person has in common with others stands there too.
        """
        folded = [fold(cell) for cell in cells if len(cell) <= _CELL]
        named = [rare for name, rare in self._names.items() if _stands(name, folded)]
        at_home = [lone for home, lone in self._homes.items() if _lives(home, folded)]
        return any(named) or any(at_home) or bool(named and (at_home or shares()))

    def is_bystanders(self, cells: Iterable[str]) -> bool:
        """Say whether a record is somebody else's, who is known to be connected with the person."""
        folded = [fold(cell) for cell in cells if len(cell) <= _CELL]
        return any(_stands(name, folded) for name in self._bystanders) and not any(
            _stands(name, folded) for name in self._names
        )

    def is_part(self, text: str) -> bool:
        """Say whether a whole value is a name of the person, or the street."""
        folded = fold(text)
        return any(
            folded in {one, other, f"{one} {other}", f"{other} {one}"} for one, other in self._names
        ) or any(folded == street for street, _ in self._homes)


def _folded(pair: tuple[str, str]) -> tuple[str, str] | None:
    one, other = (fold(part) for part in pair)
    return (one, other) if one and other else None


def _stands(name: Name, cells: Sequence[str]) -> bool:
    first, last = name
    if first in cells and last in cells:
        return True
    ahead, behind = f" {first} ", f" {last} "
    return any(
        ahead in padded and behind in padded and _adjacent(padded, first, last)
        for cell in cells
        if (padded := f" {cell} ")
    )


def _adjacent(padded: str, first: str, last: str) -> bool:
    """First and last name side by side, or with one word (a middle name) between; or the last name first."""
    pattern = rf" {re.escape(first)} (?:\w+ )?{re.escape(last)} | {re.escape(last)} {re.escape(first)} "
    return re.search(pattern, padded) is not None


def _lives(home: Home, cells: Sequence[str]) -> bool:
    street, code = home
    padded = [f" {cell} " for cell in cells]
    return any(f" {street} " in cell for cell in padded) and any(f" {code} " in cell for cell in padded)


def _loosely(text: str) -> str:
    """Return a pattern for a folded text as somebody may have written it: with accents, escapes, punctuation."""
    return "".join(
        "[^0-9a-z]*" if letter == " " else rf"(?:{re.escape(letter)}|[^\x00-\x7f]{{1,2}}|\\u[0-9a-f]{{4}})"
        for letter in text
    )
