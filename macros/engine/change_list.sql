{#- A list of texts, each changed by `body`, which reads it by the name `element`; without those of which nothing (NULL) is left, each
    once, in order. -#}
{% macro change_list(list, element, body) -%}
    {{ adapter.dispatch('change_list')(list, element, body) }}
{%- endmacro %}

{% macro duckdb__change_list(list, element, body) -%}
    {%- set changed = 'list_transform(' ~ list ~ ', lambda ' ~ element ~ ': ' ~ body ~ ')' -%}
    {{ let('changed', changed, 'list_filter(changed, lambda one, place: one is not null and list_position(changed, one) = place)') }}
{%- endmacro %}

{% macro default__change_list(list, element, body) -%}
    array_distinct(filter(transform({{ list }}, {{ element }} -> {{ body }}), one -> one is not null))
{%- endmacro %}
