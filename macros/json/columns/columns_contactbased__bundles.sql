{#- One bundle, where the vendor lists them as objects instead of plain keys. Names assumed. -#}
{% macro columns_contactbased__bundles() %}
    {{ return({
        'key': 'text',
        'label': 'text',
    }) }}
{% endmacro %}
