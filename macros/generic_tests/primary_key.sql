{#- The columns together identify a row: none is null, no combination comes twice. Failing rows are the offending keys. -#}
{% test primary_key(model, columns) %}

    select
        {{ columns | join(',\n        ') }},
        count(*) as copies
    from {{ model }}
    group by
        {{ columns | join(',\n        ') }}
    having
        count(*) > 1
        {% for column in columns %}or {{ column }} is null
        {% endfor %}

{% endtest %}
