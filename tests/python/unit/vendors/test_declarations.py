"""What every declaration must hold, so that a new endpoint cannot forget it."""

import ast
from pathlib import Path

import pytest

import contactable
from contactable.vendors import ENDPOINTS, VENDORS, Endpoint, Flow, Provenance
from contactable.warehouse.raw_tables import STREAMS

PACKAGE = Path(contactable.__file__).parent


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.key)
def test_an_endpoint_is_complete(endpoint: Endpoint) -> None:
    assert endpoint.vendor in VENDORS
    assert endpoint.key.startswith(f"{endpoint.vendor}.")
    assert endpoint.stream in STREAMS[endpoint.vendor], "its answers need a raw table"
    assert endpoint.path.startswith("/")
    assert 1 <= endpoint.batch_size <= endpoint.most_per_call
    assert endpoint.provenance is Provenance.DOC or endpoint.assumptions, "say what is assumed"
    if endpoint.paid and endpoint.flow is Flow.CALL:
        assert endpoint.quote(endpoint.batch_size) > 0, "a paid call has a price"
        assert not endpoint.repeatable, "a paid call is not sent twice"


#: Every room may ask what time it is, but the sandbox, which has a clock of its own.
EVERYBODYS = {"clock"}
ROOMS = {
    "http": set[str](),
    "journal": {"billing"},
    "identity": set[str](),
    "matching": set[str](),
    "vendors": {"billing", "http"},
    "extract": {"billing", "vendors", "http", "journal", "stopping"},
    "gates": set[str](),
    "publish": {"home"},
    "normalise": set[str](),
    "privacy": {"normalise"},
    "sandbox": set[str](),
    "warehouse": {"journal"},
}


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


@pytest.mark.parametrize(("room", "may_know"), ROOMS.items(), ids=ROOMS.keys())
def test_a_room_knows_only_whom_it_may(room: str, may_know: set[str]) -> None:
    for file in (PACKAGE / room).rglob("*.py"):
        for module in imports(file):
            if module.startswith("contactable."):
                known = module.split(".")[1]
                assert known == room or known in may_know | (EVERYBODYS if room != "sandbox" else set()), (
                    f"{file.relative_to(PACKAGE)} imports {module}"
                )


def test_only_http_imports_requests() -> None:
    for file in PACKAGE.rglob("*.py"):
        if (PACKAGE / "http") not in file.parents:
            assert not {m for m in imports(file) if m.split(".")[0] in ("requests", "urllib3")}, file


def test_nothing_but_the_command_line_imports_the_sandbox() -> None:
    for file in PACKAGE.rglob("*.py"):
        if (PACKAGE / "sandbox") not in file.parents and file.name != "cli.py":
            assert not {m for m in imports(file) if m.startswith("contactable.sandbox.")}, file
