"""Killed once at every write point, with vendors' faults on: nothing bought twice, lost, or half-written."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash.campaign import KILLED, Forge, Victim, forge, recorded, watched
from crash.points import CYCLE, WHOLE_RUN
from crash.world import worklist
from support.kill_points import Plan
from support.sandbox_server import SandboxServer, serve_sandbox

SEED = 20261121
CHAINS = 6
#: A fault a chain, so that deaths meet vendors that charge and say nothing.
FAULTS = (
    "charged_then_500@exactbuyer*1", "charged_then_cut@bigdbm.email_batch*1", "http_500@contactbased*1",
    "charged_then_500@contactbased.export_create*1", "mid_paging_500@leadpipe*1", "cut_body@bigdbm.opql*1",
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with serve_sandbox(tmp_path_factory.mktemp("sandbox"), people=60, seed=3) as server:
        yield server


@pytest.fixture(scope="module")
def forks() -> Iterator[Forge]:
    with forge() as process:
        yield process


@pytest.fixture(scope="module")
def reached(sandbox: SandboxServer, forks: Forge, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often three runs of one home reach each point, in the order of the first: the third one retires a
    publication."""
    root = tmp_path_factory.mktemp("recorded")
    victim = Victim(root, sandbox, forks, worklist(sandbox, name="recorded"))
    with sandbox.fault("http_429", vendor="bigdbm", count=1):
        found = recorded(victim, root / "0.json")
    for number, parts in enumerate(("all", "publish"), start=1):
        for name, times in recorded(victim, root / f"{number}.json", parts=parts).items():
            found.setdefault(name, times)
    return found


def test_the_list_of_write_points_is_what_runs_reach(reached: Counter[str]) -> None:
    assert set(reached) - set(CYCLE) == set(), "write points that nobody named: add them to crash/points.py"
    assert set(CYCLE) - set(reached) == set(), "names in crash/points.py that no run reaches"
    assert not set(CYCLE) & set(WHOLE_RUN)


@pytest.mark.parametrize("chain", range(CHAINS))
def test_killed_at_every_write_point(
    chain: int, sandbox: SandboxServer, forks: Forge, reached: Counter[str], tmp_path: Path
) -> None:
    rng = random.Random(SEED + chain)
    points = list(reached)[chain::CHAINS]
    victim = _victim(tmp_path / "chain", sandbox, forks, f"Chain {chain}")
    sandbox.admin("POST", "/faults", {"faults": f"{FAULTS[chain]},http_429@bigdbm*4"})
    with watched(victim.home / "published") as seen:
        missed = [point for point in points if not _killed(victim, point, _nth(rng, reached[point]))]
        victim.run(Plan(seconds=rng.uniform(0.05, 0.6)))  # and one moment that nobody chose
        sandbox.admin("DELETE", "/faults")
        victim.finish()
        # Retirement needs publications to retire, which are there now.
        missed = [point for point in missed if not _killed(victim, point, 1)]
        victim.finish()
        found = victim.judge()
    assert found.all == []
    assert seen == [], "a reader saw half a publication"
    for number, point in enumerate(missed):  # what only a first run does, or a vendor's fault brings about
        other = _victim(tmp_path / f"other-{number}", sandbox, forks, f"Other {chain} {number}")
        sandbox.admin("POST", "/faults", {"faults": "http_429@bigdbm*1"})
        killed = _killed(other, point, 1)
        sandbox.admin("DELETE", "/faults")
        assert killed, f"{point} was not reached"
        other.finish()
        assert other.judge().all == []


def test_extracts_that_share_a_home_are_killed_one_after_the_other(
    sandbox: SandboxServer, forks: Forge, tmp_path: Path
) -> None:
    """One dies while it pays, one while it loads, one goes on: nobody buys what another one has."""
    victim = _victim(tmp_path, sandbox, forks, "Shared")
    plans = [
        Plan("http: reply in memory", 3),
        Plan("warehouse.load.load: after connecting", 2),
        Plan(),
    ]
    with forge() as second, forge() as third:
        codes = victim.run_together([forks, second, third], plans)
        assert codes[1] == KILLED
        assert codes[2] in (0, 4), victim.said()
    victim.finish()
    assert victim.judge().all == []


def _victim(root: Path, sandbox: SandboxServer, forks: Forge, name: str) -> Victim:
    return Victim(root, sandbox, forks, worklist(sandbox, name=name))


def _nth(rng: random.Random, times: int) -> int:
    """Not always the first time; but a run that goes on after a death has less to do than the recorded one."""
    return rng.randint(1, 3) if times > 20 else 1


def _killed(victim: Victim, point: str, nth: int) -> bool:
    """Whether a run died there. Publishing does not need the rest of the run."""
    parts = "publish" if point.startswith("publish.") else "all"
    return victim.run(Plan(point, nth), parts=parts) == KILLED
