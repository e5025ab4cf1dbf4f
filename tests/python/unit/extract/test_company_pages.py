"""Many people behind one company: read page by page to a proven end, each page bought once."""

from typing import Any

import pytest

from contactable.extract.executor import EndpointWork, run_wave
from contactable.extract.subjects import question
from contactable.http import Reply, Request
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS
from support.extraction import MakeContext, reply, sent_json

COMPANY = ENDPOINTS["bigdbm.b2b_company"]
ASK = question(COMPANY, "q", "company", '{"Domain":"acme.example"}', '{"OutputId":3}', None)


def staff(first: int, count: int) -> dict[str, Any]:
    people = [{"EmployeeID": f"E{n}"} for n in range(first, first + count)]
    return {"requestId": str(first), "returnData": {ASK.subject.value: people} if people else {}}


@pytest.mark.parametrize(
    ("pages", "credits"),
    [([0], 0), ([7], 1), ([99], 1), ([100, 0], 1), ([100, 100, 1], 3)],
    ids=["nobody", "a few", "one short of a page", "a full page and nothing", "three pages"],
)
def test_a_short_page_is_the_last(make_context: MakeContext, pages: list[int], credits: int) -> None:
    context = make_context([reply(staff(1000 * n, count)) for n, count in enumerate(pages)])
    run_wave(context, [EndpointWork(COMPANY, [ASK])])
    tally = context.tally.endpoints[COMPANY.key]
    assert [body["PageNumber"] for body in sent_json(context)] == list(range(1, len(pages) + 1))
    assert (tally.records, tally.answered, tally.credits, tally.notes) == (sum(pages), 1, credits, [])


def test_a_page_that_comes_twice_ends_the_read_and_is_not_bought_again(make_context: MakeContext) -> None:
    same = staff(0, 100)
    context = make_context([reply({**same, "requestId": "1"}), reply({**same, "requestId": "2"})])
    run_wave(context, [EndpointWork(COMPANY, [ASK])])
    tally = context.tally.endpoints[COMPANY.key]
    assert "a page came twice: read 100 rows; how many are missing" in tally.notes[0]
    assert (tally.incomplete, tally.answered) == (1, 0)
    again = make_context([])
    run_wave(again, [EndpointWork(COMPANY, [ASK])])
    assert sent_json(again) == [], "its pages were paid for: they are not bought again by themselves"


def test_a_page_that_was_cut_off_waits_for_a_person_and_the_read_goes_on_there(
    make_context: MakeContext, journal: Journal
) -> None:
    context = make_context([reply(staff(0, 100)), reply("", 502)])
    run_wave(context, [EndpointWork(COMPANY, [ASK])])
    assert context.tally.endpoints[COMPANY.key].ambiguous == 1
    again = make_context([])
    run_wave(again, [EndpointWork(COMPANY, [ASK])])
    assert again.tally.endpoints[COMPANY.key].skipped == 1
    [lost] = journal.ambiguous()
    journal.reconcile(lost["request_id"], charged=False)
    last = make_context([reply(staff(100, 5))])
    run_wave(last, [EndpointWork(COMPANY, [ASK])])
    assert [body["PageNumber"] for body in sent_json(last)] == [2]


def test_a_page_that_was_charged_and_lost_is_not_bought_again(make_context: MakeContext, journal: Journal) -> None:
    context = make_context([reply(staff(0, 100)), reply("", 502)])
    run_wave(context, [EndpointWork(COMPANY, [ASK])])
    [lost] = journal.ambiguous()
    journal.reconcile(lost["request_id"], charged=True)
    again = make_context([])
    run_wave(again, [EndpointWork(COMPANY, [ASK])])
    assert sent_json(again) == []
    assert again.tally.endpoints[COMPANY.key].skipped == 1


def test_a_refused_key_is_not_tried_again_for_every_company(make_context: MakeContext) -> None:
    sent: list[Request] = []

    def refuse(request: Request) -> Reply:
        sent.append(request)
        return reply({"message": "Unauthorized"}, 401)

    asked = [
        question(COMPANY, f"q{n}", "company", f'{{"Domain":"c{n}.example"}}', '{"OutputId":3}', None)
        for n in range(5)
    ]
    run_wave(make_context(refuse), [EndpointWork(COMPANY, asked)])
    assert len(sent) == 1
