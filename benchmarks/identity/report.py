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
        reach = result.get("reachable", {}).get("by_place", 0)
        for group in ("all", "named"):
            part = result[group]
            share = min(1.0, part["found"] / reach) if reach and group == "all" else ""
            wrong, lost = int(part["claimed"] - part["found"]), int(part["are"] - part["found"])
            counts = (wrong, lost, int(part["evidences"]), int(part["clusters"]))
            rows.append([name, group, *(float(part[measure]) for measure in QUALITY), share, *counts])
    header = (
        "run", "evidence", "precision", "recall", "F1", "purity", "in one cluster", "alone there", "of reachable",
        "wrong pairs", "lost pairs", "evidences", "clusters",
    )  # fmt: skip
    return table(title, header, rows)


_SCORES = ("refused by", "weight from", "probability from", "pairs", "right", "precision")


def details(name: str, result: dict[str, Any]) -> str:
    """Kinds of noise, components, cuts and the errors of one run."""
    parts, reach, are = result["components"], result["reachable"], max(int(result["all"]["are"]), 1)
    kinds = [
        [
            kind,
            two["are"],
            two["recall"],
            two["precision"],
            two["are"] - two["found"],
            two["claimed"] - two["found"],
        ]
        for kind, two in result["by_kind"].items()
    ]
    groups = zip(parts["before"], parts["after"], strict=False)
    largest = [[place, *before, *after] for place, (before, after) in enumerate(groups, start=1)]
    merged = [
        [row["met_on"], row["cause"], int(row["wrong_pairs"]), row["clusters"]] for row in result["wrong_merges"]
    ]
    lost = [
        [row["piece"], row["why"], row["touched_by"], int(row["lost_pairs"]), row["pieces"]]
        for row in result["lost_pairs"]
    ]
    remarks = (
        f"Of all pairs, {reach['by_value'] / are:.4f} are connected by values of the same person, "
        f"{reach['by_place'] / are:.4f} also by home or employer. "
        f"Ids that hold two people: {result['two_in_one']['ids']}, still whole: {result['two_in_one']['whole']}. "
        f"Evidence without a cluster: {result['without_cluster']}.\n"
    )
    scored = [
        [
            row["refused_by"],
            int(row["weight"]),
            row["probability"],
            row["pairs"],
            row["right_pairs"],
            row["right_pairs"] / row["pairs"],
        ]
        for row in result["scores"]
    ]
    return "\n".join(
        [
            table(
                f"{name}: pairs touched by noise", ("kind", "pairs", "recall", "precision", "lost", "wrong"), kinds
            ),
            table(f"{name}: largest groups, before any cut and as resolved", _GROUPS, largest),
            remarks,
            table(f"{name}: what was cut", ("action", "rule", "node", "nodes", "carriers"), result["cuts"][:20]),
            table(f"{name}: different people merged", ("met on", "cause", "wrong pairs", "clusters"), merged),
            *([table(f"{name}: scores, as the rules left people apart", _SCORES, scored)] if scored else []),
            table(f"{name}: pieces of people apart", ("piece", "why", "touched by", "lost pairs", "pieces"), lost),
        ]
    )


_GROUPS = ("", "evidences before", "people before", "evidences after", "people after")


def rules(name: str, result: dict[str, Any], without: dict[str, dict[str, Any]]) -> str:
    """What each rule brings: the measures without it, and by how many pairs they differ."""
    whole = result["all"]
    rows = [["all rules", whole["precision"], whole["recall"], whole["f1"], 0, 0]]
    for taken, answer in without.items():
        two = answer["all"]
        wrong = int(two["claimed"] - two["found"] - (whole["claimed"] - whole["found"]))
        rows.append([taken, two["precision"], two["recall"], two["f1"], wrong, int(whole["found"] - two["found"])])
    return table(
        f"{name}: without each rule", ("rules", "precision", "recall", "F1", "more wrong", "more lost"), rows
    )


def costs(rows: Sequence[Sequence[Any]]) -> str:
    return table("time and memory", ("run", "step", "seconds", "peak MB"), rows)
