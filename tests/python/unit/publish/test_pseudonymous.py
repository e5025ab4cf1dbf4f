"""The pseudonymous file: keyed pseudonyms, every column declared, and a refusal when a known value is in it."""

import hashlib
import hmac
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

from contactable.publish import (
    Layout,
    PersonalValueError,
    PseudonymSecretError,
    UndeclaredColumnError,
    publications,
    publish,
    rewrite,
    rollback,
)
from contactable.publish.keying import Secret, install
from contactable.publish.layout import MANIFEST
from contactable.publish.pseudonymous import declarations
from unit.publish.published_world import NOW, PEOPLE, digest, make_warehouse, md5, sha256

MODELS = Path(__file__).parents[4] / "models" / "marts"
SHARED = "a secret that two homes share on purpose"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return make_warehouse(tmp_path / "warehouse.duckdb")


def show(home: Path, *, given: str | None = None, rotate: bool = False) -> None:
    publish(
        home / "warehouse.duckdb",
        home,
        run_id="r",
        gate_passed=True,
        now=NOW,
        given_secret=given,
        rotate_key=rotate,
    )


def change(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)


def read(home: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(Layout(home).pseudonymous_database.resolve()), read_only=True) as connection:
        return connection.execute(query).fetchall()


def keys(home: Path) -> set[object]:
    return {key for row in read(home, "select contact_key, email_key from contact_emails") for key in row}


@pytest.mark.parametrize("key", ["Jefe", "k" * 64, "\xaa" * 131])
@pytest.mark.parametrize("value", ["what do ya want for nothing?", "", "grün@example.com", "x" * 1000])
def test_sql_computes_hmac_as_python_does(key: str, value: str) -> None:
    expected = hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]
    with duckdb.connect() as connection:
        install(connection, Secret(key, "home"))
        row = connection.execute("select keyed($value), keyed(null)", {"value": value}).fetchone()
    assert row == (expected, None)
    assert Secret(key, "home").pseudonym(value) == expected
    if key == "Jefe" and value.startswith("what"):  # RFC 4231, test case 2
        assert expected == "5bdcc146bf60754e6a042426089575c7"


def test_two_publications_of_a_home_join_and_two_homes_do_not(warehouse: Path, tmp_path: Path) -> None:
    show(tmp_path)
    first = keys(tmp_path)
    show(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    make_warehouse(other / "warehouse.duckdb")
    show(other)

    assert len(first) == 6
    assert keys(tmp_path) == first
    assert not keys(other) & first
    joined = "select count(*) from contacts join contact_emails using (contact_key)"
    assert read(tmp_path, joined) == [(3,)]
    file = tmp_path / "pseudonym.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8").strip()
    for path in (tmp_path / "published").rglob("*"):
        assert not path.is_file() or text.encode() not in path.read_bytes()


def test_homes_that_are_given_one_secret_join(warehouse: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_warehouse(other / "warehouse.duckdb")

    for home in (tmp_path, other):
        show(home, given=SHARED)

    assert keys(tmp_path) == keys(other)
    assert not (tmp_path / "pseudonym.key").exists()
    with pytest.raises(PseudonymSecretError, match="CONTACTABLE_PSEUDONYM_SECRET is not set"):
        show(tmp_path)
    with pytest.raises(PseudonymSecretError, match="set another one there"):
        show(tmp_path, given=SHARED, rotate=True)
    with pytest.raises(PseudonymSecretError, match="32 characters") as short:
        show(tmp_path, given="too short")
    assert "too short" not in str(short.value)
    assert SHARED not in repr(Secret(SHARED, "environment"))
    show(tmp_path, rotate=True)
    assert not keys(tmp_path) & keys(other)


def test_a_rotated_key_joins_with_nothing_before_and_a_refused_one_changes_nothing(
    warehouse: Path, tmp_path: Path
) -> None:
    show(tmp_path)
    before, secret = keys(tmp_path), (tmp_path / "pseudonym.key").read_text(encoding="utf-8")
    change(warehouse, "update marts.contact_emails set verdict_reason = email")
    with pytest.raises(PersonalValueError):
        show(tmp_path, rotate=True)
    assert (tmp_path / "pseudonym.key").read_text(encoding="utf-8") == secret

    change(warehouse, "update marts.contact_emails set verdict_reason = 'status'")
    show(tmp_path, rotate=True)

    after = keys(tmp_path)
    assert not after & before
    show(tmp_path)
    assert keys(tmp_path) == after
    rollback(tmp_path)
    rollback(tmp_path)
    assert keys(tmp_path) == before


def test_a_lost_secret_is_said_before_joins_break(warehouse: Path, tmp_path: Path) -> None:
    show(tmp_path)
    shown = digest(Layout(tmp_path).pseudonymous_database)
    (tmp_path / "pseudonym.key").rename(tmp_path / "elsewhere")

    with pytest.raises(PseudonymSecretError, match=r"pseudonym\.key is gone.*--rotate-key"):
        show(tmp_path)

    assert digest(Layout(tmp_path).pseudonymous_database) == shown
    # An erasure does not wait for it: the file is taken away and comes back with the next publication.
    assert rewrite(tmp_path, drop_ada) == 1
    assert not Layout(tmp_path).pseudonymous_database.exists()
    show(tmp_path, rotate=True)
    assert read(tmp_path, "select count(*) from contacts") == [(3,)]


def drop_ada(directory: Path) -> int:
    with duckdb.connect(str(directory / "contactable.duckdb")) as connection:
        row = connection.execute("delete from contacts where contact_key = 'k1'").fetchone()
    assert row is not None
    return int(row[0])


def test_who_leaves_a_publication_leaves_its_pseudonymous_file(warehouse: Path, tmp_path: Path) -> None:
    show(tmp_path)
    ada = Secret((tmp_path / "pseudonym.key").read_text(encoding="utf-8").strip(), "home").pseudonym("k1")
    assert (ada,) in read(tmp_path, "select contact_key from contacts")

    rewrite(tmp_path, drop_ada)

    assert read(tmp_path, f"select count(*), count(*) filter (where contact_key = '{ada}') from contacts") == [
        (2, 0)
    ]


def test_the_file_holds_no_value_that_somebody_could_know(warehouse: Path, tmp_path: Path) -> None:
    show(tmp_path)
    path = Layout(tmp_path).pseudonymous_database

    assert read(tmp_path, "select distinct zip3 from contacts") == [("221",)]
    data, full = path.read_bytes(), Layout(tmp_path).database.read_bytes()
    for _, first, last, email, phone, street, *_ in PEOPLE:
        for value in (first, last, email, phone, phone[2:], street, md5(email), sha256(email)):
            assert value.encode() not in data
            assert value.encode() in full or value == phone[2:], "the scan would not find it where it is"
    assert read(tmp_path, "select distinct checked_at from contact_emails") == [
        (NOW.replace(tzinfo=None, hour=0, minute=0),)
    ]


def test_what_few_share_is_left_out(warehouse: Path, tmp_path: Path) -> None:
    change(
        warehouse,
        "alter table marts.contacts add column department varchar; "
        "insert into marts.contacts (contact_key, department) select 'n' || range, 'sales' from range(5); "
        "update marts.contacts set department = 'a word of Ada Sample' where contact_key = 'k1'",
    )
    show(tmp_path)

    assert read(tmp_path, "select department, count(*) from contacts group by all order by all") == [
        ("sales", 5),
        (None, 3),
    ]


ADA = "ada@acme.example"
SLUG = "ada-sample-7"


@pytest.mark.parametrize(
    "value",
    [
        "bounced for x@y.example",
        "call (202) 555-0199 first",
        "+442079460000",
        ADA,
        f"hash:{md5(ADA)}",
        hashlib.sha1(ADA.encode(), usedforsecurity=False).hexdigest(),
        sha256(ADA).upper(),
        md5(ADA.upper()),
        "0012025550101 or so",
        md5("+12025550101"),
        sha256("2025550101"),
        SLUG,
        f"linkedin.com/in/{SLUG}",
        md5(SLUG),
        "id_00000000000000aa",
        "Ada Sample",
        md5("ada sample|1 test street|22101"),
        "1 test street",
        "contact-0001",
        md5("contact-0001"),
    ],
)
def test_a_known_value_in_a_kept_column_refuses_the_publication(
    warehouse: Path, tmp_path: Path, value: str
) -> None:
    change(
        warehouse,
        f"""
        create table marts.contact_identifiers (
            contact_key varchar, identifier_type varchar, identifier_value varchar, vendor varchar
        );
        insert into marts.contact_identifiers values
            ('contact-0001', 'linkedin', '{SLUG}', 'bigdbm'),
            ('contact-0001', 'contactbased_id', 'id_00000000000000aa', 'contactbased')
        """,
    )
    show(tmp_path)
    before = digest(Layout(tmp_path).database)
    change(warehouse, f"update marts.contact_emails set verdict_reason = '{value}' where contact_key = 'k2'")

    with pytest.raises(PersonalValueError, match=r"contact_emails\.verdict_reason: 1 cells") as refused:
        show(tmp_path)

    assert value not in str(refused.value)
    assert digest(Layout(tmp_path).database) == before


def test_a_person_called_like_a_topic_and_a_feed_without_a_name_refuse_nothing(
    warehouse: Path, tmp_path: Path
) -> None:
    change(
        warehouse,
        "update marts.contacts set first_name = 'Car', last_name = 'Shopping' where contact_key = 'k1'; "
        "create table marts.intent_topics (topic_key varchar, topic_name varchar); "
        "insert into marts.intent_topics values "
        "('t1', 'Car shopping'), ('contactbased:feed-0001', 'contactbased:feed-0001')",
    )
    show(tmp_path)

    topics = read(tmp_path, "select topic_name from intent_topics order by topic_name")
    assert topics == [("Car shopping",), ("contactbased:feed-0001",)], "a feed without a name is called by its key"


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("alter table marts.contacts add column eye_colour varchar", r"contacts\.eye_colour"),
        ("create table marts.shoes (size integer)", r"shoes\.size"),
    ],
)
def test_a_column_that_nobody_declared_refuses_the_publication(
    warehouse: Path, tmp_path: Path, sql: str, named: str
) -> None:
    show(tmp_path)
    before = digest(Layout(tmp_path).database)
    change(warehouse, sql)

    with pytest.raises(UndeclaredColumnError, match=named):
        show(tmp_path)

    assert digest(Layout(tmp_path).database) == before


def test_every_column_of_every_mart_is_declared_and_no_other() -> None:
    models = {
        model["name"]: {column["name"] for column in model["columns"]}
        for path in MODELS.rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    }
    declared = declarations()
    assert declared.keys() == models.keys()
    for table, columns in declared.items():
        assert columns is None or {each.column for each in columns} == models[table], table


@pytest.mark.parametrize("show_again", [show, rollback])
def test_a_home_of_before_loses_the_file_that_could_be_reversed(
    warehouse: Path, tmp_path: Path, show_again: Callable[[Path], object]
) -> None:
    for _ in range(2):
        show(tmp_path)
    layout, old = Layout(tmp_path), "contactable_pii_free.duckdb"
    for publication in publications(layout):  # as a version before 2026-11-30 left them
        publication.directory.joinpath("contactable_pseudonymous.duckdb").rename(publication.directory / old)
        (publication.directory / MANIFEST).write_text(
            publication.to_json().replace(f'"{publication.key_name}"', "null").replace('"home"', "null"),
            encoding="utf-8",
        )
    layout.pseudonymous_database.unlink()
    (layout.published / old).symlink_to(f"current/{old}")
    (tmp_path / "pseudonym.key").unlink()

    show_again(tmp_path)

    assert not (layout.published / old).is_symlink()
    assert len(keys(tmp_path)) == 6
    if show_again is show:
        assert not list(layout.published.rglob(old))
    visible = keys(tmp_path)
    rollback(tmp_path, to=publications(layout)[0].publication_id)
    assert keys(tmp_path) == visible
