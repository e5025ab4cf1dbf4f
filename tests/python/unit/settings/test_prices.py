"""Prices and budgets of contactable.yml: exact, most specific first, and what is wrong is named."""

from pathlib import Path

import pytest

from contactable.journal.budget import Budgets
from contactable.settings.config import ConfigurationError, Settings
from contactable.vendors import ENDPOINTS


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "contactable.yml"
    file.write_text(text, encoding="utf-8")
    return Settings.read(file)


@pytest.mark.parametrize(
    ("text", "name", "allowed"),
    [
        ("prices: {currency: USD, bigdbm: -0.01}", "prices: bigdbm", "from 0 to 100,000"),
        ("prices: {currency: USD, bigdbm: .nan}", "prices: bigdbm", "from 0 to 100,000"),
        ("prices: {currency: USD, bigdbm: .inf}", "prices: bigdbm", "from 0 to 100,000"),
        ("prices: {currency: USD, bigdbm: true}", "prices: bigdbm", "is a number"),
        ("prices: {currency: USD, bigdbm: a lot}", "prices: bigdbm", "is a number"),
        ("prices: {currency: USD, bigdbm: 0.0000001}", "prices: bigdbm", "at most six decimals"),
        ("prices: {currency: USD, bigdbm: 100001}", "prices: bigdbm", "from 0 to 100,000"),
        ("prices: {currency: USD, bigdmb: 1}", "prices: unknown 'bigdmb'", "bigdbm.email_batch"),
        ("prices: {currency: USD, contactbased.export_create: 1}", "export_create", "an endpoint that costs"),
        ("prices: {currency: dollars, bigdbm: 1}", "prices.currency", "three letters"),
        ("prices: {bigdbm: 1}", "prices.currency", "such as USD"),
        ("budgets: {bigdbm: {day: {credits: -1}}}", "budgets.bigdbm.day.credits", "0 or more"),
        ("budgets: {bigdbm: {day: true}}", "budgets.bigdbm.day.credits", "is a number"),
        ("budgets: {bigdbm: {day: {}}}", "budgets.bigdbm.day", "{credits: N, money: N}"),
        ("budgets: {bigdbm: {week: 1}}", "budgets.bigdbm.week", "not permitted"),
        ("budgets: {all: {day: {money: 1}}}", "unknown 'all'", "or total"),
        ("budgets: {total: {day: 5}}", "budgets.total.day", "{money: 500}"),
        ("budgets: {total: {day: {money: 5}}}", "budgets.total.day.money", "set prices.currency"),
        (
            "prices: {currency: USD, bigdbm: 1}\nbudgets: {exactbuyer: {day: {money: 5}}}",
            "budgets.exactbuyer.day.money",
            "no price is set for exactbuyer",
        ),
        (
            "prices: {currency: USD, bigdbm: 1}\nbudgets: {bigdbm: {day: {money: -5}}}",
            "budgets.bigdbm.day.money",
            "from 0",
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(tmp_path: Path, text: str, name: str, allowed: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert name in str(caught.value)
    assert allowed in str(caught.value)


@pytest.mark.parametrize(
    ("written", "micros"),
    [("0.1", 100_000), ("'0.000001'", 1), ("0", 0), ("100000", 10**11), ("0.29", 290_000), ("1e-6", 1)],
)
def test_a_price_becomes_whole_millionths_exactly(tmp_path: Path, written: str, micros: int) -> None:
    assert read(tmp_path, f"prices: {{currency: usd, bigdbm: {written}}}").price_micros("bigdbm.opql") == micros


def test_the_most_specific_price_wins_and_the_rest_is_unknown(tmp_path: Path) -> None:
    settings = read(
        tmp_path, "prices: {currency: EUR, bigdbm: 3, bigdbm/consumer_sync: 2, bigdbm.consumer_email: 1}"
    )
    assert settings.prices.currency == "EUR"
    assert settings.price_micros("bigdbm.consumer_email") == 1_000_000
    assert settings.price_micros("bigdbm.consumer_phone") == 2_000_000
    assert settings.price_micros("bigdbm.opql") == 3_000_000
    assert settings.price_micros("exactbuyer.bulk_enrich") is None
    assert "exactbuyer.bulk_enrich" not in settings.prices_micros()


def test_the_price_of_an_export_is_that_of_the_step_that_pays(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "prices: {currency: USD, contactbased/exports: 9, contactbased.export: 2, bigdbm.audience: 5}",
    )
    for step in ("export_create", "auto_export"):
        assert settings.price_micros(f"contactbased.{step}") == 2_000_000
    assert settings.price_micros("bigdbm.audience_create") == 5_000_000


def test_a_budget_is_credits_money_or_both(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "prices: {currency: USD, bigdbm: 0.05}\n"
        "budgets: {bigdbm: {day: 200, run: {credits: 7, money: 0.3}}, total: {month: {money: 500}}}",
    )
    assert settings.budget() == Budgets(
        {("bigdbm", "day"): 200.0, ("bigdbm", "run"): 7.0},
        {("bigdbm", "run"): 300_000, ("total", "month"): 500_000_000},
        "USD",
    )


def test_a_budget_of_zero_and_one_over_unknown_prices_are_said(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "prices: {currency: USD, bigdbm: 0.05}\n"
        "budgets: {bigdbm/opql: {day: 0}, bigdbm: {run: {money: 0}}, total: {month: {money: 500}}}",
    )
    zero, unpriced = settings.budget_notices(ENDPOINTS)
    assert zero == "A budget of 0 buys nothing: bigdbm/opql per day, bigdbm per run."
    assert unpriced.startswith("budgets.total.month.money does not count contactbased/")
    assert "exactbuyer/bulk_enrich" in unpriced
    assert "bigdbm" not in unpriced
    assert settings.budget_notices(["bigdbm.opql", "contactbased.feeds"]) == [zero], "free calls need no price"
