"""Several processes on one home, and several homes on one journal: the work is shared, nothing is bought twice."""

import csv
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import Row

from contactable.journal.databases import parse_url
from contactable.journal.tables import requests, runs
from support.command_line import UNHURRIED, asking_only, contactable, quick_settings, start, write_settings
from support.postgresql import PostgresqlServer
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e


@pytest.fixture
def config(tmp_path: Path, short_list: Path) -> Path:
    """One endpoint that enriches and one that validates, a question a call, four calls in flight a process."""
    endpoints = asking_only("bigdbm.consumer_email", "bigdbm.email_batch")
    endpoints["bigdbm.email_batch"]["batch_size"] = 1
    settings = quick_settings(first_party=str(short_list), endpoints=endpoints)
    settings["limits"]["bigdbm"] = {**UNHURRIED, "in_flight": 16, "in_flight_per_process": 4}
    return write_settings(tmp_path / "contactable.yml", settings)


@pytest.fixture
def slow_vendors(sandbox: SandboxServer) -> Iterator[SandboxServer]:
    sandbox.admin("POST", "/latency", {"ms": 150})
    try:
        yield sandbox
    finally:
        sandbox.admin("POST", "/latency", {"ms": 0})


def calls(url: str) -> list[Row[tuple[str, str, str]]]:
    """(run, endpoint, state) of every call."""
    engine = create_engine(parse_url(url))
    with engine.connect() as con:
        rows = con.execute(select(requests.c.run_id, requests.c.endpoint, requests.c.state)).all()
    engine.dispose()
    return list(rows)


def charged_twice(sandbox: SandboxServer, before: int) -> list[object]:
    new = sandbox.charges()[before:]
    counted = Counter((entry["vendor"], entry["endpoint"], entry["subject"]) for entry in new)
    return [question for question, count in counted.items() if count > 1]


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, _ = process.communicate(timeout=1800)
    assert "Traceback" not in out, out
    return process.returncode, out


WORKER = """
    import json, sys
    from contactable.extract.batches import ask_in_batches
    from contactable.extract.subjects import Question
    from contactable.http import RateLimit, RateLimiter
    from contactable.journal.calls import Subject
    from contactable.journal.store import Journal
    from contactable.vendors import ENDPOINTS
    from support.sandbox_server import SandboxServer

    opql = ENDPOINTS["bigdbm.opql"]
    journal = Journal.open(sys.argv[1])
    run_id = journal.begin_run("extract", "a worker")
    context = SandboxServer(json.loads(sys.argv[2])).context(journal, run_id=run_id, in_flight={"bigdbm": 32})
    context.limiters["bigdbm"] = RateLimiter(RateLimit(None, 32, 4), sleep=context.stop.sleep)
    print("ready", flush=True)
    sys.stdin.readline()
    due = (Question(Subject(f"q{n}", "phone", str(2025550100 + n)), "{}", {}) for n in range(120))
    ask_in_batches(context, opql, due)
    print(context.tally.endpoints[opql.key].answered)
    journal.end_run(run_id, 0)
"""


@pytest.mark.parametrize("count", [2, 4])
def test_processes_share_one_list_fairly(journal_url: str, slow_vendors: SandboxServer, count: int) -> None:
    before = len(slow_vendors.charges())
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WORKER), journal_url, json.dumps(dict(slow_vendors.variables))],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answered = [int(worker.communicate()[0]) for worker in workers]

    assert sum(answered) == 120
    assert min(answered) >= 120 / count / 3, "nobody is left with the crumbs"
    assert charged_twice(slow_vendors, before) == []
    assert Counter(row.state for row in calls(journal_url)) == {"settled": 120}


def test_a_killed_process_takes_nothing_from_the_one_that_goes_on(
    tmp_path: Path, slow_vendors: SandboxServer, config: Path
) -> None:
    home, before = tmp_path / "home", len(slow_vendors.charges())
    url = f"sqlite:///{home / 'journal.db'}"
    arguments = ("extract", "validate", "--home", home, "--config", config)
    pair = [start(*arguments, variables=slow_vendors.variables) for _ in range(2)]
    by_pid = {process.pid: process for process in pair}
    asking: int | None = None
    while asking is None:  # until one of them has asked for something whose answer it does not know
        with suppress(subprocess.TimeoutExpired):  # looking without a pause would take a core from them
            pair[0].wait(0.02)
        assert all(process.poll() is None for process in pair)
        asking = who_asks(home)
    victim = by_pid.pop(asking)
    victim.kill()
    victim.communicate()
    (survivor,) = by_pid.values()
    code, out = ended(survivor)
    assert code in (0, 4), out
    assert not list(home.glob("worklists-*")), "what was copied out is gone, the dead process's too"

    again = contactable(*arguments, variables=slow_vendors.variables)
    states = Counter(row.state for row in calls(url))
    assert set(states) <= {"settled", "ambiguous"}
    assert 1 <= states["ambiguous"] <= 4, "only what was in flight when it died is unknown"
    assert again.code == 4
    assert charged_twice(slow_vendors, before) == []
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        loaded = con.execute(
            "select count(*), count(distinct request_id) from raw.bigdbm__email_statuses"
        ).fetchone()
    assert loaded is not None
    assert loaded[0] == loaded[1] > 0, "every answer was loaded, once"


def who_asks(home: Path) -> int | None:
    """The number of a process with a call on its way."""
    if not (home / "journal.db").exists():
        return None
    engine = create_engine(parse_url(f"sqlite:///{home / 'journal.db'}"))
    try:
        with engine.connect() as con:
            if not inspect(con).has_table("runs"):
                return None
            found = con.scalar(
                select(runs.c.pid)
                .join(requests, requests.c.run_id == runs.c.run_id)
                .where(requests.c.state == "reserved", requests.c.repeatable == 0)
            )
            return None if found is None else int(found)
    finally:
        engine.dispose()


def test_a_run_and_an_extract_do_not_work_side_by_side(tmp_path: Path, slow_vendors: SandboxServer) -> None:
    """With everything switched on, so that the one is at work until the other was refused."""
    first_party = slow_vendors.variables["SANDBOX_FIRST_PARTY"]
    home, config = tmp_path / "home", tmp_path / "contactable.yml"
    write_settings(config, quick_settings(first_party=first_party))
    busy = start("extract", "--home", home, "--config", config, variables=slow_vendors.variables)
    holders = home / "holders"
    while busy.poll() is None and not list(holders.glob("[!.]*")):
        with suppress(subprocess.TimeoutExpired):
            busy.wait(0.02)
    refused = contactable("run", "--home", home, "--config", config, variables=slow_vendors.variables)
    busy.kill()
    busy.communicate()
    assert refused.code == 2
    assert f"is held by process {busy.pid} on " in refused.out
    assert "(extract)" in refused.out


def test_homes_that_share_a_journal_on_postgresql(
    tmp_path: Path, sandbox: SandboxServer, config: Path, short_list: Path, postgresql: PostgresqlServer
) -> None:
    before = len(sandbox.charges())
    url = postgresql.database()
    variables = {**sandbox.variables, "CONTACTABLE_JOURNAL_URL": url}
    owner, worker = tmp_path / "owner", tmp_path / "worker"
    first = contactable("extract", "enrich", "--home", owner, "--config", config, variables=variables)
    assert first.code == 0, first.out
    assert not (owner / "journal.db").exists()

    # A worker elsewhere: what is due follows from the same answers.
    shutil.copytree(owner / "segments", worker / "segments")
    mirrored = sorted(worker.rglob("*.parquet"))
    helped = contactable("extract", "validate", "--home", worker, "--config", config, variables=variables)
    assert helped.code == 0, helped.out
    assert sorted(worker.rglob("*.parquet")) == mirrored, "its answers wait in the journal"
    refused = contactable("run", "--home", worker, "--config", config, variables=variables)
    assert (refused.code, "is a worker's home" in refused.out) == (2, True), refused.out

    loading = contactable("load", "--home", owner, "--config", config, variables=variables)
    assert loading.code == 0, loading.out
    assert charged_twice(sandbox, before) == []
    asked = [row for row in calls(url) if row.endpoint == "bigdbm.email_batch"]
    with duckdb.connect(str(owner / "warehouse.duckdb"), read_only=True) as con:
        loaded = con.execute("select count(*) from raw.bigdbm__email_statuses").fetchone()
        books = con.execute("select count(*) from raw.journal_requests").fetchone()
    with short_list.open(encoding="utf-8") as lines:
        ours = [row["email"] for row in csv.DictReader(lines) if row["email"]]
    assert len(asked) > len(ours), "the worker also asked about what the owner had found"
    assert loaded == (len(asked),), "what the worker asked was loaded by the owner"
    assert books == (len(calls(url)),)

    status = contactable("status", "--home", owner, variables=variables)
    assert "bigdbm.email_batch" in status.out
    forgotten = contactable("status", "--home", owner, variables=sandbox.variables)
    assert (forgotten.code, "set CONTACTABLE_JOURNAL_URL" in forgotten.out) == (2, True)
    erased = contactable("erase", ours[0], "--yes", "--everyone", "--home", owner, variables=variables)
    assert erased.code == 0, erased.out
