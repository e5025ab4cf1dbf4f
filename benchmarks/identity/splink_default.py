"""The same records through Splink as its documentation has one begin (Splink 5, checked 2026-11-21).

Comparisons, training and thresholds are those of its person examples: the ready-made comparison of full names,
year of birth, postcode exactly with term frequencies, the ready-made comparison of e-mail addresses, number
exactly; chance of a match from two certain rules at 0.7 recall; u by a million random pairs; m by expectation
maximisation over two blocks; predictions of -5 and more; clusters of 0.95 and more. (Home address and town are
left out: beside the postcode they count the same agreement twice, against which its documentation warns.) It
sees one row an evidence: the normalised values of our own tables, the first of each kind, a bare hash as its
address where the address is known. Nothing is tuned, in neither direction.
"""

import logging
import time
from typing import Any

import duckdb

from identity import measure

PREDICT_WEIGHT, CLUSTER_PROBABILITY = -5.0, 0.95

#: What it compares beside names, where the records hold it at all.
_BESIDE = ("birth_year", "postcode", "email", "phone")

_ROWS = """
    create or replace table bench.splink_rows as
    with people as (
        select
            evidence_id, lower(any_value(first_name)) as first_name, lower(any_value(last_name)) as surname,
            lower(any_value(first_name) || ' ' || any_value(last_name)) as full_name,
            any_value(birth_year) as birth_year, any_value(zip) as postcode
        from intermediate.int_contacts__profiles group by evidence_id
    ),
    book as (
        select email, unnest([email_md5, email_sha1, email_sha256]) as hash
        from intermediate.int_contacts__email_addresses
    ),
    hashed as (
        select evidence_id, coalesce(email_md5, email_sha1, email_sha256) as hash
        from intermediate.int_contacts__emails
        where email is null
        union all select evidence_id, hem from intermediate.int_intent__signals where email is null
    ),
    mails as (
        select evidence_id, min(email) as email from (
            select evidence_id, email from intermediate.int_contacts__emails where email is not null
            union all select hashed.evidence_id, coalesce(book.email, hashed.hash)
            from hashed left join book on hashed.hash = book.hash
        ) group by evidence_id
    ),
    numbers as (select evidence_id, min(phone) as phone from intermediate.int_contacts__phones
    group by evidence_id)
    select truth.evidence_id as unique_id, people.* exclude (evidence_id), mails.email, numbers.phone
    from bench.truth
    left join people on truth.evidence_id = people.evidence_id
    left join mails on truth.evidence_id = mails.evidence_id
    left join numbers on truth.evidence_id = numbers.evidence_id
"""


def answer(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Cluster by Splink and measure; the warehouse's own resolution is not touched.

    Returns:
        Measures (``all`` and ``named``) and ``seconds``.

    Raises:
        SystemExit: Splink is not installed (extra ``matching``).
    """
    try:
        import splink.comparison_library as cl
        from splink import Linker, SettingsCreator, block_on
        from splink.backends.duckdb import DuckDBAPI
    except ImportError as error:
        raise SystemExit("Splink is not installed: pip install 'contactable[matching]'.") from error

    con.execute(measure.TRUTH)
    con.execute(_ROWS)
    began = time.monotonic()
    rows = con.execute("select * from bench.splink_rows").to_arrow_table()
    counts = con.execute(
        f"select {', '.join(f'count({name})' for name in _BESIDE)} from bench.splink_rows"
    ).fetchone()
    held = {name for name, count in zip(_BESIDE, counts or (), strict=True) if count}
    beside = {
        "birth_year": cl.ExactMatch("birth_year"),
        "postcode": cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        "email": cl.EmailComparison("email"),
        "phone": cl.ExactMatch("phone"),
    }
    blocks = (("email",), ("phone",), ("surname", "postcode"), ("surname", "birth_year"))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="full_name"),
            *(comparison for name, comparison in beside.items() if name in held),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "surname"),
            *(block_on(*block) for block in blocks if block[-1] in held),
        ],
    )
    api = DuckDBAPI(connection=":temporary:")
    linker = Linker(api.register(rows, dataset_display_name="evidences"), settings, log_level=logging.ERROR)
    certain = [
        block_on("first_name", "surname", name) for name in ("email", "postcode", "birth_year") if name in held
    ]
    other = next(name for name in ("email", "postcode", "birth_year", "phone") if name in held)
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (block_on("first_name", "surname"), block_on(other)):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    predictions = linker.inference.predict(threshold_match_weight=PREDICT_WEIGHT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, CLUSTER_PROBABILITY)
    clustered = clusters.as_duckdbpyrelation().to_arrow_table().select(["unique_id", "cluster_id"])
    seconds = time.monotonic() - began

    con.register("clustered", clustered)
    con.execute("""
        create or replace temp table judged as
        select truth.evidence_id, truth.person, truth.kinds, truth.named, clustered.cluster_id as cluster
        from bench.truth inner join clustered on truth.evidence_id = clustered.unique_id
        where truth.person = truth.other_person
    """)
    con.unregister("clustered")
    return measure.measured(con) | {"seconds": seconds}
