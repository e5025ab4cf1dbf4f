"""Homes that die again and again, the children that do it, and the book of what became of them."""

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text

from contactable.journal.databases import parse_url
from contactable.journal.store import Journal
from crash.books import Books, Findings, publication_problems
from crash.cycle import Asked, Order
from support.command_line import PROJECT, environment
from support.kill_points import Plan, Trace
from support.sandbox_server import SandboxServer

#: A run that still leaves work after so many tries will never end.
MOST_RUNS = 6
KILLED = -9

#: What may go wrong at the vendors' side while we die at ours; each once, at a random endpoint that can have it.
FAULTS = (
    "charged_then_500@exactbuyer", "charged_then_500@bigdbm.email_batch", "charged_then_cut@bigdbm",
    "charged_then_cut@exactbuyer", "charged_then_timeout@bigdbm", "cut_body@bigdbm", "cut_body@exactbuyer",
    "charged_then_500@contactbased.export_create", "charged_then_cut@contactbased.export_create",
    "http_500@contactbased", "http_500@leadpipe", "http_500@bigdbm", "http_429@bigdbm", "http_429@contactbased",
    "mid_paging_500@leadpipe", "charged_then_500@bigdbm.audience_create", "charged_then_cut@leadpipe",
)  # fmt: skip


@dataclass
class Forge:
    """The process that forks a child for each order (``crash.cycle``)."""

    process: "subprocess.Popen[str]"

    def run(self, order: Order) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(order.to_json() + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def forge() -> Iterator[Forge]:
    """Imports once; ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crash.cycle"],
        cwd=PROJECT,
        env=environment({"PYTHONPATH": str(PROJECT / "tests/python")}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Forge(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


@dataclass(frozen=True)
class Death:
    """Where a run was killed, and how many paid calls it left behind of which nobody knows the outcome."""

    point: str
    ambiguous: int


@dataclass
class Victim:
    """One home, the sandbox it buys from, and everything that happened to it."""

    root: Path
    sandbox: SandboxServer
    forge: Forge
    worklist: Sequence[Asked]
    settings: str = ""
    #: Where the journal lies when it is not the home's own file.
    journal_url: str | None = None
    deaths: list["Death"] = field(default_factory=list)
    runs: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.before = len(self.sandbox.charges())
        (self.root / "contactable.yml").write_text(
            f"first_party: {self.sandbox.variables['SANDBOX_FIRST_PARTY']}\n"
            "http: {retries: 2, read_timeout_seconds: 1}\npublication: {keep: 2}\n"
            "limits: {exactbuyer: {calls_per_minute: 6000}}\n" + self.settings,
            encoding="utf-8",
        )

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def journal(self) -> str:
        """The journal's address, whether it exists already or not."""
        return self.journal_url or f"sqlite:///{self.home / 'journal.db'}"

    @property
    def variables(self) -> dict[str, str]:
        """What every process of this home is told: hosts, keys, and where the journal is."""
        shared = {"CONTACTABLE_JOURNAL_URL": self.journal_url} if self.journal_url else {}
        return {**self.sandbox.variables, **shared}

    def command(self, *arguments: str, plan: Plan | None = None, home: Path | None = None) -> int:
        """Any command of contactable on this home (or another one), under a plan; the exit code, or KILLED."""
        plan = plan or Plan()
        with self._counting:
            self.runs += 1
            number = self.runs
        planned = Plan(**asdict(plan) | {"trace": str(self.root / "trace")})
        with (self.root / f"out-{number}").open("w") as out:
            code = subprocess.run(
                [
                    sys.executable, "-m", "support.kill_points", planned.to_json(), *arguments,
                    "--home", str(home or self.home), "--config", str(self.root / "contactable.yml"),
                ],
                cwd=PROJECT,
                env=environment({**self.variables, "PYTHONPATH": str(PROJECT / "tests/python")}),
                stdout=out, stderr=out, check=False,
            ).returncode  # fmt: skip
        self._note(plan, code, arguments[0])
        return code

    def run(self, plan: Plan | None = None, *, by: Forge | None = None, **changes: Any) -> int:
        """One run under a plan; the exit code, or KILLED. ``by``: another forge, to run at the same time."""
        plan = plan or Plan()
        with self._counting:
            self.runs += 1
            number = self.runs
        order = Order(
            home=str(self.home),
            config=str(self.root / "contactable.yml"),
            variables=self.variables,
            worklist=[asdict(asked) for asked in self.worklist],
            plan=asdict(plan) | {"trace": str(self.root / "trace")},
            out=str(self.root / f"out-{number}"),
            **changes,
        )
        code = (by or self.forge).run(order)
        self._note(plan, code)
        return code

    def _note(self, plan: Plan, code: int, command: str = "run") -> None:
        if code == KILLED:
            point = plan.point or f"(a random moment of {command})"
            self.deaths.append(Death(point, left_behind(self.journal)))

    def run_together(self, forges: Sequence[Forge], plans: Sequence[Plan]) -> list[int]:
        """Several extracts share the home at the same time, each under a plan of its own."""
        with ThreadPoolExecutor(len(forges)) as pool:
            jobs = [
                pool.submit(self.run, plan, by=one, parts="extract")
                for one, plan in zip(forges, plans, strict=True)
            ]
            return [job.result() for job in jobs]

    def finish(self) -> None:
        """Run until nothing is left to do but to wait for a person's decision."""
        before = None
        for _ in range(MOST_RUNS):
            code = self.run()
            assert code in (0, 4), f"exit code {code}: {self.said()}"
            after = self.states()
            if code == 0 or after == before:
                return
            before = after
        raise AssertionError(f"{MOST_RUNS} runs, and still something to do: {self.said()}")

    def states(self) -> dict[str, int]:
        """Paid calls by state: what a run may ask again, such as how many credits are left, is free."""
        return {
            state: count(self.journal, f"state = '{state}' and repeatable = 0")
            for state in ("reserved", "settled", "ambiguous")
        }

    def said(self) -> str:
        return (self.root / f"out-{self.runs}").read_text(encoding="utf-8")

    def books(self) -> Books:
        charges = self.sandbox.charges()[self.before :]
        return Books(self.home, charges, Trace.read(self.root / "trace"), self.journal)

    def judge(self) -> Findings:
        """The invariants after the last run, and again after the charge book decided everything ambiguous."""
        books = self.books()
        found = books.check()
        found.other += publication_problems(self.home / "published")
        decide(books)
        found.other += self.books().reconciled()
        return found


def count(journal: str, condition: str) -> int:
    """Calls of the journal at this address, as it lies there: also right after a kill."""
    if journal.startswith("sqlite") and not Path(journal.removeprefix("sqlite:///")).exists():
        return 0
    engine = create_engine(parse_url(journal))
    try:
        if not inspect(engine).has_table("requests"):
            return 0
        with engine.connect() as con:
            return int(con.execute(text(f"select count(*) from requests where {condition}")).scalar_one())
    finally:
        engine.dispose()


def left_behind(journal: str) -> int:
    """Paid calls that a dead run had reserved: the next run calls them ambiguous."""
    return count(journal, "state = 'reserved' and repeatable = 0")


def decide(books: Books) -> None:
    """What a person does who can look into the vendor's book."""
    journal = Journal.open(books.journal)
    try:
        for row in journal.ambiguous():
            charged = books.charged(row["request_id"])
            credits = books.by_caller[row["request_id"]] if charged else None
            journal.reconcile(row["request_id"], charged=charged, credits=credits)
    finally:
        journal.close()


@contextmanager
def watched(published: Path) -> Iterator[list[str]]:
    """A reader that never stops looking while the block works; what it saw that it should not have seen."""
    seen: list[str] = []
    over = threading.Event()

    def look() -> None:
        known, current = None, published / "current"
        while not over.is_set():
            shown = current.readlink() if current.is_symlink() else None
            if shown != known:  # the same again would only cost time: what is published does not change
                seen.extend(publication_problems(published))
                known = shown
            over.wait(0.01)

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def recorded(victim: Victim, file: Path, **changes: Any) -> Counter[str]:
    """Run to the end and count the points that were reached."""
    code = victim.run(Plan(record=str(file)), **changes)
    assert code in (0, 4), victim.said()
    return Counter(json.loads(file.read_text(encoding="utf-8")))


def random_faults(rng: random.Random) -> list[str]:
    """Up to four faults, each for the next one or two calls that match."""
    return [f"{name}*{rng.randint(1, 2)}" for name in rng.sample(FAULTS, rng.randint(0, 4))]
