{#- A text without the blanks (of any alphabet) and control characters around it, the same on every engine: Spark's trim() knows one
    blank, DuckDB's knows them all. -#}
{% macro trim_text(value) -%}
    {{ replace_all(value, '^[\\p{Z}\\x00-\\x20\\x{0085}]+|[\\p{Z}\\x00-\\x20\\x{0085}]+$', '') }}
{%- endmacro %}
