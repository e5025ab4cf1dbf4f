{#- The hosts of the web addresses in a text, in order: the text itself, or its parts between blanks, commas, semicolons and bars, without brackets and
    punctuation around them; in running text, markdown and HTML only what begins with a scheme or www. An e-mail address is none. -#}
{% macro domains_in(value) -%}
    {%- set letter = '[\\p{L}\\p{M}\\p{N}-]' -%}
    {%- set well_formed = matches('host', '(' ~ letter ~ '+[.])+' ~ letter ~ '*\\p{L}' ~ letter ~ '*') -%}
    {%- set checked = 'case when length(host) <= 253 then case when ' ~ well_formed ~ ' then host end end' -%}
    {%- set found = first_match('one', '^([a-z]+:/+)?(www[.])?([^/:?#]+)', 3) -%}
    {%- set host = let('host', replace_all(found, '[.,;:!]+$', ''), checked) -%}
    {%- set marked = '([a-z]+:/+(www[.])?|www[.])[^ \\x09-\\x0D,;|\\x22\\x27<>()\\[\\]{}]+' -%}
    {%- set parts -%}
        case
            when {{ matches('text', '([a-z]+:/+)?[^ \\x09-\\x0D,;|\\x22<>()\\[\\]{}@]+(/[^ \\x09-\\x0D,;|]*)?') }} then {{ text_list('text') }}
            when {{ contains_match('text', marked) }} and ({{ contains_match('text', '[<\\[(@]') }} or not {{ contains_match('text', '[,;|]') }}) then {{ find_all('text', marked) }}
            when contains(text, '@') then {{ text_list('cast(null as ' ~ engine_type('varchar') ~ ')') }}
            else {{ find_all('text', '[^ \\x09-\\x0D,;|\\x22<>()\\[\\]{}]+') }}
        end
    {%- endset -%}
    {{ let('text', lower_text('coalesce(' ~ undress('left(' ~ value ~ ", 2048)") ~ ", '')"), change_list(parts, 'one', host)) }}
{%- endmacro %}
