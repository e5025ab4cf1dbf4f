"""Publication: what analysts and BI tools read, and the page that tells what is in it.

Knows no other room: a warehouse file goes in, a directory of finished files comes out, and one rename of a
symbolic link makes all of them visible at once.
"""

from contactable.publish.anchors import PersonalValueError
from contactable.publish.books import BookDifference, book_differences
from contactable.publish.keying import PseudonymSecretError
from contactable.publish.layout import (
    Layout,
    Publication,
    PublicationRefusedError,
    PublishError,
    UnknownPublicationError,
    current_publication,
    publications,
)
from contactable.publish.pseudonymous import UndeclaredColumnError
from contactable.publish.publication import CandidateChangedError, publish, rewrite, rollback
from contactable.publish.report import GateLine, write_report

__all__ = [
    "BookDifference",
    "CandidateChangedError",
    "GateLine",
    "Layout",
    "PersonalValueError",
    "PseudonymSecretError",
    "Publication",
    "PublicationRefusedError",
    "PublishError",
    "UndeclaredColumnError",
    "UnknownPublicationError",
    "book_differences",
    "current_publication",
    "publications",
    "publish",
    "rewrite",
    "rollback",
    "write_report",
]
