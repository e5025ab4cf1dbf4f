-- Grain: one row: the number of this resolve, its moment, and whether it looks at everything or only at what is new.
-- A resolve has happened when its assignments are written, and not before: one that was killed earlier has the same number when
-- it is tried again, and replaces what it had recorded.
-- It looks at everything (reason) unless nothing but new rows came since the last one: the rows that were there then, counted and
-- hashed, are there now, the rules (seeds, models) are the same, and the last resolve was finished. So nothing rests on the
-- times that records carry: a late segment, an erasure, an edited seed are seen by what they change.
{{ config(tags=['clock_only_dates']) }}   -- resolved_at says when; what is resolved does not depend on it

with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

signals as (

    select * from {{ ref('int_intent__signals') }}

),

match_settings as (

    select coalesce(max(case when is_on then 'scored' end), 'not scored') as scoring
    from {{ ref('int_identity__match_settings') }}

),

assignments as (

    {{ identity_state('int_identity__assignments', {'resolve': 'integer'}) }}

),

-- Numbers are not given again when the last people are erased.
resolves as (

    {{ identity_state('int_identity__resolves', {
        'resolve': 'integer', 'known_until': 'timestamp', 'known_rows': 'bigint', 'known_hash': 'varchar', 'rules_hash': 'varchar',
    }) }}

),

-- This table, as the last resolve left it.
planned as (

    {{ identity_state('int_identity__plan', {'resolve': 'integer'}) }}

),

happened as (

    select resolve from assignments

    union all

    select resolve from resolves

),

numbered as (

    select cast(coalesce(max(resolve), 0) + 1 as {{ engine_type('integer') }}) as resolve
    from happened

),

ranked as (

    select
        *,
        row_number() over (order by resolve desc) as place
    from resolves

),

last_resolve as (

    select
        max(resolve) as resolve,
        max(known_until) as known_until,
        max(known_rows) as known_rows,
        max(known_hash) as known_hash,
        max(rules_hash) as rules_hash
    from ranked
    where place = 1

),

last_plan as (

    select max(resolve) as resolve
    from planned

),

{% set inputs = {
    'profiles': ('observed_at', 'observed_at', [
        'evidence_id', 'vendor', 'person_ref', 'person_ref_type', 'question_key', 'subject_type', 'subject_value', 'first_name', 'last_name',
        'birth_year', 'address', 'zip', 'home_country', 'linkedin', 'linkedins', 'maid', 'company_domain', 'company_phone', 'observed_at',
    ]),
    'emails': ('first_observed_at', 'last_observed_at', [
        'evidence_id', 'vendor', 'email', 'email_md5', 'email_sha1', 'email_sha256', 'contact_id', 'first_observed_at',
    ]),
    'phones': ('first_observed_at', 'last_observed_at', ['evidence_id', 'vendor', 'phone', 'contact_id', 'first_observed_at']),
    'signals': ('first_observed_at', 'last_observed_at', [
        'evidence_id', 'vendor', 'hem', 'hem_type', 'contact_id', 'first_observed_at',
    ]),
} -%}
inputs as (

    {% for relation, (first, last, columns) in inputs.items() %}
        select
            '{{ relation }}' as relation,
            max({{ relation }}.{{ last }}) as known_until,
            count(*) as all_rows,
            count(case when {{ first }} <= last_resolve.known_until then 1 end) as old_rows,
            {{ rows_hash(columns) }} as all_hash,
            {{ rows_hash(columns, first ~ ' <= last_resolve.known_until') }} as old_hash
        from {{ relation }}
        cross join last_resolve
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

known as (

    select
        max(known_until) as known_until,
        sum(all_rows) as all_rows,
        sum(old_rows) as old_rows,
        {{ join_distinct("relation || ' ' || all_hash") }} as all_hash,
        {{ join_distinct("relation || ' ' || old_hash") }} as old_hash
    from inputs

),

{% set seeds = {
    'identity_rules': ['rule', 'identifier_type', 'threshold', 'reason'],
    'placeholder_values': ['kind', 'value'],
    'role_mailboxes': ['local_part'],
    'email_providers': ['domain', 'key_domain', 'ignored_characters', 'tag_separator'],
    'nicknames': ['nickname', 'formal'],
    'given_names': ['name'],
    'identity_decisions': ['left_type', 'left_value', 'right_type', 'right_value', 'decision'],
} -%}
rules as (

    select
        '{{ identity_code() }}' || (select scoring from match_settings)
        {% for seed, columns in seeds.items() %}
            || '|' || (select {{ rows_hash(columns) }} from {{ ref(seed) }})
        {% endfor %} as rules_hash

),

judged as (

    select
        numbered.resolve,
        known.known_until,
        last_resolve.known_until as known_before,
        known.all_rows as known_rows,
        known.all_hash as known_hash,
        rules.rules_hash,
        case
            when {{ identity_is_incomplete() }} then 'tables are missing or made anew'
            when last_resolve.known_until is null then 'nothing was resolved before'
            when match_settings.scoring = 'scored' then 'records are scored, which compares everybody'
            when coalesce(last_plan.resolve, -1) <> last_resolve.resolve then 'the last resolve was not finished'
            when rules.rules_hash <> coalesce(last_resolve.rules_hash, '') then 'a rule or a seed is another one'
            when
                known.old_rows <> coalesce(last_resolve.known_rows, -1)
                or known.old_hash <> coalesce(last_resolve.known_hash, '')
                then 'what was known is another: records were erased, came late, or read differently'
            else 'only new records'
        end as reason
    from numbered
    cross join known
    cross join last_resolve
    cross join last_plan
    cross join rules
    cross join match_settings

),

final as (

    select
        resolve,
        {{ now_utc() }} as resolved_at,
        reason <> 'only new records' as is_full,
        reason,
        known_before,
        known_until,
        known_rows,
        known_hash,
        rules_hash
    from judged

)

select * from final
