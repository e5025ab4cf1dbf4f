{#- A list of texts from a vendor's value that may be a list, one text, or several texts joined by commas. Blanks are trimmed,
    empty texts left out; NULL and "" give an empty list. The input must be a JSON value (declared as `json`). -#}
{% macro json_texts(value) -%}
    {{ adapter.dispatch('json_texts')(value) }}
{%- endmacro %}

{% macro duckdb__json_texts(value) -%}
    list_filter(
        list_transform(
            case
                when {{ json_kind(value) }} = 'array' then from_json({{ value }}, '["VARCHAR"]')
                else string_split(coalesce(json_extract_string({{ value }}, '$'), ''), ',')
            end,
            lambda part: trim(part)
        ),
        lambda part: part <> ''
    )
{%- endmacro %}

{% macro default__json_texts(value) -%}
    filter(
        transform(
            case
                when {{ json_kind(value) }} = 'array' then from_json({{ value }}, 'array<string>')
                else split(coalesce(trim(both '"' from {{ value }}), ''), ',')
            end,
            part -> trim(part)
        ),
        part -> part <> ''
    )
{%- endmacro %}
