"""Each documented sample answer and error, byte for byte as the vendors print it, from the wire to the models.

``tests/python/contract/test_documented_answers.py`` lands the same bytes in ``raw`` directly; here they pass
through client, journal, segments and loader first. Fixtures hold the vendors' own text; what had to be changed to
make one valid is said where it happens.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.extract import EndpointWork, ExtractContext, Tally, run_wave
from contactable.extract.subjects import question
from contactable.http import RateLimit, RateLimiter, Redactor, Reply
from contactable.journal.budget import Budgets
from contactable.journal.sealing import seal
from contactable.journal.store import Journal
from contactable.vendors import ENDPOINTS, VENDORS
from contactable.warehouse.dbt_runner import DbtProject
from contactable.warehouse.load import load
from support.extraction import NoWaiting, ScriptedVendor

FIXTURES = Path(__file__).parents[1] / "fixtures" / "documented"

#: BIGDBM, Batch Email Validation, Error Messages; ``{n}`` filled as the document says.
EMAIL_ERRORS = (
    "'Emails' must contain at least one email address and no more than 10 email addresses!",
    "An email address must be in a valid format and contain no more than 200 characters!",
    "Validator with the ID: 10 not found!",
    "Validation error. Please contact us!",
    "Invalid ClientId!",
)


class Wire:
    """A home into which replies go as if a vendor had sent them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = Journal.open(f"sqlite:///{home / 'journal.db'}")
        self.asked = 0

    def receive(
        self, endpoint: str, text: str, subjects: list[tuple[str, str]], options: Any, status: int = 200
    ) -> Tally:
        stop = NoWaiting()
        context = ExtractContext(
            journal=self.journal,
            transport=ScriptedVendor(lambda request: Reply(status, text)),
            limiters={v: RateLimiter(RateLimit(None, 4), sleep=stop.sleep) for v in VENDORS},
            in_flight=dict.fromkeys(VENDORS, 1),
            budgets=Budgets(),
            run_id="documented",
            url=lambda variable: "https://vendor.example",
            secret=lambda names: "key",
            stop=stop,
            tally=Tally(),
            redactor=Redactor(b"key"),
            rng=random.Random(1),
        )
        declared = ENDPOINTS[endpoint]
        questions = []
        for kind, value in subjects:
            self.asked += 1
            questions.append(question(declared, f"q{self.asked}", kind, value, json.dumps(options), None))
        run_wave(context, [EndpointWork(declared, iter(questions))])
        return context.tally

    def build(self, *models: str) -> None:
        seal(self.journal.engine, self.home / "segments")
        assert load(self.home, journal=self.journal.engine).complete
        project = DbtProject.at(self.home)
        assert project.run("seed").success
        assert project.run("run", select=[f"+{model}" for model in models]).success

    def rows(self, sql: str) -> list[Any]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


def documented(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """Every documented sample received once, then built once."""
    wire = Wire(tmp_path_factory.mktemp("documented"))
    window = {"StartDate": "2025-12-03", "EndDate": "2025-12-03", "NumberOfHems": 1000}
    wire.receive("bigdbm.intent_create_list", documented("bigdbm_create_list.json"), [("keyword", "audi")], window)
    addresses = [("email", "alice@example.com"), ("email", "bob@example.org")]
    wire.receive("bigdbm.email_batch", documented("bigdbm_email_batch.json"), addresses, {"ValidatorId": 10})
    # Not valid JSON as printed: single quotes round the key, "..." for its value and "....." for what follows. The
    # placeholder becomes a name, the quotes become double, the dots go; nothing else is touched.
    printed = documented("exactbuyer_bulk_enrich.txt")
    valid = make_valid(printed)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(printed)
    profiles = [
        ("linkedin", "linkedin.com/in/edankrolewicz"),
        ("linkedin", "linkedin.com/in/randomlinkedinaddress"),
    ]
    wire.receive("exactbuyer.bulk_enrich", valid, profiles, {})
    query = {"topicIds": [123], "minScore": 70, "maxScore": 100}
    wire.receive(
        "leadpipe.audience_query", documented("leadpipe_audience_query.json"), [("query", "printed")], query
    )
    for number, message in enumerate(EMAIL_ERRORS):
        body = json.dumps({"message": message})
        address = [("email", f"error{number}@example.com")]
        wire.receive("bigdbm.email_batch", body, address, {"ValidatorId": 10}, status=400)
    wire.build(
        "stg_bigdbm__intent_hems", "stg_bigdbm__email_statuses", "stg_exactbuyer__contacts",
        "stg_leadpipe__audience_members", "quarantined_records", "record_conservation",
    )  # fmt: skip
    yield wire
    wire.journal.close()


def make_valid(printed: str) -> str:
    return printed.replace("'full_name': ...,", '"full_name": "Edan"').replace("              .....\n", "")


def test_the_answers_land_byte_for_byte(wire: Wire) -> None:
    bodies = {row[0] for row in wire.rows("select body from raw.bigdbm__intent_hems")}
    assert documented("bigdbm_create_list.json") in bodies
    bodies = {row[0] for row in wire.rows("select body from raw.bigdbm__email_statuses")}
    assert documented("bigdbm_email_batch.json") in bodies
    bodies = {row[0] for row in wire.rows("select body from raw.leadpipe__audience_members")}
    assert documented("leadpipe_audience_query.json") in bodies


def test_the_hem_of_63_digits_is_quarantined_and_breaks_nothing(wire: Wire) -> None:
    assert wire.rows("select * from staging.stg_bigdbm__intent_hems") == []
    [(rule, reason)] = wire.rows("select rule, reason from marts.quarantined_records where stream = 'intent_hems'")
    assert rule == "hash_malformed"
    assert "hexadecimal digits" in reason


def test_the_email_sample(wire: Wire) -> None:
    rows = wire.rows("select email, status_code from staging.stg_bigdbm__email_statuses order by email")
    assert rows == [("alice@example.com", 10), ("bob@example.org", 30)]


def test_the_bulk_enrich_sample_by_position(wire: Wire) -> None:
    rows = wire.rows(
        "select subject_value, is_match, full_name from staging.stg_exactbuyer__contacts order by is_match desc"
    )
    assert rows == [
        ("linkedin.com/in/edankrolewicz", True, "Edan"),
        ("linkedin.com/in/randomlinkedinaddress", False, None),
    ]


def test_the_audience_sample_with_its_placeholders(wire: Wire) -> None:
    """Printed as a schema: "<string>" for text, 123 for numbers, hasMore true with a cursor that repeats."""
    landed = wire.rows("select status_code from raw.leadpipe__audience_members")
    assert landed
    staged = wire.rows("select count(*) from staging.stg_leadpipe__audience_members")[0][0]
    refused = wire.rows("select count(*) from marts.quarantined_records where vendor = 'leadpipe'")[0][0]
    assert staged + refused > 0


@pytest.mark.parametrize("message", EMAIL_ERRORS)
def test_every_documented_error_is_kept_and_gives_no_verdict(wire: Wire, message: str) -> None:
    said = "json_extract_string(body, '$.message')"
    kept = wire.rows(f"select {said} from raw.bigdbm__email_statuses where status_code = 400")
    assert (message,) in kept


def test_no_error_cost_anything_and_nothing_is_lost(wire: Wire) -> None:
    assert wire.rows("select sum(credits_charged) from raw.journal_requests where status_code = 400") == [(0.0,)]
    unbalanced = wire.rows(
        "select * from marts.record_conservation where landed <> staged + quarantined + duplicates"
    )
    assert unbalanced == []
