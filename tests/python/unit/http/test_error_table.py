"""The error table, row by row: defaults, and each vendor's exceptions."""

import json

import pytest

from contactable.http import Action, ErrorTable, Fault, Reply, TransportFault
from contactable.http.errors import DEFAULT_RULES
from contactable.vendors import ENDPOINTS

EMAIL, EXACT, FEED, QUERY = (
    ENDPOINTS[key].errors
    for key in (
        "bigdbm.email_batch",
        "exactbuyer.bulk_enrich",
        "contactbased.feed_search",
        "leadpipe.audience_query",
    )
)
PAGE = ENDPOINTS["contactbased.export_page"].errors


def said(status: int | None, message: str = "", fault: TransportFault | None = None) -> Reply:
    return Reply(status, json.dumps({"message": message}), fault=fault)


@pytest.mark.parametrize(
    ("exceptions", "reply", "action", "fault", "charged"),
    [
        # transport
        ((), said(None, fault=TransportFault.NOT_SENT), Action.RETRY, Fault.TRANSIENT, False),
        ((), said(None, fault=TransportFault.TIMEOUT), Action.RETRY, Fault.TRANSIENT, None),
        ((), said(200, fault=TransportFault.CUT), Action.RETRY, Fault.TRANSIENT, None),
        ((), said(200, fault=TransportFault.TOO_LARGE), Action.ACCEPT, Fault.VENDOR, True),
        # statuses
        ((), said(200), Action.ACCEPT, Fault.NONE, True),
        ((), said(201), Action.ACCEPT, Fault.NONE, True),
        ((), said(301), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(400), Action.REFUSE, Fault.OURS, False),
        ((), said(401), Action.STOP_VENDOR, Fault.CONFIGURATION, False),
        ((), said(402), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(403), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(404), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(405), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(408), Action.RETRY, Fault.TRANSIENT, None),
        ((), said(409), Action.REFUSE, Fault.OURS, False),
        ((), said(413), Action.REFUSE, Fault.OURS, False),
        ((), said(422), Action.REFUSE, Fault.OURS, False),
        ((), said(429), Action.SLOW_DOWN, Fault.TRANSIENT, False),
        ((), said(500), Action.RETRY, Fault.VENDOR, None),
        ((), said(501), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        ((), said(502), Action.RETRY, Fault.VENDOR, None),
        ((), said(503), Action.RETRY, Fault.VENDOR, None),
        ((), said(504), Action.RETRY, Fault.VENDOR, None),
        ((), said(799), Action.STOP_PRODUCT, Fault.VENDOR, None),
        # BIGDBM's e-mail endpoint says everything with 400 (Error Messages, literal)
        (
            EMAIL,
            said(400, "'Emails' must contain at least one email address and no more than 10 email addresses!"),
            Action.REFUSE,
            Fault.OURS,
            False,
        ),
        (
            EMAIL,
            said(400, "An email address must be in a valid format and contain no more than 200 characters!"),
            Action.REFUSE,
            Fault.OURS,
            False,
        ),
        (
            EMAIL,
            said(400, "Validator with the ID: 11 not found!"),
            Action.STOP_PRODUCT,
            Fault.CONFIGURATION,
            False,
        ),
        (EMAIL, said(400, "Validation error. Please contact us!"), Action.RETRY, Fault.VENDOR, False),
        (EMAIL, said(400, "Invalid ClientId!"), Action.STOP_PRODUCT, Fault.CONFIGURATION, False),
        # ExactBuyer: 403 is spent credits
        (EXACT, said(403), Action.STOP_VENDOR, Fault.CONFIGURATION, False),
        # ContactBased: 403 is the window or an option; 409 while an export builds
        (FEED, said(403), Action.REFUSE, Fault.CONFIGURATION, False),
        (FEED, said(404), Action.REFUSE, Fault.CONFIGURATION, False),
        (PAGE, said(409), Action.NOT_YET, Fault.NONE, False),
        # Leadpipe: 202 is "not yet"; a stale cursor begins again
        (QUERY, said(202), Action.NOT_YET, Fault.NONE, False),
        (QUERY, said(400, "Invalid cursor"), Action.RESTART, Fault.VENDOR, False),
        (QUERY, said(400, "topicIds must contain 1 to 10 items"), Action.REFUSE, Fault.OURS, False),
        (QUERY, said(403, "Organization is expired"), Action.STOP_VENDOR, Fault.CONFIGURATION, False),
        (QUERY, said(404), Action.REFUSE, Fault.CONFIGURATION, False),
    ],
)
def test_every_row(
    exceptions: tuple[object, ...], reply: Reply, action: Action, fault: Fault, charged: bool | None
) -> None:
    verdict = ErrorTable(exceptions).judge(reply)  # type: ignore[arg-type]
    assert (verdict.action, verdict.fault, verdict.charged) == (action, fault, charged)


def test_the_table_is_total_and_every_fault_advises() -> None:
    table = ErrorTable()
    for status in range(100, 1000):
        assert table.judge(Reply(status, "")).rule
    for fault in TransportFault:
        assert table.judge(Reply(None, "", fault=fault)).rule
    for rule in (*DEFAULT_RULES, *(rule for endpoint in ENDPOINTS.values() for rule in endpoint.errors)):
        assert rule.advice or rule.fault is Fault.NONE, rule.name


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"message":"a"}', "a"),
        ('{"detail":"b"}', "b"),
        ('{"error":"c"}', "c"),
        ('{"error":{"code":"X","message":"d"}}', "d"),
        ('{"error":{"message":"e"}}', "e"),
        ('{"title":"f"}', "f"),
        ('{"detail":[{"loc":["body","page_size"],"msg":"g","type":"t"}]}', "g"),
        ("<html>bad gateway</html>", ""),
        ("[1]", ""),
        ("", ""),
    ],
)
def test_error_text_is_found_in_every_known_shape(body: str, text: str) -> None:
    assert Reply(400, body).message() == text
