"""Billing models as contactable.yml writes them: what is wrong is named, what is set aside covers the charge."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from contactable.billing import Billing, Counts, Unit
from contactable.settings.config import ConfigurationError, Settings
from contactable.settings.raw import quotes
from contactable.vendors import ENDPOINTS, Flow


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "contactable.yml"
    file.write_text(text, encoding="utf-8")
    return Settings.read(file)


def test_each_way_to_say_it(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        endpoints:
          bigdbm.intent_create_list: {billing: hem}
          bigdbm.opql: {billing: free}
          bigdbm.consumer_email: {billing: {unit: record, credits: 0.5, most_records: 3}}
          contactbased.export: {billing: {kept_of_failed: kept}}
          leadpipe.audience_query: {billing: page}
        """,
    )
    assert settings.endpoint("bigdbm.intent_create_list").billing == Billing.RECORD
    assert settings.endpoint("bigdbm.intent_create_list").quote(1, {"NumberOfHems": 500}) == 500
    assert not settings.endpoint("bigdbm.opql").paid
    assert settings.endpoint("bigdbm.consumer_email").quote(1_000) == 1_500
    for step in ("export", "export_create", "auto_export"):
        billing = settings.endpoint(f"contactbased.{step}").billing
        assert (billing.unit, billing.kept_of_failed) == (Unit.RECORD, 1.0), "the step that pays follows the job"
    assert not settings.endpoint("contactbased.export_page").paid
    assert not settings.endpoint("leadpipe.audience_query").repeatable, "what costs is not sent twice by itself"
    known = {
        key: settings.billing_is(key) for key in ("contactbased.export", "exactbuyer.bulk_enrich", "bigdbm.b2b_ip")
    }
    assert known == {"contactbased.export": "set", "exactbuyer.bulk_enrich": "doc", "bigdbm.b2b_ip": "assumed"}


@pytest.mark.parametrize(
    ("endpoint", "billing", "said"),
    [
        ("bigdbm.opql", "weekly", "one of none, call, page, subject, match, record"),
        ("bigdbm.opql", "record", "a record cannot be counted here; allowed units are none, call, subject"),
        ("bigdbm.email_batch", "match", "allowed units are none, call, subject, record"),
        ("contactbased.export", "subject", "allowed units are none, call, page, record"),
        ("contactbased.export_create", "record", "set endpoints.contactbased.export.billing"),
        ("bigdbm.opql", "3", "or a mapping such as {unit: record, credits: 2}"),
        ("bigdbm.opql", "{unit: call, price: 2}", "unknown price; allowed are unit, credits, tiers"),
        ("bigdbm.opql", "{credits: -1}", "credits: a number from 0 to 1,000,000"),
        ("bigdbm.opql", "{credits: 0.0000001}", "at most six decimals"),
        ("bigdbm.opql", "{credits: .nan}", "credits: a number"),
        ("bigdbm.opql", "{minimum: much}", "minimum: a number"),
        ("bigdbm.opql", "{round_to: 0}", "round_to must be above 0"),
        ("bigdbm.opql", "{rounding: up}", "rounding needs round_to"),
        ("bigdbm.opql", "{unit: none, credits: 1}", "what is free has no credits"),
        ("bigdbm.opql", "{tiers: [{credits: 1}]}", "a call counts one"),
        ("bigdbm.email_batch", "{tiers: [{credits: 2}, {credits: 1}]}", "only the last tier goes without"),
        ("bigdbm.email_batch", "{tiers: [{up_to: 5, credits: 2}]}", "the last tier has no `up_to`"),
        ("bigdbm.email_batch", "{credits: 2, tiers: [{credits: 1}]}", "not both"),
        ("bigdbm.email_batch", "{kept_of_failed: 1}", "for contactbased.export and bigdbm.audience"),
        ("contactbased.export", "{kept_of_failed: half}", "`released`, `kept`, or the share"),
        ("contactbased.export", "{kept_of_unused: 1.5}", "(0 to 1)"),
        ("bigdbm.consumer_email", "{unit: record, most_records: 0}", "a whole number of at least 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_allowed(
    tmp_path: Path, endpoint: str, billing: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, f"endpoints: {{{endpoint}: {{billing: {billing}}}}}")
    assert f"endpoints.{endpoint}.billing: " in str(caught.value)
    assert said in str(caught.value)


_TWO = [{"up_to": 100, "credits": 2}, {"up_to": 110, "credits": 1}]


@pytest.mark.parametrize(
    ("given", "records", "charged"),
    [
        ({"unit": "record"}, 122, 122),
        ({"unit": "call"}, 122, 1),
        ({"unit": "record", "credits": 0.001}, 1_500, 1.5),
        ({"unit": "record", "credits": 0.001, "round_to": 1}, 1_001, 2),
        ({"unit": "record", "credits": 0.001, "round_to": 1, "rounding": "down"}, 1_999, 1),
        ({"unit": "record", "credits": 0.001, "round_to": 1, "rounding": "nearest"}, 1_500, 2),
        ({"unit": "record", "minimum": 10}, 3, 10),
        ({"unit": "record", "minimum": 10}, 0, 10),
        ({"unit": "record", "tiers": [{"up_to": 100, "credits": 2}, {"credits": 0.5}]}, 122, 211),
        ({"unit": "record", "tiers": [*_TWO, {"credits": 0}]}, 122, 210),
        ({"unit": "page", "credits": 3}, 122, 6),
        ({"unit": "match"}, 122, None),
    ],
)  # fmt: skip
def test_what_a_call_costs(given: dict[str, Any], records: int, charged: float | None) -> None:
    billing = Billing.read(given, Billing.NONE)
    assert billing.charge(Counts(1, matches=None, records=records, pages=2)) == charged
    assert Billing.read(yaml.safe_load(str(billing)), Billing.NONE) == billing, "the text is what the file takes"


@pytest.mark.parametrize(
    ("given", "failed", "smaller"),
    [
        ({}, 0, 90),
        ({"kept_of_failed": 1}, 100, 90),
        ({"kept_of_failed": 0.25}, 25, 90),
        ({"kept_of_unused": 1}, 0, 100),
        ({"kept_of_unused": 0.5}, 0, 95),
    ],
)
def test_what_a_job_costs_in_the_end(given: dict[str, Any], failed: float, smaller: float) -> None:
    billing = Billing.read(given, Billing.RECORD)
    assert billing.of_job(None, 100.0) == failed
    assert billing.of_job(Counts(1, records=90), 100.0) == smaller


_FORMS: list[dict[str, Any]] = [
    {},
    {"credits": 0.3},
    {"credits": 0.3, "round_to": 2, "rounding": "up"},
    {"credits": 0.3, "round_to": 2, "rounding": "nearest"},
    {"minimum": 5},
    {"tiers": [{"up_to": 2, "credits": 3}, {"credits": 1}]},
    {"tiers": [{"up_to": 2, "credits": 1}, {"credits": 3}], "minimum": 4},
]


def test_under_every_model_a_reservation_and_a_quote_cover_the_charge() -> None:
    options = {"NumberOfHems": 100, "MaxRecords": 100}
    for key, endpoint in ENDPOINTS.items():
        if not endpoint.worklist:
            continue
        assert endpoint.billing.unit in endpoint.units, key
        for unit, form in product(endpoint.units, _FORMS):
            if unit is Unit.NONE or (unit is Unit.CALL and "tiers" in form):
                continue
            billed = endpoint.changed(billing=Billing.read({"unit": unit.value, **form}, Billing.NONE))
            in_numbers = quotes(billed, 100)
            for subjects in {1, min(2, billed.batch_size), billed.batch_size}:
                most = billed.most(subjects, options)
                counts = Counts(subjects, matches=subjects, records=most.records, pages=most.pages)
                charged = billed.billing.charge(counts)
                assert charged is not None
                assert charged <= billed.quote(subjects, options), (key, str(billed.billing))
                if billed.flow is not Flow.EXPORT:
                    # What worklists quote in sum, with what a call costs that is smaller than a batch.
                    each = (
                        in_numbers["credits_per_question"]
                        + in_numbers["credits_per_record"] * (most.records or 0) / subjects
                    )
                    small = in_numbers["credits_per_call"] * (1 - subjects / billed.batch_size)
                    assert charged <= subjects * each + small + 1e-6, (key, str(billed.billing))


def test_prices_by_volume(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "prices: {currency: USD, bigdbm: {tiers: [{up_to: 100, price: 0.05}, {price: 0.03}]}, bigdbm/opql: 0.01}",
    )
    assert settings.price_micros("bigdbm.email_batch") == 50_000, "a budget must hold in every tier"
    tiers = settings.volume_prices()
    assert tiers["bigdbm.email_batch"].total(120) == 100 * 50_000 + 20 * 30_000
    assert "bigdbm.opql" not in tiers, "the most specific price wins"
    two = ("{up_to: 5, price: 1}", "{price: 1}, {price: 2}", "{up_to: x, price: 1}, {price: 2}", "{step: 1}", "")
    for wrong in (f"{{tiers: [{tiers}]}}" for tiers in two):
        with pytest.raises(ConfigurationError, match="prices: bigdbm: "):
            read(tmp_path, f"prices: {{currency: USD, bigdbm: {wrong}}}")


@pytest.mark.parametrize(
    ("endpoint", "days", "credits", "said"),
    [
        ("bigdbm.intents", "from: 2026-11-01, until: 2026-11-30", 1, "unknown endpoint 'bigdbm.intents'"),
        ("contactbased.export_create", "from: 2026-11-01, until: 2026-11-30", 1, "a step of contactbased.export"),
        ("bigdbm.opql", "from: 2026-11-30, until: 2026-11-01", 1, "until is before from"),
        ("bigdbm.opql", "from: 2026-11-01, until: 2026-11-30", -1, "invoices.0.credits"),
    ],
)
def test_an_invoice_that_is_wrong_is_named(
    tmp_path: Path, endpoint: str, days: str, credits: int, said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, f"invoices: [{{endpoint: {endpoint}, {days}, credits: {credits}}}]")
    assert said in str(caught.value)
