-- Grain: one row per configured keyword whose list of the last full days is due. The window ends yesterday (UTC) and is
-- part of the question, so that each day brings a new one; at most 90 days back (BIGDBM developer docs, StartDate).
{{ config(tags=['wave_discover']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

today as (

    select
        cast({{ now_utc() }} as date) as today,
        {{ setting('bigdbm.window_days', 'integer', 7) }} as window_days

),

windows as (

    select
        cast(cast({{ dbt.dateadd('day', '-window_days', 'today') }} as date) as {{ engine_type('varchar') }}) as start_date,
        cast(cast({{ dbt.dateadd('day', '-1', 'today') }} as date) as {{ engine_type('varchar') }}) as end_date
    from today

),

candidates as (

    select
        'keyword' as subject_type,
        {{ json_text('settings.value') }} as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({
            'StartDate': 'windows.start_date',
            'EndDate': 'windows.end_date',
            'NumberOfHems': setting('bigdbm.number_of_hems', 'integer', 1000),
        }) }} as options,
        {{ setting('bigdbm.number_of_hems', 'integer', 1000) }} as records
    from settings
    cross join windows
    where settings.setting = 'bigdbm.keywords'

),

final as (

    {{ due_subjects('candidates', 'bigdbm.intent_create_list', windowed=true, records='keyed.records') }}

)

select * from final
