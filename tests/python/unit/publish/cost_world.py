"""A small hand-made ledger in the shape of the marts, for the tests of the page "What it cost to know"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb

DAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Spend:
    """A row of vendor_spend; without ``money`` its credits have no price."""

    vendor: str = "bigdbm"
    endpoint: str = "bigdbm.consumer_email"
    wave: str = "enrich"
    outcome: str = "matched"
    credits: float = 10.0
    money: float | None = None
    at_risk: float = 0.0
    subjects: int = 10
    day: date = DAY


@dataclass(frozen=True)
class Score:
    """A row of vendor_scorecard; what is not given is a plain number."""

    vendor: str = "bigdbm"
    attribute: str = "all"
    told: int = 10
    alone: int = 4
    judged: int = 0
    credits: float = 10.0
    checking: float = 0.0
    money: float | None = None
    match_rate: float | None = 0.5


@dataclass(frozen=True)
class World:
    """What the file holds."""

    spend: Sequence[Spend] = ()
    scores: Sequence[Score] = ()
    plan: Sequence[tuple[str, str, str, str, int, int, float, float | None]] = ()
    budgets: Sequence[tuple[str, str, str, float, float, float]] = ()
    undecided: Sequence[tuple[str, str, int, float, float | None]] = ()
    books: Sequence[tuple[str, str, datetime, float, float, str]] = ()
    contactable: int = 20
    people: int = 30
    currency: str | None = field(default=None)


def make_ledger(path: Path, world: World) -> Path:
    """Write the marts that the page reads, schema ``marts`` as in the warehouse."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.contacts (contact_key varchar);
            create table marts.contactability (contact_key varchar, channel varchar, verdict varchar);
            create table marts.vendor_spend (
                run_id varchar, spent_on date, vendor varchar, product varchar, endpoint varchar, outcome varchar,
                wave varchar, request_count integer, failed_count integer, subjects_asked integer,
                credits_charged decimal(18, 6), credits_at_risk decimal(18, 6),
                money_charged decimal(18, 6), money_at_risk decimal(18, 6),
                unpriced_credits decimal(18, 6), unpriced_credits_at_risk decimal(18, 6), currency varchar
            );
            create table marts.vendor_scorecard (
                vendor varchar, attribute varchar, asked bigint, matched bigint, match_rate double,
                contacts bigint, coverage double, agreement_rate double, average_age_days double,
                contactable_contacts bigint, contactable_rate double, contactable_by_vendor bigint,
                contactable_only_by_vendor bigint,
                contactable_on_its_verdict bigint, credits_charged double, validation_credits double,
                credits_at_risk double, is_priced boolean, money_charged decimal(18, 6),
                credits_per_contactable double, money_per_contactable decimal(18, 6),
                credits_per_contactable_only double, money_per_contactable_only decimal(18, 6)
            );
            create table marts.purchase_plan (
                wave varchar, vendor varchar, endpoint varchar, reason varchar, subjects bigint, calls bigint,
                credits_quoted decimal(18, 6), money_quoted decimal(18, 6), first_priority integer,
                currency varchar
            );
            create table marts.budget_use (
                scope varchar, period varchar, unit varchar, limit_amount decimal(18, 6),
                committed_amount decimal(18, 6), due_amount decimal(18, 6), left_amount decimal(18, 6)
            );
            create table marts.vendor_requests (
                vendor varchar, endpoint varchar, state varchar, subjects_asked integer, credits_quoted double,
                money_quoted decimal(18, 6), sent_at timestamp
            );
            create table marts.credit_reconciliation (
                vendor varchar, book varchar, read_at timestamp, vendor_says double, ledger_says double,
                explanation varchar, is_agreed boolean, endpoint varchar, suggested_billing_model varchar
            );
            """
        )
        connection.execute(f"insert into marts.contacts select 'k' || i from range({world.people}) t(i)")
        connection.execute(
            "insert into marts.contactability select 'k' || i, channel, 'send' "
            f"from range({world.contactable}) t(i) cross join (values ('email'), ('phone')) c(channel)"
        )
        for spend in world.spend:
            connection.execute(
                "insert into marts.vendor_spend values ('r', ?, ?, 'p', ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    spend.day, spend.vendor, spend.endpoint, spend.outcome, spend.wave,
                    int(spend.outcome in ("failed", "refused")), spend.subjects, spend.credits, spend.at_risk,
                    spend.money if spend.credits else 0, 0 if not spend.at_risk else None,
                    spend.credits if spend.money is None else 0, spend.at_risk, world.currency,
                ],
            )  # fmt: skip
        for score in world.scores:
            finding = score.credits - score.checking
            connection.execute(
                f"insert into marts.vendor_scorecard values ({', '.join('?' * 23)})",
                [
                    score.vendor, score.attribute, 20, 10, score.match_rate, 15, 0.25, None, 3.5, score.told, 0.9,
                    score.told, score.alone, score.judged, score.credits, score.checking, 0,
                    score.money is not None, score.money, score.credits / score.told if score.told else None,
                    score.money / score.told if score.money is not None and score.told else None,
                    finding / score.alone if score.alone else None,
                    score.money * finding / score.credits / score.alone
                    if score.money is not None and score.alone and score.credits
                    else None,
                ],
            )  # fmt: skip
        for place, row in enumerate(world.plan):
            connection.execute(
                "insert into marts.purchase_plan values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*row, place + 1, world.currency],
            )
        for scope, period, unit, limit, committed, due in world.budgets:
            connection.execute(
                "insert into marts.budget_use values (?, ?, ?, ?, ?, ?, ?)",
                [scope, period, unit, limit, committed, due, limit - committed - due],
            )
        for vendor, endpoint, subjects, credits, money in world.undecided:
            connection.execute(
                "insert into marts.vendor_requests "
                "values (?, ?, 'ambiguous', ?, ?, ?, timestamp '2026-11-20 05:06:00')",
                [vendor, endpoint, subjects, credits, money],
            )
        for book in world.books:
            connection.execute(
                "insert into marts.credit_reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*book, book[-1] == "agrees", f"{book[0]}.endpoint", "match" if "differs" in book[-1] else None],
            )
    return path
