"""The sandbox knows none of the client's rooms: else client and sandbox could share a mistake."""

import ast
from pathlib import Path

import contactable.sandbox

_ROOM = Path(contactable.sandbox.__file__).parent


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names.add(node.module or "")
    return names


def test_the_sandbox_imports_only_itself() -> None:
    modules = list(_ROOM.rglob("*.py"))
    assert len(modules) > 20
    for path in modules:
        ours = {name for name in _imported(path) if name.split(".")[0] == "contactable"}
        assert all(name == "contactable.sandbox" or name.startswith("contactable.sandbox.") for name in ours), path


def test_no_other_room_imports_the_sandbox_but_the_command_line() -> None:
    for path in _ROOM.parent.rglob("*.py"):
        if _ROOM not in path.parents and path.name != "cli.py":
            assert not {name for name in _imported(path) if name.startswith("contactable.sandbox")} - {
                "contactable.pipeline.sandbox_process"
            }, path
