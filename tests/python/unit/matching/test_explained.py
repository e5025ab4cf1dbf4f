"""What `contactable explain` says of links that a decision or a score made."""

import duckdb

from contactable.warehouse.evidence import readable


def test_a_decision_and_a_score_are_told_in_words() -> None:
    with duckdb.connect() as con:
        con.execute("create schema intermediate")
        con.execute(
            "create table intermediate.int_contacts__email_addresses as"
            " select 'h' as email_md5, 'a@example.com' as email"
        )
        con.execute("""
            create table intermediate.int_identity__decisions as
            select 'd1' as decision_key, 'AB' as decided_by, date '2026-11-21' as decided_on
        """)
        con.execute("""
            create table intermediate.int_identity__match_pairs as
            select
                'e1' as left_evidence_id, 'e2' as right_evidence_id, 0.99995 as match_probability,
                'same' as first_name, 'similar' as last_name, 'same town' as home,
                'unknown' as employer, 'near' as birth_year
        """)
        score = "score:" + str(con.execute("select md5('e1|e2')").fetchall()[0][0])
        assert readable(con, ["decision:d1", score, "phone:+12025550100", "email_md5:h"]) == {
            "decision:d1": "decision: same, AB 2026-11-21",
            score: "score 0.999950: first name same, last name similar, home same town, employer unknown,"
            " birth year near",
            "phone:+12025550100": "phone:+12025550100",
            "email_md5:h": "email:a@example.com",
        }
