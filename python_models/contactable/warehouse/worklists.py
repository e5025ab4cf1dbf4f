"""Reading what is due. The models in ``models/worklists/`` decide; this only hands their rows over, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from duckdb import DuckDBPyConnection

from contactable.warehouse.errors import WorklistMissingError

SCHEMA = "worklists"


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


def worklist_name(endpoint: str) -> str:
    """The model of an endpoint: ``bigdbm.email_batch`` -> ``worklist_bigdbm_email_batch``."""
    return f"worklist_{endpoint.replace('.', '_')}"


def summarise_worklist(con: DuckDBPyConnection, endpoint: str) -> WorklistSummary:
    """Subjects due and credits quoted.

    Raises:
        WorklistMissingError: the model has not been built.
    """
    row = _query(con, endpoint, "select count(*), coalesce(sum(credits_quoted), 0) from {table}").fetchone()
    assert row is not None
    return WorklistSummary(int(row[0]), float(row[1]))


def read_worklist(con: DuckDBPyConnection, endpoint: str, *, batch_rows: int = 10_000) -> Iterator[DueQuestion]:
    """The rows in the order in which they are bought; at most ``batch_rows`` in memory.

    ``con`` must not run anything else meanwhile: give each reader a cursor of its own.

    Raises:
        WorklistMissingError: the model has not been built.
    """
    result = _query(
        con,
        endpoint,
        "select question_key, subject_key, subject_type, subject_value, options, reason, credits_quoted, "
        "last_asked_at "
        "from {table} order by priority, question_key",
    )
    while rows := result.fetchmany(batch_rows):
        for key, subject_key, subject_type, value, options, reason, credits, asked_at in rows:
            zoned = None if asked_at is None else asked_at.replace(tzinfo=UTC)
            yield DueQuestion(key, subject_key, subject_type, value, options, reason, float(credits), zoned)


def _query(con: DuckDBPyConnection, endpoint: str, sql: str) -> DuckDBPyConnection:
    name = worklist_name(endpoint)
    try:
        return con.execute(sql.format(table=f'{SCHEMA}."{name}"'))
    except duckdb.CatalogException as error:
        raise WorklistMissingError(
            f"there is no worklist {name} in the warehouse",
            who="whoever runs contactable",
            remedy="build it first: contactable plan, or dbt run --select +" + name,
        ) from error
