{#- Post-hook of int_identity__assignments: evidence that a full resolve did not find any more (erased, taken off a list). -#}
{% macro forget_vanished() -%}
    delete from {{ this }}
    where resolve < (select min(resolve) from {{ ref('int_identity__plan') }} where is_full)
{%- endmacro %}
