"""Taking a person out of DuckDB files and published Parquet files.

After DELETE, CHECKPOINT and VACUUM an erased value still stands in the file's bytes (measured with DuckDB
1.5.5, 2026-11-21); only a copy into a new file is free of it. So rows are deleted in one transaction, the file
is copied table by table, and the copy is renamed over it.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from contactable.privacy.redaction import PersonIdentifiers
from contactable.privacy.segments import redact_row, segment_facts

#: The suppression list's hashes must stay (an address's SHA-256 is one of its hashes); anything else there must
#: not.
_TOMBSTONES = "identifier_hash"

#: Types of columns that hold no value of a person.
_OTHER_TYPES = ("BOOLEAN", "TIMESTAMP", "DATE", "TIME", "INTERVAL")

_ANSWER_COLUMNS = frozenset({"request_id", "segment", "vendor", "subjects", "options", "body"})

#: Redacted as the documents that they are.
_DOCUMENTS = frozenset({"subjects", "options", "body"})


@dataclass(frozen=True)
class Scrub:
    """Rows changed or removed, by table."""

    rows: Mapping[str, int]


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    columns: Sequence[tuple[str, str]]

    @property
    def label(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"

    def has(self, *columns: str) -> bool:
        return set(columns) <= {name for name, _ in self.columns}


def scrub_warehouse(warehouse: Path, wanted: PersonIdentifiers, segments: Path) -> Scrub:
    """Redact landed answers, remove every other row about the person, and write the file anew.

    What dbt derived from a redacted segment is removed as a whole, so that the next build derives it again
    from what is left. The load's ledger learns the new digests of rewritten segments.
    """
    rows: dict[str, int] = {}
    with duckdb.connect(str(warehouse)) as connection:
        tables = list(_tables(connection))
        connection.begin()
        touched: set[str] = set()
        for table in tables:
            changed = 0
            if table.schema == "raw" and table.has(*_ANSWER_COLUMNS):
                changed, segments_of = _redact_answers(connection, table, wanted)
                touched |= segments_of
            changed += _delete_rows(connection, table, wanted)
            if changed:
                rows[table.label] = changed
        for table in tables:
            if table.schema != "raw" and table.has("segment") and touched:
                connection.execute(
                    _fill("delete from {table} where list_contains($segments, segment)", table=table.sql),
                    {"segments": sorted(touched)},
                )
        _correct_ledger(connection, segments)
        connection.commit()
        connection.execute("checkpoint")
    rebuild(warehouse)
    return Scrub(rows)


def scrub_directory(directory: Path, wanted: PersonIdentifiers) -> int:
    """Remove the person's rows from every DuckDB and Parquet file below ``directory``; return how many."""
    removed = 0
    for path in sorted(directory.rglob("*.duckdb")):
        with duckdb.connect(str(path)) as connection:
            connection.begin()
            found = sum(_delete_rows(connection, table, wanted) for table in _tables(connection))
            connection.commit()
            connection.execute("checkpoint")
        if found:
            rebuild(path)
        removed += found
    for path in sorted(directory.rglob("*.parquet")):
        removed += scrub_parquet(path, wanted)
    return removed


def rebuild(path: Path) -> None:
    """Copy a DuckDB file into a new one and rename the copy over it: no byte of what was deleted remains."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    spill = path.with_name(f"{path.name}.tmp")
    existed = spill.exists()
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        fresh.unlink()  # DuckDB refuses an empty file; the umask below gives its own file the same mode
        before = os.umask(0o077)
        try:
            with duckdb.connect(config={"temp_directory": str(spill)}) as connection:
                connection.execute(f"attach {_literal(str(path))} as {_quoted(path.stem)} (read_only)")
                connection.execute(f"attach {_literal(str(fresh))} as fresh_copy")
                connection.execute(f"copy from database {_quoted(path.stem)} to fresh_copy")
                connection.execute("checkpoint fresh_copy")
                connection.execute("detach fresh_copy")
        finally:
            os.umask(before)
        fresh.chmod(path.stat().st_mode & 0o777)
        _sync(fresh)
        fresh.replace(path)
        _sync(path.parent)
    finally:
        fresh.unlink(missing_ok=True)
        if not existed:
            shutil.rmtree(spill, ignore_errors=True)


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[_Table]:
    rows = connection.execute(
        """
        select tables.table_schema, tables.table_name, list((column_name, data_type) order by ordinal_position)
        from information_schema.tables as tables
        inner join information_schema.columns as columns
            on tables.table_catalog = columns.table_catalog
            and tables.table_schema = columns.table_schema
            and tables.table_name = columns.table_name
        where tables.table_type = 'BASE TABLE' and tables.table_catalog = current_database()
        group by all
        order by all
        """
    ).fetchall()
    for schema, name, columns in rows:
        yield _Table(schema, name, [tuple(column) for column in columns])


def _redact_answers(
    connection: duckdb.DuckDBPyConnection, table: _Table, wanted: PersonIdentifiers
) -> tuple[int, set[str]]:
    condition, parameters = wanted.sql_condition("concat_ws(' ', subjects, options, body)")
    candidates = connection.execute(
        _fill(
            "select rowid, segment, subjects, options, body from {table} where {condition}",
            table=table.sql,
            condition=condition,
        ),
        parameters,
    ).fetchall()
    changed = 0
    touched = set()
    for rowid, segment, subjects, options, body in candidates:
        redacted = redact_row(wanted, table.name, {"subjects": subjects, "options": options, "body": body})
        if redacted is None:
            continue
        changed += 1
        touched.add(segment)
        if redacted.dropped:
            connection.execute(_fill("delete from {table} where rowid = $row", table=table.sql), {"row": rowid})
        else:
            connection.execute(
                _fill(
                    "update {table} set subjects = $subjects, options = $options, body = $body where rowid = $row",
                    table=table.sql,
                ),
                {"subjects": redacted.subjects, "options": redacted.options, "body": redacted.body, "row": rowid},
            )
    return changed, touched


def _delete_rows(connection: duckdb.DuckDBPyConnection, table: _Table, wanted: PersonIdentifiers) -> int:
    is_landed = table.schema == "raw" and table.has(*_ANSWER_COLUMNS)
    redacted = _DOCUMENTS if is_landed else frozenset()
    columns = [column for column in table.columns if column[0] not in redacted]
    doomed = _rows_of(connection, table.sql, "rowid", columns, wanted)
    if doomed:
        connection.execute(
            _fill("delete from {table} where rowid in (select unnest($rows))", table=table.sql), {"rows": doomed}
        )
    return len(doomed)


def _rows_of(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    row_number: str,
    columns: Sequence[tuple[str, str]],
    wanted: PersonIdentifiers,
) -> list[int]:
    """Return the numbers of the rows about the person: first a rough pattern in SQL, then the exact rules."""
    searched = [name for name, kind in columns if kind.endswith("]") or not kind.startswith(_OTHER_TYPES)]
    if not searched:
        return []
    texts = ", ".join(_text_of(name) for name in searched)
    owner = _quoted("vendor") if "vendor" in searched else "''"
    condition, parameters = wanted.sql_condition(f"concat_ws(chr(10), {texts})")
    cursor = connection.execute(
        _fill(
            "select {row_number}, {owner}, {texts} from {relation} where {condition}",
            row_number=row_number,
            owner=owner,
            texts=texts,
            relation=relation,
            condition=condition,
        ),
        parameters,
    )
    found: list[int] = []
    while rows := cursor.fetchmany(10_000):
        found += [
            row[0]
            for row in rows
            if wanted.in_row(
                row[1] or "",
                [(name, text) for name, text in zip(searched, row[2:], strict=True) if text is not None],
            )
        ]
    return found


def _text_of(name: str) -> str:
    text = f"cast({_quoted(name)} as varchar)"
    return text if name != _TOMBSTONES else f"nullif(regexp_replace({text}, '^[0-9a-f]{{64}}$', ''), '')"


def scrub_parquet(path: Path, wanted: PersonIdentifiers) -> int:
    """Remove the person's rows from a Parquet file; return how many."""
    with duckdb.connect() as connection:
        source = f"read_parquet({_literal(str(path))}, file_row_number = true)"
        columns = connection.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()  # noqa: S608
        doomed = _rows_of(connection, source, "file_row_number", [(row[0], row[1]) for row in columns], wanted)
        if not doomed:
            return 0
        fresh = path.with_name(f".{path.name}.new")
        connection.execute("create temp table doomed as select unnest($rows) as row_number", {"rows": doomed})
        connection.execute(
            _fill(
                "copy (select * exclude (file_row_number) from {source} "
                "where file_row_number not in (select row_number from doomed) order by file_row_number) "
                "to {fresh} (format parquet, compression zstd)",
                source=source,
                fresh=_literal(str(fresh)),
            )
        )
    fresh.chmod(path.stat().st_mode & 0o777)
    _sync(fresh)
    fresh.replace(path)
    return len(doomed)


def _correct_ledger(connection: duckdb.DuckDBPyConnection, segments: Path) -> None:
    """Write digests and counts of rewritten segments into ``raw.segments``. All are compared: retrying helps."""
    known = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = 'segments'"
    ).fetchone()
    if not known or not known[0]:
        return
    for stream, segment, digest in connection.execute(
        "select stream, segment, sha256 from raw.segments"
    ).fetchall():
        path = _segment_file(segments, stream, segment)
        if path is None:
            continue
        answers, sha256 = segment_facts(path)
        if sha256 != digest:
            connection.execute(
                "update raw.segments set sha256 = $sha256, answers = $answers "
                "where stream = $stream and segment = $segment",
                {"sha256": sha256, "answers": answers, "stream": stream, "segment": segment},
            )


def _segment_file(segments: Path, stream: str, segment: str) -> Path | None:
    """A segment's file; its folder may bear a name that the stream had in an older version."""
    path = segments / stream / f"{segment}.parquet"
    if path.is_file():
        return path
    return next(segments.glob(f"{stream.partition('__')[0]}__*/{segment}.parquet"), None)


def _fill(template: str, **parts: str) -> str:
    """Fill quoted names and expressions, which no database takes as parameters, into a statement."""
    return template.format(**parts)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
