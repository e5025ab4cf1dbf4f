"""The plots of the page "What it cost to know"."""

from datetime import timedelta
from typing import TYPE_CHECKING

from contactable.publish.costs import KINDS, Costs, Paid, amount, in_credits, in_money
from contactable.publish.drawing import COLOURS, Part, Plot, draw, heat, lying_bars, lying_stacks, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Days of spend shown: four weeks show a weekly job's rhythm and fit on a page (2026-11-21).
SPEND_DAYS = 28

_PARTS = {
    "found": Part("found somebody", COLOURS["send"]),
    "checked": Part("checked an address or number", COLOURS["plain"]),
    "lists": Part("lists and exports", COLOURS["unknown"]),
    "nothing": Part("nothing found or not readable", COLOURS["suppress"]),
    "at risk": Part("at risk", COLOURS["review"]),
}


def draw_costs(costs: Costs) -> list[Plot]:
    """Draw every plot there is data for."""
    drawn = (_kinds(costs), _days(costs), _marginal(costs), _per_contactable(costs))
    return [plot for plot in drawn if plot is not None]


def shown(vendor: str) -> str:
    """A vendor as a label."""
    return "your own list" if vendor == "first_party" else vendor


def _kinds(costs: Costs) -> Plot | None:
    def weight(vendor: str, kind: str) -> float:
        paid = costs.by_kind.get(vendor, {}).get(kind, Paid(0.0, None))
        return (paid.money or 0.0) if costs.in_money else paid.credits

    spent = {vendor: [weight(vendor, kind) for kind in KINDS] for vendor in costs.vendors}
    spent = {vendor: row for vendor, row in spent.items() if any(row)}
    if not spent:
        return None
    shares = [[value / sum(row) for value in row] for row in spent.values()]
    texts = [
        " · ".join(f"{kind} {percent(share)}" for kind, share in zip(KINDS, row, strict=True) if share)
        for row in shares
    ]
    used = [place for place in range(len(KINDS)) if any(row[place] for row in shares)]

    def paint(axes: "Axes") -> None:
        lying_stacks(
            axes,
            list(spent),
            [_PARTS[KINDS[place]] for place in used],
            [[row[place] for place in used] for row in shares],
            texts,
        )

    unit = "money" if costs.in_money else "credits"
    caveat = "" if costs.in_money else ": credits of different vendors are not the same money"
    return draw(
        "kinds",
        f"What the {unit} bought",
        f"Share of each vendor's {unit} by outcome. A bar is all that one vendor was paid or may still be, "
        f"however much{caveat}.",
        paint,
        ("Vendor", "Outcome", "Share", "Paid"),
        [
            (vendor, kind, percent(share), amount(costs.by_kind[vendor][kind], costs.currency))
            for vendor, row in zip(spent, shares, strict=True)
            for kind, share in zip(KINDS, row, strict=True)
            if share
        ],
        height=0.4 + 0.18 * ((len(used) + 1) // 2) + 0.62 * len(spent),
    )


def _days(costs: Costs) -> Plot | None:
    if not costs.by_day:
        return None
    last = max(day for _, day, _, _ in costs.by_day)
    days = [last - timedelta(days=back) for back in range(SPEND_DAYS - 1, -1, -1)]
    spent = {
        (vendor, day): (money or 0.0) if costs.in_money else credits
        for vendor, day, credits, money in costs.by_day
    }
    vendors = [vendor for vendor in costs.vendors if any((vendor, day) in spent for day in days)]
    grid = [[spent.get((vendor, day), 0.0) for day in days] for vendor in vendors]
    sums = [in_money(sum(row), costs.currency) if costs.in_money else in_credits(sum(row)) for row in grid]

    def paint(axes: "Axes") -> None:
        heat(axes, vendors, days, grid, sums, each_row=True, letter=0.6)

    return draw(
        "days",
        "Spend by day",
        f"{'Money' if costs.in_money else 'Credits'} charged a day, {days[0]:%d %b} to {last:%d %b %Y}. The "
        "stronger the colour, the dearer the day for this vendor; at the right the sum of the days shown.",
        paint,
        ("Vendor", "Day", "Credits", "Money"),
        [
            (vendor, day.isoformat(), in_credits(credits), _money_or_dash(money, costs))
            for vendor, day, credits, money in sorted(costs.by_day, key=lambda row: (row[1], row[0]), reverse=True)
            if day >= days[0]
        ],
        height=0.75 + 0.3 * len(vendors),
    )


def _money_or_dash(money: float | None, costs: Costs) -> str:
    return "–" if money is None or not costs.currency else in_money(money, costs.currency)


def _marginal(costs: Costs) -> Plot | None:
    rows = [row for row in costs.scores if row["attribute"] == "all" and row["contactable_by_vendor"]]
    if not rows:
        return None
    rows.sort(key=lambda row: (row["vendor"] == "first_party", -row["contactable_only_by_vendor"], row["vendor"]))
    alone = [int(row["contactable_only_by_vendor"]) for row in rows]
    shared = [int(row["contactable_by_vendor"]) - only for row, only in zip(rows, alone, strict=True)]
    texts = [f"only this one {only:,} · others too {also:,}" for only, also in zip(alone, shared, strict=True)]

    def paint(axes: "Axes") -> None:
        lying_stacks(
            axes,
            [shown(row["vendor"]) for row in rows],
            [
                Part("known from this one alone", COLOURS["plain"]),
                Part("known from others too", COLOURS["plain"], 0.35),
            ],
            list(zip(alone, shared, strict=True)),
            texts,
        )

    return draw(
        "marginal",
        "Who would be lost without a vendor",
        "Contactable people by who told a usable address or number of them. Those known from one vendor alone "
        "could not be contacted without it.",
        paint,
        ("Vendor", "Only from this one", "From others too"),
        [
            (shown(row["vendor"]), f"{only:,}", f"{also:,}")
            for row, only, also in zip(rows, alone, shared, strict=True)
        ],
        height=0.6 + 0.62 * len(rows),
    )


def _per_contactable(costs: Costs) -> Plot | None:
    column = "money_per_contactable" if costs.in_money else "credits_per_contactable"
    rows = [row for vendor in costs.vendors for row in costs.scores if row["vendor"] == vendor and row[column]]
    if not rows:
        return None
    values = [float(row[column]) for row in rows]
    texts = [in_money(value, costs.currency) if costs.in_money else in_credits(value) for value in values]

    def paint(axes: "Axes") -> None:
        lying_bars(axes, [f"{row['vendor']} · {row['attribute']}" for row in rows], values, texts)

    caveat = (
        "" if costs.in_money else " Compare within a vendor: credits of different vendors are not the same money."
    )
    return draw(
        "per_contactable",
        "Cost of a contactable person",
        "What was paid for each person of whom the vendor told something and who can be contacted today, as a "
        f"whole and by attribute, checking included.{caveat}",
        paint,
        ("Vendor", "Attribute", "Contactable people", "Cost of one"),
        [
            (row["vendor"], row["attribute"], f"{row['contactable_contacts']:,}", text)
            for row, text in zip(rows, texts, strict=True)
        ],
        height=0.4 + 0.27 * len(rows),
    )
