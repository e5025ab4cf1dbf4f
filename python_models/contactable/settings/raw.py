"""What the models need to know of contactable.yml."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contactable.billing import Unit
from contactable.journal.budget import MICROS, Budgets
from contactable.journal.clock import iso
from contactable.settings.config import Environment, Settings
from contactable.settings.waterfall import life_time_settings
from contactable.vendors import ENDPOINTS, Endpoint, Flow
from contactable.vendors.model import JOB_PAGE


def raw_settings(
    settings: Settings, environment: Environment, states: Mapping[str, str], now: datetime
) -> dict[str, Sequence[Any]]:
    """One list of values a setting. ``states``: why an endpoint is skipped, by key, "" where it is asked."""
    s = settings
    bigdbm, contactbased = s.bigdbm, s.contactbased
    return {
        "clock.now": [iso(now)],
        "first_party.country": [s.first_party_country],
        "budgets.limits": _limits(s.budget()),
        "prices.currency": [] if s.prices.currency is None else [s.prices.currency],
        "prices.endpoints": [
            {
                "endpoint": key,
                "vendor": ENDPOINTS[key].vendor,
                "product": ENDPOINTS[key].product,
                "price_per_credit": micros / MICROS,
            }
            for key, micros in s.prices_micros().items()
        ],
        "invoices": [
            {"vendor": ENDPOINTS[item.endpoint].vendor, **item.model_dump(mode="json", by_alias=True)}
            for item in s.invoices
        ],
        **s.waterfall.raw_settings(),
        "identity.scoring": [s.identity.scoring],
        "identity.merge_above": [s.identity.merge_above],
        "identity.review_above": [s.identity.review_above],
        "dnc.unknown": [] if s.dnc.unknown is None else [s.dnc.unknown],
        "life_times": life_time_settings(s.life_times),
        "endpoints.enabled": [key for key, reason in states.items() if not reason],
        "endpoints.declared": [_declared(settings, key) for key, reason in states.items() if not reason],
        "bigdbm.keywords": list(bigdbm.keywords),
        "bigdbm.lists": [one.model_dump(mode="json", exclude_none=True) for one in bigdbm.lists],
        "bigdbm.window_days": [bigdbm.window_days],
        "bigdbm.number_of_hems": [bigdbm.number_of_hems],
        "bigdbm.output_id": [bigdbm.output_id],
        "bigdbm.b2b_output_id": [bigdbm.b2b_output_id],
        "bigdbm.age_output_id": [bigdbm.age_output_id],
        "bigdbm.zip4_output_id": [bigdbm.zip4_output_id],
        "bigdbm.intent_by_md5_days": [bigdbm.intent_by_md5_days],
        "bigdbm.audiences": [{"name": audience.name, **audience.options()} for audience in bigdbm.audiences],
        "bigdbm.validator_id": [environment.bigdbm_validator_id],
        "contactbased.feeds": ["all"] if contactbased.feeds == "all" else list(contactbased.feeds),
        "contactbased.feeds_search": [] if contactbased.feeds_search is None else [contactbased.feeds_search],
        "contactbased.builder": [query.model_dump(mode="json") for query in contactbased.builder],
        "contactbased.lookback_days": [contactbased.lookback_days],
        "contactbased.page_size": [contactbased.page_size],
        "contactbased.max_rows": [contactbased.max_rows],
        "contactbased.require_contact_id": [contactbased.require_contact_id],
        "contactbased.enrichment_bundles": [list(contactbased.enrichment_bundles)],
        "contactbased.consumer_filters": [[dict(item) for item in contactbased.consumer_filters]],
        "exactbuyer.required_fields": [list(s.exactbuyer.required_fields)],
        "leadpipe.queries": [{"name": query.name, **query.options()} for query in s.leadpipe.queries],
        "leadpipe.audiences": [{"name": saved.name, **saved.options()} for saved in s.leadpipe.audiences],
    }


def _limits(budgets: Budgets) -> list[dict[str, Any]]:
    """Every budget set, in credits or in units of money."""
    in_credits = [(key, "credits", limit) for key, limit in budgets.limits.items()]
    in_money = [(key, "money", micros / MICROS) for key, micros in budgets.money.items()]
    return [
        {"scope": scope, "period": period, "unit": unit, "limit": limit}
        for (scope, period), unit, limit in in_credits + in_money
    ]


def _declared(settings: Settings, key: str) -> dict[str, Any]:
    """What a plan needs of an endpoint to count calls, name whom they go to and quote what they may cost."""
    endpoint = settings.endpoint(key)
    return {
        "endpoint": endpoint.key,
        "vendor": endpoint.vendor,
        "product": endpoint.product,
        "wave": endpoint.wave.value,
        "batch_size": endpoint.batch_size,
        **quotes(endpoint, settings.contactbased.page_size if endpoint.flow is Flow.EXPORT else JOB_PAGE),
    }


def quotes(endpoint: Endpoint, page_size: int) -> dict[str, Any]:
    """The billing model as numbers. A question is quoted at ``credits_per_question`` and ``credits_per_record``
    for each record that it may bring (``records_per_question``, where its worklist knows no better). A question
    carries its part of a full call's ``credits_per_call``; a smaller call costs that all the same.

    ``page_size``: rows on a page of a job's result.
    """
    billing, most = endpoint.billing, endpoint.most(1, {})
    by_page = billing.unit is Unit.PAGE and endpoint.is_job
    by_record = by_page or billing.unit is Unit.RECORD
    begun = billing.per_unit if by_page else 0.0  # a page that is begun is a page
    counted = 0.0 if by_record else billing.per_unit * (billing.units(most) or 0)
    return {
        "billing": str(billing),
        "credits_per_call": billing.per_call,
        "credits_per_question": billing.per_call / endpoint.batch_size + begun + counted,
        "credits_per_record": billing.per_unit / (page_size if by_page else 1) if by_record else 0.0,
        "records_per_question": most.records,
    }
