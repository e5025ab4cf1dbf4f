"""A person leaves every place, other people stay, and a kill between two places is caught up with."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import zstandard
from sqlalchemy import create_engine, select, text

from contactable.journal import tables
from contactable.privacy import AmbiguousIdentifierError, ErasureReport, IdentifierError, erase
from contactable.publish import Layout, publish, rewrite
from unit.privacy.erasure_home import (
    ADA,
    ADA_PHONE,
    ADA_VALUES,
    ANSWERS,
    BEN,
    BEN_VALUES,
    HOME_PHONE,
    NOW,
    make_home,
    md5,
    sha256,
)


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with two publications, once; tests work on copies."""
    home = tmp_path_factory.mktemp("home")
    warehouse = make_home(home)
    for run in ("r1", "r2"):
        publish(warehouse, home, run_id=run, gate_passed=True, now=NOW)
    return home


@pytest.fixture
def warehouse(full_home: Path, tmp_path: Path) -> Path:
    home = shutil.copytree(full_home, tmp_path / "home", symlinks=True)
    return home / "warehouse.duckdb"


def forget(warehouse: Path, kind: str = "email", value: str = ADA, *, everyone: bool = False) -> ErasureReport:
    """Erase with all places wired up."""
    home = warehouse.parent
    return erase(
        warehouse,
        kind,
        value,
        segments=home / "segments",
        journal_url=f"sqlite:///{home / 'journal.db'}",
        rewrite_publications=partial(rewrite, home),
        reason="asked for by the person",
        now=NOW,
        everyone=everyone,
    )


def in_segments(home: Path) -> str:
    return "\n".join(
        f"{row['subjects']} {row['options']} {row['body']}"
        for path in sorted((home / "segments").rglob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    )


def in_journal(home: Path) -> str:
    engine = create_engine(f"sqlite:///{home / 'journal.db'}")
    with engine.connect() as connection:
        requests = connection.execute(select(tables.requests)).all()
        bodies = [zstandard.decompress(row[0]) for row in connection.execute(select(tables.answers.c.body)).all()]
    engine.dispose()
    return f"{requests} {bodies}"


def in_duckdb(path: Path) -> str:
    """Return all cells of all tables but the suppression list, and the raw bytes beside them."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_name <> 'suppressions'"
        ).fetchall()
        cells = [
            str(connection.execute(f'select * from "{schema}"."{name}"').fetchall()) for schema, name in names
        ]
    return "\n".join(cells) + path.read_bytes().decode("latin-1")


def in_published(home: Path) -> str:
    files = sorted((home / "published/history").rglob("*.duckdb"))
    parquet = sorted((home / "published/history").rglob("*.parquet"))
    assert len(files) == 4
    return "\n".join(
        [in_duckdb(path) for path in files] + [str(pq.read_table(path).to_pylist()) for path in parquet]
    )


PLACES: dict[str, Callable[[Path], str]] = {
    "segments": in_segments,
    "journal": in_journal,
    "journal bytes": lambda home: "".join(
        path.read_bytes().decode("latin-1") for path in sorted(home.glob("journal.db*"))
    ),
    "warehouse": lambda home: in_duckdb(home / "warehouse.duckdb"),
    "published": in_published,
}

#: Hashes that stay on purpose: an address's SHA-256 is its own tombstone in the warehouse's suppression list.
TOMBSTONES = {"warehouse": {sha256(ADA)}}


def found(values: tuple[str, ...], place: str, home: Path) -> set[str]:
    seen = PLACES[place](home).lower()
    return {value for value in values if value.lower() in seen} - TOMBSTONES.get(place, set())


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_the_person_is_left(warehouse: Path, place: str) -> None:
    home = warehouse.parent
    before, others = found(ADA_VALUES, place, home), found(BEN_VALUES, place, home)
    assert len(before) >= 4, "the scan must see her while she is there"

    forget(warehouse)

    assert found(ADA_VALUES, place, home) == set()
    assert found(BEN_VALUES, place, home) == others


def test_the_report_counts_and_says_what_is_out_of_reach(warehouse: Path) -> None:
    report = forget(warehouse)

    assert report.people == 1
    assert report.identifiers["email"] == report.identifiers["phone"] == report.identifiers["linkedin"] == 1
    assert report.shared == 1  # the household's landline
    assert report.suppressions_added == sum(report.identifiers.values())
    assert report.segment_answers == 10
    assert report.journal_answers == 10
    assert report.warehouse_rows["marts.contacts"] == 1
    assert report.warehouse_rows["raw.first_party"] == 1
    assert report.published_rows > 0
    assert report.rebuild_needed
    assert "first-party list is yours" in report.note
    assert not any(value in repr(report) for value in ADA_VALUES)


def landed(warehouse: Path, stream: str) -> dict[str, tuple[list[str], Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(f"select request_id, subjects, body from raw.{stream} order by 1").fetchall()
    return {
        request: (
            [subject["value"] for subject in json.loads(subjects)],
            json.loads(body) if body[0] == "{" else body,
        )
        for request, subjects, body in rows
    }


def test_answers_stay_readable(warehouse: Path) -> None:
    forget(warehouse)

    assert landed(warehouse, "bigdbm__intent_hems")["r01"] == (
        ["crm"],
        {"status": "success", "count": 1, "hems": [{"hem": md5(BEN), "signal_count": 1}]},
    )
    profiles = landed(warehouse, "bigdbm__consumer_profiles")
    assert profiles["r02"][0] == ["erased", md5(BEN)]
    assert list(profiles["r02"][1]["returnData"]) == [md5(BEN)]
    shared_subjects, shared = profiles["r03"]
    assert shared_subjects == [HOME_PHONE]
    assert [record["First_Name"] for record in shared["returnData"][HOME_PHONE]] == ["Ben"]
    assert set(landed(warehouse, "bigdbm__phone_scores")) == {"r05"}
    assert landed(warehouse, "bigdbm__email_statuses")["r06"] == (
        ["erased", BEN],
        {"results": [{"email": BEN, "status": 30}]},
    )
    assert landed(warehouse, "bigdbm__email_statuses")["r11"][1] == f"<html>502: erased {BEN}</html>"
    subjects, contacts = landed(warehouse, "exactbuyer__contacts")["r07"]
    assert subjects == ["erased", BEN, "erased"]
    assert contacts["records_enriched"] == 1
    assert [entry["value"] for entry in contacts["contacts"]] == subjects
    assert [entry["enriched_contact"] is None for entry in contacts["contacts"]] == [True, False, True]
    subjects, enriched = landed(warehouse, "contactbased__enrichments")["r08"]
    assert [entry["contact_id"] for entry in enriched["results"]] == subjects
    assert (enriched["found"], enriched["not_found"]) == (1, 1)
    assert landed(warehouse, "contactbased__export_rows")["r09"][1]["row_count"] == 1
    members = landed(warehouse, "leadpipe__audience_members")["r10"][1]
    assert members["meta"] == {"count": 1, "hasMore": False}


def test_segments_and_warehouse_say_the_same_afterwards(warehouse: Path) -> None:
    forget(warehouse)

    home = warehouse.parent
    for stream in sorted({answer.stream for answer in ANSWERS}):
        in_files = {
            row["request_id"]: (row["subjects"], row["body"])
            for folder in {answer.folder for answer in ANSWERS if answer.stream == stream}
            for path in (home / "segments" / folder).glob("*.parquet")
            for row in pq.read_table(path).to_pylist()
        }
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(f"select request_id, subjects, body from raw.{stream}").fetchall()
            ledger = connection.execute(
                "select segment, sha256, answers from raw.segments where stream = ?", [stream]
            ).fetchall()
        assert {request: (subjects, body) for request, subjects, body in rows} == in_files
        for segment, digest, answers in ledger:
            (path,) = (home / "segments").glob(f"*/{segment}.parquet")
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
            assert pq.read_metadata(path).num_rows == answers
            assert path.stat().st_mode & 0o777 == 0o600 or answers == 1


def test_what_was_derived_from_a_redacted_segment_is_derived_again(warehouse: Path) -> None:
    forget(warehouse)

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        left = connection.execute("select count(*) from staging.base_bigdbm__consumer_profiles").fetchone()
        view = connection.execute("select count(*) from staging.stg_rows").fetchone()
    assert left == (0,)
    assert view == (1,)


def test_money_stays(warehouse: Path) -> None:
    forget(warehouse)

    engine = create_engine(f"sqlite:///{warehouse.parent / 'journal.db'}")
    with engine.connect() as connection:
        charged = connection.execute(text("select count(*), sum(credits_charged) from requests")).one()
    engine.dispose()
    assert tuple(charged) == (len(ANSWERS), float(len(ANSWERS)))


def test_an_identifier_of_several_people_is_refused_unless_all_are_meant(warehouse: Path) -> None:
    home = warehouse.parent
    before = {place: found(ADA_VALUES, place, home) for place in PLACES}

    with pytest.raises(AmbiguousIdentifierError, match="2 people"):
        forget(warehouse, "phone", HOME_PHONE)
    assert {place: found(ADA_VALUES, place, home) for place in PLACES} == before
    assert not (home / "suppressions.csv").exists()

    report = forget(warehouse, "phone", HOME_PHONE, everyone=True)
    assert report.people == 2
    for place in PLACES:
        assert found(ADA_VALUES, place, home) | found((BEN, BEN_VALUES[3], HOME_PHONE), place, home) == set()


def test_somebody_without_a_contact_is_erased_by_the_value(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("contacts", "contact_emails", "contact_phones", "contact_identifiers", "intent_signals"):
            connection.execute(f"delete from marts.{table}")

    report = forget(warehouse)

    assert report.people == 0
    assert found((ADA, md5(ADA)), "warehouse", warehouse.parent) == set()
    assert found((ADA, md5(ADA)), "segments", warehouse.parent) == set()


def test_erasing_again_changes_nothing(warehouse: Path) -> None:
    forget(warehouse)
    published = {path: path.read_bytes() for path in sorted((warehouse.parent / "published").rglob("*.parquet"))}

    again = forget(warehouse)

    assert (again.people, again.suppressions_added, again.segment_answers, again.published_rows) == (0, 0, 0, 0)
    assert {
        path: path.read_bytes() for path in sorted((warehouse.parent / "published").rglob("*.parquet"))
    } == published


def test_a_reader_of_the_publication_keeps_its_file_and_modes_stay(warehouse: Path) -> None:
    layout = Layout(warehouse.parent)
    with duckdb.connect(str(layout.database.resolve()), read_only=True) as reader:
        forget(warehouse)
        assert reader.execute("select count(*) from contacts").fetchone() == (2,)
    with duckdb.connect(str(layout.database.resolve()), read_only=True) as connection:
        assert connection.execute("select count(*) from contacts").fetchone() == (1,)
    assert layout.database.stat().st_mode & 0o777 == 0o600
    assert layout.pseudonymous_database.stat().st_mode & 0o777 == 0o644
    assert warehouse.stat().st_mode & 0o077 in (0o044, 0)
    assert not [path.name for path in warehouse.parent.iterdir() if re.search(r"\.new$|\.tmp$", path.name)]


def test_the_reason_must_not_name_the_person(warehouse: Path) -> None:
    with pytest.raises(IdentifierError, match="repeats"):
        erase(
            warehouse,
            "email",
            ADA,
            segments=warehouse.parent / "segments",
            journal_url=None,
            rewrite_publications=None,
            reason=f"{ADA} asked",
            now=NOW,
        )


def test_a_domain_is_no_person(warehouse: Path) -> None:
    with pytest.raises(IdentifierError, match="not a person"):
        forget(warehouse, "domain", "acme.example")


def test_an_empty_home_is_no_error(tmp_path: Path) -> None:
    report = erase(
        tmp_path / "warehouse.duckdb",
        "phone",
        ADA_PHONE,
        segments=tmp_path / "segments",
        journal_url=None,
        rewrite_publications=None,
        reason="asked for by the person",
        now=NOW,
    )
    assert (report.people, report.suppressions_added, report.rebuild_needed) == (0, 1, False)
