"""The raw tables. The streams among them are listed in dbt_project.yml, for dbt and for us.

Grain: one row per answer received in a stream's table; the other tables say theirs beside them. dbt creates the
same tables on run start (macro ``raw_tables``), so that ``dbt build`` works alone; a test compares both.
Times are ``timestamp`` without zone and mean UTC.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from duckdb import DuckDBPyConnection

from contactable.warehouse.duckdb import transaction

SCHEMA = "raw"


def _listed_streams() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The variable ``streams`` of dbt_project.yml: vendor -> stream -> facts.

    Nothing where there is no project: whatever needs one refuses with a remedy (``DbtProject.at``).
    """
    checkout = Path(__file__).parents[3]
    for directory in (Path(os.environ.get("CONTACTABLE_PROJECT_DIR") or checkout), checkout):
        file = directory / "dbt_project.yml"
        if file.is_file():
            listed: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["vars"]["streams"]
            return MappingProxyType(dict(listed))
    return MappingProxyType({})


_LISTED = _listed_streams()

#: The record shapes each vendor delivers: one raw table ``<vendor>__<stream>`` each, licensed or not.
STREAMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {vendor: tuple(listed) for vendor, listed in _LISTED.items()}
)

#: Streams of older versions, whose segments and unsealed answers keep these names: former name -> today's table.
#: Until 2026-11-30 each enrichment bundle of ContactBased was a stream of its own.
FORMER_STREAMS: Mapping[str, str] = MappingProxyType(
    {
        f"{vendor}__{bundle}": f"{vendor}__{stream}"
        for vendor, listed in _LISTED.items()
        for stream, facts in listed.items()
        for bundle in facts.get("bundles", ())
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its type: varchar, integer, bigint, double, boolean or timestamp."""

    name: str
    type: str


def _columns(**types: str) -> tuple[Column, ...]:
    return tuple(Column(name, type_) for name, type_ in types.items())


#: The columns of every stream's table.
STREAM_COLUMNS = _columns(
    request_id="varchar",
    segment="varchar",
    vendor="varchar",
    endpoint="varchar",
    run_id="varchar",
    subjects="varchar",  # JSON array: what was asked, by position
    options="varchar",  # JSON object: the request's other fields
    status_code="integer",
    body="varchar",  # the answer, verbatim
    fetched_at="timestamp",
    loaded_at="timestamp",
)

#: The fields a first-party list may bring, in the order of DESIGN section 7.
FIRST_PARTY_FIELDS = (
    "external_id",
    "email",
    "phone",
    "linkedin_url",
    "first_name",
    "last_name",
    "full_name",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "company_name",
    "company_domain",
    "maid",
    "ip",
    "vin",
    "email_md5",
    "email_sha1",
    "email_sha256",
    "sales_navigator_id",
    "ein",
    "bigdbm_id",
    "contactbased_id",
)

_OTHER_TABLES: dict[str, tuple[Column, ...]] = {
    # one row per loaded segment; stream is the raw table's name
    "segments": _columns(
        segment="varchar", stream="varchar", answers="bigint", sha256="varchar", loaded_at="timestamp"
    ),
    # one row per distinct row of the first-party list
    "first_party": (
        *_columns(row_key="varchar", source_file="varchar", line_number="integer"),
        *(Column(name, "varchar") for name in FIRST_PARTY_FIELDS),
        *_columns(extra="varchar", first_loaded_at="timestamp"),
    ),
    # one row per row of the first-party list that could not be read
    "rejected_rows": _columns(
        source_file="varchar",
        line_number="integer",
        rule="varchar",
        reason="varchar",
        rejected_at="timestamp",
    ),
    # one row per question never sent, or refused by the vendor by itself
    "rejected_subjects": _columns(
        question_key="varchar",
        endpoint="varchar",
        vendor="varchar",
        stream="varchar",
        rule="varchar",
        reason="varchar",
        rejected_at="timestamp",
    ),
    # one row per setting and position
    "settings": _columns(setting="varchar", position="integer", value="varchar"),
    # one row per request
    "journal_requests": _columns(
        request_id="varchar",
        run_id="varchar",
        vendor="varchar",
        endpoint="varchar",
        product="varchar",
        stream="varchar",
        wave="varchar",
        state="varchar",
        attempt="integer",
        server_errors="integer",
        extraction_id="varchar",
        page="integer",
        subjects_asked="integer",
        credits_quoted="double",
        credits_charged="double",
        money_quoted_micros="bigint",
        money_charged_micros="bigint",
        billing="varchar",
        subjects_matched="bigint",
        records_returned="bigint",
        records_reserved="bigint",
        status_code="integer",
        error_rule="varchar",
        reserved_at="timestamp",
        sent_at="timestamp",
        settled_at="timestamp",
    ),
    # one row per question: its latest ask
    "journal_asked": _columns(
        question_key="varchar",
        endpoint="varchar",
        subject_key="varchar",
        request_id="varchar",
        state="varchar",
        asked_at="timestamp",
    ),
    # one row per paged read or job
    "journal_extractions": _columns(
        extraction_id="varchar",
        endpoint="varchar",
        question_key="varchar",
        state="varchar",
        rows_read="bigint",
        rows_expected="bigint",
        job_id="varchar",
        job_status="varchar",
        started_at="timestamp",
        finished_at="timestamp",
    ),
    # one row per command that sent something
    "runs": _columns(
        run_id="varchar",
        command="varchar",
        started_at="timestamp",
        finished_at="timestamp",
        exit_code="integer",
    ),
    # one row per run, gate, expectation and column
    "gate_results": _columns(
        run_id="varchar",
        gate="varchar",
        expectation="varchar",
        column_name="varchar",
        passed="boolean",
        observed="varchar",
        threshold="varchar",
        severity="varchar",
        judged_at="timestamp",
        build_id="varchar",
        reason="varchar",
        remedy="varchar",
        accepted_by="varchar",
        accepted_because="varchar",
        accepted_at="timestamp",
    ),
    # one row: what the last dbt command that builds made of the models, and what changed below it since
    "candidate": _columns(
        build_id="varchar",
        command="varchar",
        started_at="timestamp",
        finished_at="timestamp",
        nodes_missing="integer",
        failures="varchar",
        changed_by="varchar",
    ),
    # one row per publication and table
    "publications": _columns(
        publication_id="varchar", published_at="timestamp", table_name="varchar", row_count="bigint"
    ),
    # one row per identifier that must not be contacted; hashed, so that the list itself contacts nobody
    "suppressions": _columns(
        identifier_type="varchar",
        identifier_hash="varchar",
        scope="varchar",
        reason="varchar",
        added_at="timestamp",
    ),
}

#: The loader's own book, of no interest to a model: how far each journal table was read, a row each.
INTERNAL_TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {"journal_sync": _columns(journal_table="varchar", last_seq="bigint", synced_at="timestamp")}
)


def stream_tables() -> tuple[str, ...]:
    """The names of all stream tables, ``<vendor>__<stream>``."""
    return tuple(f"{vendor}__{stream}" for vendor, streams in STREAMS.items() for stream in streams)


#: Every raw table that models may read, by name.
RAW_TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {**dict.fromkeys(stream_tables(), STREAM_COLUMNS), **_OTHER_TABLES}
)


def column_names(table: str) -> tuple[str, ...]:
    """The column names of one raw table, in order."""
    return tuple(column.name for column in RAW_TABLES[table])


def definition(columns: tuple[Column, ...]) -> str:
    """``columns`` as the inside of ``create table``'s parentheses."""
    return ", ".join(f"{column.name} {column.type}" for column in columns)


def create_raw_tables(con: DuckDBPyConnection) -> None:
    """Create the schema ``raw`` and each table that does not exist yet; bring an older version's up to date.

    Columns that it lacked are added, and streams that it kept apart are moved into today's. A journal table that
    gains a column is read again in full by the next load: its old rows lack the values.
    """
    tables = {**RAW_TABLES, **INTERNAL_TABLES}
    with transaction(con):  # one wait for the disk instead of fifty
        con.execute(f"create schema if not exists {SCHEMA}")
        present: dict[str, set[str]] = {}
        for table, column in con.execute(
            "select table_name, column_name from information_schema.columns where table_schema = ?", [SCHEMA]
        ).fetchall():
            present.setdefault(table, set()).add(column)
        for table, columns in tables.items():
            if table not in present:
                con.execute(f"create table {SCHEMA}.{table} ({definition(columns)})")
                continue
            for column in columns:
                if column.name not in present[table]:
                    con.execute(f"alter table {SCHEMA}.{table} add column {definition((column,))}")
                    con.execute(
                        f"delete from {SCHEMA}.journal_sync where 'journal_' || journal_table = ?",  # noqa: S608
                        [table],
                    )
        for former in sorted(FORMER_STREAMS.keys() & present.keys()):
            _move_stream(con, former, FORMER_STREAMS[former])


def _move_stream(con: DuckDBPyConnection, former: str, table: str) -> None:
    """Move the answers of a former stream, and drop what was derived of them: the next build derives it again."""
    con.execute(f"insert into {SCHEMA}.{table} by name select * from {SCHEMA}.{former}")  # noqa: S608 - our own names
    con.execute(f"drop table {SCHEMA}.{former}")
    con.execute(f"update {SCHEMA}.segments set stream = ? where stream = ?", [table, former])  # noqa: S608
    derived = con.execute(
        "select table_schema, table_name, table_type from information_schema.tables where table_name in (?, ?)",
        [f"base_{former}", f"stg_{former}"],
    ).fetchall()
    for schema, name, kind in derived:
        con.execute(f'drop {"view" if kind == "VIEW" else "table"} "{schema}"."{name}"')
