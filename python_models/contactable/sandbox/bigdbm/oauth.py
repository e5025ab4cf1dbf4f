"""The token service that public clients use although the document speaks of static tokens [public]."""

from __future__ import annotations

from datetime import datetime, timedelta

from contactable.sandbox.bigdbm.common import ACTIVE, AUTH, NAME
from contactable.sandbox.hashing import salt_of
from contactable.sandbox.vendor import Call, Provenance, Reply, Route, Sandbox, same_secret

TOKEN_SECONDS = 3_600


class TokenService:
    """Client credentials against one known client; a token dies when the sandbox's clock passes its hour."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._seed = sandbox.world.seed
        self.client_id = f"sandbox_client_{salt_of(self._seed, 'client id'):016x}"
        self.client_secret = f"sandbox_secret_{salt_of(self._seed, 'client secret'):016x}"
        self._issued: dict[str, datetime] = {}

    def issue(self, call: Call) -> Reply:
        """POST /oauth2/token, form-encoded."""
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            return Reply(400, {"error": "unsupported_grant_type"})
        known = same_secret(form.get("client_id", ""), self.client_id)
        if not (known and same_secret(form.get("client_secret", ""), self.client_secret)):
            return Reply(400, {"error": "invalid_client"})
        token = f"sandbox_{NAME}_issued_{salt_of(self._seed, 'issued', len(self._issued)):016x}"
        self._issued[token] = call.now + timedelta(seconds=TOKEN_SECONDS)
        call.sandbox.keys.admit(NAME, token, ACTIVE)
        return Reply(200, {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})

    def has_expired(self, token: str, now: datetime) -> bool:
        """Whether an issued token is past its time; static tokens never are."""
        end = self._issued.get(token)
        return end is not None and now >= end

    def routes(self) -> list[Route]:
        note = "path, form and answer public; life and errors assumed"
        return [Route("POST", f"{AUTH}/oauth2/token", self.issue, "token", Provenance.PUBLIC, note, open=True)]
