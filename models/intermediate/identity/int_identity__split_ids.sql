-- Grain: one row per person id of a vendor and spelling of another person's name under it: two people behind one id.
-- The name that came first keeps the id (and all records without a name), so that a later mistake of the vendor does not move
-- what was known before; every other name, with its spellings, becomes an evidence of its own.
-- A name that comes with a marriage, a nickname or a typo splits nothing (macro names_agree), a single name or an initial
-- neither.
with records as (

    select * from {{ ref('int_contacts__records') }}

),

spellings as (

    select * from {{ ref('int_identity__spellings') }}

),

several as (

    select evidence_id
    from records
    where first_name is not null and last_name is not null
    group by evidence_id
    having min(first_name || '|' || last_name) <> max(first_name || '|' || last_name)

),

stated as (

    select
        records.evidence_id,
        records.first_name,
        records.last_name,
        min(records.observed_at) as first_observed_at
    from records
    inner join several on records.evidence_id = several.evidence_id
    where records.first_name is not null and records.last_name is not null
    group by
        records.evidence_id,
        records.first_name,
        records.last_name

),

-- An id under more names than a person can have is no person's id: its names are compared with the first one only.
named as (

    select
        stated.evidence_id,
        spellings.*,
        row_number() over (
            partition by stated.evidence_id
            order by stated.first_observed_at, spellings.name_form, stated.first_name, stated.last_name
        ) as place
    from stated
    inner join spellings
        on
            stated.first_name = spellings.first_name
            and stated.last_name = spellings.last_name
    where not spellings.is_partial

),

pairs as (

    select
        later.evidence_id,
        later.place,
        earlier.place as earlier_place
    from named as later
    inner join named as earlier on later.evidence_id = earlier.evidence_id
    where
        earlier.place < later.place
        and earlier.place <= 20
        and {{ names_agree('later', 'earlier', 'true', 'false', 'false') }}

),

-- A name leads when it agrees with no earlier one. What agrees with a name that leads belongs to it; no chains.
variants as (

    select distinct
        evidence_id,
        place
    from pairs

),

led as (

    select
        pairs.evidence_id,
        pairs.place,
        min(pairs.earlier_place) as leader_place
    from pairs
    left join variants
        on
            pairs.evidence_id = variants.evidence_id
            and pairs.earlier_place = variants.place
    where variants.place is null
    group by
        pairs.evidence_id,
        pairs.place

),

final as (

    select
        named.evidence_id as source_evidence_id,
        named.first_name,
        named.last_name,
        named.evidence_id || '~' || md5(leaders.name_form) as evidence_id
    from named
    left join led
        on
            named.evidence_id = led.evidence_id
            and named.place = led.place
    inner join named as leaders
        on
            named.evidence_id = leaders.evidence_id
            and coalesce(led.leader_place, named.place) = leaders.place
    where leaders.place > 1

)

select * from final
