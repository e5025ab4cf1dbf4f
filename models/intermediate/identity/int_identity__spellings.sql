-- Grain: one row per pair of first and last name as records spell it, parsed once, because vendors repeat names.
--   given_key               first word of the first name; what follows is a middle name, of which the initial counts
--   first_name_canonical    the formal name, where a nickname stands for one name only (seed nicknames); else given_key
--   formal_names            all names that a nickname stands for (chris), between commas
--   suffix_key              jr, sr, ii, iii, iv behind either name: father and son
--   name_key                canonical first name, last name and suffix
--   name_form               the whole name as spelled: what is compared within a shared value
--   is_partial              a single name or an initial: it fits several people
with records as (

    select * from {{ ref('int_contacts__records') }}

),

nicknames as (

    select * from {{ ref('nicknames') }}

),

given_names as (

    select name from {{ ref('given_names') }}

    union

    select nickname as name from {{ ref('nicknames') }}

    union

    select formal as name from {{ ref('nicknames') }}

),

formal_names as (

    select
        nickname,
        case when min(formal) = max(formal) then min(formal) end as formal,
        ',' || {{ join_distinct('formal') }} || ',' as formal_names
    from nicknames
    group by nickname

),

stated as (

    select distinct
        first_name,
        last_name
    from records
    where coalesce(first_name, last_name) is not null

),

-- What is longer than 80 characters is no name (2026-11-21); it is compared by its beginning.
in_words as (

    select
        first_name,
        last_name,
        left({{ given_name_words('first_name') }}, 80) as first_words,
        left({{ last_name_words('last_name') }}, 80) as last_words,
        coalesce({{ name_suffix('last_name') }}, {{ name_suffix('first_name') }}) as suffix_key
    from stated

),

keyed as (

    select
        first_name,
        last_name,
        replace(first_words, ' ', '') as first_name_key,
        nullif(split_part(first_words, ' ', 1), '') as given_key,
        nullif(substr(first_words, length(split_part(first_words, ' ', 1)) + 2, 1), '') as middle_key,
        replace(last_words, ' ', '') as last_name_key,
        last_words as last_name_words,
        suffix_key,
        coalesce(first_words, '') || '|' || coalesce(last_words, '') || '|' || coalesce(suffix_key, '') as name_form
    from in_words
    where coalesce(first_words, last_words) is not null

),

final as (

    select
        keyed.first_name,
        keyed.last_name,
        keyed.first_name_key,
        keyed.given_key,
        coalesce(formal_names.formal, keyed.given_key) as first_name_canonical,
        formal_names.formal_names,
        keyed.middle_key,
        keyed.last_name_key,
        keyed.last_name_words,
        keyed.suffix_key,
        coalesce(formal_names.formal, keyed.given_key, '') || '|' || coalesce(keyed.last_name_key, '')
        || coalesce('|' || keyed.suffix_key, '') as name_key,
        keyed.name_form,
        keyed.given_key is null
        or keyed.last_name_key is null
        or {{ matches("coalesce(keyed.given_key, '')", '[a-z]') }}
        or {{ matches("coalesce(keyed.last_name_key, '')", '[a-z]') }} as is_partial,
        given_names.name is not null as is_known_given_name
    from keyed
    left join formal_names on keyed.given_key = formal_names.nickname
    left join given_names on keyed.given_key = given_names.name

)

select * from final
