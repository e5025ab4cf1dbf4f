{#- The given names in a full name ("Dr. Mary Ann de la Cruz, PhD" gives Mary Ann; "Smith, John" gives John), in the letters that it was
    written in. One word is a given name, unless a title or a degree stands with it. NULL where there is none. -#}
{% macro first_name_of(full_name) -%}
    {%- set given -%}
        case
            when contains(said, ',') then trim(split_part(said, ',', 2))
            when contains(said, ' ') then {{ first_match('said', full_name_pattern(), 1) }}
            when said = {{ normalise_name(full_name) }} then said
        end
    {%- endset -%}
    {{ let('said', full_name_without_frills(full_name), let('given', given, "case when " ~ contains_match('given', '\\p{L}') ~ " then given end")) }}
{%- endmacro %}

{#- A full name in two groups: what stands before the family name, and the family name with the particles before it. Of several words
    without a particle the last is the family name: two family names cannot be told from a middle name. -#}
{% macro full_name_pattern() -%}
    {%- set particles = 'd[aeiu]|de la|de las|de los|de l|del|della|dos|das|du|van|van de|van den|van der|vande|vander|von|von der|zu|ter|ten|le|la|bin|ibn|al|el|st[.]?|saint' -%}
    ^([^ ]+(?: [^ ]+)*?) ((?:(?i:{{ particles }}) )*[^ ]+)$
{%- endmacro %}

{#- A full name with single blanks, without titles, nicknames in brackets or quotes, generation and degrees. -#}
{% macro full_name_without_frills(full_name) -%}
    {%- set ends = name_endings() -%}
    {%- set ending = '[ ,(]+(' ~ ends.generation ~ '|' ~ ends.degree ~ ')|,[ (]*(' ~ ends.after_comma ~ ')' -%}
    {%- set title = '^((dr|mr|mrs|ms|miss|mx|prof|professor|rev|reverend|sir|capt|lt|sgt|sra|srta|dra)([.] *| +))+' -%}
    {%- set spaced = "left(coalesce(" ~ normalise_name(full_name) ~ ", ''), 256)" -%}
    {%- set bare = replace_all(spaced, ' +[(\\x22“][^)\\x22”]*[)\\x22”]', '') -%}
    trim({{ replace_all(replace_all(bare, '(?i)((' ~ ending ~ ')[.)]*)+[ ,.)]*$', ''), '(?i)' ~ title, '') }})
{%- endmacro %}
