"""Sealing: answers leave the journal for immutable Parquet segments, each exactly once.

Three steps a segment, each safe to repeat after a kill:

1. *assign*: one transaction writes the segment's name to its answers. From here on its members never change, and
   the name is a digest of them, so that nothing else can ever bear it.
2. *publish*: the file is written under a temporary name, brought to the disk, and renamed. Its rows and their
   order follow from the members alone, so that writing it again gives the same content.
3. *settle*: a second transaction marks the answers as sealed and drops their bodies, which now lie in the file.

A segment lies at ``<segments_dir>/<vendor>__<stream>/<segment>.parquet``: zstd, a checksum on every page (it is
the only copy of answers that were paid for), file mode 0600, directories 0700.
"""

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError

from contactable.journal.databases import reading
from contactable.journal.errors import JournalError
from contactable.journal.tables import answers, requests

#: Columns of every segment. ``fetched_at`` is an instant; ``subjects`` and ``options`` are JSON text.
SEGMENT_SCHEMA = pa.schema(
    [
        pa.field("request_id", pa.string(), nullable=False),
        pa.field("vendor", pa.string(), nullable=False),
        pa.field("endpoint", pa.string(), nullable=False),
        pa.field("run_id", pa.string(), nullable=False),
        pa.field("subjects", pa.string(), nullable=False),
        pa.field("options", pa.string(), nullable=False),
        pa.field("status_code", pa.int32()),
        pa.field("body", pa.string(), nullable=False),
        pa.field("fetched_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ],
    metadata={"contactable.segment": "1"},
)

MAX_BYTES = 64 * 1024 * 1024
MAX_ANSWERS = 5_000

#: Bodies (uncompressed bytes) held in memory at once, and the size of a row group in the file.
_ROW_GROUP_BYTES = 16 * 1024 * 1024

#: Answers looked at in one pass: bounds memory (their ids and sizes), not the work.
_PASS_ANSWERS = 100_000

#: Ids in one statement, below SQLite's limit of 32,766 variables.
_IDS_A_STATEMENT = 5_000

_STREAM = re.compile(r"[a-z0-9]+__[a-z0-9_]+")

#: Called with the name of each step after it was made: ``assigned``, ``written``, ``published``, ``sealed``.
OnStep = Callable[[str], None]


class SealingError(JournalError):
    """A segment could not be written. Its answers are still in the journal; the next sealing goes on with them."""


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """A finished segment. ``stream`` is the raw table's name; ``body_bytes`` are uncompressed."""

    stream: str
    segment: str
    path: Path
    answers: int
    body_bytes: int


@dataclass(frozen=True, slots=True)
class _Member:
    request_id: str
    body_bytes: int
    fetched_at: str


def seal(
    engine: Engine,
    segments_dir: Path,
    *,
    max_bytes: int = MAX_BYTES,
    max_answers: int = MAX_ANSWERS,
    on_step: OnStep | None = None,
) -> list[SealedSegment]:
    """Seal every answer that the journal still holds, whatever its status code; first what an earlier call began.

    Args:
        engine: the journal's.
        segments_dir: ``<home>/segments``; created when missing.
        max_bytes: uncompressed bytes of bodies in one segment; a single larger body gets a segment of its own.
        max_answers: answers in one segment.
        on_step: told each step after it was made, for progress and for tests that stop there.

    Returns:
        The segments finished by this call, in the order in which they were finished.

    Raises:
        SealingError: the segment could not be written, or the journal contradicts itself. Nothing is lost.
    """
    step = on_step or _no_step
    try:
        with _alone(segments_dir):
            return _seal(engine, segments_dir, max_bytes, max_answers, step)
    except DBAPIError as error:
        raise SealingError(
            f"the journal refused a write while answers were sealed ({error.orig}); they stay where they are and "
            "the next run goes on with them. Free space or correct permissions, then run again."
        ) from error


def _seal(
    engine: Engine, segments_dir: Path, max_bytes: int, max_answers: int, step: OnStep
) -> list[SealedSegment]:
    finished = [_finish(engine, segments_dir, stream, segment, step) for stream, segment in _begun(engine)]
    while batches := _next_batches(engine, max_bytes, max_answers):
        for stream, members in batches:
            segment = _segment_name(stream, members)
            _assign(engine, segment, members)
            step("assigned")
            finished.append(_finish(engine, segments_dir, stream, segment, step))
    return finished


def _no_step(_name: str) -> None:
    return


# ---------------------------------------------------------------------- which answers


def _begun(engine: Engine) -> list[tuple[str, str]]:
    """Segments that were assigned but not settled: a sealing was interrupted."""
    with reading(engine) as con:
        rows = con.execute(
            select(answers.c.stream, answers.c.segment)
            .where(answers.c.sealed == 0, answers.c.segment.is_not(None))
            .distinct()
            .order_by(answers.c.stream, answers.c.segment)
        ).all()
    return [(row.stream, row.segment) for row in rows]


def _next_batches(engine: Engine, max_bytes: int, max_answers: int) -> list[tuple[str, list[_Member]]]:
    """The members of the next segments, at most ``_PASS_ANSWERS`` answers in all; empty when nothing is left."""
    with reading(engine) as con:
        rows = con.execute(
            select(answers.c.stream, answers.c.request_id, answers.c.body_bytes, answers.c.fetched_at)
            .where(answers.c.sealed == 0, answers.c.segment.is_(None), answers.c.body.is_not(None))
            .limit(_PASS_ANSWERS)
        ).all()
    by_stream: dict[str, list[_Member]] = defaultdict(list)
    for row in rows:
        by_stream[row.stream].append(_Member(row.request_id, row.body_bytes, row.fetched_at))
    return [
        (stream, batch)
        for stream, members in sorted(by_stream.items())
        for batch in _cut(sorted(members, key=lambda member: member.request_id), max_bytes, max_answers)
    ]


def _cut(members: Sequence[_Member], max_bytes: int, max_members: int | None = None) -> Iterator[list[_Member]]:
    """Cut ``members`` into runs of at most ``max_members`` and ``max_bytes``; a run has at least one member."""
    batch: list[_Member] = []
    size = 0
    for member in members:
        if batch and (size + member.body_bytes > max_bytes or len(batch) == max_members):
            yield batch
            batch, size = [], 0
        batch.append(member)
        size += member.body_bytes
    if batch:
        yield batch


def _segment_name(stream: str, members: Sequence[_Member]) -> str:
    """The time of the earliest answer, for people; a digest of the members, for uniqueness."""
    first = min(_moment(member.fetched_at) for member in members)
    digest = hashlib.sha256("\n".join([stream, *(member.request_id for member in members)]).encode())
    return f"{first:%Y%m%dT%H%M%SZ}-{digest.hexdigest()[:16]}"


def _assign(engine: Engine, segment: str, members: Sequence[_Member]) -> None:
    with engine.begin() as con:
        changed = sum(
            con.execute(
                update(answers)
                .where(answers.c.request_id.in_(ids), answers.c.segment.is_(None), answers.c.sealed == 0)
                .values(segment=segment)
            ).rowcount
            for ids in _id_lists(members)
        )
        if changed != len(members):
            raise SealingError(
                f"another home is sealing this journal ({len(members) - changed} of {len(members)} answers "
                "were taken meanwhile). Nothing was changed: let it finish, then run again."
            )


def _id_lists(members: Sequence[_Member]) -> Iterator[list[str]]:
    for start in range(0, len(members), _IDS_A_STATEMENT):
        yield [member.request_id for member in members[start : start + _IDS_A_STATEMENT]]


# ---------------------------------------------------------------------- one segment


def _finish(engine: Engine, segments_dir: Path, stream: str, segment: str, step: OnStep) -> SealedSegment:
    """Write the file of an assigned segment, unless it stands already, and settle its answers."""
    members = _members(engine, stream, segment)
    directory = _directory(segments_dir, stream)
    path = directory / f"{segment}.parquet"
    if not _stands(path, [member.request_id for member in members]):
        _publish(engine, directory, path, members, step)
    step("published")
    _settle(engine, stream, segment, len(members))
    step("sealed")
    return SealedSegment(
        stream=stream,
        segment=segment,
        path=path,
        answers=len(members),
        body_bytes=sum(member.body_bytes for member in members),
    )


def _members(engine: Engine, stream: str, segment: str) -> list[_Member]:
    with reading(engine) as con:
        rows = con.execute(
            select(answers.c.request_id, answers.c.body_bytes, answers.c.fetched_at).where(
                answers.c.sealed == 0, answers.c.segment == segment, answers.c.stream == stream
            )
        ).all()
    members = [_Member(row.request_id, row.body_bytes, row.fetched_at) for row in rows]
    return sorted(members, key=lambda member: member.request_id)


def _stands(path: Path, request_ids: Sequence[str]) -> bool:
    """Whether the segment's file is there, whole and of these answers. A damaged one is written again."""
    if not path.exists():
        return False
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        found = [
            request_id
            for batch in file.iter_batches(batch_size=1_000)
            for request_id in batch.column("request_id").to_pylist()
        ]
    except (pa.ArrowException, OSError):
        return False
    return found == list(request_ids)


def _publish(engine: Engine, directory: Path, path: Path, members: Sequence[_Member], step: OnStep) -> None:
    # A name of its own: two processes that seal by mistake must not write into one file.
    temporary = directory / f".{path.stem}.{secrets.token_hex(4)}.tmp"
    for stale in directory.glob(f".{path.stem}.*.tmp"):
        stale.unlink(missing_ok=True)  # left by a kill
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            rows = _write(engine, file, members)
            file.flush()
            os.fsync(file.fileno())
        if rows != len(members) or pq.read_metadata(temporary).num_rows != rows:
            raise SealingError(f"segment {path.stem} of {directory.name} did not take all its answers.")
        step("written")
        temporary.replace(path)
        _sync(directory)
    except OSError as error:
        raise SealingError(_explain(error, path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(engine: Engine, file: Any, members: Sequence[_Member]) -> int:
    """Write one row group for every ``_ROW_GROUP_BYTES`` of bodies; return the number of rows."""
    written = 0
    with pq.ParquetWriter(
        file,
        SEGMENT_SCHEMA,
        compression="zstd",
        compression_level=3,
        use_dictionary=["vendor", "endpoint", "run_id", "options"],
        write_statistics=["request_id", "fetched_at"],  # smallest and largest body would stand in the footer
        write_page_checksum=True,
    ) as writer:
        for group in _cut(members, _ROW_GROUP_BYTES):
            table = _read(engine, group)
            writer.write_table(table, row_group_size=table.num_rows)
            written += table.num_rows
    return written


def _read(engine: Engine, members: Sequence[_Member]) -> pa.Table:
    """The members' answers in the members' order."""
    query = select(
        answers.c.request_id,
        requests.c.vendor,
        requests.c.endpoint,
        requests.c.run_id,
        requests.c.subjects,
        requests.c.options,
        requests.c.status_code,
        answers.c.body,
        answers.c.fetched_at,
    ).join_from(answers, requests, answers.c.request_id == requests.c.request_id)
    found: dict[str, Any] = {}
    with reading(engine) as con:
        for ids in _id_lists(members):
            for row in con.execute(query.where(answers.c.request_id.in_(ids))):
                found[row.request_id] = row
    missing = [m.request_id for m in members if m.request_id not in found or found[m.request_id].body is None]
    if missing:
        raise SealingError(
            f"the journal holds {len(missing)} answers without their request or body, the first of request "
            f"{missing[0]}. It was changed by other hands: restore it from a backup."
        )
    rows = [found[member.request_id] for member in members]
    decompressor = zstandard.ZstdDecompressor()
    return pa.table(
        {
            "request_id": [row.request_id for row in rows],
            "vendor": [row.vendor for row in rows],
            "endpoint": [row.endpoint for row in rows],
            "run_id": [row.run_id for row in rows],
            "subjects": [row.subjects for row in rows],
            "options": [row.options for row in rows],
            "status_code": [row.status_code for row in rows],
            "body": [_text(decompressor, row) for row in rows],
            "fetched_at": [_moment(row.fetched_at) for row in rows],
        },
        schema=SEGMENT_SCHEMA,
    )


def _text(decompressor: zstandard.ZstdDecompressor, row: Any) -> str:
    """The answer's text. What is no UTF-8 (a lone surrogate) becomes U+FFFD: Parquet holds UTF-8 only."""
    try:
        body: bytes = decompressor.decompress(row.body)
    except zstandard.ZstdError as error:
        raise SealingError(
            f"the journal's answer to request {row.request_id} is damaged: restore the journal from a backup."
        ) from error
    return body.decode("utf-8", errors="replace")


def _settle(engine: Engine, stream: str, segment: str, expected: int) -> None:
    with engine.begin() as con:
        changed = con.execute(
            update(answers)
            .where(answers.c.sealed == 0, answers.c.segment == segment, answers.c.stream == stream)
            .values(sealed=1, body=None)
        ).rowcount
        if changed != expected:
            raise SealingError(f"another home is sealing this journal (segment {segment}): let it finish.")


# ---------------------------------------------------------------------- files and times


@contextmanager
def _alone(segments_dir: Path) -> Iterator[None]:
    """One process at a time seals into a folder; the others wait, and then find less to do."""
    try:
        segments_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = segments_dir.with_name(f"{segments_dir.name}.lock")
        lock = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SealingError(_explain(error, segments_dir)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _directory(segments_dir: Path, stream: str) -> Path:
    """The stream's directory, made durable with its parents, open to its owner only."""
    if _STREAM.fullmatch(stream) is None:
        raise SealingError(f"{stream!r} is no stream name (<vendor>__<stream>, lower case).")
    directory = segments_dir / stream
    try:
        for folder in (segments_dir, directory):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync(folder.parent)
            elif folder.stat().st_mode & 0o077:
                folder.chmod(0o700)
    except OSError as error:
        raise SealingError(_explain(error, directory)) from error
    return directory


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explain(error: OSError, path: Path) -> str:
    kept = "the answers stay in the journal and the next run goes on with them"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"no space is left for segments in {path.parent}; {kept}. Free space, then run again."
    return f"{path.parent} cannot be written ({os.strerror(error.errno or 0)}); {kept}. Correct its permissions."


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
