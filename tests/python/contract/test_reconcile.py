"""Calls whose outcome is unknown: asked where the vendor can tell, decided by a person elsewhere."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contactable.extract import EndpointWork, run_wave, steps_of
from contactable.extract.subjects import question
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS, Flow
from support.command_line import Finished, contactable
from support.sandbox_server import SandboxServer

STEPS = steps_of(ENDPOINTS["contactbased.export"], ENDPOINTS.__getitem__)
EXPORT = {"lookback_days": 30, "page_size": 1000, "require_contact_id": True}
AUDIENCE = {"topicIds": [117801], "minScore": 1, "filters": {"isB2b": "y"}}
FEED = {"save": True, "name": "Reconciled", "top_domains": 20}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def journal(home: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{home / 'journal.db'}")
    yield opened
    opened.close()


def ask(sandbox: SandboxServer, journal: Journal, key: str, value: str, options: Mapping[str, Any]) -> None:
    endpoint = ENDPOINTS[key]
    text = json.dumps(options, sort_keys=True)
    asked = [question(endpoint, f"{key}|{value}", endpoint.subject_type, value, text, None)]
    context = sandbox.context(journal)
    run_wave(context, [EndpointWork(endpoint, asked, STEPS if endpoint.flow is Flow.EXPORT else None)])


def states(journal: Journal) -> dict[str, str]:
    """Endpoint -> state of what makes or buys something."""
    made = ("contactbased.export_create", "contactbased.feed_create", "leadpipe.audience_create")
    paid = ("bigdbm.opql", "bigdbm.email_batch")
    return {row["endpoint"]: row["state"] for row in journal.states() if row["endpoint"] in made + paid}


def reconcile(sandbox: SandboxServer, home: Path, *arguments: str) -> Finished:
    return contactable("reconcile", "--home", home, *arguments, variables=sandbox.variables)


def test_what_a_vendor_can_tell_is_looked_up_and_the_rest_waits_for_a_person(
    sandbox: SandboxServer, journal: Journal, home: Path
) -> None:
    feed, of_others = sandbox.broadest_feed(), len(sandbox.charges())  # the sandbox serves other tests, too
    with sandbox.fault("charged_then_500", vendor="contactbased", count=1, endpoint="export_create"):
        ask(sandbox, journal, "contactbased.export", feed, EXPORT)
    with sandbox.fault("charged_then_cut", vendor="leadpipe", count=1):
        ask(sandbox, journal, "leadpipe.audience_create", "Made", AUDIENCE)
    with sandbox.fault("http_500", vendor="contactbased", count=1):  # before anything is done
        ask(sandbox, journal, "contactbased.feed_create", "crm for small business", FEED)
    with sandbox.fault("charged_then_cut", vendor="bigdbm", count=1):
        ask(sandbox, journal, "bigdbm.opql", "2025550143", {})
    assert set(states(journal).values()) == {"ambiguous"}
    before = sandbox.charges()

    offline = reconcile(sandbox, home, "--offline")
    assert offline.code == 4
    assert "without --offline" in " ".join(offline.out.split())
    assert set(states(journal).values()) == {"ambiguous"}

    looked = reconcile(sandbox, home, "--log-format", "json")
    assert looked.code == 4, looked.out
    events = [json.loads(line) for line in looked.out.splitlines() if line.startswith("{")]
    told = {event["endpoint"]: event for event in events if "evidence" in event}
    ways = {endpoint: (event["decision"], event["credits"] or 0) for endpoint, event in told.items()}
    mine = before[of_others:]
    reserved = next(entry["credits"] for entry in mine if entry["endpoint"] == "export_create")
    assert ways == {
        "contactbased.export_create": ("charged", reserved),
        "leadpipe.audience_create": ("charged", 0),
        "contactbased.feed_create": ("not charged", 0),
    }
    assert "bears its name" in told["contactbased.export_create"]["evidence"]
    assert "read to its end" in told["contactbased.feed_create"]["evidence"]
    assert states(journal) == {
        "contactbased.export_create": "settled",  # found, and read by the next run
        "leadpipe.audience_create": "settled",
        "contactbased.feed_create": "failed",  # not there: due again
        "bigdbm.opql": "ambiguous",
    }
    assert "usage page" in looked.out
    [open_call] = journal.ambiguous()
    named = ("--request", open_call["request_id"])

    refused = reconcile(sandbox, home, "--charged", "2.5", "--request", "nobody")
    assert (refused.code, "not an ambiguous request" in " ".join(refused.out.split())) == (2, True), refused.out

    for _ in range(2):  # a script that was killed may say it again
        decided = reconcile(sandbox, home, "--charged", "2.5", *named)
        assert decided.code == 0, decided.out
        [row] = [row for row in journal.states() if row["endpoint"] == "bigdbm.opql"]
        assert (row["state"], row["credits"]) == ("settled", 2.5), "the real figure, once"
    assert "nothing is booked again" in " ".join(decided.out.split())
    other = reconcile(sandbox, home, "--as", "not-charged", *named)
    assert (other.code, "2.5 credits" in " ".join(other.out.split())) == (2, True), other.out
    assert sandbox.charges() == before, "looking costs nothing"

    ask(sandbox, journal, "contactbased.export", feed, EXPORT)
    ask(sandbox, journal, "leadpipe.audience_create", "Made", AUDIENCE)
    ask(sandbox, journal, "bigdbm.opql", "2025550143", {})
    assert sandbox.charges() == before, "what was charged is not bought again"
    with journal.engine.connect() as con:
        done = con.exec_driver_sql("select state, rows_read > 0 from extractions where endpoint like '%export'")
        assert [tuple(row) for row in done] == [("complete", 1)], "the export that was found is read to its end"


def test_a_vendor_that_does_not_tell_leaves_the_call_as_it_is(
    sandbox: SandboxServer, journal: Journal, home: Path
) -> None:
    with sandbox.fault("charged_then_cut", vendor="leadpipe", count=1):
        ask(sandbox, journal, "leadpipe.audience_create", "Hidden", AUDIENCE)
    with sandbox.fault("wrong_shape", vendor="leadpipe", count=1):
        looked = reconcile(sandbox, home)
    assert (looked.code, "another shape" in " ".join(looked.out.split())) == (4, True), looked.out
    assert states(journal) == {"leadpipe.audience_create": "ambiguous"}


def test_a_call_that_was_not_charged_is_given_back_and_due_again(
    sandbox: SandboxServer, journal: Journal, home: Path
) -> None:
    with sandbox.fault("cut_body", vendor="bigdbm", count=1):
        ask(sandbox, journal, "bigdbm.opql", "2025550144", {})
    decided = reconcile(sandbox, home, "--as", "not-charged", "--all")
    assert decided.code == 0, decided.out
    assert "due again" in decided.out
    before = len(sandbox.charges())
    ask(sandbox, journal, "bigdbm.opql", "2025550144", {})
    assert len(sandbox.charges()) == before + 1
    assert reconcile(sandbox, home, "--as", "charged", "--all").code == 0, "nothing left is no mistake"


def test_what_a_killed_run_left_can_be_decided_at_once(
    sandbox: SandboxServer, journal: Journal, home: Path
) -> None:
    """The process that reserved is dead; no run has come since to call its calls ambiguous."""
    with sandbox.fault("charged_then_cut", vendor="bigdbm", count=1):
        ask(sandbox, journal, "bigdbm.opql", "2025550145", {})
    with journal.engine.begin() as con:
        con.exec_driver_sql("update requests set state = 'reserved'")
    assert reconcile(sandbox, home, "--as", "charged", "--all").code == 0
    assert states(journal) == {"bigdbm.opql": "settled"}
