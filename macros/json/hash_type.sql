{#- Which hash a HEM is, by its length in hexadecimal digits; vendors do not say. A value of another length (the 63 digits of
    BIGDBM's own sample) or with other characters is `unknown`: it is never padded or cut, and it identifies no person (rule
    hash_malformed of quarantined_records). -#}
{% macro hash_type(hem) -%}
    case
        when {{ matches('lower(trim(' ~ hem ~ '))', '[0-9a-f]{32}') }} then 'md5'
        when {{ matches('lower(trim(' ~ hem ~ '))', '[0-9a-f]{40}') }} then 'sha1'
        when {{ matches('lower(trim(' ~ hem ~ '))', '[0-9a-f]{64}') }} then 'sha256'
        when {{ hem }} is not null then 'unknown'
    end
{%- endmacro %}
