"""The journal's promises: reserve before sending, settle in one transaction, never twice, never over budget."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from contactable.journal import tables as t
from contactable.journal.budget import Budgets, BudgetSpentError
from contactable.journal.calls import Answer, Call, Settlement, Subject
from contactable.journal.errors import JournalError
from contactable.journal.store import Journal
from support.extraction import SteppingClock


def call(*keys: str, quoted: float = 1.0, repeatable: bool = False) -> Call:
    subjects = tuple(Subject(key, "email", f"{key}@example.com") for key in keys)
    return Call(
        vendor="bigdbm",
        product="opql",
        endpoint="bigdbm.opql",
        stream="phone_scores",
        wave="validate",
        subjects=subjects,
        options={},
        credits_quoted=quoted,
        repeatable=repeatable,
    )


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, clock=SteppingClock())
    yield opened
    opened.close()


def settled(credits: float = 1.0) -> Settlement:
    return Settlement("settled", credits, 200, answer=Answer("{}", SteppingClock()()))


def committed(journal: Journal) -> float:
    budgets = Budgets({("bigdbm", "run"): 1e9})
    return journal.committed(budgets, "r")["bigdbm", "run"]


def test_answer_and_credits_settle_together(journal: Journal) -> None:
    request = journal.reserve(call("a", quoted=10), "r", Budgets())
    assert request is not None
    assert committed(journal) == 10
    journal.settle(request, settled(4.0))
    assert committed(journal) == 4
    with journal.engine.connect() as con:
        assert con.scalar(select(func.count()).select_from(t.answers)) == 1
        assert con.scalar(select(t.asked.c.state)) == "settled"


def test_a_settlement_that_fails_half_way_leaves_nothing(journal: Journal) -> None:
    request = journal.reserve(call("a", quoted=10), "r", Budgets())
    assert request is not None
    with journal.engine.begin() as con:  # an answer is there already: the second insert will break
        con.execute(
            insert(t.answers).values(
                request_id=request, stream="s", body=b"", body_bytes=0, fetched_at="x", sealed=0
            )
        )
    with pytest.raises(JournalError, match="could not be kept"):
        journal.settle(request, settled(4.0))
    assert committed(journal) == 10
    assert journal.states()[0]["state"] == "reserved"


def test_concurrent_workers_never_overshoot(journal: Journal) -> None:
    budgets = Budgets({("bigdbm/opql", "day"): 37})
    refused = []

    def work(worker: int) -> None:
        for number in range(20):
            try:
                journal.reserve(call(f"{worker}-{number}"), "r", budgets)
            except BudgetSpentError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert committed(journal) == 37
    assert len(refused) == 8 * 20 - 37
    assert "37 credits for bigdbm/opql per day" in refused[0]


def test_one_question_cannot_be_reserved_twice(journal: Journal) -> None:
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(journal.reserve(call("a"), "r", Budgets())))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([r for r in results if r is not None]) == 1


@pytest.mark.parametrize(("repeatable", "state", "kept"), [(True, "failed", 0.0), (False, "ambiguous", 10.0)])
def test_recovery(journal: Journal, repeatable: bool, state: str, kept: float) -> None:
    journal.reserve(call("a", quoted=10, repeatable=repeatable), "r", Budgets())
    recovery = journal.recover()
    assert (recovery.released, recovery.ambiguous) == ((1, 0) if repeatable else (0, 1))
    assert journal.states()[0]["state"] == state
    assert committed(journal) == kept
    assert journal.recover().ambiguous == 0, "what is settled stays settled"
    again = journal.reserve(call("a"), "r", Budgets())
    assert (again is not None) == repeatable


@pytest.mark.parametrize(("charged", "kept", "state"), [(True, 10.0, "settled"), (False, 0.0, "failed")])
def test_reconciling(journal: Journal, charged: bool, kept: float, state: str) -> None:
    request = journal.reserve(call("a", quoted=10), "r", Budgets())
    assert request is not None
    journal.recover()
    journal.reconcile(request, charged=charged)
    assert committed(journal) == kept
    assert journal.states()[0]["state"] == state
    with pytest.raises(JournalError, match="only ambiguous"):
        journal.reconcile(request, charged=charged)


def test_every_change_raises_the_sequence(journal: Journal) -> None:
    request = journal.reserve(call("a"), "r", Budgets())
    assert request is not None
    with journal.engine.connect() as con:
        before = con.scalar(select(t.requests.c.updated_seq))
    journal.settle(request, settled())
    with journal.engine.connect() as con:
        after = con.scalar(select(t.requests.c.updated_seq))
        asked = con.scalar(select(t.asked.c.updated_seq))
    assert before is not None
    assert after == asked
    assert after > before


def test_a_newer_journal_is_refused(journal_url: str) -> None:
    journal = Journal.open(journal_url)
    with journal.engine.begin() as con:
        con.execute(update(t.meta).values(value="999"))
    journal.close()
    with pytest.raises(JournalError, match="upgrade contactable"):
        Journal.open(journal_url)


def test_a_journal_of_the_first_version_is_brought_up_to_date(journal_url: str) -> None:
    journal = Journal.open(journal_url)
    request_id = journal.reserve(call("a"), "run", Budgets())
    with journal.engine.begin() as con:
        for table, column in (
            ("requests", "money_quoted_micros"),
            ("requests", "money_charged_micros"),
            ("asked", "subject_key"),
            ("extractions", "subject_key"),
            ("spend", "money_micros"),
            ("runs", "heartbeat_at"),
        ):
            con.execute(text(f"alter table {table} drop column {column}"))
        con.execute(text("drop table rates"))
        con.execute(update(t.meta).values(value="1"))
    journal.close()
    journal = Journal.open(journal_url)
    assert request_id is not None
    journal.settle(request_id, Settlement("settled", 1.0))
    assert journal.reserve(call("b"), "run", Budgets())
    with journal.engine.connect() as con:
        assert con.scalar(text("select value from meta where name = 'schema_version'")) == str(t.SCHEMA_VERSION)
        assert con.scalar(text("select sum(money_micros) from spend")) == 0


def test_a_damaged_or_missing_place_is_explained(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    with pytest.raises(JournalError, match="exists, is writable"):
        Journal.open(f"sqlite:///{tmp_path / 'none' / 'journal.db'}")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    assert (tmp_path / "journal.db").stat().st_mode & 0o777 == 0o600
