-- Grain: one row per subject asked, with or without a contact; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('exactbuyer', 'contacts'),
        shape='positional',
        path='contacts',
        echo='value',
        record_key='enriched_contact',
        columns=columns_exactbuyer('contacts'),
        envelope={'records_enriched': 'text'},
        expected='answer.records_enriched',
    ) }}

)

select * from records
