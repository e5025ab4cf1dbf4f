"""Loading: segments and the journal's books into the schema ``raw``, each segment exactly once.

The ledger ``raw.segments`` says what is loaded. A segment's rows and its ledger row commit together, so that a
kill at any point leaves a segment loaded or not, and loading again changes nothing. ``replay`` makes the stream
tables anew from the segments alone and gives the same rows.

Base models explode a segment once and know it by its name. So whatever loads a segment a second time also takes
out what was derived from the first, in the same transaction: the next build derives it again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection
from sqlalchemy import Engine

from contactable.clock import utc_now
from contactable.warehouse.candidate import note_change
from contactable.warehouse.duckdb import EngineSettings, open_warehouse, transaction
from contactable.warehouse.freshness import forget_built
from contactable.warehouse.journal_sync import sync_journal
from contactable.warehouse.raw_tables import STREAM_COLUMNS, create_raw_tables, definition, stream_tables
from contactable.warehouse.segments import (
    BadSegmentError,
    SegmentFile,
    SegmentReader,
    check,
    digest,
    find_segments,
)

#: Called with the name of each step after it was made: ``inserted``, ``loaded``, ``replayed``, ``synced``.
OnStep = Callable[[str], None]

_INSERT = """
insert into raw.{table} (
    request_id, segment, vendor, endpoint, run_id, subjects, options, status_code, body, fetched_at, loaded_at
)
select request_id, $segment, vendor, endpoint, run_id, subjects, options, status_code, body, fetched_at, $loaded_at
from incoming
"""


@dataclass(frozen=True, slots=True)
class LoadedSegment:
    """A segment that this call loaded."""

    stream: str
    segment: str
    answers: int


@dataclass(frozen=True, slots=True)
class SegmentProblem:
    """A segment that was left out, and why. ``message`` says who must do what."""

    stream: str
    segment: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. ``journal_rows``: rows written per raw table."""

    loaded: tuple[LoadedSegment, ...] = ()
    already_loaded: int = 0
    problems: tuple[SegmentProblem, ...] = ()
    journal_rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """Answers that this call loaded."""
        return sum(segment.answers for segment in self.loaded)

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _LedgerRow:
    sha256: str
    loaded_at: datetime


def load(
    home: Path,
    *,
    journal: Engine | None = None,
    replay: bool = False,
    settings: EngineSettings | None = None,
    now: datetime | None = None,
    on_step: OnStep | None = None,
) -> LoadReport:
    """Bring ``raw`` up to date with ``<home>/segments`` and the journal.

    Args:
        home: holds ``segments/`` and ``warehouse.duckdb``.
        journal: the journal's engine; None leaves the journal tables as they are.
        replay: make the stream tables anew from the segments alone. Rows of a segment that has become unreadable
            are kept from the old table and reported; rows of a segment that is gone are dropped and reported.
        settings: what DuckDB may use.
        now: the time written as ``loaded_at``; the clock's when None. A replay keeps that of unchanged segments.
        on_step: told each step after it was made, for progress and for tests that stop there.

    Returns:
        What was loaded, and which segments were left out and why. A bad segment never stops the others.

    Raises:
        WarehouseError: the file cannot be used (busy, newer, damaged, disk full); what was loaded stays.
    """
    step = on_step or _no_step
    moment = _plain_utc(now or utc_now())
    with open_warehouse(home, settings=settings) as con:
        create_raw_tables(con)
        note_change(con, "contactable load --replay" if replay else "contactable load")
        if replay:
            forget_built(con)
        con.execute("set preserve_insertion_order = false")  # raw tables have no order; keeping one costs memory
        # A checkpoint writes the last 122,880 rows of a table again, whole: one a load, not one a segment.
        con.execute("set checkpoint_threshold = '1GB'")
        files = find_segments(home / "segments")
        report = _replay(con, files, moment, step) if replay else _load_new(con, files, moment, step)
        rows = {} if journal is None else sync_journal(con, journal, now=moment, full=replay)
        step("synced")
        con.execute("checkpoint")
    return LoadReport(report.loaded, report.already_loaded, report.problems, rows)


def _no_step(_name: str) -> None:
    return


def _plain_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


# ---------------------------------------------------------------------- new segments


def _load_new(con: DuckDBPyConnection, files: Sequence[SegmentFile], moment: datetime, step: OnStep) -> LoadReport:
    ledger = _ledger(con)
    known, problems = _of_known_streams(files)
    new = [file for file in known if (file.stream, file.segment) not in ledger]
    loaded = []
    for file in new:
        try:
            loaded.append(_load_segment(con, file, moment, step))
        except BadSegmentError as error:
            problems.append(_bad_file(file, error))
    problems += _missing_files(ledger, files, "its rows stay in the warehouse, but a replay would lose them")
    return LoadReport(tuple(loaded), len(known) - len(new), tuple(problems))


def _load_segment(con: DuckDBPyConnection, file: SegmentFile, moment: datetime, step: OnStep) -> LoadedSegment:
    """Load one segment in one transaction."""
    sha256 = digest(file)
    with transaction(con):
        con.execute(f"delete from raw.{file.stream} where segment = ?", [file.segment])  # noqa: S608 - a known stream
        _forget_derived(con, file.stream, file.segment)
        answers = _insert(con, file.stream, file, moment)
        step("inserted")
        _enter(con, file, answers, sha256, moment)
    step("loaded")
    return LoadedSegment(file.stream, file.segment, answers)


def _insert(con: DuckDBPyConnection, table: str, file: SegmentFile, moment: datetime) -> int:
    reader = SegmentReader(file)
    con.register("incoming", reader.arrow())
    try:
        con.execute(_INSERT.format(table=table), {"segment": file.segment, "loaded_at": moment})
    except duckdb.Error:
        if reader.error is not None:
            raise reader.error from None
        raise
    finally:
        con.unregister("incoming")
    return reader.answers


def _enter(con: DuckDBPyConnection, file: SegmentFile, answers: int, sha256: str, moment: datetime) -> None:
    con.execute(
        "insert into raw.segments (segment, stream, answers, sha256, loaded_at) values (?, ?, ?, ?, ?)",
        [file.segment, file.stream, answers, sha256, moment],
    )


# ---------------------------------------------------------------------- replay


def _replay(con: DuckDBPyConnection, files: Sequence[SegmentFile], moment: datetime, step: OnStep) -> LoadReport:
    ledger = _ledger(con)
    known, problems = _of_known_streams(files)
    problems += _missing_files(ledger, files, "its rows are no longer in the warehouse")
    by_stream: dict[str, list[SegmentFile]] = defaultdict(list)
    for file in known:
        try:
            check(file)
            by_stream[file.stream].append(file)
        except BadSegmentError as error:
            problems.append(_bad_file(file, error))
    unreadable = {(p.stream, p.segment) for p in problems if p.rule not in ("missing", "unknown_stream")}
    in_ledger = {stream for stream, _ in ledger}
    loaded: list[LoadedSegment] = []
    for stream in stream_tables():
        if not by_stream[stream] and stream not in in_ledger and _is_empty(con, stream):
            with transaction(con):
                _forget_derived(con, stream)
            continue
        kept = [segment for of_stream, segment in unreadable if of_stream == stream]
        loaded += _replay_stream(con, stream, by_stream[stream], kept, ledger, moment)
        step("replayed")
    return LoadReport(tuple(loaded), 0, tuple(problems))


def _replay_stream(
    con: DuckDBPyConnection,
    stream: str,
    files: Sequence[SegmentFile],
    kept: Sequence[str],
    ledger: Mapping[tuple[str, str], _LedgerRow],
    moment: datetime,
) -> list[LoadedSegment]:
    """Make one stream's table and its part of the ledger anew in one transaction."""
    loaded = []
    with transaction(con):
        con.execute(f"alter table raw.{stream} rename to {stream}__before")
        con.execute(f"create table raw.{stream} ({definition(STREAM_COLUMNS)})")
        con.execute(
            f"insert into raw.{stream} by name select * from raw.{stream}__before "  # noqa: S608 - a known stream
            "where list_contains($kept, segment)",
            {"kept": list(kept)},
        )
        con.execute(f"drop table raw.{stream}__before")
        _forget_derived(con, stream)
        con.execute(
            "delete from raw.segments where stream = $stream and not list_contains($kept, segment)",
            {"stream": stream, "kept": list(kept)},
        )
        for file in files:
            sha256 = digest(file)
            before = ledger.get((file.stream, file.segment))
            first = before.loaded_at if before is not None and before.sha256 == sha256 else moment
            answers = _insert(con, stream, file, first)
            _enter(con, file, answers, sha256, first)
            loaded.append(LoadedSegment(stream, file.segment, answers))
    return loaded


def _forget_derived(con: DuckDBPyConnection, stream: str, segment: str | None = None) -> None:
    """Take out what the base model of a stream made of its answers (of one segment), and the plan of identity.

    Without a plan the next resolve looks at everything: it tells new records from known ones by what they say of a
    person, and a record may have changed in what it does not compare. Keys are kept elsewhere.
    """
    rows = 0
    for base in _built(con, f"base_{stream}"):
        of_segment = "" if segment is None else "where segment = $segment"
        parameters = {} if segment is None else {"segment": segment}
        deleted = con.execute(f"delete from {base} {of_segment}", parameters).fetchone()  # noqa: S608 - our own names
        rows += 0 if deleted is None else int(deleted[0])
    if rows:
        for plan in _built(con, "int_identity__plan"):
            con.execute(f"drop table {plan}")


def _built(con: DuckDBPyConnection, name: str) -> list[str]:
    """The table of a model, if dbt has built it, quoted with its schema."""
    schemas = con.execute(
        "select table_schema from information_schema.tables where table_name = ? and table_type = 'BASE TABLE'",
        [name],
    ).fetchall()
    return [f'"{schema}"."{name}"' for (schema,) in schemas]


def _is_empty(con: DuckDBPyConnection, stream: str) -> bool:
    return con.execute(f"select 1 from raw.{stream} limit 1").fetchone() is None  # noqa: S608 - a known stream


# ---------------------------------------------------------------------- ledger and problems


def _ledger(con: DuckDBPyConnection) -> dict[tuple[str, str], _LedgerRow]:
    rows = con.execute("select stream, segment, sha256, loaded_at from raw.segments").fetchall()
    return {(stream, segment): _LedgerRow(sha256, loaded_at) for stream, segment, sha256, loaded_at in rows}


def _of_known_streams(files: Iterable[SegmentFile]) -> tuple[list[SegmentFile], list[SegmentProblem]]:
    tables = set(stream_tables())
    known, problems = [], []
    for file in files:
        if file.stream in tables:
            known.append(file)
        else:
            problems.append(
                SegmentProblem(
                    file.stream,
                    file.segment,
                    "unknown_stream",
                    f"{file.path}: this version knows no stream {file.stream}. Whoever runs contactable: upgrade "
                    "to the version that wrote it, then run `contactable load`.",
                )
            )
    return known, problems


def _bad_file(file: SegmentFile, error: BadSegmentError) -> SegmentProblem:
    return SegmentProblem(
        file.stream,
        file.segment,
        error.rule,
        f"{file.path} cannot be loaded ({error.reason}); the other segments were. Whoever runs contactable: "
        "restore this file from a backup, then run `contactable load`. It is the only copy of its answers.",
    )


def _missing_files(
    ledger: Mapping[tuple[str, str], _LedgerRow], files: Iterable[SegmentFile], consequence: str
) -> list[SegmentProblem]:
    there = {(file.stream, file.segment) for file in files}
    return [
        SegmentProblem(
            stream,
            segment,
            "missing",
            f"segments/{stream}/{segment}.parquet was loaded once and is gone; {consequence}. Whoever runs "
            "contactable: restore it from a backup, then run `contactable load`.",
        )
        for stream, segment in sorted(ledger)
        if (stream, segment) not in there
    ]
