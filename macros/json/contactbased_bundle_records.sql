{#- A complete select: the records of some enrichment bundles, each once, wherever they came from: asked for by contact id, or as columns
    of exported rows (option enrichment_bundles). Columns: base_columns and bundle.

    A record that came with an export stands for the question that need not be asked any more: its question_key is that of the bundle
    and contact id, is_match is false where the vendor has nothing (an empty cell). Its record_id is derived from the row's. An export
    repeats a contact on a row per domain, topic and day: one is read. A cell is JSON or text of JSON; what is neither answers
    nothing. -#}
{% macro contactbased_bundle_records(bundles) -%}
    {%- set lists = {
        'emails': 'emails', 'phones': 'phones', 'auto': 'vehicles', 'interests': 'interests', 'donor': 'causes',
        'purchases': 'categories',
    } -%}
    with asked as (

        select * from {{ ref('base_contactbased__enrichments') }}
        where coalesce(bundle, 'individual_core') in ('{{ bundles | join("', '") }}')

    ),

    kept as (

        {{ keep_staged('asked') }}

    ),

    exported as (

        select * from {{ ref('base_contactbased__export_rows') }}
        where
            {% for bundle in bundles %}
                record like '%"{{ bundle }}"%'
                {{ 'or' if not loop.last }}
            {% endfor %}

    ),

    export_rows as (

        {{ keep_staged('exported', matches_only=true, across_pages=true) }}

    ),

    -- Written with a dash by the vendor's paths, with an underscore by its columns.
    parsed as (

        select
            *,
            replace(record, '"individual-core":', '"individual_core":') as row_text
        from export_rows

    ),

    cells as (

        {% for bundle in bundles %}
            select
                *,
                '{{ bundle }}' as bundle,
                {{ json_text('row_text', '$.contact_id') }} as contact_id,
                nullif(trim({{ json_text('row_text', '$.' ~ bundle) }}), '') as cell
            from parsed
            where {{ json_has_key('row_text', bundle) }}
            {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    readable as (

        select
            *,
            case
                when {{ json_kind('cell') }} = 'object' then cell
                {% for bundle in bundles if bundle in lists %}
                    when bundle = '{{ bundle }}' and {{ json_kind('cell') }} = 'array' then '{"{{ lists[bundle] }}": ' || cell || '}'
                {% endfor %}
            end as bundle_record
        from cells
        where {{ matches('contact_id', 'id_[0-9a-f]{16}') }} and (cell is null or {{ json_is_valid('cell') }})

    ),

    once as (

        select
            *,
            row_number() over (
                partition by coalesce(extraction_id, request_id), contact_id, bundle order by page, ordinal, record_id
            ) as place
        from readable

    )

    select
        {{ base_columns() | join(', ') }},
        bundle
    from (
        select
            kept.*,
            {{ contactbased_bundle('endpoint') }} as bundle
        from kept
    ) as answered

    union all

    select
        {% for column in base_columns() %}
            {% if column == 'record_id' %}
                md5(record_id || '|' || bundle) as record_id,
            {% elif column == 'content_hash' %}
                md5(bundle_record) as content_hash,
            {% elif column == 'question_key' %}
                {{ question_key("'contactbased.enrich_' || bundle", "'contactbased_id'", 'contact_id', "'{}'") }} as question_key,
            {% elif column == 'subject_type' %}
                'contactbased_id' as subject_type,
            {% elif column == 'subject_value' %}
                contact_id as subject_value,
            {% elif column == 'record' %}
                bundle_record as record,
            {% elif column == 'is_match' %}
                bundle_record is not null as is_match,
            {% else %}
                {{ column }},
            {% endif %}
        {% endfor %}
        bundle
    from once
    where place = 1
{%- endmacro %}
