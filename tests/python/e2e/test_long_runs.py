"""Long runs end in order at a deadline, at Ctrl-C and at SIGTERM, and go on at the call where they stopped.

Real processes and real signals. Every test waits for something that it can see (the journal, a line of output),
never for a time.
"""

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import create_engine, text

from support.command_line import Finished, contactable, quick_settings, start, write_settings
from support.sandbox_server import SandboxServer

pytestmark = pytest.mark.e2e

#: One call at a time and fifty a second: slow enough to be met at work, quick enough not to be waited for.
ONE_BY_ONE = {"calls_per_minute": 3_000, "in_flight": 1}


def asking(sandbox: SandboxServer, *keys: str) -> dict[str, str]:
    """The sandbox's variables with these keys only: other vendors are skipped."""
    return {
        name: value
        for name, value in sandbox.variables.items()
        if name in keys or not name.endswith(("_KEY", "_TOKEN"))
    }


def settings_file(folder: Path, sandbox: SandboxServer, vendor: str, **changes: Any) -> Path:
    settings = quick_settings(first_party=sandbox.variables["SANDBOX_FIRST_PARTY"], **changes)
    settings["limits"] = {**settings["limits"], vendor: ONE_BY_ONE}
    return write_settings(folder / "contactable.yml", settings)


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
    out, _ = process.communicate(timeout=120)
    assert "Traceback" not in out, out
    return Finished(process.returncode, out)


def last_run(home: Path) -> Any:
    return journal(home, "select exit_code, reason, step from runs order by run_id desc limit 1")[0]


def asked_of(call: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(endpoint, what was asked) for every subject or page in a call's body."""
    body = json.loads(call["body"]) if call["body"].startswith("{") else {"path": call["path"] + call["body"]}
    if "Emails" in body:
        return [(call["endpoint"], email) for email in body["Emails"]]
    body.pop("name", None)
    return [(call["endpoint"], json.dumps(body, sort_keys=True))]


def repeats(calls: list[dict[str, Any]], *, polled: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What arrived more than once, but for what is asked again by its nature (status, balance)."""
    counted = Counter(what for call in calls if call["endpoint"] not in polled for what in asked_of(call))
    return [what for what, times in counted.items() if times > 1]


# ---------------------------------------------------------------- batches


def test_one_signal_ends_in_order_and_the_next_run_asks_only_the_rest(
    tmp_path: Path, sandbox: SandboxServer
) -> None:
    """Ctrl-C, then SIGTERM, then to the end: three runs share one worklist."""
    home, variables = tmp_path / "home", asking(sandbox, "BIGDBM_TOKEN")
    config = settings_file(tmp_path, sandbox, "bigdbm")
    before = len(sandbox.received("bigdbm"))
    arguments = ("extract", "validate", "--home", home, "--config", config)
    answered = 0
    for number in (signal.SIGINT, signal.SIGTERM):
        process = start(*arguments, variables=variables)
        when(process, reached(home, "state = 'settled'", answered + 5))
        process.send_signal(number)
        stopped = ended(process)
        assert stopped.code == 4, stopped.out
        assert "Ending in order" in stopped.out
        assert "it goes on where it stopped" in stopped.out
        assert count(home, "state in ('reserved', 'ambiguous')") == 0, "calls in flight were finished"
        answered = count(home, "state = 'settled'")
        assert loaded(home) == answered, "what was answered is loaded"
        assert last_run(home).exit_code == 4
        assert "interrupted by" in last_run(home).reason
    again = contactable(*arguments, variables=variables)
    assert again.code == 0, again.out
    assert count(home, "state = 'settled'") > answered, "there was a rest"
    assert repeats(sandbox.received("bigdbm")[before:]) == [], "no finished call is made again"


def loaded(home: Path) -> int:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = ("phone_scores", "email_statuses")
        return sum(con.sql(f"select count(*) from raw.bigdbm__{name}").fetchall()[0][0] for name in tables)


def test_two_signals_end_at_once_and_only_the_call_in_flight_is_unknown(
    tmp_path: Path, sandbox: SandboxServer
) -> None:
    """The answer in flight never comes: one signal would wait for it."""
    home, variables = tmp_path / "home", asking(sandbox, "BIGDBM_TOKEN")
    config = settings_file(tmp_path, sandbox, "bigdbm")
    before = len(sandbox.received("bigdbm"))
    arguments = ("extract", "validate", "--home", home, "--config", config)
    process = start(*arguments, variables=variables)
    when(process, lambda: count(home, "state = 'settled'") >= 5)
    with sandbox.fault("charged_then_timeout", vendor="bigdbm", count=1):
        when(process, lambda: any(c["fault"] for c in sandbox.received("bigdbm")[before:]))
        assert process.stdout is not None
        process.send_signal(signal.SIGINT)
        lines = until_line(process, "Ending in order")
        process.send_signal(signal.SIGINT)
        rest = ended(process)
    assert rest.code == 4, rest.out
    assert "ended at once" in "".join(lines) + rest.out
    assert count(home, "state = 'reserved'") == 1, "left as it was: the next run judges it"
    again = contactable(*arguments, variables=variables)
    assert again.code == 4, "a paid call whose outcome nobody knows"
    assert count(home, "state = 'reserved'") == 0
    assert count(home, "state = 'ambiguous'") == 1
    assert loaded(home) == count(home, "state = 'settled'"), "every answer paid for is loaded, once"
    assert repeats(sandbox.received("bigdbm")[before:]) == [], "nothing is asked again, the unknown call neither"


def until_line(process: "subprocess.Popen[str]", words: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was never said: {''.join(lines)}")


# ---------------------------------------------------------------- pages and jobs

#: Free by nature: an export's state, the pool's balance.
POLLED = ("export_list", "credits")
#: Free, and made anew for an export that is not created yet: what they say may be another thing today.
BEFORE_CREATING = ("export_preview", "export_count")


def test_reads_and_exports_go_on_at_the_page_and_the_job(tmp_path: Path, sandbox: SandboxServer) -> None:
    """Ctrl-C when two exports stand, SIGKILL when four do, then to the end: seven feeds, one export each."""
    home, variables = tmp_path / "home", asking(sandbox, "CONTACTBASED_API_KEY")
    config = settings_file(tmp_path, sandbox, "contactbased")
    before, charged = len(sandbox.received("contactbased")), len(sandbox.charges())
    arguments = ("extract", "discover", "--home", home, "--config", config)
    created = "endpoint = 'contactbased.export_create' and state = 'settled'"
    twice: list[tuple[str, str]] = []
    for number, exports in ((signal.SIGINT, 2), (signal.SIGKILL, 4)):
        process = start(*arguments, variables=variables)
        when(process, reached(home, created, exports))
        process.send_signal(number)
        stopped = ended(process)
        twice = repeats(sandbox.received("contactbased")[before:], polled=POLLED)
        assert twice == [], "until somebody is killed, nothing at all arrives twice"
        if number is signal.SIGINT:
            assert stopped.code == 4, stopped.out
            assert "interrupted by Ctrl-C" in last_run(home).reason
    again = contactable(*arguments, variables=variables)
    assert again.code == 0, again.out
    arrived = sandbox.received("contactbased")[before:]
    # What was in flight at the kill may arrive again: with one call at a time, one call, and a free one.
    assert len(repeats(arrived, polled=(*POLLED, *BEFORE_CREATING))) <= 1
    creates = [json.loads(call["body"])["feed_id"] for call in arrived if call["endpoint"] == "export_create"]
    assert len(creates) == len(set(creates)), "no export is made twice"
    paid = Counter((entry["endpoint"], entry["subject"]) for entry in sandbox.charges()[charged:])
    assert max(paid.values(), default=1) == 1
    assert open_exports(home) == 0
    pages = journal(
        home,
        "select count(*) - count(distinct extraction_id || '/' || page) from requests "
        "where page is not null and state = 'settled' and endpoint <> 'contactbased.export_list'",
    )
    assert pages[0][0] == 0, "no page is stored twice"


def open_exports(home: Path) -> int:
    sql = "select count(*) from extractions where endpoint = 'contactbased.export' and state = 'open'"
    return int(journal(home, sql)[0][0])


# ---------------------------------------------------------------- the other steps


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


def test_ctrl_c_while_models_are_built_stops_between_two_of_them(
    home: Path, steps: Callable[..., Finished]
) -> None:
    before = digest(home)
    finished = steps("build", "dbt")
    assert finished.code == 4, finished.out
    assert last_run(home).reason == "interrupted by Ctrl-C"
    assert digest(home) == before
    again = contactable("build", "--home", home)
    assert again.code == 0, again.out


def test_ctrl_c_while_loading_finishes_loading(home: Path, steps: Callable[..., Finished]) -> None:
    finished = steps("load --replay", "load")
    assert finished.code == 0, finished.out
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        rows, distinct = con.sql(
            "select count(*), count(distinct request_id) from raw.bigdbm__email_statuses"
        ).fetchall()[0]
    assert rows == distinct


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
    readable(home)
    again = contactable("publish", "--home", home)
    assert again.code == 0, again.out


def test_at_the_deadline_nothing_more_is_asked_and_what_is_known_is_published(
    home: Path, sandbox: SandboxServer
) -> None:
    before, asked = digest(home), len(sandbox.charges())
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


@pytest.mark.parametrize("until", ["soon", "2020-01-01T06:00"])
def test_a_deadline_that_is_none_is_refused_with_an_example(tmp_path: Path, until: str) -> None:
    finished = contactable("extract", "--home", tmp_path / "home", "--until", until)
    assert finished.code == 2, finished.out
    assert "06:00" in finished.out
