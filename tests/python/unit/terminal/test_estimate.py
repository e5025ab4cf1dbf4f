"""When asking will be over: a pure function of what is left, the pace and the limits; the clock is the test's."""

import pytest

from contactable.terminal.estimate import Estimate, Pace, Rest, duration, estimate


class Clock:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def pace(clock: Clock, **calls_a_second: float) -> Pace:
    """Ten seconds of work at these paces; each call about ten subjects."""
    made = Pace(clock)
    for endpoint in calls_a_second:
        made.note(endpoint, 0, 0)
    for second in range(1, 11):
        clock.at += 1
        for endpoint, rate in calls_a_second.items():
            made.note(endpoint, round(rate * second), round(rate * second) * 10)
    return made


def test_vendors_run_side_by_side_and_the_endpoints_of_one_in_sequence() -> None:
    seen = pace(Clock(), a=2.0, b=4.0, c=10.0)
    rests = [
        Rest("a", "first", 1_000, 100),  # 50 s
        Rest("b", "first", 400, 40),  # 10 s
        Rest("c", "second", 5_500, 550),  # 55 s
    ]
    assert estimate(rests, seen, {}).seconds == pytest.approx(60.0)


def test_what_has_not_begun_goes_at_the_limit() -> None:
    left = estimate([Rest("a", "v", 100, 100)], Pace(Clock()), {"v": 60.0})
    assert left == Estimate(100.0)


def test_nobody_goes_faster_than_the_limit_whatever_a_burst_showed() -> None:
    left = estimate([Rest("a", "v", 100, 100)], pace(Clock(), a=50.0), {"v": 60.0})
    assert left.seconds == pytest.approx(100.0)


def test_a_pause_is_noticed() -> None:
    clock = Clock()
    seen = pace(clock, a=2.0)
    before = estimate([Rest("a", "v", 0 + 100, 100)], seen, {}).seconds
    clock.at += 30  # a 429: nothing goes
    after = estimate([Rest("a", "v", 100, 100)], seen, {}).seconds
    assert before == pytest.approx(50.0)
    assert after == pytest.approx(200.0)


def test_only_the_last_minute_counts() -> None:
    clock = Clock()
    seen = Pace(clock)
    for second in range(200):
        clock.at += 1
        seen.note("a", second if second < 100 else 100 + (second - 100) * 5, 0)
    rate = seen.calls_a_second("a")
    assert rate == pytest.approx(5.0)


def test_a_read_is_estimated_by_its_subjects_and_an_unknown_part_is_said() -> None:
    seen = pace(Clock(), read=1.0)  # ten subjects a second
    known = estimate([Rest("read", "v", 300, None)], seen, {})
    assert known.seconds == pytest.approx(30.0)
    assert not known.at_least
    partly = estimate([Rest("read", "v", 300, None), Rest("other", "w", 5, None)], seen, {})
    assert partly.at_least
    assert str(partly) == "at least 30 s"


def test_nothing_left_is_no_time_and_nothing_known_is_no_estimate() -> None:
    assert estimate([Rest("a", "v", 0, 0)], Pace(Clock()), {}) == Estimate(0.0)
    unknown = estimate([Rest("a", "v", 5, 5)], Pace(Clock()), {})
    assert unknown.seconds is None
    assert str(unknown) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (40, "40 s"), (89, "89 s"), (91, "2 min"), (3_600, "60 min"), (11_100, "3 h 05 min")],
)
def test_a_duration_is_as_exact_as_an_estimate_is(seconds: float, words: str) -> None:
    assert duration(seconds) == words
