"""A person leaves the journal, whichever database it lies in; money and times stay."""

from pathlib import Path

from sqlalchemy import func, select

from contactable.journal.databases import parse_url
from contactable.journal.tables import answers, requests
from contactable.privacy.identifiers import identify
from contactable.privacy.journal import scrub_journal
from contactable.privacy.redaction import PersonIdentifiers
from support.sealed_home import SealedHome


def test_a_person_leaves_the_journal(tmp_path: Path, journal_url: str) -> None:
    home = SealedHome(tmp_path / "home", journal_url)
    for name in ("ada", "bob"):
        home.answer(name, "bigdbm__email_statuses", f'{{"email": "{name}@example.com"}}')
    url = parse_url(journal_url)
    wanted = PersonIdentifiers(frozenset(identify("email", "ada@example.com").with_hashes()), frozenset())

    counted = scrub_journal(url, wanted, dry_run=True)
    assert (counted.requests, counted.answers) == (1, 1)
    assert scrub_journal(url, wanted) == counted
    assert scrub_journal(url, wanted, dry_run=True).requests == 0

    with home.engine.connect() as con:
        kept = con.scalars(select(requests.c.subjects).order_by(requests.c.request_id)).all()
        assert "ada@" not in "".join(kept)
        assert "bob@example.com" in kept[1]
        assert con.scalar(select(func.sum(requests.c.credits_charged))) == 2.0
        assert con.scalars(select(answers.c.request_id)).all() == ["bob"], "an answer about nobody else is dropped"
    home.engine.dispose()
