"""The page: true numbers, nothing personal, nothing from elsewhere, and never an error for want of data."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from contactable.publish import book_differences, publish, write_report
from unit.publish.published_world import NOW, PEOPLE, make_warehouse

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page strictly: every tag closed in order; keeps text, attributes and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "action", "data") and value:
                self.addresses.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Line:
    """A gate's verdict."""

    gate: str = "gate_contacts"
    column_name: str = "duplicate_keys"
    passed: bool = True
    observed: str = "0"
    threshold: str = "= 0"
    severity: str = "refuse"
    reason: str = "a key carried twice (2026-11-21)"
    accepted_by: str = ""
    accepted_because: str = ""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = make_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create table marts.phone_reachability_current (phone varchar, opql_score integer, verdict varchar);
            insert into marts.phone_reachability_current
            values ('+12025550101', 5, 'call'), ('+12025550102', 5, 'call'), ('+12025550103', null, 'unknown');
            create table marts.email_status_current (email varchar, email_status varchar, verdict varchar);
            insert into marts.email_status_current
            values ('ada@acme.example', 'deliverable', 'send'), ('not_json', 'odd', 'odd');
            create table marts.intent_signals (topic_key varchar, signal_date date);
            create table marts.intent_topics (topic_key varchar, topic_name varchar);
            insert into marts.intent_topics values ('t1', 'crm <b>&</b> $x$ sales');
            create table marts.vendor_scorecard (
                vendor varchar, attribute varchar, asked bigint, answered bigint,
                matched bigint, match_rate double, credits_charged double, contacts bigint,
                contactable_contacts bigint, credits_per_contactable double
            );
            insert into marts.vendor_scorecard values
                ('bigdbm', 'all', 4, 4, 3, 0.75, 12.5, 3, 2, 6.25), ('bigdbm', 'email', 4, 4, 1, 0.25, 9, 1, 1, 9),
                ('leadpipe', 'all', 0, 0, 0, null, 0, 1, 0, null);
            create table marts.vendor_spend (
                vendor varchar, endpoint varchar, request_count integer, failed_count integer,
                ambiguous_count integer, credits_charged double, credits_at_risk double
            );
            insert into marts.vendor_spend values ('bigdbm', 'bigdbm.opql', 1234567, 1, 2, 12.5, 3);
            create table marts.quarantined_records (vendor varchar, stream varchar, rule varchar);
            insert into marts.quarantined_records values (null, null, 'no_such_day'), ('bigdbm', 'x', 'not_json');
            """
        )
        for back in range(3):
            day = NOW.date() - timedelta(days=back)
            connection.execute("insert into marts.intent_signals values ('t1', ?), ('t1', ?)", [day, day])
    return path


def write(database: Path, out: Path, gates: list[Line] | None = None) -> str:
    return write_report(database, out, run_id="run-1", now=NOW, gates=gates).read_text(encoding="utf-8")


def test_numbers_are_those_of_the_marts(database: Path, tmp_path: Path) -> None:
    page = Page(write(database, tmp_path / "reports/index.html", [Line()]))

    for expected in (
        "3 people known",
        "1 contactable",
        "1 may be sent",
        "1 may be called",
        "6 intent signals",
        "12 credits charged",
        "1,234,567",
        "75.0\N{NO-BREAK SPACE}%",
        "6.25",
        "no such day",
        "2 records could not be read",
        "crm <b>&</b> $x$ sales",
        "All 1 checks passed.",
    ):
        assert expected in page.text, expected


def test_one_file_without_network_or_script_and_with_unique_names(database: Path, tmp_path: Path) -> None:
    text = write(database, tmp_path / "index.html", [Line()])
    page = Page(text)

    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed"}
    assert {address for address in page.addresses if not address.startswith("#")} == {"cost.html"}
    assert not re.search(r"url\((?!#)", text)
    assert set(re.findall(r"https?://[^\"'\s<]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert len(page.ids) == len(set(page.ids))
    referenced = set(re.findall(r"url\(#([\w-]+)\)", text))
    referenced |= {address[1:] for address in page.addresses if address.startswith("#")}
    assert referenced <= set(page.ids)


def test_every_plot_has_a_name_a_description_and_a_table(database: Path, tmp_path: Path) -> None:
    text = write(database, tmp_path / "index.html", [Line()])

    drawings = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(drawings) == 5
    assert text.count("The same as a table") == 5
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        names = {child.tag.rpartition("}")[2]: child.text for child in root}
        assert names["title"]
        assert names["desc"]
        assert root.get("role") == "img"
        assert "currentColor" in drawing
        assert "#010203" not in drawing
        assert "#040506" not in drawing


def test_nothing_personal_is_on_the_page(database: Path, tmp_path: Path) -> None:
    text = write(database, tmp_path / "index.html")
    for person in PEOPLE:
        for value in person[1:6]:
            assert value not in text


@pytest.mark.parametrize(
    ("gates", "word", "sentence"),
    [
        ([], "Not judged", "No gate has judged"),
        ([Line(), Line(passed=False, observed="7")], "Refused", "1 of 2 checks forbid publication"),
        ([Line(), Line(passed=False, severity="warn")], "Passed", "2 checks, 1 of them with a warning"),
        (
            [Line(), Line(passed=False, accepted_by="ada on host", accepted_because="the list was halved")],
            "Passed",
            "2 checks, 1 failed and accepted by a person",
        ),
    ],
)
def test_the_verdict_leads_and_failures_come_first(
    database: Path, tmp_path: Path, gates: list[Line], word: str, sentence: str
) -> None:
    page = Page(write(database, tmp_path / "index.html", gates))
    assert word in page.words
    assert sentence in page.text
    if len(gates) > 1:
        words = {"Refused": "refused", "Passed": "accepted" if gates[1].accepted_by else "warning"}
        assert page.text.index(words[word]) < page.text.rindex("passed")
        assert gates[1].reason in page.text
        assert gates[1].severity in page.words
        if gates[1].accepted_because:
            assert "Accepted for this candidate by ada on host: the list was halved" in page.text


def test_a_failed_data_test_refuses_whatever_the_gates_say(database: Path, tmp_path: Path) -> None:
    out = write_report(
        database,
        tmp_path / "index.html",
        run_id="r",
        now=NOW,
        gates=[],
        problem="It failed: keys_are_unique.",
    )
    page = Page(out.read_text(encoding="utf-8"))
    assert "Refused" in page.words
    assert "keys_are_unique" in page.text


def test_without_gates_given_the_file_tells_its_own(database: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table marts.gate_results (run_id varchar, gate varchar, expectation varchar, "
            "column_name varchar, passed boolean, observed varchar, threshold varchar, severity varchar, "
            "judged_at timestamp)"
        )
        connection.execute(
            "insert into marts.gate_results values "
            "('r0', 'gate_a', 'e', 'older', false, '1', '= 0', 'error', timestamp '2026-11-20 00:00:00'), "
            "('r1', 'gate_a', 'e', 'newer', true, '0', '= 0', 'error', timestamp '2026-11-21 00:00:00')"
        )
    page = Page(write(database, tmp_path / "index.html"))
    assert "newer" in page.text
    assert "older" not in page.text
    assert "All 1 checks passed." in page.text


def test_an_empty_file_and_empty_marts_give_a_page(tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    assert "No data yet." in Page(write(empty, tmp_path / "empty.html")).text

    bare = make_warehouse(tmp_path / "bare.duckdb", people=0)
    page = Page(write(bare, tmp_path / "bare.html"))
    assert "0 people known" in page.text
    assert "svg" not in page.tags


def test_reads_a_publication_as_it_reads_the_warehouse(database: Path, tmp_path: Path) -> None:
    publish(database, tmp_path, run_id="run-1", gate_passed=True, now=NOW)
    assert write(tmp_path / "published/contactable.duckdb", tmp_path / "a.html") == write(
        database, tmp_path / "b.html"
    )


def test_run_and_date_come_from_the_publication_when_nobody_tells_them(database: Path, tmp_path: Path) -> None:
    done = publish(database, tmp_path, run_id="run-7", gate_passed=True, now=NOW)
    out = write_report(tmp_path / "published/contactable.duckdb", tmp_path / "a.html")
    page = Page(out.read_text(encoding="utf-8"))
    assert "run-7" in page.words
    assert "Saturday, 21 November 2026, 04:00" in page.text
    assert "The figures are those" not in page.text

    refused = [Line(passed=False)]
    write_report(tmp_path / "published/contactable.duckdb", out, run_id="run-8", now=NOW, gates=refused)
    page = Page(out.read_text(encoding="utf-8"))
    assert "run-8" in page.words
    assert (
        "The figures are those of the publication of 21 November 2026, 04:00 UTC, made by run run-7" in page.text
    )
    assert done.run_id == "run-7"


def test_the_first_candidate_was_refused(tmp_path: Path) -> None:
    page = Page(write(tmp_path / "published/contactable.duckdb", tmp_path / "a.html", [Line(passed=False)]))
    assert "Refused" in page.words
    assert "No data yet." in page.text


def test_a_page_that_cannot_be_made_leaves_the_old_one(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "index.html"
    before = write(database, out)
    (tmp_path / "broken.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(duckdb.Error):
        write(tmp_path / "broken.duckdb", out)
    assert out.read_text(encoding="utf-8") == before
    assert sorted(path.name for path in tmp_path.glob("*.html*")) == ["cost.html", "index.html"]
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_status_says_which_setting_fits_a_vendors_book(tmp_path: Path) -> None:
    published = tmp_path / "contactable.duckdb"
    with duckdb.connect(str(published)) as con:
        con.execute(
            """
            create table credit_reconciliation as
            select
                'r' || i as record_id, 'bigdbm' as vendor, 'invoice' as book,
                'bigdbm.intent_create_list' as endpoint, timestamp '2026-12-01' as read_at,
                122::double as vendor_says, 1::double as ledger_says, i = 3 as is_agreed,
                'our ledger differs' as explanation, 'call' as billing_model,
                case when i < 3 then 'record' end as suggested_billing_model, 122::double as suggested_total
            from range(4) t(i)
            """
        )
    [difference] = book_differences(published)
    assert (difference.readings, difference.vendor_says, difference.ledger_says) == (3, 366, 3)
    assert "`endpoints.bigdbm.intent_create_list.billing: record`, which gives 366 credits" in difference.advice
    assert difference.advice.endswith("then set it in contactable.yml.")
    assert "That is set" in replace(difference, billing_model="record").advice
    assert replace(difference, suggested_billing_model=None).advice == ""
