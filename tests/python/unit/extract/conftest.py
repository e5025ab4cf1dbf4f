"""A journal in a temporary folder, and contexts around it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contactable.extract import ExtractContext, Tally
from contactable.http import RateLimit, RateLimiter, Redactor, Reply
from contactable.journal.budget import Budgets
from contactable.journal.store import Journal
from support.extraction import Answering, MakeContext, NoWaiting, ScriptedVendor, SteppingClock


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}", clock=SteppingClock())
    yield opened
    opened.close()


@pytest.fixture
def make_context(journal: Journal) -> MakeContext:
    def make(
        script: Answering | Iterable[Reply],
        *,
        budgets: Budgets | Mapping[tuple[str, str], float] | None = None,
        run_id: str = "run-1",
        **overrides: Any,
    ) -> ExtractContext:
        stop = overrides.pop("stop", NoWaiting())
        vendors = ("bigdbm", "contactbased", "exactbuyer", "leadpipe")
        return ExtractContext(
            **{
                "journal": journal,
                "transport": ScriptedVendor(script),
                "limiters": {v: RateLimiter(RateLimit(None, 4), sleep=stop.sleep) for v in vendors},
                "in_flight": dict.fromkeys(vendors, 4),
                "budgets": budgets if isinstance(budgets, Budgets) else Budgets(budgets or {}),
                "run_id": run_id,
                "url": lambda variable: f"https://{variable.lower().replace('_', '-')}.example",
                "secret": lambda variables: "sk_not_a_secret",
                "stop": stop,
                "tally": Tally(),
                "redactor": Redactor(b"key"),
                "clock": SteppingClock(),
                **overrides,
            }
        )

    return make
