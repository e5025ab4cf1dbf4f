"""The plots of the main page. Colours of verdicts mean the same in every plot."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from contactable.publish.drawing import COLOURS, Plot, draw, heat, lying_bars, number, percent, shorten
from contactable.publish.figures import INTENT_DAYS, VERDICTS, Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OPQL_SCORES = range(6)
_EMAIL_STATUSES = ("deliverable", "risky", "catch_all", "unknown", "undeliverable")


def draw_all(figures: Figures) -> list[Plot]:
    """Draw every plot there is data for."""
    drawn = (_opql(figures), _emails(figures), _intent(figures), _match_rates(figures), _costs(figures))
    return [plot for plot in drawn if plot is not None]


def _opql(figures: Figures) -> Plot | None:
    if not figures.opql:
        return None
    labels = [str(score) for score in _OPQL_SCORES]
    bars = [
        [(verdict, count) for score, verdict, count in figures.opql if str(score) == label] for label in labels
    ]
    others = [(verdict, count) for score, verdict, count in figures.opql if str(score) not in labels]
    if others:
        labels.append("none")
        bars.append(others)

    def paint(axes: "Axes") -> None:
        _stacked_bars(axes, labels, bars)
        axes.set_xlabel("OPQL score")

    return draw(
        "opql",
        "Phone numbers by reachability",
        "Numbers checked, by latest OPQL score from 0 (unverified) to 5 (verified), coloured by our verdict.",
        paint,
        ("OPQL score", "Verdict", "Numbers"),
        [
            ("none" if score is None else str(score), verdict, number(count))
            for score, verdict, count in figures.opql
        ],
        height=2.6,
    )


def _emails(figures: Figures) -> Plot | None:
    if not figures.emails:
        return None
    known = [status for status in _EMAIL_STATUSES if any(row[0] == status for row in figures.emails)]
    labels = known + sorted({row[0] for row in figures.emails} - set(known))
    bars = [[(verdict, count) for status, verdict, count in figures.emails if status == label] for label in labels]

    def paint(axes: "Axes") -> None:
        _stacked_bars(axes, [label.replace("_", "-") for label in labels], bars)

    return draw(
        "emails",
        "E-mail addresses by verdict",
        "Addresses checked, by the validator's latest status, coloured by our verdict.",
        paint,
        ("Status", "Verdict", "Addresses"),
        [(status, verdict, number(count)) for status, verdict, count in figures.emails],
        height=2.6,
    )


def _intent(figures: Figures) -> Plot | None:
    if not figures.intent:
        return None
    last = max(day for _, day, _ in figures.intent)
    days = [last - timedelta(days=back) for back in range(INTENT_DAYS - 1, -1, -1)]
    totals: dict[str, int] = {}
    for topic, _, signals in figures.intent:
        totals[topic] = totals.get(topic, 0) + signals
    topics = sorted(totals, key=lambda topic: (-totals[topic], topic))
    counted = {(topic, day): signals for topic, day, signals in figures.intent}
    grid = [[counted.get((topic, day), 0) for day in days] for topic in topics]

    def paint(axes: "Axes") -> None:
        heat(axes, [shorten(topic) for topic in topics], days, grid, [number(totals[topic]) for topic in topics])

    return draw(
        "intent",
        "Intent by topic and day",
        f"Signals a day for the busiest topics, {days[0]:%d %b} to {last:%d %b %Y}. The stronger the colour, "
        "the busier the day; the number at the right is the topic's sum.",
        paint,
        ("Topic", "Signals", "Days with signals", "Busiest day"),
        [_topic_row(topic, [(day, counted.get((topic, day), 0)) for day in days]) for topic in topics],
        height=0.75 + 0.3 * len(topics),
        width=8.4,
    )


def _topic_row(topic: str, by_day: Sequence[tuple[date, int]]) -> tuple[str, str, str, str]:
    busiest, most = max(by_day, key=lambda pair: pair[1])
    return (
        topic,
        number(sum(signals for _, signals in by_day)),
        str(sum(signals > 0 for _, signals in by_day)),
        f"{busiest.isoformat()} ({number(most)})",
    )


def _match_rates(figures: Figures) -> Plot | None:
    rated = [row for row in figures.vendors if row["match_rate"] is not None]
    if not rated:
        return None

    def paint(axes: "Axes") -> None:
        lying_bars(
            axes,
            [str(row["vendor"]) for row in rated],
            [100 * float(row["match_rate"]) for row in rated],
            [f"{percent(float(row['match_rate']))}" for row in rated],
            limit=100,
        )

    return draw(
        "matches",
        "Match rate by vendor",
        "Share of the people looked up whom the vendor knew.",
        paint,
        ("Vendor", "Answered", "Matched", "Match rate"),
        [
            (
                str(row["vendor"]),
                number(row["answered"]),
                number(row["matched"]),
                percent(float(row["match_rate"])),
            )
            for row in rated
        ],
        height=0.7 + 0.36 * len(rated),
    )


def _costs(figures: Figures) -> Plot | None:
    priced = [row for row in figures.vendors if row["credits_per_contactable"]]
    if not priced:
        return None

    def paint(axes: "Axes") -> None:
        lying_bars(
            axes,
            [str(row["vendor"]) for row in priced],
            [float(row["credits_per_contactable"]) for row in priced],
            [number(round(float(row["credits_per_contactable"]), 2)) for row in priced],
        )

    return draw(
        "costs",
        "Credits per contactable person",
        "Credits charged by the vendor for each person it knows whom we may contact. Credits of different vendors "
        "are not the same money.",
        paint,
        ("Vendor", "Credits charged", "Contactable people", "Credits per person"),
        [
            (
                str(row["vendor"]),
                number(row["credits_charged"]),
                number(row["contactable_contacts"]),
                number(round(float(row["credits_per_contactable"]), 2)),
            )
            for row in priced
        ],
        height=0.7 + 0.36 * len(priced),
    )


def _stacked_bars(axes: "Axes", labels: Sequence[str], bars: Sequence[Sequence[tuple[str, int]]]) -> None:
    order = {verdict: position for position, verdict in enumerate(VERDICTS)}
    top = max(sum(count for _, count in bar) for bar in bars)
    for position, bar in enumerate(bars):
        bottom = 0
        for verdict, count in sorted(bar, key=lambda pair: order.get(pair[0], len(order))):
            axes.bar(position, count, 0.68, bottom=bottom, color=COLOURS.get(verdict, COLOURS["unknown"]))
            bottom += count
        axes.text(position, bottom + top * 0.02, number(bottom), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(0, top * 1.14 or 1)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0)
    axes.spines["left"].set_visible(False)
