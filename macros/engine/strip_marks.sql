{#- A lower-case text without the accents of its letters (é is e, whether written as one character or two), for the scripts in
    which an accent does not make another name: Latin, Greek, Cyrillic, Hebrew and Arabic. A text with letters of any other
    script (Devanagari, Thai, kana ..) stays as it is: there marks are vowels and voicing.

    DuckDB decomposes by itself; Spark has no such function and gets the table of the same characters, made by
    tests/python/support/accents.py and held against Unicode by a test. -#}
{% macro strip_marks(value) -%}
    {{ adapter.dispatch('strip_marks')(value) }}
{%- endmacro %}

{% macro duckdb__strip_marks(value) -%}
    case when {{ contains_match(value, marked_scripts()) }} then {{ value }} else strip_accents({{ value }}) end
{%- endmacro %}

{% macro default__strip_marks(value) -%}
    {%- set accents = accent_table() -%}
    case
        when {{ contains_match(value, marked_scripts()) }} then {{ value }}
        else {{ replace_all("translate(" ~ value ~ ", '" ~ accents.marked ~ "', '" ~ accents.plain ~ "')", '\\p{M}+', '') }}
    end
{%- endmacro %}

{#- Letters of the scripts whose marks are kept: Syriac to the Indic scripts, Thai, Khmer and Mongolian; kana, Chinese and Korean;
    everything beyond the basic plane but pictures. -#}
{% macro marked_scripts() -%}
    [\x{0700}-\x{1DBF}\x{2E80}-\x{A63F}\x{A6A0}-\x{A71F}\x{A800}-\x{AB2F}\x{AB70}-\x{D7FF}\x{F900}-\x{FAFF}\x{10000}-\x{1CFFF}\x{20000}-\x{3FFFF}]
{%- endmacro %}
