"""Publish, roll back, rewrite: every change of what readers see, each of them one rename (see ``layout``)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import duckdb

from contactable.home.disk import refusal
from contactable.publish.anchors import assert_no_anchor
from contactable.publish.keying import PseudonymSecretError, Secret, secret_for
from contactable.publish.layout import (
    DATABASE,
    PARQUET,
    PSEUDONYMOUS_DATABASE,
    REVERSIBLE_DATABASE,
    Layout,
    Publication,
    PublicationRefusedError,
    PublishError,
    UnknownPublicationError,
    current_publication,
    exclusive,
    finish_building,
    next_publication_id,
    next_revision,
    prune,
    publications,
    remove,
    start_building,
    switch,
    sync,
)
from contactable.publish.pseudonymous import require_declarations, write_pseudonymous
from contactable.publish.sql import (
    attach,
    literal,
    relation,
    row_count,
    scalar,
    statement,
    tables_of,
)

#: Publications that stay for a rollback: a week of working days (2026-11-21). More costs disk, fewer a way back.
KEEP = 5

#: Whoever can read these files can read people's addresses.
_PRIVATE = 0o600
_SHARED = 0o644
_SPILL = ".spill"
#: Names under which the two files of a publication are attached.
_FULL, _PSEUDONYMOUS = "published_full", "published_pseudonymous"

Step = Callable[[str], None]


class CandidateChangedError(PublicationRefusedError):
    """Between the verdict and the copy somebody changed the candidate."""


def _no_step(_: str) -> None:
    """Do nothing at a named point; tests put a kill here."""


def publish(
    warehouse: Path,
    home: Path,
    *,
    run_id: str,
    gate_passed: bool,
    now: datetime,
    build_id: str | None = None,
    keep: int = KEEP,
    schema: str = "marts",
    given_secret: str | None = None,
    rotate_key: bool = False,
    on_step: Step = _no_step,
) -> Publication:
    """Copy the public marts of ``warehouse`` into a new publication and let readers see it.

    Everything is written beside the old publication, brought to the disk, and shown by one rename; until then
    nothing that a reader can open has changed. The rows of ``raw.publications`` follow the rename; where a
    kill comes between the two, the next call writes them from the publication's manifest.

    Args:
        warehouse: the DuckDB file that dbt wrote; nobody else may hold it open for writing.
        home: the directory that holds ``published/``.
        run_id: the run that built the candidate.
        gate_passed: the verdict of the gates on this very candidate.
        now: the run's clock, with a zone.
        build_id: the build that the verdict is about; refused where the warehouse holds another by now. None:
            whatever it holds.
        keep: how many publications stay, this one included; at least 1.
        schema: the schema whose tables are public.
        given_secret: the secret of pseudonyms where the environment gives one, see ``keying``.
        rotate_key: make a new secret; pseudonyms join with those of earlier publications no more.
        on_step: called with the name of each step when it is done.

    Raises:
        PublicationRefusedError: the gates did not pass; the candidate is not the one that they judged
            (CandidateChangedError); a column is not declared (UndeclaredColumnError); or
            something in the pseudonymous file leads back to a person (PersonalValueError).
        PseudonymSecretError: the secret of the last publication is gone, or the given one is too short.
        PublishError: nothing to publish, or another process is publishing.
    """
    if not gate_passed:
        raise PublicationRefusedError("the gates did not pass; the last publication stays")
    if keep < 1:
        raise PublishError("at least one publication must be kept")
    layout = Layout(home)
    with _explained(layout), exclusive(layout):
        record_current(warehouse, layout)
        on_step("recovered")
        secret = secret_for(home, given_secret, current_publication(layout), rotate=rotate_key)
        publication_id = next_publication_id(layout, now)
        building = start_building(layout, publication_id)
        try:
            tables = _build(warehouse, building, schema, secret, build_id, on_step)
            publication = Publication(
                publication_id=publication_id,
                run_id=run_id,
                published_at=now.astimezone(UTC),
                tables=MappingProxyType(tables),
                directory=layout.history / publication_id,
                key_name=secret.name,
                key_source=secret.source,
            )
            finish_building(building, publication)
        finally:
            shutil.rmtree(building, ignore_errors=True)  # gone already when it was finished
        secret.store(home)
        on_step("finished")
        switch(layout, publication)
        on_step("switched")
        record_current(warehouse, layout)
        on_step("recorded")
        prune(layout, keep)
        for kept in publications(layout):
            _make_irreversible(kept, secret)
        on_step("pruned")
    return publication


@contextmanager
def _explained(layout: Layout) -> Iterator[None]:
    """A disk that takes nothing more, in words that say what readers see and who must do what."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        reason = refusal(error)
        if reason is None:
            raise
        raise PublishError(
            f"{reason}: nothing was published, readers see in {layout.published} what they saw before. Whoever "
            "runs contactable: free space (publication.keep in contactable.yml says how many old ones stay) or "
            "correct permissions, then `contactable publish`, which buys nothing."
        ) from error


def rollback(home: Path, to: str | None = None, *, given_secret: str | None = None) -> Publication:
    """Show readers an earlier publication again: the one named, or the one before the current one.

    One that was made before 2026-11-30 gets its pseudonymous file first; that needs the secret.

    Raises:
        UnknownPublicationError: there is none of that name, or none before the current one.
    """
    layout = Layout(home)
    with exclusive(layout):
        known = publications(layout)
        visible = current_publication(layout)
        if to is None:
            earlier = [p for p in known if visible is not None and p.publication_id < visible.publication_id]
            if not earlier:
                raise UnknownPublicationError("there is no publication before the current one")
            wanted = earlier[-1]
        else:
            named = [publication for publication in known if publication.publication_id == to]
            if not named:
                raise UnknownPublicationError(f"no publication {to!r}; kept are: {_names(known) or 'none'}")
            wanted = named[-1]
        if not (wanted.directory / PSEUDONYMOUS_DATABASE).is_file():
            secret = secret_for(home, given_secret, visible)
            secret.store(home)
            _make_irreversible(wanted, secret)
        switch(layout, wanted)
    return wanted


def rewrite(
    home: Path, change: Callable[[Path], int], *, given_secret: str | None = None, on_step: Step = _no_step
) -> int:
    """Put a changed copy in the place of every kept publication, the visible one too; return the sum of changes.

    ``change`` gets a directory that nobody reads, alters the files in it, and says how much it altered. A
    directory in which it alters nothing stays as it is. This is how a person leaves publications that are
    already out: a reader sees a publication with the person or without, never half of it.

    Pseudonyms cannot be searched for a person: where anything was altered, the pseudonymous file is made anew from
    the altered full one, with the secret of today. Without its secret it is taken away; the next publication makes
    it again.
    """
    layout = Layout(home)
    total = 0
    if not layout.history.is_dir():
        return 0
    with exclusive(layout):
        try:
            secret = secret_for(home, given_secret, current_publication(layout))
            secret.store(home)
        except PseudonymSecretError:  # erasing a person does not wait for somebody who looks for it
            secret = None
        for old in publications(layout):
            visible = current_publication(layout)
            name = next_revision(old)
            building = start_building(layout, name)
            try:
                shutil.copytree(old.directory, building, dirs_exist_ok=True)
                building.chmod(0o700)
                changes = change(building)
                on_step("changed")
                if not changes:
                    continue
                for derived in (PSEUDONYMOUS_DATABASE, REVERSIBLE_DATABASE):
                    (building / derived).unlink(missing_ok=True)
                if secret is not None:
                    _write_pseudonymous_file(building, secret)
                new = Publication(
                    publication_id=old.publication_id,
                    run_id=old.run_id,
                    published_at=old.published_at,
                    tables=MappingProxyType(count_rows(building / DATABASE)),
                    directory=layout.history / name,
                    key_name=old.key_name if secret is None else secret.name,
                    key_source=old.key_source if secret is None else secret.source,
                )
                finish_building(building, new)
            finally:
                shutil.rmtree(building, ignore_errors=True)
            if visible is not None and visible.directory == old.directory:
                switch(layout, new)
            on_step("replaced")
            remove(old.directory)
            total += changes
    return total


def record_current(warehouse: Path, layout: Layout) -> None:
    """Write the visible publication into ``raw.publications``, once."""
    publication = current_publication(layout)
    if publication is None:
        return
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            "create table if not exists raw.publications "
            "(publication_id varchar, published_at timestamp, table_name varchar, row_count bigint)"
        )
        known = scalar(
            connection,
            "select count(*) from raw.publications where publication_id = $id",
            {"id": publication.publication_id},
        )
        if known:
            return
        at = publication.published_at.astimezone(UTC).replace(tzinfo=None)
        connection.begin()
        for table, rows in publication.tables.items():
            connection.execute(
                "insert into raw.publications values ($id, $at, $table, $rows)",
                {"id": publication.publication_id, "at": at, "table": table, "rows": rows},
            )
        connection.commit()


def count_rows(database: Path) -> dict[str, int]:
    """Return the row count of every table of a published file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        catalog = str(scalar(connection, "select current_database()"))
        return {
            table: row_count(connection, relation(catalog, "main", table))
            for table in tables_of(connection, catalog, "main")
        }


def _build(
    warehouse: Path, building: Path, schema: str, secret: Secret, build_id: str | None, on_step: Step
) -> dict[str, int]:
    full, pseudonymous, parquet = building / DATABASE, building / PSEUDONYMOUS_DATABASE, building / PARQUET
    # The warehouse's views name its catalog, which is the file's stem.
    candidate = warehouse.stem
    with _spilling(building) as connection:
        attach(connection, warehouse, candidate, read_only=True)
        if build_id is not None:
            _check_candidate(connection, candidate, build_id)
        require_declarations(connection, candidate, schema)
        attach(connection, full, _FULL, read_only=False)
        tables = _copy_marts(connection, candidate, schema, _FULL)
        on_step("copied")
        attach(connection, pseudonymous, _PSEUDONYMOUS, read_only=False)
        written = write_pseudonymous(connection, _FULL, _PSEUDONYMOUS, secret)
        _copy_comments(connection, _FULL, "main", _PSEUDONYMOUS)
        on_step("pseudonymous")
        assert_no_anchor(connection, _FULL, _PSEUDONYMOUS, written)
        on_step("scanned")
        parquet.mkdir(mode=0o700)
        for table in tables:
            connection.execute(
                f"copy {relation(_FULL, 'main', table)} "
                f"to {literal(str(parquet / f'{table}.parquet'))} (format parquet, compression zstd)"
            )
        on_step("parquet")
        for name in (_FULL, _PSEUDONYMOUS):
            connection.execute(f"checkpoint {name}")
            connection.execute(f"detach {name}")
    for path in (full, *parquet.iterdir()):
        path.chmod(_PRIVATE)
    pseudonymous.chmod(_SHARED)
    if {path.name for path in building.iterdir()} != {DATABASE, PSEUDONYMOUS_DATABASE, PARQUET}:
        raise PublishError("something besides the publication's files lies in its directory; they are not closed")
    return tables


def _check_candidate(connection: duckdb.DuckDBPyConnection, candidate: str, build_id: str) -> None:
    """Somebody may have called dbt between the verdict and this copy; from here on the file is ours."""
    rows = connection.execute(
        statement(
            "select build_id from {candidate} where finished_at is not null and changed_by is null",
            candidate=relation(candidate, "raw", "candidate"),
        )
    ).fetchall()
    if rows != [(build_id,)]:
        raise CandidateChangedError(
            "the candidate was changed while it was judged; readers see what they saw before. "
            "Run `contactable build`, then `contactable publish`"
        )


@contextmanager
def _spilling(directory: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that spills into ``directory``, not into the working directory."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(directory / _SPILL),
        "autoinstall_known_extensions": False,
    }
    try:
        with duckdb.connect(config=config) as connection:
            yield connection
    finally:
        shutil.rmtree(directory / _SPILL, ignore_errors=True)


def _make_irreversible(publication: Publication, secret: Secret) -> None:
    """Give a publication of before 2026-11-30 its pseudonymous file, and take away the one with plain hashes."""
    directory = publication.directory
    if not (directory / PSEUDONYMOUS_DATABASE).is_file():
        _write_pseudonymous_file(directory, secret)
    (directory / REVERSIBLE_DATABASE).unlink(missing_ok=True)


def _write_pseudonymous_file(directory: Path, secret: Secret) -> None:
    """Make a publication's pseudonymous file from its full one; what nobody declares stays out."""
    fresh = directory / f".{PSEUDONYMOUS_DATABASE}"
    fresh.unlink(missing_ok=True)
    with _spilling(directory) as connection:
        attach(connection, directory / DATABASE, _FULL, read_only=True)
        attach(connection, fresh, _PSEUDONYMOUS, read_only=False)
        write_pseudonymous(connection, _FULL, _PSEUDONYMOUS, secret)
        _copy_comments(connection, _FULL, "main", _PSEUDONYMOUS)
        connection.execute(f"checkpoint {_PSEUDONYMOUS}")
        connection.execute(f"detach {_PSEUDONYMOUS}")
    fresh.chmod(_SHARED)
    sync(fresh)
    fresh.replace(directory / PSEUDONYMOUS_DATABASE)
    sync(directory)


def _copy_marts(connection: duckdb.DuckDBPyConnection, source: str, schema: str, target: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in tables_of(connection, source, schema):
        origin, copy = relation(source, schema, table), relation(target, "main", table)
        connection.execute(statement("create table {copy} as select * from {origin}", copy=copy, origin=origin))
        counts[table] = row_count(connection, copy)
    if not counts:
        raise PublishError(f"there is nothing to publish: schema {schema} of the warehouse has no tables")
    _copy_comments(connection, source, schema, target)
    return counts


def _copy_comments(connection: duckdb.DuckDBPyConnection, source: str, schema: str, target: str) -> None:
    """Carry descriptions along to what ``target`` has of it, so that a BI tool shows what a column means."""
    rows = connection.execute(
        """
        with described as (
            select table_name, column_name, comment from duckdb_columns()
            where database_name = $source and schema_name = $schema and comment is not null
            union all
            select table_name, null, comment from duckdb_tables()
            where database_name = $source and schema_name = $schema and comment is not null
            union all
            select view_name, null, comment from duckdb_views()
            where database_name = $source and schema_name = $schema and comment is not null
        ),
        copied as (
            select table_name, column_name from duckdb_columns() where database_name = $target
            union all
            select table_name, null from duckdb_tables() where database_name = $target
        )
        select described.table_name, described.column_name, described.comment
        from described
        inner join copied
            on described.table_name = copied.table_name
            and described.column_name is not distinct from copied.column_name
        """,
        {"source": source, "schema": schema, "target": target},
    ).fetchall()
    connection.execute("begin")  # a thousand sentences, one commit
    for table, column, comment in rows:
        kind, path = ("table", (table,)) if column is None else ("column", (table, column))
        connection.execute(f"comment on {kind} {relation(target, 'main', *path)} is {literal(comment)}")
    connection.execute("commit")


def _names(known: list[Publication]) -> str:
    return ", ".join(publication.publication_id for publication in known)
