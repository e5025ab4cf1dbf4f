{#- A street address in plain words: lower case, no accents, dots and apostrophes; compass points and the first ten ordinals in
    their short form (north is n, third is 3rd), saint, fort and mount too (USPS Publication 28, 2026-11-21). #, - and / stay,
    because units and house numbers need them. At most 256 characters count. -#}
{% macro address_words(address) -%}
    {%- set bare = "translate(" ~ fold_text('left(' ~ address ~ ', 256)') ~ ", '.’' || chr(39), '')" -%}
    {%- set padded = "' ' || trim(" ~ replace_all(bare, '[^\\p{L}\\p{M}\\p{N}#/-]+', ' ') ~ ") || ' '" -%}
    {%- set short = {
        'northeast': 'ne', 'northwest': 'nw', 'southeast': 'se', 'southwest': 'sw', 'north': 'n', 'south': 's', 'east': 'e', 'west': 'w',
        'first': '1st', 'second': '2nd', 'third': '3rd', 'fourth': '4th', 'fifth': '5th', 'sixth': '6th', 'seventh': '7th',
        'eighth': '8th', 'ninth': '9th', 'tenth': '10th', 'saint': 'st', 'fort': 'ft', 'mount': 'mt',
    } -%}
    {%- set ns = namespace(text='padded') -%}
    {%- for long, abbreviated in short.items() -%}
        {%- set ns.text = "replace(" ~ ns.text ~ ", ' " ~ long ~ " ', ' " ~ abbreviated ~ " ')" -%}
    {%- endfor -%}
    {%- set has_long = contains_match('padded', ' (' ~ short | join('|') ~ ') ') -%}
    {{ let('padded', padded, 'trim(case when ' ~ has_long ~ ' then ' ~ ns.text ~ ' else padded end)') }}
{%- endmacro %}
