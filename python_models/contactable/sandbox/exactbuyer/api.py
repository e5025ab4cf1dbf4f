"""The routes: `POST /v1/bulk-enrich` (documented) and `GET /v1/enrich` (public material)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from contactable.sandbox.codes import NOBODY, SWITCHBOARD
from contactable.sandbox.exactbuyer.contacts import Contact, contact, experiences, has
from contactable.sandbox.vendor import (
    BadBodyError,
    Call,
    Provenance,
    RateLimit,
    Reply,
    Route,
    Sandbox,
    Switch,
    Vendor,
)
from contactable.sandbox.view import VendorView

NAME = "exactbuyer"
MOST_QUERIES = 1_000
QUERY_FIELDS = ("email", "social_profile", "phone")
REQUIRED_FIELDS = ("email", "work_email", "personal_email", "phone", "social_profile")
"""In bulk; the single call knows two more."""

SINGLE_REQUIRED_FIELDS = (*REQUIRED_FIELDS, "any_work_email", "email_or_phone")
STARTING_CREDITS = 1_000_000
FREE_REPEAT = timedelta(days=30)

_ACTIVE, _NO_CREDITS = "active", "no_credits"
SWITCHES = {
    "json_body": Switch((False, True), "whether bulk-enrich also takes a JSON body; only the form is documented"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """One entry of `query_list`: the exact string, and what kind it is."""

    field_type: str
    value: str


@dataclass(slots=True)
class ExactBuyer:
    """What the vendor remembers: balances by key, and whom the single call has enriched when."""

    sandbox: Sandbox
    balances: dict[str, int] = field(default_factory=lambda: {_ACTIVE: STARTING_CREDITS, _NO_CREDITS: 0})
    enriched: dict[int, datetime] = field(default_factory=dict)

    # --- bulk -------------------------------------------------------------------------------------------------

    def bulk_enrich(self, call: Call) -> Reply:
        """Every position answered in order; charged for each that is enriched, whatever was enriched before."""
        fields = self._fields(call)
        queries = _queries(fields.get("query_list"))
        required = _required(fields.get("required_fields"))
        account = self._account(call)
        found = [_enrich(call.view, query, required) for query in queries]
        price = sum(person is not None for person in found)
        if self.balances[account] <= 0 or price > self.balances[account]:
            return call.error(403, "Insufficient credits")
        call.used(len(queries), price, price)
        for query, person in zip(queries, found, strict=True):
            if person is not None:
                call.charge(_question(query, required))
        call.then(lambda: self._take(account, price))

        contacts = [
            {"enriched_contact": person, "value": query.value}
            for query, person in zip(queries, found, strict=True)
        ]
        if call.fault("wrong_order"):
            contacts = contacts[1:] + contacts[:1]
        if call.fault("short_list"):
            contacts = contacts[:-1]
        return Reply(200, {"contacts": contacts, "records_enriched": price + call.fault("wrong_total")})

    @staticmethod
    def _fields(call: Call) -> dict[str, Any]:
        """The two lists, from form fields that hold JSON texts; or from a JSON body when that is switched on."""
        if call.header("content-type").startswith("application/json"):
            if not call.switch("json_body"):
                raise BadBodyError("send form fields that hold JSON")
            return call.json_object()
        return {
            name: _parsed(name, text)
            for name, text in call.form().items()
            if name in ("query_list", "required_fields")
        }

    def _account(self, call: Call) -> str:
        return self.sandbox.keys.state(NAME, call.header("x-api-key")) or ""

    def _take(self, account: str, credits_taken: int) -> None:
        self.balances[account] -= credits_taken

    # --- single -----------------------------------------------------------------------------------------------

    def enrich(self, call: Call) -> Reply:
        """One person by identifier, or by name and employer; repeats within 30 days are free (assumed)."""
        query = {name: value.strip() for name, value in call.query.items() if value.strip()}
        required = [part.strip() for part in query.get("required", "").split(",") if part.strip()]
        unknown = [part for part in required if part not in SINGLE_REQUIRED_FIELDS]
        if unknown:
            return call.error(400, f"Unknown required fields: {len(unknown)}")
        by_name = {"first_name", "last_name"} <= query.keys() and query.keys() & {"company_name", "company_domain"}
        if not query.keys() & set(QUERY_FIELDS) and not by_name:
            return call.error(400, "Give email, phone, social_profile, or a name with a company")
        person = _find_any(call.view, query)
        found = None if person == NOBODY else contact(call.view, person)
        if found is None or not all(has(found, part) for part in required):
            return call.error(404, "No contact found")
        if query.get("include_all_experiences") == "true":
            found["experiences"] = experiences(call.view, person)
        account = self._account(call)
        fresh = self.enriched.get(person)
        price = int(fresh is None or call.now - fresh >= FREE_REPEAT) + (query.get("realtime") == "true")
        if self.balances[account] <= 0 or price > self.balances[account]:
            return call.error(403, "Insufficient credits")
        call.charge(f"single|{call.query_text}", float(price))
        call.then(lambda: self._enriched(account, person, price, call.now))
        return Reply(200, {"result": found})

    def _enriched(self, account: str, person: int, price: int, moment: datetime) -> None:
        self._take(account, price)
        if price:
            self.enriched[person] = moment

    # --- the sandbox's own ------------------------------------------------------------------------------------

    def set_credits(self, body: dict[str, Any]) -> object:
        """`{"credits": 100}` sets the active key's balance; without it, only tells."""
        value = body.get("credits")
        if isinstance(value, int) and not isinstance(value, bool):
            self.balances[_ACTIVE] = value
        return {"credits": self.balances[_ACTIVE]}


def _parsed(name: str, text: str) -> Any:
    try:
        return orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError as error:
        raise BadBodyError(f"{name} is not JSON") from error


def _queries(value: Any) -> list[Query]:
    """1 to 1,000 entries with a known `field_type` and a value. Raises BadBodyError for the whole call."""
    if not isinstance(value, list) or not value:
        raise BadBodyError("query_list must be an array with at least one entry")
    if len(value) > MOST_QUERIES:
        raise BadBodyError(f"query_list holds more than {MOST_QUERIES} entries")
    queries = []
    for position, entry in enumerate(value):
        kind, text = (entry.get("field_type"), entry.get("value")) if isinstance(entry, dict) else (None, None)
        if kind not in QUERY_FIELDS:
            raise BadBodyError(f"query_list[{position}].field_type is unknown")
        if not isinstance(text, str) or not text:
            raise BadBodyError(f"query_list[{position}].value is missing")
        queries.append(Query(kind, text))
    return queries


def _required(value: Any) -> list[str]:
    """The fields every match must have; none when absent or empty. Raises BadBodyError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadBodyError("required_fields must be an array")
    fields = []
    for position, entry in enumerate(value):
        kind = entry.get("field_type") if isinstance(entry, dict) else None
        if kind not in REQUIRED_FIELDS:
            raise BadBodyError(f"required_fields[{position}].field_type is unknown")
        fields.append(kind)
    return fields


def _question(query: Query, required: list[str]) -> str:
    """What is charged: the same string under another kind or other required fields is another question."""
    return f"{query.field_type}|{query.value.strip().lower()}|{','.join(sorted(set(required)))}"


def _enrich(view: VendorView, query: Query, required: list[str]) -> Contact | None:
    """The person behind one entry, if the vendor knows them and everything required of them."""
    person = _find(view, query.field_type, query.value)
    if person == NOBODY:
        return None
    found = contact(view, person)
    return found if all(has(found, part) for part in required) else None


def _find(view: VendorView, kind: str, value: str) -> int:
    """Case, blanks, punctuation of numbers and spelling of profile URLs do not matter (assumed)."""
    if kind == "email":
        return view.find_email(value)
    if kind == "social_profile":
        return view.find_linkedin(value)
    slot = view.world.find_phone(value)
    if slot == NOBODY or view.world.phone_type[slot] == SWITCHBOARD:
        return NOBODY  # a switchboard is nobody's number
    return next(iter(view.find_phone(value)), NOBODY)


def _find_any(view: VendorView, query: dict[str, str]) -> int:
    for kind in QUERY_FIELDS:
        if kind in query and (person := _find(view, kind, query[kind])) != NOBODY:
            return person
    if "last_name" not in query:
        return NOBODY
    employer = view.world.find_employer(query.get("company_name", ""), query.get("company_domain", ""))
    wanted = (query.get("first_name", "").casefold(), query["last_name"].casefold())
    for person in view.employees(employer) if employer != NOBODY else ():
        if (view.first_name(person).casefold(), view.last_name(person).casefold()) == wanted:
            return person
    return NOBODY


def error(status: int, message: str) -> Reply:
    """`{"error": "..."}` (assumed; only the statuses are public)."""
    return Reply(status, {"error": message})


def _authenticate(call: Call) -> Reply | None:
    state = call.sandbox.keys.state(NAME, call.header("x-api-key"))
    return None if state in (_ACTIVE, _NO_CREDITS) else error(401, "Invalid API key")


def vendor(sandbox: Sandbox) -> Vendor:
    """ExactBuyer over a sandbox, with one key that has credits and one that has none."""
    key = sandbox.keys.issue(NAME, _ACTIVE)
    empty = sandbox.keys.issue(NAME, _NO_CREDITS)
    state = ExactBuyer(sandbox)
    return Vendor(
        NAME,
        "/exactbuyer",
        [
            Route(
                "POST",
                "/v1/bulk-enrich",
                state.bulk_enrich,
                "bulk_enrich",
                Provenance.DOC,
                "request, order, nulls and credits documented; statuses public; contact fields beyond full_name, "
                "duplicates charged twice, error texts and whole-call refusals assumed",
                faults=("wrong_order", "short_list", "wrong_total"),
            ),
            Route(
                "GET",
                "/v1/enrich",
                state.enrich,
                "enrich",
                Provenance.PUBLIC,
                "parameters and `result` public; 404 for no match, prices and free repeats assumed",
            ),
        ],
        authenticate=_authenticate,
        error=error,
        key=lambda call: call.header("x-api-key"),
        environment=lambda base: {
            "EXACTBUYER_URL": f"{base}/exactbuyer",
            "EXACTBUYER_API_KEY": key,
            "SANDBOX_EXACTBUYER_NO_CREDITS_KEY": empty,
        },
        rate_limit=RateLimit(200, 60.0),
        switches=SWITCHES,
        actions={"credits": state.set_credits},
    )
