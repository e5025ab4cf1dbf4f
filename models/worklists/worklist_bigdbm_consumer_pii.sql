-- Grain: one row per name with address of the first-party list that is due for BIGDBM's consumer profile. Left out: whom PII
-- Count found nobody for, and everybody while PII with Validation, which tells the same and more, asks about them.
{{ config(tags=['wave_enrich']) }}

with wanted as (

    {{ candidate_subjects(
        'pii',
        {'OutputId': setting('bigdbm.output_id', 'integer', 10008)},
        unless=['bigdbm.consumer_pii_validated'],
    ) }}

),

counts as (

    select * from {{ ref('stg_bigdbm__pii_counts') }}

),

-- Answers about an object carry the hash of its text (its Sequence).
counted as (

    select
        subject_value,
        max_by(matching_records, fetched_at) as matching_records
    from counts
    group by subject_value

),

candidates as (

    select wanted.*
    from wanted
    left join counted on md5(wanted.subject_value) = counted.subject_value
    where coalesce(counted.matching_records, 1) > 0

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_pii') }}

)

select * from final
