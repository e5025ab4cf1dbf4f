"""The waterfall on the sandbox: the second vendor sees only what the first left open; its charge book agrees."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.commands.explain import explain as explain_command
from contactable.commands.invocation import Invocation
from contactable.commands.plan_explain import plan_explain
from support.command_line import (
    Finished,
    asking_only,
    contactable,
    environment,
    quick_settings,
    write_settings,
)
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e


@contextmanager
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def asked_home(first_run: tuple[Path, Finished], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the home for everything that is asked of the command: its second command need not parse anew."""
    return Path(shutil.copytree(first_run[0], tmp_path_factory.mktemp("asked") / "home", symlinks=True))


@pytest.fixture
def invocation(asked_home: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Invocation:
    """``plan`` in this process, in the environment that a process of its own would have."""
    wanted = environment(sandbox.variables)
    for name in os.environ.keys() - wanted.keys():
        monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    return Invocation("plan", asked_home, Path(sandbox.variables["CONTACTABLE_CONFIG"]), "json")


def explain(invocation: Invocation, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = plan_explain(invocation, text)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def test_whom_the_first_left_closed_the_second_never_saw(
    first_run: tuple[Path, Finished], first_bill: list[dict[str, Any]]
) -> None:
    """By the sandbox's own book, which keeps a digest of every question it charged."""
    questions: dict[str, set[str]] = {}
    with warehouse(first_run[0]) as con:
        for decision, value in con.execute(
            "select decision || coalesce(':' || outcome, ''), subject_value"
            " from intermediate.int_worklists__waterfall where endpoint = 'bigdbm.b2b_email'"
        ).fetchall():
            questions.setdefault(decision, set()).add(value)
    closed = questions.get("satisfied", set()) | questions.get("wait", set()) | questions.get("sold", set())
    names = {entry["endpoint"] for entry in first_bill if entry["vendor"] == "bigdbm"}
    charged = {entry["subject"] for entry in first_bill}

    def on_the_bill(values: set[str]) -> set[str]:
        return {value for value in values for name in names if "b2b" in name and digest(name, value) in charged}

    assert on_the_bill(questions["answered:match"]) == questions["answered:match"]
    assert closed
    assert not on_the_bill(closed)


def digest(endpoint: str, subject: str) -> str:
    """As the sandbox's book writes a question of BIGDBM."""
    return hashlib.blake2b(f"bigdbm|{endpoint}|{subject}".encode(), digest_size=8).hexdigest()


def test_a_satisfied_person_is_bought_nowhere_and_nothing_is_left_to_buy(
    first_run: tuple[Path, Finished],
) -> None:
    """That a second run then buys nothing, by the vendors' book: test_run."""
    with warehouse(first_run[0]) as con:
        satisfied = con.execute(
            "select count(*) from intermediate.int_worklists__waterfall where decision = 'satisfied'"
        ).fetchone()
        due = con.execute("select count(*) from worklists.due_questions where step_rank is not null").fetchone()
    assert satisfied is not None
    assert satisfied[0] > 0
    assert due == (0,)


def test_the_journal_knows_who_was_asked_about(first_run: tuple[Path, Finished]) -> None:
    with warehouse(first_run[0]) as con:
        assert con.execute("select count(*) from raw.journal_asked where subject_key is null").fetchone() == (0,)


def test_a_stop_at_found_asks_fewer(
    first_run: tuple[Path, Finished], sandbox: SandboxServer, short_list: Path, tmp_path: Path
) -> None:
    """No validator is even on, nobody verified: whoever has an address and a number is not asked about again."""
    found_is_enough = {name: {"stop_at": "found"} for name in ("email", "phone")}
    settings = quick_settings(
        first_party=str(short_list),
        waterfall={**found_is_enough, "employer": {"order": []}},
        endpoints=asking_only("bigdbm.consumer_email", "exactbuyer.bulk_enrich"),
    )
    config, home = write_settings(tmp_path / "contactable.yml", settings), tmp_path / "home"
    before = len(sandbox.charges())
    finished = contactable("extract", "--home", home, "--config", config, variables=sandbox.variables)
    assert finished.code == 0, finished.out
    bought = [entry for entry in sandbox.charges()[before:] if entry["vendor"] == "exactbuyer"]
    sql = """select decision, array_agg(distinct subject_value)
        from intermediate.int_worklists__waterfall
        where endpoint = 'exactbuyer.bulk_enrich' group by decision"""
    with warehouse(home) as con:
        decided = {decision: set(values) for decision, values in con.execute(sql).fetchall()}
    with warehouse(first_run[0]) as con:
        asked = {decision: set(values) for decision, values in con.execute(sql).fetchall()}["answered"]
    assert not decided.keys() & {"ask", "wait"}, "the rounds went on to the last step"
    assert decided["satisfied"] & asked, "with verified as the aim, some of the same were asked about"
    assert 0 < len(bought) <= len(decided["answered"])


def test_an_impossible_order_ends_before_anything_is_asked(
    first_run: tuple[Path, Finished], sandbox: SandboxServer, tmp_path: Path
) -> None:
    config = tmp_path / "contactable.yml"
    config.write_text("waterfall: {email: {order: [clearbit.person]}}\n", encoding="utf-8")
    before = len(sandbox.charges())
    finished = contactable("run", "--home", tmp_path / "home", "--config", config, variables=sandbox.variables)
    assert finished.code == 2
    assert "unknown endpoint 'clearbit.person'" in finished.out
    assert len(sandbox.charges()) == before


def test_explain_tells_what_would_be_bought_and_why_not(
    invocation: Invocation, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(sandbox.charges())
    with warehouse(invocation.home) as con:
        row = con.execute(
            "select contact_key, min(subject_value) from intermediate.int_worklists__waterfall"
            " where subject_type = 'email' and decision = 'answered' and endpoint = 'bigdbm.consumer_email'"
            " group by 1 order by 1 limit 1"
        ).fetchone()
    assert row is not None
    contact_key, address = row
    code, told = explain(invocation, f"  {address.upper()} ", capsys)
    assert code == 0
    (person,) = [one for one in told["people"] if one["contact_key"] == contact_key]
    assert [state["attribute"] for state in person["attributes"]] == ["email", "phone", "employer", "profile"]
    endpoints = {line["endpoint"]: line for line in person["endpoints"]}
    assert endpoints["bigdbm.consumer_email"]["decision"] == "answered"
    assert "due again" in endpoints["bigdbm.consumer_email"]["told"]
    assert endpoints["bigdbm.consumer_linkedin"]["decision"] == "off"
    assert "off by default" in endpoints["bigdbm.consumer_linkedin"]["told"]
    assert address not in json.dumps(told)
    # Whoever is suppressed is told so, and nothing would be bought.
    assert contactable("suppress", address, "--home", invocation.home).code == 0
    code, told = explain(invocation, address, capsys)
    assert code == 0
    assert told["suppressed"]
    assert not any(line["decision"] == "ask" for one in told["people"] for line in one["endpoints"]), told
    assert len(sandbox.charges()) == before


def test_a_persons_evidence_leads_to_the_requests_that_brought_it(
    asked_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warehouse(asked_home) as con:
        row = con.execute(
            "select contact_key, primary_email, first_name from marts.contacts"
            " where vendor_count > 2 and evidence_count > 2 and first_name is not null"
            " and primary_email is not null order by contact_key limit 1"
        ).fetchone()
        requests = {one for (one,) in con.execute("select request_id from marts.vendor_requests").fetchall()}
    assert row is not None
    contact_key, address, first_name = row
    capsys.readouterr()
    assert explain_command(asked_home, address, None, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    (person,) = [one for one in told["people"] if one["contact_key"] == contact_key]
    bought = {one["request_id"] for one in person["evidence"] if one["vendor"] != "first_party"}
    assert bought
    assert bought <= requests
    assert any(tie["value"] == f"email:{address}" for tie in person["ties"])
    assert ("first_name", first_name) in [
        (one["attribute"], one["value"]) for one in person["values"] if one["is_winner"]
    ]


def test_explain_says_when_nobody_carries_the_identifier(
    invocation: Invocation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of models that stand already: building them again is not what this is about."""
    monkeypatch.setattr("contactable.commands.plan_explain.build_waterfall", lambda _: None)
    code, told = explain(invocation, "nobody@nowhere.example", capsys)
    assert (code, told["known"], told["people"]) == (2, False, [])


def test_what_looks_like_no_identifier_is_refused(asked_home: Path, sandbox: SandboxServer) -> None:
    """As a process: the command line hands the option over."""
    finished = contactable("plan", "--home", asked_home, "--explain", "what?", variables=sandbox.variables)
    assert finished.code == 2
    assert "looks like no identifier" in finished.out
