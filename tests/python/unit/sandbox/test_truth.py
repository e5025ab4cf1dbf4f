"""The ground truth is the world; the first-party list is a part of it, as ragged as real lists and still legal."""

import csv
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from contactable.sandbox.codes import NO_PHONE
from contactable.sandbox.first_party import COLUMNS, write_first_party
from contactable.sandbox.truth import write_truth
from contactable.sandbox.world import World


@pytest.fixture(scope="module")
def truth(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("truth")
    write_truth(world, directory, signal_days=3)
    return directory


def test_the_truth_is_the_world(world: World, truth: Path) -> None:
    people = pq.read_table(truth / "people.parquet").to_pylist()
    assert [row["person"] for row in people] == list(range(world.size))
    for row in people[::50]:
        person, home = row["person"], row["household"]
        assert row["first_name"] == world.first_name(person)
        assert row["birth_date"] == world.birth_date(person)
        assert (row["linkedin_slug"] or "") == world.linkedin(person)
        assert (row["maid"] or "") == world.maid(person)
        assert row["ip"] == world.ip(person)
        for column, mailbox in (("personal_email", world.mail_personal), ("work_email", world.mail_work)):
            expected = world.email(int(mailbox[person])) if mailbox[person] >= 0 else None
            assert row[column] == expected
        if row["mobile"]:
            assert world.find_phone(row["mobile"]) == world.mobile[person]
        if row["vin"]:
            assert world.vehicle_owner[world.find_vin(row["vin"])] == person
        assert home == world.household[person]
    homes = pq.read_table(truth / "households.parquet").to_pylist()
    assert [row["address"] for row in homes] == [world.street_address(h) for h in range(world.households)]
    assert [row["zip"] for row in homes] == [world.zip_code(h) for h in range(world.households)]
    employers = pq.read_table(truth / "employers.parquet").to_pylist()
    assert [row["domain"] for row in employers] == [world.company_domain(e) for e in range(world.employers)]
    mailboxes = pq.read_table(truth / "mailboxes.parquet").to_pylist()
    assert [row["status"] for row in mailboxes] == world.mail_status.tolist()
    phones = pq.read_table(truth / "phones.parquet").to_pylist()
    assert len(phones) == int((world.phone_type != NO_PHONE).sum())
    assert all(sum(row[owner] is not None for owner in ("person", "household", "employer")) == 1 for row in phones)


def test_signals_are_written_on_request(world: World, truth: Path) -> None:
    rows = pq.read_table(truth / "signals.parquet").to_pylist()
    assert {row["signal_date"] for row in rows} == {date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)}
    assert sum(row["signal_date"] == date(2026, 11, 20) for row in rows) == len(world.signals(date(2026, 11, 20)))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_list_is_legal_and_ragged(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    count = write_first_party(world, path)
    rows = _read(path)
    assert len(rows) == count
    assert tuple(rows[0]) == COLUMNS
    assert all(None not in row and None not in row.values() for row in rows)
    assert 0.25 < count / world.size < 0.35
    for column in COLUMNS[1:]:
        filled = sum(bool(row[column].strip()) for row in rows) / len(rows)
        assert 0 < filled < 0.95, column
    assert any(row["email"] != row["email"].strip().lower() for row in rows)
    assert any(row["phone"].startswith("(") for row in rows)
    assert any(row["zip"].startswith("0") for row in rows)
    assert any(not row["first_name"].isascii() for row in rows)
    again = tmp_path / "again.csv"
    write_first_party(World(world.size, world.seed), again)
    assert again.read_bytes() == path.read_bytes()


def test_the_list_is_about_the_people_of_the_world(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_first_party(world, path)
    for row in _read(path):
        if not row["external_id"].startswith("C"):
            continue
        person = int(row["external_id"][1:])
        if row["email"]:
            assert world.mail_owner[world.find_email(row["email"])] == person
        if row["phone"]:
            assert person in world.phone_people(world.find_phone(row["phone"]))
        if row["linkedin_url"]:
            assert world.find_linkedin(row["linkedin_url"]) == person


def test_broken_lines_come_on_request_only(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_first_party(world, path, share=0.05, broken=True)
    content = path.read_bytes()
    assert content.count(b"BROKEN-") == 5
    with pytest.raises(UnicodeDecodeError):
        content.decode()
    write_first_party(world, path, share=0.05)
    assert b"BROKEN-" not in path.read_bytes()
