"""What was made at a vendor and whose answer was lost, against the sandbox in this process and its switches.

Nothing is made twice, and the ledger is what the vendor charged, or the call stays ambiguous with its credits
committed.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from contactable.extract import ExtractContext, Tally, steps_of
from contactable.extract.evidence import Decision, Finding
from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.exports import CREATES
from contactable.extract.lost import charge_as_told, look_up
from contactable.extract.subjects import question
from contactable.http import Reply, Request
from contactable.journal.errors import NotAmbiguousError
from contactable.journal.store import Journal
from contactable.sandbox import contactbased
from contactable.sandbox.faults import rule
from contactable.sandbox.vendor import Sandbox, Vendor, new_sandbox
from contactable.sandbox.world import World
from contactable.vendors import ENDPOINTS
from support.asgi import Client, InProcess
from support.extraction import MakeContext, reply

EXPORT = ENDPOINTS["contactbased.export"]
STEPS = steps_of(ENDPOINTS["contactbased.export"], ENDPOINTS.__getitem__)
CARS = "00000000-0000-4000-8000-000000000002"
HOMES = "00000000-0000-4000-8000-000000000004"
OPTIONS = {"lookback_days": 30, "page_size": 1000, "require_contact_id": True}


class KilledError(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def world() -> World:
    return World(300, 7)


class Scene:
    """A vendor, a journal, and runs that are interrupted."""

    def __init__(self, world: World, journal: Journal, make_context: MakeContext) -> None:
        self.sandbox: Sandbox = new_sandbox(world=world)
        self.vendor: Vendor = contactbased.vendor(self.sandbox)
        key = self.vendor.environment("")["CONTACTBASED_API_KEY"]
        self.client = Client(self.sandbox, [self.vendor], {"X-API-Key": key})
        self.journal, self._make_context = journal, make_context
        self.transport = InProcess(self.client)
        self.steps = STEPS
        self.runs = 0

    def switch(self, **values: object) -> None:
        for name, value in values.items():
            self.sandbox.set_switch(self.vendor, name, value)

    def others(self, *feeds: str, name: str | None = "of somebody else") -> None:
        """Exports that other people of the account make."""
        for feed in feeds:
            body = {**OPTIONS, "feed_id": feed} | ({} if name is None else {"name": name})
            assert self.client.post("/contactbased/intent/feeds/exports", body).status == 200
        self.sandbox.charges.clear()

    def context(self) -> ExtractContext:
        self.runs += 1
        key = self.client.headers["X-API-Key"]
        return self._make_context(
            [],
            transport=self.transport,
            run_id=f"run-{self.runs}",
            url=lambda variable: "https://sandbox.example/contactbased",
            secret=lambda names: key,
        )

    def run(self, read: str = "pages", feed: str = CARS) -> Tally:
        """One run; like every command it settles first what dead runs left."""
        self.journal.recover(alone=True)
        context = self.context()
        ask = question(EXPORT, f"q-{feed}", "feed", feed, json.dumps(OPTIONS), None)
        run_wave(context, [EndpointWork(EXPORT.changed(result=read), iter([ask]), self.steps)])
        return context.tally

    def reconcile(self) -> list[Decision]:
        """What `contactable reconcile` does with what can be looked up."""
        self.journal.recover(alone=True)
        return [look_up(self.context(), row, ENDPOINTS.__getitem__) for row in self.journal.ambiguous()]

    def creations(self) -> list[Any]:
        with self.journal.engine.connect() as con:
            return list(con.exec_driver_sql(f"select * from requests where endpoint in {CREATES}").mappings())

    def fault(self, name: str) -> None:
        self.sandbox.faults.add(rule(name, "contactbased", "export_create", count=1))
        self.run()
        self.sandbox.faults.clear()

    def kill(self, *, before: bool) -> None:
        def end(request: Request) -> None:
            if request.url.endswith("/exports"):
                raise KilledError

        self.transport = InProcess(self.client, **{"before" if before else "after": end})
        with pytest.raises(KilledError):
            self.run()
        self.transport = InProcess(self.client)
        self.journal.recover(alone=True)

    @property
    def created(self) -> int:
        return len(self.sandbox.charges.select("contactbased", "export_create"))

    @property
    def charged(self) -> float:
        return sum(entry.credits for entry in self.sandbox.charges)

    @property
    def booked(self) -> float:
        return sum(row["credits"] or 0 for row in self.journal.states())

    def assert_honest(self) -> None:
        """Never made twice; the ledger is the vendor's book, or what is open is committed and said to be open."""
        assert self.created <= 1
        open_calls = self.journal.ambiguous()
        if open_calls:
            assert self.booked >= self.charged
            assert self.booked == sum(row["credits_quoted"] for row in open_calls)
        else:
            assert self.booked == self.charged


LOST: dict[str, Callable[[Scene], None]] = {
    "charged, then 500": lambda scene: scene.fault("charged_then_500"),
    "charged, then killed": lambda scene: scene.kill(before=False),
    "not charged, killed": lambda scene: scene.kill(before=True),
}


@pytest.fixture
def scene(world: World, journal: Journal, make_context: MakeContext) -> Scene:
    return Scene(world, journal, make_context)


SWITCHES: dict[str, tuple[Any, ...]] = {
    "export_names": ("listed", "left_out"),
    "list_filters": ("honoured", "ignored"),
    "list_order": ("newest_first", "oldest_first"),
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("values", list(product(*SWITCHES.values())), ids=" ".join)
def test_whatever_the_list_tells_an_export_is_paid_once(scene: Scene, values: tuple[Any, ...], lost: str) -> None:
    scene.switch(**dict(zip(SWITCHES, values, strict=True)))
    # With its filters ignored, what we look for stands on the second page of a list of the oldest first.
    scene.others(CARS, *[HOMES] * (50 if values[1:] == ("ignored", "oldest_first") else 1))
    scene.sandbox.clock.advance(timedelta(days=2))
    LOST[lost](scene)
    scene.assert_honest()
    # Both take the same decision: the run alone is tried with one order of the list, reconcile with the other.
    if "oldest_first" in values:
        scene.reconcile()
        scene.assert_honest()
        assert scene.reconcile() == [], "this much every one of these lists tells"
    assert scene.run().endpoints[EXPORT.key].records > 0
    scene.assert_honest()
    assert scene.created == 1


@pytest.mark.parametrize("names", ["listed", "left_out"])
def test_two_that_cannot_be_told_apart_stay_ambiguous(scene: Scene, names: str) -> None:
    """A colleague's export of the same feed, options and minute; without names only a person can tell."""
    scene.switch(export_names=names)
    scene.fault("http_500")
    scene.others(CARS, CARS, name="contactable-of-another-home")
    for _ in range(2):
        [decision] = scene.reconcile()
        scene.assert_honest()
        if names == "listed":
            assert decision.finding is Finding.ABSENT
            return
        assert (decision.finding, scene.created) == (Finding.UNDECIDED, 0)
        assert scene.run().endpoints[EXPORT.key].ambiguous == 1
    [open_call] = scene.journal.ambiguous()
    scene.journal.reconcile(open_call["request_id"], charged=False)
    assert scene.run().endpoints[EXPORT.key].records > 0, "a person decided"
    scene.assert_honest()


def test_a_decision_and_what_was_found_are_one_step(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each list call, and right after the decision: booked once, and corrected to the rows there are."""
    scene.switch(settlement="fewer", build_polls=0)
    scene.fault("charged_then_500")
    for calls in (0, 1):
        seen = iter(range(calls))

        def end(request: Request, seen: Iterator[int] = seen) -> None:
            if next(seen, None) is None:
                raise KilledError

        scene.transport = InProcess(scene.client, before=end)
        with pytest.raises(KilledError):
            scene.reconcile()
        scene.transport = InProcess(scene.client)
        assert len(scene.journal.ambiguous()) == 1

    decide = Journal.reconcile

    def killed_after(*arguments: Any, **named: Any) -> None:
        decide(*arguments, **named)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "reconcile", killed_after)
        with pytest.raises(KilledError):
            scene.reconcile()
    assert scene.journal.ambiguous() == []
    assert scene.reconcile() == []
    assert scene.run().endpoints[EXPORT.key].records > 0
    assert scene.booked == scene.charged < sum(row["credits_quoted"] for row in scene.creations())
    scene.assert_honest()


def test_a_run_that_is_killed_right_after_the_creation_still_books_the_rows_there_are(scene: Scene) -> None:
    scene.switch(settlement="fewer")

    def end(request: Request) -> None:
        if request.url.endswith("/list"):
            raise KilledError

    scene.transport = InProcess(scene.client, before=end)
    with pytest.raises(KilledError):
        scene.run()
    scene.transport = InProcess(scene.client)
    assert scene.run().endpoints[EXPORT.key].records > 0
    assert scene.booked == scene.charged
    scene.assert_honest()


def test_the_figure_that_a_person_found_is_what_is_booked(scene: Scene) -> None:
    """The export is found and read all the same; no rule about prices replaces what the vendor's book shows."""
    scene.switch(settlement="fewer", export_names="left_out")
    scene.fault("charged_then_500")
    [lost] = scene.journal.ambiguous()
    charge_as_told(scene.journal, lost, 37.0, "a person looked")
    with pytest.raises(NotAmbiguousError):
        charge_as_told(scene.journal, lost, 99.0, "a person looked")
    assert scene.run().endpoints[EXPORT.key].records > 0
    assert (scene.booked, scene.created) == (37.0, 1)


def test_the_other_way_to_create_finds_what_this_one_lost(scene: Scene) -> None:
    """contactbased.auto_export was switched between the two runs."""
    scene.fault("charged_then_500")
    searched = EXPORT.changed(steps={**EXPORT.steps, "create": "contactbased.auto_export"})
    scene.steps = steps_of(searched, ENDPOINTS.__getitem__)
    assert scene.run().endpoints[EXPORT.key].records > 0
    scene.assert_honest()
    assert scene.created == 1


@pytest.mark.parametrize("fault", ["html_200", "wrong_shape"])
def test_a_creation_answered_with_something_else_is_ambiguous(scene: Scene, fault: str) -> None:
    scene.others(CARS, name="contactable-of-another-home")
    scene.fault(fault)
    assert len(scene.journal.ambiguous()) == 1
    assert scene.run().endpoints[EXPORT.key].records > 0
    scene.assert_honest()


@pytest.mark.parametrize(("fault", "finding"), [("charged_then_500", "found"), ("http_500", "absent")])
@pytest.mark.parametrize("names", ["listed", "left_out"])
def test_a_saved_feed_is_looked_for_by_the_same_rule(scene: Scene, names: str, fault: str, finding: str) -> None:
    endpoint = ENDPOINTS["contactbased.feed_create"]
    scene.switch(feed_names=names)
    scene.sandbox.faults.add(rule(fault, "contactbased", "feed_builder", count=1))
    options = json.dumps({"save": True, "name": "Mine", "top_domains": 20})
    asked = [question(endpoint, "f", endpoint.subject_type, "electric cars for families", options, None)]
    run_wave(scene.context(), [EndpointWork(endpoint, asked)])
    scene.sandbox.faults.clear()
    [decision] = scene.reconcile()
    assert decision.finding == finding, decision.evidence
    assert scene.reconcile() == []


@pytest.mark.parametrize("created", [{"audienceId": "aud_1"}, {"status": "queued"}, "<html></html>"])
def test_an_audience_is_paid_once_whatever_its_creation_and_its_status_answer(
    make_context: MakeContext, journal: Journal, created: Any
) -> None:
    """It is on no list: an answer without its id is ambiguous, and a 404 gives nothing up that is paid."""
    endpoint, calls = ENDPOINTS["bigdbm.audience"], Counter[str]()
    answers: dict[str, list[Reply]] = {
        "createAudience": [reply(created)],
        "audience": [reply({"message": "not found"}, 404), reply({"status": "completed", "count": 1})],
        "result": [reply({"count": 1, "results": [{"First_Name": "Ann"}]})],
    }

    def vendor(request: Request) -> Reply:
        step = request.url.rsplit("/", 1)[-1]
        calls[step] += 1
        return answers[step].pop(0)

    steps = steps_of(endpoint, ENDPOINTS.__getitem__)
    options = json.dumps({"AudienceType": "consumer", "Filters": [], "MaxRecords": 250})
    tallies = []
    for _ in range(3):
        context = make_context(vendor)
        asked = [question(endpoint, "a", endpoint.subject_type, "everybody", options, None)]
        run_wave(context, [EndpointWork(endpoint, asked, steps)])
        tallies.append(context.tally.endpoints[endpoint.key])
    assert calls["createAudience"] == 1
    booked = sum(row["credits"] or 0 for row in journal.states())
    if isinstance(created, dict) and "audienceId" in created:
        assert ([tally.records for tally in tallies], booked) == ([0, 1, 0], 1)
    else:
        assert (tallies[0].ambiguous, tallies[1].skipped, booked) == (1, 1, 250)
