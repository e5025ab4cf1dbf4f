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
        {{ parse_json('record', columns_bigdbm('consumer_profiles')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        {{ account_text('vendor_person_id', ['Id']) }} as vendor_person_id,
        {{ account_text('first_name', ['First_Name']) }} as first_name,
        {{ account_text('last_name', ['Last_Name']) }} as last_name,
        coalesce(
            {{ account_text('address', ['Address']) }},
            {{ to_text("concat_ws(' ', fields.Addr_Primary, fields.Addr_Secondary)") }}
        ) as address,
        {{ account_text('city', ['City']) }} as city,
        {{ account_text('state', ['State']) }} as state,
        {{ account_text('zip', ['Zip', 'Zip5']) }} as zip,
        {{ account_text('zip4', ['Zip4']) }} as zip4,
        {{ account_lists('emails', [
            json_texts('fields.Email_Array'),
            json_texts('fields.Email'),
            json_texts('fields.Email_1'),
            json_texts('fields.Email_2'),
            json_texts('fields.Email_3'),
        ]) }} as emails,
        {{ phone_list(
            [
                [to_text('fields.Mobile_Phone_1'), to_dnc('fields.Mobile_Phone_1_DNC')],
                [to_text('fields.Mobile_Phone_2'), to_dnc('fields.Mobile_Phone_2_DNC')],
                [to_text('fields.Mobile_Phone_3'), to_dnc('fields.Mobile_Phone_3_DNC')],
            ],
            json_texts('fields.Phone'),
        ) }} as phones,
        {{ account_text('gender', ['Gender']) }} as gender,
        {{ to_integer('fields.Age') }} as age,
        coalesce(
            {{ to_birth_year('fields.Birth_Month_and_Year') }},
            {{ to_birth_year('fields.Birth_Year_aux') }}
        ) as birth_year,
        {{ to_flag('fields.Children_HH') }} as has_children,
        {{ to_flag('fields.Veteran_HH') }} as is_veteran,
        {{ account_text('credit_range', ['Credit_Range']) }} as credit_range,
        {{ account_text('income_range', ['Income_HH']) }} as income_range,
        {{ account_text('net_worth_range', ['Net_Worth_HH']) }} as net_worth_range,
        {{ account_text('home_owner', ['Home_Owner']) }} as home_owner,
        {{ account_text('marital_status', ['Marital_Status']) }} as marital_status,
        {{ account_text('occupation', ['Occupation_Detail']) }} as occupation
    from parsed

)

select * from final
