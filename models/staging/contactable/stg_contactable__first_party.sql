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
        full_name,
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
        email_md5,
        email_sha1,
        email_sha256,
        sales_navigator_id,
        ein,
        bigdbm_id,
        contactbased_id,
        extra,
        first_loaded_at
    from source

)

select * from final
