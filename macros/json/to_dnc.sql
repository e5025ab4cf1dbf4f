{#- A vendor's Do-Not-Call flag in our codes: listed, clear, unreadable, or NULL where it is missing. An empty text is no
    "no" (docs/vendors/bigdbm.md), nor is an empty list of registries. What is there and says neither yes nor no (`maybe`, an object)
    is unreadable and closes the number: a listed number that is called is worse than a clear one that is not. -#}
{% macro to_dnc(value) -%}
    case
        when trim({{ value }}) = '' then null
        when lower(trim({{ value }})) in ('unknown', 'not available', 'n/a', 'null', '[]') then null
        when {{ matches(
            'lower(trim(' ~ value ~ '))',
            '(1([.]0+)?|t|true|y|yes|on|x|dnc|do[ _-]?not[ _-]?call|listed|on list|registered|federal|state|national|\\[.*\\])'
        ) }} then 'listed'
        when {{ matches('lower(trim(' ~ value ~ '))', '(0([.]0+)?|f|false|n|no|off|clear|not[ _-]?listed|unlisted)') }} then 'clear'
        when {{ value }} is not null then 'unreadable'
    end
{%- endmacro %}
