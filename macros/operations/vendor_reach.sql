{#- A complete select: whom each vendor and attribute of `scored` reaches: people of whom the vendor has a value, people who can be
    contacted, people who could not without it, people who may be contacted on its verdict. Reads the model's imports contactability,
    clusters, evidence, vendor_values, email_statuses and phone_scores, and its CTEs scored_attributes and list_people. -#}
{% macro vendor_reach(scored) -%}
    with reachable as (

        select
            contact_key,
            'all' as attribute
        from contactability
        where verdict in ('send', 'call')
        group by contact_key

        union all

        select
            contact_key,
            channel as attribute
        from contactability
        where verdict in ('send', 'call')

    ),

    -- An employer or a profile is worth something where the person can be contacted at all.
    contactable as (

        select
            contact_key,
            attribute
        from reachable

        union all

        select
            reachable.contact_key,
            scored_attributes.attribute
        from reachable
        cross join scored_attributes
        where
            reachable.attribute = 'all'
            and scored_attributes.attribute in ('employer', 'profile')

    ),

    -- Vendors with any value of a person, and vendors with a value of the attribute.
    vendors_with_value as (

        select distinct
            clusters.contact_key,
            'all' as attribute,
            evidence.vendor
        from evidence
        inner join clusters on evidence.evidence_id = clusters.evidence_id

        union all

        select distinct
            contact_key,
            attribute,
            vendor
        from vendor_values

    ),

    -- Vendors whose address or number makes a person contactable; for employer and profile, with a value of a contactable person.
    carriers as (

        select distinct
            contact_key,
            'all' as attribute,
            vendor
        from vendor_values
        where is_usable

        union all

        select distinct
            contact_key,
            attribute,
            vendor
        from vendor_values
        where is_usable

        union all

        select
            vendors_with_value.contact_key,
            vendors_with_value.attribute,
            vendors_with_value.vendor
        from vendors_with_value
        inner join contactable
            on
                vendors_with_value.contact_key = contactable.contact_key
                and vendors_with_value.attribute = contactable.attribute
        where vendors_with_value.attribute in ('employer', 'profile')

    ),

    -- Take one vendor away: who is left without any? Exactly those for whom the first and the last vendor are the same.
    carried as (

        select
            contact_key,
            attribute,
            vendor,
            min(vendor) over (partition by contact_key, attribute) = max(vendor) over (partition by contact_key, attribute)
                as is_alone
        from carriers

    ),

    carrying as (

        select
            vendor,
            attribute,
            count(*) as contactable_by_vendor,
            sum(case when is_alone then 1 else 0 end) as contactable_only_by_vendor
        from carried
        group by vendor, attribute

    ),

    held as (

        select
            contact_key,
            attribute,
            vendor,
            min(vendor) over (partition by contact_key, attribute) = max(vendor) over (partition by contact_key, attribute)
                as is_alone
        from vendors_with_value

    ),

    value_counts as (

        select
            held.vendor,
            held.attribute,
            count(*) as contacts,
            sum(case when held.is_alone then 1 else 0 end) as contacts_only_by_vendor,
            sum(case when list_people.contact_key is not null then 1 else 0 end) as list_contacts,
            sum(case when contactable.contact_key is not null then 1 else 0 end) as contactable_contacts
        from held
        left join list_people on held.contact_key = list_people.contact_key
        left join contactable
            on
                held.contact_key = contactable.contact_key
                and held.attribute = contactable.attribute
        group by held.vendor, held.attribute

    ),

    -- On whose verdict a contactable person may be written to or called.
    judged as (

        select
            contactability.contact_key,
            contactability.channel,
            email_statuses.vendor
        from contactability
        inner join email_statuses on contactability.address = email_statuses.email
        where
            contactability.channel = 'email'
            and contactability.verdict = 'send'

        union all

        select
            contactability.contact_key,
            contactability.channel,
            phone_scores.vendor
        from contactability
        inner join phone_scores on contactability.address = phone_scores.phone
        where
            contactability.channel = 'phone'
            and contactability.verdict = 'call'

    ),

    judging as (

        select
            vendor,
            channel as attribute,
            count(*) as contactable_on_its_verdict
        from judged
        group by vendor, channel

        union all

        select
            vendor,
            'all' as attribute,
            count(distinct contact_key) as contactable_on_its_verdict
        from judged
        group by vendor

    )

    select
        {{ scored }}.vendor,
        {{ scored }}.attribute,
        {% for relation, columns in {
            'value_counts': ['contacts', 'contacts_only_by_vendor', 'list_contacts', 'contactable_contacts'],
            'carrying': ['contactable_by_vendor', 'contactable_only_by_vendor'],
            'judging': ['contactable_on_its_verdict'],
        }.items() %}
            {% for column in columns %}
                cast(coalesce({{ relation }}.{{ column }}, 0) as bigint) as {{ column }}{{ ',' if not (relation == 'judging' and loop.last) }}
            {% endfor %}
        {% endfor %}
    from {{ scored }}
    {% for relation in ['value_counts', 'carrying', 'judging'] %}
        left join {{ relation }} on {{ scored }}.vendor = {{ relation }}.vendor and {{ scored }}.attribute = {{ relation }}.attribute
    {% endfor %}
{%- endmacro %}
