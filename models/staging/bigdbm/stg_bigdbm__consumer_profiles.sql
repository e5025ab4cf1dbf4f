-- Grain: one row per subject and profile found for it; one row, is_match false, for a subject without any.
with source as (

    select * from {{ ref('base_bigdbm__consumer_profiles') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm__consumer_profiles()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        {{ to_text('fields.Id') }} as vendor_person_id,
        {{ to_text('fields.First_Name') }} as first_name,
        {{ to_text('fields.Last_Name') }} as last_name,
        coalesce(
            {{ to_text('fields.Address') }},
            {{ to_text("concat_ws(' ', fields.Addr_Primary, fields.Addr_Secondary)") }}
        ) as address,
        {{ to_text('fields.City') }} as city,
        {{ to_text('fields.State') }} as state,
        coalesce({{ to_text('fields.Zip') }}, {{ to_text('fields.Zip5') }}) as zip,
        {{ to_text('fields.Zip4') }} as zip4,
        {{ join_lists([
            json_texts('fields.Email_Array'),
            json_texts('fields.Email'),
            json_texts('fields.Email_1'),
            json_texts('fields.Email_2'),
            json_texts('fields.Email_3'),
        ]) }} as emails,
        {{ phone_list(
            [
                [to_text('fields.Mobile_Phone_1'), to_flag('fields.Mobile_Phone_1_DNC')],
                [to_text('fields.Mobile_Phone_2'), to_flag('fields.Mobile_Phone_2_DNC')],
                [to_text('fields.Mobile_Phone_3'), to_flag('fields.Mobile_Phone_3_DNC')],
            ],
            json_texts('fields.Phone'),
        ) }} as phones,
        {{ to_text('fields.Gender') }} as gender,
        {{ to_integer('fields.Age') }} as age,
        coalesce(
            {{ to_integer("right(trim(fields.Birth_Month_and_Year), 4)") }}, {{ to_integer('fields.Birth_Year_aux') }}
        ) as birth_year,
        {{ to_flag('fields.Children_HH') }} as has_children,
        {{ to_flag('fields.Veteran_HH') }} as is_veteran,
        {{ to_text('fields.Credit_Range') }} as credit_range,
        {{ to_text('fields.Income_HH') }} as income_range,
        {{ to_text('fields.Net_Worth_HH') }} as net_worth_range,
        {{ to_text('fields.Home_Owner') }} as home_owner,
        {{ to_text('fields.Marital_Status') }} as marital_status,
        {{ to_text('fields.Occupation_Detail') }} as occupation
    from parsed

)

select * from final
