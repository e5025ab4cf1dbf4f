{#- The rule by which a value cannot identify a person, or NULL: longer than 512 characters (no identifier of any vendor is longer
    than a third of that; 2026-11-21), control characters inside, or nothing but blanks. -#}
{% macro identifier_refusal(value) -%}
    case
        when length({{ value }}) > 512 then 'too_long'
        when {{ contains_match(value, '[[:cntrl:]]') }} then 'control_characters'
        when trim({{ value }}) = '' then 'empty'
    end
{%- endmacro %}
