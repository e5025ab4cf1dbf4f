{#- The slug of a personal LinkedIn profile (what stands after /in/), in lower case and with the letters that a browser escapes
    (jos%C3%A9 is josé), from an address in any form: with or without scheme, country or mobile host, query, language or slash
    behind it, or in/slug alone. NULL for company and school pages, old /pub/ addresses, Sales Navigator ids, other sites and
    whatever has no letter or digit. At most 2048 characters count. -#}
{% macro linkedin_slug(value) -%}
    {%- set host = '([a-z]+:/+)?([a-z0-9-]+[.])*linkedin[.]com[.]?(:[0-9]+)?/+(mwlite/+|m/+)?' -%}
    {%- set tail = '%[89ab][0-9a-f]' -%}
    {%- set escaped = '([^%+]|%(c[2-9a-f]|d[0-9a-f])' ~ tail ~ '|%e[1-9a-cef]' ~ tail ~ tail ~ '|%f[1-3]' ~ tail ~ tail ~ tail ~ ')+' -%}
    {%- set readable -%}
        case
            when not {{ contains_match('slug', '[\\p{L}\\p{N}]') }} then null
            when contains(slug, '%') and length(slug) <= 600 and {{ matches('slug', escaped) }} then {{ lower_text('url_decode(slug)') }}
            else slug
        end
    {%- endset -%}
    {%- set is_profile = contains_match('address', '^(' ~ host ~ '|/)?in/') -%}
    {%- set slug = let('slug', first_match('address', '(^|/)in/+([^/?#\\x00-\\x20]+)', 2), readable) -%}
    {{ let('address', trim_text(lower_text('left(' ~ value ~ ', 2048)')), 'case when ' ~ is_profile ~ ' then ' ~ slug ~ ' end') }}
{%- endmacro %}
