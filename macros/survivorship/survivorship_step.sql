{#- One of the four steps of the order that the seed survivorship_rules gives for a group of attributes: a number, the smaller the
    better. `step` is the seed's column as SQL; `given` maps validated, fresh, agreed and trusted to their numbers. -#}
{% macro survivorship_step(step, given) -%}
    case {{ step }}
        {%- for name in ['validated', 'fresh', 'agreed', 'trusted'] %}
        when '{{ name }}' then {{ given[name] }}
        {%- endfor %}
    end
{%- endmacro %}
