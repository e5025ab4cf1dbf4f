"""An account's own consumer output: known shapes of one datum, own spellings by configuration, nothing lost."""

import json
from pathlib import Path

from support.scratch_warehouse import ScratchWarehouse, asked

OURS = {
    "bigdbm_consumer_fields": {"occupation": ["Occupation_Type"], "emails": ["3rd-Mail"], "first_name": ["Given"]}
}


def test_what_an_account_spells_otherwise_maps_and_the_rest_is_kept(tmp_path: Path) -> None:
    w = ScratchWarehouse(tmp_path)
    w.create()
    records = [
        {"Id": "1", "First_Name": "Ada", "Email": "a@example.com,b@example.com", "Occupation_Detail": "Homemaker"},
        {
            "Id": "2",
            "Given": "Bob",
            "First_Name": "Robert",
            "Email_1": "c@example.com",
            "Email_3": "d@example.com",
        },
        {
            "Id": "3",
            "3rd-Mail": ["e@example.com"],
            "Email_Array": [],
            "Occupation_Type": "Welder",
            "Hat": "44",
        },
        {"Id": "4", "Birth_Month_and_Year": "07/1980", "Zip": "10001", "Zip4": "0001"},
        {"Id": "5", "Birth_Month_and_Year": "07/04/1981", "Zip5": "10002"},
    ]
    keys = [f"{n:032x}" for n, _ in enumerate(records)]
    w.land(
        "bigdbm__consumer_profiles", "consumer_email_md5",
        {"returnData": {key: [record] for key, record in zip(keys, records, strict=True)}},
        asked("email_md5", *keys), options={"OutputId": 10026},
    )  # fmt: skip
    w.dbt("run", "--select", "+stg_bigdbm__consumer_profiles", "--vars", json.dumps(OURS))
    told = w.rows("select * from staging.stg_bigdbm__consumer_profiles order by vendor_person_id")
    assert [row["first_name"] for row in told] == ["Ada", "Bob", None, None, None]
    assert [row["emails"] for row in told][:3] == [
        ["a@example.com", "b@example.com"],
        ["c@example.com", "d@example.com"],
        ["e@example.com"],
    ]
    assert [row["occupation"] for row in told] == ["Homemaker", None, "Welder", None, None]
    assert [(row["birth_year"], row["zip"], row["zip4"]) for row in told][3:] == [
        (1980, "10001", "0001"),
        (1981, "10002", None),
    ]
    base = w.rows(
        "select record, unknown_keys from staging.base_bigdbm__consumer_profiles order by ordinal, record"
    )
    assert [row["unknown_keys"] for row in base if row["unknown_keys"]] == [["Hat"]]
    assert sorted(row["record"] for row in base) == sorted(json.dumps(r, separators=(",", ":")) for r in records)
