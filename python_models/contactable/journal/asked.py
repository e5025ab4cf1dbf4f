"""The latest request of each question: it keeps a stale worklist from buying twice."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from contactable.journal import tables as t
from contactable.journal.databases import upsert_into


def stale(con: Connection, known: Mapping[str, str | None]) -> set[str]:
    """Keys of questions (with what the worklist knew of each) that were asked since, or are still open."""
    rows = con.execute(
        select(t.asked.c.question_key, t.asked.c.state, t.asked.c.asked_at).where(
            t.asked.c.question_key.in_(list(known))
        )
    )
    found = set()
    for key, state, asked_at in rows:
        last = known[key]
        newer = last is None or asked_at > last
        if state in ("reserved", "ambiguous") or (newer and state == "settled"):
            found.add(key)
    return found


def mark_asked(con: Connection, rows: list[dict[str, Any]]) -> None:
    """The latest request of each question."""
    statement = upsert_into(con, t.asked)
    con.execute(
        statement.on_conflict_do_update(
            index_elements=["question_key"],
            set_={
                name: statement.excluded[name]
                for name in ("endpoint", "subject_key", "request_id", "state", "asked_at", "updated_seq")
            },
        ),
        rows,
    )
