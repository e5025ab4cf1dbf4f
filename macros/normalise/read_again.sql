{#- UTF-8 that somebody read as Latin-1 or Windows-1252 (RenÃ© for René), read again; any other text as it is. Only where that is certain: all that is
    not ASCII is such a sequence, and
    - of letters with accents and common punctuation, none of which may be a capital letter before a sign that stands behind words
      (CITÃ™ may be a trade mark), or
    - at least two of other scripts, beside no letter of ours.
    Latin-1 has the bytes as they are, so each character is one byte again when its own UTF-8 is undone. -#}
{% macro read_again(text) -%}
    {%- set follow = dressings().follow -%}
    {%- set accented = '[ÂÃÄÅÈ]' ~ follow ~ '|â[€„‚]' ~ follow ~ '|á[º»]' ~ follow ~ '|ï»¿|ð[\\x{9F}Ÿ]' ~ follow ~ '{2}' -%}
    {%- set doubtful = '(^|[^\\p{Ll}])[ÃÄÅÈ][\\x{A0}©®ª°·º»«’”“‘…–—™›‹]($|[^\\p{L}])' -%}
    {%- set foreign = '[ÎÏÐÑ×ØÙÚÛ]' ~ follow ~ '|[ã-é]' ~ follow ~ '{2}' -%}
    {%- set is_accented = matches(text, '([\\x00-\\x7F]|' ~ accented ~ ')*') ~ ' and not ' ~ contains_match(text, doubtful) -%}
    {%- set is_foreign = matches(text, '([^A-Za-z\\x{80}-\\x{10FFFF}]|' ~ foreign ~ ')*') ~ ' and ' ~ contains_match(text, '(' ~ foreign ~ ').*(' ~ foreign ~ ')') -%}
    {%- set bytes = replace_all('hex(' ~ windows_1252(text) ~ ')', '(..)', '%' ~ group_reference(1)) -%}
    {%- set ns = namespace(bytes="replace(" ~ bytes ~ ", '%C2', '')") -%}
    {%- for written, meant in {'%C3%8': '!C', '%C3%9': '!D', '%C3%A': '!E', '%C3%B': '!F'}.items() -%}
        {%- set ns.bytes = "replace(" ~ ns.bytes ~ ", '" ~ written ~ "', '" ~ meant ~ "')" -%}
    {%- endfor -%}
    case when ({{ is_accented }}) or ({{ is_foreign }}) then url_decode(replace({{ ns.bytes }}, '!', '%')) else {{ text }} end
{%- endmacro %}
