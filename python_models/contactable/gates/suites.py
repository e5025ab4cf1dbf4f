"""What is expected of each gate: one line a check, with the limit, how much it weighs, and why, as of which day.

The measurements are columns of ``models/gates/gate_<mart>.sql``. A count of things that must not exist has the
limit zero; a share lies between 0 and 1; an age is in hours.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Check:
    """One expectation: ``gate.column`` lies between ``minimum`` and ``maximum`` (both included, None is open)."""

    gate: str
    column: str
    minimum: float | None
    maximum: float | None
    severity: Severity
    reason: str
    #: NULL is an answer too (no earlier publication to compare with, nothing checked yet).
    unknown_passes: bool = False

    expectation = "expect_column_values_to_be_between"

    @property
    def expectations(self) -> int:
        """Say how many expectations of Great Expectations this check becomes."""
        return 1 if self.unknown_passes else 2

    @property
    def threshold(self) -> str:
        """Say the limit in words."""
        low, high = self.minimum, self.maximum
        text = (
            f"= {high:g}"
            if low == high and high is not None
            else f"<= {high:g}"
            if low is None
            else f">= {low:g}"
            if high is None
            else f"{low:g} to {high:g}"
        )
        return f"{text} or unknown" if self.unknown_passes else text


def _never(gate: str, columns: dict[str, str]) -> tuple[Check, ...]:
    """Expect counts of things that must not exist to be zero: column -> why."""
    return tuple(Check(gate, column, 0, 0, "error", reason) for column, reason in columns.items())


_KEYS = {
    "null_keys": "A row without its key can be joined to nothing (2026-11-21).",
    "duplicate_keys": "A key carried twice multiplies whatever is joined to it (2026-11-21).",
}
_OF_A_PERSON = _KEYS | {"orphan_contacts": "Every row belongs to a person that is in contacts (2026-11-21)."}

#: Losing rows is what a publication must not hide; growing is what buying is for, so a leap only asks for a look.
_LARGEST_LOSS, _LARGEST_GAIN = -0.3, 3.0
_LOSS = (
    "Three in ten rows gone since the last publication is an accident until somebody says otherwise (2026-11-21)."
)
_GAIN = "Four times the rows of the last publication: new vendor, or people who fell apart? (2026-11-21)"

#: A daily job that rested over a long weekend is fine; five weeks without news means that nobody runs it any more.
_STALE_HOURS, _DEAD_HOURS = 96, 840


def _volume(gate: str) -> tuple[Check, ...]:
    return (
        Check(gate, "volume_change", _LARGEST_LOSS, None, "error", _LOSS, unknown_passes=True),
        Check(gate, "volume_change", None, _LARGEST_GAIN, "warn", _GAIN, unknown_passes=True),
    )


def _freshness(gate: str) -> tuple[Check, ...]:
    stale = "Nothing new for four days: is the job running, are the vendors answering? (2026-11-21)"
    dead = "Nothing new for five weeks: verdicts have outlived their lives, and nobody noticed (2026-11-21)."
    return (
        Check(gate, "freshness_hours", None, _STALE_HOURS, "warn", stale, unknown_passes=True),
        Check(gate, "freshness_hours", None, _DEAD_HOURS, "error", dead, unknown_passes=True),
    )


def _share(gate: str, column: str, most: float, reason: str, severity: Severity = "warn") -> Check:
    """Expect a share to stay under a limit; of nothing there is no share, and that is no fault."""
    return Check(gate, column, None, most, severity, reason, unknown_passes=True)


def _look(gate: str, column: str, reason: str) -> Check:
    return Check(gate, column, 0, 0, "warn", reason)


CHECKS: tuple[Check, ...] = (
    # --- people
    *_never("gate_contacts", _KEYS),
    *_volume("gate_contacts"),
    *_freshness("gate_contacts"),
    _share(
        "gate_contacts",
        "conflict_share",
        0.5,
        "Vendors contradict each other on half of the people (2026-11-21).",
    ),
    *_never(
        "gate_contact_identifiers",
        _OF_A_PERSON
        | {
            "unknown_types": "An identifier of a type we do not know links nobody (2026-11-21).",
            "plain_emails": "Addresses stand in contact_emails; here only their hashes (2026-11-21).",
            "malformed_hashes": "A hash of the wrong length meets no other hash (2026-11-21).",
        },
    ),
    *_never(
        "gate_contact_attributes",
        _OF_A_PERSON
        | {"several_winners": "A person has one name, one street, one employer to show (2026-11-21)."},
    ),
    # --- addresses and numbers
    *_never(
        "gate_contact_emails",
        _OF_A_PERSON
        | {
            "unknown_verdicts": "A reader knows send, review, suppress, unknown, and nothing else (2026-11-21).",
            "send_without_check": "Nobody is sent mail on an address that nobody checked (2026-11-21).",
            "send_but_suppressed": "A suppression beats every score (2026-11-21).",
            "send_against_policy": "The seed email_statuses decides what may be sent to (2026-11-21).",
            "malformed_hashes": "A hash of the wrong length meets no other hash (2026-11-21).",
        },
    ),
    _look(
        "gate_contact_emails",
        "unmapped_codes",
        "The vendor has a status that our seed does not know (2026-11-21).",
    ),
    *_never(
        "gate_contact_phones",
        _OF_A_PERSON
        | {
            "malformed_phones": "A number that is not E.164 cannot be dialled (2026-11-21).",
            "opql_out_of_range": "OPQL is 0 to 5 (BIGDBM developer docs, OPQL Phone Validation; 2026-11-21).",
            "unknown_verdicts": "A reader knows call, review, suppress, unknown, and nothing else (2026-11-21).",
            "call_without_check": "Nobody is called on a number that nobody checked (2026-11-21).",
            "call_but_dnc": "A Do-Not-Call flag beats every score (2026-11-21).",
            "call_without_dnc_answer": 'Empty is not "not listed": somebody must have said no (2026-11-30).',
            "call_but_suppressed": "A suppression beats every score (2026-11-21).",
            "call_against_policy": "The seed opql_scores decides whom we may call (2026-11-21).",
        },
    ),
    _look(
        "gate_contact_phones",
        "unreadable_dnc_flags",
        "A vendor's Do-Not-Call flag is in words that macros/json/to_dnc.sql does not know (2026-11-30).",
    ),
    # --- verdicts of the validators
    *_never(
        "gate_email_validations",
        _KEYS | {"verdict_without_answer": "Unknown is never invalid: no answer, no verdict (2026-11-21)."},
    ),
    _look(
        "gate_email_validations",
        "unmapped_codes",
        "The vendor has a status that our seed does not know (2026-11-21).",
    ),
    _share(
        "gate_email_validations", "unknown_share", 0.5, "The validator cannot tell every second time (2026-11-21)."
    ),
    _share(
        "gate_email_validations",
        "freshness_hours",
        1440,
        "Two months without a check: no send verdict lives longer (2026-11-21).",
    ),
    *_never(
        "gate_phone_validations",
        _KEYS
        | {
            "opql_out_of_range": "OPQL is 0 to 5 (BIGDBM developer docs, OPQL Phone Validation; 2026-11-21).",
            "verdict_without_answer": "Unknown is never invalid: no answer, no verdict (2026-11-21).",
        },
    ),
    _look(
        "gate_phone_validations",
        "unmapped_codes",
        "The vendor has a score that our seed does not know (2026-11-21).",
    ),
    _share(
        "gate_phone_validations", "unknown_share", 0.5, "The validator cannot tell every second time (2026-11-21)."
    ),
    _share(
        "gate_phone_validations",
        "freshness_hours",
        2160,
        "A quarter without a check: no call verdict lives longer (2026-11-21).",
    ),
    # --- intent
    *_never(
        "gate_intent_signals",
        _OF_A_PERSON | {"scores_out_of_range": "Every vendor's score is brought to 0 to 100 (2026-11-21)."},
    ),
    *_volume("gate_intent_signals"),
    _share("gate_intent_signals", "freshness_hours", _STALE_HOURS, "Intent is worth buying fresh (2026-11-21)."),
    _look(
        "gate_intent_signals",
        "future_signals",
        "A vendor dates signals after tomorrow; they never fade (2026-11-21).",
    ),
    _share("gate_intent_signals", "unscored_share", 0.2, "A signal without a score adds nothing (2026-11-21)."),
    _share(
        "gate_intent_signals", "unknown_hem_share", 0.05, "A hash of no known length finds nobody (2026-11-21)."
    ),
    # --- the answer this is all for
    *_never(
        "gate_contactability",
        _OF_A_PERSON
        | {
            "missing_rows": "Each person has one row a channel, contactable or not (2026-11-21).",
            "unknown_verdicts": "A reader knows five verdicts, and each on its own channel (2026-11-21).",
            "contactable_but_suppressed": "A suppression beats every score (2026-11-21).",
            "contactable_but_dnc": "A Do-Not-Call flag beats every score (2026-11-21).",
            "contactable_against_policy": "The seeds decide who is contactable (2026-11-21).",
            "contactable_without_address": "Contactable at what? (2026-11-21)",
        },
    ),
    _share(
        "gate_contactability",
        "unvalidated_share",
        0.9,
        "Nine in ten known addresses and numbers have no verdict: was validation paid for? (2026-11-21)",
    ),
    # --- books
    Check(
        "gate_record_conservation", "stream_count", 1, None, "error", "Books over no stream balance (2026-11-21)."
    ),
    *_never(
        "gate_record_conservation",
        {
            "difference": "Every landed record is staged, quarantined or a counted duplicate (2026-11-21).",
            "unaccounted_answers": "No answer that was paid for vanishes before staging (2026-11-21).",
        },
    ),
    _share(
        "gate_record_conservation", "quarantined_share", 0.05, "A vendor has changed its answers (2026-11-21)."
    ),
    _share(
        "gate_record_conservation",
        "quarantined_share",
        0.5,
        "Most of what landed could not be read: what would be published is a remainder (2026-11-21).",
        "error",
    ),
    *_never(
        "gate_vendor_requests",
        _KEYS
        | {
            "unknown_states": "A request is reserved, settled, refused, failed or ambiguous (2026-11-21).",
            "negative_credits": "A negative amount hides spend (2026-11-21).",
            "unshared_credits": "vendor_spend shares out what the ledger holds, to the last credit (2026-11-21).",
            "unshared_money": "vendor_spend shares out what the ledger holds, to the last cent (2026-11-21).",
        },
    ),
    _look(
        "gate_vendor_requests", "ambiguous_requests", "Paid or not? `contactable reconcile` decides (2026-11-21)."
    ),
    _look("gate_vendor_requests", "overcharged_requests", "A call cost more than was set aside (2026-11-21)."),
)
