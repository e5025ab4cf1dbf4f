"""The page of all endpoints is the declarations', word for word."""

from pathlib import Path

from contactable.vendors import ENDPOINTS
from contactable.vendors.catalogue import markdown

PAGE = Path(__file__).parents[4] / "docs" / "endpoints.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "write it again: contactable doctor --assumptions --markdown > docs/endpoints.md"
    )


def test_every_endpoint_and_every_assumption_stands_on_it() -> None:
    page = markdown()
    for endpoint in ENDPOINTS.values():
        assert f"| `{endpoint.key}` |" in page
        assert all(text in page for text in endpoint.assumptions)


def test_what_is_off_or_needs_a_setting_says_so() -> None:
    lines = markdown().splitlines()
    assert any("`contactbased.enrich_auto`" in line and line.endswith("| no |") for line in lines)
    assert any("`leadpipe.audience_create`" in line and "with `leadpipe.audiences`" in line for line in lines)
    assert any("`contactbased.export_page`" in line and line.endswith("| step |") for line in lines)
