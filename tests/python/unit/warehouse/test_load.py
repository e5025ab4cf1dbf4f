"""Loading: each segment exactly once, whatever interrupts it, and a replay gives the same rows."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contactable.warehouse.duckdb import EngineSettings, open_warehouse
from contactable.warehouse.load import LoadReport, load
from support.sealed_home import SealedHome

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 5, tzinfo=UTC)


class Killed(BaseException):
    """Stands for a kill."""


def kill_at(step: str, times: int) -> Callable[[str], None]:
    seen = 0

    def hook(made: str) -> None:
        nonlocal seen
        seen += made == step
        if made == step and seen == times:
            raise Killed(step)

    return hook


def full(home: SealedHome, now: datetime = NOW) -> LoadReport:
    return load(home.root, journal=home.engine, now=now)


# ---------------------------------------------------------------------- rows


def test_every_answer_lands_once_with_its_origin(home: SealedHome) -> None:
    report = full(home)

    assert (len(report.loaded), report.answers, report.complete) == (5, 8, True)
    assert home.query(
        "select request_id, vendor, endpoint, run_id, subjects, options, status_code, body, fetched_at, "
        "loaded_at, segment from raw.exactbuyer__contacts"
    ) == [
        (
            "r4",
            "exactbuyer",
            "exactbuyer.contacts",
            "run-1",
            '[{"key":"q-r4","type":"email","value":"r4@example.com"}]',
            "{}",
            200,
            '{"name": "Zoë"}',
            datetime(2026, 11, 21, 4, 0, 1, 250000),
            datetime(2026, 11, 21, 5),
            next(path.stem for path in home.files() if path.parent.name == "exactbuyer__contacts"),
        )
    ]
    bodies = home.query("select request_id, body from raw.contactbased__enrichments order by 1")
    assert bodies == [("r5", "not json"), ("r6", ""), ("r7", '{"a": "\\u0000"}')]


def test_the_ledger_tells_what_was_loaded(home: SealedHome) -> None:
    full(home)

    ledger = home.query("select stream, segment, answers, length(sha256) from raw.segments order by 1, 2")
    assert [(stream, segment) for stream, segment, _, _ in ledger] == [
        (path.parent.name, path.stem) for path in home.files()
    ]
    assert sum(answers for _, _, answers, _ in ledger) == 8
    assert {length for *_, length in ledger} == {64}


def test_loading_again_changes_nothing(home: SealedHome) -> None:
    full(home)
    before = home.raw()

    report = full(home, LATER)

    assert (report.loaded, report.already_loaded) == ((), 5)
    after = home.raw()
    del before["journal_sync"], after["journal_sync"]  # when the books were last compared
    assert after == before


def test_a_replay_gives_the_same_rows(home: SealedHome) -> None:
    full(home)
    before = home.raw()

    report = load(home.root, journal=home.engine, replay=True, now=LATER)

    assert report.answers == 8
    after = home.raw()
    del before["journal_sync"], after["journal_sync"]
    assert after == before


def test_a_replay_makes_a_lost_warehouse_anew_and_a_spoilt_one_whole(home: SealedHome) -> None:
    full(home)
    before = home.raw()
    (home.root / "warehouse.duckdb").unlink()
    assert load(home.root, journal=home.engine, replay=True, now=NOW).complete
    assert home.raw() == before

    with open_warehouse(home.root) as con:
        con.execute("delete from raw.bigdbm__phone_scores where request_id = 'r1'")
        con.execute("insert into raw.bigdbm__phone_scores (request_id, segment) values ('invented', 'invented')")
    load(home.root, journal=home.engine, replay=True, now=NOW)
    assert home.raw() == before


def test_a_segment_written_after_the_first_load_is_added(home: SealedHome) -> None:
    full(home)
    home.answer("r8", "leadpipe__topics")
    home.seal()

    report = full(home, LATER)

    assert [(segment.stream, segment.answers) for segment in report.loaded] == [("leadpipe__topics", 1)]
    assert home.query("select count(*) from raw.segments") == [(6,)]


def test_an_empty_home_loads(tmp_path: Path) -> None:
    home = SealedHome(tmp_path / "new" / "home")

    assert full(home) == LoadReport(
        journal_rows=dict.fromkeys(
            ("journal_requests", "journal_asked", "rejected_subjects", "journal_extractions", "runs"), 0
        )
    )
    assert load(tmp_path / "no" / "journal", now=NOW) == LoadReport()


# ---------------------------------------------------------------------- kills


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("step", ["inserted", "loaded"])
def test_a_kill_leaves_each_segment_loaded_or_not(home: SealedHome, tmp_path: Path, step: str, times: int) -> None:
    with pytest.raises(Killed):
        load(home.root, journal=home.engine, now=NOW, on_step=kill_at(step, times))
    whole = times - (step == "inserted")
    assert home.query("select count(*) from raw.segments") == [(whole,)]
    landed = sum(len(rows) for table, rows in home.raw().items() if "__" in table)
    assert home.query("select coalesce(sum(answers), 0) from raw.segments") == [(landed,)]

    full(home)

    assert sum(len(rows) for table, rows in home.raw().items() if "__" in table) == 8
    assert home.query("select count(*), count(distinct segment) from raw.segments") == [(5, 5)]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_kill_while_replaying_leaves_every_row(home: SealedHome, times: int) -> None:
    full(home)
    before = home.raw()

    with pytest.raises(Killed):
        load(home.root, journal=home.engine, replay=True, now=NOW, on_step=kill_at("replayed", times))

    assert home.raw() == before


def test_a_process_killed_by_the_system_while_loading(home: SealedHome) -> None:
    program = """
        import os, signal, sys
        from pathlib import Path
        from contactable.warehouse.load import load

        made = []

        def die(step):
            made.append(step)
            if made.count("inserted") == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        load(Path(sys.argv[1]), on_step=die)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(home.root)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL

    report = full(home)

    assert (len(report.loaded), report.already_loaded) == (3, 2)
    assert sum(len(rows) for table, rows in home.raw().items() if "__" in table) == 8


# ---------------------------------------------------------------------- bad segments


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_a_bit_of_a_body(path: Path) -> None:
    """Nothing but a checksum notices: the page still decompresses, to another text."""
    whole = path.read_bytes()
    assert whole.count(b'{"n": ') == 1
    path.write_bytes(whole.replace(b'{"n": ', b'{"m": '))
    assert pq.read_table(path).num_rows == 2


def another_table(path: Path) -> None:
    pq.write_table(pa.table({"request_id": ["r1"], "body": ["x"]}), path)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = {
    cut: "unreadable",
    empty: "unreadable",
    flip_a_bit_of_a_body: "unreadable",
    another_table: "wrong_columns",
    a_directory: "unreadable",
}


@pytest.mark.parametrize(("damage", "rule"), DAMAGES.items(), ids=[damage.__name__ for damage in DAMAGES])
def test_a_bad_segment_is_reported_and_the_others_load(
    home: SealedHome, damage: Callable[[Path], None], rule: str
) -> None:
    victim = next(path for path in home.files() if path.parent.name == "bigdbm__phone_scores")
    good = victim.read_bytes()
    damage(victim)

    report = full(home)

    (problem,) = report.problems
    assert (problem.stream, problem.segment, problem.rule) == ("bigdbm__phone_scores", victim.stem, rule)
    assert str(victim) in problem.message
    assert "restore this file from a backup" in problem.message
    assert (len(report.loaded), report.answers, report.complete) == (4, 6, False)
    assert home.query(f"select count(*) from raw.bigdbm__phone_scores where segment = '{victim.stem}'") == [(0,)]

    if victim.is_dir():
        victim.rmdir()
    victim.write_bytes(good)
    assert full(home).answers == 2
    assert len(home.raw()["bigdbm__phone_scores"]) == 4


def test_a_replay_keeps_the_rows_of_a_segment_that_became_unreadable(home: SealedHome) -> None:
    full(home)
    before = home.raw()
    victim = next(path for path in home.files() if path.parent.name == "bigdbm__phone_scores")
    flip_a_bit_of_a_body(victim)

    report = load(home.root, journal=home.engine, replay=True, now=LATER)

    assert [problem.segment for problem in report.problems] == [victim.stem]
    after = home.raw()
    del before["journal_sync"], after["journal_sync"]
    assert after == before


def test_a_segment_that_is_gone_is_reported_and_a_replay_drops_its_rows(home: SealedHome) -> None:
    full(home)
    victim = next(path for path in home.files() if path.parent.name == "exactbuyer__contacts")
    victim.unlink()

    report = full(home, LATER)
    assert [(problem.rule, problem.segment) for problem in report.problems] == [("missing", victim.stem)]
    assert len(home.raw()["exactbuyer__contacts"]) == 1

    report = load(home.root, replay=True, now=LATER)
    assert [problem.rule for problem in report.problems] == ["missing"]
    assert home.raw()["exactbuyer__contacts"] == []
    assert home.query(f"select count(*) from raw.segments where segment = '{victim.stem}'") == [(0,)]


def test_rows_that_the_ledger_does_not_know_are_not_doubled(home: SealedHome) -> None:
    full(home)
    before = home.raw()
    with open_warehouse(home.root) as con:
        con.execute("delete from raw.segments")

    full(home)

    after = home.raw()
    del before["journal_sync"], after["journal_sync"]
    assert after == before


def derive(home: SealedHome) -> None:
    """What dbt leaves: a base table that knows segments by their names, and how the last resolve went."""
    with open_warehouse(home.root) as con:
        con.execute("create schema if not exists staging")
        con.execute("create schema if not exists intermediate")
        for stream in ("exactbuyer__contacts", "bigdbm__phone_scores"):
            con.execute(f"create or replace table staging.base_{stream} as select * from raw.{stream}")
        con.execute("create or replace table intermediate.int_identity__plan (resolve integer)")


def derived(home: SealedHome) -> tuple[int, int, bool]:
    """Rows of both base tables, and whether the plan stands."""
    [(contacts,)] = home.query("select count(*) from staging.base_exactbuyer__contacts")
    [(scores,)] = home.query("select count(*) from staging.base_bigdbm__phone_scores")
    plan = home.query("select 1 from information_schema.tables where table_name = 'int_identity__plan'")
    return contacts, scores, bool(plan)


def test_a_replay_forgets_what_was_derived_so_that_a_build_derives_it_again(home: SealedHome) -> None:
    full(home)
    derive(home)
    contacts, scores, _ = derived(home)
    assert contacts * scores > 0
    full(home)
    assert derived(home) == (contacts, scores, True), "a load of nothing new changes nothing"

    with pytest.raises(Killed):
        load(home.root, replay=True, on_step=kill_at("replayed", 1))
    assert load(home.root, replay=True, now=LATER).complete
    assert derived(home) == (0, 0, False)

    derive(home)
    with open_warehouse(home.root) as con:
        con.execute("delete from raw.segments where stream = 'exactbuyer__contacts'")
    full(home)
    assert derived(home) == (0, scores, False), "one stream was loaded anew"

    derive(home)
    for path in home.files():
        if path.parent.name == "exactbuyer__contacts":
            path.unlink()
    with open_warehouse(home.root) as con:
        con.execute("delete from raw.segments where stream = 'exactbuyer__contacts'")
        con.execute("delete from raw.exactbuyer__contacts")
    load(home.root, replay=True, now=LATER)
    assert derived(home)[0] == 0, "nothing is left of what has no segment and no rows"


def test_a_replay_clears_the_ledger_of_a_stream_without_files_and_rows(home: SealedHome) -> None:
    full(home)
    next(path for path in home.files() if path.parent.name == "exactbuyer__contacts").unlink()
    with open_warehouse(home.root) as con:
        con.execute("delete from raw.exactbuyer__contacts")

    load(home.root, replay=True, now=LATER)

    assert home.query("select count(*) from raw.segments where stream = 'exactbuyer__contacts'") == [(0,)]


def as_before_the_bundles_were_one_stream(home: SealedHome) -> None:
    """Make a loaded home one of an older version: two bundles with tables, base models and folders each."""
    bundles = {"contactbased__emails": "r5", "contactbased__phones": "r7"}
    with open_warehouse(home.root) as con:
        con.execute("create schema staging")
        for stream, request_id in bundles.items():
            con.execute(
                f"create table raw.{stream} as from raw.contactbased__enrichments where segment ="
                f" (select segment from raw.contactbased__enrichments where request_id = '{request_id}')"
            )
            con.execute(
                f"update raw.segments set stream = '{stream}' where segment in (select segment from raw.{stream})"
            )
            con.execute(f"create table staging.base_{stream} as select * from raw.{stream}")
            con.execute(f"create view staging.stg_{stream} as select * from staging.base_{stream}")
        con.execute("drop table raw.contactbased__enrichments")
        moved = con.execute("select stream, segment from raw.segments where starts_with(stream, 'contactbased')")
        for stream, segment in moved.fetchall():
            folder = home.root / "segments" / stream
            folder.mkdir(exist_ok=True)
            (home.root / "segments" / "contactbased__enrichments" / f"{segment}.parquet").rename(
                folder / f"{segment}.parquet"
            )


def test_a_home_of_the_version_before_is_read_with_its_segments_where_they_are(home: SealedHome) -> None:
    full(home)
    before = home.raw()
    as_before_the_bundles_were_one_stream(home)
    assert "contactbased__enrichments" not in home.raw()

    report = full(home)

    assert (report.loaded, report.already_loaded, report.problems) == ((), 5, ())
    after = home.raw()
    del before["journal_sync"], after["journal_sync"]
    assert after == before, "each answer once, in one table, and no table of the former names"
    assert home.query("select table_name from information_schema.tables where table_schema = 'staging'") == []
    assert load(home.root, journal=home.engine, replay=True, now=LATER).complete
    replayed = home.raw()
    del replayed["journal_sync"]
    assert replayed == before

    # What was not sealed yet, and what no warehouse had loaded.
    home.answer("r8", "contactbased__financial")
    home.seal()
    (home.root / "warehouse.duckdb").unlink()
    report = full(home)
    assert (len(report.loaded), report.complete) == (6, True)
    assert home.query("select request_id from raw.contactbased__enrichments order by 1") == [
        ("r5",), ("r6",), ("r7",), ("r8",),
    ]  # fmt: skip

    # A file that is gone or spoilt is named where it was, or where it may be put back.
    victims = [
        path for path in home.files() if path.parent.name in ("contactbased__phones", "contactbased__emails")
    ]
    victims[0].write_bytes(b"")
    victims[1].unlink()
    report = load(home.root, journal=home.engine, replay=True, now=LATER)
    assert sorted((problem.rule, problem.stream) for problem in report.problems) == [
        ("missing", "contactbased__enrichments"), ("unreadable", "contactbased__enrichments"),
    ]  # fmt: skip
    assert home.query("select count(*) from raw.contactbased__enrichments") == [(3,)]


def test_a_segment_of_a_newer_version_is_reported(home: SealedHome) -> None:
    stranger = home.root / "segments" / "bigdbm__not_yet_invented"
    stranger.mkdir()
    home.files()[0].rename(stranger / "s.parquet")

    report = full(home)

    assert [problem.rule for problem in report.problems] == ["unknown_stream"]
    assert "upgrade" in report.problems[0].message
    assert len(report.loaded) == 4


def test_temporary_files_and_strangers_are_not_loaded(home: SealedHome) -> None:
    (home.root / "segments" / "bigdbm__phone_scores" / ".s.0badcafe.tmp").write_bytes(b"half")
    (home.root / "segments" / "bigdbm__phone_scores" / ".s.parquet").write_bytes(b"half")
    (home.root / "segments" / "README").write_text("hello", encoding="utf-8")

    assert full(home).complete


def test_memory_is_bounded_by_the_batch_and_not_by_the_segments(tmp_path: Path) -> None:
    home = SealedHome(tmp_path / "home")
    body = '{"page":"' + "0123456789abcdef" * 1_000 + '"}'
    home.answers([(f"r{number:05}", "bigdbm__intent_hems", body + str(number)) for number in range(12_000)])
    home.seal()

    report = load(home.root, settings=EngineSettings(memory_limit="128MB", threads=1))  # for 192 MB of answers

    assert report.answers == 12_000
