{#- Their pre-hook: everything goes when everything is looked at. The ref() orders the models. -#}
{% macro forget_unless_new() -%}
    {%- set relation = ref('int_identity__touched_evidence') -%}
    {%- if is_incremental() and resolves_everything() -%}
        delete from {{ this }}
    {%- endif -%}
{%- endmacro %}
