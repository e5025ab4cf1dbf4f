"""Taking a person out of the journal: what was asked, answers that are not sealed yet, keys of questions, other
texts.

The journal's tables are spoken to by name (``requests``, ``answers``) and by what the database says of them: this
package does not know the journal's code. Credits, states and times of the requests stay; they name nobody.
"""

from dataclasses import dataclass

import zstandard
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    column,
    create_engine,
    delete,
    inspect,
    select,
    table,
    text,
    update,
)

from contactable.privacy.redaction import PersonIdentifiers, redact

_REQUESTS = table(
    "requests",
    *(column(name) for name in ("request_id", "vendor", "stream", "subjects", "options")),
)
_ANSWERS = table("answers", column("request_id"), column("stream"), column("body"), column("body_bytes"))

_PAGE_ROWS = 1_000


@dataclass(frozen=True)
class JournalScrub:
    """How many requests and unsealed answers named the person."""

    requests: int = 0
    answers: int = 0


def scrub_journal(url: str | URL | None, wanted: PersonIdentifiers, *, dry_run: bool = False) -> JournalScrub:
    """Redact the journal in one transaction, and let the database forget the old bytes."""
    if url is None:
        return JournalScrub()
    engine = create_engine(url)
    try:
        if not {"requests", "answers"} <= set(inspect(engine).get_table_names()):
            return JournalScrub()
        sqlite = engine.dialect.name == "sqlite"
        with engine.connect() as connection:
            if sqlite:
                connection.execute(text("pragma secure_delete = on"))
                connection.commit()
            with connection.begin():
                result = _scrub(connection, wanted, dry_run=dry_run)
                if not dry_run:
                    _scrub_texts(connection, wanted)
        if not dry_run:
            _compact(engine, sqlite=sqlite)
        return result
    finally:
        engine.dispose()


def _scrub(connection: Connection, wanted: PersonIdentifiers, *, dry_run: bool) -> JournalScrub:
    requests = answers = 0
    last = ""
    while True:
        rows = connection.execute(
            select(
                _REQUESTS.c.request_id,
                _REQUESTS.c.vendor,
                _REQUESTS.c.stream,
                _REQUESTS.c.subjects,
                _REQUESTS.c.options,
                _ANSWERS.c.body,
            )
            .select_from(_REQUESTS.outerjoin(_ANSWERS, _ANSWERS.c.request_id == _REQUESTS.c.request_id))
            .where(_REQUESTS.c.request_id > last)
            .order_by(_REQUESTS.c.request_id)
            .limit(_PAGE_ROWS)
        ).all()
        if not rows:
            return JournalScrub(requests, answers)
        last = rows[-1].request_id
        for row in rows:
            body = None if row.body is None else _unpack(row.body)
            if not wanted.may_be_in([row.subjects, row.options, body]):
                continue
            redacted = redact(wanted, f"{row.vendor}__{row.stream}", row.subjects, row.options, body)
            if redacted is None:
                continue
            requests += (redacted.subjects, redacted.options) != (row.subjects, row.options)
            answers += redacted.body != body or (redacted.dropped and body is not None)
            if dry_run:
                continue
            connection.execute(
                update(_REQUESTS)
                .where(_REQUESTS.c.request_id == row.request_id)
                .values(subjects=redacted.subjects, options=redacted.options)
            )
            if redacted.body is None:
                continue
            if redacted.dropped:
                connection.execute(delete(_ANSWERS).where(_ANSWERS.c.request_id == row.request_id))
            elif redacted.body != body:
                packed = redacted.body.encode()
                connection.execute(
                    update(_ANSWERS)
                    .where(_ANSWERS.c.request_id == row.request_id)
                    .values(body=zstandard.compress(packed, 3), body_bytes=len(packed))
                )


#: Columns with the MD5 of a question: it stays one question, under a key that nobody can make from the question.
_QUESTION_KEYS = frozenset({"question_key", "subject_key"})


def _scrub_texts(connection: Connection, wanted: PersonIdentifiers) -> None:
    """Give questions about the person new keys, and mask every other text that names the person, in any table."""
    tables = MetaData()
    tables.reflect(connection)
    for known in tables.sorted_tables:
        columns = [each for each in known.columns if isinstance(each.type, String)]
        key = list(known.primary_key.columns) or columns
        if not columns:
            continue
        found = []
        for row in connection.execute(select(*key, *columns)).yield_per(_PAGE_ROWS):
            values = dict(zip(columns, row[len(key) :], strict=True))
            if not wanted.may_be_in(values.values()):
                continue
            changes = {
                each.name: changed
                for each, value in values.items()
                if value is not None and (changed := _changed(wanted, known, each.name, value)) != value
            }
            if changes:
                found.append(([each == value for each, value in zip(key, row, strict=False)], changes))
        for identity, changes in found:
            connection.execute(update(known).where(*identity).values(changes))


def _changed(wanted: PersonIdentifiers, known: Table, name: str, value: str) -> str:
    if name in _QUESTION_KEYS and value.lower() in wanted.keys:
        return wanted.new_key(value)
    if known.name == "requests" and name in {"subjects", "options"}:
        return value  # redacted as the documents that they are
    return wanted.mask(value)


def _unpack(body: bytes) -> str:
    return zstandard.ZstdDecompressor().decompress(body).decode("utf-8", errors="replace")


def _compact(engine: Engine, *, sqlite: bool) -> None:
    """Rewrite what was changed without the old rows; of a file also empty its write-ahead log.

    PostgreSQL's own log and backups are its administrator's: they expire by their own rules.
    """
    statements = (
        ("vacuum", "pragma wal_checkpoint(truncate)")
        if sqlite
        else ("vacuum full requests", "vacuum full answers")
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
