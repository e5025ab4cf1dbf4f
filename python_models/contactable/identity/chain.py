"""The links of one person as a graph: the shortest chain between two evidences, and the values that hold it.

Both work on the links of one component, which is small; nothing here reads more than it is given.
"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

#: Values times links up to which bridges are looked for: a second of work (2026-11-21). With more, nobody is one
#: person anyway.
BRIDGE_EFFORT = 2_000_000


def shortest_chain(links: Sequence[tuple[str, str]], start: Collection[str], end: Collection[str]) -> list[str]:
    """Return evidence, value, evidence, ... from one of ``start`` to one of ``end`` by the fewest links.

    Args:
        links: (evidence, value) pairs, in any order.
        start: evidences to begin at.
        end: evidences to arrive at.

    Returns:
        Evidences at the even places, values at the odd ones; one evidence where it is in both; empty where no
        chain leads there. Of equally short chains always the same one.
    """
    both = sorted(set(start) & set(end))
    if both:
        return both[:1]
    places, graph = _graph(links, start, end)
    names = list(places)
    order, before = breadth_first_order(graph, len(names), directed=False)
    if len(names) + 1 not in order:
        return []
    chain: list[str] = []
    place = int(before[len(names) + 1])
    while place != len(names):
        chain.append(names[place][1])
        place = int(before[place])
    return chain[::-1]


def bridges(links: Sequence[tuple[str, str]]) -> set[str]:
    """Return the values without which the evidence of ``links`` falls apart; none where trying takes too long."""
    places, graph = _graph(links, (), ())
    values = {name: place for (kind, name), place in places.items() if kind == "value"}
    if len(values) * len(links) > BRIDGE_EFFORT:
        return set()
    evidences = [place for (kind, _), place in places.items() if kind == "evidence"]
    whole = _parts(graph, evidences)
    found = set()
    for name, place in values.items():
        kept = np.arange(graph.shape[0]) != place
        numbers = np.cumsum(kept) - 1
        if _parts(graph[kept][:, kept], [int(numbers[one]) for one in evidences]) > whole:
            found.add(name)
    return found


def _parts(graph: csr_array, evidences: Sequence[int]) -> int:
    _, labels = connected_components(graph, directed=False)
    return len(np.unique(labels[list(evidences)]))


def _graph(
    links: Sequence[tuple[str, str]], start: Collection[str], end: Collection[str]
) -> tuple[dict[tuple[str, str], int], csr_array]:
    """Return the place of every evidence and value, and their graph: before it the start, behind it the end."""
    ordered = sorted(set(links))
    places: dict[tuple[str, str], int] = {}
    for evidence, value in ordered:
        places.setdefault(("evidence", evidence), len(places))
        places.setdefault(("value", value), len(places))
    size = len(places)
    pairs = [(places[("evidence", evidence)], places[("value", value)]) for evidence, value in ordered]
    pairs += [(size, places[("evidence", one)]) for one in sorted(set(start)) if ("evidence", one) in places]
    pairs += [(places[("evidence", one)], size + 1) for one in sorted(set(end)) if ("evidence", one) in places]
    left, right = np.array(pairs or np.empty((0, 2)), dtype=np.int64).T
    cells = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size + 2, size + 2))
    return places, cells.tocsr()
