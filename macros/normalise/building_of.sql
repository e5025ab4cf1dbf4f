{#- The building of an address in words (macro address_words): without unit, the street's last word by its abbreviation, the house
    number apart and no blanks behind it (Oak Wood and Oakwood are one street). A post office box is pobox and its number; empty
    where there is nothing but a unit. -#}
{% macro building_of(words) -%}
    {%- set patterns = address_patterns() -%}
    {%- set last = "split_part(building, ' ', -1)" -%}
    {%- set before = "split_part(building, ' ', -2)" -%}
    {%- set street -%}
        case
            when {{ last }} in ('n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw')
                then
                    left(building, greatest(length(building) - length({{ last }}) - length({{ before }}) - 1, 0))
                    || {{ street_suffix(before) }} || ' ' || {{ last }}
            else left(building, length(building) - length({{ last }})) || {{ street_suffix(last) }}
        end
    {%- endset -%}
    {%- set number = "split_part(street, ' ', 1)" -%}
    {%- set apart = "trim(" ~ number ~ " || ' ' || replace(substr(street, length(" ~ number ~ ") + 1), ' ', ''))" -%}
    case
        when {{ is_po_box(words) }} then 'pobox ' || {{ first_match(words, patterns.po_box, 2) }}
        else {{ let('building', replace_all(words, patterns.units, ''), let('street', street, apart)) }}
    end
{%- endmacro %}
