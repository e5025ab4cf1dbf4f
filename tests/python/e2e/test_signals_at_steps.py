"""Ctrl-C at the steps around the asking, and the deadline: what readers see is the old or the new, never a half.

Real processes and real signals, sent when the journal says that the step has begun.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from support.command_line import Finished, contactable, start
from support.sandbox_server import SandboxServer
from support.signalled import ended, journal, last_run, when

pytestmark = pytest.mark.e2e


def digest(home: Path) -> bytes:
    return (home / "published" / "contactable.duckdb").read_bytes()


def readable(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        assert con.sql("select count(*) from raw.bigdbm__email_statuses").fetchall()[0][0] > 0
    with duckdb.connect(str(home / "published" / "contactable.duckdb"), read_only=True) as con:
        assert con.sql("select count(*) from contacts").fetchall()[0][0] > 0


@pytest.fixture
def steps(home: Path, sandbox: SandboxServer) -> Iterator[Callable[[str, str, int], Finished]]:
    """Run a command and signal it when the journal says that it is at a step."""

    def at(command: str, step: str, signals: int = 1) -> Finished:
        known = len(journal(home, "select run_id from runs"))
        process = start(*command.split(), "--home", home, variables=sandbox.variables)
        where = "select step from runs order by run_id desc limit 1"
        when(
            process,
            lambda: len(journal(home, "select run_id from runs")) > known and journal(home, where)[0][0] == step,
        )
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
        return ended(process)

    yield at
    readable(home)


def test_after_ctrl_c_while_building_and_loading_a_run_past_its_deadline_publishes_what_is_known(
    home: Path, sandbox: SandboxServer, steps: Callable[..., Finished]
) -> None:
    """Building stops between two models, loading is finished; the run after them asks nothing and builds all."""
    before, asked = digest(home), len(sandbox.charges())
    building = steps("build", "dbt")
    assert building.code == 4, building.out
    assert last_run(home).reason == "interrupted by Ctrl-C"
    loading = steps("load --replay", "load")
    assert loading.code == 0, loading.out
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        rows, distinct = con.sql(
            "select count(*), count(distinct request_id) from raw.bigdbm__email_statuses"
        ).fetchall()[0]
    assert rows == distinct
    assert digest(home) == before

    finished = contactable(
        "run", "--home", home, "--max-minutes", "0", "--until", "06:00",
        "--first-party", sandbox.variables["SANDBOX_FIRST_PARTY"], variables=sandbox.variables,
    )  # fmt: skip
    assert finished.code == 4, finished.out
    assert "Asking ends at" in finished.out
    assert "the last time that took" in finished.out
    assert len(sandbox.charges()) == asked
    assert digest(home) != before
    assert "the deadline of" in last_run(home).reason


def test_ctrl_c_around_publishing_shows_the_old_or_the_new_never_a_half(
    home: Path, steps: Callable[..., Finished]
) -> None:
    before = digest(home)
    judging = steps("publish", "gates")
    assert judging.code == 4, judging.out
    assert digest(home) == before, "nothing was published after the wish to end"
    publishing = steps("publish", "publish")
    assert publishing.code == 0, "publishing was under way and was finished"
    assert digest(home) != before
    at_once = steps("publish", "publish", 2)
    assert at_once.code in (0, 4), at_once.out
    # Readers see a whole one (the fixture looks); that publishing goes on after any death: tests/python/crash.


def test_a_deadline_that_is_none_is_refused_with_an_example(tmp_path: Path) -> None:
    """Which texts are none: unit/stopping/test_deadline.py."""
    finished = contactable("extract", "--home", tmp_path / "home", "--until", "soon")
    assert finished.code == 2, finished.out
    assert "06:00" in finished.out
