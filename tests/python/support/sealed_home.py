"""A home with a journal that holds answers, sealed when a test says so."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import zstandard
from sqlalchemy import Engine, insert

from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.journal.tables import answers, asked, requests

FETCHED_AT = "2026-11-21T04:00:01.250000Z"


def subjects(request_id: str) -> str:
    """The one question of a request, as the journal writes it."""
    return f'[{{"key":"q-{request_id}","type":"email","value":"{request_id}@example.com"}}]'


class SealedHome:
    """A home below ``root``; ``answer`` journals, ``seal`` makes segments."""

    def __init__(self, root: Path, journal_url: str | None = None) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = Journal.open(journal_url or f"sqlite:///{root / 'journal.db'}").engine
        self.seq = 0

    def answer(self, request_id: str, stream: str, body: str = '{"Results":[]}', state: str = "settled") -> None:
        """Journal one settled answer to one question."""
        self.answers([(request_id, stream, body)], state)

    def answers(self, rows: Sequence[tuple[str, str, str]], state: str = "settled") -> None:
        """Journal many: (request_id, stream, body)."""
        self.seq += 1
        with self.engine.begin() as con:
            con.execute(
                insert(requests),
                [
                    {
                        "request_id": request_id,
                        "run_id": "run-1",
                        "vendor": stream.split("__")[0],
                        "endpoint": stream.replace("__", "."),
                        "product": "p",
                        "stream": stream.split("__", 1)[1],
                        "wave": "enrich",
                        "state": state,
                        "subjects": subjects(request_id),
                        "options": "{}",
                        "subjects_asked": 1,
                        "repeatable": 0,
                        "credits_quoted": 1.5,
                        "credits_charged": 1.0,
                        "status_code": 200,
                        "reserved_at": "2026-11-21T04:00:00.000000Z",
                        "updated_seq": self.seq,
                    }
                    for request_id, stream, _ in rows
                ],
            )
            con.execute(
                insert(answers),
                [
                    {
                        "request_id": request_id,
                        "stream": stream,
                        "body": zstandard.compress(body.encode()),
                        "body_bytes": len(body.encode()),
                        "fetched_at": FETCHED_AT,
                    }
                    for request_id, stream, body in rows
                ],
            )
            con.execute(
                insert(asked),
                [
                    {
                        "question_key": f"q-{request_id}",
                        "endpoint": stream.replace("__", "."),
                        "request_id": request_id,
                        "state": state,
                        "asked_at": "2026-11-21T04:00:00.000000Z",
                        "updated_seq": self.seq,
                    }
                    for request_id, stream, _ in rows
                ],
            )

    def seal(self, max_answers: int = 5_000) -> None:
        seal(self.engine, self.root / "segments", max_answers=max_answers)

    def files(self) -> list[Path]:
        return sorted((self.root / "segments").glob("*/*.parquet"))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()

    def raw(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table in ``raw``, sorted."""
        with duckdb.connect(str(self.root / "warehouse.duckdb"), read_only=True) as con:
            tables = con.execute("select table_name from information_schema.tables where table_schema = 'raw'")
            return {
                table: sorted(con.execute(f"select * from raw.{table}").fetchall(), key=repr)
                for (table,) in tables.fetchall()
            }
