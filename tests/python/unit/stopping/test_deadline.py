"""When asking ends: by the clock on the wall, by minutes, and by the earlier of the two."""

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from contactable.settings.config import ConfigurationError
from contactable.stopping.deadline import deadline_of, moment

NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06:00", "2026-11-22T06:00+00:00"),  # the next one: tomorrow
        ("6:00", "2026-11-22T06:00+00:00"),
        ("23:15", "2026-11-21T23:15+00:00"),  # still to come today
        ("22:30", "2026-11-22T22:30+00:00"),  # now is not in the future
        ("2026-11-22T06:00", "2026-11-22T06:00+00:00"),
        ("2026-11-22 06:00", "2026-11-22T06:00+00:00"),
        ("2026-11-22T06:00:30", "2026-11-22T06:00:30+00:00"),
        ("2026-11-22T06:00+01:00", "2026-11-22T05:00+00:00"),
        ("2026-11-22T06:00Z", "2026-11-22T06:00+00:00"),
    ],
)
def test_a_time_is_the_next_one_and_a_moment_is_that_moment(text: str, expected: str) -> None:
    utc = NIGHT.replace(tzinfo=ZoneInfo("UTC"))
    assert moment(text, utc) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("now", "expected_hours"),
    [
        ("2026-10-24T22:00", 9),  # clocks go back on the 25th: one hour more
        ("2026-03-28T22:00", 7),  # clocks go forward on the 29th: one hour less
        ("2026-11-21T22:00", 8),
    ],
)
def test_a_bare_time_is_the_wall_clocks_also_over_a_clock_change(now: str, expected_hours: int) -> None:
    berlin = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    found = deadline_of("06:00", None, berlin)
    assert found is not None
    assert found.seconds == expected_hours * 3600
    assert (found.at.hour, found.at.minute) == (6, 0)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("America/Los_Angeles", "2027-03-13T22:00-08:00", "2027-03-14T06:00-07:00"),  # an hour is left out
        ("America/Los_Angeles", "2027-11-06T22:00-07:00", "2027-11-07T06:00-08:00"),  # an hour comes twice
        ("Pacific/Auckland", "2026-09-26T22:00+12:00", "2026-09-27T06:00+13:00"),
        ("Asia/Kolkata", "2028-02-28T22:00+05:30", "2028-02-29T06:00+05:30"),
    ],
)
def test_the_machines_own_zone_decides_where_now_carries_a_fixed_offset(
    monkeypatch: pytest.MonkeyPatch, zone: str, now: str, expected: str
) -> None:
    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        found = moment("06:00", datetime.fromisoformat(now))
    time.tzset()
    assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    ["", "6", "25:00", "06:60", "six", "2026-11-22", "2026-13-01T06:00", "06:00+01:00", "2026-11-21T22:29"],
)
def test_what_is_no_future_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"such as 06:00, or a moment such as 2026-11-22T06:00"):
        moment(text, NIGHT.replace(tzinfo=ZoneInfo("UTC")))


def test_the_earlier_one_wins() -> None:
    utc = NIGHT.replace(tzinfo=ZoneInfo("UTC"))
    by_minutes, by_clock = deadline_of("06:00", 60, utc), deadline_of("06:00", 600, utc)
    assert by_minutes is not None
    assert by_clock is not None
    assert by_minutes.seconds == 3600
    assert by_clock.seconds == 7.5 * 3600
    assert deadline_of(None, None, utc) is None
    minutes_only = deadline_of(None, 1.5, NIGHT.astimezone(timezone(timedelta(hours=-5))))
    assert minutes_only is not None
    assert minutes_only.seconds == 90
