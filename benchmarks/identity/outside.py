"""A file of somebody else's with a known truth, through the same way: CSV (header, UTF-8) or Parquet.

Columns; all but ``record_id`` and ``person`` may be missing, a cell may be empty:

    record_id     one record; two rows with the same one are an error
    person        whom it is truly about, any text
    source        who holds it (default: outside). Two records of one source and one source_id are one evidence
    source_id     the source's own id of the person
    first_name, last_name, or name ("Ada Roe" or "Roe, Ada")
    email, email_md5, email_sha1, email_sha256, phone     several in one cell: separated by ; or |
    linkedin, maid, address, city, state, zip, birth_year or birth_date, company_name, company_domain, job_title
    observed_at   when it was received, ISO 8601 (default: one moment for all)

``--columns theirs=ours,...`` renames; several columns may be joined with a blank:
``address=street_number+address_1``.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from identity.evidence import TABLES

REQUIRED = ("record_id", "person")
OPTIONAL = (
    "source", "source_id", "first_name", "last_name", "name", "email", "email_md5", "email_sha1", "email_sha256",
    "phone",
    "linkedin", "maid", "address", "city", "state", "zip", "birth_year", "birth_date", "company_name",
    "company_domain",
    "job_title", "observed_at",
)  # fmt: skip


class OutsideDataError(ValueError):
    """The file cannot be read as records with a truth."""


def read(con: duckdb.DuckDBPyConnection, file: Path, columns: str = "") -> None:
    """Put the file's records into the tables of schema ``bench`` (made by ``Warehouse.fill``).

    Args:
        con: a scratch warehouse.
        file: ``.csv``, ``.parquet`` or ``.pq``.
        columns: ``ours=theirs+theirs,...``: which of their columns ours are made of.

    Raises:
        OutsideDataError: required columns are missing, a record comes twice, or the file is empty.
    """
    columnar = file.suffix in (".parquet", ".pq")
    reader = "read_parquet(?)" if columnar else "read_csv(?, all_varchar = true, header = true)"
    con.execute(f"create or replace temp table theirs as select * from {reader}", [str(file)])
    present = [str(row[0]) for row in con.execute("select column_name from (describe theirs)").fetchall()]
    con.execute(f"create or replace temp table given as select {_selected(present, columns)} from theirs")
    counted = "count(*), count(distinct record_id), count(*) filter (record_id is null or person is null)"
    rows, distinct, without = con.execute(f"select {counted} from given").fetchone() or (0, 0, 0)
    if not rows or distinct < rows or without:
        raise OutsideDataError(
            f"{file.name}: {rows} rows, {distinct} different record_id, {without} without record_id or person."
        )
    con.execute(_EVIDENCE)
    for table, sql in _INTO.items():
        con.execute(f"insert into bench.{table} by name {sql}")


def _selected(present: list[str], columns: str) -> str:
    """SQL of our columns from theirs, as trimmed texts; empty is NULL."""
    made = {name.strip().lower(): name for name in present}
    for pair in filter(None, columns.split(",")):
        ours, _, theirs = pair.partition("=")
        wanted = [made.get(part.strip().lower()) for part in theirs.split("+")]
        if not all(wanted):
            raise OutsideDataError(f"the file has no column {theirs!r}; it has {', '.join(present)}.")
        made[ours.strip()] = "\0".join(name for name in wanted if name)
    missing = [name for name in REQUIRED if name not in made]
    if missing:
        raise OutsideDataError(f"the file needs {', '.join(missing)}; it has {', '.join(present)}.")
    shown = []
    for name in (*REQUIRED, *OPTIONAL):
        parts = made[name].split("\0") if name in made else []
        quoted = ", ".join('cast("' + part.replace('"', '""') + '" as varchar)' for part in parts)
        text = f"nullif(trim(concat_ws(' ', {quoted})), '')" if parts else "cast(null as varchar)"
        shown.append(f"{text} as {name}")
    return ", ".join(shown)


#: One evidence an id of a source, else a record; people as numbers, because pairs are counted by them.
_EVIDENCE = """
    create or replace temp table outside as
    select
        * exclude (person, source, observed_at, source_id, first_name, last_name, birth_year),
        coalesce(source, 'outside') as vendor,
        source_id as person_ref,
        case when source_id is not null then coalesce(source, 'outside') || '_id' end as person_ref_type,
        coalesce(coalesce(source, 'outside') || ':' || source_id, 'outside/' || record_id) as evidence_id,
        dense_rank() over (order by person) as person,
        coalesce(try_cast(observed_at as timestamp), timestamp '2026-11-01') as observed_at,
        coalesce(first_name, case
            when name like '%,%' then trim(split_part(name, ',', 2))
            else trim(regexp_extract(name, '^(.*?)[ ]+[^ ]+$', 1))
        end) as first_name,
        coalesce(last_name, case
            when name like '%,%' then trim(split_part(name, ',', 1)) else regexp_extract(name, '([^ ]+)$', 1)
        end) as last_name,
        coalesce(try_cast(birth_year as integer), try_cast(regexp_extract(birth_date, '(1[89]|20)[0-9]{2}')
        as integer)) as birth_year
    from given
"""

_SHARED = "evidence_id, record_id, vendor, observed_at, person, 0 as kinds, person_ref as contact_id"
_CELLS = "unnest(regexp_split_to_array({0}, '[;|]'))"
_INTO = {
    "records": """
        select
            evidence_id, record_id, vendor, 'outside.records' as source, observed_at, person, 0 as kinds,
            person_ref,
            person_ref_type, first_name, last_name, address, city, state, zip, linkedin as linkedin_url, maid,
            birth_year,
            company_name, company_domain, job_title
        from outside
    """,
    "emails": " union all ".join(
        f"""
        select {_SHARED}, trim({_CELLS.format(column)}) as email, {kind} as hashed_as, false as upper
        from outside where {column} is not null
        """
        for column, kind in (
            ("email", "null"), ("email_md5", "'given md5'"), ("email_sha1", "'given sha1'"),
            ("email_sha256", "'given sha256'"),
        )
    ),
    "phones": f"select {_SHARED}, trim({_CELLS.format('phone')}) as phone from outside where phone is not null",
}  # fmt: skip


def empty_tables() -> list[tuple[str, pa.Table]]:
    """Nothing, so that the tables exist."""
    return [(name, schema.empty_table()) for name, schema in TABLES.items()]
