"""Several processes on one journal, in either database; and its address, which may hold a password."""

import inspect
import os
import re
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

import contactable
from contactable.clock import utc_now
from contactable.journal import sealing, store
from contactable.journal import tables as t
from contactable.journal.budget import Budgets
from contactable.journal.calls import Answer, Call, Settlement, Subject
from contactable.journal.databases import JournalUrlError, connect, parse_url, shown_address, storable
from contactable.journal.errors import JournalError
from contactable.journal.store import Journal

HAMMER = """
    import sys
    from contactable.journal.budget import Budgets, BudgetSpentError
    from contactable.journal.calls import Call, Subject
    from contactable.journal.errors import HostBusyError
    from contactable.journal.store import Journal

    journal = Journal.open(sys.argv[1])
    run_id = journal.begin_run("extract", "a worker")
    budgets = Budgets({("bigdbm", "day"): float(sys.argv[2])})
    print("ready", flush=True)
    sys.stdin.readline()
    bought = stopped = 0
    for number in range(100):
        subject = Subject(f"q{number}", "phone", "2025550123")
        call = Call("bigdbm", "opql", "bigdbm.opql", "phone_scores", "validate", (subject,), {}, 1.0, False)
        try:
            bought += journal.reserve(call, run_id, budgets, most_in_flight=int(sys.argv[3])) is not None
        except (BudgetSpentError, HostBusyError):
            stopped += 1
    print(bought, stopped)
"""


@pytest.mark.parametrize(("budget", "places"), [(70, 1_000), (1_000, 70)])
def test_processes_that_reserve_at_once_buy_nothing_twice_and_never_overshoot(
    journal_url: str, budget: int, places: int
) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(HAMMER), journal_url, str(budget), str(places)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:  # all opened the new journal at once
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [[int(word) for word in process.communicate()[0].split()] for process in processes]

    assert sum(bought for bought, _ in counts) == 70
    assert all(stopped for _, stopped in counts), "each found an end"
    journal = Journal.open(journal_url)
    with journal.engine.connect() as con:
        assert con.scalar(select(func.count()).select_from(t.requests)) == 70
        assert con.scalar(select(func.count()).select_from(t.asked)) == 70
        numbers = con.scalars(select(t.requests.c.updated_seq)).all()
    assert max(Counter(numbers).values()) == 1, "every change has a number of its own"
    assert journal.committed(Budgets({("bigdbm", "day"): 1.0}), "r")["bigdbm", "day"] == 70.0
    assert journal.in_flight("bigdbm") == 70
    assert journal.recover().ambiguous == 70, "all of them have ended"
    journal.close()


#: What writes, by its own account; everything else of the journal and of its sealing only reads.
WRITERS = {
    "abandon_extraction", "begin_run", "beat", "change_rate", "correct_charge", "count_attempt", "end_run",
    "note_deadline", "note_rest", "note_step", "open_extraction", "reconcile", "recover", "reject", "reserve",
    "sealing_home", "settle", "update_extraction",
    "close", "seal", "_seal", "_assign", "_finish", "_publish", "_settle", "_write",
}  # fmt: skip


def impatient(url: str) -> Engine:
    """An engine that gives up soon where it would have to wait for a writer."""
    if not url.startswith("sqlite"):
        return connect(f"{url}&options=-c%20lock_timeout%3D50ms")
    engine = connect(url)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.execute("pragma busy_timeout = 0").close()

    return engine


def test_whoever_only_reads_waits_for_no_writer(journal_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    budgets = Budgets({("bigdbm", "day"): 1.0}, money={("bigdbm", "day"): 1})
    subject = Subject("q", "phone", "2025550123")
    call = Call("bigdbm", "opql", "bigdbm.opql", "phone_scores", "validate", (subject,), {}, 1.0, False)
    first = Journal.open(journal_url)
    run_id = first.begin_run("extract", "a test")
    request_id = first.reserve(call, run_id, budgets)
    assert request_id is not None
    first.settle(request_id, Settlement("settled", 1.0, 200, answer=Answer("{}", utc_now())))
    first.sealing_home("a home")
    given = {
        "subjects": [subject], "vendor": "bigdbm", "extraction_id": "e", "endpoint": "bigdbm.opql",
        "budgets": budgets, "run_id": run_id, "limit": 5, "stream": "bigdbm__phone_scores", "segment": "s",
        "max_bytes": 1_000, "max_answers": 10, "members": [sealing._Member(request_id, 2, "2026-11-30T00:00:00Z")],
        "call": call, "request_id": request_id, "endpoints": ["bigdbm.opql"],
        "run": {"run_id": run_id, "finished_at": None},
    }  # fmt: skip
    monkeypatch.setattr(store, "connect", impatient)
    with first.engine.begin():  # somebody writes, and takes their time
        journal = Journal.open(journal_url)
        with pytest.raises(JournalError):
            journal.begin_run("extract", "a test")  # the writer does stand in the way of whoever writes
        given["engine"] = journal.engine
        methods = {name: found for name, found in inspect.getmembers(journal, inspect.ismethod) if name[0] != "_"}
        functions = {
            name: found
            for name, found in inspect.getmembers(sealing, inspect.isfunction)
            if found.__module__ == sealing.__name__ and "engine" in inspect.signature(found).parameters
        }
        readers = methods | functions
        assert readers.keys() > WRITERS - {"close"}
        for name in sorted(readers.keys() - WRITERS - {"open"}):
            parameters = inspect.signature(readers[name]).parameters.values()
            positional = [p for p in parameters if p.kind not in (p.KEYWORD_ONLY, p.VAR_POSITIONAL)]
            readers[name](*(given[p.name] for p in positional))
    journal.close()
    first.close()


def test_the_journal_is_read_in_one_way() -> None:
    """``Engine.connect`` alone begins a transaction that takes the writers' lock (see ``databases.reading``)."""
    package = Path(contactable.__file__).parent
    modules = [*(package / "journal").glob("*.py"), package / "warehouse/journal_sync.py"]
    found = [
        path.name
        for path in modules
        if re.search(r"(engine|journal)\.connect\(", path.read_text(encoding="utf-8"))
    ]
    assert found == ["databases.py"]


def test_words_that_no_database_keeps_do_not_lose_an_answer(journal_url: str) -> None:
    journal = Journal.open(journal_url)
    subject = Subject("q", "email", "ada\0@example.com")
    call = Call("bigdbm", "opql", "bigdbm.opql", "phone_scores", "validate", (subject,), {"a": "\0"}, 1.0, False)
    request_id = journal.reserve(call, "r", Budgets())
    assert request_id is not None
    answer = Answer("a\0b\ud800", datetime(2026, 11, 21, tzinfo=UTC))
    journal.settle(request_id, Settlement("refused", 0.0, 400, "rule", "bad \0 and \ud800", answer))
    with journal.engine.connect() as con:
        assert con.scalar(select(t.requests.c.error_message)) == "bad \ufffd and \ufffd"
        assert con.scalar(select(t.answers.c.body_bytes)) == 6
    assert storable(None) is None
    journal.close()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("postgresql://ada:s3cret@db.example:5433/spend", "postgresql db.example:5433/spend"),
        ("postgres://ada:s3cret@db.example/spend", "postgresql db.example/spend"),
        ("postgresql+psycopg://ada@/spend?host=/run/pg", "postgresql /run/pg/spend"),
    ],
)
def test_the_place_is_told_without_user_and_password(text: str, place: str) -> None:
    assert shown_address(text) == place
    assert parse_url(text).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("mysql://ada:s3cret@db.example/spend", "use a postgresql:// address"),
        ("postgresql://ada:s3cret@db.example", "names no database"),
        ("s3cret", "cannot be read"),
        ("postgresql://ada:s3cret@db.example:port/spend", "cannot be read"),
    ],
)
def test_a_bad_address_is_explained_and_not_repeated(text: str, wrong: str) -> None:
    with pytest.raises(JournalUrlError, match=wrong) as refused:
        parse_url(text)
    assert "s3cret" not in str(refused.value)
    with pytest.raises(JournalError, match=wrong):
        Journal.open(text)


def test_a_server_that_is_not_there_is_explained_without_the_password() -> None:
    with pytest.raises(JournalError, match="Check CONTACTABLE_JOURNAL_URL") as refused:
        Journal.open("postgresql://ada:s3cret@127.0.0.1:1/spend")
    assert "s3cret" not in str(refused.value)
