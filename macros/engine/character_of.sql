{#- The character with a number of Unicode, which is a text of decimal digits, or of hexadecimal digits behind an x. -#}
{% macro character_of(number) -%}
    {{ adapter.dispatch('character_of')(number) }}
{%- endmacro %}

{% macro duckdb__character_of(number) -%}
    {{ let('point', "cast(replace(" ~ number ~ ", 'x', '0x') as integer)", 'case when ' ~ is_character('point') ~ ' then chr(point) end') }}
{%- endmacro %}

{#- Java writes what is beyond the basic plane as two halves. -#}
{% macro default__character_of(number) -%}
    {%- set point = "cast(case when left(" ~ number ~ ", 1) = 'x' then conv(substr(" ~ number ~ ", 2), 16, 10) else " ~ number ~ " end as int)" -%}
    {%- set high = "lpad(hex(55296 + (point - 65536) div 1024), 4, '0')" -%}
    {%- set low = "lpad(hex(56320 + (point - 65536) % 1024), 4, '0')" -%}
    {%- set utf16 = "case when point < 65536 then lpad(hex(point), 4, '0') else " ~ high ~ " || " ~ low ~ " end" -%}
    {{ let('point', point, 'case when ' ~ is_character('point') ~ " then decode(unhex(" ~ utf16 ~ "), 'UTF-16BE') end") }}
{%- endmacro %}

{#- Neither a control character nor half of a character. -#}
{% macro is_character(point) -%}
    ({{ point }} in (9, 10, 13) or {{ point }} between 32 and 55295 or {{ point }} between 57344 and 1114111)
{%- endmacro %}
