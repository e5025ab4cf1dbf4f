"""`contactable list`: how a list would be read, without a value of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contactable.cli import app

CONTENT = (
    "Notes above\n\nE-Mail;First Name;Work Phone;Company Phone;Shoe size;Do Not Call;E-Post\n"
    "zoe@acme-one.example;Zoé;(212) 555-0101;(212) 555-0100;9;perhaps;zoe@home-mail.example\n"
    "bob@acme-one.example;Bob;;;;no;\n"
)


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_bytes(CONTENT.encode("cp1252"))
    return file


def test_a_list_is_shown_as_it_would_be_read(listed: Path) -> None:
    shown = CliRunner().invoke(app, ["list", str(listed), "--log-format", "json"])

    assert shown.exit_code == 0, shown.output
    events = [json.loads(line) for line in shown.stderr.splitlines()]
    told = events[0]
    assert (told["kind"], told["encoding"], told["separator"], told["header_line"]) == (
        "csv",
        "windows-1252",
        ";",
        3,
    )
    assert {column["heading"]: column["read_as"] for column in told["columns"]} == {
        "E-Mail": "email",
        "First Name": "first_name",
        "Work Phone": "phone",
        "Company Phone": "not used",
        "Shoe size": "not understood",
        "Do Not Call": "yes: no calls",
        "E-Post": "not understood",
    }
    assert told["columns"][0]["rows"] == ["xxx@xxxx-xxx.xxxxxxx"] * 2
    assert told["columns"][5]["rows"] == ["unclear: refuses", "permits"]
    assert told["not_understood"] == ["Shoe size", "E-Post"]
    assert not list(listed.parent.glob("data*"))


def test_on_a_terminal_no_value_is_shown(listed: Path) -> None:
    shown = CliRunner().invoke(app, ["list", str(listed)])

    assert shown.exit_code == 0
    assert "Not understood, kept aside: Shoe size, E-Post." in shown.output
    assert "Windows-1252" in shown.output
    assert not {"zoe", "Zoé", "555", "bob"} & set(shown.output.replace("@", " ").split())


def test_the_configuration_is_heard_and_names_the_list(listed: Path) -> None:
    Path("contactable.yml").write_text(f"first_party: {listed}\ncolumns: {{E-Post: email}}\n", encoding="utf-8")

    shown = CliRunner().invoke(app, ["list", "--log-format", "json"])

    told = json.loads(shown.stderr.splitlines()[0])
    assert (told["columns"][6]["read_as"], told["not_understood"]) == ("email", ["Shoe size"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("zoe@acme-one.example,Zoe Quill,2125550101\nbob@acme-one.example,Bob,1\n", "identifies nobody"),
        ("First Name,Company\nZoe,Acme One\n", "identifies nobody"),
        (None, "does not exist"),
    ],
)
def test_what_cannot_be_loaded_is_said_with_exit_code_2(listed: Path, content: str | None, said: str) -> None:
    listed.unlink()
    if content is not None:
        listed.write_text(content, encoding="utf-8")

    shown = CliRunner().invoke(app, ["list", str(listed)])

    assert shown.exit_code == 2
    assert said in shown.output + shown.stderr
    assert "Quill" not in shown.output + shown.stderr
    assert "zoe@" not in shown.output + shown.stderr


def test_no_list_is_said(listed: Path) -> None:
    shown = CliRunner().invoke(app, ["list"])

    assert (shown.exit_code, "Pass a file" in shown.stderr) == (2, True)
