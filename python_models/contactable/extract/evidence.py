"""What a vendor's list proves about a thing that we made there and whose answer was lost.

No vendor documents a look-up by something of ours, so a list is evidence only as far as it shows its worth. First
each thing on the list that our journal does not know by its id is judged:

| it                                                                                        | is     |
|-------------------------------------------------------------------------------------------|--------|
| bears our name                                                                            | ours   |
| contradicts what we sent (feed, window, options), or was made at another time             | other  |
| bears another name, and names are told as they were sent (seen on other things)           | other  |
| bears another name, no sign of how names are told, but was made when we sent              | maybe  |
| bears another name, no sign of how names are told, and does not say when it was made      | other  |
| bears no name (or names are told otherwise than sent), made when we sent, what it must carry agrees | likely |
| anything else                                                                             | maybe  |

Then the list as a whole. The first row that fits decides:

| the list                                                                                  | decides   |
|-------------------------------------------------------------------------------------------|-----------|
| one is ours                                                                               | found     |
| several are ours; or reading it broke off                                                 | undecided |
| one is likely, and could not be another lost creation of ours                             | found     |
| several are likely, or some may be it                                                     | undecided |
| is empty, or its end is not proven: presence would perhaps not show                       | undecided |
| was read to its end, and everything on it is something else                               | absent    |

Undecided gives nothing back and makes nothing again: a person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

#: The vendor may make it so long after we sent it: gateways give up within minutes (2026-11-30, assumed).
LATE = timedelta(minutes=15)
#: Its moment may lie so much before ours although both clocks were compared: whole seconds, answers under way.
EARLY = timedelta(minutes=5)
#: Where the clocks were compared right before it was sent, a creation time so far outside excludes.
COMPARED_CLOCK = timedelta(minutes=15)
#: Where they were not, only one so far outside does: a wrong zone is up to 14 hours off, a wrong date a day.
UNKNOWN_CLOCK = timedelta(hours=26)
#: A moment without a zone may be local time anywhere.
_ANY_ZONE = timedelta(hours=14)


class Finding(StrEnum):
    """What became of the creation, as far as the list tells."""

    FOUND = "found"
    ABSENT = "absent"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a list tells things of one kind.

    ``must``: attributes that a thing without a name has to carry, as we sent them, to be taken for ours.
    ``inside``: the object that holds the attributes, where they do not stand beside the id.
    ``own_names``: what names begin with that only we give. "": every name on the list was given by its maker.
    ``day``: a date that tells roughly when it was made, where ``created`` does not.
    """

    what: str
    id: str
    created: str
    must: tuple[str, ...]
    inside: str = ""
    own_names: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What we sent, and when the vendor can have made it by its own clock.

    ``slack``: how far outside ``earliest`` to ``latest`` a moment must lie to exclude; None: no moment excludes.
    """

    name: str
    attributes: Mapping[str, Any]
    earliest: datetime
    latest: datetime
    slack: timedelta | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read of a list: things by their id, in the order they came.

    ``complete``: its end is proven. ``broken``: why reading broke off, "" when it did not.
    """

    items: Mapping[str, Mapping[str, Any]]
    pages: int = 0
    complete: bool = False
    broken: str = ""

    def and_also(self, other: "Listing") -> "Listing":
        """The other list, with what this one (of a part of it) told beside."""
        return Listing({**self.items, **other.items}, self.pages + other.pages, other.complete, other.broken)


@dataclass(frozen=True, slots=True)
class Decision:
    """``evidence``: in words, for people and for the journal; nothing personal. ``item``: what was found.

    ``credits``: what was booked for it, where the look-up booked anything. ``unread``: the list could not be read,
    and may tell another time.
    """

    finding: Finding
    evidence: str
    item: Mapping[str, Any] | None = None
    credits: float | None = None
    unread: bool = False


class _Verdict(StrEnum):
    OURS = "ours"
    LIKELY = "likely"
    MAYBE = "maybe"
    OTHER = "other"


def made_between(
    name: str,
    attributes: Mapping[str, Any],
    first: datetime,
    last: datetime,
    ahead: timedelta = timedelta(0),
    slack: timedelta | None = UNKNOWN_CLOCK,
) -> Made:
    """What we sent between two moments of our clock; ``ahead``: by how much the vendor's clock is ahead of it."""
    return Made(name, attributes, first + ahead - EARLY, last + ahead + LATE, slack)


def decide(
    listing: Listing, made: Made, kind: Kind, known: frozenset[str], rivals: Sequence[Made] = ()
) -> Decision:
    """What the list proves about ``made``; see the tables above.

    Args:
        known: ids of things that our journal already knows for something else.
        rivals: other creations of ours whose answers were lost.
    """
    told = _names_as_sent(listing, kind, known)
    strangers = {key: item for key, item in listing.items.items() if key not in known}
    verdicts = {key: _judge(item, made, kind, told) for key, item in strangers.items()}
    ours, likely, maybe = (
        [key for key, verdict in verdicts.items() if verdict is wanted]
        for wanted in (_Verdict.OURS, _Verdict.LIKELY, _Verdict.MAYBE)
    )
    size = f"{_count(len(listing.items), kind.what)} on {_count(listing.pages, 'page')}"
    if len(ours) == 1:
        return Decision(Finding.FOUND, f"{kind.what} {ours[0]} of the list bears its name", listing.items[ours[0]])
    if ours:
        return _undecided(f"{_count(len(ours), kind.what)} of the list bear its name: {_few(ours)}")
    if listing.broken:
        return Decision(Finding.UNDECIDED, listing.broken, unread=True)
    if len(likely) == 1:
        item = listing.items[likely[0]]
        if any(_judge(item, rival, kind, told) is _Verdict.LIKELY for rival in rivals):
            return _undecided(f"{kind.what} {likely[0]} of the list may as well be another one that was lost")
        agrees = " and ".join(name.replace("_", " ") for name in kind.must)
        return Decision(
            Finding.FOUND,
            f"{kind.what} {likely[0]} is the only one of the list that we do not know and that was made when this "
            f"one was sent; {agrees} and options agree ({size})",
            item,
        )
    if candidates := [*likely, *maybe]:
        return _undecided(
            f"{_count(len(candidates), kind.what)} of the list may be it; names and creation times do not tell: "
            f"{_few(candidates)}"
        )
    if not listing.items:
        return _undecided(f"the list is empty: nothing on it shows that it would tell of this {kind.what}")
    if not listing.complete:
        return _undecided(f"the list's end is not proven ({size}), and it is not on what was read")
    how = (
        "names are told as they were sent, and none is this one's"
        if told
        else "each is one that we know, or of another feed, option, name or time"
    )
    return Decision(Finding.ABSENT, f"the list was read to its end ({size}): {how}")


def _undecided(evidence: str) -> Decision:
    return Decision(Finding.UNDECIDED, evidence)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _few(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")


def _names_as_sent(listing: Listing, kind: Kind, known: frozenset[str]) -> bool | None:
    """Whether names stand on the list as their makers sent them; None where nothing shows it."""
    if not kind.own_names:
        return True if any(_name(item) for item in listing.items.values()) else None
    own = {key for key, item in listing.items.items() if _name(item).startswith(kind.own_names)}
    if any(key in known and key not in own for key in listing.items):
        return False  # ours were sent with such a name
    return True if own else None


def _judge(item: Mapping[str, Any], made: Made, kind: Kind, told: bool | None) -> _Verdict:
    name = _name(item)
    if name and name.casefold() == made.name.strip().casefold():
        return _Verdict.OURS
    carried = item.get(kind.inside) if kind.inside else item
    attributes = carried if isinstance(carried, Mapping) else {}
    agrees = {key: _agrees(attributes.get(key), sent) for key, sent in made.attributes.items()}
    if False in agrees.values() or _made_at_another_time(item, made, kind):
        return _Verdict.OTHER
    moment = _moment(item.get(kind.created))
    in_time = moment is not None and made.earliest <= moment[0] <= made.latest
    if name and told is not False:
        return _Verdict.MAYBE if told is None and in_time else _Verdict.OTHER
    return _Verdict.LIKELY if in_time and all(agrees.get(key) for key in kind.must) else _Verdict.MAYBE


def _name(item: Mapping[str, Any]) -> str:
    name = item.get("name")
    return name.strip() if isinstance(name, str) else ""


def _agrees(carried: Any, sent: Any) -> bool | None:
    """Whether a thing carries what we sent; None where it carries nothing that can be read."""
    if carried is None or carried in ("", [], {}):
        return None
    return bool(_plain(carried) == _plain(sent))


def _plain(value: Any) -> Any:
    """Spelling and order do not count."""
    if isinstance(value, str):
        return value.strip().casefold().replace("_", "-")
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return sorted(map(str, map(_plain, value)))
    return value


def _made_at_another_time(item: Mapping[str, Any], made: Made, kind: Kind) -> bool:
    if made.slack is None:
        return False
    moment, slack = _moment(item.get(kind.created)), made.slack
    if moment is None:
        moment = _moment(item.get(kind.day)) if kind.day else None
        slack = max(slack, timedelta(days=1))
    if moment is None:
        return False
    if not moment[1]:
        slack = max(slack, _ANY_ZONE)
    return not made.earliest - slack <= moment[0] <= made.latest + slack


def _moment(value: Any) -> tuple[datetime, bool] | None:
    """A moment in UTC, and whether it told its zone; None where nothing can be read. A day is its noon."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2026-11-30"):
            return datetime.combine(date.fromisoformat(value), time(12, tzinfo=UTC)), False
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment.replace(tzinfo=UTC), False) if moment.tzinfo is None else (moment.astimezone(UTC), True)
