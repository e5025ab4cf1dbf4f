"""A small hand-made warehouse in the shape of the marts, with invented people, for the tests of this folder."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

#: (key, first, last, e-mail, phone, street, e-mail status, e-mail verdict, OPQL score, phone verdict)
PEOPLE = [
    ("k1", "Ada", "Sample", "ada@acme.example", "+12025550101", "1 Test Street", 10, "send", 5, "call"),
    ("k2", "Ben", "Probe", "ben@mail.example", "+12025550102", "2 Test Street", 30, "suppress", 1, "suppress"),
    ("k3", "Cleo", "Muster", "cleo@mail.example", "+12025550103", "3 Test Street", 20, "review", 3, "review"),
]


def md5(text: str) -> str:
    """Hash as the vendors do."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    """Hash as the vendors do."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_warehouse(path: Path, people: int = 3) -> Path:
    """Write a warehouse file with ``people`` people in schema ``marts``; an existing file gets new marts."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop schema if exists marts cascade")
        connection.execute("create schema marts")
        connection.execute("create schema if not exists staging")
        connection.execute(
            """
            create table marts.contacts (
                contact_key varchar, first_name varchar, last_name varchar, primary_email varchar,
                primary_phone varchar, address varchar, city varchar, state varchar, zip varchar,
                source_vendors varchar[], first_seen_at timestamp, last_seen_at timestamp,
            );
            comment on column marts.contacts.contact_key is 'one person';
            create table marts.contact_emails (
                contact_key varchar, email varchar, email_md5 varchar, email_sha256 varchar, email_status varchar,
                verdict varchar, verdict_reason varchar, checked_at timestamp,
            );
            create table marts.contact_phones (
                contact_key varchar, phone varchar, is_dnc boolean, opql_score integer,
                verdict varchar, verdict_reason varchar, checked_at timestamp,
            );
            create or replace table staging.contactability (
                contact_key varchar, channel varchar, verdict varchar, address varchar, reason varchar,
                as_of timestamp,
            );
            """
        )
        at = NOW.replace(tzinfo=None)
        for key, first, last, email, phone, street, status, sends, score, calls in PEOPLE[:people]:
            person = [key, first, last, email, phone, street, "Testville", "VA", "22101", ["bigdbm"], at, at]
            connection.execute(f"insert into marts.contacts values ({', '.join('?' * len(person))})", person)
            connection.execute(
                "insert into marts.contact_emails values (?, ?, ?, ?, ?, ?, 'status', ?)",
                [key, email, md5(email), sha256(email), str(status), sends, at],
            )
            connection.execute(
                "insert into marts.contact_phones values (?, ?, false, ?, ?, 'score', ?)",
                [key, phone, score, calls, at],
            )
            for channel, verdict, address in (("email", sends, email), ("phone", calls, phone)):
                connection.execute(
                    "insert into staging.contactability values (?, ?, ?, ?, 'measured', ?)",
                    [key, channel, verdict, address, at],
                )
        # A mart that is a view, named as dbt names it: with the catalog, which is the file's stem.
        connection.execute(f"create view marts.contactability as select * from {path.stem}.staging.contactability")
    return path


def digest(path: Path) -> str:
    """Hash a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
