"""Segment files as a source: which lie there, whether they are whole, and their rows in bounded batches."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from contactable.warehouse.raw_tables import FORMER_STREAMS

#: What a segment must bring (see ``contactable.journal.sealing``); columns that a newer writer adds are ignored.
_COLUMNS = (
    "request_id",
    "vendor",
    "endpoint",
    "run_id",
    "subjects",
    "options",
    "status_code",
    "body",
    "fetched_at",
)

#: Rows handed to DuckDB at once. A row is an answer and may be 1 MB, so this is small.
_BATCH_ROWS = 1_000

_HASH_BYTES = 1024 * 1024


class BadSegmentError(Exception):
    """A segment that cannot be read as it was written. ``rule`` names why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class SegmentFile:
    """A segment on the disk. ``stream`` is the raw table's name, also where the folder has a former one."""

    stream: str
    segment: str
    path: Path


def find_segments(segments_dir: Path) -> list[SegmentFile]:
    """Every finished segment below ``segments_dir``, sorted by stream and name; temporary files are none."""
    if not segments_dir.is_dir():
        return []
    return sorted(
        SegmentFile(stream=FORMER_STREAMS.get(path.parent.name, path.parent.name), segment=path.stem, path=path)
        for path in segments_dir.glob("*/*.parquet")
        if not path.name.startswith(".")
    )


def digest(file: SegmentFile) -> str:
    """SHA-256 of the file's bytes, as hex.

    Raises:
        BadSegmentError: the file cannot be read at all.
    """
    sha256 = hashlib.sha256()
    try:
        with file.path.open("rb") as handle:
            while block := handle.read(_HASH_BYTES):
                sha256.update(block)
    except OSError as error:
        raise _unreadable(error) from error
    return sha256.hexdigest()


class SegmentReader:
    """One pass over a segment's rows, every page's checksum verified.

    DuckDB reads it through Arrow's C interface, where an exception of ours arrives as text: ``error`` keeps it.
    """

    def __init__(self, file: SegmentFile) -> None:
        """Open the file.

        Raises:
            BadSegmentError: it is no Parquet file, or not one of ours.
        """
        self.error: BadSegmentError | None = None
        self.answers = 0
        try:
            self._file = pq.ParquetFile(file.path, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(error) from error
        missing = [name for name in _COLUMNS if name not in self._file.schema_arrow.names]
        if missing:
            raise BadSegmentError("wrong_columns", f"columns are missing: {', '.join(missing)}")
        self._schema = pa.schema([self._plain(self._file.schema_arrow.field(name)) for name in _COLUMNS])

    @staticmethod
    def _plain(field: pa.Field) -> pa.Field:
        """Instants become UTC times without a zone, which is what the raw tables hold."""
        if pa.types.is_timestamp(field.type):
            return pa.field(field.name, pa.timestamp("us"))
        return pa.field(field.name, field.type)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in the file's order.

        Raises:
            BadSegmentError: a page is damaged; also kept in ``error``.
        """
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH_ROWS, columns=list(_COLUMNS)):
                columns = [batch.column(name).cast(self._schema.field(name).type) for name in _COLUMNS]
                self.answers += batch.num_rows
                yield pa.RecordBatch.from_arrays(columns, schema=self._schema)
        except (pa.ArrowException, OSError) as error:
            self.error = _unreadable(error)
            raise self.error from error

    def arrow(self) -> pa.RecordBatchReader:
        """The rows as a stream that DuckDB reads."""
        return pa.RecordBatchReader.from_batches(self._schema, self.batches())


def check(file: SegmentFile) -> None:
    """Read the whole file and keep nothing.

    Raises:
        BadSegmentError: it cannot be loaded.
    """
    for _ in SegmentReader(file).batches():
        pass


def _unreadable(error: Exception) -> BadSegmentError:
    # The message of Arrow is about bytes and pages; values do not occur in it. One line is enough.
    return BadSegmentError("unreadable", str(error).splitlines()[0] if str(error) else type(error).__name__)
