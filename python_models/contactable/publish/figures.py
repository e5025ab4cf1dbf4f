"""The numbers of the report, read from a published file or from the warehouse.

Counts only: nothing here reads a cell that belongs to one person.

A table or column that is not there yet (an empty warehouse, a product nobody licensed) gives no rows, never an
error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from contactable.publish.sql import columns_of, relation, scalar, statement, tables_of

#: Days of intent shown, with the 8 busiest topics: fits on a page and still shows a week's rhythm (2026-11-21).
INTENT_DAYS = 28

#: Order of verdicts wherever they are shown, best first.
VERDICTS = ("send", "call", "review", "suppress", "unknown")


@dataclass(frozen=True)
class Gate:
    """One verdict of the gates."""

    gate: str
    column_name: str
    passed: bool
    observed: str
    threshold: str
    severity: str
    reason: str = ""
    accepted_by: str = ""
    accepted_because: str = ""


@dataclass(frozen=True)
class Figures:
    """Everything the page shows."""

    people: int
    contactable: int
    by_channel: Sequence[tuple[str, str, int]]  # channel, verdict, people
    reasons: Sequence[tuple[str, str, str, int]]  # channel, verdict, reason, people
    opql: Sequence[tuple[int | None, str, int]]  # score, verdict, numbers
    emails: Sequence[tuple[str, str, int]]  # status, verdict, addresses
    intent: Sequence[tuple[str, date, int]]  # topic, day, signals
    signals: int
    vendors: Sequence[dict[str, Any]]
    spend: Sequence[dict[str, Any]]
    quarantine: Sequence[tuple[str, str, str, int]]  # vendor, stream, rule, records
    gates: Sequence[Gate]
    judged_run: str | None
    tables: Sequence[tuple[str, int]]
    newest: datetime | None

    @property
    def credits_charged(self) -> float:
        return sum(float(row["credits_charged"]) for row in self.spend)

    @property
    def quarantined(self) -> int:
        return sum(row[3] for row in self.quarantine)

    def channel(self, name: str) -> dict[str, int]:
        """Return people by verdict for one channel."""
        return {verdict: people for channel, verdict, people in self.by_channel if channel == name}


#: Before anything was published.
NO_FIGURES = Figures(
    people=0,
    contactable=0,
    by_channel=(),
    reasons=(),
    opql=(),
    emails=(),
    intent=(),
    signals=0,
    vendors=(),
    spend=(),
    quarantine=(),
    gates=(),
    judged_run=None,
    tables=(),
    newest=None,
)


class Marts:
    """The marts of one file: schema ``marts`` of the warehouse, ``main`` of a publication."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._database = str(scalar(connection, "select current_database()"))
        self._schema = "marts" if tables_of(connection, self._database, "marts") else "main"
        self._columns = columns_of(connection, self._database, self._schema)
        self.tables = sorted(self._columns)

    def rows(self, table: str, columns: Sequence[str], query: str) -> list[tuple[Any, ...]]:
        """Run ``query`` (with ``{table}`` in it) where the table has the columns; else return nothing."""
        if table not in self.tables:
            return []
        if not set(columns) <= {column for column, _ in self._columns[table]}:
            return []
        text = statement(query, table=relation(self._database, self._schema, table))
        return self._connection.execute(text).fetchall()

    def count(self, table: str) -> int:
        """Count a table's rows; 0 where there is none."""
        found = self.rows(table, (), "select count(*) from {table}")
        return int(found[0][0]) if found else 0

    def records(self, table: str, columns: Sequence[str], query: str) -> list[dict[str, Any]]:
        """As ``rows``, with names; the query selects ``columns`` in their order."""
        return [dict(zip(columns, row, strict=True)) for row in self.rows(table, columns, query)]


def read_figures(database: Path) -> Figures:
    """Read everything the page shows from a DuckDB file; the file is opened for reading only."""
    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        marts = Marts(connection)
        judged = _judged(marts)
        return Figures(
            people=marts.count("contacts"),
            contactable=_first(
                marts.rows(
                    "contactability",
                    ("contact_key", "verdict"),
                    "select count(distinct contact_key) from {table} where verdict in ('send', 'call')",
                )
            ),
            by_channel=_by_verdict(
                marts.rows(
                    "contactability",
                    ("channel", "verdict"),
                    "select channel, verdict, count(*) from {table} group by all order by all",
                )
            ),
            reasons=marts.rows(
                "contactability",
                ("channel", "verdict", "reason"),
                "select channel, verdict, reason, count(*) from {table} "
                "group by all order by 4 desc, 1, 2, 3 limit 8",
            ),
            opql=marts.rows(
                "phone_reachability_current",
                ("opql_score", "verdict"),
                "select opql_score, verdict, count(*) from {table} group by all order by 1 nulls last, 2",
            ),
            emails=marts.rows(
                "email_status_current",
                ("email_status", "verdict"),
                "select email_status, verdict, count(*) from {table} group by all order by 3 desc, 1, 2",
            ),
            intent=_intent(marts),
            signals=marts.count("intent_signals"),
            vendors=marts.records(
                "vendor_scorecard",
                (
                    "vendor",
                    "attribute",
                    "asked",
                    "answered",
                    "matched",
                    "match_rate",
                    "credits_charged",
                    "contacts",
                    "contactable_contacts",
                    "credits_per_contactable",
                ),
                "select vendor, attribute, asked, answered, matched, match_rate, credits_charged, contacts, "
                "contactable_contacts, credits_per_contactable from {table} "
                "where attribute = 'all' order by vendor",
            ),
            spend=_spend(marts),
            quarantine=marts.rows(
                "quarantined_records",
                ("vendor", "stream", "rule"),
                "select coalesce(vendor, ''), coalesce(stream, ''), rule, count(*) from {table} "
                "group by all order by 4 desc, 1, 2, 3",
            ),
            gates=judged[1],
            judged_run=judged[0],
            tables=[(table, marts.count(table)) for table in marts.tables],
            newest=_first(
                marts.rows("vendor_requests", ("settled_at",), "select max(settled_at) from {table}"), default=None
            ),
        )


def _first(rows: Sequence[tuple[Any, ...]], default: Any = 0) -> Any:
    return rows[0][0] if rows else default


def _by_verdict(rows: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    order = {verdict: position for position, verdict in enumerate(VERDICTS)}
    return sorted(rows, key=lambda row: (row[0], order.get(row[1], len(order)), row[1]))


def _intent(marts: Marts) -> list[tuple[str, date, int]]:
    """Count signals by topic and day, for the busiest topics of the last days that have any."""
    names = dict(
        marts.rows("intent_topics", ("topic_key", "topic_name"), "select topic_key, topic_name from {table}")
    )
    rows = marts.rows(
        "intent_signals",
        ("topic_key", "signal_date"),
        """
        with recent as (
            select topic_key, signal_date from {table}
            where signal_date > (select max(signal_date) from {table}) - 28
        ),
        busiest as (
            select topic_key from recent group by topic_key order by count(*) desc, topic_key limit 8
        )
        select topic_key, signal_date, count(*) from recent
        where topic_key in (select topic_key from busiest)
        group by all order by all
        """,
    )
    return [(str(names.get(key) or key), day, signals) for key, day, signals in rows]


def _spend(marts: Marts) -> list[dict[str, Any]]:
    columns = (
        "vendor",
        "endpoint",
        "request_count",
        "failed_count",
        "ambiguous_count",
        "credits_charged",
        "credits_at_risk",
    )
    return marts.records(
        "vendor_spend",
        columns,
        "select vendor, endpoint, sum(request_count), sum(failed_count), sum(ambiguous_count), "
        "sum(credits_charged), sum(credits_at_risk) from {table} group by vendor, endpoint order by 6 desc, 1, 2",
    )


def _judged(marts: Marts) -> tuple[str | None, list[Gate]]:
    """Return the run that was judged last, and its verdicts, what failed first."""
    columns = ("gate", "column_name", "passed", "observed", "threshold", "severity")
    told = ("reason", "accepted_by", "accepted_because")  # since 2026-11-30; older publications lack them
    for known in ((*columns, *told), columns):
        chosen = ", ".join(f"coalesce({name}, '')" if name in told else name for name in known)
        rows = marts.rows(
            "gate_results",
            ("run_id", "judged_at", *known),
            f"select run_id, {chosen} from {{table}} where judged_at = (select max(judged_at) from {{table}}) "  # noqa: S608
            "order by passed, severity, gate, column_name",
        )
        if rows:
            return rows[0][0], [Gate(*row[1:]) for row in rows]
    return None, []
