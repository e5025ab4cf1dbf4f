-- Grain: one row per enrichment question that the waterfall lets through, in the order of buying: our own people first, then the
-- strongest intent, then the newest. A subject that names several people (a desk's mailbox) is asked when any of them is open.
{{ config(schema='worklists') }}

with decisions as (

    select * from {{ ref('int_worklists__waterfall') }}
    where decision = 'ask'

),

gathered as (

    select
        endpoint,
        question_key,
        min(subject_key) as subject_key,
        min(subject_type) as subject_type,
        min(subject_value) as subject_value,
        min(options) as options,
        min(reason) as reason,
        max(is_first_party) as is_first_party,
        max(intent_score) as intent_score,
        max(newest_at) as newest_at,
        max(credits_quoted) as credits_quoted,
        max(last_asked_at) as last_asked_at,
        min(attribute) as attribute,
        min(step_rank) as step_rank
    from decisions
    group by
        endpoint,
        question_key

),

final as (

    select
        endpoint,
        question_key,
        subject_key,
        subject_type,
        subject_value,
        options,
        reason,
        {{ purchase_order('endpoint') }} as priority,
        credits_quoted,
        last_asked_at,
        attribute,
        step_rank
    from gathered

)

select * from final
