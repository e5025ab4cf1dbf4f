"""Where a process can die, by name, without a hook in the program.

A write point is a place of the package at which something changes outside of memory: a commit of the journal or of
the warehouse, a statement that DuckDB commits by itself, a file made, brought to the disk, renamed or removed, a
call handed to the network. ``Watch`` wraps what makes such a change (the database driver's commit, ``os.replace``,
...) and names the point after the function of the package that asked for it:

    journal.settlements.Settlements.settle: before commit
    publish.layout._point: after replace

So nobody has to remember to list a new one: whatever the program writes is found by a run that is recorded, and
``EVERY_RUN`` below, which the tests compare with such a recording, names them for people.

A process run through here also writes down which calls it sent and which replies it got (``Trace``). The file
survives a SIGKILL; with it the checks know what the client could have known.
"""

import functools
import io
import json
import os
import re
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

PACKAGE = "contactable."
#: The sandbox is another process, or starts one: no part of what must survive.
_OUTSIDE = ("contactable.sandbox.", "contactable.pipeline.sandbox_process")
#: What others write while we call them (caches, dbt's own files) is theirs; dbt's nodes have points of their own.
_OTHERS = ("dbt", "great_expectations", "matplotlib", "importlib", "pandas", "agate", "pkg_resources")
#: Functions that only pass a write on: the point is named after whoever called them.
_PLUMBING = frozenset(
    {
        "journal.connection.Connected._write",
        "journal.sealing._sync",
        "home.home._opened",
        "publish.layout.sync",
        "privacy.databases._sync",
        "warehouse.duckdb.transaction",
        "warehouse.duckdb.open_warehouse",
        "warehouse.duckdb.connect",
        "warehouse.duckdb._connect_for_writing",
        "warehouse.duckdb.explained",
    }
)
_CALLER = "x-sandbox-caller"
_WRITES = re.compile(r"\s*(create|insert|update|delete|drop|alter|copy|checkpoint|attach|detach|comment)\b", re.I)
_TEMPORARY = re.compile(r"\s*create\s+(or\s+replace\s+)?temp", re.I)
_KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Plan:
    """What shall happen to a process: die at the ``nth`` time ``point`` is reached, or after so many seconds, or
    run to its end (both None). ``record``: where to write how often each point was reached; ``trace``: where the
    calls are written down.
    """

    point: str | None = None
    nth: int = 1
    seconds: float | None = None
    record: str | None = None
    trace: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def kill() -> None:
    """The end, as a power cut or the kernel's out-of-memory killer makes it: no handler, no finally."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Watch:
    """Counts the points that this process reaches, and ends it at the planned one."""

    plan: Plan
    counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self, name: str) -> None:
        with self._lock:
            self.counts[name] += 1
            if name == self.plan.point and self.counts[name] == self.plan.nth:
                kill()

    def at(self, change: str) -> None:
        """A change named after the function of the package that is making it; nothing outside of the package."""
        where = _function_of_the_package()
        if where is not None:
            self.hit(f"{where}: {change}")

    def save(self) -> None:
        if self.plan.record is not None:
            # In the order in which the points were reached first.
            Path(self.plan.record).write_text(json.dumps(self.counts), encoding="utf-8")


def _function_of_the_package() -> str | None:
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_OTHERS):
            return None
        if module.startswith(PACKAGE):
            if module.startswith(_OUTSIDE):
                return None
            name = f"{module.removeprefix(PACKAGE)}.{frame.f_code.co_qualname}"
            if name not in _PLUMBING:
                return name
        frame = frame.f_back  # type: ignore[assignment]
    return None


# ---------------------------------------------------------------------- wrapping what writes


def install(plan: Plan, *, dbt: bool = False) -> Watch:
    """Wrap everything that writes in this process. ``dbt``: its nodes too (importing it takes seconds)."""
    watch = Watch(plan)
    _wrap_files(watch)
    _wrap_journal(watch)
    _wrap_duckdb(watch)
    _wrap_network(watch, Trace.to(plan.trace))
    if dbt:
        _wrap_dbt(watch)
    if plan.seconds is not None:
        timer = threading.Timer(plan.seconds, kill)
        timer.daemon = True
        timer.start()
    return watch


def _around(watch: Watch, call: Callable[..., Any], name: str, *, before: bool = False) -> Callable[..., Any]:
    @functools.wraps(call)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        if before:
            watch.at(f"before {name}")
        result = call(*arguments, **options)
        watch.at(f"after {name}")
        return result

    return wrapped


def _wrap_files(watch: Watch) -> None:
    for owner, name, before in (
        (os, "replace", True),
        (os, "rename", True),
        (os, "fsync", False),
        (os, "unlink", False),
        (os, "mkdir", False),
        (os, "link", False),
        (os, "symlink", False),
        (os, "ftruncate", False),
        (shutil, "rmtree", True),
        (shutil, "copytree", False),
    ):
        setattr(owner, name, _around(watch, getattr(owner, name), name, before=before))
    plain_open, text_open = os.open, io.open

    def opened(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        descriptor = plain_open(path, flags, *arguments, **options)
        if flags & os.O_CREAT:
            watch.at("after creating a file")
        return descriptor

    def opened_as_text(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        stream = text_open(file, mode, *arguments, **options)
        if set(mode) & set("wax"):
            watch.at("after creating a file")
        return stream

    os.open = opened
    setattr(io, "open", opened_as_text)  # noqa: B010  (an overloaded function for mypy)


def _wrap_journal(watch: Watch) -> None:
    from sqlalchemy.engine.default import DefaultDialect

    commit: Callable[..., None] = DefaultDialect.do_commit

    def do_commit(dialect: Any, connection: Any) -> None:
        watch.at("before commit")
        commit(dialect, connection)
        watch.at("after commit")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


class _WatchedConnection:
    """A DuckDB connection of the package: its commits, and the statements that commit by themselves."""

    def __init__(self, connection: Any, watch: Watch, writing: bool) -> None:
        self._connection, self._watch, self._writing = connection, watch, writing
        self._in_transaction = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> "_WatchedConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._writing:
            self._watch.at("before closing")
        self._connection.close()

    def begin(self) -> "_WatchedConnection":
        self._connection.begin()
        self._in_transaction = True
        return self

    def rollback(self) -> "_WatchedConnection":
        self._in_transaction = False
        self._connection.rollback()
        return self

    def commit(self) -> "_WatchedConnection":
        self._watch.at("before commit")
        self._connection.commit()
        self._in_transaction = False
        self._watch.at("after commit")
        return self

    def execute(self, sql: str, *arguments: Any) -> Any:
        result = self._connection.execute(sql, *arguments)
        self._written(sql)
        return result

    def executemany(self, sql: str, *arguments: Any) -> Any:
        result = self._connection.executemany(sql, *arguments)
        self._written(sql)
        return result

    def _written(self, sql: str) -> None:
        found = _WRITES.match(sql)
        if found and not self._in_transaction and not _TEMPORARY.match(sql):
            self._watch.at(f"after {found[1].lower()}")


def _wrap_duckdb(watch: Watch) -> None:
    import duckdb

    connect = duckdb.connect

    def connected(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if not caller.startswith(PACKAGE):
            return connection  # dbt's, and it looks inside
        writing = bool(arguments) and not options.get("read_only", False)
        if writing:
            watch.at("after connecting")
        return _WatchedConnection(connection, watch, writing)

    duckdb.connect = connected


def _wrap_dbt(watch: Watch) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.task.runnable import GraphRunnableTask

    call, commit = GraphRunnableTask.call_runner, DuckDBConnectionManager.commit

    def call_runner(task: Any, runner: Any) -> Any:
        watch.hit("dbt: before a node")
        result = call(task, runner)
        watch.hit("dbt: after a node")
        return result

    def committed(manager: Any) -> Any:
        watch.hit("dbt: before commit")
        result = commit(manager)
        watch.hit("dbt: after commit")
        return result

    GraphRunnableTask.call_runner = call_runner
    DuckDBConnectionManager.commit = committed


# ---------------------------------------------------------------------- the calls


@dataclass
class Trace:
    """One JSON line a call sent and a reply got, each written at once."""

    descriptor: int | None = None

    @classmethod
    def to(cls, path: str | None) -> "Trace":
        return cls(None if path is None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))

    def write(self, **line: Any) -> None:
        if self.descriptor is not None:
            os.write(self.descriptor, json.dumps(line).encode() + b"\n")

    @staticmethod
    def read(path: Path) -> list[dict[str, Any]]:
        return (
            [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
        )


def _wrap_network(watch: Watch, trace: Trace) -> None:
    from contactable.extract import call as calls
    from contactable.http import session
    from contactable.http.session import HttpClient

    HTTPAdapter: Any = session.HTTPAdapter  # type: ignore[attr-defined]  # noqa: N806  (the client's own)

    sending = threading.local()
    run, send, over_the_wire = calls._Sending.run, HttpClient.send, HTTPAdapter.send

    def run_one(one: Any) -> Any:
        sending.request_id = one.request_id
        try:
            return run(one)
        finally:
            sending.request_id = None

    def send_one(client: Any, request: Any) -> Any:
        request_id = getattr(sending, "request_id", None)
        if request_id is None:
            return send(client, request)
        trace.write(request=request_id, event="sent")
        watch.hit("http: before sending")
        # The charge book repeats what a call says of itself: so every charge is known by its request.
        answer = send(client, replace(request, headers={**request.headers, _CALLER: request_id}))
        fault = None if answer.fault is None else str(answer.fault)
        trace.write(request=request_id, event="reply", status=answer.status, fault=fault)
        watch.hit("http: reply in memory")
        return answer

    def over(adapter: Any, *arguments: Any, **options: Any) -> Any:
        response = over_the_wire(adapter, *arguments, **options)
        watch.hit("http: status known")
        return response

    setattr(calls._Sending, "run", run_one)  # noqa: B010  (mypy: a wrapped method is no method)
    setattr(HttpClient, "send", send_one)  # noqa: B010
    HTTPAdapter.send = over


def main(arguments: Sequence[str]) -> None:
    """``python -m support.kill_points PLAN contactable-arguments...``: the command line under a plan."""
    plan = Plan(**json.loads(arguments[0]))
    watch = install(plan, dbt=True)
    sys.argv = ["contactable", *arguments[1:]]
    from contactable.cli import main as command_line

    try:
        command_line()
    finally:
        watch.save()


if __name__ == "__main__":
    main(sys.argv[1:])
