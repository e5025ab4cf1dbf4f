"""dbt in this process: failures come back as data without values, and the file is free afterwards."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.warehouse.dbt_runner import DbtError, DbtProject
from contactable.warehouse.errors import (
    ConfigurationError,
    NotEnoughMemoryError,
    ProjectNotFoundError,
    WarehouseBusyError,
    WarehouseDamagedError,
)

SECRET = "someone@example.com"

FILES = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        model-paths: [models]
        test-paths: [tests]
        flags: {send_anonymous_usage_stats: false}
        on-run-start: ["create table if not exists started (n integer)"]
    """,
    "profiles/profiles.yml": """
        tiny:
          target: dev
          outputs:
            dev:
              type: duckdb
              path: "{{ env_var('CONTACTABLE_HOME') }}/warehouse.duckdb"
              threads: 2
              config_options: {memory_limit: 200MB}
    """,
    "models/fine.sql": "{{ config(materialized='table') }} select '" + SECRET + "' as email",
    "models/wrong_type.sql": """
        {{ config(materialized='table') }} select cast(email as integer) as n from {{ ref('fine') }}
    """,
    "models/wrong_name.sql": "{{ config(materialized='table') }} select no_such_column from {{ ref('fine') }}",
    "models/too_big.sql": "{{ config(materialized='table') }} select repeat('x', 500000000) as much",
    "models/wrong_python.py": """
def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.ref("fine").fetchall()
    if rows:
        raise ValueError(f"not a number: {rows}")
    return rows
    """,
    "tests/nobody.sql": "select * from {{ ref('fine') }}",
    "tests/nobody_warned.sql": "{{ config(severity='warn') }} select * from {{ ref('fine') }}",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        indent = len(lines[0]) - len(lines[0].lstrip())
        file.write_text("\n".join(line[indent:] for line in lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("project"), FILES)


@pytest.fixture
def project(project_directory: Path, tmp_path: Path) -> DbtProject:
    return DbtProject(project_directory, tmp_path)


def open_with_other_settings(home: Path) -> None:
    """Fails as long as anything in this process holds the file."""
    with duckdb.connect(str(home / "warehouse.duckdb"), config={"memory_limit": "321MB"}) as con:
        con.execute("select 1")


def test_the_file_is_free_before_between_and_after(project: DbtProject) -> None:
    open_with_other_settings(project.home)
    first = project.run("run", select=["fine"])
    open_with_other_settings(project.home)
    second = project.run("run", select=["fine"])
    open_with_other_settings(project.home)

    assert (first.failures, second.failures) == ((), ())
    with duckdb.connect(str(project.home / "warehouse.duckdb")) as con:
        assert con.execute("select email from fine").fetchall() == [(SECRET,)]
    assert (project.home / "target" / "partial_parse.msgpack").exists()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("wrong_type", "Conversion Error: Could not convert string '…' to INT32"),
        ("wrong_name", 'Referenced column "no_such_column" not found'),
        ("wrong_python", "ValueError, line 5, in model"),
    ],
)
def test_a_failure_is_data_without_values(
    project: DbtProject, capfd: pytest.CaptureFixture[str], model: str, said: str
) -> None:
    outcome = project.run("run", select=["fine", model])

    (failure,) = outcome.failures
    assert (failure.name, failure.resource_type, failure.is_test) == (model, "model", False)
    assert said in failure.message
    assert SECRET not in failure.message
    assert not outcome.success
    open_with_other_settings(project.home)
    assert capfd.readouterr() == ("", "")
    written = [path for path in project.home.rglob("*") if path.is_file() and "warehouse" not in path.name]
    logs = [path for path in written if "compiled" not in path.parts and "run" not in path.parts]
    assert not [path for path in logs if b"Could not convert" in path.read_bytes()]


def test_a_failed_test_is_told_from_a_failed_model_and_a_warning_from_both(project: DbtProject) -> None:
    outcome = project.run("build", select=["fine", "nobody", "nobody_warned"])

    assert [(failure.name, failure.is_test) for failure in outcome.failures] == [("nobody", True)]
    assert outcome.warnings == ("nobody_warned",)


def test_too_little_memory_is_not_the_models_fault(project: DbtProject) -> None:
    with pytest.raises(NotEnoughMemoryError, match="raise memory_limit"):
        project.run("run", select=["too_big"])
    open_with_other_settings(project.home)


def test_a_selection_of_nothing_is_an_error(project: DbtProject) -> None:
    with pytest.raises(DbtError, match="found nothing to do: the project holds no worklist_of_nobody"):
        project.run("run", select=["worklist_of_nobody"])


def test_a_project_that_does_not_parse_says_what_to_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    directory = write(tmp_path / "project", {**FILES, "models/broken.sql": "select * from {{ ref('nowhere') }}"})

    with pytest.raises(DbtError, match=r"(?s)nowhere.*dbt parse --profiles-dir profiles"):
        DbtProject(directory, tmp_path).run("run")
    with pytest.raises(DbtError, match=r"(?s)nowhere.*dbt parse --profiles-dir profiles"):
        DbtProject(directory, tmp_path).graph()

    open_with_other_settings(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_a_file_that_somebody_holds_names_the_holder(project: DbtProject) -> None:
    path = project.home / "warehouse.duckdb"
    program = (
        f"import duckdb, sys; con = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusyError, match=f"held by process {holder.pid} "):
            project.run("run", select=["fine"])
        holder.communicate()

    assert project.run("run", select=["fine"]).success


def test_a_damaged_file_says_how_to_rebuild_it(project: DbtProject) -> None:
    (project.home / "warehouse.duckdb").write_bytes(b"no database" * 1000)

    with pytest.raises(WarehouseDamagedError, match="contactable load --replay"):
        project.run("run", select=["fine"])


def test_two_homes_in_one_process_do_not_meet(project: DbtProject, tmp_path: Path) -> None:
    other = DbtProject(project.directory, tmp_path / "other")
    other.home.mkdir()

    project.run("run", select=["fine"])
    other.run("run", select=["fine"])
    project.run("run", select=["fine"])

    for home in (project.home, other.home):
        with duckdb.connect(str(home / "warehouse.duckdb")) as con:
            assert con.execute("select count(*) from fine").fetchall() == [(1,)]


def test_a_new_home_takes_what_another_one_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write(tmp_path / "project", FILES)
    DbtProject(directory, tmp_path / "one").run("run", select=["fine"])

    from dbt.parser.manifest import ManifestLoader

    parsed_anew: list[str] = []
    parse_project = ManifestLoader.parse_project

    def counted(loader: Any, project: Any, files: Any, types: Any = None) -> Any:
        parsed_anew.append(str(files))
        return parse_project(loader, project, files, types)

    monkeypatch.setattr(ManifestLoader, "parse_project", counted)
    assert DbtProject(directory, tmp_path / "two").run("run", select=["fine"]).success
    assert parsed_anew == []

    # What somebody damaged, or an edited project, is parsed as if nothing had been there.
    (directory / "target" / "parsed" / "partial_parse.msgpack").write_bytes(b"half a file")
    assert DbtProject(directory, tmp_path / "three").run("run", select=["fine"]).success
    assert parsed_anew
    write(directory, {"models/fine.sql": "{{ config(materialized='table') }} select 'edited' as email"})
    assert DbtProject(directory, tmp_path / "four").run("run", select=["fine"]).success
    with duckdb.connect(str(tmp_path / "four" / "warehouse.duckdb")) as con:
        assert con.execute("select email from fine").fetchall() == [("edited",)]


def test_the_process_is_left_as_it_was(project: DbtProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACTABLE_HOME", "elsewhere")
    monkeypatch.chdir(project.home)
    before = (Path.cwd(), dict(os.environ))

    project.run("run", select=["fine"])

    assert (Path.cwd(), dict(os.environ)) == before


def test_an_interruption_stays_one(project: DbtProject, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli.main import dbtRunner, dbtRunnerResult

    def interrupted(*_: Any) -> Any:
        return dbtRunnerResult(success=False, exception=KeyboardInterrupt())

    monkeypatch.setattr(dbtRunner, "invoke", interrupted)

    with pytest.raises(KeyboardInterrupt):
        project.run("run")


def test_the_project_is_found_or_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTACTABLE_PROJECT_DIR", raising=False)
    assert (DbtProject.at(tmp_path).directory / "dbt_project.yml").is_file()

    monkeypatch.setenv("CONTACTABLE_PROJECT_DIR", str(tmp_path))
    with pytest.raises(ProjectNotFoundError, match="set CONTACTABLE_PROJECT_DIR") as raised:
        DbtProject.at(tmp_path)
    assert isinstance(raised.value, ConfigurationError)
