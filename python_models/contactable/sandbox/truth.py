"""The ground truth as Parquet, for tests and for people who want to know how well the pipeline did. No client
reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from contactable.sandbox import lexicon, texts
from contactable.sandbox.codes import MAIL_KINDS, NO_PHONE, PHONE_TYPES
from contactable.sandbox.hashing import Ints
from contactable.sandbox.world import World

_CHUNK = 250_000
_GENDERS = ("female", "male", "unknown")


def write_truth(world: World, directory: Path, signal_days: int = 0) -> None:
    """Writes people, mailboxes, phones, households and employers; `signal_days` > 0 adds signals of the days up
    to today.

    Keys are row numbers: people.person, mailboxes.mailbox, households.household, employers.employer. Hashes are
    left out: they are functions of `mailboxes.email`, which is lower case already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / "people.parquet", (_people(world, rows) for rows in _chunks(world.size)))
    _write(directory / "mailboxes.parquet", (_mailboxes(world, rows) for rows in _chunks(world.mailboxes)))
    _write(directory / "households.parquet", (_households(world, rows) for rows in _chunks(world.households)))
    _write(directory / "employers.parquet", (_employers(world, rows) for rows in _chunks(world.employers)))
    _write(directory / "phones.parquet", iter([_phones(world)]))
    if signal_days:
        days = (world.today - timedelta(days=back) for back in range(signal_days - 1, -1, -1))
        _write(directory / "signals.parquet", (_signals(world, day) for day in days))


def _chunks(count: int) -> Iterator[Ints]:
    for start in range(0, count, _CHUNK):
        yield np.arange(start, min(start + _CHUNK, count), dtype=np.int32)


def _write(path: Path, tables: Iterable[pa.Table]) -> None:
    writer = None
    for table in tables:
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _days(numbers: Ints) -> pa.Array:
    return pa.array(numbers, pa.int32()).cast(pa.date32())


def _or_null(members: Ints) -> pa.Array:
    return pa.array(members, mask=members < 0)


def _people(world: World, rows: Ints) -> pa.Table:
    employer, homes = world.employer[rows], world.household[rows]
    return pa.table(
        {
            "person": rows,
            "household": homes,
            "first_name": texts.first_names(world, rows),
            "last_name": texts.last_names(world, rows),
            "gender": texts.words(_GENDERS, world.gender[rows]),
            "birth_date": _days(world.birth_day[rows]),
            "employer": _or_null(employer),
            "previous_employer": _or_null(world.previous_employer[rows]),
            "job_title": texts.job_titles(world, rows),
            "linkedin_slug": texts.linkedin_slugs(world, rows),
            "maid": texts.maids(world, rows),
            "ip": texts.ips(world, rows),
            "vin": texts.vins(world, rows),
            "mobile": texts.phones(world.mobile[rows]),
            "mobile_2": texts.phones(world.mobile_2[rows]),
            "landline": texts.phones(world.landline[homes]),
            "direct_phone": texts.phones(world.direct[rows]),
            "personal_email": texts.emails(world, world.mail_personal[rows]),
            "personal_email_2": texts.emails(world, world.mail_personal_2[rows]),
            "work_email": texts.emails(world, world.mail_work[rows]),
            "former_work_email": texts.emails(world, world.mail_old_work[rows]),
            **{f"topic_{n + 1}": texts.words(_TOPIC_NAMES, world.topics[rows, n]) for n in range(3)},
        }
    )


_TOPIC_NAMES = tuple(topic.name for topic in lexicon.TOPICS)


def _mailboxes(world: World, rows: Ints) -> pa.Table:
    return pa.table(
        {
            "mailbox": rows,
            "email": world.mail_text.many(rows),
            "kind": texts.words(MAIL_KINDS, world.mail_kind[rows]),
            "person": _or_null(world.mail_owner[rows]),
            "employer": _or_null(world.mail_employer[rows]),
            "status": world.mail_status[rows].astype(np.int32),
            "last_seen": _days(world.mail_seen[rows]),
        }
    )


def _phones(world: World) -> pa.Table:
    slots = np.flatnonzero(world.phone_type != NO_PHONE).astype(np.int32)
    owner, kind = world.phone_owner[slots], world.phone_type[slots]
    mobile, home, work, board = (kind == k for k in range(1, 5))
    return pa.table(
        {
            "phone": texts.phones(slots),
            "kind": texts.words(PHONE_TYPES, kind),
            "person": _or_null(np.where(mobile | work, owner, -1)),
            "household": _or_null(np.where(home, owner, -1)),
            "employer": _or_null(np.where(board, owner, -1)),
            "is_dnc": world.phone_dnc[slots],
            "opql_score": world.phone_score[slots].astype(np.int32),
        }
    )


def _households(world: World, rows: Ints) -> pa.Table:
    return pa.table(
        {
            "household": rows,
            "address": texts.addresses(world, rows),
            "city": texts.cities(world, rows),
            "state": texts.states(world, rows),
            "zip": texts.zip_codes(world, rows),
            "adults": np.diff(world.household_start)[rows],
            "landline": texts.phones(world.landline[rows]),
            "income": world.household_income[rows],
            "net_worth": world.household_worth[rows],
        }
    )


def _employers(world: World, rows: Ints) -> pa.Table:
    industries = [industry.name for industry in lexicon.INDUSTRIES]
    return pa.table(
        {
            "employer": rows,
            "name": texts.company_names(world, rows),
            "domain": texts.company_domains(world, rows),
            "industry": texts.words(industries, world.employer_industry[rows]),
            "city": texts.words(lexicon.TOWNS, world.employer_town[rows]),
            "state": texts.words([state.code for state in lexicon.STATES], world.employer_state[rows]),
            "phone": texts.phones(world.employer_phone[rows]),
            "catch_all": world.employer_catch_all[rows],
        }
    )


def _signals(world: World, day: date) -> pa.Table:
    drawn = world.signals(day)
    return pa.table(
        {
            "signal_date": pa.array([day] * len(drawn), pa.date32()),
            "person": drawn.person,
            "topic": texts.words(_TOPIC_NAMES, drawn.topic),
            "strength": drawn.strength,
            "signal_count": drawn.count.astype(np.int32),
        }
    )
