"""What the cells of a consent column say: contact, no contact, nothing, or a word that is neither.

A word that is neither yes nor no counts as no contact: whoever is asked wrongly cannot be asked back.
"""

import re
from collections.abc import Callable
from enum import Enum

from contactable.warehouse.first_party_headings import Consent, ConsentKind


class Said(Enum):
    """What a cell says about contact."""

    NOTHING = 0
    YES = 1
    NO = 2
    #: Neither yes nor no: taken as no.
    UNCLEAR = 3

    @property
    def refuses(self) -> bool:
        return self in (Said.NO, Said.UNCLEAR)


_YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "checked",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "s",
        "sim",
        "wahr",
        "vrai",
        "verdadero",
        "vero",
        "da",
        "tak",
        "✓",
        "✔",
        "☑",
    ]
)
_NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "unchecked",
        "nein",
        "non",
        "nao",
        "não",
        "falsch",
        "faux",
        "falso",
        "nee",
        "✗",
        "✘",
        "☐",
    ]
)
_EMPTY = frozenset(("", "n a", "na", "none", "null", "nil", "nan", "not set", "not specified", "(blank)", "blank"))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


#: Said so clearly that they count in a column of any status.
_REFUSED_PLAINLY = _phrases(
    "do not call|do not phone|do not email|do not e mail|do not contact|do not text|dont call|dont contact|"
    "dont email|dnc|dnd|opt out|opted out|optout|optedout|unsubscribed|unsubscribe|unsub|no consent|"
    "consent withdrawn|withdrawn|blacklisted|blocklisted|suppressed|spam complaint|complained|do not disturb|"
    "no contact|no calls|no emails|globally unsubscribed|unsubscribed from all|hard unsubscribed|not opted in|"
    "do not mail"
)
_REFUSED = _REFUSED_PLAINLY | _phrases(
    "not subscribed|non subscribed|nonsubscribed|never subscribed|not consented|revoked|denied|declined|refused|"
    "rejected|blocked|cleaned|spam|complaint|non marketing contact|non marketing|nonmarketing|do not allow|"
    "not allowed|disallow|disallowed|prohibited|stop|stopped|listed|on list|on the list|registered|federal|state|"
    "national|both|dne|inactive|not permitted|forbidden|never|no marketing|none given|not given|federal dnc|"
    "state dnc|national dnc"
)
_ALLOWED = _phrases(
    "subscribed|opt in|opted in|optin|optedin|active|consent|consented|consent given|granted|given|express|"
    "explicit|express consent|explicit consent|confirmed|double opt in|confirmed opt in|single opt in|"
    "marketing contact|marketing|allow|allowed|permitted|ok|okay|accepted|agreed|not listed|not on list|"
    "not on the list|not dnc|clear|clean|callable|contactable|can call|can contact|may contact|implied|implicit"
)
_DATE = re.compile(
    r"(?=.*[1-9])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4})(?:[t ,].*)?",
    re.IGNORECASE,
)
_NO_DATE = re.compile(r"[0\-/.: t]*|(?:0001|1900|1899|1970|9999)[-/.].*", re.IGNORECASE)
_WORDS = re.compile(r"[^\w✓✔☑✗✘☐]+|_")


def reading_of(consent: Consent) -> Callable[[str | None], Said]:
    """What the cells of such a column say."""
    read = _READINGS[consent.kind]

    def said(cell: str | None) -> Said:
        text = (cell or "").strip().strip("'\"").casefold()
        words = " ".join(_WORDS.sub(" ", text).split())
        if words.endswith(" 0") and words[:-2].isdecimal():  # 1.0
            words = words[:-2]
        return Said.NOTHING if words in _EMPTY else read(text, words)

    return said


def _refuses(text: str, words: str) -> Said:
    if words in _NO or words in _ALLOWED:
        return Said.YES
    return Said.NO if words in _YES or words in _REFUSED or _DATE.fullmatch(text) else Said.UNCLEAR


def _allows(text: str, words: str) -> Said:
    if words in _YES or words in _ALLOWED or _DATE.fullmatch(text):
        return Said.YES
    return Said.NO if words in _NO or words in _REFUSED else Said.UNCLEAR


def _refused_on(text: str, words: str) -> Said:
    return Said.NOTHING if words in _NO or _NO_DATE.fullmatch(text) else Said.NO


def _status(text: str, words: str) -> Said:
    del text
    return Said.NO if words in _REFUSED_PLAINLY else Said.NOTHING


_READINGS: dict[ConsentKind, Callable[[str, str], Said]] = {
    "refuses": _refuses,
    "allows": _allows,
    "refused_on": _refused_on,
    "status": _status,
}
