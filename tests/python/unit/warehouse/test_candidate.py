"""What dbt leaves is a candidate or not, whoever called it: the real hooks and data test in a small project."""

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from contactable.warehouse.candidate import Candidate, note_rewrite_in, read_candidate
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
    # Rows that break every rule once, where the code is 5; a row that breaks none (NULL is no breach) always.
    "models/ruled.sql": """
        {{ config(materialized='table') }}
        select 'a' as id, 'x' as one, 1 as two, 1 as needed, cast(null as varchar) as kind, true as flag,
            null as score, null as parent, 1 as low, null as high
        {% for id, needed in [("'someone@example.com'", 1), ("'someone@example.com'", 1), ("null", "null")] %}
        union all
        select {{ id }}, 'y', 2, {{ needed }}, 'someone''s', false, 101, 9, 2, 1
        from {{ ref('below') }} where code = 5
        {% endfor %}
    """,
    "models/properties.yml": """
        models:
          - name: ruled
            data_tests:
              - rules:
                  arguments:
                    key: [id]
                    other_keys: [[one, two]]
                    not_null: [needed]
                    accepted_values: {kind: [ours, "it's"], flag: [true]}
                    accepted_range: {score: {min_value: 0, max_value: 100}, two: {max_value: 1}}
                    relationships: {parent: {to: ref('above'), field: code}}
                    conditions: {nothing ends before it begins: low <= high}
    """,
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
    for macro in ("gates/begin_candidate.sql", "gates/end_candidate.sql", "generic_tests/rules.sql"):
        shutil.copyfile(PROJECT / "macros" / macro, directory / "macros" / Path(macro).name)
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

    note_rewrite_in(project.home / "warehouse.duckdb", "contactable load")
    note_rewrite_in(project.home / "warehouse.duckdb", "contactable suppress")
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
        (1, "build", {"exclude_resource_types": ["test"]}, False, "left out 4 of"),
        (1, "build", {"select": ["below"]}, False, "left out 6 of"),
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
    note_rewrite_in(tmp_path / "none.duckdb", "contactable erase")
    assert not (tmp_path / "none.duckdb").exists()
    with duckdb.connect() as con:
        assert read_candidate(con) is None
        create_raw_tables(con)
        assert read_candidate(con) is None


def test_a_failed_test_of_rules_says_which_rule_how_many_rows_break_it_and_no_value(
    project: DbtProject, candidate: Callable[[], Candidate], capfd: pytest.CaptureFixture[str]
) -> None:
    """In what gate, publish and build show, and in what dbt prints to whoever calls it by hand."""
    outcome = with_code(project, 5)
    assert [(failure.is_test, failure.name.partition("_ruled")[0]) for failure in outcome.failures] == [
        (True, "rules")
    ]
    assert list(candidate().all_failures) == sorted(
        [
            "ruled: needed is never null (1 row breaks it)",
            "ruled: kind is one of ours, it's (3 rows break it)",
            "ruled: flag is one of true (3 rows break it)",
            "ruled: score is at most 100 (3 rows break it)",
            "ruled: two is at most 1 (3 rows break it)",
            "ruled: parent is a code of above (3 rows break it)",
            "ruled: nothing ends before it begins (3 rows break it)",
            "ruled: id is never null (1 row breaks it)",
            "ruled: id is unique (2 rows break it)",
            "ruled: one + two is unique (3 rows break it)",
        ]
    )
    assert "ruled: id is unique (2 rows break it)" in candidate().problem
    assert capfd.readouterr() == ("", "")

    with_code(project, 1)
    assert candidate().problem == ""
