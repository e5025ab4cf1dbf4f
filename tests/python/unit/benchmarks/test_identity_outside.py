"""Somebody else's file with a known truth becomes evidences, and what cannot be read is named."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from identity import outside
from identity.warehouse import substituted


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema bench")
        for name, empty in outside.empty_tables():
            connection.register("empty", empty)
            connection.execute(f"create table bench.{name} as select * from empty")
            connection.unregister("empty")
        yield connection


def written(folder: Path, text: str) -> Path:
    file = folder / "theirs.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_of_other_column_names(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "record_id,person,given,surname,nr,street,e-mails,born,source,source_id\n"
        "r1,a,Ada,Roe,1,Test St,ada@example.com; ada.roe@example.org,1980-02-03,vendor-a,7\n"
        "r2,a,Ada,Roe-Poe,,,,19800203,vendor-a,7\n"
        "r3,b,,,,,,,,\n",
    )
    outside.read(con, file, "first_name=given,last_name=surname,address=nr+street,email=e-mails,birth_date=born")
    columns = "evidence_id, person, first_name, last_name, address, birth_year"
    records = con.execute(f"select {columns} from bench.records order by record_id").fetchall()
    assert records == [
        ("vendor-a:7", 1, "Ada", "Roe", "1 Test St", 1980),
        ("vendor-a:7", 1, "Ada", "Roe-Poe", None, 1980),
        ("outside/r3", 2, None, None, None, None),
    ]
    mails = con.execute("select evidence_id, email from bench.emails order by email").fetchall()
    assert mails == [("vendor-a:7", "ada.roe@example.org"), ("vendor-a:7", "ada@example.com")]


def test_whole_names_and_hashes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = 'record_id,person,name,email_md5,phone\nr1,1,"Roe, Ada K",ABC,1|2\nr2,1,Ada K Roe,,\n'
    outside.read(con, written(tmp_path, text))
    names = con.execute("select first_name, last_name from bench.records order by record_id").fetchall()
    assert names == [("Ada K", "Roe"), ("Ada K", "Roe")]
    assert con.execute("select email, hashed_as from bench.emails").fetchall() == [("ABC", "given md5")]
    assert con.execute("select phone from bench.phones order by 1").fetchall() == [("1",), ("2",)]


def test_a_parquet_file_with_numbers_and_dates(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "theirs.parquet"
    row = (
        "1 as record_id, 9 as person, date '1980-02-03' as birth_date, timestamp '2026-11-05 06:00' as observed_at"
    )
    con.execute(f"copy (select {row}) to '{file}' (format parquet)")
    outside.read(con, file)
    assert con.execute(
        "select record_id, birth_year, cast(observed_at as varchar) from bench.records"
    ).fetchall() == [("1", 1980, "2026-11-05 06:00:00")]


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("record_id,name\nr1,Ada\n", "", "needs person"),
        ("record_id,person\nr1,a\nr1,b\n", "", "1 different record_id"),
        ("record_id,person\nr1,\n", "", "1 without record_id or person"),
        ("record_id,person\n", "", "0 rows"),
        ("record_id,person\nr1,a\n", "email=mail", "no column 'mail'"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, columns: str, message: str
) -> None:
    with pytest.raises(outside.OutsideDataError, match=message):
        outside.read(con, written(tmp_path, text), columns)


def test_other_records_take_the_place_of_what_a_model_unites() -> None:
    given, united = "given as (\n select 1 as n\n)", "united as (\n select n from given\n)"
    sql = f"with {given},\n\n{united},\n\nfinal as (select n + 1 as n from united)\nselect * from final"
    assert duckdb.sql(substituted(sql, r"select 41 as n, '\x27' as kept")).fetchall() == [(42,)]
    with pytest.raises(ValueError, match="without the CTE"):
        substituted("with final as (select 1) select * from final", "select 1")


@pytest.mark.parametrize(
    "model", ["contacts/int_contacts__emails", "contacts/int_contacts__phones", "intent/int_intent__signals"]
)
def test_the_real_models_unite_before_they_normalise(model: str) -> None:
    """The benchmark puts its records where these models unite their vendors."""
    text = (Path(__file__).parents[4] / "models" / "intermediate" / f"{model}.sql").read_text(encoding="utf-8")
    assert "\nunited as (" in text
    assert "from united" in text
