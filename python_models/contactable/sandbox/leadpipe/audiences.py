"""Saved audiences: a name, a config, a status."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from contactable.sandbox.clock import Clock
from contactable.sandbox.hashing import mix, salt_of
from contactable.sandbox.leadpipe import topics
from contactable.sandbox.leadpipe.requests import AudiencePatch, Config, NewAudience


@dataclass(slots=True)
class Audience:
    """One saved audience. Times are texts as answered."""

    id: str
    name: str
    status: str
    config: Config
    created_at: str
    updated_at: str
    audience_size: int | None = None
    last_refreshed_at: str | None = None

    def public(self) -> dict[str, Any]:
        """As the list and the single read give it."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "config": self.config.public(),
            "topics": topics.names(self.config.topic_ids),
            "audienceSize": self.audience_size,
            "lastRefreshedAt": self.last_refreshed_at,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }


class Audiences:
    """All of them, in order of creation. One exists from the start, active."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._salt = salt_of(seed, "leadpipe", "audiences")
        self._clock = clock
        self._made = 0
        self._by_id: dict[str, Audience] = {}
        seeded = self.prepare(NewAudience(name="Car buyers", config=Config(topicIds=[117801, 117802, 117804])))
        seeded.status = "active"
        self.put(seeded)

    def prepare(self, body: NewAudience) -> Audience:
        """A draft that is not listed yet."""
        number = mix(self._salt, self._made), mix(self._salt ^ 1, self._made)
        now = self._clock.text()
        identifier = str(uuid.UUID(int=(number[0] << 64) | number[1], version=4))
        return Audience(identifier, body.name, "draft", body.config, now, now, body.audience_size)

    def put(self, audience: Audience) -> None:
        """Lists a prepared audience, or a changed one in its place."""
        self._made += audience.id not in self._by_id
        self._by_id[audience.id] = audience

    def get(self, identifier: str) -> Audience | None:
        return self._by_id.get(identifier.lower())

    def all(self) -> list[Audience]:
        return list(self._by_id.values())

    def changed(self, audience: Audience, patch: AudiencePatch) -> Audience:
        """A copy with what the patch names."""
        return replace(
            audience,
            name=patch.name or audience.name,
            status=patch.status or audience.status,
            config=patch.config or audience.config,
            audience_size=audience.audience_size if patch.audience_size is None else patch.audience_size,
            updated_at=self._clock.text(),
        )

    def remove(self, audience: Audience) -> None:
        """Forgets an audience."""
        self._by_id.pop(audience.id, None)
