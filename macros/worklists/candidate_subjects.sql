{#- A complete select: the first-party subjects of one kind, as candidates for `due_subjects`. The columns it wants.

    `options` maps the request's other fields to SQL; `value` is SQL for the exact text to send (NULL: cannot be sent);
    `discovered` takes the subjects that discovery brought, too; `unless` names endpoints that ask the same people better: while
    one of them is enabled nothing is a candidate here. -#}
{% macro candidate_subjects(subject_type, options={}, value='subject_value', discovered=false, unless=[]) -%}
    select
        subject_type,
        {{ value }} as subject_value,
        is_first_party,
        newest_at,
        {{ options_json(options) if options else "'{}'" }} as options
    from {{ ref('int_worklists__subjects') }}
    where
        subject_type = '{{ subject_type }}'
        and {{ '(is_first_party or is_discovered)' if discovered else 'is_first_party' }}
        and {{ value }} is not null
        {% if unless %}
            and not exists (
                select 1
                from {{ ref('stg_contactable__settings') }} as better
                where
                    better.setting = 'endpoints.enabled'
                    and {{ json_text('better.value') }} in ('{{ unless | join("', '") }}')
            )
        {% endif %}
{%- endmacro %}
