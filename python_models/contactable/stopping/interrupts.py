"""Ctrl-C once ends in order, twice at once. SIGTERM, which CI systems and systemd send, counts as one Ctrl-C.

In order: calls in flight are finished, answers are sealed and loaded, then the command ends. dbt is stopped
between two models (its transactions are rolled back). Loading and publishing are short and are finished.

At once: the process ends as if it were killed, which every file survives; see "Full disk, crash, power cut" in
``docs/operations.md``. Waiting for threads that hang in a call would not be "at once".
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from contactable.stopping.ending import Exit
from contactable.stopping.stop import Stop

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AT_ONCE = "contactable: ended at once; what was paid for is in the journal. Run again: it goes on from there.\n"
_SHOW_CURSOR = "\x1b[?25h"


@dataclass(slots=True)
class Interrupts:
    """What a signal does. One for the whole process; ``children`` are ended with it."""

    stop: Stop
    say: Callable[[str], None]
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _breakable: bool = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        if self.stop.interrupted:
            self._end_at_once()
        name = "Ctrl-C" if number == signal.SIGINT else "a request to end (SIGTERM)"
        self.stop.interrupt(f"interrupted by {name}")
        # A thread of its own: the main thread may hold the terminal's lock in the middle of a line.
        text = "Ending in order: calls in flight are finished. Press Ctrl-C again to end at once."
        threading.Thread(target=self.say, args=(text,), daemon=True).start()
        if self._breakable:
            self._breakable = False  # once: what follows is the way out
            raise KeyboardInterrupt

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """A step that takes long and loses nothing when it is broken off: the first signal ends it.

        Raises:
            KeyboardInterrupt: a signal came, now or before the step began.
        """
        self._breakable = True
        try:
            if self.stop.interrupted:
                raise KeyboardInterrupt
            yield
        finally:
            self._breakable = False
        if self.stop.interrupted:
            raise KeyboardInterrupt  # the step may have swallowed the first one

    def _end_at_once(self) -> None:
        for child in self.children:
            child.terminate()
        os.write(2, ((_SHOW_CURSOR if sys.stdout.isatty() else "") + _AT_ONCE).encode())
        os._exit(int(Exit.IN_PART))


@contextmanager
def handled(interrupts: Interrupts) -> Iterator[None]:
    """Signals go to ``interrupts`` inside the block; outside the main thread whoever runs us handles them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, interrupts.handle) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
