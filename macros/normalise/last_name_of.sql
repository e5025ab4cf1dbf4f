{#- The family name in a full name, with its particles and its generation: "Dr. Juan de la Cruz jr., MD" gives de la Cruz Jr.; "Smith, John"
    and "Mr. Smith" give Smith. NULL for one bare word, which is a given name. -#}
{% macro last_name_of(full_name) -%}
    {%- set generation -%}
        case {{ name_suffix(full_name) }}
            when 'jr' then ' Jr.'
            when 'sr' then ' Sr.'
            when 'ii' then ' II'
            when 'iii' then ' III'
            when 'iv' then ' IV'
            else ''
        end
    {%- endset -%}
    {%- set family -%}
        case
            when contains(said, ',') then trim(split_part(said, ',', 1))
            when contains(said, ' ') then {{ first_match('said', full_name_pattern(), 2) }}
            when said <> {{ normalise_name(full_name) }} then said
        end
    {%- endset -%}
    {{ let('said', full_name_without_frills(full_name), let(
        'family', family, "case when " ~ contains_match('family', '\\p{L}') ~ " then family || " ~ generation ~ " end"
    )) }}
{%- endmacro %}
