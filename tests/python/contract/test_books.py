"""Vendors' own books beside our ledger, with the sandbox as the vendor that keeps them."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactable.clock import utc_now
from contactable.extract import EndpointTally, EndpointWork, run_wave
from contactable.extract.audiences import AudienceSteps
from contactable.extract.exports import ExportSteps
from contactable.extract.subjects import question
from contactable.journal import tables as t
from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.settings.config import Settings
from contactable.vendors import ENDPOINTS, Endpoint, Flow
from contactable.warehouse.duckdb import EngineSettings, open_warehouse
from contactable.warehouse.load import load
from contactable.warehouse.raw_tables import create_raw_tables
from support.sandbox_server import SandboxServer, serve_sandbox
from support.scratch_warehouse import ScratchWarehouse

EXACT = ENDPOINTS["exactbuyer.bulk_enrich"]
CREDITS = ENDPOINTS["contactbased.credits"]
EXPORT = ENDPOINTS["contactbased.export"]
EMAIL = ENDPOINTS["bigdbm.email_batch"]
LISTS = ENDPOINTS["bigdbm.intent_create_list"]
DEFAULTS = Settings()
PRICES = {EXACT.key: 100_000, "contactbased.export_create": 20_000}


EXPORT_OPTIONS: dict[str, Any] = {"lookback_days": 30, "page_size": 1000, "require_contact_id": True}
EVERYBODY: dict[str, Any] = {"AudienceType": "consumer", "Filters": [], "MaxRecords": 250}
TOPICS: dict[str, Any] = {"topicIds": [117801, 117802], "minScore": 1, "maxScore": 100}


def ask(
    sandbox: SandboxServer,
    journal: Journal,
    endpoint: Endpoint,
    kind: str,
    values: list[str],
    settings: Settings = DEFAULTS,
    prices: Mapping[str, int] = PRICES,
    **options: Any,
) -> EndpointTally:
    context = sandbox.context(journal, prices=prices, volume_prices=settings.volume_prices())
    text = json.dumps(options, sort_keys=True)
    rows = (question(endpoint, f"{endpoint.key}-{value}-{text}", kind, value, text, None) for value in values)
    steps: ExportSteps | AudienceSteps | None = None
    if endpoint.flow is Flow.EXPORT:
        names: tuple[str, ...] = ("preview", "count", "create", "list", "page", "download_url")
        parts = {name: settings.endpoint(f"contactbased.export_{name}") for name in names}
        steps = ExportSteps(**parts, credits=CREDITS)
    if endpoint.flow is Flow.AUDIENCE:
        names = ("create", "status", "result")
        steps = AudienceSteps(**{name: settings.endpoint(f"bigdbm.audience_{name}") for name in names})
    run_wave(context, [EndpointWork(settings.endpoint(endpoint.key), rows, steps)])
    return context.tally.endpoints[endpoint.key]


def of_last_month(sandbox: SandboxServer) -> dict[str, Any]:
    """Options of a list; the days are those of the sandbox's world."""
    today = date.fromisoformat(sandbox.admin("GET", "/meta")["world"]["today"])
    start, end = (str(today - timedelta(days=days)) for days in (30, 1))
    return {"StartDate": start, "EndDate": end, "NumberOfHems": 100}


def billed(endpoint: str, billing: Any, **more: Any) -> Settings:
    return Settings.model_validate({"endpoints": {endpoint: {"billing": billing}}, **more})


def charged(sandbox: SandboxServer) -> float:
    return float(sum(entry["credits"] for entry in sandbox.charges()))


TIERS = {"unit": "record", "tiers": [{"up_to": 30, "credits": 2}, {"credits": 0.5}]}
BANDS = {"unit": "record", "bands": [[30, 2], [None, 0.5]]}


@pytest.mark.parametrize(
    ("endpoint", "billing", "call", "tariff"),
    [
        ("bigdbm.intent_create_list", "hem", "intent_create_list", {"unit": "record"}),
        ("bigdbm.intent_create_list", "list", "intent_create_list", {"unit": "call"}),
        ("bigdbm.intent_create_list", TIERS, "intent_create_list", BANDS),
        (
            "bigdbm.intent_create_list", {"unit": "record", "credits": 0.001, "round_to": 1},
            "intent_create_list", {"unit": "record", "price": 0.001, "in_steps_of": 1},
        ),
        ("bigdbm.consumer_email", "record", "consumer_email", {"unit": "record"}),
        ("bigdbm.consumer_email", "call", "consumer_email", {"unit": "call"}),
        ("bigdbm.email_batch", {"credits": 0.25, "minimum": 4}, "email_batch",
         {"unit": "subject", "price": 0.25, "at_least": 4}),
        ("exactbuyer.bulk_enrich", "subject", "bulk_enrich", {"unit": "subject"}),
        ("bigdbm.audience", {"unit": "page", "credits": 10}, "audience_create", {"unit": "page", "price": 10}),
        ("contactbased.export", "call", "export_create", {"unit": "call"}),
        ("contactbased.export", {"unit": "page", "credits": 3}, "export_create", {"unit": "page", "price": 3}),
        ("leadpipe.audience_query", "page", "audience_query", {"unit": "page"}),
        ("leadpipe.audience_query", "subject", "audience_query", {"unit": "subject"}),
        (
            "leadpipe.audience_query", {"unit": "record", "credits": 2},
            "audience_query", {"unit": "record", "price": 2},
        ),
    ],
)  # fmt: skip
def test_our_ledger_is_the_vendors_book_under_every_billing_model(
    sandbox: SandboxServer, journal: Journal, endpoint: str, billing: Any, call: str, tariff: dict[str, Any]
) -> None:
    """What one says in its words and the other in its own, and what each counts by itself."""
    declared = ENDPOINTS[endpoint]
    emails = [row["email"] for row in sandbox.truth("mailboxes")][:25]
    asked: dict[str, tuple[list[str], dict[str, Any]]] = {
        "bigdbm.intent_create_list": (["audi", "crm software"], of_last_month(sandbox)),
        "bigdbm.consumer_email": (emails, {"OutputId": 10008}),
        "bigdbm.email_batch": (emails, {"ValidatorId": 10}),
        "exactbuyer.bulk_enrich": (emails, {"required_fields": []}),
        "bigdbm.audience": (["everybody"], EVERYBODY),
        "contactbased.export": ([sandbox.broadest_feed()], EXPORT_OPTIONS),
        "leadpipe.audience_query": (["everybody"], TOPICS),
    }
    values, options = asked[endpoint]
    before = charged(sandbox)
    with sandbox.tariff(declared.vendor, call, **tariff):
        tally = ask(
            sandbox, journal, declared, declared.subject_type, values, billed(endpoint, billing), **options
        )
    assert (tally.stopped, tally.answered) == ("", len(values))
    ledger = sum(row["credits"] for row in journal.states())
    assert ledger == pytest.approx(charged(sandbox) - before)
    assert ledger > 0
    with journal.engine.connect() as con:
        calls = con.execute(select(t.requests.c.credits_quoted, t.requests.c.credits_charged)).all()
    assert all(taken <= quoted for quoted, taken in calls), "never more than was set aside"


def test_a_failed_export_keeps_its_reserve_on_both_sides(sandbox: SandboxServer, journal: Journal) -> None:
    settings = billed("contactbased.export", {"kept_of_failed": "kept"})
    before = charged(sandbox)
    sandbox.switch("contactbased", "failed_reserve", "kept")
    try:
        with sandbox.fault("failed_export", vendor="contactbased", endpoint="export_create", count=1):
            tally = ask(sandbox, journal, EXPORT, "feed", [sandbox.broadest_feed()], settings, **EXPORT_OPTIONS)
    finally:
        sandbox.switch("contactbased", "failed_reserve", "released")
    assert "could not build" in tally.stopped
    assert tally.credits == charged(sandbox) - before > 0


def test_money_falls_with_the_volume_of_the_month(sandbox: SandboxServer, journal: Journal) -> None:
    tiers = [{"up_to": 12, "price": 0.05}, {"price": 0.01}]
    settings = Settings.model_validate({"prices": {"currency": "USD", "bigdbm": {"tiers": tiers}}})
    emails = [row["email"] for row in sandbox.truth("mailboxes")][:25]
    prices = settings.prices_micros()
    tally = ask(sandbox, journal, EMAIL, "email", emails, settings, prices, ValidatorId=10)
    assert tally.credits == 25
    assert tally.money_micros == 12 * 50_000 + 13 * 10_000


def test_the_sandboxs_books_agree_until_one_is_wrong(sandbox: SandboxServer, tmp_path: Path) -> None:
    home = tmp_path
    journal = Journal.open(f"sqlite:///{home / 'journal.db'}")
    emails = [row["email"] for row in sandbox.truth("mailboxes")][:40]
    ask(sandbox, journal, CREDITS, "organization", ["before"])
    bought = ask(sandbox, journal, EXPORT, "feed", [sandbox.broadest_feed()], **EXPORT_OPTIONS)
    ask(sandbox, journal, CREDITS, "organization", ["after"])
    sandbox.switch("contactbased", "failed_reserve", "kept")
    with sandbox.fault("failed_export", vendor="contactbased", endpoint="export_create", count=1):
        failed = ask(
            sandbox, journal, EXPORT, "feed", [sandbox.broadest_feed()], **EXPORT_OPTIONS | {"lookback_days": 29}
        )
    sandbox.switch("contactbased", "failed_reserve", "released")
    assert (failed.credits, "could not build" in failed.stopped) == (0, True), "assumed to be given back"
    ask(sandbox, journal, CREDITS, "organization", ["kept"])
    before = charged(sandbox)
    with sandbox.tariff("bigdbm", "intent_create_list", unit="record"):
        lists = ask(sandbox, journal, LISTS, "keyword", ["audi", "crm software"], **of_last_month(sandbox))
    invoiced = charged(sandbox) - before
    assert lists.credits == 2 < invoiced
    good = ask(sandbox, journal, EXACT, "email", emails[:20], required_fields=[])
    assert good.notes == []
    with sandbox.fault("wrong_total", vendor="exactbuyer", endpoint="bulk_enrich", count=1):
        bad = ask(sandbox, journal, EXACT, "email", emails[20:], required_fields=[])
    assert bad.credits == 20, "neither figure is trusted: booked as quoted"
    assert bad.money_micros == 20 * 100_000
    assert "records_enriched differs" in bad.notes[0]
    assert good.money_micros == good.credits * 100_000
    assert bought.money_micros == bought.credits * 20_000 > 0

    seal(journal.engine, home / "segments")
    with open_warehouse(home) as con:
        create_raw_tables(con)
    load(home, journal=journal.engine, settings=EngineSettings(), now=utc_now())
    journal.close()
    warehouse = ScratchWarehouse(home)
    today = utc_now().date()
    days = {"from": str(today - timedelta(days=1)), "until": str(today + timedelta(days=1))}
    invoice = {"endpoint": LISTS.key, "vendor": "bigdbm", "credits": invoiced, **days}
    warehouse.insert("settings", ["invoices", 0, json.dumps(invoice)])
    warehouse.dbt("run", "--select", "+credit_reconciliation", "stg_contactable__settings")
    rows = warehouse.rows("select * from marts.credit_reconciliation order by book desc, read_at")
    pool = [row for row in rows if row["book"] == "records_pool"]
    others = pool[0]["others_used"]  # the sandbox serves other tests, too
    *agreed, kept = pool  # an export reads the balance, too, before it is created
    assert {row["others_used"] for row in agreed} == {others}
    assert [row["ledger_says"] for row in pool] == [0, 0, *[bought.credits] * 3]
    assert {row["suggested_billing_model"] for row in agreed} == {None}
    assert kept["suggested_billing_model"] == "{unit: record, kept_of_failed: 1}"
    assert kept["suggested_total"] == kept["vendor_says"] - others
    [bill] = (row for row in rows if row["book"] == "invoice")
    assert (bill["vendor_says"], bill["ledger_says"], bill["explanation"]) == (invoiced, 2, "our ledger differs")
    assert (bill["billing_model"], bill["suggested_billing_model"]) == ("call", "record")
    assert bill["suggested_total"] == invoiced
    first, second = (row for row in rows if row["book"] == "records_enriched")
    assert first["vendor_says"] == first["ledger_says"] == first["records_found"] == good.credits
    assert (first["explanation"], first["is_agreed"]) == ("agrees", True)
    assert second["vendor_says"] == second["records_found"] + 1
    assert (second["explanation"], second["ledger_says"]) == ("the vendor contradicts itself", 20)
    results = warehouse.dbt("test", "--select", "the_vendors_books_agree_with_ours")  # hooks are among them
    statuses = {result.node.name: result.status for result in results}
    assert statuses["the_vendors_books_agree_with_ours"] == "warn", "said, and no reason to refuse the data"


def test_a_second_sandbox_on_the_same_folder_keeps_the_book_of_the_first(tmp_path: Path, journal: Journal) -> None:
    """What a second `contactable run --sandbox` reads is what the first one bought: nothing "books too much"."""
    folder = tmp_path / "sandbox"
    with serve_sandbox(folder) as first:
        bought = ask(first, journal, EXPORT, "feed", [first.broadest_feed()], **EXPORT_OPTIONS)
    with serve_sandbox(folder) as second:
        ask(second, journal, CREDITS, "organization", ["second"])
        used = second.admin("POST", "/actions/contactbased/credits", {})["records_used"]
    assert used == bought.credits > 0
