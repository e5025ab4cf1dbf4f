"""The object storage behind signed URLs: no key, an expiry, errors in XML as such storage gives them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlencode

from contactable.sandbox.clock import iso
from contactable.sandbox.contactbased.exports import Exports, Tables
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.vendor import Call, Reply

LIFE = timedelta(hours=1)
PATH = "/bucket/{export}/{file}"
FULL = "full.csv"


class Bucket:
    """Signs addresses and serves what they name. Counts the visitors that brought a key, who should not have."""

    def __init__(self, seed: int, exports: Exports, tables: Tables) -> None:
        self._secret = salt_of(seed, "contactbased", "bucket").to_bytes(8, "big")
        self._exports = exports
        self._tables = tables
        self.visits = {"with_key": 0, "without_key": 0}

    def sign(self, base_url: str, export_id: str, file: str, expires: datetime) -> str:
        """An address that works until `expires`."""
        moment = iso(expires)
        query = urlencode({"expires": moment, "signature": self._signature(export_id, file, moment)})
        return f"{base_url}/contactbased/bucket/{export_id}/{file}?{query}"

    def _signature(self, export_id: str, file: str, expires: str) -> str:
        text = f"{export_id}|{file}|{expires}".encode()
        return hashlib.blake2b(text, digest_size=16, key=self._secret).hexdigest()

    def get(self, call: Call) -> Reply:
        """A whole export or one of its pages as CSV."""
        self.visits["with_key" if call.header("x-api-key") else "without_key"] += 1
        export_id, file = call.params["export"], call.params["file"]
        expires = call.query.get("expires", "")
        export = self._exports.get(export_id)
        if export is None or call.query.get("signature") != self._signature(export_id, file, expires):
            return _denied("SignatureDoesNotMatch", "The signature does not match")
        if iso(call.now) >= expires:
            return _denied("AccessDenied", "Request has expired")
        spelling = call.switch("bundle_columns")
        if file == FULL:
            text = self._tables.file(export, spelling)
        else:
            text = self._tables.page(export, int(file.removeprefix("page-").removesuffix(".csv")), spelling)
        if call.fault("short_list"):
            text = text[: len(text) * 2 // 3]
        return Reply(200, text.encode(), "text/csv; charset=utf-8")


def _denied(code: str, message: str) -> Reply:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Reply(403, body.encode(), "application/xml")
