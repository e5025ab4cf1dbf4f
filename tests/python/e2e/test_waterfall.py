"""The waterfall on the sandbox: the second vendor sees only what the first left open; its charge book agrees."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.command_line import Finished, contactable
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e


@contextmanager
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        yield con


def run(home: Path, sandbox: SandboxServer, *arguments: str | Path) -> Finished:
    our_list = sandbox.variables["SANDBOX_FIRST_PARTY"]
    return contactable("run", "--home", home, "--first-party", our_list, *arguments, variables=sandbox.variables)


def explain(home: Path, sandbox: SandboxServer, text: str) -> tuple[int, dict[str, Any]]:
    finished = contactable(
        "plan", "--home", home, "--explain", text, "--log-format", "json", variables=sandbox.variables
    )
    document = finished.out[finished.out.index("{\n") :] if "{\n" in finished.out else "{}"
    return finished.code, json.JSONDecoder().raw_decode(document)[0]


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


def test_a_satisfied_person_is_bought_nowhere_and_a_second_run_buys_nothing(
    home: Path, sandbox: SandboxServer
) -> None:
    before = len(sandbox.charges())
    finished = run(home, sandbox)
    assert finished.code == 0, finished.out
    assert len(sandbox.charges()) == before
    with warehouse(home) as con:
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
    first_run: tuple[Path, Finished], sandbox: SandboxServer, tmp_path: Path
) -> None:
    """The same people, nobody verified: whoever has an address and a number is not asked about again."""
    config = tmp_path / "contactable.yml"
    shipped = Path("contactable.yml").read_text(encoding="utf-8")
    assert "\nwaterfall: {}\n" in shipped
    config.write_text(
        shipped.replace(
            "\nwaterfall: {}\n",
            "\nwaterfall: {email: {stop_at: found}, phone: {stop_at: found}, employer: {order: []}}\n",
        ),
        encoding="utf-8",
    )
    home = tmp_path / "home"
    finished = run(home, sandbox, "--config", config)
    assert finished.code == 0, finished.out
    people = (
        "select count(distinct contact_key) from intermediate.int_worklists__waterfall where decision = 'answered'"
    )
    sql = f"{people} and endpoint = 'exactbuyer.bulk_enrich'"
    with warehouse(first_run[0]) as verified, warehouse(home) as found:
        many, few = verified.execute(sql).fetchone(), found.execute(sql).fetchone()
    assert many is not None
    assert few is not None
    assert few[0] < many[0]


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


def test_explain_tells_what_would_be_bought_and_why_not(home: Path, sandbox: SandboxServer) -> None:
    before = len(sandbox.charges())
    with warehouse(home) as con:
        row = con.execute(
            "select contact_key, min(subject_value) from intermediate.int_worklists__waterfall"
            " where subject_type = 'email' and decision = 'answered' and endpoint = 'bigdbm.consumer_email'"
            " group by 1 order by 1 limit 1"
        ).fetchone()
    assert row is not None
    contact_key, address = row
    code, told = explain(home, sandbox, f"  {address.upper()} ")
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
    assert contactable("suppress", address, "--home", home).code == 0
    code, told = explain(home, sandbox, address)
    assert code == 0
    assert told["suppressed"]
    assert not any(line["decision"] == "ask" for one in told["people"] for line in one["endpoints"]), told
    assert len(sandbox.charges()) == before


def test_explain_says_when_nobody_carries_the_identifier(home: Path, sandbox: SandboxServer) -> None:
    code, told = explain(home, sandbox, "nobody@nowhere.example")
    assert (code, told["known"], told["people"]) == (2, False, [])
    assert contactable("plan", "--home", home, "--explain", "what?", variables=sandbox.variables).code == 2
