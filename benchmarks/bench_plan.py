"""Wall time and peak memory of planning: who is due, why, in which order, for many first-party people.

    python benchmarks/bench_plan.py [--people N] [--keep DIR]

The list is made in SQL (invented names at reserved domains; the few reserved numbers go to the first people), so
that only the plan is measured: `contactable plan` over a warehouse that has been asked nothing yet. Nothing
asserts a time.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[1]

PEOPLE = """
    copy (
        select
            'row-' || n as external_id,
            case when n % 10 < 8 then 'person' || n || '@company' || (n % 50000) || '.example' end as email,
            case
                when n < 60000
                    then '+1' || (200 + n // 100)::varchar || '55501' || lpad((n % 100)::varchar, 2, '0')
            end as phone,
            case when n % 5 = 4 then 'linkedin.com/in/person-' || n end as linkedin_url,
            'First' || (n % 5000) as first_name,
            'Last' || (n % 20000) as last_name,
            (n % 9999) || ' Main Street' as address,
            'Springfield' as city,
            'IL' as state,
            lpad((10000 + n % 80000)::varchar, 5, '0') as zip
        from range({people}) as numbers (n)
    ) to '{file}' (format parquet)
"""

#: Keys that open nothing: without any, nothing would be due.
KEYS = dict.fromkeys(
    ("BIGDBM_TOKEN", "CONTACTBASED_API_KEY", "EXACTBUYER_API_KEY", "LEADPIPE_API_KEY"), "benchmark"
)

MEASURED = (
    "import resource, subprocess, sys, time; began = time.monotonic(); code = subprocess.call(sys.argv[1:]);"
    "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024;"
    "print(f'{time.monotonic() - began:.1f} s, peak {peak:,} MB'); sys.exit(code)"
)


def plan(home: Path, config: Path, what: str) -> None:
    print(what, flush=True)
    command = [sys.executable, "-m", "contactable.cli", "plan", "--home", str(home), "--config", str(config)]
    subprocess.run([sys.executable, "-c", MEASURED, *command], cwd=PROJECT, env={**os.environ, **KEYS}, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder for the home, kept afterwards")
    given = parser.parse_args()
    home = given.keep or Path(tempfile.mkdtemp(prefix="bench-plan-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        file, config = home / "people.parquet", home / "contactable.yml"
        duckdb.execute(PEOPLE.format(people=given.people, file=file))
        config.write_text(f"first_party: {file}\nbigdbm: {{keywords: [audi]}}\n", encoding="utf-8")
        plan(home, config, f"{given.people:,} people: the list is loaded and planned")
        config.write_text("bigdbm: {keywords: [audi]}\n", encoding="utf-8")
        plan(home, config, "planned again: the list is there")
    finally:
        if given.keep is None:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
