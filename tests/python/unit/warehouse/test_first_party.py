"""First-party lists: what can be read is read, and what cannot is named by its line and the rule."""

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from contactable.privacy.identifiers import identify
from contactable.warehouse import first_party_reader
from contactable.warehouse.duckdb import open_warehouse
from contactable.warehouse.errors import ConfigurationError, FirstPartyListError
from contactable.warehouse.first_party import FirstPartyReport, clear_first_party, load_first_party
from contactable.warehouse.first_party_headings import ListSettings, understood
from contactable.warehouse.first_party_reader import open_list
from contactable.warehouse.first_party_source import Line, Source
from contactable.warehouse.raw_tables import FIRST_PARTY_FIELDS, create_raw_tables

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 5, tzinfo=UTC)


class Lists:
    """A warehouse, and lists to load into it."""

    def __init__(self, con: DuckDBPyConnection, folder: Path) -> None:
        self.con = con
        self.path = folder / "people.csv"

    def load(self, content: str | bytes, now: datetime = NOW) -> FirstPartyReport:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_first_party(self.con, self.path, now=now)

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        return self.con.execute(
            f"select {', '.join(columns or ('email',))} from raw.first_party order by line_number"
        ).fetchall()

    def emails(self) -> list[Any]:
        return [email for (email,) in self.rows("email")]

    def rejected(self) -> list[tuple[int, str]]:
        return self.con.execute("select line_number, rule from raw.rejected_rows order by line_number").fetchall()


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[Lists]:
    with open_warehouse(tmp_path / "home") as con:
        create_raw_tables(con)
        yield Lists(con, tmp_path)


# ---------------------------------------------------------------------- what a list says


def test_every_known_field_arrives_as_it_was_given(lists: Lists) -> None:
    values = {name: f"{name} of Ann" for name in FIRST_PARTY_FIELDS} | {
        "email": "ann@example.com",
        "zip": "00501",
        "phone": "+1 (202) 555-0123",
    }

    report = lists.load(",".join(values) + "\n" + ",".join(values.values()) + "\n")

    assert lists.rows("source_file", "line_number", *FIRST_PARTY_FIELDS, "extra", "first_loaded_at") == [
        ("people.csv", 2, *values.values(), None, datetime(2026, 11, 21, 5))
    ]
    assert report == FirstPartyReport("people.csv", 1, 1, 0, 0, (), ())
    assert report.notices == []


def test_a_row_without_the_newer_fields_is_the_row_that_it_was(lists: Lists) -> None:
    """Identity is kept by row keys: the fields added on 2026-12-01 must not give every row of a home a new one."""
    lists.load("email,zip\nann@example.com,00501\n")

    assert lists.rows("row_key") == [("bc58fcf8c3800cdf03d4b8623d37bb5a",)]

    lists.load("email,zip,bigdbm_id\nann@example.com,00501,7\nann@example.com,00501,\n")
    first, second = lists.rows("row_key")
    assert first != second


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("email", "email"),
        ("E-mail", "email"),
        (" E-Mail Address ", "email"),
        ("EMAIL", "email"),
        ("First Name", "first_name"),
        ("LinkedIn", "linkedin_url"),
        ("Postal code", "zip"),
        ("ID", "external_id"),
        ("Company", "company_name"),
    ],
)
def test_headings_are_read_the_way_people_write_them(lists: Lists, heading: str, name: str) -> None:
    lists.load(f"{heading},maid\nvalue@example,x\n")

    assert lists.rows(name) == [("value@example",)]


def test_unknown_columns_are_kept_aside_and_named(lists: Lists) -> None:
    report = lists.load("email,Shoe size,Job Title,,Shoe size\na@example.com,9,CEO,x,y\nc@example.com,,,,\n")

    assert [(email, extra and json.loads(extra)) for email, extra in lists.rows("email", "extra")] == [
        ("a@example.com", {"Shoe size": "9", "Job Title": "CEO", "column 4": "x", "Shoe size (column 5)": "y"}),
        ("c@example.com", None),
    ]
    assert report.unknown_columns == ("Shoe size", "column 4", "Shoe size (column 5)")
    assert report.notices == ["people.csv: unknown columns kept aside: Shoe size, column 4, Shoe size (column 5)"]


def test_values_are_trimmed_and_otherwise_left_alone(lists: Lists) -> None:
    lists.load('email,city,zip\n  A@Example.COM\u00a0,"  São  Paulo ",  \n')

    assert lists.rows("email", "city", "zip") == [("A@Example.COM", "São  Paulo", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(lists: Lists, delimiter: str) -> None:
    others = "".join({",", ";", "|"} - {delimiter})
    lists.load(f'email{delimiter}city\na@example.com{delimiter}"Paris{others}"\n')

    assert lists.rows("email", "city") == [("a@example.com", f"Paris{others}")]


def test_a_separator_inside_a_heading_does_not_mislead(lists: Lists) -> None:
    lists.load("email|note, private; or not\na@example.com|x\n")

    assert lists.emails() == ["a@example.com"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_of_every_system(lists: Lists, end: str, last: bool) -> None:
    lists.load(end.join(["email,zip", "a@example.com,1", "b@example.com,2"]) + (end if last else ""))

    assert lists.rows("email", "zip", "line_number") == [("a@example.com", "1", 2), ("b@example.com", "2", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_that_say_what_they_are(lists: Lists, encoding: str) -> None:
    text = "email,city\na@example.com,Zürich\nb@example.com,東京\n"
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""

    report = lists.load((mark + text).encode(encoding))

    assert lists.rows("email", "city") == [("a@example.com", "Zürich"), ("b@example.com", "東京")]
    assert report.rejected == 0


def test_a_field_may_hold_line_breaks_separators_and_quotes(lists: Lists) -> None:
    lists.load('email,address\r\na@example.com,"1 High St,\r\nFlat ""B"""\r\nb@example.com,x\r\n')

    assert lists.rows("email", "address", "line_number") == [
        ("a@example.com", '1 High St,\nFlat "B"', 2),
        ("b@example.com", "x", 4),
    ]


def test_lines_of_nothing_are_not_rows(lists: Lists) -> None:
    report = lists.load("\n\nemail,zip\n\n , \na@example.com,1\n,\n\n")

    assert lists.rows("email", "line_number") == [("a@example.com", 6)]
    assert (report.rows, report.rejected) == (1, 0)


# ---------------------------------------------------------------------- what programs export

EXPORTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Google Contacts",
        "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
        "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
        "Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Street,"
        "Address 1 - City,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Website 1 - Value\n"
        "Zoe,Quill,Acme One,* Work,zoe@acme-one.example,Home,zoe@home-mail.example ::: z@home-mail.example,Mobile,"
        "+1 212-555-0102,Work,,Home,8 Elm St,Boston,MA,02108,US,acme-one.example\n",
        {
            "first_name": "Zoe",
            "last_name": "Quill",
            "email": "zoe@acme-one.example\nzoe@home-mail.example ::: z@home-mail.example",
            "phone": "+1 212-555-0102",
            "company_name": "Acme One",
            "company_domain": "acme-one.example",
            "address": "8 Elm St",
            "city": "Boston",
            "state": "MA",
            "zip": "02108",
            "country": "US",
        },
    ),
    (
        "Outlook: the home, not the office",
        "Title,First Name,Last Name,Company,Business Street,Business City,Home Street,Home Street 2,Home City,"
        "Home State,Home Postal Code,Home Country/Region,Company Main Phone,Business Phone,Home Phone,"
        "Assistant's Phone,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,Web Page\n"
        ",Zoe,Quill,Acme One,9 Oak St,Salem,8 Elm St,Apt 2,Boston,MA,02108,United States,(212) 555-0100,"
        "(212) 555-0101,(212) 555-0103,(212) 555-0109,zoe@acme-one.example,SMTP,Zoe Quill (zoe@acme-one.example),"
        "zoe@home-mail.example,http://acme-one.example\n",
        {
            "first_name": "Zoe",
            "last_name": "Quill",
            "email": "zoe@acme-one.example\nzoe@home-mail.example",
            "phone": "(212) 555-0101\n(212) 555-0103",
            "company_name": "Acme One",
            "company_domain": "http://acme-one.example",
            "address": "8 Elm St, Apt 2",
            "city": "Boston",
            "state": "MA",
            "zip": "02108",
            "country": "United States",
        },
    ),
    (
        "an office only: no home is made of it",
        "Email,Business Street,Business City,Work Address,Company Phone\n"
        "zoe@acme-one.example,9 Oak St,Salem,9 Oak St,x\n",
        {"email": "zoe@acme-one.example"},
    ),
    (
        "the other address where the first is empty",
        "Email,Mailing Street,Mailing City,Other Street,Other City,Country\n"
        "zoe@acme-one.example,,Salem,8 Elm St,Boston,US\n",
        {"email": "zoe@acme-one.example", "address": "8 Elm St", "city": "Boston", "country": "US"},
    ),
    (
        "Clay: a place in one text",
        "Full Name,Location,Work Email,Mobile Phone,LinkedIn Profile\n"
        'Zoe Quill,"Boston, Massachusetts, United States",zoe@acme-one.example,+12125550102,'
        "linkedin.com/in/zoe-quill\n",
        {
            "full_name": "Zoe Quill",
            "email": "zoe@acme-one.example",
            "phone": "+12125550102",
            "linkedin_url": "linkedin.com/in/zoe-quill",
            "city": "Boston",
            "state": "Massachusetts",
            "country": "United States",
        },
    ),
    (
        "an address in one text",
        'Name,Address\n"Quill, Zoe","8 Elm St, Apt 2\nBoston, MA 02108-1234\nUSA"\n',
        {
            "full_name": "Quill, Zoe",
            "address": "8 Elm St, Apt 2",
            "city": "Boston",
            "state": "MA",
            "zip": "02108-1234",
            "country": "USA",
        },
    ),
    (
        "an address in one text, but not certain",
        'Name,Address\nZoe Quill,"12 High Street, Oxford OX1 4AA"\n',
        {"full_name": "Zoe Quill", "address": "12 High Street, Oxford OX1 4AA"},
    ),
    (
        "LinkedIn connections",
        'Notes:\n"When exporting your data, you may notice that some, not all, of them are missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Zoe,Quill,https://www.linkedin.com/in/zoe-quill,,Acme One,CEO,21 Nov 2025\n",
        {
            "first_name": "Zoe",
            "last_name": "Quill",
            "linkedin_url": "https://www.linkedin.com/in/zoe-quill",
            "company_name": "Acme One",
        },
    ),
    (
        "addresses of any kind in one column",
        "Name,URL,Email\nZoe Quill,https://linkedin.com/in/zoe-quill,\n",
        {"full_name": "Zoe Quill", "linkedin_url": "https://linkedin.com/in/zoe-quill"},
    ),
    (
        "the first that is filled, of what one has once",
        "Email,Company Name,Company Name for Emails,Website,Company Domain\n"
        "zoe@acme-one.example,,Acme,,acme-one.example\n",
        {"email": "zoe@acme-one.example", "company_name": "Acme", "company_domain": "acme-one.example"},
    ),
    (
        "the primary address first",
        "Secondary Email,Primary Email\nzoe@home-mail.example,zoe@acme-one.example\n",
        {"email": "zoe@acme-one.example\nzoe@home-mail.example"},
    ),
]


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in EXPORTS], ids=[case[0] for case in EXPORTS]
)
def test_an_export_is_read_whole(lists: Lists, content: str, expected: dict[str, Any]) -> None:
    report = lists.load(content)

    (row,) = lists.rows(*FIRST_PARTY_FIELDS)
    assert {
        name: value for name, value in zip(FIRST_PARTY_FIELDS, row, strict=True) if value is not None
    } == expected
    assert report.unknown_columns == ()


@pytest.mark.parametrize(
    "content",
    [
        "First Name,Last Name,Company,Record ID\nZoe,Quill,Acme One,7\n",
        "Email Status,Phone Type,Name\nvalid,mobile,Zoe Quill\n",
        "Email,Name\n,Zoe Quill\n",
        "Email;Name\nzoe at home,Zoe Quill\n",
        "First Name,E-Post,Vorwahl\nZoe,zoe@acme-one.example,0212\n",
    ],
)
def test_a_list_that_identifies_nobody_is_refused(lists: Lists, content: str) -> None:
    lists.load("email\nkept@example.com\n")

    with pytest.raises(FirstPartyListError, match=r"identifies nobody.*columns in contactable\.yml"):
        lists.load(content)

    assert lists.emails() == ["kept@example.com"]


def test_the_configuration_says_what_a_column_is(lists: Lists) -> None:
    lists.path.write_text("E-Post,Vorname,Kunde\nzoe@acme-one.example,Zoe,7\n", encoding="utf-8")

    load_first_party(
        lists.con, lists.path, now=NOW, settings=ListSettings(columns={"e post": "email", "Kunde": "external_id"})
    )

    assert lists.rows("external_id", "first_name", "email") == [("7", "Zoe", "zoe@acme-one.example")]
    with pytest.raises(FirstPartyListError, match=r"names 'E-Pots', .* Did you mean 'E-Post'\?"):
        load_first_party(lists.con, lists.path, now=NOW, settings=ListSettings(columns={"E-Pots": "email"}))


# ---------------------------------------------------------------------- how programs write files

PLAIN = "email,first_name,city\na@example.com,René,Genève\nb@example.com,Bob,Rome\n"
READ = [("a@example.com", "René", "Genève"), ("b@example.com", "Bob", "Rome")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN.encode(), []),
        (PLAIN.encode("utf-8-sig"), []),
        (PLAIN.encode("utf-16"), []),
        (PLAIN.encode("utf-16-le"), []),
        (PLAIN.encode("utf-16-be"), []),
        (PLAIN.encode("utf-32"), []),
        (gzip.compress(PLAIN.encode(), mtime=0), []),
        (gzip.compress(PLAIN.encode("cp1252"), mtime=0), ["not UTF-8: read as Windows-1252"]),
        (PLAIN.encode("cp1252"), ["not UTF-8: read as Windows-1252"]),
        (b"sep=,\r\n" + PLAIN.encode(), []),
        (("sep=;\r\n" + PLAIN.replace(",", ";")).encode("utf-16"), []),
        (b'"sep=;"\n' + PLAIN.replace(",", ";").encode(), []),
        (b"\xef\xbb\xbfsep=^\n" + PLAIN.replace(",", "^").encode(), []),
        (b"Contacts export 2026-11-01,,\n,,\n" + PLAIN.encode(), ["1 line above the headings is not read"]),
        (b"Contacts\nKept by,Ann\n\n\n" + PLAIN.encode(), ["2 lines above the headings are not read"]),
        (PLAIN.replace("first_name", '"First\nName"').encode(), []),
        (PLAIN.replace("email", '"E-mail\r\nAddress"').encode(), []),
        (PLAIN.replace("\n", "\r\n").encode("cp1252"), ["not UTF-8: read as Windows-1252"]),
    ],
)
def test_a_file_is_read_as_programs_write_it(lists: Lists, content: bytes, said: list[str]) -> None:
    report = lists.load(content)

    assert lists.rows("email", "first_name", "city") == READ
    assert report.rejected == 0
    assert len(report.notices) == len(said)
    assert all(words in notice for words, notice in zip(said, report.notices, strict=True))


def test_missing_cells_at_the_end_of_a_row_are_empty(lists: Lists) -> None:
    report = lists.load(
        'Email,First Name,Last Name,Address,Notes\na@example.com\nb@example.com,Bob,Ray,"1 High St\nFlat 2"\n'
    )

    assert lists.rows("email", "last_name", "address") == [
        ("a@example.com", None, None),
        ("b@example.com", "Ray", "1 High St\nFlat 2"),
    ]
    assert report.rejected == 0


def test_windows_1252_is_decided_for_the_whole_file(lists: Lists) -> None:
    rows = "".join(f"p{n}@example.com,{'René' if n % 2 else 'Bob'},x\n" for n in range(10))

    report = lists.load(("email,first_name,city\n" + rows).encode("cp1252"))

    assert [name for (name,) in lists.rows("first_name")] == ["Bob", "René"] * 5
    assert report.rejected == 0


def test_lines_of_another_encoding_among_utf8(lists: Lists) -> None:
    lines = [
        "a@example.com,Zürich".encode(),
        "b@example.com,Genève".encode("cp1252"),
        b"c@example.com,Z\xc3\xbc\xc3",
    ]

    report = lists.load(b"email,city\n" + b"\n".join(lines))

    assert lists.rows("email", "city") == [("a@example.com", "Zürich"), ("b@example.com", "Genève")]
    assert lists.rejected() == [(4, "wrong_encoding")]
    assert "those that are not are read as Windows-1252" in report.notices[0]


def test_an_encoding_that_is_configured(lists: Lists) -> None:
    lists.path.write_bytes("почта,имя\nann@example.com,Анна\n".encode("cp1251"))
    columns = {"почта": "email", "имя": "first_name"}

    load_first_party(lists.con, lists.path, now=NOW, settings=ListSettings(columns=columns, encoding="cp1251"))

    assert lists.rows("email", "first_name") == [("ann@example.com", "Анна")]


def test_a_list_that_changes_while_it_is_read_changes_nothing(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.load("email\nkept@example.com\n")
    lists.path.write_text("email\n" + "a@example.com\n" * 3, encoding="utf-8")
    lines = Source.lines

    def growing(source: Source) -> Iterator[Line]:
        yield from lines(source)
        with source.path.open("a", encoding="utf-8") as file:
            file.write("more@example.com\n")

    monkeypatch.setattr(Source, "lines", growing)
    with pytest.raises(FirstPartyListError, match="changed while it was read"):
        load_first_party(lists.con, lists.path, now=NOW)

    assert lists.emails() == ["kept@example.com"]


# ---------------------------------------------------------------------- Excel


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], formats: Mapping[str, str] = {}) -> None:
    """Write an .xlsx; ``formats``: cell of the first sheet -> how its number is shown."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cell, shown in formats.items():
        book.worksheets[0][cell].number_format = shown
    book.save(path)


def test_a_workbook_is_read_as_it_is_seen(lists: Lists) -> None:
    workbook(
        lists.path,
        {
            "People": [
                ["Contacts of 2026", None],
                [],
                ["Email", "Phone", "Zip", "Born", "Score", "Member", "Customer Number", "Seen", None],
                [
                    "a@example.com",
                    2125550101,
                    2108,
                    date(1980, 1, 2),
                    0.1,
                    True,
                    7.0,
                    datetime(2026, 1, 2, 3, 4),
                    None,
                ],
                ["b@example.com", 2125550102.0, 501],
                [None, None],
                ["c@example.com", "'+1 212 555 0103", "02108", None, None, None, None, None, "more"],
            ]
        },
        {"C4": "00000", "C5": "00000", "B5": "000-000-0000"},
    )

    report = load_first_party(lists.con, lists.path, now=NOW)

    assert lists.rows("line_number", "email", "phone", "zip", "external_id") == [
        (4, "a@example.com", "2125550101", "02108", "7"),
        (5, "b@example.com", "212-555-0102", "00501", None),
    ]
    assert [json.loads(extra) for (extra,) in lists.rows("extra") if extra] == [
        {"Born": "1980-01-02", "Score": "0.1", "Member": "TRUE", "Seen": "2026-01-02 03:04:00"}
    ]
    assert lists.rejected() == [(7, "too_many_fields")]
    assert report.unknown_columns == ("Born", "Score", "Member", "Seen")


def test_a_sheet_is_named(lists: Lists) -> None:
    workbook(lists.path, {"Read me": [["Nothing here"]], "People": [["Email"], ["a@example.com"]]})

    with pytest.raises(FirstPartyListError, match="identifies nobody"):
        load_first_party(lists.con, lists.path, now=NOW)
    with pytest.raises(FirstPartyListError, match="no sheet 'Poeple'; its sheets are Read me, People"):
        load_first_party(lists.con, lists.path, now=NOW, settings=ListSettings(sheet="Poeple"))
    load_first_party(lists.con, lists.path, now=NOW, settings=ListSettings(sheet="People"))

    assert lists.emails() == ["a@example.com"]


def test_a_sheet_of_a_file_that_is_no_workbook(lists: Lists) -> None:
    lists.path.write_text("email\na@example.com\n", encoding="utf-8")

    with pytest.raises(FirstPartyListError, match="is no workbook"):
        load_first_party(lists.con, lists.path, now=NOW, settings=ListSettings(sheet="People"))


# ---------------------------------------------------------------------- what is wrong with single rows


GOOD = "email,zip,city\na@example.com,1,Rome\n{}\nb@example.com,2,Oslo\n"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("secret@example.com,1,Rome,more", "too_many_fields"),
        ('secret@example.com,1,"Rome', "unclosed_quote"),
        ('"secret@example.com,1,Rome', "unclosed_quote"),
        ('secret@example.com,"1"st,Rome', "misplaced_quote"),
        ("secret@example.com,\x00,Rome", "nul_byte"),
        ("secret@example.com,1," + "x" * 10_001, "field_too_long"),
        ("secret@example.com,1," + "x" * 1_500_000, "line_too_long"),
        ("secret@example.com,1," + "x" * 10_000_000, "line_too_long"),
        ('secret@example.com,1,"' + "x" * 140_000 + '"', "field_too_long"),
    ],
)
def test_a_bad_row_costs_itself_only(lists: Lists, line: str, rule: str) -> None:
    report = lists.load(GOOD.format(line))

    assert lists.emails() == ["a@example.com", "b@example.com"]
    assert lists.rejected() == [(3, rule)]
    assert (report.rows, report.rejected, report.first_rejected[0].line_number) == (2, 1, 3)
    assert report.notices[0].startswith(f"people.csv line 3: {rule}, ")
    assert "secret" not in str(report)


def test_a_row_that_is_no_utf16_costs_itself_only(lists: Lists) -> None:
    content = GOOD.format("c@example.com,3,#").encode("utf-16-le").replace("#".encode("utf-16-le"), b"\x00\xd8")

    lists.load(b"\xff\xfe" + content)

    assert lists.emails() == ["a@example.com", "b@example.com"]
    assert lists.rejected() == [(3, "wrong_encoding")]


@pytest.mark.parametrize(
    "line",
    [
        'c@example.com,5" pipe,Rome',
        'c@example.com,5" pipe,6" pipe',
        'c@example.com,"said ""no""",Rome',
        'c@example.com, "1",Rome',
        "c@example.com,1,Rome,,,",
        "c@example.com,1",
        "c@example.com",
        "c@example.com,1," + "x" * 10_000,
    ],
)
def test_what_looks_odd_but_can_be_read_is_read(lists: Lists, line: str) -> None:
    lists.load(GOOD.format(line))

    assert lists.emails() == ["a@example.com", "c@example.com", "b@example.com"]
    assert lists.rejected() == []


def test_a_quoted_field_may_stand_after_a_space(lists: Lists) -> None:
    lists.load('email,zip\na@example.com, "1, 2"\nb@example.com\n')

    assert lists.rows("zip") == [("1, 2",), (None,)]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 10_000])
@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        (['"open,1,x', *(f"{n}@example.com,1,x" for n in range(40))], [2]),  # never closed
        (['"open,1,x', "1@example.com,1,x", '"2@example.com",1,x'], [2]),  # closed by another row's quote
        (['"open,1,x', "1@example.com,1,x", '2@example.com,1,"x"', "3@example.com,1,x"], [2]),
        (['"open,1,x', "1@example.com,1,x", '2@example.com,1"'], [2]),  # closes, but then fields are missing
        (['"open,1,x', '"open,2,x', '"open,3,x', "1@example.com,1,x"], [2, 3, 4]),
        (["1@example.com,1,x", '2@example.com,1,"x'], [3]),  # at the end
        (['"open,1,x', "bad \x00 line", "1@example.com,1,x"], [2, 3]),
        (['"open,1,x', "bad \x00 line", 'closed@example.com",1,x'], [2, 3]),
        (['a@example.com,1,"open', *(f"{n}@example.com,1,x" for n in range(20)), '1,1,closed"'], [2]),  # too late
    ],
)
def test_an_open_quote_does_not_swallow_the_rows_after_it(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, chunk_rows: int, lines: Sequence[str], bad: Sequence[int]
) -> None:
    monkeypatch.setattr(first_party_reader, "_CHUNK_ROWS", chunk_rows)

    lists.load("\n".join(["email,zip,city", *lines]))

    assert [number for number, _ in lists.rejected()] == bad
    expected = [n for n in range(2, len(lines) + 2) if n not in bad]
    assert [number for (number,) in lists.rows("line_number")] == expected


def test_a_list_of_nothing_but_open_quotes_is_read_in_one_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "open.csv"
    path.write_text("email,zip\n" + '"open,1\n' * 5_000, encoding="utf-8")
    calls = 0
    parse = first_party_reader._parse

    def counted(texts: Sequence[str], delimiter: str) -> list[str] | str:
        nonlocal calls
        calls += len(texts)
        return parse(texts, delimiter)

    monkeypatch.setattr(first_party_reader, "_parse", counted)

    assert sum(len(chunk.rejected) for chunk in open_list(path, partial(understood, columns={})).chunks) == 5_000
    assert calls < 5_000 * 4


def test_a_row_of_many_lines_may_lie_across_chunks(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_party_reader, "_CHUNK_ROWS", 2)

    lists.load('email,address\na@example.com,"1\n2\n3\n4"\nb@example.com,x\n')

    assert lists.rows("email", "address") == [("a@example.com", "1\n2\n3\n4"), ("b@example.com", "x")]


def test_memory_does_not_grow_with_a_line(lists: Lists) -> None:
    content = "email\na@example.com\n" + "x" * 30_000_000 + "\nb@example.com\n"
    lists.path.write_text(content, encoding="utf-8")
    del content

    tracemalloc.start()
    load_first_party(lists.con, lists.path, now=NOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8_000_000
    assert lists.emails() == ["a@example.com", "b@example.com"]


texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufffd\ufeff"
    ),
    max_size=12,
)
fields = st.builds(
    "".join, st.lists(st.one_of(texts, st.sampled_from(['"', ",", "\n", " ", ";", "'"])), max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(fields, fields, fields), min_size=1, max_size=8),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    chunk_rows=st.sampled_from([1, 3, 10_000]),
)
def test_whatever_a_spreadsheet_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], quoting: Any, chunk_rows: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting)
    writer.writerow(["email", "city", "address"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("written") / "people.csv"
    path.write_bytes(text.getvalue().encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_party_reader, "_CHUNK_ROWS", chunk_rows)
        chunks = list(open_list(path, partial(understood, columns={})).chunks)

    read = [row for chunk in chunks for row in zip(*(column.to_pylist() for column in chunk.columns), strict=True)]
    assert [row for row in read if any(row)] == [
        tuple(value.strip() or None for value in row) for row in rows if any(value.strip() for value in row)
    ]
    assert [refused for chunk in chunks for refused in chunk.rejected] == []


@pytest.fixture(scope="module")
def kept() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as con:
        create_raw_tables(con)
        yield con


@settings(max_examples=60, deadline=None)
@given(
    cell=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30),
    place=st.integers(0, 7),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_in_any_cell_changes_nothing_for_the_other_rows(
    kept: DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    cell: str,
    place: int,
    quoting: Any,
    encoding: str,
) -> None:
    headings = ["Id", "Email", "Name", "Phone", "Home Address", "Website", "Do Not Call", "Favourite tea"]
    good = [[f"c{n}", f"p{n}@example.com", "Zoe Quill", "2125550101", "8 Elm St", "", "no", "x"] for n in range(5)]
    odd = list(good[2])
    odd[place] = cell
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting).writerows([headings, *good[:2], odd, *good[3:]])
    path = tmp_path_factory.getbasetemp() / "odd.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    report = load_first_party(kept, path, now=NOW)

    rows = kept.execute(
        "select external_id, email, full_name, phone, address, extra from raw.first_party"
    ).fetchall()
    extra = '{"Do Not Call":"no","Favourite tea":"x"}'
    others = [(row[0], row[1], row[2], row[3], row[4], extra) for n, row in enumerate(good) if n != 2]
    assert set(others) <= set(rows)
    assert report.rows + report.rejected == 5


# ---------------------------------------------------------------------- what is wrong with the whole list


def as_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 100)


def as_cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(b"email\na@example.com\n", mtime=0)[:-9])


def as_folder(path: Path) -> None:
    path.mkdir()


def as_cut_parquet(path: Path) -> None:
    pq.write_table(pa.table({"email": ["a@example.com"]}), path)
    path.write_bytes(path.read_bytes()[:-5])


def with_content(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (as_folder, "is a directory"),
        (with_content(b""), "is empty"),
        (with_content(b"\n \r\n\t\n"), "is empty"),
        (with_content(b"\xef\xbb\xbf"), "is empty"),
        (with_content(b"colour,size\nred,1\n"), "email, phone, linkedin_url"),
        (
            with_content("メール,email\n一,a@example.com\n".encode("shift-jis") * 3),
            "neither UTF-8 nor Windows-1252",
        ),
        (with_content(b'"email,zip\na@example.com,1\n'), "quotation mark"),
        (with_content(b"x" * 3_000_000), "more than 1,048,576 bytes"),
        (as_zip, "a damaged workbook or zip archive"),
        (as_cut_gzip, "damaged or unfinished gzip"),
        (as_cut_parquet, "not a readable Parquet file"),
        (with_content(b"PAR1 or so"), "not a readable Parquet file"),
        (
            with_content(b"email;zip\na;b;c\nc;d;e\n"),
            "None of the 2 rows of people.csv can be read. The first is line 2",
        ),
    ],
)
def test_a_list_that_cannot_be_read_changes_nothing(lists: Lists, make: Callable[[Path], None], said: str) -> None:
    lists.load('email,zip\nkept@example.com,1\n"open,1\n')
    before = (lists.rows("*"), lists.rejected())
    lists.path.unlink()
    make(lists.path)

    with pytest.raises(FirstPartyListError) as raised:
        load_first_party(lists.con, lists.path, now=LATER)

    assert said in str(raised.value)
    assert "whoever keeps the first-party list" in str(raised.value)
    assert isinstance(raised.value, ConfigurationError)
    assert (lists.rows("*"), lists.rejected()) == before


def test_a_list_of_headings_only_is_an_empty_list(lists: Lists) -> None:
    lists.load("email\na@example.com\n")

    report = lists.load("email\n")

    assert (report.rows, report.removed) == (0, 1)
    assert report.notices == ["people.csv: headings, but no rows"]
    assert lists.emails() == []


def test_many_bad_rows_are_counted_and_a_few_named(lists: Lists) -> None:
    report = lists.load("email,zip\na@example.com,1\n" + "b,a,d\n" * 12)

    assert (report.rejected, len(report.first_rejected)) == (12, 5)
    assert report.notices[-1] == "people.csv: 7 more rows refused; see quarantined_records"
    assert len(lists.rejected()) == 12


# ---------------------------------------------------------------------- Parquet


def test_parquet_columns_of_every_type_become_text(lists: Lists) -> None:
    table = pa.table(
        {
            "E-mail": pa.array(["a@example.com ", None]).dictionary_encode(),
            "phone": pa.array([2025550123, None], pa.int64()),
            "zip": pa.array([501.0, float("nan")]),
            "address": pa.array(["", "  "]),
            "vin": pa.array([b"1FTEX1C85FFB00000", None], pa.binary()),
            "born": pa.array([date(1980, 1, 2), None]),
            "score": pa.array([0.5, 2.0]),
            "tags": pa.array([["x", "y"], None]),
            "nothing": pa.nulls(2),
            "shoe": pa.array(["9", None]),
            "city": pa.array([None, "Rome"], pa.large_string()),
        }
    )
    pq.write_table(table, lists.path.with_suffix(".parquet"))

    report = load_first_party(lists.con, lists.path.with_suffix(".parquet"), now=NOW)

    assert lists.rows("line_number", "email", "phone", "zip", "address", "vin", "city") == [
        (1, "a@example.com", "2025550123", "501", None, "1FTEX1C85FFB00000", None),
        (2, None, None, None, None, None, "Rome"),
    ]
    assert [json.loads(extra) for (extra,) in lists.rows("extra")] == [
        {"born": "1980-01-02", "score": "0.5", "tags": '["x", "y"]', "shoe": "9"},
        {"score": "2"},
    ]
    assert report.unknown_columns == ("born", "score", "nothing", "shoe")


def test_a_bad_row_of_a_parquet_file_costs_itself_only(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_party_reader, "_CHUNK_ROWS", 2)
    emails = [b"a@example.com", b"\xff\xfe", b"nul\x00", b"x" * 10_001, b"b@example.com"]
    pq.write_table(pa.table({"email": pa.array(emails, pa.binary())}), lists.path)

    lists.con.execute("select 1")
    report = load_first_party(lists.con, lists.path, now=NOW)

    assert lists.rows("line_number", "email") == [(1, "a@example.com"), (5, "b@example.com")]
    assert lists.rejected() == [(2, "wrong_encoding"), (3, "nul_byte"), (4, "field_too_long")]
    assert report.rejected == 3


def test_text_that_a_parquet_file_only_calls_text_costs_its_row_only(lists: Lists) -> None:
    emails = pa.array([b"a@example.com", b"\xff", b"b@example.com"], pa.binary())
    pretended = pa.Array.from_buffers(pa.string(), 3, emails.buffers())
    pq.write_table(pa.table({"email": pretended}), lists.path)

    load_first_party(lists.con, lists.path, now=NOW)

    assert lists.emails() == ["a@example.com", "b@example.com"]
    assert lists.rejected() == [(2, "wrong_encoding")]


# ---------------------------------------------------------------------- the same list, day after day


def test_a_row_keeps_its_first_day_as_long_as_it_stays(lists: Lists) -> None:
    lists.load("email,zip\na@example.com,1\nb@example.com,2\n")

    report = lists.load("zip,email\n3,c@example.com\n1,a@example.com\n", LATER)

    first, second = datetime(2026, 11, 21, 5), datetime(2026, 11, 22, 5)
    assert lists.rows("email", "line_number", "first_loaded_at") == [
        ("c@example.com", 2, second),
        ("a@example.com", 3, first),
    ]
    assert (report.rows, report.distinct_rows, report.removed) == (2, 2, 1)
    lists.load("email,zip\nb@example.com,2\n", LATER)
    assert lists.rows("email", "first_loaded_at") == [("b@example.com", second)]


def test_a_changed_row_is_another_row(lists: Lists) -> None:
    lists.load("email,note\na@example.com,x\n")
    (before,) = lists.rows("row_key")

    lists.load("email,note\na@example.com,y\n", LATER)

    (after,) = lists.rows("row_key")
    assert after != before
    assert lists.rows("first_loaded_at") == [(datetime(2026, 11, 22, 5),)]


def test_values_do_not_slip_into_the_neighbouring_field(lists: Lists) -> None:
    lists.load("first_name,last_name,maid\nAnn,,x\n,Ann,x\n")

    assert len(set(lists.rows("row_key"))) == 2


def test_the_same_row_twice_is_one_row(lists: Lists) -> None:
    report = lists.load("email\nb@example.com\na@example.com\nb@example.com\n b@example.com \n")

    assert lists.rows("email", "line_number") == [("b@example.com", 2), ("a@example.com", 3)]
    assert (report.rows, report.distinct_rows) == (4, 2)


def test_the_same_list_again_changes_nothing(lists: Lists) -> None:
    content = 'email,note\na@example.com,x\nb,a,d\n"open,1\nb@example.com,\n'
    lists.load(content)
    before = (lists.rows("*"), lists.con.execute("select * from raw.rejected_rows order by 2").fetchall())

    lists.load(content, LATER)

    after = (lists.rows("*"), lists.con.execute("select * from raw.rejected_rows order by 2").fetchall())
    assert after == before


def test_rows_of_a_list_under_a_new_name_move_with_it(lists: Lists, tmp_path: Path) -> None:
    lists.load("email,zip\na@example.com,1\nb,a,d\n")
    renamed = lists.path.rename(tmp_path / "renamed.csv")

    load_first_party(lists.con, renamed, now=LATER)

    assert lists.rows("source_file", "first_loaded_at") == [("renamed.csv", datetime(2026, 11, 21, 5))]
    assert lists.con.execute("select source_file from raw.rejected_rows").fetchall() == [("renamed.csv",)]


def test_a_list_that_is_no_longer_configured_is_forgotten(lists: Lists) -> None:
    lists.load("email,zip\na@example.com,1\nb,a,d\n")

    assert clear_first_party(lists.con) == 1

    assert (lists.emails(), lists.rejected()) == ([], [])


# ---------------------------------------------------------------------- whom the list says not to contact


def suppressed(lists: Lists) -> set[tuple[str, str]]:
    """Identifiers of Zoe and Bob that are suppressed by the list -> scope."""
    people = {
        **{identify("email", f"{name}@acme-one.example").hash: name for name in ("zoe", "bob")},
        **{identify("phone", f"212555010{n}").hash: f"number {n}" for n in range(5)},
        **{identify("first_party_id", f"c{n}").hash: f"c{n}" for n in range(5)},
        identify("linkedin", "zoe-quill").hash: "profile",
    }
    rows = lists.con.execute(
        "select identifier_hash, scope from raw.suppressions "
        "where reason = 'first_party_list' and identifier_type not like 'email_%'"
    ).fetchall()
    return {(people[found], scope) for found, scope in rows}


@pytest.mark.parametrize(
    ("heading", "cell", "scope"),
    [
        ("Do Not Call", "TRUE", "phone"),
        ("Do Not Call", "x", "phone"),
        ("DNC", "federal", "phone"),
        ("Do Not Call", '["federal"]', "phone"),
        ("Do Not Call", "1.0", "phone"),
        ("Do Not Call", "FALSE", None),
        ("Do Not Call", "0", None),
        ("Do Not Call", "", None),
        ("Do Not Call", "n/a", None),
        ("Do not allow Phone Calls", "Do Not Allow", "phone"),
        ("Do not allow Phone Calls", "Allow", None),
        ("Email Opt Out", "1", "email"),
        ("Email Opt Out", "nein", None),
        ("Unsubscribed from all email", "true", "email"),
        ("Has Opted Out Of Email", "Yes", "email"),
        ("Email Opt Out", "2026-01-02", "email"),
        ("UNSUB_TIME", "2026-01-02 03:04:05", "email"),
        ("UNSUB_TIME", "0000-00-00 00:00:00", None),
        ("Do Not Contact", "ja", "all"),
        ("Opt Out", "opted-out", "all"),
        ("Consent", "no", "all"),
        ("Consent", "withdrawn", "all"),
        ("Consent", "Yes", None),
        ("Consent", "2025-03-04", None),
        ("Consent", "", None),
        ("Opt-in", "0", "all"),
        ("SMS Consent", "F", "phone"),
        ("Accepts Email Marketing", "no", "email"),
        ("Email Marketing Consent", "NEVER_SUBSCRIBED", "email"),
        ("Marketing status", "Unsubscribed", "email"),
        ("Marketing contact status", "Non-marketing contact", "email"),
        ("Marketing contact status", "Marketing contact", None),
        ("Subscription status", "Subscribed", None),
        ("Status", "Do Not Contact", "all"),
        ("Status", "Working", None),
        ("Email Status", "Unsubscribed", "email"),
        ("Email Status", "Verified", None),
        # neither yes nor no: no contact
        ("Do Not Call", "perhaps", "phone"),
        ("Consent", "asked twice", "all"),
        ("Subscription status", "Pending", "email"),
        ("Do Not Call", "7", "phone"),
    ],
)
def test_what_a_consent_column_says_is_heard(lists: Lists, heading: str, cell: str, scope: str | None) -> None:
    cell = '"' + cell.replace('"', '""') + '"'

    report = lists.load(f"Email,{heading},Id\nzoe@acme-one.example,{cell},c1\nbob@acme-one.example,,c2\n")

    assert suppressed(lists) == ({("zoe", scope), ("c1", scope)} if scope else set())
    assert report.unknown_columns == ()
    assert any("1 rows refuse contact" in notice for notice in report.notices) == bool(scope)
    unclear = cell.strip('"') in ("perhaps", "asked twice", "Pending", "7")
    assert any("neither yes nor no" in notice and "line 2" in notice for notice in report.notices) == unclear


def test_two_channels_refused_are_both_and_a_number_closes_calls_only(lists: Lists) -> None:
    report = lists.load(
        "Email,Email 2,Phone,LinkedIn,Id,Do Not Call,Email Opt Out,Notes\n"
        "zoe@acme-one.example,bob@acme-one.example,212-555-0101,linkedin.com/in/zoe-quill,c1,yes,1,x\n"
        ",,(212) 555-0102,,c2,,true,\n"
        ",,(212) 555-0103,,c3,true,,\n"
        ",,(212) 555-0104,,c4,,,\n"
    )

    assert suppressed(lists) == {
        ("zoe", "all"),
        ("bob", "all"),
        ("profile", "all"),
        ("c1", "all"),
        ("number 1", "phone"),
        ("c2", "email"),
        ("c3", "phone"),
        ("number 3", "phone"),
    }
    assert report.notices[0] == (
        "people.csv: 3 rows refuse contact (no calls: 1, no e-mail: 1, neither: 1) and are suppressed, "
        "by Do Not Call, Email Opt Out"
    )


def test_a_refusal_stays_until_the_list_says_otherwise(lists: Lists) -> None:
    heading = "Email,Do Not Call,Email Opt Out\n"
    lists.load(heading + "zoe@acme-one.example,yes,yes\nbob@acme-one.example,yes,\n")
    assert suppressed(lists) == {("zoe", "all"), ("bob", "phone")}

    lists.load(heading + "ann@example.com,no,no\n")  # a row that left says nothing
    assert suppressed(lists) == {("zoe", "all"), ("bob", "phone")}
    lists.load("Email\nzoe@acme-one.example\nbob@acme-one.example\n")  # nor does a list without the column
    assert suppressed(lists) == {("zoe", "all"), ("bob", "phone")}

    report = lists.load(heading + "Zoe@Acme-One.example,no,yes\nbob@acme-one.example,yes,no\n")
    assert suppressed(lists) == {("zoe", "email"), ("bob", "phone")}
    assert any("were lifted" in notice for notice in report.notices)

    lists.load(heading + "zoe@acme-one.example,no,no\nzoe@acme-one.example,no,yes\nbob@acme-one.example,,\n")
    assert suppressed(lists) == {("zoe", "email")}


def test_every_value_of_a_cell_is_suppressed(lists: Lists) -> None:
    lists.load(
        "Email,Phone,Do Not Contact\nzoe@acme-one.example; bob@acme-one.example,212-555-0101 | 212-555-0102,yes\n"
    )

    assert suppressed(lists) == {("zoe", "all"), ("bob", "all"), ("number 1", "phone"), ("number 2", "phone")}


def test_an_empty_consent_does_not_lift_a_no(lists: Lists) -> None:
    lists.load("Email,Opt-in\nzoe@acme-one.example,no\n")
    lists.load("Email,Opt-in\nzoe@acme-one.example,\n")
    assert suppressed(lists) == {("zoe", "all")}

    lists.load("Email,Opt-in\nzoe@acme-one.example,yes\n")
    assert suppressed(lists) == set()


def test_what_was_suppressed_otherwise_stays(lists: Lists) -> None:
    zoe = identify("email", "zoe@acme-one.example")
    lists.con.execute(
        "insert into raw.suppressions values ('email', $hash, 'all', 'opt_out', timestamp '2026-11-01')",
        {"hash": zoe.hash},
    )

    lists.load("Email,Do Not Contact\nzoe@acme-one.example,yes\n")
    lists.load("Email,Do Not Contact\nzoe@acme-one.example,no\n")

    assert lists.con.execute("select reason from raw.suppressions where identifier_type = 'email'").fetchall() == [
        ("opt_out",)
    ]


def test_a_row_that_refuses_contact_and_names_nobody_is_left_out(lists: Lists) -> None:
    report = lists.load(
        "Email,Name,Address,Zip,Do Not Contact\n,Zoe Quill,8 Elm St,02108,yes\nbob@acme-one.example,Bob,,,no\n"
    )

    assert lists.rows("full_name") == [("Bob",)]
    assert lists.rejected() == [(2, "refuses_contact")]
    assert any("left out" in notice for notice in report.notices)
