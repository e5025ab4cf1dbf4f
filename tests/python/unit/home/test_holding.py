"""Who may work on a home: one alone, or several who share; and one at a time at the warehouse."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contactable.home.home import Home, HomeBusyError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


@contextmanager
def another(home: Home, how: str, command: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own that works on the home until the block ends."""
    program = (
        "import sys; from pathlib import Path; from contactable.home.home import Home\n"
        "with getattr(Home.at(Path(sys.argv[1])), sys.argv[2])(sys.argv[3]):\n"
        "    print('in', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(home.path), how, command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    try:
        yield process
    finally:
        process.communicate("")


@pytest.mark.parametrize(("first", "then"), [("hold", "hold"), ("hold", "share"), ("share", "hold")])
def test_who_comes_second_is_told_who_is_at_work(home: Home, first: str, then: str) -> None:
    with (
        another(home, first, "extract") as process,
        pytest.raises(HomeBusyError, match=rf"held by process {process.pid} on \S+ \(extract\)\."),
        getattr(home, then)("run"),
    ):
        pass
    with getattr(home, then)("run"):
        pass


def test_several_may_share_and_each_is_named(home: Home) -> None:
    with another(home, "share", "extract") as one, another(home, "share", "extract") as two:
        with home.share("extract"):
            pass
        with pytest.raises(HomeBusyError) as refused, home.hold("publish"):
            pass
    for process in (one, two):
        assert f"process {process.pid} on" in str(refused.value)
    assert str(os.getpid()) not in str(refused.value)


def test_a_killed_process_holds_nothing_and_is_not_named(home: Home) -> None:
    with another(home, "share", "extract") as killed:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        with another(home, "share", "extract"):
            with pytest.raises(HomeBusyError) as refused, home.hold("run"):
                pass
            assert f"process {killed.pid} " not in str(refused.value)
        with home.hold("run"):
            pass


def test_one_at_a_time_at_the_warehouse_and_who_waits_is_told_for_whom(home: Home) -> None:
    order: list[str] = []
    told = threading.Event()

    def say(text: str) -> None:
        order.append(text)
        told.set()

    def second() -> None:
        with home.warehouse_turn("extract", say, patience=0.0):
            order.append("second")

    with home.warehouse_turn("extract", lambda _: None):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert told.wait(10)
        order.append("first")
    waiting.join()
    assert order == [
        f"Waiting for the warehouse: process {os.getpid()} on {os.uname().nodename} (extract) works on it.",
        "first",
        "second",
    ]


def test_nobody_waits_for_a_free_warehouse(home: Home) -> None:
    said: list[str] = []
    for _ in range(2):
        with home.warehouse_turn("extract", said.append, patience=0.0):
            pass
    assert said == []


def test_copies_of_worklists_are_their_owners_only_and_gone_at_the_end(home: Home) -> None:
    with home.worklist_copies("run-1") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "due.parquet").touch()
    assert not folder.exists()


def test_copies_of_a_killed_process_are_removed_and_those_of_a_live_one_are_not(home: Home) -> None:
    dead = home.path / "worklists-dead"
    dead.mkdir()
    (dead / "due.parquet").touch()
    with home.worklist_copies("run-1") as mine:
        assert not dead.exists()
        with home.worklist_copies("run-2"):
            assert mine.exists()

    dead.mkdir()
    with home.hold("erase"):
        assert not dead.exists(), "whoever is alone leaves nobody's copies behind"


def test_the_key_of_the_logs_is_one_whoever_made_it(home: Home) -> None:
    assert len(home.redaction_key()) == 32
    assert home.redaction_key() == Home.at(home.path).redaction_key()
    assert stat.S_IMODE((home.path / "redaction.key").stat().st_mode) == 0o600
