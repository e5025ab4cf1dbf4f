"""The suppression list: hashes only, once each, and it outlives the warehouse."""

from pathlib import Path

import duckdb
import pytest

from contactable.privacy import IdentifierError, forget_again, restore, suppress, suppress_csv
from unit.privacy.erasure_home import ADA, ADA_PHONE, BEN, NOW, md5, sha256


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def listed(warehouse: Path) -> list[tuple[str, str, str]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select identifier_type, identifier_hash, scope from raw.suppressions order by all"
        ).fetchall()


def test_an_address_is_listed_with_its_hashes_and_nothing_else_is_kept(warehouse: Path) -> None:
    assert suppress(warehouse, "email", f" {ADA.upper()} ", scope="email", reason="opt-out", now=NOW) == 4

    assert set(listed(warehouse)) >= {
        ("email", sha256(ADA), "email"),
        ("email_md5", sha256(md5(ADA)), "email"),
        ("email_sha256", sha256(sha256(ADA)), "email"),
    }
    for path in (warehouse, warehouse.parent / "suppressions.csv"):
        assert ADA.encode() not in path.read_bytes().lower()
        assert md5(ADA).encode() not in path.read_bytes()
    assert (warehouse.parent / "suppressions.csv").stat().st_mode & 0o777 == 0o600


def test_what_was_built_before_a_suppression_is_no_candidate(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute("create table raw.candidate as select 'b1' as build_id, null::varchar as changed_by")
    suppress(warehouse, "email", "ada@example.com", reason="opt_out", now=NOW)
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("select changed_by from raw.candidate").fetchall() == [("a suppression",)]
        connection.execute("update raw.candidate set changed_by = null")
    suppress(warehouse, "email", "ada@example.com", reason="opt_out", now=NOW)
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("select changed_by from raw.candidate").fetchall() == [(None,)], "nothing new"


def test_listing_twice_adds_nothing_and_another_scope_adds(warehouse: Path) -> None:
    assert suppress(warehouse, "phone", "(202) 555-0101", reason="opt-out", now=NOW) == 1
    assert suppress(warehouse, "phone", "+12025550101", reason="again", now=NOW) == 0
    assert suppress(warehouse, "phone", ADA_PHONE, scope="phone", reason="opt-out", now=NOW) == 1
    assert len(listed(warehouse)) == 2
    assert len((warehouse.parent / "suppressions.csv").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize(
    ("kind", "value", "scope", "reason"),
    [
        ("email", "nobody", "all", "x"),
        ("phone", "12", "all", "x"),
        ("email", ADA, "everything", "x"),
        ("email", ADA, "all", f"{ADA} wrote to us"),
        ("phone", "202-555-0101", "all", "called from 202-555-0101"),
    ],
)
def test_what_is_not_understood_is_refused(
    warehouse: Path, kind: str, value: str, scope: str, reason: str
) -> None:
    with pytest.raises(IdentifierError):
        suppress(warehouse, kind, value, scope=scope, reason=reason, now=NOW)
    assert not warehouse.exists()


def test_the_list_outlives_the_warehouse(warehouse: Path) -> None:
    suppress(warehouse, "email", ADA, scope="erased", reason="asked for", now=NOW)
    before = listed(warehouse)
    warehouse.unlink()

    assert restore(warehouse) == 4
    assert listed(warehouse) == before
    assert restore(warehouse) == 0


def test_half_a_line_left_by_a_kill_is_dropped(warehouse: Path) -> None:
    suppress(warehouse, "phone", ADA_PHONE, reason="opt-out", now=NOW)
    ledger = warehouse.parent / "suppressions.csv"
    with ledger.open("a", encoding="utf-8") as handle:
        handle.write("email,0123abc,all,opt")

    suppress(warehouse, "maid", "0aebd5c4-1111-4222-8333-444455556666", reason="opt-out", now=NOW)

    warehouse.unlink()
    assert restore(warehouse) == 2
    assert [row[0] for row in listed(warehouse)] == ["maid", "phone"]


def test_imports_a_list_and_names_the_lines_it_did_not_understand(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "opt_outs.csv"
    path.write_text(
        "\ufeffEmail,phone,scope,reason\n"
        f"{ADA},202-555-0101,,asked by post\n"
        f"{BEN},,email,\n"
        "not an address,,,\n"
        ",,,\n"
        f"{ADA},,,asked by post\n",
        encoding="utf-8",
    )

    report = suppress_csv(warehouse, path, now=NOW)

    assert (report.added, report.already_there) == (3, 0)
    assert [line.line_number for line in report.rejected] == [4, 5]
    assert "not an address" not in str(report.rejected)
    assert ("email", sha256(BEN), "email") in listed(warehouse)
    assert ("phone", sha256("+12025550101"), "all") in listed(warehouse)
    again = suppress_csv(warehouse, path, now=NOW)
    assert (again.added, again.already_there) == (0, 3)


def test_imports_typed_values(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"identifier_type,value\nemail_md5,{md5(ADA)}\nshoe_size,42\n", encoding="utf-8")
    report = suppress_csv(warehouse, path, scope="erased", now=NOW)
    assert (report.added, len(report.rejected)) == (1, 1)
    assert listed(warehouse) == [("email_md5", sha256(md5(ADA)), "erased")]


def test_a_list_of_something_else_is_refused(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("colour\nred\n", encoding="utf-8")
    with pytest.raises(IdentifierError, match="neither"):
        suppress_csv(warehouse, path, now=NOW)


def test_rows_of_erased_people_leave_a_first_party_list_that_was_loaded_again(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.first_party (row_key varchar, email varchar, phone varchar, linkedin_url varchar, "
            "maid varchar)"
        )
        connection.execute(
            "insert into raw.first_party values ('1', ?, null, null, null), ('2', ?, '202 555 0101', null, null), "
            "('3', ?, null, null, null), ('4', 'broken', 'broken', 'broken', null)",
            [f" {ADA.upper()}", "other@mail.example", BEN],
        )
    assert forget_again(warehouse) == 0
    suppress(warehouse, "email", ADA, scope="erased", reason="asked for", now=NOW)
    suppress(warehouse, "phone", ADA_PHONE, scope="erased", reason="asked for", now=NOW)
    suppress(warehouse, "email", BEN, scope="all", reason="opt-out", now=NOW)

    assert ADA.encode() in warehouse.read_bytes().lower()
    assert forget_again(warehouse) == 2
    assert ADA.encode() not in warehouse.read_bytes().lower()
    assert BEN.encode() in warehouse.read_bytes()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select list(row_key order by row_key) from raw.first_party").fetchone() == (
            ["3", "4"],
        )
