{#- One age band. Documented: a band without a profile; the name is assumed. -#}
{% macro columns_bigdbm__age_bands() %}
    {{ return({
        'Age_Range': 'text',
    }) }}
{% endmacro %}
