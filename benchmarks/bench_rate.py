"""Calls a minute against what a vendor allows, 429s, what the journal costs, and what more processes bring.

    python benchmarks/bench_rate.py [--per-minute 1200] [--seconds 60] [--latency-ms 50 500] [--only rate]

A sandbox enforces the limit and withholds every answer for the latency; real worker processes ask it through the
journal, as `contactable extract` does. Nothing asserts a time; the exit code is 1 when a 429 came.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "python_models"), str(PROJECT / "tests" / "python")]

from sqlalchemy import select  # noqa: E402

from contactable.clock import utc_now  # noqa: E402
from contactable.extract.batches import ask_in_batches  # noqa: E402
from contactable.extract.sharing import SharedTurnstile  # noqa: E402
from contactable.extract.subjects import Question  # noqa: E402
from contactable.http import RateLimit, RateLimiter  # noqa: E402
from contactable.journal.budget import Budgets  # noqa: E402
from contactable.journal.calls import Answer, Call, Settlement, Subject  # noqa: E402
from contactable.journal.store import Journal  # noqa: E402
from contactable.journal.tables import requests  # noqa: E402
from contactable.vendors import ENDPOINTS  # noqa: E402
from support.postgresql import installed, serve_postgresql  # noqa: E402
from support.sandbox_server import SandboxServer, serve_sandbox  # noqa: E402

OPQL = ENDPOINTS["bigdbm.opql"]  # one subject a call
WARM_UP_SECONDS = 5.0


def question(number: int) -> Question:
    return Question(Subject(f"q{number}", "phone", f"{2_025_550_100 + number}"), "{}", {})


def work(task: dict[str, Any]) -> None:
    """One worker process: ask until the list or the time is over."""
    journal = Journal.open(task["journal"])
    limit = RateLimit(task["per_minute"], task["in_flight"], task["per_process"])
    server = SandboxServer(task["variables"])
    run_id = journal.begin_run("extract", "benchmark")
    context = server.context(journal, run_id=run_id, in_flight={"bigdbm": limit.in_flight})
    turnstile = SharedTurnstile(journal, "bigdbm") if limit.calls_per_minute else None
    context.limiters["bigdbm"] = RateLimiter(limit, sleep=context.stop.sleep, turnstile=turnstile)  # type: ignore[index]
    context.stop._deadline = time.monotonic() + task["seconds"]
    print("ready", flush=True)
    sys.stdin.readline()
    ask_in_batches(context, OPQL, (question(number) for number in range(task["questions"])))
    tally = context.tally.endpoints[OPQL.key]
    print(json.dumps({"answered": tally.answered, "skipped": tally.skipped}))
    journal.end_run(run_id, 0)


def workers(count: int, task: dict[str, Any]) -> tuple[float, list[dict[str, int]]]:
    """Run workers side by side; (seconds from the start to the last end, what each did)."""
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--worker", json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    started = time.monotonic()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    done = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    return time.monotonic() - started, done


def answered(journal: str, start: datetime, end: datetime) -> int:
    """Calls settled in a stretch of time."""
    engine = Journal.open(journal).engine
    with engine.connect() as con:
        moments = con.scalars(select(requests.c.settled_at).where(requests.c.state == "settled")).all()
    engine.dispose()
    return sum(start <= datetime.fromisoformat(moment) < end for moment in moments)


def rate(
    server: SandboxServer, journal: str, per_minute: int, seconds: float, latency_ms: float, count: int
) -> int:
    """One measurement; returns the number of 429s."""
    server.admin("POST", "/limits", {"vendor": "bigdbm", "calls": per_minute, "seconds": 60})
    before = server.admin("GET", "/limits")["refused"].get("bigdbm", 0)
    server.admin("POST", "/latency", {"ms": latency_ms})
    task = {
        "journal": journal, "variables": dict(server.variables), "per_minute": per_minute,
        # What keeps the pace at half a second a call, and half as much again for slower ones.
        "in_flight": max(4, per_minute // 80), "per_process": None, "seconds": WARM_UP_SECONDS + seconds,
        "questions": 1_000_000,
    }  # fmt: skip
    workers(count, task)
    # Counted back from the end (the last answers come a latency after the last call).
    end = utc_now() - timedelta(seconds=1 + latency_ms / 1_000)
    called = answered(journal, end - timedelta(seconds=seconds), end)
    refused = server.admin("GET", "/limits")["refused"].get("bigdbm", 0) - before
    achieved = called / seconds * 60
    print(
        f"limit {per_minute:,} a minute, {latency_ms:g} ms, {count} process(es), {seconds:g} s: "
        f"{achieved:,.1f} a minute = {achieved / per_minute:.1%} of the limit, {refused} times 429",
        flush=True,
    )
    return int(refused)


def speed_up(server: SandboxServer, folder: Path, calls: int, latency_ms: float) -> None:
    """The same list for one, two and four processes of four places each."""
    server.admin("POST", "/limits", {"on": False})
    server.admin("POST", "/latency", {"ms": latency_ms})
    alone = 0.0
    for count in (1, 2, 4):
        server.admin("DELETE", "/charges")
        task = {
            "journal": f"sqlite:///{folder / f'speed-{count}.db'}", "variables": dict(server.variables),
            "per_minute": None, "in_flight": 32, "per_process": 4, "seconds": 600, "questions": calls,
        }  # fmt: skip
        seconds, done = workers(count, task)
        alone = alone or seconds
        parts = ", ".join(f"{each['answered'] / calls:.0%}" for each in done)
        charged = [(entry["endpoint"], entry["subject"]) for entry in server.charges()]
        print(
            f"{calls:,} calls of {latency_ms:g} ms, {count} process(es): {seconds:.1f} s, "
            f"{alone / seconds:.2f} times as fast; parts {parts}; "
            f"charged {len(charged):,}, twice {len(charged) - len(set(charged)):,}",
            flush=True,
        )


def journal_cost(url: str, calls: int = 2_000) -> None:
    """Microseconds of reserve, settle and taking a place, alone on the machine as it is."""
    journal = Journal.open(url)
    run_id = journal.begin_run("extract", "benchmark")
    body = "{}" + " " * 1_500
    spent = {"look": 0.0, "place": 0.0, "reserve": 0.0, "settle": 0.0}
    turnstile = SharedTurnstile(journal, "bigdbm")
    for number in range(calls):
        subject = question(number).subject
        call = Call("bigdbm", "opql", OPQL.key, OPQL.stream, "validate", (subject,), {}, 1.0, repeatable=False)
        marks = [time.perf_counter()]
        journal.already_asked([subject])
        marks.append(time.perf_counter())
        turnstile.take(1e9)
        marks.append(time.perf_counter())
        request_id = journal.reserve(call, run_id, Budgets({("bigdbm", "day"): 1e9}), most_in_flight=64)
        marks.append(time.perf_counter())
        assert request_id is not None
        journal.settle(request_id, Settlement("settled", 1.0, 200, answer=Answer(body, utc_now())))
        marks.append(time.perf_counter())
        for name, start, end in zip(spent, marks, marks[1:], strict=False):
            spent[name] += end - start
    each = {name: seconds / calls * 1e6 for name, seconds in spent.items()}
    both = each["reserve"] + each["settle"]
    print(
        f"journal on {journal.engine.dialect.name}: reserve and settle {both:,.0f} µs a call = "
        f"{both / 50_000:.1%} of a 50 ms call (reserve {each['reserve']:,.0f}, settle {each['settle']:,.0f}); "
        f"look-up {each['look']:,.0f}, a place under a limit {each['place']:,.0f}",
        flush=True,
    )
    journal.close()


@contextlib.contextmanager
def postgresql() -> Iterator[Any]:
    folder = installed()
    if folder is None:
        yield None
        return
    with serve_postgresql(folder) as server:
        yield server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-minute", type=int, default=1_200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--latency-ms", type=float, nargs="+", default=[50.0, 500.0])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", choices=("rate", "speed", "journal"), default=None)
    parser.add_argument("--worker", default=None, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(json.loads(given.worker))
        return 0
    refused = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.only in (None, "journal"):
            journal_cost(f"sqlite:///{folder / 'cost.db'}")
            with postgresql() as server:
                if server is None:
                    print("no PostgreSQL server is installed: not measured")
                else:
                    journal_cost(server.database())
        if given.only in (None, "rate", "speed"):
            with serve_sandbox(folder / "sandbox", people=300) as sandbox:
                if given.only != "speed":
                    for number, latency in enumerate(given.latency_ms):
                        journal = f"sqlite:///{folder / f'rate-{number}.db'}"
                        refused += rate(
                            sandbox, journal, given.per_minute, given.seconds, latency, given.processes
                        )
                        sandbox.admin("POST", "/limits", {"on": False})
                if given.only != "rate":
                    speed_up(sandbox, folder, 1_000, 200.0)
    return 1 if refused else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
