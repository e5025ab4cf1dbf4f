"""Connected components of evidence and identifier nodes, and the anchor that names each of them.

Everything works on whole columns (Arrow dictionaries, NumPy arrays, one SciPy graph): three million links take
a few seconds, and no Python statement runs once per row.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Columns of the links table that :func:`assign_anchors` reads.
LINK_COLUMNS = ("evidence_id", "node", "anchor", "type_rank", "first_observed_at")

Labels = npt.NDArray[np.int32]


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


def assign_anchors(links: pa.Table) -> pa.Table:
    """Give every evidence the anchor of its component: the component's oldest identifier.

    Oldest means the smallest (first_observed_at, type_rank, anchor), a total order over what was observed: the
    same links in any order, loaded at once or over weeks, give the same anchors, and later links cannot displace
    an older anchor.

    Args:
        links: columns evidence_id (string), node (string), anchor (string), type_rank (integer),
            first_observed_at (timestamp); none of them null. One row per link.

    Returns:
        Columns evidence_id and anchor (strings), one row per distinct evidence.

    Raises:
        ValueError: a link lacks one of its values; a component could then lose its anchor without a trace.
    """
    for name in LINK_COLUMNS:
        if links.column(name).null_count:
            raise ValueError(f"links without {name}: {links.column(name).null_count}")
    evidence, evidence_ids = _factorise(links.column("evidence_id"))
    node, nodes = _factorise(links.column("node"))
    labels = component_labels(evidence, node, len(evidence_ids), len(nodes))
    oldest = _oldest_link(
        component=labels[evidence],
        observed=links.column("first_observed_at").cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(),
        rank=links.column("type_rank").to_numpy(),
        anchor=links.column("anchor"),
    )
    return pa.table(
        {
            "evidence_id": evidence_ids,
            "anchor": links.column("anchor").take(pa.array(oldest[labels])).combine_chunks(),
        }
    )


def _factorise(column: pa.ChunkedArray) -> tuple[Labels, pa.Array]:
    """Return each value's index and the distinct values."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):  # strings beyond two gigabytes do not fit one chunk
        encoded = encoded.unify_dictionaries().combine_chunks()
    return encoded.indices.to_numpy().astype(np.int32), encoded.dictionary


def _oldest_link(
    component: Labels, observed: npt.NDArray[np.int64], rank: npt.NDArray[np.integer], anchor: pa.ChunkedArray
) -> npt.NDArray[np.int64]:
    """Return, per component, the row number of its oldest link.

    The comparison by text is left to those rows that tie in time and rank.
    """
    count = int(component.max()) + 1 if len(component) else 0
    rows = np.arange(len(component))
    for key in (observed, rank.astype(np.int64)):
        smallest = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(smallest, component[rows], key[rows])
        rows = rows[key[rows] == smallest[component[rows]]]
    order = pc.sort_indices(anchor.take(pa.array(rows))).to_numpy()
    tied = rows[order]
    _, first = np.unique(component[tied], return_index=True)
    found = np.zeros(count, dtype=np.int64)
    found[component[tied[first]]] = tied[first]
    return found
