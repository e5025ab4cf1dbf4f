"""What the campaign asks: questions of every flow and price, about a small invented world."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from contactable.clock import utc_now
from crash.cycle import Asked
from support.sandbox_server import SandboxServer


def worklist(sandbox: SandboxServer, people: int = 24, name: str = "Campaign") -> list[Asked]:
    """Batches and single calls, a cursor, paid pages, an export, an audience, a saved thing; free and paid."""
    return [*_questions(sandbox, people, name)]


def _questions(sandbox: SandboxServer, people: int, name: str) -> Iterator[Asked]:
    today = utc_now().date()
    window = {"StartDate": str(today - timedelta(days=30)), "EndDate": str(today - timedelta(days=1))}
    emails = [row["email"] for row in sandbox.truth("mailboxes")][:people]
    phones = [row["phone"].removeprefix("+1") for row in sandbox.truth("phones")][: people // 2]
    domains = [row["domain"] for row in sandbox.truth("employers")][:2]
    for endpoint in ("contactbased.feeds", "contactbased.credits", "leadpipe.audience_list"):
        yield Asked(endpoint, "organization", "self")
    yield Asked("leadpipe.audience_create", "audience_name", name, _LEADPIPE | {"filters": {"isB2b": "y"}})
    yield Asked("bigdbm.intent_create_list", "keyword", "audi", {**window, "NumberOfHems": 100})
    yield Asked("bigdbm.audience", "bigdbm_audience", name, _AUDIENCE)
    yield Asked("contactbased.export", "feed", sandbox.broadest_feed(), _EXPORT)
    yield Asked("leadpipe.audience_query", "query", "everybody", _LEADPIPE | {"maxScore": 100})
    for email in emails[: people // 4]:
        digest = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()
        yield Asked("bigdbm.intent_by_md5", "email_md5", digest, window)
    for domain in domains:
        yield Asked("bigdbm.b2b_company", "company", f'{{"Domain":"{domain}"}}', {"OutputId": 3}, 1)
    for email in emails:
        yield Asked("exactbuyer.bulk_enrich", "email", email, {"required_fields": []}, 1)
        yield Asked("bigdbm.email_batch", "email", email, {"ValidatorId": 10}, 1)
    for phone in phones:
        yield Asked("bigdbm.opql", "phone", phone, {}, 1)
    # A malformed one, which a documented limit keeps at home: recorded once, never sent.
    yield Asked("bigdbm.opql", "phone", "12", {}, 1)


_LEADPIPE = {"topicIds": [117801, 117802], "minScore": 1}
_AUDIENCE = {"AudienceType": "consumer", "Filters": [], "MaxRecords": 250}
_EXPORT = {"lookback_days": 30, "page_size": 1000, "require_contact_id": True}
