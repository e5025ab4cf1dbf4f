"""Who may import whom: the table of packages in ``docs/architecture.md``, held against every module."""

import ast
import re
from pathlib import Path

import pytest

import contactable
from contactable.vendors import VENDORS

PACKAGE = Path(contactable.__file__).parent
PAGE = PACKAGE.parents[1] / "docs/architecture.md"
_ANY_BELOW = "all below but `sandbox`"
_NAME = re.compile(r"`(\w+)/?`")


def table() -> dict[str, set[str]]:
    """Package or module -> what the page lets it import. A package stands above all that it may import."""
    text = PAGE.read_text(encoding="utf-8").partition("## Packages")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    names = [_NAME.findall(cells[0]) for cells in rows]
    allowed: dict[str, set[str]] = {}
    for place, cells in enumerate(rows):
        below = {name for later in names[place + 1 :] for name in later}
        may = below - {"sandbox"} if cells[2].startswith(_ANY_BELOW) else set(_NAME.findall(cells[2]))
        assert may <= below, f"{cells[0]} may import {may - below}, which do not stand below it"
        for name in names[place]:
            assert name not in allowed, f"{name} stands in the table twice"
            allowed[name] = may if name == "sandbox" else may | {"clock"}
    return allowed


def imports(file: Path) -> set[str]:
    """Every module that a file names in an import, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            if node.module == "contactable":
                found |= {f"contactable.{alias.name}" for alias in node.names if alias.name != "__version__"}
            else:
                found.add(str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def files(name: str) -> list[Path]:
    return sorted((PACKAGE / name).rglob("*.py")) or [PACKAGE / f"{name}.py"]


def ours(name: str) -> dict[str, Path]:
    """The other packages and modules of ours that this one imports, each with a file that does."""
    found = {
        module.split(".")[1]: file
        for file in files(name)
        for module in imports(file)
        if module.startswith("contactable.")
    }
    return {room: file for room, file in found.items() if room != name}


def test_the_table_names_every_package_and_every_loose_module() -> None:
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(table()) == there - {"__init__", "__pycache__"}


@pytest.mark.parametrize("name", table())
def test_a_package_imports_only_what_the_table_lets_it(name: str) -> None:
    known = ours(name)
    extra = set(known) - table()[name] - ({"sandbox"} if name == "cli" else set())
    assert not extra, {room: str(known[room].relative_to(PACKAGE)) for room in extra}


@pytest.mark.parametrize("name", [name for name in table() if name not in ("cli", "commands", "pipeline")])
def test_the_table_permits_nothing_that_is_not_used(name: str) -> None:
    assert table()[name] - {"clock"} <= set(ours(name))


def test_only_http_imports_requests() -> None:
    for file in PACKAGE.rglob("*.py"):
        if (PACKAGE / "http") not in file.parents:
            assert not {m for m in imports(file) if m.split(".")[0] in ("requests", "urllib3")}, file


def test_no_step_of_a_run_knows_a_vendor() -> None:
    for file in files("pipeline"):
        text = file.read_text(encoding="utf-8").lower()
        assert not {vendor for vendor in VENDORS if vendor in text}, file
