-- Grain: one row per record of a vendor, kind (email, phone) and text that it gave as a value: whether something could be read in
-- it. Texts that stand for no value ("N/A", "-") are none.
with profiles as (

    select
        evidence_id,
        record_id,
        vendor,
        split_part(source, '.', 2) as stream,
        home_country,
        phone,
        phones,
        emails,
        observed_at
    from {{ ref('int_contacts__profiles') }}
    where vendor <> 'first_party'

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

no_values as (

    select distinct {{ placeholder_key('value') }} as value_key
    from {{ ref('placeholder_values') }}
    where kind in ('any', 'phone', 'email')

),

phones as (

    {{ unnest_list('profiles', 'phones', ['evidence_id', 'record_id', 'vendor', 'stream', 'home_country', 'observed_at']) }}

),

emails as (

    {{ unnest_list('profiles', 'emails', ['evidence_id', 'record_id', 'vendor', 'stream', 'home_country', 'observed_at']) }}

),

united as (

    select
        evidence_id,
        record_id,
        vendor,
        stream,
        'phone' as kind,
        item.phone as written,
        home_country,
        observed_at
    from phones

    union all

    select
        evidence_id,
        record_id,
        vendor,
        stream,
        'phone' as kind,
        phone as written,
        home_country,
        observed_at
    from profiles
    where phone is not null

    union all

    select
        evidence_id,
        record_id,
        vendor,
        stream,
        'email' as kind,
        item as written,
        home_country,
        observed_at
    from emails

    {% for kind in ['phone', 'email'] %}
        union all

        select
            'contactbased:' || contact_id as evidence_id,
            record_id,
            vendor,
            '{{ kind }}s' as stream,
            '{{ kind }}' as kind,
            {{ kind }} as written,
            cast(null as {{ engine_type('varchar') }}) as home_country,
            fetched_at as observed_at
        from {{ ref('stg_contactbased__' ~ kind ~ 's') }}
        where is_match and {{ kind }} is not null
    {% endfor %}

    union all

    select
        given.contact_record_id as evidence_id,
        given.contact_record_id as record_id,
        given.vendor,
        'contacts' as stream,
        'phone' as kind,
        given.phone as written,
        profiles.home_country,
        given.fetched_at as observed_at
    from {{ ref('stg_exactbuyer__contact_phones') }} as given
    left join profiles on given.contact_record_id = profiles.record_id
    where given.phone is not null

),


parsed as (

    select
        united.*,
        case
            when united.kind = 'phone' then {{ first_element(phones_in('united.written', 'united.home_country')) }}
            else {{ first_element(emails_in('united.written')) }}
        end as normal
    from united
    left join no_values on {{ placeholder_key('united.written') }} = no_values.value_key
    where
        no_values.value_key is null
        and {{ contains_match('united.written', '[\\p{L}\\p{N}]') }}

),

judged as (

    select
        parsed.*,
        case
            when parsed.kind = 'phone' then parsed.normal is not null
            else coalesce({{ email_is_valid('coalesce(ascii_addresses.email, parsed.normal)') }}, false)
        end as is_read
    from parsed
    left join ascii_addresses
        on
            parsed.kind = 'email'
            and parsed.normal = ascii_addresses.written

),

final as (

    select
        vendor,
        stream,
        record_id,
        kind,
        md5(written) as written_hash,
        min(evidence_id) as evidence_id,
        max(is_read) as is_read,
        min(observed_at) as observed_at
    from judged
    group by
        vendor,
        stream,
        record_id,
        kind,
        md5(written)

)

select * from final
