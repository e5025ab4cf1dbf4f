"""Signals as the handler sees them; real signals to real processes: tests/python/e2e."""

import contextlib
import signal
import threading

import pytest

from contactable.stopping.interrupts import Interrupts, handled
from contactable.stopping.stop import Stop


def interrupts() -> tuple[Interrupts, list[str], threading.Event]:
    said: list[str] = []
    told = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        told.set()

    return Interrupts(Stop(), say), said, told


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "a request to end (SIGTERM)")]
)
def test_the_first_signal_asks_for_an_orderly_end_and_says_so(number: signal.Signals, reason: str) -> None:
    subject, said, told = interrupts()
    with handled(subject):
        signal.raise_signal(number)
    assert subject.stop.interrupted
    assert subject.stop.reason == f"interrupted by {reason}"
    assert told.wait(10)
    assert "Ctrl-C again" in said[0]


def test_a_step_that_may_be_broken_off_is() -> None:
    subject, _, _ = interrupts()
    reached = []

    def step() -> None:
        with subject.breakable():
            signal.raise_signal(signal.SIGINT)
            reached.append("the step went on")

    with handled(subject), pytest.raises(KeyboardInterrupt):
        step()
    assert reached == []


def test_a_step_that_swallows_the_break_does_not_hide_it() -> None:
    subject, _, _ = interrupts()

    def step() -> None:
        with subject.breakable(), contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    with handled(subject), pytest.raises(KeyboardInterrupt):
        step()


def test_after_a_signal_no_such_step_begins() -> None:
    subject, _, _ = interrupts()
    begun = []
    with handled(subject):
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt), subject.breakable():
            begun.append(1)
    assert begun == []


def test_the_handlers_of_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with handled(interrupts()[0]):
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_an_interruption_is_the_reason_told_even_past_the_deadline() -> None:
    stop = Stop(0.0, "06:00")  # monotonic time zero is long over
    assert stop
    assert stop.reason == "the deadline of 06:00 was reached"
    assert not stop.interrupted
    stop.interrupt("interrupted by Ctrl-C")
    assert stop.reason == "interrupted by Ctrl-C"


def test_a_wait_ends_at_the_deadline_or_when_somebody_stops_it() -> None:
    stop = Stop()
    threading.Timer(0, stop.interrupt, ["interrupted by Ctrl-C"]).start()
    assert stop.sleep(3600), "an hour's wait ended with the interruption"
    assert Stop(0.0).sleep(3600), "and this one with the deadline"
