"""Configuration: ``contactable.yml`` for what to do, the environment (and ``.env``) for secrets and hosts.

Every error names the setting and what is allowed; none shows a secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel, to_pascal
from pydantic_settings import BaseSettings, SettingsConfigDict

from contactable.billing import Billing
from contactable.http import RateLimit
from contactable.http.session import UnsafeUrlError, check_base_url
from contactable.journal.budget import Budgets, VolumePrice
from contactable.matching.availability import missing_package
from contactable.settings.prices import Budget, Prices, budget_notices, check_budgets, journal_budgets, whole_of
from contactable.settings.waterfall import LifeTimes, Waterfall, check_life_times
from contactable.vendors import COMING_SOON, ENDPOINTS, VENDORS, Endpoint, Flow
from contactable.vendors.model import OnServerError
from contactable.warehouse.first_party_headings import TARGETS, ListSettings
from contactable.warehouse.first_party_source import is_encoding

NonEmpty = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]


class ConfigurationError(ValueError):
    """The user must change a setting; the message names it. Exit code 2."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BigdbmFilter(_Section):
    """One condition of an audience; all conditions hold together."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_pascal, populate_by_name=True)

    field: NonEmpty
    operator: Literal["in", "not_in", "eq", "is_set"] = "in"
    values: tuple[str | int | float | bool, ...] = ()


class BigdbmAudience(_Section):
    """A SmartSelector audience: made once under this name and definition, then read page by page."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_pascal, populate_by_name=True)

    name: NonEmpty
    audience_type: Literal["consumer", "b2b", "property", "healthcare"]
    filters: tuple[BigdbmFilter, ...] = ()
    max_records: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    output_id: Positive | None = None

    def options(self) -> dict[str, Any]:
        """The request's fields as the vendor spells them (assumed), without the absent ones."""
        return self.model_dump(mode="json", by_alias=True, exclude={"name"}, exclude_none=True)


class BigdbmList(_Section):
    """An intent list of fixed days, both included; bought once."""

    keyword: NonEmpty
    start_date: date
    end_date: date
    number_of_hems: Annotated[int, Field(ge=100, le=100_000)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "BigdbmList":
        if self.end_date < self.start_date:
            raise ValueError("end_date is before start_date")
        return self


class BigdbmSettings(_Section):
    keywords: tuple[NonEmpty, ...] = ()
    lists: tuple[BigdbmList, ...] = ()
    window_days: Annotated[int, Field(ge=1, le=90)] = 7  # BIGDBM: StartDate within the last 90 days
    number_of_hems: Annotated[int, Field(ge=100, le=100_000)] = 1_000
    output_id: Positive = 10008
    b2b_output_id: Positive = 3
    age_output_id: Positive = 10008
    zip4_output_id: Positive = 10008
    intent_by_md5_days: Annotated[int, Field(ge=1, le=90)] = 30
    audiences: tuple[BigdbmAudience, ...] = ()

    @field_validator("audiences")
    @classmethod
    def _audience_names(cls, value: tuple[BigdbmAudience, ...]) -> tuple[BigdbmAudience, ...]:
        names = [audience.name for audience in value]
        if len(set(names)) != len(names):
            raise ValueError("two audiences carry one name")
        return value

    @field_validator("keywords")
    @classmethod
    def _no_blank(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not keyword.strip() for keyword in value):
            raise ValueError("a keyword is empty: give a word or phrase, or remove the line")
        return tuple(dict.fromkeys(keyword.strip() for keyword in value))


class FeedQuery(_Section):
    """A free-text feed: previewed, and saved once where ``save`` says so."""

    query: Annotated[str, Field(min_length=1, max_length=500)]
    name: NonEmpty | None = None
    save: bool = False
    top_domains: Annotated[int, Field(ge=1, le=500)] = 50

    @model_validator(mode="after")
    def _named(self) -> "FeedQuery":
        if self.save and self.name is None:
            raise ValueError("a feed that is saved needs a name")
        return self


class ContactBasedSettings(_Section):
    feeds: Literal["all"] | tuple[NonEmpty, ...] = "all"
    feeds_search: NonEmpty | None = None
    lookback_days: Positive = 7
    page_size: Annotated[int, Field(ge=1_000, le=50_000)] = 10_000
    max_rows: Positive | None = None
    require_contact_id: bool = False
    consumer_filters: tuple[Mapping[str, Any], ...] = ()
    enrichment_bundles: tuple[NonEmpty, ...] = ()
    read: Literal["pages", "file"] = "pages"
    auto_export: bool = False
    builder: tuple[FeedQuery, ...] = ()

    @field_validator("builder")
    @classmethod
    def _names(cls, value: tuple[FeedQuery, ...]) -> tuple[FeedQuery, ...]:
        names = [query.name for query in value if query.save]
        if len(set(names)) != len(names):
            raise ValueError("two feeds to save carry one name")
        return value

    @model_validator(mode="after")
    def _search(self) -> "ContactBasedSettings":
        if self.feeds_search and self.feeds != "all":
            raise ValueError("feeds_search chooses among all feeds: leave feeds at all, or name them by their ids")
        if self.feeds_search and any(query.save for query in self.builder):
            raise ValueError("feeds_search hides feeds, so whether one to save (builder) exists could not be seen")
        return self

    @field_validator("consumer_filters", "enrichment_bundles")
    @classmethod
    def _well_formed(cls, value: Any, info: ValidationInfo) -> Any:
        for check in ENDPOINTS["contactbased.export"].option_checks:
            if check.rule == info.field_name and (problem := check.test({check.rule: value})):
                raise ValueError(problem)
        return value


class ExactBuyerSettings(_Section):
    required_fields: tuple[Literal["email", "work_email", "personal_email", "phone", "social_profile"], ...] = ()


#: The reference page's defaults, for a query of its own topics and for a new audience.
_LEADPIPE_DEFAULTS: Mapping[str, int] = {"minScore": 70, "maxScore": 100, "minTopicOverlap": 1}


class _LeadpipeConfig(_Section):
    """Who is wanted, in our spelling; ``options`` gives it in the vendor's."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    name: NonEmpty
    topic_ids: Annotated[tuple[int, ...], Field(max_length=10)] = ()
    min_score: Annotated[int, Field(ge=1, le=100)] | None = None
    max_score: Annotated[int, Field(ge=1, le=100)] | None = None
    min_topic_overlap: Annotated[int, Field(ge=1, le=10)] | None = None
    filters: Mapping[str, Any] = Field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """The request's fields as the vendor spells them, without the absent ones. The vendor's default of 70
        silently hides people, so the documented defaults are sent in words."""
        given = self.model_dump(mode="json", by_alias=True, exclude={"name"})
        filled = {name: _LEADPIPE_DEFAULTS.get(name) if value is None else value for name, value in given.items()}
        return {name: value for name, value in filled.items() if value is not None}


class LeadpipeQuery(_LeadpipeConfig):
    """A query of its own topics, of an audience that was saved in the vendor's dashboard, or of both."""

    audience_id: str | None = None
    date: str | None = None

    def options(self) -> dict[str, Any]:
        """With an audience only what is configured: it brings the rest, which a default would override."""
        if not self.audience_id:
            return _LeadpipeConfig.options(self)
        given = self.model_dump(mode="json", by_alias=True, exclude={"name"}, exclude_none=True)
        return {name: value for name, value in given.items() if value not in ([], {})}

    @model_validator(mode="after")
    def _check(self) -> "LeadpipeQuery":
        if not self.topic_ids and not self.audience_id:
            raise ValueError(f"query {self.name!r} needs topic_ids (1 to 10) or an audience_id")
        for check in ENDPOINTS["leadpipe.audience_query"].option_checks:
            if problem := check.test(self.options()):
                raise ValueError(f"query {self.name!r}: {problem}")
        return self


class LeadpipeAudience(_LeadpipeConfig):
    """An audience saved at the vendor: created once if no audience carries its name, then read by its id."""

    name: Annotated[str, Field(min_length=1, max_length=255)]

    @model_validator(mode="after")
    def _check(self) -> "LeadpipeAudience":
        for check in ENDPOINTS["leadpipe.audience_create"].option_checks:
            if problem := check.test(self.options()):
                raise ValueError(f"audience {self.name!r}: {problem}")
        return self


class LeadpipeSettings(_Section):
    queries: tuple[LeadpipeQuery, ...] = ()
    audiences: tuple[LeadpipeAudience, ...] = ()

    @field_validator("queries")
    @classmethod
    def _names(cls, value: tuple[LeadpipeQuery, ...]) -> tuple[LeadpipeQuery, ...]:
        names = [query.name for query in value]
        if len(set(names)) != len(names):
            raise ValueError("two queries carry one name")
        return value

    @model_validator(mode="after")
    def _told_apart(self) -> "LeadpipeSettings":
        names = [item.name for item in (*self.queries, *self.audiences)]
        if len(set(names)) != len(names):
            raise ValueError("two audiences, or a query and an audience, carry one name")
        return self


class Limit(_Section):
    """What a vendor's plan allows, over all processes; ``in_flight_per_process`` leaves places for others."""

    calls_per_minute: Annotated[float, Field(gt=0)] | None = None
    in_flight: Annotated[int, Field(ge=1, le=64)] = 8
    in_flight_per_process: Annotated[int, Field(ge=1, le=64)] | None = None


class EndpointSettings(_Section):
    """What a user may change of an endpoint, mostly where only assumptions exist."""

    enabled: bool | None = None
    path: Annotated[str, Field(pattern=r"^/")] | None = None
    batch_size: Positive | None = None
    billing: Any = None  # a unit, or a mapping; read by `Billing.read`, which knows what is declared
    on_server_error: OnServerError | None = None


class Invoice(_Section):
    """What a vendor's invoice charges for an endpoint, in credits, over whole days (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    endpoint: NonEmpty
    first_day: Annotated[date, Field(alias="from")]
    until: date
    credits: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _check(self) -> "Invoice":
        if self.endpoint not in ENDPOINTS:
            raise ValueError(f"unknown endpoint {self.endpoint!r}; known are {', '.join(ENDPOINTS)}")
        if (whole := whole_of(self.endpoint)) != self.endpoint:
            raise ValueError(f"{self.endpoint} is a step of {whole}: name that")
        if self.until < self.first_day:
            raise ValueError("until is before from")
        return self


class HttpSettings(_Section):
    connect_timeout_seconds: Annotated[float, Field(gt=0)] = 10.0
    read_timeout_seconds: Annotated[float, Field(gt=0)] = 120.0
    max_answer_mb: Annotated[float, Field(gt=0)] = 256
    retries: Annotated[int, Field(ge=0, le=20)] = 5
    poll_seconds: Annotated[float, Field(gt=0)] = 2.5  # Leadpipe's own client polls at this pace
    poll_minutes: Annotated[float, Field(gt=0)] = 10.0  # and gives up after this long
    # After a 429: a longer pause than a vendor's usual window of a minute and its growth is no pause (2026-12-01).
    longest_pause_seconds: Annotated[float, Field(ge=0)] = 300.0


class IdentitySettings(_Section):
    """Scored matching (models/intermediate/identity): off unless switched on; two thresholds of probability."""

    scoring: bool = False
    merge_above: Annotated[float, Field(ge=0.5, le=1)] = 0.9999
    review_above: Annotated[float, Field(ge=0.01, le=1)] = 0.9

    @model_validator(mode="after")
    def _check(self) -> "IdentitySettings":
        if self.review_above > self.merge_above:
            raise ValueError("review_above is over merge_above: between the two lies what a person decides")
        if self.scoring and (missing := missing_package()):
            raise ValueError(missing)
        return self


class DncSettings(_Section):
    """What becomes of a number of which nobody says whether it is listed; None: as the seed dnc_policies says."""

    unknown: Literal["call", "review", "suppress"] | None = None


class PublicationSettings(_Section):
    keep: Positive = 5


class SandboxSettings(_Section):
    people: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    seed: int = 1
    faults: tuple[NonEmpty, ...] = ()


#: What a plan allows, where nothing is configured: the vendors' numbers where one is known (ExactBuyer's public
#: error page: 200 a minute; 2026-11-21), else modest guesses to be raised with the plan. We stay 2 % below. In
#: flight: at least what keeps that pace at half a second a call, and room for slower ones.
DEFAULT_LIMITS: Mapping[str, Limit] = {
    "bigdbm": Limit(calls_per_minute=1_200, in_flight=16),
    "contactbased": Limit(calls_per_minute=120, in_flight=4),
    "exactbuyer": Limit(calls_per_minute=200, in_flight=4),
    "leadpipe": Limit(calls_per_minute=60, in_flight=2),
}


def check_billing(key: str, billing: Billing) -> None:
    """The model can be counted at this endpoint.

    Raises:
        ValueError: says what is allowed.
    """
    endpoint, whole = ENDPOINTS[key], whole_of(key)
    if whole != key:
        raise ValueError(f"this is a step of {whole}: set endpoints.{whole}.billing")
    if billing.unit not in endpoint.units:
        raise ValueError(
            f"a {billing.unit.value} cannot be counted here; allowed units are {', '.join(endpoint.units)}"
        )
    if not endpoint.is_job and (billing.kept_of_failed or billing.kept_of_unused):
        raise ValueError("kept_of_failed and kept_of_unused are for contactbased.export and bigdbm.audience")


class Settings(_Section):
    """The whole of contactable.yml."""

    first_party: Path | None = None
    first_party_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    first_party_sheet: NonEmpty | None = None
    first_party_encoding: NonEmpty | None = None
    columns: Mapping[NonEmpty, str] = Field(default_factory=dict)
    bigdbm: BigdbmSettings = BigdbmSettings()
    contactbased: ContactBasedSettings = ContactBasedSettings()
    exactbuyer: ExactBuyerSettings = ExactBuyerSettings()
    leadpipe: LeadpipeSettings = LeadpipeSettings()
    budgets: Mapping[str, Budget] = Field(default_factory=dict)
    prices: Prices = Prices()
    waterfall: Waterfall = Waterfall()
    life_times: LifeTimes = Field(default_factory=dict)
    limits: Mapping[str, Limit] = Field(default_factory=dict)
    endpoints: Mapping[str, EndpointSettings] = Field(default_factory=dict)
    invoices: tuple[Invoice, ...] = ()
    http: HttpSettings = HttpSettings()
    identity: IdentitySettings = IdentitySettings()
    dnc: DncSettings = DncSettings()
    publication: PublicationSettings = PublicationSettings()
    sandbox: SandboxSettings = SandboxSettings()
    memory_limit: NonEmpty = "4GB"

    @field_validator("columns")
    @classmethod
    def _targets(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for heading, target in value.items():
            if target not in TARGETS:
                near = get_close_matches(target, TARGETS, n=1)
                meant = f"; did you mean {near[0]!r}?" if near else "."
                raise ValueError(f"{heading!r} is {target!r}, which is unknown{meant} Known: {', '.join(TARGETS)}")
        return value

    @field_validator("first_party_encoding")
    @classmethod
    def _encoding(cls, value: str | None) -> str | None:
        if value is not None and not is_encoding(value):
            raise ValueError(f"unknown encoding {value!r}; known are utf-8, windows-1251, shift-jis and others")
        return value

    @model_validator(mode="after")
    def _names(self) -> "Settings":
        check_budgets(self.budgets, self.prices)
        check_life_times(self.life_times)
        spans = [(invoice.endpoint, invoice.first_day, invoice.until) for invoice in self.invoices]
        if len(set(spans)) != len(spans):
            raise ValueError("invoices: two are for the same endpoint and days: add them up")
        for vendor in self.limits:
            if vendor not in VENDORS:
                raise ValueError(f"limits: unknown vendor {vendor!r}; known are {', '.join(VENDORS)}")
        for key, value in self.endpoints.items():
            if key in COMING_SOON:
                raise ValueError(f"endpoints: {key} is announced by the vendor but not offered yet")
            if key not in ENDPOINTS:
                raise ValueError(f"endpoints: unknown {key!r}; known are {', '.join(ENDPOINTS)}")
            if value.billing is not None:
                try:
                    check_billing(key, Billing.read(value.billing, ENDPOINTS[key].billing))
                except ValueError as error:
                    raise ValueError(f"endpoints.{key}.billing: {error}") from None
            most = ENDPOINTS[key].most_per_call
            if value.batch_size is not None and value.batch_size > most:
                raise ValueError(f"endpoints.{key}.batch_size: the vendor takes at most {most:,} a call")
        return self

    def list_settings(self) -> ListSettings:
        """How the first-party list is to be read."""
        return ListSettings(self.columns, self.first_party_sheet, self.first_party_encoding)

    def value(self, name: str) -> Any:
        """A setting by its dotted name, as an error message or an endpoint's ``needs`` gives it."""
        value: Any = self
        for part in name.split("."):
            value = getattr(value, part)
        return value

    def budget(self) -> Budgets:
        """As the journal checks them: credits, and money in micros."""
        return journal_budgets(self.budgets, self.prices)

    def price_micros(self, endpoint: str) -> int | None:
        """What a credit costs at most at this endpoint, in millionths of ``prices.currency``; None: not known."""
        return self.prices.of(endpoint)

    def volume_prices(self) -> dict[str, VolumePrice]:
        """Every endpoint that costs credits and whose price falls (or rises) with the month's volume."""
        prices = {key: self.prices.by_volume(key) for key in ENDPOINTS if self.endpoint(key).paid}
        return {key: price for key, price in prices.items() if price is not None}

    def prices_micros(self) -> dict[str, int]:
        """Every endpoint that costs credits and has a price."""
        prices = {key: self.price_micros(key) for key in ENDPOINTS if self.endpoint(key).paid}
        return {key: price for key, price in prices.items() if price is not None}

    def budget_notices(self, asked: Iterable[str]) -> list[str]:
        """What a person should know about the budgets before these endpoints are asked."""
        return budget_notices(self.budgets, self.prices, [key for key in asked if self.endpoint(key).paid])

    def rate_limit(self, vendor: str) -> RateLimit:
        limit = self.limits.get(vendor, DEFAULT_LIMITS[vendor])
        return RateLimit(limit.calls_per_minute, limit.in_flight, limit.in_flight_per_process)

    def endpoint(self, key: str) -> Endpoint:
        """The declaration with the user's changes."""
        declared, changes = ENDPOINTS[key], self.endpoints.get(key)
        values = {} if changes is None else changes.model_dump(exclude_none=True)
        # A job is paid by the creation that begins it, under the job's billing model.
        billed = self.endpoints.get(whole_of(key)) if declared.paid else changes
        if billed is not None and billed.billing is not None:
            values["billing"] = Billing.read(billed.billing, ENDPOINTS[whole_of(key)].billing)
        if declared.flow is Flow.EXPORT:
            creates = {"create": "contactbased.auto_export"} if self.contactbased.auto_export else {}
            values |= {"steps": {**declared.steps, **creates}, "result": self.contactbased.read}
        if billed is not None and billed.on_server_error is not None:
            values["on_server_error"] = billed.on_server_error
        return declared.changed(**values) if values else declared

    def billing_is(self, key: str) -> str:
        """How the billing model in force is known: doc, public, assumed, or set (in contactable.yml)."""
        changes = self.endpoints.get(whole_of(key))
        is_set = changes is not None and changes.billing is not None
        return "set" if is_set else ENDPOINTS[key].billing_is.value

    @classmethod
    def read(cls, path: Path | None) -> "Settings":
        """Raises ConfigurationError naming file, setting and what is wrong."""
        if path is None:
            return cls()
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigurationError(
                f"{path} does not exist: pass --config FILE or set CONTACTABLE_CONFIG"
            ) from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigurationError(f"{path} cannot be read: {error}") from error
        try:
            return cls.model_validate(raw or {})
        except ValidationError as error:
            problems = "\n".join(
                f"  {'.'.join(str(part) for part in item['loc']) or 'file'}: {item['msg']}"
                for item in error.errors(include_input=False, include_url=False)
            ).replace("Value error, ", "")
            raise ConfigurationError(f"{path} is not valid:\n{problems}") from None


#: Documented or publicly seen hosts; a URL variable replaces them. Empty: nothing is known, must be set.
DEFAULT_URLS: Mapping[str, str] = {
    "BIGDBM_INTENT_URL": "https://aws-behavioral-intent-api.bigdbm.com",
    "BIGDBM_CONSUMER_URL": "https://aws-prod-dataapi-v09.bigdbm.com",
    "BIGDBM_B2B_URL": "https://aws-prod-b2b-api.bigdbm.com",
    "BIGDBM_AUDIENCE_URL": "https://aws-behavioral-intent-api.bigdbm.com",
    "BIGDBM_OPQL_URL": "https://aws-behavioral-intent-api.bigdbm.com",
    "BIGDBM_EMAIL_URL": "https://r6q7ghcrah.execute-api.us-west-2.amazonaws.com/Prod",
    "CONTACTBASED_URL": "https://api.contactbased.com",
    "EXACTBUYER_URL": "https://api.exactbuyer.com",
    "LEADPIPE_URL": "https://api.aws53.cloud",
}


class JournalAddress(BaseSettings):
    """Where the journal lies when it is not a file in the home. ``.env`` yields to the real environment."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    contactable_journal_url: SecretStr | None = None

    @staticmethod
    def given() -> str | None:
        """The address, which may hold a password; None: SQLite in the home."""
        given = JournalAddress().contactable_journal_url
        return None if given is None else given.get_secret_value().strip() or None


class PseudonymSecret(BaseSettings):
    """The secret of the pseudonymous file when it is not the home's own: homes with the same one join."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    contactable_pseudonym_secret: SecretStr | None = None

    @staticmethod
    def given() -> str | None:
        """The text; None: the home makes its own."""
        given = PseudonymSecret().contactable_pseudonym_secret
        return None if given is None else given.get_secret_value().strip() or None


class Environment(JournalAddress, PseudonymSecret):
    """Secrets and hosts. Values of ``.env`` yield to the real environment."""

    bigdbm_token: SecretStr | None = None
    bigdbm_email_token: SecretStr | None = None
    bigdbm_validator_id: int = 10  # the documented example; the account manager gives the real one
    contactbased_api_key: SecretStr | None = None
    exactbuyer_api_key: SecretStr | None = None
    leadpipe_api_key: SecretStr | None = None
    bigdbm_intent_url: str = DEFAULT_URLS["BIGDBM_INTENT_URL"]
    bigdbm_consumer_url: str = DEFAULT_URLS["BIGDBM_CONSUMER_URL"]
    bigdbm_b2b_url: str = DEFAULT_URLS["BIGDBM_B2B_URL"]
    bigdbm_audience_url: str = DEFAULT_URLS["BIGDBM_AUDIENCE_URL"]
    bigdbm_opql_url: str = DEFAULT_URLS["BIGDBM_OPQL_URL"]
    bigdbm_email_url: str = DEFAULT_URLS["BIGDBM_EMAIL_URL"]
    contactbased_url: str = DEFAULT_URLS["CONTACTBASED_URL"]
    exactbuyer_url: str = DEFAULT_URLS["EXACTBUYER_URL"]
    leadpipe_url: str = DEFAULT_URLS["LEADPIPE_URL"]
    contactable_ca_bundle: str | None = None

    @classmethod
    def read(cls) -> "Environment":
        try:
            environment = cls()
        except ValidationError as error:
            names = ", ".join(str(item["loc"][0]).upper() for item in error.errors(include_input=False))
            raise ConfigurationError(f"environment: {names} cannot be read; see README, going live") from None
        for name in DEFAULT_URLS:
            try:
                check_base_url(environment.url(name))
            except UnsafeUrlError as error:
                raise ConfigurationError(f"{name}: {error}") from None
        return environment

    def url(self, variable: str) -> str:
        return str(getattr(self, variable.lower())).rstrip("/")

    def secret(self, variables: tuple[str, ...]) -> str | None:
        """The first of these variables that is set; never printed."""
        for variable in variables:
            value: SecretStr | None = getattr(self, variable.lower())
            if value is not None and value.get_secret_value().strip():
                return value.get_secret_value().strip()
        return None

    def secrets(self) -> Iterator[str]:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                yield value.get_secret_value()


def endpoint_states(settings: Settings, environment: Environment) -> dict[str, str]:
    """Every worklist endpoint -> "" when it will be asked, else why it is skipped."""
    states = {}
    for key, declared in ENDPOINTS.items():
        if not declared.worklist:
            continue
        endpoint = settings.endpoint(key)
        if not endpoint.enabled:
            off = "switched off" if declared.enabled else "off by default"
            states[key] = f"{off}; see `endpoints` in contactable.yml"
        elif environment.secret(endpoint.auth.variables) is None:
            states[key] = f"no key: set {' or '.join(endpoint.auth.variables)}"
        elif endpoint.needs and not settings.value(endpoint.needs):
            states[key] = f"nothing to ask: {endpoint.needs} is empty"
        else:
            states[key] = ""
    return states
