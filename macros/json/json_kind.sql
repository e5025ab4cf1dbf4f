{#- 'object', 'array' or 'scalar' for a valid JSON text, by its first character; NULL for NULL. -#}
{% macro json_kind(value) -%}
    case left(ltrim(cast({{ value }} as {{ engine_type('varchar') }}), ' ' || chr(9) || chr(10) || chr(13)), 1)
        when '{' then 'object'
        when '[' then 'array'
        else 'scalar'
    end
{%- endmacro %}
