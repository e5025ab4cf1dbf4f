{#- For tables of values that do not depend on their carriers: only values that are not there yet are added. -#}
{% macro is_new(column) -%}
    {%- if resolves_everything() -%}
        true
    {%- else -%}
        {{ column }} not in (select {{ column }} from {{ this }} where {{ column }} is not null)
    {%- endif -%}
{%- endmacro %}
