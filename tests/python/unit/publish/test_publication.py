"""Publishing: all of it or nothing, also for readers that hold a file open, and after a kill at any step."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import duckdb
import pytest

from contactable.publish import (
    Layout,
    PublicationRefusedError,
    PublishError,
    UnknownPublicationError,
    current_publication,
    publications,
    publish,
    rewrite,
    rollback,
)
from contactable.publish.layout import exclusive, prune
from unit.publish.published_world import NOW, digest, make_warehouse

STEPS = ["recovered", "copied", "pseudonymous", "scanned", "parquet", "finished", "switched", "recorded", "pruned"]


class KilledError(Exception):
    """Stands for a crash."""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return make_warehouse(tmp_path / "warehouse.duckdb")


def count(path: Path, table: str) -> int:
    """Count rows as another process would: no instance of this process is shared."""
    with duckdb.connect(str(path.resolve()), read_only=True) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
        assert row is not None
        return int(row[0])


def snapshot(home: Path) -> dict[str, str]:
    """Hash everything that a reader can open."""
    published = home / "published"
    names = ["contactable.duckdb", "contactable_pseudonymous.duckdb"]
    files = [published / name for name in names] + sorted((published / "parquet").glob("*.parquet"))
    return {str(path.relative_to(published)): digest(path) for path in files if path.exists()}


def test_publishes_every_mart_with_comments_parquet_and_permissions(warehouse: Path, tmp_path: Path) -> None:
    done = publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)

    assert dict(done.tables) == {"contact_emails": 3, "contact_phones": 3, "contactability": 6, "contacts": 3}
    layout = Layout(tmp_path)
    with duckdb.connect(str(layout.database), read_only=True) as connection:
        assert connection.execute("select count(*), min(primary_email) from contacts").fetchone() == (
            3,
            "ada@acme.example",
        )
        assert connection.execute(
            "select comment from duckdb_columns() where table_name = 'contacts' and column_name = 'contact_key'"
        ).fetchone() == ("one person",)
        assert connection.execute(
            f"select count(*) from '{tmp_path}/published/parquet/contactability.parquet'"
        ).fetchone() == (6,)
    with duckdb.connect(str(layout.pseudonymous_database), read_only=True) as connection:
        assert connection.execute(
            "select comment from duckdb_columns() where table_name = 'contacts' and column_name = 'contact_key'"
        ).fetchone() == ("one person",)
    assert stat.S_IMODE(layout.database.stat().st_mode) == 0o600
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "published/parquet").iterdir()} == {0o600}
    assert stat.S_IMODE(layout.pseudonymous_database.stat().st_mode) == 0o644
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, row_count from raw.publications where publication_id = ? order by 1",
            [done.publication_id],
        ).fetchall()
    assert dict(rows) == dict(done.tables)


def test_refused_candidate_leaves_every_published_byte(warehouse: Path, tmp_path: Path) -> None:
    publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)
    before = snapshot(tmp_path)
    make_warehouse(warehouse, people=1)

    with pytest.raises(PublicationRefusedError):
        publish(warehouse, tmp_path, run_id="r2", gate_passed=False, now=NOW)

    assert snapshot(tmp_path) == before


def test_only_the_candidate_that_was_judged_is_published(warehouse: Path, tmp_path: Path) -> None:
    """Somebody may call dbt, or suppress, between the verdict and the copy."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.candidate as "
            "select 'b1' as build_id, timestamp '2026-11-21' as finished_at, null::varchar as changed_by"
        )
    for change in ("build_id = 'b2'", "finished_at = null", "changed_by = 'a suppression'"):
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"update raw.candidate set {change}")
        with pytest.raises(PublicationRefusedError, match="changed while it was judged"):
            publish(warehouse, tmp_path, run_id="r1", gate_passed=True, build_id="b1", now=NOW)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(
                "update raw.candidate set build_id = 'b1', finished_at = timestamp '2026-11-21', changed_by = null"
            )
    assert not (tmp_path / "published/current").exists()
    publish(warehouse, tmp_path, run_id="r1", gate_passed=True, build_id="b1", now=NOW)


def test_nothing_to_publish_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(empty)).close()

    with pytest.raises(PublishError, match="nothing to publish"):
        publish(empty, tmp_path, run_id="r1", gate_passed=True, now=NOW)

    assert not (tmp_path / "published/current").exists()
    assert list((tmp_path / "published/history").iterdir()) == []


def test_a_reader_with_the_old_file_open_is_undisturbed(warehouse: Path, tmp_path: Path) -> None:
    publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)
    with duckdb.connect(str(Layout(tmp_path).database), read_only=True) as reader:
        make_warehouse(warehouse, people=1)
        publish(warehouse, tmp_path, run_id="r2", gate_passed=True, now=NOW, keep=1)

        assert reader.execute("select count(*) from contacts").fetchone() == (3,)
        assert reader.execute("select sum(length(address)) from contacts").fetchone() == (39,)
    assert count(Layout(tmp_path).database, "contacts") == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_shows_old_or_new_and_the_next_run_cleans_up(
    warehouse: Path, tmp_path: Path, step: str
) -> None:
    publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)
    before = snapshot(tmp_path)
    make_warehouse(warehouse, people=1)

    def crash(at: str) -> None:
        if at == step:
            raise KilledError

    with pytest.raises(KilledError):
        publish(warehouse, tmp_path, run_id="r2", gate_passed=True, now=NOW, on_step=crash)

    layout = Layout(tmp_path)
    if STEPS.index(step) < STEPS.index("switched"):
        assert snapshot(tmp_path) == before
    else:
        assert count(layout.database, "contacts") == 1
        assert count(layout.pseudonymous_database, "contacts") == 1
        parquet = tmp_path / "published/parquet/contacts.parquet"
        assert count(layout.database, f"'{parquet}'") == 1
    publish(warehouse, tmp_path, run_id="r3", gate_passed=True, now=NOW)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        recorded = connection.execute("select distinct publication_id from raw.publications order by 1").fetchall()
    assert [row[0] for row in recorded] == [publication.publication_id for publication in publications(layout)]


KILLED = dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from unit.publish.published_world import NOW
    from contactable.publish import publish

    def kill(at):
        if at == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)

    home = Path(sys.argv[1])
    publish(home / "warehouse.duckdb", home, run_id="r2", gate_passed=True, now=NOW, on_step=kill)
    """
)


@pytest.mark.parametrize("step", ["copied", "parquet", "finished", "switched"])
def test_a_real_kill_shows_old_or_new_and_leaves_nothing(warehouse: Path, tmp_path: Path, step: str) -> None:
    publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)
    before = snapshot(tmp_path)
    make_warehouse(warehouse, people=1)

    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], env=environment, check=False)

    assert killed.returncode == -signal.SIGKILL
    layout = Layout(tmp_path)
    if step == "switched":
        assert count(layout.database, "contacts") == count(layout.pseudonymous_database, "contacts") == 1
    else:
        assert snapshot(tmp_path) == before
    last = publish(warehouse, tmp_path, run_id="r3", gate_passed=True, now=NOW)
    assert current_publication(layout) == last
    left = {path.name for path in layout.history.iterdir()}
    assert left == {publication.publication_id for publication in publications(layout)}
    assert {publication.run_id for publication in publications(layout)} == (
        {"r1", "r2", "r3"} if step == "switched" else {"r1", "r3"}
    )


def test_keeps_the_last_publications_and_rolls_back(warehouse: Path, tmp_path: Path) -> None:
    done = [
        publish(warehouse, tmp_path, run_id=f"r{n}", gate_passed=True, now=NOW - timedelta(days=n), keep=3)
        for n in range(5)  # the clock runs backwards on purpose
    ]
    layout = Layout(tmp_path)
    assert [publication.run_id for publication in publications(layout)] == ["r2", "r3", "r4"]
    assert current_publication(layout) == done[4]

    assert rollback(tmp_path) == done[3]
    assert rollback(tmp_path) == done[2]
    assert current_publication(layout) == done[2]
    with pytest.raises(UnknownPublicationError, match="before the current"):
        rollback(tmp_path)
    with pytest.raises(UnknownPublicationError, match=done[4].publication_id):
        rollback(tmp_path, to=done[0].publication_id)
    assert current_publication(layout) == done[2]
    assert rollback(tmp_path, to=done[4].publication_id) == done[4]


def test_pruning_never_removes_what_readers_see(warehouse: Path, tmp_path: Path) -> None:
    first = publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)
    second = publish(warehouse, tmp_path, run_id="r2", gate_passed=True, now=NOW)
    third = publish(warehouse, tmp_path, run_id="r3", gate_passed=True, now=NOW)
    rollback(tmp_path, to=first.publication_id)

    assert prune(Layout(tmp_path), keep=1) == [second.publication_id]

    assert publications(Layout(tmp_path)) == [first, third]
    assert current_publication(Layout(tmp_path)) == first
    assert count(Layout(tmp_path).database, "contacts") == 3


def test_rollback_never_leads_to_a_publication_that_was_not_shown(warehouse: Path, tmp_path: Path) -> None:
    first = publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)

    def crash(at: str) -> None:
        if at == "finished":
            raise KilledError

    with pytest.raises(KilledError):
        publish(warehouse, tmp_path, run_id="r2", gate_passed=True, now=NOW, on_step=crash)
    publish(warehouse, tmp_path, run_id="r3", gate_passed=True, now=NOW)

    assert rollback(tmp_path) == first


def test_rollback_without_a_publication_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownPublicationError):
        rollback(tmp_path)


def test_two_writers_cannot_publish_at_once(warehouse: Path, tmp_path: Path) -> None:
    with exclusive(Layout(tmp_path)), pytest.raises(PublishError, match="another process"):
        publish(warehouse, tmp_path, run_id="r1", gate_passed=True, now=NOW)


@pytest.fixture
def published(warehouse: Path, tmp_path: Path) -> Path:
    for run in ("r1", "r2"):
        publish(warehouse, tmp_path, run_id=run, gate_passed=True, now=NOW)
    return tmp_path


def drop_first(directory: Path) -> int:
    """Take one person out of a copy of a publication."""
    with duckdb.connect(str(directory / "contactable.duckdb")) as connection:
        row = connection.execute("delete from contacts where contact_key = 'k1'").fetchone()
    assert row is not None
    return int(row[0])


def test_rewriting_reaches_every_kept_publication(published: Path) -> None:
    layout = Layout(published)
    names = [publication.publication_id for publication in publications(layout)]

    assert rewrite(published, drop_first) == 2

    after = publications(layout)
    assert [publication.publication_id for publication in after] == names
    assert [publication.tables["contacts"] for publication in after] == [2, 2]
    assert [count(publication.directory / "contactable.duckdb", "contacts") for publication in after] == [2, 2]
    visible = current_publication(layout)
    assert visible is not None
    assert visible.run_id == "r2"
    assert stat.S_IMODE(layout.database.stat().st_mode) == 0o600
    assert len(list(layout.history.iterdir())) == 2
    assert rewrite(published, drop_first) == 0
    assert publications(layout) == after


@pytest.mark.parametrize("step", ["changed", "replaced"])
def test_a_killed_rewrite_is_finished_by_the_next(published: Path, step: str) -> None:
    seen: Iterator[None] = iter([None])

    def crash(at: str) -> None:
        if at == step and next(seen, KilledError) is KilledError:
            raise KilledError

    with pytest.raises(KilledError):
        rewrite(published, drop_first, on_step=crash)
    rewrite(published, drop_first)

    layout = Layout(published)
    assert [p.run_id for p in publications(layout)] == ["r1", "r2"]
    assert [count(p.directory / "contactable.duckdb", "contacts") for p in publications(layout)] == [2, 2]
    assert len(list(layout.history.iterdir())) == 2
