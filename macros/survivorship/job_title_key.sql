{#- A job title as survivorship compares it: common abbreviations written out, then without case, blanks and punctuation. Sr. VP Sales and
    Senior Vice President, Sales are one title. The words are those of general business use (2026-11-21). -#}
{% macro job_title_key(value) -%}
    {%- set words = [
        ('sr', 'senior'), ('jr', 'junior'), ('vp', 'vice president'), ('svp', 'senior vice president'),
        ('evp', 'executive vice president'), ('avp', 'assistant vice president'), ('dir', 'director'), ('mgr', 'manager'),
        ('eng', 'engineer'), ('asst', 'assistant'), ('assoc', 'associate'), ('admin', 'administrator'), ('exec', 'executive'),
        ('ceo', 'chief executive officer'), ('cfo', 'chief financial officer'), ('cto', 'chief technology officer'),
        ('coo', 'chief operating officer'), ('cio', 'chief information officer'), ('cmo', 'chief marketing officer'),
        ('and', ''), ('of', ''),
    ] -%}
    {%- set ns = namespace(sql="' ' || " ~ replace_all('lower(left(' ~ value ~ ', 200))', '[^a-z0-9]+', '  ') ~ " || ' '") -%}
    {%- for short, long in words -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", ' " ~ short ~ " ', ' " ~ long ~ " ')" -%}
    {%- endfor -%}
    {{ name_key(ns.sql) }}
{%- endmacro %}
