"""Daily runs: which days have one, how strongly everybody showed each topic on it, and who matches a config."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from contactable.sandbox import lexicon
from contactable.sandbox.clock import Clock
from contactable.sandbox.hashing import Ints
from contactable.sandbox.leadpipe.firmographics import Firmographics
from contactable.sandbox.leadpipe.requests import Config
from contactable.sandbox.view import VendorView

FIRST_RUNS = 7
"""Runs that exist when the sandbox starts."""

WINDOW_DAYS = 14
_FADE = 0.9
_KEPT_RUNS = 16
_KEPT_SELECTIONS = 48
_HIDDEN_MAIL, _CAPITAL_MAIL = 0.03, 0.06

TOPIC_INDEX = {topic.number: index for index, topic in enumerate(lexicon.TOPICS)}


class Calendar:
    """The run of a day appears in the night after it: yesterday's is the latest, unless one was called for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first = clock.today() - timedelta(days=FIRST_RUNS)
        self._called: date = self._first

    @property
    def latest(self) -> date | None:
        """None when the clock stands before all runs."""
        day = max(min(self._called, self._clock.today()), self._clock.today() - timedelta(days=1))
        return day if day >= self._first else None

    def has(self, day: date) -> bool:
        latest = self.latest
        return latest is not None and self._first <= day <= latest

    def days(self) -> list[date]:
        """Every day that has a run, the latest first."""
        latest = self.latest
        count = 0 if latest is None else (latest - self._first).days + 1
        return [self._first + timedelta(days=back) for back in range(count - 1, -1, -1)]

    def call_next(self) -> date:
        """Makes the next run appear now; when that is a day ahead of the clock, the clock follows."""
        following = (self.latest or self._first - timedelta(days=1)) + timedelta(days=1)
        if following > self._clock.today():
            self._clock.advance(timedelta(days=(following - self._clock.today()).days))
        self._called = following
        return following


@dataclass(frozen=True, slots=True)
class Scores:
    """One run, a row per person and topic: row of the world, index into `lexicon.TOPICS`, score 1..100."""

    person: Ints
    topic: NDArray[np.int8]
    score: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Selection:
    """Who matches a config on a day, in the order of the answer: best score first, then hem.

    topic: number of the best-scoring topic; matched: the numbers of all that matched; hem: SHA-256 of the
    lower-case address; email: as shown, sometimes empty or with capitals.
    """

    person: list[int]
    score: list[int]
    topic: list[int]
    matched: list[list[int]]
    hem: list[str]
    email: list[str]

    def __len__(self) -> int:
        return len(self.person)


class Runs:
    """Computes runs and selections when first asked for, whole columns at a time, and keeps the last ones."""

    def __init__(self, view: VendorView) -> None:
        self._view = view
        self.firmographics = Firmographics(view)
        self._runs: OrderedDict[date, Scores] = OrderedDict()
        self._selections: OrderedDict[tuple[date, str, str], Selection] = OrderedDict()

    def scores(self, day: date) -> Scores:
        """What people showed in the 14 days up to one, the older the weaker."""
        kept = self._runs.get(day)
        if kept is not None:
            self._runs.move_to_end(day)
            return kept
        pairs, weights = [], []
        for back in range(WINDOW_DAYS):
            signals = self._view.signals(day - timedelta(days=back))
            pairs.append(signals.person.astype(np.int64) * 64 + signals.topic)
            weights.append(signals.strength * _FADE**back)
        pair, place = np.unique(np.concatenate(pairs), return_inverse=True)
        strength = np.bincount(place, weights=np.concatenate(weights), minlength=len(pair))
        score = np.clip(np.rint(20 + 85 * (1 - np.exp(-1.8 * strength))), 1, 100).astype(np.int8)
        self._runs[day] = run = Scores((pair // 64).astype(np.int32), (pair % 64).astype(np.int8), score)
        if len(self._runs) > _KEPT_RUNS:
            self._runs.popitem(last=False)
        return run

    def select(self, config: Config, day: date, grain: str = "person") -> Selection:
        """Who matches; `grain` "person" gives one row each, "person_topic" one per matched topic."""
        key = (day, config.canonical(), grain)
        kept = self._selections.get(key)
        if kept is not None:
            self._selections.move_to_end(key)
            return kept
        self._selections[key] = selection = self._select(config, day, grain)
        if len(self._selections) > _KEPT_SELECTIONS:
            self._selections.popitem(last=False)
        return selection

    def _select(self, config: Config, day: date, grain: str) -> Selection:
        run = self.scores(day)
        topics = [TOPIC_INDEX[number] for number in set(config.topic_ids) if number in TOPIC_INDEX]
        rows = np.flatnonzero(
            np.isin(run.topic, topics) & (run.score >= config.min_score) & (run.score <= config.max_score)
        )
        rows = rows[np.lexsort((run.topic[rows], -run.score[rows].astype(int), run.person[rows]))]
        people, first, counts = np.unique(run.person[rows], return_index=True, return_counts=True)
        keep = counts >= config.min_topic_overlap
        keep &= self.firmographics.mask(people, config.filters)
        people, first, counts = people[keep], first[keep], counts[keep]
        numbers = np.array([topic.number for topic in lexicon.TOPICS])[run.topic[rows]]
        matched = [numbers[f : f + c].tolist() for f, c in zip(first.tolist(), counts.tolist(), strict=True)]
        best = rows[first]
        if grain == "person_topic":
            best = rows[
                np.concatenate([np.arange(f, f + c) for f, c in zip(first, counts, strict=True)] or [first])
            ]
            matched = [m for m, c in zip(matched, counts.tolist(), strict=True) for _ in range(c)]
        return self._ordered(run, best, matched)

    def _ordered(self, run: Scores, rows: NDArray[np.integer], matched: list[list[int]]) -> Selection:
        people = run.person[rows]
        addresses = self._view.world.mail_text.many(self._view.signal_mailboxes(people)).to_pylist()
        hems = [hashlib.sha256(address.encode()).hexdigest() for address in addresses]
        scores = run.score[rows].tolist()
        topics = [lexicon.TOPICS[index].number for index in run.topic[rows].tolist()]
        persons = people.tolist()
        order = sorted(range(len(rows)), key=lambda row: (-scores[row], hems[row], topics[row]))
        return Selection(
            [persons[row] for row in order],
            [scores[row] for row in order],
            [topics[row] for row in order],
            [matched[row] for row in order],
            [hems[row] for row in order],
            [self._shown(persons[row], addresses[row]) for row in order],
        )

    def _shown(self, person: int, address: str) -> str:
        """Some addresses are withheld, some written with capitals, as people write them."""
        draw = self._view.share("shown_mail", person)
        if draw < _HIDDEN_MAIL:
            return ""
        return address.title() if draw < _CAPITAL_MAIL else address
