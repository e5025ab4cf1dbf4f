"""Paged reads and jobs: what was read so far, and by whom."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from contactable.journal import tables as t
from contactable.journal.asked import mark_asked, stale
from contactable.journal.calls import Subject
from contactable.journal.clock import iso, new_id
from contactable.journal.errors import ReadElsewhereError
from contactable.journal.runs import Runs


class Extractions(Runs):
    """Transactions about reads of many calls."""

    __slots__ = ()

    def open_extraction(self, endpoint: str, subject: Subject, run_id: str) -> Mapping[str, Any]:
        """The open extraction of this question (to be resumed), or a new one; this run's from now on.

        Raises:
            ReadElsewhereError: another live process is at it; two would buy its pages twice.
        """
        now = iso(self.clock())
        with self._write() as con:
            found = (
                con.execute(
                    select(t.extractions).where(
                        t.extractions.c.question_key == subject.key,
                        t.extractions.c.endpoint == endpoint,
                        t.extractions.c.state == "open",
                    )
                )
                .mappings()
                .first()
            )
            if found is not None:
                if found["run_id"] != run_id:
                    if self._lives(con, found["run_id"]):
                        raise ReadElsewhereError
                    con.execute(
                        update(t.extractions)
                        .where(t.extractions.c.extraction_id == found["extraction_id"])
                        .values(run_id=run_id)
                    )
                return dict(found) | {"run_id": run_id}
            if stale(con, {subject.key: subject.last_asked_at}):
                raise ReadElsewhereError  # it was read to its end while we came here
            row = {
                "extraction_id": new_id(self.clock()),
                "endpoint": endpoint,
                "question_key": subject.key,
                "subject_key": subject.subject_key,
                "run_id": run_id,
                "state": "open",
                "pinned": None,
                "next_cursor": None,
                "next_page": 1,
                "pages_read": 0,
                "rows_read": 0,
                "rows_expected": None,
                "job_id": None,
                "job_status": None,
                "started_at": now,
                "updated_at": now,
                "finished_at": None,
            }
            con.execute(insert(t.extractions).values(**row))
            return row

    def update_extraction(self, extraction_id: str, values: Mapping[str, Any]) -> None:
        with self._write() as con:
            self._update_extraction(con, extraction_id, values)

    def _update_extraction(self, con: Connection, extraction_id: str, values: Mapping[str, Any]) -> None:
        now = iso(self.clock())
        ended = values.get("state", "open") != "open"
        con.execute(
            update(t.extractions)
            .where(t.extractions.c.extraction_id == extraction_id)
            .values(**values, updated_at=now, **({"finished_at": now} if ended else {}))
        )
        if values.get("state") == "complete":
            # Only a read that reached its end answers the question; a broken one stays due.
            row = (
                con.execute(select(t.extractions).where(t.extractions.c.extraction_id == extraction_id))
                .mappings()
                .one()
            )
            mark_asked(
                con,
                [
                    {
                        "question_key": row["question_key"],
                        "endpoint": row["endpoint"],
                        "subject_key": row["subject_key"],
                        "request_id": extraction_id,
                        "state": "settled",
                        "asked_at": now,
                        "updated_seq": self._next_seq(con),
                    }
                ],
            )

    def abandon_extraction(self, extraction_id: str, *, withdraw: bool) -> None:
        """A read begins again: this one answers nothing. ``withdraw``: what it read, and is not on its way into a
        segment yet, is dropped; the same rows come again."""
        with self._write() as con:
            self._update_extraction(con, extraction_id, {"state": "abandoned"})
            if withdraw:
                mine = select(t.requests.c.request_id).where(t.requests.c.extraction_id == extraction_id)
                con.execute(
                    delete(t.answers).where(
                        t.answers.c.request_id.in_(mine), t.answers.c.segment.is_(None), t.answers.c.sealed == 0
                    )
                )

    def extraction(self, extraction_id: str) -> Mapping[str, Any] | None:
        """A read of many calls, as it stands."""
        with self._read() as con:
            query = select(t.extractions).where(t.extractions.c.extraction_id == extraction_id)
            found = con.execute(query).mappings().first()
            return None if found is None else dict(found)

    def job_ids(self, endpoint: str) -> frozenset[str]:
        """What the vendor calls the jobs that reads of this endpoint have made or found."""
        with self._read() as con:
            return frozenset(
                con.scalars(
                    select(t.extractions.c.job_id).where(
                        t.extractions.c.endpoint == endpoint, t.extractions.c.job_id.is_not(None)
                    )
                )
            )
