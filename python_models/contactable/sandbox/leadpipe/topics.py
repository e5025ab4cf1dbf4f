"""The topic catalogue: open to everybody, no key."""

from __future__ import annotations

from collections import Counter
from typing import Any

from contactable.sandbox import lexicon
from contactable.sandbox.leadpipe.requests import SearchQuery, TopicsQuery, query_of
from contactable.sandbox.vendor import Call, Reply


def _public(topic: lexicon.Topic) -> dict[str, Any]:
    return {
        "topicId": topic.number,
        "topicName": topic.name,
        "type": topic.kind,
        "industry": topic.industry,
        "category": topic.category,
    }


def _fits(topic: lexicon.Topic, kind: str | None, industry: str, category: str = "") -> bool:
    """Type, industry and category compare whole and case-blind (assumed)."""
    return (
        kind in (None, topic.kind)
        and industry.strip().lower() in ("", topic.industry)
        and category.strip().lower() in ("", topic.category)
    )


def listing(call: Call) -> Reply:
    """The whole catalogue at once, or by pages: the public specification's answer has page, pageSize and hasMore,
    though it knows no parameter for them (`page` is assumed).
    """
    asked = query_of(call, TopicsQuery)
    part = asked.q.strip().lower()
    found = [t for t in lexicon.TOPICS if _fits(t, asked.type, asked.industry, asked.category) and part in t.name]
    filters = {
        "type": asked.type,
        "industry": asked.industry or None,
        "category": asked.category or None,
        "q": asked.q or None,
    }
    size = int(call.switch("topic_page"))
    if not size:
        meta: dict[str, Any] = {"count": len(found), "total": len(lexicon.TOPICS), "filters": filters}
        return Reply(200, {"data": [_public(topic) for topic in found], "meta": meta})
    end = asked.page * size
    meta = {"total": len(found), "page": asked.page, "pageSize": size, "hasMore": end < len(found)}
    return Reply(200, {"data": [_public(topic) for topic in found[end - size : end]], "meta": meta})


def facets(_call: Call) -> Reply:
    """How many topics there are of each type, industry and category."""

    def counted(values: list[str]) -> list[dict[str, Any]]:
        return [{"value": value, "count": count} for value, count in Counter(values).most_common()]

    return Reply(
        200,
        {
            "data": {
                "types": counted([t.kind for t in lexicon.TOPICS]),
                "industries": counted([t.industry for t in lexicon.TOPICS]),
                "categories": counted([t.category for t in lexicon.TOPICS]),
                "total": len(lexicon.TOPICS),
            }
        },
    )


def search(call: Call) -> Reply:
    """Names that start with the words first, then names that hold them, then industries and categories."""
    asked = query_of(call, SearchQuery)
    part = asked.q.strip().lower()

    def rank(topic: lexicon.Topic) -> int:
        if topic.name.startswith(part):
            return 0
        return 1 if part in topic.name else 2 if part in topic.industry or part in topic.category else 3

    ranked = sorted(
        (t for t in lexicon.TOPICS if _fits(t, asked.type, asked.industry) and rank(t) < 3),
        key=lambda topic: (rank(topic), topic.name),
    )
    return Reply(200, {"data": [_public(topic) for topic in ranked[: asked.limit]]})


def names(numbers: list[int]) -> list[dict[str, Any]]:
    """`[{id, name}]` of the topics of a saved audience that exist."""
    by_number = {topic.number: topic.name for topic in lexicon.TOPICS}
    return [{"id": number, "name": by_number[number]} for number in numbers if number in by_number]
