{#- A second, weaker key of an address at a provider that says which spellings reach one mailbox (seed email_providers): the local
    part without the characters it ignores and without the tag, at the provider's main domain. NULL for other providers. Only to
    find who is who: never an address to write to, nor one whose hash a vendor knows. -#}
{% macro email_key(local_part, key_domain, ignored_characters, tag_separator) -%}
    nullif(
        translate(split_part({{ local_part }}, {{ tag_separator }}, 1), coalesce({{ ignored_characters }}, ''), ''), ''
    ) || '@' || {{ key_domain }}
{%- endmacro %}
