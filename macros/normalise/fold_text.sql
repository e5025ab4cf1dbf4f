{#- A text as it is compared: lower case, accents off, letters that have no accent to lose written with the plain ones (ø is o, ß is
    ss), letters that only modify others (ʼ, ʰ, the Arabic stretcher) left out. Every script stays readable; nothing but letters is
    touched. Plain ASCII, that is most, costs only lower(). -#}
{% macro fold_text(value) -%}
    {%- set plain = "translate(" ~ strip_marks(lower_text(value)) ~ ", 'łøđðıħŧəς', 'loddihteσ')" -%}
    case
        when {{ is_ascii(value) }} then lower({{ value }})
        else replace(replace(replace(replace({{ replace_all(plain, '[\\x{02B0}-\\x{02FF}\\x{0640}]', '') }}, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    end
{%- endmacro %}
