{#- One turn of macro undress. -#}
{% macro undress_once(text) -%}
    {%- set patterns = dressings() -%}
    {%- set read = 'case when ' ~ contains_match(text, patterns.lead ~ patterns.follow) ~ ' then ' ~ read_again(text) ~ ' else ' ~ text ~ ' end' -%}
    {%- set unescaped = "case when contains(read, '&') then " ~ unescape_html('read') ~ ' else read end' -%}
    {%- set joined = replace_all('visible', '([\\x00-\\x{24F}]|^)[\\x{200C}\\x{200D}]+', group_reference(1)) -%}
    {%- set seen = let('visible', replace_all('plain', patterns.invisible, ''), replace_all(joined, '[\\x{200C}\\x{200D}]+([\\x00-\\x{24F}]|$)', group_reference(1))) -%}
    {%- set wide = '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～' -%}
    {#- Neither a quote nor a backslash in a literal: the engines do not read them alike. -#}
    {%- set narrow = "'!\"#$%&' || chr(39) || '()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[' || chr(92) || ']^_`abcdefghijklmnopqrstuvwxyz{|}~'" -%}
    {%- set plain = replace_all("translate(replace(unescaped, '_x000D_', ' '), '" ~ wide ~ "', " ~ narrow ~ ")", patterns.blank, ' ') -%}
    {%- set doubled = '(([^\\x22]|\\x22\\x22)*)' -%}
    {%- set bare -%}
        case
            when {{ matches('trimmed', '=+ *\\x22' ~ doubled ~ '\\x22') }}
                then replace({{ replace_all('trimmed', '^=+ *\\x22|\\x22$', '') }}, '""', '"')
            when {{ matches('trimmed', '\\x22' ~ doubled ~ '\\x22') }} then replace(substr(trimmed, 2, length(trimmed) - 2), '""', '"')
            when {{ matches('trimmed', '\\x22+[^\\x22]*\\x22+') }} then replace(trimmed, '"', '')
            when {{ matches('trimmed', '\\x27[^\\x27]*\\x27') }} then replace(trimmed, chr(39), '')
            when {{ contains_match('trimmed', '^\\x27') }} and not {{ contains_match('trimmed', '^\\x27[tsnkd][ -]') }}
                then {{ replace_all('trimmed', '^\\x27+', '') }}
            when {{ matches('trimmed', patterns.number) }} then {{ replace_all('trimmed', '[.,]00?$', '') }}
            when {{ matches('trimmed', patterns.power) }} then {{ digits_of_power('trimmed') }}
            else {{ replace_all('trimmed', patterns.quoted, group_reference(1)) }}
        end
    {%- endset -%}
    {{ let('read', read, let('unescaped', unescaped, let('plain', plain, let('trimmed', trim_text(seen), bare)))) }}
{%- endmacro %}
