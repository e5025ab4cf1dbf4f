{#- The type and the value of the identifier that an anchor stands for. A shared value that another person
    carried first includes the name as well (`phone:+12025550100|roe|j`); none of these types has a bar in its values. -#}
{% macro anchor_type(anchor) -%}
    split_part({{ anchor }}, ':', 1)
{%- endmacro %}

{% macro anchor_value(anchor) -%}
    case
        when {{ anchor_type(anchor) }} in ('email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid')
            then split_part(substr({{ anchor }}, length({{ anchor_type(anchor) }}) + 2), '|', 1)
        else substr({{ anchor }}, length({{ anchor_type(anchor) }}) + 2)
    end
{%- endmacro %}
