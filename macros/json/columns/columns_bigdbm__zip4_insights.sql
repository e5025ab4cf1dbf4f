{#- One neighbourhood. Documented: insight at ZIP+4 without any individual; names assumed, the last four public elsewhere. -#}
{% macro columns_bigdbm__zip4_insights() %}
    {{ return({
        'Zip': 'text',
        'Zip4': 'text',
        'Segment': 'text',
        'Median_Income': 'text',
        'Median_Home_Value': 'text',
        'Urbanicity': 'text',
        'Pop_Density': 'text',
    }) }}
{% endmacro %}
