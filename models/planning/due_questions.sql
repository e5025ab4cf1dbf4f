-- Grain: one row per question that is due now, over all endpoints: what the next run would ask.
{{ config(schema='worklists', materialized='view') }}

with due as (

    {% for worklist in [
        'worklist_lookups', 'worklist_discovery', 'worklist_first_party', 'worklist_enrichment', 'worklist_validation',
    ] %}
        select * from {{ ref(worklist) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from due
