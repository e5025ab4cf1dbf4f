{#- A preview: size and a masked sample. Names from the public specification. -#}
{% macro columns_leadpipe__audience_previews() %}
    {{ return({
        'data': 'json',
    }) }}
{% endmacro %}
