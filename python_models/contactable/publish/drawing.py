"""How the pages draw: one plot as SVG that stands in the page itself, and the shapes that plots are made of.

Text stays text (a screen reader and a search find it), and takes its colour from the page, so that a plot is
readable on light and dark. A colour never says anything alone: whatever it tells also stands there as text.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

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


@dataclass(frozen=True)
class Plot:
    """A plot and the same numbers as a table, for whoever cannot see it."""

    name: str
    title: str
    description: str
    svg: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def number(value: float) -> str:
    """Write a number for people: thousands apart, no needless digits."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}"


def percent(share: float | None) -> str:
    """Write a share; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def lying_bars(
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


def heat(
    axes: "Axes",
    labels: Sequence[str],
    days: Sequence[date],
    grid: Sequence[Sequence[float]],
    sums: Sequence[str],
    *,
    each_row: bool = False,
    letter: float = 0.36,
) -> None:
    """A row a label, a cell a day, the row's sum at the right.

    ``each_row``: strengths compare within a row only (rows of other units). ``letter``: width of a letter of the
    sums in cells; the narrower the plot, the more.
    """
    from matplotlib.patches import Rectangle

    whole = max((max(row) for row in grid), default=0)
    for line, row in enumerate(grid):
        most = (max(row) if each_row else whole) or 1
        for column, value in enumerate(row):
            axes.add_patch(
                Rectangle(
                    (column - 0.44, line - 0.42),
                    0.88,
                    0.84,
                    linewidth=0,
                    facecolor=COLOURS["plain"] if value else _FAINT,
                    alpha=round(0.2 + 0.8 * value / most, 2) if value else 1,
                )
            )
        axes.text(len(days) - 0.2, line, sums[line], va="center", ha="left", fontsize=8)
    longest = max((len(text) for text in sums), default=0)
    axes.set_xlim(-0.6, len(days) + max(1.6, letter * longest))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), labels)
    mondays = [position for position, day in enumerate(days) if day.weekday() == 0]
    axes.set_xticks(mondays, [f"{days[position]:%d %b}" for position in mondays])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar: what it is, its colour, how much of it there is (0 to 1 is faint to full)."""

    name: str
    colour: str
    alpha: float = 1.0


def lying_stacks(
    axes: "Axes",
    labels: Sequence[str],
    parts: Sequence[Part],
    values: Sequence[Sequence[float]],
    texts: Sequence[str],
) -> None:
    """A bar a label, cut into parts, its numbers in words below it; the parts' names stand above all bars."""
    right = max((sum(row) for row in values), default=0) or 1
    for place, row in enumerate(values):
        left = 0.0
        for part, value in zip(parts, row, strict=True):
            if value:
                axes.barh(place, value, 0.42, left=left, color=part.colour, alpha=part.alpha)
            left += value
        axes.text(0, place + 0.26, texts[place], va="top", ha="left", fontsize=8)
    for part in parts:
        axes.barh(0, 0, 0, color=part.colour, alpha=part.alpha, label=part.name)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=min(len(parts), 2), frameon=False, fontsize=8,
        handlelength=0.9, handleheight=0.9, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.2,
    )  # fmt: skip
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.35, -0.4)
    axes.set_xlim(0, right)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def shorten(text: str, limit: int = 28) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def draw(
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
