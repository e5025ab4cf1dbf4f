"""The vendors' printed sample answers, byte for byte, through base and staging.

Samples are abbreviated and hold placeholders; what they print is what we must be able to read.
"""

import re
from pathlib import Path

import pytest

from support.scratch_warehouse import PROJECT, ScratchWarehouse, asked

DOCUMENTED = PROJECT / "tests" / "python" / "fixtures" / "documented"


def printed(name: str) -> str:
    return Path(DOCUMENTED / name).read_text(encoding="utf-8")


def made_valid(sample: str) -> str:
    """ExactBuyer's sample is not JSON as printed: a key in single quotes, the value and further keys left out as
    dots. The key is quoted properly, the dots give way to one invented name; nothing else is touched."""
    return re.sub(r"'full_name': \.\.\.,\s*\.{5}", '"full_name": "Ada Example"', sample)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ScratchWarehouse:
    warehouse = ScratchWarehouse(tmp_path_factory.mktemp("documented"))
    warehouse.create()
    warehouse.land(
        "bigdbm__intent_hems", "intent_create_list", printed("bigdbm_create_list.json"), asked("keyword", "audi"),
        options={"StartDate": "2025-12-03", "EndDate": "2025-12-03", "NumberOfHems": 1000},
    )  # fmt: skip
    warehouse.land(
        "bigdbm__email_statuses", "email_batch", printed("bigdbm_email_batch.json"),
        asked("email", "alice@example.com", "bob@example.org"), options={"ValidatorId": 10},
    )  # fmt: skip
    profiles = asked("linkedin", "linkedin.com/in/edankrolewicz", "linkedin.com/in/randomlinkedinaddress")
    for sample in (printed("exactbuyer_bulk_enrich.txt"), made_valid(printed("exactbuyer_bulk_enrich.txt"))):
        warehouse.land("exactbuyer__contacts", "bulk_enrich", sample, profiles)
    warehouse.land(
        "leadpipe__audience_members", "audience_query", printed("leadpipe_audience_query.json"),
        asked("query", "documented"), options={"topicIds": [123], "_extraction": "x1", "_page": 1},
    )  # fmt: skip
    warehouse.dbt(
        "build",
        "--exclude-resource-type", "unit_test", "--indirect-selection",
        "buildable",
        "--select",
        "path:models/staging",
        "+record_conservation",
        "+quarantined_records",
    )  # fmt: skip
    return warehouse


def test_create_list(house: ScratchWarehouse) -> None:
    # 63 hexadecimal digits fit no hash: kept as printed, with the reason, and it names nobody.
    assert house.rows("select * from staging.stg_bigdbm__intent_hems") == []
    (base,) = house.rows("select record, warning, quarantine_rule from staging.base_bigdbm__intent_hems")
    assert "a3f4e8b7c2d1901ef56a3b2c4d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5" in base.pop("record")
    # The sample announces 1000 and prints one: a warning, not a loss.
    assert base == {"warning": "count_mismatch", "quarantine_rule": "hash_malformed"}


def test_email_batch(house: ScratchWarehouse) -> None:
    rows = house.rows("select email, status_code, is_match from staging.stg_bigdbm__email_statuses order by email")
    assert [tuple(row.values()) for row in rows] == [
        ("alice@example.com", 10, True),
        ("bob@example.org", 30, True),
    ]


def test_bulk_enrich_as_printed_is_quarantined(house: ScratchWarehouse) -> None:
    (refused,) = house.rows("select stream, rule from marts.quarantined_records where vendor = 'exactbuyer'")
    assert refused == {"stream": "contacts", "rule": "not_json"}


def test_bulk_enrich_made_valid(house: ScratchWarehouse) -> None:
    rows = house.rows("select * from staging.stg_exactbuyer__contacts order by is_match desc")
    assert [(row["subject_value"], row["is_match"], row["full_name"]) for row in rows] == [
        ("linkedin.com/in/edankrolewicz", True, "Ada Example"),
        ("linkedin.com/in/randomlinkedinaddress", False, None),
    ]


def test_audience_query_with_its_placeholders(house: ScratchWarehouse) -> None:
    (row,) = house.rows("select * from staging.stg_leadpipe__audience_members")
    assert (row["hem"], row["hem_type"], row["email"]) == ("<string>", "unknown", "<string>")
    assert (row["intent_score"], row["topic_id"]) == (123.0, 123)  # over the documented maximum: judged later
    assert (row["cache_key"], row["data_date"]) == ("<string>", None)  # a placeholder is no date
