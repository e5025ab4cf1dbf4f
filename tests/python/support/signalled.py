"""A command that is met at work: its journal read from outside, waited for, and its end."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from support.command_line import Finished


def journal(home: Path, sql: str) -> list[Any]:
    """Rows of the journal while somebody else writes it; none before it exists."""
    if not (home / "journal.db").exists():
        return []
    engine = create_engine(f"sqlite:///{home / 'journal.db'}")
    try:
        with engine.connect() as con:
            if not con.execute(text("select 1 from sqlite_master where name = 'rates'")).first():
                return []
            return list(con.execute(text(sql)).all())
    finally:
        engine.dispose()


def count(home: Path, where: str) -> int:
    found = journal(home, f"select count(*) from requests where {where}")
    return int(found[0][0]) if found else 0


def reached(home: Path, where: str, wanted: int) -> Callable[[], bool]:
    """Whether the journal holds so many such calls."""
    return lambda: count(home, where) >= wanted


def when(process: "subprocess.Popen[str]", seen: Callable[[], bool]) -> None:
    """Wait until ``seen``; a process that ends before fails the test."""
    while not seen():
        assert process.poll() is None, f"it ended too early: {process.communicate()[0]}"
        time.sleep(0.002)


def ended(process: "subprocess.Popen[str]") -> Finished:
    out, _ = process.communicate(timeout=1800)
    assert "Traceback" not in out, out
    return Finished(process.returncode, out)


def last_run(home: Path) -> Any:
    return journal(home, "select exit_code, reason, step from runs order by run_id desc limit 1")[0]
