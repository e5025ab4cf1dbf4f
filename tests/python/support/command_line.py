"""The command as a user runs it: a process, its output, its exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contactable.clock import utc_now
from contactable.journal.clock import iso
from contactable.vendors import ENDPOINTS, VENDORS

PROJECT = Path(__file__).parents[3]


#: The sandbox has no plan to respect: with the vendors' limits most of a test would be waiting.
UNHURRIED = {"calls_per_minute": 60_000}


def quick_settings(**changes: Any) -> dict[str, Any]:
    """contactable.yml as it is shipped, without waiting for limits or between polls; ``changes`` win."""
    settings: dict[str, Any] = yaml.safe_load((PROJECT / "contactable.yml").read_text(encoding="utf-8"))
    return {**settings, "limits": dict.fromkeys(VENDORS, UNHURRIED), "http": {"poll_seconds": 0.05}, **changes}


def asking_only(*keys: str) -> dict[str, Any]:
    """The section ``endpoints`` that switches everything else off: every wave less is a build of models less."""
    return {key: {"enabled": key in keys} for key in ENDPOINTS}


def write_settings(file: Path, settings: Mapping[str, Any]) -> Path:
    file.write_text(yaml.safe_dump(dict(settings)), encoding="utf-8")
    return file


@dataclass(frozen=True)
class Finished:
    code: int
    out: str


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that configures contactable, plus ``variables``. It is as late
    there as it is here, unless they say otherwise.
    """
    prefixes = ("CONTACTABLE_", "BIGDBM_", "CONTACTBASED_", "EXACTBUYER_", "LEADPIPE_", "SANDBOX_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return {**clean, "CONTACTABLE_NOW": iso(utc_now()), **(variables or {})}


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
    out, _ = process.communicate(timeout=1800)  # against a hang; no machine is that slow
    assert "Traceback" not in out, out
    return Finished(process.returncode, out)
