"""Taking a person out of the other files that contactable writes below the home: page, logs, what dbt wrote,
sandbox.

A file that contactable did not write is its owner's: it is left alone, and the proof names it.
"""

import os
import secrets
import shutil
from pathlib import Path

from contactable.privacy import pending
from contactable.privacy.databases import scrub_parquet
from contactable.privacy.redaction import PersonIdentifiers

#: Folders that contactable writes besides segments and publications.
_FOLDERS = ("reports", "logs", "sandbox", "holders")

#: What dbt makes anew, and what killed processes left behind: the home is held, so nobody else works here.
_LEFTOVERS = ("target", ".warehouse.duckdb.*.new", "warehouse.duckdb.tmp", "worklists-*", f".{pending.NAME}.*")

_LINE_ENDS = {".csv"}


def scrub_files(home: Path, wanted: PersonIdentifiers) -> int:
    """Take the person out, and leftovers of killed processes away; return how many files were changed."""
    for pattern in _LEFTOVERS:
        for left in home.glob(pattern):
            _remove(left)
    changed = 0
    for folder in _FOLDERS:
        for path in _files(home / folder):
            if path.suffix == ".parquet":
                changed += bool(scrub_parquet(path, wanted))
            elif (scrubbed := _scrubbed(path, wanted)) is not None:
                _replace(path, scrubbed)
                changed += 1
    return changed


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _scrubbed(path: Path, wanted: PersonIdentifiers) -> bytes | None:
    """Return a text file's content without the person; None where there is nothing to change."""
    text = path.read_bytes().decode("utf-8", errors="surrogateescape")
    if not wanted.may_be_in([text]):
        return None
    if path.suffix in _LINE_ENDS:  # a list: its rows about the person
        lines = text.splitlines(keepends=True)
        cleaned = "".join(line for line in lines if not wanted.in_row("", [("", line), *_cells(line)]))
    else:
        cleaned = wanted.mask(text)
    return None if cleaned == text else cleaned.encode("utf-8", errors="surrogateescape")


def _cells(line: str) -> list[tuple[str, str]]:
    return [("identifier_value", cell.strip().strip('"')) for cell in line.split(",")]


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
