"""A PostgreSQL server for tests, where one is installed: its own data, no network, gone at the end."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

_NUMBERS = count(1)


def installed() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; None where there is none. The newest version wins."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[::-1]
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server; ``database`` makes an empty one and returns its address."""

    sockets: Path
    _psql: Path

    def database(self) -> str:
        name = f"journal_{os.getpid()}_{next(_NUMBERS)}"
        command = [str(self._psql), "-h", str(self.sockets), "-U", "contactable", "-d", "postgres", "-qc"]
        subprocess.run([*command, f"create database {name}"], check=True, capture_output=True)
        return f"postgresql://contactable@/{name}?host={self.sockets}"


def _owner() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def serve_postgresql(bin_folder: Path) -> Iterator[PostgresqlServer]:
    """A server until the block ends. Its socket's path must be short, so it lies in the system's own folder."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder, owner = Path(name), _owner()
        shutil.chown(folder, owner)
        user = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if not os.geteuid() else {}
        common = {"cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **user}
        subprocess.run(
            [bin_folder / "initdb", "-D", folder / "data", "-U", "contactable", "-A", "trust", "-N", "-E", "UTF8"],
            check=True,
            **common,  # type: ignore[call-overload]
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            "fsync": "off",
            "full_page_writes": "off",
        }
        options = [part for setting in settings.items() for part in ("-c", "=".join(setting))]
        control = [bin_folder / "pg_ctl", "-D", folder / "data", "-w", "-s"]
        with (folder / "log").open("wb") as log:
            common |= {"stdout": log, "stderr": log}
            subprocess.run(
                [*control, "-o", " ".join(f"'{option}'" for option in options), "start"],
                check=True,
                **common,  # type: ignore[call-overload]
            )
            try:
                yield PostgresqlServer(folder, bin_folder / "psql")
            finally:
                subprocess.run([*control, "-m", "immediate", "stop"], check=True, **common)  # type: ignore[call-overload]
