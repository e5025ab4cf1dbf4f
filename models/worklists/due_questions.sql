-- Grain: one row per question that is due now, over all endpoints: what the next run would ask.
{{ config(materialized='view') }}

with due as (

    {% for worklist in worklist_models() %}
        select * from {{ ref(worklist) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from due
