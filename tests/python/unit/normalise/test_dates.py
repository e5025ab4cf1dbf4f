"""Dates, years and flags as vendors write them: what can be read is read, what cannot is never today."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.macros import evaluate, evaluate_sql, macros

MOMENT = datetime(2026, 3, 4, 5, 6, 7)
DAY = datetime(2026, 3, 4)
MONTH = datetime(2026, 3, 1)

READ = {
    "2026-03-04": DAY, "2026-03-04T05:06:07Z": MOMENT, "2026-03-04 05:06:07 UTC": MOMENT,
    " 2026-03-04T05:06:07 ": MOMENT,
    "2026-03-04T05:06:07+02:00": datetime(2026, 3, 4, 3, 6, 7), "2026-03-04T05:06:07-0800": datetime(2026, 3,
    4, 13, 6, 7),
    "2026-03-04 05:06:07-08": datetime(2026, 3, 4, 13, 6, 7), "2026-03-04T00:06:07+05:30": datetime(2026, 3,
    3, 18, 36, 7),
    "Wed, 04 Mar 2026 05:06:07 GMT": MOMENT,
    "Wed Mar 04 2026 07:06:07 GMT+0200 (Central European Time)": MOMENT,
    "1772600767": MOMENT, "1772600767000": MOMENT, "1772600767.0": MOMENT, "1.772600767E9": MOMENT,
    "1772600767000000": MOMENT,
    "20260304": DAY, "20260304.0": DAY, "20260304050607": MOMENT, "20260304T050607Z": MOMENT, "46085": DAY,
    "46085.5": DAY + timedelta(hours=12),
    "Mar 4, 2026": DAY, "March 4th, 2026": DAY, "4 March 2026": DAY, "04-Mar-26": DAY, "MAR 4 2026": DAY,
    "3/4/68": datetime(2068, 3, 4), "3/4/69": datetime(1969, 3, 4), "3/4/2026": DAY, "03/04/26": DAY,
    "3/4/2026 5:06:07 AM": MOMENT, "04.03.2026": DAY,
    "25/03/2026": datetime(2026, 3, 25),
    "3/4/2026, 12:30 am": DAY + timedelta(minutes=30), "2026/03/04 05:06": MOMENT.replace(second=0),
    "2026-03": MONTH, "03/2026": MONTH, "202603": MONTH, "032026": MONTH, "Mar 2026": MONTH,
    "2026-03-00": MONTH, "2026": datetime(2026, 1, 1),
}  # fmt: skip

UNREAD = [
    "0001-01-01", "0000-00-00", "1899-12-30", "1900-01-00", "1900-01-01T00:00:00Z", "9999-12-31", "infinity",
    "-infinity", "nan",
    "2026-02-30", "2026-13-01", "31/31/2026", "tomorrow", "n/a", "-", "0", "12", "12:30", "May 5", "", None,
    "1e400", "290000000-01-01",
]  # fmt: skip


def test_a_moment_is_read_in_utc() -> None:
    assert dict(zip(READ, evaluate("to_timestamp_utc", list(READ)), strict=True)) == READ
    assert evaluate("to_date", ["2026-03-04T23:30:00-08:00"]) == [date(2026, 3, 5)]


def test_what_is_no_moment_is_unknown() -> None:
    assert dict(zip(UNREAD, evaluate("to_timestamp_utc", UNREAD), strict=True)) == dict.fromkeys(UNREAD)


def test_a_date_that_cannot_be_read_is_not_the_day_of_the_answer() -> None:
    fetched = "timestamp '2026-03-10 00:00:00'"
    given_values = [
        None,
        " ",
        "2026-03-04",
        "9999-12-31",
        "soon",
        "2026-03-10T20:00:00Z",
        "2026-03-12",
        "2062-01-01",
    ]
    assert evaluate_sql(macros()["as_of"]("value", fetched), given_values) == [
        datetime(2026, 3, 10), datetime(2026, 3, 10), DAY, None, None, datetime(2026, 3, 10, 20), None, None,
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    moment=st.datetimes(datetime(1901, 1, 1), datetime(2150, 1, 1)),
    offset=st.integers(-14 * 60, 14 * 60),
    form=st.sampled_from(
        ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f%z", "%d %b %Y %H:%M:%S %z", "%m/%d/%Y %I:%M:%S %p %z"]
    ),
)
def test_every_offset_is_applied(moment: datetime, offset: int, form: str) -> None:
    local = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    expected = local.astimezone(UTC).replace(tzinfo=None)
    assert evaluate("to_timestamp_utc", [local.strftime(form)]) == [expected]


@pytest.mark.parametrize(
    ("born", "year"),
    [
        ("1985", 1985), ("1985.0", 1985), ("04/1985", 1985), ("198504", 1985), ("19850412", 1985),
        ("1985-04", 1985),
        ("1985-04-12", 1985), ("04/12/1985", 1985), ("041985", 1985), ("04/85", 1985), ("4/12/45", 1945),
        ("04/05", 2005), ("1900", 1900),
        ("Apr 1985", 1985), ("0000", None), ("0", None), ("8504", None), ("1899", None), ("2031", None),
        ("412", None), ("?", None), (None, None),
    ],
)  # fmt: skip
def test_a_year_of_birth_is_one_in_which_somebody_may_be_born(born: str | None, year: int | None) -> None:
    assert evaluate_sql(macros()["to_birth_year"]("value", "timestamp '2026-03-10 00:00:00'"), [born]) == [year]


def test_an_age_gives_a_year_only_where_somebody_may_be_so_old() -> None:
    years = evaluate_sql(
        macros()["birth_year_of_age"]("try_cast(value as integer)", "timestamp '2026-03-10 00:00:00'"),
        ["41", "0", "125", "126", "-1", "2147483647", "-2147483648", None],
    )
    assert years == [1985, 2026, 1901, None, None, None, None, None]


def test_numbers_and_flags() -> None:
    assert evaluate("to_double", ["4", " -0.5 ", "1e3", "1e308", "1e400", "-1e400", "nan", "inf", "",
    None]) == [
        4.0, -0.5, 1000.0, 1e308, None, None, None, None, None, None,
    ]  # fmt: skip
    assert evaluate("to_integer", ["4", "4.0", "3.7", "9999999999", "-2147483648"]) == [
        4,
        4,
        None,
        None,
        -2147483648,
    ]
    assert evaluate("to_flag", ["T", "1.0", "on", "Yes", "f", "0.0", "OFF", "n", "maybe", "", None]) == [
        True, True, True, True, False, False, False, False, None, None, None,
    ]  # fmt: skip
