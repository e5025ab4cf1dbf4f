"""Asking ends in order at one signal, at once at the second, and goes on at the call where it stopped.

Real processes and real signals; the questions come from the settings, so that dbt has almost nothing to build.
The other steps and the deadline: test_signals_at_steps.py. Death at every write point: tests/python/crash.
"""

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.command_line import contactable, quick_settings, start, write_settings
from support.sandbox_server import SandboxServer
from support.signalled import count, ended, journal, last_run, reached, when

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


def asked_of(call: Mapping[str, Any]) -> tuple[str, str]:
    """(endpoint, what was asked): the subject or page in a call's body."""
    body = json.loads(call["body"]) if call["body"].startswith("{") else {"path": call["path"] + call["body"]}
    body.pop("name", None)
    return call["endpoint"], json.dumps(body, sort_keys=True)


def repeats(calls: list[dict[str, Any]], *, polled: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What arrived more than once, but for what is asked again by its nature (status, balance)."""
    counted = Counter(asked_of(call) for call in calls if call["endpoint"] not in polled)
    return [what for what, times in counted.items() if times > 1]


# ---------------------------------------------------------------- calls

#: Two seconds of asking: whoever signals is in time on a busy machine too.
KEYWORDS = [f"keyword {number}" for number in range(120)]


def test_signals_end_the_asking_and_the_next_run_asks_only_the_rest(
    tmp_path: Path, sandbox: SandboxServer
) -> None:
    """SIGTERM, Ctrl-C twice while an answer never comes, then to the end: three runs share one worklist."""
    home, variables = tmp_path / "home", asking(sandbox, "BIGDBM_TOKEN")
    bigdbm = {"keywords": KEYWORDS, "number_of_hems": 100}
    config = settings_file(tmp_path, sandbox, "bigdbm", bigdbm=bigdbm)
    before = len(sandbox.received("bigdbm"))
    arguments = ("extract", "discover", "--home", home, "--config", config)
    process = start(*arguments, variables=variables)
    when(process, reached(home, "state = 'settled'", 5))
    process.send_signal(signal.SIGTERM)
    stopped = ended(process)
    assert stopped.code == 4, stopped.out
    assert "Ending in order" in stopped.out
    assert "it goes on where it stopped" in stopped.out
    assert count(home, "state in ('reserved', 'ambiguous')") == 0, "calls in flight were finished"
    answered = count(home, "state = 'settled'")
    assert loaded(home) == answered, "what was answered is loaded"
    assert last_run(home).exit_code == 4
    assert "interrupted by" in last_run(home).reason

    process = start(*arguments, variables=variables)
    when(process, reached(home, "state = 'settled'", answered + 5))
    with sandbox.fault("charged_then_timeout", vendor="bigdbm", count=1):
        when(process, lambda: any(c["fault"] for c in sandbox.received("bigdbm")[before:]))
        process.send_signal(signal.SIGINT)
        lines = until_line(process, "Ending in order")
        process.send_signal(signal.SIGINT)
        rest = ended(process)
    assert rest.code == 4, rest.out
    assert "ended at once" in "".join(lines) + rest.out
    assert count(home, "state = 'reserved'") == 1, "left as it was: the next run judges it"
    assert count(home, "state = 'settled'") < len(KEYWORDS) - 1, "there is a rest"

    again = contactable(*arguments, variables=variables)
    assert again.code == 4, "a paid call whose outcome nobody knows"
    assert count(home, "state = 'reserved'") == 0
    assert count(home, "state = 'ambiguous'") == 1
    assert count(home, "state = 'settled'") == len(KEYWORDS) - 1
    assert loaded(home) == len(KEYWORDS) - 1, "every answer paid for is loaded, once"
    assert repeats(sandbox.received("bigdbm")[before:]) == [], "nothing is asked again, the unknown call neither"
    decided = contactable("reconcile", "--home", home, "--as", "charged", "--all")
    assert decided.code == 0, decided.out
    assert count(home, "state = 'ambiguous'") == 0


def loaded(home: Path) -> int:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return int(con.sql("select count(*) from raw.bigdbm__intent_hems").fetchall()[0][0])


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
    needless = ("feed_limit", "bundles", "filter_fields", "feed_search")
    off = {f"contactbased.{name}": {"enabled": False} for name in needless}
    config = settings_file(tmp_path, sandbox, "contactbased", endpoints=off)
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
