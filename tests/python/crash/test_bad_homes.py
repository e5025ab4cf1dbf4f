"""Homes that are full, read-only, damaged, newer, or somebody else's: said in words, and nothing is lost."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from contactable.journal.errors import JournalError
from contactable.journal.store import Journal
from crash.campaign import Forge, Victim, forge
from crash.world import worklist
from support.command_line import contactable, start
from support.sandbox_server import SandboxServer, serve_sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with serve_sandbox(tmp_path_factory.mktemp("sandbox"), people=60, seed=3) as server:
        yield server


@pytest.fixture(scope="module")
def forks() -> Iterator[Forge]:
    with forge() as process:
        yield process


@contextmanager
def disk(place: Path, options: str) -> Iterator[None]:
    """A small disk of its own at ``place``. Skips the test where nobody lets us mount one."""
    place.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a full disk needs the right to mount one: {mounted.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


@pytest.fixture(scope="module")
def whole(sandbox: SandboxServer, forks: Forge, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Kilobytes that a home holds after one whole run: what the sizes of the small disks are shares of."""
    victim = Victim(tmp_path_factory.mktemp("whole"), sandbox, forks, worklist(sandbox, name="Whole"))
    victim.finish()
    return kilobytes(victim.home)


def kilobytes(place: Path) -> int:
    """What lies below ``place`` takes of a disk."""
    return sum(file.lstat().st_blocks for file in place.rglob("*")) // 2


@pytest.mark.parametrize(
    "percent",
    [1, 10, 37, 48, 82],
    ids=["opening the journal", "the first answers", "while asking", "while sealing", "while loading"],
)
def test_a_full_disk_is_said_and_nothing_is_lost_or_bought_twice(
    sandbox: SandboxServer, forks: Forge, tmp_path: Path, whole: int, percent: int
) -> None:
    victim = Victim(tmp_path, sandbox, forks, worklist(sandbox, name=f"Full {percent}"))
    with disk(victim.home, f"size={whole * percent // 100}k"):
        assert victim.run() == 1
        said = victim.said()
        assert "failed in words" in said, said
        assert "space" in said
        assert "run again" in said or "Check that the home" in said, "who must do what"
        remount(victim.home, "size=200m")
        victim.finish()
        assert victim.judge().all == []


def test_a_disk_too_full_to_publish_shows_readers_what_they_saw(
    sandbox: SandboxServer, forks: Forge, tmp_path: Path
) -> None:
    victim = Victim(tmp_path, sandbox, forks, worklist(sandbox, name="Full publication"))
    published = victim.home / "published"
    # A disk of its own: on the home's, whatever writes first meets the end of it, and that depends on sizes.
    with disk(published, "size=200m"):
        victim.finish()
        shown = (published / "current").readlink()
        publication = kilobytes(published / shown)
        remount(published, f"size={kilobytes(published) + publication // 2}k")  # half of what the next one needs
        assert victim.run(parts="publish") == 1
        assert "readers see" in victim.said(), victim.said()
        assert (published / "current").readlink() == shown
        remount(published, "size=200m")
        victim.finish()
        assert (published / "current").readlink() != shown
        assert victim.judge().all == []


def test_a_read_only_home_is_said(sandbox: SandboxServer, forks: Forge, tmp_path: Path) -> None:
    victim = Victim(tmp_path, sandbox, forks, worklist(sandbox, name="Read-only"))
    with disk(victim.home, "size=50m"):
        assert victim.run() in (0, 4)
        remount(victim.home, "ro")
        for command in ("run", "status", "suppress x@example.com"):
            refused = contactable(*command.split(), "--home", victim.home, variables=sandbox.variables)
            assert refused.code in (1, 2), command
            assert "cannot be written" in refused.out or "read-only" in refused.out.lower(), refused.out
        remount(victim.home, "rw")
        victim.finish()
        assert victim.judge().all == []


def test_of_two_runs_the_second_says_who_holds_the_home(sandbox: SandboxServer, tmp_path: Path) -> None:
    config = tmp_path / "contactable.yml"
    config.write_text(
        f"first_party: {sandbox.variables['SANDBOX_FIRST_PARTY']}\nbigdbm: {{keywords: [audi]}}\n",
        encoding="utf-8",
    )
    arguments = ("run", "--home", tmp_path / "home", "--config", config)
    first = start(*arguments, variables=sandbox.variables)
    try:
        while first.poll() is None and not [*(tmp_path / "home" / "holders").glob("[!.]*")]:
            pass
        second = contactable(*arguments, variables=sandbox.variables)
        assert second.code == 2, second.out
        assert f"is held by process {first.pid} on" in second.out
        assert "(run)" in second.out
    finally:
        first.kill()
        first.communicate()
    assert contactable("status", "--home", tmp_path / "home").code == 0, "a dead holder holds nothing"


def test_a_newer_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert contactable("status", "--home", home).code == 0
    with closing(sqlite3.connect(home / "journal.db")) as con, con:
        con.execute("update meta set value = '999' where name = 'schema_version'")
        con.execute("drop table rejections")  # as a newer version may have done
    before = content(home / "journal.db")
    for command in ("run", "status", "reconcile"):
        refused = contactable(command, "--home", home)
        assert refused.code == 1, refused.out
        assert "version 999" in refused.out
        assert "upgrade contactable" in refused.out
    assert content(home / "journal.db") == before


def content(journal: Path) -> list[str]:
    with closing(sqlite3.connect(journal)) as con:
        return list(con.iterdump())


@pytest.mark.parametrize("damage", ["no database", "a torn page", "cut off"])
def test_a_damaged_journal_is_said(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "journal.db"
    Journal.open(f"sqlite:///{file}").close()
    whole = file.read_bytes()
    if damage == "no database":
        file.write_bytes(b"these are not the bytes of a database" * 100)
    elif damage == "a torn page":
        file.write_bytes(whole[:4096] + bytes(range(256)) * ((len(whole) - 4096) // 256))
    else:
        file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(JournalError, match="restore it from a backup"):
        Journal.open(f"sqlite:///{file}")
