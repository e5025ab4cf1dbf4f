{#- The slugs of the LinkedIn profiles in a text, in order (macro linkedin_slug says what a slug is). A public id holds letters, digits, - _ and escapes
    (and the pictures that LinkedIn lets people put there); what stands behind it (brackets, commas, tracking parameters, escaped blanks) is
    cut off. Where something else stands inside it (john.doe), it is no id: a part of it would be another's. -#}
{% macro linkedin_slugs_in(value) -%}
    {%- set host = '([a-z]+:)?/*([a-z0-9-]+[.])*linkedin[.]com[.]?(:[0-9]+)?/+(mwlite/+|m/+)?' -%}
    {%- set address = '(?i)((^|[^a-z0-9./@-])' ~ host ~ '|(^|[;|,\\x22] *)/?)in/+[^/?# \\x09-\\x0D\\x22<>|;()\\[\\]{}]+' -%}
    {%- set tail = '%[89ab][0-9a-f]' -%}
    {%- set escaped = '([^%+]|%(c[2-9a-f]|d[0-9a-f])' ~ tail ~ '|%e[1-9a-cef]' ~ tail ~ tail ~ '|%f[1-3]' ~ tail ~ tail ~ tail ~ ')+' -%}
    {%- set behind = '(?i)(%(2f|3f|23|26|3b|7c)|&).*$' -%}
    {%- set debris = '(?i)([.,:!*`\\x27’”“‘»›]|%(20|0[9ad]|22|27|2c|2e|3e|c2%a0|e2%80%8b))+$' -%}
    {%- set id = "(?i)([\\p{L}\\p{M}\\p{N}_\\x{FE0F}\\p{So}-]|%[89a-f][0-9a-f])+" -%}
    {%- set is_id = matches('token', id) ~ ' and ' ~ contains_match('token', '[\\p{L}\\p{N}]') -%}
    {%- set slug -%}
        case
            when not ({{ is_id }}) then null
            when {{ matches('token', 'A[CDE][A-Za-z]AA[A-Za-z0-9_-]{6,}') }} then token
            when contains(token, '%') and length(token) <= 600 and {{ matches('lower(token)', escaped) }}
                then {{ let('plain', lower_text('url_decode(token)'), 'case when ' ~ matches('plain', id) ~ ' then plain end') }}
            else {{ lower_text('token') }}
        end
    {%- endset -%}
    {%- set token = replace_all(replace_all(replace_all('one', '(?is)^.*?in/+', ''), behind, ''), debris, '') -%}
    {%- set read -%}
        case
            when {{ contains_match('bare', '(?i)linkedin[.]com%2f') }}
                then {{ replace_all(replace_all('bare', '(?i)%2f', '/'), '(?i)%3a', ':') }}
            else bare
        end
    {%- endset -%}
    {%- set parted = replace_all('read', '(?i),(https?:|www[.]|([a-z]+[.])?linkedin[.]|/?in/)', ' ' ~ group_reference(1)) -%}
    {%- set slugs = change_list(find_all('read', address), 'one', let('token', token, slug)) -%}
    {{ let('bare', undress('left(' ~ value ~ ', 2048)'), let('read', let('read', read, parted), slugs)) }}
{%- endmacro %}
