{#- A preview. Names assumed. -#}
{% macro columns_contactbased__export_previews() %}
    {{ return({
        'columns': 'json',
        'rows': 'json',
        'total_records': 'text',
        'count_skipped': 'text',
        'start_date': 'text',
        'end_date': 'text',
    }) }}
{% endmacro %}
