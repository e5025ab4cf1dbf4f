"""The shape of all GetDataBy calls: `ObjectList` in, `returnData` keyed by what was submitted out.

Public, from the code of clients: a miss is an absent key, every key holds a list of records, `Sequence` is
echoed. Assumed: at most 1,000 objects, 100 records a key and page, the map key of an object is its `Sequence`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from contactable.sandbox.bigdbm.common import MAX_OBJECTS, PAGE_SIZE, bad_request
from contactable.sandbox.bigdbm.records import Record
from contactable.sandbox.vendor import Call, Handler, Reply
from contactable.sandbox.view import VendorView

Outputs = dict[int, Callable[[VendorView, int], Record]]


class BadObjectError(ValueError):
    """An item of `ObjectList` that the vendor refuses; it takes the whole call with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of `ObjectList`: the key its answer stands under, its parts (`value` for plain strings), its
    `Sequence`.
    """

    key: str
    parts: dict[str, str]
    sequence: str | None = None

    @property
    def value(self) -> str:
        return self.parts["value"]

    @property
    def subject(self) -> str:
        """What the charge book calls it."""
        return (
            self.value if "value" in self.parts else orjson.dumps(self.parts, option=orjson.OPT_SORT_KEYS).decode()
        )


Find = Callable[[VendorView, Asked], Iterable[int]]
Build = Callable[[VendorView, int], Record]


def strings(item: object) -> Asked:
    """A plain string: an address, a hash, a number."""
    if not isinstance(item, str) or not item.strip():
        msg = "ObjectList must contain non-empty strings."
        raise BadObjectError(msg)
    return Asked(item, {"value": item})


def objects(*required: str, optional: tuple[str, ...] = (), one_of: bool = False) -> Callable[[object], Asked]:
    """An object with a `Sequence` and the named string fields; with `one_of`, at least one of the required
    ones.
    """

    def read(item: object) -> Asked:
        if not isinstance(item, dict):
            msg = "ObjectList must contain objects."
            raise BadObjectError(msg)
        sequence = item.get("Sequence")
        if not isinstance(sequence, str) or not sequence:
            msg = "Sequence is required."
            raise BadObjectError(msg)
        parts = {name: item.get(name, "") for name in (*required, *optional)}
        if any(not isinstance(value, str) for value in parts.values()):
            msg = "The fields of an object must be strings."
            raise BadObjectError(msg)
        missing = [name for name in required if not parts[name].strip()]
        if missing and (not one_of or len(missing) == len(required)):
            msg = f"One of {', '.join(required)} is required." if one_of else f"{missing[0]} is required."
            raise BadObjectError(msg)
        return Asked(sequence, parts, sequence)

    return read


def sync(
    read: Callable[[object], Asked], find: Find, outputs: Outputs, default_output: int, extra: Build | None = None
) -> Handler:
    """A handler for one GetDataBy call: `find` gives the people of a subject, the output builds their records."""

    def handler(call: Call) -> Reply:
        body = call.json_object()
        items = body.get("ObjectList")
        if not isinstance(items, list) or not items:
            return bad_request("ObjectList is required.")
        if len(items) > MAX_OBJECTS:
            return bad_request(f"ObjectList must contain no more than {MAX_OBJECTS} objects.")
        output, page = body.get("OutputId", default_output), body.get("PageNumber", 1)
        if not _is_integer(output) or output not in outputs:
            return bad_request(f"OutputId {output} not found.")
        if not _is_integer(page) or page < 1:
            return bad_request("PageNumber must be a positive integer.")
        try:
            asked = [read(item) for item in items]
        except BadObjectError as error:
            return bad_request(str(error))
        sequences = [one.sequence for one in asked if one.sequence is not None]
        if len(set(sequences)) != len(sequences):
            return bad_request("Sequence must be unique.")
        found = _answer(call, asked, find, outputs[output], extra, page)
        empty: Any = {} if call.switch("empty_return_data") == "object" else []
        return Reply(200, {"requestId": body.get("RequestId", ""), "returnData": found or empty})

    return handler


def _answer(
    call: Call, asked: list[Asked], find: Find, build: Build, extra: Build | None, page: int
) -> dict[str, list[Record]]:
    view = call.view
    charge_misses = call.switch("charge_misses")
    given = {one.key for one in asked} if page == 1 else set()
    found: dict[str, list[Record]] = {}
    for one in asked:
        if one.key in found:
            continue
        people = list(find(view, one))[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        if people or charge_misses:
            call.charge(one.subject)
        if not people:
            continue
        echo = {} if one.sequence is None else {"Sequence": one.sequence}
        found[one.key] = [
            {**build(view, person), **(extra(view, person) if extra else {}), **echo} for person in people
        ]
    call.used(len(given), len(found), sum(len(records) for records in found.values()))
    return found


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
