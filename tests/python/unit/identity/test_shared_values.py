"""Whom a value in common makes one person, and whom not: invented carriers through the real models, no dbt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import pytest

from support.models import ModelRunner
from unit.identity.worlds import LISTED

#: As dbt orders them: from what was told to what may be linked.
MODELS = (
    "int_identity__spellings",
    "int_identity__split_ids",
    "int_identity__household_answers",
    "int_identity__names",
    "int_identity__identifiers",
    "int_identity__name_groups",
    "int_identity__cuts",
    "int_identity__proposed_links",
)
#: Columns that the models read. int_contacts__profiles is what int_contacts__records holds, its ids split.
PROFILE = (
    "evidence_id varchar, record_id varchar, vendor varchar, person_ref varchar, person_ref_type varchar,"
    " question_key varchar, subject_type varchar, subject_value varchar, email varchar, emails varchar[],"
    " first_name varchar, last_name varchar, birth_year integer,"
    " address varchar, zip varchar, company_domain varchar, company_phone varchar, linkedin varchar, maid varchar,"
    " phone varchar, phones struct(phone varchar, is_dnc boolean)[], home_country varchar default 'US',"
    " linkedins varchar[],"
    " observed_at timestamp"
)
EMAIL = (
    "evidence_id varchar, vendor varchar, email varchar, email_md5 varchar, email_sha1 varchar,"
    " email_sha256 varchar, contact_id varchar, record_id varchar, first_observed_at timestamp,"
    " last_observed_at timestamp"
)
PHONE = (
    "evidence_id varchar, vendor varchar, contact_id varchar, phone varchar, record_id varchar,"
    " first_observed_at timestamp, last_observed_at timestamp"
)
SIGNAL = (
    "evidence_id varchar, vendor varchar, hem varchar, hem_type varchar, contact_id varchar, email varchar,"
    " record_id varchar, first_observed_at timestamp, last_observed_at timestamp"
)
ADDRESS = (
    "email varchar, email_md5 varchar, email_sha1 varchar, email_sha256 varchar, email_md5_upper varchar,"
    " email_sha1_upper varchar, email_sha256_upper varchar, email_key varchar, is_valid boolean, is_role boolean,"
    " is_placeholder boolean"
)
SEEN = "timestamp '2026-11-01'"


@dataclass(frozen=True)
class Told:
    """What one record tells; ``vendor`` with an id of its own if ``person_id``."""

    first: str | None
    last: str | None
    vendor: str = "exactbuyer"
    born: int | None = None
    has_id: bool = False


class Carriers:
    """Values and who carries them. Every case has a value of its own, so that one build decides all cases."""

    def __init__(self) -> None:
        """Start empty, with the shipped rules and names."""
        self.connection = con = duckdb.connect()
        self.runner = ModelRunner(con)
        for name, columns in {
            "int_contacts__records": PROFILE,
            "int_contacts__emails": EMAIL,
            "int_contacts__phones": PHONE,
            "int_intent__signals": SIGNAL,
            "int_contacts__email_addresses": ADDRESS,
            "stg_contactable__first_party": LISTED,
        }.items():
            con.execute(f"create table {name} ({columns})")
        con.execute("create table placeholder_values (kind varchar, value varchar)")
        con.execute("create table int_contacts__ascii_addresses (written varchar, email varchar)")
        for seed in ("identity_rules", "nicknames", "given_names"):
            con.execute(f"create table {seed} as from read_csv('seeds/{seed}.csv', header = true)")

    def carry(self, kind: str, case: str, told: Sequence[Told]) -> None:
        """Let everybody in ``told`` carry one value of a kind."""
        for number, one in enumerate(told):
            evidence = f"{case}/{number}"
            self.connection.execute(
                f"""
                insert into int_contacts__records by name
                select
                    $1 as evidence_id, $1 as record_id, $2 as vendor, case when $3 then $1 end as person_ref,
                    case when $3 then $2 || '_id' end as person_ref_type, $4 as first_name, $5 as last_name,
                    $6::integer as birth_year, case when $7 = 'linkedin' then $8 end as linkedin,
                    case when $7 = 'maid' then $8 end as maid, case when $7 = 'home' then $8 end as address,
                    case when $7 in ('home', 'zip') then left(md5($8), 5) end as zip,
                    case when $7 = 'employer' then $8 end as company_domain, {SEEN} as observed_at
                """,
                [evidence, one.vendor, one.has_id, one.first, one.last, one.born, kind, case],
            )
            if kind == "email":
                self.connection.execute(
                    f"insert into int_contacts__emails by name"
                    f" select $1 as evidence_id, $2 as vendor, $3 as email, $1 as record_id,"
                    f" {SEEN} as first_observed_at, {SEEN} as last_observed_at",
                    [evidence, one.vendor, f"{case}@example.com"],
                )
            if kind == "phone":
                self.connection.execute(
                    f"insert into int_contacts__phones by name"
                    f" select $1 as evidence_id, $2 as vendor, $3 as phone, $1 as record_id,"
                    f" {SEEN} as first_observed_at, {SEEN} as last_observed_at",
                    [evidence, one.vendor, case],
                )

    def build(self) -> None:
        """Build the models over everything that was told."""
        self.connection.execute(
            "insert into int_contacts__email_addresses by name select distinct email, md5(email) as email_md5,"
            " sha1(email) as email_sha1, sha256(email) as email_sha256, length(email) <= 200 as is_valid,"
            " false as is_role, false as is_placeholder from int_contacts__emails where email is not null"
        )
        self.connection.execute("create or replace view int_contacts__profiles as from int_contacts__records")
        self.runner.build(MODELS)
        self.connection.execute("create table links as from int_identity__proposed_links")

    def people(self, case: str) -> list[set[int]]:
        """Who of the named of a case may be linked, by number in the order told."""
        nodes = self.connection.execute(
            "select list(split_part(evidence_id, '/', 2)::integer) from links"
            " where split_part(evidence_id, '/', 1) = $1 and name_key is not null group by node",
            [case],
        ).fetchall()
        groups = {frozenset(members) for (members,) in nodes if len(set(members)) > 1}
        return sorted((set(group) for group in groups), key=min)


ROBERT = Told("Robert", "Smith")
TWO_IDS = (Told("John", "Roe", "bigdbm", has_id=True), Told("John", "Roe", "bigdbm", has_id=True))

#: kind of value, who carries it (in this order), who is one person by it
CASES: dict[str, tuple[str, Sequence[Told], list[set[int]]]] = {
    "nickname": ("email", (ROBERT, Told("Bob", "Smith")), [{0, 1}]),
    "typo": ("phone", (ROBERT, Told("Robret", "Smith")), [{0, 1}]),
    "typo of a last name": ("phone", (ROBERT, Told("Robert", "Smiht")), [{0, 1}]),
    "two known names": ("email", (Told("Lisa", "Roe"), Told("Linda", "Roe")), []),
    "known names one letter apart": ("email", (Told("Joan", "Roe"), Told("Joann", "Poe")), []),
    "unknown names on a family's number": ("phone", (Told("Arjunx", "Roe"), Told("Arjuny", "Roe")), []),
    "swapped": ("phone", (ROBERT, Told("Smith", "Robert")), [{0, 1}]),
    "compound": ("phone", (Told("Ana", "Garcia Lopez"), Told("Ana", "Garcia")), [{0, 1}]),
    "hyphen and accent": ("phone", (Told("José", "Peña-Roe"), Told("Jose", "Pena Roe")), [{0, 1}]),
    "married": ("email", (Told("Ada", "Roe"), Told("Ada", "Poe")), [{0, 1}]),
    "married, told apart": (
        "email",
        (Told("Ada", "Roe", "bigdbm", has_id=True), Told("Ada", "Poe", "bigdbm", has_id=True)),
        [],
    ),
    "another last name on a number": ("phone", (Told("Ada", "Roe"), Told("Ada", "Poe")), []),
    "re-assigned": ("email", (ROBERT, Told("Mary", "Poe")), []),
    "initial": ("email", (Told("J", "Roe"), Told("John", "Roe")), [{0, 1}]),
    "initial of two": ("email", (Told("J", "Roe"), Told("John", "Roe"), Told("Jane", "Roe")), []),
    "no chain": (
        "email",
        (Told("John", "Roe"), Told("J.", "Roe"), Told("Jane", "Roe"), Told("John", "Roe")),
        [{0, 3}],
    ),
    "nickname of two": (
        "email",
        (Told("Chris", "Roe"), Told("Christopher", "Roe"), Told("Christine", "Roe"), Told("Christine", "Roe")),
        [{2, 3}],
    ),
    "single name": ("email", (Told("Suharto", None), Told("Suharto", None), Told(None, "Poe")), [{0, 1}]),
    "initial on a number": ("phone", (Told("J", "Roe"), Told("John", "Roe")), []),
    "single name mistyped": ("email", (Told("Chelsea", None), Told("Chlsea", "Wilson")), [{0, 1}]),
    "last name alone mistyped": ("email", (Told(None, "Tran"), Told("Gregory", "Trn")), [{0, 1}]),
    "single name of somebody else": ("email", (Told("Lisa", None), Told("Lina", "Roe")), []),
    "single name mistyped at a number": ("phone", (Told("Chelsea", None), Told("Chlsea", "Wilson")), []),
    "suffix": ("email", (Told("John", "Roe Jr."), Told("John", "Roe Sr."), Told("John", "Roe")), []),
    "suffix at home": ("home", (Told("John", "Roe Jr."), Told("John", "Roe"), Told("John", "Roe")), []),
    "ages": ("phone", (Told("John", "Roe", born=1950), Told("John", "Roe", born=1980), Told("John", "Roe")), []),
    "ages estimated": ("phone", (Told("John", "Roe", born=1980), Told("John", "Roe", born=1982)), [{0, 1}]),
    "a mistyped year": ("email", (Told("John", "Roe", born=1980), Told("John", "Roe", born=1988)), [{0, 1}]),
    "two ids on a number": ("phone", TWO_IDS, []),
    "two ids on a mailbox": ("email", TWO_IDS, [{0, 1}]),
    "two ids at home": ("home", TWO_IDS, []),
    "at home": ("home", (Told("Ada", "Roe"), Told("Ada", "Roe"), Told("Bea", "Roe")), [{0, 1}]),
    "a nickname at home": ("home", (ROBERT, Told("Bob", "Smith")), []),
    "a nickname of one age at home": (
        "home",
        tuple(Told(n, "Roe", born=1980) for n in ("Bob", "Robert")),
        [{0, 1}],
    ),
    "a typo of one age at home": (
        "home",
        tuple(Told("Ada", n, born=1980) for n in ("Miller", "Mlller")),
        [{0, 1}],
    ),
    "father and son at home": ("home", (Told("Bill", "Roe", born=1950), Told("William", "Roe", born=1980)), []),
    "twins": ("home", (Told("Lisa", "Roe", born=1980), Told("Lina", "Roe", born=1980)), []),
    "of one age in a ZIP": ("zip", (Told("Ada", "Roe", born=1980), Told("Ada", "Roe", born=1980)), [{0, 1}]),
    "of another age in a ZIP": ("zip", (Told("Ada", "Roe", born=1980), Told("Ada", "Roe", born=1981)), []),
    "of no age in a ZIP": ("zip", (Told("Ada", "Roe"), Told("Ada", "Roe")), []),
    "two ids in a ZIP": ("zip", tuple(replace(one, born=1980) for one in TWO_IDS), []),
    "at work": ("employer", (Told("Ada", "Roe"), Told("Ada", "Roe", "bigdbm"), Told("Ada", "Poe")), [{0, 1}]),
    "profile under two last and first names": ("linkedin", (Told("Liam", "Roe"), Told("Bill", "Roe")), [{0, 1}]),
    "profile of somebody else": ("linkedin", (ROBERT, Told("Mary", "Poe")), []),
    "emoji": ("email", (Told("😀 Ada", "Roe"), Told("Ada", "Roe 🎉")), [{0, 1}]),
    "nothing but emoji": ("email", (Told("😀", "🎉"), Told("Ada", "Roe"), Told("Bob", "Poe")), []),
    "right to left": ("email", (Told("محمد", "الخالدي"), Told("محمد", "الخالدي"), Told("שרה", "כהן")), [{0, 1}]),
    "han": ("phone", (Told("伟", "王"), Told("伟", "王"), Told("芳", "王")), [{0, 1}]),
    "null bytes in names": ("email", (Told("A\0da", "Roe\0"), Told("Ada", "Roe")), [{0, 1}]),
    "names of ten thousand letters": ("email", (Told("a" * 10_000, "Roe"), Told("b" * 10_000, "Roe")), []),
    "four families": ("phone", tuple(Told("Ada", last) for last in ("Roe", "Poe", "Coe", "Doe", "Foe")), []),
    "a list": ("email", tuple(Told("Ada", f"Name{chr(97 + n)}xyz") for n in range(20)), []),
    "filler": ("email", tuple(Told("Ada", "Roe", "bigdbm", has_id=True) for _ in range(6)), []),
}


@pytest.fixture(scope="module")
def decided() -> Carriers:
    """All cases, built at once."""
    carriers = Carriers()
    for case, (kind, told, _) in CASES.items():
        carriers.carry(kind, case, told)
    carriers.build()
    return carriers


@pytest.mark.parametrize("case", CASES)
def test_who_is_one_person_by_a_value_in_common(decided: Carriers, case: str) -> None:
    assert decided.people(case) == CASES[case][2]


def test_what_cannot_identify_enters_nothing() -> None:
    """Ten thousand characters, control characters, null bytes, blanks: they link nobody, and crash nothing."""
    carriers = Carriers()
    hostile = {"long": "x" * 10_000, "null": "slug\0", "control": "slug\x07", "blank": "   "}
    for case, value in hostile.items():
        for number in range(2):
            carriers.connection.execute(
                "insert into int_contacts__records by name select $1 as evidence_id, $1 as record_id,"
                f" 'exactbuyer' as vendor, 'Ada' as first_name, 'Roe' as last_name, {SEEN} as observed_at,"
                " $2 as linkedin, $2 as maid, $2 as person_ref, 'exactbuyer_id' as person_ref_type",
                [f"{case}/{number}", value],
            )
    carriers.build()
    assert [carriers.people(case) for case in hostile] == [[]] * len(hostile)
    carriers.runner.build(["int_identity__invalid_identifiers"])
    refused = carriers.runner.rows(
        "select split_part(evidence_id, '/', 1), rule, count(*) from int_identity__invalid_identifiers "
        "group by all order by 1"
    )
    assert refused == [
        ("blank", "empty", 6),
        ("control", "control_characters", 6),
        ("long", "too_long", 6),
        ("null", "control_characters", 6),
    ]


@pytest.mark.parametrize(
    ("first_name", "last_name", "rule"),
    [
        ("chr(97 + (n % 26)::integer) || 'da'", "'roe' || chr(97 + (n // 26 % 26)::integer)", "many_names"),
        ("'Ada'", "'Roe'", "many_carriers"),
        ("null", "null", "many_carriers"),
    ],
    ids=["many names", "one name", "no name"],
)
def test_one_value_on_many_records_is_cut_without_comparing_them(
    first_name: str, last_name: str, rule: str
) -> None:
    """Counted, cut, in no pair: a million records take 16 s on two cores, a hundred thousand 2 s."""
    carriers = Carriers()
    carriers.connection.execute(
        f"""
        insert into int_contacts__records by name
        select
            'e' || n as evidence_id, evidence_id as record_id, 'exactbuyer' as vendor, {first_name} as first_name,
            {last_name} as last_name, 'everybody' as linkedin, {SEEN} as observed_at
        from range(20_000) as numbers (n)
        """
    )
    carriers.build()
    assert carriers.runner.rows("select action, rule, carriers from int_identity__cuts") == [("cut", rule, 20_000)]
    assert carriers.runner.rows("select count(*) from int_identity__name_groups") == [(0,)]
    assert carriers.runner.rows("select count(*) from links") == [(0,)]
