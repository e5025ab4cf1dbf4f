"""A household: what is one person's by evidence goes; what others share stays, and is named."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
import zstandard
from sqlalchemy import Text, create_engine, insert

from contactable.cli import app
from contactable.commands.erase import erase as erase_command
from contactable.journal import tables
from contactable.journal.databases import parse_url
from contactable.journal.sealing import SEGMENT_SCHEMA
from contactable.privacy import (
    AmbiguousIdentifierError,
    ErasureIncompleteError,
    ErasureReport,
    erase,
    erasure,
)
from contactable.privacy.evidence import Evidence
from contactable.privacy.proof import Search, prove
from contactable.publish import publish, rewrite
from contactable.stopping.ending import Exit
from unit.privacy.erasure_home import NOW, md5, sha256

#: Ann stands on our list with an address and a number of her own; a vendor that was asked about the address knows
#: her husband Bob too. They have a landline, a family mailbox and a home in common; she had another before.
ANN, BOB, FAMILY = "ann.lee@mail.example", "bob.lee@mail.example", "lee.family@mail.example"
ANN_PHONE, BOB_PHONE, LANDLINE = "+12025550111", "+12025550112", "+12025550119"
ANN_SLUG, ANN_ID, BOB_ID = "ann-lee-x7k2q9", "id_00000000000000a1", "id_00000000000000b2"
ANN_KEY, BOB_KEY, DUPLICATE_KEY, CY_KEY = "a" * 32, "b" * 32, "d" * 32, "c" * 32
#: Ann and Cy, of another household, write from the same office; the car is Ann's.
OFFICE_IP, VIN = "203.0.113.47", "1HGCM82633A004352"
OLD_STREET, HOME_STREET, ZIP = "12 Elm Street", "9 Oak Road", "10001"
QUESTION, NAME_AT_HOME = md5("contactbased.emails|email|" + ANN), md5("ann|lee|12elmst|10001")

GONE = (
    ANN,
    md5(ANN),
    "2025550111",
    ANN_SLUG,
    ANN_ID,
    ANN_KEY,
    DUPLICATE_KEY,
    OLD_STREET,
    QUESTION,
    NAME_AT_HOME,
    VIN,
    "Ann",
    "ann|lee",
)
STAYS = (BOB, md5(BOB), "2025550112", BOB_ID, BOB_KEY, FAMILY, "2025550119", HOME_STREET, "Bob", OFFICE_IP)


def record(first: str, key: str, emails: list[str], phones: list[str], street: str) -> dict[str, Any]:
    return {
        "contact_id": key,
        "first_name": first,
        "last_name": "Lee",
        "emails": emails,
        "phones": phones,
        "address": street,
        "zip": ZIP,
    }


ANN_RECORD = record("Ann", ANN_ID, [ANN, FAMILY], [ANN_PHONE, LANDLINE], OLD_STREET)
ANN_RECORD["linkedin"] = f"https://www.linkedin.com/in/{ANN_SLUG}"
BOB_RECORD = record("Bob", BOB_ID, [BOB, FAMILY], [BOB_PHONE, LANDLINE], HOME_STREET)
ANSWER = {"returnData": {ANN: [ANN_RECORD, BOB_RECORD]}}
SUBJECTS = json.dumps([{"key": QUESTION, "type": "email", "value": ANN}])
STREAM = "bigdbm__consumer_profiles"


def make_household(home: Path, journal_url: str | None = None) -> Path:
    """Fill ``home``; return the warehouse's path. The first of two publications knows where Ann lived before."""
    home.mkdir(exist_ok=True)
    folder = home / "segments" / STREAM
    folder.mkdir(parents=True)
    row = {
        "request_id": "r1",
        "vendor": "bigdbm",
        "endpoint": "bigdbm.consumer_email",
        "run_id": "run",
        "subjects": SUBJECTS,
        "options": "{}",
        "status_code": 200,
        "body": json.dumps(ANSWER),
        "fetched_at": NOW,
    }
    pq.write_table(pa.Table.from_pylist([row], schema=SEGMENT_SCHEMA), folder / "s1.parquet")
    _make_journal(journal_url or f"sqlite:///{home / 'journal.db'}")
    (home / "reports").mkdir()
    (home / "reports/index.html").write_text("<p>people: 3</p>", encoding="utf-8")
    warehouse = home / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        _make_warehouse(connection, row)
    publish(warehouse, home, run_id="r1", gate_passed=True, now=NOW)
    with duckdb.connect(str(warehouse)) as connection:  # a later build knows one home only
        connection.execute(f"update marts.contacts set address = '{HOME_STREET}', household_key = 'h-oak-oak'")
        connection.execute("delete from marts.households where household_key = 'h-elm-elm'")
        connection.execute("delete from marts.household_members where household_key = 'h-elm-elm'")
        connection.execute("insert into marts.household_members values ('h-oak-oak', ?)", [ANN_KEY])
    publish(warehouse, home, run_id="r2", gate_passed=True, now=NOW)
    return warehouse


def _make_warehouse(connection: duckdb.DuckDBPyConnection, answer: dict[str, Any]) -> None:
    def table(name: str, columns: str, *rows: tuple[Any, ...]) -> None:
        connection.execute(f"create schema if not exists {name.split('.')[0]}")
        types = [f"{one} boolean" if one.startswith("is_") else f"{one} varchar" for one in columns.split()]
        connection.execute(f"create table {name} ({', '.join(types)})")
        for row in rows:
            connection.execute(f"insert into {name} values ({', '.join('?' * len(row))})", list(row))

    table(
        f"raw.{STREAM}",
        "request_id segment vendor endpoint run_id subjects options body",
        ("r1", "s1", "bigdbm", "bigdbm.consumer_email", "run", SUBJECTS, "{}", answer["body"]),
    )
    table("raw.segments", "stream segment sha256 answers", (STREAM, "s1", "x", "1"))
    table(
        "raw.first_party",
        "row_key external_id email phone linkedin_url maid first_name last_name address zip ip vin",
        ("row-of-ann", "C0000001", ANN, ANN_PHONE, None, None, "Ann", "Lee", None, None, OFFICE_IP, VIN),
        (
            "row-of-cy",
            "C0000002",
            "cy@example.com",
            None,
            None,
            None,
            "Cy",
            "Roe",
            None,
            None,
            OFFICE_IP,
            None,
        ),
    )
    table(
        "intermediate.int_identity__clusters",
        "evidence_id contact_key",
        ("row-of-ann", ANN_KEY),
        ("row-of-cy", CY_KEY),
        ("bigdbm:7001001", ANN_KEY),
        ("bigdbm:7001002", BOB_KEY),
        ("nameless-record", DUPLICATE_KEY),
    )
    table(
        "intermediate.int_contacts__profiles",
        "evidence_id vendor record_id first_name last_name address zip email phone linkedin maid person_ref "
        "person_ref_type",
        ("row-of-ann", "first_party", "rec0", "Ann", "Lee", None, None, ANN, ANN_PHONE, None, None, None, None),
        (
            "bigdbm:7001001",
            "bigdbm",
            "rec1",
            "Ann",
            "Lee",
            OLD_STREET,
            ZIP,
            None,
            None,
            ANN_SLUG,
            None,
            ANN_ID,
            "contactbased_id",
        ),
        (
            "bigdbm:7001002",
            "bigdbm",
            "rec2",
            "Bob",
            "Lee",
            HOME_STREET,
            ZIP,
            None,
            None,
            None,
            None,
            BOB_ID,
            "contactbased_id",
        ),
    )
    emails = [
        ("row-of-ann", "first_party", ANN),
        ("bigdbm:7001001", "bigdbm", ANN),
        ("bigdbm:7001001", "bigdbm", FAMILY),
        ("bigdbm:7001002", "bigdbm", BOB),
        ("bigdbm:7001002", "bigdbm", FAMILY),
        ("nameless-record", "leadpipe", ANN),
    ]
    table(
        "intermediate.int_contacts__emails",
        "evidence_id vendor email email_md5",
        *((evidence, vendor, email, md5(email)) for evidence, vendor, email in emails),
    )
    phones = [
        ("row-of-ann", "first_party", ANN_PHONE),
        ("bigdbm:7001001", "bigdbm", ANN_PHONE),
        ("bigdbm:7001001", "bigdbm", LANDLINE),
        ("bigdbm:7001002", "bigdbm", BOB_PHONE),
        ("bigdbm:7001002", "bigdbm", LANDLINE),
    ]
    table("intermediate.int_contacts__phones", "evidence_id vendor phone", *phones)
    # The asked address hangs on both records of the answer, as the identity models attach it.
    nodes = [
        ("bigdbm:7001001", f"email_md5:{md5(ANN)}"),
        ("bigdbm:7001002", f"email_md5:{md5(ANN)}"),
        ("bigdbm:7001001", f"linkedin:{ANN_SLUG}"),
        ("bigdbm:7001002", f"email_md5:{md5(BOB)}"),
        ("bigdbm:7001002", f"contactbased_id:{BOB_ID}"),
    ]
    for name in ("int_identity__links", "int_identity__proposed_links"):
        table(
            f"intermediate.{name}",
            "evidence_id node anchor name_key",
            *((*node, node[1], "ann lee") for node in nodes[:3]),
        )
    table(
        "intermediate.int_identity__identifiers",
        "evidence_id node_type identifier_type identifier_value node strength name_form",
        (
            "bigdbm:7001001",
            "name_address",
            "name_address",
            NAME_AT_HOME,
            f"name_address:{NAME_AT_HOME}",
            "composite",
            "ann|lee|",
        ),
    )
    # By a value that both share, by a bare slug, and without any key: what a search by identifiers cannot see.
    table("intermediate.int_identity__former_nodes", "node", (f"linkedin:{ANN_SLUG}",), (ANN_SLUG,))
    table(
        "intermediate.int_identity__name_groups",
        "node name_form group_name",
        (f"phone:{LANDLINE}", "ann|lee|", "ann lee"),
        (f"phone:{LANDLINE}", "bob|lee|", "bob lee"),
    )
    table("intermediate.int_identity__spellings", "first_name_key last_name_key", ("ann", "lee"), ("bob", "lee"))
    table(
        "worklists.worklist_x",
        "endpoint question_key subject_key subject_type subject_value",
        ("contactbased.emails", QUESTION, md5("s" + ANN), "email", ANN),
        ("bigdbm.ip_to_company", md5("q" + OFFICE_IP), md5("s" + OFFICE_IP), "ip", OFFICE_IP),
        ("bigdbm.vin", md5("q" + VIN), md5("s" + VIN), "vin", VIN),
    )
    table(
        "marts.contacts",
        "contact_key first_name last_name primary_email address zip household_key",
        (ANN_KEY, "Ann", "Lee", ANN, OLD_STREET, ZIP, "h-elm-elm"),
        (BOB_KEY, "Bob", "Lee", BOB, HOME_STREET, ZIP, "h-oak-oak"),
        (DUPLICATE_KEY, None, None, ANN, None, None, None),
    )
    members = {
        "row-of-ann": ANN_KEY,
        "bigdbm:7001001": ANN_KEY,
        "bigdbm:7001002": BOB_KEY,
        "nameless-record": DUPLICATE_KEY,
    }
    table("marts.contact_emails", "contact_key email", *{(members[one[0]], one[2]) for one in emails})
    table("marts.contact_phones", "contact_key phone", *{(members[one[0]], one[2]) for one in phones})
    table(
        "marts.contact_identifiers",
        "contact_key identifier_type identifier_value vendor",
        *((members[evidence], node.split(":")[0], node.split(":")[1], "bigdbm") for evidence, node in nodes),
        (ANN_KEY, "contactbased_id", ANN_ID, "contactbased"),
    )
    table(
        "marts.households",
        "household_key address zip member_count",
        ("h-elm-elm", OLD_STREET, ZIP, "1"),
        ("h-oak-oak", HOME_STREET, ZIP, "2"),
    )
    table("marts.household_members", "household_key contact_key", ("h-elm-elm", ANN_KEY), ("h-oak-oak", BOB_KEY))


def _make_journal(url: str) -> None:
    engine = create_engine(parse_url(url))
    tables.metadata.create_all(engine)
    row: dict[str, Any] = {
        one.name: "x" for one in tables.requests.columns if isinstance(one.type.python_type(), str)
    }
    row |= {
        "request_id": "r1",
        "vendor": "bigdbm",
        "stream": "consumer_profiles",
        "subjects": SUBJECTS,
        "options": "{}",
    }
    row |= {
        "attempt": 1,
        "subjects_asked": 1,
        "repeatable": 0,
        "credits_quoted": 1.0,
        "credits_charged": 1.0,
        "updated_seq": 1,
    }
    body = zstandard.compress(json.dumps(ANSWER).encode(), 3)
    with engine.begin() as connection:
        connection.execute(insert(tables.requests).values(row))
        connection.execute(
            insert(tables.answers).values(
                request_id="r1", stream=STREAM, body=body, body_bytes=9, fetched_at="x", sealed=0
            )
        )
        connection.execute(
            insert(tables.asked).values(
                question_key=QUESTION,
                endpoint="e",
                subject_key=md5("s" + ANN),
                request_id="r1",
                state="settled",
                asked_at="x",
                updated_seq=1,
            )
        )
    engine.dispose()


def forget(
    warehouse: Path, kind: str, value: str, *, journal_url: str | None = None, also_shared: bool = False
) -> ErasureReport:
    home = warehouse.parent
    return erase(
        warehouse,
        kind,
        value,
        segments=home / "segments",
        journal_url=parse_url(journal_url or f"sqlite:///{home / 'journal.db'}"),
        rewrite_publications=partial(rewrite, home),
        reason="asked for by the person",
        now=NOW,
        also_shared=also_shared,
    )


def everything(home: Path, journal_url: str | None = None) -> str:
    """Return all that can be read in a home, but for the suppression list; written for this test alone."""
    parts = []
    for path in sorted(home.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name == "suppressions.csv":
            continue
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for schema, name in connection.execute(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall():
                    if name != "suppressions":
                        parts.append(str(connection.execute(f'select * from "{schema}"."{name}"').fetchall()))
        elif path.suffix == ".parquet":
            parts.append(str(pq.ParquetFile(path).read().to_pylist()))
        else:
            parts.append(path.read_bytes().decode("latin-1"))
    engine = create_engine(parse_url(journal_url or f"sqlite:///{home / 'journal.db'}"))
    with engine.connect() as connection:
        parts += [str(connection.execute(one.select()).all()) for one in tables.metadata.sorted_tables]
        for (body,) in connection.execute(tables.answers.select().with_only_columns(tables.answers.c.body)).all():
            parts.append(zstandard.decompress(body).decode())
    engine.dispose()
    return "\n".join(parts)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_household(tmp_path_factory.mktemp("household")).parent


@pytest.fixture
def warehouse(household: Path, tmp_path: Path) -> Path:
    return shutil.copytree(household, tmp_path / "home", symlinks=True) / "warehouse.duckdb"


IDENTIFIERS = {
    "email": ANN,
    "email_md5": md5(ANN),
    "email_sha256": sha256(ANN),
    "phone": "(202) 555-0111",
    "linkedin": f"https://www.linkedin.com/in/{ANN_SLUG}/",
    "contactbased_id": ANN_ID,
    "contact_key": ANN_KEY,
}


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_whatever_one_starts_from_the_same_is_gone_and_suppressed(warehouse: Path, kind: str) -> None:
    home = warehouse.parent
    before = everything(home)
    assert [value for value in (*GONE, *STAYS) if value not in before] == []

    report = forget(warehouse, kind, IDENTIFIERS[kind])

    after = everything(home)
    assert [value for value in GONE if value in after] == []
    assert [value for value in STAYS if value not in after] == []
    assert {(one.kind, one.masked, one.others) for one in report.kept} == {
        ("e-mail address", "l***@m***", 1),
        ("phone number", "***19", 1),
    }
    with duckdb.connect(str(warehouse)) as connection:
        listed = set(
            connection.execute("select identifier_type, identifier_hash from raw.suppressions").fetchall()
        )
    own = {
        ("email", ANN),
        ("email_md5", md5(ANN)),
        ("phone", ANN_PHONE),
        ("linkedin", ANN_SLUG),
        ("contactbased_id", ANN_ID),
    }
    assert {(kind, sha256(value)) for kind, value in own} <= listed
    assert not {sha256(value) for value in (BOB, FAMILY, LANDLINE, BOB_PHONE)} & {digest for _, digest in listed}
    assert not (home / "erasure-pending.json").exists()


def test_the_others_record_in_the_persons_answer_stays_and_links_to_nothing(warehouse: Path) -> None:
    forget(warehouse, "email", ANN)

    with duckdb.connect(str(warehouse)) as connection:
        ((subjects, body),) = connection.execute(f"select subjects, body from raw.{STREAM}").fetchall()
    assert json.loads(body) == {"returnData": {"erased": [BOB_RECORD]}}
    (subject,) = json.loads(subjects)
    assert (subject["type"], subject["value"]) == ("erased", "erased")
    assert subject["key"] != QUESTION
    in_segment = pq.ParquetFile(warehouse.parent / "segments" / STREAM / "s1.parquet").read().to_pylist()[0]
    assert (in_segment["subjects"], in_segment["body"]) == (subjects, body)


def test_what_is_shared_goes_when_it_is_asked_for(warehouse: Path) -> None:
    report = forget(warehouse, "email", ANN, also_shared=True)

    after = everything(warehouse.parent)
    assert report.kept == ()
    assert FAMILY not in after
    assert "2025550119" not in after
    assert BOB in after
    assert BOB_ID in after


@pytest.mark.parametrize("also_shared", [False, True])
def test_an_address_in_the_net_stays_with_the_others_who_have_it(warehouse: Path, also_shared: bool) -> None:
    forget(warehouse, "email", ANN, also_shared=also_shared)

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select row_key, ip from raw.first_party").fetchall() == [
            ("row-of-cy", OFFICE_IP)
        ]
        assert connection.execute("select subject_value from worklists.worklist_x").fetchall() == [(OFFICE_IP,)]


def test_a_value_of_both_is_refused(warehouse: Path) -> None:
    for kind, value in (("phone", LANDLINE), ("email", FAMILY)):
        with pytest.raises(AmbiguousIdentifierError, match="2 people"):
            forget(warehouse, kind, value)
    assert ANN in everything(warehouse.parent)


@pytest.mark.parametrize(
    "place",
    ["add", "scrub_segments", "scrub_journal", "scrub_directory", "scrub_files", "scrub_warehouse", "prove"],
)
def test_a_kill_at_any_step_is_completed_by_whoever_is_erased_next(
    warehouse: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def crash(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as killed:
        killed.setattr(erasure, place, crash)
        with pytest.raises(KilledError):
            forget(warehouse, "linkedin", ANN_SLUG)
    pending = warehouse.parent / "erasure-pending.json"
    assert pending.stat().st_mode & 0o777 == 0o600
    # A second kill, while the next erasure writes the same down.
    half_written = pending.with_name(f".{pending.name}.01276de3")
    half_written.write_bytes(pending.read_bytes())

    forget(warehouse, "email", "somebody.else@mail.example")
    assert not half_written.exists()

    after = everything(warehouse.parent)
    assert [value for value in GONE if value in after] == []
    assert [value for value in STAYS if value not in after] == []


def test_a_shared_journal_is_cleaned_and_proven(tmp_path: Path, journal_url: str) -> None:
    warehouse = make_household(tmp_path / "home", journal_url)

    forget(warehouse, "phone", ANN_PHONE, journal_url=journal_url)

    assert [value for value in GONE if value in everything(warehouse.parent, journal_url)] == []
    search = Search(Evidence(values={("contactbased_id", BOB_ID)}))
    engine = create_engine(parse_url(journal_url))
    assert [one.place for one in prove(tmp_path / "nothing", search, journal=engine)] == [
        "the journal's database answers.body"
    ]
    engine.dispose()


#: Files that contactable did not write, and how they hold the person.
STRANGE_FILES: dict[str, Callable[[], bytes]] = {
    "notes.txt": lambda: f"call {ANN}".encode(),
    "export.csv": lambda: b"name,number\nx,(202) 555-0111\n",
    "names.txt": lambda: b"remember: Lee, Ann\n",
    "street.txt": lambda: b"12 elm street, 10001\n",
    "utf16.txt": lambda: ANN.encode("utf-16"),
    "hash.json": lambda: json.dumps({"h": md5(ANN.upper())}).encode(),
    "backup.zst": lambda: zstandard.compress(ANN.encode()),
    "binary.bin": lambda: b"\0\1\2" + ANN.encode("utf-16-le") + b"\0",
    "encoded.txt": lambda: b"x=ann.lee%40mail.example&y=1",
}


def test_a_strange_file_is_named_and_left_alone(warehouse: Path) -> None:
    home = warehouse.parent
    for name, content in STRANGE_FILES.items():
        (home / name).write_bytes(content())

    with pytest.raises(ErasureIncompleteError) as incomplete:
        forget(warehouse, "email", ANN)

    named = {one.place.split(" ")[0] for one in incomplete.value.findings}
    assert named == set(STRANGE_FILES)
    assert not [value for value in GONE if len(value) > 5 and value in str(incomplete.value)]
    for name in STRANGE_FILES:
        (home / name).unlink()
    forget(warehouse, "email", ANN)
    assert not (home / "erasure-pending.json").exists()


# ---------------------------------------------------------------- values in every column of every table

#: One value of each kind, as it may be stored, and what the proof may call it. The planted row has nothing else.
PLANTED = {
    ANN.upper(): {"e-mail address"},
    md5(ANN): {"hash", "hash of an e-mail address"},
    md5(ANN_PHONE): {"hash of: phone number"},
    "(202) 555-0111": {"phone number"},
    f"linkedin:{ANN_SLUG}": {"LinkedIn profile"},
    ANN_SLUG: {"LinkedIn profile"},
    ANN_ID: {"vendor's id"},
    ANN_KEY: {"key of the person"},
    QUESTION: {"key of the person"},
    "Lee, Ann": {"name that nobody else has"},
    f"{OLD_STREET}, {ZIP}": {"street and ZIP where nobody else lives"},
}


def plant_in_duckdb(path: Path) -> list[tuple[str, str]]:
    """Add to every table one row for each text column and value; return (column, value) of each."""
    planted = []
    with duckdb.connect(str(path)) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal "
            "and data_type = 'VARCHAR' and database_name = current_database() order by all"
        ).fetchall()
        for schema, table, column in columns:
            if schema == "raw" and column in {"subjects", "options", "body"}:
                continue  # documents: what they may hold is tested where they are redacted
            for value in PLANTED:
                connection.execute(f'insert into "{schema}"."{table}" ("{column}") values (?)', [value])
                planted.append((f"{schema}.{table}.{column}", value))
    return planted


def plant_in_segments(folder: Path) -> list[tuple[str, str]]:
    """Write a segment for each text column, with a row for each value."""
    planted = []
    (row,) = pq.ParquetFile(folder / "s1.parquet").read().to_pylist()
    for column in [name for name in SEGMENT_SCHEMA.names if pa.types.is_string(SEGMENT_SCHEMA.field(name).type)]:
        rows = [row | {"subjects": "[]", "body": "{}"} | {column: value} for value in PLANTED]
        pq.write_table(pa.Table.from_pylist(rows, schema=SEGMENT_SCHEMA), folder / f"{column}.parquet")
        planted += [(f"{folder.name}/{column}.parquet.{column}", value) for value in PLANTED]
    return planted


def plant_in_journal(url: str) -> list[tuple[str, str]]:
    """Put each value into every text column of every table, in a row of its own, and into a packed answer."""
    engine, planted = create_engine(url), []
    with engine.begin() as connection:
        for table in tables.metadata.sorted_tables:
            texts = [one.name for one in table.columns if isinstance(one.type, Text)]
            for column, (number, value) in product(texts, enumerate(PLANTED)):
                row: dict[str, Any] = {
                    one.name: 0 for one in table.columns if not one.nullable and one.name not in texts
                }
                row |= {
                    one.name: f"{column}-{number}"
                    for one in table.columns
                    if one.name in texts and not one.nullable
                }
                row.pop("rejection_id", None)
                connection.execute(insert(table).values(row | {column: value}))
                planted.append((f"{table.name}.{column}", value))
        for number, value in enumerate(PLANTED):
            body = zstandard.compress(f"{value}\n".encode())
            row = {"request_id": f"packed-{number}", "stream": "x__y", "body": body, "fetched_at": "x"}
            connection.execute(insert(tables.answers).values(row | {"body_bytes": 1, "sealed": 0}))
            planted.append(("answers.body", value))
    engine.dispose()
    return planted


def test_the_proof_sees_every_value_in_every_column_of_every_table(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(household, tmp_path / "home", symlinks=True)
    searches: list[Search] = []

    def kept_search(*given: Any) -> Search:
        searches.append(Search(*given))
        return searches[-1]

    monkeypatch.setattr(erasure, "Search", kept_search)
    forget(home / "warehouse.duckdb", "email", ANN)
    (search,) = searches
    assert prove(home, search, journal=None) == []
    planted = [
        ("journal.db " + place, value) for place, value in plant_in_journal(f"sqlite:///{home / 'journal.db'}")
    ]
    planted += [("segments/" + place, value) for place, value in plant_in_segments(home / "segments" / STREAM)]
    for path in [home / "warehouse.duckdb", *sorted((home / "published/history").rglob("*.duckdb"))]:
        planted += [(f"{path.relative_to(home)} {place}", value) for place, value in plant_in_duckdb(path)]

    seen = {(one.place, one.kind) for one in prove(home, search, journal=None)}

    assert len(planted) > 1_000
    assert [
        (place, value) for place, value in planted if not any((place, kind) in seen for kind in PLANTED[value])
    ] == []


def test_what_stands_in_any_column_of_ours_goes(household: Path, tmp_path: Path) -> None:
    home = shutil.copytree(household, tmp_path / "home", symlinks=True)
    for path in [home / "warehouse.duckdb", *sorted((home / "published/history").rglob("contactable.duckdb"))]:
        plant_in_duckdb(path)
    for name in ("reports/index.html", "logs/contactable.log", "sandbox/sandbox.log", "target/x.json"):
        (home / name).parent.mkdir(exist_ok=True)
        with (home / name).open("a", encoding="utf-8") as stream:
            stream.writelines(f"\na line with {value} in it\n" for value in PLANTED)

    forget(home / "warehouse.duckdb", "email", ANN)  # the proof finds nothing, or it raises

    after = everything(home)
    assert [value for value in PLANTED if value in after] == []


def test_the_command_ends_with_0_only_when_the_proof_found_nothing(
    warehouse: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home, config = warehouse.parent, tmp_path / "settings.yml"
    mine = tmp_path / "list.csv"
    mine.write_text(f"email,phone\n{ANN},\n{BOB},\n", encoding="utf-8")
    config.write_text(f"first_party: {mine}\n", encoding="utf-8")
    (home / "copy.txt").write_text(ANN, encoding="utf-8")

    assert (
        erase_command(home, f"contact_key:{ANN_KEY}", None, yes=True, everyone=False, config=config) == Exit.FAILED
    )
    (home / "copy.txt").unlink()
    assert erase_command(home, "(202) 555-0111", None, yes=True, everyone=False, config=config) == Exit.DONE

    out, err = capfd.readouterr()
    shown = " ".join(f"{out} {err}".split())
    assert "copy.txt: e-mail address (1)" in shown
    assert "kept: phone number ***19, which 1 other person has too" in shown
    assert "still stands on your list" in shown
    assert [value for value in GONE if value != "Ann" and value in shown] == []


def test_every_command_takes_the_configuration() -> None:
    lacking = {
        name
        for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
        if name != "sandbox" and "--config" not in {flag for one in command.params for flag in one.opts}
    }
    assert lacking == set()
