{#- The elements of a list in a vendor's value (declared as `json`). One object or one text where a list is documented is a list of
    one; null and the empty text are none. -#}
{% macro json_list(value) -%}
    case
        when {{ json_kind(value) }} = 'array' then {{ parse_json(value, 'json[]') }}
        when {{ to_text(json_text(value)) }} is not null then {{ single_element_list(value) }}
    end
{%- endmacro %}

{#- What an element of such a list says under `key`; an element that is no object but a plain text is that value itself. -#}
{% macro json_element_text(item, element, key) -%}
    coalesce({{ to_text(element ~ '.' ~ key) }}, case when {{ json_kind(item) }} = 'scalar' then {{ to_text(json_text(item)) }} end)
{%- endmacro %}
