"""The report's plots, as SVG that stands in the page itself.

Text stays text (a screen reader and a search find it), and takes its colour from the page, so that a plot is
readable on light and dark. Colours of verdicts mean the same in every plot.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from contactable.publish.figures import INTENT_DAYS, VERDICTS, Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: One meaning, one colour; each has at least 3:1 contrast on white and on the dark page (WCAG 2.2, 1.4.11).
COLOURS: Mapping[str, str] = {
    "send": "#1b8f6a",
    "call": "#1b8f6a",
    "review": "#c07a0a",
    "suppress": "#c9503c",
    "unknown": "#7d858f",
    "plain": "#4276c4",
}

# Stand-ins that matplotlib accepts and that become the page's own colours.
_INK, _FAINT = "#010203", "#040506"

_OPQL_SCORES = range(6)
_EMAIL_STATUSES = ("deliverable", "risky", "catch_all", "unknown", "undeliverable")


@dataclass(frozen=True)
class Plot:
    """A plot and the same numbers as a table, for whoever cannot see it."""

    name: str
    title: str
    description: str
    svg: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw_all(figures: Figures) -> list[Plot]:
    """Draw every plot there is data for."""
    drawn = (_opql(figures), _emails(figures), _intent(figures), _match_rates(figures), _costs(figures))
    return [plot for plot in drawn if plot is not None]


def number(value: float) -> str:
    """Write a number for people: thousands apart, no needless digits."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}"


def percent(share: float | None) -> str:
    """Write a share; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


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

    return _plot(
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

    return _plot(
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
        _heat(axes, topics, days, grid, [totals[topic] for topic in topics])

    return _plot(
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
        _lying_bars(
            axes,
            [str(row["vendor"]) for row in rated],
            [100 * float(row["match_rate"]) for row in rated],
            [f"{percent(float(row['match_rate']))}" for row in rated],
            limit=100,
        )

    return _plot(
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
        _lying_bars(
            axes,
            [str(row["vendor"]) for row in priced],
            [float(row["credits_per_contactable"]) for row in priced],
            [number(round(float(row["credits_per_contactable"]), 2)) for row in priced],
        )

    return _plot(
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


def _lying_bars(
    axes: "Axes", labels: Sequence[str], values: Sequence[float], texts: Sequence[str], limit: float | None = None
) -> None:
    right = limit or max(values, default=0) or 1
    places = range(len(labels))
    if limit:
        axes.barh(places, [limit] * len(labels), 0.6, color=_FAINT)
    axes.barh(places, values, 0.6, color=COLOURS["plain"])
    for place, value, text in zip(places, values, texts, strict=True):
        axes.text((limit or value) + right * 0.02, place, text, va="center", ha="left", fontsize=8)
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, right * 1.16)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _heat(
    axes: "Axes", topics: Sequence[str], days: Sequence[date], grid: Sequence[Sequence[int]], sums: Sequence[int]
) -> None:
    from matplotlib.patches import Rectangle

    most = max(max(row) for row in grid) or 1
    for line, row in enumerate(grid):
        for column, signals in enumerate(row):
            axes.add_patch(
                Rectangle(
                    (column - 0.44, line - 0.42),
                    0.88,
                    0.84,
                    linewidth=0,
                    facecolor=COLOURS["plain"] if signals else _FAINT,
                    alpha=round(0.2 + 0.8 * signals / most, 2) if signals else 1,
                )
            )
        axes.text(len(days) - 0.2, line, number(sums[line]), va="center", ha="left", fontsize=8)
    axes.set_xlim(-0.6, len(days) + 1.6)
    axes.set_ylim(len(topics) - 0.4, -0.6)
    axes.set_yticks(range(len(topics)), [_short(topic) for topic in topics])
    mondays = [position for position, day in enumerate(days) if day.weekday() == 0]
    axes.set_xticks(mondays, [f"{days[position]:%d %b}" for position in mondays])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _short(text: str, limit: int = 28) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _plot(
    name: str,
    title: str,
    description: str,
    paint: "Callable[[Axes], None]",
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    height: float,
    width: float = 5.2,
) -> Plot:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": "sans-serif",
        "font.size": 8.5,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "axes.edgecolor": _FAINT,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "text.parse_math": False,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.set_facecolor("none")
        axes.spines[["top", "right"]].set_visible(False)
        paint(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return Plot(name, title, description, _inline(text.getvalue(), name, title, description), columns, rows)


def _inline(svg: str, name: str, title: str, description: str) -> Markup:
    """Make a file's SVG part of a page: no prolog, no clashing ids, the page's colours, name and description."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    referenced = set(re.findall(r"#([\w-]+)[\")]", svg))
    svg = re.sub(r' id="([\w-]+)"', lambda found: found.group(0) if found.group(1) in referenced else "", svg)
    svg = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = svg.replace(_INK, "currentColor").replace(_FAINT, "var(--faint)")
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    head = re.search(r'viewBox="[^"]*"', svg)
    assert head is not None
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {head.group(0)} '
        f'role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return Markup(re.sub(r"<svg[^>]*>", lambda _: opening, svg, count=1, flags=re.DOTALL))  # noqa: S704 - our drawing
