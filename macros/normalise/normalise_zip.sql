{#- A postal code as its country writes it (SQL, an ISO 3166 code; NULL is the United States). A ZIP is five digits: the +4 is
    left out, leading zeros that a spreadsheet ate are put back; they are put back in other countries whose codes are digits
    only, too (1067 in Germany is 01067, 8001 in Switzerland stays). Everything else stays as it is.

    padded: how many digits the codes of a country have, where they are digits only and the first may be a zero (Universal
    Postal Union, from general knowledge, 2026-12-01). -#}
{% macro normalise_zip(value, country='null') -%}
    {%- set five -%}
        case
            when {{ matches('code', '[0-9]{5}(-?[0-9]{4})?') }} then left(code, 5)
            when {{ matches('code', '[0-9]{3,4}(-[0-9]{4})?') }} then lpad(split_part(code, '-', 1), 5, '0')
            when {{ matches('code', '[0-9]{8}') }} then '0' || left(code, 4)
            else code
        end
    {%- endset -%}
    {%- set padded = {
        4: ['NO', 'ZA', 'AU', 'NZ', 'BD'],
        5: ['DE', 'ES', 'FR', 'IT', 'FI', 'MX', 'TR', 'EE', 'UA', 'PE', 'DZ', 'LA', 'SE'],
        6: ['RO', 'CN', 'SG', 'VN', 'CO', 'EC', 'KZ'],
    } -%}
    {%- set short = [] -%}
    {%- for length, countries in padded.items() -%}
        {%- set is_short = matches('bare', '[0-9]{' ~ (length - 2) ~ ',' ~ (length - 1) ~ '}') -%}
        {%- do short.append('when ' ~ country ~ " in ('" ~ countries | join("', '") ~ "') and " ~ is_short ~ " then lpad(bare, " ~ length ~ ", '0')") -%}
    {%- endfor -%}
    {%- set abroad = 'case ' ~ short | join(' ') ~ ' else bare end' -%}
    {%- set is_american = 'coalesce(' ~ country ~ ", 'US') in ('US', 'PR', 'VI', 'GU', 'AS', 'MP')" -%}
    {%- set elsewhere = let('bare', replace_all('code', '^[A-Za-z]{1,3}[ -]([0-9])', group_reference(1)), abroad) -%}
    {%- set read = five if country == 'null' else 'case when ' ~ is_american ~ ' then ' ~ five ~ ' else ' ~ elsewhere ~ ' end' -%}
    {{ let('code', normalise_name(value), read) }}
{%- endmacro %}
