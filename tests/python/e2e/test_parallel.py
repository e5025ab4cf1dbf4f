"""Several processes on one home, and several homes on one journal: the work is shared, nothing is bought twice."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.engine import Row

from contactable.journal.databases import parse_url
from contactable.journal.tables import requests, runs
from support.command_line import contactable, start
from support.postgresql import PostgresqlServer
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e

# Four places for a process out of sixteen: more processes, more calls at once.
CONFIG = """
first_party: {first_party}
bigdbm: {{keywords: [audi]}}
limits: {{bigdbm: {{in_flight: 16, in_flight_per_process: 4}}}}
endpoints:
    bigdbm.email_batch: {{batch_size: 1}}
    exactbuyer.bulk_enrich: {{enabled: false}}
"""


@pytest.fixture
def config(tmp_path: Path, sandbox: SandboxServer) -> Path:
    path = tmp_path / "contactable.yml"
    path.write_text(CONFIG.format(first_party=sandbox.variables["SANDBOX_FIRST_PARTY"]))
    return path


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
    out, _ = process.communicate(timeout=300)
    assert "Traceback" not in out, out
    return process.returncode, out


@pytest.mark.parametrize("count", [2, 4])
def test_processes_on_one_home_share_the_work(
    tmp_path: Path, slow_vendors: SandboxServer, config: Path, count: int
) -> None:
    home, before = tmp_path / "home", len(slow_vendors.charges())
    # What is due is known before, so that all begin with the same list.
    assert contactable("plan", "--home", home, "--config", config, variables=slow_vendors.variables).code == 0
    arguments = ("extract", "validate", "--home", home, "--config", config)
    processes = [start(*arguments, variables=slow_vendors.variables) for _ in range(count)]
    for code, out in map(ended, processes):
        assert code == 0, out

    asked = calls(f"sqlite:///{home / 'journal.db'}")
    assert {row.state for row in asked} == {"settled"}
    assert charged_twice(slow_vendors, before) == []
    by_run = Counter(row.run_id for row in asked)
    assert len(by_run) == count, "everybody asked"
    assert not list(home.glob("worklists-*")), "copies of what was due are gone"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        loaded = con.execute(
            "select count(*), count(distinct request_id) from raw.bigdbm__email_checks"
        ).fetchone()
    assert loaded is not None
    assert loaded[0] == loaded[1] > 0, "every answer was loaded, once"


def test_a_killed_process_takes_nothing_from_the_one_that_goes_on(
    tmp_path: Path, slow_vendors: SandboxServer, config: Path
) -> None:
    home, before = tmp_path / "home", len(slow_vendors.charges())
    url = f"sqlite:///{home / 'journal.db'}"
    assert contactable("plan", "--home", home, "--config", config, variables=slow_vendors.variables).code == 0
    arguments = ("extract", "validate", "--home", home, "--config", config)
    victim, survivor = (start(*arguments, variables=slow_vendors.variables) for _ in range(2))
    engine = create_engine(parse_url(url))
    reserved = select(requests.c.request_id).join(runs, runs.c.run_id == requests.c.run_id)
    while victim.poll() is None:  # until it has asked for something that it does not know the answer of
        with engine.connect() as con:
            if con.execute(reserved.where(runs.c.pid == victim.pid, requests.c.state == "reserved")).first():
                break
    engine.dispose()
    victim.kill()
    victim.communicate()
    code, out = ended(survivor)
    assert code in (0, 4), out
    left = Counter(row.state for row in calls(url))
    assert left["reserved"] + left["ambiguous"] >= 1
    refused = contactable("reconcile", "--home", home)  # everybody may look
    assert refused.code in (0, 4), refused.out

    again = contactable(*arguments, variables=slow_vendors.variables)
    after = Counter(row.state for row in calls(url))
    assert after["reserved"] == 0
    assert 1 <= after["ambiguous"] <= 4, "only what was in flight when it died is unknown"
    assert again.code == 4
    assert charged_twice(slow_vendors, before) == []


def test_a_run_and_an_extract_do_not_work_side_by_side(
    tmp_path: Path, slow_vendors: SandboxServer, config: Path
) -> None:
    home = tmp_path / "home"
    busy = start("extract", "--home", home, "--config", config, variables=slow_vendors.variables)
    holders = home / "holders"
    while busy.poll() is None and not (holders.exists() and list(holders.glob("[!.]*"))):
        pass
    refused = contactable("run", "--home", home, "--config", config, variables=slow_vendors.variables)
    busy.kill()
    busy.communicate()
    assert refused.code == 2
    assert f"is held by process {busy.pid} on " in refused.out
    assert "(extract)" in refused.out


def test_homes_that_share_a_journal_on_postgresql(
    tmp_path: Path, sandbox: SandboxServer, config: Path, postgresql: PostgresqlServer
) -> None:
    before = len(sandbox.charges())
    url = postgresql.database()
    variables = {**sandbox.variables, "CONTACTABLE_JOURNAL_URL": url}
    owner, worker = tmp_path / "owner", tmp_path / "worker"
    first = contactable("extract", "discover", "--home", owner, "--config", config, variables=variables)
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

    run = contactable("run", "--home", owner, "--config", config, variables=variables)
    assert run.code == 0, run.out
    assert charged_twice(sandbox, before) == []
    asked = [row for row in calls(url) if row.endpoint == "bigdbm.email_batch"]
    with duckdb.connect(str(owner / "warehouse.duckdb"), read_only=True) as con:
        loaded = con.execute("select count(*) from raw.bigdbm__email_checks").fetchone()
        books = con.execute("select count(*) from raw.journal_requests").fetchone()
    assert loaded == (len(asked),), "what the worker asked was loaded by the owner"
    assert books == (len(calls(url)),)

    status = contactable("status", "--home", owner, variables=variables)
    assert "bigdbm.email_batch" in status.out
    forgotten = contactable("status", "--home", owner, variables=sandbox.variables)
    assert (forgotten.code, "set CONTACTABLE_JOURNAL_URL" in forgotten.out) == (2, True)
    with duckdb.connect(str(owner / "published" / "contactable.duckdb"), read_only=True) as con:
        person = con.execute("select email from contact_emails order by email limit 1").fetchone()
    assert person is not None
    erased = contactable("erase", person[0], "--yes", "--everyone", "--home", owner, variables=variables)
    assert erased.code == 0, erased.out
