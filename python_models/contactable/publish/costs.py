"""The numbers of the page "What it cost to know", and what they say in words.

Counts and sums only; nothing here belongs to one person. Credits of different vendors are never added up: they are
not the same money. Money is, and says aloud which credits it leaves out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from contactable.publish.drawing import number
from contactable.publish.figures import Marts

#: What a credit bought, in the order in which it is shown.
KINDS = ("found", "checked", "lists", "nothing", "at risk")

_KIND = """
    case
        when outcome in ('open', 'ambiguous') then 'at risk'
        when outcome in ('no_match', 'unreadable') then 'nothing'
        when outcome = 'answered' then 'lists'
        when wave = 'validate' then 'checked'
        else 'found'
    end
"""

_SCORE_COLUMNS = (
    "vendor",
    "attribute",
    "asked",
    "matched",
    "match_rate",
    "contacts",
    "coverage",
    "agreement_rate",
    "average_age_days",
    "contactable_contacts",
    "contactable_rate",
    "contactable_by_vendor",
    "contactable_only_by_vendor",
    "contactable_on_its_verdict",
    "credits_charged",
    "validation_credits",
    "credits_at_risk",
    "is_priced",
    "money_charged",
    "credits_per_contactable",
    "money_per_contactable",
    "credits_per_contactable_only",
    "money_per_contactable_only",
)

_PLAN_COLUMNS = (
    "wave",
    "vendor",
    "endpoint",
    "reason",
    "subjects",
    "calls",
    "credits_quoted",
    "money_quoted",
)

_BUDGET_COLUMNS = ("scope", "period", "unit", "limit_amount", "committed_amount", "due_amount", "left_amount")


@dataclass(frozen=True)
class Paid:
    """What was paid for something: credits of one vendor, and their money as far as it is known.

    ``money`` is in the currency's units, None where nothing of it has a price; it leaves ``unpriced`` credits out.
    """

    credits: float
    money: float | None
    unpriced: float = 0.0

    @property
    def is_priced(self) -> bool:
        return not self.unpriced and self.money is not None


@dataclass(frozen=True)
class Costs:
    """Everything the page shows."""

    currency: str | None
    people: int
    contactable: int
    by_kind: Mapping[str, Mapping[str, Paid]]  # vendor -> kind (KINDS) -> paid
    by_day: Sequence[tuple[str, date, float, float | None]]  # vendor, day, credits, money
    by_endpoint: Sequence[dict[str, Any]]
    scores: Sequence[dict[str, Any]]  # rows of vendor_scorecard, in the order of vendors, then attributes
    plan: Sequence[dict[str, Any]]
    budgets: Sequence[dict[str, Any]]
    undecided: Sequence[dict[str, Any]]  # ambiguous calls, by vendor and endpoint
    books: Sequence[dict[str, Any]]  # the vendors' own books beside our ledger

    @property
    def in_money(self) -> bool:
        """Whether every credit charged has a price, so that vendors can be compared in money."""
        paid = [kind for kinds in self.by_kind.values() for kind in kinds.values()]
        return bool(self.currency and paid) and all(not kind.unpriced for kind in paid)

    @property
    def money(self) -> float:
        """Money charged, of everything that has a price."""
        return sum(self.charged(vendor).money or 0.0 for vendor in self.by_kind)

    def charged(self, vendor: str) -> Paid:
        """What a vendor was paid in all; what is at risk is not in it."""
        kinds = [paid for kind, paid in self.by_kind.get(vendor, {}).items() if kind != "at risk"]
        known = [paid.money for paid in kinds if paid.money is not None and paid.credits > paid.unpriced]
        unpriced = sum(paid.unpriced for paid in kinds)
        return Paid(
            credits=sum(paid.credits for paid in kinds),
            money=sum(known) if known or not unpriced else None,
            unpriced=unpriced,
        )

    def score(self, vendor: str, attribute: str = "all") -> dict[str, Any] | None:
        """A vendor's row of the scorecard; None where it has none."""
        rows = (row for row in self.scores if (row["vendor"], row["attribute"]) == (vendor, attribute))
        return next(rows, None)

    @property
    def vendors(self) -> list[str]:
        """Vendors that were asked or told something, your own list left out; the dearest first."""
        names = {row["vendor"] for row in self.scores} | set(self.by_kind)
        return sorted(names - {"first_party"}, key=lambda name: (-self._weight(name), name))

    def _weight(self, vendor: str) -> float:
        charged = self.charged(vendor)
        return (charged.money or 0.0) if self.in_money else charged.credits


#: Before anything was published.
NO_COSTS = Costs(
    currency=None,
    people=0,
    contactable=0,
    by_kind={},
    by_day=(),
    by_endpoint=(),
    scores=(),
    plan=(),
    budgets=(),
    undecided=(),
    books=(),
)


def read_costs(database: Path) -> Costs:
    """Read everything the page shows from a published file or the warehouse, opened for reading only."""
    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        marts = Marts(connection)
        return Costs(
            currency=_currency(marts),
            people=marts.count("contacts"),
            contactable=_contactable(marts),
            by_kind=_by_kind(marts),
            by_day=_by_day(marts),
            by_endpoint=_by_endpoint(marts),
            scores=marts.records(
                "vendor_scorecard",
                _SCORE_COLUMNS,
                f"select {', '.join(_SCORE_COLUMNS)} from {{table}} "  # noqa: S608 - names from this module
                "order by vendor = 'first_party', vendor, "
                "list_position(['all', 'email', 'phone', 'employer', 'profile'], attribute)",
            ),
            plan=marts.records(
                "purchase_plan",
                _PLAN_COLUMNS,
                f"select {', '.join(_PLAN_COLUMNS)} from {{table}} "  # noqa: S608 - names from this module
                "order by list_position(['lookup', 'prepare', 'discover', 'enrich', 'validate'], wave), "
                "vendor, endpoint, first_priority",
            ),
            budgets=marts.records(
                "budget_use",
                _BUDGET_COLUMNS,
                f"select {', '.join(_BUDGET_COLUMNS)} from {{table}} where unit <> 'feeds' "  # noqa: S608 - names from this module
                "order by scope <> 'total', scope, list_position(['run', 'day', 'month'], period), unit",
            ),
            undecided=_undecided(marts),
            books=_books(marts),
        )


def _contactable(marts: Marts) -> int:
    rows = marts.rows(
        "contactability",
        ("contact_key", "verdict"),
        "select count(distinct contact_key) from {table} where verdict in ('send', 'call')",
    )
    return int(rows[0][0]) if rows else 0


def _currency(marts: Marts) -> str | None:
    for table in ("vendor_spend", "purchase_plan"):
        rows = marts.rows(table, ("currency",), "select max(currency) from {table}")
        if rows and rows[0][0]:
            return str(rows[0][0])
    return None


def _by_kind(marts: Marts) -> dict[str, dict[str, Paid]]:
    rows = marts.rows(
        "vendor_spend",
        ("vendor", "outcome", "unpriced_credits", "unpriced_credits_at_risk"),
        f"""
        select
            vendor,
            {_KIND} as kind,
            sum(credits_charged + credits_at_risk),
            sum(coalesce(money_charged, 0) + coalesce(money_at_risk, 0)),
            sum(unpriced_credits + unpriced_credits_at_risk)
        from {{table}} group by all order by all
        """,  # noqa: S608 - the expression above
    )
    found: dict[str, dict[str, Paid]] = {}
    for vendor, kind, credits, money, unpriced in rows:
        paid = Paid(
            credits=float(credits),
            money=None if unpriced and unpriced == credits else float(money),
            unpriced=float(unpriced),
        )
        found.setdefault(vendor, {})[kind] = paid
    return found


def _by_day(marts: Marts) -> list[tuple[str, date, float, float | None]]:
    rows = marts.rows(
        "vendor_spend",
        ("vendor", "spent_on", "credits_charged", "money_charged"),
        """
        select vendor, spent_on, sum(credits_charged), sum(money_charged)
        from {table} where spent_on is not null group by all having sum(credits_charged) > 0 order by all
        """,
    )
    return [
        (vendor, day, float(credits), None if money is None else float(money))
        for vendor, day, credits, money in rows
    ]


def _by_endpoint(marts: Marts) -> list[dict[str, Any]]:
    columns = (
        "vendor",
        "product",
        "endpoint",
        "requests",
        "subjects",
        "found",
        "failed",
        "credits_charged",
        "money_charged",
        "unpriced_credits",
        "credits_at_risk",
    )
    rows = marts.rows(
        "vendor_spend",
        ("vendor", "product", "endpoint", "outcome", "unpriced_credits"),
        """
        select
            vendor, product, endpoint, sum(request_count), sum(subjects_asked),
            sum(subjects_asked) filter (where outcome = 'matched'), sum(failed_count),
            sum(credits_charged), sum(money_charged), sum(unpriced_credits), sum(credits_at_risk)
        from {table} group by vendor, product, endpoint order by 1, 8 desc, 2, 3
        """,
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _undecided(marts: Marts) -> list[dict[str, Any]]:
    columns = ("vendor", "endpoint", "calls", "subjects", "credits", "money", "since")
    rows = marts.rows(
        "vendor_requests",
        ("vendor", "endpoint", "state", "subjects_asked", "credits_quoted", "money_quoted", "sent_at"),
        """
        select
            vendor, endpoint, count(*), sum(subjects_asked), sum(credits_quoted),
            case when count(money_quoted) = count(*) then sum(money_quoted) end, min(sent_at)
        from {table} where state = 'ambiguous' group by all order by 5 desc, 1, 2
        """,
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _books(marts: Marts) -> list[dict[str, Any]]:
    """The vendors' own books: of a running balance its latest reading, of counts in answers their sum."""
    columns = (
        "vendor", "book", "endpoint", "readings", "disagreeing", "read_at", "vendor_says", "ledger_says",
        "explanation", "suggested",
    )  # fmt: skip
    rows = marts.rows(
        "credit_reconciliation",
        (
            "vendor",
            "book",
            "endpoint",
            "read_at",
            "vendor_says",
            "ledger_says",
            "explanation",
            "is_agreed",
            "suggested_billing_model",
        ),
        """
        with readings as (
            select * from {table}
            qualify book <> 'records_pool'
                or row_number() over (partition by vendor, book order by read_at desc) = 1
        )
        select
            vendor, book, endpoint, count(*), count(*) filter (where not is_agreed), max(read_at),
            sum(vendor_says), sum(ledger_says),
            coalesce(string_agg(distinct explanation, ', ' order by explanation)
            filter (where not is_agreed), 'agrees'), max(suggested_billing_model)
        from readings group by vendor, book, endpoint order by vendor, book, endpoint
        """,
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


# ---------------------------------------------------------------- in words


def in_money(amount: float, currency: str | None = None) -> str:
    """Write an amount of money; small ones keep the digits that tell them apart."""
    digits = 2 if abs(amount) >= 0.1 or not amount else 4
    return f"{currency or ''} {amount:,.{digits}f}".strip()


def in_credits(amount: float) -> str:
    return f"{number(round(float(amount), 2))} credit{'' if float(amount) == 1 else 's'}"


def amount(paid: Paid, currency: str | None) -> str:
    """What was paid, in money where there is a price, else in credits; never one without the other's rest."""
    if not paid.credits:
        return "nothing"
    if paid.money is None or not currency:
        return in_credits(paid.credits)
    money = in_money(paid.money, currency)
    if paid.unpriced:
        return f"{money} and {in_credits(paid.unpriced)} without a price"
    return f"{money} ({in_credits(paid.credits)})"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def sentences(costs: Costs) -> list[tuple[str, str]]:
    """Say for each vendor what it was paid, whom it made contactable and who would be lost without it."""
    return [(vendor, _sentence(costs, vendor)) for vendor in costs.vendors]


def _sentence(costs: Costs, vendor: str) -> str:
    row = costs.score(vendor)
    said = [f"Paid: {amount(costs.charged(vendor), costs.currency)}."]
    if row is not None:
        told, alone = int(row["contactable_by_vendor"]), int(row["contactable_only_by_vendor"])
        if not told:
            said.append("Nobody is contactable at an address or number that it told.")
        elif not alone:
            said.append(
                f"{_sentence_people(told)} contactable at an address or number that it told; "
                "every one of them would stay contactable without it."
            )
        else:
            said.append(
                f"{_sentence_people(told)} contactable at an address or number that it told; without it "
                f"{people(alone)} could not be contacted."
            )
            said.append(_price_of_the_last(row, costs))
        judged = int(row["contactable_on_its_verdict"])
        if judged:
            said.append(
                f"It is also the validator on whose word {people(judged)} may be contacted; "
                "whoever ends that contract needs another one."
            )
    risk = costs.by_kind.get(vendor, {}).get("at risk")
    if risk is not None and risk.credits:
        said.append(f"At risk: {amount(risk, costs.currency)}, for calls without an outcome.")
    return " ".join(sentence for sentence in said if sentence)


def _sentence_people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count:,} people are"


def _price_of_the_last(row: Mapping[str, Any], costs: Costs) -> str:
    money, credits = row["money_per_contactable_only"], row["credits_per_contactable_only"]
    if costs.currency and money:
        price = in_money(float(money), costs.currency)
    elif credits:
        price = in_credits(float(credits))
    else:
        return ""
    checking = ", checking left out" if row["validation_credits"] else ""
    return f"That is {price} for each of them{checking}."


def conclusion(costs: Costs) -> str | None:
    """Say whose end would cost fewest and most people; None where there is nothing to compare."""
    rows = [row for vendor in costs.vendors if (row := costs.score(vendor)) is not None]
    paid = [row for row in rows if costs.charged(row["vendor"]).credits]
    if len(paid) < 2:
        return None
    by_loss = sorted(paid, key=lambda row: (row["contactable_only_by_vendor"], row["vendor"]))
    least, most = by_loss[0], by_loss[-1]
    if least["contactable_only_by_vendor"] == most["contactable_only_by_vendor"]:
        return (
            "Ending any one of the paid vendors would lose equally many contactable people: "
            f"{people(int(least['contactable_only_by_vendor']))}."
        )
    return (
        f"Of the vendors that are paid, ending {least['vendor']} would lose the fewest contactable people "
        f"({int(least['contactable_only_by_vendor']):,}), ending {most['vendor']} the most "
        f"({int(most['contactable_only_by_vendor']):,})."
    )
