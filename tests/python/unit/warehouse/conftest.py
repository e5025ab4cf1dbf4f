"""Fixtures of the warehouse tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.sealed_home import SealedHome


@pytest.fixture
def home(tmp_path: Path) -> Iterator[SealedHome]:
    """A home with seven answers of three streams, sealed two to a segment: five segments."""
    made = SealedHome(tmp_path / "home")
    for number in range(4):
        made.answer(f"r{number}", "bigdbm__phone_scores", f'{{"n": {number}}}')
    made.answer("r4", "exactbuyer__contacts", '{"name": "Zoë"}')
    made.answer("r5", "contactbased__enrichments", "not json")
    made.answer("r6", "contactbased__enrichments", "")
    made.answer("r7", "contactbased__enrichments", '{"a": "\\u0000"}')
    made.seal(max_answers=2)
    yield made
    made.engine.dispose()
