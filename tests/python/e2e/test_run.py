"""The main job as a user meets it: run, run again, refuse, publish, roll back, replay, bad input."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contactable.home.home import Home
from support.command_line import Finished, contactable
from support.sandbox_server import SandboxServer
from support.scratch_warehouse import ScratchWarehouse

pytestmark = pytest.mark.e2e

#: The public interface: columns others rely on (docs/warehouse.md).
PUBLIC_COLUMNS = {
    "contacts": "contact_key, first_name, last_name, primary_email, primary_phone, company_name, company_domain, "
    "job_title, city, state, zip, source_vendors, first_seen_at, last_seen_at",
    "contact_identifiers": "contact_key, identifier_type, identifier_value, vendor",
    "contact_emails": "contact_key, email, email_md5, email_sha256, email_status, verdict, verdict_reason, "
    "checked_at",
    "contact_phones": "contact_key, phone, is_dnc, opql_score, verdict, verdict_reason, checked_at",
    "email_validations": "email, email_md5, vendor, status_code, email_status, verdict, checked_at",
    "phone_validations": "phone, vendor, opql_score, verdict, checked_at",
    "intent_signals": "signal_key, contact_key, vendor, topic_key, hem, hem_type, signal_date, vendor_score, "
    "score",
    "contactability": "contact_key, channel, verdict, address, reason, as_of",
    "vendor_requests": "request_id, run_id, vendor, endpoint, state, status_code, credits_quoted, "
    "credits_charged, sent_at, settled_at",
    "quarantined_records": "vendor, stream, record_id, rule, reason, quarantined_at",
}


def published(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "published" / "contactable.duckdb"), read_only=True)


def digest(home: Path) -> str:
    return hashlib.sha256((home / "published" / "contactable.duckdb").read_bytes()).hexdigest()


def scalar(home: Path, sql: str) -> int:
    with published(home) as con:
        row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def with_bad_answers(home: Path, stream: str, code: int) -> None:
    """One more answer, of the day before, whose codes no table knows; landed as any answer is."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute(
            f"""insert into raw.{stream}
            select 'bad-request', 'bad-segment', vendor, endpoint, run_id, subjects, options, 200,
                regexp_replace(body, '("status"|"opql_score"): *[0-9]+', '\\1:{code}', 'g'),
                fetched_at - interval 1 day, loaded_at
            from raw.{stream} where body like '%"status":%' or body like '%"opql_score":%'
            order by length(subjects) desc limit 1"""
        )


def test_the_first_run_ends_well_and_says_where_to_look(first_run: tuple[Path, Finished]) -> None:
    home, finished = first_run
    assert finished.code == 0, finished.out
    for word in ("bigdbm.email_batch", "contactability", "reports/index.html", "contactable.duckdb"):
        assert word in finished.out
    page = (home / "reports" / "index.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize(("table", "columns"), PUBLIC_COLUMNS.items())
def test_the_public_interface_is_there_and_filled(
    first_run: tuple[Path, Finished], table: str, columns: str
) -> None:
    with published(first_run[0]) as con:
        con.execute(f"select {columns} from {table}")
    if table != "quarantined_records":
        assert scalar(first_run[0], f"select count(*) from {table}") > 0


def test_everybody_is_one_row_and_everything_points_to_somebody(first_run: tuple[Path, Finished]) -> None:
    home, _ = first_run
    assert scalar(home, "select count(*) - count(distinct contact_key) from contacts") == 0
    for table in ("contact_emails", "contact_phones", "contact_identifiers", "contactability"):
        sql = f"select count(*) from {table} where contact_key not in (select contact_key from contacts)"
        assert scalar(home, sql) == 0


def test_the_verdicts_agree_with_what_is_true(first_run: tuple[Path, Finished], sandbox: SandboxServer) -> None:
    """The sandbox keeps ground truth aside: a mailbox's status, a phone's score."""
    expected = {10: "send", 20: "review", 30: "suppress", 40: "unknown", 50: "review"}
    truth = {row["email"]: expected[row["status"]] for row in sandbox.truth("mailboxes")}
    with published(first_run[0]) as con:
        rows = con.execute("select distinct email, verdict from email_validations").fetchall()
    known = [(email, verdict) for email, verdict in rows if email in truth]
    assert len(known) > 50
    assert all(truth[email] == verdict for email, verdict in known)
    scores = {row["phone"]: row["opql_score"] for row in sandbox.truth("phones")}
    with published(first_run[0]) as con:
        phones = con.execute("select distinct phone, opql_score from phone_validations").fetchall()
    assert all(scores[phone] == score for phone, score in phones if phone in scores)


def test_every_cent_is_accounted_for(first_run: tuple[Path, Finished], first_bill: list[dict[str, Any]]) -> None:
    home, _ = first_run
    with published(home) as con:
        ours = dict(
            con.execute(
                "select vendor, sum(credits_charged) from vendor_requests where state = 'settled' group by vendor"
            ).fetchall()
        )
    run_id = "select run_id from vendor_requests order by run_id limit 1"
    assert scalar(home, f"select count(*) from vendor_requests where run_id = ({run_id})") > 0
    theirs: dict[str, float] = {}
    for entry in first_bill:
        theirs[entry["vendor"]] = theirs.get(entry["vendor"], 0) + entry["credits"]
    for vendor in ("bigdbm", "exactbuyer"):
        assert ours[vendor] == pytest.approx(theirs[vendor]), vendor


def test_spend_by_outcome_is_what_the_vendors_charged_for(
    first_run: tuple[Path, Finished], first_bill: list[dict[str, Any]]
) -> None:
    """Each entry of the sandbox's book is a question that was charged: found where matches are billed."""
    home, _ = first_run
    theirs: dict[str, float] = {}
    for entry in first_bill:
        endpoint = f"{entry['vendor']}.{entry['endpoint']}"
        theirs[endpoint] = theirs.get(endpoint, 0) + entry["credits"]
    with published(home) as con:
        ours = con.execute(
            """
            select endpoint, sum(credits_charged), sum(subjects_asked) filter (where outcome = 'matched'),
                sum(credits_charged) filter (where outcome = 'matched')
            from vendor_spend where wave in ('enrich', 'validate') group by endpoint order by endpoint
            """
        ).fetchall()
        (scored,) = con.execute(
            "select sum(credits_charged) from vendor_scorecard where attribute = 'all' and vendor <> 'leadpipe'"
        ).fetchall()[0]
        (spent,) = con.execute("select sum(credits_charged) from vendor_spend").fetchall()[0]
    assert len(ours) >= 5
    for endpoint, charged, subjects, for_matched in ours:
        assert float(charged) == pytest.approx(theirs[endpoint]), endpoint
        assert charged == for_matched == subjects, endpoint
    assert scored == pytest.approx(float(spent))


def test_a_contact_is_one_person_and_a_person_one_contact(
    first_run: tuple[Path, Finished], sandbox: SandboxServer
) -> None:
    """By the mailboxes of the truth: no contact holds two people's, no person's lie with two contacts."""
    owners = {row["email"]: row["person"] for row in sandbox.truth("mailboxes") if row["person"] is not None}
    with published(first_run[0]) as con:
        held = {
            (key, owners[email])
            for key, email in con.execute("select contact_key, email from contact_emails").fetchall()
            if email in owners
        }
    assert len(held) > 50
    assert len({key for key, _ in held}) == len(held) == len({person for _, person in held})


def test_whoever_opens_the_publication_reads_what_tables_and_columns_mean(
    first_run: tuple[Path, Finished],
) -> None:
    with published(first_run[0]) as con:
        silent = con.execute(
            """
            select table_name, column_name from duckdb_columns()
            where database_name = 'contactable' and schema_name = 'main' and not internal and comment is null
            union all
            select table_name, '' from duckdb_tables() where database_name = 'contactable' and comment is null
            """
        ).fetchall()
    assert silent == []


def test_a_second_run_buys_nothing_that_is_fresh_and_builds_what_changed(
    home: Path, first_run: tuple[Path, Finished], sandbox: SandboxServer
) -> None:
    before = len(sandbox.charges())
    finished = contactable(
        "run", "--home", home, "--first-party", sandbox.variables["SANDBOX_FIRST_PARTY"], "--log-format", "json",
        variables=sandbox.variables,
    )  # fmt: skip
    assert finished.code == 0, finished.out
    assert "Nothing was bought" in finished.out
    assert len(sandbox.charges()) == before
    nodes = json.loads(finished.out.splitlines()[-1])["dbt_nodes"]
    (first,) = re.findall(r"dbt ran ([\d,]+) nodes", first_run[1].out)
    assert set(nodes) >= {"lookup", "build"}
    assert sum(nodes.values()) < int(first.replace(",", "")) / 2

    # What it left as it was is what a build of everything makes, and every rule of every model holds.
    built = contents(home)
    whole = ScratchWarehouse(home)
    whole.dbt("build", "--exclude-resource-type", "test", "unit_test")
    whole.dbt("test", "--select", "test_type:unit")
    whole.release()
    assert contents(home) == built


def contents(home: Path) -> dict[str, tuple[int, int]]:
    """Rows of every table that a run reads or publishes, counted and hashed."""
    schemas = ("marts", "gates", "worklists", "intermediate", "staging")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(
            f"select schema_name, table_name from duckdb_tables() where schema_name in {schemas} "
            # Identity's own tables tell what the last resolve touched; what it found is in the marts.
            "and not starts_with(table_name, 'int_identity__')"
        ).fetchall()
        return {
            table: con.execute(f"select count(*), sum(hash(t)) from {schema}.{table} as t").fetchall()[0]
            for schema, table in tables
        }


def test_a_refused_candidate_leaves_what_readers_see_until_it_is_accepted(home: Path) -> None:
    """A score that no table knows refuses, and so do many unknown statuses; a person may accept them, once."""
    before = digest(home)
    with published(home) as reader:
        with_bad_answers(home, "bigdbm__phone_scores", 9)
        with_bad_answers(home, "bigdbm__email_statuses", 99)
        built = contactable("build", "--home", home)
        assert built.code == 0, built.out
        refused = contactable("publish", "--home", home)
        assert refused.code == 3, refused.out
        assert "refused: gate_phone_validations.opql_out_of_range is 1, allowed = 0. OPQL is 0 to 5" in refused.out
        assert "What to do: Ask the vendor what the score means" in refused.out
        assert "refused: gate_email_validations.unmapped_share is 1" in refused.out, "ten on one day"
        assert "gate_thresholds.csv" not in refused.out, "nobody edited the limits since"
        assert digest(home) == before
        assert reader.execute("select count(*) from contacts").fetchone() is not None
    assert scalar(home, "select count(*) from phone_validations where opql_score = 9") == 0

    refusals = [
        (["gate_phone_validations.opql_out_of_range"], "--because", 2),
        (["gate_phone_validations.opql_out_of_range", "--because", " "], "--because", 2),
        (["gate_phone_validations.opql", "--because", "x"], "it has", 2),
        (["gate_contactability.contactable_but_dnc", "--because", "x"], "protects people", 3),
    ]
    for arguments, said, code in refusals:
        finished = contactable("gate", "--home", home, "--accept", *arguments)
        assert finished.code == code, finished.out
        assert said in finished.out
    failing = [line.split()[1] for line in refused.out.splitlines() if line.startswith("refused: ")]
    accepts = [word for name in failing for word in ("--accept", name)]
    assert contactable("gate", "--home", home, *accepts[:2], "--because", "one of them").code == 3
    accepted = contactable("gate", "--home", home, *accepts, "--because", "known [test] score")
    assert accepted.code == 0, accepted.out
    done = contactable("publish", "--home", home)
    assert done.code == 0, done.out
    assert digest(home) != before
    sql = "select count(*) from gate_results where accepted_because = 'known [test] score' and not passed"
    assert scalar(home, sql) >= len(failing)
    assert "known [test] score" in (home / "reports" / "index.html").read_text(encoding="utf-8")

    # Aged where it stands: nothing was built or judged since. (The clock goes on in a home of its own: a copy.)
    aged = contactable(
        "publish",
        "--home",
        shutil.copytree(home, home.with_name("aged"), symlinks=True),
        variables={"CONTACTABLE_NOW": "2099-12-31T00:00:00Z"},
    )
    assert aged.code == 3, aged.out
    assert "refused: gate_contacts.freshness_hours" in aged.out

    assert contactable("load", "--home", home).code == 0
    stale = contactable("publish", "--home", home)
    assert stale.code == 3, stale.out
    assert "contactable load came after it" in stale.out


def test_a_failed_data_test_is_not_published_by_any_later_command(home: Path) -> None:
    before = digest(home)
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        # An answer that left no trace: base models never read a segment again that they know.
        con.execute("delete from staging.base_bigdbm__phone_scores where rowid = 0")
    built = contactable("build", "--home", home)
    assert built.code == 1, built.out
    broken = "record_conservation: every answer leaves a row (1 row breaks it)"
    assert f"failed: {broken}" in built.out
    for command in ("gate", "publish"):
        refused = contactable(command, "--home", home, "--log-format", "json")
        assert refused.code == 3, refused.out
        assert f"failed its build: {broken}" in refused.out
    assert digest(home) == before


def test_the_pseudonymous_file_leads_to_nobody(first_run: tuple[Path, Finished], sandbox: SandboxServer) -> None:
    """Whoever lists all that the sandbox and the full file know finds none of it there, plain or hashed."""
    home, finished = first_run
    with published(home) as con:
        known = {
            value
            for (value,) in con.execute(
                """
                select email from contact_emails union select phone from contact_phones
                union select identifier_value from contact_identifiers union select hem from intent_signals
                union select contact_key from contacts union select household_key from contacts
                union select signal_key from intent_signals union select company_key from companies
                union select address from households union select linkedin from contacts
                union select first_name || ' ' || last_name from contacts
                union select record_id from contact_emails
                """
            ).fetchall()
            if value and not value.isdigit()
        }
    known |= {row["email"] for row in sandbox.truth("mailboxes")} | {
        row["phone"] for row in sandbox.truth("phones")
    }
    known |= {value.removeprefix("+1") for value in known}
    known |= {
        hashlib.new(name, value.encode()).hexdigest() for value in known for name in ("md5", "sha1", "sha256")
    }
    path = home / "published" / "contactable_pseudonymous.duckdb"
    with duckdb.connect(str(path.resolve()), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name = 'main' and data_type = 'VARCHAR' and not internal"
        ).fetchall()
        cells = {
            (table, column, cell)
            for table, column in columns
            for (cell,) in con.execute(f'select distinct "{column}" from {table}').fetchall()
        }
    assert len(known) > 5_000
    assert len(cells) > 2_000
    assert not [(table, column) for table, column, cell in cells if cell in known]
    secret = (home / "pseudonym.key").read_text(encoding="utf-8").strip()
    assert secret not in finished.out
    assert not [
        file
        for file in (home / "logs").rglob("*")
        if file.is_file() and secret in file.read_text(encoding="utf-8")
    ]


def test_publishing_does_not_disturb_readers_and_rolls_back(home: Path) -> None:
    old = digest(home)
    with published(home) as reader:
        first = reader.execute("select count(*) from contacts").fetchone()
        done = contactable("publish", "--home", home)
        assert done.code == 0, done.out
        assert digest(home) != old
        assert reader.execute("select count(*) from contacts").fetchone() == first
    assert contactable("rollback", "--home", home).code == 0
    assert digest(home) == old
    assert contactable("rollback", "--home", home).code == 2, "nothing older is kept"
    rotated = contactable("publish", "--rotate-key", "--home", home)
    assert rotated.code == 0, rotated.out
    assert "join with those of earlier publications no more" in rotated.out
    now = digest(home)
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("update marts.contact_emails set verdict_reason = email_sha256")
    refused = contactable("publish", "--home", home)
    assert refused.code == 3, refused.out
    assert "contact_emails.verdict_reason" in refused.out
    assert digest(home) == now
    assert "forbid publication" in (home / "reports" / "index.html").read_text(encoding="utf-8")


def test_replay_gives_the_same_raw_tables(home: Path) -> None:
    columns = "request_id, subjects, options, body, fetched_at"

    def raw() -> list[tuple[str, ...]]:
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(f"select {columns} from raw.bigdbm__email_statuses order by all").fetchall()

    before = raw()
    assert contactable("load", "--replay", "--home", home).code == 0
    assert raw() == before


def test_two_runs_on_one_home_the_second_says_who_holds_it(home: Path) -> None:
    with Home.at(home).hold("run"):
        finished = contactable("load", "--home", home)
    assert finished.code == 2
    assert f"process {os.getpid()}" in finished.out
    assert "(run)" in finished.out


def test_no_secret_and_nobody_in_the_logs(first_run: tuple[Path, Finished], sandbox: SandboxServer) -> None:
    home, finished = first_run
    keys = [value for name, value in sandbox.variables.items() if name.endswith(("TOKEN", "KEY"))]
    people = [row["email"] for row in sandbox.truth("mailboxes")]
    written = finished.out + "".join(
        file.read_text(errors="replace", encoding="utf-8") for file in (home / "logs").rglob("*") if file.is_file()
    )
    assert not [secret for secret in (*keys, *people) if secret in written]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--config", "none.yml"), "none.yml does not exist"),
        (("extract", "sideways"), "unknown wave"),
        (("run", "--log-format", "xml"), "--log-format"),
        (("reconcile", "--as", "maybe"), "charged or not-charged"),
        (("reconcile", "--as", "charged"), "say which"),
        (("rollback",), "publication"),
        (("report",), "nothing is published"),
        (("suppress",), "give one identifier"),
        (("suppress", "not an address"), "email"),
        (("run", "--first-party", "none.csv"), "none.csv does not exist"),
    ],
)
def test_usage_faults_end_with_2_and_say_what_to_do(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    finished = contactable(*arguments, "--home", tmp_path / "home")
    assert finished.code == 2, finished.out
    assert said in finished.out


def test_an_empty_keyword_list_is_a_configuration_error(tmp_path: Path, sandbox: SandboxServer) -> None:
    config = tmp_path / "contactable.yml"
    config.write_text("bigdbm: {keywords: []}\n", encoding="utf-8")
    finished = contactable("run", "--home", tmp_path / "h", "--config", config, variables=sandbox.variables)
    assert finished.code == 2
    assert "bigdbm.keywords is empty" in finished.out
