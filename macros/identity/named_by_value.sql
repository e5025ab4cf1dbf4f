{#- A complete select: of the records in `unlisted`, answers of several people of whom none lists the value that was asked about,
    those of the one person whom the value itself names best (macro value_names): a mailbox ada.roe is Ada Roe's. No person where two are
    named equally well or are namesakes. Reads the model's imports addresses and nicknames. -#}
{% macro named_by_value(unlisted) -%}
    with worded as (

        select
            {{ unlisted }}.*,
            {{ name_words(
                'case when ' ~ unlisted ~ ".identifier_type = 'linkedin' then " ~ unlisted ~ '.identifier_value '
                ~ 'else coalesce(addresses.email, ' ~ unlisted ~ '.asked_email) end'
            ) }} as named_words
        from {{ unlisted }}
        left join addresses on {{ unlisted }}.asked_node = 'email_md5:' || addresses.email_md5
        where coalesce(addresses.is_valid, true)

    ),

    -- By the name of the record, and by the names that it is short for, or that are short for it.
    callings as (

        select
            record_id,
            given_key as called
        from {{ unlisted }}

        union

        select
            record_id,
            first_name_canonical as called
        from {{ unlisted }}

        union

        select
            {{ unlisted }}.record_id,
            nicknames.nickname as called
        from {{ unlisted }}
        inner join nicknames on {{ unlisted }}.first_name_canonical = nicknames.formal

    ),

    naming as (

        select
            worded.question_key,
            worded.observed_at,
            worded.person,
            max(worded.are_namesakes) as are_namesakes,
            max({{ value_names('worded.named_words', 'callings.called', 'worded.last_name_key') }}) as fit
        from worded
        inner join callings on worded.record_id = callings.record_id
        group by
            worded.question_key,
            worded.observed_at,
            worded.person

    ),

    fitting as (

        select
            *,
            max(fit) over (partition by question_key, observed_at) as best_fit
        from naming

    ),

    named_alone as (

        select
            question_key,
            observed_at,
            min(person) as person
        from fitting
        where fit = best_fit and fit > 0
        group by
            question_key,
            observed_at
        having count(*) = 1 and not max(are_namesakes)

    )

    select worded.*
    from worded
    inner join named_alone
        on
            worded.question_key = named_alone.question_key
            and worded.observed_at = named_alone.observed_at
            and worded.person = named_alone.person
{%- endmacro %}
