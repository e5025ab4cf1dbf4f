"""Arguments of `contactable reconcile` that contradict each other decide nothing."""

from pathlib import Path
from typing import Any

import pytest

from contactable.commands.invocation import Invocation
from contactable.commands.reconcile import reconcile
from contactable.settings.config import ConfigurationError

ONE = ["01a2"]


@pytest.mark.parametrize(
    ("decision", "requests", "everything", "charged", "problem"),
    [
        ("perhaps", ONE, False, None, "use charged or not-charged"),
        ("charged", [], False, None, "say which"),
        (None, ONE, False, None, "say --as charged or --as not-charged"),
        (None, [], True, None, "say --as charged or --as not-charged"),
        ("charged", ONE, True, None, "use one"),
        (None, ONE, False, -1.0, "0 or more"),
        (None, ONE, False, float("nan"), "0 or more"),
        (None, ONE, False, float("inf"), "0 or more"),
        (None, [], True, 2.0, "the figure of one call"),
        (None, [], False, 2.0, "the figure of one call"),
        (None, ["01a2", "01a3"], False, 2.0, "the figure of one call"),
        ("not-charged", ONE, False, 2.0, "contradict each other"),
    ],
)
def test_arguments_that_say_too_little_or_too_much_are_refused(
    tmp_path: Path,
    decision: str | None,
    requests: list[str],
    everything: bool,
    charged: float | None,
    problem: str,
) -> None:
    invocation: Any = Invocation("reconcile", tmp_path, tmp_path / "contactable.yml", "text")
    with pytest.raises(ConfigurationError, match=problem):
        reconcile(invocation, decision, requests, everything, charged=charged)
    assert list(tmp_path.iterdir()) == []
