"""The candidate for publication: what the last dbt command made, and whether anything below it changed since.

``raw.candidate`` has one row. dbt itself writes it, whoever called dbt: ``begin_candidate`` before the first
model, ``end_candidate`` after the last. Whatever changes raw data, settings or suppressions says so here
(``note_change``). So nothing depends on clocks: a candidate is good until something happens to it. What the gates
say of it is in ``raw.gate_results``, under its ``build_id``.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from contactable.warehouse.freshness import forget_built

_AGAIN = "Run `contactable build`, then `contactable gate`; neither buys anything."


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the last dbt command made. Times are UTC without a zone; ``failures``: see ``all_failures``."""

    build_id: str
    command: str
    started_at: datetime
    finished_at: datetime | None
    nodes_missing: int
    failures: str
    changed_by: str

    @property
    def is_whole(self) -> bool:
        """Whether every model was made and every data test ran: what the gates measured belongs to this build."""
        return self.finished_at is not None and not self.nodes_missing

    @property
    def all_failures(self) -> tuple[str, ...]:
        """Broken rules (``contacts: contact_key is unique (2 rows break it)``); other tests and models by name."""
        return tuple(self.failures.split("; ")) if self.failures else ()

    @property
    def problem(self) -> str:
        """Why it must not be published, and what to do; empty when only the gates have to be asked."""
        began = f"`{self.command}` of {self.started_at:%Y-%m-%d %H:%M} UTC"
        if self.finished_at is None:
            return f"The candidate is not whole: {began} did not end. {_AGAIN}"
        if self.failures:
            return f"The candidate failed its build: {self.failures}. Correct the cause first. {_AGAIN}"
        if self.nodes_missing:
            return (
                f"The candidate is not whole: {began} left out {self.nodes_missing:,} of the models, seeds and "
                f"data tests. {_AGAIN}"
            )
        if self.changed_by:
            return f"The candidate is older than what it stands on: {self.changed_by} came after it. {_AGAIN}"
        return ""


#: Where nothing was ever built, or by a version that wrote nothing down.
NO_CANDIDATE = f"There is no candidate: nothing was built here by this version. {_AGAIN}"


def read_candidate(con: DuckDBPyConnection) -> Candidate | None:
    """What stands in the warehouse; None before the first build."""
    try:
        row = con.execute(
            "select build_id, command, started_at, finished_at, coalesce(nodes_missing, 0), "
            "coalesce(failures, ''), coalesce(changed_by, '') from raw.candidate"
        ).fetchone()
    except duckdb.CatalogException:
        return None
    return None if row is None else Candidate(*row)


def count_standing(con: DuckDBPyConnection, nodes: int) -> None:
    """The last dbt command left out so many seeds, models and tests that are up to date: they are not missing."""
    con.execute("update raw.candidate set nodes_missing = greatest(nodes_missing - $nodes, 0)", {"nodes": nodes})


def note_change(con: DuckDBPyConnection, by: str) -> None:
    """What the candidate stands on is about to change; ``by`` is the command. The first change is kept.

    Call it before the change: a kill between the two costs a build, the reverse would publish what nobody judged.
    """
    try:
        con.execute("update raw.candidate set changed_by = $by where changed_by is null", {"by": by})
    except duckdb.CatalogException:
        return  # nothing was built yet


def note_rewrite_in(warehouse: Path, by: str) -> None:
    """Rows of the warehouse were rewritten in place: no candidate and no table counts as what dbt built."""
    if warehouse.exists():
        with duckdb.connect(str(warehouse)) as con:
            note_change(con, by)
            forget_built(con)
