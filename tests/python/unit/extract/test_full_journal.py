"""A journal that is full: a reservation may still fit where an answer does not."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.subjects import question
from contactable.http import Reply, Request
from contactable.journal.errors import JournalError
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, reply

OPQL = ENDPOINTS["bigdbm.opql"]
ASKED = [question(OPQL, f"q{n}", "phone", f"202555{n:04d}", "{}", None) for n in range(100, 160)]


@contextmanager
def only(journal: Journal, pages: int) -> Iterator[None]:
    """Let the file grow by so many pages of 4 KiB, and no more, inside the block."""
    with journal.engine.connect() as con:
        most = con.exec_driver_sql("pragma page_count").scalar_one() + pages

    def limit(con: Connection) -> None:
        con.exec_driver_sql(f"pragma max_page_count = {most}")

    event.listen(journal.engine, "begin", limit)
    try:
        yield
    finally:
        event.remove(journal.engine, "begin", limit)
        journal.engine.dispose()  # the limit is each connection's own


def test_nobody_goes_on_paying_for_answers_that_cannot_be_kept(
    make_context: MakeContext, journal: Journal
) -> None:
    sent: list[str] = []
    lock = threading.Lock()

    def answer(request: Request) -> Reply:
        with lock:
            sent.append(request.url)
            place = len(sent)
        # Too long for the pages that are left, also when it is packed.
        return reply({"Phone": "x", "Score": 5, "noise": random.Random(place).randbytes(200_000).hex()})

    with only(journal, pages=40), pytest.raises(JournalError, match="could not be kept"):
        run_wave(make_context(answer), [EndpointWork(OPQL, ASKED)])
    assert len(sent) <= 4, "only what was in flight when the first answer could not be kept"
    with journal.engine.connect() as con:
        states = dict(con.exec_driver_sql("select state, count(*) from requests group by state").tuples().all())
    assert states.get("reserved", 0) == len(sent) - states.get("settled", 0)
    assert journal.recover(alone=True).ambiguous == states["reserved"], "said once there is space"
