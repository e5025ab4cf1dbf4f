{#- The generation behind a last name or a full name: jr, sr, ii, iii or iv; NULL where there is none. Degrees may stand behind it
    ("Smith Jr., MD"); a suffix alone is a name, not a suffix. -#}
{% macro name_suffix(value) -%}
    {%- set ends = name_endings() -%}
    {%- set degrees = '([ ,(]+(' ~ ends.degree ~ ')[.)]*|,[ (]*(' ~ ends.after_comma ~ ')[.)]*)*[ ,.)]*$' -%}
    {%- set pattern = '[^ ,(][ ,(]+(' ~ ends.generation ~ ')[.)]*' ~ degrees -%}
    {%- set found = first_match('left(' ~ fold_text(value) ~ ', 128)', pattern, 1) -%}
    {%- set generation -%}
    case found
        when '' then null
        when '2nd' then 'ii'
        when '3rd' then 'iii'
        when '4th' then 'iv'
        when 'junior' then 'jr'
        when 'jnr' then 'jr'
        when 'senior' then 'sr'
        when 'snr' then 'sr'
        else found
    end
    {%- endset -%}
    {{ let('found', found, generation) }}
{%- endmacro %}
