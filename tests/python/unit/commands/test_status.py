"""`contactable status`: what a run in progress does, and why the ended ones ended as they did."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contactable.commands.invocation import Invocation, in_run
from contactable.commands.run import nothing_bought
from contactable.commands.status import at_work, how_it_ended, status
from contactable.extract import EndpointTally
from contactable.journal.budget import Budgets
from contactable.journal.calls import Call, Settlement, Subject
from contactable.journal.clock import iso
from contactable.journal.store import Journal
from contactable.pipeline.run import Run
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Ending, Exit

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def a_call() -> Call:
    subject = Subject("q", "email", "somebody@example.com")
    return Call(
        vendor="bigdbm", product="email_validation", endpoint="bigdbm.email_batch", stream="email_statuses",
        wave="validate", subjects=(subject,), options={}, credits_quoted=1_234.0, repeatable=False,
    )  # fmt: skip


def test_a_run_in_progress_says_what_it_does_and_until_when(tmp_path: Path) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}", clock=lambda: NOW)
    run_id = journal.begin_run("run", "process 4711 on here (run)")
    journal.note_step(run_id, "extract: enrich")
    deadline = NOW + timedelta(hours=2)
    journal.note_deadline(run_id, deadline)
    request = journal.reserve(a_call(), run_id, Budgets())
    assert request is not None
    journal.settle(request, Settlement("settled", 1_234.0, 200))
    row = journal.last_runs()[0]
    assert journal.is_working(row), "this very process"
    words = at_work(row, journal.states(run_id), NOW + timedelta(minutes=10))
    assert "asking vendors (enrich) for 10 min" in words
    assert "1 calls, 1,234 credits" in words
    assert f"Asking ends at {deadline.astimezone():%Y-%m-%d %H:%M}" in words
    journal.end_run(run_id, 4, "the deadline was reached")
    assert not journal.is_working(journal.last_runs()[0])
    journal.close()


def test_an_ended_run_tells_its_exit_code_and_why() -> None:
    row = {"finished_at": iso(NOW), "exit_code": 4, "reason": "interrupted by Ctrl-C"}
    assert how_it_ended(row, False) == ("2026-11-22T04:00:00", "4", "interrupted by Ctrl-C")
    assert how_it_ended({**row, "reason": None}, False)[2] == "done in part"
    assert "killed" in how_it_ended({**row, "finished_at": None}, False)[2]


@pytest.mark.parametrize(
    ("end", "code", "reason"),
    [
        (Ending(Exit.DONE), 0, None),
        (Ending(Exit.REFUSED, "a gate refused it"), 3, "a gate refused it"),
        (ConfigurationError("no such thing\nsecond line"), 2, "no such thing"),
        (KeyboardInterrupt(), 4, None),
    ],
)
def test_how_the_steps_end_is_what_the_shell_and_the_journal_get(
    tmp_path: Path, end: Ending | BaseException, code: int, reason: str | None
) -> None:
    (tmp_path / "contactable.yml").write_text("", encoding="utf-8")

    def steps(work: Run, first_party: Path | None) -> Ending:
        if isinstance(end, Ending):
            return end
        raise end

    invocation = Invocation("plan", tmp_path / "home", tmp_path / "contactable.yml")
    if isinstance(end, Ending):
        assert in_run(invocation, steps) == code
    else:
        with pytest.raises(type(end)):
            in_run(invocation, steps)
    journal = Journal.open(f"sqlite:///{tmp_path / 'home' / 'journal.db'}")
    (row,) = journal.last_runs()
    journal.close()
    assert (row["command"], row["exit_code"], row["reason"]) == ("plan", code, reason)


def test_status_reads_the_journal_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The warehouse belongs to the run that is at work: here it is not even a database."""
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    journal.note_step(journal.begin_run("extract", "process 1 on here (extract)"), "dbt")
    journal.close()
    (tmp_path / "warehouse.duckdb").write_text("in use", encoding="utf-8")
    assert status(tmp_path, "text") == 0
    assert "now building models" in capsys.readouterr().out


def test_what_rests_is_shown_until_the_rest_is_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    journal.note_rest("bigdbm", "opql", 3_600, "status 429, wait 3,600 s")
    journal.note_rest("bigdbm", "intent", 0, "status 429, wait 0 s")
    shorter = journal.note_rest("bigdbm", "opql", 60, "status 429, wait 60 s")
    assert [row["until"] for row in journal.rests()] == [shorter], "the longer rest stays"
    journal.close()
    status(tmp_path, "json")
    told = "".join(capsys.readouterr())
    assert "bigdbm/opql rests until" in told
    assert "3,600 s" in told
    assert "bigdbm/intent" not in told


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ({}, "everything known is still fresh"),
        ({"refused": 1}, "1 subject was refused by their vendor"),
        ({"failed": 2, "rejected": 1}, "2 subjects were left without a usable answer"),
        ({"stopped": "the key is wrong"}, "bigdbm.opql ended early"),
    ],
)
def test_nothing_bought_is_told_with_its_reason(happened: dict[str, Any], told: str) -> None:
    said = nothing_bought({"bigdbm.opql": EndpointTally(**happened)})
    assert told in said
    assert ("fresh" in said) == (not happened)
