"""What a person, a log and a machine see of a wave in progress."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from contactable.extract import EndpointTally
from contactable.terminal.estimate import Pace
from contactable.terminal.progress import Progress

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def progress(count: int = 2, deadline: datetime | None = None) -> Progress:
    """Ten seconds of work: 1,000 of 12,000 subjects, in batches of ten."""
    seconds = [0.0]
    tallies = {
        f"bigdbm.endpoint_{number}": EndpointTally(due=12_000, calls_planned=1_200, credits_quoted=12_000.0)
        for number in range(count)
    }
    subject = Progress(
        tallies, tuple(tallies), {"bigdbm": None}, deadline, Pace(lambda: seconds[0]), now=lambda: NOW
    )
    subject.note("bigdbm.endpoint_0")
    seconds[0] = 10.0
    first = tallies["bigdbm.endpoint_0"]
    first.calls, first.asked, first.matched, first.credits = 100, 1_000, 700, 700.0
    subject.note("bigdbm.endpoint_0")
    return subject


def drawn(subject: Progress, width: int, height: int = 24) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, force_terminal=False)
    console.print(subject.table(width, height))
    return out.getvalue().rstrip("\n").split("\n")


def test_a_line_has_subjects_calls_credits_pace_and_the_end() -> None:
    line = progress(1).line()
    assert line.startswith("1,000 of 12,000 subjects (700 matched), 100 of 1,200 calls, 700 of 12,000 credits")
    assert "10.0 calls/s" in line
    assert "about 2 min left" in line  # 1,100 calls at 10 a second: 110 s


def test_an_endpoint_that_stopped_has_nothing_left_to_wait_for() -> None:
    subject = progress(1)
    subject.tallies["bigdbm.endpoint_0"].stopped = "budget"
    assert "left" not in subject.line()


def test_a_deadline_that_comes_first_is_said() -> None:
    assert "comes first" in progress(1, NOW + timedelta(seconds=60)).line()
    assert "comes first" not in progress(1, NOW + timedelta(hours=1)).line()


def test_money_is_shown_where_it_is_known() -> None:
    subject = progress(1)
    assert "4.56" not in subject.line()
    subject.tallies["bigdbm.endpoint_0"].money_micros = 4_560_000
    assert "4.56" in subject.line()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_the_terminal(width: int) -> None:
    lines = drawn(progress(3), width)
    assert len(lines) == 4, "one line an endpoint and one for all, none wrapped"
    assert all(len(line.rstrip()) <= width for line in lines)
    assert "1,000/12,000" in lines[0]
    assert "100/1,200 calls" in lines[0]


def test_more_endpoints_than_lines_are_folded_and_the_one_at_work_is_kept() -> None:
    subject = progress(40)
    for number in range(1, 30):
        subject.tallies[f"bigdbm.endpoint_{number}"].asked = 12_000
    lines = drawn(subject, 80, height=24)
    assert len(lines) <= 22
    assert any("endpoint_0" in line for line in lines)
    assert any("and 20 more" in line for line in lines)


def test_an_event_has_the_numbers_for_a_machine() -> None:
    event = progress(1).event()
    assert event["calls"] == 100
    assert event["calls_planned"] == 1_200
    assert event["seconds_left"] == pytest.approx(110.0)
    assert event["endpoints"]["bigdbm.endpoint_0"]["matched"] == 700
