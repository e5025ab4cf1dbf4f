"""Kinds of noise: how much of each at which level, and why that much.

All shares were set on 2026-11-21, from what is known of bought contact data and not from what the rules can do.
They are orders of magnitude, not those of one vendor; ``high`` is meant to be worse than what one would pay for.
"""

from dataclasses import dataclass

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of noise. ``low``, ``medium`` and ``high`` are shares of ``unit``."""

    name: str
    unit: str
    low: float
    medium: float
    high: float
    why: str

    def at(self, level: str) -> float:
        """The share at a level.

        Raises:
            ValueError: there is no such level.
        """
        if level not in LEVELS:
            raise ValueError(f"no level {level!r}; there are {', '.join(LEVELS)}")
        share: float = getattr(self, level)
        return share


KINDS: tuple[Kind, ...] = (
    Kind("typo_name", "names of an evidence", 0.005, 0.02, 0.06,
         "Studies of keyed-in data find 0.5 to 5 wrong fields in a hundred."),
    Kind("typo_email", "addresses given", 0.002, 0.006, 0.02,
         "Bounces of form-filled lists: a wrong letter in well under one address in fifty."),
    Kind("typo_street", "street lines", 0.005, 0.02, 0.06,
         "As for names; half of them are other forms of one street."),
    Kind("nickname", "first names that have one", 0.03, 0.1, 0.25,
         "People give vendors the name they go by; lists made from documents carry the formal one."),
    Kind("initial", "first names", 0.005, 0.02, 0.05,
         "Directories and invoices print J. Smith."),
    Kind("swapped_names", "evidences with a name", 0.001, 0.004, 0.015,
         "Family name first, read by the wrong column."),
    Kind("spelling", "evidences with a name", 0.05, 0.15, 0.3,
         "Capitals, lost accents, hyphens and apostrophes, a middle initial: whatever exported the list last."),
    Kind("missing", "fields of an evidence", 0.02, 0.06, 0.15,
         "Vendors' own fill rates of e-mail and phone are 50 to 95 %."),
    Kind("moved", "people", 0.05, 0.12, 0.25,
         "Census, CPS 2022: 8.7 % of Americans moved within a year; files are one to three years old."),
    Kind("changed_job", "evidences of people who changed", 0.12, 0.22, 0.4,
         "BLS, January 2024: median tenure 3.9 years; the view's own stale share is 0.12 to 0.25."),
    Kind("married_name", "people", 0.01, 0.03, 0.06,
         "About 2 million marriages a year; four in five wives take the name (Pew Research, 2023)."),
    Kind("family_phone", "people who are not the first of a household", 0.02, 0.06, 0.15,
         "One number on the family's contract or loyalty card; the landline is shared by all at every level."),
    Kind("family_email", "people who are not the first of a household", 0.01, 0.03, 0.08,
         "Couples with one mailbox, children on a parent's."),
    Kind("switchboard", "work numbers", 0.1, 0.25, 0.45,
         "Where there is no direct number, vendors give the main one."),
    Kind("role_mailbox", "work addresses", 0.01, 0.03, 0.08,
         "info@ and sales@ stand for whoever signed up with them."),
    Kind("recycled_phone", "people with a mobile", 0.01, 0.03, 0.08,
         "FCC 18-177: about 35 million numbers a year go back and are given out again, some 5 %."),
    Kind("recycled_email", "people with a mailbox", 0.0005, 0.002, 0.006,
         "Providers that re-issue idle names, and companies that give jsmith@ to the next J. Smith."),
    Kind("junior_senior", "people at home with a man of 45 and more", 0.01, 0.03, 0.06,
         "Two or three men in a hundred carry the name of their father; some still live with him."),
    Kind("namesake", "people", 0.005, 0.01, 0.02,
         "Same full name at one employer or in one town, on top of what chance makes of a thousand last names."),
    Kind("vendor_duplicate", "people of a vendor with ids", 0.01, 0.03, 0.08,
         "The vendor's own matching missed."),
    Kind("two_in_one", "ids of a vendor", 0.0005, 0.002, 0.006,
         "The vendor's own matching joined two people."),
    Kind("hash_only", "addresses of the vendor that sells hashes", 0.2, 0.35, 0.6,
         "One vendor withholds the address where its contract says so."),
    Kind("upper_hash", "hashes", 0.005, 0.02, 0.06,
         "A pipeline that did not lower-case before it hashed."),
    Kind("nameless_id", "ids of the vendor that sells modules", 0.02, 0.05, 0.12,
         "Only the contact modules were bought for them."),
    Kind("placeholder", "addresses and numbers given", 0.001, 0.003, 0.01,
         "Typed to get past a form."),
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}
#: Which bit of an evidence's ``kinds`` says that a kind touched it.
BIT = {kind.name: 1 << place for place, kind in enumerate(KINDS)}


def shares(level: str) -> dict[str, float]:
    """Every kind's share at a level, by name.

    Raises:
        ValueError: there is no such level.
    """
    return {kind.name: kind.at(level) for kind in KINDS}
