"""Whose a value is that a household's answer is about, and which namesakes stay two; one resolve for all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import md5

import pytest

from unit.identity.worlds import Record, World, numbered


def hashed(address: str) -> str:
    return md5(address.encode(), usedforsecurity=False).hexdigest()


class Family:
    """Records of one case. Every case has values of its own, so that one resolve decides all of them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.records: list[Record] = []
        self.labels: list[str] = []

    def add(self, label: str, record: Record) -> None:
        person = None if record.person is None else record.person + 100 * self.number
        self.records.append(replace(record, person=person))
        self.labels.append(label)

    def mail(self, local: str) -> str:
        return f"{local}@c{self.number}.example.com"

    def phone(self, line: int) -> str:
        return f"+1{AREA_CODES[self.number]}55501{line:02d}"


#: One a case.
AREA_CODES = (
    202,
    203,
    205,
    206,
    207,
    208,
    209,
    210,
    212,
    213,
    214,
    215,
    216,
    217,
    218,
    219,
    224,
    225,
    228,
    229,
    231,
)
MARIA, JOHN = ("Maria", "Roe"), ("John", "Roe")


def nameless_list_row(family: Family, address: str) -> None:
    family.add("list", Record(vendor="first_party", email=address))


def one_lists_it(family: Family) -> None:
    """Maria's record has the address that was asked about, John's has not."""
    address = family.mail("roes")
    nameless_list_row(family, address)
    family.add("signal", Record(hem_of=address))
    asked = ("email", address)
    family.add("maria", Record(person=1, name=MARIA, email=address, asked=asked))
    family.add("john", Record(person=2, name=JOHN, phone=family.phone(1), asked=asked))


def asked_by_hash(family: Family) -> None:
    address = family.mail("roes")
    nameless_list_row(family, address)
    asked = ("email_md5", hashed(address))
    family.add("john", Record(person=2, name=JOHN, phone=family.phone(1), asked=asked))
    family.add("maria", Record(person=1, name=MARIA, email=address, asked=asked))


def the_address_names_one(family: Family) -> None:
    address = family.mail("maria.roe77")
    nameless_list_row(family, address)
    asked = ("email_md5", hashed(address))
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, asked=asked))


def the_address_names_a_nickname(family: Family) -> None:
    address = family.mail("broe")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=("William", "Roe"), asked=asked))


def the_address_names_two(family: Family) -> None:
    address = family.mail("jroe")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=("Jane", "Roe"), asked=asked))


def nobody_has_it(family: Family) -> None:
    address = family.mail("redbarn")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, asked=asked))


def another_record_ties_it(family: Family) -> None:
    """Our own list has the address under Maria's name."""
    address = family.mail("redbarn")
    asked = ("email", address)
    family.add("list", Record(vendor="first_party", name=MARIA, email=address))
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, asked=asked))


def one_person_is_answered_with(family: Family) -> None:
    address = family.mail("redbarn")
    nameless_list_row(family, address)
    family.add("maria", Record(person=1, name=MARIA, asked=("email", address)))


def one_person_twice(family: Family) -> None:
    """The vendor has Maria under two ids: still one person who is answered with."""
    address = family.mail("redbarn")
    nameless_list_row(family, address)
    family.add("maria", Record(person=1, name=MARIA, asked=("email", address)))
    family.add("again", Record(person=3, name=MARIA, asked=("email", address)))


def father_and_son_of_one_name(family: Family) -> None:
    address = family.mail("john.roe")
    nameless_list_row(family, address)
    family.add("father", Record(person=1, name=JOHN, birth_year=1950, asked=("email", address)))
    family.add("son", Record(person=2, name=JOHN, birth_year=1980, asked=("email", address)))


def a_record_without_a_name_beside_a_named_one(family: Family) -> None:
    address = family.mail("maria.roe")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("maria", Record(person=1, name=MARIA, email=address, asked=asked))
    family.add("unnamed", Record(person=4, phone=family.phone(2), asked=asked))


def a_households_number(family: Family) -> None:
    phone = family.phone(3)
    family.add("list", Record(vendor="first_party", phone=phone))
    asked = ("phone", phone.removeprefix("+1"))
    family.add("john", Record(person=2, name=JOHN, email=family.mail("john"), asked=asked))
    family.add("maria", Record(person=1, name=MARIA, phone=phone, asked=asked))


def a_profile(family: Family) -> None:
    slug = f"maria-roe-{family.number}"
    family.add("list", Record(vendor="first_party", linkedin=slug))
    asked = ("linkedin", f"linkedin.com/in/{slug}")
    family.add("john", Record(person=2, name=JOHN, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, asked=asked))


def both_list_it(family: Family) -> None:
    """They do share it, and nothing says whom the list means."""
    address = family.mail("roes")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("john", Record(person=2, name=JOHN, email=address, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, email=address, asked=asked))


def both_list_what_names_one(family: Family) -> None:
    address = family.mail("maria.roe")
    nameless_list_row(family, address)
    asked = ("email", address)
    family.add("john", Record(person=2, name=JOHN, email=address, asked=asked))
    family.add("maria", Record(person=1, name=MARIA, email=address, asked=asked))


def namesakes(
    family: Family,
    *,
    zips: tuple[str, str] = ("10001", "90001"),
    lines: tuple[int, int] = (1, 2),
    ids: bool = True,
) -> None:
    """Two of one name at one employer; what tells them apart stands on other records than the employer."""
    for place, side in enumerate(("one", "other")):
        address = family.mail(side)
        told = Record(name=MARIA, email=address, zip_code=zips[place], phone=family.phone(lines[place]))
        family.add(side, replace(told, person=place + 1) if ids else replace(told, vendor="exactbuyer"))
        company = f"c{family.number}.example"
        family.add(
            f"{side}'s job",
            Record(vendor="first_party", name=MARIA, email=address, company=company, zip_code=None),
        )


def vendor_home_and_number_differ(family: Family) -> None:
    namesakes(family)


def a_third_record_lies_between(family: Family) -> None:
    namesakes(family)
    family.add("job", Record(vendor="exactbuyer", name=MARIA, company=f"c{family.number}.example", zip_code=None))


def moved_with_the_number(family: Family) -> None:
    namesakes(family, lines=(1, 1))


def one_home_two_numbers(family: Family) -> None:
    namesakes(family, zips=("10001", "10001"))


def no_vendor_has_both(family: Family) -> None:
    namesakes(family, ids=False)


def no_vendor_has_both_and_one_number(family: Family) -> None:
    namesakes(family, ids=False, lines=(1, 1))


Case = Callable[[Family], None]
#: case -> who is one person
CASES: dict[Case, list[set[str]]] = {
    one_lists_it: [{"list", "signal", "maria"}, {"john"}],
    asked_by_hash: [{"list", "maria"}, {"john"}],
    the_address_names_one: [{"list", "maria"}, {"john"}],
    the_address_names_a_nickname: [{"list", "maria"}, {"john"}],
    the_address_names_two: [{"list"}, {"maria"}, {"john"}],
    nobody_has_it: [{"list"}, {"maria"}, {"john"}],
    another_record_ties_it: [{"list", "maria"}, {"john"}],
    one_person_is_answered_with: [{"list", "maria"}],
    one_person_twice: [{"list", "maria", "again"}],
    father_and_son_of_one_name: [{"list"}, {"father"}, {"son"}],
    a_record_without_a_name_beside_a_named_one: [{"list", "maria"}, {"unnamed"}],
    a_households_number: [{"list", "maria"}, {"john"}],
    a_profile: [{"list", "maria"}, {"john"}],
    both_list_it: [{"list"}, {"maria"}, {"john"}],
    both_list_what_names_one: [{"list", "maria"}, {"john"}],
    vendor_home_and_number_differ: [{"one", "one's job"}, {"other", "other's job"}],
    a_third_record_lies_between: [{"one", "one's job"}, {"other", "other's job"}, {"job"}],
    moved_with_the_number: [{"one", "one's job", "other", "other's job"}],
    one_home_two_numbers: [{"one", "one's job", "other", "other's job"}],
    no_vendor_has_both: [{"one", "one's job"}, {"other", "other's job"}],
    no_vendor_has_both_and_one_number: [{"one", "one's job", "other", "other's job"}],
}


@pytest.fixture(scope="module")
def people() -> Iterator[dict[str, list[set[str]]]]:
    """Resolve all cases at once: case -> its people, each as the labels of its records."""
    families = {case.__name__: Family(number) for number, case in enumerate(CASES)}
    for case in CASES:
        case(families[case.__name__])
    records = numbered(record for family in families.values() for record in family.records)
    world = World()
    world.know(records, 1)
    world.resolve()
    of_evidence = {evidence: person for person in world.people() for evidence in person}
    found: dict[str, list[set[str]]] = {}
    at = 0
    for name, family in families.items():
        groups: dict[frozenset[str], set[str]] = {}
        for label, record in zip(family.labels, records[at : at + len(family.labels)], strict=True):
            groups.setdefault(of_evidence[evidence_of(record)], set()).add(label)
        found[name] = list(groups.values())
        at += len(family.labels)
    yield found
    world.close()


def evidence_of(record: Record) -> str:
    if record.hem is not None:
        return f"leadpipe:hem:{record.hem}"
    return f"r{record.number:03d}" if record.person is None else f"{record.vendor}:{record.person}"


@pytest.mark.parametrize("case", CASES)
def test_who_is_one_person(case: Case, people: dict[str, list[set[str]]]) -> None:
    assert sorted(map(sorted, people[case.__name__])) == sorted(map(sorted, CASES[case]))
