"""Leadpipe: every request that we send fits the reference page, and every state of an answer is heard.

The rules are written from the documents, not from the client: the query from its reference page, its companions
from the vendor's public specification.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import zstandard
from sqlalchemy import select

from contactable.extract import EndpointTally, EndpointWork, run_wave
from contactable.extract.subjects import question
from contactable.journal import tables as t
from contactable.journal.store import Journal
from contactable.settings.config import LeadpipeQuery
from contactable.vendors import ENDPOINTS
from support.sandbox_server import SandboxServer

QUERY = ENDPOINTS["leadpipe.audience_query"]
Rule = Callable[[Any], bool]


def text(longest: int = 10_000, shortest: int = 0, pattern: str = ".*") -> Rule:
    return lambda v: (
        isinstance(v, str) and shortest <= len(v) <= longest and bool(re.fullmatch(pattern, v, re.DOTALL))
    )


def integer(least: int, most: int) -> Rule:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and least <= v <= most


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def topics(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 10 and all(map(integer(-(2**53), 2**53), value))


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def documented_object(rules: dict[str, Rule], *required: str) -> Rule:
    return lambda v: (
        isinstance(v, dict)
        and set(required) <= v.keys() <= rules.keys()
        and all(rules[name](value) for name, value in v.items())
    )


UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
FILTERS = documented_object(
    {
        "companyIndustry": texts, "seniority": texts, "companySize": texts, "department": texts,
        "companyRevenueRange": texts, "ageRange": texts, "state": text(), "gender": text(),
        "isB2b": text(pattern="y|n"), "jobTitle": text(200), "companyDomain": text(255), "companyName": text(255),
        "hasBusinessEmail": flag, "hasPersonalEmail": flag, "hasLinkedin": flag, "hasPhone": flag,
    }
)  # fmt: skip
CONFIG: dict[str, Rule] = {
    "topicIds": topics,
    "minScore": integer(1, 100),
    "maxScore": integer(1, 100),
    "minTopicOverlap": integer(1, 10),
    "filters": FILTERS,
}
QUERY_FIELDS: dict[str, Rule] = {
    **CONFIG,
    "audienceId": text(pattern=UUID),
    "date": text(pattern=r"\d{4}-\d{2}-\d{2}"),
    "limit": integer(1, 100),
    "cursor": lambda value: value is None or isinstance(value, str),
}


def is_query(body: Any) -> bool:
    return documented_object(QUERY_FIELDS)(body) and ("audienceId" in body or "topicIds" in body)


def nothing(body: Any) -> bool:
    return bool(body == "")


#: Method and path (ids as {id}) -> what the JSON body, or else the query string, must be.
DOCUMENTED: dict[str, Rule] = {
    "POST /v1/intent/audiences/query": is_query,
    "POST /v1/intent/audiences/preview": documented_object(CONFIG, "topicIds"),
    "POST /v1/intent/audiences": documented_object(
        {"name": text(255, 1), "config": documented_object(CONFIG, "topicIds")}, "name", "config"
    ),
    "GET /v1/intent/topics": nothing,
    "GET /v1/intent/audiences/filters": nothing,
    "GET /v1/intent/audiences": nothing,
    "GET /v1/intent/audiences/{id}": nothing,
    "GET /v1/intent/audiences/{id}/status": nothing,
    "GET /v1/intent/audiences/{id}/runs": nothing,
}


def violations(calls: list[dict[str, Any]]) -> list[str]:
    """The calls that do not fit the documents."""
    found = []
    for call in calls:
        method = "POST" if call["body"].startswith("{") else "GET"
        path = re.sub(UUID, "{id}", call["path"].removeprefix("/leadpipe"))
        fits = DOCUMENTED.get(f"{method} {path}")
        if fits is None or not fits(json.loads(call["body"]) if method == "POST" else call["body"]):
            found.append(f"{method} {path} {call['body']}")
    return found


@contextmanager
def switched(sandbox: SandboxServer, **switches: Any) -> Iterator[None]:
    known = sandbox.admin("GET", "/meta")["vendors"]["leadpipe"]["switches"]
    for name, value in switches.items():
        sandbox.switch("leadpipe", name, value)
    try:
        yield
    finally:
        for name in switches:
            sandbox.switch("leadpipe", name, known[name]["value"])


def ask(sandbox: SandboxServer, journal: Journal, key: str, kind: str, value: str, options: Any) -> EndpointTally:
    context = sandbox.context(journal, poll_limit_seconds=0.5)
    stated = json.dumps(options)
    asked = [question(ENDPOINTS[key], f"{key}|{value}|{stated}", kind, value, stated, None)]
    run_wave(context, [EndpointWork(ENDPOINTS[key], asked)])
    return context.tally.endpoints[key]


def read(sandbox: SandboxServer, journal: Journal, name: str = "everybody", **config: Any) -> EndpointTally:
    """A query as contactable.yml has it, read to its end in pages of three (the invented world is small)."""
    given = {"topic_ids": [117801, 117802], "min_score": 1} | config
    options = LeadpipeQuery(name=name, **given).options() | {"limit": 3}
    return ask(sandbox, journal, QUERY.key, "query", name, options)


def bodies(journal: Journal) -> list[Any]:
    with journal.engine.connect() as con:
        found = con.execute(select(t.answers.c.body).order_by(t.answers.c.request_id)).scalars()
        return [json.loads(zstandard.decompress(body)) for body in found if body is not None]


def hems(journal: Journal) -> list[str]:
    return [row["hem"] for body in bodies(journal) for row in body["data"]]


def last_read(journal: Journal) -> dict[str, Any]:
    with journal.engine.connect() as con:
        rows = con.execute(select(t.extractions).order_by(t.extractions.c.extraction_id)).mappings().all()
        return dict(rows[-1])


@pytest.fixture(scope="module")
def latest_run(sandbox: SandboxServer) -> str:
    return str(sandbox.admin("POST", "/new_run")["leadpipe"]["dataDate"])


@pytest.fixture(scope="module")
def everybody(sandbox: SandboxServer, latest_run: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Whom the query finds, each once, in the vendor's order."""
    journal = Journal.open(f"sqlite:///{tmp_path_factory.mktemp('plain') / 'journal.db'}")
    read(sandbox, journal)
    found = hems(journal)
    journal.close()
    assert len(found) == len(set(found)) > 6, "more than two pages"
    return found


def test_every_request_fits_the_document(sandbox: SandboxServer, journal: Journal, latest_run: str) -> None:
    before = len(sandbox.received("leadpipe"))
    for key in ("topics", "filters", "audience_list"):
        ask(sandbox, journal, f"leadpipe.{key}", "organization", "self", {})
    saved = bodies(journal)[-1]["data"][0]["id"]
    for key in ("audience_read", "audience_status", "audience_runs"):
        ask(sandbox, journal, f"leadpipe.{key}", "audience", saved, {})
    config = LeadpipeQuery(name="x", topic_ids=(117801,), filters={"isB2b": "y"}).options()
    ask(sandbox, journal, "leadpipe.audience_preview", "query", "To the letter", config)
    ask(sandbox, journal, "leadpipe.audience_create", "audience_name", "To the letter", config)
    for number, told in enumerate(("day", "timestamp", "timestamps", "days", "null")):
        for key in ("config", "page"):
            with switched(sandbox, data_date=told, cache_key=key, unready="200" if number % 2 else "202"):
                read(sandbox, journal, f"latest, {told}, {key}")
                read(sandbox, journal, f"dated, {told}, {key}", date=latest_run)
    filters = {"seniority": ["vp", "director"], "isB2b": "y", "jobTitle": "head", "hasPhone": True, "state": "NY"}
    read(sandbox, journal, "filtered", filters=filters, min_topic_overlap=2, max_score=90)
    read(sandbox, journal, "saved", audience_id=saved, topic_ids=[], min_score=None)
    read(sandbox, journal, "saved and more", audience_id=saved, filters=filters)
    calls = sandbox.received("leadpipe")[before:]
    assert violations(calls) == []
    sent = [json.loads(call["body"]) for call in calls if call["path"].endswith("/query")]
    assert any("cursor" in body and "date" in body for body in sent)
    assert {"audienceId": saved, "limit": 3} in sent, "what is not configured is not sent"
    everything = {
        "audienceId": saved, "topicIds": [117801, 117802], "minScore": 1, "filters": filters, "limit": 3,
    }  # fmt: skip
    assert everything in sent


def test_the_catalogue_is_read_page_by_page_where_it_has_pages(sandbox: SandboxServer, journal: Journal) -> None:
    whole = ask(sandbox, journal, "leadpipe.topics", "organization", "self", {})
    before = len(sandbox.received("leadpipe"))
    with switched(sandbox, topic_page=10):
        paged = ask(sandbox, journal, "leadpipe.topics", "organization", "self", {"again": True})
    assert (paged.answered, paged.incomplete, paged.notes) == (1, 0, [])
    assert paged.records == whole.records > 20
    sent = [call["body"] for call in sandbox.received("leadpipe")[before:]]
    assert sent == ["", *(f"page={number}" for number in range(2, len(sent) + 1))]


@pytest.mark.parametrize("told", ["timestamp", "timestamps"])
@pytest.mark.parametrize("configured", [True, False])
def test_a_moment_as_data_date_is_pinned_by_its_day(
    sandbox: SandboxServer, journal: Journal, everybody: list[str], latest_run: str, told: str, configured: bool
) -> None:
    before = len(sandbox.received("leadpipe"))
    with switched(sandbox, data_date=told):
        tally = read(sandbox, journal, **({"date": latest_run} if configured else {}))
    assert (tally.notes, tally.answered, tally.records) == ([], 1, len(everybody))
    later = [json.loads(call["body"]) for call in sandbox.received("leadpipe")[before:]][1:]
    assert {body["date"] for body in later} == {latest_run}


def test_a_configured_date_wins_over_what_the_vendor_tells(
    sandbox: SandboxServer, journal: Journal, latest_run: str
) -> None:
    before = len(sandbox.received("leadpipe"))
    with switched(sandbox, data_date="days"):
        tally = read(sandbox, journal, date=latest_run)
    sent = [json.loads(call["body"]) for call in sandbox.received("leadpipe")[before:]]
    assert {body["date"] for body in sent} == {latest_run}
    assert any(f"the run of {latest_run} was asked for" in note for note in tally.notes)


def test_without_a_day_none_is_sent(sandbox: SandboxServer, journal: Journal, everybody: list[str]) -> None:
    before = len(sandbox.received("leadpipe"))
    with switched(sandbox, data_date="null"):
        assert read(sandbox, journal).records == len(everybody)
    assert not any('"date"' in call["body"] for call in sandbox.received("leadpipe")[before:])


@pytest.mark.parametrize("switch", [{"cache_key": "page"}, {"data_date": "days"}])
def test_what_moves_on_every_page_ends_after_one_restart_with_every_row_once(
    sandbox: SandboxServer, journal: Journal, everybody: list[str], latest_run: str, switch: dict[str, str]
) -> None:
    name = {"cache_key": "cacheKey", "data_date": "dataDate"}[next(iter(switch))]
    with switched(sandbox, **switch):
        before = len(sandbox.received("leadpipe"))
        tally = read(sandbox, journal, date=latest_run)
        calls = sandbox.received("leadpipe")[before:]
    firsts = [call for call in calls if "cursor" not in call["body"] and call["status"] == 200]
    assert len(firsts) == 2, "it began again once"
    assert hems(journal) == everybody, "what the first reading brought is not kept beside the second"
    assert (tally.answered, tally.incomplete, tally.records, tally.stopped) == (1, 0, len(everybody), "")
    assert any(f"{name} moved while reading; the query began again" in note for note in tally.notes)
    assert any(f"{name} moves from page to page" in note for note in tally.notes)
    assert last_read(journal)["state"] == "complete"
    assert read(sandbox, journal, date=latest_run).skipped == 1, "it is answered"


@pytest.mark.parametrize("unready", ["200", "202"])
def test_an_answer_that_is_not_ready_is_no_answer(sandbox: SandboxServer, journal: Journal, unready: str) -> None:
    with switched(sandbox, unready=unready, materializing_calls=2):
        tally = read(sandbox, journal, min_score=int(unready) - 190)  # a config of its own: nothing is cached
    assert (tally.answered, tally.incomplete, tally.notes) == (1, 0, [])
    assert hems(journal), "it was waited for"
    assert all(body["meta"]["status"] == "ready" for body in bodies(journal)), "nothing else was kept"


def test_an_answer_that_does_not_get_ready_stays_due(sandbox: SandboxServer, journal: Journal) -> None:
    with switched(sandbox, unready="200", materializing_calls=10):
        context = sandbox.context(journal, poll_limit_seconds=0.0)
        options = LeadpipeQuery(name="x", topic_ids=(117801,), min_score=33).options()
        asked = question(QUERY, "q", "query", "x", json.dumps(options), None)
        run_wave(context, [EndpointWork(QUERY, [asked])])
        tally = context.tally.endpoints[QUERY.key]
        assert ("not ready" in tally.stopped, tally.answered) == (True, 0)
    assert (last_read(journal)["state"], bodies(journal)) == ("open", [])
    assert journal.already_asked([asked.subject]) == set()
