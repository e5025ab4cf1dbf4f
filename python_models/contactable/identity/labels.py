"""Labels of groups as NumPy columns: what components are computed with. No Python statement runs once per row."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Labels = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FIRST, LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


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


def compact(labels: Labels) -> Labels:
    """Renumber labels from 0 without gaps."""
    used = np.zeros(int(labels.max(initial=-1)) + 1, dtype=np.bool_)
    used[labels] = True
    return (np.cumsum(used) - 1).astype(np.int32)[labels]


def value_range(index: Labels, value: Codes, count: int) -> tuple[Codes, Codes]:
    """Return the smallest and largest value per index; where there is none, the smallest exceeds the largest."""
    low, high = np.full(count, LAST), np.full(count, FIRST)
    np.minimum.at(low, index, value)
    np.maximum.at(high, index, value)
    return low, high
