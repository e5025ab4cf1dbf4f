"""CONTACTABLE_NOW: one moved clock for commands, SQL and the sandbox; the machine's for what processes compare."""

import datetime as datetime_module
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment
from typer.testing import CliRunner

from contactable import cli, clock
from contactable.home.home import Home
from contactable.journal.budget import Budgets
from contactable.journal.calls import Call, Subject
from contactable.journal.lease import Process
from contactable.journal.store import Journal
from contactable.pipeline.sandbox_process import running
from contactable.settings.config import SandboxSettings
from support.macros import ROOT

THE_DAY_AFTER = "2026-12-01T03:00:00Z"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Be a new process that is given this value."""

    def start(given: str) -> None:
        monkeypatch.setenv(clock.VARIABLE, given)
        monkeypatch.setattr(clock, "_moved", clock._Moved())

    return start


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T03:00:00Z", "2026-12-01T03:00:00+00:00"),
        ("2026-12-01 03:00:00.5+00:00", "2026-12-01T03:00:00.5+00:00"),
        ("2026-12-01T03:00+05:30", "2026-11-30T21:30:00+00:00"),
        ("2028-02-29T23:00:00-08:00", "2028-03-01T07:00:00+00:00"),
    ],
)
def test_the_clock_starts_at_the_moment_given_and_goes_on(
    at: Callable[[str], None], text: str, moment: str
) -> None:
    at(text)
    began, first, second = datetime.fromisoformat(moment), clock.utc_now(), clock.utc_now()
    assert began <= first <= second < began + timedelta(minutes=5)
    assert first.tzinfo is UTC
    at("")
    assert abs(clock.utc_now() - clock.real_now()) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("yesterday", "cannot be read"),
        ("2026-02-29T03:00:00Z", "cannot be read"),
        ("1796094000", "cannot be read"),
        ("2026-12-01T03:00:00", "has no offset"),
        ("2026-12-01", "has no offset"),
        ("1999-12-31T03:00:00Z", "is too far off"),
        ("9999-12-31T03:00:00Z", "is too far off"),
    ],
)
@pytest.mark.parametrize("command", [["status"], ["suppress", "a@example.com"], ["sandbox", "serve"]])
def test_what_is_no_moment_is_refused_by_every_command(
    at: Callable[[str], None], tmp_path: Path, text: str, problem: str, command: list[str]
) -> None:
    at(text)
    ended = CliRunner().invoke(cli.app, command, env={"CONTACTABLE_HOME": str(tmp_path / "home")})
    assert ended.exit_code == 2
    assert f"CONTACTABLE_NOW is {text!r}, which {problem}" in ended.output
    assert "2026-12-01T03:00:00Z" in ended.output, "an example"
    assert not (tmp_path / "home").exists()


def test_commands_of_one_home_follow_each_other_though_each_is_given_the_same_moment(
    at: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "real_now", lambda: machine)

    def command(given: str) -> datetime:
        at(given)
        Home.at(tmp_path)
        return clock.utc_now()

    first = command(THE_DAY_AFTER)
    assert first == datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    machine += timedelta(seconds=40)
    assert command(THE_DAY_AFTER) == first + timedelta(seconds=40)
    machine += timedelta(days=3)
    assert command(THE_DAY_AFTER) == first + timedelta(hours=1, seconds=40), "idle days are left out"
    assert command("2026-12-02T03:00:00Z") == first + timedelta(days=1)
    (tmp_path / "test-clock.json").write_text("torn", encoding="utf-8")
    assert command("2026-12-02T03:00:00Z") == first + timedelta(days=1), "a torn file is as good as none"


def test_status_and_doctor_say_that_the_clock_is_moved_or_was(at: Callable[[str], None], tmp_path: Path) -> None:
    def said(*command: str) -> str:
        ended = CliRunner().invoke(cli.app, [*command, "--home", str(tmp_path)])
        assert ended.exit_code == 0
        return " ".join(ended.output.split())

    at("")
    assert "CONTACTABLE_NOW" not in said("status")
    at(THE_DAY_AFTER)
    for command in (["status"], ["doctor", "--offline"]):
        words = said(*command)
        assert f"CONTACTABLE_NOW is set to {THE_DAY_AFTER}: here it is 2026-12-01 03:0" in words
        assert "unset it" in words
    at("")
    assert f"with CONTACTABLE_NOW set to {THE_DAY_AFTER}: times in it may be invented" in said("status")


def test_no_live_process_looks_dead_to_one_whose_clock_is_moved(
    at: Callable[[str], None], journal_url: str
) -> None:
    subject = Subject("q", "email", "somebody@example.com")
    call = Call(
        vendor="bigdbm", product="email_validation", endpoint="bigdbm.email_batch", stream="email_statuses",
        wave="validate", subjects=(subject,), options={}, credits_quoted=1.0, repeatable=False,
    )  # fmt: skip
    elsewhere = Process("elsewhere", None, 4711, None)
    at("")
    other = Journal.open(journal_url, process=elsewhere)
    request = other.reserve(call, other.begin_run("extract", "somebody else"), Budgets())
    assert request is not None
    for given in (THE_DAY_AFTER, "2031-11-30T03:00:00Z", "2021-11-30T03:00:00Z"):
        at(given)
        mine = Journal.open(journal_url)
        assert mine.recover().ambiguous == 0
        assert mine.in_flight("bigdbm") == 1
        assert mine.rate("bigdbm")[1] == pytest.approx(clock.real_now().timestamp(), abs=300)
        mine.close()
    other.close()


def test_the_sandbox_that_a_run_starts_lives_on_that_day(
    at: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def refuse(command: list[str], **_: object) -> None:
        asked.append(command)
        raise OSError("not in this test")

    at("2026-12-01T03:00+05:30")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(OSError, match="not in this test"), running(tmp_path, SandboxSettings()):
        pass
    assert asked[0][0] == sys.executable
    assert asked[0][asked[0].index("--today") + 1] == "2026-11-30", "the day in UTC"


@pytest.mark.parametrize(
    ("given", "resource_type", "expected"),
    [
        ("2026-12-01T03:00:00+05:30", "model", "cast('2026-11-30 21:30:00' as timestamp)"),
        ("2026-12-01T03:00:00+05:30", "unit_test", "clock.setting = 'clock.now'"),
        ("", "model", "clock.setting = 'clock.now'"),
    ],
)
def test_dbt_called_by_hand_goes_by_it_too(given: str, resource_type: str, expected: str) -> None:
    macro = Environment().from_string((ROOT / "macros/now_utc.sql").read_text(encoding="utf-8"))
    sql = macro.make_module(
        {
            "env_var": lambda name, default: given or default,
            "ref": lambda name: name,
            "json_text": lambda column: column,
            "model": SimpleNamespace(resource_type=resource_type),
            "modules": SimpleNamespace(datetime=datetime_module, pytz=SimpleNamespace(utc=UTC)),
            "run_started_at": datetime(2026, 11, 21, tzinfo=UTC),
        }
    ).now_utc()  # type: ignore[attr-defined]
    assert expected in sql


def test_no_statement_asks_the_database_what_time_it_is() -> None:
    """Python is watched by the linter (``banned-api``)."""
    clocks = re.compile(
        r"\b(current_(timestamp|date|time)|(now|today|get_current_timestamp)\s*\(\s*\))", re.IGNORECASE
    )
    sources = [path for folder in ("models", "macros", "tests/dbt") for path in (ROOT / folder).rglob("*.sql")]
    comment = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
    found = [path.name for path in sources if clocks.search(comment.sub("", path.read_text(encoding="utf-8")))]
    assert len(sources) > 100
    assert found == []
