{#- Whether two full names (rows with the columns of int_identity__spellings) can be one person's.

    Agree: the same first name (also as a nickname, or written with and without its middle name) and the same last name (also
    one part of a compound), or one of the two mistyped; first and last name swapped. Two names that are both known as given
    names (seeds given_names, nicknames) are never typos of each other: Lisa and Lina are sisters. Names that no seed knows
    may be mistyped, or be short forms (Ry of Ryan), only where the value is a person's own.
    `is_personal`: an e-mail, a profile or a person id, which outlives a marriage: there another last name is another last
    name of the same person when the first names are the same, and another middle initial is a slip.
    `are_told_apart`: one vendor has an id of its own for each of the two, so it is no marriage.
    `is_profile`: a page that people do not share: one of the two names in common is enough.
    Different suffixes contradict. -#}
{% macro names_agree(one, other, is_personal, are_told_apart, is_profile) -%}
    {%- set same_first -%}
        ({{ one }}.first_name_key = {{ other }}.first_name_key
        or {{ one }}.first_name_canonical = {{ other }}.first_name_canonical
        or position(',' || {{ one }}.first_name_canonical || ',' in {{ other }}.formal_names) > 0
        or position(',' || {{ other }}.first_name_canonical || ',' in {{ one }}.formal_names) > 0)
    {%- endset -%}
    {%- set same_last -%}
        ({{ one }}.last_name_key = {{ other }}.last_name_key
        or position(' ' || {{ one }}.last_name_words || ' ' in ' ' || {{ other }}.last_name_words || ' ') > 0
        or position(' ' || {{ other }}.last_name_words || ' ' in ' ' || {{ one }}.last_name_words || ' ') > 0)
    {%- endset -%}
    {%- set short_form -%}
        (left({{ one }}.given_key, length({{ other }}.given_key)) = {{ other }}.given_key
        or left({{ other }}.given_key, length({{ one }}.given_key)) = {{ one }}.given_key)
    {%- endset -%}
    (
        coalesce({{ one }}.suffix_key = {{ other }}.suffix_key, true)
        and ({{ is_personal }} or coalesce({{ one }}.middle_key = {{ other }}.middle_key, true))
        and (
            (
                {{ same_first }}
                and ({{ same_last }} or ({{ is_personal }} and not {{ are_told_apart }}) or {{ is_typo(one ~ '.last_name_key', other ~ '.last_name_key') }})
            )
            or (
                {{ same_last }}
                and not ({{ one }}.is_known_given_name and {{ other }}.is_known_given_name)
                and ({{ one }}.is_known_given_name or {{ other }}.is_known_given_name or {{ is_personal }})
                and ({{ is_typo(one ~ '.given_key', other ~ '.given_key') }} or ({{ is_personal }} and {{ short_form }}))
            )
            or ({{ is_profile }} and not {{ are_told_apart }} and ({{ same_first }} or {{ same_last }}))
            or {{ names_are_swapped(one, other) }}
            or {{ names_are_swapped(other, one) }}
        )
    )
{%- endmacro %}

{#- Whether the first name of one stands as last name of the other and the reverse, nicknames and middle names aside. -#}
{% macro names_are_swapped(one, other) -%}
    {%- set first_word = "split_part(" ~ one ~ ".last_name_words, ' ', 1)" -%}
    (
        {{ one }}.first_name_key = {{ other }}.last_name_key
        and (
            {{ first_word }} in ({{ other }}.given_key, {{ other }}.first_name_canonical)
            or position(',' || {{ first_word }} || ',' in {{ other }}.formal_names) > 0
        )
    )
{%- endmacro %}
