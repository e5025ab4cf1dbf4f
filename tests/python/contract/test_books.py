"""Vendors' own books beside our ledger, with the sandbox as the vendor that keeps them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contactable.extract import EndpointTally, EndpointWork, run_wave
from contactable.extract.exports import ExportSteps
from contactable.extract.subjects import question
from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS, Endpoint
from contactable.warehouse.duckdb import EngineSettings, open_warehouse
from contactable.warehouse.load import load
from contactable.warehouse.raw_tables import create_raw_tables
from support.sandbox_server import SandboxServer
from support.scratch_warehouse import ScratchWarehouse

EXACT = ENDPOINTS["exactbuyer.bulk_enrich"]
CREDITS = ENDPOINTS["contactbased.credits"]
EXPORT = ENDPOINTS["contactbased.export"]
STEPS = ExportSteps(
    **{
        n: ENDPOINTS[f"contactbased.export_{n}"]
        for n in ("preview", "count", "create", "list", "page", "download_url")
    },
    credits=CREDITS,
)
PRICES = {EXACT.key: 100_000, "contactbased.export_create": 20_000}


def ask(
    sandbox: SandboxServer, journal: Journal, endpoint: Endpoint, kind: str, values: list[str], **options: Any
) -> EndpointTally:
    context = sandbox.context(journal, prices=PRICES)
    rows = (
        question(endpoint, f"{endpoint.key}-{value}", kind, value, json.dumps(options, sort_keys=True), None)
        for value in values
    )
    run_wave(context, [EndpointWork(endpoint, rows, STEPS if endpoint is EXPORT else None)])
    return context.tally.endpoints[endpoint.key]


def test_the_sandboxs_books_agree_until_one_is_wrong(sandbox: SandboxServer, tmp_path: Path) -> None:
    home = tmp_path
    journal = Journal.open(f"sqlite:///{home / 'journal.db'}")
    emails = [row["email"] for row in sandbox.truth("mailboxes")][:40]
    ask(sandbox, journal, CREDITS, "organization", ["before"])
    feed = sandbox.broadest_feed()
    bought = ask(
        sandbox, journal, EXPORT, "feed", [feed], lookback_days=30, page_size=1000, require_contact_id=True
    )
    ask(sandbox, journal, CREDITS, "organization", ["after"])
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
    load(home, journal=journal.engine, settings=EngineSettings(), now=datetime.now(UTC))
    journal.close()
    warehouse = ScratchWarehouse(home)
    warehouse.dbt("run", "--select", "+credit_reconciliation", "stg_contactable__settings")
    rows = warehouse.rows("select * from marts.credit_reconciliation order by book desc, read_at")
    pool = [row for row in rows if row["book"] == "records_pool"]
    others = pool[0]["others_used"]  # the sandbox serves other tests, too
    assert {row["others_used"] for row in pool} == {others}
    assert (pool[0]["ledger_says"], pool[-1]["ledger_says"]) == (0, bought.credits)
    first, second = (row for row in rows if row["book"] == "records_enriched")
    assert first["vendor_says"] == first["ledger_says"] == first["records_found"] == good.credits
    assert (first["explanation"], first["is_agreed"]) == ("agrees", True)
    assert second["vendor_says"] == second["records_found"] + 1
    assert (second["explanation"], second["ledger_says"]) == ("the vendor contradicts itself", 20)
    results = warehouse.dbt("test", "--select", "the_vendors_books_agree_with_ours")
    assert results[-1].status == "warn", "said, and no reason to refuse the data"
