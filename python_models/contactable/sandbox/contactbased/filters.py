"""Consumer filters: which there are, which values occur, and who passes.

The vendor documents that fields, operators, labels and categories can be listed; names and grammar are assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from contactable.sandbox.contactbased.people import Label, ListColumn, People
from contactable.sandbox.contactbased.records import Records
from contactable.sandbox.contactbased.requests import Filter, broken
from contactable.sandbox.hashing import Bools, Ints

_OPERATORS: dict[str, tuple[str, ...]] = {
    "enum": ("eq", "neq", "in", "not_in", "is_set"),
    "string": ("eq", "neq", "in", "not_in", "contains", "is_set"),
    "integer": ("eq", "neq", "gte", "lte", "between", "is_set"),
    "boolean": ("eq", "is_set"),
    "list": ("in", "not_in", "contains", "is_set"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One filter field; `kind` decides its operators and the type of its values."""

    name: str
    label: str
    category: str
    kind: str

    @property
    def operators(self) -> tuple[str, ...]:
        return _OPERATORS[self.kind]

    def public(self) -> dict[str, Any]:
        """As `/filters/fields` lists it."""
        return {
            "field": self.name,
            "label": self.label,
            "category": self.category,
            "type": self.kind,
            "operators": list(self.operators),
        }


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("gender", "Gender", "demographic", "enum"),
        Field("age", "Age", "demographic", "integer"),
        Field("state", "State", "demographic", "enum"),
        Field("city", "City", "demographic", "string"),
        Field("zip", "ZIP code", "demographic", "string"),
        Field("marital_status", "Marital status", "demographic", "enum"),
        Field("household_size", "People in the household", "household", "integer"),
        Field("has_children", "Children in the household", "household", "boolean"),
        Field("home_owner", "Home ownership", "household", "enum"),
        Field("home_value", "Home value", "household", "enum"),
        Field("household_income", "Household income", "financial", "enum"),
        Field("net_worth", "Net worth", "financial", "enum"),
        Field("credit_range", "Credit range", "financial", "enum"),
        Field("interests", "Interests", "lifestyle", "list"),
        Field("donor", "Gives to charity", "lifestyle", "boolean"),
        Field("vehicle_make", "Makes of owned vehicles", "lifestyle", "list"),
    )
}


def check(filters: list[Filter], *where: str) -> None:
    """Fields, operators and value types against the catalogue. Raises RefusedError (422)."""
    for position, asked in enumerate(filters):
        at: tuple[str | int, ...] = (*where, "consumer_filters", position)
        field = FIELDS.get(asked.field)
        if field is None:
            raise broken("unknown field", *at, "field")
        if asked.operator not in field.operators:
            raise broken(f"operator not supported by {field.name}", *at, "operator")
        if not _legal(field, asked):
            raise broken(f"value does not fit operator {asked.operator} of {field.name}", *at, "value")


def _legal(field: Field, asked: Filter) -> bool:
    value = asked.value
    one = {"integer": _is_integer, "boolean": _is_boolean}.get(field.kind, _is_text)
    match asked.operator:
        case "is_set":
            return value is None or isinstance(value, bool)
        case "in" | "not_in":
            return isinstance(value, list) and bool(value) and all(map(one, value))
        case "between":
            return isinstance(value, list) and len(value) == 2 and all(map(one, value)) and value[0] <= value[1]
        case _:
            return one(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def passing(people: People, who: Ints, filters: list[Filter]) -> Bools:
    """Who passes all (checked) filters; an unknown fact passes nothing but `is_set: false`."""
    keep = np.ones(len(who), dtype=bool)
    for asked in filters:
        keep &= _passing_one(people, who, asked)
    return keep


def _passing_one(people: People, who: Ints, asked: Filter) -> Bools:
    column = people.column(asked.field, who)
    wants_set = asked.operator == "is_set" and asked.value is not False
    if isinstance(column, ListColumn):
        known: Bools = np.any(column.has, axis=1)
        if asked.operator == "is_set":
            return known if wants_set else ~known
        chosen = np.array([_test(asked, negate=False)(label) for label in column.labels])
        hit: Bools = np.any(column.has & chosen, axis=1)
        return known & ~hit if asked.operator == "not_in" else hit
    if asked.operator == "is_set":
        known = column.codes >= 0
        return known if wants_set else ~known
    legal = np.array([*(_test(asked, negate=True)(label) for label in column.labels), False])
    passed: Bools = legal[column.codes]
    return passed


def _test(asked: Filter, *, negate: bool) -> Callable[[Label], bool]:
    """Whether one label passes; `negate` turns `neq` and `not_in` round, which lists do themselves."""

    def plain(value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    wanted = asked.value
    match asked.operator:
        case "in" | "not_in":
            members = {plain(value) for value in wanted}
            turned = negate and asked.operator == "not_in"
            return lambda label: (plain(label) in members) != turned
        case "contains":
            return lambda label: plain(wanted) in plain(label)
        case "gte":
            return lambda label: label >= wanted
        case "lte":
            return lambda label: label <= wanted
        case "between":
            return lambda label: wanted[0] <= label <= wanted[1]
        case operator:
            turned = negate and operator == "neq"
            return lambda label: (plain(label) == plain(wanted)) != turned


class Values:
    """The values that occur among the vendor's contacts, counted once a field."""

    def __init__(self, people: People, records: Records) -> None:
        self._people = people
        self._records = records
        self._counted: dict[str, list[dict[str, Any]]] = {}

    def of(self, field: str, search: str, limit: int) -> list[dict[str, Any]]:
        """`[{value, count}]`, the most frequent first; `search` is a case-blind part of the value."""
        part = search.strip().lower()
        return [item for item in self._all(field) if part in str(item["value"]).lower()][:limit]

    def _all(self, field: str) -> list[dict[str, Any]]:
        counted = self._counted.get(field)
        if counted is None:
            everybody = np.arange(self._people.view.world.size, dtype=np.int32)
            column = self._people.column(field, everybody[self._records.is_linked(everybody)])
            if isinstance(column, ListColumn):
                counts = column.has.sum(axis=0)
            else:
                counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.labels))
            pairs = zip(column.labels, counts.tolist(), strict=True)
            found = [{"value": value, "count": count} for value, count in pairs if count]
            counted = self._counted[field] = sorted(found, key=lambda item: (-item["count"], str(item["value"])))
        return counted
