"""Rate limits, Retry-After, backoff and redaction."""

import logging
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactable.http import RateLimit, RateLimiter, Redactor
from contactable.http.rate_limit import backoff_seconds, pause_seconds, retry_after_seconds
from contactable.http.redact import RedactingFilter
from contactable.http.session import UnsafeUrlError, check_base_url, check_given_url

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> bool:
        self.now += seconds
        return False


@pytest.mark.parametrize("per_minute", [60.0, 190.0, 1200.0])
def test_a_minute_never_holds_more_calls_than_allowed(per_minute: float) -> None:
    time = Time()
    limiter = RateLimiter(RateLimit(per_minute, 4), monotonic=time.monotonic, sleep=time.sleep)
    sent = []
    while time.now < 180:
        assert limiter.wait()
        sent.append(time.now)
    for start in sent:
        assert sum(start <= moment < start + 60 for moment in sent) <= per_minute
    assert len(sent) >= 0.97 * per_minute * 3, "and hardly fewer"


def test_a_pause_holds_everybody_back() -> None:
    time = Time()
    limiter = RateLimiter(RateLimit(None, 4), monotonic=time.monotonic, sleep=time.sleep)
    limiter.pause(30)
    limiter.wait()
    assert time.now == 30


def test_a_stop_ends_the_wait() -> None:
    limiter = RateLimiter(RateLimit(1, 1), monotonic=lambda: 0.0, sleep=lambda seconds: True)
    assert limiter.wait()
    assert not limiter.wait()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("3600", 3600.0),
        ("7.5", 7.5),
        ("999999", 604800.0),
        ("-7", None),
        ("Sat, 21 Nov 2026 04:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 03:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": value}, NOW) == seconds


@given(st.integers(1, 10), st.integers(), st.sampled_from([None, 0.0, 1.0, 3600.0]))
def test_a_pause_is_what_is_told_and_grows(attempt: int, seed: int, told: float | None) -> None:
    pauses = [pause_seconds(told, n, random.Random(seed + n)) for n in (attempt, attempt + 1)]
    assert pauses[0] <= pauses[1]
    assert pauses[0] >= (60.0 if told is None else told), "never earlier than was asked for"
    growing = (0.5 if told is not None else 60.0) * 2 ** (attempt - 1)
    assert pauses[0] <= max(told or 0.0, 1.5 * growing)


@given(st.integers(1, 60), st.integers())
def test_backoff_is_jittered_within_growing_bounds(attempt: int, seed: int) -> None:
    assert 0 <= backoff_seconds(attempt, random.Random(seed)) <= min(60, 0.5 * 2 ** (attempt - 1))


@pytest.mark.parametrize(
    "text",
    [
        "address ada@acme.example was refused",
        "number +1-202-555-0100 or (202) 555-0100 or 2025550100",
        "hash 0123456789abcdef0123456789abcdef",
        "GET https://api.example/x?FirstName=Ada&Zip=22101",
        "Authorization: Bearer abcdef123456",
        "key sk_live_secret",
    ],
)
def test_nothing_personal_or_secret_survives(text: str) -> None:
    clean = Redactor(b"k", ["sk_live_secret"]).text(text)
    for word in ("ada@", "555", "0123456789abcdef", "FirstName", "abcdef123456", "sk_live"):
        assert word not in clean


def test_a_subject_is_the_same_here_and_another_elsewhere() -> None:
    assert Redactor(b"k").subject("a@example.com") == Redactor(b"k").subject("a@example.com")
    assert Redactor(b"k").subject("a@example.com") != Redactor(b"other").subject("a@example.com")


def test_log_records_leave_redacted(caplog: pytest.LogCaptureFixture) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "asked about %s", ("ada@acme.example",), None)
    RedactingFilter(Redactor(b"k")).filter(record)
    assert record.getMessage() == "asked about [email]"


@pytest.mark.parametrize(
    "url", ["http://api.example", "ftp://api.example", "https://user:pw@api.example", "nonsense", ""]
)
def test_unsafe_base_urls_are_refused(url: str) -> None:
    with pytest.raises(UnsafeUrlError):
        check_base_url(url)


@pytest.mark.parametrize("url", ["https://api.example/Prod", "http://127.0.0.1:8000", "https://localhost:1"])
def test_safe_base_urls_pass(url: str) -> None:
    check_base_url(url)


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://localhost/x", "http://api.example/x"])
def test_given_urls_must_be_public_and_https(url: str) -> None:
    with pytest.raises(UnsafeUrlError):
        check_given_url(url, allow_loopback=False)
