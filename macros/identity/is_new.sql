{#- For tables of values that mean the same whoever carries them: only those that are not there yet are added. -#}
{% macro is_new(column) -%}
    {%- if resolves_everything() -%}
        true
    {%- else -%}
        {{ column }} not in (select {{ column }} from {{ this }} where {{ column }} is not null)
    {%- endif -%}
{%- endmacro %}
