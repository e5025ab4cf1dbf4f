{#- Pre-hook: takes out the rows that the model is about to write again. The ref() orders the models. -#}
{% macro forget_touched(column, touched) -%}
    {%- set relation = ref(touched) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ is_touched(column, touched) }}
    {%- endif -%}
{%- endmacro %}
