"""Small worlds of records for the identity models: few people, few values, so that everything meets often."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import md5, sha256
from types import SimpleNamespace

import duckdb
from hypothesis import strategies as st

from support.macros import ROOT
from support.models import ModelRunner

#: As dbt orders them.
MODELS = (
    "int_identity__spellings",
    "int_identity__split_ids",
    "int_contacts__profiles",
    "world_inputs",
    "int_identity__household_answers",
    "int_identity__plan",
    "int_identity__touched_evidence",
    "int_contacts__email_addresses",
    "int_identity__names",
    "int_identity__former_nodes",
    "int_identity__identifiers",
    "int_identity__invalid_identifiers",
    "int_identity__touched_nodes",
    "int_identity__evidence",
    "int_identity__name_groups",
    "int_identity__cuts",
    "int_identity__proposed_links",
    "int_identity__decisions",
    "int_identity__decision_sides",
    "int_identity__contradictions",
    "int_identity__match_links",
    "int_identity__separated_links",
    "int_identity__scope",
    "int_identity__links",
    "int_identity__components",
    "int_identity__resolution",
    "int_identity__key_changes",
    "int_identity__events",
    "int_identity__key_log",
    "int_identity__assignments",
    "int_identity__resolves",
    "int_identity__clusters",
    "contact_keys",
    "identity_events",
)

#: What must be the same whether it grew or was made at once.
GROWN = (
    "int_contacts__email_addresses",
    "int_identity__names",
    "int_identity__identifiers",
    "int_identity__invalid_identifiers",
    "int_identity__evidence",
    "int_identity__name_groups",
    "int_identity__cuts",
    "int_identity__proposed_links",
    "int_identity__links",
)

SEEDS = (
    "identity_rules",
    "placeholder_values",
    "role_mailboxes",
    "email_providers",
    "free_mail_domains",
    "nicknames",
    "given_names",
    "identity_decisions",
)

_INPUTS = {
    "int_contacts__emails": """
        select
            evidence_id, vendor, email, null::varchar as email_md5, null::varchar as email_sha1,
            null::varchar as email_sha256,
            null::varchar as contact_id, min(record_id) as record_id, min(observed_at) as first_observed_at,
            max(observed_at) as last_observed_at
        from int_contacts__profiles where email is not null group by all
    """,
    "int_contacts__phones": """
        select
            evidence_id, vendor, null::varchar as contact_id, phone, min(record_id) as record_id,
            min(observed_at) as first_observed_at, max(observed_at) as last_observed_at
        from int_contacts__profiles where phone is not null group by all
    """,
    "int_intent__signals": """
        select
            evidence_id, vendor, contact_id, hem, hem_type, email, min(record_id) as record_id,
            min(observed_at) as first_observed_at, max(observed_at) as last_observed_at
        from world_signals group by all
    """,
}


#: Columns of the list that the models read besides int_contacts__profiles.
LISTED = (
    "row_key varchar, first_loaded_at timestamp, linkedin_url varchar, sales_navigator_id varchar,"
    " bigdbm_id varchar, contactbased_id varchar"
)


@dataclass(frozen=True)
class Record:
    """What a vendor says about somebody. ``person`` is the vendor's id, ``day`` when it came.

    ``asked``: the kind and the text of what was asked about; records of one day and one ``asked`` are one answer.
    """

    number: int = 0
    day: int = 1
    vendor: str = "bigdbm"
    person: int | None = None
    name: tuple[str | None, str | None] = (None, None)
    email: str | None = None
    phone: str | None = None
    linkedin: str | None = None
    company: str | None = None
    company_phone: str | None = None
    address: str | None = None
    zip_code: str | None = "10001"
    birth_year: int | None = None
    hem_of: str | None = None
    hem_type: str = "md5"
    asked: tuple[str, str] | None = None

    @property
    def hem(self) -> str | None:
        """The hash of an address, of the address in capitals where the kind says so."""
        if self.hem_of is None:
            return None
        text = self.hem_of.upper() if self.hem_type.endswith("upper") else self.hem_of
        if self.hem_type.startswith("md5"):
            return md5(text.encode(), usedforsecurity=False).hexdigest()
        return sha256(text.encode()).hexdigest()


NAMES = [
    (None, None),
    ("Ada", "Roe"),
    ("Adah", "Roe"),
    ("A", "Roe"),
    ("William", "Roe"),
    ("Bill", "Roe"),
    ("William", "Roe Jr"),
    ("Ada", "Poe"),
    ("Zoltan", "Quist"),
    ("Ursula", "Varga"),
]
EMAILS = ["ada@example.com", "roes@example.com", "bill.roe@gmail.com", "billroe@gmail.com", "sales@acme.example"]
PHONES = ["+12025550100", "+12025550101", "+12025550102"]
#: Few, so that several records of a day answer one question.
ASKED = [
    ("email", "roes@example.com"),
    ("email", "bill.roe@gmail.com"),
    ("email_md5", md5(b"ada@example.com", usedforsecurity=False).hexdigest()),
    ("email_md5", md5(b"ROES@EXAMPLE.COM", usedforsecurity=False).hexdigest()),
    ("phone", "2025550100"),
]

RECORDS = st.builds(
    Record,
    vendor=st.sampled_from(["bigdbm", "exactbuyer", "first_party"]),
    person=st.one_of(st.none(), st.integers(0, 5)),
    name=st.sampled_from(NAMES),
    email=st.one_of(st.none(), st.sampled_from([*EMAILS, "no address"])),
    phone=st.one_of(st.none(), st.none(), st.sampled_from(PHONES)),
    linkedin=st.one_of(st.none(), st.none(), st.sampled_from(["ada-roe", "bill-roe"])),
    company=st.one_of(st.none(), st.sampled_from(["acme.example"])),
    company_phone=st.one_of(st.none(), st.none(), st.none(), st.sampled_from(PHONES)),
    address=st.one_of(st.none(), st.sampled_from(["1 Test St", "2 Test St"])),
    zip_code=st.sampled_from(["10001", "90001"]),
    birth_year=st.one_of(st.none(), st.none(), st.sampled_from([1950, 1980])),
    hem_of=st.one_of(st.none(), st.none(), st.sampled_from(EMAILS)),
    hem_type=st.sampled_from(["md5", "sha256", "md5_upper"]),
    asked=st.one_of(st.none(), st.sampled_from(ASKED)),
)


def numbered(records: Iterable[Record]) -> list[Record]:
    """Give every record an id of its own."""
    return [replace(record, number=number) for number, record in enumerate(records)]


@cache
def runner(number: int) -> ModelRunner:
    """Return a runner; its macros are read once."""
    return ModelRunner(duckdb.connect(), flags=SimpleNamespace(FULL_REFRESH=False))


class World:
    """A warehouse whose identity models run over records. Worlds alive at one time need different numbers."""

    def __init__(self, number: int = 0) -> None:
        """Start empty, with the shipped seeds."""
        self.runner = runner(number)
        self.con = self.runner.connection = duckdb.connect()
        for seed in SEEDS:
            path = ROOT / "seeds" / f"{seed}.csv"
            self.con.execute(f"create table {seed} as from read_csv('{path}', header = true, all_varchar = true)")
        self.con.execute("alter table identity_rules alter threshold type integer")
        columns = {
            **dict.fromkeys(_profile_columns(), "varchar"),
            "observed_at": "timestamp",
            "as_of": "timestamp",
            "birth_year": "integer",
            "emails": "varchar[]",
            "linkedins": "varchar[]",
            "phones": "struct(phone varchar, is_dnc boolean)[]",
        }
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.con.execute(f"create table int_contacts__records ({listed})")
        self.con.execute(
            "create table world_signals (evidence_id varchar, record_id varchar, vendor varchar, "
            "contact_id varchar, hem varchar, hem_type varchar, email varchar, observed_at timestamp)"
        )

        self.con.execute(
            "create table int_identity__match_settings as "
            "select false as is_on, 1.0 as merge_above, 1.0 as review_above"
        )
        self.con.execute("create table int_contacts__ascii_addresses (written varchar, email varchar)")
        self.con.execute(f"create table stg_contactable__first_party ({LISTED})")
        self.con.execute(
            "create table int_identity__match_pairs (left_evidence_id varchar, right_evidence_id varchar, "
            "match_probability double, refused_by varchar)"
        )

    def close(self) -> None:
        """Free the memory."""
        self.con.close()

    def know(self, records: Sequence[Record], day: int) -> None:
        """Make these records everything that is known on a day."""
        self.runner.now = f"2026-11-{day:02d} 04:00:00"
        self.con.execute("delete from int_contacts__records")
        self.con.execute("delete from world_signals")
        for record in records:
            at = f"2026-11-{record.day:02d}"
            record_id = f"r{record.number:03d}"
            evidence = record_id if record.person is None else f"{record.vendor}:{record.person}"
            reference = None if record.person is None else str(record.person)
            self.con.execute(
                "insert into int_contacts__records by name select $1 as evidence_id, $2 as record_id, "
                "$3 as vendor, $4 as observed_at, $5 as person_ref, $6 as first_name, $7 as last_name, "
                "$8 as email, $9 as phone, "
                "$10 as linkedin, $11 as company_domain, $12 as company_phone, $13 as address, $14 as zip, "
                "$15 as birth_year, $16 as person_ref_type, $17 as question_key, $18 as subject_type, "
                "$19 as subject_value",
                [
                    evidence, record_id, record.vendor, at, reference, *record.name, record.email, record.phone,
                    record.linkedin, record.company, record.company_phone, record.address, record.zip_code,
                    record.birth_year, None if reference is None else f"{record.vendor}_id",
                    record.asked and f"{record.vendor} {record.asked}", *(record.asked or (None, None)),
                ],
            )  # fmt: skip
            if record.hem is not None:
                kind = record.hem_type.removesuffix("_upper")
                self.con.execute(
                    "insert into world_signals values ($1, $2, 'leadpipe', null, $3, $4, null, $5)",
                    [f"leadpipe:hem:{record.hem}", record_id, record.hem, kind, at],
                )

    def resolve(self, *, everything: bool = False, until: str | None = None) -> None:
        """Run the models: all as ``--full-refresh`` does, or only those before ``until``, as when killed."""
        self.runner.flags.FULL_REFRESH = everything
        for name in MODELS:
            if name == until:
                return
            if name == "world_inputs":
                for table, sql in _INPUTS.items():
                    self.con.execute(f"create or replace table {table} as {sql}")
            else:
                self.runner.build([name])
        self.runner.flags.FULL_REFRESH = False

    def content(self, table: str) -> list[tuple[object, ...]]:
        """Return all rows of a table, in order."""
        columns = sorted(row[0] for row in self.con.execute(f"describe {table}").fetchall())
        listed = ", ".join(columns)
        return self.con.execute(f"select {listed} from {table} order by all").fetchall()

    def people(self) -> frozenset[frozenset[str]]:
        """Return the sets of evidence that are one person."""
        rows = self.con.execute(
            "select list(evidence_id) from int_identity__clusters group by contact_key"
        ).fetchall()
        return frozenset(frozenset(row[0]) for row in rows)

    def reasons(self) -> list[str]:
        """Return why each resolve looked at what it did."""
        return [
            row[0]
            for row in self.con.execute("select reason from int_identity__resolves order by resolve").fetchall()
        ]


def _profile_columns() -> list[str]:
    text = (ROOT / "models/intermediate/contacts/int_contacts__profiles.sql").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"\brecords\.(\w+)", text)))
