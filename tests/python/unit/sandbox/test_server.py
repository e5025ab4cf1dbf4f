"""The sandbox as a process: HTTPS on loopback, ready when it says so, gone when it is told."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactable.sandbox.__main__ import main
from contactable.sandbox.tls import certificates


def _start(directory: Path, *options: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "contactable.sandbox",
        "serve",
        "--dir",
        str(directory),
        "--people",
        "60",
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _variables(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it prints once it listens; the first-party list comes last."""
    assert process.stdout is not None
    variables: dict[str, str] = {}
    for line in process.stdout:
        name, _, value = line.rstrip("\n").partition("=")
        variables[name] = value
        if name == "SANDBOX_FIRST_PARTY":
            return variables
    raise AssertionError(process.communicate()[1])


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    process = _start(tmp_path, "--today", "2026-11-21", "--seed", "4", "--faults", "http_500@bigdbm.opql*1")
    try:
        yield process, _variables(process)
    finally:
        process.kill()
        process.communicate()


def _open(url: str, ca: str, token: str = "", body: object = None) -> tuple[int, dict[str, str], bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=ca), timeout=20) as answer:
        return answer.status, dict(answer.headers), answer.read()


def test_a_process_from_start_to_stop(
    started: tuple[subprocess.Popen[str], dict[str, str]], tmp_path: Path
) -> None:
    process, variables = started
    written = dict(
        line.split("=", 1) for line in (tmp_path / "sandbox.env").read_text(encoding="utf-8").splitlines()
    )
    assert written == variables
    ca, token = variables["CONTACTABLE_CA_BUNDLE"], variables["BIGDBM_TOKEN"]
    assert {name for name in variables if name.startswith("BIGDBM_")} == {
        "BIGDBM_INTENT_URL", "BIGDBM_CONSUMER_URL", "BIGDBM_B2B_URL", "BIGDBM_AUDIENCE_URL", "BIGDBM_OPQL_URL",
        "BIGDBM_EMAIL_URL", "BIGDBM_TOKEN", "BIGDBM_EMAIL_TOKEN", "BIGDBM_VALIDATOR_ID",
    }  # fmt: skip
    assert Path(variables["SANDBOX_TRUTH"], "people.parquet").exists()
    assert Path(variables["SANDBOX_FIRST_PARTY"]).exists()
    url, phone = variables["BIGDBM_OPQL_URL"] + "/opql/validate", {"Phone": "2025550100"}
    with pytest.raises(urllib.error.HTTPError, match="500"):
        _open(url, ca, token, phone)
    status, headers, body = _open(url, ca, token, phone)
    assert (status, headers["x-contactable-sandbox"]) == (200, "not a vendor")
    assert list(json.loads(body)) == ["opql_score"]
    _, _, clock = _open(variables["SANDBOX_ADMIN_URL"] + "/clock", ca)
    assert json.loads(clock)["today"] == "2026-11-21"
    with pytest.raises(urllib.error.URLError, match="certificate"):
        urllib.request.urlopen(url, timeout=20)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert not (tmp_path / "sandbox.env").exists()


def test_a_restart_shows_the_same_certificate_and_takes_the_same_token(
    started: tuple[subprocess.Popen[str], dict[str, str]], tmp_path: Path
) -> None:
    process, variables = started
    ca = (tmp_path / "ca.pem").read_bytes()
    _open(variables["SANDBOX_ADMIN_URL"] + "/stop", variables["CONTACTABLE_CA_BUNDLE"], body={})
    process.communicate(timeout=20)
    assert process.returncode == 0
    again = _start(tmp_path, "--seed", "4")
    try:
        assert _variables(again)["BIGDBM_TOKEN"] == variables["BIGDBM_TOKEN"]
        assert (tmp_path / "ca.pem").read_bytes() == ca
        again.send_signal(signal.SIGINT)
        again.communicate(timeout=20)
        assert again.returncode == 0
    finally:
        again.kill()
        again.communicate()


def test_the_key_is_private_and_the_authority_s_key_nowhere(tmp_path: Path) -> None:
    ca, server = certificates(tmp_path / "new")
    assert server.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" in server.read_bytes()
    assert b"PRIVATE KEY" not in ca.read_bytes()
    assert sorted(path.name for path in ca.parent.iterdir()) == ["ca.pem", "server.pem"]
    assert certificates(tmp_path / "new")[0].read_bytes() == ca.read_bytes()


def test_wrong_arguments_and_taken_ports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--faults", "nonsense"], ["--people", "0"], ["--today", "soon"]):
        with pytest.raises(SystemExit) as ended:
            main(["serve", "--dir", str(tmp_path), *options])
        assert ended.value.code == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", "--dir", str(tmp_path), "--people", "5", "--port", str(taken.getsockname()[1])]) == 1
    assert "cannot serve" in capsys.readouterr().err
