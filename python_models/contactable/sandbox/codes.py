"""The small integers that stand for kinds in the world's columns."""

from __future__ import annotations

NOBODY = -1
"""No such member: an empty reference or a search without result."""

NO_PHONE, MOBILE, LANDLINE, WORK, SWITCHBOARD = range(5)
PHONE_TYPES = ("none", "mobile", "landline", "work", "work")

FEMALE, MALE, UNKNOWN_GENDER = range(3)
SINGLE, MARRIED, UNKNOWN_MARITAL = range(3)
OWNER, RENTER, PROBABLE_OWNER, UNKNOWN_OWNER = range(4)

PERSONAL, PERSONAL_2, WORK_MAIL, OLD_WORK_MAIL, ROLE_MAIL = range(5)
MAIL_KINDS = ("personal", "personal_2", "work", "old_work", "role")
