"""Nothing personal and no secret in logs, errors, metrics or file names."""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[^\s\"'<>()\[\],;:=/]+@[^\s\"'<>()\[\],;]+")
_PHONE = re.compile(r"(?<![\w.])(?:\+?\d{1,3}[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)")
_HASH = re.compile(r"\b[0-9a-fA-F]{32,64}\b")
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']+")
_BEARER = re.compile(r"(?i)(bearer\s+)\S+")


class Redactor:
    """Turns text into text that may be written down; subjects into keyed hashes.

    The key is drawn once a home (or given), so that one subject is recognisable in one home's logs and
    meaningless outside them.
    """

    def __init__(self, key: bytes, secrets: Iterable[str] = ()) -> None:
        self._key = key
        self._secrets = tuple(sorted({s for s in secrets if len(s) >= 4}, key=len, reverse=True))

    def subject(self, value: str) -> str:
        """12 hex digits of HMAC-SHA-256."""
        return hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()[:12]

    def text(self, text: str, limit: int = 300) -> str:
        """Without secrets, addresses, numbers, hashes and query strings; at most ``limit`` characters."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        text = _BEARER.sub(r"\1[secret]", text)
        text = _QUERY.sub(r"\1?[query]", text)
        text = _EMAIL.sub("[email]", text)
        text = _HASH.sub("[hash]", text)
        text = _PHONE.sub("[phone]", text)
        return text if len(text) <= limit else text[: limit - 1] + "…"


class RedactingFilter(logging.Filter):
    """Last line of defence on every handler: whatever was logged leaves redacted."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redactor.text(record.getMessage(), limit=2000)
        record.args = None
        return True
