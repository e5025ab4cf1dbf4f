"""Orders and lives of contactable.yml, and the seeds behind them: what cannot be is named before a run asks."""

import shutil
from pathlib import Path

import pytest

from contactable.settings.config import ConfigurationError, Settings
from contactable.settings.waterfall import PolicyError, check_seeds, life_time_settings

SEEDS = Path(__file__).parents[4] / "seeds"


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "contactable.yml"
    file.write_text(text, encoding="utf-8")
    return Settings.read(file)


@pytest.mark.parametrize(
    ("text", "name", "allowed"),
    [
        ("waterfall: {email: {order: [bigdbm.consumer_mail]}}", "waterfall.email.order", "bigdbm.consumer_email"),
        ("waterfall: {email: {order: [clearbit.person]}}", "'clearbit.person'", "exactbuyer.bulk_enrich"),
        ("waterfall: {email: {order: [bigdbm]}}", "'bigdbm'", "name the endpoint"),
        ("waterfall: {phone: {order: [bigdbm.opql]}}", "bigdbm.opql is not asked to enrich", "consumer_phone"),
        ("waterfall: {phone: {order: [bigdbm.b2b_company]}}", "b2b_company is not asked", "b2b_phone"),
        (
            "waterfall: {email: {order: [bigdbm.b2b_email, exactbuyer.bulk_enrich, bigdbm.b2b_email]}}",
            "bigdbm.b2b_email stands twice",
            "one rank each",
        ),
        ("waterfall: {email: {stop_at: never}}", "waterfall.email.stop_at", "'found' or 'verified'"),
        ("waterfall: {address: {stop_at: found}}", "waterfall.address", "not permitted"),
        ("life_times: {bigdbm.opq: {match: 1}}", "unknown endpoint 'bigdbm.opq'", "bigdbm.opql"),
        ("life_times: {contactbased.export_page: {match: 1}}", "unknown endpoint", "contactbased.export,"),
        ("life_times: {bigdbm.opql: {miss: 1}}", "unknown outcome 'miss'", "no_match"),
        ("life_times: {bigdbm.opql: {7: 1}}", "unknown outcome '7'", "5"),
        ("life_times: {exactbuyer.bulk_enrich: {5: 1}}", "unknown outcome '5'", "match"),
        ("life_times: {bigdbm.opql: {match: -1}}", "life_times.bigdbm.opql.match", "from 0 to 36,500"),
        ("life_times: {bigdbm.opql: {match: .nan}}", "life_times.bigdbm.opql.match", "from 0 to 36,500"),
        ("life_times: {bigdbm.opql: {match: soon}}", "life_times.bigdbm.opql.match", "number of days"),
        ("life_times: {bigdbm.opql: {match: true}}", "life_times.bigdbm.opql.match", "number of days"),
    ],
)
def test_what_cannot_be_is_named_with_what_can(tmp_path: Path, text: str, name: str, allowed: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text)
    assert name in str(raised.value)
    assert allowed in str(raised.value)


def test_the_models_are_told_what_was_set_and_nothing_else(tmp_path: Path) -> None:
    text = """
    waterfall:
      email: {order: [exactbuyer.bulk_enrich, bigdbm.consumer_email], stop_at: found}
      phone: {order: []}
      profile: {stop_at: verified}
    life_times: {bigdbm.opql: {5: 60, no_match: 0.5}}
    """
    settings = read(tmp_path, text)
    assert settings.waterfall.raw_settings() == {
        "waterfall.replaced": ["email", "phone"],
        "waterfall.steps": [
            {"attribute": "email", "endpoint": "exactbuyer.bulk_enrich", "rank": 1},
            {"attribute": "email", "endpoint": "bigdbm.consumer_email", "rank": 2},
        ],
        "waterfall.stop_at": [
            {"attribute": "email", "stop_at": "found"}, {"attribute": "profile", "stop_at": "verified"},
        ],
    }  # fmt: skip
    assert life_time_settings(settings.life_times) == [
        {"endpoint": "bigdbm.opql", "outcome": "5", "life_days": 60.0},
        {"endpoint": "bigdbm.opql", "outcome": "no_match", "life_days": 0.5},
    ]


def test_the_shipped_seeds_are_in_order() -> None:
    check_seeds(SEEDS)


@pytest.mark.parametrize(
    ("seed", "line", "problem"),
    [
        ("waterfall_steps", "email,bigdbm.b2b_ip,90,why,2026-11-21", "bigdbm.b2b_ip is not asked to enrich"),
        ("waterfall_steps", "email,acme.person,90,why,2026-11-21", "unknown endpoint 'acme.person'"),
        (
            "waterfall_steps",
            "employer,bigdbm.consumer_email,1,why,2026-11-21",
            "bigdbm.consumer_email and exactbuyer.bulk_enrich both claim rank 1 for employer",
        ),
        ("waterfall_steps", "employer,exactbuyer.bulk_enrich,90,why,2026-11-21", "stands twice for employer"),
        ("waterfall_steps", "mood,exactbuyer.bulk_enrich,90,why,2026-11-21", "unknown attribute 'mood'"),
        ("waterfall_steps", "profile,contactbased.enrich_auto,first,why,2026-11-21", "whole number from 1"),
        ("waterfall_stops", "email,guessed,why,2026-11-21", "unknown stop_at 'guessed'"),
        ("vendor_priorities", "clearbit,default,9,why,2026-11-21", "unknown vendor 'clearbit'"),
        ("vendor_priorities", "bigdbm,default,-1,why,2026-11-21", "priority is a whole number"),
    ],
)
def test_an_impossible_line_of_a_seed_is_named(tmp_path: Path, seed: str, line: str, problem: str) -> None:
    for name in ("waterfall_steps", "waterfall_stops", "vendor_priorities"):
        shutil.copy(SEEDS / f"{name}.csv", tmp_path)
    with (tmp_path / f"{seed}.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(PolicyError) as raised:
        check_seeds(tmp_path)
    assert problem in str(raised.value)
    assert f"{seed}.csv, line" in str(raised.value)


def test_a_seed_that_is_not_there_or_has_no_such_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"waterfall_steps\.csv cannot be read"):
        check_seeds(tmp_path)
    (tmp_path / "waterfall_steps.csv").write_text("attribute,endpoint\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="no column rank"):
        check_seeds(tmp_path)
