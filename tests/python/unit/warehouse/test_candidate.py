"""What dbt leaves is a candidate or is not, whoever called dbt: the real hooks, in a project of two models."""

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from contactable.warehouse.candidate import Candidate, note_change_in, read_candidate
from contactable.warehouse.dbt_runner import DbtOutcome, DbtProject
from contactable.warehouse.raw_tables import create_raw_tables

PROJECT = Path(__file__).parents[4]

FILES = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        model-paths: [models]
        test-paths: [tests]
        flags: {send_anonymous_usage_stats: false}
        on-run-start: ["{{ begin_candidate() }}"]
        on-run-end: ["{{ end_candidate(results) }}"]
    """,
    "profiles/profiles.yml": """
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: "{{ env_var('CONTACTABLE_HOME') }}/warehouse.duckdb", threads: 2}
    """,
    "seeds/codes.csv": "code\n1\n",
    "models/below.sql": "{{ config(materialized='table') }} select code from {{ ref('codes') }}",
    "models/above.sql": "{{ config(materialized='table') }} select code from {{ ref('below') }}",
    "models/inline.sql": "{{ config(materialized='ephemeral') }} select 1 as code",
    "tests/below_has_no_twos.sql": "select code from {{ ref('below') }} where code = 2",
    "tests/above_has_no_threes.sql": "select code from {{ ref('above') }} where code = 3",
    "tests/nothing_is_four.sql": "{{ config(severity='warn') }} select 1 from {{ ref('above') }} where code = 4",
}


@pytest.fixture(scope="module")
def project_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(dedent(text), encoding="utf-8")
    (directory / "macros").mkdir()
    for macro in ("begin_candidate", "end_candidate"):
        shutil.copyfile(PROJECT / f"macros/gates/{macro}.sql", directory / f"macros/{macro}.sql")
    return directory


@pytest.fixture(scope="module")
def project(project_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    home = tmp_path_factory.mktemp("home")
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        create_raw_tables(con)
    return DbtProject(project_directory, home)


@pytest.fixture
def candidate(project: DbtProject) -> Callable[[], Candidate]:
    def read() -> Candidate:
        with duckdb.connect(str(project.home / "warehouse.duckdb"), read_only=True) as con:
            found = read_candidate(con)
        assert found is not None
        return found

    return read


def with_code(project: DbtProject, code: int, command: str = "build", **options: Any) -> DbtOutcome:
    (project.directory / "seeds/codes.csv").write_text(f"code\n{code}\n", encoding="utf-8")
    return project.run(command, **options)


def test_a_whole_build_whose_tests_pass_is_a_candidate_until_something_changes(
    project: DbtProject, candidate: Callable[[], Candidate]
) -> None:
    with_code(project, 4)
    first = candidate()
    assert (first.problem, first.is_whole, first.failures) == ("", True, ""), "a warning refuses nothing"
    project.run("build")
    assert candidate().build_id != first.build_id

    note_change_in(project.home / "warehouse.duckdb", "contactable load")
    note_change_in(project.home / "warehouse.duckdb", "contactable suppress")
    assert "contactable load came after it" in candidate().problem
    assert "contactable build" in candidate().problem
    project.run("build")
    assert candidate().problem == ""

    project.run("test")
    assert candidate().problem == "", "tests change nothing"


@pytest.mark.parametrize(
    ("code", "command", "options", "whole", "said"),
    [
        (2, "build", {}, False, "failed its build: below_has_no_twos"),  # dbt leaves out what stands on it
        (3, "build", {}, True, "failed its build: above_has_no_threes"),
        (1, "run", {}, False, "`dbt run`"),
        (1, "build", {"exclude_resource_types": ["test"]}, False, "left out 3 of"),
        (1, "build", {"select": ["below"]}, False, "left out 4 of"),
        (1, "seed", {}, False, "`dbt seed`"),
    ],
)
def test_a_build_that_failed_or_left_something_out_is_none(
    project: DbtProject,
    candidate: Callable[[], Candidate],
    code: int,
    command: str,
    options: dict[str, Any],
    whole: bool,
    said: str,
) -> None:
    with_code(project, code, command, **options)
    assert candidate().is_whole == whole
    assert said in candidate().problem


def test_a_failed_test_on_its_own_counts_against_what_stands(
    project: DbtProject, candidate: Callable[[], Candidate]
) -> None:
    with_code(project, 1)
    with duckdb.connect(str(project.home / "warehouse.duckdb")) as con:
        con.execute("update main.above set code = 3")
    project.run("test")
    assert "failed its build: above_has_no_threes" in candidate().problem


def test_rows_left_out_are_no_candidate(project: DbtProject, candidate: Callable[[], Candidate]) -> None:
    """`dbt build --empty` succeeds, with nobody in any mart."""
    from dbt.cli.main import dbtRunner

    with project._environment():
        place = ["--project-dir", str(project.directory), "--profiles-dir", str(project.directory / "profiles")]
        assert dbtRunner().invoke(["--quiet", "build", "--empty", *place, "--target-path", "target"]).success
    from contactable.warehouse.dbt_runner import _release

    _release()
    assert not candidate().is_whole


def test_a_build_that_was_killed_is_none(
    project: DbtProject, candidate: Callable[[], Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.task.build import BuildTask

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(BuildTask, "execute_nodes", killed)
    with pytest.raises(KeyboardInterrupt):
        project.run("build")
    assert "did not end" in candidate().problem


def test_nothing_built_and_no_warehouse(tmp_path: Path) -> None:
    note_change_in(tmp_path / "none.duckdb", "contactable erase")
    assert not (tmp_path / "none.duckdb").exists()
    with duckdb.connect() as con:
        assert read_candidate(con) is None
        create_raw_tables(con)
        assert read_candidate(con) is None
