"""Privacy: whom never to contact again, and how a person leaves every place that holds them.

Knows no other room: it is handed a warehouse file, a folder of segments, the address of a journal, and a way
to change published files. Nothing here ever says, logs or returns a personal value.
"""

from contactable.privacy.erasure import (
    ErasureIncompleteError,
    ErasureReport,
    Kept,
    RewritePublications,
    erase,
)
from contactable.privacy.identifiers import Identifier, IdentifierError, identify, recognise
from contactable.privacy.people import CONTACT_KEY, AmbiguousIdentifierError
from contactable.privacy.suppression import (
    SCOPES,
    ImportReport,
    forget_again,
    restore,
    suppress,
    suppress_csv,
)

__all__ = [
    "CONTACT_KEY",
    "SCOPES",
    "AmbiguousIdentifierError",
    "ErasureIncompleteError",
    "ErasureReport",
    "Identifier",
    "IdentifierError",
    "ImportReport",
    "Kept",
    "RewritePublications",
    "erase",
    "forget_again",
    "identify",
    "recognise",
    "restore",
    "suppress",
    "suppress_csv",
]
