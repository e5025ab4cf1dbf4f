{#- Whether a single name or an initial fits a full name (rows with the columns of int_identity__spellings): J. Example (also
    Example J.) fits John and Jane Example; Ada fits Ada Example; Suharto fits any person with it as first or last name.
    `is_personal`: on a person's own value one of the two may be mistyped (Tran, and Gregory Trn), unless both are given names. -#}
{% macro name_fits(partial, full, is_personal) -%}
    (
        coalesce({{ partial }}.suffix_key = {{ full }}.suffix_key, true)
        and case
            when {{ partial }}.given_key is null
                then
                    {{ partial }}.last_name_key in ({{ full }}.last_name_key, {{ full }}.given_key)
                    or ({{ is_personal }} and {{ is_typo(partial ~ '.last_name_key', full ~ '.last_name_key') }})
            when {{ partial }}.last_name_key is null
                then
                    {{ partial }}.given_key in ({{ full }}.given_key, {{ full }}.last_name_key)
                    or {{ partial }}.first_name_canonical = {{ full }}.first_name_canonical
                    or position(',' || {{ partial }}.given_key || ',' in {{ full }}.formal_names) > 0
                    or (
                        {{ is_personal }}
                        and not ({{ partial }}.is_known_given_name and {{ full }}.is_known_given_name)
                        and {{ is_typo(partial ~ '.given_key', full ~ '.given_key') }}
                    )
            when {{ partial }}.given_key = {{ full }}.last_name_key
                then {{ partial }}.last_name_key = left({{ full }}.given_key, 1)
            else
                (
                    {{ partial }}.first_name_canonical = {{ full }}.first_name_canonical
                    or {{ partial }}.given_key = left({{ full }}.given_key, 1)
                )
                and (
                    {{ partial }}.last_name_key = {{ full }}.last_name_key
                    or {{ partial }}.last_name_key = left({{ full }}.last_name_key, 1)
                )
        end
    )
{%- endmacro %}
