"""Sealing: no answer lost, none in two segments, the same files whatever interrupted it."""

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard
from sqlalchemy import Engine, insert, select, update

from contactable.journal.sealing import SealedSegment, SealingError, seal
from contactable.journal.store import Journal
from contactable.journal.tables import answers, requests

STEPS = ("assigned", "written", "published", "sealed")


class Killed(BaseException):
    """Stands for a kill: not an Exception, so that no handler may take it for an error."""


class World:
    """A journal with answers in it, and where its segments go."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.url = url
        self.segments = home / "segments"
        home.mkdir(exist_ok=True)
        self.engine: Engine = Journal.open(url).engine

    def answer(
        self,
        request_id: str,
        stream: str = "bigdbm__phone_scores",
        body: bytes = b'{"Results":[]}',
        status_code: int = 200,
        subjects: str = '[{"key":"k","type":"phone","value":"2025550123"}]',
    ) -> None:
        """Journal one settled answer."""
        vendor, name = stream.split("__", 1)
        with self.engine.begin() as con:
            con.execute(
                insert(requests).values(
                    request_id=request_id,
                    run_id="run-1",
                    vendor=vendor,
                    endpoint=f"{vendor}.{name}",
                    product=name,
                    stream=name,
                    wave="validate",
                    state="settled",
                    subjects=subjects,
                    options="{}",
                    subjects_asked=1,
                    repeatable=0,
                    credits_quoted=1.0,
                    credits_charged=1.0,
                    status_code=status_code,
                    reserved_at="2026-11-21T04:00:00.000000Z",
                    updated_seq=1,
                )
            )
            con.execute(
                insert(answers).values(
                    request_id=request_id,
                    stream=stream,
                    body=zstandard.compress(body),
                    body_bytes=len(body),
                    fetched_at="2026-11-21T04:00:01.250000Z",
                )
            )

    def rows(self) -> list[dict[str, Any]]:
        """The rows of every segment file, in file order."""
        return [row for path in self.files() for row in pq.read_table(path).to_pylist()]

    def files(self) -> list[Path]:
        return sorted(self.segments.glob("*/*.parquet"))

    def contents(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.segments)): path.read_bytes() for path in self.files()}

    def leftovers(self) -> list[Path]:
        return [path for path in self.segments.rglob("*") if path.is_file() and path.suffix != ".parquet"]


@pytest.fixture
def world(tmp_path: Path, journal_url: str) -> Iterator[World]:
    made = World(tmp_path / "home", journal_url)
    yield made
    made.engine.dispose()


def fill(world: World) -> None:
    """Seven answers of three streams: segments of two answers give 2 + 1 + 2."""
    for number in range(4):
        world.answer(f"r{number}", body=b'{"n":%d}' % number)
    world.answer("r4", "exactbuyer__contacts")
    for number in range(5, 8):
        world.answer(f"r{number}", "contactbased__emails", status_code=404)


def kill_at(step: str, times: int) -> Callable[[str], None]:
    """A hook that kills when ``step`` was made for the ``times``-th time."""
    seen: Counter[str] = Counter()

    def hook(made: str) -> None:
        seen[made] += 1
        if made == step and seen[made] == times:
            raise Killed(step)

    return hook


def test_a_segment_holds_what_was_asked_and_answered_to_the_letter(world: World) -> None:
    subjects = (
        '[{"key":"b","type":"email","value":"B@example.com"},{"key":"a","type":"email","value":"a@example.com"}]'
    )
    body = '{"Name":"Zoë \\u0000 \\"x\\"",\n "n": 1.0}'
    world.answer("r1", "bigdbm__email_statuses", body.encode(), 500, subjects)

    (segment,) = seal(world.engine, world.segments)

    (row,) = world.rows()
    assert row.pop("fetched_at").isoformat() == "2026-11-21T04:00:01.250000+00:00"
    assert row == {
        "request_id": "r1",
        "vendor": "bigdbm",
        "endpoint": "bigdbm.email_statuses",
        "run_id": "run-1",
        "subjects": subjects,
        "options": "{}",
        "status_code": 500,
        "body": body,
    }
    assert segment == SealedSegment(
        "bigdbm__email_statuses", segment.path.stem, segment.path, 1, len(body.encode())
    )
    assert segment.path == world.segments / "bigdbm__email_statuses" / f"{segment.segment}.parquet"


def test_sealed_answers_leave_the_journal_and_are_not_sealed_again(world: World) -> None:
    fill(world)
    seal(world.engine, world.segments)
    before = world.contents()

    assert seal(world.engine, world.segments) == []

    assert world.contents() == before
    with world.engine.connect() as con:
        left = con.execute(select(answers.c.sealed, answers.c.body, answers.c.segment)).all()
    assert {(row.sealed, row.body) for row in left} == {(1, None)}
    assert {row.segment for row in left} == {path.stem for path in world.files()}


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_changes_no_file(
    world: World, tmp_path: Path, journal_urls: Callable[[], str], step: str, times: int
) -> None:
    fill(world)
    undisturbed = World(tmp_path / "undisturbed", journal_urls())
    fill(undisturbed)
    seal(undisturbed.engine, undisturbed.segments, max_answers=2)

    with pytest.raises(Killed):
        seal(world.engine, world.segments, max_answers=2, on_step=kill_at(step, times))
    seal(world.engine, world.segments, max_answers=2)

    assert Counter(row["request_id"] for row in world.rows()) == Counter(f"r{n}" for n in range(8))
    assert world.contents() == undisturbed.contents()
    assert world.leftovers() == []
    undisturbed.engine.dispose()


@pytest.mark.parametrize("step", STEPS)
def test_answers_that_arrive_after_a_kill_do_not_change_the_begun_segment(world: World, step: str) -> None:
    world.answer("r1")
    with pytest.raises(Killed):
        seal(world.engine, world.segments, on_step=kill_at(step, 1))
    world.answer("r0")

    seal(world.engine, world.segments)

    assert sorted([row["request_id"] for row in pq.read_table(path).to_pylist()] for path in world.files()) == [
        ["r0"],
        ["r1"],
    ]


def test_a_process_killed_by_the_system_leaves_nothing_lost_and_nothing_behind(world: World) -> None:
    fill(world)
    world.engine.dispose()
    program = """
        import os, signal, sys
        from pathlib import Path
        from contactable.journal.sealing import seal
        from contactable.journal.store import Journal

        def die(step):
            if step == "written":
                os.kill(os.getpid(), signal.SIGKILL)

        seal(Journal.open(sys.argv[1]).engine, Path(sys.argv[2]), on_step=die)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), world.url, str(world.segments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(world.leftovers()) == 1  # it died with its temporary file written
    assert world.files() == []

    seal(world.engine, world.segments)

    assert Counter(row["request_id"] for row in world.rows()) == Counter(f"r{n}" for n in range(8))
    assert world.leftovers() == []


def test_a_file_that_stands_is_not_written_again(world: World) -> None:
    world.answer("r1")
    with pytest.raises(Killed):
        seal(world.engine, world.segments, on_step=kill_at("published", 1))
    (path,) = world.files()
    before = path.stat()

    seal(world.engine, world.segments)

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("damage", ["cut", "flip", "other answers"])
def test_a_file_damaged_before_its_answers_left_the_journal_is_written_again(world: World, damage: str) -> None:
    fill(world)
    with pytest.raises(Killed):
        seal(world.engine, world.segments, on_step=kill_at("published", 1))
    (path,) = world.files()
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[:-10])
    elif damage == "other answers":
        pq.write_table(pq.read_table(path).slice(1), path)
    else:
        page = pq.read_metadata(path).row_group(0).column(7).data_page_offset + 40
        path.write_bytes(whole[:page] + bytes([whole[page] ^ 1]) + whole[page + 1 :])

    seal(world.engine, world.segments)

    assert path.read_bytes() == whole


def test_segments_keep_to_both_limits(world: World) -> None:
    for number in range(5):
        world.answer(f"r{number}", body=b"x" * 400)
    world.answer("r5", body=b"x" * 5_000)
    world.answer("r6", body=b"x" * 10)

    sealed = seal(world.engine, world.segments, max_bytes=1_000, max_answers=3)

    assert [(segment.answers, segment.body_bytes) for segment in sealed] == [
        (2, 800),
        (2, 800),
        (1, 400),
        (1, 5_000),
        (1, 10),
    ]


def test_files_and_directories_are_their_owners_only(world: World) -> None:
    world.segments.mkdir(mode=0o755)
    fill(world)
    before = os.umask(0)
    try:
        seal(world.engine, world.segments)
    finally:
        os.umask(before)

    directories = [world.segments, *(path for path in world.segments.iterdir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in directories} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in world.files()} == {0o600}


def test_processes_that_seal_one_home_at_once_take_turns(world: World) -> None:
    for number in range(200):
        world.answer(f"r{number:03}")
    program = """
        import sys
        from pathlib import Path
        from contactable.journal.sealing import seal
        from contactable.journal.store import Journal

        engine = Journal.open(sys.argv[1]).engine
        print("ready", flush=True)
        sys.stdin.readline()
        print(sum(segment.answers for segment in seal(engine, Path(sys.argv[2]), max_answers=7)))
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), world.url, str(world.segments)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    sealed = [int(process.communicate("go\n")[0]) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum(sealed) == 200
    assert Counter(row["request_id"] for row in world.rows()) == Counter(f"r{n:03}" for n in range(200))
    assert world.leftovers() == []


def test_two_homes_that_seal_one_journal_do_not_share_an_answer(world: World) -> None:
    fill(world)

    def the_other_one_is_faster(step: str) -> None:
        if step == "assigned":
            with world.engine.begin() as con:
                con.execute(update(answers).where(answers.c.segment.is_(None)).values(segment="taken-by-another"))

    with pytest.raises(SealingError, match="another home is sealing"):
        seal(world.engine, world.segments, max_answers=2, on_step=the_other_one_is_faster)

    with world.engine.connect() as con:
        taken = con.scalars(select(answers.c.request_id).where(answers.c.segment == "taken-by-another")).all()
    assert len(taken) == 6  # two were sealed, and no third name was given


def test_a_full_disk_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(world)

    def no_space(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(SealingError, match="Free space, then run again"):
            seal(world.engine, world.segments)
    assert world.files() == []
    assert world.leftovers() == []

    seal(world.engine, world.segments)

    assert Counter(row["request_id"] for row in world.rows()) == Counter(f"r{n}" for n in range(8))


def test_text_that_is_no_utf8_is_sealed_all_the_same(world: World) -> None:
    world.answer("r1", body='{"a":"\ud800"}'.encode("utf-8", "surrogatepass"))

    seal(world.engine, world.segments)

    (row,) = world.rows()
    assert row["body"].startswith('{"a":"\ufffd')


def test_a_damaged_body_is_named_and_stays_in_the_journal(world: World) -> None:
    world.answer("r1")
    with world.engine.begin() as con:
        con.execute(update(answers).values(body=b"not zstd"))

    with pytest.raises(SealingError, match="request r1 is damaged"):
        seal(world.engine, world.segments)

    assert world.files() == []
    with world.engine.connect() as con:
        assert con.scalar(select(answers.c.body)) == b"not zstd"


def test_a_stream_name_never_leaves_the_segments_directory(world: World) -> None:
    world.answer("r1")
    with world.engine.begin() as con:
        con.execute(update(answers).values(stream="../../etc__x"))

    with pytest.raises(SealingError, match="no stream name"):
        seal(world.engine, world.segments)


@pytest.mark.parametrize(("max_bytes", "allowed"), [(2_000_000, 16_000_000), (64_000_000, 40_000_000)])
def test_memory_is_bounded_and_not_by_the_journal(world: World, max_bytes: int, allowed: int) -> None:
    for number in range(48):  # 48 MB in all
        world.answer(f"r{number:02}", body=b'{"page":%02d}' % number * 100_000)

    tracemalloc.start()
    seal(world.engine, world.segments, max_bytes=max_bytes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < allowed
    assert sum(pq.read_metadata(path).num_rows for path in world.files()) == 48
