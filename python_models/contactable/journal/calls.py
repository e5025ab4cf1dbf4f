"""What goes into the journal: subjects, calls, answers, and how a call ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contactable.journal.budget import VolumePrice, money_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about. ``value`` is the exact string sent; ``payload`` an object sent in its place.

    ``last_asked_at`` is what the worklist knew (ISO text or None): an ask newer than that makes it stale.
    ``subject_key`` is the question without its options: the same subject under other options shares it.
    """

    key: str
    type: str
    value: str
    payload: Mapping[str, Any] | None = None
    last_asked_at: str | None = None
    subject_key: str | None = None

    def as_landed(self) -> dict[str, str]:
        return {"key": self.key, "type": self.type, "value": self.value}


@dataclass(frozen=True, slots=True)
class Call:
    """One call to reserve. ``repeatable``: free or idempotent, so a crash cannot make it cost twice.

    ``price_micros``: what a credit costs, in millionths of the currency; None where no price is known.
    ``volume_price``: where it depends on the month's volume; ``price_micros`` is then its highest.
    ``billing``: the billing model that ``credits_quoted`` comes from, as text.
    """

    vendor: str
    product: str
    endpoint: str
    stream: str
    wave: str
    subjects: tuple[Subject, ...]
    options: Mapping[str, Any]
    credits_quoted: float
    repeatable: bool
    extraction_id: str | None = None
    page: int | None = None
    marks_asked: bool = True  # False for the steps of a job and the later pages of a cursor
    price_micros: int | None = None
    volume_price: VolumePrice | None = None
    billing: str | None = None
    records_reserved: int | None = None

    @property
    def money_quoted_micros(self) -> int | None:
        return money_of(self.credits_quoted, self.price_micros)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; ``stream`` is the raw table's name."""

    text: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a call ended. ``state``: settled, refused, failed or ambiguous."""

    state: str
    credits_charged: float | None
    status_code: int | None = None
    rule: str | None = None
    message: str | None = None
    answer: Answer | None = None
    extraction: Mapping[str, Any] | None = None  # new values of the extraction's row
    counted: Mapping[str, int] = field(
        default_factory=dict
    )  # subjects_matched, records_returned, records_reserved


@dataclass(frozen=True, slots=True)
class Recovery:
    """What an interrupted run left: calls given back, and paid calls nobody can know about."""

    released: int = 0
    ambiguous: int = 0
