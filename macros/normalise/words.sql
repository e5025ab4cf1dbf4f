{#- A folded text as words with single blanks between them: apostrophes are gone (o'brien is obrien), all other punctuation,
    symbols and control characters part words. NULL where none is left. -#}
{% macro words(folded) -%}
    {%- set joined = "translate(" ~ folded ~ ", '’`´‘' || chr(39), '')" -%}
    {%- set parted = "trim(" ~ replace_all(joined, '[^\\p{L}\\p{M}\\p{N}]+', ' ') ~ ")" -%}
    {{ let('parted', parted, "nullif(parted, '')") }}
{%- endmacro %}
