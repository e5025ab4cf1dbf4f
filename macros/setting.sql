{#- One value of the run's configuration (raw.settings) as a scalar, or `default_value` (SQL text) where it is not set. -#}
{% macro setting(name, data_type, default_value='null') -%}
    coalesce(
        (
            select max(try_cast({{ json_text('configured.value') }} as {{ data_type }}))
            from {{ ref('stg_contactable__settings') }} as configured
            where configured.setting = '{{ name }}'
        ),
        {{ default_value }}
    )
{%- endmacro %}
