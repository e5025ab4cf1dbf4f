"""Results as tables for the terminal and a Markdown file."""

from collections.abc import Sequence
from typing import Any


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table with padded columns, so that it can be read as it is. Numbers are right-aligned."""
    shown = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[place]) for row in [list(header), *shown]) for place in range(len(header))]
    right = [bool(rows) and isinstance(rows[0][place], int | float) for place in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        padded = [cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(cells, widths, right, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = "|" + "|".join("-" * (w + 1) + (":" if r else "-") for w, r in zip(widths, right, strict=True)) + "|"
    return "\n".join([f"**{title}**", "", line(header), rule, *map(line, shown), ""])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


QUALITY = ("precision", "recall", "f1", "purity", "people_in_one_cluster", "people_alone_in_one_cluster")


def quality(title: str, answers: dict[str, dict[str, Any]]) -> str:
    """One row an answer and group of evidences: the measures of ``measure.everything``."""
    rows = []
    for name, result in answers.items():
        for group in ("all", "named"):
            part = result[group]
            rows.append([name, group, *(float(part[measure]) for measure in QUALITY),
            int(part["claimed"] - part["found"]),
                         int(part["are"] - part["found"]), int(part["evidences"]),
                         int(part["clusters"])])  # fmt: skip
    header = ("run", "evidence", "precision", "recall", "F1", "purity", "in one cluster", "alone there",
    "wrong pairs", "lost pairs",
              "evidences", "clusters")  # fmt: skip
    return table(title, header, rows)


def details(name: str, result: dict[str, Any]) -> str:
    """Kinds of noise, components, cuts and the errors of one run."""
    kinds = [
        [kind, counted["are"], counted["recall"], counted["precision"], counted["are"] - counted["found"],
         counted["claimed"] - counted["found"]]
        for kind, counted in result["by_kind"].items()
    ]  # fmt: skip
    parts = result["components"]
    largest = [
        [place + 1, *before, *after]
        for place, (before, after) in enumerate(zip(parts["before"], parts["after"], strict=False))
    ]
    return "\n".join([
        table(f"{name}: pairs that a kind of noise touched", ("kind", "pairs", "recall", "precision", "lost",
        "wrong"), kinds),
        table(f"{name}: largest groups before any cut and as resolved",
              ("", "evidences before", "people before", "evidences after", "people after"), largest),
        f"Pairs that values in common can reach at all, through anybody: {parts['reachable_recall']:.4f}. "
        f"Ids that hold two people: {result['two_in_one']['ids']}, still whole: {result['two_in_one']['whole']}. "
        f"Evidence without a cluster: {result['without_cluster']}.\n",
        table(f"{name}: what was cut", ("action", "rule", "node", "nodes", "carriers"), result["cuts"][:20]),
        table(f"{name}: where different people were merged", ("met on", "cause", "wrong pairs", "clusters"),
              [[row["met_on"], row["cause"], int(row["wrong_pairs"]),
              row["clusters"]] for row in result["wrong_merges"]]),
        table(f"{name}: why pieces of people stand apart", ("piece", "why", "touched by", "lost pairs", "pieces"),
              [[row["piece"], row["why"], row["touched_by"], int(row["lost_pairs"]),
              row["pieces"]] for row in result["lost_pairs"]]),
    ])  # fmt: skip


def costs(rows: Sequence[Sequence[Any]]) -> str:
    return table("time and memory", ("run", "step", "seconds", "peak MB"), rows)
