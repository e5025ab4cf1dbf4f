"""What vendors offer beside the main products: things that are made once, filters, other ways in."""

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import zstandard
from sqlalchemy import select

from contactable.extract import EndpointTally, EndpointWork, run_wave, steps_of
from contactable.extract.subjects import Question, question
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS, Endpoint
from contactable.vendors.exactbuyer import REQUIRED_FIELDS
from contactable.vendors.leadpipe import FILTERS
from support.sandbox_server import SandboxServer

CREATES = [endpoint for endpoint in ENDPOINTS.values() if endpoint.creates and not endpoint.paid]
EXPORT = ENDPOINTS["contactbased.export"]
QUERY = ENDPOINTS["leadpipe.audience_query"]
BULK = ENDPOINTS["exactbuyer.bulk_enrich"]
TOPICS = [117801, 117802, 117804]
FEED = "00000000-0000-4000-8000-000000000002"
ANYBODY = {"topicIds": TOPICS, "minScore": 1, "maxScore": 100}
SELF = [("organization", "self")]


@contextmanager
def scratch_journal() -> Iterator[Journal]:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(f"sqlite:///{folder}/journal.db")
        yield journal
        journal.close()


def asking(endpoint: Endpoint, asked: list[tuple[str, str]], options: dict[str, Any]) -> Iterator[Question]:
    for number, (kind, value) in enumerate(asked):
        yield question(
            endpoint, f"{endpoint.key}-{number}", kind, value, json.dumps(options, sort_keys=True), None
        )


def ask(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, asked: list[tuple[str, str]], **options: Any
) -> EndpointTally:
    context = sandbox.context(journal)
    run_wave(context, [EndpointWork(endpoint, asking(endpoint, asked, options))])
    return context.tally.endpoints[endpoint.key]


def bodies(journal: Journal) -> list[Any]:
    with journal.engine.connect() as con:
        found = con.execute(select(t.answers.c.body).order_by(t.answers.c.request_id)).scalars()
        return [json.loads(zstandard.decompress(body)) for body in found if body is not None]


def states(journal: Journal) -> set[str]:
    return {row["state"] for row in journal.states()}


def new_name() -> str:
    return f"Saved {secrets.token_hex(4)}"


@pytest.mark.parametrize("endpoint", CREATES, ids=lambda endpoint: endpoint.key)
@pytest.mark.parametrize("fault", ["http_502_html", "cut_body"])
def test_a_free_creation_with_a_lost_answer_is_not_repeated(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, fault: str
) -> None:
    name = new_name()
    feed: dict[str, Any] = {"save": True, "name": name}
    options = {"topicIds": TOPICS} if endpoint.vendor == "leadpipe" else feed
    with sandbox.fault(fault, vendor=endpoint.vendor, count=1):
        tally = ask(sandbox, journal, endpoint, [(endpoint.subject_type, name)], **options)
    assert tally.ambiguous == 1
    assert states(journal) == {"ambiguous"}
    assert ask(sandbox, journal, endpoint, [(endpoint.subject_type, name)], **options).asked == 0


def test_a_saved_audience_is_read_by_its_id(sandbox: SandboxServer, journal: Journal) -> None:
    name = new_name()
    with scratch_journal() as made:
        ask(sandbox, made, ENDPOINTS["leadpipe.audience_create"], [("audience_name", name)], **ANYBODY)
        [created] = [body["data"] for body in bodies(made)]
    assert created["name"] == name
    saved = ask(sandbox, journal, QUERY, [("query", name)], audienceId=created["id"])
    with scratch_journal() as other:
        own = ask(sandbox, other, QUERY, [("query", "own")], **ANYBODY)
    assert saved.records == own.records > 0


def test_a_feed_is_made_once_and_then_listed(sandbox: SandboxServer, journal: Journal) -> None:
    name = new_name()
    create = ENDPOINTS["contactbased.feed_create"]
    tally = ask(sandbox, journal, create, [("free_text", "electric cars")], save=True, name=name)
    assert tally.answered == 1
    [made] = bodies(journal)
    with scratch_journal() as other:
        ask(sandbox, other, ENDPOINTS["contactbased.feeds"], SELF)
        listed = [item for body in bodies(other) for item in body["items"] if item["name"] == name]
    assert [item["feed_id"] for item in listed] == [made["feed_id"]]


@pytest.mark.parametrize("read", ["pages", "file"])
def test_an_export_created_through_search_is_adopted(sandbox: SandboxServer, journal: Journal, read: str) -> None:
    created = EXPORT.changed(steps={**EXPORT.steps, "create": "contactbased.auto_export"}, result=read)
    steps = steps_of(created, ENDPOINTS.__getitem__)
    before = sum(entry["credits"] for entry in sandbox.charges())
    context = sandbox.context(journal)
    filters = [{"field": "age", "operator": "between", "value": [18, 99]}]
    options = {
        "lookback_days": 30, "page_size": 1000, "consumer_filters": filters, "enrichment_bundles": ["location"],
    }  # fmt: skip
    asked = asking(EXPORT, [("feed", FEED)], options)
    run_wave(context, [EndpointWork(created, asked, steps)])
    tally = context.tally.endpoints[EXPORT.key]
    rows = [row for body in bodies(journal) for row in body.get("rows", ()) if "location" in row]
    assert tally.stopped == ""
    assert tally.records > 0
    assert len({row["contact_id"] for row in rows}) >= tally.records, "filters make an export person-distinct"
    charged = sum(entry["credits"] for entry in sandbox.charges()) - before
    assert sum(row["credits"] for row in journal.states()) == charged == tally.records


@pytest.mark.parametrize("count", [1_000, 1_001])
def test_the_border_of_a_bundle(sandbox: SandboxServer, journal: Journal, count: int) -> None:
    endpoint = ENDPOINTS["contactbased.enrich_auto"].changed(batch_size=count)
    tally = ask(sandbox, journal, endpoint, [("contactbased_id", f"id_{n:016x}") for n in range(count)])
    assert tally.answered == count, "1,001 are refused by the vendor and asked again in halves"
    assert states(journal) == ({"settled"} if count == 1_000 else {"settled", "refused"})


@pytest.mark.parametrize("count", [1_000, 1_001])
def test_the_border_of_bulk_enrichment(sandbox: SandboxServer, journal: Journal, count: int) -> None:
    endpoint = BULK.changed(batch_size=count)
    tally = ask(sandbox, journal, endpoint, [("email", f"nobody{n}@example.com") for n in range(count)])
    assert tally.answered == count
    assert states(journal) == ({"settled"} if count == 1_000 else {"settled", "refused"})


@pytest.mark.parametrize("required", [[name] for name in REQUIRED_FIELDS] + [list(REQUIRED_FIELDS)], ids="+".join)
@pytest.mark.parametrize("kind", ["email", "phone", "linkedin"])
def test_every_required_field_narrows_and_only_matches_are_paid(
    sandbox: SandboxServer, journal: Journal, kind: str, required: list[str]
) -> None:
    known = {
        "email": [row["email"] for row in sandbox.truth("mailboxes")],
        "phone": [row["phone"] for row in sandbox.truth("phones")],
        "linkedin": [
            f"linkedin.com/in/{row['linkedin_slug']}" for row in sandbox.truth("people") if row["linkedin_slug"]
        ],
    }
    values = known[kind][:60]
    with scratch_journal() as other:
        anybody = ask(sandbox, other, BULK, [(kind, value) for value in values], required_fields=[])
    before = sum(entry["credits"] for entry in sandbox.charges())
    tally = ask(sandbox, journal, BULK, [(kind, value) for value in values], required_fields=required)
    after = sum(entry["credits"] for entry in sandbox.charges())
    assert tally.answered == len(values)
    assert anybody.matched > 0
    assert tally.matched <= anybody.matched
    assert tally.credits == tally.matched == after - before


def legal_values(sandbox: SandboxServer) -> dict[str, Any]:
    """A value for each of the sixteen filters: the catalogue's own where it has one."""
    with scratch_journal() as journal:
        ask(sandbox, journal, ENDPOINTS["leadpipe.filters"], SELF)
        [catalogue] = [body["data"] for body in bodies(journal)]
    employer = sandbox.truth("employers")[0]
    told: dict[str, Any] = {
        "isB2b": "y", "jobTitle": "manager", "companyDomain": employer["domain"], "companyName": "a",
    }  # fmt: skip
    for name, kind in FILTERS.items():
        if name in catalogue:
            told[name] = catalogue[name] if kind is list else catalogue[name][0]
        elif kind is bool:
            told[name] = True
    return told


@pytest.mark.parametrize("name", [*FILTERS, "all"])
def test_every_filter_is_understood(sandbox: SandboxServer, journal: Journal, name: str) -> None:
    legal = legal_values(sandbox)
    assert set(legal) == set(FILTERS)
    filters = legal if name == "all" else {name: legal[name]}
    tally = ask(sandbox, journal, QUERY, [("query", name)], **ANYBODY, filters=filters)
    with scratch_journal() as other:
        everybody = ask(sandbox, other, QUERY, [("query", "everybody")], **ANYBODY)
    assert tally.stopped == ""
    assert tally.answered == 1
    assert tally.records <= everybody.records
    # A filter that were not sent would let everybody pass.
    if name in ("gender", "state", "jobTitle", "companyDomain", "isB2b", "all"):
        assert tally.records < everybody.records
