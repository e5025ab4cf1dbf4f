"""A scratch warehouse: the identity models' real input tables, filled with records of any origin; and the real
models.

The records arrive as texts (schema ``bench``). They pass through the real models' own SQL from its CTE
``united`` on: what a model does to the united records of its vendors (normalising, grouping) is done to ours,
and cannot drift from it. The tables themselves are made by dbt, empty, with all columns and types.
"""

import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[2]
sys.path[:0] = [path for path in (str(PROJECT / "tests" / "python"),) if path not in sys.path]

from contactable.warehouse.dbt_runner import DbtProject  # noqa: E402
from identity.evidence import TABLES, Piece  # noqa: E402
from support.macros import macros  # noqa: E402

INPUTS = ("int_intent__signals", "int_contacts__records", "int_contacts__emails", "int_contacts__phones")
_FOLDERS = {"int_intent__signals": "intent"}
IDENTITY = "+path:models/intermediate/identity"
#: Who is behind a vendor's id is decided between the records and what hangs on them.
SPLIT = ("int_identity__spellings", "int_identity__split_ids", "int_contacts__profiles")
_ABOVE = tuple(f"+{name}" for name in INPUTS)
_NOT_AGAIN = ("path:models/staging", *INPUTS)
_EMAIL = "case upper when true then upper(trim({0})) else lower(trim({0})) end"

#: What stands for ``united`` in each model. ``{fresh}`` limits to what came since the last load.
_UNITED = {
    "int_intent__signals": """
        select
            record_id, vendor, vendor || ':bench' as vendor_topic_id, contact_id,
            {hash} as hem, hashed_as as hem_type, {email} as email, company_name, job_title,
            cast(observed_at as date) as signal_date, cast(1 as double) as vendor_score, 1 as signal_count,
            cast(50 as double) as score, observed_at as fetched_at
        from bench.signals
        where {fresh}
    """,
    "int_contacts__records": """
        select {profile} from (
            select *, list_value(email) as emails, observed_at as as_of from bench.records
            left join (
                select evidence_id as mailed, record_id as mailed_in, min(email) as email from bench.emails
                where hashed_as is null group by all
            ) as first_emails on evidence_id = mailed and record_id = mailed_in
            where {fresh}
            union all by name
            select
                evidence_id, min(record_id) as record_id, min(vendor) as vendor, 'leadpipe.audience_members'
                as source,
                min(first_observed_at) as observed_at, min(first_observed_at) as as_of, email, company_name,
                job_title
            from intermediate.int_intent__signals
            where coalesce(email, company_name, job_title) is not null and {fresh_signals}
            group by evidence_id, email, company_name, job_title
        )
    """,
    "int_contacts__emails": """
        select
            {evidence_id}, record_id, vendor, case when hashed_as is null then {email} end as email,
            cast(null as varchar) as email_type,
            {hashes}, contact_id, observed_at, observed_at as as_of
        from bench.emails as told
        left join people using (record_id)
        where {fresh}
        union all
        select
            evidence_id, record_id, vendor, email, cast(null as varchar), null, null, null, null, observed_at,
            as_of
        from intermediate.int_contacts__profiles
        where email is not null and {fresh}
    """,
    "int_contacts__phones": """
        select
            {evidence_id}, record_id, vendor, contact_id, phone, nullif(phone_type, '') as phone_type,
            cast(null as varchar) as dnc, observed_at, observed_at as as_of
        from bench.phones as told
        left join people using (record_id)
        where {fresh}
    """,
}


class Warehouse:
    """One scratch home. Close your own connections before dbt runs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.project = DbtProject.at(home)

    def connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(str(self.home / "warehouse.duckdb"))
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = '{self.home / 'spill'}'")
        return connection

    def dbt(self, command: str, select: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        """Run a dbt command in this process.

        Raises:
            SystemExit: a node failed; the message names it.
        """
        outcome = self.project.run(command, select=tuple(select), exclude=tuple(exclude))
        if not outcome.success:
            raise SystemExit("\n".join(f"{failure.name}: {failure.message}" for failure in outcome.failures))

    def prepare(self) -> None:
        """The real input tables, empty, and the seeds."""
        self.dbt("seed")
        self.dbt("run", select=_ABOVE)

    def fill(self, pieces: Iterable[Piece]) -> None:
        """Write records as they come, without looking at them."""
        with self.connect() as con:
            con.execute("create schema if not exists bench")
            for name, schema in TABLES.items():
                empty = schema.empty_table()  # noqa: F841  DuckDB reads the variable
                con.execute(f"create table if not exists bench.{name} as select * from empty")
            for name, table in pieces:
                con.register("piece", table)
                con.execute(f"insert into bench.{name} by name select * from piece")
                con.unregister("piece")

    def load(self, since: str = "1970-01-01", until: str = "2999-01-01") -> None:
        """Put the records observed in [since, until) through the real models' SQL into their tables."""
        fresh = f"observed_at >= timestamp '{since}' and observed_at < timestamp '{until}'"
        self._insert(INPUTS[:2], fresh)
        self.dbt("run", select=SPLIT)
        self._insert(INPUTS[2:], fresh)

    def _insert(self, models: Iterable[str], fresh: str) -> None:
        with self.connect() as con:
            con.execute(PEOPLE)
            for name in models:
                given = _UNITED[name].format(
                    fresh=fresh,
                    fresh_signals=fresh.replace("observed_at", "first_observed_at"),
                    evidence_id=f"{EVIDENCE_ID} as evidence_id",
                    hash=_hash("hashed"),
                    hashes=", ".join(
                        _hash("email", kind) + f" as email_{kind}" for kind in ("md5", "sha1", "sha256")
                    ),
                    email=macros()["normalise_email"]("email"),
                    profile=macros()["profile_columns"](_given_columns()),
                )
                con.execute(f"insert into intermediate.{name} by name {substituted(self.compiled(name), given)}")

    def compiled(self, model: str) -> str:
        """A model's SQL as dbt rendered it when its table was made."""
        folder = _FOLDERS.get(model, "contacts")
        path = (
            self.home / "target" / "compiled" / "contactable" / "models" / "intermediate" / folder / f"{model}.sql"
        )
        return path.read_text(encoding="utf-8")

    def resolve(self) -> float:
        """The address book and the identity models, with whatever else they need but their inputs' own inputs.

        Returns:
            Seconds of the models alone: dbt has read the project before.
        """
        self.dbt("run", select=("stg_contactable__settings",))
        began = time.monotonic()
        self.dbt("run", select=(IDENTITY,), exclude=_NOT_AGAIN)
        return time.monotonic() - began


#: An address or a number belongs to the person whose record told it, where two share a vendor's id.
PEOPLE = """
    create or replace temp table people as
    select distinct record_id, evidence_id as person_evidence
    from intermediate.int_contacts__profiles
    where evidence_id like '%~%'
"""
EVIDENCE_ID = "coalesce(person_evidence, told.evidence_id)"


def _hash(column: str, only: str = "") -> str:
    """SQL of a vendor's hash of an address, whichever kind it says; NULL for other kinds than ``only``. A hash
    that came as such is passed on as it came.
    """
    text = _EMAIL.format(column)
    cases = " ".join(
        f"when '{kind}' then {kind}({text}) when 'given {kind}' then lower(trim({column}))"
        for kind in ("md5", "sha1", "sha256")
        if only in ("", kind)
    )
    return f"case hashed_as {cases} end"


def _given_columns() -> dict[str, str]:
    """Which columns of the united profiles our records have."""
    names = {field.name for field in TABLES["records"]} - {"kinds", "person", "subject_value"}
    given = {name: name for name in (*names, "as_of", "email", "emails")}
    given["subject_value"] = (
        "case when subject_type = 'email_md5' then md5(lower(subject_value)) else subject_value end"
    )
    return given


def substituted(sql: str, united: str) -> str:
    """A model's SQL with another CTE ``united``; the model's own stays, under another name, and is not read.

    Raises:
        ValueError: the model has no such CTE: it was rebuilt, and this module must follow.
    """
    body, count = re.subn(r"^united as \(", "united_of_vendors as (", sql, count=1, flags=re.MULTILINE)
    body, begun = re.subn(r"^with ", lambda _: f"with united as ({united}),\n", body, count=1, flags=re.MULTILINE)
    if not count or not begun:
        raise ValueError("a model without the CTE `united`: nothing to put other records in its place")
    return body
