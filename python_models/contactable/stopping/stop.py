"""The request to stop: by a person, or by the deadline."""

import threading
import time


class Stop:
    """An orderly end: asked for by a person (Ctrl-C once) or by the deadline.

    ``deadline`` is a ``time.monotonic`` value or None; ``deadline_text`` says it for people. ``interrupted``:
    somebody wants the whole command to end; at the deadline only the asking ends.
    """

    def __init__(self, deadline: float | None = None, deadline_text: str = "") -> None:
        self._event = threading.Event()
        self._deadline = deadline
        self._deadline_text = deadline_text
        self.reason = ""
        self.interrupted = False

    def request(self, reason: str) -> None:
        self.reason = self.reason or reason
        self._event.set()

    def interrupt(self, reason: str) -> None:
        """A person or the system wants an end; that is the reason to tell, even past a deadline."""
        self.interrupted = True
        self.reason = reason
        self._event.set()

    def seconds_left(self) -> float | None:
        """Until the deadline, never negative; None without one."""
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.0)

    def __bool__(self) -> bool:
        if self._deadline is not None and not self._event.is_set() and time.monotonic() >= self._deadline:
            self.request(f"the deadline{self._deadline_text and ' of '}{self._deadline_text} was reached")
        return self._event.is_set()

    def sleep(self, seconds: float) -> bool:
        """Wait; True when a stop came first."""
        if self._deadline is not None:
            seconds = min(seconds, max(self._deadline - time.monotonic(), 0.0))
        self._event.wait(seconds)
        return bool(self)
