"""The command as a user runs it: a process, its output, its exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Finished:
    code: int
    out: str


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that configures contactable, plus ``variables``."""
    prefixes = ("CONTACTABLE_", "BIGDBM_", "CONTACTBASED_", "EXACTBUYER_", "LEADPIPE_", "SANDBOX_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return clean | dict(variables or {})


def start(*arguments: str | Path, variables: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """Begin a command; its output is one stream."""
    return subprocess.Popen(
        [sys.executable, "-m", "contactable.cli", *map(str, arguments)],
        cwd=PROJECT,
        env=environment(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def contactable(*arguments: str | Path, variables: Mapping[str, str] | None = None) -> Finished:
    """Run a command to its end."""
    process = start(*arguments, variables=variables)
    out, _ = process.communicate(timeout=300)
    assert "Traceback" not in out, out
    return Finished(process.returncode, out)
