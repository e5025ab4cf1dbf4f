"""The warehouse file: whose it is, and errors that say who must do what."""

import os
import stat
import struct
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import EngineSettings, connect, explain, open_warehouse, transaction
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


def test_the_home_is_made_and_the_file_is_its_owners_only(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    before = os.umask(0)
    try:
        with open_warehouse(home) as con:
            con.execute("create table t as select 1 as n")
    finally:
        os.umask(before)

    assert stat.S_IMODE((home / "warehouse.duckdb").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "warehouse.duckdb.tmp").stat().st_mode) == 0o700


def test_the_file_was_never_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # what would close it a moment too late
    before = os.umask(0)
    try:
        with open_warehouse(tmp_path):
            assert stat.S_IMODE((tmp_path / "warehouse.duckdb").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_file_that_somebody_opened_wide_is_closed_again(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        pass
    (tmp_path / "warehouse.duckdb").chmod(0o644)

    with open_warehouse(tmp_path):
        assert stat.S_IMODE((tmp_path / "warehouse.duckdb").stat().st_mode) == 0o600


def test_making_the_file_does_not_change_what_the_process_may_do(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with open_warehouse(tmp_path):
            (tmp_path / "other").touch()
        assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_settings_hold_and_work_that_is_too_big_spills_into_the_home(tmp_path: Path) -> None:
    with open_warehouse(tmp_path, settings=EngineSettings(memory_limit="200MB", threads=1)) as con:
        found = con.execute(
            "select current_setting('memory_limit'), current_setting('threads'), current_setting('TimeZone'), "
            "current_setting('temp_directory'), current_setting('autoinstall_known_extensions')"
        ).fetchone()
    assert found == ("190.7 MiB", 1, "UTC", str(tmp_path / "warehouse.duckdb.tmp"), False)


def test_a_process_killed_while_making_the_file_leaves_nothing_to_repair(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").touch()

    with open_warehouse(tmp_path) as con:
        assert con.execute("select 1").fetchone() == (1,)


def test_a_reader_of_nothing_is_told_to_load(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissingError, match="contactable load"):
        connect(tmp_path, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as con:
        con.execute("create table t as select 1 as n")

    with open_warehouse(tmp_path, read_only=True) as con, pytest.raises(duckdb.InvalidInputException):
        con.execute("insert into t values (2)")


# ---------------------------------------------------------------------- who must do what


def test_a_file_that_another_process_holds_names_it(tmp_path: Path) -> None:
    program = """
        import sys
        from pathlib import Path
        from contactable.warehouse.duckdb import open_warehouse

        with open_warehouse(Path(sys.argv[1])):
            print("open", flush=True)
            sys.stdin.read()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusyError, match=rf"process {holder.pid} \(python"), open_warehouse(tmp_path):
            pass
        holder.communicate()

    with open_warehouse(tmp_path):
        pass


def test_a_connection_left_open_in_this_process_is_named_as_that(tmp_path: Path) -> None:
    con = connect(tmp_path, settings=EngineSettings(memory_limit="1GB"))

    with pytest.raises(WarehouseBusyError, match="still open in this process"):
        connect(tmp_path, settings=EngineSettings(memory_limit="2GB"))

    con.close()


def with_version(path: Path, version: int) -> None:
    """Rewrite the header's storage version and its checksum, as DuckDB computes it."""
    block = bytearray(path.read_bytes()[:4096])
    block[12:20] = struct.pack("<Q", version)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", block[8:4096]):
        checksum ^= word * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    block[:8] = struct.pack("<Q", checksum)
    path.write_bytes(bytes(block) + path.read_bytes()[4096:])


def test_a_file_of_a_newer_duckdb_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        pass
    with_version(tmp_path / "warehouse.duckdb", 64)
    with open_warehouse(tmp_path):
        pass  # the helper above writes what DuckDB reads
    with_version(tmp_path / "warehouse.duckdb", 9_999)

    with pytest.raises(
        WarehouseVersionError, match=rf"newer DuckDB than {duckdb.__version__}.*upgrade contactable"
    ):
        connect(tmp_path)


def flip_a_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_header,
        lambda path: path.write_bytes(b"SQLite format 3\x00" * 1000),
        lambda path: path.write_bytes(b"x"),
    ],
)
def test_a_damaged_file_says_how_to_rebuild_it(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with open_warehouse(tmp_path) as con:
        con.execute("create table t as select 1 as n")
    damage(tmp_path / "warehouse.duckdb")

    with pytest.raises(
        WarehouseDamagedError, match=r"move warehouse\.duckdb and warehouse\.duckdb\.wal away"
    ) as raised:
        connect(tmp_path)

    assert (raised.value.who, "contactable load --replay" in raised.value.remedy) == (
        "whoever runs contactable",
        True,
    )


def test_a_home_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HomeNotWritableError, match="--home or CONTACTABLE_HOME"):
        connect(tmp_path / "file" / "home")


@pytest.fixture
def anybodys_folder() -> Iterator[Path]:
    """A folder that a user without rights may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_home_that_somebody_else_owns_cannot_be_written(anybodys_folder: Path) -> None:
    """Run by root, as in a container, the permission is taken away by becoming nobody."""
    with open_warehouse(anybodys_folder / "home"):
        pass
    for path in (anybodys_folder / "home" / "warehouse.duckdb", anybodys_folder / "home"):
        path.chmod(0o555)
    program = """
        import os, sys
        from pathlib import Path
        from contactable.warehouse.duckdb import connect
        from contactable.warehouse.errors import HomeNotWritableError

        if os.getuid() == 0:
            os.setuid(65534)
        for home in (Path(sys.argv[1]) / "home", Path(sys.argv[1]) / "home" / "new"):
            try:
                connect(home)
            except HomeNotWritableError as error:
                print(error.what)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(anybodys_folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.stdout.count("cannot be written.") == 2, ended.stderr


@pytest.mark.parametrize(
    ("message", "error"),
    [
        # DuckDB 1.5.5 on a full and on a read-only tmpfs, with a small temp directory and with little memory
        ('IO Error: Could not write file "x.duckdb": No space left on device', DiskFullError),
        ("Out of Memory Error: failed to offload data block of size 256.0 KiB (9.7 MiB/9.5 MiB used). "
         "This limit was set by the 'max_temp_directory_size' setting.", DiskFullError),
        ('IO Error: Cannot open file "x.duckdb": Read-only file system', HomeNotWritableError),
        ("Out of Memory Error: failed to allocate data of size 476.8 MiB (190.4 MiB/190.7 MiB used)",
         NotEnoughMemoryError),
        ("FATAL Error: Transaction COMMIT succeeded and is durable, but the autocheckpoint failed. Failed to "
         "create checkpoint because of error: failed to pin block of size 1.0 MiB", NotEnoughMemoryError),
        ('IO Error: Error opening "x.duckdb": file was written with a storage version greater than the latest '
         "version supported by this DuckDB instance. Try opening the file with a newer version of DuckDB.",
         WarehouseVersionError),
        ("Catalog Error: Table with name t does not exist!", type(None)),
        ("Conversion Error: Could not convert string 'x' to INT32", type(None)),
    ],
)  # fmt: skip
def test_what_duckdb_says_is_told_apart(
    tmp_path: Path, message: str, error: type[WarehouseError] | type[None]
) -> None:
    assert type(explain(message, tmp_path / "warehouse.duckdb")) is error


def spill(home: Path) -> None:
    with open_warehouse(home, settings=EngineSettings(memory_limit="50MB", threads=1)) as con:
        con.execute("set max_temp_directory_size = '1MB'")
        con.execute(
            "create temp table t as select md5(n::varchar) || md5((n + 1)::varchar) h from range(5000000) r(n)"
        )


def test_a_spill_without_room_is_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="free space"):
        spill(tmp_path)


def test_errors_inside_the_block_are_explained_and_others_left_alone(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), open_warehouse(tmp_path) as con:
        con.execute("select * from nowhere")
    with pytest.raises(OSError, match="mine"), open_warehouse(tmp_path):
        raise PermissionError("mine")
    with open_warehouse(tmp_path):
        pass  # and the file was closed each time


# ---------------------------------------------------------------------- transactions


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    def write(con: DuckDBPyConnection, number: int, *then: str) -> None:
        with transaction(con):
            con.execute("insert into t values (?)", [number])
            for statement in then:
                con.execute(statement)
            if number == 2:
                raise KeyError(number)

    with open_warehouse(tmp_path) as con:
        con.execute("create table t (n integer)")
        write(con, 1)
        with pytest.raises(KeyError):
            write(con, 2)
        with pytest.raises(duckdb.ConversionException):
            write(con, 3, "select cast('x' as integer)")
        write(con, 5)

        assert con.execute("select n from t order by n").fetchall() == [(1,), (5,)]
