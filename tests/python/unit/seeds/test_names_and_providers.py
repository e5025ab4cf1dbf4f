"""The seeds of names and mail providers, as the rules read them."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from support.macros import evaluate

SEEDS = Path(__file__).parents[4] / "seeds"


def read(name: str) -> list[dict[str, str]]:
    """Read one seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def formal_names() -> dict[str, set[str]]:
    """Return the formal names of every nickname."""
    found = defaultdict(set)
    for row in read("nicknames"):
        found[row["nickname"]].add(row["formal"])
    return found


def test_a_formal_name_is_no_nickname_so_that_one_step_leads_to_the_end() -> None:
    formals = formal_names()
    assert not formals.keys() & set().union(*formals.values())


@pytest.mark.parametrize("nickname", ["alex", "chris", "sam", "pat", "terry", "sasha", "al", "harry"])
def test_a_nickname_of_several_names_stands_for_none_of_them(nickname: str) -> None:
    assert len(formal_names()[nickname]) > 1


@pytest.mark.parametrize(
    ("nickname", "formal"),
    [("bill", "william"), ("bob", "robert"), ("peggy", "margaret"), ("pepe", "jose"), ("steven", "stephen")],
)
def test_a_nickname_of_one_name_stands_for_it(nickname: str, formal: str) -> None:
    assert formal_names()[nickname] == {formal}


def test_names_are_written_as_keys() -> None:
    rows = read("nicknames")
    names = [*(row["name"] for row in read("given_names")), *(row[column] for row in rows for column in row)]
    assert evaluate("first_name_key", list(names)) == names


def test_every_provider_leads_to_a_domain_that_follows_the_same_rule() -> None:
    providers = {row["domain"]: row for row in read("email_providers")}
    for row in providers.values():
        main = providers[row["key_domain"]]
        assert (main["key_domain"], main["ignored_characters"]) == (row["key_domain"], row["ignored_characters"])
        assert row["source"]
        assert row["since"]
