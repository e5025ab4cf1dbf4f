"""Intent APIs: createList 2.4 to the letter of the document, Intent by MD5 3.0 as assumed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from contactable.sandbox import lexicon
from contactable.sandbox.bigdbm.common import INTENT, bad_request
from contactable.sandbox.hashing import Ints, salt_of
from contactable.sandbox.signals import DaySignals
from contactable.sandbox.vendor import Call, Provenance, Reply, Route
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World

FEWEST_HEMS, MOST_HEMS = 100, 100_000
WINDOW_DAYS = 90
_MD5_DIGITS = 32


class BadWindowError(ValueError):
    """A window that the vendor refuses; the texts are assumed, only the codes are documented."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window of signal days, both ends included."""

    start: date
    end: date

    def days(self, today: date) -> list[date]:
        """Its days up to today: tomorrow's signals do not exist yet."""
        last = min(self.end, today)
        return [self.start + timedelta(days=n) for n in range((last - self.start).days + 1)]


def read_window(body: dict[str, Any], today: date) -> Window:
    """StartDate and EndDate by the document's rules. A start exactly 90 days back passes [assumed]. Raises
    BadWindowError.
    """
    start, end = _date(body, "StartDate"), _date(body, "EndDate")
    if not today - timedelta(days=WINDOW_DAYS) <= start <= today:
        msg = f"StartDate must be within the last {WINDOW_DAYS} days."
        raise BadWindowError(msg)
    if end < start:
        msg = "EndDate must be greater than or equal to StartDate."
        raise BadWindowError(msg)
    return Window(start, end)


def _date(body: dict[str, Any], name: str) -> date:
    value = body.get(name)
    if value is None or value == "":
        msg = f"{name} is required."
        raise BadWindowError(msg)
    if isinstance(value, str) and len(value) == len("YYYY-MM-DD"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    msg = f"{name} must be in the format YYYY-MM-DD."
    raise BadWindowError(msg)


class Lists:
    """createList: each call makes a list of its own, numbered by the sandbox's seed and the order of calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made = 0

    def create(self, call: Call) -> Reply:
        """POST /intent/createList (BIGDBM Developer Docs, Intent by Item, API 2.4)."""
        body = call.json_object()
        try:
            window = read_window(body, call.today)
        except BadWindowError as error:
            return bad_request(str(error))
        keywords, wanted = body.get("Keywords"), body.get("NumberOfHems")
        if not isinstance(keywords, str) or not keywords.strip():
            return bad_request("Keywords is required.")
        if not isinstance(wanted, int) or isinstance(wanted, bool) or not FEWEST_HEMS <= wanted <= MOST_HEMS:
            return bad_request(f"NumberOfHems must be between {FEWEST_HEMS} and {MOST_HEMS}.")
        hems, pool = self._hems(call, matching_topics(keywords), window, wanted)
        self._made += 1
        count = len(hems) + (17 if call.fault("wrong_total") else 0)
        call.used(1, int(bool(hems)), len(hems))
        per_hem = call.switch("charge_create_list") == "hem"
        call.charge(f"{keywords}|{window.start}|{window.end}|{wanted}", float(len(hems)) if per_hem else 1.0)
        return Reply(
            200,
            {
                "status": "success",
                "listId": f"lst_{salt_of(self._world.seed, 'list', self._made) >> 16:012x}",
                "count": count,
                "hems": hems,
                "metadata": {"processing_ms": 40 + pool // 500, "keyword_match_pool": pool, "api_version": "2.4"},
            },
        )

    def _hems(
        self, call: Call, topics: list[int], window: Window, wanted: int
    ) -> tuple[list[dict[str, Any]], int]:
        """The hashes with the strongest, latest signals first, and how many signals matched in all."""
        if not topics:
            return [], 0
        view = call.view
        people, days, strengths, counts = [], [], [], []
        for number, day in enumerate(window.days(call.today)):
            shown = view.signals(day)
            mask = np.isin(shown.topic, topics)
            people.append(shown.person[mask])
            strengths.append(shown.strength[mask])
            counts.append(shown.count[mask].astype(np.int64))
            days.append(np.full(int(mask.sum()), number))
        person, day_number = np.concatenate(people), np.concatenate(days)
        strength, count = np.concatenate(strengths), np.concatenate(counts)
        pool = len(person)
        if not pool:
            return [], 0
        group = person.astype(np.int64)
        if call.switch("intent_rows") == "hem_and_day":
            group = group * 1_000 + day_number
        # the last day of each group first, its strongest signal, the sum of its counts
        order = np.lexsort((-strength, -day_number, group))
        groups, first = np.unique(group[order], return_index=True)
        total = np.bincount(np.searchsorted(groups, group), weights=count).astype(np.int64)
        best = order[first]
        chosen = np.lexsort((person[best], -day_number[best], -strength[best]))[:wanted]
        best, total = best[chosen], total[chosen]
        mailboxes = view.signal_mailboxes(person[best])
        hems = self._texts(mailboxes, call.switch("hem"))
        dates = [(window.start + timedelta(days=n)).isoformat() for n in range(int(day_number.max()) + 1)]
        rows = zip(hems, day_number[best].tolist(), strength[best].tolist(), total.tolist(), strict=True)
        return [
            {"hem": hem, "signal_date": dates[day], "confidence": round(confidence, 2), "signal_count": signals}
            for hem, day, confidence, signals in rows
        ], pool

    def _texts(self, mailboxes: Ints, mode: str) -> list[str]:
        world = self._world
        if mode == "md5":
            return world.mail_index.md5_texts(mailboxes)
        name = "sha256" if mode == "doc_sample" else mode
        digits = 63 if mode == "doc_sample" else None
        return [
            hashlib.new(name, address.encode(), usedforsecurity=False).hexdigest()[:digits]
            for address in world.mail_text.many(mailboxes).to_pylist()
        ]


def matching_topics(keywords: str) -> list[int]:
    """The topics whose name holds all words of the phrase; a comma is a character like others, not an OR
    [assumed].
    """
    wanted = set(keywords.lower().split())
    return [number for number, topic in enumerate(lexicon.TOPICS) if wanted <= set(topic.name.split())]


def by_md5(call: Call) -> Reply:
    """POST /intent/byMd5: topics of one MD5 [purpose doc; path, names, default window assumed]."""
    body = call.json_object()
    digest = body.get("MD5")
    if not isinstance(digest, str) or len(digest) != _MD5_DIGITS or not _is_hex(digest):
        return bad_request("MD5 must be 32 hexadecimal characters.")
    today = call.today
    try:
        asked = {
            "StartDate": (today - timedelta(days=WINDOW_DAYS)).isoformat(),
            "EndDate": today.isoformat(),
            **body,
        }
        window = read_window(asked, today)
    except BadWindowError as error:
        return bad_request(str(error))
    topics = _topics_of(call.view, call.world.find_hash(digest), window.days(today))
    call.used(1, int(bool(topics)), len(topics))
    if topics:
        call.charge(digest.lower())
    return Reply(
        200,
        {
            "status": "success",
            "md5": digest,
            "count": len(topics),
            "topics": topics,
            "metadata": {"processing_ms": 12, "api_version": "3.0"},
        },
    )


def _topics_of(view: VendorView, mailbox: int, days: list[date]) -> list[dict[str, Any]]:
    """What a person showed under the mailbox BIGDBM knows: one entry a topic, the latest first."""
    person = view.owner_of_mailbox(mailbox)
    if person < 0 or int(view.signal_mailboxes(np.array([person], dtype=np.int32))[0]) != mailbox:
        return []
    latest: dict[int, dict[str, Any]] = {}
    for day in days:
        if not _rows_of(view.world.signals(day), person):
            continue
        caught = view.signals(day)
        for row in _rows_of(caught, person):
            topic = int(caught.topic[row])
            before = latest.get(topic, {"signal_count": 0, "confidence": 0.0})
            latest[topic] = {
                "type": "keyword",
                "sentence": lexicon.TOPICS[topic].name,
                "signal_date": day.isoformat(),
                "signal_count": before["signal_count"] + int(caught.count[row]),
                "confidence": max(before["confidence"], round(float(caught.strength[row]), 2)),
            }
    return sorted(latest.values(), key=lambda entry: (entry["signal_date"], entry["sentence"]), reverse=True)


def _rows_of(shown: DaySignals, person: int) -> range:
    """The rows of one person; a day's rows are ordered by person."""
    left, right = shown.person.searchsorted(person, "left"), shown.person.searchsorted(person, "right")
    return range(int(left), int(right))


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


def routes(world: World) -> list[Route]:
    """Both calls, under the host of the intent API."""
    lists = Lists(world)
    return [
        Route(
            "POST",
            f"{INTENT}/intent/createList",
            lists.create,
            "intent_create_list",
            Provenance.DOC,
            "request, answer and borders doc; error texts, hash type and price assumed",
            faults=("wrong_total",),
        ),
        Route(
            "POST",
            f"{INTENT}/intent/byMd5",
            by_md5,
            "intent_by_md5",
            Provenance.ASSUMED,
            "purpose doc; path, request and answer assumed",
        ),
    ]
