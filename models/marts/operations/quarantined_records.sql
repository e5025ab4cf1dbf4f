-- Grain: one row per record, answer, first-party line or question that was refused, with the rule that refused it.
-- Nothing personal in it: reasons describe rules and contain no values.
{{ config(contract={'enforced': true}) }}

{# Values of the list that may be refused: column, rule, reason, condition (BARE: the value undressed). #}
{% set rules = [
    ('phone', 'phone_invalid', 'the phone of this line is no number we can use',
        first_element(phones_in('first_party.phone', 'records.home_country')) ~ ' is null and not ' ~ digits_are_lost('BARE')),
    ('phone', 'phone_digits_lost', 'a spreadsheet kept only the first digits of the phone of this line',
        digits_are_lost('BARE')),
    ('external_id', 'id_digits_lost', 'a spreadsheet kept only the first digits of the id of this line',
        digits_are_lost('BARE')),
    ('linkedin_url', 'linkedin_invalid', 'the LinkedIn address of this line is no personal profile', linkedin_slug('linkedin_url') ~ ' is null and ' ~ sales_navigator_id('linkedin_url') ~ ' is null'),
    ('maid', 'maid_invalid', 'the device id of this line is no advertising id, or one that stands for none', normalise_maid('maid') ~ ' is null'),
    ('ip', 'ip_invalid', 'the IP address of this line is none, or of a private network',
        'not coalesce(' ~ is_public_ip(normalise_ip('ip')) ~ ', false)'),
    ('vin', 'vin_invalid', 'the VIN of this line is not 17 characters, or its check digit is wrong', normalise_vin('vin') ~ ' is null'),
    ('email_md5', 'email_md5_invalid', 'the MD5 of this line has not 32 hexadecimal digits', 'case when ' ~ hash_type('lower(trim(email_md5))') ~ " = 'md5' then email_md5 end" ~ ' is null'),
    ('email_sha1', 'email_sha1_invalid', 'the SHA-1 of this line has not 40 hexadecimal digits', 'case when ' ~ hash_type('lower(trim(email_sha1))') ~ " = 'sha1' then email_sha1 end" ~ ' is null'),
    ('email_sha256', 'email_sha256_invalid', 'the SHA-256 of this line has not 64 hexadecimal digits', 'case when ' ~ hash_type('lower(trim(email_sha256))') ~ " = 'sha256' then email_sha256 end" ~ ' is null'),
    ('sales_navigator_id', 'sales_navigator_invalid', 'the Sales Navigator id of this line is none', sales_navigator_id('sales_navigator_id') ~ ' is null'),
    ('ein', 'ein_invalid', 'the EIN of this line has not nine digits', normalise_ein('ein') ~ ' is null'),
    ('contactbased_id', 'contactbased_id_invalid', 'the ContactBased id of this line is not id_ and 16 hexadecimal digits', 'case when ' ~ matches('lower(trim(contactbased_id))', 'id_[0-9a-f]{16}') ~ ' then contactbased_id end' ~ ' is null'),
] %}
with landed as (

    select * from {{ ref('int_operations__landed_records') }}

),

rejected_rows as (

    select * from {{ ref('stg_contactable__rejected_rows') }}

),

rejected_subjects as (

    select * from {{ ref('stg_contactable__rejected_subjects') }}

),

first_party as (

    select
        *,
        {{ change_each(rules | map(attribute=0) | list, 'cell', normalise_name('cell')) }} as bare
    from {{ ref('stg_contactable__first_party') }}

),

records as (

    select
        record_id,
        email,
        home_country
    from {{ ref('int_contacts__records') }}
    where vendor = 'first_party'

),

-- "N/A" is no value, and so nothing to refuse.
no_values as (

    select distinct {{ placeholder_key('value') }} as value_key
    from {{ ref('placeholder_values') }}
    where kind = 'any'

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

-- A value that cannot be what its column says is left out of everything; the rest of its line is used.
rejected_values as (

    select
        first_party.row_key,
        case when length(trim(first_party.email)) > 200 then 'email_too_long' else 'email_invalid' end as rule,
        'the e-mail of this line is no address we can use; the rest of the line is used' as reason,
        first_party.first_loaded_at,
        first_party.source_file,
        first_party.line_number
    from first_party
    inner join records on first_party.row_key = records.record_id
    left join ascii_addresses on records.email = ascii_addresses.written
    where not {{ email_is_valid('coalesce(ascii_addresses.email, records.email)') }}

    {% for column, rule, reason, refused in rules %}
        union all

        select
            first_party.row_key,
            '{{ rule }}' as rule,
            '{{ reason }}; the rest of the line is used' as reason,
            first_party.first_loaded_at,
            first_party.source_file,
            first_party.line_number
        from first_party
        left join records on first_party.row_key = records.record_id
        left join no_values on {{ placeholder_key('first_party.' ~ column) }} = no_values.value_key
        where
            {{ nth_element('first_party.bare', loop.index) }} is not null
            and no_values.value_key is null
            and {{ refused | replace('BARE', nth_element('first_party.bare', loop.index)) }}
    {% endfor %}

),

-- The record is used; the number whose flag cannot be read is closed (contact_phones).
unreadable_flags as (

    select
        vendor,
        unreadable_dnc_record_id as record_id,
        max(dnc_told_at) as told_at
    from {{ ref('int_contacts__phones') }}
    where unreadable_dnc_record_id is not null
    group by
        vendor,
        unreadable_dnc_record_id

),

malformed_hashes as (

    select
        vendor,
        'audience_members' as stream,
        record_id,
        fetched_at
    from {{ ref('stg_leadpipe__audience_members') }}
    where hem_type = 'unknown'

    union all

    select
        vendor,
        'export_rows' as stream,
        record_id,
        fetched_at
    from {{ ref('stg_contactbased__export_rows') }}
    where hem_type = 'unknown'

    union all

    select distinct
        vendor,
        'emails' as stream,
        record_id,
        fetched_at
    from {{ ref('stg_contactbased__emails') }}
    where
        {{ hash_type('md5') }} <> 'md5'
        or {{ hash_type('sha1') }} <> 'sha1'
        or {{ hash_type('sha256') }} <> 'sha256'

),

-- Of a vendor's record the rest is used, too.
unreadable_values as (

    select
        vendor,
        stream,
        record_id,
        kind,
        'a value of this record is no ' || case kind when 'phone' then 'phone number' else 'e-mail address' end
        || ' we can use; the rest is used' as reason,
        min(observed_at) as observed_at
    from {{ ref('int_operations__given_values') }}
    where not is_read
    group by
        vendor,
        stream,
        record_id,
        kind

),

-- A date that is there and cannot be read. A signal without its day is nowhere; other values are used, as of an unknown date.
unreadable_dates as (

    {% for model, stream, column in [
        ('stg_bigdbm__intent_hems', 'intent_hems', 'signal_date'),
        ('stg_bigdbm__intent_topics_by_md5', 'intent_topics_by_md5', 'signal_date'),
        ('stg_bigdbm__b2b_contacts', 'b2b_contacts', 'as_of'),
        ('stg_bigdbm__audience_members', 'audience_members', 'as_of'),
        ('stg_contactbased__export_rows', 'export_rows', 'signal_date'),
        ('stg_contactbased__emails', 'emails', 'as_of'),
        ('stg_contactbased__phones', 'phones', 'as_of'),
        ('stg_leadpipe__audience_members', 'audience_members', 'data_date'),
    ] %}
        select distinct
            vendor,
            '{{ stream }}' as stream,
            record_id,
            {% if column == 'as_of' %}
                'a date of this record cannot be read: its values count as the oldest' as reason,
            {% else %}
                'the day of this signal cannot be read: it is left out' as reason,
            {% endif %}
            fetched_at
        from {{ ref(model) }}
        where {{ column }} is null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

refused as (

    select
        vendor,
        stream,
        case when copy = 1 then record_id else md5(concat_ws('|', record_id, copy)) end as record_id,
        quarantine_rule as rule,
        quarantine_reason as reason,
        fetched_at as quarantined_at,
        cast(null as {{ engine_type('varchar') }}) as source_file,
        cast(null as integer) as line_number
    from landed
    where quarantine_rule is not null

    union all

    select
        'first_party' as vendor,
        'first_party' as stream,
        md5(concat_ws('|', source_file, line_number, rule)) as record_id,
        rule,
        reason,
        rejected_at as quarantined_at,
        source_file,
        line_number
    from rejected_rows

    union all

    select
        'first_party' as vendor,
        'first_party' as stream,
        md5(concat_ws('|', row_key, rule)) as record_id,
        rule,
        reason,
        first_loaded_at as quarantined_at,
        source_file,
        line_number
    from rejected_values

    union all

    {% for relation, record_id, rule, reason, quarantined_at in [
        ('malformed_hashes', "md5(concat_ws('|', record_id, 'hash_malformed'))", "'hash_malformed'",
            "'a hash of this record is none (MD5, SHA-1, SHA-256: 32, 40, 64 hexadecimal digits); the rest is used'", 'fetched_at'),
        ('unreadable_dates', "md5(concat_ws('|', record_id, 'date_unreadable'))", "'date_unreadable'", 'reason', 'fetched_at'),
        ('unreadable_values', "md5(concat_ws('|', record_id, kind, 'invalid'))", "kind || '_invalid'", 'reason', 'observed_at'),
        ('rejected_subjects', 'question_key', 'rule', 'reason', 'rejected_at'),
    ] %}
        select
            vendor,
            stream,
            {{ record_id }} as record_id,
            {{ rule }} as rule,
            {{ reason }} as reason,
            {{ quarantined_at }} as quarantined_at,
            cast(null as {{ engine_type('varchar') }}) as source_file,
            cast(null as integer) as line_number
        from {{ relation }}

        union all
    {% endfor %}

    select
        unreadable_flags.vendor,
        landed.stream,
        unreadable_flags.record_id,
        'dnc_unreadable' as rule,
        'a Do-Not-Call flag of this record says neither yes nor no: its number is closed, the record is used' as reason,
        unreadable_flags.told_at as quarantined_at,
        cast(null as {{ engine_type('varchar') }}) as source_file,
        cast(null as integer) as line_number
    from unreadable_flags
    inner join landed
        on
            unreadable_flags.record_id = landed.record_id
            and unreadable_flags.vendor = landed.vendor
            and landed.copy = 1

),

final as (

    select
        vendor,
        stream,
        record_id,
        rule,
        reason,
        quarantined_at,
        source_file,
        line_number
    from refused

)

select * from final
