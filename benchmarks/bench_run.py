"""Wall time and peak memory of every step of the main job, at a given number of people.

    python benchmarks/bench_run.py [--people N ...] [--seed N] [--keep DIR]

Starts the sandbox once per size, asks it for everything (OPQL is one number a call: at 100,000 people most of the
time goes there and is the sandbox's), then times load, dbt, gates and publication from the same segments in fresh
processes, so that each peak is that step's own. Nothing asserts a time.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def measured(*arguments: str | Path) -> tuple[float, float, str]:
    """(seconds, peak MB of the largest process, output) of one command."""
    started = time.monotonic()
    command = [
        sys.executable,
        "-c",
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
        "print('PEAK', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(code)",
        sys.executable,
        "-m",
        "contactable.cli",
        *map(str, arguments),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode not in (0, 4):
        print(done.stdout[-2000:], done.stderr[-2000:])
        raise SystemExit(f"{' '.join(map(str, arguments))} ended with {done.returncode}")
    peak = float(re.findall(r"PEAK (\d+)", done.stdout)[-1])
    return seconds, peak, done.stdout


def steps(output: str) -> str:
    found = re.findall(r"((?:load|worklists|extract|dbt|gates|publish|report) [\d.]+ s)", output)
    return ", ".join(found)


def bench(people: int, seed: int, home: Path) -> None:
    config = home.parent / "contactable.yml"
    text = (PROJECT / "contactable.yml").read_text(encoding="utf-8")
    # The lists grow with the world, else a large world would be asked for a small list.
    hems = min(100_000, max(1_000, people // 2))
    text = text.replace("number_of_hems: 1000 ", f"number_of_hems: {hems} ").replace(
        "max_rows: 5000 ", "max_rows: null "
    )
    text = re.sub(r"^budgets:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")
    shared = ("--home", home, "--config", config)
    print(f"\n{people:,} people, seed {seed}")
    seconds, peak, output = measured("run", *shared, "--sandbox", "--people", str(people), "--seed", str(seed))
    print(f"  run, everything     {seconds:8.1f} s  {peak:8.0f} MB   ({steps(output)})")
    seconds, peak, output = measured("run", *shared, "--sandbox", "--people", str(people), "--seed", str(seed))
    print(f"  run again           {seconds:8.1f} s  {peak:8.0f} MB   ({steps(output)})")
    size = sum(file.stat().st_size for file in (home / "segments").rglob("*.parquet")) / 1e6
    (home / "warehouse.duckdb").unlink()
    for command in (("load", "--replay"), ("build",), ("gate",), ("publish",)):
        seconds, peak, output = measured(*command, *shared)
        print(f"  {' '.join(command):<19} {seconds:8.1f} s  {peak:8.0f} MB")
    print(f"  segments            {size:8.1f} MB")
    published = home / "published" / "current" / "manifest.json"
    tables = json.loads(published.read_text(encoding="utf-8"))["tables"]
    print("  rows                " + ", ".join(f"{name} {count:,}" for name, count in tables.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[2_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the homes below this folder")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}")
    for people in arguments.people:
        folder = Path(tempfile.mkdtemp(prefix="contactable-bench-", dir=arguments.keep))
        try:
            bench(people, arguments.seed, folder / "home")
        finally:
            if arguments.keep is None:
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
