"""Errors are a table: what came back -> what to do, and whose fault it was.

The defaults stand here once; a vendor's module lists only its exceptions. The first rule that fits wins,
exceptions before defaults. ``tests/python/unit/http/test_error_table.py`` walks it row by row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contactable.http.messages import Reply, TransportFault


class Action(StrEnum):
    """What the executor does next."""

    ACCEPT = "accept"  # journal the answer, settle the credits
    NOT_YET = "not_yet"  # the vendor is still working on it: ask again later, nothing landed
    NO_MATCH = "no_match"  # an answer: nobody there
    RETRY = "retry"  # ask again with backoff, where that cannot cost twice; else ambiguous
    SLOW_DOWN = "slow_down"  # ask again after the time the vendor names
    REFUSE = "refuse"  # the vendor refuses this request: bisect a batch, else set the subject aside
    STOP_PRODUCT = "stop_product"  # nothing more for this product in this run
    STOP_VENDOR = "stop_vendor"  # nothing more for this vendor in this run
    RESTART = "restart"  # this paged read is void: begin it again


class Fault(StrEnum):
    """Whose fault it was, so that the right person is told."""

    NONE = "none"
    OURS = "ours"
    CONFIGURATION = "configuration"
    VENDOR = "vendor"
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """A row of the table. Every given condition must hold."""

    name: str
    action: Action
    fault: Fault
    statuses: frozenset[int] = frozenset()
    transport: TransportFault | None = None
    message: str | None = None  # regular expression over the vendor's own text
    advice: str = ""  # who must do what; {key} stands for the variable whose key was sent
    charged: bool | None = None  # does this outcome cost? None: cannot be known
    max_retries: int | None = None  # lower than the run's, where the vendor says so

    def fits(self, reply: Reply) -> bool:
        if self.transport is not None:
            return reply.fault is self.transport
        if reply.fault is not None or reply.status not in self.statuses:
            return False
        return self.message is None or re.search(self.message, reply.message()) is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that fitted, for the journal and for people."""

    rule: str
    action: Action
    fault: Fault
    advice: str
    charged: bool | None
    max_retries: int | None = None


def _statuses(*codes: int) -> frozenset[int]:
    return frozenset(codes)


#: Defaults for every vendor. Statuses that the vendors document come first (BIGDBM "Response Codes",
#: ContactBased "Authentication"); the others are what gateways in front of them are known to send.
DEFAULT_RULES: tuple[ErrorRule, ...] = (
    ErrorRule(
        "not_sent",
        Action.RETRY,
        Fault.TRANSIENT,
        transport=TransportFault.NOT_SENT,
        charged=False,
        advice="The vendor's host could not be reached. Check the URL variable, DNS and the firewall.",
    ),
    ErrorRule(
        "timeout",
        Action.RETRY,
        Fault.TRANSIENT,
        transport=TransportFault.TIMEOUT,
        advice="Sent, but no answer in time.",
    ),
    ErrorRule(
        "connection_cut",
        Action.RETRY,
        Fault.TRANSIENT,
        transport=TransportFault.CUT,
        advice="Sent, but the connection ended early.",
    ),
    ErrorRule(
        "too_large",
        Action.ACCEPT,
        Fault.VENDOR,
        transport=TransportFault.TOO_LARGE,
        charged=True,
        advice="The answer is longer than http.max_answer_mb; its first part is kept and quarantined.",
    ),
    ErrorRule("ok", Action.ACCEPT, Fault.NONE, statuses=frozenset(range(200, 300)), charged=True),
    ErrorRule(
        "redirected",
        Action.STOP_PRODUCT,
        Fault.CONFIGURATION,
        statuses=frozenset(range(300, 400)),
        charged=False,
        advice="Redirects are not followed (a key must reach its own host only): correct the URL variable.",
    ),
    ErrorRule(
        "bad_request",
        Action.REFUSE,
        Fault.OURS,
        statuses=_statuses(400, 409, 410, 411, 415, 422),
        charged=False,
        advice="The vendor refuses the request as malformed.",
    ),
    ErrorRule(
        "unauthorized",
        Action.STOP_VENDOR,
        Fault.CONFIGURATION,
        statuses=_statuses(401, 407),
        charged=False,
        advice="The key in {key} is missing, inactive or wrong: set {key}.",
    ),
    ErrorRule(
        "payment_required",
        Action.STOP_PRODUCT,
        Fault.CONFIGURATION,
        statuses=_statuses(402),
        charged=False,
        advice="The vendor's credit pool cannot cover the call: buy credits or lower the budget.",
    ),
    ErrorRule(
        "not_licensed",
        Action.STOP_PRODUCT,
        Fault.CONFIGURATION,
        statuses=_statuses(403),
        charged=False,
        advice="The key in {key} is not licensed for this product: ask the vendor, or switch the product off.",
    ),
    ErrorRule(
        "not_found",
        Action.STOP_PRODUCT,
        Fault.CONFIGURATION,
        statuses=_statuses(404, 405, 406, 501),
        charged=False,
        advice="No such endpoint there: check the URL variable and the path under `endpoints` in contactable.yml.",
    ),
    ErrorRule(
        "too_much",
        Action.REFUSE,
        Fault.OURS,
        statuses=_statuses(413, 414, 431),
        charged=False,
        advice="The request is too large for the vendor: lower batch_size.",
    ),
    ErrorRule(
        "rate_limited",
        Action.SLOW_DOWN,
        Fault.TRANSIENT,
        statuses=_statuses(429),
        charged=False,
        advice="Over the plan's request rate: lower calls_per_minute.",
    ),
    ErrorRule(
        "try_again",
        Action.RETRY,
        Fault.TRANSIENT,
        statuses=_statuses(408, 425),
        advice="The vendor asks to try again.",
    ),
    ErrorRule(
        "vendor_error",
        Action.RETRY,
        Fault.VENDOR,
        statuses=frozenset(range(500, 600)) - {501},
        advice="A fault on the vendor's side.",
    ),
    ErrorRule(
        "unknown_status",
        Action.STOP_PRODUCT,
        Fault.VENDOR,
        statuses=frozenset(range(100, 1000)),
        advice="A status that no rule knows: read the answer in the journal.",
    ),
)


class ErrorTable:
    """Exceptions of one vendor or endpoint before the defaults."""

    def __init__(self, exceptions: Sequence[ErrorRule] = ()) -> None:
        self.rules: tuple[ErrorRule, ...] = (*exceptions, *DEFAULT_RULES)

    def judge(self, reply: Reply) -> Verdict:
        """The first rule that fits; the table is total over statuses and transport faults."""
        for rule in self.rules:
            if rule.fits(reply):
                return Verdict(rule.name, rule.action, rule.fault, rule.advice, rule.charged, rule.max_retries)
        return Verdict("no_answer", Action.RETRY, Fault.VENDOR, "No status came back.", None)
