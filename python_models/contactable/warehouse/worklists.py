"""Reading what is due. The models in ``models/planning/`` decide; this only hands their rows over, in order.

Rows are copied out of the warehouse first: asking takes hours, and nobody else could open it meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from contactable.warehouse.errors import WorklistMissingError

SCHEMA = "worklists"

#: Rows of a copy that are in memory at once while it is written (a row group) and while it is read.
_COPY_ROWS = 10_240


@dataclass(frozen=True, slots=True)
class DueQuestion:
    """One row of a worklist. ``options`` is canonical JSON text; ``last_asked_at`` has a zone (UTC) or is None."""

    question_key: str
    subject_key: str
    subject_type: str
    subject_value: str
    options: str
    reason: str
    credits_quoted: float
    last_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorklistSummary:
    """How much is due, and what it may cost in the vendor's credits."""

    subjects: int
    credits: float


def summarise_worklist(
    con: DuckDBPyConnection, model: str, endpoint: str, *, not_since: datetime | None = None
) -> WorklistSummary:
    """Subjects due and credits quoted; without what was asked at or after ``not_since`` (UTC), if given.

    Raises:
        WorklistMissingError: the model has not been built.
    """
    sql = "select count(*), coalesce(sum(credits_quoted), 0) from {table} where endpoint = '{endpoint}' {where}"
    row = _query(con, model, endpoint, sql, where=_asked_before(not_since)).fetchone()
    assert row is not None
    return WorklistSummary(int(row[0]), float(row[1]))


def copy_worklist(
    con: DuckDBPyConnection, model: str, endpoint: str, path: Path, *, not_since: datetime | None = None
) -> None:
    """The rows in the order in which they are bought, as a Parquet file that only its owner reads.

    ``not_since`` (UTC): leave out what was asked at or after it. A call that failed is due again, but not to the
    run in which it failed.

    Raises:
        WorklistMissingError: the model has not been built.
    """
    _query(
        con,
        model,
        endpoint,
        "copy (select question_key, subject_key, subject_type, subject_value, options, reason, credits_quoted, "
        "last_asked_at from {table} where endpoint = '{endpoint}' {where} order by priority, question_key) "
        "to '{path}' (format parquet, compression zstd, row_group_size {rows})",
        where=_asked_before(not_since),
        path=str(path).replace("'", "''"),
        rows=_COPY_ROWS,
    )
    path.chmod(0o600)


def read_worklist(path: Path) -> Iterator[DueQuestion]:
    """The rows of a copy, in its order; few of them in memory. The file may be gone once the last was read."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_COPY_ROWS):
            for row in batch.to_pylist():
                yield _due(row)


def _due(row: dict[str, Any]) -> DueQuestion:
    asked_at: datetime | None = row.pop("last_asked_at")
    zoned = None if asked_at is None else asked_at.replace(tzinfo=UTC)
    return DueQuestion(**row | {"credits_quoted": float(row["credits_quoted"])}, last_asked_at=zoned)


def read_waterfall(con: DuckDBPyConnection) -> dict[str, tuple[tuple[str, ...], str]]:
    """Attribute -> the endpoints that are asked for it, in order, and where it stops (found, verified).

    Raises:
        WorklistMissingError: the waterfall has not been built.
    """
    rows = _execute(
        con,
        "int_worklists__waterfall_steps",
        "select attribute, list(endpoint order by step_rank), min(stop_at) "
        "from intermediate.int_worklists__waterfall_steps where is_enabled group by attribute order by attribute",
    ).fetchall()
    return {attribute: (tuple(endpoints), stop_at) for attribute, endpoints, stop_at in rows}


def _asked_before(moment: datetime | None) -> str:
    if moment is None:
        return ""
    naive = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return f"and (last_asked_at is null or last_asked_at < timestamp '{naive}')"


def _query(con: DuckDBPyConnection, model: str, endpoint: str, sql: str, **values: object) -> DuckDBPyConnection:
    return _execute(con, model, sql.format(table=f'{SCHEMA}."{model}"', endpoint=endpoint, **values))


def _execute(con: DuckDBPyConnection, name: str, sql: str) -> DuckDBPyConnection:
    try:
        return con.execute(sql)
    except duckdb.CatalogException as error:
        raise WorklistMissingError(
            f"there is no model {name} in the warehouse",
            who="whoever runs contactable",
            remedy="build it first: contactable plan, or dbt run --select +" + name,
        ) from error
