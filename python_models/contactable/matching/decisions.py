"""Decisions about people: which contradict each other, and which links must go so that two are kept apart.

A decision speaks about two sides, each a set of evidences (an identifier stands for whoever carries it): ``same``
says that all of them are one person, ``different`` that nobody on the left is anybody on the right. There are few
decisions and many links: links are handled as whole columns, and only a decision that has something to cut costs a
step of its own.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: What a decision's own link can bear: more than all links of a person together, and it still adds up in 32 bits.
UNCUTTABLE = 1_000_000
#: Nodes of the links that a decision makes start with it (int_identity__match_links).
DECISION_NODE = "decision:"
#: A link of rank 1 (an e-mail address) bears this much, one of the last rank 1: the weakest evidence is cut first.
STRONGEST = 10


def contradictory(sides: pa.Table) -> pa.Table:
    """Find the decisions that cannot all be true.

    ``different`` contradicts a chain of ``same`` that ties its left to its right. To the contradiction belong the
    ``different`` and whatever lies on a chain between its ends; a ``same`` that merely hangs on to it does not. A
    round of ``same`` decisions alone is none: it says one thing twice.

    Args:
        sides: columns decision_key (string), decision (string, same or different), side (string, left or right)
            and evidence_id (string). One row per evidence of a side.

    Returns:
        Column decision_key (string): the decisions of all contradictions, each once, in order.
    """
    decision, keys = _factorise(sides.column("decision_key"))
    evidence, ids = _factorise(sides.column("evidence_id"))
    is_same = pc.equal(sides.column("decision"), "same").to_numpy(zero_copy_only=False)
    is_left = pc.equal(sides.column("side"), "left").to_numpy(zero_copy_only=False)
    tied = _Ties(evidence[is_same], decision[is_same], len(ids), len(keys))
    person = tied.components()
    # Decision and person as one number: what stands on both sides is wrong, and its evidences end the chains.
    spoken_of = decision * len(ids) + person[evidence]
    both = np.intersect1d(spoken_of[~is_same & is_left], spoken_of[~is_same & ~is_left])
    ends = ~is_same & np.isin(spoken_of, both)
    found = np.union1d(decision[ends], tied.between(evidence[ends], person))
    return pa.table({"decision_key": keys.take(pa.array(found, pa.int64())).sort()})


@dataclass(frozen=True)
class _Ties:
    """Evidences and the ``same`` decisions that tie them; row by row one evidence of one decision."""

    evidence: Indices
    decision: Indices
    evidences: int
    decisions: int

    def components(self) -> Indices:
        """Label per evidence; what is tied carries one label."""
        size = self.evidences + self.decisions
        return _components(self.evidence, self.decision + self.evidences, size)[: self.evidences]

    def between(self, ends: Indices, person: Indices) -> Indices:
        """Decisions on a chain between evidences that a contradiction names.

        Peeling: whatever hangs by a single tie and is no end lies on no chain between ends; once it is off, what
        held it may. Rounds are as many as the longest branch has ties.
        """
        kept = np.isin(person[self.evidence], person[ends])
        is_end = np.zeros(self.evidences, dtype=np.bool_)
        is_end[ends] = True
        while True:
            evidence_ties = np.bincount(self.evidence[kept], minlength=self.evidences)
            decision_ties = np.bincount(self.decision[kept], minlength=self.decisions)
            loose = kept & (
                ((evidence_ties[self.evidence] == 1) & ~is_end[self.evidence])
                | (decision_ties[self.decision] == 1)
            )
            if not loose.any():
                return np.unique(self.decision[kept])
            kept &= ~loose


def separate(links: pa.Table, sides: pa.Table) -> pa.Table:
    """Find the links to take away so that no ``different`` decision has one person on both sides.

    For each decision whose sides are still connected: the cheapest set of links between them (minimum cut, by the
    maximum flow). A link bears more the stronger its identifier, and links of ``same`` decisions are never cut.
    Where two cuts are equally cheap, the older side keeps the identifier. Decisions go in the order of their keys.

    Args:
        links: columns evidence_id (string), node (string), type_rank (integer, 1 the strongest) and
            first_observed_at (timestamp). One row per link or more.
        sides: as for :func:`contradictory`, free of contradictions. Only ``different`` ones are read.

    Returns:
        Columns evidence_id and node (strings): the links to take away, each once, in order.
    """
    sides = sides.filter(pc.equal(sides.column("decision"), "different")).sort_by("decision_key")
    graph = _Graph.of(links, sides.column("evidence_id"))
    decision, _ = _factorise(sides.column("decision_key"))
    vertex = graph.vertices_of(sides.column("evidence_id"))
    is_left = pc.equal(sides.column("side"), "left").to_numpy(zero_copy_only=False)
    begins = np.flatnonzero(np.diff(decision, prepend=-1, append=-1)) if len(decision) else decision
    for begin, end in pairwise(begins.tolist()):
        mine, side = vertex[begin:end], is_left[begin:end]
        graph.cut(mine[side & (mine >= 0)], mine[~side & (mine >= 0)])
    return graph.taken()


class _Graph:
    """The links of those people whom a decision is about, and which of them are taken away so far."""

    def __init__(self, edges: pa.Table) -> None:
        """Number the vertices of ``edges`` (evidence_id, node, strength, observed; one row per link)."""
        self._edges = edges
        evidence, self._ids = _factorise(edges.column("evidence_id"))
        node, nodes = _factorise(edges.column("node"))
        self._left, self._right = evidence, node + len(self._ids)
        self._size = len(self._ids) + len(nodes)
        self._strength = edges.column("strength").to_numpy().astype(np.int32)
        self._kept = np.ones(len(edges), dtype=np.bool_)
        self._seen = np.full(self._size, np.iinfo(np.int64).max)
        np.minimum.at(self._seen, self._left, edges.column("observed").to_numpy())
        self._person = _components(self._left, self._right, self._size)
        # Links by person, so that a decision looks at its own people's only.
        self._by_person = np.argsort(self._person[self._left], kind="stable")
        people = int(self._person.max(initial=-1)) + 1
        self._begins = np.searchsorted(self._person[self._left][self._by_person], np.arange(people + 1))

    @classmethod
    def of(cls, links: pa.Table, evidence_ids: pa.ChunkedArray) -> "_Graph":
        """Keep what is connected with any of these evidences."""
        evidence, ids = _factorise(links.column("evidence_id"))
        node, nodes = _factorise(links.column("node"))
        person = _components(evidence, node + len(ids), len(ids) + len(nodes))[: len(ids)]
        named = pc.is_in(ids, value_set=evidence_ids.combine_chunks()).to_numpy(zero_copy_only=False)
        wanted = np.isin(person, person[named])[evidence] if len(ids) else np.zeros(0, dtype=np.bool_)
        mine = links.filter(pa.array(wanted))
        strength = pc.max_element_wise(pc.subtract(STRONGEST + 1, mine.column("type_rank").cast(pa.int32())), 1)
        decided = pc.starts_with(mine.column("node"), DECISION_NODE)
        edges = pa.table(
            {
                "evidence_id": mine.column("evidence_id"),
                "node": mine.column("node"),
                "strength": pc.if_else(decided, UNCUTTABLE, strength),
                "observed": mine.column("first_observed_at").cast(pa.timestamp("us")).cast(pa.int64()),
            }
        )
        once = edges.group_by(["evidence_id", "node"]).aggregate([("strength", "max"), ("observed", "min")])
        once = once.rename_columns(["evidence_id", "node", "strength", "observed"])
        return cls(once.sort_by([("evidence_id", "ascending"), ("node", "ascending")]))

    def vertices_of(self, evidence_ids: pa.ChunkedArray) -> Indices:
        """Vertex of each evidence; -1 where no link knows it."""
        found = pc.index_in(evidence_ids.combine_chunks(), value_set=self._ids)
        vertices: Indices = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        return vertices

    def cut(self, left: Indices, right: Indices) -> None:
        """Take away the cheapest links between two sets of vertices, if anything connects them."""
        people = np.intersect1d(self._person[left], self._person[right])
        rows = np.concatenate(
            [np.empty(0, np.int64), *(self._by_person[self._begins[p] : self._begins[p + 1]] for p in people)]
        )
        rows = rows[self._kept[rows]]
        vertices, places = np.unique(np.concatenate([self._left[rows], self._right[rows]]), return_inverse=True)
        left, right = left[np.isin(left, vertices)], right[np.isin(right, vertices)]
        if not len(left) or not len(right):
            return
        if self._seen[left].min() < self._seen[right].min():
            left, right = right, left  # the cut falls next to its source: the younger side loses the identifier
        ends = np.searchsorted(vertices, left), np.searchsorted(vertices, right)
        one, other = places[: len(rows)], places[len(rows) :]
        reached = _source_side(one, other, self._strength[rows], *ends, len(vertices))
        self._kept[rows[reached[one] != reached[other]]] = False

    def taken(self) -> pa.Table:
        return self._edges.filter(pa.array(~self._kept)).select(["evidence_id", "node"])


def _components(left: Indices, right: Indices, size: int) -> Indices:
    """Label every vertex of a graph; what is connected carries one label, 0 and up."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    labels: Indices = connected_components(graph.tocsr(), directed=False)[1].astype(np.int64)
    return labels


def _source_side(
    one: Indices, other: Indices, bears: npt.NDArray[np.int32], left: Indices, right: Indices, size: int
) -> Mask:
    """Which vertices stay with the left when the cheapest links between left and right go.

    The links are given both ways, with a source before the left and a sink behind the right. What the source still
    reaches when the flow is at its maximum is its side of the minimum cut.
    """
    source, sink = size, size + 1
    rows = np.concatenate([one, other, np.full(len(left), source), right])
    columns = np.concatenate([other, one, left, np.full(len(right), sink)])
    ends = np.full(len(left) + len(right), UNCUTTABLE, dtype=np.int32)
    given = (np.concatenate([bears, bears, ends]), (rows, columns))
    capacity = csr_array(coo_array(given, shape=(size + 2, size + 2)))
    residual = csr_array(capacity - maximum_flow(capacity, source, sink).flow)
    residual.eliminate_zeros()
    reached = np.zeros(size + 2, dtype=np.bool_)
    reached[breadth_first_order(residual, source, return_predecessors=False)] = True
    return reached[:size]


def _factorise(column: pa.ChunkedArray) -> tuple[Indices, pa.Array]:
    """Return each value's index and the distinct values."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):  # strings beyond two gigabytes do not fit one chunk
        encoded = encoded.unify_dictionaries().combine_chunks()
    indices: Indices = encoded.indices.to_numpy().astype(np.int64)
    return indices, encoded.dictionary
