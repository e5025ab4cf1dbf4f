"""A disk that does not take what is written: the same few causes, whichever library met them first."""

import errno
import os

import duckdb

_REASONS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission to write is missing",
    errno.EPERM: "permission to write is missing",
}


def refusal(error: BaseException) -> str | None:
    """Why a write was refused, in a few words; None when the error is about something else."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0)
    if isinstance(error, duckdb.Error):  # tells the system's reason in words only
        message = str(error)
        return next((reason for code, reason in _REASONS.items() if os.strerror(code) in message), None)
    return None
