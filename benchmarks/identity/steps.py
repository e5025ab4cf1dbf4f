"""The steps of the benchmark, each run in a process of its own so that its time and memory are its own."""

import json
from pathlib import Path
from typing import Any

from identity import measure, outside, scores
from identity import rules as each_rule
from identity.evidence import held_back, pieces
from identity.population import Population
from identity.warehouse import Warehouse


def prepare(home: str, scoring: bool = False) -> None:
    """The empty warehouse, with scored matching switched on or off."""
    warehouse = Warehouse(Path(home))
    warehouse.prepare()
    if scoring:
        with warehouse.connect() as con:
            scores.switch_on(con)


def generate(home: str, people: int, level: str, seed: int, increment: bool) -> None:
    """A noisy population's records."""
    made = pieces(Population(people, seed, level))
    Warehouse(Path(home)).fill(held_back(made, seed) if increment else made)


def read(home: str, file: str, columns: str = "") -> None:
    """Somebody else's records."""
    warehouse = Warehouse(Path(home))
    warehouse.fill(outside.empty_tables())
    with warehouse.connect() as con:
        outside.read(con, Path(file), columns)


def load(home: str, **window: Any) -> None:
    """The records into the models' input tables."""
    Warehouse(Path(home)).load(**window)


def resolve(home: str) -> None:
    """The identity models; how long they took alone goes into resolve.json."""
    seconds = Warehouse(Path(home)).resolve()
    (Path(home) / "resolve.json").write_text(json.dumps(seconds), encoding="utf-8")


def count(home: str, into: str) -> None:
    """All measures, as JSON."""
    with Warehouse(Path(home)).connect() as con:
        Path(into).write_text(json.dumps(measure.everything(con), default=str), encoding="utf-8")


def rules(home: str, into: str) -> None:
    """Measures without each rule, as JSON."""
    Path(into).write_text(json.dumps(each_rule.without_each(Warehouse(Path(home)))), encoding="utf-8")


def splink(home: str, into: str) -> None:
    """Splink's answer to the same records, as JSON."""
    from identity import splink_default  # an extra that need not be installed

    with Warehouse(Path(home)).connect() as con:
        Path(into).write_text(json.dumps(splink_default.answer(con)), encoding="utf-8")
