{#- What an export page says about itself. status is documented, the other names are assumed. -#}
{% macro envelope_contactbased__export_rows() %}
    {{ return({
        'export_id': 'text',
        'status': 'json',
        'page': 'text',
        'total_pages': 'text',
        'total_rows': 'text',
        'row_count': 'text',
    }) }}
{% endmacro %}
