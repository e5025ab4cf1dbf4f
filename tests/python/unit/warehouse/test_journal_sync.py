"""The journal's books in the warehouse, from either database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from contactable.journal.tables import asked, extractions, rejections, requests, runs
from contactable.warehouse.load import LoadReport, load
from support.sealed_home import SealedHome

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, journal_url: str) -> Iterator[SealedHome]:
    """A home with eight answers of three streams."""
    made = SealedHome(tmp_path / "home", journal_url)
    streams = ("bigdbm__phone_scores",) * 4 + ("exactbuyer__contacts",) + ("contactbased__emails",) * 3
    for number, stream in enumerate(streams):
        made.answer(f"r{number}", stream)
    made.seal()
    yield made
    made.engine.dispose()


def full(home: SealedHome) -> LoadReport:
    return load(home.root, journal=home.engine, now=NOW)


def test_the_journal_arrives_as_it_is(home: SealedHome) -> None:
    with home.engine.begin() as con:
        con.execute(
            insert(runs).values(
                run_id="run-1", command="run", started_at="2026-11-21T03:59:59.5Z", holder="host:1"
            )
        )
        con.execute(
            insert(rejections).values(
                question_key="q-x",
                endpoint="bigdbm.opql",
                vendor="bigdbm",
                stream="phone_scores",
                rule="not_ten_digits",
                reason="a phone has ten digits",
                rejected_at="2026-11-21T04:00:00Z",
            )
        )
        con.execute(
            insert(extractions).values(
                extraction_id="e-1",
                endpoint="bigdbm.intent_create_list",
                question_key="q-k",
                run_id="run-1",
                state="open",
                rows_read=5_000_000_000,
                started_at="2026-11-21T04:00:00Z",
                updated_at="2026-11-21T04:00:00Z",
            )
        )

    report = full(home)

    assert report.journal_rows == {
        "journal_requests": 8,
        "journal_asked": 8,
        "rejected_subjects": 1,
        "journal_extractions": 1,
        "runs": 1,
    }
    four = datetime(2026, 11, 21, 4)
    assert home.query("select * from raw.runs") == [
        ("run-1", "run", datetime(2026, 11, 21, 3, 59, 59, 500000), None, None)
    ]
    assert home.query("select * from raw.rejected_subjects") == [
        ("q-x", "bigdbm.opql", "bigdbm", "phone_scores", "not_ten_digits", "a phone has ten digits", four)
    ]
    assert home.query("select * from raw.journal_extractions") == [
        ("e-1", "bigdbm.intent_create_list", "q-k", "open", 5_000_000_000, None, None, None, four, None)
    ]
    assert home.query("select * from raw.journal_asked where question_key = 'q-r4'") == [
        ("q-r4", "exactbuyer.contacts", None, "r4", "settled", four)
    ]
    assert home.query("select * from raw.journal_requests where request_id = 'r4'") == [
        (
            *("r4", "run-1", "exactbuyer", "exactbuyer.contacts", "p", "contacts", "enrich", "settled"),
            *(1, 0, None, None, 1, 1.5, 1.0, None, None, None, None, None, None, 200, None, four, None, None),
        )
    ]


def test_only_what_changed_is_read_again(home: SealedHome) -> None:
    full(home)
    with home.engine.begin() as con:
        con.execute(
            update(requests)
            .where(requests.c.request_id == "r2")
            .values(state="ambiguous", updated_seq=home.seq + 1)
        )
        con.execute(
            update(asked).where(asked.c.request_id == "r2").values(state="ambiguous", updated_seq=home.seq + 1)
        )

    report = full(home)

    assert (report.journal_rows["journal_requests"], report.journal_rows["journal_asked"]) == (1, 1)
    assert home.query("select state, count(*) from raw.journal_requests group by 1 order by 1") == [
        ("ambiguous", 1),
        ("settled", 7),
    ]
    assert home.query("select question_key from raw.journal_asked where state = 'ambiguous'") == [("q-r2",)]


def test_rows_that_left_the_journal_leave_the_warehouse(home: SealedHome) -> None:
    full(home)
    with home.engine.begin() as con:
        con.execute(delete(asked).where(asked.c.request_id == "r2"))

    full(home)

    assert home.query("select count(*) from raw.journal_asked") == [(7,)]


def test_another_journal_replaces_the_books_of_the_former(
    home: SealedHome, tmp_path: Path, journal_urls: Callable[[], str]
) -> None:
    full(home)
    other = SealedHome(tmp_path / "other", journal_urls())
    other.answers([(f"o{number}", "bigdbm__phone_scores", "{}") for number in range(8)])  # as many, less often

    load(home.root, journal=other.engine, now=NOW)

    assert home.query("select min(request_id), count(*) from raw.journal_requests") == [("o0", 8)]
    assert home.query("select min(question_key), count(*) from raw.journal_asked") == [("q-o0", 8)]


def test_pages_of_one_sequence_number_are_read_to_the_end(
    home: SealedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contactable.warehouse.journal_sync._PAGE_ROWS", 3)
    home.answers([(f"s{number}", "leadpipe__topics", "{}") for number in range(7)])  # one transaction, one number

    full(home)

    assert home.query("select count(*), count(distinct request_id) from raw.journal_requests") == [(15, 15)]
