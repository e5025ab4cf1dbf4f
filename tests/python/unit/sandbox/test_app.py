"""The frame around the vendors: faults and what they charge, limits, switches, the admin surface."""

from email.utils import parsedate_to_datetime
from typing import Any

import orjson
import pytest

from contactable.sandbox import app as frame
from contactable.sandbox.admin import Admin
from contactable.sandbox.drift import drift
from contactable.sandbox.faults import FAULTS, UnknownFaultError, parse, rule
from contactable.sandbox.vendor import (
    Call,
    Provenance,
    RateLimit,
    Reply,
    Route,
    Sandbox,
    Switch,
    Vendor,
)
from support.asgi import Client

_ASK = "/acme/v1/ask"


class Acme:
    """The smallest vendor: one paid question, one path with a part, one action."""

    def __init__(self) -> None:
        self.runs = 0

    def ask(self, call: Call) -> Reply:
        call.charge(str(call.json_object()["q"]))
        return Reply(200, {"answers": [{"q": call.json_object()["q"], "score": 7}], "total": 1})

    def thing(self, call: Call) -> Reply:
        return Reply(200, {"name": call.params["name"], "query": call.query})

    def run(self, _body: dict[str, Any]) -> object:
        self.runs += 1
        return {"runs": self.runs}


@pytest.fixture
def acme() -> Acme:
    return Acme()


@pytest.fixture
def stopped() -> list[bool]:
    return []


@pytest.fixture
def client(sandbox: Sandbox, acme: Acme, stopped: list[bool]) -> Client:
    vendor = Vendor(
        "acme",
        "/acme",
        [
            Route("POST", "/v1/ask", acme.ask, "ask", Provenance.DOC, "a note"),
            Route("GET", "/v1/things/{name}/parts", acme.thing, "thing", Provenance.ASSUMED, open=True),
        ],
        authenticate=lambda call: None if call.header("X-Key") == "k" else Reply(401, {"oops": "key"}),
        error=lambda status, message: Reply(status, {"oops": message}),
        key=lambda call: call.header("x-key"),
        environment=lambda base: {"ACME_URL": base + "/acme"},
        rate_limit=RateLimit(2, 60.0),
        switches={"mood": Switch(("good", "bad"), "how it feels")},
        actions={"new_run": acme.run},
    )
    admin = Admin(sandbox, [vendor], lambda: stopped.append(True)).vendor()
    return Client(sandbox, [vendor, admin], {"X-Key": "k"})


def _ask(client: Client, question: str = "?") -> Any:
    return client.post(_ASK, {"q": question})


def test_every_answer_says_that_this_is_no_vendor(client: Client, sandbox: Sandbox) -> None:
    answers = [
        _ask(client),
        client.post(_ASK, {"q": 1}, headers={"X-Key": "x"}),
        client.get("/nowhere"),
        client.get("/acme/nowhere"),
        client.get("/__sandbox/meta"),
        client.ask("POST", _ASK, body=b"{"),
    ]
    assert [answer.status for answer in answers] == [200, 401, 404, 404, 200, 400]
    assert {answer.headers["x-contactable-sandbox"] for answer in answers} == {"not a vendor"}
    assert answers[3].json() == {"oops": "Not Found"}
    assert parsedate_to_datetime(answers[0].headers["date"]) == sandbox.clock.now(), "the clock of its answers"


def test_parts_of_a_path_reach_the_handler(client: Client) -> None:
    answer = client.get("/acme/v1/things/x-1/parts?a=1&b=%20")
    assert answer.json() == {"name": "x-1", "query": {"a": "1", "b": " "}}
    assert client.get("/acme/v1/things/x/1/parts").status == 404
    assert client.ask("DELETE", "/acme/v1/things/x/parts").status == 404


@pytest.mark.parametrize(("name", "status"), [("http_429", 429), ("http_429_date", 429), ("http_500", 500)])
def test_faults_that_come_before_anything_is_done(
    client: Client, sandbox: Sandbox, name: str, status: int
) -> None:
    sandbox.faults.add(rule(name, count=1))
    answer = _ask(client)
    assert answer.status == status
    assert "oops" in answer.json()
    if name == "http_429":
        assert answer.headers["retry-after"] == "1"
    if name == "http_429_date":
        assert parsedate_to_datetime(answer.headers["retry-after"]).tzinfo is not None
    assert len(sandbox.charges) == 0
    assert _ask(client).status == 200


@pytest.mark.parametrize(("name", "status"), [("http_502_html", 502), ("html_200", 200)])
def test_pages_in_place_of_answers(client: Client, sandbox: Sandbox, name: str, status: int) -> None:
    sandbox.faults.add(rule(name, count=1))
    answer = _ask(client)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert len(sandbox.charges) == 0


@pytest.mark.parametrize(("name", "charges"), [("timeout", 0), ("charged_then_timeout", 1)])
def test_an_answer_that_never_comes(client: Client, sandbox: Sandbox, name: str, charges: int) -> None:
    sandbox.faults.add(rule(name, count=1))
    answer = _ask(client)
    assert (answer.status, answer.complete) == (0, False)
    assert answer.slept == [frame.TIMEOUT_SECONDS]
    assert len(sandbox.charges) == charges


@pytest.mark.parametrize(("name", "charges"), [("cut_body", 0), ("charged_then_cut", 1)])
def test_a_connection_cut_in_the_middle(client: Client, sandbox: Sandbox, name: str, charges: int) -> None:
    whole = _ask(client).body
    sandbox.charges.clear()
    sandbox.faults.add(rule(name, count=1))
    answer = _ask(client)
    assert answer.status == 200
    assert not answer.complete
    assert int(answer.headers["content-length"]) == len(whole) > len(answer.body)
    assert whole.startswith(answer.body)
    assert len(sandbox.charges) == charges


def test_charged_then_500(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("charged_then_500", count=1))
    assert _ask(client).status == 500
    assert len(sandbox.charges) == 1


def test_answers_of_another_shape(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("wrong_shape", count=1))
    assert isinstance(_ask(client).json(), list)
    sandbox.faults.add(rule("drifted_field", count=1))
    drifted = _ask(client).json()
    assert drifted["total"] == 1
    assert list(drifted["answers"][0]) == ["q", "score_v2", "field_of_tomorrow"]
    assert len(sandbox.charges) == 1


def test_a_slow_answer_is_right_and_charged(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("slow", count=1))
    answer = _ask(client)
    assert (answer.status, answer.slept) == (200, [frame.SLOW_SECONDS])
    assert len(sandbox.charges) == 1


def test_every_answer_can_be_withheld_for_a_while(client: Client, sandbox: Sandbox) -> None:
    sandbox.latency_seconds = 0.25
    answer = _ask(client)
    assert (answer.status, answer.slept) == (200, [0.25])


def test_an_answer_without_a_sane_end(client: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "OVERSIZE_BYTES", 3 * 1_048_576)
    sandbox.faults.add(rule("oversize", count=1))
    answer = _ask(client)
    assert int(answer.headers["content-length"]) == len(answer.body) > 3 * 1_048_576
    assert answer.json()["total"] == 1
    assert len(sandbox.charges) == 0


def test_a_refused_call_is_no_target_for_later_faults(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("html_200", count=1))
    assert client.ask("POST", _ASK, body=b"{").status == 400
    assert _ask(client).headers["content-type"] == "text/html"


def _hit(client: Client, questions: range) -> list[int]:
    return [n for n in questions if _ask(client, f"q{n}").status == 500]


def test_a_share_of_requests_suffers_whatever_their_order(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(rule("http_500", rate=0.2))
    forward = _hit(client, range(400))
    assert 40 < len(forward) < 130
    again = _hit(client, range(400))
    assert again != forward
    sandbox.faults.clear()
    sandbox.faults.add(rule("http_500", rate=0.2))
    assert sorted(_hit(client, range(399, -1, -1))) == forward


def test_a_fault_may_be_meant_for_one_endpoint(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add(parse("http_500@other*5"))
    sandbox.faults.add(parse("http_500@acme.thing:1"))
    assert _ask(client).status == 200
    assert client.get("/acme/v1/things/x/parts").status == 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http_429", ("http_429", None, None, 0.1, None)),
        ("timeout", ("timeout", None, None, None, 1)),
        ("http_500*3", ("http_500", None, None, None, 3)),
        ("cut_body@bigdbm", ("cut_body", "bigdbm", None, None, 1)),
        ("http_500@bigdbm.opql:0.25", ("http_500", "bigdbm", "opql", 0.25, None)),
        (" slow@leadpipe.audience_query*2 ", ("slow", "leadpipe", "audience_query", None, 2)),
    ],
)
def test_faults_are_written_shortly(text: str, expected: tuple[object, ...]) -> None:
    read = parse(text)
    assert (read.name, read.vendor, read.endpoint, read.rate, read.left) == expected


@pytest.mark.parametrize("text", ["", "nonsense", "http_500:2", "http_500*", "http_500@", "http_500:x"])
def test_faults_that_nobody_knows_are_refused(text: str) -> None:
    with pytest.raises(UnknownFaultError):
        parse(text)


def test_limits_hold_once_they_are_on(client: Client, sandbox: Sandbox) -> None:
    now = 100.0
    sandbox.seconds = lambda: now
    assert [_ask(client).status for _ in range(4)] == [200] * 4
    client.post("/__sandbox/limits", {"on": True})
    answers = [_ask(client) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "60"
    now += 59
    assert _ask(client).headers["retry-after"] == "1"
    now += 1
    assert _ask(client).status == 200
    client.post("/__sandbox/limits", {"vendor": "acme", "calls": 1, "seconds": 5})
    assert _ask(client).status == 429
    client.post("/__sandbox/limits", {"on": False})
    assert _ask(client).status == 200
    assert len(sandbox.charges) == 8


def test_the_clock_is_set_from_outside(client: Client) -> None:
    assert client.get("/__sandbox/clock").json() == {"now": "2026-11-21T12:00:00Z", "today": "2026-11-21"}
    moved = client.post("/__sandbox/clock", {"advance_days": 1, "advance_seconds": 30}).json()
    assert moved["now"] == "2026-11-22T12:00:30Z"
    assert client.post("/__sandbox/clock", {"today": "2025-12-10"}).json()["now"] == "2025-12-10T12:00:30Z"
    assert client.post("/__sandbox/clock", {"now": "2026-01-01T01:00:00+02:00"}).json()["today"] == "2025-12-31"
    assert client.post("/__sandbox/clock", {"now": "soon"}).status == 400


def test_faults_are_set_from_outside(client: Client) -> None:
    assert set(client.get("/__sandbox/faults").json()["known"]) == set(FAULTS)
    client.post("/__sandbox/faults", {"name": "http_500", "vendor": "acme", "count": 1})
    client.post("/__sandbox/faults", {"faults": "slow:0.5, timeout@acme.ask"})
    active = client.get("/__sandbox/faults").json()["active"]
    assert [(one["name"], one["rate"], one["left"]) for one in active] == [
        ("http_500", None, 1),
        ("slow", 0.5, None),
        ("timeout", None, 1),
    ]
    assert _ask(client).status == 500
    assert client.get("/__sandbox/faults").json()["active"][0]["hits"] == 1
    assert client.ask("DELETE", "/__sandbox/faults").json()["active"] == []
    assert client.post("/__sandbox/faults", {"name": "nonsense"}).status == 400
    assert client.post("/__sandbox/faults", {"name": "slow", "rate": "often"}).status == 400


def test_charges_are_read_from_outside_and_hold_nothing_personal(client: Client) -> None:
    for question in ("one", "two", "one"):
        _ask(client, question)
    answer = client.get("/__sandbox/charges?vendor=acme&endpoint=ask&limit=2")
    book = answer.json()
    assert (book["count"], book["credits"], len(book["charges"])) == (3, 3.0, 2)
    assert book["endpoints"] == {"acme.ask": {"questions": 3, "credits": 3.0, "repeated": 1}}
    assert b"one" not in answer.body
    assert client.get("/__sandbox/charges?vendor=other").json()["count"] == 0
    assert client.get("/__sandbox/charges?limit=x").status == 400
    assert client.ask("DELETE", "/__sandbox/charges").json()["count"] == 0


def test_meta_tells_where_everything_is_known_from(client: Client) -> None:
    acme = client.get("/__sandbox/meta").json()["vendors"]["acme"]
    assert [(route["path"], route["provenance"], route["note"]) for route in acme["routes"]] == [
        ("/acme/v1/ask", "doc", "a note"),
        ("/acme/v1/things/{name}/parts", "assumed", ""),
    ]
    assert acme["switches"] == {"mood": {"value": "good", "values": ["good", "bad"], "note": "how it feels"}}


def test_switches_and_actions(client: Client, acme: Acme, stopped: list[bool]) -> None:
    assert client.post("/__sandbox/switches", {"vendor": "acme", "name": "mood", "value": "bad"}).status == 200
    assert client.get("/__sandbox/meta").json()["vendors"]["acme"]["switches"]["mood"]["value"] == "bad"
    assert client.post("/__sandbox/switches", {"vendor": "acme", "name": "mood", "value": "so-so"}).status == 400
    assert client.post("/__sandbox/switches", {"vendor": "acme", "name": "nerve", "value": 1}).status == 404
    assert client.post("/__sandbox/new_run").json() == {"acme": {"runs": 1}}
    assert client.post("/__sandbox/actions/acme/new_run", {}).json() == {"runs": 2}
    assert client.post("/__sandbox/actions/acme/nothing", {}).status == 404
    assert acme.runs == 2
    assert client.post("/__sandbox/stop").json() == {"stopping": True}
    assert stopped == [True]


def test_drift_reaches_the_innermost_records() -> None:
    data = {"returnData": {"k": [{"A": "1", "B": ["x"]}]}, "n": 1, "empty": {}}
    assert drift(data) == {
        "returnData": {"k": [{"A": "1", "B_v2": ["x"], "field_of_tomorrow": "new since yesterday"}]},
        "n": 1,
        "empty": {},
    }
    assert drift({"opql_score": 4}) == {"opql_score_v2": 4, "field_of_tomorrow": "new since yesterday"}
    assert drift(b"csv") == b"csv"
    assert orjson.dumps(drift([{"a": None}]))
