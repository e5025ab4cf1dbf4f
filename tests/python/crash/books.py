"""The invariants: what must hold on a home after any number of deaths, judged by the sandbox's own charge book.

Every charge of the book bears the request that caused it (a header of the harness), and the trace of every child
says which calls left and which replies came back. So each statement is about single calls, not about sums that
could agree by chance.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from sqlalchemy import create_engine, text

from contactable.journal.databases import parse_url

#: A charge whose call the harness does not know: releases of an export are booked when it is built.
_RELEASE = "export_release"


@dataclass
class Findings:
    """What was found wrong, by kind, and the figures of a report."""

    double_charges: list[str] = field(default_factory=list)
    lost_answers: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    calls: int = 0
    charges: int = 0
    ambiguous: int = 0

    @property
    def all(self) -> list[str]:
        return [*self.double_charges, *self.lost_answers, *self.leaked, *self.other]


@dataclass
class Books:
    """Everything that is compared: journal (by its address), raw tables, the charge book's entries of this home,
    traces.
    """

    home: Path
    charges: Sequence[Mapping[str, Any]]
    trace: Sequence[Mapping[str, Any]]
    journal: str

    def __post_init__(self) -> None:
        self.requests = {row["request_id"]: row for row in self._journal("select * from requests")}
        self.spend = self._journal("select scope, period, credits from spend")
        self.raw = self._raw()
        self.by_caller: dict[str, float] = defaultdict(float)
        for entry in self.charges:
            if entry["endpoint"] != _RELEASE:
                self.by_caller[entry["caller"]] += entry["credits"]

    def _journal(self, sql: str) -> list[dict[str, Any]]:
        engine = create_engine(parse_url(self.journal))
        try:
            with engine.connect() as con:
                return [dict(row) for row in con.execute(text(sql)).mappings()]
        finally:
            engine.dispose()

    def _raw(self) -> Counter[str]:
        """How often each request lies in the raw tables of the streams."""
        found: Counter[str] = Counter()
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            tables = con.execute(
                "select table_name from information_schema.columns "
                "where table_schema = 'raw' and column_name = 'body'"
            ).fetchall()
            for (table,) in tables:
                found.update(row[0] for row in con.execute(f"select request_id from raw.{table}").fetchall())
        return found

    def check(self) -> Findings:
        """Judge a home whose last run went to its end."""
        found = Findings(calls=len(self.requests), charges=len(self.charges))
        found.ambiguous = sum(row["state"] == "ambiguous" for row in self.requests.values())
        found.double_charges += self._charged_twice()
        found.lost_answers += self._lost()
        found.leaked += [
            f"{rid} is still reserved" for rid, row in self.requests.items() if row["state"] == "reserved"
        ]
        for finding in (
            self._rows_twice(), self._wrong_amounts(), self._wrongly_ambiguous(), self._wrong_budgets(),
            self._answers_without_a_row(), half_written(self.home),
        ):  # fmt: skip
            found.other += finding
        return found

    def _charged_twice(self) -> Iterator[str]:
        """(1) A question (endpoint, subject, options as the vendor sees them) is charged once."""
        counted = Counter(
            (entry["vendor"], entry["endpoint"], entry["subject"])
            for entry in self.charges
            if entry["credits"] > 0
        )
        for (vendor, endpoint, subject), times in counted.items():
            if times > 1:
                yield f"{vendor}.{endpoint} charged question {subject} {times} times"

    def _lost(self) -> Iterator[str]:
        """(2) What was charged is in the raw tables, except where nobody here can know that it was."""
        for rid in self.by_caller:
            row = self.requests.get(rid)
            if row is None:
                yield f"a charge of request {rid or 'without a name'}, which the journal does not know"
            elif row["state"] == "settled" and not _decided(row) and self.raw[rid] != 1:
                yield f"{row['endpoint']} {rid} was charged and answered, and is {self.raw[rid]} times in raw"
            elif row["state"] in ("failed", "refused"):
                yield f"{row['endpoint']} {rid} was charged, and the journal has it as {row['state']}"

    def _answers_without_a_row(self) -> Iterator[str]:
        """Every answer of the journal is in the raw tables, paid or not; and its body lies in one place only."""
        for row in self._journal("select request_id, sealed, body is null as gone from answers"):
            if self.raw[row["request_id"]] != 1:
                yield f"answer {row['request_id']} is {self.raw[row['request_id']]} times in raw"
            if not row["sealed"] or not row["gone"]:
                yield f"answer {row['request_id']} was not sealed"

    def _rows_twice(self) -> Iterator[str]:
        """(3) No request has two rows."""
        for rid, times in self.raw.items():
            if times > 1:
                yield f"request {rid} is {times} times in raw"

    def _wrong_amounts(self) -> Iterator[str]:
        """(6) What the journal says was charged is what the vendor charged, call by call."""
        released = -sum(e["credits"] for e in self.charges if e["endpoint"] == _RELEASE)
        for rid, row in self.requests.items():
            charged = self.by_caller.get(rid, 0.0)
            if row["state"] == "ambiguous" or _decided(row):
                continue
            if abs((row["credits_charged"] or 0.0) - charged) > max(released, 1e-9):
                yield f"{row['endpoint']} {rid}: we booked {row['credits_charged']}, the vendor {charged}"

    def _wrongly_ambiguous(self) -> Iterator[str]:
        """(5) Ambiguous are exactly the paid calls whose clear answer the client never got to write down."""
        sent = {line["request"] for line in self.trace if line["event"] == "sent"}
        replies = {line["request"]: line for line in self.trace if line["event"] == "reply"}
        for rid, row in self.requests.items():
            if row["state"] == "ambiguous" and row["error_rule"] != "interrupted" and _clear(replies.get(rid)):
                yield f"{row['endpoint']} {rid} is ambiguous although its answer was clear: {row['error_rule']}"
            unclear = rid in sent and not _clear(replies.get(rid)) and not row["repeatable"]
            if unclear and row["state"] == "settled" and not _decided(row):
                yield f"{row['endpoint']} {rid} is settled although no answer came"
            if unclear and row["state"] == "failed" and not _never_left(replies.get(rid)) and not _decided(row):
                yield f"{row['endpoint']} {rid} counts as not charged although nobody can know"
            if row["state"] == "ambiguous" and row["repeatable"]:
                yield f"{row['endpoint']} {rid} may be repeated and is ambiguous all the same"

    def _wrong_budgets(self) -> Iterator[str]:
        """(8) What budgets count is the sum over the requests."""
        due: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.requests.values():
            amount = row["credits_quoted"] if row["credits_charged"] is None else row["credits_charged"]
            day = str(row["reserved_at"])[:10]
            for scope in (row["vendor"], f"{row['vendor']}/{row['product']}"):
                for period in (f"run:{row['run_id']}", f"day:{day}", f"month:{day[:7]}"):
                    due[scope, period] += amount
        kept = {(row["scope"], row["period"]): row["credits"] for row in self.spend}
        for key in due.keys() | {key for key in kept if "/" in key[0] or key[0] in _VENDORS}:
            if abs(due.get(key, 0.0) - kept.get(key, 0.0)) > 1e-6:
                yield f"budget {key}: {kept.get(key, 0.0)} committed, the requests sum to {due.get(key, 0.0)}"

    def reconciled(self) -> list[str]:
        """(7) After every ambiguous call was decided as the charge book says, the ledger equals the book."""
        left = [f"{rid} is still ambiguous" for rid, row in self.requests.items() if row["state"] == "ambiguous"]
        ours = sum(row["credits_charged"] or 0.0 for row in self.requests.values())
        theirs = sum(entry["credits"] for entry in self.charges)
        if abs(ours - theirs) > 1e-6:
            left.append(f"the ledger has {ours} credits, the charge book {theirs}")
        return [*left, *self._wrong_budgets()]

    def charged(self, request_id: str) -> bool:
        """Whether the vendor charged this call."""
        return request_id in self.by_caller


_KEY_BYTES = 32
_VENDORS = frozenset({"bigdbm", "contactbased", "exactbuyer", "leadpipe"})


def _decided(row: Mapping[str, Any]) -> bool:
    return str(row["error_rule"] or "").startswith("reconciled")


def _clear(reply: Mapping[str, Any] | None) -> bool:
    """An answer from which the client knows what became of the call."""
    return reply is not None and reply["fault"] is None and reply["status"] is not None and reply["status"] < 500


def _never_left(reply: Mapping[str, Any] | None) -> bool:
    return reply is not None and reply["fault"] == "not_sent"


def half_written(home: Path) -> Iterator[str]:
    """(10) Every segment can be read to its end; nothing temporary is left anywhere in the home."""
    for path in home.rglob("*"):
        name = path.name
        if name.endswith((".tmp", ".new")) and path.is_file():
            yield f"left behind: {path.relative_to(home)}"
        if name.startswith((".building-", ".linking-", ".probe", ".redaction-", "worklists-")):
            yield f"left behind: {path.relative_to(home)}"
    if [*(home / "holders").glob("*")]:
        yield "a holder's name is left where nobody works"
    if len((home / "redaction.key").read_bytes()) != _KEY_BYTES:
        yield "the redaction key is not whole"
    for path in (home / "segments").glob("*/*"):
        if path.suffix != ".parquet":
            yield f"left behind: {path.relative_to(home)}"
            continue
        if pq.read_table(path).num_rows == 0:
            yield f"an empty segment: {path.relative_to(home)}"


def publication_problems(published: Path) -> list[str]:
    """(9) What a reader finds now: a publication that is whole, or none yet.

    The reader goes where ``current`` leads once and stays there, as anybody does who wants several files of one
    publication; a directory that retention removes meanwhile is no fault of the publication.
    """
    current = published / "current"
    if not current.is_symlink():
        return []
    directory = published / current.readlink()
    try:
        return [*_unlike(directory)]
    except (OSError, duckdb.Error) as error:
        if not directory.is_dir() or published / current.readlink() != directory:
            return []
        return [f"the current publication cannot be read: {error}"]


def _unlike(directory: Path) -> Iterator[str]:
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(directory / "contactable.duckdb"), read_only=True) as con:
        tables = {row[0] for row in con.execute("show tables").fetchall()}
        counts = {table: con.execute(f"select count(*) from {table}").fetchall()[0][0] for table in tables}
    with duckdb.connect(str(directory / "contactable_pseudonymous.duckdb"), read_only=True) as con:
        con.execute("show tables").fetchall()
    if counts != manifest["tables"]:
        yield f"{directory.name}: the tables are not those of the manifest"
    for table, rows in manifest["tables"].items():
        found = pq.read_metadata(directory / "parquet" / f"{table}.parquet").num_rows
        if found != rows:
            yield f"{directory.name}: parquet/{table} has {found} rows, the manifest {rows}"
