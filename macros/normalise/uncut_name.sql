{#- The whole name that a row (with first_name, last_name and full_name) has in one column; NULL where first and last name stand apart. -#}
{% macro uncut_name() -%}
    case
        when first_name is not null and last_name is not null then null
        when full_name is not null then full_name
        when last_name is null and {{ contains_match('first_name', '[^ ,][ ,]+[^ ,]') }} then first_name
        when first_name is null and {{ contains_match('last_name', '[^ ,]+.*,.*[^ ,]') }} then last_name
    end
{%- endmacro %}
