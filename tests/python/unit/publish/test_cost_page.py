"""The page "What it cost to know": whose end would cost whom, in true numbers, with and without prices."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from contactable.publish import write_report
from contactable.publish.costs import Costs, Paid, amount, conclusion, in_money, read_costs, sentences
from unit.publish.cost_world import DAY, Score, Spend, World, make_ledger
from unit.publish.published_world import NOW
from unit.publish.test_report import Page

PRICED = World(
    currency="USD",
    spend=(
        Spend(credits=100, money=8.0),
        Spend(outcome="no_match", credits=20, money=1.6, subjects=5),
        Spend(endpoint="bigdbm.opql", wave="validate", credits=200, money=2.0, subjects=200),
        Spend(
            vendor="contactbased", endpoint="contactbased.export_create", wave="discover", outcome="answered",
            credits=50, money=2.5, day=DAY - timedelta(days=3),
        ),
        Spend(vendor="contactbased", endpoint="contactbased.enrich_emails", credits=30, money=1.5),
        Spend(
            vendor="leadpipe", endpoint="leadpipe.audience_query", wave="discover", outcome="answered", credits=0,
            money=0,
        ),
    ),
    scores=(
        Score(told=12, alone=4, judged=20, credits=320, checking=200, money=11.6),
        Score(attribute="email", told=9, alone=3, credits=120, money=4.0),
        Score(vendor="contactbased", told=6, alone=1, credits=80, money=4.0),
        Score(vendor="leadpipe", told=2, alone=0, credits=0, money=0.0, match_rate=None),
        Score(vendor="first_party", told=9, alone=5, credits=0, money=0.0, match_rate=None),
    ),
    plan=(
        ("enrich", "bigdbm", "bigdbm.consumer_email", "never_asked", 1500, 2, 1500, 120.0),
        ("enrich", "bigdbm", "bigdbm.consumer_email", "verdict_expired", 20, 0, 20, 1.6),
    ),
    budgets=(("total", "month", "money", 100, 15.6, 121.6), ("bigdbm", "day", "credits", 2000, 320, 1520)),
    undecided=(("contactbased", "contactbased.export_create", 1, 400, 20.0),),
    books=(
        ("contactbased", "records_pool", datetime(2026, 11, 20), 1, 2, "our ledger books too much"),
        ("contactbased", "records_pool", datetime(2026, 11, 21, 3), 80, 80, "agrees"),
        ("exactbuyer", "records_enriched", datetime(2026, 11, 20), 400, 400, "agrees"),
        ("exactbuyer", "records_enriched", datetime(2026, 11, 21, 2), 90, 100, "our ledger differs"),
    ),
)  # fmt: skip

UNPRICED = replace(
    PRICED,
    currency=None,
    spend=tuple(replace(row, money=None) for row in PRICED.spend),
    scores=tuple(replace(row, money=None) for row in PRICED.scores),
    plan=tuple((*row[:7], None) for row in PRICED.plan),
    budgets=PRICED.budgets[1:],
)


def costs_of(tmp_path: Path, world: World) -> Costs:
    return read_costs(make_ledger(tmp_path / "warehouse.duckdb", world))


def page_of(tmp_path: Path, world: World) -> str:
    database = make_ledger(tmp_path / "warehouse.duckdb", world)
    out = write_report(database, tmp_path / "index.html", run_id="run-1", now=NOW)
    return (out.parent / "cost.html").read_text(encoding="utf-8")


def test_a_priced_ledger_is_told_in_money(tmp_path: Path) -> None:
    page = Page(page_of(tmp_path, PRICED))

    for expected in (
        "20 contactable people of 30",
        "USD 15.60 charged since the first request",
        "USD 0.78 for each contactable person",
        "1 calls to decide",
        "1,520 questions due now",
        "Of the vendors that are paid, ending contactbased would lose the fewest contactable people (1), "
        "ending bigdbm the most (4).",
        "Paid: USD 11.60 (320 credits). 12 people are contactable at an address or number that it told; "
        "without it 4 people could not be contacted. That is USD 1.09 for each of them, checking left out.",
        "on whose word 20 people may be contacted",
        "without it 1 person could not be contacted.",
        "every one of them would stay contactable without it.",
        "never asked 1,500 2 1,500 120.00",
        "verdict expired 20 0 20 1.60",
        "total month USD 100.00 15.60 121.60 -37.20",
        "bigdbm day credits 2,000 320 1,520 160",
        "20 November 2026, 05:06 1 1 400 20.00",
        "contactbased records pool 21 November 2026, 03:00 1 80 80 agrees",
        "exactbuyer records enriched 21 November 2026, 02:00 2 490 500 our ledger differs (1) "
        "fits endpoints.exactbuyer.endpoint.billing: match",
    ):
        assert expected in page.text, expected


def test_credits_of_different_vendors_are_never_added_up(tmp_path: Path) -> None:
    costs = costs_of(tmp_path, UNPRICED)
    assert not costs.in_money
    assert costs.charged("bigdbm") == Paid(320.0, None, 320.0)

    (tmp_path / "page").mkdir()
    page = Page(page_of(tmp_path / "page", UNPRICED))
    assert "Credits of different vendors are not the same money" in page.text
    assert "320 bigdbm credits charged" in page.text
    shares = "found 31.2% · checked 62.5% · nothing 6.2%".replace("%", "\N{NO-BREAK SPACE}%")
    assert shares in page.text, "of the credits: 100, 200 and 20 of 320"
    assert "80 contactbased credits charged" in page.text
    assert "That is 30 credits for each of them, checking left out." in page.text
    assert "400" not in {word for word in page.words if "credits charged" in word}
    assert "USD" not in page.text
    assert "None" not in page.text


def test_one_vendor_without_a_price_keeps_the_whole_page_in_credits(tmp_path: Path) -> None:
    mixed = replace(
        PRICED,
        spend=tuple(replace(row, money=None) if row.vendor == "contactbased" else row for row in PRICED.spend),
    )
    costs = costs_of(tmp_path, mixed)
    assert not costs.in_money
    assert dict(sentences(costs))["bigdbm"].startswith("Paid: USD 11.60 (320 credits).")
    assert dict(sentences(costs))["contactbased"].startswith("Paid: 80 credits.")


@pytest.mark.parametrize(
    ("paid", "text"),
    [
        (Paid(0, 0.0), "nothing"),
        (Paid(1, None, 1), "1 credit"),
        (Paid(1234.5, None, 1234.5), "1,234.50 credits"),
        (Paid(10, 0.5), "USD 0.50 (10 credits)"),
        (Paid(10, 0.5, 4), "USD 0.50 and 4 credits without a price"),
    ],
)
def test_an_amount_never_hides_what_has_no_price(paid: Paid, text: str) -> None:
    assert amount(paid, "USD") == text


def test_small_money_keeps_the_digits_that_tell_it_apart() -> None:
    assert [in_money(value, "EUR") for value in (1234.5, 0.1, 0.0565, 0)] == [
        "EUR 1,234.50",
        "EUR 0.10",
        "EUR 0.0565",
        "EUR 0.00",
    ]


def test_every_plot_has_a_name_a_description_and_a_table(tmp_path: Path) -> None:
    text = page_of(tmp_path, PRICED)
    assert text.count("The same as a table") == 4
    drawings = [part[: part.index("</svg>") + 6] for part in text.split("<figcaption>")[1:]]
    for drawing in drawings:
        root = ElementTree.fromstring(drawing[drawing.index("<svg") :])
        names = {child.tag.rpartition("}")[2]: child.text for child in root}
        assert names["title"]
        assert names["desc"]
        assert root.get("role") == "img"


def test_what_a_colour_tells_stands_there_in_words(tmp_path: Path) -> None:
    page = Page(page_of(tmp_path, PRICED))
    shares = "found 69.0% · checked 17.2% · nothing 13.8%".replace("%", "\N{NO-BREAK SPACE}%")
    assert shares in page.text, "of the money: 8.00, 2.00 and 1.60 of 11.60"
    assert "only this one 4 · others too 8" in page.text
    assert "USD 11.60" in page.words


@pytest.mark.parametrize(
    "world",
    [
        World(contactable=0, people=0),
        World(spend=PRICED.spend[-1:], scores=PRICED.scores[3:4]),
        World(spend=PRICED.spend[:1], scores=PRICED.scores[:1], currency="USD"),
        World(
            spend=(Spend(outcome="ambiguous", credits=0, at_risk=7),), scores=(Score(told=0, alone=0, credits=0),)
        ),
    ],
    ids=["nothing", "free only", "one vendor", "at risk only"],
)
def test_there_is_a_page_whatever_there_is_to_tell(tmp_path: Path, world: World) -> None:
    text = page_of(tmp_path, world)
    page = Page(text)
    assert "What it cost to know" in page.words
    assert "None" not in page.words
    assert "nan" not in text
    assert len(page.ids) == len(set(page.ids))
    assert {address for address in page.addresses if not address.startswith("#")} == {"index.html"}


def test_what_is_at_risk_is_said_and_not_called_paid(tmp_path: Path) -> None:
    world = World(
        spend=(Spend(credits=3), Spend(outcome="ambiguous", credits=0, at_risk=7)), scores=(Score(credits=3),)
    )
    said = dict(sentences(costs_of(tmp_path, world)))["bigdbm"]
    assert said.startswith("Paid: 3 credits.")
    assert said.endswith("At risk: 7 credits, for calls without an outcome.")


def test_no_conclusion_where_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert conclusion(costs_of(tmp_path, World(spend=PRICED.spend[:1], scores=PRICED.scores[:1]))) is None
    tied = World(
        spend=(Spend(), Spend(vendor="exactbuyer")), scores=(Score(alone=2), Score(vendor="exactbuyer", alone=2))
    )
    (tmp_path / "tied").mkdir()
    assert "equally many contactable people: 2 people" in (conclusion(costs_of(tmp_path / "tied", tied)) or "")


def test_a_file_of_an_older_version_gives_a_page(tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute("create table vendor_spend (vendor varchar, spent_on date, credits_charged double)")
        connection.execute("create table vendor_scorecard (vendor varchar, matched bigint)")
    write_report(old, tmp_path / "index.html", now=NOW)
    assert "No data yet." in Page((tmp_path / "cost.html").read_text(encoding="utf-8")).text
