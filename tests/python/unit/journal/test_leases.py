"""Whose calls may be settled by others: a dead process's, never a live one's."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from contactable.journal import tables as t
from contactable.journal.budget import Budgets
from contactable.journal.calls import Answer, Call, Settlement, Subject
from contactable.journal.errors import HostBusyError, ReadElsewhereError
from contactable.journal.lease import HEARTBEAT_SECONDS, LEASE_SECONDS, Heartbeat, Process, started_at
from contactable.journal.store import Journal

HERE = Process("here", "boot-1 pid:[1]", 100, "5000")


class Clock:
    """Stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(journal_url: str, clock: Clock) -> Iterator[Journal]:
    opened = Journal.open(journal_url, clock=clock)
    opened.process = HERE
    opened.look_up = {HERE.pid: HERE.started}.get
    yield opened
    opened.close()


def other(journal: Journal, process: Process) -> Journal:
    """The journal as another process sees it."""
    return replace(journal, process=process, _lock=threading.Lock())


def call(key: str, *, repeatable: bool = False) -> Call:
    return Call(
        vendor="bigdbm", product="opql", endpoint="bigdbm.opql", stream="phone_scores", wave="validate",
        subjects=(Subject(key, "phone", "2025550123"),), options={}, credits_quoted=1.0, repeatable=repeatable,
    )  # fmt: skip


def reserved_by(
    journal: Journal, process: Process, key: str = "a", *, repeatable: bool = False
) -> tuple[str, str]:
    """A run of that process with one call on its way. Returns run and request."""
    theirs = other(journal, process)
    run_id = theirs.begin_run("extract", "somebody")
    request_id = theirs.reserve(call(key, repeatable=repeatable), run_id, Budgets())
    assert request_id is not None
    return run_id, request_id


def state(journal: Journal, request_id: str) -> str:
    with journal.engine.connect() as con:
        return str(con.scalar(select(t.requests.c.state).where(t.requests.c.request_id == request_id)))


@pytest.mark.parametrize(
    ("process", "seconds", "alive"),
    [
        pytest.param(HERE, 1e6, True, id="this machine, running: however long it says nothing"),
        pytest.param(replace(HERE, pid=7), 0.0, False, id="this machine, no such process"),
        pytest.param(replace(HERE, started="4000"), 0.0, False, id="this machine, its number used again"),
        pytest.param(replace(HERE, boot_id="boot-0 pid:[1]"), 0.0, False, id="this machine before its start"),
        pytest.param(
            replace(HERE, boot_id="boot-1 pid:[2]", pid=7), LEASE_SECONDS, True, id="a container, beating"
        ),
        pytest.param(replace(HERE, boot_id="boot-1 pid:[2]"), LEASE_SECONDS + 1, False, id="a container, silent"),
        pytest.param(replace(HERE, host="there", pid=7), LEASE_SECONDS, True, id="another machine, beating"),
        pytest.param(replace(HERE, host="there"), LEASE_SECONDS + 1, False, id="another machine, silent"),
        pytest.param(Process("here", None, 7, None), LEASE_SECONDS, True, id="no /proc, beating"),
        pytest.param(Process("here", None, 7, None), LEASE_SECONDS + 1, False, id="no /proc, silent"),
    ],
)
def test_only_what_dead_processes_left_is_settled(
    journal: Journal, clock: Clock, process: Process, seconds: float, alive: bool
) -> None:
    _, request_id = reserved_by(journal, process)
    clock.forward(seconds)
    recovery = journal.recover()
    assert (recovery.ambiguous, state(journal, request_id)) == ((0, "reserved") if alive else (1, "ambiguous"))


def test_a_heartbeat_prolongs_the_lease(journal: Journal, clock: Clock) -> None:
    run_id, _ = reserved_by(journal, replace(HERE, host="there"))
    clock.forward(LEASE_SECONDS)
    journal.beat(run_id)
    clock.forward(LEASE_SECONDS)
    assert journal.recover().ambiguous == 0
    clock.forward(1)
    assert journal.recover().ambiguous == 1


def test_what_a_run_that_ended_left_is_settled_though_its_process_lives(journal: Journal) -> None:
    run_id, _ = reserved_by(journal, HERE)
    journal.end_run(run_id, 1)
    assert journal.recover().ambiguous == 1


def test_whoever_holds_the_home_alone_need_not_wait_for_a_lease(journal: Journal) -> None:
    reserved_by(journal, Process("here", None, 7, None))
    assert journal.recover(alone=True).ambiguous == 1


def test_a_process_taken_for_dead_may_still_settle_what_it_sent(journal: Journal, clock: Clock) -> None:
    there = replace(HERE, host="there")
    _, request_id = reserved_by(journal, there)
    clock.forward(LEASE_SECONDS + 1)
    assert journal.recover().ambiguous == 1
    budgets = Budgets({("bigdbm", "day"): 9.0})
    assert journal.committed(budgets, "r")["bigdbm", "day"] == 1.0

    other(journal, there).settle(request_id, Settlement("settled", 0.25, 200, answer=Answer("{}", clock())))

    assert state(journal, request_id) == "settled"
    assert journal.committed(budgets, "r")["bigdbm", "day"] == 0.25
    assert journal.already_asked([Subject("a", "phone", "2025550123")]) == {"a"}
    assert journal.ambiguous() == []


def test_a_process_taken_for_dead_does_not_send_again(journal: Journal, clock: Clock) -> None:
    there = replace(HERE, host="there")
    _, request_id = reserved_by(journal, there, repeatable=True)
    assert other(journal, there).count_attempt(request_id)
    clock.forward(LEASE_SECONDS + 1)
    assert journal.recover().released == 1
    assert not other(journal, there).count_attempt(request_id)


def test_places_in_flight_are_counted_over_processes_and_the_dead_ones_calls_stop_counting(
    journal: Journal, clock: Clock
) -> None:
    reserved_by(journal, replace(HERE, host="there"))
    mine = journal.begin_run("extract", "me")
    assert journal.in_flight("bigdbm") == 1
    assert journal.in_flight("leadpipe") == 0
    with pytest.raises(HostBusyError):
        journal.reserve(call("b"), mine, Budgets(), most_in_flight=1)
    assert journal.reserve(call("b"), mine, Budgets(), most_in_flight=2)
    clock.forward(LEASE_SECONDS + 1)
    journal.beat(mine)
    assert journal.in_flight("bigdbm") == 1, "its own"
    with journal.engine.connect() as con:
        assert con.scalar(select(t.requests.c.state).where(t.requests.c.run_id != mine)) == "reserved"


def test_an_extraction_is_read_by_one_live_process_and_taken_over_from_a_dead_one(
    journal: Journal, clock: Clock
) -> None:
    subject = Subject("q", "feed", "all")
    theirs = other(journal, replace(HERE, host="there"))
    their_run = theirs.begin_run("extract", "them")
    opened = theirs.open_extraction("contactbased.export", subject, their_run)
    assert theirs.open_extraction("contactbased.export", subject, their_run)["run_id"] == their_run
    mine = journal.begin_run("extract", "me")
    with pytest.raises(ReadElsewhereError):
        journal.open_extraction("contactbased.export", subject, mine)

    clock.forward(LEASE_SECONDS + 1)
    journal.beat(mine)
    taken = journal.open_extraction("contactbased.export", subject, mine)
    assert (taken["extraction_id"], taken["run_id"]) == (opened["extraction_id"], mine)
    theirs.beat(their_run)
    with pytest.raises(ReadElsewhereError):
        theirs.open_extraction("contactbased.export", subject, their_run)


def test_an_extraction_read_to_its_end_meanwhile_is_not_begun_anew(journal: Journal) -> None:
    subject = Subject("q", "feed", "all")
    theirs = journal.begin_run("extract", "them")
    opened = journal.open_extraction("contactbased.export", subject, theirs)
    journal.update_extraction(opened["extraction_id"], {"state": "complete"})
    with pytest.raises(ReadElsewhereError):
        journal.open_extraction("contactbased.export", subject, journal.begin_run("extract", "me"))


def test_a_process_is_known_by_its_number_and_its_start() -> None:
    me = Process.current()
    assert me.pid == os.getpid()
    assert started_at(me.pid) == me.started
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert started_at(child.pid) is not None
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert started_at(child.pid) is None, "nobody has asked for its exit code yet, and it runs no more"
    child.communicate()
    assert started_at(child.pid) is None


def test_the_heart_beats_until_the_end_and_not_after() -> None:
    waits: list[float] = []
    beats = threading.Semaphore(0)
    go = threading.Semaphore(0)

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        go.acquire()
        return len(waits) > 3

    with Heartbeat(beats.release, wait):
        for _ in range(3):
            go.release()
            assert beats.acquire(timeout=10)
        go.release()
    assert waits == [HEARTBEAT_SECONDS] * 4
    assert not beats.acquire(blocking=False)
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}
