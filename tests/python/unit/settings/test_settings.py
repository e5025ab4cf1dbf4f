"""contactable.yml and the environment: what is wrong is named, nothing secret is shown."""

from pathlib import Path

import pytest

from contactable.settings.config import ConfigurationError, Environment, Settings, endpoint_states
from contactable.vendors import ENDPOINTS

PROJECT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of whoever runs the tests
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "contactable.yml"
    file.write_text(text, encoding="utf-8")
    return Settings.read(file)


def test_the_shipped_file_is_valid_and_complete() -> None:
    settings = Settings.read(PROJECT / "contactable.yml")
    assert settings.bigdbm.keywords
    assert settings.leadpipe.queries[0].options()["minScore"] == 50


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("bigdbm: {window_days: 91}", "bigdbm.window_days"),
        ("bigdbm: {window_days: 0}", "bigdbm.window_days"),
        ("bigdbm: {number_of_hems: 99}", "bigdbm.number_of_hems"),
        ("bigdbm: {number_of_hems: 100001}", "bigdbm.number_of_hems"),
        ("bigdbm: {keywords: ['audi', ' ']}", "keyword is empty"),
        ("contactbased: {page_size: 999}", "contactbased.page_size"),
        ("contactbased: {page_size: 50001}", "contactbased.page_size"),
        ("contactbased: {lookback_days: 0}", "contactbased.lookback_days"),
        ("exactbuyer: {required_fields: [any_work_email]}", "exactbuyer.required_fields"),
        ("leadpipe: {queries: [{name: x}]}", "needs topic_ids"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1,2,3,4,5,6,7,8,9,10,11]}]}", "topic_ids"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], min_score: 0}]}", "min_score"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], min_score: 101}]}", "min_score"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], min_score: 90, max_score: 80}]}", "minScore must not"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], filters: {seniorityy: [vp]}}]}", "unknown filter"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], filters: {isB2b: true}}]}", "isB2b"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1], date: yesterday}]}", "date"),
        ("leadpipe: {queries: [{name: x, topic_ids: [1]}, {name: x, topic_ids: [2]}]}", "one name"),
        ("budgets: {bigdbm: {day: -1}}", "budgets.bigdbm.day"),
        ("budgets: {bigdmb: {day: 1}}", "unknown 'bigdmb'"),
        ("limits: {nobody: {in_flight: 1}}", "unknown vendor"),
        ("endpoints: {bigdbm.nothing: {enabled: false}}", "unknown 'bigdbm.nothing'"),
        ("endpoints: {bigdbm.property_sync: {enabled: true}}", "not offered yet"),
        ("endpoints: {bigdbm.email_batch: {batch_size: 11}}", "at most 10"),
        ("identity: {merge_above: 0.8, review_above: 0.9}", "review_above is over merge_above"),
        ("identity: {merge_above: 95}", "identity.merge_above"),
        ("identity: {scoring: perhaps}", "identity.scoring"),
        ("keywords: [audi]", "keywords"),
        ("columns: {E-Post: emial}", "did you mean 'email'?"),
        ("first_party_encoding: latin-99", "unknown encoding 'latin-99'"),
        ("- a list", "file"),
        ("a: [unclosed", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=r"contactable\.yml") as caught:
        read(tmp_path, text)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "bigdbm: {number_of_hems: 100, window_days: 90}",
        "bigdbm: {number_of_hems: 100000}",
        "contactbased: {page_size: 1000}",
        "contactbased: {page_size: 50000}",
        "leadpipe: {queries: [{name: x, topic_ids: [1,2,3,4,5,6,7,8,9,10], min_score: 1, max_score: 100}]}",
        "budgets: {bigdbm: {run: 0}}",
        "",
    ],
)
def test_borders_pass(tmp_path: Path, text: str) -> None:
    read(tmp_path, text)


def test_scoring_is_off_and_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings.read(PROJECT / "contactable.yml").identity.scoring
    assert read(tmp_path, "identity: {scoring: on}").identity.scoring
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not read(tmp_path, "identity: {scoring: off}").identity.scoring
    with pytest.raises(ConfigurationError, match=r"identity: .*pip install 'contactable\[matching\]'"):
        read(tmp_path, "identity: {scoring: on}")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--config"):
        Settings.read(tmp_path / "none.yml")


def test_settings_change_how_an_export_is_made_and_fetched() -> None:
    assert Settings().endpoint("contactbased.export") == ENDPOINTS["contactbased.export"]
    changed = Settings.model_validate({"contactbased": {"auto_export": True, "read": "file"}})
    export = changed.endpoint("contactbased.export")
    assert export.steps["create"] == "contactbased.auto_export"
    assert export.steps["list"] == "contactbased.export_list"
    assert (export.result, changed.endpoint("bigdbm.audience").result) == ("file", "pages")


def test_settings_change_endpoints(tmp_path: Path) -> None:
    settings = read(tmp_path, "endpoints: {bigdbm.opql: {path: /v2/opql, billing: none}}")
    assert settings.endpoint("bigdbm.opql").path == "/v2/opql"
    assert settings.endpoint("bigdbm.opql").repeatable
    assert ENDPOINTS["bigdbm.opql"].path == "/opql/validate"


@pytest.mark.parametrize("url", ["http://api.example", "https://u:p@api.example", "nonsense"])
def test_unsafe_hosts_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LEADPIPE_URL", url)
    with pytest.raises(ConfigurationError, match="LEADPIPE_URL"):
        Environment.read()


def test_the_email_token_falls_back_to_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGDBM_TOKEN", "general-token")
    environment = Environment.read()
    assert environment.secret(ENDPOINTS["bigdbm.email_batch"].auth.variables) == "general-token"
    monkeypatch.setenv("BIGDBM_EMAIL_TOKEN", "email-token")
    assert Environment.read().secret(ENDPOINTS["bigdbm.email_batch"].auth.variables) == "email-token"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXACTBUYER_API_KEY", "very-secret-key")
    assert "very-secret-key" not in repr(Environment.read())


def test_a_product_without_a_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADPIPE_API_KEY", "sk_x")
    states = endpoint_states(Settings(), Environment.read())
    assert states["leadpipe.audience_query"] == ""
    assert "EXACTBUYER_API_KEY" in states["exactbuyer.bulk_enrich"]
    assert "contactbased.export_page" not in states, "steps of a flow are no products"


def test_dot_env_is_read_and_yields_to_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LEADPIPE_API_KEY=sk_file\nEXACTBUYER_API_KEY=from-file\n", encoding="utf-8")
    monkeypatch.setenv("EXACTBUYER_API_KEY", "from-environment")
    environment = Environment.read()
    assert environment.secret(("LEADPIPE_API_KEY",)) == "sk_file"
    assert environment.secret(("EXACTBUYER_API_KEY",)) == "from-environment"
