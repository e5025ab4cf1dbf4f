"""Days on which programs have gone wrong, and the date-bound tests on each of them: ``make test-dates``.

``make test`` tries the cheap part: what is asked of the sandbox has an answer on every one of these days.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from support.command_line import PROJECT


@dataclass(frozen=True)
class Day:
    """A moment to be at, and the zone to be in. ``why``: what is odd about it."""

    why: str
    moment: str
    zone: str


#: Los Angeles lies behind UTC and Auckland ahead of it, so that one of the two is on another date at most hours.
DAYS = (
    Day("the month ends", "2026-11-30T23:10:00Z", "America/Los_Angeles"),
    Day("the year ends", "2026-12-31T23:10:00Z", "Pacific/Auckland"),
    Day("the year begins", "2027-01-01T00:10:00Z", "America/Los_Angeles"),
    Day("clocks go forward", "2027-03-14T09:50:00Z", "America/Los_Angeles"),
    Day("a short month ends", "2027-02-28T20:00:00Z", "Pacific/Auckland"),
    Day("clocks go back", "2027-11-07T08:50:00Z", "America/Los_Angeles"),
    Day("clocks go back in the south", "2027-04-03T13:50:00Z", "Pacific/Auckland"),
    Day("clocks go forward in the south", "2027-09-25T13:50:00Z", "Pacific/Auckland"),
    Day("a leap day", "2028-02-29T12:00:00Z", "America/Los_Angeles"),
    Day("five years ahead", "2031-11-30T04:00:00Z", "Pacific/Auckland"),
)

#: What a day can change: worlds and windows, what a run writes, budgets and deadlines, files and pages with dates.
DATE_BOUND = (
    "tests/python/e2e/test_run.py::test_the_first_run_ends_well_and_says_where_to_look",
    "tests/python/e2e/test_run.py::test_a_second_run_buys_nothing_that_is_fresh_and_builds_what_changed",
    "tests/python/crash/test_bad_homes.py",
    "tests/python/contract/test_books.py",
    "tests/python/contract/test_reconcile.py",
    "tests/python/contract/test_client_against_sandbox.py",
    "tests/python/unit/settings",
    "tests/python/unit/stopping",
    "tests/python/unit/terminal",
    "tests/python/unit/commands/test_status.py",
    "tests/python/unit/journal",
    "tests/python/unit/publish",
    "tests/python/unit/sandbox",
    "tests/python/unit/warehouse",
)


def locales() -> tuple[str, str]:
    """An installed locale of another language, if there is one, and the one without any: its text is ASCII."""
    installed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    plain = ("C", "POSIX", "en_")
    foreign = [name for name in installed if not name.startswith(plain) and "utf" in name.lower()]
    return (foreign[0] if foreign else "C.UTF-8"), "POSIX"


def main(arguments: list[str]) -> int:
    """Run pytest on every day, or on those numbered on the command line; 1 when a test failed on one of them."""
    chosen = [DAYS[int(number) - 1] for number in arguments] or list(DAYS)
    failed = []
    for number, day in enumerate(chosen):
        locale, began = locales()[number % 2], time.monotonic()
        environment = {
            **os.environ, "CONTACTABLE_NOW": day.moment, "TZ": day.zone,
            "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0",
        }  # fmt: skip
        print(f"{day.why}: {day.moment}, {day.zone}, {locale}", flush=True)  # noqa: T201
        # On a day of its own a test need not move a sandbox to other days, some of which lie before its world's.
        command = [
            sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-k", "not on_any_day", *DATE_BOUND,
        ]  # fmt: skip
        if subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode:
            failed.append(day.why)
        print(f"{day.why}: {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
    print("failed: " + ", ".join(failed) if failed else f"{len(chosen)} days passed")  # noqa: T201
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
