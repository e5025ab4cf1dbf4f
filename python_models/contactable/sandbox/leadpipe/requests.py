"""What may be asked: the vendor's request rules as models, so that every border is checked in one place.

Source: reference page of `POST /v1/intent/audiences/query`; maximum lengths and the audience bodies from the
public SDK specification.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar
from uuid import UUID

import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from contactable.sandbox.vendor import BadBodyError, Call

Score = Annotated[int, Field(ge=1, le=100)]
Overlap = Annotated[int, Field(ge=1, le=10)]
Limit = Annotated[int, Field(ge=1, le=100)]
Topics = Annotated[list[int], Field(min_length=1, max_length=10)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Strict(BaseModel):
    """camelCase, no coercion, unknown keys dropped, and null only where it is allowed."""

    model_config = ConfigDict(strict=True, extra="ignore", alias_generator=to_camel, frozen=True)
    nullable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, value: Any) -> Any:
        known = {field.alias or name for name, field in cls.model_fields.items()} - cls.nullable
        if isinstance(value, dict) and (empty := sorted(k for k in known & value.keys() if value[k] is None)):
            msg = f"{empty[0]} must not be null"
            raise ValueError(msg)
        return value


class Filters(Strict):
    """The 16 filters: keys are ANDed, members of a list ORed; an empty list or `false` asks for nothing."""

    company_industry: list[str] = []
    seniority: list[str] = []
    company_size: list[str] = []
    department: list[str] = []
    state: str = ""
    company_revenue_range: list[str] = []
    age_range: list[str] = []
    gender: str = ""
    is_b2b: Literal["y", "n"] | None = Field(None, alias="isB2b")
    job_title: str = Field("", max_length=200)
    has_business_email: bool = False
    has_personal_email: bool = False
    has_linkedin: bool = False
    has_phone: bool = False
    company_domain: str = Field("", max_length=255)
    company_name: str = Field("", max_length=255)


class _Scored(Strict):
    min_score: Score = 70
    max_score: Score = 100
    min_topic_overlap: Overlap = 1
    filters: Filters = Filters()

    @model_validator(mode="after")
    def _scores_in_order(self) -> Self:
        if self.min_score > self.max_score:
            msg = "minScore must not be greater than maxScore"
            raise ValueError(msg)
        return self


class Config(_Scored):
    """What an audience is made of, whoever asks: ad hoc or saved."""

    topic_ids: Topics
    source_url: str | None = Field(None, exclude=True)

    @field_validator("source_url")
    @classmethod
    def _is_uri(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            msg = "sourceUrl must be a URI"
            raise ValueError(msg)
        return value

    def canonical(self) -> str:
        """The same text for the same question: sorted keys, sorted members, defaults filled in."""
        plain = self.model_dump(by_alias=True)
        plain["topicIds"] = sorted(set(self.topic_ids))
        plain["filters"] = {
            key: sorted(set(value)) if isinstance(value, list) else value
            for key, value in plain["filters"].items()
            if value
        }
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()

    def public(self) -> dict[str, Any]:
        """As the vendor gives a saved config back: only the filters that ask for something."""
        plain = self.model_dump(by_alias=True)
        plain["filters"] = {key: value for key, value in plain["filters"].items() if value}
        return plain | ({"sourceUrl": self.source_url} if self.source_url else {})


class QueryBody(_Scored):
    """`POST /v1/intent/audiences/query`."""

    nullable: ClassVar[frozenset[str]] = frozenset({"cursor"})

    audience_id: str | None = None
    topic_ids: Topics | None = None
    date: Day | None = None
    limit: Limit = 50
    cursor: str | None = None

    @field_validator("audience_id")
    @classmethod
    def _is_uuid(cls, value: str | None) -> str | None:
        return None if value is None else str(UUID(value))

    @model_validator(mode="after")
    def _topics_or_audience(self) -> Self:
        if self.audience_id is None and self.topic_ids is None:
            msg = "topicIds is required unless audienceId is provided"
            raise ValueError(msg)
        return self

    def config(self) -> Config:
        """The ad hoc config. Only when there is no `audience_id`."""
        return Config.model_construct(
            topic_ids=self.topic_ids or [],
            min_score=self.min_score,
            max_score=self.max_score,
            min_topic_overlap=self.min_topic_overlap,
            filters=self.filters,
        )

    def over(self, saved: Config) -> Config:
        """The saved audience's config with what this body says in its place (assumed: the reference page's sample
        sends both, and does not say which counts).
        """
        stated = self.model_fields_set & {"topic_ids", "min_score", "max_score", "min_topic_overlap", "filters"}
        return saved.model_copy(update={name: getattr(self, name) for name in stated})


class NewAudience(Strict):
    """`POST /v1/intent/audiences`."""

    name: str = Field(min_length=1, max_length=255)
    config: Config
    audience_size: int | None = None


class AudiencePatch(Strict):
    """`PATCH /v1/intent/audiences/{id}`: what is absent stays."""

    name: str | None = Field(None, min_length=1, max_length=255)
    status: Literal["active", "paused", "draft"] | None = None
    config: Config | None = None
    audience_size: int | None = None


class DayQuery(Strict):
    """Query string of status and results."""

    date: Day | None = None
    limit: Limit = 50
    cursor: str | None = None


class TopicsQuery(Strict):
    """Query string of the topic catalogue."""

    type: Literal["b2b", "b2c", "both"] | None = None
    industry: str = Field("", max_length=100)
    category: str = Field("", max_length=100)
    q: str = Field("", max_length=100)
    page: int = Field(1, ge=1)


class SearchQuery(Strict):
    """Query string of the topic search."""

    q: str = Field(min_length=1, max_length=100)
    industry: str = ""
    type: Literal["b2b", "b2c", "both"] | None = None
    limit: int = Field(10, ge=1, le=50)


Model = TypeVar("Model", bound=Strict)


def body_of(call: Call, model: type[Model]) -> Model:
    """The request's JSON body. Raises BadBodyError, which names the field and the rule."""
    return _validated(model, call.json())


def query_of(call: Call, model: type[Model]) -> Model:
    """The request's query string, numbers read as such. Raises BadBodyError."""
    plain: dict[str, Any] = dict(call.query)
    for name in ("limit", "page"):
        text = plain.get(name, "")
        if text.isdecimal() and text.isascii():
            plain[name] = int(text)
    return _validated(model, plain)


def _validated(model: type[Model], value: Any) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadBodyError(f"{where}: {first['msg']}") from error
