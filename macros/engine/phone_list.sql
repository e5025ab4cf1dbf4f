{#- A list of structs (phone, dnc) from pairs of SQL (a number and its Do-Not-Call flag) and from a list of numbers without a
    flag. Pairs without a number are left out. -#}
{% macro phone_list(pairs, unflagged) -%}
    {{ adapter.dispatch('phone_list')(pairs, unflagged) }}
{%- endmacro %}

{% macro duckdb__phone_list(pairs, unflagged) -%}
    list_filter(
        list_concat(
            [
                {% for phone, dnc in pairs %}
                    struct_pack(phone := {{ phone }}, dnc := {{ dnc }}){{ ',' if not loop.last }}
                {% endfor %}
            ],
            list_transform({{ unflagged }}, lambda number: struct_pack(phone := number, dnc := cast(null as varchar)))
        ),
        lambda entry: entry.phone is not null
    )
{%- endmacro %}

{% macro default__phone_list(pairs, unflagged) -%}
    filter(
        concat(
            array(
                {% for phone, dnc in pairs %}
                    named_struct('phone', {{ phone }}, 'dnc', {{ dnc }}){{ ',' if not loop.last }}
                {% endfor %}
            ),
            transform({{ unflagged }}, number -> named_struct('phone', number, 'dnc', cast(null as string)))
        ),
        entry -> entry.phone is not null
    )
{%- endmacro %}
