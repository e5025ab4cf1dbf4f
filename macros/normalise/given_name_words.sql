{#- A given name as words to compare: lower case, no accents, without titles (Dr., Mr, Prof.), without what stands in brackets or
    quotes behind it (Robert "Bob"), without suffix and degrees. Middle names and initials stay, as later words. -#}
{% macro given_name_words(value) -%}
    {%- set title = '^ *((dr|mr|mrs|ms|miss|mx|prof|professor|rev|reverend|sir|capt|lt|sgt|sra|srta|dra)([.] *| +))+' -%}
    {%- set bare = replace_all(replace_all(name_without_endings(fold_text(value)), title, ''), ' +[(\\x22“][^)\\x22”]*[)\\x22”]', ' ') -%}
    {{ words(bare) }}
{%- endmacro %}
