{#- The number (+, calling code, digits) that digits without a + are in a country outside North America: without its trunk digit,
    or behind the calling code. Where both readings fit, it is the second in a country that has a trunk digit (at home it
    would have been written), and where it has more than ten digits (Italy). NULL where neither gives as many digits as the
    country's numbers have, and for a country that is not known. -#}
{% macro number_from_home(digits, country) -%}
    {%- set plan = "split_part(split_part('" ~ phone_plans().national ~ "', '|' || " ~ country ~ " || ':', 2), '|', 1)" -%}
    {%- set trunk = "split_part(plan, ':', 2)" -%}
    {%- set is_length = "position(',' || length(national) || ',' in plan) > 0" -%}
    {%- set behind = "case when starts_with(" ~ digits ~ ", code) then substr(" ~ digits ~ ", length(code) + 1) else '' end" -%}
    {%- set without_trunk -%}
        case when {{ trunk }} <> '' and starts_with(national, {{ trunk }}) then substr(national, length({{ trunk }}) + 1) else '' end
    {%- endset -%}
    {%- set fits = let('national', digits, is_length) -%}
    {%- set fits_behind = let('national', 'behind', is_length) -%}
    {%- set read -%}
        case
            when {{ let('national', let('national', digits, without_trunk), is_length) }}
                then '+' || code || {{ let('national', digits, without_trunk) }}
            when {{ fits }} and not (({{ trunk }} <> '' or length({{ digits }}) > 10) and {{ fits_behind }}) then '+' || code || {{ digits }}
            when {{ fits_behind }} then '+' || code || behind
            when {{ let('national', let('national', 'behind', without_trunk), is_length) }}
                then '+' || code || {{ let('national', 'behind', without_trunk) }}
        end
    {%- endset -%}
    {{ let('plan', plan, let('code', "split_part(plan, ':', 1)", let('behind', behind, read))) }}
{%- endmacro %}
