"""A small home in which two invented people live in every place that can hold one, for this folder's tests."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from sqlalchemy import create_engine, insert, text

from contactable.journal import tables
from contactable.journal.sealing import SEGMENT_SCHEMA

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

ADA, BEN = "ada.sample@acme.example", "ben.probe@mail.example"
ADA_PHONE, BEN_PHONE, HOME_PHONE = "2025550101", "2025550102", "2025550199"
ADA_SLUG = "ada-sample-0101"
ADA_CONTACT, BEN_CONTACT = "id_00000000000000a1", "id_00000000000000b2"


def md5(text: str) -> str:
    """Hash as the vendors do."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    """Hash as the vendors do."""
    return hashlib.sha256(text.encode()).hexdigest()


#: What must be nowhere after Ada was erased; in answers also what the vendors said about her beside it.
ADA_VALUES = (
    ADA,
    md5(ADA),
    sha256(ADA),
    ADA_PHONE,
    ADA_SLUG,
    ADA_CONTACT,
    "Sample",
    "1 Test Street",
    "person-ada",
    "earlier-ada",
    "first-ada",
)
BEN_VALUES = (
    BEN,
    md5(BEN),
    sha256(BEN),
    BEN_PHONE,
    BEN_CONTACT,
    "Probe",
    "2 Test Street",
    "person-ben",
    "earlier-ben",
)


@dataclass(frozen=True)
class Answered:
    """One answer as it lands."""

    request_id: str
    stream: str
    subjects: list[tuple[str, str]]
    body: Any
    #: The stream's name when it was asked: of its segment's folder and of the request in the journal.
    former_stream: str = ""

    @property
    def folder(self) -> str:
        return self.former_stream or self.stream

    @property
    def asked(self) -> str:
        return json.dumps(
            [{"key": md5(f"{kind}|{value}"), "type": kind, "value": value} for kind, value in self.subjects]
        )

    @property
    def text(self) -> str:
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


def profile(first: str, last: str, email: str, phone: str, street: str) -> dict[str, Any]:
    """Return a consumer profile in BIGDBM's output 10008 (vendor dossier, section 3.0), shortened."""
    return {
        "Id": f"{len(first)}00{phone[-3:]}",
        "First_Name": first,
        "Last_Name": last,
        "Address": street,
        "Email_Array": [email],
        "Mobile_Phone_1": phone,
        "Mobile_Phone_2": HOME_PHONE,
    }


ADA_PROFILE = profile("Ada", "Sample", ADA, ADA_PHONE, "1 Test Street")
BEN_PROFILE = profile("Ben", "Probe", BEN, BEN_PHONE, "2 Test Street")

ANSWERS = [
    Answered(
        "r01",
        "bigdbm__intent_hems",
        [("keyword", "crm")],
        {
            "status": "success",
            "count": 2,
            "hems": [{"hem": md5(ADA), "signal_count": 7}, {"hem": md5(BEN), "signal_count": 1}],
        },
    ),
    Answered(
        "r02",
        "bigdbm__consumer_profiles",
        [("email_md5", md5(ADA)), ("email_md5", md5(BEN))],
        {"requestId": "x", "returnData": {md5(ADA): [ADA_PROFILE], md5(BEN): [BEN_PROFILE]}},
    ),
    # Asked by a number that the household shares: both live under one key.
    Answered(
        "r03",
        "bigdbm__consumer_profiles",
        [("phone", HOME_PHONE)],
        {"requestId": "x", "returnData": {HOME_PHONE: [ADA_PROFILE, BEN_PROFILE]}},
    ),
    Answered("r04", "bigdbm__phone_scores", [("phone", ADA_PHONE)], {"opql_score": 5}),
    Answered("r05", "bigdbm__phone_scores", [("phone", BEN_PHONE)], {"opql_score": 1}),
    Answered(
        "r06",
        "bigdbm__email_statuses",
        [("email", ADA), ("email", BEN)],
        {"results": [{"email": BEN, "status": 30}, {"email": ADA.upper(), "status": 10}]},
    ),
    Answered(
        "r07",
        "exactbuyer__contacts",
        [("linkedin", f"linkedin.com/in/{ADA_SLUG}"), ("email", BEN), ("phone", "+1-202-555-0101")],
        {
            "contacts": [
                {
                    "enriched_contact": {
                        "full_name": "Ada Sample",
                        "phone_numbers": [{"E164": f"+1{ADA_PHONE}", "type": "mobile"}],
                        "social_profiles": [
                            {"network": "linkedin", "url": f"https://linkedin.com/in/{ADA_SLUG}/"}
                        ],
                    },
                    "value": f"linkedin.com/in/{ADA_SLUG}",
                },
                {"enriched_contact": {"full_name": "Ben Probe", "work_emails": [BEN]}, "value": BEN},
                {"enriched_contact": None, "value": "+1-202-555-0101"},
            ],
            "records_enriched": 2,
        },
    ),
    Answered(
        "r08",
        "contactbased__enrichments",
        [("contactbased_id", ADA_CONTACT), ("contactbased_id", BEN_CONTACT)],
        {
            "found": 2,
            "not_found": 0,
            "results": [
                {"contact_id": ADA_CONTACT, "found": True, "data": {"emails": [{"email": ADA, "md5": md5(ADA)}]}},
                {"contact_id": BEN_CONTACT, "found": True, "data": {"emails": [{"email": BEN, "md5": md5(BEN)}]}},
            ],
        },
        former_stream="contactbased__emails",
    ),
    Answered(
        "r09",
        "contactbased__export_rows",
        [("feed", "00000000-0000-4000-8000-000000000001")],
        {
            "status": "ready",
            "row_count": 2,
            "rows": [
                {"contact_id": ADA_CONTACT, "emails": json.dumps({"emails": [{"email": ADA}]}), "topic": "crm"},
                {"contact_id": BEN_CONTACT, "emails": json.dumps({"emails": [{"email": BEN}]}), "topic": "crm"},
            ],
        },
    ),
    Answered(
        "r10",
        "leadpipe__audience_members",
        [("query", "crm people")],
        {
            "data": [{"hem": sha256(ADA), "email": ADA}, {"hem": sha256(BEN), "email": BEN}],
            "meta": {"count": 2, "hasMore": False},
        },
    ),
    Answered("r11", "bigdbm__email_statuses", [("email", BEN)], f"<html>502: {ADA} {BEN}</html>"),
]


def make_home(home: Path) -> Path:
    """Fill ``home`` with segments, a journal, a warehouse; return the warehouse's path."""
    ledger = []
    for number, answer in enumerate(ANSWERS):
        folder = home / "segments" / answer.folder
        folder.mkdir(parents=True, exist_ok=True)
        segment = f"20261121T040000Z-{number:04d}"
        vendor = answer.stream.partition("__")[0]
        row = {
            "request_id": answer.request_id,
            "vendor": vendor,
            "endpoint": f"{vendor}.something",
            "run_id": "run",
            "subjects": answer.asked,
            "options": "{}",
            "status_code": 200,
            "body": answer.text,
            "fetched_at": NOW,
        }
        path = folder / f"{segment}.parquet"
        pq.write_table(pa.Table.from_pylist([row], schema=SEGMENT_SCHEMA), path)
        ledger.append((answer, segment, hashlib.sha256(path.read_bytes()).hexdigest(), row))
    _make_journal(home / "journal.db")
    warehouse = home / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        _make_raw(connection, ledger)
        _make_models(connection)
        _make_history(connection)
    return warehouse


def _make_raw(
    connection: duckdb.DuckDBPyConnection, ledger: list[tuple[Answered, str, str, dict[str, Any]]]
) -> None:
    connection.execute("create schema raw")
    connection.execute(
        "create table raw.segments "
        "(segment varchar, stream varchar, answers bigint, sha256 varchar, loaded_at timestamp)"
    )
    for answer, segment, digest, row in ledger:
        connection.execute(
            f"create table if not exists raw.{answer.stream} (request_id varchar, segment varchar, "
            "vendor varchar, endpoint varchar, run_id varchar, subjects varchar, options varchar, "
            "status_code integer, body varchar, fetched_at timestamp, loaded_at timestamp)"
        )
        moment = NOW.replace(tzinfo=None)
        values = [row["request_id"], segment, row["vendor"], row["endpoint"], row["run_id"], row["subjects"]]
        values += [row["options"], 200, row["body"], moment, moment]
        connection.execute(f"insert into raw.{answer.stream} values ({', '.join('?' * 11)})", values)
        connection.execute(
            "insert into raw.segments values (?, ?, 1, ?, ?)", [segment, answer.stream, digest, moment]
        )
    connection.execute(
        "create table raw.first_party (row_key varchar, email varchar, phone varchar, linkedin_url varchar, "
        "maid varchar, first_name varchar, last_name varchar)"
    )
    connection.execute(
        "insert into raw.first_party values "
        "('f1', ' Ada.Sample@acme.example', null, null, null, 'Ada', 'Sample'), "
        "('f2', null, '(202) 555-0102', null, null, 'Ben', 'Probe')"
    )


def _make_models(connection: duckdb.DuckDBPyConnection) -> None:
    """What dbt would have built, as far as it matters here."""
    connection.execute("create schema staging")
    connection.execute("create schema marts")
    connection.execute(
        "create table staging.base_bigdbm__consumer_profiles as "
        "select request_id, segment, subjects as record from raw.bigdbm__consumer_profiles"
    )
    connection.execute("create view staging.stg_rows as select * from warehouse.raw.first_party")
    connection.execute(
        "create table marts.contacts (contact_key varchar, first_name varchar, last_name varchar, "
        "primary_email varchar, address varchar)"
    )
    connection.execute("create table marts.contact_emails (contact_key varchar, email varchar, email_md5 varchar)")
    connection.execute("create table marts.contact_phones (contact_key varchar, phone varchar)")
    connection.execute(
        "create table marts.contact_identifiers (contact_key varchar, identifier_type varchar, "
        "identifier_value varchar, vendor varchar)"
    )
    connection.execute("create table marts.intent_signals (contact_key varchar, hem varchar)")
    people = [
        ("person-ada", "Ada", "Sample", ADA, "1 Test Street", ADA_PHONE, ADA_CONTACT, str(ADA_PROFILE["Id"])),
        ("person-ben", "Ben", "Probe", BEN, "2 Test Street", BEN_PHONE, BEN_CONTACT, str(BEN_PROFILE["Id"])),
    ]
    for key, first, last, email, street, phone, contact, number in people:
        connection.execute("insert into marts.contacts values (?, ?, ?, ?, ?)", [key, first, last, email, street])
        connection.execute("insert into marts.contact_emails values (?, ?, ?)", [key, email, md5(email)])
        connection.execute(
            "insert into marts.contact_phones values (?, ?), (?, ?)", [key, f"+1{phone}", key, f"+1{HOME_PHONE}"]
        )
        connection.execute(
            "insert into marts.contact_identifiers values (?, 'contactbased_id', ?, 'contactbased'), "
            "(?, 'bigdbm_id', ?, 'bigdbm')",
            [key, contact, key, number],
        )
        connection.execute("insert into marts.intent_signals values (?, ?)", [key, md5(email)])
    connection.execute(
        "insert into marts.contact_identifiers values ('person-ada', 'linkedin', ?, 'exactbuyer')", [ADA_SLUG]
    )


def _make_history(connection: duckdb.DuckDBPyConnection) -> None:
    """What identity remembers: keys that people had before, also where only former keys are named."""
    connection.execute("create schema intermediate")
    connection.execute("create table marts.contact_keys (given_key varchar, contact_key varchar, status varchar)")
    connection.execute(
        "create table intermediate.int_identity__events (event_type varchar, contact_key varchar, "
        "former_key varchar, identifier_type varchar, identifier_value varchar)"
    )
    connection.execute("create table intermediate.int_identity__key_log (given_key varchar, contact_key varchar)")
    connection.execute(
        "create table intermediate.int_identity__assignments "
        "(evidence_id varchar, contact_key varchar, anchor varchar)"
    )
    for who, email in (("ada", ADA), ("ben", BEN)):
        for given_key in (f"first-{who}", f"earlier-{who}", f"person-{who}"):
            connection.execute(
                "insert into marts.contact_keys values (?, ?, 'merged')", [given_key, f"person-{who}"]
            )
        for former, later in ((f"first-{who}", f"earlier-{who}"), (f"earlier-{who}", f"person-{who}")):
            connection.execute("insert into intermediate.int_identity__key_log values (?, ?)", [former, later])
            connection.execute(
                "insert into intermediate.int_identity__events values ('merged', ?, ?, 'email_md5', ?)",
                [later, former, md5(email)],
            )
        connection.execute(
            "insert into intermediate.int_identity__events values ('merged', ?, ?, 'pii', 'x')",
            [f"earlier-{who}", f"first-{who}"],
        )
        connection.execute(
            "insert into intermediate.int_identity__assignments values (?, ?, ?)",
            [f"row-of-{who}", f"person-{who}", f"email_md5:{md5(email)}"],
        )


def _make_journal(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        for number, answer in enumerate(ANSWERS):
            vendor, _, stream = answer.folder.partition("__")
            row: dict[str, Any] = {column.name: "x" for column in tables.requests.columns if not column.nullable}
            row |= {
                "request_id": answer.request_id,
                "vendor": vendor,
                "stream": stream,
                "subjects": answer.asked,
                "options": "{}",
                "state": "settled",
                "error_message": f"refused {ADA}" if number == 0 else None,
            }
            row |= {"subjects_asked": 1, "credits_quoted": 1.0, "credits_charged": 1.0, "updated_seq": number}
            if "repeatable" in tables.requests.columns:
                row["repeatable"] = 0
            connection.execute(insert(tables.requests).values(**row))
            packed = answer.text.encode()
            connection.execute(
                insert(tables.answers).values(
                    request_id=answer.request_id,
                    stream=answer.folder,
                    body=zstandard.compress(packed, 3),
                    body_bytes=len(packed),
                    fetched_at="2026-11-21T04:00:00Z",
                    sealed=0,
                )
            )
    # What was sealed earlier left its bytes in pages that SQLite has freed and not cleaned.
    sealed = {"request_id": "sealed", "stream": "x__y", "fetched_at": "x", "sealed": 1}
    left_behind = f"{ADA} {ADA_PHONE} ".encode() * 500
    with engine.begin() as connection:
        connection.execute(text("pragma secure_delete = off"))
        connection.execute(insert(tables.answers).values(**sealed, body=left_behind, body_bytes=len(left_behind)))
    with engine.begin() as connection:
        connection.execute(text("pragma secure_delete = off"))
        connection.execute(text("delete from answers where request_id = 'sealed'"))
    engine.dispose()
