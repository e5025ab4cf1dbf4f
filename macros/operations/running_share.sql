{#- The part of `total` that falls to the first `part` of `whole` things, to six places; all of it when part = whole. The share of one
    row is its running share less that of the row before: so shares add up to the total exactly, whatever was rounded. -#}
{% macro running_share(total, part, whole) -%}
    cast(
        case when {{ part }} = {{ whole }} then {{ total }} else round({{ total }} * {{ part }} / {{ whole }}, 6) end
        as decimal(18, 6)
    )
{%- endmacro %}
