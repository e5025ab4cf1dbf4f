{#- Pre-hook of identity's histories: what a resolve recorded that was killed before its assignments were written. It has the
    same number when it is tried again, and may decide otherwise. -#}
{% macro forget_unfinished() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where resolve >= (select resolve from {{ ref('int_identity__plan') }})
    {%- endif -%}
{%- endmacro %}
