{#- What a claim says at a level of claim_level: two claims whose parts are equal do not contradict each other there. NULL where the
    claim says nothing at that level. Values as in claim_level. -#}
{% macro claim_part(claim, level, values) -%}
    {%- if claim == 'name' and level == 0 -%}
        coalesce({{ last_name_key(values[1]) }}, '') || '|' || coalesce({{ values[0] }}, '')
    {%- elif claim == 'name' and level == 1 -%}
        {{ last_name_key(values[1]) }} || '|' || left({{ values[0] }}, 1)
    {%- elif claim == 'name' and level == 2 -%}
        {{ last_name_key(values[1]) }}
    {%- elif claim == 'name' -%}
        {{ values[0] }}
    {%- elif claim == 'location' and level == 0 -%}
        coalesce({{ address_key(values[0], values[3]) }}, {{ name_key(values[0]) }} || '|' || coalesce({{ name_key(values[1]) }}, ''))
    {%- elif claim == 'location' and level == 1 -%}
        {{ values[3] }}
    {%- elif claim == 'location' and level == 2 -%}
        {{ name_key(values[1]) }} || '|' || coalesce({{ values[2] }}, '')
    {%- elif claim == 'location' -%}
        {{ values[2] }}
    {%- elif level == 0 -%}
        {{ values[1] }}
    {%- elif level == 1 -%}
        {{ company_name_key(values[0]) }}
    {%- else -%}
        {{ name_key(values[2]) }}
    {%- endif -%}
{%- endmacro %}
