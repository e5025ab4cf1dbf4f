"""Audience Creation (SmartSelector): create, poll, read pages. The document names the product and the themes;
all else is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contactable.sandbox.bigdbm import records
from contactable.sandbox.bigdbm.common import AUDIENCE, PAGE_SIZE, bad_request, error
from contactable.sandbox.bigdbm.records import Record
from contactable.sandbox.codes import OWNER, PROBABLE_OWNER
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.lexicon import FUNCTIONS
from contactable.sandbox.vendor import Call, Provenance, Reply, Route
from contactable.sandbox.view import VendorView
from contactable.sandbox.world import World

MOST_RECORDS = 100_000
MOST_READ = 200_000
"""People looked at for one audience; keeps a selective filter over a million people bearable."""

_SPECIALTIES = ("Family Medicine", "Cardiology", "Pediatrics", "Dermatology", "Oncology")
_OPERATORS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "in": lambda value, values: value in values,
    "not_in": lambda value, values: value not in values,
    "eq": lambda value, values: [value] == values,
    "is_set": lambda value, _values: value not in ("", None),
}


@dataclass(slots=True)
class Audience:
    """One audience: its records are frozen when it is made."""

    members: list[Record]
    polls_left: int
    failed: bool = False
    read_twice: set[int] = field(default_factory=set)

    @property
    def status(self) -> str:
        if self.polls_left > 0:
            return "processing"
        return "failed" if self.failed else "completed"


def _consumers(view: VendorView) -> Iterator[Record]:
    return (records.output_10008(view, p) for p in _people(view))


def _contacts(view: VendorView) -> Iterator[Record]:
    return (records.b2b_record(view, p) for p in _people(view) if records.has_job(view, p))


def _homes(view: VendorView) -> Iterator[Record]:
    world = view.world
    for person in _people(view):
        home = int(world.household[person])
        if person == world.household_start[home] and world.household_owner[home] in (OWNER, PROBABLE_OWNER):
            basic = records.output_10008(view, person)
            kept = ("Id", "First_Name", "Last_Name", "Address", "City", "State", "Zip")
            yield {**{name: basic[name] for name in kept}, **records.property_block(view, home)}


def _providers(view: VendorView) -> Iterator[Record]:
    """People in medical jobs, with provider numbers that start with 0, which are never issued."""
    world, medical = view.world, FUNCTIONS.index("Medical")
    for person in _people(view):
        if not records.has_job(view, person) or world.job_function(person) != FUNCTIONS[medical]:
            continue
        employer = view.employer(person)
        yield {
            "NPI": f"0{person:09d}",
            "First_Name": view.first_name(person),
            "Last_Name": view.last_name(person),
            "Specialty": _SPECIALTIES[view.pick("specialty", person, len(_SPECIALTIES))],
            "Taxonomy_Code": f"207Q{view.pick('taxonomy', person, 100_000):05d}X",
            "City": world.company_city(employer),
            "State": world.company_state(employer).code,
            "Zip": world.company_zip(employer),
        }


def _people(view: VendorView) -> Iterator[int]:
    return (person for person in range(min(view.world.size, MOST_READ)) if view.knows(person))


_TYPES: dict[str, Callable[[VendorView], Iterator[Record]]] = {
    "consumer": _consumers,
    "b2b": _contacts,
    "property": _homes,
    "healthcare": _providers,
}


class Audiences:
    """All audiences made since the sandbox started."""

    def __init__(self, world: World) -> None:
        self._seed = world.seed
        self._audiences: dict[str, Audience] = {}

    def create(self, call: Call) -> Reply:
        """POST /smartselector/createAudience."""
        body = call.json_object()
        source = _TYPES.get(body.get("AudienceType", "")) if isinstance(body.get("AudienceType"), str) else None
        if source is None:
            return bad_request(f"AudienceType must be one of {', '.join(_TYPES)}.")
        most = body.get("MaxRecords")
        if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_RECORDS:
            return bad_request(f"MaxRecords must be between 1 and {MOST_RECORDS}.")
        filters = body.get("Filters", [])
        if not isinstance(filters, list) or not all(_is_filter(one) for one in filters):
            return bad_request("Filters must be objects with Field, Operator and Values.")
        matching = (record for record in source(call.view) if all(_passes(record, one) for one in filters))
        members = list(islice(matching, most))
        name = f"aud_{salt_of(self._seed, 'audience', len(self._audiences)) >> 16:012x}"
        failed = call.fault("failed_export")
        self._audiences[name] = Audience(members, int(call.switch("audience_polls")), failed)
        if not failed:
            call.used(1, int(bool(members)), len(members), -(-len(members) // PAGE_SIZE))
            per_record = call.switch("charge_audience") == "record"
            call.charge(name, float(len(members)) if per_record else 1.0)
        return Reply(200, {"status": "queued", "audienceId": name})

    def status(self, call: Call) -> Reply:
        """GET /smartselector/audience?audienceId="""
        audience = self._audiences.get(call.query.get("audienceId", ""))
        if audience is None:
            return error(404, "Audience not found.")
        status = audience.status
        audience.polls_left = max(0, audience.polls_left - 1)
        count = len(audience.members) if status == "completed" else 0
        return Reply(200, {"status": status, "count": count})

    def result(self, call: Call) -> Reply:
        """POST /smartselector/result: 100 records a page, pages from 1; beyond the last page an empty list."""
        body = call.json_object()
        audience = self._audiences.get(str(body.get("AudienceId")))
        page = body.get("Page", 1)
        if audience is None:
            return error(404, "Audience not found.")
        if not isinstance(page, int) or isinstance(page, bool) or page < 1:
            return bad_request("Page must be a positive integer.")
        if audience.status != "completed":
            return bad_request("The audience is not completed.")
        if page > 1 and call.fault("duplicate_page"):
            page -= 1
        count = len(audience.members) + (17 if call.fault("wrong_total") else 0)
        return Reply(200, {"count": count, "results": audience.members[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]})


def _is_filter(one: object) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("Field"), str)
        and one.get("Operator") in _OPERATORS
        and isinstance(one.get("Values", []), list)
    )


def _passes(record: Record, one: dict[str, Any]) -> bool:
    return _OPERATORS[one["Operator"]](record.get(one["Field"], ""), one.get("Values", []))


def routes(world: World) -> list[Route]:
    audiences = Audiences(world)
    note = "the product is doc; method, path, fields and life cycle assumed"
    paged = ("duplicate_page", "wrong_total")
    return [
        Route(
            "POST",
            f"{AUDIENCE}/smartselector/createAudience",
            audiences.create,
            "audience_create",
            Provenance.ASSUMED,
            note,
            faults=("failed_export",),
        ),
        Route(
            "GET",
            f"{AUDIENCE}/smartselector/audience",
            audiences.status,
            "audience_status",
            Provenance.ASSUMED,
            note,
        ),
        Route(
            "POST",
            f"{AUDIENCE}/smartselector/result",
            audiences.result,
            "audience_result",
            Provenance.ASSUMED,
            note,
            faults=paged,
        ),
    ]
