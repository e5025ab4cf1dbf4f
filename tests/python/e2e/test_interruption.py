"""Killed anywhere, run again: nothing lost, nothing bought twice, and what cannot be known is said."""

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from support.command_line import contactable, quick_settings, start, write_settings
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e


def calls(home: Path, state: str | None = None) -> int:
    file = home / "journal.db"
    if not file.exists():
        return 0
    engine = create_engine(f"sqlite:///{file}")
    where = "" if state is None else f" where state = '{state}'"
    try:
        with engine.connect() as con:
            if not con.execute(text("select 1 from sqlite_master where name = 'requests'")).first():
                return 0
            return int(con.execute(text(f"select count(*) from requests{where}")).scalar() or 0)
    finally:
        engine.dispose()


def kill_after(process: "subprocess.Popen[str]", home: Path, settled: int) -> None:
    """SIGKILL once so many calls are settled; the moment within the next call is chance."""
    while process.poll() is None and calls(home, "settled") < settled:
        time.sleep(0.005)
    process.kill()
    process.communicate()


def twice(sandbox: SandboxServer, before: int) -> list[object]:
    new = sandbox.charges()[before:]
    counted = Counter((entry["vendor"], entry["endpoint"], entry["subject"]) for entry in new)
    return [question for question, count in counted.items() if count > 1]


@pytest.mark.parametrize("settled", [40])
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, sandbox: SandboxServer, settled: int) -> None:
    before = len(sandbox.charges())
    first_party = sandbox.variables["SANDBOX_FIRST_PARTY"]
    # A limit of our own slows the client down, so that the kill finds it at work.
    settings = quick_settings(first_party=first_party, bigdbm={"keywords": ["audi"]})
    settings["limits"]["bigdbm"] = {"calls_per_minute": 3000}
    config = write_settings(tmp_path / "contactable.yml", settings)
    arguments = ("extract", "--home", tmp_path / "home", "--config", config)
    kill_after(start(*arguments, variables=sandbox.variables), tmp_path / "home", settled)
    again = contactable(*arguments, variables=sandbox.variables)
    ambiguous = calls(tmp_path / "home", "ambiguous")
    assert again.code == (4 if ambiguous else 0), again.out
    assert calls(tmp_path / "home", "reserved") == 0, "no reservation leaks"
    assert twice(sandbox, before) == [], "nothing is bought twice"
    assert ambiguous <= 8 + 4, "only what was in flight can be unknown"
    if ambiguous:
        decided = contactable("reconcile", "--home", tmp_path / "home", "--as", "charged", "--all")
        assert decided.code == 0, decided.out
        assert calls(tmp_path / "home", "ambiguous") == 0
