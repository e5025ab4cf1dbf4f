-- Grain: one row per published table and publication.
with source as (

    select * from {{ source('contactable', 'publications') }}

),

final as (

    select
        publication_id,
        published_at,
        table_name,
        row_count
    from source

)

select * from final
