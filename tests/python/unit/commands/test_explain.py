"""``contactable explain`` on a small warehouse: records of one person, a housemate, a key that was merged."""

import json
import logging
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from contactable.cli import app
from contactable.commands.explain import explain
from contactable.home.home import Home, HomeBusyError
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit

ANN, BOB, OLD, GONE = "a" * 32, "b" * 32, "c" * 32, "d" * 32

WAREHOUSE = Path(__file__).parents[2] / "fixtures" / "two_people.sql"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute(WAREHOUSE.read_text(encoding="utf-8"))
    return tmp_path


def told(
    home: Path, capsys: pytest.CaptureFixture[str], text: str, other: str | None = None
) -> tuple[int, dict[str, Any]]:
    code = explain(home, text, other, as_json=True)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


@pytest.mark.parametrize(
    "text",
    [
        " Ann@Example.com ",
        "email_md5:" + duckdb.sql("select md5('ANN@EXAMPLE.COM')").fetchall()[0][0],
        duckdb.sql("select sha256('ann@example.com')").fetchall()[0][0],
        "https://www.linkedin.com/in/ann",
        "contactbased_id:2",
        ANN,
        f"contact_key:{OLD}",
    ],
)
def test_a_person_is_found_under_every_name_of_it(
    home: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    code, document = told(home, capsys, text)
    assert code == Exit.DONE
    assert [person["contact_key"] for person in document["people"]] == [ANN]


def test_the_evidence_its_ties_and_what_does_not_tie(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, document = told(home, capsys, "ann@example.com")
    [person] = document["people"]
    assert [(row["vendor"], row["endpoint"], row["request_id"]) for row in person["evidence"]] == [
        ("first_party", None, None),
        ("bigdbm", "bigdbm.consumer_email", "request-1"),
        ("contactbased", "contactbased.enrich_phones", "request-2"),
    ]
    assert person["names"] == ["Ann Example", "Annie Example"]
    assert [(tie["value"], tie["is_bridge"]) for tie in person["ties"]] == [
        ("email:ann@example.com", True),
        ("linkedin:ann", True),
    ]
    [shared] = person["shared_values"]
    assert (shared["value"], shared["rule"]) == ("phone:+12025550100", "several_first_names")
    assert [(row["given_key"], row["status"]) for row in person["keys"]] == [(ANN, "living"), (OLD, "merged")]
    assert [(row["event_type"], row["identifier_value"]) for row in person["events"]] == [("merged", "ann")]
    assert [(row["vendor"], row["request_id"]) for row in person["numbers"]] == [
        ("bigdbm", "request-1"),
        ("contactbased", "request-2"),
    ]


def test_two_identifiers_of_one_person_are_joined_by_the_shortest_chain(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(home, capsys, "ann@example.com", "contactbased_id:2")
    assert code == Exit.DONE
    steps = [step.get("evidence") or step["value"] for step in document["between"]["chain"]]
    assert steps == ["bigdbm:1", "linkedin:ann", "contactbased:2"]


def test_two_people_share_a_number_and_the_rule_that_keeps_them_apart_is_named(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(home, capsys, ANN, BOB)
    assert code == Exit.DONE
    assert document["between"]["same_person"] is False
    [pair] = document["between"]["shared"]
    assert [(row["value"], row["rule"]) for row in pair["values"]] == [
        ("phone:+12025550100", "several_first_names")
    ]


def test_a_number_that_two_people_share_shows_both(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, document = told(home, capsys, "(202) 555-0100")
    assert [person["contact_key"] for person in document["people"]] == [ANN, BOB]


def test_people_read_sentences_and_no_log_reads_a_value(
    home: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert explain(home, f"contact_key:{OLD}", None, as_json=False) == Exit.DONE
        assert explain(home, "ann@example.com", BOB, as_json=False) == Exit.DONE
    shown = capsys.readouterr().out
    for expected in (
        "was merged on 2026-11-02", "ann@example.com", "the person falls apart", "request-2", "opql_5",
        "Newtown (contactbased, trusted)", "Not one person.", "People of one last name carry it",
    ):  # fmt: skip
        assert expected in shown, expected
    assert not [text for text in ("ann@example.com", "12025550100", "Example") if text in caplog.text]


def test_who_is_nobody_is_said_and_the_exit_code_tells(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = told(home, capsys, "nobody@example.com")
    assert (code, document["people"]) == (Exit.CONFIGURATION, [])
    code, document = told(home, capsys, "ann@example.com", "nobody@example.com")
    assert code == Exit.CONFIGURATION
    code, document = told(home, capsys, GONE)
    assert (code, document["people"]) == (Exit.DONE, [])
    assert document["asked"][0]["key"]["status"] == "retired"


def test_whoever_is_on_the_suppression_list_is_known_though_erased(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("insert into raw.suppressions select 'email', sha256('gone@example.com')")
    code, document = told(home, capsys, "gone@example.com")
    assert (code, document["asked"][0]["suppressed"], document["people"]) == (Exit.DONE, True, [])


def test_it_reads_only_what_is_there_and_free(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no warehouse"):
        explain(tmp_path / "empty", "ann@example.com", None, as_json=False)
    with pytest.raises(ConfigurationError, match="no identifier"):
        explain(home, "what?", None, as_json=False)
    with Home.at(home).hold("run"), pytest.raises(HomeBusyError):
        explain(home, "ann@example.com", None, as_json=False)
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("drop table intermediate.int_identity__unresolved_evidence")
    with pytest.raises(ConfigurationError, match="not built by this version"):
        explain(home, "ann@example.com", None, as_json=False)


def test_the_command_line_takes_one_or_two(home: Path) -> None:
    asked = CliRunner().invoke(app, ["explain", "ann@example.com", "linkedin:ann", "--json", "--home", str(home)])
    assert asked.exit_code == 0
    assert json.loads(asked.output)["between"]["chain"][0]["evidence"] == "bigdbm:1"
    assert CliRunner().invoke(app, ["explain", "what?", "--home", str(home)]).exit_code == 2
