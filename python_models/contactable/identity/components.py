"""People as connected components of evidence and the values it carries, in two levels.

Evidence with a full name comes first: its components are the named people. Evidence without a name (a bare hash,
a vendor's id whose name was never bought) then joins the people whose values it carries, but only where they are
one person or all of one name; it never makes one person of two names. Where it carries values of several names it
stays alone, and is marked as refused.

Everything works on whole columns (Arrow dictionaries, NumPy arrays, SciPy graphs); no Python statement runs once
per row. The result depends on the links alone, not on their order.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Columns of the links table that are never null. ``name_key`` is null where the evidence has no full name.
LINK_COLUMNS = ("evidence_id", "node", "anchor", "type_rank", "first_observed_at")

Labels = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_NONE = np.int64(-1)
_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True)
class _Graph:
    """Links as indices. ``name``: code of each evidence's name, -1 without."""

    evidence: Labels
    node: Labels
    evidences: int
    nodes: int
    name: Codes


def component_labels(left: Labels, right: Labels, left_count: int, right_count: int) -> Labels:
    """Label the left side of a bipartite graph by connected component.

    Args:
        left: index of each link's evidence, 0 to ``left_count`` - 1.
        right: index of each link's node, 0 to ``right_count`` - 1; as long as ``left``.
        left_count: number of evidences.
        right_count: number of nodes.

    Returns:
        One label per evidence; equal labels are one component. The numbers themselves mean nothing.
    """
    size = left_count + right_count
    links = coo_array((np.ones(len(left), dtype=np.int8), (left, right + left_count)), shape=(size, size))
    _, labels = connected_components(links.tocsr(), directed=False)
    return labels[:left_count].astype(np.int32)


def resolve_components(links: pa.Table) -> pa.Table:
    """Say which evidence is one person, and by which identifier the person was seen first.

    The oldest identifier is the smallest (first_observed_at, type_rank, anchor) of the component: a total order
    over what was observed, so that the same links in any order, at once or over weeks, give the same one.

    Args:
        links: columns evidence_id (string), node (string), anchor (string), type_rank (integer), first_observed_at
            (timestamp), none of them null, and name_key (string, null for evidence without a full name, otherwise
            the same on every link of an evidence). One row per link.

    Returns:
        One row per distinct evidence: evidence_id, component and graph (integers, meaningful within this table
        only; ``graph`` is the component if names were ignored, so that nothing outside it can change what is
        decided inside), anchor, anchor_rank and anchor_observed_at (the component's oldest identifier),
        first_observed_at (of the evidence), is_named, is_refused.

    Raises:
        ValueError: a link lacks one of its values; a component could then lose its anchor without a trace.
    """
    for name in LINK_COLUMNS:
        if links.column(name).null_count:
            raise ValueError(f"links without {name}: {links.column(name).null_count}")
    evidence, evidence_ids = _factorise(links.column("evidence_id"))
    node, nodes = _factorise(links.column("node"))
    named_as, _ = _factorise(links.column("name_key"))
    names = np.full(len(evidence_ids), _NONE)
    np.maximum.at(names, evidence, named_as.astype(np.int64))
    graph = _Graph(evidence, node, len(evidence_ids), len(nodes), names)

    whole = component_labels(evidence, node, graph.evidences, graph.nodes)
    labels, refused = _two_levels(graph)
    observed = links.column("first_observed_at").cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    rank = links.column("type_rank").to_numpy().astype(np.int64)
    oldest = _oldest_link(labels[evidence], observed, rank, links.column("anchor"))[labels]
    first_observed = np.full(graph.evidences, _LAST)
    np.minimum.at(first_observed, evidence, observed)
    return pa.table(
        {
            "evidence_id": evidence_ids,
            "component": labels.astype(np.int64),
            "graph": whole.astype(np.int64),
            "anchor": links.column("anchor").take(pa.array(oldest)).combine_chunks(),
            "anchor_rank": rank[oldest].astype(np.int32),
            "anchor_observed_at": pa.array(observed[oldest]).cast(pa.timestamp("us")),
            "first_observed_at": pa.array(first_observed).cast(pa.timestamp("us")),
            "is_named": names != _NONE,
            "is_refused": refused,
        }
    )


def _two_levels(graph: _Graph) -> tuple[Labels, Mask]:
    """Return each evidence's component, and which evidence was refused by names.

    First every nameless evidence for itself: a record that straddles two people must not keep a bare hash, which
    shares one value with it, from joining the one person it belongs to. Then groups of those that are left, which
    reach people only through each other.
    """
    named = graph.name != _NONE
    links_named = named[graph.evidence]
    labels = component_labels(graph.evidence[links_named], graph.node[links_named], graph.evidences, graph.nodes)
    labels, joined, astride = _attach(graph, labels, settled=named, candidates=~named)

    settled = named | joined
    left = ~settled & ~astride
    links_left = left[graph.evidence]
    groups = component_labels(graph.evidence[links_left], graph.node[links_left], graph.evidences, graph.nodes)
    labels = np.where(left, groups + graph.evidences, labels).astype(np.int32)
    labels, _, refused = _attach(graph, labels, settled=settled, candidates=left)
    return _compact(labels), astride | refused


def _attach(graph: _Graph, labels: Labels, *, settled: Mask, candidates: Mask) -> tuple[Labels, Mask, Mask]:
    """Let candidates join the settled people on their nodes, where all of these are one person or of one name.

    Args:
        graph: the links.
        labels: component of every evidence so far; candidates of one label are decided together.
        settled: evidence that is part of a named person.
        candidates: evidence without a name to be decided.

    Returns:
        (new labels, candidates that joined, candidates that touch several names).
    """
    labels = _compact(labels)
    count = int(labels.max(initial=-1)) + 1
    person = _names_of_people(graph, labels, count)
    on_settled = settled[graph.evidence]
    low, high = _range(graph.node[on_settled], person[labels[graph.evidence[on_settled]]], graph.nodes)

    touching = candidates[graph.evidence] & (high[graph.node] != _FIRST)
    group = labels[graph.evidence[touching]]
    group_low, group_high = np.full(count, _LAST), np.full(count, _FIRST)
    np.minimum.at(group_low, group, low[graph.node[touching]])
    np.maximum.at(group_high, group, high[graph.node[touching]])
    is_touching = group_high != _FIRST
    joins = candidates & (is_touching & (group_low == group_high))[labels]
    refused = candidates & (is_touching & (group_low != group_high))[labels]

    meeting = np.zeros(graph.nodes, dtype=np.bool_)
    meeting[graph.node[touching & joins[graph.evidence]]] = True
    used = meeting[graph.node] & (settled | joins)[graph.evidence]
    merged = component_labels(labels[graph.evidence[used]], graph.node[used], count, graph.nodes)
    return merged[labels], joins, refused


def _names_of_people(graph: _Graph, labels: Labels, count: int) -> Codes:
    """Return one code per component: its name where all its evidence has the same, else a code of its own."""
    named = graph.name != _NONE
    low, high = _range(labels[named], graph.name[named], count)
    return np.where(low == high, low, -2 - np.arange(count, dtype=np.int64))


def _range(index: Labels, value: Codes, count: int) -> tuple[Codes, Codes]:
    """Return the smallest and largest value per index; where there is none, the smallest exceeds the largest."""
    low, high = np.full(count, _LAST), np.full(count, _FIRST)
    np.minimum.at(low, index, value)
    np.maximum.at(high, index, value)
    return low, high


def _compact(labels: Labels) -> Labels:
    """Renumber labels from 0 without gaps."""
    used = np.zeros(int(labels.max(initial=-1)) + 1, dtype=np.bool_)
    used[labels] = True
    return (np.cumsum(used) - 1).astype(np.int32)[labels]


def _factorise(column: pa.ChunkedArray) -> tuple[Labels, pa.Array]:
    """Return each value's index (-1 for null) and the distinct values."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):  # strings beyond two gigabytes do not fit one chunk
        encoded = encoded.unify_dictionaries().combine_chunks()
    return pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary


def _oldest_link(component: Labels, observed: Codes, rank: Codes, anchor: pa.ChunkedArray) -> Codes:
    """Return, per component, the row number of its oldest link.

    The comparison by text is left to those rows that tie in time and rank.
    """
    count = int(component.max(initial=-1)) + 1
    rows = np.arange(len(component))
    for key in (observed, rank):
        smallest = np.full(count, _LAST)
        np.minimum.at(smallest, component[rows], key[rows])
        rows = rows[key[rows] == smallest[component[rows]]]
    found = np.zeros(count, dtype=np.int64)
    tie = np.bincount(component[rows], minlength=count) > 1
    alone = rows[~tie[component[rows]]]
    found[component[alone]] = alone
    tied = rows[tie[component[rows]]]
    tied = tied[pc.sort_indices(anchor.take(pa.array(tied))).to_numpy()]
    _, first = np.unique(component[tied], return_index=True)
    found[component[tied[first]]] = tied[first]
    return found
