"""What the journal refuses, beside a spent budget (see ``budget``)."""


class JournalError(RuntimeError):
    """The journal cannot be used; the message says who must do what."""


class NotAmbiguousError(JournalError):
    """Somebody has decided this call meanwhile, or it never was ambiguous."""


class HostBusyError(Exception):
    """As many calls as the vendor's host may have in flight are in flight, over all processes."""


class ReadElsewhereError(Exception):
    """Another live process reads this extraction, or has just read it."""
