"""Every normalising macro gives the same on DuckDB and on Spark 3.5, value by value.

Needs pyspark and Java, which no other part of the project needs: `make test-spark` brings the first into an
environment of its own; elsewhere this is skipped and says so.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from support.awkward import VALUES
from support.macros import ROOT, evaluate_sql, macros

pyspark_sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: run `make test-spark`")

#: Macros of one argument in macros/normalise, and how those of several are called on one column.
CALLS = {
    **{
        name: (name, ("value",))
        for name in (
            "fold_text",
            "lower_text",
            "undress",
            "digits_are_lost",
            "normalise_email",
            "emails_in",
            "linkedin_slugs_in",
            "domains_in",
            "email_is_valid",
            "normalise_phone",
            "phone_national10",
            "linkedin_slug",
            "normalise_domain",
            "normalise_name",
            "name_key",
            "name_suffix",
            "given_name_words",
            "last_name_words",
            "first_name_key",
            "first_name_of",
            "last_name_of",
            "last_name_key",
            "company_name_key",
            "address_words",
            "normalise_zip",
            "normalise_maid",
            "normalise_vin",
            "normalise_ein",
            "normalise_ip",
            "is_public_ip",
            "trim_text",
            "identifier_refusal",
        )
    },
    **{
        f"email_{algorithm}{of}": ("email_hash", ("value", algorithm, of != ""))
        for algorithm in ("md5", "sha1", "sha256")
        for of in ("", "_of_capitals")
    },
    "email_key": ("email_key", ("value", "'gmail.com'", "'.'", "'+'")),
    "address_key": ("address_key", ("value", "'22101'")),
    "building_key": ("building_key", ("value", "'22101'")),
    "normalise_phone_in_britain": ("normalise_phone", ("value", "'GB'")),
    "normalise_phone_in_india": ("normalise_phone", ("value", "'IN'")),
    "normalise_phone_nowhere": ("normalise_phone", ("value", "'ZZ'")),
    "normalise_zip_in_norway": ("normalise_zip", ("value", "'NO'")),
    "phones_in": ("phones_in", ("value",)),
    "placeholder_key": ("placeholder_key", ("value",)),
    "zip_plus4": ("zip_plus4", ("value", "'1234'")),
    "company_key": ("company_key", ("null", "value")),
    "domain_ending": ("domain_ending", ("value", "2")),
    "registrable_domain": ("registrable_domain", ("value", "nullif('', '')", "value")),
}

#: Pieces that only make sense inside another macro, which is compared as a whole.
INNER = {
    "words",
    "name_endings",
    "name_without_endings",
    "street_suffix",
    "address_patterns",
    "building_of",
    "unit_of",
    "is_po_box",
    "phone_plans",
    "number_from_home",
    "phone_number",
    "undress_once",
    "dressings",
    "digits_of_power",
    "read_again",
    "unescape_html",
    "windows_1252",
    "uncut_name",
}

#: Of macros/identity: what decides who enters the graph, and the key of an employer.
IDENTITY = {"company_key", "identifier_refusal"}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    session = (
        pyspark_sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.ansi.enabled", "false")
        .getOrCreate()
    )
    yield session
    session.stop()


def on_spark(spark: Any, sql: str, values: list[str | None]) -> list[Any]:
    rows = spark.createDataFrame(list(enumerate(values)), "position int, value string")
    found = {row[0]: row[1] for row in rows.selectExpr("position", f"{sql} as result").collect()}
    return [found[position] for position in range(len(values))]


@pytest.mark.parametrize("call", CALLS)
def test_the_engines_agree(spark: Any, call: str) -> None:
    name, arguments = CALLS[call]
    ours = evaluate_sql(str(macros("duckdb")[name](*arguments)), VALUES)
    theirs = on_spark(spark, str(macros("spark")[name](*arguments)), VALUES)
    differences = [
        (value, one, other) for value, one, other in zip(VALUES, ours, theirs, strict=True) if one != other
    ]
    assert not differences


def test_every_letter_folds_alike(spark: Any) -> None:
    # Characters that all versions of Unicode in question know: the engines bring their own.
    letters = [
        chr(point)
        for point in range(0x21, 0x10000)
        if unicodedata.category(chr(point))[0] in "LMN" and unicodedata.ucd_3_2_0.category(chr(point)) != "Cn"
    ]
    values: list[str | None] = [*letters, *(f"a{letter}" for letter in letters)]
    for name in ("fold_text", "name_key"):
        ours = evaluate_sql(str(macros("duckdb")[name]("value")), values)
        theirs = on_spark(spark, str(macros("spark")[name]("value")), values)
        differences = [
            (value, one, other) for value, one, other in zip(values, ours, theirs, strict=True) if one != other
        ]
        assert not differences


def test_no_macro_is_forgotten() -> None:
    normalisers = {path.stem for path in (ROOT / "macros" / "normalise").glob("*.sql")}
    assert normalisers - INNER == {name for name, _ in CALLS.values()} - IDENTITY
