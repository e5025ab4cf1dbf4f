"""``docs/adding-a-vendor.md``: its edits, made in a copy of the project, land, stage and parse a new record."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from support.scratch_warehouse import PROJECT

_PARTS = ("python_models", "macros", "models", "seeds", "profiles", "tests/dbt", "tests/python/support")
_FILES = ("dbt_project.yml", "selectors.yml")
_EDIT = re.compile(
    r"^\d\. (?P<kind>In|New) `(?P<path>[^`]+)`(?:, (?P<side>before|after) `(?P<anchor>[^`]+)`)?"
    r".*?\n```\w+\n(?P<text>.*?)```",
    re.MULTILINE | re.DOTALL,
)
#: Run in the copy, which is then the project and the package.
_TRY = """
from pathlib import Path
import contactable
from contactable.vendors import ENDPOINTS
from contactable.warehouse.raw_tables import STREAMS
from support.scratch_warehouse import PROJECT, ScratchWarehouse, asked

assert PROJECT == Path.cwd() and Path(contactable.__file__).is_relative_to(PROJECT)
assert ENDPOINTS["exactbuyer.domains"].stream in STREAMS["exactbuyer"]
w = ScratchWarehouse(Path("home").resolve())
w.create()
body = {"domains": [{"domain": "one.example", "industry": " Toys ", "colour": "red"}]}
w.land("exactbuyer__domains", "domains", body, asked("domain", "one.example", "two.example"))
w.land("exactbuyer__domains", "domains", "<html>", asked("domain", "three.example"), status=200)
w.dbt("build", "--select", "base_exactbuyer__domains", "stg_exactbuyer__domains")
print(w.rows("select domain, industry from staging.stg_exactbuyer__domains"))
print(w.rows("select subject_value, is_match, quarantine_rule is null as is_read, unknown_keys from "
             "staging.base_exactbuyer__domains order by 1"))
"""


def edit(root: Path, found: re.Match[str]) -> None:
    path = root / found["path"]
    if found["kind"] == "New":
        assert not path.exists()
        path.write_text(found["text"], encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    before, anchor, after = text.partition(found["anchor"])
    assert anchor, f"{found['path']} has no {found['anchor']!r}"
    if found["side"] == "before":
        changed = f"{before}{found['text']}\n\n{anchor}{after}".replace("(BULK_ENRICH,)", "(BULK_ENRICH, DOMAINS)")
    else:
        changed = f"{before}{anchor}\n{found['text'].rstrip()}{after}"
    path.write_text(changed, encoding="utf-8")


def test_five_edits_of_the_guide_land_stage_and_parse_a_new_record(tmp_path: Path) -> None:
    for part in _PARTS:
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(PROJECT / name, tmp_path / name)
    guide = (PROJECT / "docs/adding-a-vendor.md").read_text(encoding="utf-8")
    section = guide.partition("five edits\n")[2].partition("\n## ")[0]
    edits = list(_EDIT.finditer(section))
    assert len(edits) == section.count("```") // 2 == 5, "every block of the section is one of at most five edits"
    for each in edits:
        edit(tmp_path, each)
    (tmp_path / "home").mkdir()
    environment = {
        **os.environ, "PYTHONPATH": f"{tmp_path / 'python_models'}:{tmp_path / 'tests/python'}",
        "CONTACTABLE_PROJECT_DIR": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _TRY], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    staged, landed = done.stdout.strip().splitlines()[-2:]
    assert ast.literal_eval(staged) == [{"domain": "one.example", "industry": "Toys"}]
    assert ast.literal_eval(landed) == [
        {"subject_value": "one.example", "is_match": True, "is_read": True, "unknown_keys": ["colour"]},
        {"subject_value": "three.example", "is_match": False, "is_read": False, "unknown_keys": None},
        {"subject_value": "two.example", "is_match": False, "is_read": True, "unknown_keys": None},
    ]
