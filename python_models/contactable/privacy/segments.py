"""Taking a person out of Parquet segments: a new file beside the old one, on the disk, then renamed over it."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from contactable.privacy.redaction import PersonIdentifiers, Redacted, redact

#: Answers held in memory at once; one may be 14 MB (BIGDBM createList at its maximum).
_BATCH_ROWS = 50


@dataclass(frozen=True)
class SegmentScrub:
    """How many answers named the person, and in which segments (stream, segment)."""

    answers: int
    touched: frozenset[tuple[str, str]]


def scrub_segments(segments: Path, wanted: PersonIdentifiers) -> SegmentScrub:
    """Rewrite every segment whose subjects, options or bodies are about the person.

    A segment keeps its name, its schema and the order of its answers. An answer that was about the person alone is
    left out; a segment can end without any.
    """
    answers = 0
    touched = set()
    for left in segments.glob("*/.*.tmp"):  # what a killed process had begun; nobody else uses the home
        left.unlink()
    for path in sorted(segments.glob("*/*.parquet")):
        if path.name.startswith("."):
            continue
        found = _count(path, wanted)
        if found:
            answers += found
            touched.add((path.parent.name, path.stem))
            _rewrite(path, wanted)
    return SegmentScrub(answers, frozenset(touched))


def segment_facts(path: Path) -> tuple[int, str]:
    """Return a segment's number of answers and the SHA-256 of its bytes, as the load's ledger keeps them."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return pq.read_metadata(path).num_rows, digest


def redact_row(wanted: PersonIdentifiers, stream: str, row: dict[str, object]) -> Redacted | None:
    """Redact one landed answer (columns subjects, options, body)."""
    subjects, options, body = (row[column] for column in ("subjects", "options", "body"))
    return redact(
        wanted,
        stream,
        str(subjects) if subjects is not None else "[]",
        str(options) if options is not None else "{}",
        None if body is None else str(body),
    )


def _count(path: Path, wanted: PersonIdentifiers) -> int:
    stream = path.parent.name
    return sum(
        redact_row(wanted, stream, row) is not None
        for batch in pq.ParquetFile(path).iter_batches(batch_size=_BATCH_ROWS)
        for row in batch.select(["subjects", "options", "body"]).to_pylist()
        if wanted.may_be_in(row.values())
    )


def _rewrite(path: Path, wanted: PersonIdentifiers) -> None:
    source = pq.ParquetFile(path)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with pq.ParquetWriter(
                file,
                source.schema_arrow,
                compression="zstd",
                use_dictionary=["vendor", "endpoint", "run_id", "options"],
                write_statistics=["request_id", "fetched_at"],  # the footer must hold no smallest or largest body
                write_page_checksum=True,
            ) as writer:
                for batch in source.iter_batches(batch_size=_BATCH_ROWS):
                    rows = [_without(wanted, path.parent.name, row) for row in batch.to_pylist()]
                    kept = [row for row in rows if row is not None]
                    if kept:
                        writer.write_table(pa.Table.from_pylist(kept, schema=source.schema_arrow))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    finally:
        temporary.unlink(missing_ok=True)


def _without(wanted: PersonIdentifiers, stream: str, row: dict[str, object]) -> dict[str, object] | None:
    if not wanted.may_be_in([row["subjects"], row["options"], row["body"]]):
        return row
    redacted = redact_row(wanted, stream, row)
    if redacted is None:
        return row
    if redacted.dropped:
        return None
    return row | {"subjects": redacted.subjects, "options": redacted.options, "body": redacted.body}
