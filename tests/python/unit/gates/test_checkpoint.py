"""The gates can be trusted to refuse: what is missing, unknown or cannot be judged never passes."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from contactable.gates import (
    Acceptance,
    AcceptanceError,
    Check,
    GateError,
    GateReport,
    ProtectedCheckError,
    judge,
)

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

ZERO = Check("gate_a", "bad_rows", 0, 0, "refuse", "never (2026-11-21)")
SHARE = Check("gate_a", "share", None, 0.3, "warn", "look at it (2026-11-21)")
VOLUME = Check("gate_a", "ratio", 0.5, 2, "refuse", "a jump (2026-11-21)", unknown_passes=True)
AGE = Check("gate_b", "rows", 1, None, "refuse", "something (2026-11-21)")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def measured(warehouse: Path, **gates: str) -> Path:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists gates")
        for gate, query in gates.items():
            connection.execute(f"create or replace table gates.{gate} as {query}")
    return warehouse


def verdicts(report: GateReport) -> dict[str, tuple[bool, str]]:
    return {f"{j.gate}.{j.column_name}": (j.passed, j.observed) for j in report.judgements}


GOOD = "select 0 as bad_rows, 0.25 as share, 1.02::decimal(9, 4) as ratio, 'text' as note"


def test_passes_and_writes_every_verdict_once(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD, gate_b="select 12::hugeint as rows")

    report = judge(warehouse, "run-1", NOW, checks=[ZERO, SHARE, VOLUME, AGE])

    assert report.passed
    assert verdicts(report) == {
        "gate_a.": (True, "1"),
        "gate_a.bad_rows": (True, "0"),
        "gate_a.share": (True, "0.25"),
        "gate_a.ratio": (True, "1.02"),
        "gate_b.": (True, "1"),
        "gate_b.rows": (True, "12"),
    }
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select gate, column_name, passed, observed, threshold, severity, judged_at from raw.gate_results "
            "where run_id = 'run-1' order by all"
        ).fetchall()
    moment = NOW.replace(tzinfo=None)
    assert ("gate_a", "ratio", True, "1.02", "0.5 to 2 or unknown", "refuse", moment) in rows
    assert ("gate_b", "rows", True, "12", ">= 1", "refuse", moment) in rows
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("query", "column", "observed"),
    [
        (GOOD.replace("0 as bad_rows", "1 as bad_rows"), "bad_rows", "1"),
        (GOOD.replace("0 as bad_rows", "null as bad_rows"), "bad_rows", "unknown"),
        (GOOD.replace("0 as bad_rows", "'nan'::double as bad_rows"), "bad_rows", "unknown"),
        (GOOD.replace("0 as bad_rows", "'ada@acme.example' as bad_rows"), "bad_rows", "unknown"),
        (GOOD.replace("0 as bad_rows", "0 as renamed"), "bad_rows", "could not be judged"),
        (GOOD.replace("1.02::decimal(9, 4)", "0.49"), "ratio", "0.49"),
        (GOOD + " where false", "", "0"),
        (f"{GOOD} union all {GOOD}", "", "2"),
    ],
)
def test_refuses(warehouse: Path, query: str, column: str, observed: str) -> None:
    measured(warehouse, gate_a=query)

    report = judge(warehouse, "run-1", NOW, checks=[ZERO, SHARE, VOLUME])

    assert not report.passed
    assert verdicts(report)[f"gate_a.{column}"] == (False, observed)
    assert report.failed[0].column_name == column
    assert "ada" not in repr(report)


def test_a_column_that_cannot_be_judged_leaves_the_others_judged(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD.replace("0 as bad_rows", "0 as renamed"))
    report = judge(warehouse, "run-1", NOW, checks=[ZERO, SHARE])
    assert verdicts(report)["gate_a.share"] == (True, "0.25")


def test_a_warning_does_not_refuse(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD.replace("0.25", "0.31"))
    report = judge(warehouse, "run-1", NOW, checks=[ZERO, SHARE])
    assert report.passed
    assert [(j.column_name, j.observed) for j in report.warnings] == [("share", "0.31")]


def test_the_first_publication_has_nothing_to_compare_with(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD.replace("1.02::decimal(9, 4)", "null"))
    report = judge(warehouse, "run-1", NOW, checks=[VOLUME])
    assert report.passed
    assert verdicts(report)["gate_a.ratio"] == (True, "unknown")


def test_a_gate_without_expectations_and_an_expectation_without_gate_are_refused(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD, gate_new="select 1 as rows")
    report = judge(warehouse, "run-1", NOW, checks=[ZERO, AGE])
    assert {j.gate: j.reason for j in report.failed} == {
        "gate_new": "nothing is expected of this gate",
        "gate_b": "the gate's table is missing",
    }


def test_nothing_measured_or_nothing_expected_is_an_error(warehouse: Path) -> None:
    with pytest.raises(GateError, match="no tables"):
        judge(warehouse, "run-1", NOW, checks=[ZERO])
    measured(warehouse, gate_a=GOOD)
    with pytest.raises(GateError, match="no checks"):
        judge(warehouse, "run-1", NOW, checks=[])


def test_results_of_runs_add_up(warehouse: Path) -> None:
    measured(warehouse, gate_a=GOOD)
    for run in ("run-1", "run-2"):
        judge(warehouse, run, NOW, checks=[ZERO])
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select run_id, count(*) from raw.gate_results group by all order by all"
        ).fetchall()
    assert rows == [("run-1", 2), ("run-2", 2)]


def test_importing_the_room_is_quick_and_judging_is_silent_and_leaves_no_file(
    warehouse: Path, tmp_path: Path
) -> None:
    measured(warehouse, gate_a=GOOD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    program = (
        "import sys, pathlib, datetime, logging, contactable.gates as g\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "assert 'great_expectations' not in sys.modules\n"
        "checks = [g.Check('gate_a', 'bad_rows', 0, 0, 'refuse', 'x')]\n"
        "g.judge(pathlib.Path(sys.argv[1]), 'r', datetime.datetime.now(datetime.UTC), checks=checks)\n"
    )
    environment = {"PYTHONPATH": ":".join(sys.path), "HOME": str(elsewhere), "TMPDIR": str(elsewhere)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(warehouse)],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(elsewhere.iterdir()) == []


def test_ages_are_those_of_the_judging_not_of_the_measuring(warehouse: Path) -> None:
    """A candidate may wait for days: what was fresh when it was built is judged by the clock of now."""
    fresh = Check("gate_a", "freshness_hours", None, 48, "refuse", "news (2026-11-30)", unknown_passes=True)
    measured(warehouse, gate_a="select timestamp '2026-11-20 04:00:00' as newest_at")
    assert verdicts(judge(warehouse, "run-1", NOW, checks=[fresh]))["gate_a.freshness_hours"] == (True, "24")
    later = judge(warehouse, "run-2", NOW + timedelta(days=2), checks=[fresh])
    assert verdicts(later)["gate_a.freshness_hours"] == (False, "72")
    assert not later.passed
    measured(warehouse, gate_a="select null::timestamp as newest_at")
    assert judge(warehouse, "run-3", NOW, checks=[fresh]).passed, "nothing seen yet"


class TestAcceptance:
    """One refused check of one candidate may pass, with a name and a reason; people's protection never."""

    LOSS = Check("gate_contacts", "volume_change", -0.3, None, "refuse", "a loss", True, "accept it")
    GAIN = Check("gate_contacts", "gain", None, 3, "warn", "a leap")
    LIST = Check("gate_contact_emails", "send_but_suppressed", 0, 0, "refuse", "never")
    CHECKS = (LOSS, GAIN, LIST)

    @pytest.fixture
    def candidate(self, warehouse: Path) -> Path:
        return measured(
            warehouse,
            gate_contacts="select -0.7 as volume_change, 5 as gain",
            gate_contact_emails="select 0 as send_but_suppressed",
        )

    def judge(self, warehouse: Path, *names: str, build_id: str = "build-1") -> GateReport:
        accept = [Acceptance(name, "ada on host", "the list was halved", NOW) for name in names]
        return judge(warehouse, "run-1", NOW, build_id=build_id, accept=accept, checks=self.CHECKS)

    def test_it_passes_this_candidate_and_stays_with_it(self, candidate: Path) -> None:
        assert [j.check for j in self.judge(candidate).failed] == ["gate_contacts.volume_change"]
        assert self.judge(candidate, "contacts.volume_change").passed
        again = self.judge(candidate)
        assert again.passed, "the same build"
        assert {j.check for j in again.warnings} == {"gate_contacts.volume_change", "gate_contacts.gain"}
        assert not self.judge(candidate, build_id="build-2").passed, "another build"
        assert not self.judge(candidate, build_id="").passed, "nobody knows which build"
        with duckdb.connect(str(candidate), read_only=True) as connection:
            rows = connection.execute(
                "select passed, severity, build_id, reason, remedy, accepted_by, accepted_because, accepted_at "
                "from raw.gate_results where column_name = 'volume_change' and accepted_at is not null"
            ).fetchall()
        moment = NOW.replace(tzinfo=None)
        told = (False, "refuse", "build-1", "a loss", "accept it", "ada on host", "the list was halved", moment)
        assert rows == [told, told]

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("gate_nobody.volume_change", "there are gate_contact_emails, gate_contacts"),
            ("gate_contacts", "gate_contacts has no check ''; it has gain, volume_change"),
            ("gate_contacts.volume", "it has gain, volume_change"),
            (
                "gate_contacts.gain",
                "does not refuse (it is 5, allowed <= 3); refused, and may be accepted: gate_",
            ),
            ("gate_contact_emails.send_but_suppressed", "cannot be accepted: it protects people"),
        ],
    )
    def test_nothing_else_can_be_accepted_and_nothing_is_kept_of_the_attempt(
        self, candidate: Path, name: str, said: str
    ) -> None:
        measured(candidate, gate_contact_emails="select 1 as send_but_suppressed")
        with pytest.raises(AcceptanceError) as refused:
            self.judge(candidate, "gate_contacts.volume_change", name)
        assert said in str(refused.value)
        assert isinstance(refused.value, ProtectedCheckError) == ("protects" in said)
        assert not self.judge(candidate).passed
        with duckdb.connect(str(candidate), read_only=True) as connection:
            sql = "select count(*) from raw.gate_results where accepted_at is not null"
            assert connection.execute(sql).fetchall() == [(0,)]

    def test_what_was_not_measured_cannot_be_accepted(self, candidate: Path) -> None:
        measured(candidate, gate_contacts="select 5 as gain")
        with pytest.raises(AcceptanceError, match="could not be judged"):
            self.judge(candidate, "gate_contacts.volume_change")

    def test_results_of_an_earlier_version_gain_the_columns(self, candidate: Path) -> None:
        with duckdb.connect(str(candidate)) as connection:
            connection.execute("create schema raw")
            connection.execute("create table raw.gate_results (run_id varchar, gate varchar, passed boolean)")
        assert self.judge(candidate, "gate_contacts.volume_change").passed
