"""``publish``, ``rollback`` and ``erase`` on a home that has run: killed, called again, and judged."""

import csv
import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
import zstandard
from sqlalchemy import create_engine, text

from contactable.journal.databases import parse_url
from crash.books import publication_problems
from crash.campaign import KILLED, Victim
from crash.points import ERASE, unnamed
from support.kill_points import Plan

#: A command that still cannot end after so many calls never will.
_MOST_CALLS = 3


def after_the_run(victim: Victim, rng: random.Random) -> list[str]:
    """Each command in turn dies a few times and is called until it ends. Returns what was found wrong."""
    found: list[str] = []
    address = _somebody(victim, rng)
    for arguments, ends in (
        (("publish",), (0,)),
        (("rollback",), (0, 2)),  # 2: an earlier call has gone back to the oldest one
        (("erase", address, "--yes", "--everyone", "--also-shared"), (0,)),
    ):
        points = _reached(victim, arguments)
        for _ in range(rng.randint(1, 2)):
            by_chance = not points or rng.random() < 0.4
            plan = Plan(seconds=rng.uniform(0.5, 6.0)) if by_chance else Plan(rng.choice(points))
            if victim.command(*arguments, plan=plan) == KILLED and "Erased" in victim.said():
                found.append("erase was killed and had said that it erased")
            found += publication_problems(victim.home / "published")
        codes = [victim.command(*arguments)]
        while codes[-1] not in ends and len(codes) < _MOST_CALLS:
            codes.append(victim.command(*arguments))
        if codes[-1] not in ends:
            found.append(f"{arguments[0]} ended with {codes}: {victim.said()[-500:]}")
        found += publication_problems(victim.home / "published")
    found += [f"erased, and still in {place}" for place in _holders(victim, address)]
    return found


def _somebody(victim: Victim, rng: random.Random) -> str:
    """An address of the first-party list."""
    with Path(victim.sandbox.variables["SANDBOX_FIRST_PARTY"]).open(encoding="utf-8", newline="") as file:
        return rng.choice([row["email"].strip() for row in csv.DictReader(file) if "@" in (row["email"] or "")])


def _reached(victim: Victim, arguments: tuple[str, ...]) -> list[str]:
    """The write points of the command on this home. ``erase`` ends with its first call, and is recorded on a copy
    of the home; a journal on PostgreSQL is not copied: there it is what ``crash.points`` lists.
    """
    copied = arguments[0] == "erase"
    if copied and victim.journal_url is not None:
        return list(ERASE)
    file = victim.root / f"{arguments[0]}.json"
    with _copy_of(victim.home) if copied else nullcontext(victim.home) as home:
        victim.command(*arguments, plan=Plan(record=str(file)), home=home)
    reached = json.loads(file.read_text(encoding="utf-8"))
    assert not unnamed(reached), f"add to crash/points.py: {unnamed(reached)}"
    return sorted(reached)


@contextmanager
def _copy_of(home: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="crash-copy-") as folder:
        copy = Path(folder) / home.name
        shutil.copytree(home, copy, symlinks=True)
        yield copy


def _holders(victim: Victim, address: str) -> Iterator[str]:
    """Files and tables that hold the address in plain: found by reading every one of them to its end."""
    needle = address.lower()
    for path in sorted(victim.home.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        if path.suffix == ".duckdb":
            yield from _in_database(path, needle)
        elif path.suffix == ".parquet":
            with duckdb.connect() as con:
                if con.execute(_COUNT.format(source="read_parquet(?)"), [str(path), needle]).fetchall() != [(0,)]:
                    yield str(path.relative_to(victim.home))
        elif needle.encode() in path.read_bytes().lower():
            yield str(path.relative_to(victim.home))
    engine = create_engine(parse_url(victim.journal))
    try:
        with engine.connect() as con:
            for (body,) in con.execute(text("select body from answers where body is not null")):
                if needle.encode() in _plain(bytes(body)).lower():
                    yield "an answer of the journal"
    finally:
        engine.dispose()


_COUNT = "select count(*) from {source} as t where contains(lower(cast(t as varchar)), ?)"


def _in_database(path: Path, needle: str) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, table in tables:
            counted = con.execute(_COUNT.format(source=f'"{schema}"."{table}"'), [needle]).fetchall()
            if counted != [(0,)]:
                yield f"{path.name}: {schema}.{table}"


def _plain(body: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError:
        return body
