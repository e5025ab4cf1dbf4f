{#- Whether one name is the other mistyped: one letter more, less or other, or two neighbours swapped, of four
    letters or more; two edits only of seven letters or more. Levenshtein's distance is the one both engines have: a swap costs two
    there and leaves the same letters. -#}
{% macro is_typo(one, other) -%}
    (
        {{ one }} <> {{ other }}
        and abs(length({{ one }}) - length({{ other }})) <= 2
        and least(length({{ one }}), length({{ other }})) >= 3
        and greatest(length({{ one }}), length({{ other }})) >= 4
        and case levenshtein({{ one }}, {{ other }})
            when 1 then true
            when 2
                then
                    least(length({{ one }}), length({{ other }})) >= 7
                    or (
                        length({{ one }}) = length({{ other }})
                        and translate({{ one }}, {{ other }}, '') = ''
                        and translate({{ other }}, {{ one }}, '') = ''
                    )
            else false
        end
    )
{%- endmacro %}
