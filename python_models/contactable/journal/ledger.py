"""What is committed against each budget, kept inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from contactable.journal import tables as t
from contactable.journal.budget import Budgets, VolumePrice
from contactable.journal.calls import Call
from contactable.journal.databases import upsert_into


def check(con: Connection, call: Call, run_id: str, budgets: Budgets, now: datetime) -> None:
    """Refuse a call that does not fit what is left.

    Raises:
        BudgetSpentError: the call must not be reserved.
    """
    keys = budgets.set_for(call.vendor, call.product, run_id, now)
    if keys:
        budgets.check(spent(con, keys), keys, call.credits_quoted, call.price_micros)


def spent(con: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[float, int]]:
    """Committed (credits, micros) by (scope, period key); a few more than asked for may be among them."""
    rows = con.execute(
        select(t.spend.c.scope, t.spend.c.period, t.spend.c.credits, t.spend.c.money_micros).where(
            t.spend.c.scope.in_(sorted({scope for scope, _ in keys})),
            t.spend.c.period.in_(sorted({period for _, period in keys})),
        )
    )
    return {(scope, period): (float(credits), int(micros)) for scope, period, credits, micros in rows}


def rebook(con: Connection, row: Mapping[str, Any], charged: float | None, money: int | None) -> float:
    """Move a request's commitment from what it was to what it is now known to be. The period is that of the
    reservation, however late the news. Returns the difference in credits."""
    before, before_money = (
        (row["credits_quoted"], row["money_quoted_micros"])
        if row["credits_charged"] is None
        else (row["credits_charged"], row["money_charged_micros"])
    )
    after, after_money = (
        (row["credits_quoted"], row["money_quoted_micros"]) if charged is None else (charged, money)
    )
    difference, more_money = float(after) - float(before), (after_money or 0) - (before_money or 0)
    if difference or more_money:
        commit(
            con, row["vendor"], row["product"], row["run_id"],
            datetime.fromisoformat(row["reserved_at"]), difference, more_money,
        )  # fmt: skip
    return difference


def commit(
    con: Connection, vendor: str, product: str, run_id: str, now: datetime, credits: float, micros: int
) -> None:
    """Add to what is committed, in every scope and period that the call counts towards."""
    statement = upsert_into(con, t.spend)
    con.execute(
        statement.on_conflict_do_update(
            index_elements=["scope", "period"],
            set_={
                "credits": t.spend.c.credits + statement.excluded.credits,
                "money_micros": t.spend.c.money_micros + statement.excluded.money_micros,
            },
        ),
        [
            {"scope": scope, "period": key, "credits": credits, "money_micros": micros}
            for scope, key in Budgets().periods(vendor, product, run_id, now)
        ],
    )


def money_charged(con: Connection, row: Mapping[str, Any], charged: float | None) -> int | None:
    """What ``charged`` credits of this request cost, in micros, at the price of the day it was reserved.

    None while the credits are not known, or where no price was.
    """
    quoted, money = float(row["credits_quoted"]), row["money_quoted_micros"]
    if charged is None or money is None:
        return None
    if row["volume_price"] is not None:
        return _money_by_volume(con, row, charged)
    if not quoted:
        return 0 if not charged else None
    return int(money) if charged == quoted else round(int(money) * charged / quoted)


def _money_by_volume(con: Connection, row: Mapping[str, Any], charged: float) -> int:
    """What the month costs with this charge, less what it costs without: the charges of a month add up to what its
    volume costs, in whatever order they come and are corrected."""
    price = VolumePrice.of_text(row["volume_price"])
    month = str(row["reserved_at"])[:7]
    place = (t.volumes.c.name == price.name, t.volumes.c.month == month)
    before = float(con.scalar(select(t.volumes.c.credits).where(*place)) or 0.0)
    after = before + charged - float(row["credits_charged"] or 0.0)
    con.execute(
        upsert_into(con, t.volumes)
        .values(name=price.name, month=month, credits=after)
        .on_conflict_do_update(index_elements=["name", "month"], set_={"credits": after})
    )
    return int(row["money_charged_micros"] or 0) + price.total(after) - price.total(before)
