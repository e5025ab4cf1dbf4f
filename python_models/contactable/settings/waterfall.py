"""The ``waterfall`` and ``life_times`` sections of contactable.yml, and the seeds they override.

Who is asked first, and when it is enough, is decided in SQL (models/planning). This module only says
what may stand in the settings and the seeds, before anything is asked.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from contactable.vendors import ENDPOINTS, VENDORS, Endpoint, Wave

#: What a waterfall decides about, one order each (seed waterfall_steps).
ATTRIBUTES = ("email", "phone", "employer", "profile")
STOPS = ("found", "verified")

#: Subjects that name no person: an answer about a street, a company or a vehicle satisfies nobody in particular.
_NOBODY = frozenset({"address", "business_address", "bigdbm_id", "company", "ip", "vin", "zip4"})

#: Outcomes of an answer (int_worklists__answers); validators answer with codes of their own.
_OUTCOMES = ("match", "no_match", "unreadable")
_CODES: Mapping[str, tuple[str, ...]] = {
    "bigdbm.opql": ("0", "1", "2", "3", "4", "5"),  # seed opql_scores
    "bigdbm.email_batch": ("10", "20", "30", "40", "50"),  # seed email_statuses
}

_LONGEST_LIFE = 36_500  # days: whatever should live longer is never asked again


class PolicyError(ValueError):
    """A seed that an analyst edited says something impossible; the message names file and line."""


def _days(value: Any) -> float:
    allowed = f"a life is a number of days from 0 to {_LONGEST_LIFE:,}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{allowed}, not {value!r}")
    if not 0 <= value <= _LONGEST_LIFE:
        raise ValueError(f"{allowed}, not {value}")
    return float(value)


LifeTimes = Mapping[str, Mapping[str | int, Annotated[float, BeforeValidator(_days)]]]


class AttributeOrder(BaseModel):
    """Who is asked for one attribute, first to last, and when it is enough; absent: as the seeds say.

    An empty order means no waterfall: every endpoint is asked about whomever it takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: tuple[str, ...] | None = None
    stop_at: Literal["found", "verified"] | None = None

    @field_validator("order")
    @classmethod
    def _known(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for key in value or ():
            problem = step_problem(key)
            if problem:
                raise ValueError(problem)
        repeated = sorted({key for key in value or () if (value or ()).count(key) > 1})
        if repeated:
            raise ValueError(f"{', '.join(repeated)} stands twice: one rank each")
        return value


class Waterfall(BaseModel):
    """The section ``waterfall``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: AttributeOrder = AttributeOrder()
    phone: AttributeOrder = AttributeOrder()
    employer: AttributeOrder = AttributeOrder()
    profile: AttributeOrder = AttributeOrder()

    def raw_settings(self) -> dict[str, list[Any]]:
        """As the models read it (raw.settings)."""
        orders = {name: getattr(self, name) for name in ATTRIBUTES}
        return {
            "waterfall.replaced": [name for name, given in orders.items() if given.order is not None],
            "waterfall.steps": [
                {"attribute": name, "endpoint": key, "rank": rank}
                for name, given in orders.items()
                for rank, key in enumerate(given.order or (), start=1)
            ],
            "waterfall.stop_at": [
                {"attribute": name, "stop_at": given.stop_at}
                for name, given in orders.items()
                if given.stop_at is not None
            ],
        }


def step_problem(key: str) -> str:
    """Why an endpoint cannot stand in an order; empty when it can."""
    if _may_be_a_step(key):
        return ""
    known = ", ".join(name for name in ENDPOINTS if _may_be_a_step(name))
    if key in ENDPOINTS:
        return f"{key} is not asked to enrich a person; these are: {known}"
    hint = " (a vendor alone is not enough: name the endpoint)" if key in VENDORS else ""
    return f"unknown endpoint {key!r}{hint}; known are {known}"


def _may_be_a_step(key: str) -> bool:
    endpoint: Endpoint | None = ENDPOINTS.get(key)
    if endpoint is None or not endpoint.worklist or endpoint.wave is not Wave.ENRICH:
        return False
    return endpoint.subject_type not in _NOBODY


def check_life_times(life_times: LifeTimes) -> None:
    """Raises ValueError for an endpoint or outcome that nobody knows."""
    for key, lives in life_times.items():
        if key not in ENDPOINTS or not ENDPOINTS[key].worklist:
            known = ", ".join(name for name, endpoint in ENDPOINTS.items() if endpoint.worklist)
            raise ValueError(f"life_times: unknown endpoint {key!r}; known are {known}")
        allowed = (*_OUTCOMES, *_CODES.get(key, ()))
        for outcome in lives:
            if str(outcome) not in allowed:
                raise ValueError(
                    f"life_times.{key}: unknown outcome {str(outcome)!r}; known are {', '.join(allowed)}"
                )


def life_time_settings(life_times: LifeTimes) -> list[dict[str, Any]]:
    """As the models read it (raw.settings)."""
    return [
        {"endpoint": key, "outcome": str(outcome), "life_days": days}
        for key, lives in life_times.items()
        for outcome, days in lives.items()
    ]


def check_seeds(folder: Path) -> None:
    """The seeds that decide about money, as somebody may have edited them.

    dbt tests say the same when everything is built; by then a run would have bought in the wrong order.

    Raises:
        PolicyError: with file and line.
    """
    _check_steps(folder / "waterfall_steps.csv")
    for where, row in _rows(folder / "waterfall_stops.csv", "attribute", "stop_at"):
        _must_be(where, "attribute", row["attribute"], ATTRIBUTES)
        _must_be(where, "stop_at", row["stop_at"], STOPS)
    for where, row in _rows(folder / "vendor_priorities.csv", "vendor", "priority"):
        _must_be(where, "vendor", row["vendor"], ("first_party", *VENDORS))
        _whole_number(where, "priority", row["priority"])


def _check_steps(file: Path) -> None:
    ranks: dict[tuple[str, int], str] = {}
    steps: set[tuple[str, str]] = set()
    for where, row in _rows(file, "attribute", "endpoint", "rank"):
        attribute, key = row["attribute"], row["endpoint"]
        _must_be(where, "attribute", attribute, ATTRIBUTES)
        problem = step_problem(key)
        if problem:
            raise PolicyError(f"{where}: {problem}")
        rank = _whole_number(where, "rank", row["rank"])
        other = ranks.setdefault((attribute, rank), key)
        if other != key:
            raise PolicyError(f"{where}: {key} and {other} both claim rank {rank} for {attribute}; one rank each")
        if (attribute, key) in steps:
            raise PolicyError(f"{where}: {key} stands twice for {attribute}")
        steps.add((attribute, key))


def _rows(file: Path, *columns: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every row with its place (``waterfall_steps.csv, line 2``)."""
    try:
        with file.open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise PolicyError(f"{file.name}: there is no column {', '.join(missing)}")
            for row in reader:
                yield f"{file.name}, line {reader.line_num}", {name: row[name] or "" for name in columns}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PolicyError(f"{file.name} cannot be read: {error}") from error


def _must_be(where: str, column: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise PolicyError(f"{where}: unknown {column} {value!r}; known are {', '.join(allowed)}")


def _whole_number(where: str, column: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise PolicyError(f"{where}: {column} is a whole number from 1, not {value!r}")
    return int(value)
