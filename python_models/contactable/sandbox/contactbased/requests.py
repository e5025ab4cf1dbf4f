"""What may be asked, as models; what breaks a rule becomes a 422 in the style of FastAPI (assumed).

Source: ContactBased Data APIs, export options; limits of lists, previews and queries as noted in the dossier.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_args
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from contactable.sandbox.vendor import Call, Reply

Bundle = Literal[
    "individual-core", "emails", "phones", "location", "professional", "auto", "interests", "donor", "household",
    "purchases", "financial",
]  # fmt: skip
BUNDLES: tuple[Bundle, ...] = get_args(Bundle)
MOST_CONTACTS = 1_000

ContactId = Annotated[str, StringConstraints(pattern=r"^id_[0-9a-f]{16}$")]
Operator = Literal["eq", "neq", "in", "not_in", "gte", "lte", "between", "contains", "is_set"]


class RefusedError(Exception):
    """The call is refused; carries the whole answer."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(status)
        self.reply = Reply(status, {"detail": detail})


class Asked(BaseModel):
    """No coercion, unknown keys ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Filter(Asked):
    """One member of `consumer_filters`; its field and operator are checked against the catalogue later."""

    field: str
    operator: Operator
    value: Any = None


class ExportOptions(Asked):
    """The documented option table, with a feed and a window."""

    feed_id: UUID
    lookback_days: int = Field(ge=1)
    page_size: int = Field(10_000, ge=1_000, le=50_000)
    max_rows: int | None = Field(None, ge=1)
    require_contact_id: bool = False
    consumer_filters: list[Filter] | None = None
    enrichment_bundles: list[Bundle] | None = None
    name: str | None = None

    @property
    def filters(self) -> list[Filter]:
        return self.consumer_filters or []

    @property
    def bundles(self) -> list[Bundle]:
        return list(dict.fromkeys(self.enrichment_bundles or ()))

    @property
    def only_contacts(self) -> bool:
        """Consumer filters and enrichment bundles require contact ids, whatever was sent."""
        return self.require_contact_id or bool(self.filters) or bool(self.bundles)


class PreviewOptions(ExportOptions):
    """`/exports/preview`."""

    preview_rows: int = Field(10, ge=1, le=100)
    skip_count: bool = False


class SearchOptions(Asked):
    """`/intent/feeds/search`; `auto_export` is `true` or export options without feed and window."""

    feed_id: UUID
    lookback_days: int = Field(ge=1)
    include_daily_counts: bool = False
    auto_export: bool | dict[str, Any] | None = None


class BuilderOptions(Asked):
    """`/intent/feeds/builder`."""

    query: str = Field(min_length=1, max_length=500)
    top_domains: int = Field(50, ge=1, le=500)
    save: bool = False
    name: str | None = Field(None, min_length=1)


class ExportList(Asked):
    """`/exports/list`: everything optional."""

    feed_id: UUID | None = None
    export_id: UUID | None = None
    status: Literal["building", "ready", "failed"] | None = None
    page: int = Field(1, ge=1)
    page_size: int = Field(50, ge=1, le=200)


class ExportPage(Asked):
    """`/exports/page`."""

    export_id: UUID
    page: int = Field(1, ge=1)


class ExportFile(Asked):
    """`/exports/download-url`."""

    export_id: UUID


class FieldsAsked(Asked):
    """`/filters/fields`."""

    feed_id: UUID | None = None


class ValuesAsked(Asked):
    """`/filters/values`."""

    field: str
    search: str = ""
    limit: int = Field(50, ge=1, le=1_000)


class ContactIds(Asked):
    """`/enrich/{bundle}`; one malformed id fails the whole call."""

    contact_ids: list[ContactId] = Field(min_length=1, max_length=MOST_CONTACTS)


class FeedsAsked(BaseModel):
    """Query string of `/organization/feeds`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    search: str = ""
    page: int = Field(1, ge=1)
    page_size: int = Field(50, ge=1, le=200)


Model = TypeVar("Model", bound=BaseModel)


def body_of(call: Call, model: type[Model], *, optional: bool = False) -> Model:
    """The request's JSON body; `optional` reads no body as an empty object. Raises RefusedError (422)."""
    text = b"{}" if optional and not call.body else call.body
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise invalid("body", error) from error


def query_of(call: Call, model: type[Model]) -> Model:
    """The request's query string. Raises RefusedError (422)."""
    try:
        return model.model_validate(call.query)
    except ValidationError as error:
        raise invalid("query", error) from error


def options_of(value: dict[str, Any], where: str) -> ExportOptions:
    """Export options out of an object inside a body. Raises RefusedError (422)."""
    try:
        return ExportOptions.model_validate_json(orjson.dumps(value, default=str))
    except ValidationError as error:
        raise invalid("body", error, where) from error


def invalid(source: str, error: ValidationError, *inside: str) -> RefusedError:
    """A 422 that lists every broken rule, without the values that broke them."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return RefusedError(
        422, [{"loc": [source, *inside, *e["loc"]], "msg": e["msg"], "type": e["type"]} for e in found]
    )


def broken(message: str, *where: str | int) -> RefusedError:
    """A 422 about one rule that no model can know."""
    return RefusedError(422, [{"loc": ["body", *where], "msg": message, "type": "value_error"}])
