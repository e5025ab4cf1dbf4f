"""Starting and stopping the sandbox for `contactable run --sandbox`: a process of its own, met over HTTPS only."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from contactable.clock import utc_now
from contactable.settings.config import SandboxSettings

#: A million people take under a minute to invent (measured 2026-11-21); slower machines get some room.
_READY_WITHIN_SECONDS = 300.0


class SandboxError(RuntimeError):
    """The sandbox did not come up; the message says where its log is."""


@contextmanager
def running(
    directory: Path,
    settings: SandboxSettings,
    on_start: Callable[["subprocess.Popen[bytes]"], None] = lambda process: None,
) -> Iterator[Mapping[str, str]]:
    """The sandbox's variables (hosts, keys, certificate), set in this process's environment while it runs.

    ``on_start`` is told the process, for whoever must end it without coming back here.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = directory / "sandbox.env"
    ready.unlink(missing_ok=True)
    log = directory / "sandbox.log"
    command = [
        sys.executable, "-m", "contactable.sandbox", "serve", "--port", "0", "--dir", str(directory),
        "--people", str(settings.people), "--seed", str(settings.seed), "--today", f"{utc_now():%Y-%m-%d}",
    ]  # fmt: skip
    if settings.faults:
        command += ["--faults", ",".join(settings.faults)]
    with log.open("wb") as output:
        # Its own session: a Ctrl-C at the terminal ends the run in order, and the run then ends the sandbox.
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        before = dict(os.environ)
        on_start(process)
        try:
            variables = _wait(process, ready, log)
            os.environ.update(variables)
            yield variables
        finally:
            os.environ.clear()
            os.environ.update(before)
            _end(process)


def _wait(process: subprocess.Popen[bytes], ready: Path, log: Path) -> dict[str, str]:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SandboxError(f"the sandbox did not start; its log: {log}")
        time.sleep(0.05)
    return dict(line.split("=", 1) for line in ready.read_text(encoding="utf-8").splitlines() if "=" in line)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
