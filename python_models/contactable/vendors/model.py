"""An endpoint is data: what to send, where, what it costs, where the records sit, what may go wrong.

Adding an endpoint that behaves like others is a declaration in its vendor's module and nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import quote

from contactable.billing import Billing, Counts, Unit
from contactable.http import Body, ErrorRule


class Provenance(StrEnum):
    """How we know a fact about a vendor."""

    DOC = "doc"  # the vendor's own document
    PUBLIC = "public"  # seen in public material of others
    ASSUMED = "assumed"  # our choice; configurable


class Wave(StrEnum):
    """When an endpoint is asked. Free look-ups come before anything paid."""

    LOOKUP = "lookup"
    PREPARE = "prepare"  # what a setting wants to exist at the vendor; the look-ups told what is there
    DISCOVER = "discover"
    ENRICH = "enrich"
    VALIDATE = "validate"


class Flow(StrEnum):
    """How the answer is read."""

    CALL = "call"  # one call, one answer, many subjects
    PAGES = "pages"  # numbered pages to the end
    CURSOR = "cursor"  # an opaque cursor to the end, the data day pinned
    EXPORT = "export"  # create, poll, fetch
    AUDIENCE = "audience"  # create, poll, page; a lost job cannot be looked for


class OnServerError(StrEnum):
    """What becomes of a call that costs, or makes something, and is answered with status 500: was it charged?"""

    AMBIGUOUS = "ambiguous"  # not repeated; a person decides
    RETRY = "retry"  # sent again with backoff; in the worst case every attempt is charged


class Asked(Protocol):
    """What an encoder sees of a subject."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """Body, query string and path variables (``{id}`` in the declared path) of one call."""

    body: Body = field(default_factory=Body)
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)

    def fill(self, path: str) -> str:
        """The path with its variables in place, escaped."""
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path


@dataclass(frozen=True, slots=True)
class Page:
    """What one numbered page holds. ``total``: the vendor's count of all rows, None where it tells none."""

    rows: Sequence[Any]
    total: int | None = None
    is_last: bool = False


def page_of_items(parsed: Any) -> Page:
    """``{"items", "total", "page_size"}``: a page shorter than the page size is the last, whatever totals say."""
    answer = parsed if isinstance(parsed, dict) else {}
    items, total, size = (answer.get(name) for name in ("items", "total", "page_size"))
    rows = items if isinstance(items, list) else []
    return Page(
        rows,
        total=whole_number(total),
        is_last=len(rows) < (whole_number(size) or 0),
    )


def whole_number(value: Any) -> int | None:
    """A count in an answer; None for anything else."""
    counts = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return int(value) if counts else None


#: (parsed answer, subjects) -> of how many of the subjects the answer tells in the documented form.
Understood = Callable[[Any, Sequence[Asked]], int]


def understood_whole(parsed: Any, subjects: Sequence[Asked]) -> int:
    """Any JSON object or list will do: the endpoint's answer has no form that is known well enough."""
    return len(subjects) if isinstance(parsed, dict | list) else 0


def understood_list(name: str, echo: str | None = None) -> Understood:
    """A list under ``name``. ``echo``: its n-th element repeats the n-th subject there; if one does not, none is
    understood, because nobody knows whose answer is whose."""

    def understood(parsed: Any, subjects: Sequence[Asked]) -> int:
        items = parsed.get(name) if isinstance(parsed, dict) else None
        if not isinstance(items, list):
            return 0
        if echo is None:
            return len(subjects)
        named = [str(item.get(echo)).strip().lower() if isinstance(item, dict) else None for item in items]
        return len(subjects) if named == [subject.value.strip().lower() for subject in subjects] else 0

    return understood


def uncounted(parsed: Any) -> int | None:
    """The answer's matches, or records, are not counted: no billing model can rest on them."""
    return None


#: (subjects, options, call id) -> what goes on the wire. The call id is fresh for every call.
Encoder = Callable[[Sequence[Asked], Mapping[str, Any], str], Encoded]


def encode_nothing(subjects: Sequence[Asked], options: Mapping[str, Any], call_id: str) -> Encoded:
    """A call that is its path alone."""
    return Encoded()


@dataclass(frozen=True, slots=True)
class Check:
    """A documented limit, tested before sending. ``test`` is True when the subject may be sent."""

    rule: str
    reason: str
    test: Callable[[Asked], bool]


@dataclass(frozen=True, slots=True)
class OptionCheck:
    """A documented limit on the request's other fields; ``test`` returns None or what is wrong."""

    rule: str
    test: Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class Auth:
    """Where the key goes. ``variables``: environment variables, the first that is set wins."""

    header: str
    scheme: str
    variables: tuple[str, ...]

    def headers(self, secret: str) -> dict[str, str]:
        return {self.header: f"{self.scheme} {secret}".strip()}


#: The model whose rows say what is due in a wave.
_WORKLISTS = {
    Wave.LOOKUP: "worklist_lookups",
    Wave.PREPARE: "worklist_discovery",
    Wave.DISCOVER: "worklist_discovery",
    Wave.ENRICH: "worklist_enrichment",
    Wave.VALIDATE: "worklist_validation",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of one vendor.

    ``stream`` names the raw table ``raw.<vendor>__<stream>``; several endpoints may share one.
    ``understood`` counts the subjects that an answer tells of in a form that can be read; the others were asked,
    perhaps paid for, and are not known.
    ``matches`` counts the matched subjects of a parsed answer, ``records`` the records in it (None: not readable).
    ``most_records``: (options, subjects) -> the most records of a call, where something bounds them.
    ``billing_is``: how the billing model is known.
    ``page_of`` reads a page of a numbered read (``Flow.PAGES``); the page's number is the option ``_page``.
    ``application_error`` finds a failure inside an answer with a good status; ``job_statuses``: words of a status
    field that tell how far a job is, and no failure of the request.
    ``not_yet``: a good status, and the answer says that the vendor still works on it: asked again later.
    ``doubt``: why a page that can be read may not be of a whole answer.
    ``disagreement`` finds figures inside one answer that contradict each other about its price; such an answer
    is kept and booked as quoted (``matches`` gives None), and somebody is told.
    ``assumptions`` say in words what is not documented, for ``contactable doctor --assumptions``.
    ``needs`` names the setting (``leadpipe.queries``) without which there is nothing to ask.
    ``on_server_error``: for calls that cost or create; free reads are repeated anyway.
    ``creates``: makes something at the vendor, so the same call is never sent twice by itself, free or not.
    ``steps``: the calls of a job (``Flow.EXPORT``, ``Flow.AUDIENCE``), by what they do there -> key.
    ``result``: how the finished rows of an export are fetched, as "pages" or as one "file".
    ``about_first_party``: asks about people of the first-party list before enrichment.
    """

    key: str
    vendor: str
    product: str
    wave: Wave
    stream: str
    method: str
    path: str
    url_variable: str
    auth: Auth
    encode: Encoder
    subject_type: str
    provenance: Provenance
    billing: Billing = Billing.NONE
    billing_is: Provenance = Provenance.ASSUMED
    flow: Flow = Flow.CALL
    batch_size: int = 1
    most_per_call: int = 1  # the documented limit; batch_size may be set lower, never higher
    checks: tuple[Check, ...] = ()
    option_checks: tuple[OptionCheck, ...] = ()
    understood: Understood = understood_whole
    matches: Callable[[Any], int | None] = uncounted
    records: Callable[[Any], int | None] = uncounted
    most_records: Callable[[Mapping[str, Any], int], int] | None = None
    page_of: Callable[[Any], Page] = page_of_items
    application_error: Callable[[Any], str | None] = lambda parsed: None
    job_statuses: frozenset[str] = frozenset()
    not_yet: Callable[[Any], bool] = lambda parsed: False
    doubt: Callable[[Any], str | None] = lambda parsed: None
    disagreement: Callable[[Any], str | None] = lambda parsed: None
    errors: tuple[ErrorRule, ...] = ()
    assumptions: tuple[str, ...] = ()
    object_input: bool = False
    worklist: bool = True  # False: a step of another endpoint's flow
    enabled: bool = True
    needs: str = ""
    creates: bool = False
    steps: Mapping[str, str] = field(default_factory=dict)
    result: str = "pages"
    on_server_error: OnServerError = OnServerError.AMBIGUOUS
    about_first_party: bool = False

    @property
    def worklist_model(self) -> str:
        """The model whose rows say what is due: one a wave, and one for our own list before enrichment."""
        return "worklist_first_party" if self.about_first_party else _WORKLISTS[self.wave]

    @property
    def paid(self) -> bool:
        return self.billing.unit is not Unit.NONE

    @property
    def is_look_up(self) -> bool:
        """Free, and only tells what the account has or what a configured thing is like."""
        free = not (self.paid or self.creates) and self.worklist
        return free and (self.wave is Wave.LOOKUP or self.method == "GET")

    @property
    def repeatable(self) -> bool:
        """May the same call be sent twice without costing twice, or making a thing twice?"""
        return not (self.paid or self.creates)

    @property
    def is_job(self) -> bool:
        """Created, polled, fetched: what it costs is set aside at its creation and known at its end."""
        return self.flow in (Flow.EXPORT, Flow.AUDIENCE)

    @property
    def units(self) -> tuple[Unit, ...]:
        """What can be counted here, so what a billing model may rest on."""
        if self.is_job:
            return (Unit.NONE, Unit.CALL, Unit.PAGE, Unit.RECORD)
        return (
            Unit.NONE,
            Unit.CALL,
            *((Unit.PAGE,) if self.flow in (Flow.PAGES, Flow.CURSOR) else ()),
            Unit.SUBJECT,
            *((Unit.MATCH,) if self.matches is not uncounted else ()),
            *((Unit.RECORD,) if self.records is not uncounted else ()),
        )

    def most(self, subjects: int, options: Mapping[str, Any], page: int | None = None) -> Counts:
        """The most that a call can count. Where nothing bounds its records: so many a subject as the billing says,
        or ``MOST_RECORDS``; what comes above is counted in full."""
        if self.most_records is not None:
            records = self.most_records(options, subjects)
        else:
            records = subjects * (self.billing.most_records or MOST_RECORDS)
        return Counts(_asked(subjects, page), matches=subjects, records=records)

    def counts(self, parsed: Any, subjects: int, page: int | None = None) -> Counts:
        """What an accepted answer counts."""
        return Counts(_asked(subjects, page), matches=self.matches(parsed), records=self.records(parsed))

    def quote(self, subjects: int, options: Mapping[str, Any] | None = None, page: int | None = None) -> float:
        """The most that a call about ``subjects`` subjects can cost, in credits."""
        return self.billing.charge(self.most(subjects, options or {}, page)) or 0.0

    def changed(self, **values: Any) -> "Endpoint":
        return replace(self, **values)


#: Records of one subject where no document bounds them: a page of BIGDBM's look-ups holds at most 100 (assumed,
#: 2026-11-30). Too high only sets more aside for the time of a call; `billing.most_records` says otherwise.
MOST_RECORDS = 100
#: Rows on a page of a job's result, where the request does not set it (BIGDBM audiences, assumed).
JOB_PAGE = 100


def _asked(subjects: int, page: int | None) -> int:
    """A read of many pages asks about its subject once: on its first page."""
    return subjects if page is None or page == 1 else 0


_PLAIN_EMAIL = re.compile(r"^[a-z0-9._%+'-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,63}$", re.IGNORECASE)


def is_email(value: str) -> bool:
    """Plain addresses by a pattern (fast); anything unusual is decided by the email-validator library."""
    if _PLAIN_EMAIL.match(value) and ".." not in value and not value.startswith("."):
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def matches_pattern(pattern: str) -> Callable[[Asked], bool]:
    compiled = re.compile(pattern)
    return lambda subject: compiled.fullmatch(subject.value) is not None


#: A US number as ten digits, the form BIGDBM's public clients send (dossier: phones).
US_PHONE = Check("phone_format", "not a US number of ten digits", matches_pattern(r"[2-9]\d{9}"))
EMAIL_FORMAT = Check("email_format", "not a valid e-mail address", lambda subject: is_email(subject.value))
MD5_FORMAT = Check("md5_format", "not 32 lower-case hex digits", matches_pattern(r"[0-9a-f]{32}"))


def integer_between(name: str, least: int, most: int, rule: str, *, required: bool = True) -> OptionCheck:
    """An integer (not text, not a boolean) within both borders."""

    def test(options: Mapping[str, Any]) -> str | None:
        value = options.get(name)
        if value is None:
            return f"{name} is required" if required else None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return f"{name} must be a whole number from {least:,} to {most:,}"
        return None

    return OptionCheck(rule, test)
