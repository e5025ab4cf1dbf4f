-- Grain: one row per distinct row of the first-party list.
with source as (

    select * from {{ source('contactable', 'first_party') }}

),

final as (

    select
        row_key,
        source_file,
        line_number,
        external_id,
        email,
        phone,
        linkedin_url,
        first_name,
        last_name,
        address,
        city,
        state,
        zip,
        country,
        company_name,
        company_domain,
        maid,
        ip,
        vin,
        extra,
        first_loaded_at
    from source

)

select * from final
