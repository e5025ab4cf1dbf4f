"""Opening the warehouse file, and errors of DuckDB in words that say who must do what.

DuckDB lets one process write a file, and nobody read it meanwhile. Everything here therefore opens the file late
and closes it early. The file and what DuckDB spills beside it are readable by their owner only.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from contactable.warehouse.errors import (
    DiskFullError,
    HomeNotWritableError,
    NotEnoughMemoryError,
    WarehouseBusyError,
    WarehouseDamagedError,
    WarehouseError,
    WarehouseMissingError,
    WarehouseVersionError,
)

FILE_NAME = "warehouse.duckdb"

#: Where DuckDB spills what does not fit in memory: its own default name, so that dbt spills there too.
SPILL_NAME = f"{FILE_NAME}.tmp"

_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_OPERATOR = "whoever runs contactable"

_Config = dict[str, str | bool | int | float | list[str]]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What DuckDB may use. ``memory_limit`` as DuckDB writes it (``"4GB"``); None: 80 % of the memory there is."""

    memory_limit: str | None = None
    threads: int | None = None


def warehouse_path(home: Path) -> Path:
    """The warehouse file of a home."""
    return home / FILE_NAME


@contextmanager
def open_warehouse(
    home: Path, *, read_only: bool = False, settings: EngineSettings | None = None
) -> Iterator[DuckDBPyConnection]:
    """Hold the warehouse for the length of a ``with`` block; errors inside the block are explained too.

    Raises:
        WarehouseBusyError: another process has the file, or this one has it open in another way.
        WarehouseVersionError: the file is from a newer DuckDB.
        WarehouseDamagedError: the file is no DuckDB database.
        HomeNotWritableError: the home cannot be created or written.
        DiskFullError: no space is left, now or while working.
    """
    con = connect(home, read_only=read_only, settings=settings)
    with explained(warehouse_path(home)):
        try:
            yield con
        finally:
            con.close()


def connect(home: Path, *, read_only: bool = False, settings: EngineSettings | None = None) -> DuckDBPyConnection:
    """Open the warehouse; the caller closes it. Raises what ``open_warehouse`` raises on opening."""
    path = warehouse_path(home)
    spill = home / SPILL_NAME
    chosen = settings or EngineSettings()
    # Whatever the file asks for: nothing is fetched from the internet to read it.
    config: _Config = {"temp_directory": str(spill), "autoinstall_known_extensions": False}
    if chosen.memory_limit is not None:
        config["memory_limit"] = chosen.memory_limit
    if chosen.threads is not None:
        config["threads"] = chosen.threads
    if not read_only:
        _prepare(path, spill)
    elif not path.exists():
        raise WarehouseMissingError(
            f"There is no warehouse at {path}.",
            who=_OPERATOR,
            remedy="run `contactable run` or `contactable load`, which make it.",
        )
    with explained(path):
        if read_only:
            con = duckdb.connect(str(path), read_only=True, config=config)
        else:
            con = _connect_for_writing(path, config)
        con.execute("set timezone = 'UTC'")
        return con


def _prepare(path: Path, spill: Path) -> None:
    try:
        spill.parent.mkdir(parents=True, exist_ok=True)
        spill.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and path.stat().st_size == 0:
            path.unlink()  # a process killed while creating it; DuckDB refuses an empty file
    except OSError as error:
        explanation = _explain_os_error(error, path)
        if explanation is None:
            raise
        raise explanation from error


def _connect_for_writing(path: Path, config: _Config) -> DuckDBPyConnection:
    if path.exists():
        con = duckdb.connect(str(path), config=config)
    else:
        before = os.umask(0o077)  # DuckDB has no mode of its own, and a chmod afterwards leaves a moment
        try:
            con = duckdb.connect(str(path), config=config)
        finally:
            os.umask(before)
    path.chmod(0o600)
    return con


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB says about the file at ``path`` into this room's errors.

    Errors that are about a statement rather than about the file pass as they are.
    """
    try:
        yield
    except duckdb.Error as error:
        explanation = explain(str(error), path)
        if explanation is None:
            raise
        raise explanation from error


@contextmanager
def transaction(con: DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end of the ``with`` block; roll back, and let the exception pass, when there is one."""
    con.begin()
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # a failed statement may have ended the transaction already
            con.rollback()
        raise
    con.commit()


def explain(message: str, path: Path) -> WarehouseError | None:
    """The error of ours that DuckDB's ``message`` about ``path`` stands for; None: not about the file."""
    if "Could not set lock on file" in message:
        holder = _HOLDER.search(message)
        who = f"process {holder['pid']} ({Path(holder['program']).name})" if holder else "another process"
        return WarehouseBusyError(
            f"The warehouse {path} is held by {who}; DuckDB lets one process in at a time.",
            who=_OPERATOR,
            remedy="wait until it ends, or close it (a BI tool or a DuckDB shell belongs on the files in "
            "published/, never on the warehouse), then run again.",
        )
    if "same database file with a different configuration" in message:
        return WarehouseBusyError(
            f"The warehouse {path} is still open in this process with other settings.",
            who="the programmer who calls contactable",
            remedy="close the other connection first.",
        )
    if "Trying to read a database file with version" in message or "newer version of DuckDB" in message:
        return WarehouseVersionError(
            f"The warehouse {path} was written by a newer DuckDB than {duckdb.__version__}.",
            who=_OPERATOR,
            remedy="upgrade contactable to the version that wrote it; or move the file away and run "
            "`contactable load --replay` and `contactable build`, which rebuild it from segments/ and journal.db.",
        )
    if any(
        sign in message
        for sign in (
            "not a valid DuckDB database file",
            "sqlite_scanner",  # a SQLite file under our name
            "Corrupt database file",
            "replaying WAL file",
            "replaying checkpoint WAL",
        )
    ):
        return WarehouseDamagedError(
            f"The warehouse {path} is damaged, or is no DuckDB database.",
            who=_OPERATOR,
            remedy=f"move {path.name} and {path.name}.wal away, then run `contactable load --replay` and "
            "`contactable build`: segments/ and journal.db hold every answer.",
        )
    if os.strerror(errno.ENOSPC) in message or "max_temp_directory_size" in message:
        return _disk_full(path)
    if any(sign in message for sign in ("failed to pin block", "failed to allocate", "Out of Memory")):
        return NotEnoughMemoryError(
            f"DuckDB may not use as much memory as this work on {path} needs.",
            who=_OPERATOR,
            remedy="raise memory_limit in contactable.yml, or ask the vendor for smaller pages (DuckDB handles "
            "2,048 answers at a time, three times over), then run again: what was committed stays.",
        )
    if any(os.strerror(code) in message for code in (errno.EROFS, errno.EACCES, errno.EPERM)):
        return _not_writable(path)
    return None


def _explain_os_error(error: OSError, path: Path) -> WarehouseError | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(path)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST):
        return _not_writable(path)
    return None


def _disk_full(path: Path) -> DiskFullError:
    return DiskFullError(
        f"No space is left on the disk of {path.parent}; what was being written was rolled back.",
        who=_OPERATOR,
        remedy="free space (old publications in published/history/ are a good place to start), then run again; "
        "nothing that was paid for is lost.",
    )


def _not_writable(path: Path) -> HomeNotWritableError:
    return HomeNotWritableError(
        f"The home {path.parent} cannot be written.",
        who=_OPERATOR,
        remedy="give the user who runs contactable write permission there, or choose another folder with "
        "--home or CONTACTABLE_HOME.",
    )
