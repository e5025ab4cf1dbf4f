{#- How complete a claim is: 0 identifies the person, home or employer; 1 and more are parts of it (an initial, a ZIP, an
    employer without its domain), which do not contradict a complete claim. Values in
    the places of claim_places; of a name the formal given name (seed nicknames) in place of the given name. -#}
{% macro claim_level(claim, values) -%}
    {%- if claim == 'name' -%}
        case
            when {{ values[0] }} is null then 2
            when {{ last_name_key(values[1]) }} is null then 3
            when length({{ values[0] }}) = 1 then 1
            else 0
        end
    {%- elif claim == 'location' -%}
        case
            when {{ values[0] }} is not null then 0
            when {{ values[3] }} is not null then 1
            when {{ values[1] }} is not null then 2
            else 3
        end
    {%- else -%}
        case when {{ values[1] }} is not null then 0 when {{ values[0] }} is not null then 1 else 2 end
    {%- endif -%}
{%- endmacro %}
