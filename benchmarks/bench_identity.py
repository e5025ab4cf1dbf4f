"""Identity resolution against a known truth: pairs right, wrong and lost, by kind of noise and by rule; time
and memory.

    python benchmarks/bench_identity.py [--people N ...] [--level low medium high] [--seed N] [--out DIR]
        [--increment] [--rules] [--scoring] [--splink] [--data FILE] [--keep DIR]

Makes a noisy population (benchmarks/identity), writes it into the real input tables of a scratch warehouse,
runs the real dbt models and counts. --data takes a CSV or Parquet file of your own instead (columns:
benchmarks/identity/outside.py). --increment holds one record in a hundred back, resolves, adds them, resolves
again. --rules takes each rule away in turn. --splink puts the same records through Splink's documented default.
Nothing asserts a number.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "python_models")]

from identity import report  # noqa: E402
from identity.kinds import KINDS, LEVELS  # noqa: E402

#: Moment before which everything is observed but what --increment holds back.
HELD_BACK = "2026-11-21"


def step(name: str, given: dict[str, Any]) -> tuple[float, float]:
    """One step in a process of its own: (seconds, peak MB).

    Raises:
        SystemExit: the step failed; it has said why.
    """
    began = time.monotonic()
    pid = os.posix_spawn(sys.executable, [sys.executable, __file__, "--step", name, json.dumps(given)], os.environ)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
    seconds = time.monotonic() - began
    print(f"  {name}: {seconds:.1f} s, peak {used.ru_maxrss // 1024:,} MB", flush=True)
    return seconds, used.ru_maxrss / 1024


def run_step(name: str, given: dict[str, Any]) -> None:
    from identity import steps

    getattr(steps, name)(**given)


def bench(label: str, source: dict[str, Any], given: argparse.Namespace, home: Path) -> dict[str, Any]:
    """One population or file through all steps."""
    print(label, flush=True)
    place = {"home": str(home)}
    costs: list[list[Any]] = []

    def timed(name: str, shown: str = "", **more: Any) -> float:
        seconds, peak = step(name, place | more)
        costs.append([label, shown or name, seconds, peak])
        return seconds

    def models(shown: str) -> float:
        seconds: float = json.loads((home / "resolve.json").read_text(encoding="utf-8"))
        costs.append([label, f"models alone {shown}", seconds, 0])
        return seconds

    timed("prepare", scoring=given.scoring)
    timed("read" if "file" in source else "generate", **source)
    timed("load", until=HELD_BACK if given.increment else "2999-01-01")
    timed("resolve")
    first = models("of the resolution")
    result: dict[str, Any] = {}
    if given.increment:
        timed("load", "load 1 % more", since=HELD_BACK)
        timed("resolve", "resolve 1 % more")
        again = models("of the second resolution")
        result["increment"] = {"first": first, "again": again, "share": again / first}
        print(f"  1 % more cost {again / first:.1%} of the first resolution")
    timed("count", into=str(home / "measured.json"))
    result |= json.loads((home / "measured.json").read_text(encoding="utf-8"))
    if given.rules:
        timed("rules", into=str(home / "rules.json"))
        result["rules"] = json.loads((home / "rules.json").read_text(encoding="utf-8"))
    if given.splink:
        timed("splink", into=str(home / "splink.json"))
        result["splink"] = json.loads((home / "splink.json").read_text(encoding="utf-8"))
    result["costs"] = costs
    return result


def shown(results: dict[str, dict[str, Any]]) -> str:
    answers = dict(results)
    for label, result in results.items():
        if "splink" in result:
            answers[f"{label}, Splink"] = result["splink"]
    parts = [report.quality("pairwise quality", answers)]
    parts += [report.details(label, result) for label, result in results.items()]
    for label, result in results.items():
        if "rules" in result:
            parts.append(report.rules(label, result, result["rules"]))
    parts.append(report.costs([row for result in results.values() for row in result["costs"]]))
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[20_000])
    parser.add_argument("--level", nargs="+", default=["medium"], choices=LEVELS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="a CSV or Parquet file with a known truth instead")
    parser.add_argument("--columns", default="", help="for --data: ours=theirs+theirs,... (identity/outside.py)")
    parser.add_argument("--increment", action="store_true", help="hold 1 %% back, resolve, add, resolve again")
    parser.add_argument("--rules", action="store_true", help="take each rule away in turn")
    parser.add_argument("--splink", action="store_true", help="the same records through Splink's default")
    parser.add_argument("--scoring", action="store_true", help="with scored matching (identity: {scoring: on})")
    parser.add_argument(
        "--kinds", action="store_true", help="list the kinds of noise, their shares and reasons; no run"
    )
    parser.add_argument("--out", type=Path, help="a folder for identity.json and identity.md")
    parser.add_argument("--keep", type=Path, help="a folder for the scratch warehouses, kept afterwards")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        run_step(given.step[0], json.loads(given.step[1]))
        return
    if given.kinds:
        rows = [[kind.name, kind.unit, kind.low, kind.medium, kind.high, kind.why] for kind in KINDS]
        print(report.table("kinds of noise", ("kind", "share of", *LEVELS, "why"), rows))
        return
    sources = (
        {given.data.name: {"file": str(given.data.resolve()), "columns": given.columns}}
        if given.data
        else {
            f"{people:,} {level}": {
                "people": people,
                "level": level,
                "seed": given.seed,
                "increment": given.increment,
            }
            for people in given.people
            for level in given.level
        }
    )
    homes = given.keep or Path(tempfile.mkdtemp(prefix="bench-identity-"))
    results = {}
    try:
        for label, source in sources.items():
            home = homes / label.replace(" ", "-").replace(",", "")
            shutil.rmtree(home, ignore_errors=True)
            results[label] = bench(label, source, given, home)
            if given.keep is None:
                shutil.rmtree(home, ignore_errors=True)
    finally:
        if given.keep is None:
            shutil.rmtree(homes, ignore_errors=True)
    text = shown(results)
    print(text)
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "identity.md").write_text(text, encoding="utf-8")
        (given.out / "identity.json").write_text(json.dumps(results, indent=1, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
