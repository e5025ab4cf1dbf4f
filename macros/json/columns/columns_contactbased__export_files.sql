{#- The signed address of a finished file. It opens the file to whoever has it, so it stays in raw. Names assumed. -#}
{% macro columns_contactbased__export_files() %}
    {{ return({
        'export_id': 'text',
        'url': 'text',
        'download_url': 'text',
        'expires_at': 'text',
        'expires_in': 'text',
    }) }}
{% endmacro %}
