-- Grain: one row per person. How much it is worth to know more: our own people first, then those with the strongest interest
-- today (the best decayed score over all topics).
with evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

intent as (

    select * from {{ ref('contact_intent') }}

),

best_scores as (

    select
        contact_key,
        max(score) as intent_score
    from intent
    group by contact_key

),

origins as (

    select
        clusters.contact_key,
        max(evidence.vendor = 'first_party') as is_first_party
    from clusters
    inner join evidence on clusters.evidence_id = evidence.evidence_id
    group by clusters.contact_key

),

final as (

    select
        origins.contact_key,
        origins.is_first_party,
        best_scores.intent_score
    from origins
    left join best_scores on origins.contact_key = best_scores.contact_key

)

select * from final
