{#- A regular expression as a Spark literal: POSIX classes by their Java names, backslashes doubled (Spark reads them in literals).
    No pattern holds a single quote: Spark 3.5 does not know ''; write \x27. -#}
{% macro spark_pattern(pattern) -%}
    {{- pattern | replace("[[:space:]]", "\\p{Space}") | replace("[[:cntrl:]]", "\\p{Cntrl}") | replace("\\", "\\\\") -}}
{%- endmacro %}
