"""Where publications lie, and the one rename that switches readers from one to the next.

::

    published/
        contactable.duckdb               -> current/contactable.duckdb                (link, never rewritten)
        contactable_pseudonymous.duckdb  -> current/contactable_pseudonymous.duckdb   (link, never rewritten)
        parquet                          -> current/parquet                           (link, never rewritten)
        current                          -> history/<publication>                     (the only thing that changes)
        history/<publication>/           both databases, parquet/, manifest.json

A publication is a directory that is finished and on the disk before anything points to it. ``current`` is replaced
by a rename, so a reader that opens a path sees the old publication or the new one, whole; a reader that holds
a file open keeps the old file until it closes it. What a killed publication leaves behind is removed by the
next one, under a lock that dies with its process.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

DATABASE = "contactable.duckdb"
PSEUDONYMOUS_DATABASE = "contactable_pseudonymous.duckdb"
#: What the file without plain values was called before 2026-11-30; its unkeyed hashes could be undone.
REVERSIBLE_DATABASE = "contactable_pii_free.duckdb"
PARQUET = "parquet"
MANIFEST = "manifest.json"
SHOWN = ".shown"

#: What a reader opens by a stable name.
STABLE_NAMES = (DATABASE, PSEUDONYMOUS_DATABASE, PARQUET)

_BUILDING = ".building-"
_LINKING = ".linking-"
_REVISION = ".r"
_SEQUENCE = re.compile(r"^(\d{6,})-")


class PublishError(Exception):
    """A publication, or a switch of publications, that could not be done. Readers see what they saw before."""


class PublicationRefusedError(PublishError):
    """The candidate must not be published; nothing was touched."""


class UnknownPublicationError(PublishError):
    """There is no publication to switch to."""


@dataclass(frozen=True)
class Publication:
    """One finished publication: its name, its origin, and the row count of every table it holds.

    ``key_name`` and ``key_source`` say with which secret its pseudonyms were made (``keying``); before
    2026-11-30 there was none.
    """

    publication_id: str
    run_id: str
    published_at: datetime
    tables: Mapping[str, int]
    directory: Path
    key_name: str | None = None
    key_source: str | None = None

    def to_json(self) -> str:
        """Return the manifest's text; it is written last, so a directory without one is not a publication."""
        return json.dumps(
            {
                "publication_id": self.publication_id,
                "run_id": self.run_id,
                "published_at": self.published_at.isoformat(),
                "key_name": self.key_name,
                "key_source": self.key_source,
                "tables": dict(sorted(self.tables.items())),
            },
            indent=2,
        )

    @staticmethod
    def read(directory: Path) -> "Publication":
        """Read a finished publication's manifest."""
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        return Publication(
            publication_id=manifest["publication_id"],
            run_id=manifest["run_id"],
            published_at=datetime.fromisoformat(manifest["published_at"]),
            tables=MappingProxyType(manifest["tables"]),
            directory=directory,
            key_name=manifest.get("key_name"),
            key_source=manifest.get("key_source"),
        )


@dataclass(frozen=True)
class Layout:
    """The paths below one home."""

    home: Path

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def history(self) -> Path:
        return self.published / "history"

    @property
    def current(self) -> Path:
        return self.published / "current"

    @property
    def database(self) -> Path:
        return self.published / DATABASE

    @property
    def pseudonymous_database(self) -> Path:
        return self.published / PSEUDONYMOUS_DATABASE


@contextmanager
def exclusive(layout: Layout) -> Iterator[None]:
    """Hold the one writer's place below ``published/``; the kernel frees it when the process dies.

    Raises:
        PublishError: another process is publishing, rolling back or erasing.
    """
    layout.history.mkdir(parents=True, exist_ok=True)
    with (layout.published / ".lock").open("w", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError("another process is changing the publications of this home") from error
        clean_leftovers(layout)
        yield


def clean_leftovers(layout: Layout) -> int:
    """Remove what a killed writer left behind; return how many things that were. Call under the lock.

    That is: what was still being built; what was finished but never shown (a rollback must not lead to it); and of
    a publication that was being rewritten the copy that readers do not see.
    """
    leftovers = [path for path in layout.history.iterdir() if path.name.startswith(_BUILDING)]
    leftovers += [path for path in layout.published.iterdir() if path.name.startswith(_LINKING)]
    visible = current_publication(layout)
    if visible is not None:
        mark_shown(visible)
    kept: dict[str, Path] = {visible.publication_id: visible.directory} if visible is not None else {}
    for publication in reversed(publications(layout)):
        directory = publication.directory
        shown = (directory / SHOWN).is_file()
        if not shown or kept.setdefault(publication.publication_id, directory) != directory:
            leftovers.append(directory)
    for path in leftovers:
        remove(path)
    return len(leftovers)


def mark_shown(publication: Publication) -> None:
    """Remember that readers have seen this publication."""
    marker = publication.directory / SHOWN
    if not marker.is_file():
        marker.touch()
        sync(publication.directory)


def publications(layout: Layout) -> list[Publication]:
    """Return the finished publications, oldest first."""
    if not layout.history.is_dir():
        return []
    finished = [
        Publication.read(path)
        for path in layout.history.iterdir()
        if not path.name.startswith(".") and (path / MANIFEST).is_file()
    ]
    return sorted(finished, key=lambda p: (_sequence(p.publication_id), _revision(p.directory)))


def current_publication(layout: Layout) -> Publication | None:
    """Return what readers see now, or None before the first publication."""
    if not (layout.current / MANIFEST).is_file():
        return None
    return Publication.read(layout.history / layout.current.readlink().name)


def next_publication_id(layout: Layout, now: datetime) -> str:
    """Return a name that sorts after every earlier one, also when the clock was set back."""
    taken = [_sequence(publication.publication_id) for publication in publications(layout)]
    return f"{max(taken, default=0) + 1:06d}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def start_building(layout: Layout, name: str) -> Path:
    """Make the directory that a publication grows in, closed to everybody else."""
    directory = layout.history / f"{_BUILDING}{name}"
    directory.mkdir(mode=0o700)
    return directory


def finish_building(building: Path, publication: Publication) -> Publication:
    """Write the manifest, bring every byte to the disk, and give the directory its final name."""
    (building / MANIFEST).write_text(publication.to_json(), encoding="utf-8")
    for path in sorted(building.rglob("*")):
        sync(path)
    building.chmod(0o755)  # for the pseudonymous file; the files with personal data are 0600, see publication.py
    sync(building)
    building.rename(publication.directory)
    sync(publication.directory.parent)
    return publication


def switch(layout: Layout, publication: Publication) -> None:
    """Let readers see ``publication``: the single rename that everything hangs on."""
    for name in STABLE_NAMES:
        _point(layout.published / name, Path("current") / name)
    _point(layout.current, Path("history") / publication.directory.name)
    (layout.published / REVERSIBLE_DATABASE).unlink(missing_ok=True)
    sync(layout.published)
    mark_shown(publication)


def prune(layout: Layout, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` publications, never the visible one; return the removed names."""
    visible = current_publication(layout)
    old = [
        publication
        for publication in publications(layout)[:-keep]
        if visible is None or publication.directory != visible.directory
    ]
    for publication in old:
        remove(publication.directory)
    return [publication.publication_id for publication in old]


def remove(path: Path) -> None:
    """Remove a directory, file or link. A directory first takes a leftover's name: half of one is never read."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    if not path.name.startswith("."):
        path = path.rename(path.with_name(f"{_BUILDING}{path.name}"))
    shutil.rmtree(path)


def sync(path: Path) -> None:
    """Bring a file or a directory's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():
        raise PublishError(f"{link.name} is a directory, where a link to the current publication belongs")
    fresh = link.with_name(f"{_LINKING}{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def next_revision(publication: Publication) -> str:
    """Return the directory name for a rewritten copy of ``publication``."""
    return f"{publication.publication_id}{_REVISION}{_revision(publication.directory) + 1}"


def _revision(directory: Path) -> int:
    return int(directory.name.partition(_REVISION)[2] or 0)


def _sequence(publication_id: str) -> int:
    found = _SEQUENCE.match(publication_id)
    return int(found.group(1)) if found else 0
