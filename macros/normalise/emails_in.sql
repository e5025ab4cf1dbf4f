{#- The e-mail addresses in a text, as a list in order, each as macro normalise_email has it: one, however it is dressed (smtp:, Jo (jo@...), markdown,
    HTML, JSON), or several (between semicolons, bars, slashes, line breaks, in a list): all of them are the person's. A text in which none can be
    told from the rest, or two hang together, is one element as it is, so that it can be named. An address that is the whole text is taken whole:
    what is cut out of an address would be another's. Most texts are one plain address and cost one look. -#}
{% macro emails_in(value) -%}
    {%- set plain = '[a-zA-Z0-9_+-][a-zA-Z0-9._+-]*@[a-zA-Z0-9.-]*[a-zA-Z0-9]' -%}
    case when {{ matches(value, plain) }} then {{ text_list('lower(' ~ value ~ ')') }} else {{ let('bare', undress(value), emails_found('bare')) }} end
{%- endmacro %}

{#- The same of an undressed text. -#}
{% macro emails_found(bare) -%}
    {%- set letter = '[\\p{L}\\p{M}\\p{N}' -%}
    {%- set address = letter ~ '_+~-]' ~ letter ~ '._+~!#$%&\\x27*^-]*@(' ~ letter ~ ']' ~ letter ~ '-]*[.])+\\p{L}' ~ letter ~ '-]*' -%}
    {%- set apart = '\\x00-\\x20,;|/<>()\\[\\]{}\\x22:' -%}
    {%- set lower = lower_text("translate(left(" ~ bare ~ ", 10000), '’ʼ', chr(39) || chr(39))") -%}
    {%- set unlinked = replace_all('replace(replace(written, ' ~ "'%20', ' '), '%40', '@')", '(mailto:[^? <>()\\x22]*)[?][^ <>()\\x22\\]]*', group_reference(1)) -%}
    {%- set labelled = replace_all('linked', '^((smtp|sip|mailto|e-?mail|mail|to|cc|from)[:=] *)+|[ .,;:]+$', '') -%}
    {%- set several = let('found', find_all('linked', address), 'case when ' ~ list_size('found') ~ ' > 0 then ' ~ change_list('found', 'one', replace_all('one', '[-.]+$', '')) ~ " else " ~ text_list("nullif(whole, '')") ~ ' end') -%}
    {%- set chosen -%}
        case
            when {{ email_is_valid('whole') }} then {{ text_list('whole') }}
            when not contains(linked, '@') or {{ contains_match('linked', '@[^' ~ apart ~ ']*@') }} then {{ text_list("nullif(whole, '')") }}
            else {{ several }}
        end
    {%- endset -%}
    {{ let('written', lower, let('linked', unlinked, let('whole', labelled, chosen))) }}
{%- endmacro %}
