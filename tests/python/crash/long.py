"""The long campaign (`make crash`): random points, random moments, random faults, until the time is over.

Each seed is one sandbox, whose open questions (``crash.switches``) are drawn anew, and a few homes. A home dies
several times, is run until it is done, is compared with the charge book, has its ambiguous calls decided as the
book says, and is run and compared once more. Most homes run the short cycle (``crash.cycle``), the last of each
seed with its journal on PostgreSQL. Every so many seeds, homes run the whole ``contactable run`` with dbt, and
then ``publish``, ``rollback`` and ``erase``, which die as well (``crash.commands``).
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crash.books import Findings
from crash.campaign import Forge, Victim, forge, random_faults, recorded, watched
from crash.commands import after_the_run
from crash.points import unnamed
from crash.switches import draw_switches, settings_for
from crash.world import worklist
from support.kill_points import Plan
from support.postgresql import PostgresqlServer, installed, serve_postgresql
from support.sandbox_server import SandboxServer, serve_sandbox

_HOMES_A_SEED = 5
_WHOLE_EVERY = 4
#: One with the journal in the home, one with it on PostgreSQL.
_WHOLE_HOMES = 2
_MONEY = (
    "http:", "journal.sealing._", "journal.reservations.Reservations.reserve",
    "journal.reservations.Reservations.count_attempt", "journal.settlements.Settlements.settle",
    "journal.settlements.Settlements.correct_charge", "journal.extractions.Extractions.update_extraction",
)  # fmt: skip


@dataclass
class Line:
    """What is said of one write point."""

    kills: int = 0
    survived: int = 0
    ambiguous: int = 0
    double_charges: int = 0
    lost: int = 0
    leaked: int = 0


@dataclass
class Report:
    """All homes of the campaign."""

    lines: dict[str, Line] = field(default_factory=lambda: defaultdict(Line))
    violations: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    homes: int = 0
    runs: int = 0
    calls: int = 0
    charges: int = 0
    ambiguous: int = 0
    whole_homes: int = 0
    postgresql_homes: int = 0
    #: How often the first whole run of the campaign reached each write point.
    whole_times: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    by_switch: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, name: str, victim: Victim, found: Findings, switches: Sequence[str]) -> None:
        self.homes, self.runs = self.homes + 1, self.runs + victim.runs
        self.whole_homes += isinstance(victim, WholeRun)
        self.postgresql_homes += victim.journal_url is not None
        kinds = {
            "double charges": len(found.double_charges), "lost answers": len(found.lost_answers),
            "leaked reservations": len(found.leaked), "other": len(found.other),
        }  # fmt: skip
        self.kinds.update(kinds)
        for switch in switches:
            self.by_switch[switch].update(
                {"homes": 1, "kills": len(victim.deaths), "ambiguous": found.ambiguous, **kinds}
            )
        self.calls, self.charges = self.calls + found.calls, self.charges + found.charges
        self.ambiguous += found.ambiguous
        for death in victim.deaths:
            line = self.lines[death.point]
            line.kills += 1
            line.survived += not found.all
            line.ambiguous += death.ambiguous
            line.double_charges += bool(found.double_charges)
            line.lost += bool(found.lost_answers)
            line.leaked += bool(found.leaked)
        points = ", ".join(death.point for death in victim.deaths)
        violations = [f"{name}, killed at {points}: {finding}" for finding in found.all]
        self.violations += violations
        for text in violations:
            say(f"VIOLATION {text}")

    def text(self) -> str:
        names = ("write point", "kills", "survived", "ambiguous", "double charges", "lost answers", "leaked")
        rows = [
            (point, *asdict(line).values()) for point, line in sorted(self.lines.items(), key=lambda item: item[0])
        ]
        total = [sum(int(row[place]) for row in rows) for place in range(1, len(names))]
        table = [names, *rows, ("all", *total)]
        width = max(len(str(row[0])) for row in table)
        lines = [
            "  ".join([f"{row[0]!s:<{width}}", *(f"{row[place]!s:>{len(names[place])}}" for place in range(1, 7))])
            for row in table
        ]
        return "\n".join(
            [
                *lines,
                "",
                f"seeds {self.seeds[0]} to {self.seeds[-1]}: {self.homes} homes, {self.runs} runs, {self.calls:,} "
                f"calls, {self.charges:,} charges, {self.ambiguous:,} ambiguous before they were decided; "
                f"{self.whole_homes} homes of whole runs, {self.postgresql_homes} with the journal on PostgreSQL",
                ", ".join(f"{kind} {count}" for kind, count in self.kinds.items()),
                *(
                    f"{switch}: " + ", ".join(f"{what} {count}" for what, count in counts.items())
                    for switch, counts in sorted(self.by_switch.items())
                ),
            ]
        )


class WholeRun(Victim):
    """A home of ``contactable run`` itself: worklists, dbt, gates, report and all."""

    def run(self, plan: Plan | None = None, **_: Any) -> int:
        return self.command("run", plan=plan)


@dataclass(frozen=True)
class Seed:
    """What the homes of one seed share."""

    number: int
    sandbox: SandboxServer
    switches: tuple[str, ...]
    forks: Forge
    postgresql: PostgresqlServer | None
    root: Path
    over: float  # when no further home is begun, by time.monotonic

    def database(self, wanted: bool) -> str | None:
        return self.postgresql.database() if wanted and self.postgresql is not None else None


def say(text: str) -> None:
    """One or more lines, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 on any violation."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seeds", default="1-", help="first-last, or first- for as many as the time allows")
    parser.add_argument(
        "--whole-every", type=int, default=_WHOLE_EVERY, help="every so many seeds: with dbt; 0: never"
    )
    chosen = parser.parse_args(arguments)
    first, _, last = chosen.seeds.partition("-")
    report, over = Report(), time.monotonic() + 60 * chosen.minutes
    number = int(first)
    with forge() as forks, _postgresql() as server, tempfile.TemporaryDirectory(prefix="crash-") as folder:
        while time.monotonic() < over and number <= int(last or sys.maxsize):
            root = Path(folder) / str(number)
            whole = chosen.whole_every and number % chosen.whole_every == 0
            with serve_sandbox(root / "sandbox", people=60, seed=number) as sandbox:
                switches = draw_switches(sandbox, random.Random(number))
                seed = Seed(number, sandbox, switches, forks, server, root, over)
                (_whole_runs if whole else _short_runs)(report, seed)
            report.seeds.append(number)
            say(f"seed {number}: {report.homes} homes, {len(report.violations)} violations")
            number += 1
    say(report.text())
    return 1 if report.violations else 0


@contextmanager
def _postgresql() -> Iterator[PostgresqlServer | None]:
    place = installed()
    if place is None:
        say("No PostgreSQL is installed here: every journal is a file of its home.")
        yield None
        return
    with serve_postgresql(place) as server:
        yield server


def _short_runs(report: Report, seed: Seed) -> None:
    rng = random.Random(seed.number)
    settings = settings_for(seed.switches)
    first = Victim(
        seed.root / "record", seed.sandbox, seed.forks, worklist(seed.sandbox, name="recorded"), settings
    )
    times = recorded(first, seed.root / "record.json")
    with forge() as second:
        victim = Victim(
            seed.root / "shared", seed.sandbox, seed.forks, worklist(seed.sandbox, name="Shared"), settings
        )
        _shared_home(report, seed, victim, rng, times, [seed.forks, second])
    for number in range(_HOMES_A_SEED):
        if time.monotonic() < seed.over:
            victim = Victim(
                seed.root / str(number),
                seed.sandbox,
                seed.forks,
                worklist(seed.sandbox, name=f"Campaign {number}"),
                settings,
                journal_url=seed.database(number == _HOMES_A_SEED - 1),
            )
            _one_home(report, seed, f"home {number}", victim, rng, times, 1.5)


def _whole_runs(report: Report, seed: Seed) -> None:
    rng = random.Random(seed.number)
    settings = settings_for(seed.switches) + "bigdbm: {keywords: [audi]}\n"
    # The homes of a seed share an account: what one of them bought must not be free for the next.
    seed.sandbox.switch("contactbased", "repeated_enrichment", "charged")
    if not report.whole_times:
        record = WholeRun(seed.root / "record", seed.sandbox, seed.forks, (), settings)
        report.whole_times = recorded(record, seed.root / "record.json")
        assert not unnamed(report.whole_times), f"add to crash/points.py: {unnamed(report.whole_times)}"
    for number in range(_WHOLE_HOMES):
        if time.monotonic() < seed.over:
            victim = WholeRun(
                seed.root / f"whole-{number}",
                seed.sandbox,
                seed.forks,
                (),
                settings,
                journal_url=seed.database(number == 1),
            )
            _one_home(report, seed, f"whole run {number}", victim, rng, report.whole_times, 40.0)


def _shared_home(
    report: Report, seed: Seed, victim: Victim, rng: random.Random, times: Counter[str], forges: list[Forge]
) -> None:
    """Extracts side by side on one home, of which some die; then as any home."""
    reached = [point for point in sorted(times) if not point.startswith("publish.")]
    for _ in range(rng.randint(1, 3)):
        plans = [Plan(rng.choice(reached), nth=rng.randint(1, 3)) for _ in forges]
        victim.run_together(forges, plans)
    try:
        victim.finish()
        found = victim.judge()
    except AssertionError as error:
        found = Findings(other=[str(error)])
    report.add(f"seed {seed.number}, shared home", victim, found, seed.switches)


def _one_home(
    report: Report, seed: Seed, name: str, victim: Victim, rng: random.Random, times: Counter[str], seconds: float
) -> None:
    """Die a few times, with faults on; be run until done; be judged, decided, run and judged again."""
    faults = random_faults(rng)
    for fault in faults:
        victim.sandbox.admin("POST", "/faults", {"faults": fault})
    with watched(victim.home / "published") as seen:
        for death in range(rng.randint(2, 6)):
            if rng.random() < 0.3:
                plan = Plan(seconds=rng.uniform(0.0, seconds))
            else:
                points = sorted(times)
                if rng.random() < 0.5:  # where money and answers change hands
                    points = [point for point in points if point.startswith(_MONEY)]
                point = rng.choice(points)
                # Later runs have less to do: a point is reached less often than in the run that was recorded.
                plan = Plan(point, nth=1 + int(rng.random() ** 3 * times[point] / (1 + death)))
            victim.run(plan)
        victim.sandbox.admin("DELETE", "/faults")
        try:
            victim.finish()
            found = victim.judge()
            victim.finish()
            again = victim.books()
            found.other += [f"after deciding: {text}" for text in (*again.check().all, *again.reconciled())]
            if isinstance(victim, WholeRun):
                found.other += after_the_run(victim, rng)
        except AssertionError as error:
            found = Findings(other=[f"{error} (faults {faults})"])
    found.other += [f"a reader saw: {text}" for text in set(seen)]
    report.add(f"seed {seed.number}, {name}", victim, found, seed.switches)


if __name__ == "__main__":
    sys.exit(main())
