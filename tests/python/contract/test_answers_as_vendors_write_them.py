"""Answers that vendors word in their own ways, from the landed answer to the marts."""

from datetime import datetime
from typing import Any

import pytest

from support.scratch_warehouse import ScratchWarehouse, asked


def contact_id(number: int) -> str:
    return f"id_{number:016}"


def bundle(name: str, values: dict[int, list[Any]]) -> dict[str, Any]:
    """An answer of ContactBased with one bundle."""
    return {
        "results": [
            {"contact_id": contact_id(number), "found": True, "data": {name: listed}}
            for number, listed in values.items()
        ]
    }


def profiles(**fields: dict[int, Any]) -> dict[str, Any]:
    """An answer of BIGDBM with one profile a number, each asked for by an address of its own."""
    numbers = {number for values in fields.values() for number in values}
    return {
        "status": "success",
        "returnData": {
            f"p{number}@ask.example": [
                {
                    "Id": f"p{number}", "First_Name": "Alex", "Last_Name": f"Doe{number}",
                    **{name: values[number] for name, values in fields.items() if number in values},
                }
            ]
            for number in sorted(numbers)
        },
    }  # fmt: skip


#: Of each way to write a day: what `as_of` becomes. None: it cannot be read.
LAST_SEEN: dict[int, tuple[Any, datetime | None]] = {
    1: (1772600767, datetime(2026, 3, 4, 5, 6, 7)), 2: (1772600767000, datetime(2026, 3, 4, 5, 6, 7)),
    3: ("Mar 4, 2026", datetime(2026, 3, 4)), 4: ("20260304", datetime(2026, 3, 4)), 5: ("2026-03",
    datetime(2026, 3, 1)),
    6: ("04.03.2026", datetime(2026, 3, 4)), 7: ("2026-03-04T00:30:00+02:00", datetime(2026, 3, 3, 22, 30)),
    8: ("9999-12-31", None), 9: ("last spring", None), 10: ("2031-01-01", None),
}  # fmt: skip
PLAIN = 20
ALONE = 21
OBJECT = 22
SEVERAL = 23
NO_NUMBER, NO_VALUE = 24, 25
BORN = {30: "04/1985", 31: "198504", 32: "19850412", 33: "1985-04", 34: "0000", 35: "04/85", 36: "8504"}
FLAGS = {
    40: "T",
    41: "DNC",
    42: "1.0",
    43: "Listed",
    44: "X",
    45: "D",
    46: "t",
    47: "on",
    48: ["federal"],
    49: "N",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    warehouse = ScratchWarehouse(tmp_path_factory.mktemp("wording"))
    warehouse.create()
    phones: dict[int, Any] = {
        number: [{"phone": f"2125550{100 + number}", "last_seen": written}]
        for number, (written, _) in LAST_SEEN.items()
    }
    phones |= {
        SEVERAL: [{"phone": "2125550123|2125550124"}],
        NO_NUMBER: [{"phone": "ask Ann"}],
        NO_VALUE: [{"phone": "N/A"}],
    }
    phones |= {PLAIN: ["+12125550120"], ALONE: "212-555-0121", OBJECT: {"phone": 2125550122.0}}
    emails: dict[int, Any] = {
        PLAIN: ["a20@acme-one.example"], ALONE: "a21@acme-one.example",
        OBJECT: {"email": "a22@acme-one.example"},
    }  # fmt: skip
    warehouse.land(
        "contactbased__enrichments", "enrich_phones", bundle("phones", phones),
        asked("contactbased_id", *(contact_id(number) for number in phones)),
    )  # fmt: skip
    warehouse.land(
        "contactbased__enrichments", "enrich_emails", bundle("emails", emails),
        asked("contactbased_id", *(contact_id(number) for number in emails)),
    )  # fmt: skip
    warehouse.land(
        "bigdbm__consumer_profiles", "consumer_email",
        profiles(
            Birth_Month_and_Year=BORN,
            Mobile_Phone_1={number: f"2125550{100 + number}" for number in FLAGS},
            Mobile_Phone_1_DNC=FLAGS,
        ),
        asked("email", *(f"p{number}@ask.example" for number in [*BORN, *FLAGS])),
    )  # fmt: skip
    warehouse.configure()
    warehouse.dbt(
        "build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable",
        "--select", "+contacts", "+contact_emails", "+contact_phones",
        "+quarantined_records", "+record_conservation",
    )  # fmt: skip
    return warehouse


def test_a_number_is_as_recent_as_its_vendor_says(house: ScratchWarehouse) -> None:
    rows = house.rows("select phone, as_of, is_fresh from marts.contact_phones")
    found = {row["phone"]: (row["as_of"], row["is_fresh"]) for row in rows}
    for number, (_, moment) in LAST_SEEN.items():
        assert found[f"+12125550{100 + number}"] == (moment, False), number
    refused = house.rows("select stream, reason from marts.quarantined_records where rule = 'date_unreadable'")
    assert [row["stream"] for row in refused] == ["phones"] * sum(
        moment is None for _, moment in LAST_SEEN.values()
    )


def test_one_value_or_plain_texts_where_a_list_of_objects_is_documented(house: ScratchWarehouse) -> None:
    phones = {row["phone"] for row in house.rows("select phone from marts.contact_phones")}
    assert {f"+1212555012{last}" for last in range(5)} <= phones
    emails = {row["email"] for row in house.rows("select email from marts.contact_emails")}
    assert {"a20@acme-one.example", "a21@acme-one.example", "a22@acme-one.example"} <= emails


def test_no_value_vanishes(house: ScratchWarehouse) -> None:
    refused = house.rows("select stream, rule from marts.quarantined_records where rule like '%_invalid'")
    assert refused == [{"stream": "phones", "rule": "phone_invalid"}]
    (book,) = house.rows("select * from marts.record_conservation where stream = 'phones'")
    assert (book["values_given"], book["values_read"], book["values_quarantined"]) == (
        len(LAST_SEEN) + 5,
        len(LAST_SEEN) + 4,
        1,
    )


def test_a_year_of_birth_in_any_form(house: ScratchWarehouse) -> None:
    rows = house.rows("select last_name, birth_year from marts.contacts where first_name = 'Alex'")
    years = {row["last_name"]: row["birth_year"] for row in rows}
    assert [years[f"Doe{number}"] for number in BORN] == [1985, 1985, 1985, 1985, None, 1985, None]


def test_a_do_not_call_flag_in_any_word_closes_the_number(house: ScratchWarehouse) -> None:
    rows = house.rows("select phone, is_dnc, verdict from marts.contact_phones where is_dnc is not null")
    flags = {row["phone"]: (row["is_dnc"], row["verdict"] == "suppress") for row in rows}
    assert flags == {f"+12125550{100 + number}": (word != "N", word != "N") for number, word in FLAGS.items()}
