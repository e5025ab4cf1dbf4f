"""A whole address, or a place, in one cell: taken apart where it is certain, else left as it is.

Certain means a state of the US (seeds/us_states.csv) with its postal code or its country behind it.
"""

import csv
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_US = frozenset(("us", "usa", "united states", "united states of america", "u s a", "u s"))
#: Countries that stand behind a place in exports, beside the US.
_COUNTRIES = frozenset(
    [
        "canada",
        "united kingdom",
        "uk",
        "great britain",
        "england",
        "scotland",
        "wales",
        "ireland",
        "germany",
        "deutschland",
        "france",
        "spain",
        "italy",
        "netherlands",
        "the netherlands",
        "belgium",
        "switzerland",
        "austria",
        "portugal",
        "poland",
        "sweden",
        "norway",
        "denmark",
        "finland",
        "india",
        "china",
        "japan",
        "australia",
        "new zealand",
        "mexico",
        "brazil",
        "argentina",
        "chile",
        "colombia",
        "singapore",
        "israel",
        "south africa",
        "united arab emirates",
        "turkey",
        "greece",
        "czechia",
        "czech republic",
        "romania",
        "hungary",
        "philippines",
        "indonesia",
        "malaysia",
        "thailand",
        "vietnam",
        "south korea",
        "taiwan",
        "hong kong",
        "nigeria",
        "kenya",
        "egypt",
        "pakistan",
        "bangladesh",
        "saudi arabia",
        "ukraine",
    ]
)


class Place(NamedTuple):
    """The parts that a cell holds; None: it does not say."""

    address: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None


@cache
def _states() -> frozenset[str]:
    """Codes and names of the US states, in lower case; none where there is no project."""
    checkout = Path(__file__).parents[3]
    for directory in (Path(os.environ.get("CONTACTABLE_PROJECT_DIR") or checkout), checkout):
        file = directory / "seeds" / "us_states.csv"
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                return frozenset(text.lower() for row in csv.DictReader(lines) for text in row.values())
    return frozenset()


def _plain(text: str) -> str:
    return " ".join(text.replace(".", " ").split()).lower()


def _parts(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r",|[\r\n]+|\s{2,}", text) if part.strip()]


class _End(NamedTuple):
    before: list[str]
    state: str | None
    zip: str | None
    country: str | None


def _end(parts: Sequence[str]) -> _End:
    """State, postal code and country off the end, in any order that is written."""
    rest = list(parts)
    found: dict[str, str | None] = {"zip": None, "country": None}
    for _ in range(2):
        if len(rest) > 1 and found["zip"] is None and _ZIP.fullmatch(rest[-1]):
            found["zip"] = rest.pop()
        if len(rest) > 1 and found["country"] is None and _plain(rest[-1]) in _US | _COUNTRIES:
            found["country"] = rest.pop()
    words = rest[-1].split() if rest else []
    if words and found["zip"] is None and _ZIP.fullmatch(words[-1]) and len(words) > 1:
        found["zip"] = words.pop()
    for length in (3, 2, 1):
        if len(words) >= length and _plain(" ".join(words[-length:])) in _states():
            if len(words) == length and len(rest) == 1 and found["country"] is None:
                break  # a single word that may be a city
            state = " ".join(words[-length:])
            before = [*rest[:-1], *([" ".join(words[:-length])] if len(words) > length else [])]
            return _End(before, state, found["zip"], found["country"])
    return _End([*rest[:-1], " ".join(words)] if words else rest, None, found["zip"], found["country"])


def whole_address(text: str | None) -> Place | None:
    """``8 Elm St, Boston, MA 02108, USA`` in parts; None where it is not certain."""
    if not text or len(text) > 500:
        return None
    end = _end(_parts(text))
    is_us = end.country is None or _plain(end.country) in _US
    if end.state is None or not is_us or (end.zip is None and end.country is None) or len(end.before) < 2:
        return None
    *street, city = end.before
    return Place(", ".join(street), city, end.state, end.zip, end.country)


def place(text: str | None) -> Place:
    """``Boston, Massachusetts, United States`` in parts; what it does not say is None."""
    parts = _parts(text or "")
    if not parts or len(parts) > 4:
        return Place()
    end = _end(parts)
    if end.state is not None:
        return Place(None, end.before[-1] if end.before else None, end.state, end.zip, end.country)
    if len(parts) == 1:
        is_country = _plain(parts[0]) in _US | _COUNTRIES
        return Place(country=parts[0]) if is_country else Place()
    if end.country is None:
        return Place()
    if len(end.before) == 2:  # Toronto, Ontario, Canada
        return Place(None, end.before[0], end.before[1], None, end.country)
    return Place(None, end.before[0] if len(end.before) == 1 else None, None, None, end.country)
