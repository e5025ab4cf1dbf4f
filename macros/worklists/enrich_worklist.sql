{#- A complete select: the questions of one enrichment endpoint that the waterfall lets through. The columns of every worklist. -#}
{% macro enrich_worklist(endpoint) -%}
    select
        endpoint,
        question_key,
        subject_key,
        subject_type,
        subject_value,
        options,
        reason,
        priority,
        credits_quoted,
        last_asked_at,
        attribute,
        step_rank
    from {{ ref('int_worklists__enrich_asks') }}
    where endpoint = '{{ endpoint }}'
{%- endmacro %}
