"""Budgets in credits and money: counted with every change of a call, and never overshot, whoever reserves."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import select

from contactable.journal import tables as t
from contactable.journal.budget import Budgets, BudgetSpentError, VolumePrice, money_of, money_text
from contactable.journal.calls import Call, Settlement, Subject
from contactable.journal.store import Journal
from support.extraction import SteppingClock

PRICES = {"opql": 30_000, "email_validation": 7, "intent": None}


def call(key: str, credits: float, price: int | None = 30_000, product: str = "opql", **changes: Any) -> Call:
    return Call(
        vendor=changes.pop("vendor", "bigdbm"),
        product=product,
        endpoint=f"bigdbm.{product}",
        stream="phone_scores",
        wave="validate",
        subjects=(Subject(key, "email", f"{key}@example.com"),),
        options={},
        credits_quoted=credits,
        repeatable=False,
        price_micros=price,
        **changes,
    )


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, clock=SteppingClock())
    yield opened
    opened.close()


def spent(journal: Journal) -> dict[tuple[str, str], tuple[float, int]]:
    with journal.engine.connect() as con:
        return {
            (row.scope, row.period): (row.credits, row.money_micros)
            for row in con.execute(
                select(t.spend.c.scope, t.spend.c.period, t.spend.c.credits, t.spend.c.money_micros)
            )
        }


def money_row(journal: Journal, request_id: str) -> tuple[int | None, int | None]:
    with journal.engine.connect() as con:
        row = con.execute(
            select(t.requests.c.money_quoted_micros, t.requests.c.money_charged_micros).where(
                t.requests.c.request_id == request_id
            )
        ).one()
    return row[0], row[1]


# ---------------------------------------------------------------- what is booked


def test_money_moves_with_the_credits_at_the_price_of_the_reservation(journal: Journal) -> None:
    budgets = Budgets({}, {("total", "day"): 10**9}, "USD")
    request = journal.reserve(call("a", 10), "r", budgets)
    assert request is not None
    assert journal.committed_money(budgets, "r") == {("total", "day"): 300_000}
    assert money_row(journal, request) == (300_000, None)
    journal.settle(request, Settlement("settled", 4.0))
    assert money_row(journal, request) == (300_000, 120_000)
    journal.correct_charge(request, 7.0)
    assert money_row(journal, request) == (300_000, 210_000)
    assert journal.committed_money(budgets, "r") == {("total", "day"): 210_000}
    assert journal.states()[0]["money_micros"] == 210_000


def test_a_month_costs_what_its_volume_costs_in_whatever_order_charges_come(journal: Journal) -> None:
    """0.03 a credit up to ten, 0.01 above: set aside at the higher price, charged by what the month has seen."""
    price = VolumePrice("v", ((10.0, 30_000), (None, 10_000)))
    budgets = Budgets({}, {("total", "day"): 10**9}, "USD")
    calls = {
        name: replace(call(name, quoted), volume_price=price) for name, quoted in (("a", 8), ("b", 8), ("c", 4))
    }
    requests = {name: journal.reserve(one, "r", budgets) for name, one in calls.items()}
    assert journal.committed_money(budgets, "r") == {("total", "day"): 20 * 30_000}
    b, a, c = (requests[name] or "" for name in ("b", "a", "c"))
    assert journal.settle(b, Settlement("settled", 8.0)) == 8 * 30_000
    assert journal.settle(a, Settlement("settled", 6.0)) == 2 * 30_000 + 4 * 10_000
    assert journal.settle(c, Settlement("ambiguous", None)) == 4 * 30_000, (
        "what nobody knows costs the most it can"
    )
    assert journal.correct_charge(b, 3.0) == (-5.0, -(1 * 30_000 + 4 * 10_000))
    journal.reconcile(c, charged=True, credits=2.0)
    assert journal.committed_money(budgets, "r") == {("total", "day"): price.total(3 + 6 + 2)}
    assert price.total(11) == 10 * 30_000 + 10_000


def test_what_has_no_price_is_unknown_and_commits_no_money(journal: Journal) -> None:
    budgets = Budgets({("bigdbm", "run"): 100}, {("total", "run"): 1}, "USD")
    request = journal.reserve(call("a", 10, None), "r", budgets)
    assert request is not None
    journal.settle(request, Settlement("settled", 4.0))
    assert money_row(journal, request) == (None, None)
    assert journal.committed_money(budgets, "r") == {("total", "run"): 0}
    assert journal.committed(budgets, "r") == {("bigdbm", "run"): 4.0}
    assert journal.states()[0]["money_micros"] is None


def test_an_ambiguous_call_keeps_its_money_until_it_is_decided(journal: Journal) -> None:
    budgets = Budgets({}, {("bigdbm", "run"): 300_000}, "USD")
    request = journal.reserve(call("a", 10), "r", budgets)
    assert request is not None
    journal.settle(request, Settlement("ambiguous", None))
    with pytest.raises(BudgetSpentError):
        journal.reserve(call("b", 1), "r", budgets)
    journal.reconcile(request, charged=False)
    assert journal.reserve(call("b", 10), "r", budgets)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("budgets", "says", "room"),
    [
        (
            Budgets({("bigdbm", "day"): 12}, {}, ""),
            "budget of 12 credits for bigdbm per day: spent or reserved 10 credits, the next call costs 5 credits",
            2,
        ),
        (
            Budgets({}, {("total", "month"): 400_000}, "USD"),
            "budget of USD 0.40 for total per month: spent or reserved USD 0.30, the next call costs USD 0.15",
            3,
        ),
        (
            Budgets({("bigdbm/opql", "run"): 11, ("bigdbm", "run"): 200}, {("bigdbm", "day"): 440_000}, "EUR"),
            "budget of EUR 0.44 for bigdbm per day: spent or reserved EUR 0.30, the next call costs EUR 0.15",
            1,  # the smallest of all that are set
        ),
        (Budgets({("bigdbm", "day"): 0}), "budget of 0 for bigdbm per day: nothing is bought", 0),
    ],
)
def test_a_refusal_names_the_budget_what_is_spent_and_what_the_call_costs(
    journal: Journal, budgets: Budgets, says: str, room: float
) -> None:
    journal.reserve(call("a", 10), "r", Budgets())
    before = spent(journal)
    with pytest.raises(BudgetSpentError) as caught:
        journal.reserve(call("b", 5), "r", budgets)
    assert says in str(caught.value)
    assert caught.value.room == room
    assert spent(journal) == before
    if room:
        assert journal.reserve(call("b", room), "r", budgets), "what it says fits, fits"
        with pytest.raises(BudgetSpentError):
            journal.reserve(call("c", 1), "r", budgets)


def test_zero_in_money_stops_what_has_no_price_too(journal: Journal) -> None:
    for price in (None, 0, 30_000):
        with pytest.raises(BudgetSpentError, match="budget of 0 for total per month"):
            journal.reserve(call("a", 1, price), "r", Budgets({}, {("total", "month"): 0}))
    assert journal.reserve(call("a", 0, None), "r", Budgets({}, {("total", "month"): 0})), "free calls go on"


def test_the_total_counts_every_vendor(journal: Journal) -> None:
    budgets = Budgets({}, {("total", "run"): 60_000}, "USD")
    assert journal.reserve(call("a", 1), "r", budgets)
    assert journal.reserve(call("b", 1, vendor="exactbuyer"), "r", budgets)
    with pytest.raises(BudgetSpentError):
        journal.reserve(call("c", 1, vendor="contactbased"), "r", budgets)


def test_amounts_are_written_as_people_write_them() -> None:
    assert money_text(1_234_500_000, "USD") == "USD 1,234.50"
    assert money_text(1, "USD") == "USD 0.000001"
    assert money_text(-1_500_000) == "-1.50"
    assert money_of(3, 100_000) == 300_000
    assert money_of(3, None) is None


# ---------------------------------------------------------------- periods


class Calendar:
    """A clock that a test sets."""

    def __init__(self, *moment: int) -> None:
        self.now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


def test_news_after_midnight_belong_to_the_day_and_month_of_the_reservation(journal_url: str) -> None:
    clock = Calendar(2026, 11, 30, 23, 59, 59)
    journal = Journal.open(journal_url, clock=clock)
    budgets = Budgets({}, {("bigdbm", "day"): 300_000, ("bigdbm", "month"): 300_000}, "USD")
    request = journal.reserve(call("a", 10), "r", budgets)
    assert request is not None
    clock.now = datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)
    journal.settle(request, Settlement("settled", 6.0))
    journal.correct_charge(request, 4.0)
    old = {key: value for (scope, key), value in spent(journal).items() if scope == "bigdbm"}
    assert old == {"run:r": (4, 120_000), "day:2026-11-30": (4, 120_000), "month:2026-11": (4, 120_000)}
    assert journal.committed_money(budgets, "r") == {("bigdbm", "day"): 0, ("bigdbm", "month"): 0}
    assert journal.reserve(call("b", 10), "r", budgets), "a new day and a new month begin with nothing spent"
    with pytest.raises(BudgetSpentError, match="per day"):
        journal.reserve(call("c", 1), "r", budgets)
    clock.now = datetime(2026, 12, 2, tzinfo=UTC)
    with pytest.raises(BudgetSpentError, match="per month"):
        journal.reserve(call("c", 1), "r", budgets)
    journal.close()


# ---------------------------------------------------------------- many processes

_SPENDER = """
import random, sys
from contactable.journal.budget import Budgets, BudgetSpentError
from contactable.journal.calls import Call, Settlement, Subject
from contactable.journal.store import Journal

url, worker, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
journal, rng, number = Journal.open(url), random.Random(int(worker)), 0
budgets = Budgets({}, {("total", "month"): limit}, "USD")
credits = 1.0
while True:
    if number == 1:
        print("bought one", flush=True)
        sys.stdin.readline()  # when all have, all go on together
    number += 1
    subject = Subject(f"{worker}-{number}", "email", f"p{number}@example.com")
    call = Call("bigdbm", "opql", "bigdbm.opql", "s", "w", (subject,), {}, credits, False, price_micros=30_000)
    try:
        request = journal.reserve(call, f"run-{worker}", budgets)
    except BudgetSpentError as error:
        if error.room < 1:
            break
        credits = error.room
        continue
    journal.settle(request, Settlement("settled", credits if rng.random() < 0.7 else credits // 2))
    credits = float(rng.randint(1, 9))
"""


@pytest.mark.parametrize(
    ("limit", "spent_at_the_end"), [(30_000 * 400, 30_000 * 400), (30_000 * 60 + 29_999, 30_000 * 60)]
)
def test_processes_spend_the_money_to_the_last_credit_and_not_one_more(
    journal_url: str, limit: int, spent_at_the_end: int
) -> None:
    journal = Journal.open(journal_url)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _SPENDER, journal_url, str(worker), str(limit)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for worker in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "bought one\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.wait(timeout=120) for worker in workers] == [0] * 4
    month = next(value for (scope, key), value in spent(journal).items() if scope == "total" and "month" in key)
    with journal.engine.connect() as con:
        charged = con.execute(select(t.requests.c.run_id, t.requests.c.money_charged_micros)).all()
    assert sum(int(row[1] or 0) for row in charged) == month[1] == spent_at_the_end
    assert len({row[0] for row in charged}) == 4
    journal.close()


# ---------------------------------------------------------------- any sequence


class Spending(RuleBasedStateMachine):
    """Whatever happens to calls, what is committed is the sum of what they cost or may cost, in every scope."""

    open_calls = Bundle("open_calls")
    ambiguous = Bundle("ambiguous")
    settled = Bundle("settled")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Calendar(2026, 11, 29, 12)
        self.journal = Journal.open("sqlite://", clock=self.clock)
        self.number = 0

    @initialize(
        credits=st.one_of(st.none(), st.integers(0, 60)),
        total=st.one_of(st.none(), st.integers(0, 2_000_000)),
        product=st.one_of(st.none(), st.integers(0, 900_000)),
    )
    def limits(self, credits: int | None, total: int | None, product: int | None) -> None:
        self.budgets = Budgets(
            {} if credits is None else {("bigdbm", "day"): float(credits)},
            {
                name: micros
                for name, micros in ((("total", "month"), total), (("bigdbm/opql", "run"), product))
                if micros is not None
            },
            "USD",
        )

    @rule(
        target=open_calls,
        credits=st.integers(0, 40),
        product=st.sampled_from(sorted(PRICES)),
        run=st.sampled_from(["run-1", "run-2"]),
    )
    def reserve(self, credits: int, product: str, run: str) -> Any:
        self.number += 1
        asked = call(f"q{self.number}", float(credits), PRICES[product], product)
        before = spent(self.journal)
        refused: BudgetSpentError | None = None
        try:
            request = self.journal.reserve(asked, run, self.budgets)
        except BudgetSpentError as error:
            refused = error
        if refused is not None:
            assert spent(self.journal) == before
            assert refused.room < credits
            return multiple()
        for key in self.budgets.set_for("bigdbm", product, run, self.clock.now):
            if credits:
                name, now = (key[0], key[1].split(":")[0]), spent(self.journal)[key]
                assert now[0] <= self.budgets.limits.get(name, now[0])
                assert now[1] <= self.budgets.money.get(name, now[1])
        return request

    @rule(days=st.integers(1, 3))
    def sleep(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    @rule(target=settled, request=consumes(open_calls), credits=st.integers(0, 60))
    def settle(self, request: str, credits: int) -> str:
        self.journal.settle(request, Settlement("settled", float(credits)))
        return request

    @rule(request=consumes(open_calls), state=st.sampled_from(["refused", "failed"]))
    def fail(self, request: str, state: str) -> None:
        self.journal.settle(request, Settlement(state, 0.0))

    @rule(target=ambiguous, request=consumes(open_calls))
    def lose(self, request: str) -> str:
        self.journal.settle(request, Settlement("ambiguous", None))
        return request

    @rule(request=consumes(ambiguous), charged=st.booleans(), credits=st.one_of(st.none(), st.integers(0, 60)))
    def reconcile(self, request: str, charged: bool, credits: int | None) -> None:
        self.journal.reconcile(request, charged=charged, credits=None if credits is None else float(credits))

    @rule(request=settled, credits=st.integers(0, 60))
    def correct(self, request: str, credits: int) -> None:
        self.journal.correct_charge(request, float(credits))

    @invariant()
    def committed_is_the_sum_of_the_calls(self) -> None:
        expected: dict[tuple[str, str], list[float]] = {}
        with self.journal.engine.connect() as con:
            rows = con.execute(select(t.requests)).mappings().all()
        for row in rows:
            known = row["credits_charged"] is not None
            credits = row["credits_charged"] if known else row["credits_quoted"]
            money = row["money_charged_micros"] if known else row["money_quoted_micros"]
            price = PRICES[row["product"]]
            if price is None:
                assert money is None, "what has no price never gets one"
            elif row["credits_quoted"]:
                assert money == credits * price
            when = datetime.fromisoformat(row["reserved_at"])
            for key in Budgets().periods(row["vendor"], row["product"], row["run_id"], when):
                total = expected.setdefault(key, [0.0, 0])
                total[0], total[1] = total[0] + credits, total[1] + (money or 0)
        found = {key: value for key, value in spent(self.journal).items() if value != (0, 0)}
        assert found == {key: tuple(value) for key, value in expected.items() if tuple(value) != (0, 0)}

    def teardown(self) -> None:
        self.journal.close()


TestSpending = Spending.TestCase
TestSpending.settings = hypothesis_settings(max_examples=40, stateful_step_count=20, deadline=None)
