"""One small world for all tests of the sandbox, and a fresh sandbox for each."""

from __future__ import annotations

import pytest

from contactable.sandbox.vendor import Sandbox, new_sandbox
from contactable.sandbox.world import World


@pytest.fixture(scope="session")
def world() -> World:
    """2,000 people, seed 7, 2026-11-21. Shared: tests must not change it (its columns are plain arrays)."""
    return World(2_000, 7)


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """A fresh sandbox (clock, charges, faults, keys) over the shared world."""
    return new_sandbox(world=world)
