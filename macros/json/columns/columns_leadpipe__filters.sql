{#- The filter catalogue: an object of lists. Not on the reference page: the public specification names these keys. -#}
{% macro columns_leadpipe__filters() %}
    {{ return({
        'data': 'json',
    }) }}
{% endmacro %}
