-- Grain: one row per bundle and contact id asked, with or without a record; one row for an answer that could not be read.
{%- set columns_of = {} -%}
{%- for bundle, columns in columns_contactbased('enrichments').items() -%}
    {%- do columns_of.update({'contactbased.enrich_' ~ bundle: columns}) -%}
{%- endfor %}
with records as (

    {{ explode_records(
        source('contactbased', 'enrichments'),
        shape='positional',
        path='results',
        echo='contact_id',
        record_key='data',
        found='found',
        columns_of=columns_of,
        envelope={'found': 'text'},
        expected='answer.found',
    ) }}

),

final as (

    select
        *,
        {{ contactbased_bundle('endpoint') }} as bundle
    from records

)

select * from final
