{#- A text as it is compared: lower case, accents off, letters that have no accent to lose written with the plain ones (ø is o, ß is
    ss). Every script stays readable; nothing but letters is touched. Plain ASCII, that is most, costs only lower(). -#}
{% macro fold_text(value) -%}
    {%- set plain = "translate(" ~ strip_marks(lower_text(value)) ~ ", 'łøđðıħŧə', 'loddihte')" -%}
    case
        when {{ is_ascii(value) }} then lower({{ value }})
        else replace(replace(replace(replace({{ plain }}, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    end
{%- endmacro %}
