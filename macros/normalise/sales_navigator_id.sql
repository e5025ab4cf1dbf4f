{#- The id by which LinkedIn's Sales Navigator names a person, in the letters that it was written in (they count): alone, or in the address
    of a lead (/sales/lead/ or /sales/people/, before the first comma). NULL for anything else; a word of fewer than 20 characters is
    a profile's slug rather than an id (ids have about 39, 2026-12-01). -#}
{% macro sales_navigator_id(value) -%}
    {%- set in_address = first_match('written', '(?i)linkedin[.]com[.]?(?::[0-9]+)?/+(?:mwlite/+|m/+)?sales/+(?:lead|people)/+([a-z0-9_-]+)', 1) -%}
    {{ let('written', "left(" ~ trim_text(value) ~ ", 2048)", let(
        'found',
        "case when " ~ matches('written', '[A-Za-z0-9_-]+') ~ " then written else " ~ in_address ~ " end",
        "case when length(found) between 20 and 128 and " ~ contains_match('found', '[0-9]') ~ " and " ~ contains_match('found', '[A-Za-z]') ~ " then found end"
    )) }}
{%- endmacro %}
