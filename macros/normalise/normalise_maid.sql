{#- A mobile advertising id as a UUID in lower case with its dashes (Android writes it so, Apple in capitals, exports sometimes without
    dashes or in braces). NULL for anything else and for one digit throughout: all zeros is what a phone answers whose owner
    opted out (Apple and Google developer documentation, 2026-11-21). -#}
{% macro normalise_maid(value) -%}
    {%- set uuid -%}
        case
            when {{ matches('digits', '[0-9a-f]{32}') }} and replace(digits, left(digits, 1), '') <> ''
                then
                    substr(digits, 1, 8) || '-' || substr(digits, 9, 4) || '-' || substr(digits, 13, 4)
                    || '-' || substr(digits, 17, 4) || '-' || substr(digits, 21)
        end
    {%- endset -%}
    {{ let('digits', "translate(lower(" ~ undress(value) ~ "), '{}- ', '')", uuid) }}
{%- endmacro %}
