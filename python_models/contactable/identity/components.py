"""People as connected components of evidence and the values it carries, in two levels.

Evidence with a full name comes first: strong links make the named people of it, weak ones join those of them that
do not contradict each other (``weak_links``). Evidence without a name (a bare hash, a vendor's id whose name was
never bought) then joins the people whose values it carries, but only where they are one person, or all of one name
and nothing that is known of them contradicts; it never makes one person of two names. Where it carries values of
several people that it may not join it stays alone, and is marked as refused.

Everything works on whole columns (Arrow dictionaries, NumPy arrays, SciPy graphs); no Python statement runs once
per row. The result depends on the links alone, not on their order.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contactable.identity.labels import FIRST, LAST, Codes, Labels, Mask, compact, component_labels, value_range
from contactable.identity.weak_links import Facts, Values, join_weakly, refused_bridges

#: Columns of the links table that are never null. ``name_key`` is null where the evidence has no full name.
LINK_COLUMNS = ("evidence_id", "node", "anchor", "type_rank", "first_observed_at")

_NONE = np.int64(-1)


@dataclass(frozen=True)
class _Graph:
    """Links as indices.

    weak: of each link. name: code of each evidence's name, -1 without. at_work: of each node, whether it is a name
    with an employer.
    """

    evidence: Labels
    node: Labels
    evidences: int
    nodes: int
    weak: Mask
    name: Codes
    facts: Facts
    at_work: Mask


def resolve_components(links: pa.Table, places: pa.Table) -> pa.Table:
    """Say which evidence is one person, and by which identifier the person was seen first.

    The oldest identifier is the smallest (first_observed_at, type_rank, anchor) of the component: a total order
    over what was observed, so that the same links in any order, at once or over weeks, give the same one.

    Args:
        links: columns evidence_id (string), node (string), anchor (string), type_rank (integer), first_observed_at
            (timestamp), none of them null; name_key (string: given name, last name and, where there is one,
            generation suffix, separated by |; null for evidence without a full name); is_weak (boolean, null is
            no), birth_year (integer or null) and person_ref_type (string: whose person id the evidence is; null
            where it is nobody's). What is told of an evidence is the same on all of its links. One row per link.
        places: columns evidence_id and value (strings, not null): ``zip:`` and the ZIP of each home that a record
            tells, ``phone:`` and each number that no desk answers. Evidence without links is ignored.

    Returns:
        One row per distinct evidence: evidence_id, component and graph (integers, meaningful within this table
        only; ``graph`` is the component if names and contradictions were ignored, so that nothing outside it can
        change what is decided inside), anchor, anchor_rank and anchor_observed_at (the component's oldest
        identifier), first_observed_at (of the evidence), is_named, is_refused (without a name, between people of
        several names), is_contradicted (a weak link to others was refused: what is known of them contradicts).

    Raises:
        ValueError: a link lacks one of its values; a component could then lose its anchor without a trace.
    """
    for name in LINK_COLUMNS:
        if links.column(name).null_count:
            raise ValueError(f"links without {name}: {links.column(name).null_count}")
    evidence, evidence_ids = _factorise(links.column("evidence_id"))
    node, nodes = _factorise(links.column("node"))
    named_as, name_keys = _factorise(links.column("name_key"))
    count = len(evidence_ids)
    names = _of_evidence(named_as.astype(np.int64), evidence, count)
    weak = pc.fill_null(links.column("is_weak"), False).to_numpy().astype(np.bool_)
    facts = _facts(links, evidence, node, nodes, names, name_keys, _of_places(places, evidence_ids))
    at_work = pc.starts_with(nodes, "name_employer:").to_numpy(zero_copy_only=False)
    graph = _Graph(evidence, node, count, len(nodes), weak, names, facts, at_work)

    whole = component_labels(evidence, node, graph.evidences, graph.nodes)
    labels, refused, contradicted = _two_levels(graph)
    observed = links.column("first_observed_at").cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    rank = links.column("type_rank").to_numpy().astype(np.int64)
    oldest = _oldest_link(labels[evidence], observed, rank, links.column("anchor"))[labels]
    first_observed = np.full(graph.evidences, LAST)
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
            "is_contradicted": contradicted,
        }
    )


def _facts(
    links: pa.Table,
    evidence: Labels,
    node: Labels,
    nodes: pa.Array,
    names: Codes,
    name_keys: pa.Array,
    places: tuple[Values, Values],
) -> Facts:
    """Gather what is known of each evidence. ``places``: ZIPs and phones."""
    count = len(names)
    years = pc.fill_null(links.column("birth_year").cast(pa.int64()), -1).to_numpy()
    vendors, _ = _factorise(links.column("person_ref_type"))
    suffix = np.where(names == _NONE, _NONE, _suffixes(name_keys)[names])
    with_suffix = np.flatnonzero(suffix != _NONE).astype(np.int32)
    own = pc.starts_with(nodes, "linkedin:").to_numpy(zero_copy_only=False)[node]
    return Facts(
        birth_year=_of_evidence(years, evidence, count),
        vendor=_of_evidence(vendors.astype(np.int64), evidence, count),
        suffixes=Values(with_suffix, suffix[with_suffix].astype(np.int32)),
        profiles=Values(evidence[own], node[own]),
        zips=places[0],
        phones=places[1],
    )


def _of_places(places: pa.Table, evidence_ids: pa.Array) -> tuple[Values, Values]:
    """The ZIPs and the phones of each evidence that has links."""
    places = places.filter(pc.is_in(places.column("evidence_id"), value_set=evidence_ids))
    evidence = pc.index_in(places.column("evidence_id"), value_set=evidence_ids)
    index = evidence.to_numpy(zero_copy_only=False).astype(np.int32)
    code, values = _factorise(places.column("value"))
    is_zip = pc.starts_with(values, "zip:").to_numpy(zero_copy_only=False)[code]
    return Values(index[is_zip], code[is_zip]), Values(index[~is_zip], code[~is_zip])


def _suffixes(names: pa.Array) -> Codes:
    """The code of the generation suffix that each name key ends with, -1 without; one more -1 at the end."""
    told = pc.list_element(pc.split_pattern(pc.binary_join_element_wise(names, "", "", "|"), "|"), 2)
    encoded = pc.replace_with_mask(told, pc.equal(told, ""), pa.scalar(None, told.type)).dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.append(codes, _NONE)


def _of_evidence(values: Codes, evidence: Labels, count: int) -> Codes:
    """A value of each evidence from values of its links; the largest, -1 where none has any."""
    largest = np.full(count, _NONE)
    np.maximum.at(largest, evidence, values)
    return largest


def _two_levels(graph: _Graph) -> tuple[Labels, Mask, Mask]:
    """Return each evidence's component, which evidence was refused by names, and whose weak links by facts.

    First every nameless evidence for itself: a record that straddles two people must not keep a bare hash, which
    shares one value with it, from joining the one person it belongs to. Then groups of those that are left, which
    reach people only through each other.
    """
    named = graph.name != _NONE
    strong, weak = (np.flatnonzero(named[graph.evidence] & mask) for mask in (~graph.weak, graph.weak))
    labels = component_labels(graph.evidence[strong], graph.node[strong], graph.evidences, graph.nodes)
    weakly = graph.evidence[weak], graph.node[weak], graph.nodes, graph.facts, graph.at_work
    labels, dropped = join_weakly(labels, *weakly)
    contradicted = np.zeros(graph.evidences, dtype=np.bool_)
    contradicted[graph.evidence[weak[dropped]]] = True
    labels, joined, astride = _attach(graph, labels, settled=named, candidates=~named)

    settled = named | joined
    left = ~settled & ~astride
    links_left = left[graph.evidence]
    groups = component_labels(graph.evidence[links_left], graph.node[links_left], graph.evidences, graph.nodes)
    labels = np.where(left, groups + graph.evidences, labels).astype(np.int32)
    labels, _, refused = _attach(graph, labels, settled=settled, candidates=left)
    return compact(labels), astride | refused, contradicted


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
    labels = compact(labels)
    count = int(labels.max(initial=-1)) + 1
    person = _names_of_people(graph, labels, count)
    on_settled = settled[graph.evidence]
    low, high = value_range(graph.node[on_settled], person[labels[graph.evidence[on_settled]]], graph.nodes)

    touching = candidates[graph.evidence] & (high[graph.node] != FIRST)
    group = labels[graph.evidence[touching]]
    group_low, group_high = np.full(count, LAST), np.full(count, FIRST)
    np.minimum.at(group_low, group, low[graph.node[touching]])
    np.maximum.at(group_high, group, high[graph.node[touching]])
    is_touching = group_high != FIRST
    is_refused = group_low != group_high
    doubtful = np.flatnonzero(touching & ~is_refused[labels][graph.evidence])
    is_refused |= _contradicted(graph, labels, settled, doubtful)
    joins = candidates & (is_touching & ~is_refused)[labels]
    refused = candidates & (is_touching & is_refused)[labels]

    meeting = np.zeros(graph.nodes, dtype=np.bool_)
    meeting[graph.node[touching & joins[graph.evidence]]] = True
    used = meeting[graph.node] & (settled | joins)[graph.evidence]
    merged = component_labels(labels[graph.evidence[used]], graph.node[used], count, graph.nodes)
    return merged[labels], joins, refused


def _contradicted(graph: _Graph, labels: Labels, settled: Mask, links: Codes) -> Mask:
    """Which groups of candidates touch several people, all of one name, that contradict each other.

    Args:
        graph: the links.
        labels: component of every evidence, without gaps.
        settled: evidence that is part of a named person.
        links: the links of candidates to values of settled people of one name.

    Returns:
        One value per label.
    """
    count = int(labels.max(initial=-1)) + 1
    apart = np.zeros(count, dtype=np.bool_)
    on_settled = np.flatnonzero(settled[graph.evidence])
    first, last = value_range(
        graph.node[on_settled], labels[graph.evidence[on_settled]].astype(np.int64), graph.nodes
    )
    group, node = labels[graph.evidence[links]], graph.node[links]
    one, _ = value_range(group, first[node], count)
    _, other = value_range(group, last[node], count)
    links = links[(one < other)[group]]  # most touch one person
    if not len(links):
        return apart
    pairs = _meetings(graph, labels, on_settled, links)
    bridges, bridge = np.unique(pairs // count, return_inverse=True)
    person = (pairs % count).astype(np.int32)
    refused = refused_bridges(labels, person, bridge.astype(np.int32), len(bridges), graph.facts)
    apart[bridges[refused]] = True
    return apart


def _meetings(graph: _Graph, labels: Labels, on_settled: Codes, links: Codes) -> Codes:
    """Who meets on a value: a candidate's label times the number of labels, plus a settled person's; each once."""
    count = np.int64(labels.max(initial=-1)) + 1
    carried = np.unique(graph.node[on_settled].astype(np.int64) * count + labels[graph.evidence[on_settled]])
    wanted = np.unique(graph.node[links].astype(np.int64) * count + labels[graph.evidence[links]])
    begin = np.searchsorted(carried, wanted // count * count)
    size = np.searchsorted(carried, (wanted // count + 1) * count) - begin
    within = np.arange(int(size.sum()), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
    person = carried[np.repeat(begin, size) + within] % count
    return np.unique(np.repeat(wanted % count, size) * count + person)


def _names_of_people(graph: _Graph, labels: Labels, count: int) -> Codes:
    """Return one code per component: its name where all its evidence has the same, else a code of its own."""
    named = graph.name != _NONE
    low, high = value_range(labels[named], graph.name[named], count)
    return np.where(low == high, low, -2 - np.arange(count, dtype=np.int64))


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
        smallest = np.full(count, LAST)
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
